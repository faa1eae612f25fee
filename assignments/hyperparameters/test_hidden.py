"""The checks nobody sees beforehand: against the reference, torch and scikit-learn, on inputs from the grading seed."""

import functools

import numpy as np
import pytest

from autograder.checking import (
    Case,
    Plot,
    agree,
    expect_equal,
    expect_trajectory,
    expect_unchanged,
    prepared,
)

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
    """Three points anywhere in the usual range and three around the minima, where the heights are small."""
    low, high = np.transpose(RANGES[name])
    points = []
    while len(points) < 6:
        w = rng.uniform(low, high)
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
    """One exchange for all points; the first that differs is named."""
    for case, got in zip(cases, function.each([case.args for case in cases]), strict=True):
        x, y = case.args[0]
        expect_equal(got, case.expected, what=f"{what} at ({x:g}, {y:g})", **case.kwargs)


@prepared
def himmelblau_heights(rng, reference, oracle):
    return landscape_cases(rng, reference, oracle, "himmelblau", slopes=False)


@pytest.mark.check(function="landscapes.himmelblau", points=0.75, skill="Landscapes: heights")
def test_himmelblau_agrees_with_torch(student, himmelblau_heights):
    """Heights at three points anywhere in [-5, 5] × [-5, 5], and at three around the four minima.

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
    """Heights at three points anywhere in [-5, 5] × [-5, 5], and at three around the minimum.

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
    """Heights at three points beside the ravine, and at three around the minimum.

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
    """Heights at three points anywhere in [-2, 2] × [-2, 2], and at three around the minimum.

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
    """Heights at three points anywhere in [-4.5, 4.5] × [-4.5, 4.5], and at three around the minimum.

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
    """Heights at three points anywhere in [-1.5, 4] × [-3, 4], and at three around the minimum.

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
    """Heights at three points anywhere in [-10, 10] × [-10, 10], and at three around the minimum.

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
    """Heights at three points anywhere in [-5.12, 5.12] × [-5.12, 5.12], and at three around the minimum.

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
    optimizers = reference.optimizers
    return getattr(optimizers, f"{name}_init"), functools.partial(getattr(optimizers, f"{name}_step"), **settings)


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


@pytest.mark.check(function="landscapes.minimize", points=2, skill="Descending: the optimizer's state")
def test_minimize_with_momentum_follows_torch(student, momentum_walk):
    """Twelve steps of momentum with β = 0.75 on the Matyas bowl, with another learning rate at every step.

    The velocity lives in the state: what one step returns as the state goes into the next. Each gradient is taken where
    the walk then is, and the step number i uses the i-th learning rate, `learning_rates[0]` first.
    """
    expect_walk(student, momentum_walk)


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
