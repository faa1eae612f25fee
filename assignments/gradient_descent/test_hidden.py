"""Checks that students never see: against the reference, torch and scikit-learn, on inputs drawn from the grading seed.

Nobody's random order can be known. A stochastic run is therefore made on few examples, the reference computes where
every possible order leads, and the student's result must be one of those places.

Wrong values are paid for once: what is wrong because the numbers of `predict`, `cost`, `cost_gradient` or
`gradient_step` are gets compared with what the student's own pieces make of it.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from autograder.checking import (
    Case,
    Earlier,
    Plot,
    StudentFailure,
    agree,
    expect_each_raises,
    expect_equal,
    expect_property,
    expect_raises,
    expect_trajectory,
    expect_unchanged,
    prepared,
)

COSTS = Plot(kind="curve", title="Cost after each epoch", x_label="epoch", y_label="cost", first=1)
PATH = Plot(kind="path", title="The way of (w, b)", x_label="w", y_label="b")
NUMPYS_OWN = "LinAlgError", "Incompatible dimensions"
POSITIONS = Plot(kind="curve", title="Position after each step", x_label="step", y_label="w")


def accept(returned, like, what, noun="values"):
    """What came back, once it has the form of `like`: the same types and shapes, finite numbers, any values."""
    return expect_equal(returned, like, what=what, tolerance=1e100, noun=noun)


def expect_refused(function, misfits, fitting, like, what):
    """Each of `misfits`, arguments and two shapes, is refused with both of them named; what fits is not."""
    accepted, *calls = function.attempt_each([fitting, *(arguments for arguments, *_ in misfits)])
    if accepted.error is not None:
        raise StudentFailure(accepted)
    accept(accepted.value, like, what=what)
    expect_each_raises(calls, [shapes for _, *shapes in misfits])


def agrees(result, expected):
    """Whether a result needs no second look; the check itself decides with the tolerance of its own."""
    return all(np.max(np.abs(np.subtract(one, other))) < 1e-4 for one, other in zip(result, expected, strict=True))


def accept_run(returned, start):
    """(w, b) of a run, whatever its costs are."""
    expect_property(
        type(returned) in (list, tuple) and len(returned) == 3,
        what="what a run returns",
        got=f"{type(returned).__name__}" + (f" of {len(returned)}" if type(returned) in (list, tuple) else ""),
        expected="(w, b, costs)",
    )
    return accept(returned[:2], start, what="(w, b) after a run")


def expect_moved(end, start):
    """Fail where nothing was modified because nothing was done."""
    moved = not np.array_equal(np.append(*end), np.append(*start))
    expect_property(moved, what="(w, b) after the call", got="where they started", expected="somewhere else")


# Data


@dataclass(frozen=True)
class Problem:
    """Examples of a noisy line, a start away from it, and a learning rate at which every step is clearly seen."""

    X: np.ndarray
    y: np.ndarray
    w: np.ndarray
    b: float
    learning_rate: float

    @property
    def run(self):
        return self.X, self.y, self.w, self.b, self.learning_rate


def until(draw, is_telling):
    """The first of many draws that hides no mistake."""
    for _ in range(10_000):
        drawn = draw()
        if is_telling(drawn):
            return drawn
    raise RuntimeError("no draw was telling")


def with_ones(X):
    return np.column_stack([X, np.ones(len(X))])


def signed(rng, low, high, size=None):
    return rng.choice([-1.0, 1.0], size=size) * rng.uniform(low, high, size=size)


def draw_problem(rng, m, n, boldness):
    """`boldness` is the learning rate times half the largest curvature that any single example has."""

    def draw():
        X = rng.normal(0.8, 1.0, size=(m, n))
        w, b = signed(rng, 1.0, 2.0, size=n), float(signed(rng, 1.0, 2.0))
        y = X @ signed(rng, 1.0, 2.0, size=n) + signed(rng, 1.0, 2.0) + signed(rng, 0.2, 0.5, size=m)
        return Problem(X, y, w, b, boldness / float(np.max(np.sum(with_ones(X) ** 2, axis=1))))

    def is_telling(problem):
        residuals = problem.X @ problem.w + problem.b - problem.y
        slopes = with_ones(problem.X).T @ residuals / m
        lengths = np.sum(with_ones(problem.X) ** 2, axis=1)
        return (
            np.min(np.abs(slopes)) > 0.3
            and np.min(np.abs(residuals)) > 0.3
            and np.max(np.abs(residuals)) < 8
            and np.max(lengths) < 6 * np.min(lengths)
        )

    return until(draw, is_telling)


# Runs in every order


def deals(m, batch_size):
    """Every way to deal m examples into batches, up to the order within a batch, which no mean depends on."""
    cut = [range(start, min(start + batch_size, m)) for start in range(0, m, batch_size)]
    orders = itertools.permutations(range(m))
    return sorted({tuple(tuple(sorted(order[row] for row in rows)) for rows in cut) for order in orders})


def every_history(m, batch_size, epochs):
    """Every sequence of deals, one per epoch."""
    return list(itertools.product(deals(m, batch_size), repeat=epochs))


def everything(m, epochs):
    """The history of full gradient descent: one batch with all examples in each epoch."""
    return ((tuple(range(m)),),) * epochs


def places_of(module, problem, histories):
    """(w, b, cost) at the end of every epoch of these histories, by the part of a history that leads there."""
    places = {(): (problem.w, problem.b, None)}
    for history in histories:
        for epochs in range(1, len(history) + 1):
            if history[:epochs] not in places:
                w, b, _ = places[history[: epochs - 1]]
                for rows in history[epochs - 1]:
                    dw, db = module.cost_gradient(problem.X[list(rows)], problem.y[list(rows)], w, b)
                    w, b = module.gradient_step(w, b, dw, db, problem.learning_rate)
                places[history[:epochs]] = w, b, module.cost(problem.X, problem.y, w, b)
    return places


def own_places_of(student, problem, histories):
    """The same made of the student's own functions, in one exchange; None where they raise, or lead nowhere."""
    module, calls, after, costs = student.gradient_descent, [], {(): (problem.w, problem.b)}, {}

    def add(function, *arguments):
        calls.append((function, arguments, {}))
        return len(calls) - 1

    for history in histories:
        way = ()
        for batches in history:
            for rows in batches:
                w, b = after[way]
                way = (*way, rows)
                if way not in after:
                    slopes = add(module.cost_gradient, problem.X[list(rows)], problem.y[list(rows)], w, b)
                    slopes = Earlier(slopes, 0), Earlier(slopes, 1)
                    step = add(module.gradient_step, w, b, *slopes, problem.learning_rate)
                    after[way] = Earlier(step, 0), Earlier(step, 1)
            if way not in costs:
                costs[way] = add(module.cost, problem.X, problem.y, *after[way])
    results = student.run_all(calls)
    if any(result.error is not None for result in results):
        return None
    places = {(): (problem.w, problem.b, None)}
    for history in histories:
        for epochs in range(1, len(history) + 1):
            way = tuple(itertools.chain(*history[:epochs]))
            end = results[after[way][0].call].value
            w, b = accept(end, (problem.w, problem.b), what="(w, b) after a step of your own gradient_step")
            cost = accept(results[costs[way]].value, 0.0, what="your own cost")
            places[history[:epochs]] = w, b, cost
    return places if lead_somewhere(places) else None


def lead_somewhere(places):
    """Whether the ends differ from each other, and not by one and the same step."""
    ends = np.array([np.append(w, b) for w, b, _ in places.values()])
    moves = np.diff(ends, axis=0)
    return bool(np.max(np.abs(moves)) > 1e-3 and np.max(np.abs(moves - moves[0])) > 1e-3)


@dataclass(frozen=True)
class Runs:
    """All possible runs of a problem, each with its history: the deals of its epochs."""

    problem: Problem
    batch_size: int
    histories: list[Any]
    results: list[Any]
    """(w, b, costs) of each."""
    ends: np.ndarray
    """w and b of each in one row."""

    @classmethod
    def of(cls, problem, batch_size, histories, places):
        results = []
        for history in histories:
            costs = [places[history[:epochs]][2] for epochs in range(1, len(history) + 1)]
            results.append((*places[history][:2], np.array(costs)))
        return cls(problem, batch_size, histories, results, np.array([np.append(w, b) for w, b, _ in results]))

    @property
    def apart(self):
        """The smallest distance between the places where two of the runs end, relative to the largest number."""
        distances = np.max(np.abs(self.ends[:, None] - self.ends), axis=2)
        np.fill_diagonal(distances, np.inf)
        return np.min(distances) / np.max(np.abs(self.ends))

    def closest(self, w, b):
        """The index of the run that ends closest to (w, b)."""
        return int(np.argmin(np.max(np.abs(self.ends - np.append(w, b)), axis=1)))


def draw_runs(rng, reference, oracle, m, batch_size, epochs, apart=0.0):
    """A problem whose runs end in clearly different places; a sample of them is compared with the oracle.

    One epoch's runs end at least 0.01 from each other, those of all epochs at least `apart`, both relative.
    """

    def runs_of(problem, epochs):
        histories = every_history(m, batch_size, epochs)
        return Runs.of(problem, batch_size, histories, places_of(reference.gradient_descent, problem, histories))

    def draw():
        drawn = until(lambda: runs_of(draw_problem(rng, m, n=2, boldness=0.35), 1), lambda drawn: drawn.apart > 0.01)
        return runs_of(drawn.problem, epochs)

    runs = until(draw, lambda runs: runs.apart >= apart)
    for index in rng.permutation(len(runs.histories))[:6]:
        history, result = runs.histories[index], runs.results[index]
        agree(result, oracle.batches_in_order(*runs.problem.run, history))
        if batch_size == 1:
            orders = [[row for (row,) in deal] for deal in history]
            agree(result, oracle.examples_in_order(*runs.problem.run, orders))
    return runs


def seeds(rng, count):
    return [int(seed) for seed in rng.integers(2**31, size=count)]


def start_runs(student, runs, chosen_seeds):
    """What the student's loop for this batch size returns for each seed."""
    run, epochs = runs.problem.run, len(runs.histories[0])
    generators = [student.rng(seed) for seed in chosen_seeds]
    if runs.batch_size == 1:
        return student.gradient_descent.stochastic_gradient_descent.each([(*run, epochs, one) for one in generators])
    return student.gradient_descent.minibatch_gradient_descent.each(
        [(*run, epochs, runs.batch_size, one) for one in generators]
    )


def expect_some_order(student, runs, chosen_seeds, what, with_costs=False):
    """Fail unless each seed's run is one of all possible ones; the histories of those they are."""
    compared, tried_own, histories = 3 if with_costs else 2, False, []
    for returned in start_runs(student, runs, chosen_seeds):
        result = accept(returned, runs.results[0], what="(w, b, costs)")
        index = runs.closest(*result[:2])
        if not tried_own and not agrees(result[:compared], runs.results[index][:compared]):
            tried_own, places = True, own_places_of(student, runs.problem, runs.histories)
            if places is not None:
                runs = Runs.of(runs.problem, runs.batch_size, runs.histories, places)
                index = runs.closest(*result[:2])
        history, expected = runs.histories[index], runs.results[index]
        beside = what
        if len(runs.histories) > 1:
            beside = f"{what}, beside the closest of the {len(runs.histories)} possible runs"
        expect_end(result, expected, what=beside, steps=sum(map(len, history)))
        if with_costs:
            expect_equal(result[2], expected[2], what=f"the costs of {beside}", steps=sum(map(len, history)))
        histories.append(history)
    return histories


def expect_end(result, expected, what, steps):
    """Fail unless w and b are as expected, to the precision of the larger of them."""
    (w, b, *_), (expected_w, expected_b, *_) = result, expected
    expect_equal(np.append(w, b), np.append(expected_w, expected_b), what=f"w and then b after {what}", steps=steps)


# predict and cost


@prepared
def three_features(rng, reference, oracle):
    problem = draw_problem(rng, m=7, n=3, boldness=0.3)
    args = (problem.X, problem.w, problem.b)
    return Case(args=args, expected=agree(reference.gradient_descent.predict(*args), oracle.predict(*args)))


@pytest.mark.check(function="gradient_descent.predict", points=2, skill="The model")
def test_predict_agrees_with_torch_on_three_features(student, three_features):
    """Predictions for seven examples with three features.

    Each prediction is the sum of feature times weight over the three features, plus the bias once. The result has one
    number per example, shape (7,), however many features there are, and shape (1,) for the first example alone. X and w
    are the same after the call as before.
    """
    call = student.gradient_descent.predict.attempt(*three_features.args)
    expect_unchanged(call)
    expect_equal(call.value, three_features.expected, what="the predictions for 7 examples")
    X, w, b = three_features.args
    got = student.gradient_descent.predict(X[:1], w, b)
    tolerance = 1e-5 * float(np.max(np.abs(three_features.expected)))  # alone it may be small, and is no more exact
    expect_equal(
        got, three_features.expected[:1], what="the prediction for the first example alone", tolerance=tolerance
    )


@pytest.mark.check(function="gradient_descent.predict", points=1, skill="Shapes")
def test_predict_refuses_weights_that_do_not_fit(student, rng):
    """Weights for two features or for one, a column and a row of weights are refused when X has three features.

    X of shape (5, 3) needs w of shape (3,). With (2,) there is a weight too few. With (1,) there are two too few, and
    `X * w` would use the one for every feature without a word. With (3, 1) NumPy would return predictions of shape
    (5, 1), and the first difference from a y of shape (5,) would become a (5, 5) table.
    """
    X = rng.normal(size=(5, 3))
    misfits = [((X, np.ones(shape), 1.0), shape, (3,)) for shape in ((2,), (1,), (3, 1), (1, 3))]
    what = "predictions with a w that fits"
    expect_refused(student.gradient_descent.predict, misfits, (X, np.ones(3), 1.0), np.zeros(5), what)


@prepared
def cost_of_three_features(rng, reference, oracle):
    problem = draw_problem(rng, m=7, n=3, boldness=0.3)
    args = (problem.X, problem.y, problem.w, problem.b)
    return Case(args=args, expected=agree(reference.gradient_descent.cost(*args), oracle.cost(*args)))


@pytest.mark.check(function="gradient_descent.cost", points=3, skill="The cost")
def test_cost_agrees_with_scikit_learn_on_three_features(student, cost_of_three_features):
    """The mean squared error of a line in three features on seven examples.

    The squares of the seven residuals are added and divided by 7. There is no factor ½ and no root, and the number of
    features does not enter. X, y and w are the same after the call as before.
    """
    X, y, w, b = cost_of_three_features.args
    expected = cost_of_three_features.expected
    call = student.gradient_descent.cost.attempt(X, y, w, b)
    expect_unchanged(call)
    got = accept(call.value, expected, what="the cost on 7 examples")
    if not agrees([got], [expected]):
        residuals = own_residuals(student, X, y, w, b)
        expected = expected if residuals is None else float(np.mean(residuals**2))
    expect_equal(got, expected, what="the cost on 7 examples")


def own_residuals(student, X, y, w, b):
    """By the student's own `predict`; None where that raises, or tells nothing."""
    call = student.gradient_descent.predict.attempt(X, w, b)
    if call.error is not None:
        return None
    predictions = accept(call.value, y, what="your own predictions")
    return predictions - y if np.ptp(predictions) > 0.1 or len(y) == 1 else None


@pytest.mark.check(function="gradient_descent.cost", points=2, skill="Shapes")
def test_cost_refuses_a_column_of_targets(student, rng):
    """A y of shape (4, 1), and one with too many entries or too few, are refused when X has four rows.

    Predictions of shape (4,) minus a column of shape (4, 1) are not an error in NumPy but a (4, 4) table of all
    differences. The mean of its squares looks like a cost. Such a y is refused with a ValueError that names both
    shapes, and so is a column of weights, with which the predictions would be one.
    """
    X, w = rng.normal(size=(4, 2)), np.ones(2)
    misfits = [((X, np.ones(shape), w, 0.5), shape, (4,)) for shape in ((4, 1), (5,), (1,))]
    misfits.append(((X, np.ones(4), np.ones((2, 1)), 0.5), (2, 1), (2,)))
    what = "the cost with a y that fits"
    expect_refused(student.gradient_descent.cost, misfits, (X, np.ones(4), w, 0.5), 0.0, what)


# cost_gradient and gradient_step


@prepared
def gradients(rng, reference, oracle):
    cases = []
    for m, n, size in ((7, 3, 1), (1, 2, 100)):
        problem = draw_problem(rng, m, n, boldness=0.3)
        args = (problem.X, problem.y / size, problem.w / size, problem.b / size)
        expected = agree(reference.gradient_descent.cost_gradient(*args), oracle.cost_gradient(*args))
        cases.append(Case(args=args, expected=expected))
    # The same line in other units, cents for hundreds of euros: slopes in the thousands are slopes like others.
    X, y, w, b = cases[0].args
    args = (X, 10_000 * y, 10_000 * w, 10_000 * b)
    expected = agree(reference.gradient_descent.cost_gradient(*args), oracle.cost_gradient(*args))
    return [*cases, Case(args=args, expected=expected)]


@pytest.mark.check(function="gradient_descent.cost_gradient", points=4, skill="The gradient")
def test_gradient_agrees_with_torch_autograd(student, gradients):
    """The gradient on seven examples with three features, on a single example with two, and in the first case with y
    in other units.

    torch differentiates the mean squared error by itself. ∂J/∂w has one entry per feature: 2/m times the sum of
    residual times feature. ∂J/∂b is the same with a feature that is always 1. On a single example m is 1: the function
    always averages over the examples that it is given, which is what mini-batches rely on. There y, w and b are small
    numbers, and in the third case 10,000 times as large as in the first, and so are the slopes: none of them is rounded
    or cut off. X, y and w are the same after the call as before.
    """
    for case in gradients:
        X, y, w, b = case.args
        expected, what = case.expected, f"(dw, db) on m = {len(y)} and n = {len(w)}"
        call = student.gradient_descent.cost_gradient.attempt(X, y, w, b)
        expect_unchanged(call)
        got = accept(call.value, expected, what=what)
        if not agrees(got, expected):
            residuals = own_residuals(student, X, y, w, b)
            if residuals is not None:
                expected = 2 * X.T @ residuals / len(y), 2 * float(np.mean(residuals))
        expect_equal(got, expected, what=what)


@pytest.mark.check(function="gradient_descent.cost_gradient", points=1, skill="Shapes")
def test_gradient_refuses_a_column_of_targets(student, rng):
    """A y of shape (4, 1), and one of shape (1,), are refused when X has four rows.

    The residuals would become a (4, 4) table and the gradient a matrix, or the one target would serve for all examples.
    A message that names both shapes tells at once which array is the wrong one. A column of weights is refused as well.
    """
    X, w = rng.normal(size=(4, 2)), np.ones(2)
    misfits = [((X, np.ones(shape), w, 0.5), shape, (4,)) for shape in ((4, 1), (1,))]
    misfits.append(((X, np.ones(4), np.ones((2, 1)), 0.5), (2, 1), (2,)))
    what = "(dw, db) with a y that fits"
    expect_refused(student.gradient_descent.cost_gradient, misfits, (X, np.ones(4), w, 0.5), (w, 0.5), what)


@prepared
def step_in_five_weights(rng, reference, oracle):
    def draw():
        w, dw = signed(rng, 0.5, 2.0, size=5), signed(rng, 0.5, 5.0, size=5)
        return w, float(signed(rng, 0.5, 2.0)), dw, float(signed(rng, 0.5, 5.0)), float(rng.uniform(1.2, 1.5))

    args = until(draw, lambda args: abs(args[1] - args[4] * args[3]) > 0.3)
    return Case(args=args, expected=agree(reference.gradient_descent.gradient_step(*args), oracle.gradient_step(*args)))


@pytest.mark.check(function="gradient_descent.gradient_step", points=2, skill="The update")
def test_step_agrees_with_torch_in_five_weights(student, step_in_five_weights):
    """One step in five weights and a bias, with a learning rate between 1.2 and 1.5.

    Every parameter moves by learning rate times its own slope, against the slope's sign. The steeper the slope, the
    longer the step: nothing is normalized, and no rate is too large.
    """
    got = student.gradient_descent.gradient_step(*step_in_five_weights.args)
    expect_equal(got, step_in_five_weights.expected, what="(w, b) after one step")


@pytest.mark.check(function="gradient_descent.gradient_step", points=2, skill="Arguments stay as they are")
def test_step_leaves_the_weights_that_it_was_given(student, step_in_five_weights):
    """The w and dw that you are given are still the same after the step.

    `w -= learning_rate * dw` looks like an assignment and is a change of the caller's array. Make a new array, and
    return that.
    """
    call = student.gradient_descent.gradient_step.attempt(*step_in_five_weights.args)
    expect_unchanged(call)
    w, b = step_in_five_weights.args[:2]
    expect_moved(accept(call.value, (w, b), what="(w, b) after one step"), (w, b))


@pytest.mark.check(function="gradient_descent.gradient_step", points=1, skill="Shapes")
def test_step_refuses_a_gradient_of_another_shape(student):
    """A gradient of shape (3, 1), and one of shape (1,), are refused when the weights have shape (3,).

    NumPy would subtract every entry of the column from every weight and return a (3, 3) matrix: the next prediction
    fails far from the mistake, or worse, does not. A single slope would move all weights alike.
    """
    w = np.ones(3)
    misfits = [((w, 1.0, np.ones(shape), 1.0, 0.1), (3,), shape) for shape in ((3, 1), (1,))]
    what = "(w, b) with a dw that fits"
    expect_refused(student.gradient_descent.gradient_step, misfits, (w, 1.0, w, 1.0, 0.1), (w, 1.0), what)


# minibatches


def numbered(rng, m):
    """m examples with random features; y is the number of the example."""
    return rng.normal(size=(m, 3)), np.arange(float(m))


def deal(student, X, y, batch_size, rng):
    """The batches that came back, once their number and shapes are right, and the examples in the order dealt."""
    in_order = [
        (X[start : start + batch_size], y[start : start + batch_size]) for start in range(0, len(y), batch_size)
    ]
    returned = student.gradient_descent.minibatches(X, y, batch_size, rng)
    what = f"the batches of {len(y)} examples with batch_size={batch_size}"
    batches = accept(returned, in_order, what, noun="batches")
    dealt = np.concatenate([y_batch for _, y_batch in batches])
    return batches, np.abs(dealt[:, None] - y).argmin(axis=1)


def expect_once_each(rows, m):
    expect_property(
        sorted(rows) == list(range(m)),
        what=f"the examples 0 to {m - 1} in one epoch, in the order dealt",
        got=[int(row) for row in rows],
        expected="every example exactly once",
    )


@pytest.mark.check(function="gradient_descent.minibatches", points=3, skill="Mini-batches")
def test_every_example_is_dealt_once_beside_its_own_target(student, rng):
    """Eleven examples in batches of four: each occurs once, and its row of X stands beside its own y.

    y numbers the examples, so that each row of X_batch can be compared with the row of X that its y names. X and y need
    one common order: two shuffles would give most examples another one's y. (How large the batches are is not judged
    here.)
    """
    X, y = numbered(rng, 11)
    returned = student.gradient_descent.minibatches(X, y, 4, student.rng(*seeds(rng, 1)))
    batches = accept(returned, of_the_same_sizes(returned, X, y, 4), what="the batches of 11 examples", noun="batches")
    features, targets = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    rows = np.abs(targets[:, None] - y).argmin(axis=1)
    expect_once_each(rows, 11)
    expect_equal(
        (features, targets),
        (X[rows], y[rows]),
        what="the rows of X beside their y, all batches one after the other",
        remark="Each y is right by itself; compare the row of X beside it with the row of X that belongs to this y.",
    )


def can_be_counted(targets):
    return type(targets) in (list, tuple) or (isinstance(targets, np.ndarray) and targets.ndim > 0)


def of_the_same_sizes(returned, X, y, batch_size):
    """Batches of the sizes of those that came back; of the right sizes where those cannot be told."""
    sizes = [min(batch_size, len(y) - start) for start in range(0, len(y), batch_size)]
    if type(returned) in (list, tuple) and returned and all(type(batch) in (list, tuple) for batch in returned):
        pairs = [batch for batch in returned if len(batch) == 2 and can_be_counted(batch[1])]
        sizes = [len(targets) for _, targets in pairs] if len(pairs) == len(returned) else sizes
    return [(np.zeros((size, X.shape[1])), np.zeros(size)) for size in sizes]


@pytest.mark.check(function="gradient_descent.minibatches", points=2, skill="Mini-batches")
def test_batch_sizes_that_divide_the_data_and_that_do_not(student, rng):
    """Batch sizes 5, 3 and 1 for ten examples, 6 for six, 7 for four, and 130 for 150.

    All batches but the last are full: ten examples in threes make 3, 3, 3 and 1, not 3, 3, 2 and 2. A batch size of 1
    makes ten batches, whose X_batch still has two dimensions, (1, 3). A batch size above m makes one batch of
    everything. A large one is taken as it is: 150 examples make batches of 130 and 20.
    """
    for m, batch_size in ((10, 5), (10, 3), (10, 1), (6, 6), (4, 7), (150, 130)):
        _, rows = deal(student, *numbered(rng, m), batch_size, student.rng(*seeds(rng, 1)))
        expect_once_each(rows, m)


@pytest.mark.check(function="gradient_descent.minibatches", points=2, skill="Randomness from the generator")
def test_the_seed_alone_decides_the_batches(student, rng):
    """The same seed gives the same batches, another seed gives others.

    The order comes from the generator that is passed in, and from nothing else. A generator of your own with a fixed
    seed makes all seeds alike; functions of `np.random` make no run repeatable.
    """
    X, y = numbered(rng, 24)
    first, second = seeds(rng, 2)
    orders = [list(deal(student, X, y, 6, student.rng(seed))[1]) for seed in (first, first, second)]
    what = "two calls, each with a new generator"
    expect_property(
        orders[0] == orders[1], what=f"{what} of the same seed", got="different orders", expected="the same order"
    )
    expect_property(
        orders[0] != orders[2], what=f"{what} of another seed", got="the same order", expected="different orders"
    )


@pytest.mark.check(function="gradient_descent.minibatches", points=2, skill="Randomness from the generator")
def test_every_epoch_has_a_new_order(student, rng):
    """Three calls with one and the same generator give three different orders, and thirty deal two examples both ways.

    A generator moves on whenever something is drawn from it. One call is one epoch, so each epoch meets the examples in
    a new order without anybody doing anything about it. Every order must be possible: with two examples a fair shuffle
    leaves them as they are about every other time.
    """
    X, y = numbered(rng, 24)
    generator = student.rng(*seeds(rng, 1))
    orders = {tuple(deal(student, X, y, 6, generator)[1]) for _ in range(3)}
    expect_property(
        len(orders) == 3,
        what="three epochs with one generator",
        got=f"{len(orders)} different order{'s' if len(orders) > 1 else ''}",
        expected="3 different orders",
    )
    X, y = numbered(rng, 2)
    pairs = student.gradient_descent.minibatches.each([(X, y, 1, generator)] * 30)
    like = [(X[:1], y[:1])] * 2
    firsts = {
        float(accept(pair, like, "the batches of 2 examples with batch_size=1", noun="batches")[0][1][0])
        for pair in pairs
    }
    expect_property(
        len(firsts) == 2,
        what="the example that comes first in 30 epochs over 2 examples",
        got=f"always the {'second' if 1.0 in firsts else 'first'}",
        expected="now the one, now the other",
    )


@pytest.mark.check(function="gradient_descent.minibatches", points=1, skill="Mini-batches")
def test_neighbours_in_the_data_are_torn_apart(student, rng):
    """Sixty examples in batches of six: hardly any example is still followed by its neighbour.

    Shuffling the finished batches, or starting at a random place, leaves rows 12, 13, 14 … together. In data that are
    sorted by date or by class every batch is then one-sided. In a random order of 60 about one pair of neighbours stays
    together by chance; here up to 14 are allowed.
    """
    _, rows = deal(student, *numbered(rng, 60), 6, student.rng(*seeds(rng, 1)))
    together = int(np.sum(np.diff(rows) == 1))
    expect_property(
        together <= 14, what="examples followed by their neighbour, of 59", got=str(together), expected="at most 14"
    )


@pytest.mark.check(function="gradient_descent.minibatches", points=1, skill="Arguments stay as they are")
def test_dealing_leaves_the_data_in_their_order(student, rng):
    """X and y are still the same, in the same order, after an epoch has been dealt.

    `rng.shuffle(X)` rearranges the caller's array. Whoever looks up row 5 afterwards, or keeps labels in another array,
    finds another example there.
    """
    X, y = numbered(rng, 9)
    call = student.gradient_descent.minibatches.attempt(X, y, 3, student.rng(*seeds(rng, 1)))
    expect_unchanged(call)
    accept(call.value, [(X[:3], y[:3])] * 3, "the batches of 9 examples with batch_size=3", noun="batches")


@pytest.mark.check(function="gradient_descent.minibatches", points=1, skill="Shapes")
def test_dealing_refuses_features_and_targets_of_different_number(student, rng):
    """Six rows of X and five entries of y are refused.

    They cannot be examples of the same data set. Without the check the sixth example is lost, or the mistake shows far
    away. (A generator may raise when its first batch is asked for.)
    """
    X, y = rng.normal(size=(6, 2)), np.ones(5)
    deal(student, X, np.arange(6.0), 2, student.rng(0))
    call = student.gradient_descent.minibatches.attempt(X, y, 2, student.rng(*seeds(rng, 1)))
    expect_raises(call, ValueError, shapes=[(5,), (6,)])


# gradient_descent


@prepared
def way_downhill(rng, reference, oracle):
    """One feature, so that the way of (w, b) can be drawn; eight epochs with a bold learning rate."""
    problem = draw_problem(rng, m=6, n=1, boldness=0.85)
    ends = []
    for epochs in range(9):
        end = reference.gradient_descent.gradient_descent(*problem.run, epochs)
        ends.append(np.append(*agree(end, oracle.gradient_descent(*problem.run, epochs))[:2]))
    return Case(args=(problem,), expected=ends)


@pytest.mark.check(function="gradient_descent.gradient_descent", points=5, skill="Full gradient descent")
def test_the_way_downhill_agrees_with_torch(student, way_downhill):
    """Where (w, b) is after 0, 1, … 8 epochs on six examples with one feature.

    Each number of epochs is a run of its own from the same start; put together they are the way down, one step per
    epoch. After 0 epochs you are where you started. If the first step is right and the second is not, the gradient was
    not taken at the new point, or w and b were not moved together. (A mistake in your `cost_gradient` or
    `gradient_step` costs nothing here: then the way that they make is the expected one.)
    """
    (problem,), expected = way_downhill.args, way_downhill.expected
    way = []
    for returned in all_runs(student, problem, range(9)):
        way.append(np.append(*accept_run(returned, (problem.w, problem.b))))
    if not agrees(way, expected):
        own = own_places_of(student, problem, [everything(6, 8)])
        expected = expected if own is None else [np.append(w, b) for w, b, _ in own.values()]
    names = ["the start", *(f"epoch {epoch}" for epoch in range(1, 9))]
    expect_trajectory(way, expected, what="w and b after 0 to 8 epochs", names=names, plot=PATH)


def all_runs(student, problem, many_epochs):
    """What `gradient_descent` returns for each number of epochs, asked in one exchange."""
    run = student.gradient_descent.gradient_descent
    results = student.run_all([(run, (*problem.run, epochs), {}) for epochs in many_epochs])
    for result in results:
        if result.error is not None:
            raise StudentFailure(result)
    return [result.value for result in results]


def expected_run(reference, oracle, problem, epochs):
    expected = reference.gradient_descent.gradient_descent(*problem.run, epochs)
    return Case(args=(problem,), expected=agree(expected, oracle.gradient_descent(*problem.run, epochs)))


@prepared
def ten_epochs(rng, reference, oracle):
    return expected_run(reference, oracle, draw_problem(rng, m=8, n=3, boldness=0.7), 10)


def draw_round_bowl(rng, factor):
    """Four examples whose cost has the same curvature, 2, in every direction: each step leaves `factor` of the way."""
    X = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    best, noise = signed(rng, 1.0, 2.0, size=3), signed(rng, 0.3, 0.6)
    start = best - np.sign(best) * rng.uniform(2.5, 3.5, size=3)
    y = with_ones(X) @ best + noise * X[:, 0] * X[:, 1]
    return Problem(X, y, start[:2], float(start[2]), (1 - factor) / 2)


@prepared
def sixty_epochs(rng, reference, oracle):
    """A run that has arrived, to the last digit, long before it ends."""
    return expected_run(reference, oracle, draw_round_bowl(rng, float(rng.uniform(0.4, 0.5))), 60)


@prepared
def thirty_epochs_uphill(rng, reference, oracle):
    """A run above the largest stable learning rate: the cost of every epoch is higher than the one before."""
    return expected_run(reference, oracle, draw_round_bowl(rng, float(rng.uniform(-1.5, -1.3))), 30)


@pytest.mark.check(function="gradient_descent.gradient_descent", points=4, skill="Costs of a run")
def test_costs_of_ten_epochs(student, ten_epochs, sixty_epochs, thirty_epochs_uphill):
    """The cost after each of ten epochs, on eight examples with three features; then two runs that tempt to stop early.

    Ten epochs make ten costs. The first is the cost after the first step, not the cost of the start; the last is the
    cost of the w and b that you return. Sixty epochs make sixty costs, even if nothing has moved since the thirtieth.
    And with too large a learning rate thirty epochs climb, to costs of many millions: thirty costs, and the w and b of
    the last epoch, not of the cheapest one. (A mistake in the values of your `cost` or `cost_gradient` costs nothing
    here: then the costs that your own functions make are the expected ones.)
    """
    expect_costs(student, ten_epochs)
    expect_costs(student, sixty_epochs)
    end, expected_end = expect_costs(student, thirty_epochs_uphill)
    expect_end(end, expected_end, what="30 epochs that climb", steps=30)


def expect_costs(student, case):
    """Fail unless the costs are right, or what the student's own functions make; both ends, w and b."""
    (problem,), (*end, expected) = case.args, case.expected
    m, epochs = len(problem.y), len(expected)
    returned = student.gradient_descent.gradient_descent(*problem.run, epochs)
    w, b, costs = accept(returned, case.expected, what=f"(w, b, costs) of {epochs} epochs")
    if not agrees(costs, expected):
        own = own_places_of(student, problem, [everything(m, epochs)])
        if own is not None:
            *_, (*end, _) = own.values()
            expected = [cost for _, _, cost in own.values()][1:]
    names = [f"epoch {epoch}" for epoch in range(1, epochs + 1)]
    expect_trajectory(costs, expected, what=f"the cost after each of {epochs} epochs", names=names, plot=COSTS)
    return (w, b), end


@pytest.mark.check(function="gradient_descent.gradient_descent", points=1, skill="Shapes")
def test_a_run_refuses_a_column_of_targets(student, ten_epochs):
    """A y of shape (8, 1) is refused by the whole run, not only by its pieces.

    Left alone, the run converges to a line that fits the mean of all y to every example: the costs fall nicely and the
    result is useless.
    """
    X, y, w, b, learning_rate = ten_epochs.args[0].run
    accept_run(student.gradient_descent.gradient_descent(X, y, w, b, learning_rate, 2), (w, b))
    call = student.gradient_descent.gradient_descent.attempt(X, y.reshape(8, 1), w, b, learning_rate, 2)
    expect_raises(call, ValueError, shapes=[(8, 1), (8,)])


# stochastic_gradient_descent


def runs_on_one_example(reference, batch_size):
    """Forty epochs that arrive long before they end, and twelve that climb; on one example there is only one order."""
    made = {}
    for name, learning_rate, epochs in (("40 epochs that arrive early", 0.15, 40), ("12 epochs that climb", 0.6, 12)):
        problem = Problem(np.array([[1.0]]), np.array([5.0]), np.array([1.0]), 0.5, learning_rate)
        history = everything(1, epochs)
        places = places_of(reference.gradient_descent, problem, [history])
        made[name] = Runs.of(problem, batch_size, [history], places)
    return made


def expect_no_early_end(student, many_runs, rng):
    """As many epochs as were asked for, and the end of the last one, whatever the costs do."""
    for name, runs in many_runs.items():
        expect_some_order(student, runs, seeds(rng, 1), f"{name} on a single example", with_costs=True)


def expect_refused_targets(function, problem, *arguments):
    """A column of targets, and a target too few, are refused by the run itself."""
    X, y, *start = problem.run
    for wrong in (y[:, None], y[:-1]):
        expect_raises(function.attempt(X, wrong, *start, 2, *arguments), ValueError)


@prepared
def one_example(reference):
    return runs_on_one_example(reference, batch_size=1)


@prepared
def four_examples_once(rng, reference, oracle):
    return draw_runs(rng, reference, oracle, m=4, batch_size=1, epochs=1)


@pytest.mark.check(function="gradient_descent.stochastic_gradient_descent", points=4, skill="Stochastic descent")
def test_one_stochastic_epoch_visits_four_examples_in_some_order(student, four_examples_once, rng):
    """One epoch over four examples ends where one of the 24 orders leads.

    Four steps are made, each along the gradient of the squared error of one example, every example once. Every order
    ends in another place, and all 24 are computed. If your result is none of them, look at the step for one example (m
    is 1 in it), at how many steps there are, and at whether an example can come twice. Four seeds are tried.
    """
    expect_some_order(student, four_examples_once, seeds(rng, 4), "1 epoch over 4 examples")


@prepared
def three_examples_twice(rng, reference, oracle):
    return draw_runs(rng, reference, oracle, m=3, batch_size=1, epochs=2)


@pytest.mark.check(function="gradient_descent.stochastic_gradient_descent", points=4, skill="Costs of a run")
def test_two_stochastic_epochs_and_their_costs(student, three_examples_twice, one_example, rng):
    """Two epochs over three examples end where one of the 36 pairs of orders leads, with one cost per epoch.

    The second epoch goes on from where the first one ended. The costs are those on all three examples after each epoch:
    two numbers, not six, and not the error of the example that happened to be last. Four seeds are tried.

    Then forty epochs on a single example, which arrive early and go on all the same, and twelve with too large a
    learning rate: the w and b of the last epoch are returned, not those of the cheapest.
    """
    expect_some_order(student, three_examples_twice, seeds(rng, 4), "2 epochs over 3 examples", with_costs=True)
    expect_no_early_end(student, one_example, rng)


@prepared
def three_examples_thrice(rng, reference, oracle):
    return draw_runs(rng, reference, oracle, m=3, batch_size=1, epochs=3, apart=1e-4)


@pytest.mark.check(
    function="gradient_descent.stochastic_gradient_descent", points=2, skill="Randomness from the generator"
)
def test_stochastic_epochs_have_orders_of_their_own(student, three_examples_thrice, rng):
    """The order is drawn anew for every epoch, and from the generator alone.

    From where a run ends one can tell in which order it visited the examples. Three epochs are made from each of ten
    seeds: each epoch must differ from each earlier one at least once, and not all runs may begin alike. Of the 6 orders
    at least 4 must come up. The same seeds again must give the same orders.
    """
    what, chosen = "3 epochs over 3 examples", seeds(rng, 10)
    histories = expect_some_order(student, three_examples_thrice, [*chosen, *chosen[:3]], what)
    expect_new_orders(histories[:10], least=4)
    expect_same_again(histories[10:], histories[:3])


def expect_same_again(again, before):
    expect_property(
        again == before,
        what=f"{len(again)} runs with the same seeds as before",
        got="other orders",
        expected="the same orders",
        remark="Something other than the generator decides the order.",
    )


def expect_new_orders(histories, least):
    """A new order in every epoch, and so many different ones in all: of fair orders one in ten million has fewer."""
    names = ["first", "second", "third"]
    for earlier, later in itertools.combinations(range(len(histories[0])), 2):
        expect_property(
            any(history[earlier] != history[later] for history in histories),
            what=f"the orders of the {names[earlier]} and the {names[later]} epoch in {len(histories)} runs",
            got=f"the {names[later]} epoch always repeats the {names[earlier]}",
            expected=f"a new order for the {names[later]} epoch",
        )
    expect_property(
        len({history[0] for history in histories}) > 1,
        what=f"the first epochs of runs with {len(histories)} different seeds",
        got="always the same order",
        expected="different orders",
    )
    orders = {epoch for history in histories for epoch in history}
    expect_property(
        len(orders) >= least,
        what=f"the orders of {len(histories) * len(histories[0])} epochs",
        got=f"only {', '.join(' '.join(map(str, order)) for order in sorted(orders))}",
        expected=f"at least {least} different ones: every order must be possible",
    )


@pytest.mark.check(
    function="gradient_descent.stochastic_gradient_descent", points=1, skill="Arguments stay as they are"
)
def test_a_stochastic_run_leaves_its_arguments_alone(student, three_examples_twice, rng):
    """X, y and the starting w are still the same after a stochastic run.

    There are two traps: an update in place changes the caller's w, a shuffle in place the caller's data. And targets
    that do not fit, a column or one too few, are refused with a ValueError.
    """
    problem, generator = three_examples_twice.problem, student.rng(*seeds(rng, 1))
    run = student.gradient_descent.stochastic_gradient_descent
    call = run.attempt(*problem.run, 2, generator)
    expect_unchanged(call)
    expect_moved(accept_run(call.value, (problem.w, problem.b)), (problem.w, problem.b))
    expect_refused_targets(run, problem, generator)


# minibatch_gradient_descent


@prepared
def five_examples_in_pairs(rng, reference, oracle):
    return draw_runs(rng, reference, oracle, m=5, batch_size=2, epochs=1)


@prepared
def four_examples_in_threes(rng, reference, oracle):
    return draw_runs(rng, reference, oracle, m=4, batch_size=3, epochs=2)


@prepared
def four_examples_at_once(rng, reference, oracle):
    return draw_runs(rng, reference, oracle, m=4, batch_size=7, epochs=2)


@prepared
def many_examples_at_once(reference, four_examples_at_once):
    """The four examples 40 times over: every mean is the same, and so is the run in batches of everything."""
    few = four_examples_at_once.problem
    problem = Problem(np.tile(few.X, (40, 1)), np.tile(few.y, 40), few.w, few.b, few.learning_rate)
    history = everything(160, 2)
    places = places_of(reference.gradient_descent, problem, [history])
    runs = Runs.of(problem, 160, [history], places)
    agree(runs.results[0], four_examples_at_once.results[0])
    return runs


@prepared
def one_example_as_a_batch(reference):
    return runs_on_one_example(reference, batch_size=2)


@prepared
def four_examples_in_pairs(rng, reference, oracle):
    return draw_runs(rng, reference, oracle, m=4, batch_size=2, epochs=2)


@pytest.mark.check(function="gradient_descent.minibatch_gradient_descent", points=4, skill="Mini-batch descent")
def test_one_epoch_in_pairs_with_one_example_left_over(student, five_examples_in_pairs, rng):
    """One epoch over five examples in batches of two ends where one of the 30 deals leads.

    Three steps are made, the last on the one example that is left over. The gradient of a batch is the mean over the
    examples it has: two, two and one. Dividing the last by two, or leaving it out, ends elsewhere. Four seeds are
    tried.
    """
    expect_some_order(student, five_examples_in_pairs, seeds(rng, 4), "1 epoch over 5 examples in batches of 2")


@pytest.mark.check(function="gradient_descent.minibatch_gradient_descent", points=3, skill="Costs of a run")
def test_two_epochs_in_threes_and_their_costs(
    student, four_examples_in_threes, four_examples_at_once, many_examples_at_once, one_example_as_a_batch, rng
):
    """Two epochs over four examples in batches of three, with the cost on all four examples after each epoch.

    All 16 pairs of deals are computed. The costs are measured when an epoch is over, on everything: not the mean of
    what the batches cost on the way, which mixes two different lines and counts the single example like the other
    three. With batch_size=7 there is one batch of everything, and the run is one of full gradient descent. So it is
    with batch_size=160 on 160 examples, the four 40 times over.

    Then forty epochs on a single example, which arrive early and go on all the same, and twelve with too large a
    learning rate: the w and b of the last epoch are returned, not those of the cheapest.
    """
    what = "2 epochs over 4 examples in batches of 3"
    expect_some_order(student, four_examples_in_threes, seeds(rng, 4), what, with_costs=True)
    what = "2 epochs over 4 examples with batch_size=7"
    expect_some_order(student, four_examples_at_once, seeds(rng, 1), what, with_costs=True)
    what = "2 epochs over 160 examples with batch_size=160"
    expect_some_order(student, many_examples_at_once, seeds(rng, 1), what, with_costs=True)
    expect_no_early_end(student, one_example_as_a_batch, rng)


@pytest.mark.check(
    function="gradient_descent.minibatch_gradient_descent", points=2, skill="Randomness from the generator"
)
def test_mini_batches_are_dealt_anew_in_every_epoch(student, four_examples_in_pairs, rng):
    """The batches of the second epoch differ from those of the first; the seed alone decides which there are.

    From where a run ends one can tell how the examples were dealt. Four examples make two batches of two in 6 ways;
    over 24 seeds the second epoch must differ from the first at least once, not all runs may begin alike, and at least
    5 of the 6 must come up. The same seeds again must give the same batches.
    """
    what, chosen = "2 epochs over 4 examples in batches of 2", seeds(rng, 24)
    histories = expect_some_order(student, four_examples_in_pairs, [*chosen, *chosen[:4]], what)
    expect_new_orders(histories[:24], least=5)
    expect_same_again(histories[24:], histories[:4])


@pytest.mark.check(function="gradient_descent.minibatch_gradient_descent", points=1, skill="Arguments stay as they are")
def test_a_mini_batch_run_leaves_its_arguments_alone(student, five_examples_in_pairs, rng):
    """X, y and the starting w are still the same after a mini-batch run.

    There are two traps: an update in place changes the caller's w, a shuffle in place the caller's data. And targets
    that do not fit, a column or one too few, are refused with a ValueError.
    """
    problem, generator = five_examples_in_pairs.problem, student.rng(*seeds(rng, 1))
    run = student.gradient_descent.minibatch_gradient_descent
    call = run.attempt(*problem.run, 2, 2, generator)
    expect_unchanged(call)
    expect_moved(accept_run(call.value, (problem.w, problem.b)), (problem.w, problem.b))
    expect_refused_targets(run, problem, 2, generator)


# least_squares, largest_stable_learning_rate, descend_parabola


@prepared
def regression(rng, reference, oracle):
    def draw():
        X = rng.normal(0.8, 1.0, size=(14, 3))
        y = X @ signed(rng, 1.0, 2.0, size=3) + signed(rng, 1.0, 2.0) + rng.normal(0.0, 0.7, size=14)
        return X, y

    def is_telling(drawn):
        X, y = drawn
        theta = np.linalg.lstsq(with_ones(X), y, rcond=None)[0]
        return (
            np.linalg.cond(with_ones(X)) < 6 and np.min(np.abs(theta)) > 0.3 and abs(theta[:-1] @ X.mean(axis=0)) > 0.3
        )

    def case(X, y):
        expected = agree(reference.gradient_descent.least_squares(X, y), oracle.least_squares(X, y))
        return Case(args=(X, y), expected=expected)

    X, y = until(draw, is_telling)
    # One feature in smaller units: a valley 225 times as steep across as it was, where descending takes long.
    return [case(X, y), case(X * [15.0, 1.0, 1.0], y)]


@pytest.mark.check(function="gradient_descent.least_squares", points=3, skill="Least squares")
def test_least_squares_agrees_with_scikit_learn(student, regression):
    """The best line in three features for fourteen noisy examples, as scikit-learn's LinearRegression finds it.

    Both slopes of the cost are zero there: the residuals sum to zero, and so they do when weighted with any feature. If
    w is right and b is not, think of how the bias enters the system: as the weight of a feature that is always 1.

    Then the same with the first feature 15 times as large, for which the best line is as easily computed. Gradient
    descent would need many thousands of steps in the long valley that this makes of the cost. X and y are the same
    afterwards as before.
    """
    for case, which in zip(regression, ("", ", the first feature 15 times as large"), strict=True):
        call = student.gradient_descent.least_squares.attempt(*case.args)
        expect_unchanged(call)
        expect_equal(call.value, case.expected, what=f"(w, b) of the best line{which}", tolerance=3e-4)


@pytest.mark.check(function="gradient_descent.least_squares", points=1, skill="Shapes")
def test_least_squares_refuses_features_and_targets_of_different_number(student, rng):
    """Seven rows of X and six entries of y are refused.

    They cannot be examples of the same data set. The message names both shapes.
    """
    X = rng.normal(size=(7, 2))
    accept(student.gradient_descent.least_squares(X, X[:, 0]), (X[0], 0.0), what="(w, b) with a y that fits")
    call = student.gradient_descent.least_squares.attempt(X, np.ones(6))
    expect_property(
        call.error is None or (call.error.types[0], call.error.message) != NUMPYS_OWN,
        what="who notices that X and y do not fit",
        got="NumPy's own LinAlgError, which names no shapes",
        expected="a ValueError of yours that names both shapes",
        remark="Check the shapes first, before NumPy is asked to solve anything; the message names both.",
    )
    expect_raises(call, ValueError, shapes=[(6,), (7,)])


@prepared
def curved_costs(rng, reference, oracle):
    def draw(m, n):
        return rng.normal(0.8, 1.0, size=(m, n)) * signed(rng, 0.5, 1.5, size=n)

    def is_telling(X):
        curvatures = np.linalg.eigvalsh(with_ones(X).T @ with_ones(X))
        without_bias = np.linalg.eigvalsh(X.T @ X)[-1]
        return curvatures[-2] < 0.7 * curvatures[-1] and without_bias < 0.9 * curvatures[-1]

    cases = []
    for m, n in ((15, 4), (6, 1)):
        X = until(lambda m=m, n=n: draw(m, n), is_telling)
        reached = reference.gradient_descent.largest_stable_learning_rate(X)
        cases.append(Case(args=(X,), expected=agree(reached, oracle.largest_stable_learning_rate(X))))
    X = draw_separate_features(rng)
    reached = reference.gradient_descent.largest_stable_learning_rate(X)
    return [*cases, Case(args=(X,), expected=agree(reached, oracle.largest_stable_learning_rate(X)))]


def draw_separate_features(rng):
    """Eight examples whose Hessian is diagonal, its largest entry neither first nor last and not far above the first.

    So eigenvalues that come in no order come in that of the features, and few steps of a power iteration, begun with
    ones, have not arrived.
    """
    signs = np.array([[1, 1, -1, -1, 1, 1, -1, -1], [1, -1, 1, -1, 1, -1, 1, -1], [1, 1, 1, 1, -1, -1, -1, -1]]).T
    largest = rng.uniform(1.5, 2.0)
    return signs * largest * [0.94, 1.0, rng.uniform(0.5, 0.8)]


@pytest.mark.check(
    function="gradient_descent.largest_stable_learning_rate", points=4, skill="Learning rate and curvature"
)
def test_largest_stable_learning_rate_agrees_with_the_hessian_of_torch(student, curved_costs):
    """2/λmax for fifteen examples with four features, for six with one, and for eight with three.

    torch differentiates the cost twice, in w and b together: H = (2/m)·AᵀA with A the matrix X and a column of ones.
    Its largest eigenvalue is the steepest curvature, and gradient descent overshoots for good above 2/λmax. Without the
    column of ones the bias is forgotten, which also has to converge. In the last case two directions are nearly equally
    steep and the steepest is not the first: `np.linalg.eig` lists eigenvalues in no order, and a power iteration must
    go on until it has arrived. X is the same afterwards as before.
    """
    for case in curved_costs:
        m, n = case.args[0].shape
        call = student.gradient_descent.largest_stable_learning_rate.attempt(*case.args)
        expect_unchanged(call)
        expect_equal(call.value, case.expected, what=f"2/λmax on m = {m} and n = {n}")


@prepared
def parabolas(rng, reference, oracle):
    cases = {}
    for name, factor in (("creeping", (0.4, 0.8)), ("overshooting", (-0.8, -0.4)), ("diverging", (-1.5, -1.2))):
        curvature = float(rng.uniform(0.5, 4.0))
        learning_rate = float((1 - rng.uniform(*factor)) / curvature)
        w = float(signed(rng, 2.0, 4.0))
        start = {"creeping": round(w), "overshooting": w / 10_000}.get(name, w)
        args = (curvature, learning_rate, start, 8)
        expected = agree(reference.gradient_descent.descend_parabola(*args), oracle.descend_parabola(*args))
        cases[name] = Case(args=args, expected=expected)
    args = (float(rng.uniform(-2.0, -1.0)), float(rng.uniform(0.1, 0.3)), float(signed(rng, 2.0, 4.0)), 8)
    expected = agree(reference.gradient_descent.descend_parabola(*args), oracle.descend_parabola(*args))
    cases["hillside"] = Case(args=args, expected=expected)
    # The last ones by hand: w times 1, 0, …; a long way to nearly nothing; a long way up; no step at all.
    long = {"arriving": (2.0, 0.3, 8.0, 40), "climbing": (2.0, 1.6, 8.0, 40), "resting": (2.0, 0.25, 8.0, 0)}
    for name, args in {"landing": (2.0, 0.5, 8.0, 5), **long}.items():
        expected = agree(reference.gradient_descent.descend_parabola(*args), oracle.descend_parabola(*args))
        cases[name] = Case(args=args, expected=expected)
    return cases


@pytest.mark.check(function="gradient_descent.descend_parabola", points=3, skill="Learning rate and curvature")
def test_parabolas_that_creep_overshoot_and_diverge(student, parabolas):
    """Eight steps on four parabolas J = ½·curvature·w²: creeping, overshooting, diverging, and down a hillside.

    The slope is curvature·w, and each step multiplies w by 1 - learning_rate·curvature: between 0.4 and 0.8 first, then
    between -0.8 and -0.4, then below -1, where w changes sign and grows with every step. The path has nine positions,
    the start among them. The first run starts from a whole number, an `int`; the steps are no whole numbers. The second
    starts near 0 and comes nearer. In the fourth run the curvature is negative, so the factor is above 1, and w leaves
    the top of the hill behind.

    Then a factor of 0, with which the first step lands at 0 and the others stay there; forty steps that arrive, and
    forty that climb to millions: all are made, however small or large w has become; and no step at all, which leaves a
    path of one position.
    """
    for name, case in parabolas.items():
        expect_trajectory(
            student.gradient_descent.descend_parabola(*case.args),
            case.expected,
            what=f"the positions of the {name} run",
            names=["the start", *(f"step {step}" for step in range(1, case.args[-1] + 1))],
            plot=POSITIONS,
        )
