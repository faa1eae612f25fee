"""Checks that students never see: against the reference, torch and scikit-learn, on inputs drawn from the grading seed.

Whatever the seed, the data keep the right answer apart from its look-alikes: residuals of both signs in every row and
none near 0 (but where that is the question), Huber residuals well on either side of δ, margins away from 1 or exactly
on it. They are rounded to two digits, so that a report can be read, and huge logits are integers, which single
precision holds exactly.
"""

import numpy as np
import pytest

from autograder.checking import (
    Case,
    CheckFailure,
    agree,
    expect_each_raises,
    expect_equal,
    expect_form,
    expect_property,
    expect_unchanged,
    numeric,
    prepared,
)

ROUNDING_NEAR_10_000 = 2e-3
"""Single precision knows log Σ eᶻ near 10 000 to 0.0005, hence probabilities made from it to as many digits."""


def mixed_signs(rng, m, d):
    """(m, d) signs, both of them in every row."""
    signs = rng.choice([-1.0, 1.0], size=(m, d))
    signs[:, 0], signs[:, 1] = 1.0, -1.0
    return rng.permuted(signs, axis=1)


def draw_predictions(rng, m=6, d=3):
    """Truth and prediction of shape (m, d), every residual about 0.3 to 3 in size."""
    y_true = rng.normal(scale=2.0, size=(m, d))
    return y_true.round(2), (y_true + mixed_signs(rng, m, d) * rng.uniform(0.3, 3.0, size=(m, d))).round(2)


def draw_slim_predictions(rng):
    """Truth and prediction with a single example, a single feature, or both, each with a name for the report."""
    columns = tuple(array[:, :1].copy() for array in draw_predictions(rng, m=5))
    numbers = tuple(array[0, :1].copy() for array in draw_predictions(rng, m=1))
    return {
        "a single example with three features": draw_predictions(rng, m=1),
        "five examples with one feature each, as a column": columns,
        "a single example that is one number": numbers,
        "two examples with six features each": draw_predictions(rng, m=2, d=6),
    }


def slim_cases(rng, ours, theirs):
    """By name, what `ours` gives for a single example or feature, agreed with `theirs`."""
    drawn = draw_slim_predictions(rng).items()
    return {name: Case(args=args, expected=agree(ours(*args), theirs(*args))) for name, args in drawn}


def agreed(reference, oracle, function, args):
    """The case of one call, in which the reference and the oracle's function of the same name agree."""
    return Case(args=args, expected=agree(*(getattr(module, function)(*args) for module in (reference.losses, oracle))))


def expect_slim(function, cases, *, what):
    """However few examples or features there are, the shapes are those of the contract."""
    for name, case in cases.items():
        expect_equal(function(*case.args), case.expected, what=f"{what} of {name}")


def expect_shrunk(function, case, factor, *, what):
    """The same residuals a hundred times smaller, as with shares of an image: nothing may have been rounded."""
    delta = {name: value / 100 for name, value in case.kwargs.items()}
    got = function(*(array / 100 for array in case.args), **delta)
    expect_equal(got, case.expected * factor, what=f"{what}, of numbers that are a hundred times smaller")


def expect_alone(function, case, *, what):
    """The first example by itself: m is 1, and no axis is lost."""
    tolerance = 1e-5 * float(np.max(np.abs(case.expected)))  # alone it may be small, and is no more exact for that
    got = function(*(array[:1] for array in case.args))
    expect_equal(got, case.expected[:1], what=f"{what}, the first one alone", tolerance=tolerance)


def draw_predictions_around(rng, delta, m=6):
    """As above with four features, two residuals of every row well below `delta` and two well above it."""
    y_true = rng.normal(size=(m, 4))
    small, large = rng.uniform(0.2, 0.8, size=(m, 2)), rng.uniform(1.5, 4.0, size=(m, 2))
    residuals = delta * np.concatenate([mixed_signs(rng, m, 2) * small, mixed_signs(rng, m, 2) * large], axis=1)
    return y_true.round(2), (y_true + rng.permuted(residuals, axis=1)).round(2)


def draw_deltas(rng):
    """The default, one below it and one above it."""
    return 1.0, round(rng.uniform(0.3, 0.6), 2), round(rng.uniform(2.0, 4.0), 2)


def named_delta(case):
    return f"delta={case.kwargs['delta']}" if case.kwargs else "the default delta of 1"


def draw_boxes(rng, m=5):
    """Boxes in pixels, every predicted number off by 2 to 9 pixels and still positive."""
    true = rng.uniform(12.0, 55.0, size=(m, 4))
    return true.round(2), (true + mixed_signs(rng, m, 4) * rng.uniform(2.0, 9.0, size=(m, 4))).round(2)


def draw_logits(rng):
    """Eight labels and logits between 0.4 and 4 in size: each label four times, with logits of both signs."""
    y_true = np.repeat([0.0, 1.0], 4)
    logits = np.tile([1.0, -1.0], 4) * rng.uniform(0.4, 4.0, size=8).round(2)
    order = rng.permutation(8)
    return y_true[order], logits[order]


def draw_huge_binary_logits(rng):
    """Labels, and whole logits between 1000 and 10 000 in size, each sign with both labels."""
    sizes = np.array([1000.0, 10_000.0, *rng.integers(2000, 9000, size=2)])
    return mixed_signs(rng, 2, 4).ravel().clip(0.0, 1.0), np.concatenate([sizes, -sizes])


def draw_scores(rng):
    """Labels ±1 and scores: on the wrong side, with too little margin, and with enough; each label in each case.

    One is wrong by far: nothing caps a loss.
    """
    y_true = np.tile([1.0, -1.0], 4)
    lowest = np.array([-12.0, -2.0, 0.2, 0.2, *[1.2] * 4])
    highest = np.array([-9.0, -0.3, 0.8, 0.8, *[3.0] * 4])
    order = rng.permutation(8)
    return y_true[order], (y_true * rng.uniform(lowest, highest).round(2))[order]


def draw_edges(rng):
    """Each label with a score of 0, with a margin that is nearly 1, and with one of many digits."""
    y_true = np.tile([1.0, -1.0], 3)
    return y_true, y_true * np.concatenate([[0.0] * 2, [0.9999] * 2, rng.uniform(0.2, 0.8, size=2)])


def draw_classes(rng, m=7, k=4):
    """Labels in which every class occurs, and logits of moderate size."""
    labels = rng.permutation(np.concatenate([np.arange(k), rng.integers(0, k, size=m - k)]))
    return labels, rng.normal(scale=2.0, size=(m, k)).round(2)


def draw_huge_logits(rng):
    """Labels, and rows of four logits that differ by 0 to 3, around bases of all sizes up to 10 000."""
    bases = rng.permutation([9997.0, -10_000.0, 0.0, 1000.0, -1000.0, float(rng.integers(2000, 9000))])
    return rng.integers(0, 4, size=6), bases[:, None] + rng.integers(0, 4, size=(6, 4))


def draw_wide_logits(rng):
    """Labels, and rows of four logits with two near the largest and two thousands below: no other shift is harmless.

    The largest one is far above the mean of its row. It is not the first in two of the rows, and not the last in one.
    """
    tops = np.array([10_000.0, *rng.integers(4000, 9000, size=2)])
    rows = np.stack([tops, tops - rng.integers(1, 4, size=3), np.zeros(3), -tops], axis=1)
    order = np.array([[3, 2, 0, 1], [2, 0, 1, 3], [0, 1, 3, 2]])
    order[:2, 1:] = rng.permuted(order[:2, 1:], axis=1)
    logits = np.take_along_axis(rows, order, axis=1)
    return np.argmax(order == rng.integers(0, 2, size=(3, 1)), axis=1), logits


def joined(*drawn):
    """Labels and logits from several draws, one below the other."""
    return tuple(np.concatenate(parts) for parts in zip(*drawn, strict=True))


def draw_classes_without_a_chance(rng):
    """Labels, and rows of four logits in which the right class lies thousands below the best one."""
    labels, logits = rng.integers(0, 4, size=4), np.zeros((4, 4))
    logits[np.arange(4), labels] = -rng.integers(3000, 9000, size=4)
    return labels, logits


def called_back(formula, shape):
    """A function for students to call: anything but a real array of `shape` is the caller's mistake, a ValueError."""

    def f(x):
        array = np.asarray(x)
        if array.dtype.kind not in "fiu" or array.shape != shape:
            raise ValueError(f"f takes an array of shape {shape}, not {array.dtype} of shape {array.shape}")
        with np.errstate(all="ignore"):
            return float(formula(array.astype(float)))

    return f


def own(function, *args):
    """What the student's own function gives, as numbers; None where it gives none, or looks away from an argument."""
    values = numbers_from(function, *args)
    if values is None or np.unique(values).size < 2:
        return None
    for index, arg in enumerate(args):
        others = numbers_from(function, *args[:index], np.roll(arg, 1, axis=0), *args[index + 1 :])
        if others is None or np.array_equal(values, others):
            return None
    return values


def numbers_from(function, *args):
    """What one call gives, as numbers; None where it raises or gives none."""
    call = function.attempt(*args)
    return None if call.error is not None else numeric(call.value)


def expect_equal_or_built_on(got, expected, built_on, *, what, tolerance=None):
    """`expected`, or what follows from the student's own functions: a mistake in those is paid for at their checks."""
    expect_form(got, expected, what=what)  # whatever it is built on, its shape is given
    try:
        expect_equal(got, expected, what=what, tolerance=tolerance)
    except CheckFailure as failure:
        basis = built_on()
        if basis is None:
            raise
        try:
            expect_equal(got, basis, what=what, tolerance=tolerance)
        except CheckFailure:
            raise failure from None


def expect_the_contract(function, mismatched, fitting, **kwargs):
    """Every mismatched pair is refused with both shapes named; a fitting pair is left as it was."""
    calls = function.attempt_each([*mismatched, fitting], **kwargs)
    expect_each_raises(calls, [(np.shape(first), np.shape(second)) for first, second in mismatched])
    expect_unchanged(calls[-1])


def mismatches_of_features(rng, m=5, d=3):
    """Pairs of shapes that NumPy would broadcast without a word."""
    column, vector, matrix, row = (rng.normal(size=shape).round(2) for shape in ((m, 1), m, (m, d), d))
    return [(column, vector), (vector, column), (matrix, row), (matrix, column.copy()), (vector[:1], vector)]


def mismatches_of_numbers(rng, labels, m=5):
    """The same for labels and scores of shape (m,)."""
    y_true, scores = np.resize(np.array(labels), m), rng.normal(size=m).round(2)
    return [(y_true, scores[:, None]), (y_true[:, None], scores), (y_true[:1], scores)]


def own_cross_entropy_gradient(student, labels, logits):
    """What the student's own softmax makes of the cross-entropy's gradient."""
    probabilities = own(student.losses.softmax, logits)
    if probabilities is None or probabilities.shape != logits.shape:
        return None
    return probabilities - np.eye(logits.shape[1])[labels]


def own_mean_squared_error(student, y_true, y_pred):
    """The student's own cost of the student's own squared errors."""
    losses = own(student.losses.squared_error, y_true, y_pred)
    if losses is None:
        return None
    calls = student.losses.cost.attempt(losses), student.losses.cost.attempt(losses / 2)
    costs = [None if call.error is not None else numeric(call.value) for call in calls]
    # A cost that is the same for half the losses looks at nothing: nothing can be built on it.
    return None if any(one is None for one in costs) or np.array_equal(*costs) else costs[0]


def mismatches_of_classes(rng, m=5, k=3):
    labels, logits = np.resize(np.arange(k), m), rng.normal(size=(m, k)).round(2)
    return [(labels[:1], logits), (labels[:, None], logits), (np.append(labels, 0), logits)]


# squared error ------------------------------------------------------------------------------------------------------


@prepared
def squared_error_cases(rng, reference, oracle):
    features = draw_predictions(rng)
    return [
        agreed(reference, oracle, "squared_error", args)
        for args in (features, tuple(array[:, 0].copy() for array in features))
    ]


@prepared
def slim_squared_error_cases(rng, reference, oracle):
    return slim_cases(rng, reference.losses.squared_error, oracle.squared_error)


@pytest.mark.check(function="losses.squared_error", points=2, skill="Regression losses")
def test_squared_error_adds_the_squares_of_all_features(student, squared_error_cases, slim_squared_error_cases):
    """The squared error of six examples with three features each, and of their first features alone.

    Each example has one loss: the squares of its three residuals, added. Adding makes the loss the squared distance
    between two points; a mean over the features, a root or a factor ½ would make it something else.

    Then a single example, a single feature (a column), both, and six features: whatever m is, there are m losses, and
    a column is added up like any other row of features. At last the same residuals a hundred times smaller.
    """
    features, numbers = squared_error_cases
    expect_equal(
        student.losses.squared_error(*features.args),
        features.expected,
        what="the squared errors of six examples with three features",
    )
    expect_equal(
        student.losses.squared_error(*numbers.args),
        numbers.expected,
        what="the squared errors of six examples that are one number each",
    )
    expect_slim(student.losses.squared_error, slim_squared_error_cases, what="the squared errors")
    expect_shrunk(student.losses.squared_error, features, 1e-4, what="the squared errors of six examples")


@pytest.mark.check(function="losses.squared_error", points=2, skill="Shapes")
def test_squared_error_refuses_shapes_that_would_broadcast(student, rng):
    """Two arrays of different shapes are refused, and arrays that fit are left as they were.

    Pairs that NumPy would stretch until they fit: (5, 1) with (5,), both ways, (5, 3) with (3,) and with (5, 1), and
    (1,) with (5,). Each has to raise a ValueError that names both shapes. Then a pair that fits: after the call both
    arrays must hold what they held before, because the caller goes on using them.
    """
    expect_the_contract(student.losses.squared_error, mismatches_of_features(rng), draw_predictions(rng))


@prepared
def squared_error_gradient_case(rng, reference, oracle):
    args = draw_predictions(rng)
    return agreed(reference, oracle, "squared_error_gradient", args)


@prepared
def slim_squared_error_gradient_cases(rng, reference, oracle):
    return slim_cases(rng, reference.losses.squared_error_gradient, oracle.squared_error_gradient)


@pytest.mark.check(function="losses.squared_error_gradient", points=2, skill="Regression losses")
def test_squared_error_gradient_is_what_autograd_gives(
    student, squared_error_gradient_case, slim_squared_error_gradient_cases
):
    """The derivative of each example's squared error with respect to each of its three predicted numbers.

    Square the residual r = ŷ - y and differentiate: the power comes down as a factor 2, and the inner derivative of r
    with respect to ŷ is +1. There is no 1/m, as the loss belongs to one example; the mean comes with the cost.

    Then a single example, a single feature (a column), and both: the shape is that of the prediction.
    """
    expect_equal(
        student.losses.squared_error_gradient(*squared_error_gradient_case.args),
        squared_error_gradient_case.expected,
        what="the derivatives of six squared errors",
        remark="Positive where the prediction is too high.",
    )
    expect_slim(
        student.losses.squared_error_gradient,
        slim_squared_error_gradient_cases,
        what="the derivatives of the squared errors",
    )
    expect_shrunk(
        student.losses.squared_error_gradient,
        squared_error_gradient_case,
        1e-2,
        what="the derivatives of six squared errors",
    )


@pytest.mark.check(function="losses.squared_error_gradient", points=1, skill="Shapes")
def test_squared_error_gradient_keeps_to_the_contract(student, rng):
    """Shapes that differ are refused with both of them named, and the caller's arrays stay as they were.

    A gradient is shaped like the prediction; whatever broadcasts to another shape cannot be one. Writing the residual
    into the prediction's own memory (with `-=`, say) would change the caller's data.
    """
    expect_the_contract(student.losses.squared_error_gradient, mismatches_of_features(rng), draw_predictions(rng))


# absolute error -----------------------------------------------------------------------------------------------------


@prepared
def absolute_error_case(rng, reference, oracle):
    args = draw_predictions(rng)
    return agreed(reference, oracle, "absolute_error", args)


@prepared
def slim_absolute_error_cases(rng, reference, oracle):
    return slim_cases(rng, reference.losses.absolute_error, oracle.absolute_error)


@pytest.mark.check(function="losses.absolute_error", points=2, skill="Regression losses")
def test_absolute_error_adds_the_sizes_of_all_residuals(student, absolute_error_case, slim_absolute_error_cases):
    """The absolute error of six examples with three features each, residuals of both signs in every one.

    Take the size of each residual first and add afterwards, so that nothing cancels; add, do not average, over the
    features.

    Then a single example, a single feature (a column), and both: there are always m losses.
    """
    expect_equal(
        student.losses.absolute_error(*absolute_error_case.args),
        absolute_error_case.expected,
        what="the absolute errors of six examples with three features",
    )
    expect_slim(student.losses.absolute_error, slim_absolute_error_cases, what="the absolute errors")
    expect_shrunk(student.losses.absolute_error, absolute_error_case, 1e-2, what="the absolute errors of six examples")


@pytest.mark.check(function="losses.absolute_error", points=1, skill="Shapes")
def test_absolute_error_keeps_to_the_contract(student, rng):
    """Shapes that differ are refused with both of them named, and the caller's arrays stay as they were.

    The pairs are those that NumPy would stretch without a word, such as (5, 1) with (5,), or (5, 3) with (5, 1).
    """
    expect_the_contract(student.losses.absolute_error, mismatches_of_features(rng), draw_predictions(rng))


@prepared
def absolute_error_gradient_case(rng, reference, oracle):
    y_true, y_pred = draw_predictions(rng)
    # In every row one residual of 0 and one that is tiny and no less a residual: single precision tells them apart.
    kind = rng.permuted(np.tile([0, 1, 2], (len(y_true), 1)), axis=1)
    tiny = (y_true + 1e-4 * np.sign(y_pred - y_true)).round(4)
    y_pred = np.choose(kind, [y_true, tiny, y_pred])
    # And an example at 0, where far smaller numbers can be told apart.
    y_true = np.vstack([y_true, np.zeros(3), np.full(3, 250_000.0)])
    y_pred = np.vstack([y_pred, rng.permutation([0.0, 1e-7, -1e-7]), 250_000 + rng.permutation([0.0, 1.0, -1.0])])
    return Case(
        args=(y_true, y_pred),
        expected=agree(
            reference.losses.absolute_error_gradient(y_true, y_pred), oracle.absolute_error_gradient(y_true, y_pred)
        ),
    )


@prepared
def slim_absolute_error_gradient_cases(rng, reference, oracle):
    return slim_cases(rng, reference.losses.absolute_error_gradient, oracle.absolute_error_gradient)


@pytest.mark.check(function="losses.absolute_error_gradient", points=2, skill="Regression losses")
def test_absolute_error_gradient_is_a_sign_for_every_feature(
    student, absolute_error_gradient_case, slim_absolute_error_gradient_cases
):
    """The derivative of the absolute error, for predictions that are too high, too low, and exactly right.

    In every example one of the three numbers is predicted exactly. There |r| has its kink and the course takes 0: a
    formula that divides by |r| finds 0/0 there, one that asks only "is r < 0?" gives a perfect prediction a push.
    Another number is off by 0.0001: a small miss is a miss, and its sign counts in full. In the seventh example the
    truth is 0, 0, 0, and two numbers are off by 0.0000001; in the eighth it is 250000 three times, and two numbers are
    off by 1.

    Then a single example, a single feature (a column), and both: the shape is that of the prediction.
    """
    expect_equal(
        student.losses.absolute_error_gradient(*absolute_error_gradient_case.args),
        absolute_error_gradient_case.expected,
        what="the derivatives of eight absolute errors, one perfect prediction in each",
    )
    expect_slim(
        student.losses.absolute_error_gradient,
        slim_absolute_error_gradient_cases,
        what="the derivatives of the absolute errors",
    )


@pytest.mark.check(function="losses.absolute_error_gradient", points=1, skill="Shapes")
def test_absolute_error_gradient_keeps_to_the_contract(student, rng):
    """Shapes that differ are refused with both of them named, and the caller's arrays stay as they were.

    Comparisons such as `y_pred > y_true` broadcast just as a difference does.
    """
    expect_the_contract(student.losses.absolute_error_gradient, mismatches_of_features(rng), draw_predictions(rng))


# Huber --------------------------------------------------------------------------------------------------------------


@prepared
def huber_cases(rng, reference, oracle):
    cases = []
    for delta in draw_deltas(rng):
        args = draw_predictions_around(rng, delta)
        expected = agree(reference.losses.huber(*args, delta=delta), oracle.huber(*args, delta=delta))
        cases.append(Case(args=args, kwargs={"delta": delta} if delta != 1.0 else {}, expected=expected))
    return cases


@prepared
def slim_huber_cases(rng, reference, oracle):
    return slim_cases(rng, reference.losses.huber, oracle.huber)


@pytest.mark.check(function="losses.huber", points=3, skill="Regression losses")
def test_huber_is_a_parabola_inside_and_a_line_outside(student, huber_cases, slim_huber_cases):
    """The Huber loss of six examples with four features each, for three values of δ: the default 1, less, and more.

    Every example has residuals well inside and well outside of δ. Inside, the loss is half the square. Outside, it goes
    on straight, with the slope δ that the parabola has reached and from the height ½δ² that it has reached: that is why
    the line is δ(|r| - ½δ). Two things show only when δ is not 1: whether it is used at all, and whether the result was
    divided by it. Each feature is judged by itself, then all are added.

    Then, with the default δ, a single example, a single feature (a column), and both: there are always m losses.
    """
    for case in huber_cases:
        expect_equal(
            student.losses.huber(*case.args, **case.kwargs),
            case.expected,
            what=f"the Huber losses of six examples with {named_delta(case)}",
        )
    expect_slim(student.losses.huber, slim_huber_cases, what="the Huber losses")
    for case in huber_cases[1:]:
        expect_shrunk(student.losses.huber, case, 1e-4, what="the Huber losses of six examples")


@pytest.mark.check(function="losses.huber", points=1, skill="Shapes")
def test_huber_keeps_to_the_contract(student, rng):
    """Shapes that differ are refused with both of them named, and the caller's arrays stay as they were.

    The pairs are those that NumPy would stretch without a word, such as (5, 1) with (5,), or (5, 3) with (5, 1).
    """
    expect_the_contract(student.losses.huber, mismatches_of_features(rng), draw_predictions(rng), delta=0.5)


@prepared
def huber_gradient_cases(rng, reference, oracle):
    cases = []
    for delta in draw_deltas(rng):
        args = draw_predictions_around(rng, delta)
        expected = agree(reference.losses.huber_gradient(*args, delta=delta), oracle.huber_gradient(*args, delta=delta))
        cases.append(Case(args=args, kwargs={"delta": delta} if delta != 1.0 else {}, expected=expected))
    return cases


@prepared
def slim_huber_gradient_cases(rng, reference, oracle):
    return slim_cases(rng, reference.losses.huber_gradient, oracle.huber_gradient)


@pytest.mark.check(function="losses.huber_gradient", points=3, skill="Regression losses")
def test_huber_gradient_grows_to_delta_and_stays_there(student, huber_gradient_cases, slim_huber_gradient_cases):
    """The derivative of the Huber loss for three values of δ: the default 1, less, and more.

    The derivative of ½r² is r, that of δ(|r| - ½δ) is δ times the sign of r. At |r| = δ both are ±δ. An outlier keeps
    pulling with the strength δ; it neither pulls harder and harder, nor is it ignored.

    Then, with the default δ, a single example, a single feature (a column), and both: shaped like the prediction.
    """
    for case in huber_gradient_cases:
        expect_equal(
            student.losses.huber_gradient(*case.args, **case.kwargs),
            case.expected,
            what=f"the derivatives of Huber losses with {named_delta(case)}",
        )
    expect_slim(student.losses.huber_gradient, slim_huber_gradient_cases, what="the derivatives of the Huber losses")
    for case in huber_gradient_cases[1:]:
        expect_shrunk(student.losses.huber_gradient, case, 1e-2, what="the derivatives of six Huber losses")


@pytest.mark.check(function="losses.huber_gradient", points=1, skill="Shapes")
def test_huber_gradient_keeps_to_the_contract(student, rng):
    """Shapes that differ are refused with both of them named, and the caller's arrays stay as they were.

    Cutting off the outliers in place (`r[r > delta] = delta`) is fine on an array of your own, not on the caller's.
    """
    expect_the_contract(student.losses.huber_gradient, mismatches_of_features(rng), draw_predictions(rng), delta=0.5)


# bounding boxes -----------------------------------------------------------------------------------------------------


@prepared
def bounding_box_case(rng, reference, oracle):
    args = draw_boxes(rng)
    return agreed(reference, oracle, "bounding_box_loss", args)


@pytest.mark.check(function="losses.bounding_box_loss", points=2, skill="Bounding boxes")
def test_bounding_box_loss_adds_four_squares(student, bounding_box_case):
    """The loss of five predicted boxes, in pixels.

    Four squares for each box: two for its centre, two for its width and height, all with the same weight. The first
    YOLO paper takes the roots of width and height before it compares them; the loss here does not.
    """
    boxes = bounding_box_case.args
    expect_equal_or_built_on(
        student.losses.bounding_box_loss(*boxes),
        bounding_box_case.expected,
        lambda: own(student.losses.squared_error, *boxes),
        what="the losses of five boxes",
    )
    alone = student.losses.bounding_box_loss(*(array[:1] for array in boxes))
    expect_form(alone, bounding_box_case.expected[:1], what="the loss of the first box alone")


def mismatches_of_boxes(rng):
    boxes = rng.uniform(5, 50, size=(3, 4)).round(2)
    flat, deep, wide = (rng.uniform(5, 50, size=shape).round(2) for shape in (4, (2, 3, 4), (3, 5)))
    alike = boxes[:, :3], wide, boxes.T.copy(), flat, deep
    unlike = (boxes[:1], boxes), (boxes, boxes[:, :1].copy()), (boxes[:, :1].copy(), boxes)
    return [*unlike, *((array, array + 1.0) for array in alike)]


@pytest.mark.check(function="losses.bounding_box_loss", points=1, skill="Shapes")
def test_bounding_box_loss_keeps_to_the_contract(student, rng):
    """Anything but two (m, 4) arrays is refused with both shapes named, and the caller's boxes stay as they were.

    One box against three, which NumPy would compare with each of them, boxes against a column, and pairs of equal
    shapes that are no boxes in rows: (3, 3), where the height is lost, (3, 5), where there is a number too many, (4,
    3), which is boxes in columns, (4,), a single box without its row, and (2, 3, 4).
    """
    expect_the_contract(student.losses.bounding_box_loss, mismatches_of_boxes(rng), draw_boxes(rng))


@prepared
def bounding_box_gradient_case(rng, reference, oracle):
    args = draw_boxes(rng)
    return agreed(reference, oracle, "bounding_box_loss_gradient", args)


@pytest.mark.check(function="losses.bounding_box_loss_gradient", points=2, skill="Bounding boxes")
def test_bounding_box_loss_gradient_has_four_parts(student, bounding_box_gradient_case):
    """The derivative of each box's loss with respect to its predicted centre, width and height.

    Each of the four numbers occurs in one square only, so each derivative is that of a single square: twice the
    predicted number minus the true one. A box that is predicted too wide has a positive third entry. For example, x̂ =
    53 instead of 50 gives 6.
    """
    boxes = bounding_box_gradient_case.args
    expect_equal_or_built_on(
        student.losses.bounding_box_loss_gradient(*boxes),
        bounding_box_gradient_case.expected,
        lambda: own(student.losses.squared_error_gradient, *boxes),
        what="the derivatives of five boxes' losses",
    )
    alone = student.losses.bounding_box_loss_gradient(*(array[:1] for array in boxes))
    expect_form(alone, bounding_box_gradient_case.expected[:1], what="the derivatives of the first box alone")


@pytest.mark.check(function="losses.bounding_box_loss_gradient", points=1, skill="Shapes")
def test_bounding_box_loss_gradient_keeps_to_the_contract(student, rng):
    """Anything but two (m, 4) arrays is refused with both shapes named, and the caller's boxes stay as they were.

    The pairs are those of the check of `bounding_box_loss`: whatever the loss refuses, its derivative refuses too.
    """
    expect_the_contract(student.losses.bounding_box_loss_gradient, mismatches_of_boxes(rng), draw_boxes(rng))


# logistic -----------------------------------------------------------------------------------------------------------


@prepared
def logistic_case(rng, reference, oracle):
    args = draw_logits(rng)
    return agreed(reference, oracle, "logistic", args)


@pytest.mark.check(function="losses.logistic", points=2, skill="Classification losses")
def test_logistic_loss_of_both_labels_with_logits_of_both_signs(student, logistic_case):
    """The logistic loss of eight moderate logits: both labels, each with positive and with negative logits.

    For the label 1 the loss is log(1 + e⁻ᶻ), small where z is large; for the label 0 it is log(1 + eᶻ), small where z
    is very negative. One formula covers both: log(1 + eᶻ) - y z. The labels are 0 and 1 here, not -1 and 1.
    """
    what = "the logistic losses of eight logits"
    expect_equal(student.losses.logistic(*logistic_case.args), logistic_case.expected, what=what)
    expect_alone(student.losses.logistic, logistic_case, what=what)


LARGE_LOGITS = "five small logits and a huge one", "twenty logits between 5 and 900 in size"


def draw_large_binary_logits(rng):
    """Labels and logits of all sizes up to 1000: first some that cost little, one of them huge, then the others.

    In an array of their own, for the tolerance goes by the largest entry.
    """
    cheap = np.array([0.0, 1.0, 1.0, 1.0, 0.0, 1.0]), np.array([0.5, -0.5, 2.0, 1000.0, -5.0, 8.0])
    sizes = np.array([5.0, 12.0, 50.0, 300.0, float(rng.integers(600, 900))])
    return [cheap, (np.tile([1.0, 0.0], 10), np.concatenate([np.repeat(sizes, 2), np.repeat(-sizes, 2)]))]


@prepared
def huge_logistic_case(rng, reference, oracle):
    args = draw_huge_binary_logits(rng)
    return agreed(reference, oracle, "logistic", args)


@prepared
def large_logistic_cases(rng, reference, oracle):
    return [agreed(reference, oracle, "logistic", args) for args in draw_large_binary_logits(rng)]


@pytest.mark.check(function="losses.logistic", points=3, skill="Numbers that stay finite")
def test_logistic_loss_of_huge_logits_is_right(student, huge_logistic_case, large_logistic_cases):
    """The logistic loss of logits between 1000 and 10 000 in size, of both signs.

    A huge logit of the right sign costs 0, one of the wrong sign costs its size: log(1 + e¹⁰⁰⁰⁰) is 10000, because the
    1 is nothing beside the power. Computed literally, e¹⁰⁰⁰⁰ is inf and the loss inf or nan. Computed as the logarithm
    of a probability, the probability is rounded to 0 and its logarithm is -inf; and with a tiny number added to save
    the logarithm, the loss stops growing (at 27.6 for 1e-12), however wrong the prediction is. Take the large part out
    of the logarithm before there is anything to overflow. Then small logits beside a huge one, each by its own size,
    and logits between 5 and 900.
    """
    expect_equal(
        student.losses.logistic(*huge_logistic_case.args),
        huge_logistic_case.expected,
        what="the logistic losses of eight huge logits",
    )
    for case, what in zip(large_logistic_cases, LARGE_LOGITS, strict=True):
        expect_equal(student.losses.logistic(*case.args), case.expected, what=f"the logistic losses of {what}")


@pytest.mark.check(function="losses.logistic", points=1, skill="Shapes")
def test_logistic_keeps_to_the_contract(student, rng):
    """Shapes that differ are refused with both of them named, and the caller's arrays stay as they were.

    The classic: a network gives logits of shape (5, 1), the labels are (5,), and the mean of the 25 numbers that NumPy
    makes of them falls nicely while nothing is learnt.
    """
    expect_the_contract(student.losses.logistic, mismatches_of_numbers(rng, [0.0, 1.0]), draw_logits(rng))


@prepared
def logistic_gradient_case(rng, reference, oracle):
    args = draw_logits(rng)
    return agreed(reference, oracle, "logistic_gradient", args)


@pytest.mark.check(function="losses.logistic_gradient", points=2, skill="Classification losses")
def test_logistic_gradient_is_probability_minus_label(student, logistic_gradient_case):
    """The derivative of the logistic loss with respect to the logit, for eight moderate logits.

    The derivative of log(1 + eᶻ) is eᶻ/(1 + eᶻ), the predicted probability of the label 1; that of y z is y. The
    result is their difference: negative where the label is 1 (a higher logit would be better), positive where it is 0.
    No further factor σ'(z) is left over: that one belongs to a squared error of probabilities.
    """
    expect_equal(
        student.losses.logistic_gradient(*logistic_gradient_case.args),
        logistic_gradient_case.expected,
        what="the derivatives of eight logistic losses",
    )
    what = "the derivatives of eight logistic losses"
    expect_alone(student.losses.logistic_gradient, logistic_gradient_case, what=what)


@prepared
def huge_logistic_gradient_case(rng, reference, oracle):
    args = draw_huge_binary_logits(rng)
    return agreed(reference, oracle, "logistic_gradient", args)


@prepared
def large_logistic_gradient_cases(rng, reference, oracle):
    return [agreed(reference, oracle, "logistic_gradient", args) for args in draw_large_binary_logits(rng)]


@pytest.mark.check(function="losses.logistic_gradient", points=2, skill="Numbers that stay finite")
def test_logistic_gradient_of_huge_logits_is_right(student, huge_logistic_gradient_case, large_logistic_gradient_cases):
    """The derivative of the logistic loss for logits between 1000 and 10 000 in size, of both signs.

    There the predicted probability is 1 or 0 to all digits, so the derivative is 0 where the label is that, and
    otherwise 1 or -1. Of the two ways to write it, eᶻ/(1 + eᶻ) is inf/inf = nan for a large z, and 1/(1 + e⁻ᶻ) meets an
    inf only in a place where it does no harm (NumPy's warning about it costs nothing here). Then small logits beside a
    huge one, and logits between 5 and 900.
    """
    expect_equal(
        student.losses.logistic_gradient(*huge_logistic_gradient_case.args),
        huge_logistic_gradient_case.expected,
        what="the derivatives of the logistic losses of eight huge logits",
    )
    for case, what in zip(large_logistic_gradient_cases, LARGE_LOGITS, strict=True):
        got = student.losses.logistic_gradient(*case.args)
        expect_equal(got, case.expected, what=f"the derivatives of the logistic losses of {what}")


@pytest.mark.check(function="losses.logistic_gradient", points=1, skill="Shapes")
def test_logistic_gradient_keeps_to_the_contract(student, rng):
    """Shapes that differ are refused with both of them named, and the caller's arrays stay as they were.

    The pairs are (5,) with (5, 1), both ways, and (1,) with (5,).
    """
    expect_the_contract(student.losses.logistic_gradient, mismatches_of_numbers(rng, [0.0, 1.0]), draw_logits(rng))


# hinge --------------------------------------------------------------------------------------------------------------


@prepared
def hinge_case(rng, reference, oracle):
    args = draw_scores(rng)
    return Case(
        args=args, expected=agree(reference.losses.hinge(*args), oracle.hinge(*args), oracle.hinge_by_sklearn(*args))
    )


@prepared
def hinge_edges(rng, reference, oracle):
    args = draw_edges(rng)
    return agreed(reference, oracle, "hinge", args)


@pytest.mark.check(function="losses.hinge", points=2, skill="Classification losses")
def test_hinge_charges_for_what_is_missing_to_a_margin_of_1(student, hinge_case, hinge_edges):
    """The hinge loss of eight scores: on the wrong side, one by far, on the right side but too near, and far enough.

    The margin y·s tells all: the loss is what it lacks to 1, and 0 once it lacks nothing. The maximum with 0 goes
    around the whole of 1 - y·s; the labels are -1 and 1. Then a score of 0, which costs 1, a margin of 0.9999, and one
    of many digits; and the first example alone.
    """
    expect_equal(student.losses.hinge(*hinge_case.args), hinge_case.expected, what="the hinge losses of eight scores")
    got = student.losses.hinge(*hinge_edges.args)
    expect_equal(got, hinge_edges.expected, what="the hinge losses of scores of 0, ±0.9999, and two others")
    expect_alone(student.losses.hinge, hinge_case, what="the hinge losses of eight scores")


@pytest.mark.check(function="losses.hinge", points=1, skill="Shapes")
def test_hinge_keeps_to_the_contract(student, rng):
    """Shapes that differ are refused with both of them named, and the caller's arrays stay as they were.

    The pairs are (5,) with (5, 1), both ways, and (1,) with (5,).
    """
    expect_the_contract(student.losses.hinge, mismatches_of_numbers(rng, [-1.0, 1.0]), draw_scores(rng))


@prepared
def hinge_gradient_case(rng, reference, oracle):
    y_true, scores = draw_scores(rng)
    # One score of each label exactly on the kink: y·s = 1 without rounding; before them some that are near it, or 0.
    labels_there, scores_there = draw_edges(rng)
    args = np.concatenate([y_true, labels_there, [1.0, -1.0]]), np.concatenate([scores, scores_there, [1.0, -1.0]])
    return agreed(reference, oracle, "hinge_gradient", args)


@pytest.mark.check(function="losses.hinge_gradient", points=2, skill="Classification losses")
def test_hinge_gradient_pushes_until_the_margin_is_1(student, hinge_gradient_case):
    """The derivative of the hinge loss for sixteen scores, the last two exactly on the kink.

    As long as the margin y·s is below 1 the loss is 1 - y·s, a line with slope -y. From 1 on it is 0 and flat. Whether
    an example is pushed depends on its margin, not on its score alone; where to depends on its label. At a margin of
    exactly 1, where the line meets the flat part, the course takes 0; at 0.9999 there is still something missing.
    """
    expect_equal(
        student.losses.hinge_gradient(*hinge_gradient_case.args),
        hinge_gradient_case.expected,
        what="the derivatives of the hinge losses of sixteen scores",
    )
    what = "the derivatives of the hinge losses of sixteen scores"
    expect_alone(student.losses.hinge_gradient, hinge_gradient_case, what=what)


@pytest.mark.check(function="losses.hinge_gradient", points=1, skill="Shapes")
def test_hinge_gradient_keeps_to_the_contract(student, rng):
    """Shapes that differ are refused with both of them named, and the caller's arrays stay as they were.

    The pairs are (5,) with (5, 1), both ways, and (1,) with (5,).
    """
    expect_the_contract(student.losses.hinge_gradient, mismatches_of_numbers(rng, [-1.0, 1.0]), draw_scores(rng))


# softmax ------------------------------------------------------------------------------------------------------------


@prepared
def softmax_case(rng, reference, oracle):
    _, logits = draw_classes(rng)
    logits[0, np.argmin(logits[0])] = round(np.max(logits[0]) - 12, 2)
    return agreed(reference, oracle, "softmax", (logits,))


@pytest.mark.check(function="losses.softmax", points=2, skill="Softmax and cross-entropy")
def test_softmax_makes_a_distribution_of_every_row(student, softmax_case):
    """The softmax of seven rows of four logits.

    Raise e to every logit, then divide each row by its own sum. A sum over a column would mix different examples, a sum
    over the whole matrix would make all rows together add up to 1. In the first row one logit lies 12 below the
    largest, and its probability is that small. Then the first row alone, still a matrix.
    """
    what = "the probabilities of seven examples"
    expect_equal(student.losses.softmax(*softmax_case.args), softmax_case.expected, what=what)
    expect_alone(student.losses.softmax, softmax_case, what=what)


@prepared
def huge_softmax_case(rng, reference, oracle):
    _, logits = joined(draw_huge_logits(rng), draw_wide_logits(rng))
    return agreed(reference, oracle, "softmax", (logits,))


@pytest.mark.check(function="losses.softmax", points=3, skill="Numbers that stay finite")
def test_softmax_of_huge_logits_is_right(student, huge_softmax_case):
    """The softmax of rows whose logits lie near 10 000, near -10 000, in between, and in the last three far apart.

    Only differences within a row matter: (9999, 10000) has the same softmax as (0, 1). Literally, e¹⁰⁰⁰⁰ is inf and
    inf/inf is nan; e⁻¹⁰⁰⁰⁰ is 0, and a row of zeros gives 0/0. Moving each row by its own largest logit avoids both.
    One number for the whole matrix does not: beside a row near 10 000, the powers of a row near -10 000 all vanish. Nor
    does a row's mean or its first logit: in the last rows, the largest logit lies thousands above them.
    """
    expect_equal(
        student.losses.softmax(*huge_softmax_case.args),
        huge_softmax_case.expected,
        what="the probabilities of nine examples with huge logits",
        tolerance=ROUNDING_NEAR_10_000,
    )


@pytest.mark.check(function="losses.softmax", points=1, skill="Arguments stay as they are")
def test_softmax_leaves_the_logits_alone(student, softmax_case):
    """The logits are the same after the call as before, and the softmax is right.

    Moving the rows with `-=`, or writing the powers into the array that came in, saves a copy and changes the caller's
    logits: whoever computes the loss from them afterwards gets the loss of something else.
    """
    call = student.losses.softmax.attempt(*softmax_case.args)
    expect_unchanged(call)
    expect_equal(call.value, softmax_case.expected, what="the probabilities of seven examples")


# cross-entropy ------------------------------------------------------------------------------------------------------


@prepared
def cross_entropy_case(rng, reference, oracle):
    args = draw_classes(rng)
    return agreed(reference, oracle, "cross_entropy", args)


def draw_rare_classes(rng):
    """Labels below 3 and logits of five classes: the last two never are the right ones."""
    return rng.permutation([0, 1, 2, 0, 2]), rng.normal(scale=2.0, size=(5, 5)).round(2)


@prepared
def rare_classes_case(rng, reference, oracle):
    args = draw_rare_classes(rng)
    return agreed(reference, oracle, "cross_entropy", args)


@pytest.mark.check(function="losses.cross_entropy", points=3, skill="Softmax and cross-entropy")
def test_cross_entropy_looks_at_the_right_class_of_every_row(student, cross_entropy_case, rare_classes_case):
    """The cross-entropy of seven examples with four classes, every class the right one at least once.

    One number per row: the logarithm of the sum of the row's powers, minus the logit of the right class. Labels are
    integers counted from 0 that say which column to look at. What comes in are logits: their softmax is taken once, in
    here. Then five classes of which the last two never are the right ones: how many there are is told by the logits,
    not by the largest label. And the first example alone.
    """
    expect_equal(
        student.losses.cross_entropy(*cross_entropy_case.args),
        cross_entropy_case.expected,
        what="the cross-entropies of seven examples",
    )
    expect_equal(
        student.losses.cross_entropy(*rare_classes_case.args),
        rare_classes_case.expected,
        what="the cross-entropies of five examples, none of them of the last two classes",
    )
    expect_alone(student.losses.cross_entropy, cross_entropy_case, what="the cross-entropies of seven examples")


@prepared
def huge_cross_entropy_case(rng, reference, oracle):
    # In one array: beside losses in the thousands, the rounding of log Σ eᶻ near 10 000 in single precision is small.
    args = joined(draw_huge_logits(rng), draw_wide_logits(rng), draw_classes_without_a_chance(rng))
    return agreed(reference, oracle, "cross_entropy", args)


@pytest.mark.check(function="losses.cross_entropy", points=3, skill="Numbers that stay finite")
def test_cross_entropy_of_huge_logits_is_right(student, huge_cross_entropy_case):
    """The cross-entropy of logits up to 10 000 in size, and of right classes that were given no chance.

    The first six rows lie near 10 000, near -10 000 and in between: only differences within a row matter, and the
    losses are small numbers. So they are in the next three rows, where the right class is among the best two and the
    other logits lie thousands below. In the last four rows the right class lies thousands below the best one. Its
    probability is too small for a float64 and is rounded to 0, but the loss is a modest number all the same, the
    distance between the two logits. Whoever takes the logarithm of the probability gets inf or, with a tiny number
    added, a loss that no longer tells a bad mistake from a terrible one. Stay with logarithms: log Σ eᶻ - z_y, the
    largest logit taken out of the sum.
    """
    expect_equal(
        student.losses.cross_entropy(*huge_cross_entropy_case.args),
        huge_cross_entropy_case.expected,
        what="the cross-entropies of thirteen rows of huge logits",
    )


@pytest.mark.check(function="losses.cross_entropy", points=1, skill="Shapes")
def test_cross_entropy_keeps_to_the_contract(student, rng):
    """Labels that are not one per row are refused with both shapes named, and the caller's arrays stay as they were.

    Five rows of logits with one label, with a column of labels, and with six labels. A single label would fit every row
    if NumPy were asked.
    """
    expect_the_contract(student.losses.cross_entropy, mismatches_of_classes(rng), draw_classes(rng))


@prepared
def cross_entropy_gradient_case(rng, reference, oracle):
    args = draw_classes(rng)
    return agreed(reference, oracle, "cross_entropy_gradient", args)


@prepared
def rare_classes_gradient_case(rng, reference, oracle):
    args = draw_rare_classes(rng)
    return agreed(reference, oracle, "cross_entropy_gradient", args)


@pytest.mark.check(function="losses.cross_entropy_gradient", points=2, skill="Softmax and cross-entropy")
def test_cross_entropy_gradient_is_probabilities_minus_one_hot(
    student, cross_entropy_gradient_case, rare_classes_gradient_case
):
    """The derivative of each example's cross-entropy with respect to its four logits.

    The derivative of log Σ eᶻ with respect to one logit is that class's probability; z_y takes 1 away, in the right
    class's column of that row and nowhere else. So each row adds up to 0. There is no 1/m: a mean comes with the cost.
    Then five classes of which the last two never are the right ones: the one-hot rows are as wide as the logits. And
    the first example alone.
    """
    for case, what in (
        (cross_entropy_gradient_case, "the derivatives of seven cross-entropies"),
        (rare_classes_gradient_case, "the derivatives of five cross-entropies, none of them of the last two classes"),
    ):
        expect_equal_or_built_on(
            student.losses.cross_entropy_gradient(*case.args),
            case.expected,
            lambda args=case.args: own_cross_entropy_gradient(student, *args),
            what=what,
        )
    alone = student.losses.cross_entropy_gradient(*(array[:1] for array in cross_entropy_gradient_case.args))
    what = "the derivatives of the first cross-entropy alone"
    expect_form(alone, cross_entropy_gradient_case.expected[:1], what=what)


@prepared
def huge_cross_entropy_gradient_case(rng, reference, oracle):
    args = joined(draw_huge_logits(rng), draw_wide_logits(rng))
    return agreed(reference, oracle, "cross_entropy_gradient", args)


@pytest.mark.check(function="losses.cross_entropy_gradient", points=2, skill="Numbers that stay finite")
def test_cross_entropy_gradient_of_huge_logits_is_right(student, huge_cross_entropy_gradient_case):
    """The derivative of the cross-entropy for rows of logits near 10 000, near -10 000, in between, and far apart.

    The derivative depends on the probabilities only, and they depend on differences within a row only. A softmax that
    stays finite is all it takes.
    """
    args = huge_cross_entropy_gradient_case.args
    expect_equal_or_built_on(
        student.losses.cross_entropy_gradient(*args),
        huge_cross_entropy_gradient_case.expected,
        lambda: own_cross_entropy_gradient(student, *args),
        what="the derivatives of nine cross-entropies with huge logits",
        tolerance=ROUNDING_NEAR_10_000,
    )


@pytest.mark.check(function="losses.cross_entropy_gradient", points=1, skill="Shapes")
def test_cross_entropy_gradient_keeps_to_the_contract(student, rng):
    """Labels that are not one per row are refused with both shapes named, and the caller's arrays stay as they were.

    Five rows of logits with one label, with a column of labels, and with six labels. And the 1 that is taken from the
    right class is taken from probabilities, not from the caller's logits.
    """
    expect_the_contract(student.losses.cross_entropy_gradient, mismatches_of_classes(rng), draw_classes(rng))


# cost ---------------------------------------------------------------------------------------------------------------


@prepared
def cost_case(rng, reference, oracle):
    labels, logits = draw_logits(rng)
    losses = reference.losses.logistic(labels, logits)
    return Case(args=(losses,), expected=agree(reference.losses.cost(losses), oracle.mean_logistic(labels, logits)))


@pytest.mark.check(function="losses.cost", points=2, skill="Loss and cost")
def test_cost_is_the_mean_loss(student, cost_case):
    """The cost of eight logistic losses, which is what scikit-learn calls `log_loss`.

    Add the eight losses and divide by eight. A sum would grow with the size of the data set, and the learning rate that
    suits it would have to shrink. The losses are the same after the call as before.
    """
    call = student.losses.cost.attempt(*cost_case.args)
    expect_unchanged(call)
    expect_equal(call.value, cost_case.expected, what="the mean of eight losses")


@prepared
def mean_squared_error_cases(rng, reference, oracle):
    features = draw_predictions(rng)
    numbers = tuple(array[:, 0].copy() for array in draw_predictions(rng, m=9))
    alone = draw_predictions(rng, m=1)
    return [
        Case(
            args=args,
            expected=agree(
                reference.losses.mean_squared_error(*args),
                oracle.mean_squared_error(*args),
                oracle.mean_squared_error_by_sklearn(*args),
            ),
        )
        for args in (numbers, features, alone)
    ]


@pytest.mark.check(function="losses.mean_squared_error", points=3, skill="Loss and cost")
def test_mean_squared_error_averages_over_examples_only(student, mean_squared_error_cases):
    """The mean squared error of nine numbers, then of six examples with three features each.

    One loss per example, then one mean over the examples. With one number per example this is what scikit-learn gives.
    With three features scikit-learn divides by 6·3 = 18, the course by 6: the loss of an example adds its features, and
    the cost averages losses. With a single example the cost is its loss.
    """
    names = "nine numbers", "six examples with three features", "a single example with three features"
    for case, what in zip(mean_squared_error_cases, names, strict=True):
        expect_equal_or_built_on(
            student.losses.mean_squared_error(*case.args),
            case.expected,
            lambda args=case.args: own_mean_squared_error(student, *args),
            what=f"the mean squared error of {what}",
        )


@pytest.mark.check(function="losses.mean_squared_error", points=1, skill="Shapes")
def test_mean_squared_error_keeps_to_the_contract(student, rng):
    """Shapes that differ are refused with both of them named, and the caller's arrays stay as they were.

    Here broadcasting is at its most dangerous: the mean of a (5, 5) matrix of all pairs is a float like any other.
    """
    expect_the_contract(student.losses.mean_squared_error, mismatches_of_features(rng), draw_predictions(rng))


# numerical gradient -------------------------------------------------------------------------------------------------


@prepared
def cubic_case(rng, reference):
    """A function of third degree, for which central differences are off by exactly a·h²."""
    a = rng.uniform(1.0, 2.0, size=4).round(2)
    x = (mixed_signs(rng, 1, 4)[0] * rng.uniform(0.5, 2.0, size=4)).round(2)
    step = round(rng.uniform(0.4, 0.8), 2)

    def cubic(x):
        return np.sum(a * x**3) + x[0] * x[1] - 2 * x[2] * x[3]

    f = called_back(cubic, x.shape)
    by_hand = a * (3 * x**2 + step**2) + np.array([x[1], x[0], -2 * x[3], -2 * x[2]])
    return Case(
        args=(f, x),
        kwargs={"step": step},
        expected=agree(reference.losses.numerical_gradient(f, x, step=step), by_hand),
    )


@pytest.mark.check(function="losses.numerical_gradient", points=3, skill="Numerical gradient")
def test_numerical_gradient_takes_central_differences_with_the_given_step(student, cubic_case):
    """Central differences of a function of third degree in four numbers, with a step so long that its error shows.

    For x³ the central difference with step h is ((x+h)³ - (x-h)³)/(2h) = 3x² + h²: the derivative and an error that is
    known exactly. A difference to one side is off by 3xh + h² instead, a step of another size by another amount, and a
    division by h instead of 2h doubles everything. The function also has products of neighbouring entries, so that only
    one entry may move at a time.
    """
    expect_equal(
        student.losses.numerical_gradient(*cubic_case.args, **cubic_case.kwargs),
        cubic_case.expected,
        what=f"central differences of a cubic function with step={cubic_case.kwargs['step']}",
    )


@prepared
def gradient_check_case(rng, reference, oracle):
    labels, logits = draw_classes(rng, m=4, k=3)

    f = called_back(lambda z: reference.losses.cost(reference.losses.cross_entropy(labels, z)), logits.shape)
    exact = oracle.gradient_of_mean_cross_entropy(labels, logits)
    return Case(args=(f, logits), expected=agree(exact, reference.losses.numerical_gradient(f, logits), rtol=1e-7))


@prepared
def any_shape_cases(rng):
    """Points with no axis and with three, each with the factors a of f(x) = Σ a x² and its gradient 2 a x."""
    cases = []
    for shape in ((), (2, 2, 2)):
        a, x = (np.asarray(rng.uniform(0.5, 2.0, size=shape)).round(2) for _ in range(2))
        cases.append(Case(args=(a, np.asarray(x)), expected=np.asarray(2 * a * x)))
    return cases


@pytest.mark.check(function="losses.numerical_gradient", points=3, skill="Numerical gradient")
def test_numerical_gradient_of_a_cost_with_the_default_step(student, gradient_check_case, any_shape_cases):
    """The gradient of a mean cross-entropy with respect to a (4, 3) matrix of logits, with the default step.

    This is what the function is for: a cost, a matrix, and the question whether a derivative is right. The result has
    the shape of the matrix. With the default step of 1e-5 central differences agree with the exact derivative to about
    ten digits; in single precision that step would be lost in rounding. How far from the matrix f is asked shows which
    step it was. Then the same for a sum of squares at a point without any axis, shape (), and at one with three.
    """
    f, logits = gradient_check_case.args
    distances = []

    def watched(x):
        distances.append(float(np.max(np.abs(np.asarray(x, dtype=float) - logits))))
        return f(x)

    expect_equal(
        student.losses.numerical_gradient(called_back(watched, logits.shape), logits),
        gradient_check_case.expected,
        what="the gradient of a mean cross-entropy with respect to 4 × 3 logits",
    )
    farthest = max(distances, default=0.0)
    expect_property(
        abs(farthest - 1e-5) < 1e-7,
        what="how far an entry was moved with the default step",
        got=f"{farthest:.3g}",
        expected="1e-05",
    )
    for case in any_shape_cases:
        a, x = case.args
        expect_equal(
            student.losses.numerical_gradient(called_back(lambda x, a=a: np.sum(a * x**2), x.shape), x),
            case.expected,
            what=f"the gradient of a weighted sum of squares at a point of shape {x.shape}",
        )


@pytest.mark.check(function="losses.numerical_gradient", points=1, skill="Arguments stay as they are")
def test_numerical_gradient_leaves_the_point_alone(student, rng):
    """The point is the same after the call as before, to the last bit, and the gradient is about right.

    Moving an entry of the caller's own array is tempting, and then it has to be put back. Adding and subtracting the
    step does not do that: (x + h) - 2h + h need not be x once each step has been rounded. A copy, or the old value kept
    in a variable, does.
    """
    x = rng.normal(size=(2, 2)).round(2)
    f = called_back(lambda x: np.sum(x**2), x.shape)
    call = student.losses.numerical_gradient.attempt(f, x)
    expect_unchanged(call)
    expect_equal(call.value, 2 * x, what="the gradient of the sum of squares", tolerance=0.01)
