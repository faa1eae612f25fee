"""The checks you have on your own machine: numbers worked by hand, published minima, and properties anybody can verify.

Every docstring says how its numbers come about, so that a failure can be followed with pencil and paper.
"""

import math

import numpy as np
import pytest

from autograder.checking import (
    CheckFailure,
    Earlier,
    Plot,
    StudentFailure,
    expect_equal,
    expect_form,
    expect_property,
    expect_raises,
    expect_trajectory,
    expect_unchanged,
    numeric,
)

# --- landscapes ---

PATH = Plot(kind="path", title="The way down", x_label="x", y_label="y")
FLAT = np.zeros(2)


def expect_height(height, *worked):
    """Each of `worked` is (x, y, J)."""
    for x, y, expected in worked:
        expect_equal(height(np.array([x, y])), expected, what=f"J({x:g}, {y:g})")


def expect_slope(slope, x, y, expected, minimum):
    """The worked slope at (x, y), and none at the minimum: to three digits, for its coordinates are rounded."""
    expect_equal(slope(np.array([x, y])), np.array(expected), what=f"the gradient at ({x:g}, {y:g})")
    at_minimum = slope(np.array(minimum))
    expect_equal(at_minimum, FLAT, what=f"the gradient at the minimum ({minimum[0]:g}, {minimum[1]:g})", tolerance=1e-3)


@pytest.mark.check(function="landscapes.himmelblau", points=0.5, skill="Landscapes: heights")
def test_himmelblau_at_the_origin_and_in_two_valleys(student):
    """Himmelblau's function at the origin, and at two of its four minima.

    At the origin the parentheses are -11 and -7: J = 121 + 49 = 170. At (3, 2) they are 9 + 2 - 11 = 0 and
    3 + 4 - 7 = 0, so J = 0; (-3.779310, -3.283186) is as deep, up to rounding. At (1, 2): (-8)² + (-2)² = 68.
    """
    worked = [(0.0, 0.0, 170.0), (3.0, 2.0, 0.0), (-3.77931025, -3.28318599, 0.0), (1.0, 2.0, 68.0)]
    expect_height(student.landscapes.himmelblau, *worked)


@pytest.mark.check(function="landscapes.himmelblau_gradient", points=0.25, skill="Landscapes: slopes")
def test_the_slope_of_himmelblau_at_the_origin(student):
    """The slope at the origin, and none at the minimum (3, 2).

    With a = x² + y - 11 and b = x + y² - 7 the chain rule gives ∂J/∂x = 2a·2x + 2b and ∂J/∂y = 2a + 2b·2y. At the
    origin a = -11 and b = -7, so the slope is (-14, -22).
    """
    expect_slope(student.landscapes.himmelblau_gradient, 0.0, 0.0, [-14.0, -22.0], minimum=(3.0, 2.0))


@pytest.mark.check(function="landscapes.styblinski_tang", points=0.5, skill="Landscapes: heights")
def test_styblinski_tang_at_its_minimum(student):
    """The Styblinski-Tang function at (1, 1), (2, -1) and its published minimum.

    Each coordinate v contributes ½(v⁴ - 16v² + 5v): -5 for v = 1, -19 for v = 2, -10 for v = -1. So J(1, 1) = -10 and
    J(2, -1) = -29. The minimum is -78.332331 at (-2.903534, -2.903534).
    """
    worked = [(1.0, 1.0, -10.0), (2.0, -1.0, -29.0), (-2.903534, -2.903534, -78.332331)]
    expect_height(student.landscapes.styblinski_tang, *worked)


@pytest.mark.check(function="landscapes.styblinski_tang_gradient", points=0.25, skill="Landscapes: slopes")
def test_the_slope_of_styblinski_tang(student):
    """The slope at (1, 2), and none at the minimum.

    Each coordinate has its own slope, ½(4v³ - 32v + 5): -11.5 for v = 1 and -13.5 for v = 2.
    """
    minimum = (-2.903534028, -2.903534028)
    expect_slope(student.landscapes.styblinski_tang_gradient, 1.0, 2.0, [-11.5, -13.5], minimum)


@pytest.mark.check(function="landscapes.rosenbrock", points=0.5, skill="Landscapes: heights")
def test_rosenbrock_in_its_ravine_and_beside_it(student):
    """Rosenbrock's function at its minimum, in the ravine and beside it.

    At (1, 1) both terms vanish. At (-1, 1) only the first is left, (1 + 1)² = 4: that is the floor of the ravine. One
    unit beside it, at (-1, 2), 100·(2 - 1)² comes on top: J = 104.
    """
    expect_height(student.landscapes.rosenbrock, (1.0, 1.0, 0.0), (-1.0, 1.0, 4.0), (-1.0, 2.0, 104.0))


@pytest.mark.check(function="landscapes.rosenbrock_gradient", points=0.25, skill="Landscapes: slopes")
def test_the_slope_of_rosenbrock(student):
    """The slope beside the ravine, at (-1, 2), and none at the minimum (1, 1).

    ∂J/∂x = -2(1 - x) - 400x(y - x²) = -4 + 400 = 396 and ∂J/∂y = 200(y - x²) = 200.
    """
    expect_slope(student.landscapes.rosenbrock_gradient, -1.0, 2.0, [396.0, 200.0], minimum=(1.0, 1.0))


@pytest.mark.check(function="landscapes.goldstein_price", points=0.5, skill="Landscapes: heights")
def test_goldstein_price_at_its_minimum_and_at_one_one(student):
    """The Goldstein-Price function at its minimum (0, -1), at the origin and at (1, 1).

    At (0, -1): s = 0, so the first factor is 1; t = 3 and q = 18 - 48 + 27 = -3, so the second is 30 - 27 = 3. At the
    origin s = 1, p = 19 and t = 0: J = 20·30 = 600. At (1, 1) s = 3, p = 3, t = -1, q = 37: J = 28·67 = 1876. The
    term 6xy is not 6x²: at (1, 1) the two agree, at (1, -1) they do not: s = 1, p = 19 - 14 + 3 + 14 - 6 + 3 = 19,
    t = 5, q = 18 - 32 + 12 - 48 + 36 + 27 = 13, so J = 20·355 = 7100.
    """
    worked = [(0.0, -1.0, 3.0), (0.0, 0.0, 600.0), (1.0, 1.0, 1876.0), (1.0, -1.0, 7100.0)]
    expect_height(student.landscapes.goldstein_price, *worked)


@pytest.mark.check(function="landscapes.goldstein_price_gradient", points=0.25, skill="Landscapes: slopes")
def test_the_slope_of_goldstein_price(student):
    """The slope at the origin, and none at the minimum (0, -1).

    J is a product, so each slope is (slope of the first)·(second) + (first)·(slope of the second). At the origin the
    first factor is 20 with slopes 2·1·19 + 1·(-14) = 24 in x and in y, the second is 30 with slopes 0, because t = 0:
    24·30 = 720 for both.
    """
    expect_slope(student.landscapes.goldstein_price_gradient, 0.0, 0.0, [720.0, 720.0], minimum=(0.0, -1.0))


@pytest.mark.check(function="landscapes.beale", points=0.5, skill="Landscapes: heights")
def test_beale_at_its_minimum_and_on_the_axis(student):
    """Beale's function at its minimum (3, 0.5), at (1, 0) and at (0, 2).

    At (3, 0.5) the three terms are 1.5 - 3 + 1.5, 2.25 - 3 + 0.75 and 2.625 - 3 + 0.375: all 0. At (1, 0) they are
    0.5, 1.25 and 1.625, whose squares sum up to 0.25 + 1.5625 + 2.640625 = 4.453125. With x = 0 only the constants are
    left: 2.25 + 5.0625 + 6.890625 = 14.203125.
    """
    expect_height(student.landscapes.beale, (3.0, 0.5, 0.0), (1.0, 0.0, 4.453125), (0.0, 2.0, 14.203125))


@pytest.mark.check(function="landscapes.beale_gradient", points=0.25, skill="Landscapes: slopes")
def test_the_slope_of_beale(student):
    """The slope at (1, 0), and none at the minimum (3, 0.5).

    The three terms are 0.5, 1.25 and 1.625 there. In x each falls by 1 per unit: ∂J/∂x = -2·(0.5 + 1.25 + 1.625)
    = -6.75. In y only the first term moves, by x = 1: ∂J/∂y = 2·0.5·1 = 1.
    """
    expect_slope(student.landscapes.beale_gradient, 1.0, 0.0, [-6.75, 1.0], minimum=(3.0, 0.5))


@pytest.mark.check(function="landscapes.mccormick", points=0.5, skill="Landscapes: heights")
def test_mccormick_at_its_minimum(student):
    """McCormick's function at the origin, at (1, -1) and at its published minimum.

    At the origin only the constant 1 is left. At (1, -1) the sine is 0 and J = 4 - 1.5 - 2.5 + 1 = 1. The minimum is
    -1.913223 at (-0.547198, -1.547198).
    """
    worked = [(0.0, 0.0, 1.0), (1.0, -1.0, 1.0), (-0.54719755, -1.54719755, -1.91322295)]
    expect_height(student.landscapes.mccormick, *worked)


@pytest.mark.check(function="landscapes.mccormick_gradient", points=0.25, skill="Landscapes: slopes")
def test_the_slope_of_mccormick(student):
    """The slope at (1, -1), and none at the minimum.

    The cosine of 0 is 1: ∂J/∂x = 1 + 2·2 - 1.5 = 3.5 and ∂J/∂y = 1 - 2·2 + 2.5 = -0.5.
    """
    minimum = (-0.5471975512, -1.5471975512)
    expect_slope(student.landscapes.mccormick_gradient, 1.0, -1.0, [3.5, -0.5], minimum)


@pytest.mark.check(function="landscapes.matyas", points=0.5, skill="Landscapes: heights")
def test_matyas_along_and_across_its_bowl(student):
    """The Matyas function at the origin, at (1, 2), and along and across the bowl.

    At (1, 2): 0.26·5 - 0.48·2 = 0.34. Along the flat axis, at (5, 5), J = 0.26·50 - 0.48·25 = 1; across it, at (1, -1),
    the sign of xy turns: 0.52 + 0.48 = 1. It takes five times the way along to get as high.
    """
    worked = [(0.0, 0.0, 0.0), (1.0, 2.0, 0.34), (5.0, 5.0, 1.0), (1.0, -1.0, 1.0)]
    expect_height(student.landscapes.matyas, *worked)


@pytest.mark.check(function="landscapes.matyas_gradient", points=0.25, skill="Landscapes: slopes")
def test_the_slope_of_matyas(student):
    """The slope at (1, 2), and none at the origin.

    ∂J/∂x = 0.52x - 0.48y = 0.52 - 0.96 = -0.44 and ∂J/∂y = 0.52y - 0.48x = 1.04 - 0.48 = 0.56.
    """
    expect_slope(student.landscapes.matyas_gradient, 1.0, 2.0, [-0.44, 0.56], minimum=(0.0, 0.0))


@pytest.mark.check(function="landscapes.rastrigin", points=0.5, skill="Landscapes: heights")
def test_rastrigin_in_dents_and_on_ridges(student):
    """Rastrigin's function at the origin, in a dent beside it, and on ridges.

    At (1, 1) both cosines are 1 and J = 20 + (1 - 10) + (1 - 10) = 2, a dent. At (0.5, 0) the first cosine is -1:
    20 + (0.25 + 10) + (0 - 10) = 20.25. At (0.25, 0.5) it is 0, the other -1: 20 + 0.0625 + (0.25 + 10) = 30.3125.
    """
    worked = [(0.0, 0.0, 0.0), (1.0, 1.0, 2.0), (0.5, 0.0, 20.25), (0.25, 0.5, 30.3125)]
    expect_height(student.landscapes.rastrigin, *worked)


@pytest.mark.check(function="landscapes.rastrigin_gradient", points=0.25, skill="Landscapes: slopes")
def test_the_slope_of_rastrigin(student):
    """The slope at (0.25, 0.5), and none at the origin.

    Each coordinate v has the slope 2v + 20π sin 2πv: the sine of π/2 is 1, so it is 0.5 + 20π = 63.3319 for v = 0.25;
    the sine of π is 0, so it is 1 for v = 0.5.
    """
    slope = [0.5 + 20 * np.pi, 1.0]
    expect_slope(student.landscapes.rastrigin_gradient, 0.25, 0.5, slope, minimum=(0.0, 0.0))


def start_at_nothing(params):
    return {}


def descend(params, grads, state, *, learning_rate):
    """Plain gradient descent, whatever the parameters are called."""
    return {name: params[name] - learning_rate * grads[name] for name in params}, state


def slope_of_a_bowl(w):
    """Of ½x² + 2y²."""
    return w * np.array([1.0, 4.0])


@pytest.mark.check(function="landscapes.minimize", points=1, skill="Descending: one rate per step")
def test_minimize_keeps_every_position_of_gradient_descent(student):
    """Three steps of gradient descent with three learning rates, worked by hand.

    The gradient is (x, 4y). From (4, 1) with 0.5: (4 - 2, 1 - 2) = (2, -1). With 0.25: (2 - 0.5, -1 + 1) = (1.5, 0).
    With 1: (0, 0). With the start in front that makes four positions. `init`, `step` and the gradient are given.
    """
    got = student.landscapes.minimize(
        slope_of_a_bowl, np.array([4.0, 1.0]), start_at_nothing, descend, [0.5, 0.25, 1.0]
    )
    expect_trajectory(
        got,
        np.array([[4.0, 1.0], [2.0, -1.0], [1.5, 0.0], [0.0, 0.0]]),
        what="the positions, the start first",
        names=["the start", "step 1", "step 2", "step 3"],
        plot=PATH,
    )


@pytest.mark.check(function="landscapes.minimize", points=1, skill="Descending: the optimizer's state")
def test_minimize_hands_the_state_on(student):
    """Three steps of an optimizer that counts, and doubles its step at every update.

    Its state is a dict with a counter that `init` sets to 0. The gradient is (1, -1) everywhere, so with the rate 1 the
    moves are 1, 2 and 4 times (-1, 1): from (0, 0) to (-1, 1), (-3, 3) and (-7, 7). Moves that stay at 1 mean that the
    state was not handed on, or that `init` was called before every step. Where the walk starts stays as it is.
    """

    def start_counting(params):
        return {"t": 0}

    def double(params, grads, state, *, learning_rate):
        factor = learning_rate * 2 ** state["t"]
        return {name: params[name] - factor * grads[name] for name in params}, {"t": state["t"] + 1}

    start = np.zeros(2)
    call = student.landscapes.minimize.attempt(
        lambda w: np.array([1.0, -1.0]), start, start_counting, double, np.ones(3)
    )
    expect_unchanged(call)
    expected = np.array([[0.0, 0.0], [-1.0, 1.0], [-3.0, 3.0], [-7.0, 7.0]])
    expect_trajectory(call.value, expected, what="the positions, the start first", plot=PATH)


# --- network ---

COSTS = Plot(kind="curve", title="Cost after each epoch", x_label="index in costs", y_label="cost")
SIZES = [200, 100, 50]


def parameters_like(sizes):
    """Zeros in the shapes of a network."""
    params = {}
    for number in range(1, len(sizes)):
        params[f"W{number}"] = np.zeros((sizes[number - 1], sizes[number]))
        params[f"b{number}"] = np.zeros(sizes[number])
    return params


@pytest.mark.check(function="network.initialize", points=1, skill="Initialization: names, shapes, biases")
def test_initialize_names_and_shapes_every_layer(student):
    """Parameters for layers of 3, 4 and 2 units: names, shapes, and what is zero.

    `[3, 4, 2]` makes W1 of shape (3, 4), b1 (4,), W2 (4, 2) and b2 (2,), and nothing else. The biases are 0 in every
    scheme; with "zeros" the weights are 0 as well, in the others they are not. A scheme of another name, such as
    "xaver", is refused with a ValueError.
    """
    like = parameters_like([3, 4, 2])
    for number, scheme in enumerate(["zeros", "normal", "xavier", "he"]):
        params = student.network.initialize([3, 4, 2], scheme, student.rng(number))
        params = expect_form(params, like, what=f"the shapes of {scheme!r} parameters", finite=True)
        for name, values in params.items():
            is_zero = name.startswith("b") or scheme == "zeros"
            expect_property(
                bool(np.all(values == 0) if is_zero else np.all(values != 0)),
                what=f"{name} with the scheme {scheme!r}",
                got=values,
                expected="all 0" if is_zero else "no entry exactly 0",
            )
    expect_raises(student.network.initialize.attempt([3, 4, 2], "xaver", student.rng(4)), ValueError)


@pytest.mark.check(function="network.initialize", points=1, skill="Initialization: variance")
def test_he_weights_have_variance_two_over_n_in(student):
    """With "he" and 200 inputs the weights of the first layer have variance 2/200 = 0.01, a standard deviation of 0.1.

    20,000 weights are drawn; the standard deviation of so many lies within a few thousandths of its true value, and
    0.005 are allowed. In the second layer n_in is 100. A deviation of 0.01 where 0.1 is expected means that the
    variance was taken for the standard deviation.
    """
    params = student.network.initialize(SIZES, "he", student.rng(3))
    params = expect_form(params, parameters_like(SIZES), what="the shapes of the parameters", finite=True)
    for name, expected, allowed in (("W1", 0.1, 0.005), ("W2", np.sqrt(0.02), 0.012)):
        what = f"the standard deviation of all entries of {name}"
        expect_equal(float(np.std(params[name])), float(expected), what=what, tolerance=allowed)


WORKED = {
    "W1": np.array([[1.0, -1.0]]),
    "b1": np.array([0.0, 1.0]),
    "W2": np.array([[2.0, 0.0], [1.0, 3.0]]),
    "b2": np.array([0.0, 0.5]),
}


def accept_forward(returned, logits, what="the logits"):
    """The logits and the cache, whatever that is, of a `forward`."""
    expect_property(
        type(returned) in (tuple, list) and len(returned) == 2,
        what="what forward returns",
        got=type(returned).__name__ + (f" of {len(returned)}" if type(returned) in (tuple, list) else ""),
        expected="a pair (logits, cache)",
    )
    return expect_equal(returned[0], logits, what=what), returned[1]


@pytest.mark.check(function="network.forward", points=1, skill="Forward: two layers")
def test_forward_through_two_layers_worked_by_hand(student):
    """Two examples through the network of the docstring.

    x = 3: Z₁ = (3·1 + 0, 3·(-1) + 1) = (3, -2), after ReLU (3, 0), logits (3·2 + 0·1 + 0, 3·0 + 0·3 + 0.5) = (6, 0.5).
    x = -1: Z₁ = (-1, 2), after ReLU (0, 2), logits (2, 6.5).
    """
    got = student.network.forward(WORKED, np.array([[3.0], [-1.0]]))
    accept_forward(got, np.array([[6.0, 0.5], [2.0, 6.5]]))


@pytest.mark.check(function="network.forward", points=1, skill="Forward: no ReLU at the end")
def test_a_network_of_one_layer_has_no_relu(student):
    """One layer: the logits are XW + b, negative ones included.

    ReLU stands between layers, and here there is nothing between. (1, 2) gets (1·1 + 2·(-2), 1·0 + 2·1) + (-1, 0.5)
    = (-4, 2.5); (0, -1) gets (2, -1) + (-1, 0.5) = (1, -0.5).
    """
    params = {"W1": np.array([[1.0, 0.0], [-2.0, 1.0]]), "b1": np.array([-1.0, 0.5])}
    got = student.network.forward(params, np.array([[1.0, 2.0], [0.0, -1.0]]))
    accept_forward(got, np.array([[-4.0, 2.5], [1.0, -0.5]]))


def gradient_of(student, params, X, y):
    """The student's backward after their own forward, in one exchange."""
    forward, backward = student.network.forward, student.network.backward
    results = student.run_all([(forward, (params, X), {}), (backward, (params, Earlier(0, 1), y), {})])
    if results[-1].error is not None:
        raise StudentFailure(results[-1])
    return results[-1].value


@pytest.mark.check(function="network.backward", points=1, skill="Backward: the last layer")
def test_backward_through_one_layer_worked_by_hand(student):
    """The gradient of one layer with all parameters 0, on x = 1 and x = 3, both of class 0.

    All logits are 0, so both classes get the probability ½. softmax - onehot is (-½, ½) for both examples, and divided
    by m = 2 it is (-¼, ¼). ∂J/∂W = Xᵀ·that = (-¼·1 - ¼·3, ¼·1 + ¼·3) = (-1, 1), ∂J/∂b = (-½, ½).
    """
    params = {"W1": np.zeros((1, 2)), "b1": np.zeros(2)}
    got = gradient_of(student, params, np.array([[1.0], [3.0]]), np.array([0, 0]))
    expected = {"W1": np.array([[-1.0, 1.0]]), "b1": np.array([-0.5, 0.5])}
    expect_equal(got, expected, what="the gradient of one layer")


X = np.array([[2.0, 1.0], [1.0, 1.5], [0.5, 2.0]])
Y = np.array([0, 2, 1])
OUT = {"W2": np.array([[0.75, 0.25, 0.5], [0.5, 1.0, 0.25]]), "b2": np.zeros(3)}
HALF_ON = {"W1": np.array([[1.0, -0.5], [-0.75, 0.5]]), "b1": np.zeros(2)} | OUT
ALL_ON = {"W1": np.array([[1.0, 0.5], [0.25, 0.5]]), "b1": np.zeros(2)} | OUT
SLOPES_HALF_ON = {
    "W1": np.array([[-0.1324979, 0.0623900], [-0.0662489, -0.0487421]]),
    "b1": np.array([-0.0662489, 0.0054591]),
    "W2": np.array([[-0.2328602, 0.0983845, 0.1344757], [0.1032480, -0.1085040, 0.0052561]]),
    "b2": np.array([0.0237006, 0.0159902, -0.0396908]),
}
SLOPES_ALL_ON = {
    "W1": np.array([[-0.0999284, 0.1510633], [0.0907392, 0.0048368]]),
    "b1": np.array([0.0104840, 0.0544795]),
    "W2": np.array([[-0.0794582, 0.2295161, -0.1500579], [0.0641663, 0.0825447, -0.1467110]]),
    "b2": np.array([0.0859314, 0.0439955, -0.1299269]),
}
LOGITS_HALF_ON = np.array([[0.9375, 0.3125, 0.625], [0.125, 0.25, 0.0625], [0.375, 0.75, 0.1875]])


@pytest.mark.check(function="network.backward", points=1, skill="Backward: through ReLU")
def test_backward_agrees_with_difference_quotients(student):
    """Two layers and three examples; every slope beside a difference quotient.

    Each parameter in turn was moved by ±0.00001, and the change of the cost divided by 0.00002: that needs no formula.
    The first hidden unit is on for the first example only, the second for the other two. If W2 and b2 are right and W1
    and b1 are not, look at the way back through ReLU and through W2. Where your `forward` is wrong as well, your
    `backward` is asked again with all units on, which the most usual mistakes in `forward` leave alone.
    """
    got = gradient_of(student, HALF_ON, X, Y)
    try:
        expect_equal(got, SLOPES_HALF_ON, what="the gradient of two layers", tolerance=1e-5)
    except CheckFailure:
        if forward_is_right(student, HALF_ON, X, LOGITS_HALF_ON):
            raise
        own = gradient_of(student, ALL_ON, X, Y)
        expect_equal(own, SLOPES_ALL_ON, what="the gradient of two layers with all units on", tolerance=1e-5)


def forward_is_right(student, params, X, logits):
    try:
        accept_forward(student.network.forward(params, X), logits)
    except CheckFailure:
        return False
    return True


def cross_entropy(logits, y):
    """The mean over the examples."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]))


def run_of_own(student, params, X, y, rates):
    """(params, costs) of gradient descent made of the student's own forward and backward."""
    costs = []
    for rate in rates:
        grads = expect_form(gradient_of(student, params, X, y), params, what="your own gradient", finite=True)
        params, _ = descend(params, grads, {}, learning_rate=rate)
        logits, _ = accept_any_forward(student.network.forward(params, X), len(X), 2)
        costs.append(cross_entropy(logits, y))
    return params, np.array(costs)


def accept_any_forward(returned, m, classes):
    """Logits of the right form, whatever they are, and the cache."""
    expect_property(
        type(returned) in (tuple, list) and len(returned) == 2,
        what="what forward returns",
        got=type(returned).__name__,
        expected="a pair (logits, cache)",
    )
    return expect_form(returned[0], np.zeros((m, classes)), what="your own logits", finite=True), returned[1]


@pytest.mark.check(function="network.train", points=1, skill="Training: updates and costs")
def test_train_makes_one_update_per_epoch_with_one_batch_of_everything(student):
    """Two epochs of plain gradient descent on two examples, all in one batch, worked by hand.

    One layer with parameters 0; x = 1 is of class 0, x = -1 of class 1. All probabilities are ½, the gradient of W is
    (-½, ½), that of b is 0. With the rate 2 the first update leads to W = (1, -1): the right class is ahead by 2 in
    both examples, and the cost is log(1 + e⁻²) = 0.126928. There the wrong class has the probability
    1/(1 + e²) = 0.119203, the gradient is (-0.119203, 0.119203), and with the rate 4 W becomes ±1.476812: the cost is
    log(1 + e^-2.953623) = 0.050836. The costs are those *after* each epoch's update.
    """
    start = {"W1": np.zeros((1, 2)), "b1": np.zeros(2)}
    X, y = np.array([[1.0], [-1.0]]), np.array([0, 1])
    trained = {"W1": np.array([[1.476811688, -1.476811688]]), "b1": np.zeros(2)}
    returned = student.network.train(
        start, X, y, start_at_nothing, descend, lambda update: 2.0 + 2.0 * update, 2, 2, student.rng(0)
    )
    costs = np.array([0.126928, 0.050836])
    got, got_costs = expect_form(returned, (trained, costs), what="(params, costs)", finite=True)
    try:
        expect_equal(got_costs, costs, what="the cost after each of 2 epochs", tolerance=1e-5, plot=COSTS)
        expect_equal(got, trained, what="the parameters after 2 epochs")
    except CheckFailure as failure:
        try:  # mistakes of forward and backward are paid for at their own checks
            own, own_costs = run_of_own(student, start, X, y, [2.0, 4.0])
            moved = float(np.ptp(own["W1"]))
            expect_property(moved > 0.1, what="how far your own updates lead", got=moved, expected="above 0.1")
            expect_equal(got, own, what="the parameters, by your own forward and backward", tolerance=1e-5)
            expect_equal(got_costs, own_costs, what="the costs, by your own forward", tolerance=1e-5)
        except (CheckFailure, StudentFailure):
            raise failure from None


@pytest.mark.check(function="network.train", points=1, skill="Training: the schedule")
def test_train_asks_the_schedule_for_every_update(student):
    """Five examples in batches of two, two epochs: six updates, each with the learning rate of its own number.

    An epoch has three batches, of 2, 2 and 1 examples. The updates are numbered from 0 and on through both epochs, 0 to
    5, and the schedule says 0.5, 0.4, … 0. The optimizer writes down which rates it gets. The parameters that you were
    given stay as they were.
    """
    X, y = np.array([[1.0], [-1.0], [2.0], [0.5], [-2.0]]), np.array([0, 1, 0, 0, 1])
    start = {"W1": np.array([[0.1, -0.1]]), "b1": np.zeros(2)}
    rates = []

    def remember(params, grads, state, *, learning_rate):
        rates.append(float(learning_rate))
        return descend(params, grads, state, learning_rate=learning_rate)

    call = student.network.train.attempt(
        start, X, y, start_at_nothing, remember, lambda update: 0.5 - 0.1 * update, 2, 2, student.rng(0)
    )
    expect_unchanged(call)
    expect_equal(rates, [0.5, 0.4, 0.3, 0.2, 0.1, 0.0], what="the learning rates of the updates", tolerance=1e-6)


@pytest.mark.check(function="network.sharpness", points=2, skill="Sharpness")
def test_sharpness_of_a_cost_that_is_curved_in_one_direction_only(student):
    """A network of one hidden unit and two examples, small enough to work out.

    Both examples have x = 2, one is of class 0 and one of class 1. The hidden unit gives h = max(0, 1·2 + 1) = 3, the
    logits are 3 - 3 = 0 and -3 + 3 = 0, so both classes get the probability ½. The cost depends on the difference z of
    the logits only, and there its curvature is ½·½ = ¼. The slopes of z are 4 and 2 in W1 and b1, (3, -3) in W2,
    (1, -1) in b2. What comes from bending z itself cancels between the two examples. So the Hessian has a single
    eigenvalue that is not 0: ¼·(4² + 2² + 3² + 3² + 1² + 1²) = 10.
    """
    params = {
        "W1": np.array([[1.0]]),
        "b1": np.array([1.0]),
        "W2": np.array([[1.0, -1.0]]),
        "b2": np.array([-3.0, 3.0]),
    }
    X, y = np.array([[2.0], [2.0]]), np.array([0, 1])
    got = student.network.sharpness(params, X, y)
    try:
        expect_equal(got, 10.0, what="the sharpness", tolerance=5e-3)
    except CheckFailure as failure:
        try:  # mistakes of forward and backward are paid for at their own checks
            largest = largest_curvature_of_own(student, params, X, y)
            expect_property(largest > 0.1, what="the curvature of your own cost", got=largest, expected="above 0.1")
            expect_equal(got, largest, what="the sharpness, by your own backward", tolerance=1e-3 * largest)
        except (CheckFailure, StudentFailure):
            raise failure from None


def largest_curvature_of_own(student, params, X, y):
    """The largest eigenvalue of the matrix of difference quotients of the student's own gradients."""
    columns = []
    for name, values in params.items():
        for index in np.ndindex(values.shape):
            ends = []
            for offset in (1e-4, -1e-4):
                moved = values.copy()
                moved[index] += offset
                own = gradient_of(student, params | {name: moved}, X, y)
                own = expect_form(own, params, what="your own gradient", finite=True)
                ends.append(np.concatenate([np.ravel(own[key]) for key in params]))
            columns.append((ends[0] - ends[1]) / 2e-4)
    return float(np.max(np.linalg.eigvals(np.array(columns)).real))


# --- search ---

SPACE = {
    "learning_rate": {"kind": "log_uniform", "low": 1e-4, "high": 1.0},
    "dropout": {"kind": "uniform", "low": 0.2, "high": 0.5},
    "layers": {"kind": "integer", "low": 2, "high": 4},
    "activation": {"kind": "choice", "values": ["relu", "tanh"]},
}


class Recorder:
    """An objective that keeps what it was asked about and what it answered."""

    def __init__(self, names, value):
        self.names, self.value, self.trials = set(names), value, []

    def __call__(self, configuration):
        if type(configuration) is not dict or set(configuration) != self.names:
            raise ValueError(f"the objective takes one dict with the names {', '.join(sorted(self.names))}")
        value = float(self.value(configuration))
        self.trials.append({"value": value, "configuration": configuration})
        return value


def is_same(value, one):
    """Whether a value is one of a list of choices, in any form that Python or NumPy gives it; text is not a number."""
    if isinstance(one, tuple):
        return type(value) in (tuple, list) and len(value) == len(one) and all(map(is_same, value, one))
    if isinstance(one, bool):
        return isinstance(value, (bool, np.bool_)) and bool(value) == one
    number = numeric(value) if isinstance(one, (int, float)) else None
    if number is not None:
        return number.ndim == 0 and float(number) == one
    return type(value) is type(one) and value == one


def is_in(entry, value, exact):
    """Whether a value may come from an entry of a space; rounding at the ends of a range is forgiven.

    `exact`: a whole number must be an int.
    """
    if entry["kind"] == "choice":
        return any(is_same(value, one) for one in entry["values"])
    number = numeric(value)
    if number is None or number.ndim:
        return False
    whole = isinstance(value, (int, np.integer)) if exact else number == np.rint(number)
    if entry["kind"] == "integer" and not whole:
        return False
    low, high = entry["low"], entry["high"]
    return bool(low - 1e-6 * abs(low) <= number <= high + 1e-6 * abs(high))


def expect_configuration(configuration, space, exact=True):
    """A dict with the names of the space, and every value as the space allows."""
    named = type(configuration) is dict and set(configuration) == set(space)
    wanted = f"a dict with the names {', '.join(space)}"
    expect_property(named, what="the names in a configuration", got=configuration, expected=wanted)
    for name, entry in space.items():
        value = configuration[name]
        wanted = f"{'an int' if entry['kind'] == 'integer' else 'a value'} from {entry}"
        expect_property(is_in(entry, value, exact), what=f"{name} in a configuration", got=value, expected=wanted)


def is_trial(returned, trial):
    """Whether a trial that was returned has the configuration of one that was recorded, up to rounding."""
    given, configuration = returned.get("configuration"), trial["configuration"]
    if type(given) is not dict or set(given) != set(configuration):
        return False
    for name, one in configuration.items():
        number, other = numeric(one), numeric(given[name])
        if number is None or other is None:
            if repr(one) != repr(given[name]):
                return False
        elif number.shape != other.shape or not np.allclose(number, other, rtol=1e-5, atol=0):
            return False
    return True


def expect_report(returned, recorder, space, count):
    """(best, trials) tell what the objective was asked, in order, and which trial had the lowest value."""
    asked = len(recorder.trials)
    expect_property(asked == count, what="how often the objective is asked", got=asked, expected=count)
    for trial in recorder.trials:
        expect_configuration(trial["configuration"], space, exact=False)  # what is drawn is judged where it is drawn
    expect_property(
        type(returned) in (tuple, list) and len(returned) == 2,
        what="what a search returns",
        got=returned,
        expected="a pair (best, trials)",
    )
    expect_equal(returned[1], recorder.trials, what="the trials, in the order in which the objective was asked")
    numbers = [trial for trial in recorder.trials if not math.isnan(trial["value"])]
    best = min(numbers, key=lambda trial: trial["value"], default=None)
    if best is not None and type(returned[0]) is dict:
        # In single precision several trials may share the lowest value: each of them is the best.
        as_low = [trial for trial in numbers if trial["value"] <= best["value"] + 4e-6 * abs(best["value"])]
        best = next((trial for trial in as_low if is_trial(returned[0], trial)), best)
        expect_property(
            "value" in returned[0],
            what="the best trial",
            got=returned[0],
            expected="one of the trials, a dict with configuration and value",
        )
        expect_equal(returned[0].get("value"), best["value"], what="the value of the best trial")
    expect_equal(returned[0], best, what="the best trial")


def expect_variety(student, recorder, least):
    """At least so many different configurations were tried, if your own `sample_configuration` draws different ones."""
    drawn = student.search.sample_configuration.each([(SPACE, student.rng(24))] * 2)
    if repr(drawn[0]) != repr(drawn[1]):
        tried = len({repr(trial["configuration"]) for trial in recorder.trials})
        expect_property(tried >= least, what="different configurations tried", got=tried, expected=f"at least {least}")


def badness(configuration):
    """A bowl over the exponent of the learning rate, with its lowest value, 0.1, at 0.01."""
    return 0.1 + (math.log10(configuration["learning_rate"]) + 2) ** 2


@pytest.mark.check(function="search.sample_configuration", points=1.5, skill="Search: sampling")
def test_a_configuration_has_a_value_for_every_name_of_the_space(student):
    """Forty configurations from a space with all four kinds of entries.

    Each is a dict with the four names. `learning_rate` lies between 0.0001 and 1, `dropout` between 0.2 and 0.5,
    `layers` is 2, 3 or 4, an int since nobody can build 3.0 layers, and `activation` is one of the two texts. In forty
    draws every whole number and both texts come up.
    """
    generator = student.rng(20)
    drawn = student.search.sample_configuration.each([(SPACE, generator)] * 40)
    for configuration in drawn:
        expect_configuration(configuration, SPACE)
    for name, values in (("layers", {2, 3, 4}), ("activation", {"relu", "tanh"})):
        seen = {configuration[name] for configuration in drawn}
        what = f"the {name} of 40 configurations"
        expect_property(seen == values, what=what, got=sorted(seen), expected=sorted(values))


@pytest.mark.check(function="search.sample_configuration", points=0.5, skill="Search: the generator decides")
def test_the_same_seed_draws_the_same_and_the_next_draw_is_another(student):
    """Two draws with one generator, and the same two with another generator of equal seed.

    All randomness comes from `rng`: whoever knows the seed can repeat the search. And each draw advances the generator,
    so the second learning rate is not the first. A generator made inside the function fails the first of the two rules,
    or, with a fixed seed, the second.
    """
    generator, again = student.rng(21), student.rng(21)
    drawn = student.search.sample_configuration.each([(SPACE, generator)] * 2 + [(SPACE, again)] * 2)
    for configuration in drawn:
        expect_configuration(configuration, SPACE)
    expect_equal(drawn[2:], drawn[:2], what="two configurations drawn once more from the same seed")
    rates = [configuration["learning_rate"] for configuration in drawn[:2]]
    expect_property(rates[0] != rates[1], what="two draws in a row", got=rates, expected="two different learning rates")


@pytest.mark.check(function="search.grid_search", points=1.5, skill="Search: grid")
def test_a_grid_of_three_by_two_is_tried_completely(student):
    """Three learning rates and two depths: six combinations, each tried once.

    The objective answers 5, 4, 2, 1, 3 and 6 for (0.1, 1), (0.1, 2), (0.01, 1), (0.01, 2), (0.001, 1), (0.001, 2). The
    lowest is 1, so the best trial has the learning rate 0.01 and 2 layers. The order in which you try them is up to
    you; `trials` reports them in that order.
    """
    grid = {"learning_rate": [0.1, 0.01, 0.001], "layers": [1, 2]}
    answers = {(0.1, 1): 5.0, (0.1, 2): 4.0, (0.01, 1): 2.0, (0.01, 2): 1.0, (0.001, 1): 3.0, (0.001, 2): 6.0}
    recorder = Recorder(grid, lambda one: answers.get((one["learning_rate"], one["layers"]), 7.0))
    returned = student.search.grid_search(recorder, grid)
    space = {name: {"kind": "choice", "values": values} for name, values in grid.items()}
    expect_report(returned, recorder, space, 6)
    values = sorted(trial["value"] for trial in recorder.trials)
    expect_property(values == [1, 2, 3, 4, 5, 6], what="the values, sorted", got=values, expected="1 to 6, each once")


@pytest.mark.check(function="search.random_search", points=1.5, skill="Search: random")
def test_random_search_asks_as_often_as_it_may_and_reports_all(student):
    """Eight trials of random search in the space of the other checks.

    The objective counts: it is asked eight times, each time about another configuration. `trials` holds the eight with
    their values in the order in which they were tried, and `best` is the one with the lowest.
    """
    recorder = Recorder(SPACE, badness)
    returned = student.search.random_search(recorder, SPACE, 8, student.rng(22))
    expect_report(returned, recorder, SPACE, 8)
    expect_variety(student, recorder, 8)


@pytest.mark.check(function="search.expected_improvement", points=1.5, skill="Search: expected improvement")
def test_expected_improvement_worked_by_hand(student):
    """The expected improvement on a best value of 1 for predictions of 1 ± 2, 0 ± 1, 2 ± 1, and for certain ones.

    mean = 1, std = 2: z = 0, so Φ = 0.5 has the factor 0 and φ = 1/√(2π) = 0.398942 is left: 2·0.398942 = 0.797885.
    mean = 0, std = 1: z = 1, so 1·0.841345 + 1·0.241971 = 1.083315.
    mean = 2, std = 1: z = −1, so −1·0.158655 + 1·0.241971 = 0.083315. Worse than the best on average, and yet there is
    some hope. The last two differ by exactly 1: E[max(Y, 0)] − E[max(−Y, 0)] = E[Y].
    With std = 0 the prediction is certain: from 0.25 the improvement is 0.75, from 3 there is none.
    """
    mean, std = np.array([1.0, 0.0, 2.0, 0.25, 3.0]), np.array([2.0, 1.0, 1.0, 0.0, 0.0])
    expected = np.array([0.7978845608, 1.0833154706, 0.0833154706, 0.75, 0.0])
    got = student.search.expected_improvement(mean, std, 1.0)
    expect_equal(got, expected, what="the expected improvement at five candidates")
    got = student.search.expected_improvement(1.0, 2.0, 1.0)
    expect_equal(got, 0.7978845608, what="the expected improvement at mean 1.0 and std 2.0, for floats")


@pytest.mark.check(function="search.bayesian_search", points=1, skill="Search: Bayesian")
def test_bayesian_search_asks_as_often_as_it_may_and_reports_all(student):
    """Seven trials of Bayesian search in the space of the other checks: two at random, then five of its own choice.

    The contract is that of random search. The objective is asked seven times, not once more for each candidate: those
    are judged by the Gaussian process, which is the point of having one.
    """
    recorder = Recorder(SPACE, badness)
    returned = student.search.bayesian_search(recorder, SPACE, 7, student.rng(23))
    expect_report(returned, recorder, SPACE, 7)
    expect_variety(student, recorder, 3)
