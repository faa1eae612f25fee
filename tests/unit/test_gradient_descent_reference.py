"""The reference of gradient descent against torch, scikit-learn, and what its docstrings and handout promise."""

import copy
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import SGDRegressor

from autograder.checking.misconception import Misconception
from autograder.checking.modules import load_module

ROOT = Path(__file__).parents[2]
HANDOUT = (ROOT / "assignments/gradient_descent/handout.md").read_text(encoding="utf-8")

reference = load_module("reference_gradient_descent", ROOT / "solutions/gradient_descent.py")
oracles = load_module("gradient_descent_oracles", ROOT / "assignments/gradient_descent/oracles.py")

SEEDS = range(5)
X4, Y4, ZERO = np.array([[0.0], [0.0], [1.0], [3.0]]), np.array([2.0, 1.0, 3.0, 6.0]), np.zeros(1)


def problem(seed, m=9, n=3):
    """X, y, w, b and a learning rate below the limit."""
    rng = np.random.default_rng(seed)
    X, y, w = rng.normal(0.7, 1.0, size=(m, n)), rng.normal(1.0, 2.0, size=m), rng.normal(size=n)
    return X, y, w, float(rng.normal()), 0.6 * reference.largest_stable_learning_rate(X)


def assert_same(got, expected):
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


# Against torch and scikit-learn


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["predict", "cost", "cost_gradient", "gradient_step", "least_squares"])
def test_every_piece_agrees_with_its_oracle(name, seed):
    X, y, w, b, learning_rate = problem(seed)
    arguments = {
        "predict": (X, w, b),
        "cost": (X, y, w, b),
        "cost_gradient": (X, y, w, b),
        "gradient_step": (w, b, w[[2, 0, 1]], -2.5 * b, learning_rate),
        "least_squares": (X, y),
    }[name]
    got, expected = getattr(reference, name)(*arguments), getattr(oracles, name)(*arguments)
    assert_same(*((got,), (expected,)) if name in ("predict", "cost") else (got, expected))


@pytest.mark.parametrize("seed", SEEDS)
def test_full_descent_takes_the_steps_of_torch_sgd(seed):
    run = (*problem(seed), 7)
    assert_same(reference.gradient_descent(*run), oracles.gradient_descent(*run))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("batch_size", "batches"), [(1, 9), (2, 5), (4, 3), (9, 1), (50, 1)])
def test_mini_batch_descent_takes_the_steps_of_torch_sgd_on_the_batches_that_were_dealt(batch_size, batches, seed):
    X, y, w, b, learning_rate = problem(seed)
    rng, epochs = np.random.default_rng(seed), []
    for _ in range(3):
        dealt = reference.minibatches(np.arange(9.0)[:, None], np.arange(9.0), batch_size, rng)
        epochs.append([y_batch.astype(int) for _, y_batch in dealt])
    assert [len(epoch) for epoch in epochs] == [batches] * 3
    got = reference.minibatch_gradient_descent(
        X, y, w, b, learning_rate / 4, 3, batch_size, np.random.default_rng(seed)
    )
    assert_same(got, oracles.batches_in_order(X, y, w, b, learning_rate / 4, epochs))


@pytest.mark.parametrize("seed", SEEDS)
def test_stochastic_descent_is_the_sgd_regressor_of_scikit_learn_with_twice_the_learning_rate(seed):
    X, y, w, b, learning_rate = problem(seed)
    rng = np.random.default_rng(seed)
    orders = [[int(y_batch[0]) for _, y_batch in reference.minibatches(X, np.arange(9.0), 1, rng)] for _ in range(3)]
    got = reference.stochastic_gradient_descent(X, y, w, b, learning_rate / 4, 3, np.random.default_rng(seed))
    assert_same(got, oracles.examples_in_order(X, y, w, b, learning_rate / 4, orders))


def test_the_oracle_of_ordered_examples_is_a_fit_of_scikit_learn_from_a_start():
    X, y, w, b, learning_rate = problem(0)
    model = SGDRegressor(
        penalty=None, learning_rate="constant", eta0=2 * learning_rate / 4, shuffle=False, tol=None, max_iter=1
    )
    model.fit(X, y, coef_init=w.copy(), intercept_init=[b])
    by_fit = (model.coef_, float(model.intercept_[0]))
    assert_same(oracles.examples_in_order(X, y, w, b, learning_rate / 4, [range(9)])[:2], by_fit)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [1, 2, 6])
def test_the_largest_stable_learning_rate_agrees_with_the_hessian_of_torch(n, seed):
    X = problem(seed, m=11, n=n)[0]
    np.testing.assert_allclose(
        reference.largest_stable_learning_rate(X), oracles.largest_stable_learning_rate(X), rtol=1e-9
    )


@pytest.mark.parametrize("factor", [0.9, 0.0, -0.7, -1.0, -1.3])
def test_descending_a_parabola_agrees_with_torch(factor):
    arguments = (2.5, (1 - factor) / 2.5, -3.0, 6)
    np.testing.assert_allclose(
        reference.descend_parabola(*arguments), oracles.descend_parabola(*arguments), rtol=1e-9, atol=1e-12
    )


# Properties


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_zero_at_the_best_line_and_no_other_line_costs_less(seed):
    X, y, *_ = problem(seed)
    w, b = reference.least_squares(X, y)
    slopes = np.append(*reference.cost_gradient(X, y, w, b))
    np.testing.assert_allclose(slopes, 0.0, atol=1e-12)
    rng = np.random.default_rng(seed)
    others = [reference.cost(X, y, w + rng.normal(size=3) / 10, b + rng.normal() / 10) for _ in range(50)]
    assert min(others) > reference.cost(X, y, w, b)


@pytest.mark.parametrize("seed", SEEDS)
def test_descent_converges_just_below_the_largest_stable_learning_rate_and_diverges_just_above(seed):
    X, y, w, b, _ = problem(seed)
    limit = reference.largest_stable_learning_rate(X)
    best = reference.cost(X, y, *reference.least_squares(X, y))
    below = reference.gradient_descent(X, y, w, b, 0.98 * limit, 3000)[2]
    above = reference.gradient_descent(X, y, w, b, 1.02 * limit, 3000)[2]
    assert below[-1] == pytest.approx(best, rel=1e-6)
    assert above[-1] > 1e6


def test_descent_reaches_the_line_of_least_squares_on_real_data():
    X, y = load_diabetes(return_X_y=True)
    X = X[:, [2, 3, 8]] / X[:, [2, 3, 8]].std(axis=0)
    learning_rate = 0.5 * reference.largest_stable_learning_rate(X)
    w, b, costs = reference.gradient_descent(X, y, np.zeros(3), 0.0, learning_rate, 300)
    expected_w, expected_b = oracles.least_squares(X, y)
    np.testing.assert_allclose(np.append(w, b), np.append(expected_w, expected_b), rtol=1e-6)
    assert np.max(np.diff(costs)) < 1e-9


@pytest.mark.parametrize(("m", "batch_size"), [(7, 3), (6, 3), (5, 1), (4, 9), (1, 1)])
def test_every_example_is_dealt_once_beside_its_own_target_in_full_batches_but_the_last(m, batch_size):
    X = np.arange(3.0 * m).reshape(m, 3)
    batches = list(reference.minibatches(X, X[:, 0], batch_size, np.random.default_rng(1)))
    sizes = [len(y_batch) for _, y_batch in batches]
    assert sizes[:-1] == [batch_size] * (len(sizes) - 1)
    assert 0 < sizes[-1] <= batch_size
    assert sorted(value for _, y_batch in batches for value in y_batch) == list(X[:, 0])
    for X_batch, y_batch in batches:
        np.testing.assert_array_equal(X_batch, X[(y_batch // 3).astype(int)])


def test_all_orders_of_three_examples_are_dealt_equally_often():
    rng, X, y = np.random.default_rng(0), np.zeros((3, 1)), np.arange(3)
    orders = [tuple(int(b[0]) for _, b in reference.minibatches(X, y, 1, rng)) for _ in range(1200)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert min(counts) > 150


def test_the_same_seed_repeats_a_run_and_another_seed_does_not():
    X, y, w, b, learning_rate = problem(3)
    ends = [
        reference.stochastic_gradient_descent(X, y, w, b, learning_rate / 4, 2, np.random.default_rng(seed))[1]
        for seed in (5, 5, 6)
    ]
    assert ends[0] == ends[1] != ends[2]


def test_no_epochs_and_no_steps_return_the_start():
    X, y, w, b, _ = problem(0)
    assert_same(reference.gradient_descent(X, y, w, b, 0.1, 0), (w, b, []))
    assert_same(reference.minibatch_gradient_descent(X, y, w, b, 0.1, 0, 2, np.random.default_rng(0)), (w, b, []))
    np.testing.assert_array_equal(reference.descend_parabola(1.0, 0.1, 4.0, 0), [4.0])


# Arguments and errors


def calls(X, y, w, b):
    """Every function that takes data, ready to be called."""
    rng = np.random.default_rng(0)
    return {
        "predict": lambda: reference.predict(X, w, b),
        "cost": lambda: reference.cost(X, y, w, b),
        "cost_gradient": lambda: reference.cost_gradient(X, y, w, b),
        "gradient_step": lambda: reference.gradient_step(w, b, np.ones(3), 1.0, 0.1),
        "minibatches": lambda: list(reference.minibatches(X, y, 2, rng)),
        "gradient_descent": lambda: reference.gradient_descent(X, y, w, b, 0.01, 2),
        "stochastic_gradient_descent": lambda: reference.stochastic_gradient_descent(X, y, w, b, 0.01, 2, rng),
        "minibatch_gradient_descent": lambda: reference.minibatch_gradient_descent(X, y, w, b, 0.01, 2, 2, rng),
        "least_squares": lambda: reference.least_squares(X, y),
        "largest_stable_learning_rate": lambda: reference.largest_stable_learning_rate(X),
    }


TAKES_TARGETS = [name for name in calls(*[None] * 4) if name not in ("predict", "gradient_step")][:-1]
TAKES_WEIGHTS = [
    name for name in calls(*[None] * 4) if name not in ("minibatches", "least_squares", "largest_stable_learning_rate")
]


@pytest.mark.parametrize("name", calls(*[None] * 4))
def test_no_function_changes_its_arguments(name):
    arguments = problem(1)[:4]
    before = copy.deepcopy(arguments)
    calls(*arguments)[name]()
    for one, other in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", TAKES_TARGETS)
@pytest.mark.parametrize("wrong", [(9, 1), (8,), (1,), ()])
def test_targets_of_another_shape_are_refused_and_both_shapes_named(name, wrong):
    X, _, w, b, _ = problem(1)
    with pytest.raises(ValueError, match=re.escape("(9, 3)")) as raised:
        calls(X, np.zeros(wrong), w, b)[name]()
    assert str(wrong) in str(raised.value)


@pytest.mark.parametrize("name", TAKES_WEIGHTS)
@pytest.mark.parametrize("wrong", [(3, 1), (2,), (1,), ()])
def test_weights_of_another_shape_are_refused_and_both_shapes_named(name, wrong):
    X, y, _, b, _ = problem(1)
    other = r"\(3,\)" if name == "gradient_step" else r"\(\d, 3\)"  # a batch of X has its own number of rows
    with pytest.raises(ValueError, match=other) as raised:
        calls(X, y, np.zeros(wrong), b)[name]()
    assert str(wrong) in str(raised.value)


# The numbers and names that students read


def test_the_numbers_in_the_docstrings_are_what_the_functions_return():
    assert_same(reference.predict(X4, np.array([1.5]), 1.5), [1.5, 1.5, 3, 6])
    assert reference.cost(X4, Y4, np.array([2.0]), 1.0) == 0.5
    assert_same(reference.cost_gradient(X4, Y4, ZERO, 0.0), ([-10.5], -6))
    assert_same(reference.gradient_step(ZERO, 0.0, np.array([-10.5]), -6.0, 0.1), ([1.05], 0.6))
    assert_same(reference.gradient_descent(X4, Y4, ZERO, 0.0, 0.1, 2), ([1.455], 0.87, [2.25125, 0.5836625]))
    assert_same(oracles.examples_in_order(X4, Y4, ZERO, 0.0, 0.1, [[2, 0, 3, 1]])[:2], ([2.592], 1.4352))
    assert_same(reference.least_squares(X4, Y4), ([1.5], 1.5))
    assert reference.cost(X4, Y4, *reference.least_squares(X4, Y4)) == pytest.approx(0.125)
    assert reference.largest_stable_learning_rate(X4) == pytest.approx(1 / 3)
    assert_same(reference.descend_parabola(2.0, 0.25, 8.0, 3), [8, 4, 2, 1])
    assert_same(reference.descend_parabola(2.0, 1.0, 8.0, 3), [8, -8, 8, -8])


def test_the_numbers_in_the_handout_are_what_the_functions_return():
    table = re.findall(r"^\| (\d+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", HANDOUT, flags=re.MULTILINE)
    assert [int(row[0]) for row in table] == [0, 1, 2, 5, 20, 100]
    for epochs, *numbers in table:
        w, b, _ = reference.gradient_descent(X4, Y4, ZERO, 0.0, 0.1, int(epochs))
        reached = [w[0], b, reference.cost(X4, Y4, w, b)]
        assert reached == pytest.approx([float(number) for number in numbers], abs=6e-5)
    slow = reference.gradient_descent(X4, Y4, ZERO, 0.0, 0.01, 20)[2][-1]
    assert f"reach a cost of {slow:.3f} instead" in " ".join(HANDOUT.split())
    bouncing = reference.gradient_descent(X4, Y4, ZERO, 0.0, 1 / 3, 500)[2]
    assert bouncing[-2:] == pytest.approx([12.275, 12.275])
    assert reference.gradient_descent(X4, Y4, ZERO, 0.0, 0.35, 100)[2][-1] == pytest.approx(2.3e9, rel=0.01)
    scaled = (X4 - X4.mean()) / X4.std()
    assert reference.gradient_descent(scaled, Y4, ZERO, 0.0, 0.5, 1)[2] == pytest.approx([0.125])
    assert_same(reference.descend_parabola(2.0, 1.25, 8.0, 3), [8, -12, 18, -27])
    rows = [reference.cost_gradient(X4[[i]], Y4[[i]], ZERO, 0.0) for i in range(4)]
    assert [(dw[0], db) for dw, db in rows] == [(0, -4), (0, -2), (-6, -6), (-36, -12)]


def test_every_public_function_is_in_the_handout_with_its_parameters():
    functions = [
        (name, function)
        for name, function in inspect.getmembers(reference, inspect.isfunction)
        if function.__module__ == reference.__name__ and not name.startswith("_")
    ]
    assert len(functions) == 11
    for name, function in functions:
        assert f"`{name}({', '.join(inspect.signature(function).parameters)})`" in HANDOUT


def test_the_points_in_the_handout_are_those_of_the_checks():
    marks = {"public": [], "hidden": []}
    for visibility, found in marks.items():
        source = (ROOT / f"assignments/gradient_descent/test_{visibility}.py").read_text(encoding="utf-8")
        mark = r"mark\.check\(\s*function=\"gradient_descent\.(\w+)\"(?:, points=(\d+))"
        found.extend((name, int(points)) for name, points in re.findall(mark, source))
        assert len(found) == source.count("mark.check(")
    everything = marks["public"] + marks["hidden"]
    table = {name: int(points) for name, points in re.findall(r"^\| `(\w+)` \| (\d+) \|$", HANDOUT, flags=re.MULTILINE)}
    assert table == {name: sum(points for other, points in everything if other == name) for name, _ in everything}
    assert sum(table.values()) == 100
    assert f"of which {sum(points for _, points in marks['public'])} are for the public checks" in HANDOUT


def test_every_misconception_points_to_a_heading_of_the_handout(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    module = load_module("gradient_descent_misconceptions", ROOT / "assignments/gradient_descent/misconceptions.py")
    headings = re.findall(r"^#+ (.+)$", HANDOUT, flags=re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    known = [value for value in vars(module).values() if isinstance(value, Misconception)]
    assert len(known) > 40
    assert {one.handout for one in known} <= anchors
    assert {one.function.partition(".")[2] for one in known} <= set(vars(reference))
