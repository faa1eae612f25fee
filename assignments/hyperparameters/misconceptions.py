"""Known wrong variants of the functions of this assignment, each with the hint that a student gets."""

import math
import warnings

import numpy as np

from autograder.checking.misconception import misconception
from solutions.network import _cost, backward, forward
from solutions.search import _best, _gaussian_process, _point, expected_improvement, random_search, sample_configuration

HEIGHTS = "the-eight"
SLOPES = "slopes-by-hand"
WALK = "walking-down"


# --- landscapes ---


@misconception(
    function="landscapes.himmelblau",
    title="The second parenthesis squares x again instead of y",
    formula="J = (x² + y - 11)² + (x² + y - 7)²",
    hint="The two parentheses are mirror images: in one x is squared and y is not, in the other it is the reverse. Is "
    "your J still 0 at (3, 2)?",
    handout=HEIGHTS,
)
def himmelblau_squares_x_twice(w):
    x, y = w
    return float((x**2 + y - 11) ** 2 + (x**2 + y - 7) ** 2)


@misconception(
    function="landscapes.himmelblau",
    title="The parentheses are added but not squared",
    formula="J = (x² + y - 11) + (x + y² - 7)",
    hint="A sum of two expressions can be as negative as you like. Squared, neither can be below 0, and J is 0 only "
    "where both are. At the origin, what becomes of -11 and -7?",
    handout=HEIGHTS,
)
def himmelblau_without_squares(w):
    x, y = w
    return float((x**2 + y - 11) + (x + y**2 - 7))


@misconception(
    function="landscapes.himmelblau",
    title="The constants 11 and 7 are exchanged",
    formula="J = (x² + y - 7)² + (x + y² - 11)²",
    hint="That is the same landscape in a mirror: x and y have changed places. Where are its minima now? One of the "
    "published ones is (3, 2), not (2, 3).",
    handout=HEIGHTS,
)
def himmelblau_constants_exchanged(w):
    x, y = w
    return float((x**2 + y - 7) ** 2 + (x + y**2 - 11) ** 2)


@misconception(
    function="landscapes.himmelblau_gradient",
    title="The inner derivative of x² and y² is forgotten",
    formula="∂J/∂x = 2a + 2b, ∂J/∂y = 2a + 2b",
    hint="Both slopes cannot be equal everywhere: the landscape is not symmetric. The chain rule multiplies 2a by the "
    "slope of a, which is 2x in x and 1 in y.",
    handout=SLOPES,
)
def himmelblau_without_inner_derivative(w):
    x, y = w
    first, second = x**2 + y - 11, x + y**2 - 7
    return np.array([2 * first + 2 * second, 2 * first + 2 * second])


@misconception(
    function="landscapes.himmelblau_gradient",
    title="Only one parenthesis is differentiated for each coordinate",
    formula="∂J/∂x = 4xa, ∂J/∂y = 4yb",
    hint="x is in both parentheses, squared in one and plain in the other. A change of x moves both, so both add to "
    "the slope in x. Compare with a difference quotient of your own himmelblau.",
    handout=SLOPES,
)
def himmelblau_one_parenthesis_each(w):
    x, y = w
    return np.array([4 * x * (x**2 + y - 11), 4 * y * (x + y**2 - 7)])


@misconception(
    function="landscapes.styblinski_tang",
    title="The factor ½ is left out",
    formula="J = Σ (v⁴ - 16v² + 5v)",
    hint="The published minimum is -78.33, which is -39.17 for each coordinate. What does yours give at (-2.9, -2.9)?",
    handout=HEIGHTS,
)
def styblinski_tang_without_half(w):
    x, y = w
    return float(x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y)


@misconception(
    function="landscapes.styblinski_tang",
    title="Averaged over the coordinates in addition to the ½",
    formula="J = ½ · mean(v⁴ - 16v² + 5v)",
    hint="The heights of the two coordinates are added, and the ½ is part of the definition. A mean halves once more: "
    "compare the depth of your valley with the published -78.33.",
    handout=HEIGHTS,
)
def styblinski_tang_mean(w):
    return float(np.mean(w**4 - 16 * w**2 + 5 * w) / 2)


@misconception(
    function="landscapes.styblinski_tang",
    title="Only the first coordinate counts in one of the terms",
    formula="J = ½ [(x⁴ - 16x² + 5x) + (y⁴ - 16y² + 5x)]",
    hint="Exchange x and y: the landscape is symmetric, so J must stay the same. Does yours?",
    handout=HEIGHTS,
)
def styblinski_tang_not_symmetric(w):
    x, y = w
    return float((x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * x) / 2)


@misconception(
    function="landscapes.styblinski_tang_gradient",
    title="The ½ is not applied to the slope",
    formula="∂J/∂v = 4v³ - 32v + 5",
    hint="A constant factor stays when a function is differentiated. Your slope is that of 2J.",
    handout=SLOPES,
)
def styblinski_tang_slope_doubled(w):
    return 4 * w**3 - 32 * w + 5


@misconception(
    function="landscapes.styblinski_tang_gradient",
    title="The slopes of both coordinates are added",
    formula="∂J/∂x = ∂J/∂y = ½ Σ (4v³ - 32v + 5)",
    hint="A gradient has one entry for each coordinate. The part of J with y in it does not change when x moves, so it "
    "adds nothing to the slope in x.",
    handout=SLOPES,
)
def styblinski_tang_slopes_added(w):
    return np.full(2, np.sum(4 * w**3 - 32 * w + 5) / 2)


@misconception(
    function="landscapes.rosenbrock",
    title="x and y are exchanged in the ravine",
    formula="J = (1 - x)² + 100 (x - y²)²",
    hint="The floor of the ravine is the parabola y = x², which opens upwards. At (-1, 1) you should be on it.",
    handout=HEIGHTS,
)
def rosenbrock_turned(w):
    x, y = w
    return float((1 - x) ** 2 + 100 * (x - y**2) ** 2)


@misconception(
    function="landscapes.rosenbrock",
    title="The factor 100 is squared with its parenthesis",
    formula="J = (1 - x)² + (100 (y - x²))²",
    hint="A power binds more tightly than a product: 100·r² is a hundred times r², not ten thousand times. Work it out "
    "one unit above the ravine.",
    handout=HEIGHTS,
)
def rosenbrock_squared_factor(w):
    x, y = w
    return float((1 - x) ** 2 + (100 * (y - x**2)) ** 2)


@misconception(
    function="landscapes.rosenbrock",
    title="The factor is 10 instead of 100",
    formula="J = (1 - x)² + 10 (y - x²)²",
    hint="Here b = 100. The factor decides how steep the walls of the ravine are; at 10 it is a friendlier landscape.",
    handout=HEIGHTS,
)
def rosenbrock_gentle(w):
    x, y = w
    return float((1 - x) ** 2 + 10 * (y - x**2) ** 2)


@misconception(
    function="landscapes.rosenbrock_gradient",
    title="The inner derivative -2x is missing",
    formula="∂J/∂x = -2(1 - x) - 200(y - x²)",
    hint="The square gives 2·100·(y - x²) times the slope of what is inside, y - x², in x. What is that slope?",
    handout=SLOPES,
)
def rosenbrock_without_inner_derivative(w):
    x, y = w
    return np.array([-2 * (1 - x) - 200 * (y - x**2), 200 * (y - x**2)])


@misconception(
    function="landscapes.rosenbrock_gradient",
    title="The sign of the first term is lost",
    formula="∂J/∂x = 2(1 - x) - 400x(y - x²)",
    hint="At (0, 0) the minimum (1, 1) lies to the right, so J must fall when x grows. Which sign has your slope "
    "there?",
    handout=SLOPES,
)
def rosenbrock_sign_lost(w):
    x, y = w
    return np.array([2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


@misconception(
    function="landscapes.goldstein_price",
    title="6x² in place of the mixed term 6xy",
    formula="p = 19 - 14x + 3x² - 14y + 6x² + 3y²",
    hint="A misprint that has been copied from page to page. In s = x + y, p is 19 - 14s + 3s²: multiply out 3s² and "
    "see what stands between 3x² and 3y².",
    handout=HEIGHTS,
)
def goldstein_price_misprinted(w):
    x, y = w
    p = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x**2 + 3 * y**2
    q = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    return float((1 + (x + y + 1) ** 2 * p) * (30 + (2 * x - 3 * y) ** 2 * q))


@misconception(
    function="landscapes.goldstein_price",
    title="The logarithm of the function",
    formula="ln J",
    hint="Many plots show the logarithm, because the heights run from 3 to a million. The function itself is meant "
    "here: its minimum is 3.",
    handout=HEIGHTS,
)
def goldstein_price_logarithm(w):
    x, y = w
    p = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    q = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    return float(np.log((1 + (x + y + 1) ** 2 * p) * (30 + (2 * x - 3 * y) ** 2 * q)))


@misconception(
    function="landscapes.goldstein_price",
    title="The two factors are added instead of multiplied",
    formula="J = [1 + s²p] + [30 + t²q]",
    hint="At the origin the factors are 20 and 30, and J is 600. What is yours?",
    handout=HEIGHTS,
)
def goldstein_price_added(w):
    x, y = w
    p = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    q = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    return float((1 + (x + y + 1) ** 2 * p) + (30 + (2 * x - 3 * y) ** 2 * q))


@misconception(
    function="landscapes.goldstein_price",
    title="A sign of the mixed term in the second factor is turned",
    formula="q = 18 - 32x + 12x² + 48y + 36xy + 27y²",
    hint="In t = 2x - 3y, q is 18 - 16t + 3t². Multiply out 3t²: which sign has the mixed term?",
    handout=HEIGHTS,
)
def goldstein_price_sign_of_the_mixed_term(w):
    x, y = w
    p = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    q = 18 - 32 * x + 12 * x**2 + 48 * y + 36 * x * y + 27 * y**2
    return float((1 + (x + y + 1) ** 2 * p) * (30 + (2 * x - 3 * y) ** 2 * q))


@misconception(
    function="landscapes.goldstein_price_gradient",
    title="A power in place of a product: 16**y for 16*y",
    formula="slope with 16ʸ where 16y is meant",
    hint="One star multiplies, two raise to a power. Neither raises an error: check each "
    "star, and compare with a difference quotient.",
    handout=SLOPES,
)
def goldstein_price_power_for_product(w):
    x, y = w
    s, t = x + y + 1, 2 * x - 3 * y
    p = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    # 48y is written as 3 times 16y in published code, once with a star too many.
    q = 18 - 32 * x + 12 * x**2 + 3 * 16**y - 36 * x * y + 27 * y**2
    first, second = 1 + s**2 * p, 30 + t**2 * q
    slope_of_first = 2 * s * p + s**2 * (-14 + 6 * x + 6 * y)
    second_in_x = 4 * t * q + t**2 * (-32 + 24 * x - 36 * y)
    second_in_y = -6 * t * q + t**2 * (48 - 36 * x + 54 * y)
    return np.array([slope_of_first * second + first * second_in_x, slope_of_first * second + first * second_in_y])


@misconception(
    function="landscapes.goldstein_price_gradient",
    title="The product of the slopes instead of the product rule",
    formula="∂J/∂x = ∂A/∂x · ∂B/∂x",
    hint="The slope of a product is not the product of the slopes: try x·x. Each factor is differentiated in turn "
    "while the other one stays.",
    handout=SLOPES,
)
def goldstein_price_without_product_rule(w):
    x, y = w
    s, t = x + y + 1, 2 * x - 3 * y
    p = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    q = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    slope_of_first = 2 * s * p + s**2 * (-14 + 6 * x + 6 * y)
    second_in_x = 4 * t * q + t**2 * (-32 + 24 * x - 36 * y)
    second_in_y = -6 * t * q + t**2 * (48 - 36 * x + 54 * y)
    return np.array([slope_of_first * second_in_x, slope_of_first * second_in_y])


@misconception(
    function="landscapes.goldstein_price_gradient",
    title="The inner derivatives of t, 2 and -3, are left out",
    formula="slope of t²q with 2t·q in place of 2t·(2 or -3)·q",
    hint="t = 2x - 3y moves twice as fast as x, and against y. The square of t brings that factor along.",
    handout=SLOPES,
)
def goldstein_price_inner_slopes_missing(w):
    x, y = w
    s, t = x + y + 1, 2 * x - 3 * y
    p = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    q = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    first, second = 1 + s**2 * p, 30 + t**2 * q
    slope_of_first = 2 * s * p + s**2 * (-14 + 6 * x + 6 * y)
    second_in_x = 2 * t * q + t**2 * (-32 + 24 * x - 36 * y)
    second_in_y = 2 * t * q + t**2 * (48 - 36 * x + 54 * y)
    return np.array([slope_of_first * second + first * second_in_x, slope_of_first * second + first * second_in_y])


@misconception(
    function="landscapes.beale",
    title="The third term is counted twice",
    formula="J = a² + b² + 2c²",
    hint="At x = 0 only the constants are left: 1.5² + 2.25² + 2.625² = 14.203125. What is your J there?",
    handout=HEIGHTS,
)
def beale_third_term_twice(w):
    x, y = w
    return float((1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + 2 * (2.625 - x + x * y**3) ** 2)


@misconception(
    function="landscapes.beale",
    title="The powers of y are lost",
    formula="J = (1.5 - x + xy)² + (2.25 - x + xy)² + (2.625 - x + xy)²",
    hint="The three terms differ in more than their constants: y, y² and y³. At (3, 0.5) all three are 0.",
    handout=HEIGHTS,
)
def beale_powers_lost(w):
    x, y = w
    return float((1.5 - x + x * y) ** 2 + (2.25 - x + x * y) ** 2 + (2.625 - x + x * y) ** 2)


@misconception(
    function="landscapes.beale",
    title="The third term is left out",
    formula="J = (1.5 - x + xy)² + (2.25 - x + xy²)²",
    hint="Two terms are 0 at (3, 0.5) as well, so the minimum does not tell. Look at x = 0: J should be 14.203125.",
    handout=HEIGHTS,
)
def beale_two_terms(w):
    x, y = w
    return float((1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2)


@misconception(
    function="landscapes.beale_gradient",
    title="The third term is counted twice in the slope",
    formula="… + 2 · (slope of the third term)",
    hint="Three terms, three slopes, each once. Published code has this one twice; at the minimum nobody notices, "
    "because all are 0 there.",
    handout=SLOPES,
)
def beale_slope_of_third_term_twice(w):
    x, y = w
    first, second, third = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    in_x = 2 * first * (y - 1) + 2 * second * (y**2 - 1) + 4 * third * (y**3 - 1)
    in_y = 2 * first * x + 4 * second * x * y + 12 * third * x * y**2
    return np.array([in_x, in_y])


@misconception(
    function="landscapes.beale_gradient",
    title="The exponents do not come down in y",
    formula="∂J/∂y = 2ax + 2bxy + 2cxy²",
    hint="The slope of y² is 2y, that of y³ is 3y². Where are the 2 and the 3?",
    handout=SLOPES,
)
def beale_exponents_kept(w):
    x, y = w
    first, second, third = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    in_x = 2 * first * (y - 1) + 2 * second * (y**2 - 1) + 2 * third * (y**3 - 1)
    in_y = 2 * first * x + 2 * second * x * y + 2 * third * x * y**2
    return np.array([in_x, in_y])


@misconception(
    function="landscapes.beale_gradient",
    title="The -x of each term is overlooked in the slope in x",
    formula="∂J/∂x = 2ay + 2by² + 2cy³",
    hint="In each term x appears twice: as -x and as xyᵏ. At (1, 0) the second vanishes, and still J changes with x.",
    handout=SLOPES,
)
def beale_minus_x_overlooked(w):
    x, y = w
    first, second, third = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    in_x = 2 * first * y + 2 * second * y**2 + 2 * third * y**3
    in_y = 2 * first * x + 4 * second * x * y + 6 * third * x * y**2
    return np.array([in_x, in_y])


@misconception(
    function="landscapes.mccormick",
    title="The constant 1 is left out",
    formula="J = sin(x + y) + (x - y)² - 1.5x + 2.5y",
    hint="A constant does not move the minimum, but it lifts the landscape. At the origin everything else is 0: what "
    "should J be there?",
    handout=HEIGHTS,
)
def mccormick_without_constant(w):
    x, y = w
    return float(np.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y)


@misconception(
    function="landscapes.mccormick",
    title="The signs of the two slanting terms are exchanged",
    formula="J = sin(x + y) + (x - y)² + 1.5x - 2.5y + 1",
    hint="Look where the published minimum is: both coordinates are negative. To which side does your landscape fall?",
    handout=HEIGHTS,
)
def mccormick_signs_exchanged(w):
    x, y = w
    return float(np.sin(x + y) + (x - y) ** 2 + 1.5 * x - 2.5 * y + 1)


@misconception(
    function="landscapes.mccormick",
    title="The sine is taken of degrees",
    formula="sin of (x + y)°",
    hint="NumPy's sine takes radians, and so does the definition. A conversion flattens the waves to almost nothing.",
    handout=HEIGHTS,
)
def mccormick_in_degrees(w):
    x, y = w
    return float(np.sin(np.radians(x + y)) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1)


@misconception(
    function="landscapes.mccormick_gradient",
    title="The square has the same slope in x and in y",
    formula="∂J/∂y = cos(x + y) + 2(x - y) + 2.5",
    hint="Moving x and moving y by the same amount leaves x - y as it is. So the two slopes of (x - y)² must cancel.",
    handout=SLOPES,
)
def mccormick_same_sign(w):
    x, y = w
    wave = np.cos(x + y)
    return np.array([wave + 2 * (x - y) - 1.5, wave + 2 * (x - y) + 2.5])


@misconception(
    function="landscapes.mccormick_gradient",
    title="The derivative of the sine has a minus",
    formula="∂ sin/∂x = -cos(x + y)",
    hint="It is the cosine whose derivative has a minus. At 0 the sine rises: its slope there is +1.",
    handout=SLOPES,
)
def mccormick_minus_cosine(w):
    x, y = w
    wave = -np.cos(x + y)
    return np.array([wave + 2 * (x - y) - 1.5, wave - 2 * (x - y) + 2.5])


@misconception(
    function="landscapes.matyas",
    title="The product is added instead of subtracted",
    formula="J = 0.26 (x² + y²) + 0.48 xy",
    hint="The sign decides along which diagonal the bowl is flat. At (5, 5) J should be 1.",
    handout=HEIGHTS,
)
def matyas_product_added(w):
    x, y = w
    return float(0.26 * (x**2 + y**2) + 0.48 * x * y)


@misconception(
    function="landscapes.matyas",
    title="The sum is squared as a whole",
    formula="J = 0.26 (x + y)² - 0.48 xy",
    hint="(x + y)² is not x² + y²: it has 2xy in it. Work out (1, -1), where the sum is 0.",
    handout=HEIGHTS,
)
def matyas_sum_squared(w):
    x, y = w
    return float(0.26 * (x + y) ** 2 - 0.48 * x * y)


@misconception(
    function="landscapes.matyas_gradient",
    title="The mixed term is differentiated by its own coordinate",
    formula="∂J/∂x = 0.52x - 0.48x",
    hint="The slope of xy in x is y: the other factor stays. Where the mixed term is gone, x and y no longer know of "
    "each other and the bowl lies along the axes.",
    handout=SLOPES,
)
def matyas_mixed_by_itself(w):
    return 0.52 * w - 0.48 * w


@misconception(
    function="landscapes.matyas_gradient",
    title="The exponent 2 does not come down",
    formula="∂J/∂x = 0.26x - 0.48y",
    hint="The slope of x² is 2x. Compare with a difference quotient of your own matyas.",
    handout=SLOPES,
)
def matyas_exponent_kept(w):
    x, y = w
    return np.array([0.26 * x - 0.48 * y, 0.26 * y - 0.48 * x])


@misconception(
    function="landscapes.rastrigin",
    title="A = 10 is added once instead of once for each coordinate",
    formula="J = 10 + Σ (v² - 10 cos 2πv)",
    hint="At the origin both cosines are 1 and take away 10 each. What has to be added for J to be 0 there?",
    handout=HEIGHTS,
)
def rastrigin_a_once(w):
    return float(10 + np.sum(w**2 - 10 * np.cos(2 * np.pi * w)))


@misconception(
    function="landscapes.rastrigin",
    title="The cosine without 2π",
    formula="J = 20 + Σ (v² - 10 cos v)",
    hint="The dents are one unit apart: the cosine is 1 at every whole number. What is cos(1)?",
    handout=HEIGHTS,
)
def rastrigin_without_two_pi(w):
    return float(20 + np.sum(w**2 - 10 * np.cos(w)))


@misconception(
    function="landscapes.rastrigin",
    title="The cosine is added instead of subtracted",
    formula="J = 20 + Σ (v² + 10 cos 2πv)",
    hint="With a plus there are bumps at the whole numbers and dents between them. At the origin J must be 0.",
    handout=HEIGHTS,
)
def rastrigin_bumps(w):
    return float(20 + np.sum(w**2 + 10 * np.cos(2 * np.pi * w)))


@misconception(
    function="landscapes.rastrigin_gradient",
    title="The inner derivative 2π is missing",
    formula="∂J/∂v = 2v + 10 sin 2πv",
    hint="The argument of the cosine runs 2π times as fast as v, so the slope is 2π times as steep.",
    handout=SLOPES,
)
def rastrigin_without_inner_derivative(w):
    return 2 * w + 10 * np.sin(2 * np.pi * w)


@misconception(
    function="landscapes.rastrigin_gradient",
    title="The sign of the cosine's derivative is lost",
    formula="∂J/∂v = 2v - 20π sin 2πv",
    hint="The derivative of the cosine is minus the sine, and there is a minus before the cosine already. A quarter to "
    "the right of a dent, does the ground rise or fall?",
    handout=SLOPES,
)
def rastrigin_sign_lost(w):
    return 2 * w - 20 * np.pi * np.sin(2 * np.pi * w)


@misconception(
    function="landscapes.minimize",
    title="The start is not among the positions",
    formula="positions = w₁, …, wₙ",
    hint="n updates connect n + 1 positions. A plot of the walk should begin where the walk begins.",
    handout=WALK,
)
def start_left_out(gradient, w, init, step, learning_rates):
    params = {"w": w}
    state = init(params)
    positions = []
    for rate in learning_rates:
        params, state = step(params, {"w": gradient(params["w"])}, state, learning_rate=rate)
        positions.append(params["w"])
    return np.array(positions, dtype=float)


@misconception(
    function="landscapes.minimize",
    title="The last position is missing",
    formula="positions = w₀, …, wₙ₋₁",
    hint="If a position is kept before each update, the last update is made and never recorded. Where does the walk "
    "end?",
    handout=WALK,
)
def end_left_out(gradient, w, init, step, learning_rates):
    params = {"w": w}
    state = init(params)
    positions = []
    for rate in learning_rates:
        positions.append(params["w"])
        params, state = step(params, {"w": gradient(params["w"])}, state, learning_rate=rate)
    return np.array(positions, dtype=float)


@misconception(
    function="landscapes.minimize",
    title="The optimizer starts anew at every step",
    formula="state = init(params) inside the loop",
    hint="The state is the optimizer's memory: momentum's velocity, Adam's counter. Initialized before every update, "
    "it never remembers anything. How often should `init` be called?",
    handout=WALK,
)
def state_made_anew(gradient, w, init, step, learning_rates):
    params = {"w": w}
    positions = [w]
    for rate in learning_rates:
        state = init(params)
        params, state = step(params, {"w": gradient(params["w"])}, state, learning_rate=rate)
        positions.append(params["w"])
    return np.array(positions, dtype=float)


@misconception(
    function="landscapes.minimize",
    title="The new state is thrown away",
    formula="params, _ = step(…)",
    hint="Every step gets the state from before the first one. With plain gradient descent nobody notices. What does "
    "`step` return besides the parameters, and who needs it?",
    handout=WALK,
)
def state_thrown_away(gradient, w, init, step, learning_rates):
    params = {"w": w}
    state = init(params)
    positions = [w]
    for rate in learning_rates:
        params, _ = step(params, {"w": gradient(params["w"])}, state, learning_rate=rate)
        positions.append(params["w"])
    return np.array(positions, dtype=float)


@misconception(
    function="landscapes.minimize",
    title="Every gradient is taken at the start",
    formula="grads = gradient(w₀) at every step",
    hint="The slope changes as you walk. Where are you when the second step is made, and where is the slope measured?",
    handout=WALK,
)
def gradient_at_the_start(gradient, w, init, step, learning_rates):
    params = {"w": w}
    state = init(params)
    grads = {"w": gradient(w)}
    positions = [w]
    for rate in learning_rates:
        params, state = step(params, grads, state, learning_rate=rate)
        positions.append(params["w"])
    return np.array(positions, dtype=float)


@misconception(
    function="landscapes.minimize",
    title="The first learning rate is used for all steps",
    formula="α = learning_rates[0] at every step",
    hint="There is one rate for each update. A schedule that lowers the rate would have no effect on this walk.",
    handout=WALK,
)
def first_rate_for_all(gradient, w, init, step, learning_rates):
    params = {"w": w}
    state = init(params)
    positions = [w]
    for _ in learning_rates:
        grads = {"w": gradient(params["w"])}
        params, state = step(params, grads, state, learning_rate=learning_rates[0])
        positions.append(params["w"])
    return np.array(positions, dtype=float)


@misconception(
    function="landscapes.minimize",
    title="The caller's start is moved along",
    formula="w -= …, on the array that was passed in",
    hint="Print the start after the walk. Assigning into an array, `w[:] = …`, changes it for everybody who holds it, "
    "the list of positions included.",
    handout=WALK,
)
def start_moved(gradient, w, init, step, learning_rates):
    params = {"w": w}
    state = init(params)
    positions = [w.copy()]
    for rate in learning_rates:
        new, state = step(params, {"w": gradient(params["w"])}, state, learning_rate=rate)
        w[:] = new["w"]
        positions.append(w.copy())
    return np.array(positions, dtype=float)


# --- network ---

INITIAL = "initialization"
FORWARD = "forward"
BACKWARD = "backward"
TRAIN = "training"
SHARP = "sharpness"


@misconception(
    function="network.initialize",
    title="The variance is used as the standard deviation",
    formula="W = 2/n_in · N(0, 1)",
    hint="`rng.normal(0, s)` and `s * rng.standard_normal()` take the standard deviation. With 200 inputs the variance "
    "should be 0.01; what is its root?",
    handout=INITIAL,
)
def variance_for_deviation(layer_sizes, scheme, rng):
    params = {}
    for number in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[number - 1], layer_sizes[number]
        variance = {"zeros": 0.0, "normal": 1.0, "xavier": 2 / (n_in + n_out), "he": 2 / n_in}[scheme]
        params[f"W{number}"] = variance * rng.standard_normal((n_in, n_out))
        params[f"b{number}"] = np.zeros(n_out)
    return params


@misconception(
    function="network.initialize",
    title="n_out in place of n_in",
    formula='variance 2/n_out for "he"',
    hint="What has to be kept in size is the sum over the inputs of a unit, so it is the number of inputs that "
    "divides. W has one row for each of them.",
    handout=INITIAL,
)
def fan_out_for_fan_in(layer_sizes, scheme, rng):
    params = {}
    for number in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[number - 1], layer_sizes[number]
        variance = {"zeros": 0.0, "normal": 1.0, "xavier": 2 / (n_in + n_out), "he": 2 / n_out}[scheme]
        params[f"W{number}"] = np.sqrt(variance) * rng.standard_normal((n_in, n_out))
        params[f"b{number}"] = np.zeros(n_out)
    return params


@misconception(
    function="network.initialize",
    title="The older rule 1/n_in under Xavier's name",
    formula='variance 1/n_in for "xavier"',
    hint="LeCun's rule looks at the way forward only. Glorot and Bengio's takes the mean of n_in and n_out, so that "
    "the gradients keep their size on the way back, too.",
    handout=INITIAL,
)
def one_over_fan_in(layer_sizes, scheme, rng):
    params = {}
    for number in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[number - 1], layer_sizes[number]
        variance = {"zeros": 0.0, "normal": 1.0, "xavier": 1 / n_in, "he": 2 / n_in}[scheme]
        params[f"W{number}"] = np.sqrt(variance) * rng.standard_normal((n_in, n_out))
        params[f"b{number}"] = np.zeros(n_out)
    return params


@misconception(
    function="network.initialize",
    title="A uniform distribution whose bound is the standard deviation",
    formula="W uniform on [-a, a] with a = √variance",
    hint="A uniform distribution on [-a, a] has the variance a²/3, not a²: most of it is nearer to 0 than a. How large "
    "must a be?",
    handout=INITIAL,
)
def uniform_without_three(layer_sizes, scheme, rng):
    params = {}
    for number in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[number - 1], layer_sizes[number]
        bound = np.sqrt({"zeros": 0.0, "normal": 1.0, "xavier": 2 / (n_in + n_out), "he": 2 / n_in}[scheme])
        params[f"W{number}"] = rng.uniform(-bound, bound, (n_in, n_out))
        params[f"b{number}"] = np.zeros(n_out)
    return params


@misconception(
    function="network.initialize",
    title="All weights are positive",
    formula="W uniform on [0, a]",
    hint="`rng.random` gives numbers from 0 to 1. A unit that starts with positive weights only adds up whatever comes "
    "in. The mean should be 0.",
    handout=INITIAL,
)
def positive_weights(layer_sizes, scheme, rng):
    params = {}
    for number in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[number - 1], layer_sizes[number]
        variance = {"zeros": 0.0, "normal": 1.0, "xavier": 2 / (n_in + n_out), "he": 2 / n_in}[scheme]
        params[f"W{number}"] = np.sqrt(3 * variance) * rng.random((n_in, n_out))
        params[f"b{number}"] = np.zeros(n_out)
    return params


@misconception(
    function="network.initialize",
    title="All units of a layer get the same weights",
    formula="W = w, the same column for every unit",
    hint="Units that start alike compute the same, get the same gradient and stay alike: the layer is as good as one "
    "unit. Draw a number for every entry of W.",
    handout=INITIAL,
)
def units_alike(layer_sizes, scheme, rng):
    params = {}
    for number in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[number - 1], layer_sizes[number]
        variance = {"zeros": 0.0, "normal": 1.0, "xavier": 2 / (n_in + n_out), "he": 2 / n_in}[scheme]
        params[f"W{number}"] = np.sqrt(variance) * rng.standard_normal((n_in, 1)) * np.ones((n_in, n_out))
        params[f"b{number}"] = np.zeros(n_out)
    return params


@misconception(
    function="network.initialize",
    title="A generator of its own, with a fixed seed, in place of the one passed in",
    formula="rng = default_rng(0)",
    hint="Two networks with different seeds should start elsewhere. Print W1 for two generators: do they differ?",
    handout=INITIAL,
)
def own_generator(layer_sizes, scheme, rng):
    rng = np.random.default_rng(0)
    params = {}
    for number in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[number - 1], layer_sizes[number]
        variance = {"zeros": 0.0, "normal": 1.0, "xavier": 2 / (n_in + n_out), "he": 2 / n_in}[scheme]
        params[f"W{number}"] = np.sqrt(variance) * rng.standard_normal((n_in, n_out))
        params[f"b{number}"] = np.zeros(n_out)
    return params


@misconception(
    function="network.initialize",
    title="The biases are random too",
    formula="b = N(0, 1)",
    hint="The weights already make the units different. All biases start at 0, in every scheme.",
    handout=INITIAL,
)
def random_biases(layer_sizes, scheme, rng):
    params = {}
    for number in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[number - 1], layer_sizes[number]
        variance = {"zeros": 0.0, "normal": 1.0, "xavier": 2 / (n_in + n_out), "he": 2 / n_in}[scheme]
        params[f"W{number}"] = np.sqrt(variance) * rng.standard_normal((n_in, n_out))
        params[f"b{number}"] = np.sqrt(variance) * rng.standard_normal(n_out)
    return params


@misconception(
    function="network.forward",
    title="ReLU after the last layer, too",
    formula="logits = max(0, Z)",
    hint="A logit below 0 says that a class is unlikely. With ReLU at the end no class can be: what is left to tell "
    "two unlikely ones apart? ReLU stands between layers.",
    handout=FORWARD,
)
def relu_at_the_end(params, X):
    if np.ndim(X) != 2 or np.shape(X)[1] != len(params["W1"]):
        raise ValueError(f"X has shape {np.shape(X)}, which does not fit W1 of shape {np.shape(params['W1'])}")
    layers = len(params) // 2
    inputs = [X]
    for number in range(1, layers):
        inputs.append(np.maximum(0.0, inputs[-1] @ params[f"W{number}"] + params[f"b{number}"]))
    logits = np.maximum(0.0, inputs[-1] @ params[f"W{layers}"] + params[f"b{layers}"])
    return logits, (inputs, logits)


@misconception(
    function="network.forward",
    title="No ReLU between the layers",
    formula="A = Z",
    hint="Without anything between them two layers are one: X(W₁W₂) is a single matrix. What makes a deep network more "
    "than that?",
    handout=FORWARD,
)
def no_relu(params, X):
    if np.ndim(X) != 2 or np.shape(X)[1] != len(params["W1"]):
        raise ValueError(f"X has shape {np.shape(X)}, which does not fit W1 of shape {np.shape(params['W1'])}")
    layers = len(params) // 2
    inputs = [X]
    for number in range(1, layers):
        inputs.append(inputs[-1] @ params[f"W{number}"] + params[f"b{number}"])
    logits = inputs[-1] @ params[f"W{layers}"] + params[f"b{layers}"]
    return logits, (inputs, logits)


@misconception(
    function="network.forward",
    title="The biases are left out",
    formula="Z = A W",
    hint="Without biases an example of zeros gets logits of zeros, whatever the network has learned.",
    handout=FORWARD,
)
def no_biases(params, X):
    if np.ndim(X) != 2 or np.shape(X)[1] != len(params["W1"]):
        raise ValueError(f"X has shape {np.shape(X)}, which does not fit W1 of shape {np.shape(params['W1'])}")
    layers = len(params) // 2
    inputs = [X]
    for number in range(1, layers):
        inputs.append(np.maximum(0.0, inputs[-1] @ params[f"W{number}"]))
    logits = inputs[-1] @ params[f"W{layers}"]
    return logits, (inputs, logits)


@misconception(
    function="network.forward",
    title="Probabilities instead of logits",
    formula="forward returns softmax(Z)",
    hint="The cost takes the softmax itself. Whoever hands it probabilities has them squeezed a second time, and even "
    "a perfect answer cannot get a cost near 0. `forward` returns the last Z as it is.",
    handout=FORWARD,
)
def softmax_in_forward(params, X):
    if np.ndim(X) != 2 or np.shape(X)[1] != len(params["W1"]):
        raise ValueError(f"X has shape {np.shape(X)}, which does not fit W1 of shape {np.shape(params['W1'])}")
    layers = len(params) // 2
    inputs = [X]
    for number in range(1, layers):
        inputs.append(np.maximum(0.0, inputs[-1] @ params[f"W{number}"] + params[f"b{number}"]))
    logits = inputs[-1] @ params[f"W{layers}"] + params[f"b{layers}"]
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True), (inputs, logits)


@misconception(
    function="network.forward",
    title="Layers in the order of the alphabet",
    formula="W1, W10, W11, W2, …",
    hint="Sorted as text, W10 comes before W2. Count the layers and make the names from the numbers.",
    handout=FORWARD,
)
def sorted_names(params, X):
    if np.ndim(X) != 2 or np.shape(X)[1] != len(params["W1"]):
        raise ValueError(f"X has shape {np.shape(X)}, which does not fit W1 of shape {np.shape(params['W1'])}")
    numbers = [name[1:] for name in sorted(params) if name.startswith("W")]
    inputs = [X]
    for number in numbers[:-1]:
        inputs.append(np.maximum(0.0, inputs[-1] @ params[f"W{number}"] + params[f"b{number}"]))
    logits = inputs[-1] @ params[f"W{numbers[-1]}"] + params[f"b{numbers[-1]}"]
    return logits, (inputs, logits)


@misconception(
    function="network.forward",
    title="ReLU is applied to the examples themselves, in place",
    formula="X ← max(0, X)",
    hint="Pixels are positive, so nobody notices with digits. Look at an example with a negative feature, and at your "
    "X after the call.",
    handout=FORWARD,
)
def relu_on_the_examples(params, X):
    if np.ndim(X) != 2 or np.shape(X)[1] != len(params["W1"]):
        raise ValueError(f"X has shape {np.shape(X)}, which does not fit W1 of shape {np.shape(params['W1'])}")
    layers = len(params) // 2
    inputs = [np.maximum(X, 0, out=X)]
    for number in range(1, layers):
        inputs.append(np.maximum(0.0, inputs[-1] @ params[f"W{number}"] + params[f"b{number}"]))
    logits = inputs[-1] @ params[f"W{layers}"] + params[f"b{layers}"]
    return logits, (inputs, logits)


@misconception(
    function="network.forward",
    title="Examples of another width are not refused by name",
    formula="X @ W1 with whatever X",
    hint="NumPy does raise an error, but its message names sizes and no array. Compare the shapes first, and name "
    "both.",
    handout=FORWARD,
)
def width_not_verified(params, X):
    layers = len(params) // 2
    inputs = [X]
    for number in range(1, layers):
        inputs.append(np.maximum(0.0, inputs[-1] @ params[f"W{number}"] + params[f"b{number}"]))
    logits = inputs[-1] @ params[f"W{layers}"] + params[f"b{layers}"]
    return logits, (inputs, logits)


def _softmax_of(logits):
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def _verify(y, logits):
    if np.shape(y) != logits.shape[:1]:
        raise ValueError(f"y has shape {np.shape(y)}, the logits have shape {logits.shape}: y must be (m,)")


@misconception(
    function="network.backward",
    title="The 1/m of the mean is missing",
    formula="∂J/∂Z = softmax(Z) - onehot(y)",
    hint="The cost is a mean over the examples, so doubling the data must leave the gradient as it is. Does it?",
    handout=BACKWARD,
)
def without_one_over_m(params, cache, y):
    inputs, logits = cache
    _verify(y, logits)
    slopes = _softmax_of(logits)
    slopes[np.arange(len(y)), y] -= 1
    grads = {}
    for number in range(len(inputs), 0, -1):
        entered = inputs[number - 1]
        grads[f"W{number}"] = entered.T @ slopes
        grads[f"b{number}"] = slopes.sum(axis=0)
        slopes = slopes @ params[f"W{number}"].T * (entered > 0)
    return grads


@misconception(
    function="network.backward",
    title="The way back ignores ReLU",
    formula="∂J/∂Z = ∂J/∂A",
    hint="A unit that is off gives 0 whatever comes in, so nothing before it can change the cost through it. What is "
    "the slope of max(0, z) at z = -2?",
    handout=BACKWARD,
)
def way_back_without_relu(params, cache, y):
    inputs, logits = cache
    _verify(y, logits)
    slopes = _softmax_of(logits)
    slopes[np.arange(len(y)), y] -= 1
    slopes /= len(y)
    grads = {}
    for number in range(len(inputs), 0, -1):
        entered = inputs[number - 1]
        grads[f"W{number}"] = entered.T @ slopes
        grads[f"b{number}"] = slopes.sum(axis=0)
        slopes = slopes @ params[f"W{number}"].T
    return grads


@misconception(
    function="network.backward",
    title="ReLU is applied to the gradient",
    formula="∂J/∂Z = max(0, ∂J/∂A)",
    hint="What decides is whether the unit was on in the forward pass, not which sign the gradient has. Negative "
    "slopes pass through a unit that is on.",
    handout=BACKWARD,
)
def relu_of_the_gradient(params, cache, y):
    inputs, logits = cache
    _verify(y, logits)
    slopes = _softmax_of(logits)
    slopes[np.arange(len(y)), y] -= 1
    slopes /= len(y)
    grads = {}
    for number in range(len(inputs), 0, -1):
        grads[f"W{number}"] = inputs[number - 1].T @ slopes
        grads[f"b{number}"] = slopes.sum(axis=0)
        slopes = np.maximum(0, slopes @ params[f"W{number}"].T)
    return grads


@misconception(
    function="network.backward",
    title="The slope of each bias is averaged once more",
    formula="∂J/∂b = (1/m) Σᵢ ∂J/∂zᵢ",
    hint="The 1/m is in ∂J/∂Z already. A bias is a weight whose input is always 1: put a column of ones into Aᵀ ∂J/∂Z.",
    handout=BACKWARD,
)
def bias_averaged_twice(params, cache, y):
    inputs, logits = cache
    _verify(y, logits)
    slopes = _softmax_of(logits)
    slopes[np.arange(len(y)), y] -= 1
    slopes /= len(y)
    grads = {}
    for number in range(len(inputs), 0, -1):
        entered = inputs[number - 1]
        grads[f"W{number}"] = entered.T @ slopes
        grads[f"b{number}"] = slopes.mean(axis=0)
        slopes = slopes @ params[f"W{number}"].T * (entered > 0)
    return grads


@misconception(
    function="network.backward",
    title="The truth minus the probabilities: the gradient points downhill",
    formula="∂J/∂Z = (onehot(y) - softmax(Z)) / m",
    hint="Raise the logit of the right class a little: the cost must fall, so its slope must be negative. Which order "
    "of the difference gives that?",
    handout=BACKWARD,
)
def gradient_downhill(params, cache, y):
    inputs, logits = cache
    _verify(y, logits)
    slopes = -_softmax_of(logits)
    slopes[np.arange(len(y)), y] += 1
    slopes /= len(y)
    grads = {}
    for number in range(len(inputs), 0, -1):
        entered = inputs[number - 1]
        grads[f"W{number}"] = entered.T @ slopes
        grads[f"b{number}"] = slopes.sum(axis=0)
        slopes = slopes @ params[f"W{number}"].T * (entered > 0)
    return grads


@misconception(
    function="network.backward",
    title="exp without the largest logit subtracted",
    formula="exp(z) / Σ exp(z)",
    hint="exp(800) is infinite, and ∞/∞ is not a number. The probabilities stay the same when any number is subtracted "
    "from all logits of an example. Which number makes the largest exponent 0?",
    handout=BACKWARD,
)
def exp_overflows(params, cache, y):
    inputs, logits = cache
    _verify(y, logits)
    shifted = np.exp(logits)
    slopes = shifted / shifted.sum(axis=1, keepdims=True)
    slopes[np.arange(len(y)), y] -= 1
    slopes /= len(y)
    grads = {}
    for number in range(len(inputs), 0, -1):
        entered = inputs[number - 1]
        grads[f"W{number}"] = entered.T @ slopes
        grads[f"b{number}"] = slopes.sum(axis=0)
        slopes = slopes @ params[f"W{number}"].T * (entered > 0)
    return grads


@misconception(
    function="network.backward",
    title="The softmax is normalized over all examples",
    formula="exp(zᵢⱼ) / Σᵢⱼ exp(zᵢⱼ)",
    hint="Each example has its own probabilities, and they add up to 1 in each row. Over which axis does your sum run?",
    handout=BACKWARD,
)
def softmax_over_everything(params, cache, y):
    inputs, logits = cache
    _verify(y, logits)
    shifted = np.exp(logits - logits.max())
    slopes = shifted / shifted.sum()
    slopes[np.arange(len(y)), y] -= 1
    slopes /= len(y)
    grads = {}
    for number in range(len(inputs), 0, -1):
        entered = inputs[number - 1]
        grads[f"W{number}"] = entered.T @ slopes
        grads[f"b{number}"] = slopes.sum(axis=0)
        slopes = slopes @ params[f"W{number}"].T * (entered > 0)
    return grads


@misconception(
    function="network.backward",
    title="A column of classes is broadcast into a table",
    formula="slopes[0…m-1, y] with y of shape (m, 1)",
    hint="Print the shape of `slopes[np.arange(m), y]` when y is a column: every class is taken off in every example. "
    "Refuse such a y before you index with it.",
    handout=BACKWARD,
)
def column_of_classes_accepted(params, cache, y):
    inputs, logits = cache
    slopes = _softmax_of(logits)
    slopes[np.arange(len(y)), y] -= 1
    slopes /= len(y)
    grads = {}
    for number in range(len(inputs), 0, -1):
        entered = inputs[number - 1]
        grads[f"W{number}"] = entered.T @ slopes
        grads[f"b{number}"] = slopes.sum(axis=0)
        slopes = slopes @ params[f"W{number}"].T * (entered > 0)
    return grads


@misconception(
    function="network.train",
    title="The last, smaller batch is dropped",
    formula="⌊m / batch_size⌋ batches per epoch",
    hint="With 4 examples in batches of 3 one example is left over in every epoch. It is an example like the others "
    "and makes an update of its own.",
    handout=TRAIN,
)
def last_batch_dropped(params, X, y, init, step, schedule, epochs, batch_size, rng):
    batch_size = min(batch_size, len(X))
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X) - batch_size + 1, batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="The optimizer starts anew in every epoch",
    formula="state = init(params) in the loop over epochs",
    hint="An epoch is a pass over the data, nothing that an optimizer should notice. What becomes of Adam's averages "
    "when `init` is called again?",
    handout=TRAIN,
)
def state_per_epoch(params, X, y, init, step, schedule, epochs, batch_size, rng):
    costs, update = [], 0
    for _ in range(epochs):
        state = init(params)
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="The schedule counts epochs instead of updates",
    formula="α = schedule(epoch)",
    hint="A schedule over 1,000 updates that is asked once per epoch hardly leaves its first rate. Which number goes "
    "in at the second batch of the first epoch?",
    handout=TRAIN,
)
def schedule_by_epoch(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs = init(params), []
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(epoch))
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="The count of updates starts anew in every epoch",
    formula="update = 0 at the beginning of each epoch",
    hint="Then the learning rate jumps back up with every epoch. The updates are counted on through all of them.",
    handout=TRAIN,
)
def count_per_epoch(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs = init(params), []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for update, start in enumerate(range(0, len(X), batch_size)):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="Updates counted from 1",
    formula="α = schedule(1), schedule(2), …",
    hint="Schedules count from 0: `schedule(0)` is the rate of the first update. With a warm-up yours would begin too "
    "fast, and at the end there is no rate left.",
    handout=TRAIN,
)
def updates_from_one(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            update += 1
            params, state = step(params, grads, state, learning_rate=schedule(update))
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="X and y are shuffled apart",
    formula="X[order₁], y[order₂]",
    hint="Follow one example through the shuffle: is the class beside it still its own? Two draws give two orders.",
    handout=TRAIN,
)
def classes_shuffled_apart(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        X_mixed, y_mixed = rng.permutation(X), rng.permutation(y)
        for start in range(0, len(X), batch_size):
            rows = slice(start, start + batch_size)
            grads = backward(params, forward(params, X_mixed[rows])[1], y_mixed[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="The examples are never shuffled",
    formula="batches = rows 0…k-1, k…2k-1, … in every epoch",
    hint="Data often come sorted by class. Then every batch is one-sided, and the same batches return in every epoch. "
    "What is the generator there for?",
    handout=TRAIN,
)
def never_shuffled(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        for start in range(0, len(X), batch_size):
            rows = slice(start, start + batch_size)
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="One order for all epochs",
    formula="order drawn once, before the first epoch",
    hint="The same batches come back in every epoch, and the network learns their quirks. Where must the order be "
    "drawn?",
    handout=TRAIN,
)
def one_order_for_all(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    order = rng.permutation(len(X))
    for _ in range(epochs):
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="Batches drawn with replacement",
    formula="rows = rng.integers(m) for each place of a batch",
    hint="In such an epoch some examples come twice and others not at all: a third of them is missed on average. An "
    "epoch visits every example once.",
    handout=TRAIN,
)
def drawn_with_replacement(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        order = rng.integers(len(X), size=len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="The cost before the epoch instead of after it",
    formula="costs = J(θ₀), J(θ₁), …",
    hint="The first cost is then that of the untrained network, and what the last epoch has gained is nowhere. The "
    "cost of an epoch is measured when it is over.",
    handout=TRAIN,
)
def cost_before_the_epoch(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        costs.append(_cost(forward(params, X)[0], y))
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
    return params, costs


@misconception(
    function="network.train",
    title="The mean of the batches' costs on the way",
    formula="cost of an epoch = mean of what its batches cost before their updates",
    hint="That mixes as many networks as there are batches, and counts a small last batch like a full one. The cost "
    "of an epoch is that of one network, the last, on all examples.",
    handout=TRAIN,
)
def mean_of_batch_costs(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        order, seen = rng.permutation(len(X)), []
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            logits, cache = forward(params, X[rows])
            seen.append(_cost(logits, y[rows]))
            params, state = step(params, backward(params, cache, y[rows]), state, learning_rate=schedule(update))
            update += 1
        costs.append(float(np.mean(seen)))
    return params, costs


@misconception(
    function="network.train",
    title="The new state is thrown away",
    formula="params, _ = step(…)",
    hint="Every update gets the state from before the first one. With plain gradient descent nobody notices. What does "
    "`step` return besides the parameters, and who needs it?",
    handout=TRAIN,
)
def new_state_lost(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, _ = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="The caller's parameters are trained along",
    formula="params[name][:] = …, on the arrays that were passed in",
    hint="Whoever compares two optimizers starts both from the same parameters. `params.update(…)` and assignments "
    "into arrays change what the caller holds. Bind the name anew instead.",
    handout=TRAIN,
)
def start_trained_along(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            new, state = step(params, grads, state, learning_rate=schedule(update))
            params.update(new)
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


def _flattened(params):
    return np.concatenate([np.ravel(params[name]) for name in sorted(params)])


def _unflattened(flat, params):
    parts, at = {}, 0
    for name in sorted(params):
        size = np.size(params[name])
        parts[name] = flat[at : at + size].reshape(np.shape(params[name]))
        at += size
    return parts


def _gradient_at(flat, params, X, y):
    moved = _unflattened(flat, params)
    return _flattened(backward(moved, forward(moved, X)[1], y))


@misconception(
    function="network.sharpness",
    title="The difference is divided by h instead of 2h",
    formula="H v ≈ (∇J(θ + hv) - ∇J(θ - hv)) / h",
    hint="The two points are 2h apart. Try it on a parabola ½·c·w², whose gradient is c·w: what comes out, c or 2c?",
    handout=SHARP,
)
def divided_by_h(params, X, y):
    theta, v = _flattened(params), np.random.default_rng(0).standard_normal(len(_flattened(params)))
    for _ in range(200):
        v = v / np.linalg.norm(v)
        product = (_gradient_at(theta + 1e-4 * v, params, X, y) - _gradient_at(theta - 1e-4 * v, params, X, y)) / 1e-4
        curvature, v = float(v @ product), product
    return curvature


@misconception(
    function="network.sharpness",
    title="The curvature along the gradient",
    formula="gᵀHg / gᵀg with g = ∇J",
    hint="The gradient is not the direction of the largest curvature, only one of many. Multiply by H again and "
    "again, and normalize: the direction turns towards the steepest curve.",
    handout=SHARP,
)
def along_the_gradient(params, X, y):
    theta = _flattened(params)
    v = _gradient_at(theta, params, X, y)
    v = v / np.linalg.norm(v)
    product = (_gradient_at(theta + 1e-4 * v, params, X, y) - _gradient_at(theta - 1e-4 * v, params, X, y)) / 2e-4
    return float(v @ product)


@misconception(
    function="network.sharpness",
    title="The sum of all eigenvalues instead of the largest",
    formula="trace(H)",
    hint="The trace adds up the curvatures of all directions. It is the mean curvature times their number; the "
    "largest can be anywhere below it.",
    handout=SHARP,
)
def trace_of_the_hessian(params, X, y):
    theta = _flattened(params)
    eye = 1e-4 * np.eye(len(theta))
    ahead = [_gradient_at(theta + v, params, X, y) for v in eye]
    back = [_gradient_at(theta - v, params, X, y) for v in eye]
    return float(np.trace((np.array(ahead) - np.array(back)) / 2e-4))


@misconception(
    function="network.sharpness",
    title="The largest curvature along a single parameter",
    formula="max of the diagonal of H",
    hint="A ravine seldom runs along an axis: on the Matyas bowl both axes have the curvature 0.52, and the largest "
    "is 1.",
    handout=SHARP,
)
def largest_diagonal_entry(params, X, y):
    theta = _flattened(params)
    eye = 1e-4 * np.eye(len(theta))
    ahead = [_gradient_at(theta + v, params, X, y) for v in eye]
    back = [_gradient_at(theta - v, params, X, y) for v in eye]
    return float(np.max(np.diag((np.array(ahead) - np.array(back)) / 2e-4)))


@misconception(
    function="network.sharpness",
    title="The length of the gradient",
    formula="‖∇J‖",
    hint="The gradient says how steep the cost is here, not how it bends. At a minimum it is 0, in a sharp one as in a "
    "flat one.",
    handout=SHARP,
)
def length_of_the_gradient(params, X, y):
    return float(np.linalg.norm(_gradient_at(_flattened(params), params, X, y)))


@misconception(
    function="network.sharpness",
    title="The curvature of the summed cost",
    formula="λmax of m·H",
    hint="The cost is the mean over the examples: twice as many copies of the same examples bend it no more.",
    handout=SHARP,
)
def summed_over_the_examples(params, X, y):
    theta, v = _flattened(params), np.random.default_rng(0).standard_normal(len(_flattened(params)))
    for _ in range(200):
        v = v / np.linalg.norm(v)
        product = (_gradient_at(theta + 1e-4 * v, params, X, y) - _gradient_at(theta - 1e-4 * v, params, X, y)) / 2e-4
        curvature, v = float(v @ product), product
    return curvature * len(y)


@misconception(
    function="network.sharpness",
    title="The biases do not take part",
    formula="λmax over the weights alone",
    hint="A bias is a parameter like the others, and the cost bends along it, too. The direction v has an entry for "
    "every number in params.",
    handout=SHARP,
)
def without_the_biases(params, X, y):
    theta = _flattened(params)
    weights = _flattened({name: np.full(np.shape(W), float(name.startswith("W"))) for name, W in params.items()})
    v = np.random.default_rng(0).standard_normal(len(theta)) * weights
    for _ in range(200):
        v = v / np.linalg.norm(v)
        product = (_gradient_at(theta + 1e-4 * v, params, X, y) - _gradient_at(theta - 1e-4 * v, params, X, y)) / 2e-4
        curvature, v = float(v @ product), product * weights
    return curvature


@misconception(
    function="network.sharpness",
    title="Stopped after two products",
    formula="v ← Hv / ‖Hv‖, twice",
    hint="Each product makes the largest curvature stand out by the ratio to the second. Print the curvature at every "
    "round and go on until it no longer changes.",
    handout=SHARP,
)
def two_products(params, X, y):
    theta, v = _flattened(params), np.random.default_rng(0).standard_normal(len(_flattened(params)))
    for _ in range(2):
        v = v / np.linalg.norm(v)
        product = (_gradient_at(theta + 1e-4 * v, params, X, y) - _gradient_at(theta - 1e-4 * v, params, X, y)) / 2e-4
        curvature, v = float(v @ product), product
    return curvature


@misconception(
    function="network.backward",
    title="As many columns as the largest class in y asks for",
    formula="onehot(y) of shape (m, max(y) + 1)",
    hint="In a small batch some class may be missing, the last one included. How many classes there are is told by the "
    "logits, not by y.",
    handout=BACKWARD,
)
def columns_by_the_largest_class(params, cache, y):
    inputs, logits = cache
    _verify(y, logits)
    slopes = (_softmax_of(logits) - np.eye(np.max(y) + 1)[y]) / len(y)
    grads = {}
    for number in range(len(inputs), 0, -1):
        entered = inputs[number - 1]
        grads[f"W{number}"] = entered.T @ slopes
        grads[f"b{number}"] = slopes.sum(axis=0)
        slopes = slopes @ params[f"W{number}"].T * (entered > 0)
    return grads


@misconception(
    function="network.backward",
    title="The biases of the lower layers get the slope of the activation",
    formula="∂J/∂b from ∂J/∂A instead of ∂J/∂Z",
    hint="A bias is added before ReLU. Where the unit is off, moving its bias changes nothing.",
    handout=BACKWARD,
)
def bias_before_the_mask(params, cache, y):
    inputs, logits = cache
    _verify(y, logits)
    slopes = _softmax_of(logits)
    slopes[np.arange(len(y)), y] -= 1
    slopes /= len(y)
    grads, unmasked = {}, slopes
    for number in range(len(inputs), 0, -1):
        entered = inputs[number - 1]
        grads[f"W{number}"] = entered.T @ slopes
        grads[f"b{number}"] = unmasked.sum(axis=0)
        unmasked = slopes @ params[f"W{number}"].T
        slopes = unmasked * (entered > 0)
    return grads


@misconception(
    function="network.train",
    title="The best parameters instead of the last",
    formula="θ of the epoch with the lowest cost",
    hint="Keeping the best is early stopping, and on training data it flatters. What is asked for are the parameters "
    "after the last update, whatever they cost.",
    handout=TRAIN,
)
def best_instead_of_last(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update, best = init(params), [], 0, params
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
        best = params if costs[-1] == min(costs) else best
    return best, costs


@misconception(
    function="network.train",
    title="Stops when the cost rises",
    formula="break if J grows",
    hint="On mini-batches the cost rises every now and then and falls again. The number of epochs is given; all are "
    "made.",
    handout=TRAIN,
)
def stops_when_the_cost_rises(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
        if len(costs) > 1 and costs[-1] > costs[-2]:
            break
    return params, costs


@misconception(
    function="network.train",
    title="Batches of 32 at most",
    formula="batch_size ← min(batch_size, 32)",
    hint="A batch holds as many examples as the caller says. With 50 for 36 examples there is one batch.",
    handout=TRAIN,
)
def batches_of_32_at_most(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update, size = init(params), [], 0, min(batch_size, 32)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), size):
            rows = order[start : start + size]
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.train",
    title="The left-over examples join the batch before",
    formula="batches of equal size, ⌊m / batch_size⌋ of them",
    hint="With 4 examples in batches of 3 there are two batches, of 3 and of 1, and two updates. `np.array_split` "
    "makes parts of about equal size, which is something else.",
    handout=TRAIN,
)
def batches_of_about_equal_size(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state, costs, update = init(params), [], 0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for rows in np.array_split(order, max(1, len(X) // batch_size)):
            grads = backward(params, forward(params, X[rows])[1], y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs


@misconception(
    function="network.sharpness",
    title="The bends of the logits are left out (Gauss-Newton)",
    formula="λmax of (1/m) Σ Jᵀ(diag(p) - ppᵀ)J",
    hint="That matrix is the Hessian of a network whose logits are straight in the parameters. In one with layers they "
    "bend, as a product of W1 and W2 does. Differences of the whole gradient have both parts in them.",
    handout=SHARP,
)
def without_the_bends(params, X, y):
    theta = _flattened(params)
    eye = 1e-5 * np.eye(len(theta))
    slopes = [
        (forward(_unflattened(theta + v, params), X)[0] - forward(_unflattened(theta - v, params), X)[0]) / 2e-5
        for v in eye
    ]
    p = _softmax_of(forward(params, X)[0])
    J = np.array(slopes) - np.sum(np.array(slopes) * p, axis=2, keepdims=True)
    return float(np.linalg.eigvalsh(np.einsum("imk,jmk,mk->ij", J, J, p) / len(X))[-1])


@misconception(
    function="landscapes.minimize",
    title="The learning rates are used up",
    formula="α = learning_rates.pop(0)",
    hint="The list belongs to the caller, who may want to walk once more with the same rates. Print it after the walk.",
    handout=WALK,
)
def rates_used_up(gradient, w, init, step, learning_rates):
    params, positions = {"w": w}, [w]
    state = init(params)
    while len(learning_rates):
        rate = learning_rates[0]
        if isinstance(learning_rates, list):
            learning_rates.pop(0)
        else:
            learning_rates = learning_rates[1:]
        params, state = step(params, {"w": gradient(params["w"])}, state, learning_rate=rate)
        positions.append(params["w"])
    return np.array(positions, dtype=float)


# --- search ---

SPACES = "spaces-and-sampling"
BROKEN = "when-training-breaks-down"
GRID_OR_RANDOM = "grid-or-random"
EXPECTED = "expected-improvement"
BAYESIAN = "bayesian-search"


def _drawn_with(special, space, rng):
    """A configuration, some kinds of which are drawn by functions (entry, rng) → value in place of the right ones."""
    right = {
        "choice": lambda entry, rng: entry["values"][rng.integers(len(entry["values"]))],
        "uniform": lambda entry, rng: rng.uniform(entry["low"], entry["high"]),
        "log_uniform": lambda entry, rng: np.exp(rng.uniform(np.log(entry["low"]), np.log(entry["high"]))),
        "integer": lambda entry, rng: int(rng.integers(entry["low"], entry["high"] + 1)),
    }
    known = right | special
    configuration = {}
    for name, entry in space.items():
        if entry["kind"] not in known:
            raise ValueError(f"{name} has the unknown kind {entry['kind']!r}")
        configuration[name] = known[entry["kind"]](entry, rng)
    return configuration


@misconception(
    function="search.sample_configuration",
    title="Uniform where log-uniform is meant",
    formula="x uniform between low and high",
    hint="Between 0.0001 and 1, nine of ten uniform draws are above 0.1. It is the exponent that should be uniform.",
    handout=SPACES,
)
def sample_uniformly_on_the_plain_scale(space, rng):
    return _drawn_with({"log_uniform": lambda entry, rng: rng.uniform(entry["low"], entry["high"])}, space, rng)


@misconception(
    function="search.sample_configuration",
    title="The bounds are taken for exponents",
    formula="x = 10^u, u uniform between low and high",
    hint="low and high are values of x. With low = 0.0001 your smallest draw is 10^0.0001, a little above 1. Which "
    "exponents give 0.0001 and 1?",
    handout=SPACES,
)
def sample_with_bounds_for_exponents(space, rng):
    return _drawn_with({"log_uniform": lambda entry, rng: 10 ** rng.uniform(entry["low"], entry["high"])}, space, rng)


@misconception(
    function="search.sample_configuration",
    title="Only whole powers of ten",
    formula="x = 10^k, k a whole number",
    hint="0.003 lies between 0.01 and 0.001 and is as good a learning rate as they are. Draw the exponent from all "
    "numbers, not from the whole ones.",
    handout=SPACES,
)
def sample_whole_powers_of_ten(space, rng):
    def power(entry, rng):
        lowest, highest = np.ceil(np.log10(entry["low"])), np.floor(np.log10(entry["high"]))
        return 10.0 ** rng.integers(int(lowest), int(highest) + 1)

    return _drawn_with({"log_uniform": power}, space, rng)


@misconception(
    function="search.sample_configuration",
    title="Two different logarithms",
    formula="x = e^u, u uniform between log₁₀ low and log₁₀ high",
    hint="The power must undo the logarithm: 10 to the log₁₀, or e to the ln. Is your smallest draw as small as `low`?",
    handout=SPACES,
)
def sample_with_two_bases(space, rng):
    def mixed(entry, rng):
        return np.exp(rng.uniform(np.log10(entry["low"]), np.log10(entry["high"])))

    return _drawn_with({"log_uniform": mixed}, space, rng)


@misconception(
    function="search.sample_configuration",
    title="The highest integer is never drawn",
    formula="k from low, …, high − 1",
    hint="NumPy's `integers` leaves the upper end out, as `range` does. Here both ends belong to the range.",
    handout=SPACES,
)
def sample_without_the_highest_integer(space, rng):
    return _drawn_with({"integer": lambda entry, rng: int(rng.integers(entry["low"], entry["high"]))}, space, rng)


@misconception(
    function="search.sample_configuration",
    title="A rounded number in place of a drawn integer",
    formula="k = round(x), x uniform between low and high",
    hint="Between 1 and 3 only x below 1.5 is rounded to 1: a quarter of the range, not a third. The ends come too "
    "seldom.",
    handout=SPACES,
)
def sample_rounded_integers(space, rng):
    return _drawn_with({"integer": lambda entry, rng: round(rng.uniform(entry["low"], entry["high"]))}, space, rng)


@misconception(
    function="search.sample_configuration",
    title="An integer that is a float",
    formula="k = ⌊x⌋, of type float",
    hint="`np.floor` gives 3.0, and `range(3.0)` is an error: whoever builds the layers needs an int.",
    handout=SPACES,
)
def sample_integers_as_floats(space, rng):
    def floored(entry, rng):
        return np.floor(rng.uniform(entry["low"], entry["high"] + 1))

    return _drawn_with({"integer": floored}, space, rng)


@misconception(
    function="search.sample_configuration",
    title="The list of choices is made an array",
    formula="rng.choice(values)",
    hint="An array has one type for all: beside a text, the number 16 becomes the text '16'. Draw an index instead.",
    handout=SPACES,
)
def sample_from_an_array_of_choices(space, rng):
    return _drawn_with({"choice": lambda entry, rng: rng.choice(entry["values"])}, space, rng)


@misconception(
    function="search.sample_configuration",
    title="Always the same seed",
    formula="a new generator with seed 0 in each call",
    hint="Every draw is the first draw of the same generator, so every trial tries the same. Use the generator you are "
    "given: it moves on by itself.",
    handout=SPACES,
)
def sample_from_the_same_seed(space, rng):
    return _drawn_with({}, space, np.random.default_rng(0))


@misconception(
    function="search.sample_configuration",
    title="The given generator is not used",
    formula="a new generator without a seed in each call",
    hint="A search that cannot be repeated cannot be trusted. All randomness has to come from `rng`.",
    handout=SPACES,
)
def sample_from_nowhere(space, rng):
    return _drawn_with({}, space, np.random.default_rng())


@misconception(
    function="search.sample_configuration",
    title="An unknown kind is passed over",
    formula="no value, and no error",
    hint="A misspelt kind should be an error that says so. A name that silently has no value is found much later.",
    handout=SPACES,
)
def sample_passing_over_unknown_kinds(space, rng):
    known = {name: entry for name, entry in space.items() if entry["kind"] != "gaussian"}
    return _drawn_with({}, known, rng)


def _asked(objective, configurations):
    return [{"configuration": one, "value": objective(one)} for one in configurations]


def _combined(grid):
    combinations = [{}]
    for name, values in grid.items():
        combinations = [one | {name: value} for one in combinations for value in values]
    return combinations


@misconception(
    function="search.grid_search",
    title="Values are paired instead of combined",
    formula="(a₁, b₁), (a₂, b₂), …",
    hint="3 learning rates and 2 depths are 6 combinations. `zip` walks along both lists at once and stops with the "
    "shorter.",
    handout=GRID_OR_RANDOM,
)
def grid_of_pairs(objective, grid):
    trials = _asked(objective, [dict(zip(grid, values, strict=False)) for values in zip(*grid.values(), strict=False)])
    return _best(trials), trials


@misconception(
    function="search.grid_search",
    title="One name at a time",
    formula="each name varied while the others stay at their first value",
    hint="The best depth may be another one at another learning rate. A grid tries them together.",
    handout=GRID_OR_RANDOM,
)
def grid_one_name_at_a_time(objective, grid):
    first = {name: values[0] for name, values in grid.items()}
    others = [first | {name: value} for name, values in grid.items() for value in values[1:]]
    trials = _asked(objective, [first, *others])
    return _best(trials), trials


@misconception(
    function="search.grid_search",
    title="NaN taken for the best",
    formula="best = min(trials) with NaN first",
    hint="`value < best` is False when best is NaN, so a NaN that comes first stays. Leave NaN out before you look for "
    "the lowest.",
    handout=BROKEN,
)
def grid_where_nan_wins(objective, grid):
    trials = _asked(objective, _combined(grid))
    return min(trials, key=lambda trial: trial["value"]), trials


@misconception(
    function="search.grid_search",
    title="The highest value is taken for the best",
    formula="best = max(trials)",
    hint="The objective is a cost: lower is better.",
    handout=GRID_OR_RANDOM,
)
def grid_for_the_highest(objective, grid):
    trials = _asked(objective, _combined(grid))
    numbers = [trial for trial in trials if trial["value"] == trial["value"]]
    return max(numbers, key=lambda trial: trial["value"], default=None), trials


@misconception(
    function="search.grid_search",
    title="One dict for all trials",
    formula="the same configuration, overwritten for each trial",
    hint="All trials hold the same dict, and it says what was tried last. Each trial needs a dict of its own.",
    handout=GRID_OR_RANDOM,
)
def grid_with_one_dict(objective, grid):
    configuration, trials = {}, []
    for combination in _combined(grid):
        configuration.update(combination)
        trials.append({"configuration": configuration, "value": objective(configuration)})
    return _best(trials), trials


@misconception(
    function="search.random_search",
    title="NaN taken for the best",
    formula="best = trials[argmin(values)] with a NaN among them",
    hint="NumPy's `argmin` returns the place of the first NaN. Leave NaN out before you look for the lowest.",
    handout=BROKEN,
)
def random_where_nan_wins(objective, space, trials, rng):
    done = _asked(objective, [sample_configuration(space, rng) for _ in range(trials)])
    return done[int(np.argmin([trial["value"] for trial in done]))], done


@misconception(
    function="search.random_search",
    title="Broken trials are not reported",
    formula="trials = those with a number",
    hint="That training breaks down at a learning rate is worth knowing, and it has been paid for. Report every trial.",
    handout=BROKEN,
)
def random_hiding_broken_trials(objective, space, trials, rng):
    done = _asked(objective, [sample_configuration(space, rng) for _ in range(trials)])
    done = [trial for trial in done if trial["value"] == trial["value"]]
    return _best(done), done


@misconception(
    function="search.random_search",
    title="Broken trials do not count",
    formula="asked again until there are enough numbers",
    hint="`trials` is how often the objective may be asked. A run that broke down has cost as much as any other.",
    handout=BROKEN,
)
def random_until_enough_numbers(objective, space, trials, rng):
    done = []
    while sum(trial["value"] == trial["value"] for trial in done) < trials and len(done) < 3 * trials:
        done += _asked(objective, [sample_configuration(space, rng)])
    return _best(done), done


@misconception(
    function="search.random_search",
    title="The same configuration in every trial",
    formula="one draw before the loop",
    hint="Draw inside the loop: every trial is about another configuration.",
    handout=GRID_OR_RANDOM,
)
def random_with_one_draw(objective, space, trials, rng):
    configuration = sample_configuration(space, rng)
    done = _asked(objective, [dict(configuration) for _ in range(trials)])
    return _best(done), done


@misconception(
    function="search.random_search",
    title="The best is tried once more",
    formula="trials + 1 calls of the objective",
    hint="Its value is known already. Each call of the objective is a whole training.",
    handout=GRID_OR_RANDOM,
)
def random_asking_again(objective, space, trials, rng):
    done = _asked(objective, [sample_configuration(space, rng) for _ in range(trials)])
    best = _best(done)
    return best and {"configuration": best["configuration"], "value": objective(best["configuration"])}, done


@misconception(
    function="search.random_search",
    title="Another configuration is reported than was tried",
    formula="one draw for the objective, another for the record",
    hint="Each call of `sample_configuration` is a new draw. Keep the one that you ask about.",
    handout=GRID_OR_RANDOM,
)
def random_reporting_another_draw(objective, space, trials, rng):
    values = [objective(sample_configuration(space, rng)) for _ in range(trials)]
    done = [{"configuration": sample_configuration(space, rng), "value": value} for value in values]
    return _best(done), done


@misconception(
    function="search.random_search",
    title="Trials sorted by their value",
    formula="trials from the best to the worst",
    hint="The order in which the trials were made is part of the record: it shows how fast the search got there.",
    handout=GRID_OR_RANDOM,
)
def random_sorted(objective, space, trials, rng):
    done = _asked(objective, [sample_configuration(space, rng) for _ in range(trials)])
    return _best(done), sorted(done, key=lambda trial: (trial["value"] != trial["value"], trial["value"]))


@misconception(
    function="search.random_search",
    title="The highest value is taken for the best",
    formula="best = max(trials)",
    hint="The objective is a cost: lower is better.",
    handout=GRID_OR_RANDOM,
)
def random_for_the_highest(objective, space, trials, rng):
    done = _asked(objective, [sample_configuration(space, rng) for _ in range(trials)])
    numbers = [trial for trial in done if trial["value"] == trial["value"]]
    return max(numbers, key=lambda trial: trial["value"], default=None), done


def _normal(z):
    """Distribution function and density of the standard normal distribution."""
    below = np.array([0.5 * (1 + math.erf(one / math.sqrt(2))) for one in np.ravel(z)]).reshape(np.shape(z))
    return below, np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


def _improving_by(formula, mean, std, best):
    """`formula(gain, std, z)` where std is above 0, the gain or nothing elsewhere."""
    if np.shape(mean) != np.shape(std):
        raise ValueError(f"mean has shape {np.shape(mean)} and std has shape {np.shape(std)}")
    gain, spread = best - np.asarray(mean, float), np.asarray(std, float)
    divisor = np.where(spread > 0, spread, 1.0)
    return np.where(spread > 0, formula(gain, spread, gain / divisor), np.maximum(gain, 0.0))


@misconception(
    function="search.expected_improvement",
    title="Improvement is looked for above the best",
    formula="z = (mean − best)/std",
    hint="Most texts maximize. Here lower is better: a mean below the best is the improvement.",
    handout=EXPECTED,
)
def improvement_of_a_maximum(mean, std, best):
    def formula(gain, spread, z):
        below, density = _normal(-z)
        return -gain * below + spread * density

    return _improving_by(formula, mean, std, best)


@misconception(
    function="search.expected_improvement",
    title="The probability of an improvement, not its size",
    formula="Φ(z)",
    hint="A tiny improvement that is nearly certain has a probability near 1. What is wanted is how much it brings.",
    handout=EXPECTED,
)
def probability_of_improvement(mean, std, best):
    return _improving_by(lambda gain, spread, z: _normal(z)[0], mean, std, best)


@misconception(
    function="search.expected_improvement",
    title="The term with the density is missing",
    formula="EI = (best − mean) Φ(z)",
    hint="At mean = best this is 0, however uncertain the value is, and beyond it negative. The second term is what "
    "makes uncertain places attractive.",
    handout=EXPECTED,
)
def improvement_without_density(mean, std, best):
    return _improving_by(lambda gain, spread, z: gain * _normal(z)[0], mean, std, best)


@misconception(
    function="search.expected_improvement",
    title="The density is not multiplied by std",
    formula="EI = (best − mean) Φ(z) + φ(z)",
    hint="An improvement has the unit of the value. φ has none, std has it.",
    handout=EXPECTED,
)
def improvement_with_bare_density(mean, std, best):
    def formula(gain, spread, z):
        below, density = _normal(z)
        return gain * below + density

    return _improving_by(formula, mean, std, best)


@misconception(
    function="search.expected_improvement",
    title="z is not divided by std",
    formula="z = best − mean",
    hint="How far the best is away counts in standard deviations of this very prediction.",
    handout=EXPECTED,
)
def improvement_with_plain_distance(mean, std, best):
    def formula(gain, spread, z):
        below, density = _normal(gain)
        return gain * below + spread * density

    return _improving_by(formula, mean, std, best)


@misconception(
    function="search.expected_improvement",
    title="std taken for a variance",
    formula="σ = √std",
    hint="`return_std=True` already gives standard deviations.",
    handout=EXPECTED,
)
def improvement_with_a_root(mean, std, best):
    def formula(gain, spread, z):
        below, density = _normal(gain / np.sqrt(np.maximum(spread, 1e-300)))
        return gain * below + np.sqrt(spread) * density

    return _improving_by(formula, mean, std, best)


@misconception(
    function="search.expected_improvement",
    title="Φ and φ exchanged",
    formula="EI = (best − mean) φ(z) + std Φ(z)",
    hint="Far below the best, improvement is nearly certain and as large as the distance: which of the two tends to 1?",
    handout=EXPECTED,
)
def improvement_with_exchanged_factors(mean, std, best):
    def formula(gain, spread, z):
        below, density = _normal(z)
        return gain * density + spread * below

    return _improving_by(formula, mean, std, best)


@misconception(
    function="search.expected_improvement",
    title="Certain predictions never improve",
    formula="EI = 0 where std = 0",
    hint="A value that is known for certain to lie below the best improves on it by the distance.",
    handout=EXPECTED,
)
def no_improvement_where_certain(mean, std, best):
    return np.where(np.asarray(std) > 0, _improving_by(_right_improvement, mean, std, best), 0.0)


def _right_improvement(gain, spread, z):
    below, density = _normal(z)
    return gain * below + spread * density


@misconception(
    function="search.expected_improvement",
    title="0/0 where std is 0",
    formula="z = (best − mean)/0",
    hint="At mean = best that is 0/0 = NaN, and NaN in one entry makes `argmax` choose it. Treat std = 0 by itself.",
    handout=EXPECTED,
)
def improvement_divided_by_zero(mean, std, best):
    if np.shape(mean) != np.shape(std):
        raise ValueError(f"mean has shape {np.shape(mean)} and std has shape {np.shape(std)}")
    gain, spread = best - np.asarray(mean, float), np.asarray(std, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _right_improvement(gain, spread, gain / spread)


@misconception(
    function="search.expected_improvement",
    title="Shapes are not looked at",
    formula="(8,) with (8, 1) gives (8, 8)",
    hint="NumPy pairs every mean with every std. Compare the shapes first, and name both in the message.",
    handout=EXPECTED,
)
def improvement_broadcasting(mean, std, best):
    mean, std = np.broadcast_arrays(np.asarray(mean, float), np.asarray(std, float))
    return _improving_by(_right_improvement, mean, std, best)


def _most_improving(mean, std, values):
    return np.argmax(expected_improvement(mean, std, values.min()))


def _searched_by(choose, objective, space, trials, rng, point=None, broken=np.max):
    """Bayesian search that asks about the candidate `choose(mean, std, values)`.

    `point` shows a configuration to the process, and `broken(values)` makes of the finite ones what the others become.
    """
    point, done = point or _point, []
    for number in range(trials):
        values = np.array([trial["value"] for trial in done], dtype=float)
        finite = np.isfinite(values)
        if number < min(5, trials // 3) or not finite.any():
            done += _asked(objective, [sample_configuration(space, rng)])
            continue
        values = np.where(finite, values, broken(values[finite]))
        points = np.array([point(trial["configuration"], space) for trial in done])
        candidates = [sample_configuration(space, rng) for _ in range(200)]
        shown = np.array([point(one, space) for one in candidates])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            process = _gaussian_process(points.shape[1]).fit(points, values)
            mean, std = process.predict(shown, return_std=True)
        done += _asked(objective, [candidates[int(choose(mean, std, values))]])
    return _best(done), done


@misconception(
    function="search.bayesian_search",
    title="A random search in disguise",
    formula="every configuration drawn at random",
    hint="What has been tried so far has to decide what is tried next.",
    handout=BAYESIAN,
)
def bayesian_at_random(objective, space, trials, rng):
    return random_search(objective, space, trials, rng)


@misconception(
    function="search.bayesian_search",
    title="The highest values are looked for",
    formula="improvement of −J over −max J",
    hint="Recipes for Bayesian optimization often maximize. Here lower is better.",
    handout=BAYESIAN,
)
def bayesian_for_the_highest(objective, space, trials, rng):
    def choose(mean, std, values):
        return np.argmax(expected_improvement(-mean, std, -values.max()))

    return _searched_by(choose, objective, space, trials, rng)


@misconception(
    function="search.bayesian_search",
    title="Only uncertainty counts",
    formula="argmax of std",
    hint="That maps the whole space evenly, also where all is known to be bad. Weigh uncertainty against the mean: "
    "expected improvement does.",
    handout=BAYESIAN,
)
def bayesian_exploring_only(objective, space, trials, rng):
    return _searched_by(lambda mean, std, values: np.argmax(std), objective, space, trials, rng)


@misconception(
    function="search.bayesian_search",
    title="The process sees the learning rate, not its logarithm",
    formula="point = (x − low)/(high − low) for log_uniform too",
    hint="On that scale 0.00001 and 0.001 are the same place, and all that is worth knowing lies between them.",
    handout=BAYESIAN,
)
def bayesian_on_the_plain_scale(objective, space, trials, rng):
    def plain(configuration, space):
        linear = {name: entry | {"kind": entry["kind"].removeprefix("log_")} for name, entry in space.items()}
        return _point(configuration, linear)

    return _searched_by(_most_improving, objective, space, trials, rng, point=plain)


@misconception(
    function="search.bayesian_search",
    title="The last value is to be improved on",
    formula="expected_improvement(mean, std, values[-1])",
    hint="After a bad trial nearly every candidate improves on the last value, and little is asked of it. What counts "
    "is the best value so far.",
    handout=BAYESIAN,
)
def bayesian_improving_on_the_last(objective, space, trials, rng):
    def choose(mean, std, values):
        return np.argmax(expected_improvement(mean, std, values[-1]))

    return _searched_by(choose, objective, space, trials, rng)


@misconception(
    function="search.bayesian_search",
    title="Broken trials count as 0",
    formula="NaN → 0",
    hint="Lower is better, and 0 may be lower than anything that works: the search comes back to where training breaks "
    "down. Put the worst finite value in its place.",
    handout=BROKEN,
)
def bayesian_zero_for_broken(objective, space, trials, rng):
    return _searched_by(_most_improving, objective, space, trials, rng, broken=lambda finite: 0.0)


@misconception(
    function="search.bayesian_search",
    title="NaN is handed to the process",
    formula="fit on all values as they are",
    hint="scikit-learn refuses NaN and infinity. Put the worst finite value in their place: the process learns that "
    "this region is bad.",
    handout=BROKEN,
)
def bayesian_fitting_nan(objective, space, trials, rng):
    done = []
    for number in range(trials):
        configuration = sample_configuration(space, rng)
        if number >= min(5, trials // 3):
            points = np.array([_point(trial["configuration"], space) for trial in done])
            values = np.array([trial["value"] for trial in done])
            candidates = [sample_configuration(space, rng) for _ in range(200)]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                process = _gaussian_process(points.shape[1]).fit(points, values)
                mean, std = process.predict(np.array([_point(one, space) for one in candidates]), return_std=True)
            configuration = candidates[int(np.argmax(expected_improvement(mean, std, values.min())))]
        done += _asked(objective, [configuration])
    return _best(done), done


@misconception(
    function="search.bayesian_search",
    title="NaN taken for the best",
    formula="best = min(trials) with a NaN among them",
    hint="Leaving NaN out of the fit is not enough: the search must not call it the best either.",
    handout=BROKEN,
)
def bayesian_where_nan_wins(objective, space, trials, rng):
    done = _searched_by(_most_improving, objective, space, trials, rng)[1]
    return done[int(np.argmin([trial["value"] for trial in done]))], done


@misconception(
    function="search.bayesian_search",
    title="The objective judges the candidates",
    formula="objective(candidate) for every candidate",
    hint="Each call of the objective is a training. Candidates are many because predicting them costs nothing: let the "
    "process predict, and ask about one.",
    handout=BAYESIAN,
)
def bayesian_trying_every_candidate(objective, space, trials, rng):
    done = []
    for _ in range(trials):
        candidates = [sample_configuration(space, rng) for _ in range(50)]
        found = _best(_asked(objective, candidates))
        done.append(found or {"configuration": candidates[0], "value": math.nan})
    return _best(done), done


@misconception(
    function="search.bayesian_search",
    title="The random trials come on top",
    formula="5 + trials calls of the objective",
    hint="`trials` is the whole budget, the first random trials included.",
    handout=BAYESIAN,
)
def bayesian_beyond_the_budget(objective, space, trials, rng):
    first = _asked(objective, [sample_configuration(space, rng) for _ in range(5)])
    done = first + _searched_by(_most_improving, objective, space, trials, rng)[1]
    return _best(done), done


@misconception(
    function="search.bayesian_search",
    title="The first random trials are not reported",
    formula="trials = those that the process chose",
    hint="They were asked and paid for, and one of them may be the best.",
    handout=BAYESIAN,
)
def bayesian_reporting_its_own_choices_only(objective, space, trials, rng):
    done = _searched_by(_most_improving, objective, space, trials, rng)[1][trials // 3 :]
    return _best(done), done
