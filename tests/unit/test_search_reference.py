"""The reference searches: distributions, contracts, numerical integration, and the numbers of the handout."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from autograder.checking.modules import load_module

ROOT = Path(__file__).parents[2]

search = load_module("reference_search", ROOT / "solutions/search.py")
oracles = load_module("hyperparameters_oracles", ROOT / "assignments/hyperparameters/oracles.py")

RATE = {"kind": "log_uniform", "low": 1e-4, "high": 1.0}
SPACE = {
    "learning_rate": RATE,
    "dropout": {"kind": "uniform", "low": 0.2, "high": 0.5},
    "layers": {"kind": "integer", "low": 2, "high": 4},
    "activation": {"kind": "choice", "values": ["relu", 16, None, (32, 16)]},
}


def generator(seed=0):
    return np.random.default_rng(seed)


def draws(entry, count=4000):
    rng = generator(5)
    return [search.sample_configuration({"x": entry}, rng)["x"] for _ in range(count)]


def bowl(configuration):
    """Lowest, 0.1, at a learning rate of 0.01 and any dropout."""
    return 0.1 + (math.log10(configuration["learning_rate"]) + 2) ** 2


class Asked:
    """An objective that keeps what it was asked about."""

    def __init__(self, value):
        self.value, self.configurations = value, []

    def __call__(self, configuration):
        self.configurations.append(dict(configuration))
        return self.value(configuration)


# Sampling


def test_every_power_of_ten_gets_its_share_of_log_uniform_draws():
    exponents = np.log10(draws(RATE))
    shares = np.histogram(exponents, bins=4, range=(-4, 0))[0] / len(exponents)
    np.testing.assert_allclose(shares, 0.25, atol=0.03)
    assert np.log(draws(RATE)).std() == pytest.approx(math.log(1e4) / math.sqrt(12), rel=0.03)


def test_uniform_draws_fill_their_range():
    drawn = np.array(draws(SPACE["dropout"]))
    np.testing.assert_allclose(np.histogram(drawn, bins=3, range=(0.2, 0.5))[0] / len(drawn), 1 / 3, atol=0.03)


def test_integers_include_both_ends_and_choices_come_as_they_stand():
    layers = draws(SPACE["layers"])
    assert {type(value) for value in layers} == {int}
    assert [layers.count(value) / len(layers) for value in (2, 3, 4)] == pytest.approx([1 / 3] * 3, abs=0.03)
    chosen = draws(SPACE["activation"])
    for value in SPACE["activation"]["values"]:
        assert sum(one is value for one in chosen) / len(chosen) == pytest.approx(0.25, abs=0.03)


def test_the_generator_decides_and_moves_on():
    rng = generator(3)
    first, second = (search.sample_configuration(SPACE, rng) for _ in range(2))
    assert first == search.sample_configuration(SPACE, generator(3))
    assert first["learning_rate"] != second["learning_rate"]


def test_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="gaussian"):
        search.sample_configuration({"x": {"kind": "gaussian", "low": 0, "high": 1}}, generator())


# The contract of all searches


def searches(trials):
    yield lambda objective: search.random_search(objective, SPACE, trials, generator(1))
    yield lambda objective: search.bayesian_search(objective, SPACE, trials, generator(1))


@pytest.mark.parametrize("trials", [1, 2, 3, 8])
def test_trials_are_all_that_was_asked_in_order_and_the_best_is_the_lowest(trials):
    for run in searches(trials):
        asked = Asked(bowl)
        best, done = run(asked)
        assert [trial["configuration"] for trial in done] == asked.configurations
        assert [trial["value"] for trial in done] == [bowl(one) for one in asked.configurations]
        assert best["value"] == min(trial["value"] for trial in done)
        assert len(done) == trials


def test_a_search_can_be_repeated():
    for run in searches(8):
        assert run(bowl) == run(bowl)


@pytest.mark.parametrize("broken", [{0, 1, 2}, {3, 5}, set(range(7)), set(range(8))])
def test_nan_is_reported_and_never_the_best(broken):
    for run, bad in itertools.product(searches(8), (math.nan, math.inf)):
        count = itertools.count()
        best, done = run(lambda one, count=count, bad=bad: bad if next(count) in broken else bowl(one))
        assert len(done) == 8
        whole = [trial["value"] for trial in done if math.isfinite(trial["value"])]
        if whole:
            assert best["value"] == min(whole)
        else:
            assert best is None if math.isnan(bad) else best["value"] == math.inf


def test_a_grid_is_tried_completely():
    grid = {"learning_rate": [0.1, 0.01, 0.001], "activation": ["relu", None], "dropout": [0.2]}
    best, done = search.grid_search(bowl, grid)
    assert best == {"configuration": {"learning_rate": 0.01, "activation": "relu", "dropout": 0.2}, "value": 0.1}
    assert len({tuple(trial["configuration"].values()) for trial in done}) == len(done) == 6


def test_a_grid_of_broken_runs_has_no_best():
    assert search.grid_search(lambda _: math.nan, {"x": [1, 2]})[0] is None


# Expected improvement


def test_expected_improvement_is_the_integral():
    rng = generator(7)
    mean, std = rng.normal(size=40), np.concatenate([rng.uniform(0.01, 3, size=30), np.zeros(10)])
    got = search.expected_improvement(mean, std, 0.3)
    np.testing.assert_allclose(got, oracles.expected_improvement(mean, std, 0.3), atol=1e-10)
    assert np.all(got >= 0)


def test_expected_improvement_of_floats_is_a_float():
    assert type(search.expected_improvement(1.0, 2.0, 1.0)) is float
    assert search.expected_improvement(1.0, 2.0, 1.0) == pytest.approx(2 / math.sqrt(2 * math.pi))
    assert search.expected_improvement(1.0, 0.0, 3.0) == 2.0
    assert search.expected_improvement(1.0, 0.0, 1.0) == 0.0


def test_the_table_of_expected_improvement_in_the_handout_is_right():
    mean, std = np.array([0.50, 0.48, 0.40, 0.52, 0.60, 0.45]), np.array([0.10, 0.02, 0.0, 0.05, 0.20, 0.01])
    expected = [0.0399, 0.0217, 0.1000, 0.0115, 0.0396, 0.0500]
    assert search.expected_improvement(mean, std, 0.5) == pytest.approx(expected, abs=5e-5)


def test_shapes_that_would_broadcast_are_refused():
    with pytest.raises(ValueError, match=r"\(3,\).*\(3, 1\)"):
        search.expected_improvement(np.zeros(3), np.ones((3, 1)), 0.0)


# Bayesian search


def test_a_point_is_between_0_and_1_and_no_choice_is_between_two_others():
    configuration = {"learning_rate": 0.01, "dropout": 0.5, "layers": 3, "activation": None}
    assert search._point(configuration, SPACE) == pytest.approx([0.5, 1.0, 0.5, 0.0, 0.0, 1.0, 0.0])


def test_bayesian_search_beats_random_search():
    space = {"learning_rate": RATE, "dropout": SPACE["dropout"]}
    bayesian, random = (
        [run(bowl, space, 12, generator(seed))[0]["value"] - 0.1 for seed in range(4)]
        for run in (search.bayesian_search, search.random_search)
    )
    assert np.median(bayesian) < np.median(random) / 4


def test_most_trials_are_where_the_objective_is_low():
    done = search.bayesian_search(bowl, {"learning_rate": RATE}, 15, generator(2))[1]
    assert sum(trial["value"] < 0.2 for trial in done[5:]) >= 6


def test_bayesian_search_says_nothing(recwarn, capsys):
    search.bayesian_search(lambda _: 1.0, SPACE, 6, generator())
    assert not recwarn.list
    assert capsys.readouterr().out == ""


# What the handout says


def test_the_chances_that_the_handout_quotes():
    missed = np.array([0.95**60, 0.75**16])
    assert 1 - missed == pytest.approx([0.954, 0.99], abs=5e-4)
