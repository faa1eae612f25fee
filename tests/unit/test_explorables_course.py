"""What students' functions are held beside in the explorables: against torch, scikit-learn and published minima."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression

from autograder.checking.modules import load_module

sys.path.append(str(Path(__file__).parents[2] / "student_skeleton"))

from explorables import course_line, course_optimizers, course_schedules
from explorables.course_landscapes import LANDSCAPES

ROOT = Path(__file__).parents[2]
solutions = load_module("landscapes_beside_the_explorables", ROOT / "solutions/landscapes.py")
schedules = load_module("schedules_beside_the_explorables", ROOT / "solutions/schedules.py")

BY_HAND = {
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "styblinski_tang": lambda x, y: (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "goldstein_price": lambda x, y: (
        (1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2))
        * (30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2))
    ),
    "beale": lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    "mccormick": lambda x, y: torch.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1,
    "matyas": lambda x, y: 0.26 * (x**2 + y**2) - 0.48 * x * y,
    "rastrigin": lambda x, y: 20 + x**2 - 10 * torch.cos(2 * np.pi * x) + y**2 - 10 * torch.cos(2 * np.pi * y),
}
LOWEST = {
    "himmelblau": 0,
    "styblinski_tang": -78.332331,
    "rosenbrock": 0,
    "goldstein_price": 3,
    "beale": 0,
    "mccormick": -1.913223,
    "matyas": 0,
    "rastrigin": 0,
}


def inside(name: str, count: int = 200) -> np.ndarray:
    course = LANDSCAPES[name]
    low, high = np.transpose([course.x, course.y])
    return np.random.default_rng(0).uniform(low, high, (count, 2))


@pytest.mark.parametrize("name", BY_HAND)
def test_heights_and_slopes_are_those_of_the_published_formula(name: str) -> None:
    points = torch.tensor(inside(name), requires_grad=True)
    heights = BY_HAND[name](points[:, 0], points[:, 1])
    (slopes,) = torch.autograd.grad(heights.sum(), points)

    np.testing.assert_allclose(LANDSCAPES[name].height(inside(name)), heights.detach(), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(LANDSCAPES[name].slope(inside(name)), slopes, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose([LANDSCAPES[name].slope(w) for w in inside(name)], slopes, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", BY_HAND)
def test_the_marked_minima_are_the_published_ones(name: str) -> None:
    minima = np.array(LANDSCAPES[name].minima)

    np.testing.assert_allclose(LANDSCAPES[name].height(minima), LOWEST[name], atol=1e-5)
    assert LANDSCAPES[name].height(inside(name)).min() >= LOWEST[name]


def test_goldstein_price_and_beale_are_not_the_wrong_ones_that_were_published() -> None:
    """The interactive original left Goldstein and Price's function wrong, and counted a term of Beale's twice."""
    assert LANDSCAPES["goldstein_price"].height([0.0, -1.0]) == pytest.approx(3)
    assert LANDSCAPES["goldstein_price"].height([0.0, 0.0]) == pytest.approx(600)
    assert LANDSCAPES["beale"].height([0.0, 0.0]) == pytest.approx(1.5**2 + 2.25**2 + 2.625**2)
    for name in ("goldstein_price", "beale"):
        mine = [getattr(solutions, name)(w) for w in inside(name)]
        np.testing.assert_allclose(LANDSCAPES[name].height(inside(name)), mine, rtol=1e-9, atol=1e-8)


def by_torch(name: str, rates: np.ndarray, switch: int) -> np.ndarray:
    w = torch.tensor([-1.4, 2.4], dtype=torch.float64, requires_grad=True)
    makers = {
        "sgd": lambda: torch.optim.SGD([w], lr=1.0),
        "momentum": lambda: torch.optim.SGD([w], lr=1.0, momentum=0.9),
        "rmsprop": lambda: torch.optim.RMSprop([w], lr=1.0, alpha=0.9),
        "adam": lambda: torch.optim.Adam([w], lr=1.0),
    }
    optimizer = makers["adam" if name == "adam_then_sgd" else name]()
    positions = [w.detach().numpy().copy()]
    for k, rate in enumerate(rates):
        if name == "adam_then_sgd" and k == switch:
            optimizer = makers["sgd"]()
        optimizer.param_groups[0]["lr"] = float(rate) * (0.1 if name == "momentum" else 1)
        optimizer.zero_grad()
        BY_HAND["rosenbrock"](w[0], w[1]).backward()
        optimizer.step()
        positions.append(w.detach().numpy().copy())
    return np.array(positions)


@pytest.mark.parametrize("name", ["sgd", "momentum", "rmsprop", "adam", "adam_then_sgd"])
def test_the_right_path_is_that_of_torch_also_while_the_learning_rate_falls(name: str) -> None:
    """A falling rate tells a rate beside the velocity from one inside it, which the published original has."""
    rates = 0.001 / (1 + 0.05 * np.arange(60.0))

    path = course_optimizers.path(name, LANDSCAPES["rosenbrock"].slope, (-1.4, 2.4), rates, switch_step=25)

    np.testing.assert_allclose(path, by_torch(name, rates, 25), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", [name for name in course_schedules.DECAYS if name != "constant"])
def test_the_rates_of_a_whole_run_are_those_of_the_schedule_step_by_step(name: str) -> None:
    arguments = course_schedules.settings(name, 0.3, 0.2, 37)
    steps = [{"epoch" if name == "step_decay" else "step": k} for k in range(37)]
    one_by_one = [getattr(schedules, name)(**arguments, **step) for step in steps]

    np.testing.assert_allclose(course_schedules.rates(name, 0.3, 0.2, 37), one_by_one, rtol=1e-12)


@pytest.mark.parametrize("name", ["step_decay", "exponential_decay", "inverse_time_decay", "cosine_decay"])
def test_what_is_to_be_left_of_a_rate_is_left_at_the_end(name: str) -> None:
    assert course_schedules.rates(name, 0.3, 0.1, 1000)[-1] == pytest.approx(0.03, rel=0.01)
    assert course_schedules.rates(name, 0.3, 0.1, 1000)[0] == pytest.approx(0.3)


def test_the_line_has_the_cost_the_slope_and_the_minimum_that_scikit_learn_and_torch_find() -> None:
    X, y, _ = course_line.made_up(50, 1.0, 3)
    M, v, rest = course_line.averages(X, y)
    theta = torch.tensor([0.7, -1.2], dtype=torch.float64, requires_grad=True)
    cost = ((torch.tensor(X[:, 0]) * theta[0] + theta[1] - torch.tensor(y)) ** 2).mean()
    (slope,) = torch.autograd.grad(cost, theta)
    fitted = LinearRegression().fit(X, y)

    at = theta.detach().numpy()
    np.testing.assert_allclose(course_line.height(M, v, rest, at), cost.item())
    np.testing.assert_allclose(course_line.slope(M, v, at), slope)
    np.testing.assert_allclose(course_line.lowest(M, v), [fitted.coef_[0], fitted.intercept_])


def test_descent_on_a_line_settles_below_the_stable_rate_and_leaves_above_it() -> None:
    M, v, _ = course_line.averages(*course_line.made_up(50, 1.0, 3)[:2])
    for factor, settles in ((0.99, True), (1.01, False)):
        theta = np.array([4.0, -4.0])
        for _ in range(3000):
            theta = theta - factor * course_line.stable_rate(M) * course_line.slope(M, v, theta)
        assert (np.abs(theta - course_line.lowest(M, v)).max() < 1e-6) == settles
