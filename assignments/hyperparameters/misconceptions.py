"""Known wrong variants of the functions of this assignment, each with the hint that a student gets."""

import numpy as np

from autograder.checking.misconception import misconception

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
