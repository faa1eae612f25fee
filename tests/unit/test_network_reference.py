"""The reference network against torch and scikit-learn, its own definitions, and the numbers of the handout."""

import copy
import functools
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from autograder.checking.modules import load_module

ROOT = Path(__file__).parents[2]

network = load_module("reference_network", ROOT / "solutions/network.py")
optimizers = load_module("optimizers_for_network", ROOT / "solutions/optimizers.py")
oracles = load_module("oracles_for_network", ROOT / "assignments/hyperparameters/oracles.py")

SIZES = [(4, 3), (4, 5, 3), (2, 4, 6, 3), (3, 2, 5, 4, 2)]


def draw(sizes, m=9, seed=0):
    """Parameters with biases that are not zero, examples and their classes."""
    rng = np.random.default_rng(seed)
    params = network.initialize(list(sizes), "normal", rng)
    params = {name: values + 0.3 * rng.normal(size=values.shape) for name, values in params.items()}
    return params, rng.normal(size=(m, sizes[0])), rng.integers(sizes[-1], size=m)


def gradient(params, X, y):
    return network.backward(params, network.forward(params, X)[1], y)


def pair(name, **settings):
    return getattr(optimizers, f"{name}_init"), functools.partial(getattr(optimizers, f"{name}_step"), **settings)


class InOrder:
    """A generator that deals the examples in given orders."""

    def __init__(self, orders):
        self.orders = iter(orders)

    def permutation(self, m):
        order = next(self.orders)
        assert len(order) == m
        return np.array(order)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_logits_costs_and_gradients_are_those_of_torch(sizes, seed):
    params, X, y = draw(sizes, seed=seed)
    logits, _ = network.forward(params, X)
    np.testing.assert_allclose(logits, oracles.logits(params, X), rtol=1e-12, atol=1e-12)
    assert network._cost(logits, y) == pytest.approx(oracles.cost(params, X, y), rel=1e-12)
    slopes, expected = gradient(params, X, y), oracles.gradient(params, X, y)
    assert list(sorted(slopes)) == list(sorted(params))
    for name in params:
        np.testing.assert_allclose(slopes[name], expected[name], rtol=1e-10, atol=1e-13)


def test_the_order_of_the_keys_means_nothing():
    params, X, y = draw((3,) * 12)
    disordered = dict(sorted(params.items()))
    assert list(disordered) != list(params)
    np.testing.assert_array_equal(network.forward(disordered, X)[0], network.forward(params, X)[0])
    np.testing.assert_equal(gradient(disordered, X, y), gradient(params, X, y))


def test_huge_logits_make_finite_costs_and_gradients():
    params = {"W1": 1e4 * np.array([[1.0, -1.0]]), "b1": np.zeros(2)}
    X, y = np.array([[1.0], [-1.0]]), np.array([0, 0])
    assert network._cost(network.forward(params, X)[0], y) == pytest.approx(1e4)
    np.testing.assert_allclose(gradient(params, X, y)["W1"], [[0.5, -0.5]])


@pytest.mark.parametrize(("scheme", "variance"), [("normal", 1.0), ("xavier", 2 / 500), ("he", 2 / 200)])
@pytest.mark.parametrize("seed", range(3))
def test_initial_weights_have_the_variance_of_their_scheme(scheme, variance, seed):
    params = network.initialize([200, 300, 7], scheme, np.random.default_rng(seed))
    assert {name: values.shape for name, values in params.items()} == {
        "W1": (200, 300),
        "b1": (300,),
        "W2": (300, 7),
        "b2": (7,),
    }
    assert np.var(params["W1"]) == pytest.approx(variance, rel=0.05)
    assert abs(np.mean(params["W1"])) < 5 * np.sqrt(variance / 60_000)
    assert not params["b1"].any()


def test_zeros_are_zeros_and_other_schemes_are_refused():
    params = network.initialize([3, 2], "zeros", np.random.default_rng(0))
    assert not any(values.any() for values in params.values())
    with pytest.raises(ValueError, match="'glorot'"):
        network.initialize([3, 2], "glorot", np.random.default_rng(0))


def test_units_that_start_alike_stay_alike():
    _, X, y = draw((3, 4, 2))
    params = network.initialize([3, 4, 2], "zeros", np.random.default_rng(0))
    trained, _ = network.train(params, X, y, *pair("adam"), lambda update: 0.1, 5, 3, np.random.default_rng(0))
    assert (trained["W1"] == trained["W1"][:, :1]).all()


def test_shapes_that_do_not_fit_are_refused_and_named():
    params, X, y = draw((4, 5, 3))
    with pytest.raises(ValueError, match=r"\(9, 3\).*\(4, 5\)"):
        network.forward(params, X[:, :3])
    with pytest.raises(ValueError, match=r"\(4,\)"):
        network.forward(params, X[0])
    for wrong in (y[:, None], y[:-1]):
        with pytest.raises(ValueError, match=r"y has shape \(\d, ?1?\)") as raised:
            network.backward(params, network.forward(params, X)[1], wrong)
        assert str(wrong.shape) in str(raised.value)


@pytest.mark.parametrize(
    ("name", "torchs", "factor", "settings", "torch_settings"),
    [
        ("sgd", "SGD", 1.0, {}, {}),
        ("momentum", "SGD", 0.3, {"beta": 0.7}, {"momentum": 0.7}),
        ("adam", "Adam", 1.0, {"epsilon": 1e-3}, {"eps": 1e-3}),
    ],
)
def test_training_is_torchs_on_the_same_batches(name, torchs, factor, settings, torch_settings):
    params, X, y = draw((4, 5, 3), m=7)
    orders = [np.random.default_rng(epoch).permutation(7) for epoch in range(3)]
    history = [[order[start : start + 3] for start in range(0, 7, 3)] for order in orders]
    rates = [0.1 / (1 + update) for update in range(9)]
    trained, costs = network.train(
        params, X, y, *pair(name, **settings), lambda update: rates[update], 3, 3, InOrder(orders)
    )
    expected, expected_costs = oracles.training(
        params, X, y, history, torchs, [factor * rate for rate in rates], **torch_settings
    )
    np.testing.assert_allclose(costs, expected_costs, rtol=1e-10)
    for key in params:
        np.testing.assert_allclose(trained[key], expected[key], rtol=1e-9, atol=1e-12)


def test_training_for_no_epochs_gives_the_start_back():
    params, X, y = draw((4, 3))
    trained, costs = network.train(params, X, y, *pair("adam"), lambda update: 0.1, 0, 3, np.random.default_rng(0))
    np.testing.assert_equal((trained, costs), (params, []))


def test_nothing_that_is_passed_in_is_modified():
    params, X, y = draw((4, 5, 3))
    before = copy.deepcopy((params, X, y))
    network.train(params, X, y, *pair("momentum"), lambda update: 0.1, 2, 4, np.random.default_rng(0))
    network.sharpness(params, X, y)
    np.testing.assert_equal((params, X, y), before)


@pytest.mark.parametrize("sizes", [(3, 3), (2, 3, 2), (2, 3, 3, 2)])
def test_sharpness_is_the_largest_eigenvalue_of_torchs_hessian(sizes):
    compared = 0
    for seed in range(12):
        params, X, y = draw(sizes, seed=seed)
        values, _ = oracles.curvatures(params, X, y)
        if values[-1] > 1.2 * max(abs(values[0]), abs(values[-2])):
            assert network.sharpness(params, X, y) == pytest.approx(values[-1], rel=1e-5)
            compared += 1
    assert compared > 3


def test_a_flat_cost_has_no_sharpness():
    params = {"W1": np.zeros((2, 1)), "b1": np.zeros(1)}
    assert network.sharpness(params, np.ones((3, 2)), np.zeros(3, dtype=int)) == 0.0


def test_the_worked_numbers_of_the_docstrings_are_right():
    params = {
        "W1": np.array([[1.0, -1.0]]),
        "b1": np.array([0.0, 1.0]),
        "W2": np.array([[2.0, 0.0], [1.0, 3.0]]),
        "b2": np.array([0.0, 0.5]),
    }
    assert network.forward(params, np.array([[3.0]]))[0].tolist() == [[6.0, 0.5]]


# The handout


def test_numbers_keep_their_size_through_six_layers_as_the_handout_says():
    digits = load_digits()
    rows = np.random.default_rng(0).permutation(len(digits.target))[:1000]
    X, y = digits.data[rows] / 16, digits.target[rows]
    table = {"zeros": (0, 0, 2.303), "normal": (2.1, 11_600, 205_000), "xavier": (0.27, 0.044, 2.303)}
    for scheme, expected in (table | {"he": (0.38, 0.35, 2.495)}).items():
        found = []
        for seed in range(3):
            params = network.initialize([64] * 7 + [10], scheme, np.random.default_rng(seed))
            logits, (inputs, _) = network.forward(params, X)
            found.append((np.std(inputs[1]), np.std(inputs[6]), network._cost(logits, y)))
        np.testing.assert_allclose(np.mean(found, axis=0), expected, rtol=0.03)
