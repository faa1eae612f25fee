"""The same quantities by other means, in float64, conventions mapped to the course's.

Landscapes: torch differentiates them; torch.optim walks down.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

Point = Sequence[float] | np.ndarray

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
    kept = getattr(torch.optim, optimizer)([point], lr=1.0, foreach=False, **settings)
    positions = [point.detach().numpy().copy()]
    for learning_rate in learning_rates:
        kept.param_groups[0]["lr"] = learning_rate
        kept.zero_grad()
        _LANDSCAPES[name](point[0], point[1]).backward()
        kept.step()
        positions.append(point.detach().numpy().copy())
    return np.array(positions)
