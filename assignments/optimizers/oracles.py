"""The same quantities by torch.optim and torch.optim.lr_scheduler, in float64, conventions mapped to the course's."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch.optim import lr_scheduler

from autograder.checking import uncompiled

SGD, RMSprop, Adam = map(uncompiled, (torch.optim.SGD, torch.optim.RMSprop, torch.optim.Adam))
Arrays = dict[str, np.ndarray]


def sgd(params: Arrays, gradients: Sequence[Arrays], learning_rates: Sequence[float]) -> list[Arrays]:
    """The parameters after each update of `torch.optim.SGD`."""
    return _follow(lambda tensors: SGD(tensors, lr=1.0, foreach=False), params, gradients, learning_rates)


def momentum(
    params: Arrays, gradients: Sequence[Arrays], learning_rates: Sequence[float], *, beta: float = 0.9
) -> list[Arrays]:
    """The parameters after each update of `torch.optim.SGD` with a momentum buffer u ← βu + g.

    V = (1 − β)u, so torch gets α(1 − β) as its rate: exact, also when α changes. Its `dampening` must stay 0: with
    dampening = β the first buffer would be g and not (1 − β)g.
    """
    return _follow(
        lambda tensors: SGD(tensors, lr=1.0, momentum=beta, dampening=0, foreach=False),
        params,
        gradients,
        [rate * (1 - beta) for rate in learning_rates],
    )


def rmsprop(
    params: Arrays,
    gradients: Sequence[Arrays],
    learning_rates: Sequence[float],
    *,
    beta: float = 0.9,
    epsilon: float = 1e-8,
) -> list[Arrays]:
    """The parameters after each update of `torch.optim.RMSprop`, whose `alpha` is β and whose epsilon is outside."""
    return _follow(
        lambda tensors: RMSprop(tensors, alpha=beta, eps=epsilon, foreach=False),
        params,
        gradients,
        learning_rates,
    )


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
        lambda tensors: Adam(tensors, betas=(beta1, beta2), eps=epsilon, foreach=False),
        params,
        gradients,
        learning_rates,
    )


def adam_then_sgd(
    params: Arrays,
    gradients: Sequence[Arrays],
    learning_rates: Sequence[float],
    *,
    switch_step: int,
    sgd_learning_rates: Sequence[float],
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> list[Arrays]:
    """The parameters after each update: `switch_step` of them by torch's Adam, the rest by torch's SGD."""
    by_adam = adam(
        params, gradients[:switch_step], learning_rates[:switch_step], beta1=beta1, beta2=beta2, epsilon=epsilon
    )
    reached = by_adam[-1] if by_adam else params
    return by_adam + sgd(reached, gradients[switch_step:], sgd_learning_rates[switch_step:])


def step_decay(initial: float, steps: int, factor: float, every: int) -> list[float]:
    """`StepLR` for the epochs 0 … steps − 1."""
    return _rates(lambda optimizer: lr_scheduler.StepLR(optimizer, step_size=every, gamma=factor), initial, steps)


def exponential_decay(initial: float, steps: int, rate: float) -> list[float]:
    """`ExponentialLR`, whose gamma is the factor of one step: e^(−rate)."""
    return _rates(lambda optimizer: lr_scheduler.ExponentialLR(optimizer, gamma=math.exp(-rate)), initial, steps)


def inverse_time_decay(initial: float, steps: int, rate: float) -> list[float]:
    """torch has no such schedule: `MultiplicativeLR` with the ratio of neighbouring rates comes to the same."""

    def ratio(step: int) -> float:
        return (1 + rate * (step - 1)) / (1 + rate * step)

    return _rates(lambda optimizer: lr_scheduler.MultiplicativeLR(optimizer, ratio), initial, steps)


def cosine_decay(initial: float, steps: int, total_steps: int, final: float = 0.0) -> list[float]:
    """`CosineAnnealingLR` until `total_steps`; torch's rises again afterwards, the course's stays at `final`."""
    falling = _rates(
        lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, T_max=total_steps, eta_min=final),
        initial,
        min(steps, total_steps + 1),
    )
    return falling + [final] * (steps - len(falling))


def linear_warmup(initial: float, steps: int, warmup_steps: int) -> list[float]:
    """`LinearLR` from 1/warmup_steps to 1: step 0 has already the first stair, so one step fewer is to be climbed."""
    if warmup_steps <= 1:
        return [initial] * steps
    return _rates(
        lambda optimizer: lr_scheduler.LinearLR(
            optimizer, start_factor=1 / warmup_steps, end_factor=1.0, total_iters=warmup_steps - 1
        ),
        initial,
        steps,
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


def _rates(
    make: Callable[[torch.optim.Optimizer], lr_scheduler.LRScheduler], initial: float, steps: int
) -> list[float]:
    optimizer = SGD([torch.zeros(1)], lr=initial)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()  # moves nothing, but torch insists on an update before the schedule moves on
        scheduler.step()
    return rates
