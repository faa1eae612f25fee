"""The reference landscapes against torch, the published minima, and the numbers worked in the handout."""

import functools
from pathlib import Path

import numpy as np
import pytest

from autograder.checking.modules import load_module

ROOT = Path(__file__).parents[2]

landscapes = load_module("reference_landscapes", ROOT / "solutions/landscapes.py")
optimizers = load_module("optimizers_for_landscapes", ROOT / "solutions/optimizers.py")
oracles = load_module("oracles_for_landscapes", ROOT / "assignments/hyperparameters/oracles.py")

NAMES = sorted(oracles.MINIMA)
POINTS = np.random.default_rng(0).uniform(-4, 4, size=(30, 2))


def height(name, w):
    return getattr(landscapes, name)(w)


def slope(name, w):
    return getattr(landscapes, f"{name}_gradient")(w)


def pair(name, **settings):
    return getattr(optimizers, f"{name}_init"), functools.partial(getattr(optimizers, f"{name}_step"), **settings)


@pytest.mark.parametrize("name", NAMES)
def test_heights_and_slopes_are_those_of_torch(name):
    for w in POINTS:
        expected_height, expected_slope = oracles.landscape(name, w)
        assert height(name, w) == pytest.approx(expected_height, rel=1e-11, abs=1e-11)
        np.testing.assert_allclose(slope(name, w), expected_slope, rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_the_published_minima_are_minima(name):
    for depth, where in oracles.MINIMA[name]:
        assert height(name, np.array(where)) == pytest.approx(depth, abs=1e-12)
        np.testing.assert_allclose(slope(name, np.array(where)), 0, atol=1e-10)
        for offset in np.random.default_rng(1).normal(scale=1e-3, size=(20, 2)):
            assert height(name, np.array(where) + offset) > depth


@pytest.mark.parametrize("name", NAMES)
def test_heights_are_floats_slopes_are_arrays_and_the_point_stays(name):
    w = np.array([0.3, -1.2])
    assert type(height(name, w)) is float
    assert slope(name, w).shape == (2,)
    assert slope(name, w).dtype == np.float64
    assert w.tolist() == [0.3, -1.2]


@pytest.mark.parametrize(
    ("name", "torchs", "factor", "settings", "torch_settings"),
    [
        ("sgd", "SGD", 1.0, {}, {}),
        ("momentum", "SGD", 0.2, {"beta": 0.8}, {"momentum": 0.8}),
        ("rmsprop", "RMSprop", 1.0, {"beta": 0.8}, {"alpha": 0.8}),
        ("adam", "Adam", 1.0, {"beta1": 0.8, "beta2": 0.95}, {"betas": (0.8, 0.95)}),
    ],
)
def test_walks_with_any_optimizer_are_those_of_torch(name, torchs, factor, settings, torch_settings):
    start, rates = np.array([2.5, 1.5]), [0.01, 0.005, 0.02, 0.01, 0.001]
    path = landscapes.minimize(landscapes.himmelblau_gradient, start, *pair(name, **settings), rates)
    expected = oracles.walk("himmelblau", start, torchs, [factor * rate for rate in rates], **torch_settings)
    np.testing.assert_allclose(path, expected, rtol=1e-10)
    assert start.tolist() == [2.5, 1.5]


def test_a_walk_of_no_steps_is_its_start():
    path = landscapes.minimize(landscapes.matyas_gradient, np.array([1, 2]), *pair("adam"), [])
    assert path.tolist() == [[1.0, 2.0]]
    assert path.dtype == np.float64


def test_the_worked_numbers_of_the_docstrings_are_right():
    worked = [
        ("himmelblau", (0, 0), 170, (-14, -22)),
        ("styblinski_tang", (1, 1), -10, (-11.5, -11.5)),
        ("rosenbrock", (-1, 2), 104, (396, 200)),
        ("goldstein_price", (0, 0), 600, (720, 720)),
        ("beale", (1, 0), 4.453125, (-6.75, 1)),
        ("mccormick", (0, 0), 1, (-0.5, 3.5)),
        ("matyas", (1, 2), 0.34, (-0.44, 0.56)),
        ("rastrigin", (0.25, 0.5), 30.3125, (0.5 + 20 * np.pi, 1)),
    ]
    for name, where, expected_height, expected_slope in worked:
        assert height(name, np.array(where, dtype=float)) == pytest.approx(expected_height)
        np.testing.assert_allclose(slope(name, np.array(where, dtype=float)), expected_slope, atol=1e-12)
    assert landscapes.goldstein_price(np.array([1.0, 1.0])) == 1876
    assert landscapes.rastrigin(np.array([0.5, 0.0])) == pytest.approx(20.25)


# The handout


def steps_until_below(name, start, level, pair, rate, steps):
    """Updates after which the walk stays below `level`."""
    path = landscapes.minimize(
        getattr(landscapes, f"{name}_gradient"), np.array(start, dtype=float), *pair, [rate] * steps
    )
    above = np.nonzero([height(name, w) >= level for w in path])[0]
    return int(above[-1]) + 1


def test_where_gradient_descent_ends_on_himmelblau_depends_on_the_start_as_the_handout_says():
    for start, end in [((0, 0), (3, 2)), ((-1, 0), (-2.8, 3.1)), ((0, -1), (3.6, -1.8))]:
        path = landscapes.minimize(
            landscapes.himmelblau_gradient, np.array(start, dtype=float), *pair("sgd"), [0.01] * 500
        )
        np.testing.assert_allclose(path[-1], end, atol=0.06)


def test_the_walks_of_the_handout_take_as_many_steps_as_it_says():
    ravine = functools.partial(steps_until_below, "rosenbrock", (-1, 1), 1e-3)
    assert ravine(pair("sgd"), 0.001, 8000) == 6502
    assert ravine(pair("momentum", beta=0.9), 0.01, 2000) == 616
    bowl = functools.partial(steps_until_below, "matyas", (5, -3), 1e-4)
    assert (bowl(pair("sgd"), 1.0, 300), bowl(pair("sgd"), 1.9, 300)) == (74, 58)
    assert bowl(pair("sgd"), 2.1, 300) == 301


def share_at_the_bottom(name, low, high, rate, steps, bottom):
    """Of 1,000 random starts."""
    walkers = np.random.default_rng(0).uniform(low, high, size=(1000, 2)).T
    for _ in range(steps):
        walkers = walkers - rate * slope(name, walkers)
    return sum(height(name, w) < bottom for w in walkers.T)


def test_as_few_random_starts_find_the_deepest_valley_as_the_handout_says():
    assert share_at_the_bottom("styblinski_tang", -5, 5, 0.01, 400, -78) == 245
    assert share_at_the_bottom("rastrigin", -5.12, 5.12, 0.001, 200, 1e-3) == 6
