"""The same trajectories by torch.optim, in float64, with the course's conventions mapped to torch's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

Arrays = dict[str, np.ndarray]


def adam(
    params: Arrays,
    gradients: Sequence[Arrays],
    learning_rates: Sequence[float],
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> list[Arrays]:
    """The parameters after each update of `torch.optim.Adam`, whose form is the course's."""
    return _follow(
        lambda tensors: torch.optim.Adam(tensors, betas=(beta1, beta2), eps=epsilon, foreach=False),
        params,
        gradients,
        learning_rates,
    )


def _follow(
    make: Callable[[list[torch.Tensor]], torch.optim.Optimizer],
    params: Arrays,
    gradients: Sequence[Arrays],
    learning_rates: Sequence[float],
) -> list[Arrays]:
    tensors = {name: torch.tensor(np.asarray(value), dtype=torch.float64) for name, value in params.items()}
    optimizer = make(list(tensors.values()))
    positions = []
    for grads, learning_rate in zip(gradients, learning_rates, strict=True):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(np.asarray(grads[name]), dtype=torch.float64)
        optimizer.step()
        positions.append({name: tensor.detach().numpy().copy() for name, tensor in tensors.items()})
    return positions
