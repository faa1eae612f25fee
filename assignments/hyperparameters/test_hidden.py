"""The checks nobody sees beforehand: against the reference, torch and scikit-learn, on inputs from the grading seed."""

import functools
import itertools
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from autograder.checking import (
    Case,
    CheckFailure,
    Earlier,
    GraderFault,
    Plot,
    StudentFailure,
    agree,
    carry_forward,
    expect_each_raises,
    expect_equal,
    expect_form,
    expect_property,
    expect_raises,
    expect_trajectory,
    expect_unchanged,
    init_and_step,
    numeric,
    prepared,
    public_checks,
)

public = public_checks(__file__)

# --- landscapes ---

RANGES = {
    "himmelblau": ((-5, 5), (-5, 5)),
    "styblinski_tang": ((-5, 5), (-5, 5)),
    "rosenbrock": ((-2, 2), (-1, 3)),
    "goldstein_price": ((-2, 2), (-2, 2)),
    "beale": ((-4.5, 4.5), (-4.5, 4.5)),
    "mccormick": ((-1.5, 4), (-3, 4)),
    "matyas": ((-10, 10), (-10, 10)),
    "rastrigin": ((-5.12, 5.12), (-5.12, 5.12)),
}
"""Where each landscape is usually looked at: the range of x and that of y."""
PATH = Plot(kind="path", title="The way down", x_label="x", y_label="y")
SINGLE = float(np.finfo(np.float32).eps)


def in_single_precision(values):
    """Rounded to what single precision holds exactly: multiples of 1/64."""
    return np.round(np.asarray(values) * 64) / 64


def is_telling(w, floor):
    """Away from the axes, the diagonals and whole numbers, where terms vanish or coincide."""
    x, y = w
    return (
        min(abs(x), abs(y)) > floor
        and min(abs(x - y), abs(x + y)) > floor
        and min(abs(v - round(v)) for v in w) > 0.05
        and min(abs(2 * v - round(2 * v)) for v in w) > 0.05
    )


def draw_points(rng, name, minima):
    """Two points anywhere in the usual range, one outside, and three around the minima, where the heights are small."""
    low, high = np.transpose(RANGES[name])
    points = []
    while len(points) < 6:
        w = rng.uniform(low, high)
        if len(points) == 4:
            w = (low + high) / 2 + rng.choice([-1, 1], size=2) * rng.uniform(0.55, 0.65, size=2) * (high - low)
        if len(points) % 2:
            w = np.array(minima[rng.integers(len(minima))][1]) + rng.uniform(-0.75, 0.75, size=2)
        w = in_single_precision(w)
        if is_telling(w, 0.1):
            points.append(w)
    return points


def rounding_noise(function, w, rng):
    """How far single precision may lead astray near w: by the reference's own formula, at 24 points close by."""
    noise = 0.0
    for _ in range(24):
        near = in_single_precision(w + rng.uniform(-0.1, 0.1, size=2))
        noise = max(noise, float(np.max(np.abs(function(near.astype(np.float32)) - function(near)))))
    return noise


def landscape_cases(rng, reference, oracle, name, slopes):
    """Points of a landscape, each with its height or its slope, and with what may be off in single precision."""
    function = getattr(reference.landscapes, f"{name}_gradient" if slopes else name)
    cases = []
    for w in draw_points(rng, name, oracle.MINIMA[name]):
        expected = agree(function(w), oracle.landscape(name, w)[1 if slopes else 0])
        allowed = max(32 * SINGLE * float(np.max(np.abs(expected))), 8 * rounding_noise(function, w, rng))
        cases.append(Case(args=(w,), kwargs={"tolerance": allowed}, expected=expected))
    return cases


def expect_everywhere(function, cases, what):
    """One exchange for all points, which are left as they are; the first that differs is named."""
    calls = function.student.run_all([(function, case.args, {}) for case in cases])
    for case, call in zip(cases, calls, strict=False):
        expect_unchanged(call)
        x, y = case.args[0]
        expect_equal(call.value, case.expected, what=f"{what} at ({x:g}, {y:g})", **case.kwargs)


@prepared
def himmelblau_heights(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "himmelblau", slopes=False)


@pytest.mark.check(function="landscapes.himmelblau", points=0.75, skill="Landscapes: heights")
def test_himmelblau_agrees_with_torch(student, himmelblau_heights):
    """Heights at two points in [-5, 5] × [-5, 5], at one outside, and at three around the four minima.

    J = (x² + y - 11)² + (x + y² - 7)². In the first parenthesis x is squared, in the second y, and both parentheses are
    squared as a whole.
    """
    expect_everywhere(student.landscapes.himmelblau, himmelblau_heights, "J")


@prepared
def himmelblau_slopes(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "himmelblau", slopes=True)


@pytest.mark.check(function="landscapes.himmelblau_gradient", points=1.25, skill="Landscapes: slopes")
def test_the_slope_of_himmelblau_agrees_with_autograd(student, himmelblau_slopes):
    """Slopes at six points, beside those that torch finds by itself.

    With a = x² + y - 11 and b = x + y² - 7: ∂J/∂x = 4xa + 2b and ∂J/∂y = 2a + 4yb. Both parentheses depend on both
    coordinates.
    """
    expect_everywhere(student.landscapes.himmelblau_gradient, himmelblau_slopes, "the gradient")


@prepared
def styblinski_tang_heights(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "styblinski_tang", slopes=False)


@pytest.mark.check(function="landscapes.styblinski_tang", points=0.75, skill="Landscapes: heights")
def test_styblinski_tang_agrees_with_torch(student, styblinski_tang_heights):
    """Heights at two points in [-5, 5] × [-5, 5], at one outside, and at three around the minimum.

    J = ½ Σ (v⁴ - 16v² + 5v) over both coordinates: the ½ stands before everything.
    """
    expect_everywhere(student.landscapes.styblinski_tang, styblinski_tang_heights, "J")


@prepared
def styblinski_tang_slopes(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "styblinski_tang", slopes=True)


@pytest.mark.check(function="landscapes.styblinski_tang_gradient", points=1.25, skill="Landscapes: slopes")
def test_the_slope_of_styblinski_tang_agrees_with_autograd(student, styblinski_tang_slopes):
    """Slopes at six points, beside those that torch finds by itself.

    Each coordinate v has the slope ½(4v³ - 32v + 5), which depends on that coordinate alone.
    """
    expect_everywhere(student.landscapes.styblinski_tang_gradient, styblinski_tang_slopes, "the gradient")


@prepared
def rosenbrock_heights(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "rosenbrock", slopes=False)


@pytest.mark.check(function="landscapes.rosenbrock", points=0.75, skill="Landscapes: heights")
def test_rosenbrock_agrees_with_torch(student, rosenbrock_heights):
    """Heights at two points beside the ravine, at one farther away, and at three around the minimum.

    J = (1 - x)² + 100(y - x²)²: the 100 belongs to the second term only.
    """
    expect_everywhere(student.landscapes.rosenbrock, rosenbrock_heights, "J")


@prepared
def rosenbrock_slopes(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "rosenbrock", slopes=True)


@pytest.mark.check(function="landscapes.rosenbrock_gradient", points=1.25, skill="Landscapes: slopes")
def test_the_slope_of_rosenbrock_agrees_with_autograd(student, rosenbrock_slopes):
    """Slopes at six points, beside those that torch finds by itself.

    ∂J/∂x = -2(1 - x) - 400x(y - x²): the inner derivatives are -1 and -2x. ∂J/∂y = 200(y - x²).
    """
    expect_everywhere(student.landscapes.rosenbrock_gradient, rosenbrock_slopes, "the gradient")


@prepared
def goldstein_price_heights(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "goldstein_price", slopes=False)


@pytest.mark.check(function="landscapes.goldstein_price", points=0.75, skill="Landscapes: heights")
def test_goldstein_price_agrees_with_torch(student, goldstein_price_heights):
    """Heights at two points in [-2, 2] × [-2, 2], at one outside, and at three around the minimum.

    J = [1 + s²p]·[30 + t²q]. If your values are right on the diagonal x = y only, look at the mixed term of p, 6xy. If
    they are right near the minimum only, look at the powers: 16y and 16 to the power of y are not the same.
    """
    expect_everywhere(student.landscapes.goldstein_price, goldstein_price_heights, "J")


@prepared
def goldstein_price_slopes(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "goldstein_price", slopes=True)


@pytest.mark.check(function="landscapes.goldstein_price_gradient", points=1.25, skill="Landscapes: slopes")
def test_the_slope_of_goldstein_price_agrees_with_autograd(student, goldstein_price_slopes):
    """Slopes at six points, beside those that torch finds by itself.

    Give names to the parts: J = A·B with A = 1 + s²p and B = 30 + t²q. Then the slope of J is (slope of A)·B + A·(slope
    of B), the slope of A is 2s·(slope of s)·p + s²·(slope of p), and likewise for B, where t = 2x - 3y has the slopes 2
    and -3.
    """
    expect_everywhere(student.landscapes.goldstein_price_gradient, goldstein_price_slopes, "the gradient")


@prepared
def beale_heights(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "beale", slopes=False)


@pytest.mark.check(function="landscapes.beale", points=0.75, skill="Landscapes: heights")
def test_beale_agrees_with_torch(student, beale_heights):
    """Heights at two points in [-4.5, 4.5] × [-4.5, 4.5], at one outside, and at three around the minimum.

    The constants 1.5, 2.25 and 2.625 go with the powers y, y² and y³, and each of the three squares counts once.
    """
    expect_everywhere(student.landscapes.beale, beale_heights, "J")


@prepared
def beale_slopes(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "beale", slopes=True)


@pytest.mark.check(function="landscapes.beale_gradient", points=1.25, skill="Landscapes: slopes")
def test_the_slope_of_beale_agrees_with_autograd(student, beale_slopes):
    """Slopes at six points, beside those that torch finds by itself.

    Each of the three terms (c - x + xyᵏ)² has the slopes 2(…)(yᵏ - 1) in x and 2(…)·k·x·yᵏ⁻¹ in y.
    """
    expect_everywhere(student.landscapes.beale_gradient, beale_slopes, "the gradient")


@prepared
def mccormick_heights(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "mccormick", slopes=False)


@pytest.mark.check(function="landscapes.mccormick", points=0.75, skill="Landscapes: heights")
def test_mccormick_agrees_with_torch(student, mccormick_heights):
    """Heights at two points in [-1.5, 4] × [-3, 4], at one outside, and at three around the minimum.

    J = sin(x + y) + (x - y)² - 1.5x + 2.5y + 1, the sine in radians.
    """
    expect_everywhere(student.landscapes.mccormick, mccormick_heights, "J")


@prepared
def mccormick_slopes(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "mccormick", slopes=True)


@pytest.mark.check(function="landscapes.mccormick_gradient", points=1.25, skill="Landscapes: slopes")
def test_the_slope_of_mccormick_agrees_with_autograd(student, mccormick_slopes):
    """Slopes at six points, beside those that torch finds by itself.

    The sine becomes cos(x + y), in x and in y. The square becomes +2(x - y) in x and -2(x - y) in y.
    """
    expect_everywhere(student.landscapes.mccormick_gradient, mccormick_slopes, "the gradient")


@prepared
def matyas_heights(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "matyas", slopes=False)


@pytest.mark.check(function="landscapes.matyas", points=0.75, skill="Landscapes: heights")
def test_matyas_agrees_with_torch(student, matyas_heights):
    """Heights at two points in [-10, 10] × [-10, 10], at one outside, and at three around the minimum.

    J = 0.26(x² + y²) - 0.48xy. The product counts once, and with its sign.
    """
    expect_everywhere(student.landscapes.matyas, matyas_heights, "J")


@prepared
def matyas_slopes(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "matyas", slopes=True)


@pytest.mark.check(function="landscapes.matyas_gradient", points=1.25, skill="Landscapes: slopes")
def test_the_slope_of_matyas_agrees_with_autograd(student, matyas_slopes):
    """Slopes at six points, beside those that torch finds by itself.

    The slope of 0.26x² is 0.52x; that of 0.48xy is 0.48y in x and 0.48x in y.
    """
    expect_everywhere(student.landscapes.matyas_gradient, matyas_slopes, "the gradient")


@prepared
def rastrigin_heights(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "rastrigin", slopes=False)


@pytest.mark.check(function="landscapes.rastrigin", points=0.75, skill="Landscapes: heights")
def test_rastrigin_agrees_with_torch(student, rastrigin_heights):
    """Heights at two points in [-5.12, 5.12] × [-5.12, 5.12], at one outside, and at three around the minimum.

    J = 20 + Σ (v² - 10 cos 2πv) over both coordinates: 20 is A = 10 once for each.
    """
    expect_everywhere(student.landscapes.rastrigin, rastrigin_heights, "J")


@prepared
def rastrigin_slopes(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "rastrigin", slopes=True)


@pytest.mark.check(function="landscapes.rastrigin_gradient", points=1.25, skill="Landscapes: slopes")
def test_the_slope_of_rastrigin_agrees_with_autograd(student, rastrigin_slopes):
    """Slopes at six points, beside those that torch finds by itself.

    The slope of -10 cos 2πv is +20π sin 2πv: the minus of the cosine's derivative and the minus before it cancel, and
    the inner derivative is 2π.
    """
    expect_everywhere(student.landscapes.rastrigin_gradient, rastrigin_slopes, "the gradient")


def optimizer_pair(reference, name, **settings):
    """init and step of a reference optimizer, for the student's code to call."""
    init, step = init_and_step(reference.optimizers, name)
    return init, functools.partial(step, **settings)


def rates_up_and_down(rng, steps, scale):
    """Rates that change by a factor of two to four at every step, up and down in turn."""
    return [round(scale * rng.uniform(*((0.3, 0.5), (0.9, 1.2))[step % 2]), 5) for step in range(steps)]


def walk_case(rng, reference, oracle, name, start, pair, torchs, rates):
    """A walk of the reference's, agreed with torch; `torchs` is the optimizer's name there, a factor, settings."""
    landscape = getattr(reference.landscapes, f"{name}_gradient")
    init, step = pair
    path = reference.landscapes.minimize(landscape, start, init, step, rates)
    by_torch, factor, settings = torchs
    expected = agree(path, oracle.walk(name, start, by_torch, [factor * rate for rate in rates], **settings))
    return Case(args=(landscape, start, init, step, rates), expected=expected)


def expect_walk(student, case):
    steps = len(case.expected) - 1
    return expect_trajectory(
        student.landscapes.minimize(*case.args),
        case.expected,
        what=f"the positions of {steps} steps, the start first",
        names=["the start", *(f"step {number}" for number in range(1, steps + 1))],
        plot=PATH,
    )


@prepared
def momentum_walk(rng, reference, oracle):
    start = in_single_precision(rng.choice([-1, 1], size=2) * rng.uniform(2, 4, size=2))
    pair = optimizer_pair(reference, "momentum", beta=0.75)
    torchs = ("SGD", 0.25, {"momentum": 0.75})
    return walk_case(rng, reference, oracle, "matyas", start, pair, torchs, rates_up_and_down(rng, 12, 1.5))


@prepared
def rolling_on(rng, reference):
    """A ball that rolls already where it starts, on ground without any slope."""
    start = in_single_precision(rng.choice([-1, 1], size=2) * rng.uniform(2, 4, size=2))
    rates, beta = [1.0, 0.0, 0.5, 1.0], 0.75

    def init(params):
        return {"V": {name: -8 * W for name, W in params.items()}}

    def slope(w):
        return np.zeros(2)

    step = optimizer_pair(reference, "momentum", beta=beta)[1]
    ways = np.cumsum([0.0, *(rate * 8 * beta**number for number, rate in enumerate(rates, start=1))])
    expected = agree(reference.landscapes.minimize(slope, start, init, step, rates), np.outer(1 + ways, start))
    return Case(args=(slope, start, init, step, rates), expected=expected)


@pytest.mark.check(function="landscapes.minimize", points=2, skill="Descending: the optimizer's state")
def test_minimize_with_momentum_follows_torch(student, momentum_walk, rolling_on):
    """Twelve steps of momentum with β = 0.75 on the Matyas bowl, with another learning rate at every step.

    The velocity lives in the state: what one step returns as the state goes into the next. Each gradient is taken where
    the walk then is, and the step number i uses the i-th learning rate, `learning_rates[0]` first.

    Then four steps on flat ground with an `init` that sets the ball rolling away from the origin, the second of them
    with the learning rate 0. What a step does is the optimizer's business: every one is made, wherever it leads.
    """
    expect_walk(student, momentum_walk)
    expect_walk(student, rolling_on)


@prepared
def adam_walk(rng, reference, oracle):
    start = in_single_precision([rng.uniform(-1.0, 0.5), rng.uniform(1.5, 2.5)])
    settings = {"beta1": 0.7, "beta2": 0.9, "epsilon": 1e-3}
    pair = optimizer_pair(reference, "adam", **settings)
    torchs = ("Adam", 1.0, {"betas": (0.7, 0.9), "eps": 1e-3})
    return walk_case(rng, reference, oracle, "rosenbrock", start, pair, torchs, rates_up_and_down(rng, 10, 0.1))


@pytest.mark.check(function="landscapes.minimize", points=2, skill="Descending: any optimizer")
def test_minimize_with_adam_follows_torch(student, adam_walk):
    """Ten steps of Adam towards Rosenbrock's ravine, with another learning rate at every step.

    Adam's state holds a counter and two averages. `minimize` need not know: it passes on whatever it gets. If the
    second step is the first to part, the state is lost or `init` is called again; if the first one parts, look at the
    gradient and at the learning rate.
    """
    expect_walk(student, adam_walk)


@prepared
def sgd_walk(rng, reference, oracle):
    start = in_single_precision([rng.uniform(3.5, 4.0), rng.uniform(2.5, 3.0)])
    pair = optimizer_pair(reference, "sgd")
    return walk_case(rng, reference, oracle, "himmelblau", start, pair, ("SGD", 1.0, {}), [0.01, 0.004, 0.008])


@pytest.mark.check(function="landscapes.minimize", points=1, skill="Arguments are left alone")
def test_minimize_leaves_its_start_alone(student, sgd_walk):
    """The start is still where it was after three steps of gradient descent.

    Whoever compares two optimizers starts both from the same w. `positions.append(w)` keeps the very array: if it is
    changed in place later on, all positions change with it.
    """
    call = student.landscapes.minimize.attempt(*sgd_walk.args)
    expect_unchanged(call)
    expect_trajectory(call.value, sgd_walk.expected, what="the positions of 3 steps, the start first", plot=PATH)


@pytest.mark.check(function="landscapes.minimize", points=1, skill="Descending: one rate per step")
def test_minimize_makes_as_many_steps_as_there_are_rates(student, sgd_walk):
    """No learning rate, no step: only the start comes back, in an array of shape (1, 2). With one rate there are two.

    The number of updates is the number of learning rates, and the start is always the first position.
    """
    gradient, start, init, step, rates = sgd_walk.args
    for steps in (0, 1):
        got = student.landscapes.minimize(gradient, start, init, step, rates[:steps])
        expect_equal(got, sgd_walk.expected[: steps + 1], what=f"the positions with {steps} learning rates")


# --- network ---

COSTS = Plot(kind="curve", title="Cost after each epoch", x_label="index in costs", y_label="cost")


def until(draw, is_good):
    """The first of many draws that hides no mistake."""
    for _ in range(10_000):
        drawn = draw()
        if is_good(drawn):
            return drawn
    raise RuntimeError("no draw was good enough")


def signed(rng, low, high, shape):
    """Numbers between `low` and `high` in size, of either sign, exact in single precision."""
    return in_single_precision(rng.uniform(low, high, shape) * rng.choice([-1, 1], shape))


def names_of(sizes):
    return [f"{kind}{number}" for number in range(1, len(sizes)) for kind in "Wb"]


@dataclass(frozen=True)
class Problem:
    """A network and some examples for it."""

    params: Any
    X: np.ndarray
    y: np.ndarray

    def of(self, rows):
        return replace(self, X=self.X[list(rows)], y=self.y[list(rows)])


def pre_activations(params, X):
    """What enters each ReLU."""
    values, entering = X, []
    for number in range(1, len(params) // 2):
        entering.append(values @ params[f"W{number}"] + params[f"b{number}"])
        values = np.maximum(entering[-1], 0)
    return entering


def draw_problem(rng, sizes, m, weights=(0.25, 1.25)):
    """A network away from all kinks, each of whose hidden units is on for some examples and off for others."""
    classes = sizes[-1]

    def draw():
        params = {}
        for number in range(1, len(sizes)):
            params[f"W{number}"] = signed(rng, *weights, (sizes[number - 1], sizes[number]))
            params[f"b{number}"] = signed(rng, 0.25, 1.0, sizes[number])
        y = rng.permutation(np.resize(np.arange(classes), m))
        return Problem(params, signed(rng, 0.25, 2.0, (m, sizes[0])), y)

    def is_good(problem):
        entering = pre_activations(problem.params, problem.X)
        clear = all(np.min(np.abs(Z)) > 0.05 for Z in entering)
        return clear and all(np.all(np.any(Z > 0, axis=0) & np.any(Z < 0, axis=0)) for Z in entering)

    return until(draw, is_good)


def accept_pair(returned, like, function, parts):
    """What a function returned, once it is a pair of the right form: finite numbers of any size."""
    expect_property(
        type(returned) in (tuple, list) and len(returned) == 2,
        what=f"what {function} returns",
        got=type(returned).__name__ + (f" of {len(returned)}" if type(returned) in (tuple, list) else ""),
        expected=f"a pair {parts}",
    )
    checked = [item for item, form in zip(returned, like, strict=True) if form is not None]
    return expect_form(checked, [form for form in like if form is not None], what=parts, finite=True)


# initialize


def deviation(scheme, n_in, n_out):
    return {"normal": 1.0, "xavier": np.sqrt(2 / (n_in + n_out)), "he": np.sqrt(2 / n_in)}[scheme]


def shapes_of(sizes):
    pairs = list(itertools.pairwise(sizes))
    weights = {f"W{number}": np.zeros(pair) for number, pair in enumerate(pairs, start=1)}
    return weights | {f"b{number}": np.zeros(n_out) for number, (_, n_out) in enumerate(pairs, start=1)}


@dataclass(frozen=True)
class Draw:
    """What to ask `initialize` for."""

    sizes: list[int]
    seed: int


@prepared
def wide_narrow_wide(rng):
    """Layers whose n_in and n_out differ by a factor of two or more, one way and the other."""
    wide, narrow = int(rng.integers(180, 220)), int(rng.integers(70, 90))
    return Draw([wide, narrow, wide + 10, narrow + 5], int(rng.integers(2**31)))


def expect_spread(student, draw, scheme):
    """Weights of the scheme's variance, around 0, half of them positive, no two alike; biases of 0.

    The bounds are eight standard errors wide: no right answer has ever been seen beyond five.
    """
    returned = student.network.initialize(draw.sizes, scheme, student.rng(draw.seed))
    params = expect_form(returned, shapes_of(draw.sizes), what="the shapes of the parameters", finite=True)
    for number, (n_in, n_out) in enumerate(itertools.pairwise(draw.sizes), start=1):
        W, count = params[f"W{number}"], n_in * n_out
        expected, layer = deviation(scheme, n_in, n_out), f"the {count} entries of W{number}, shape ({n_in}, {n_out})"
        error = 8 / np.sqrt(count)
        what = f"the standard deviation of {layer}"
        expect_equal(float(np.std(W)), float(expected), what=what, tolerance=float(expected * error / np.sqrt(2)))
        expect_equal(float(np.mean(W)), 0.0, what=f"the mean of {layer}", tolerance=float(expected * error))
        expect_equal(float(np.mean(W > 0)), 0.5, what=f"the share of positive ones of {layer}", tolerance=error / 2)
        near = float(np.mean(np.abs(W) < expected))  # 0.577 of uniform ones, 0.683 of normal ones
        expect_property(
            0.577 - error / 2 < near < 0.683 + error / 2,
            what=f"the share of {layer} within one standard deviation of 0",
            got=f"{near:.3f}",
            expected="0.577 to 0.683, as uniform or normal numbers have it",
        )
        expect_property(
            np.unique(W).size > 0.9 * count,
            what=f"how many different numbers are among {layer}",
            got=f"{np.unique(W).size}",
            expected="nearly all different: every weight is drawn for itself",
        )
        biases = params[f"b{number}"]
        expect_property(bool(np.all(biases == 0)), what=f"b{number}", got=biases, expected="all 0")
    return params


@pytest.mark.check(function="network.initialize", points=1.5, skill="Initialization: variance")
def test_xavier_weights_have_the_variance_of_both_fans(student, wide_narrow_wide):
    """With "xavier" the variance is 2/(n_in + n_out), the same in both directions: gradients keep their size, too.

    In a layer with many inputs and few outputs and in one the other way round. A uniform distribution on [-a, a] has
    the variance a²/3, so a = √(6/(n_in + n_out)).
    """
    expect_spread(student, wide_narrow_wide, "xavier")


@pytest.mark.check(function="network.initialize", points=1, skill="Initialization: variance")
def test_he_weights_have_the_variance_of_the_fan_in(student, wide_narrow_wide):
    """With "he" the variance is 2/n_in, whatever n_out is.

    ReLU sets about half of the numbers to 0, and the 2 makes up for it. n_in is the number of rows of W.
    """
    expect_spread(student, wide_narrow_wide, "he")


@pytest.mark.check(function="network.initialize", points=1, skill="Initialization: variance")
def test_normal_weights_are_standard_normal(student, wide_narrow_wide):
    """With "normal" every weight is drawn from N(0, 1), whatever the layer's size.

    Variance 1, and 68.3 % of the weights between -1 and 1. The list of sizes is the same after the call as before.
    """
    params = expect_spread(student, wide_narrow_wide, "normal")
    expect_unchanged(student.network.initialize.attempt([3, 2, 4], "normal", student.rng(wide_narrow_wide.seed)))
    for name in ("W1", "W2"):
        share, error = float(np.mean(np.abs(params[name]) < 1)), 8 * np.sqrt(0.683 * 0.317 / params[name].size)
        what = f"the share of {name} between -1 and 1"
        expect_equal(share, 0.6827, what=what, tolerance=float(error))


@pytest.mark.check(function="network.initialize", points=1.5, skill="Randomness from the generator")
def test_initial_weights_come_from_the_generator_alone(student, rng):
    """The same seed gives the same weights, another seed others; so do another layer and another call.

    Three layers of equal shape must not hold the same numbers: whoever makes a generator of their own for each layer
    gets that. A second call with the same generator goes on where the first one stopped.
    """
    sizes, seeds = [12, 12, 12, 12], [int(seed) for seed in rng.choice(2**31, size=2, replace=False)]
    like, initialize = shapes_of(sizes), student.network.initialize
    for scheme in ("normal", "xavier", "he"):
        generator = student.rng(seeds[0])
        returned = initialize.each(
            [
                (sizes, scheme, generator),
                (sizes, scheme, generator),
                (sizes, scheme, student.rng(seeds[0])),
                (sizes, scheme, student.rng(seeds[1])),
            ]
        )
        first, on, again, other = (
            expect_form(one, like, what="the shapes of the parameters", finite=True) for one in returned
        )
        expect_equal(again["W1"], first["W1"], what=f"W1 with {scheme!r} and the same seed as before")
        for what, W in (
            ("a second call with the same generator", on["W1"]),
            ("another seed", other["W1"]),
            ("the second layer", first["W2"]),
            ("the third layer", first["W3"]),
        ):
            expect_property(
                not np.any(first["W1"] == W),
                what=f"the weights of {what}, scheme {scheme!r}, beside W1",
                got="some are the same numbers",
                expected="other random numbers",
            )


# forward


@prepared
def three_networks(rng, reference, oracle):
    cases = []
    for sizes, m in (((4, 5, 3), 6), ((5, 4, 6, 3), 9), ((3, 6, 4, 5, 4), 12)):
        problem = draw_problem(rng, sizes, m)
        args = (problem.params, problem.X)
        cases.append(Case(args=args, expected=agree(reference.network.forward(*args)[0], oracle.logits(*args))))
    return cases


def expect_logits(returned, expected, what):
    accept_pair(returned, (expected, None), "forward", "(logits, cache)")
    return expect_equal(returned[0], expected, what=what)


def expect_some_logits(returned, like):
    """Any that tell the examples apart: to leave or refuse arguments by doing nothing is no achievement."""
    (logits,) = accept_pair(returned, (like, None), "forward", "(logits, cache)")
    spread = float(np.max(np.ptp(logits, axis=0)))
    expect_property(spread > 1e-3, what="the logits of different examples", got=logits, expected="different numbers")


@pytest.mark.check(function="network.forward", points=2.5, skill="Forward: any depth")
def test_forward_agrees_with_torch_for_two_three_and_four_layers(student, three_networks):
    """Networks of two, three and four layers with layers of different width, and more than one example each.

    Every layer multiplies from the left, AW + b, with one example per row. ReLU comes after every layer but the last.
    Then the first example alone, whose logits have the shape (1, k).
    """
    for case in three_networks:
        layers, m = len(case.args[0]) // 2, len(case.args[1])
        got = student.network.forward(*case.args)
        expect_logits(got, case.expected, what=f"the logits of {m} examples after {layers} layers")
    params, X = three_networks[0].args
    got = student.network.forward(params, X[:1])
    expect_logits(got, three_networks[0].expected[:1], what="the logits of the first example alone")


@prepared
def deep_network(rng, reference, oracle):
    """Eleven layers of equal width, whose order nobody can tell from their shapes, with the keys in disorder."""
    sizes = (3,) * 12

    def draw():
        params = {}
        for number in range(1, 12):
            params[f"W{number}"] = signed(rng, 0.3, 1.0, (3, 3))
            params[f"b{number}"] = signed(rng, 0.25, 1.0, 3)
        X = signed(rng, 0.5, 2.0, (5, 3))
        names = rng.permutation(names_of(sizes))
        return {str(name): params[name] for name in names}, X

    def is_good(args):
        logits = reference.network.forward(*args)[0]
        clear = all(np.min(np.abs(Z)) > 0.01 for Z in pre_activations(*args))
        return clear and np.min(np.ptp(logits, axis=0)) > 0.2 * np.max(np.abs(logits))

    args = until(draw, is_good)
    return Case(args=args, expected=agree(reference.network.forward(*args)[0], oracle.logits(*args)))


@pytest.mark.check(function="network.forward", points=1, skill="Forward: any depth")
def test_forward_finds_its_way_through_eleven_layers(student, deep_network):
    """Eleven layers of three units each, and a dict whose keys come in no particular order.

    The number in the name is the order of the layers. Sorted as text, W10 and W11 come before W2.
    """
    got = student.network.forward(*deep_network.args)
    expect_logits(got, deep_network.expected, what="the logits after 11 layers")


@pytest.mark.check(function="network.forward", points=0.75, skill="Shapes are verified")
def test_forward_refuses_examples_of_another_width(student, three_networks):
    """Examples with a column too many or too few for W1, or with twice as many, are refused, with both shapes in the
    message.

    NumPy's own message names neither array. Yours says at once which two do not fit.
    """
    params, X = three_networks[0].args
    expect_some_logits(student.network.forward(params, X), three_networks[0].expected)
    misfits = [X[:, :3], np.column_stack([X, X[:, 0]]), np.column_stack([X, X])]
    calls = student.network.forward.attempt_each([(params, wrong) for wrong in misfits])
    expect_each_raises(calls, [(wrong.shape, params["W1"].shape) for wrong in misfits])


@pytest.mark.check(function="network.forward", points=0.75, skill="Arguments are left alone")
def test_forward_leaves_parameters_and_examples_alone(student, three_networks):
    """Parameters and examples are still the same after a pass through four layers.

    `np.maximum(A, 0, out=A)` saves an array, and if that array is X it destroys the data of the next epoch.
    """
    case = three_networks[-1]
    call = student.network.forward.attempt(*case.args)
    expect_unchanged(call)
    expect_some_logits(call.value, case.expected)


# backward


def gradient_call(student, params, X, y):
    """The record of the student's backward after their own forward, in one exchange."""
    forward, backward = student.network.forward, student.network.backward
    return student.run_all([(forward, (params, X), {}), (backward, (params, Earlier(0, 1), y), {})])[-1]


def gradient_of(student, params, X, y):
    call = gradient_call(student, params, X, y)
    if call.error is not None:
        raise StudentFailure(call)
    return call.value


def mean_cross_entropy(logits, y):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]))


def slopes_of_own_forward(student, params, X, y):
    """Difference quotients of the cost of the student's own logits; None where these raise, or tell nothing."""
    places = [(name, index) for name, values in params.items() for index in np.ndindex(values.shape)]
    moved = []
    for name, index in places:
        for offset in (0.003, -0.003):
            values = params[name].copy()
            values[index] += offset
            moved.append((student.network.forward, (params | {name: values}, X), {}))
    results = student.run_all(moved)
    if results[-1].error is not None:
        return None
    like = np.zeros((len(X), len(params[f"b{len(params) // 2}"])))
    logits = [accept_pair(one.value, (like, None), "forward", "(logits, cache)")[0] for one in results]
    costs = [mean_cross_entropy(one, y) for one in logits]
    slopes = {name: np.zeros(values.shape) for name, values in params.items()}
    for number, (name, index) in enumerate(places):
        slopes[name][index] = (costs[2 * number] - costs[2 * number + 1]) / 0.006
    return slopes if all(np.max(np.abs(values)) > 1e-3 for values in slopes.values()) else None


def gradient_case(reference, oracle, problem):
    """Parameters, examples and classes; the logits and the gradient, agreed with torch."""
    args = (problem.params, problem.X, problem.y)
    logits, cache = reference.network.forward(problem.params, problem.X)
    slopes = reference.network.backward(problem.params, cache, problem.y)
    return Case(args=args, expected=(logits, agree(slopes, oracle.gradient(*args))))


def matters_everywhere(case):
    return all(np.max(np.abs(slopes)) > 0.02 for slopes in case.expected[1].values())


@prepared
def three_gradients(rng, reference, oracle):
    """Networks in which every parameter matters."""
    return [
        until(
            lambda sizes=sizes, m=m: gradient_case(reference, oracle, draw_problem(rng, sizes, m)), matters_everywhere
        )
        for sizes, m in (((3, 4, 3), 7), ((4, 3, 4, 2), 8), ((2, 4, 3, 3, 3), 9))
    ]


@prepared
def units_at_zero(rng, reference, oracle):
    """Two layers without biases in the first: on an example of zeros every unit is at 0 exactly, where it is off."""

    def draw():
        problem = draw_problem(rng, (3, 4, 3), 7)
        X, y = np.vstack([problem.X, np.zeros(3)]), np.append(problem.y, 0)
        return gradient_case(reference, oracle, Problem(problem.params | {"b1": np.zeros(4)}, X, y))

    def is_clear(case):
        params, X, _ = case.args
        return np.min(np.abs(pre_activations(params, X[:-1])[0])) > 0.05 and matters_everywhere(case)

    return until(draw, is_clear)


@prepared
def forgiving_networks(rng, reference, oracle):
    """Networks on each of which one usual mistake in `forward` makes no difference.

    No biases; only positive features; only positive logits; all hidden units on for all examples.
    """

    def without_biases(problem):
        params = {name: 0 * values if name[0] == "b" else values for name, values in problem.params.items()}
        return replace(problem, params=params)

    def with_positive_features(problem):
        return replace(problem, X=np.abs(problem.X))

    def with_positive_logits(problem):
        return replace(problem, params=problem.params | {"b2": np.abs(problem.params["b2"]) + 8})

    def with_all_units_on(problem):
        params = problem.params | {"W1": np.abs(problem.params["W1"]), "b1": np.abs(problem.params["b1"])}
        return Problem(params, np.abs(problem.X), problem.y)

    def draw(change):
        return gradient_case(reference, oracle, change(draw_problem(rng, (3, 4, 3), 7)))

    def is_clear(case, change):
        clear = np.min(np.abs(pre_activations(*case.args[:2])[0])) > 0.05
        positive = change is not with_positive_logits or np.min(case.expected[0]) > 0.5
        return clear and positive and matters_everywhere(case)

    return [
        until(lambda change=change: draw(change), lambda case, change=change: is_clear(case, change))
        for change in (without_biases, with_positive_features, with_positive_logits, with_all_units_on)
    ]


@pytest.mark.check(function="network.backward", points=3.5, skill="Backward: any depth")
def test_backward_agrees_with_autograd_for_two_three_and_four_layers(
    student, three_gradients, units_at_zero, forgiving_networks
):
    """Networks of two, three and four layers; torch finds the gradient by itself.

    Look at which layers are wrong: everything is built from the last layer down. If only the last is right, look at
    the way through ReLU (the slope is 0 where the unit is off) and at the transposed W. If all are wrong by one factor,
    look at the 1/m. If biases alone are wrong, they take the sum over the examples.

    Last comes a network of two layers without biases in the first, with an example of zeros among the others: there
    every unit is at 0 exactly. Only above 0 it is on.
    """
    for case in (*three_gradients, units_at_zero):
        layers = len(case.args[0]) // 2
        got = gradient_of(student, *case.args)
        try:
            expect_equal(got, case.expected[1], what=f"the gradient of {layers} layers", steps=layers)
        except CheckFailure as failure:
            try:  # a mistake of forward is paid for at its own checks
                expect_right_but_for_forward(student, case, got, forgiving_networks)
            except (CheckFailure, StudentFailure):
                raise failure from None


def expect_right_but_for_forward(student, case, got, forgiving):
    """Fail unless the student's forward is wrong, and their backward is right for it.

    Right for it: either `got` is the gradient of what their forward computes, or the gradient is the right one on every
    network on which their forward is right, and there is such a network.
    """
    is_right = forward_is_right(student, case)
    expect_property(not is_right, what="the forward pass", got="right", expected="wrong, as an excuse")
    own = slopes_of_own_forward(student, *case.args)
    if own is not None and has_slopes(got, own):
        return
    fitting = [one for one in forgiving if forward_is_right(student, one)]
    expect_property(bool(fitting), what="networks on which your forward is right", got="none", expected="one")
    for one in fitting:
        expect_equal(gradient_of(student, *one.args), one.expected[1], what="the gradient where your forward is right")


def forward_is_right(student, case):
    params, X, _ = case.args
    call = student.network.forward.attempt(params, X)
    try:
        return call.error is None and expect_logits(call.value, case.expected[0], what="the logits") is not None
    except CheckFailure:
        return False


def has_slopes(got, slopes):
    """Whether a gradient agrees with difference quotients to three digits of each array."""
    try:
        for name, values in expect_form(got, slopes, what="the gradient", finite=True).items():
            if np.max(np.abs(values - slopes[name])) > 2e-3 * np.max(np.abs(slopes[name])):
                return False
    except CheckFailure:
        return False
    return True


@prepared
def one_layer(rng, reference, oracle):
    """All numbers positive and no biases: the most usual mistakes of `forward` make no difference here.

    Nobody belongs to the first or to the last of the four classes.
    """
    X, y = np.abs(signed(rng, 0.25, 2.0, (6, 3))), rng.permutation([1, 2, 1, 2, 1, 2])
    params = {"W1": np.abs(signed(rng, 0.25, 1.25, (3, 4))), "b1": np.zeros(4)}
    return gradient_case(reference, oracle, Problem(params, X, y))


@prepared
def one_example(reference, oracle, one_layer):
    params, X, y = one_layer.args
    return gradient_case(reference, oracle, Problem(params, X[:1], y[:1]))


@prepared
def far_ahead(rng, reference, oracle):
    """One layer whose logits are thousands, some for the right class and some for a wrong one."""
    X = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 1.0], [1.0, 3.0]])
    weights = 1024.0 * np.array([[3.0, 1.0, 2.0], [1.0, 4.0, 2.0]])[:, rng.permutation(3)]
    params = {"W1": weights, "b1": np.zeros(3)}
    return gradient_case(reference, oracle, Problem(params, X, rng.permutation([0, 1, 2, 0])))


@prepared
def all_units_on(rng, reference, oracle):
    """Two layers on which the most usual mistakes of `forward` make no difference: all numbers positive, no biases."""
    X, y = np.abs(signed(rng, 0.25, 2.0, (5, 3))), rng.permutation([0, 1, 2, 0, 1])
    params = {
        "W1": np.abs(signed(rng, 0.25, 1.25, (3, 4))),
        "b1": np.zeros(4),
        "W2": np.abs(signed(rng, 0.25, 1.25, (4, 3))),
        "b2": np.zeros(3),
    }
    return gradient_case(reference, oracle, Problem(params, X, y))


@pytest.mark.check(function="network.backward", points=1.5, skill="Backward: the last layer")
def test_backward_through_one_layer_with_small_and_with_huge_logits(student, one_layer, one_example, far_ahead):
    """One layer alone, on six examples and on one, then one whose logits are thousands.

    With one layer ∂J/∂W = Xᵀ(softmax - onehot)/m is all there is. None of the examples belongs to the first or the last
    of four classes, and still there are four: as many as logits. exp(3000) is infinite and infinity divided by itself
    is not a number: subtract the largest logit of each example before `exp`, which changes no probability.
    """
    for case, what in (
        (one_layer, "the gradient of one layer"),
        (one_example, "the gradient of one layer on a single example"),
        (far_ahead, "the gradient at logits of thousands"),
    ):
        expect_equal(gradient_of(student, *case.args), case.expected[1], what=what)


def expect_roughly_uphill(got, slopes):
    """A gradient that has to do with the right one: wrong by a factor, say, which is paid for elsewhere."""
    own = flat(expect_form(got, slopes, what="the form of the gradient", finite=True))
    cosine = float(own @ flat(slopes) / max(np.linalg.norm(own) * np.linalg.norm(flat(slopes)), 1e-300))
    expect_property(cosine > 0.5, what="the cosine between your gradient and torch's", got=cosine, expected="above 0.5")


@pytest.mark.check(function="network.backward", points=1, skill="Shapes are verified")
def test_backward_refuses_classes_that_do_not_fit(student, one_layer):
    """A y of shape (6, 1), one with a class too few, and a one-hot table are refused when there are six examples.

    `logits[np.arange(6), y]` with a column of classes is a (6, 6) table, and a mean over it looks like a cost. The
    ValueError names the shape of y.
    """
    params, X, y = one_layer.args
    expect_roughly_uphill(gradient_of(student, params, X, y), one_layer.expected[1])
    for wrong in (y[:, None], y[:-1], np.eye(4)[y]):
        expect_raises(gradient_call(student, params, X, wrong), ValueError, shapes=[wrong.shape])


@pytest.mark.check(function="network.backward", points=1, skill="Arguments are left alone")
def test_backward_leaves_parameters_and_classes_alone(student, all_units_on):
    """Parameters and classes are the same after the way back, and another pass forward in between changes nothing.

    What the cache is made of is your own business, and so is what becomes of it. But it belongs to one pass: another
    one in between, on other examples, makes no difference to the gradient. And what comes back points roughly uphill.
    """
    params, X, y = all_units_on.args
    forward, backward = student.network.forward, student.network.backward
    between = [
        (forward, (params, X), {}),
        (forward, (params, 2 * X[::-1]), {}),
        (backward, (params, Earlier(0, 1), y), {}),
    ]
    calls = student.run_all(between)
    if calls[-1].error is not None:
        raise StudentFailure(calls[-1])
    alone = expect_form(gradient_of(student, *all_units_on.args), all_units_on.expected[1], what="the gradient")
    expect_equal(
        calls[-1].value,
        alone,
        what="the gradient, with another forward pass before backward is asked",
        remark="Without that pass it is another: the cache shares something with that of the next. Look in forward.",
    )
    call = gradient_call(student, *all_units_on.args)
    changed = {place: value for place, value in call.changed_arguments.items() if place != "1"}
    expect_unchanged(replace(call, changed_arguments=changed))
    expect_roughly_uphill(call.value, all_units_on.expected[1])


# train


def deals(m, batch_size):
    """Every way to deal m examples into batches, up to the order within a batch, which no mean depends on."""
    cut = [range(start, min(start + batch_size, m)) for start in range(0, m, batch_size)]
    orders = itertools.permutations(range(m))
    return sorted({tuple(tuple(sorted(order[row] for row in rows)) for rows in cut) for order in orders})


def followed(network, problem, pair, rates, history):
    """(params, costs) of a history: for each epoch its batches."""
    init, step = pair
    params, state, costs, update = problem.params, init(problem.params), [], 0
    for batches in history:
        for rows in batches:
            part = problem.of(rows)
            grads = network.backward(params, network.forward(params, part.X)[1], part.y)
            params, state = step(params, grads, state, learning_rate=rates[update])
            update += 1
        costs.append(mean_cross_entropy(network.forward(params, problem.X)[0], problem.y))
    return params, np.array(costs)


def flat(params):
    """All numbers of a dict of arrays, in order of their names."""
    return np.concatenate([np.ravel(params[name]) for name in sorted(params)])


@dataclass(frozen=True)
class Runs:
    """All possible runs of a training on few examples."""

    problem: Problem
    init: Any
    step: Any
    rates: list[float]
    batch_size: int
    histories: list[Any]
    results: list[Any]
    """(params, costs) of each."""
    ends: np.ndarray
    """All parameters at the end of each, in one row."""

    @property
    def epochs(self):
        return len(self.histories[0])

    def start(self, train, rng):
        """What `train` makes of it, with the optimizer and the schedule as callbacks."""
        problem = self.problem
        arguments = (problem.params, problem.X, problem.y, self.begin, self.step, self.schedule)
        return train(*arguments, self.epochs, self.batch_size, rng)

    def begin(self, params):
        """The optimizer's first state. A velocity begins with how far `params` are from the start: by rights with 0."""
        away = {name: params[name] - W for name, W in self.problem.params.items()}
        return {
            kind: {name: average + away[name] for name, average in averages.items()}
            for kind, averages in self.init(params).items()
        }

    def schedule(self, update):
        """The rate of an update; whoever asks for one more than there are gets the last one."""
        if int(update) < 0:
            raise ValueError(f"there is no update number {update}: they are counted from 0")
        return self.rates[min(int(update), len(self.rates) - 1)]

    def closest(self, params):
        """The index of the run that ends closest."""
        return int(np.argmin(np.max(np.abs(self.ends - flat(params)), axis=1)))


def draw_runs(rng, reference, oracle, pair, torchs, sizes, m, histories, batch_size, rates, is_telling=None):
    """A problem whose possible runs end in clearly different places; a sample of them is agreed with torch.

    `torchs` is the optimizer's name there, a factor for the rates and its settings.
    """

    def draw():
        problem = draw_problem(rng, sizes, m)
        results = [followed(reference.network, problem, pair, rates, history) for history in histories]
        ends = np.array([flat(params) for params, _ in results])
        return Runs(problem, *pair, rates, batch_size, histories, results, ends)

    def is_good(runs):
        distances = np.max(np.abs(runs.ends[:, None] - runs.ends), axis=2)
        np.fill_diagonal(distances, np.inf)
        apart = np.min(distances) > 2e-3 and np.max(np.abs(runs.ends)) < 4
        return apart and distance_to_kinks(runs) > 0.003 and (is_telling is None or is_telling(runs))

    def distance_to_kinks(runs):
        """How far the nearest unit is from switching, at the ends: there rounding must not decide."""
        return min(
            float(np.min(np.abs(Z))) for params, _ in runs.results for Z in pre_activations(params, runs.problem.X)
        )

    runs = until(draw, is_good)
    by_torch, factor, settings = torchs
    for index in rng.permutation(len(histories))[:6]:
        problem = runs.problem
        theirs = oracle.training(
            problem.params,
            problem.X,
            problem.y,
            histories[index],
            by_torch,
            [factor * rate for rate in rates],
            **settings,
        )
        agree(runs.results[index], theirs)
    return runs


def expect_some_run(student, runs, seeds, reference):
    """Fail unless each seed's run is one of all possible ones; their histories.

    What is wrong because forward or backward are is paid for there: then the reference's stand in for them.
    """
    updates = len(runs.rates)
    shape = f"{runs.epochs} epochs over {len(runs.problem.y)} examples in batches of {runs.batch_size}"
    what = shape if len(runs.results) == 1 else f"{shape}, beside the closest of the {len(runs.results)} possible runs"

    def judge(train):
        histories = []
        for seed in seeds:
            returned = runs.start(train, student.rng(seed))
            params, costs = accept_pair(returned, runs.results[0], "train", "(params, costs)")
            index = runs.closest(params)
            expected, expected_costs = runs.results[index]
            expect_equal(params, expected, what=f"the parameters after {what}", steps=updates)
            expect_equal(costs, expected_costs, what=f"the costs of {what}", steps=updates, tolerance=1e-5, plot=COSTS)
            histories.append(runs.histories[index])
        return histories

    upstream = {"forward": reference.network.forward, "backward": reference.network.backward}
    return carry_forward(judge, student.network.train, **upstream)


MOMENTUM = ("SGD", 0.25, {"momentum": 0.75})


@prepared
def one_batch_of_everything(rng, reference, oracle):
    """More examples than any usual batch holds, and one step so long that the cost rises before the last epoch."""
    pair = optimizer_pair(reference, "momentum", beta=0.75)
    rates = [*rates_up_and_down(rng, 3, 0.8), 6.0, 0.0, 0.5]
    history = ((tuple(range(36)),),) * 6

    def rises(runs):
        costs = runs.results[0][1]
        return costs[3] > 1.05 * costs[2] and costs[5] > 1.05 * np.min(costs)

    return draw_runs(rng, reference, oracle, pair, MOMENTUM, (3, 3, 3), 36, [history], 50, rates, is_telling=rises)


@pytest.mark.check(function="network.train", points=2.5, skill="Training: updates and costs")
def test_train_with_one_batch_follows_torch(student, one_batch_of_everything, reference, rng):
    """Six epochs of momentum on 36 examples in one batch, and another learning rate at every update.

    `batch_size` is 50, more than there are examples, so every epoch makes one update and there is nothing random. The
    velocity lives in the state, from the first update to the last; `init` is called once, with the parameters to start
    from. The cost of an epoch is measured after its update, on all examples. The fourth step is too long and the cost
    rises, the fifth has the learning rate 0 and the cost stays: the sixth is made all the same, and what comes back are
    the last parameters, not the best.
    """
    expect_some_run(student, one_batch_of_everything, [int(rng.integers(2**31))], reference)


@prepared
def batches_of_three_and_one(rng, reference, oracle):
    pair = optimizer_pair(reference, "momentum", beta=0.75)
    histories, rates = list(itertools.product(deals(4, 3), repeat=2)), rates_up_and_down(rng, 4, 0.8)
    return draw_runs(rng, reference, oracle, pair, MOMENTUM, (2, 3, 2), 4, histories, 3, rates)


@pytest.mark.check(function="network.train", points=2.5, skill="Training: mini-batches")
def test_train_in_batches_of_three_with_one_example_left_over(student, batches_of_three_and_one, reference, rng):
    """Two epochs over four examples in batches of three: the end is one of the 16 places where an order can lead.

    Each epoch makes two updates, one on three examples and one on the example that is left. X and y are dealt together.
    The updates are numbered 0 to 3 through both epochs, and neither the numbers nor the momentum start anew in the
    second. The costs are those on all four examples after each epoch. Four seeds are tried.
    """
    seeds = [int(seed) for seed in rng.integers(2**31, size=4)]
    expect_some_run(student, batches_of_three_and_one, seeds, reference)


@prepared
def batches_of_two(rng, reference, oracle):
    pair = optimizer_pair(reference, "sgd")
    histories, rates = list(itertools.product(deals(4, 2), repeat=2)), rates_up_and_down(rng, 4, 0.6)
    return draw_runs(rng, reference, oracle, pair, ("SGD", 1.0, {}), (2, 3, 2), 4, histories, 2, rates)


@pytest.mark.check(function="network.train", points=1.5, skill="Randomness from the generator")
def test_train_deals_the_batches_anew_in_every_epoch(student, batches_of_two, reference, rng):
    """From where a run ends one can tell how its examples were dealt: four examples in batches of two, two epochs.

    Twenty-four seeds are tried. The second epoch must be dealt otherwise than the first at least once, with other
    examples together, and not all runs may begin alike. Every example comes first at some time, and together with
    every other: all orders are possible. The same seed must give the same run again.
    """
    seeds = [int(seed) for seed in rng.integers(2**31, size=24)]
    histories = expect_some_run(student, batches_of_two, [*seeds, *seeds[:2]], reference)
    expect_property(
        any(set(first) != set(second) for first, second in histories),
        what="the batches of the second epoch in 24 runs",
        got="always those of the first",
        expected="dealt anew",
    )
    expect_property(
        len({history[0] for history in histories}) > 1,
        what="the first epochs with 24 different seeds",
        got="always the same batches",
        expected="different batches",
    )
    # Of fair orders two in a hundred million have 48 epochs without this.
    batches = [batch for history in histories for epoch in history for batch in epoch]
    pairs = {frozenset(epoch) for history in histories for epoch in history}
    first = {row for history in histories for epoch in history for row in epoch[0]}
    expect_property(
        len(pairs) == 3 and len(first) == 4,
        what="the batches of 48 epochs over the examples 0 to 3",
        got=f"only {', '.join(map(str, sorted(set(batches))))}, the first of them with {sorted(first)}",
        expected="each example with each other, and each in the first batch now and then",
    )
    expect_property(
        histories[24:] == histories[:2],
        what="two runs with the same seeds as before",
        got="other batches",
        expected="the same batches",
        remark="Something other than the generator decides the order.",
    )


@pytest.mark.check(function="network.train", points=1, skill="Arguments are left alone")
def test_train_leaves_its_start_and_the_examples_alone(student, batches_of_three_and_one, reference, rng):
    """The parameters you start from, X and y are still the same after two epochs.

    Two traps: an update in place moves the caller's parameters, and shuffling X and y in place mixes up the caller's
    data. With no epoch at all the start comes back, and no costs.
    """
    runs, generator = batches_of_three_and_one, student.rng(int(rng.integers(2**31)))
    params, costs = runs.results[0]

    def judge(train):
        call = runs.start(train.attempt, generator)
        expect_unchanged(call)
        trained, _ = accept_pair(call.value, (params, costs), "train", "(params, costs)")
        moves = flat(trained) - flat(runs.problem.params)
        expect_property(
            bool(np.ptp(moves) > 1e-3), what="how far the parameters have moved", got=moves, expected="different ways"
        )
        nothing = replace(runs, histories=[()]).start(train, generator)
        expect_equal(nothing, (runs.problem.params, []), what="(params, costs) after 0 epochs")

    upstream = {"forward": reference.network.forward, "backward": reference.network.backward}
    carry_forward(judge, student.network.train, **upstream)


@dataclass(frozen=True)
class Digits:
    """A training on scikit-learn's digits, and how well right answers do."""

    problem: Problem
    new: Problem
    init: Any
    step: Any
    highest_cost: float
    lowest_accuracy: float
    usual: str


DIGITS_SETTINGS = {"hidden": 16, "learning_rate": 0.3, "epochs": 5, "batch_size": 16}


@prepared
def digits(rng, reference, oracle):
    """The band is wide: eight runs of MLPClassifier, six of the reference, and half as much again."""
    X, y = oracle.digits()
    rows = rng.permutation(len(y))
    problem = Problem(None, X[rows[:160]], y[rows[:160]])
    params = reference.network.initialize([64, DIGITS_SETTINGS["hidden"], 10], "xavier", rng)
    problem, new = replace(problem, params=params), Problem(None, X[rows[160:560]], y[rows[160:560]])
    init, step = optimizer_pair(reference, "sgd")
    examples = (problem.X, problem.y, new.X, new.y)
    theirs = [oracle.mlp_classifier(*examples, seed=seed, **DIGITS_SETTINGS) for seed in range(8)]
    ours = []
    for _ in range(6):
        trained, _ = train_on_digits(reference.network.train, problem, init, step, rng)
        ours.append(reached(reference, trained, problem, new))
    costs, accuracies = np.transpose(theirs + ours)
    if np.mean(costs[8:]) > 2 * np.max(costs[:8]) or np.mean(accuracies[8:]) < np.min(accuracies[:8]) - 0.2:
        raise GraderFault(f"the reference does worse than MLPClassifier: costs {costs}, accuracies {accuracies}")
    usual = f"MLPClassifier reaches costs of {min(costs[:8]):.2f} to {max(costs[:8]):.2f} with the same settings"
    return Digits(problem, new, init, step, 1.6 * float(max(costs)), float(min(accuracies)) - 0.2, usual)


def train_on_digits(train, problem, init, step, rng):
    rate, epochs, batch_size = (DIGITS_SETTINGS[name] for name in ("learning_rate", "epochs", "batch_size"))
    return train(problem.params, problem.X, problem.y, init, step, lambda update: rate, epochs, batch_size, rng)


def reached(reference, params, problem, new):
    """The cost of parameters on the examples they were trained on, and their accuracy on new ones."""
    cost = mean_cross_entropy(reference.network.forward(params, problem.X)[0], problem.y)
    right = np.argmax(reference.network.forward(params, new.X)[0], axis=1) == new.y
    return cost, float(np.mean(right))


@pytest.mark.check(function="network.train", points=1.5, skill="Training: digits")
def test_train_reaches_on_digits_what_scikit_learn_reaches(student, digits, reference, rng):
    """160 of scikit-learn's digits, 16 hidden units, 5 epochs in batches of 16 with the learning rate 0.3.

    MLPClassifier was trained with the same settings from eight seeds. Your cost on the 160 may be half as much again as
    the worst of those and of the reference's, and your accuracy on 400 new digits 20 points lower than the lowest.
    """
    problem, seed = digits.problem, int(rng.integers(2**31))

    def judge(train):
        like = (problem.params, np.zeros(DIGITS_SETTINGS["epochs"]))
        returned = train_on_digits(train, problem, digits.init, digits.step, student.rng(seed))
        trained, costs = accept_pair(returned, like, "train", "(params, costs)")
        cost, accuracy = reached(reference, trained, problem, digits.new)
        allowed = digits.highest_cost
        expect_property(
            cost <= allowed,
            what="the cost on the 160 digits after 5 epochs",
            got=f"{cost:.3f}",
            expected=f"at most {allowed:.2f}: {digits.usual}",
        )
        expect_property(
            accuracy >= digits.lowest_accuracy,
            what="the accuracy on 400 new digits",
            got=f"{accuracy:.2f}",
            expected=f"at least {digits.lowest_accuracy:.2f}",
        )
        what = "the last of the costs, beside that of the parameters"
        expect_equal(float(costs[-1]), cost, what=what, tolerance=1e-3)

    upstream = {"forward": reference.network.forward, "backward": reference.network.backward}
    carry_forward(judge, student.network.train, **upstream)


# sharpness


@prepared
def curved_costs(rng, reference, oracle):
    """Networks away from kinks whose largest curvature is found from any usual start.

    It is well ahead of the second in one network and a little ahead in another, where a handful of products is not
    enough. The third is nearly sure of all classes, and right: its cost is hardly curved at all. The largest curvatures
    of the three are far apart: no single number is close to two of them.
    """

    def is_good(problem, low, high, steep):
        values, steepest, slope = curvatures_by_differences(problem)
        if any(abs(values[-1] / case.expected - 1) < 0.4 for case in cases):
            return False
        second = max(abs(values[0]), abs(values[-2]))
        seen = [abs(start @ steepest) / np.linalg.norm(start) for start in (np.ones(len(slope)), slope)]
        ahead = low * second < values[-1] < high * second
        telling = ahead and min(seen) > 0.05 and np.sum(values) > 1.1 * values[-1]
        if telling and abs(curvature_along(problem, steepest, 1e-3) / values[-1] - 1) > 1e-4:
            return False  # whoever takes an h of 0.001 is right as well
        if not steep:
            return telling and 0.003 < values[-1] < 0.03
        return telling and values[-1] > 0.2 and abs(without_bends(problem) / values[-1] - 1) > 0.03

    cases = []
    for sizes, m, low, high, steep in (
        ((2, 3, 2), 8, 1.5, 3.0, True),
        ((2, 3, 3, 2), 9, 1.1, 1.2, True),
        ((2, 3, 2), 8, 1.15, 2.5, False),
    ):
        problem = until(
            lambda sizes=sizes, m=m, steep=steep: (draw_problem if steep else draw_confident)(rng, sizes, m),
            lambda problem, low=low, high=high, steep=steep: is_good(problem, low, high, steep),
        )
        args = (problem.params, problem.X, problem.y)
        largest = float(oracle.curvatures(*args)[0][-1])
        cases.append(Case(args=args, expected=agree(largest, reference.network.sharpness(*args), rtol=1e-5)))
    return cases


def draw_confident(rng, sizes, m):
    """Two bunches of examples, which the last layer tells far apart; their classes are those that it tells."""
    problem = draw_problem(rng, sizes, m)
    bunches = np.where(np.arange(m) % 2, 1, -1)[:, None] * signed(rng, 0.75, 2.0, sizes[0])
    X = in_single_precision(bunches + rng.uniform(-0.25, 0.25, (m, sizes[0])))
    logits = logits_of(problem.params, entering(problem.params, X))
    factor = np.ceil(6 / max(float(np.min(np.abs(logits[:, 1] - logits[:, 0]))), 0.25))
    louder = {name: factor * problem.params[name] for name in names_of(sizes)[-2:]}
    return Problem(problem.params | louder, X, np.argmax(logits, axis=1))


def without_bends(problem):
    """The largest eigenvalue of the Hessian without the part that the bends of the logits make (Gauss-Newton)."""
    here = flat_in_order(problem.params)
    moves = 1e-5 * np.eye(len(here))

    def logits_at(params):
        return logits_of(params, entering(params, problem.X))

    above, below = (logits_at(params_at(problem, here + sign * moves)) for sign in (1, -1))
    slopes, chances = (above - below) / 2e-5, softmax(logits_at(problem.params))
    centred = slopes - np.sum(slopes * chances, axis=2, keepdims=True)
    return float(np.linalg.eigvalsh(np.einsum("imk,jmk,mk->ij", centred, centred, chances) / len(chances))[-1])


def params_at(problem, places):
    """The parameters of many networks at once: of each row of `places` those it holds, in the problem's order."""
    ends = np.cumsum([values.size for values in problem.params.values()])
    parts = np.split(places, ends[:-1], axis=1)
    shapes = [np.atleast_2d(values).shape for values in problem.params.values()]  # a bias is added to every example
    return {name: part.reshape(-1, *shape) for name, part, shape in zip(problem.params, parts, shapes, strict=True)}


def entering(params, X):
    """What goes into each layer of one network, or of many at once."""
    return [X, *(np.maximum(Z, 0) for Z in pre_activations(params, X))]


def logits_of(params, entered):
    """The logits, from what goes into each layer."""
    last = len(entered)
    return entered[-1] @ params[f"W{last}"] + params[f"b{last}"]


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def slopes_at(problem, places):
    """The gradient of the cost at each of many places, rows of all parameters, at once: quick, to choose data by."""
    params = params_at(problem, places)
    entered = entering(params, problem.X)
    logits = logits_of(params, entered)
    slopes = softmax(logits) - np.eye(logits.shape[-1])[problem.y]
    found = {}
    for number in range(len(params) // 2, 0, -1):
        found[f"W{number}"] = np.swapaxes(entered[number - 1], -1, -2) @ slopes
        found[f"b{number}"] = slopes.sum(axis=1)
        slopes = slopes @ np.swapaxes(params[f"W{number}"], 1, 2) * (entered[number - 1] > 0)
    return np.hstack([found[name].reshape(len(places), -1) for name in params]) / len(problem.y)


def curvature_along(problem, direction, h):
    """By the difference quotient with a distance of h to both sides."""
    above, below = slopes_at(problem, flat_in_order(problem.params) + np.outer([h, -h], direction))
    return float(direction @ (above - below) / (2 * h))


def curvatures_by_differences(problem):
    """Eigenvalues of the Hessian, ascending, the direction of the last, and the gradient."""
    here = flat_in_order(problem.params)
    moves = 1e-5 * np.eye(len(here))
    hessian = (slopes_at(problem, here + moves) - slopes_at(problem, here - moves)) / 2e-5
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    return values, vectors[:, -1], slopes_at(problem, here[None])[0]


def flat_in_order(params):
    return np.concatenate([np.ravel(values) for values in params.values()])


@pytest.mark.check(function="network.sharpness", points=3, skill="Sharpness")
def test_sharpness_is_the_largest_eigenvalue_of_torchs_hessian(student, curved_costs, reference):
    """Three networks of two and of three layers; torch computes the whole Hessian, and NumPy its eigenvalues.

    All parameters count, the biases too, and the cost is the mean over the examples. In one of the networks the largest
    curvature is not far ahead of the second: there it takes dozens of products. In another the cost is flat, and the
    curvature about 0.01: when it no longer changes is a question of its own size. A product with the Hessian is the
    change of the gradient along v, divided by the whole distance 2h between the two points.
    """

    def judge(sharpness):
        names = "a network of 2 layers", "a network of 3 layers", "a network that is nearly sure of all classes"
        for case, name in zip(curved_costs, names, strict=True):
            what = f"the sharpness of {name}"
            expect_equal(sharpness(*case.args), case.expected, what=what, tolerance=5e-4 * case.expected)

    upstream = {"forward": reference.network.forward, "backward": reference.network.backward}
    carry_forward(judge, student.network.sharpness, **upstream)


@pytest.mark.check(function="network.sharpness", points=1, skill="Arguments are left alone")
def test_sharpness_leaves_the_parameters_alone_and_is_the_same_again(student, curved_costs, reference):
    """The parameters are still the same afterwards, to the last bit, and a second call gives the same number.

    Whoever moves the parameters by +hv and -hv in place and back again is left with rounding errors in them.
    """
    case, other, _ = curved_costs

    def judge(sharpness):
        call = sharpness.attempt(*case.args)
        expect_unchanged(call)
        first = expect_equal(call.value, case.expected, what="the sharpness, roughly", tolerance=0.1 * case.expected)
        expect_equal(sharpness(*case.args), first, what="the sharpness, asked again", tolerance=1e-3 * first)
        expected, what = other.expected, "the sharpness of another network, roughly"
        expect_equal(sharpness(*other.args), expected, what=what, tolerance=0.1 * expected)

    upstream = {"forward": reference.network.forward, "backward": reference.network.backward}
    carry_forward(judge, student.network.sharpness, **upstream)


# --- search ---


class Recorder:
    """An objective that keeps what it was asked about and what it answered.

    Asked about the same configuration again it answers the same: known mistakes are tried on the same draws.
    """

    def __init__(self, names, value):
        self.names, self.value, self.trials, self.answers = set(names), value, [], {}

    def __call__(self, configuration):
        if type(configuration) is not dict or set(configuration) != self.names:
            raise ValueError(f"the objective takes one dict with the names {', '.join(sorted(self.names))}")
        numbers = {name: numeric(value) for name, value in configuration.items()}
        plain = {name: configuration[name] if number is None else number.tolist() for name, number in numbers.items()}
        asked = repr(sorted(plain.items()))
        if asked not in self.answers:
            self.answers[asked] = float(self.value(configuration))
        value = self.answers[asked]
        self.trials.append({"value": value, "configuration": configuration})
        return value


def draw_often(student, entry, count, seed):
    """So many draws from one entry, as values of one configuration."""
    space = {f"x{number:04}": entry for number in range(count)}
    drawn = student.search.sample_configuration(space, student.rng(seed))
    public.expect_configuration(drawn, space)
    return [drawn[name] for name in space]


def expect_even(shares, what):
    """Fail unless sorted `shares`, numbers from 0 to 1, are evenly spread: no right answer is ever this far from it.

    Of n independent ones the distribution function is off by more than d with a probability below 2·exp(-2nd²)
    (Dvoretzky, Kiefer, Wolfowitz; Massart 1990): 6e-11 for n = 1500 and d = 0.09.
    """
    even = np.arange(len(shares)) / len(shares)
    furthest = max(np.max(shares - even), np.max(even + 1 / len(shares) - shares))
    quarters = np.histogram(shares, bins=4, range=(0, 1))[0] / len(shares)
    got = ", ".join(f"{share:.0%}" for share in quarters) + " in the four quarters"
    expect_property(bool(furthest < 0.09), what=what, got=got, expected="about as many in every part")
    ends = f"the first of them at {shares[0]:.1%} of the range, the last at {shares[-1]:.1%}"
    expect_property(shares[0] < 0.03 and shares[-1] > 0.97, what=what, got=ends, expected="draws near both ends")


@prepared
def exponents(rng):
    low, high = 10 ** -rng.uniform(3.5, 4.5), 10 ** rng.uniform(0.2, 0.5)
    return {"kind": "log_uniform", "low": float(low), "high": float(high)}, int(rng.integers(2**31))


@pytest.mark.check(function="search.sample_configuration", points=3, skill="Search: logarithmic sampling")
def test_every_power_of_ten_is_as_likely_as_any_other(student, exponents):
    """1500 draws of kind `log_uniform` across some four powers of ten.

    The exponents of the draws, and not the draws, are evenly spread from the lowest to the highest: a quarter of them
    lies in each quarter of the range of exponents. Drawn uniformly, nine of ten would be in the uppermost power of ten,
    and small learning rates would never be tried. Exponents need not be whole numbers.
    """
    entry, seed = exponents
    drawn = np.array(draw_often(student, entry, 1500, seed), dtype=float)
    shares = np.sort(np.log(drawn / entry["low"]) / np.log(entry["high"] / entry["low"]))
    expect_even(shares, "the exponents of 1500 draws")
    different = np.unique(shares.astype(np.float32)).size
    expect_property(different > 1400, what="different numbers in 1500 draws", got=different, expected="nearly 1500")


@prepared
def ranges(rng):
    low, first = float(rng.uniform(-3.0, -1.0)), -1  # what is cut off at the point is cut off towards 0
    between = {"kind": "uniform", "low": low, "high": low + float(rng.uniform(2.0, 5.0))}
    return between, {"kind": "integer", "low": first, "high": first + 4}, int(rng.integers(2**31))


@pytest.mark.check(function="search.sample_configuration", points=1.5, skill="Search: sampling")
def test_uniform_draws_fill_their_range_and_integers_include_both_ends(student, ranges):
    """1500 draws of kind `uniform`, and 1500 of kind `integer` from a range of five numbers.

    The first fill their range evenly. Of the integers each is drawn in about a fifth of the cases, the lowest and the
    highest too. Rounding a uniform number gives the ends half of what they should have, since only half a unit of the
    range is rounded to each. Where lowest and highest are the same, that is the number.
    """
    between, whole, seed = ranges
    drawn = np.array(draw_often(student, between, 1500, seed), dtype=float)
    expect_even(np.sort((drawn - between["low"]) / (between["high"] - between["low"])), "1500 uniform draws")
    drawn = draw_often(student, whole, 1500, seed + 1)
    counted = [drawn.count(number) / 1500 for number in range(whole["low"], whole["high"] + 1)]
    even = max(abs(share - 1 / 5) for share in counted) < 0.062  # six standard deviations of 0.0103
    got = ", ".join(f"{share:.1%} are {number}" for number, share in enumerate(counted, start=whole["low"]))
    expect_property(even, what="1500 integers from a range of five", got=got, expected="about a fifth of each")
    draw_often(student, whole | {"high": whole["low"]}, 3, seed)


@prepared
def choices(rng):
    mixed = ["auto", int(rng.integers(8, 64)), round(rng.uniform(0.1, 0.9), 2)]
    mixed = [mixed[index] for index in rng.permutation(3)]
    return mixed, ([(16,), (32, 16), None], [(16, 16), (32, 32)]), int(rng.integers(2**31))


@pytest.mark.check(function="search.sample_configuration", points=1.5, skill="Search: sampling")
def test_a_choice_is_handed_on_as_it_stands_in_the_list(student, choices):
    """1500 draws from a list of a text, a whole number and a fraction, and some from lists of tuples.

    Each value comes up in about a third of the draws, and it comes as it stands in the list. An array of mixed values
    turns numbers into texts, one of tuples of different length cannot be made at all, and one of tuples of equal length
    is a table: draw an index, and take the value from the list, which stays as it is.
    """
    mixed, lists, seed = choices
    drawn = draw_often(student, {"kind": "choice", "values": mixed}, 1500, seed)
    counted = [sum(public.is_same(value, one) for value in drawn) / 1500 for one in mixed]
    got = ", ".join(f"{share:.1%} are {one!r}" for one, share in zip(mixed, counted, strict=True))
    even = max(abs(share - 1 / 3) for share in counted) < 0.08
    expect_property(even, what="1500 draws from three values", got=got, expected="about a third of each")
    for tuples in lists:
        draw_often(student, {"kind": "choice", "values": tuples}, 60, seed + 1)
    space = {f"x{number}": {"kind": "choice", "values": list(range(number, number + 9))} for number in range(3)}
    expect_unchanged(student.search.sample_configuration.attempt(space, student.rng(seed)))


@pytest.mark.check(function="search.sample_configuration", points=0.5, skill="Search: sampling")
def test_a_kind_that_nobody_knows_is_refused(student, rng):
    """Spaces with the kinds "gaussian" and "log_normal" are refused with a ValueError that names the kind.

    A misspelt kind would otherwise leave its name out of the configuration, or draw from who knows what. The same space
    with the kind `uniform` is fine.
    """
    entry = {"kind": "uniform", "low": 0.0, "high": round(rng.uniform(1.0, 2.0), 2)}
    sample, generator = student.search.sample_configuration, student.rng(int(rng.integers(2**31)))
    public.expect_configuration(sample({"x": entry}, generator), {"x": entry})
    for kind in ("gaussian", "log_normal"):
        call = sample.attempt({"x": entry | {"kind": kind}}, generator)
        expect_raises(call, ValueError)
        named = kind in call.error.message
        expect_property(named, what="the message", got=call.error.message, expected=f"a message that names {kind!r}")


# searches


def listed(grid):
    """A grid as a space."""
    return {name: {"kind": "choice", "values": values} for name, values in grid.items()}


@prepared
def mixed_grid(rng):
    rates = [float(rate) for rate in 10 ** -rng.uniform(1.0, 4.0, size=2).round(2)]
    grid = {"learning_rate": rates, "activation": ["relu", None], "layers": [1, 2, 3]}
    values = [20_000 + float(value) for value in rng.permutation(np.arange(1.0, 11.0))]
    return grid, [math.nan, *values[:5], math.nan, *values[5:]]


@pytest.mark.check(function="search.grid_search", points=2, skill="Search: grid")
def test_a_grid_with_training_that_breaks_down_still_has_a_best(student, mixed_grid):
    """Three names with 2, 2 and 3 values: twelve combinations, of which the first and the seventh tried return NaN.

    Each combination is tried once, whatever its values are: numbers, a text, None. A trial that returned NaN is
    reported like any other, but it is never the best. Comparing with NaN is False both ways, so a minimum that starts
    from it never gets away. Then a grid of one name whose two values are tuples of equal length, one on which all
    trials return NaN, so that none is best, and one of five names with two values each.
    """
    grid, answers = mixed_grid
    answered = iter(answers)
    recorder = Recorder(grid, lambda _: next(answered, 0.0))
    returned = student.search.grid_search(recorder, grid)
    public.expect_report(returned, recorder, listed(grid), 12)
    asked = {tuple(repr(trial["configuration"][name]) for name in grid) for trial in recorder.trials}
    expect_property(len(asked) == 12, what="different combinations tried", got=len(asked), expected=12)
    five = {name: [0, 1] for name in "abcde"}
    for another, value in (({"hidden": [(16, 16), (32, 32)]}, 1.5), ({"rate": [0.1, 0.2]}, math.nan), (five, 0.5)):
        recorder = Recorder(another, lambda _, value=value: value)
        returned, count = student.search.grid_search(recorder, another), 2 ** len(another)
        public.expect_report(returned, recorder, listed(another), count)


def sampler(reference, seed):
    """The reference's `sample_configuration`, with a generator of its own: the student's cannot leave its process."""
    rng = np.random.default_rng(seed)
    return lambda space, _: reference.search.sample_configuration(space, rng)


@prepared
def broken_runs(rng):
    values = [float(value) for value in rng.permutation(np.arange(0.0, 8.0))]
    return [math.nan, values[0], math.inf, *values[1:5], math.nan, *values[5:]], int(rng.integers(2**31))


UNIT = {"kind": "uniform", "low": 0.0, "high": 1.0}
RATE = {"kind": "log_uniform", "low": 1e-5, "high": 1.0}


def expect_the_seed_to_decide(search, new_recorder, space, count, seed):
    """The same seed makes the same trials, another one others; where the generator is the student's to use.

    The space must have a range of numbers: of those no two draws are alike.
    """
    if search.replaced:
        return

    def tried(chosen):
        recorder = new_recorder()
        search(recorder, space, count, search.student.rng(chosen))
        return [repr(trial["configuration"]) for trial in recorder.trials]

    first, again = tried(seed), tried(seed)
    for number, (one, other) in enumerate(itertools.zip_longest(first, again, fillvalue="no trial"), start=1):
        expect_property(
            one == other,
            what=f"trial {number} of a second search with the same seed",
            got=other,
            expected=f"{one}, as in the first",
            remark="Something other than the generator that is passed in decides.",
        )
    shared = len(set(first) & set(tried(seed + 1)))
    expect_property(
        shared == 0,
        what=f"two searches of {count} trials with different seeds",
        got=f"{shared} configuration{'s' if shared > 1 else ''} in both",
        expected="different configurations",
    )


def holds(check):
    try:
        check()
    except (CheckFailure, StudentFailure):
        return False
    return True


def judge_search(judge, search, reference, space, seed):
    """Judge a search; if it fails, again with the reference's in place of those upstream parts that are wrong.

    A Bayesian search draws thousands of candidates, so what is right stays where it is.
    """
    student, bayesian = search.student, search.name == "bayesian_search"
    upstream, mean, std = {}, np.array([1.0, 0.0, 2.0]), np.array([2.0, 1.0, 0.5])

    def samples():
        several = student.search.sample_configuration.each([(space, student.rng(seed))] * 20)
        for configuration in several:
            public.expect_configuration(configuration, space)
        different = repr(several[0]) != repr(several[1])
        expect_property(different, what="two draws", got=several[:2], expected="different ones")
        drawn = np.array(draw_often(student, RATE, 1500, seed), dtype=float)
        expect_even(np.sort(np.log(drawn / RATE["low"]) / np.log(RATE["high"] / RATE["low"])), "the exponents")

    def improves():
        expected = reference.search.expected_improvement(mean, std, 1.0)
        expect_equal(student.search.expected_improvement(mean, std, 1.0), expected, what="the expected improvement")

    if not holds(samples):
        upstream["sample_configuration"] = sampler(reference, seed)
    if bayesian and not holds(improves):
        upstream["expected_improvement"] = reference.search.expected_improvement
    if upstream:
        carry_forward(judge, search, **upstream)
    else:
        judge(search)


@pytest.mark.check(function="search.random_search", points=1.5, skill="Search: training that breaks down")
def test_random_search_never_calls_a_broken_run_the_best(student, reference, broken_runs):
    """Eleven trials of random search; the first and the eighth return NaN, the third infinity.

    All eleven are reported, in order. The best is the one with the lowest number, which is 0, a number like any other:
    NaN is not lower than anything, though a comparison with it does not show that.
    """
    answers, seed = broken_runs
    space, count = {"x": UNIT}, len(answers)

    def judge(search):
        answered = iter(answers)
        recorder = Recorder(space, lambda _: next(answered, 0.0))
        public.expect_report(search(recorder, space, count, student.rng(seed)), recorder, space, count)

    judge_search(judge, student.search.random_search, reference, space, seed)


@pytest.mark.check(function="search.random_search", points=0.5, skill="Search: training that breaks down")
def test_when_every_run_breaks_down_there_is_no_best(student, reference, broken_runs):
    """Three trials of random search that all return NaN: `best` is None, and `trials` has all three.

    Then three that return infinity, NaN and infinity. Infinity is no NaN: the first or the third is the best there is.
    And a search of no trials asks nothing: there is no best either.
    """
    space, seed = {"x": UNIT}, broken_runs[1]

    def judge(search):
        recorder = Recorder(space, lambda _: math.nan)
        public.expect_report(search(recorder, space, 3, student.rng(seed)), recorder, space, 3)
        answered = iter([math.inf, math.nan, math.inf])
        recorder = Recorder(space, lambda _: next(answered, 0.0))
        public.expect_report(search(recorder, space, 3, student.rng(seed)), recorder, space, 3)
        recorder = Recorder(space, lambda _: 0.0)
        public.expect_report(search(recorder, space, 0, student.rng(seed)), recorder, space, 0)

    judge_search(judge, student.search.random_search, reference, space, seed)


@prepared
def one_that_matters(rng, reference):
    """An objective that depends on x only, its minimum halfway between two of the grid's four values of x."""
    grid = {name: [0.125, 0.375, 0.625, 0.875] for name in ("x", "y")}
    lowest = float(rng.choice([0.25, 0.5, 0.75]))

    def value(configuration):
        return (configuration["x"] - lowest) ** 2

    best, trials = reference.search.grid_search(value, grid)
    return value, best["value"], len(trials), [int(seed) for seed in rng.integers(2**31, size=7)]


@pytest.mark.check(function="search.random_search", points=1.5, skill="Search: random against grid")
def test_random_search_beats_a_grid_where_only_one_of_two_settings_matters(student, reference, one_that_matters):
    """Sixteen trials at random, seven times over, against a grid of four by four: the same budget.

    Only x matters, and nobody told the search. The grid tries four different x, each of them four times, and its best
    is 0.125 away from the minimum. Random search tries sixteen different x, so one of them is closer: in 99 of 100
    searches of sixteen trials, and here at least in four of seven. The same seed gives the same trials again, another
    seed others.
    """
    value, on_the_grid, budget, seeds = one_that_matters
    space = {"x": UNIT, "y": UNIT}

    def judge(search):
        better = 0
        for seed in seeds:
            recorder = Recorder(space, value)
            public.expect_report(search(recorder, space, budget, student.rng(seed)), recorder, space, budget)
            tried = len({float(trial["configuration"]["x"]) for trial in recorder.trials})
            expect_property(tried == budget, what=f"different x in {budget} trials", got=tried, expected=budget)
            better += min(trial["value"] for trial in recorder.trials) < on_the_grid
        expect_the_seed_to_decide(search, lambda: Recorder(space, value), space, 4, seeds[0])
        got = f"{better} of {len(seeds)}"
        expect_property(better >= 4, what="searches that beat the grid", got=got, expected="at least 4")

    judge_search(judge, student.search.random_search, reference, space, seeds[0])


# expected improvement


@prepared
def uncertain(rng, reference, oracle):
    best = round(rng.uniform(-2.0, 2.0), 2)
    std = rng.uniform(0.3, 2.5, size=8).round(2)
    distance = rng.permutation([-6.0, -3.0, -1.5, -0.3, 0.8, 1.5, 3.0, 6.0])
    args = ((best + std * distance).round(2), std, best)
    expected = reference.search.expected_improvement(*args)
    return Case(args=args, expected=agree(expected, oracle.expected_improvement(*args)))


@pytest.mark.check(function="search.expected_improvement", points=3, skill="Search: expected improvement")
def test_expected_improvement_is_the_integral_that_its_name_says(student, uncertain):
    """Eight predictions from six standard deviations below the best value to six above.

    Compared with a numerical integral of max(best − y, 0) times the density of N(mean, std²) over all y. Where it
    parts, try one candidate on a fine grid of y yourself: the sum over y below `best` is what the formula has in closed
    form.
    """
    got = student.search.expected_improvement(*uncertain.args)
    expect_equal(got, uncertain.expected, what="the expected improvement at 8 candidates")


@prepared
def certain(rng, reference, oracle):
    best = round(rng.uniform(1.0, 3.0), 2)
    gain = rng.uniform(0.4, 2.0, size=2).round(2)
    mean = np.array([best - gain[0], best, best + gain[1], best - 0.3, best + 0.3])
    order = rng.permutation(5)
    args = (mean[order], np.array([0.0, 0.0, 0.0, 0.7, 0.7])[order], best)
    expected = reference.search.expected_improvement(*args)
    return Case(args=args, expected=agree(expected, oracle.expected_improvement(*args)))


@pytest.mark.check(function="search.expected_improvement", points=1, skill="Search: expected improvement")
def test_a_certain_prediction_improves_by_its_distance_or_not_at_all(student, certain):
    """Three predictions with std = 0, among two uncertain ones.

    Nothing is random there: below the best value the improvement is best − mean, elsewhere 0. The formula would divide
    by zero. NumPy's warning about that costs nothing; a NaN that stays, or a 0 where the mean is below the best, does.
    The same for two predictions of which both are certain, and for one that is two plain numbers. Two with std = 0.001
    and 0.002 are nearly certain, and not quite. mean and std are the same after the call as before.
    """
    call = student.search.expected_improvement.attempt(*certain.args)
    expect_unchanged(call)
    what = "the expected improvement at 5 candidates, three of them certain"
    got = expect_form(call.value, certain.expected, what=what)
    improvement, best = student.search.expected_improvement, certain.args[2]
    both = improvement(np.array([best - 0.5, best + 0.5]), np.zeros(2), best)
    expect_equal(both, np.array([0.5, 0.0]), what="the expected improvement at two certain candidates")
    expect_equal(improvement(0.25, 0.0, 1.0), 0.75, what="expected_improvement(0.25, 0.0, 1.0)")
    nearly, spread = improvement(np.ones(2), np.array([0.001, 0.002]), 1.0), np.array([0.001, 0.002])
    expect_equal(nearly, spread / math.sqrt(2 * math.pi), what="the expected improvement at the best value itself")
    known = certain.args[1] == 0
    expect_equal(got[known], certain.expected[known], what="the expected improvement at the three that are certain")
    expect_property(
        bool(np.all(np.isfinite(got)) and np.ptp(got[~known]) > 0),
        what="the expected improvement at the two that are not",
        got=got[~known],
        expected="two different numbers",
    )


@pytest.mark.check(function="search.expected_improvement", points=0.5, skill="Shapes are verified")
def test_expected_improvement_refuses_a_column_of_deviations(student, uncertain):
    """A std of shape (8, 1), and one of shape (1,), beside a mean of shape (8,) are refused with a ValueError.

    It names both shapes. NumPy would pair every mean with every std and return a table of 64 numbers, or use the one
    std for all. A std that is a plain number beside eight means is refused as well.
    """
    mean, std, best = uncertain.args
    improvement = student.search.expected_improvement
    expect_form(improvement(mean, std, best), mean, what="the expected improvement with shapes that fit")
    calls = improvement.attempt_each([(mean, wrong, best) for wrong in (std[:, None], std[:1], 0.5)])
    expect_each_raises(calls, [((8,), (8, 1)), ((8,), (1,)), ((8,),)])


# Bayesian search


@prepared
def bowl(rng):
    """The logarithm of a cost over the exponent of the learning rate, lowest at some 0.00004; below what 15 % lie."""
    lowest = float(rng.uniform(0.08, 0.2))

    def value(configuration):
        share = math.log(configuration["learning_rate"] / 1e-5) / math.log(1e5)
        return 4 * (share - lowest) ** 2 - 1.5  # between -1.5 and 1.9: no prior mean or variance is far off

    costs = [value({"learning_rate": 1e-5 ** (1 - share)}) for share in np.linspace(0, 1, 2001)]
    return value, float(np.quantile(costs, 0.15)), [int(seed) for seed in rng.integers(2**31, size=4)]


def expect_hits(search, space, new_value, low, seeds):
    """In four searches of fifteen, each with an objective of its own, sixteen trials must have values up to `low`."""
    hits = 0
    for seed in seeds:
        recorder = Recorder(space, new_value())
        public.expect_report(search(recorder, space, 15, search.student.rng(seed)), recorder, space, 15)
        hits += sum(trial["value"] <= low for trial in recorder.trials[5:])
    rates = ", ".join(f"{float(trial['configuration']['learning_rate']):.2g}" for trial in recorder.trials[5:])
    expect_property(
        hits >= 16,
        what="trials 6 to 15 among the lowest 15 %",
        got=f"{hits} of 40",
        expected="at least 16 of 40",
        remark=f"Chance alone gives 6. In the last search trials 6 to 15 had the learning rates {rates}.",
    )


@pytest.mark.check(function="search.bayesian_search", points=2.5, skill="Search: Bayesian")
def test_bayesian_search_looks_where_the_objective_is_low(student, reference, bowl):
    """Four Bayesian searches of fifteen trials each, for a learning rate between 0.00001 and 1.

    The objective is a bowl over the exponent. Random search would put 15 of 100 trials where the objective is among its
    lowest 15 %. A search that learns puts most there: counted are trials 6 to 15 of the four searches, forty in all,
    and sixteen of them suffice.

    If yours finds no more than chance does, look at these: is it the *largest* improvement on the *lowest* value that
    is chosen, does every value stand beside its own configuration, does the process see the logarithm, and is its
    length scale kept from shrinking to nothing?
    """
    value, low, seeds = bowl
    space = {"learning_rate": RATE}

    def judge(search):
        expect_hits(search, space, lambda: value, low, seeds)

    judge_search(judge, student.search.bayesian_search, reference, space, seeds[0])


class Watched:
    """The reference's expected improvement, which keeps what a search asks it about between its trials."""

    def __init__(self, reference, recorder):
        self.improvement, self.recorder, self.asked = reference.search.expected_improvement, recorder, []

    def __call__(self, mean, std, best, *_, **__):  # whoever adds a parameter of their own may
        values = [trial["value"] for trial in self.recorder.trials]
        self.asked.append((len(values), np.ravel(mean), float(best), min(values, default=best)))
        return self.improvement(mean, std, best)


@prepared
def falling_and_rising(rng):
    """Values far from 0, the lowest in the middle: it is another than the first, the last, the highest and the mean."""
    values = [108.0, 104.0, 106.0, 107.0, 105.0, 103.5, 106.5, 101.0, 103.0, 104.5, 109.0, 102.0]
    return values, int(rng.integers(2**31))


@pytest.mark.check(function="search.bayesian_search", points=1, skill="Search: Bayesian")
def test_bayesian_search_asks_how_much_many_candidates_would_improve(student, reference, falling_and_rising):
    """A search of twelve trials, and what it asks `expected_improvement` meanwhile.

    At most the first four trials are drawn at random: before each of the others the search asks about some hundreds of
    candidates, a hundred at least, and what they would have to improve on is the lowest value so far. Not the first,
    the last or the mean of them, nor 0. (If your search does without your `expected_improvement`, only its trials
    count here. It may see the values on a scale of its own: `best` is looked at where the means are those of values.)
    """
    answers, seed = falling_and_rising
    space, count = {"x": UNIT}, len(answers)

    def judge(search):
        recorder = Recorder(space, lambda _: answers[len(recorder.trials) % count])
        watched = Watched(reference, recorder)
        returned = search.with_(expected_improvement=watched)(recorder, space, count, student.rng(seed))
        public.expect_report(returned, recorder, space, count)
        if watched.asked:
            expect_questions(watched.asked, answers)

    judge_search(judge, student.search.bayesian_search, reference, space, seed)


def expect_questions(asked, answers):
    """Enough candidates before every trial that is not drawn at random, to improve on the lowest value so far."""
    candidates = [sum(len(mean) for trial, mean, *_ in asked if trial == number) for number in range(len(answers))]
    expect_property(
        min(candidates[len(answers) // 3 :]) >= 100,
        what=f"the candidates asked about before the trials 1 to {len(answers)}",
        got=candidates,
        expected=f"100 or more before each from the {len(answers) // 3 + 1}th on",
    )
    for trial, mean, best, lowest in asked:
        on_this_scale = bool(np.any((mean > 95) & (mean < 115)))
        expect_property(
            not on_this_scale or abs(best - lowest) < 0.5,
            what=f"the value to improve on before trial {trial + 1}, the values so far being "
            + ", ".join(f"{value:g}" for value in answers[:trial]),
            got=best,
            expected=lowest,
        )


@prepared
def network_space(rng):
    space = {
        "learning_rate": RATE,
        "layers": {"kind": "integer", "low": 1, "high": 4},
        "activation": {"kind": "choice", "values": ["relu", "tanh", None]},
        "dropout": {"kind": "uniform", "low": 0.1, "high": 0.6},
    }
    return space, [float(value) for value in rng.uniform(1.0, 3.0, size=9)], int(rng.integers(2**31))


@pytest.mark.check(function="search.bayesian_search", points=1, skill="Search: training that breaks down")
def test_bayesian_search_goes_on_when_training_breaks_down(student, reference, network_space):
    """Nine trials of Bayesian search in a space with all four kinds; the second and the sixth return NaN, the third
    infinity.

    scikit-learn's Gaussian process refuses NaN and infinity, so they must not get to it as they are. And a text is not
    a number: `_point` shows how a choice becomes one. All nine trials are reported, and the best is the lowest number.
    Then seven trials without such accidents, whose configurations only the seed decides.
    """
    space, values, seed = network_space

    def judge(search):
        answers = {1: math.nan, 2: math.inf, 5: math.nan}
        recorder = Recorder(space, lambda _: answers.get(len(recorder.trials), values[len(recorder.trials) % 9]))
        public.expect_report(search(recorder, space, 9, student.rng(seed)), recorder, space, 9)
        expect_the_seed_to_decide(search, lambda: Recorder(space, lambda one: one["dropout"]), space, 7, seed)

    judge_search(judge, student.search.bayesian_search, reference, space, seed)


@prepared
def bowl_with_accidents(bowl):
    """Objectives: the bowl, all of it above 0, of which the first two trials on the high side break down."""
    value, low, seeds = bowl

    def new_value():
        accidents = itertools.count(1)

        def value_or_nan(configuration):
            high = configuration["learning_rate"] > 3e-3  # in the upper half of the exponents, far from the ground
            return math.nan if high and next(accidents) <= 2 else value(configuration) + 1.6

        return value_or_nan

    return new_value, low + 1.6, seeds


@pytest.mark.check(function="search.bayesian_search", points=1, skill="Search: training that breaks down")
def test_bayesian_search_is_not_led_astray_by_broken_trials(student, reference, bowl_with_accidents):
    """Four Bayesian searches of fifteen trials each on a bowl whose values are all above 0; in each of them the first
    two trials with a learning rate above 0.003 break down and return NaN.

    That is far from where the objective is low, so it does no harm: trials 6 to 15 of the four searches, forty in all,
    must be where the objective is among its lowest 15 % at least sixteen times. Right searches get to thirty.

    If yours does not, though it does on a bowl without accidents, look at what becomes of a NaN. As the lowest value it
    makes every expected improvement NaN, of which `np.argmax` takes the first. With 0 in its place, or the best value,
    the search comes back to where training broke down. And if a broken trial is left out of the values but not of the
    configurations, every value stands beside the configuration of another.
    """
    new_value, low, seeds = bowl_with_accidents
    space = {"learning_rate": RATE}

    def judge(search):
        expect_hits(search, space, new_value, low, seeds)

    judge_search(judge, student.search.bayesian_search, reference, space, seeds[0])


@pytest.mark.check(function="search.bayesian_search", points=0.5, skill="Search: training that breaks down")
def test_bayesian_search_goes_on_at_random_while_nothing_works(student, reference, network_space):
    """Six trials that all return NaN: there is nothing to learn from, all six are reported, and `best` is None.

    Then searches of one and of two trials: a third of them is none, and still there must be something to begin with.
    And of none, which asks nothing and finds nothing.
    """
    space, _, seed = network_space

    def judge(search):
        recorder = Recorder(space, lambda _: math.nan)
        public.expect_report(search(recorder, space, 6, student.rng(seed)), recorder, space, 6)
        for few in (0, 1, 2):
            recorder = Recorder(space, lambda one: one["dropout"])
            public.expect_report(search(recorder, space, few, student.rng(seed)), recorder, space, few)

    judge_search(judge, student.search.bayesian_search, reference, space, seed)
