"""The same quantities by other means, in float64, conventions mapped to the course's.

Landscapes: torch differentiates them; torch.optim walks down. Network: torch's autograd, its Hessian and its
optimizers; scikit-learn's digits and its MLPClassifier.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Sequence

import numpy as np
import scipy.stats
import torch
from scipy.integrate import quad
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

from autograder.checking import uncompiled

Point = Sequence[float] | np.ndarray
Params = dict[str, np.ndarray]

MINIMA = {
    "himmelblau": [
        (0.0, (3.0, 2.0)),
        (0.0, (-2.805118086952745, 3.131312518250573)),
        (0.0, (-3.779310253377747, -3.283185991286170)),
        (0.0, (3.584428340330492, -1.848126526964404)),
    ],
    "styblinski_tang": [(-78.33233140754282, (-2.903534027771177, -2.903534027771177))],
    "rosenbrock": [(0.0, (1.0, 1.0))],
    "goldstein_price": [(3.0, (0.0, -1.0))],
    "beale": [(0.0, (3.0, 0.5))],
    "mccormick": [(-1.9132229549810362, (-0.5471975511965976, -1.5471975511965976))],
    "matyas": [(0.0, (0.0, 0.0))],
    "rastrigin": [(0.0, (0.0, 0.0))],
}
"""Published minima: J there and where, as in Jamil and Yang, "A literature survey of benchmark functions", 2013."""


# --- landscapes ---


def _himmelblau(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.square(x * x + y - 11) + torch.square(x + y * y - 7)


def _styblinski_tang(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return sum(v.pow(4) - 16 * v.pow(2) + 5 * v for v in (x, y)) * 0.5


def _rosenbrock(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.square(1 - x) + 100 * torch.square(y - x * x)


def _goldstein_price(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # In s = x + y and t = 2x - 3y the two factors are polynomials of one variable each.
    s, t = x + y, 2 * x - 3 * y
    return (1 + (s + 1) ** 2 * (19 - 14 * s + 3 * s**2)) * (30 + t**2 * (18 - 16 * t + 3 * t**2))


def _beale(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return sum(torch.square(c - x * (1 - y.pow(k))) for c, k in ((1.5, 1), (2.25, 2), (2.625, 3)))


def _mccormick(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.sin(x + y) + torch.square(x - y) - 1.5 * x + 2.5 * y + 1


def _matyas(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # Along the bowl's own axes, which lie at 45 degrees: eigenvalues 0.04 and 1.
    return 0.01 * torch.square(x + y) + 0.25 * torch.square(x - y)


def _rastrigin(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return 20 + sum(v * v - 10 * torch.cos(2 * torch.pi * v) for v in (x, y))


_LANDSCAPES = {
    "himmelblau": _himmelblau,
    "styblinski_tang": _styblinski_tang,
    "rosenbrock": _rosenbrock,
    "goldstein_price": _goldstein_price,
    "beale": _beale,
    "mccormick": _mccormick,
    "matyas": _matyas,
    "rastrigin": _rastrigin,
}


def landscape(name: str, w: Point) -> tuple[float, np.ndarray]:
    """Height of the named landscape at w, and its slope by torch's autograd."""
    point = torch.tensor(np.asarray(w, dtype=np.float64), requires_grad=True)
    height = _LANDSCAPES[name](point[0], point[1])
    (slope,) = torch.autograd.grad(height, point)
    return float(height.detach()), slope.numpy()


def walk(name: str, w: Point, optimizer: str, learning_rates: Sequence[float], **settings: object) -> np.ndarray:
    """The positions of an optimizer of torch.optim on the named landscape, the start first, shape (steps + 1, 2)."""
    point = torch.tensor(np.asarray(w, dtype=np.float64), requires_grad=True)
    kept = uncompiled(getattr(torch.optim, optimizer))([point], lr=1.0, foreach=False, **settings)
    positions = [point.detach().numpy().copy()]
    for learning_rate in learning_rates:
        kept.param_groups[0]["lr"] = learning_rate
        kept.zero_grad()
        _LANDSCAPES[name](point[0], point[1]).backward()
        kept.step()
        positions.append(point.detach().numpy().copy())
    return np.array(positions)


# --- network ---


def _tensors(params: Params) -> dict[str, torch.Tensor]:
    return {name: torch.tensor(W, dtype=torch.float64, requires_grad=True) for name, W in params.items()}


def _logits(params: dict[str, torch.Tensor], X: np.ndarray) -> torch.Tensor:
    values = torch.tensor(X, dtype=torch.float64)
    layers = len(params) // 2
    for number in range(1, layers + 1):
        values = torch.nn.functional.linear(values, params[f"W{number}"].T, params[f"b{number}"])
        values = torch.relu(values) if number < layers else values
    return values


def _cost(params: dict[str, torch.Tensor], X: np.ndarray, y: np.ndarray) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(_logits(params, X), torch.tensor(y))


def logits(params: Params, X: np.ndarray) -> np.ndarray:
    return _logits(_tensors(params), X).detach().numpy()


def cost(params: Params, X: np.ndarray, y: np.ndarray) -> float:
    """torch's cross-entropy, the mean over the examples."""
    return float(_cost(_tensors(params), X, y).detach())


def gradient(params: Params, X: np.ndarray, y: np.ndarray) -> Params:
    """Slope of the cost in every parameter, by torch's autograd."""
    tensors = _tensors(params)
    slopes = torch.autograd.grad(_cost(tensors, X, y), list(tensors.values()))
    return {name: slope.numpy() for name, slope in zip(tensors, slopes, strict=True)}


def curvatures(params: Params, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of torch's Hessian of the cost in all parameters, ascending, and the direction of the last."""
    shapes = {name: W.shape for name, W in params.items()}
    flat = torch.cat([torch.tensor(W, dtype=torch.float64).ravel() for W in params.values()])

    def cost_of(theta: torch.Tensor) -> torch.Tensor:
        parts = torch.split(theta, [int(np.prod(shape)) for shape in shapes.values()])
        return _cost({name: part.reshape(shapes[name]) for name, part in zip(shapes, parts, strict=True)}, X, y)

    values, vectors = np.linalg.eigh(torch.autograd.functional.hessian(cost_of, flat).numpy())
    return values, vectors[:, -1]


def training(
    params: Params,
    X: np.ndarray,
    y: np.ndarray,
    history: Sequence[Sequence[Sequence[int]]],
    optimizer: str,
    learning_rates: Sequence[float],
    **settings: object,
) -> tuple[Params, list[float]]:
    """Where an optimizer of torch.optim leads on these batches, epoch by epoch, and the cost after each epoch.

    Parameters
    ----------
    history
        For each epoch its batches, for each batch the rows of its examples.
    learning_rates
        One for each update.
    """
    tensors = _tensors(params)
    kept = uncompiled(getattr(torch.optim, optimizer))(list(tensors.values()), lr=1.0, foreach=False, **settings)
    rates, costs = iter(learning_rates), []
    for epoch in history:
        for batch in epoch:
            rows = list(batch)
            kept.param_groups[0]["lr"] = next(rates)
            kept.zero_grad()
            _cost(tensors, X[rows], y[rows]).backward()
            kept.step()
        costs.append(float(_cost(tensors, X, y).detach()))
    return {name: tensor.detach().numpy() for name, tensor in tensors.items()}, costs


@functools.cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's digits, pixels from 0 to 1, in a fixed random order: X (1797, 64) and y (1797,)."""
    bunch = load_digits()
    order = np.random.default_rng(5).permutation(len(bunch.target))
    return bunch.data[order] / 16, bunch.target[order]


def mlp_classifier(
    X: np.ndarray,
    y: np.ndarray,
    X_new: np.ndarray,
    y_new: np.ndarray,
    *,
    hidden: int,
    learning_rate: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> tuple[float, float]:
    """Cost on (X, y) and accuracy on (X_new, y_new) that scikit-learn's MLPClassifier reaches by plain descent.

    Its penalty, its momentum and its stopping early are turned off: what is left is the course's network and loop. It
    starts from weights of Xavier's variance, and its biases are small random numbers.
    """
    classifier = MLPClassifier(
        (hidden,),
        solver="sgd",
        alpha=0,
        momentum=0,
        nesterovs_momentum=False,
        learning_rate="constant",
        learning_rate_init=learning_rate,
        batch_size=batch_size,
        max_iter=epochs,
        tol=0,
        n_iter_no_change=10 * epochs,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is told to stop before it has converged
        classifier.fit(X, y)
    reached = log_loss(y, classifier.predict_proba(X), labels=classifier.classes_)
    return float(reached), float(classifier.score(X_new, y_new))


# --- search ---


def expected_improvement(mean: np.ndarray, std: np.ndarray, best: float) -> np.ndarray:
    """E[max(best − Y, 0)] for Y ~ N(mean, std²) by integrating the sum's definition, one candidate after the other."""

    def one(mean: float, std: float) -> float:
        if std == 0:
            return max(best - mean, 0.0)
        lowest = mean - 12 * std  # below it the density is less than 1e-31
        if lowest >= best:
            return 0.0
        density = scipy.stats.norm(mean, std).pdf
        middle = [point for point in (mean - 3 * std, mean, mean + 3 * std) if lowest < point < best]
        return quad(lambda y: (best - y) * density(y), lowest, best, points=middle, epsabs=1e-12, epsrel=1e-12)[0]

    return np.array([one(*candidate) for candidate in zip(mean, std, strict=True)])
