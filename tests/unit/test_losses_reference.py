"""The reference losses against torch, scikit-learn, differences, and what their docstrings promise."""

import copy
import doctest
import inspect
from pathlib import Path

import numpy as np
import pytest

from autograder.checking.modules import load_module

ROOT = Path(__file__).parents[2]

losses = load_module("reference_losses", ROOT / "solutions/losses.py")
oracles = load_module("losses_oracles", ROOT / "assignments/losses/oracles.py")

SEEDS = range(6)


def features(rng):
    return rng.normal(size=(7, 3)), rng.normal(size=(7, 3))


def numbers(rng):
    return rng.normal(size=7), rng.normal(size=7)


def boxes(rng):
    return rng.uniform(1, 9, size=(5, 4)), rng.uniform(1, 9, size=(5, 4))


def binary(rng):
    return rng.permutation([0.0, 1.0, 0.0, 1.0, 1.0]), rng.normal(scale=3, size=5)


def signs(rng):
    return rng.permutation([-1.0, 1.0, -1.0, 1.0, 1.0]), rng.normal(scale=2, size=5)


def classes(rng):
    return rng.integers(0, 4, size=6), rng.normal(scale=3, size=(6, 4))


# One row per use of a loss: function, arguments, keywords.
LOSSES = [
    ("squared_error", numbers, {}),
    ("squared_error", features, {}),
    ("absolute_error", numbers, {}),
    ("absolute_error", features, {}),
    ("huber", numbers, {}),
    ("huber", features, {"delta": 0.4}),
    ("huber", features, {"delta": 2.5}),
    ("bounding_box_loss", boxes, {}),
    ("logistic", binary, {}),
    ("hinge", signs, {}),
    ("cross_entropy", classes, {}),
]
GRADIENTS = [(f"{name}_gradient", draw, kwargs) for name, draw, kwargs in LOSSES]
COSTS = [("mean_squared_error", numbers, {}), ("mean_squared_error", features, {})]
EVERY_USE = LOSSES + GRADIENTS + COSTS


def name_of_use(value):
    return value.__name__ if callable(value) else "-".join(f"{k}={v}" for k, v in value.items()) or "default"


def every_use(rows):
    return pytest.mark.parametrize(
        ("name", "draw", "kwargs"), rows, ids=[f"{n}-{name_of_use(d)}-{name_of_use(k)}" for n, d, k in rows]
    )


@pytest.mark.parametrize("seed", SEEDS)
@every_use(EVERY_USE)
def test_the_reference_agrees_with_torch(name, draw, kwargs, seed):
    args = draw(np.random.default_rng(seed))
    got, expected = getattr(losses, name)(*args, **kwargs), getattr(oracles, name)(*args, **kwargs)
    assert np.shape(got) == np.shape(expected)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("seed", SEEDS)
def test_softmax_agrees_with_torch_and_every_row_adds_up_to_1(seed):
    _, logits = classes(np.random.default_rng(seed))
    probabilities = losses.softmax(logits)
    np.testing.assert_allclose(probabilities, oracles.softmax(logits), rtol=1e-12)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_means_agree_with_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    for args in (numbers(rng), features(rng)):
        assert losses.mean_squared_error(*args) == pytest.approx(oracles.mean_squared_error_by_sklearn(*args))
    labels, logits = binary(rng)
    assert losses.cost(losses.logistic(labels, logits)) == pytest.approx(oracles.mean_logistic(labels, logits))
    labels, logits = classes(rng)
    assert losses.cost(losses.cross_entropy(labels, logits)) == pytest.approx(
        oracles.mean_cross_entropy(labels, logits)
    )
    labels, scores = signs(rng)
    np.testing.assert_allclose(losses.hinge(labels, scores), oracles.hinge_by_sklearn(labels, scores), rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@every_use(LOSSES)
def test_each_gradient_is_the_derivative_that_differences_show(name, draw, kwargs, seed):
    y_true, y_pred = draw(np.random.default_rng(seed))
    loss = getattr(losses, name)
    by_differences = losses.numerical_gradient(lambda p: float(loss(y_true, p, **kwargs).sum()), y_pred)
    np.testing.assert_allclose(getattr(losses, f"{name}_gradient")(y_true, y_pred, **kwargs), by_differences, atol=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_differences_agree_with_autograd_in_two_dimensions(seed):
    labels, logits = classes(np.random.default_rng(seed))
    by_differences = losses.numerical_gradient(lambda z: losses.cost(losses.cross_entropy(labels, z)), logits)
    np.testing.assert_allclose(by_differences, oracles.gradient_of_mean_cross_entropy(labels, logits), atol=1e-9)


def test_differences_are_central_and_use_the_step_they_are_given():
    x = np.array([1.0, -2.0])
    by_differences = losses.numerical_gradient(lambda x: float(np.sum(x**3)), x, step=0.5)
    np.testing.assert_allclose(by_differences, 3 * x**2 + 0.25, rtol=1e-12)


def test_differences_hand_every_call_an_array_of_its_own():
    seen = []
    losses.numerical_gradient(lambda x: float(seen.append(x) or 0), np.zeros(2), step=1.0)
    assert np.array_equal(seen, [[1, 0], [-1, 0], [0, 1], [0, -1]])


@pytest.mark.parametrize("size", [40.0, 1000.0, 10_000.0])
def test_the_logistic_loss_of_a_huge_logit_is_right(size):
    labels, logits = np.array([0.0, 1.0, 0.0, 1.0]), np.array([size, size, -size, -size])
    np.testing.assert_allclose(losses.logistic(labels, logits), [size, 0, 0, size], atol=1e-16)
    np.testing.assert_allclose(losses.logistic_gradient(labels, logits), [1, 0, 0, -1], atol=1e-16)


@pytest.mark.parametrize("shift", [-10_000.0, -1000.0, 1000.0, 10_000.0])
def test_a_shift_of_all_logits_changes_neither_softmax_nor_cross_entropy(shift):
    logits = np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.0]])
    moved = logits + np.array([[shift], [0.0]])
    labels = np.array([1, 2])
    assert np.array_equal(losses.softmax(moved), losses.softmax(logits))
    assert np.array_equal(losses.cross_entropy(labels, moved), losses.cross_entropy(labels, logits))
    assert np.array_equal(losses.cross_entropy_gradient(labels, moved), losses.cross_entropy_gradient(labels, logits))


def test_a_class_without_a_chance_costs_the_distance_to_the_best_logit():
    logits = np.array([[10_000.0, 0.0, -10_000.0]])
    assert losses.cross_entropy(np.array([2]), logits).tolist() == [20_000.0]


def test_two_class_cross_entropy_is_the_logistic_loss_of_the_difference():
    labels, logits = np.array([0, 1, 1]), np.array([[0.3, -2.0], [1.5, 1.0], [0.0, 4.0]])
    np.testing.assert_allclose(
        losses.cross_entropy(labels, logits),
        losses.logistic(labels.astype(float), logits[:, 1] - logits[:, 0]),
        rtol=1e-12,
    )


def test_every_gradient_is_zero_on_its_kink():
    y = np.array([1.0, -1.0])
    assert losses.absolute_error_gradient(y, y).tolist() == [0, 0]
    assert losses.hinge_gradient(y, y).tolist() == [0, 0]
    assert losses.huber_gradient(y, y).tolist() == [0, 0]


@pytest.mark.parametrize("delta", [0.5, 1.0, 4.0])
def test_huber_joins_its_two_halves_without_a_jump_or_a_kink(delta):
    below, above = np.array([delta * (1 - 1e-9)]), np.array([delta * (1 + 1e-9)])
    truth = np.zeros(1)
    assert losses.huber(truth, above, delta) == pytest.approx(losses.huber(truth, below, delta), rel=1e-8)
    assert losses.huber_gradient(truth, above, delta) == pytest.approx(losses.huber_gradient(truth, below, delta))


@every_use(EVERY_USE)
def test_shapes_that_would_broadcast_are_refused_and_both_are_named(name, draw, kwargs):
    y_true, y_pred = draw(np.random.default_rng(0))
    bad = [(y_true[:1], y_pred), (y_true[:, None], y_pred)]
    if name.removesuffix("_gradient") != "cross_entropy":
        bad += [(y_true, y_pred[:1]), (y_true, y_pred[:, None])]
    for first, second in bad:
        with pytest.raises(ValueError) as caught:
            getattr(losses, name)(first, second, **kwargs)
        assert str(first.shape) in str(caught.value)
        assert str(second.shape) in str(caught.value)


@pytest.mark.parametrize("function", [losses.bounding_box_loss, losses.bounding_box_loss_gradient])
@pytest.mark.parametrize("shape", [(4,), (3, 5), (2, 4, 4)])
def test_boxes_of_anything_but_four_numbers_are_refused(function, shape):
    with pytest.raises(ValueError) as caught:
        function(np.ones(shape), np.ones(shape))
    assert str(caught.value).count(str(shape)) == 2


def test_cross_entropy_refuses_a_single_vector_of_logits():
    for function in (losses.cross_entropy, losses.cross_entropy_gradient):
        with pytest.raises(ValueError, match=r"\(3,\) and \(3,\)"):
            function(np.array([0, 1, 2]), np.zeros(3))


@every_use(EVERY_USE)
def test_arguments_are_left_alone(name, draw, kwargs):
    args = draw(np.random.default_rng(1))
    before = copy.deepcopy(args)
    getattr(losses, name)(*args, **kwargs)
    assert all(np.array_equal(now, then) for now, then in zip(args, before, strict=True))


def test_softmax_cost_and_differences_leave_their_arguments_alone():
    x = np.array([[1.0, 2.0], [3.0, 0.1]])
    losses.softmax(x)
    losses.cost(x[0])
    losses.numerical_gradient(lambda x: float(np.sum(x**2)), x)
    assert x.tolist() == [[1.0, 2.0], [3.0, 0.1]]


def test_costs_are_plain_floats():
    assert type(losses.cost(np.array([1.0, 2.0]))) is float
    assert type(losses.mean_squared_error(np.ones(2), np.zeros(2))) is float


def test_every_public_function_has_a_loss_and_a_gradient_tested_here():
    public = {name for name, value in vars(losses).items() if inspect.isfunction(value) and not name.startswith("_")}
    assert public == {name for name, _, _ in EVERY_USE} | {"softmax", "cost", "numerical_gradient"}


def test_the_examples_in_the_docstrings_are_true():
    outcome = doctest.testmod(losses)
    assert outcome.attempted >= 18
    assert outcome.failed == 0
