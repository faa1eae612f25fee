"""The same quantities by torch's functions and by arithmetic in float64, without modules, optimizers or loaders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional

Arrays = list[np.ndarray]

_ACTIVATIONS = {"relu": torch.relu, "leaky_relu": functional.leaky_relu, "tanh": torch.tanh}
BATCH_NORM_MOMENTUM, BATCH_NORM_EPSILON = 0.1, 1e-5


def logits(config: dict[str, Any], values: Arrays, images: np.ndarray) -> np.ndarray:
    """The answers of the course's network, without dropout, from its ten parameters in order."""
    activation = _ACTIVATIONS[config["activation"]]
    parameters = [torch.from_numpy(value) for value in values]
    x = torch.from_numpy(images)
    for weight, bias in zip(parameters[0:6:2], parameters[1:6:2], strict=True):
        x = functional.max_pool2d(activation(functional.conv2d(x, weight, bias, padding=1)), 2)
    hidden = activation(x.flatten(1) @ parameters[6].T + parameters[7])
    return (hidden @ parameters[8].T + parameters[9]).numpy()


def hidden_units(config: dict[str, Any], values: Arrays, images: np.ndarray) -> np.ndarray:
    """What the last dense layer gets, without dropout."""
    size = len(values[7])
    return logits(config, [*values[:8], np.eye(size), np.zeros(size)], images)


def updates(optimizer: str, settings: dict[str, float], start: Arrays, gradients: Sequence[Arrays]) -> list[Arrays]:
    """The parameters after each update, by the formulas in torch's documentation."""
    stepper = _Stepper(optimizer, settings, len(start))
    parameters = [value.copy() for value in start]
    path = []
    for grads in gradients:
        parameters = stepper.step(parameters, grads)
        path.append(parameters)
    return path


class _Stepper:
    """SGD with torch's momentum, RMSprop and Adam, each with weight decay added to the gradient."""

    def __init__(self, optimizer: str, settings: dict[str, float], count: int) -> None:
        self._rule = getattr(self, f"_{optimizer.lower()}")
        self._rate = settings["lr"]
        self._decay = settings.get("weight_decay", 0.0)
        self._momentum = settings.get("momentum", 0.0)
        self._first: list[Any] = [0.0] * count
        self._second: list[Any] = [0.0] * count
        self._t = 0

    def step(self, parameters: Arrays, gradients: Arrays) -> Arrays:
        self._t += 1
        pairs = zip(parameters, gradients, strict=True)
        return [w - self._rate * self._rule(i, g + self._decay * w) for i, (w, g) in enumerate(pairs)]

    def _sgd(self, i: int, g: np.ndarray) -> np.ndarray:
        self._first[i] = self._momentum * self._first[i] + g
        return self._first[i]

    def _rmsprop(self, i: int, g: np.ndarray) -> np.ndarray:
        self._second[i] = 0.99 * self._second[i] + 0.01 * g * g
        return g / (np.sqrt(self._second[i]) + 1e-8)

    def _adam(self, i: int, g: np.ndarray) -> np.ndarray:
        self._first[i] = 0.9 * self._first[i] + 0.1 * g
        self._second[i] = 0.999 * self._second[i] + 0.001 * g * g
        v, s = self._first[i] / (1 - 0.9**self._t), self._second[i] / (1 - 0.999**self._t)
        return v / (np.sqrt(s) + 1e-8)


def training(
    values: Arrays,
    images: np.ndarray,
    labels: np.ndarray,
    batch_size: int,
    optimizer: str,
    settings: dict[str, float],
    *,
    parts: Sequence[str] = (),
    epochs: int = 1,
    smoothing: float = 0.0,
) -> dict[str, Any]:
    """What epochs of the bench's small network make of its parameters: gradients by autograd, updates by formula."""
    stepper = _Stepper(optimizer, settings, len(values))
    parameters = [value.copy() for value in values]
    statistics = _Statistics(len(values[1])) if "batch norm" in parts else None
    losses = []
    for _ in range(epochs):
        sum_of_losses = 0.0
        for start in range(0, len(labels), batch_size):
            tensors = [torch.from_numpy(value.copy()).requires_grad_() for value in parameters]
            x, y = torch.from_numpy(images[start : start + batch_size]), labels[start : start + batch_size]
            scores = _small(tensors, x, parts, statistics, training=True)
            per_example = _cross_entropy(scores, torch.from_numpy(y), smoothing)
            gradients = torch.autograd.grad(per_example.mean(), tensors)
            sum_of_losses += float(per_example.detach().sum())
            parameters = stepper.step(parameters, [gradient.numpy() for gradient in gradients])
        losses.append(sum_of_losses / len(labels))
    return {"losses": losses, "parameters": parameters, "buffers": statistics.buffers() if statistics else []}


def evaluation(
    values: Arrays, images: np.ndarray, labels: np.ndarray, parts: Sequence[str] = ()
) -> tuple[float, float]:
    """Mean cross-entropy and share of right answers of the bench's small network, all examples at once."""
    statistics = _Statistics(len(values[1])) if "batch norm" in parts else None
    tensors = [torch.from_numpy(value) for value in values]
    scores = _small(tensors, torch.from_numpy(images), parts, statistics, training=False)
    loss = _cross_entropy(scores, torch.from_numpy(labels), 0.0).mean()
    return float(loss), float(np.mean(np.argmax(scores.numpy(), axis=1) == labels))


class _Statistics:
    """The running statistics of batch normalization without scale and shift."""

    def __init__(self, size: int) -> None:
        self.mean, self.variance, self.batches = torch.zeros(size).double(), torch.ones(size).double(), 0

    def normalized(self, x: torch.Tensor, training: bool) -> torch.Tensor:
        mean, variance = self.mean, self.variance
        if training:
            mean, variance = x.mean(dim=0), x.var(dim=0, correction=0)
            unbiased = variance.detach() * len(x) / (len(x) - 1)
            self.mean = (1 - BATCH_NORM_MOMENTUM) * self.mean + BATCH_NORM_MOMENTUM * mean.detach()
            self.variance = (1 - BATCH_NORM_MOMENTUM) * self.variance + BATCH_NORM_MOMENTUM * unbiased
            self.batches += 1
        return (x - mean) / torch.sqrt(variance + BATCH_NORM_EPSILON)

    def buffers(self) -> list[Any]:
        return [self.mean.numpy(), self.variance.numpy(), np.array(self.batches)]


def _small(
    tensors: Sequence[torch.Tensor],
    images: torch.Tensor,
    parts: Sequence[str],
    statistics: _Statistics | None,
    training: bool,
) -> torch.Tensor:
    w1, b1, w2, b2 = tensors
    hidden = torch.tanh(images.flatten(1) @ w1.T + b1)
    if statistics is not None:
        hidden = statistics.normalized(hidden, training)
    if "dropout" in parts and training:
        hidden = hidden * torch.tensor([2.0 * (unit % 2) for unit in range(hidden.shape[1])]).double()
    return hidden @ w2.T + b2


def _cross_entropy(scores: torch.Tensor, labels: torch.Tensor, smoothing: float) -> torch.Tensor:
    """−Σ q log softmax(z) with q = (1 − s) · one-hot + s/2."""
    logs = scores - torch.logsumexp(scores, dim=1, keepdim=True)
    target = (1 - smoothing) * functional.one_hot(labels, 2).double() + smoothing / 2
    return -(target * logs).sum(dim=1)


def learning_rates(config: dict[str, Any], updates_per_epoch: int) -> list[float]:
    """The learning rate of every update of a whole training."""
    share = np.arange(config["epochs"]) / config["epochs"]
    factors = {
        "constant": np.ones_like(share),
        "cosine": (1 + np.cos(np.pi * share)) / 2,
        "exponential": np.exp(math.log(0.05) * share),
    }[config["schedule"]]
    return [float(rate) for rate in np.repeat(config["learning_rate"] * factors, updates_per_epoch)]
