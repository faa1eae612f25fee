"""Checks that students get: worked numbers and properties, numpy only.

The examples are those of the handout. Three houses are worth 2.5, 4.0 and 3.0 (in 100 000 euros), and a model says 3.0,
2.5 and 3.0: its residuals ŷ − y are 0.5, −1.5 and 0.
"""

import numpy as np
import pytest

from autograder.checking import expect_equal, expect_form, expect_raises

PRICES = np.array([2.5, 4.0, 3.0])
PREDICTED = np.array([3.0, 2.5, 3.0])


@pytest.mark.check(function="losses.squared_error", points=2, skill="Regression losses")
def test_squared_error_of_three_houses_and_of_two_points(student):
    """The squared error of three house prices, then of two points in the plane, worked by hand.

    The residuals of the houses are 0.5, -1.5 and 0, their squares 0.25, 2.25 and 0: one number per house, no factor ½,
    no mean.

    The points have residuals (1, -2) and (0, -3). Each point is one example, so the squares of its two coordinates are
    added: 1 + 4 = 5 and 0 + 9 = 9.
    """
    expect_equal(
        student.losses.squared_error(PRICES, PREDICTED),
        np.array([0.25, 2.25, 0.0]),
        what="the squared errors of three houses",
    )
    points, guesses = np.array([[1.0, 2.0], [0.0, 4.0]]), np.array([[2.0, 0.0], [0.0, 1.0]])
    expect_equal(
        student.losses.squared_error(points, guesses),
        np.array([5.0, 9.0]),
        what="the squared errors of two points with two coordinates each",
    )


@pytest.mark.check(function="losses.squared_error", points=1, skill="Shapes")
def test_squared_error_refuses_a_column_and_a_row(student):
    """A column of shape (3, 1) and a vector of shape (3,) are refused with a ValueError that names both shapes.

    Two vectors of shape (3,) are not: they give three losses.

    NumPy would happily subtract them: it repeats the column three times and the vector three times and returns all nine
    differences. The mean of their squares looks like a cost and means nothing. A message that names both shapes, in any
    wording, tells at once which array is the wrong one.
    """
    fitting = student.losses.squared_error(PRICES, PREDICTED)
    expect_form(fitting, PRICES, what="the squared errors of two vectors of shape (3,)")
    call = student.losses.squared_error.attempt(PRICES.reshape(3, 1), PREDICTED)
    expect_raises(call, ValueError, shapes=[(3, 1), (3,)])


@pytest.mark.check(function="losses.squared_error_gradient", points=1, skill="Regression losses")
def test_squared_error_gradient_of_three_houses(student):
    """How the squared error of each house changes with its predicted price, worked by hand.

    The derivative of r² is 2r, and r = ŷ - y grows as fast as the prediction does. The residuals 0.5, -1.5 and 0 give
    1, -3 and 0. The first is positive: that price is too high, a higher one would be worse.
    """
    expect_equal(
        student.losses.squared_error_gradient(PRICES, PREDICTED),
        np.array([1.0, -3.0, 0.0]),
        what="the derivatives of the squared errors of three houses",
    )


@pytest.mark.check(function="losses.absolute_error", points=1, skill="Regression losses")
def test_absolute_error_of_three_houses_and_of_two_points(student):
    """The absolute error of three house prices, then of two points in the plane, worked by hand.

    The residuals of the houses are 0.5, -1.5 and 0, their sizes 0.5, 1.5 and 0. The points have residuals (1, -2) and
    (0, -3): within each point the sizes are added, 1 + 2 = 3 and 0 + 3 = 3. Add first and take the size afterwards, and
    the errors +1 and -2 cancel to 1.
    """
    expect_equal(
        student.losses.absolute_error(PRICES, PREDICTED),
        np.array([0.5, 1.5, 0.0]),
        what="the absolute errors of three houses",
    )
    points, guesses = np.array([[1.0, 2.0], [0.0, 4.0]]), np.array([[2.0, 0.0], [0.0, 1.0]])
    expect_equal(
        student.losses.absolute_error(points, guesses),
        np.array([3.0, 3.0]),
        what="the absolute errors of two points with two coordinates each",
    )


@pytest.mark.check(function="losses.absolute_error_gradient", points=1, skill="Regression losses")
def test_absolute_error_gradient_is_a_sign_and_0_for_a_perfect_prediction(student):
    """How the absolute error of each house changes with its predicted price.

    The first price is too high (+1), the second too low (-1). The third is right: |r| has a kink at r = 0, and there
    the course takes 0. The size of the residual plays no role.
    """
    expect_equal(
        student.losses.absolute_error_gradient(PRICES, PREDICTED),
        np.array([1.0, -1.0, 0.0]),
        what="the derivatives of the absolute errors of three houses",
    )


@pytest.mark.check(function="losses.huber", points=2, skill="Regression losses")
def test_huber_of_three_houses_for_two_deltas(student):
    """The Huber loss of three house prices, with δ = 1 (the default) and with δ = 0.5, worked by hand.

    With δ = 1, the residual 0.5 is small and costs ½·0.5² = 0.125; the residual -1.5 is large and costs
    1·(1.5 - 0.5) = 1. With δ = 0.5, the residual 0.5 stands on the border, where both formulas give 0.125; the residual
    -1.5 costs 0.5·(1.5 - 0.25) = 0.625.
    """
    expect_equal(
        student.losses.huber(PRICES, PREDICTED),
        np.array([0.125, 1.0, 0.0]),
        what="the Huber losses of three houses with the default delta of 1",
    )
    expect_equal(
        student.losses.huber(PRICES, PREDICTED, delta=0.5),
        np.array([0.125, 0.625, 0.0]),
        what="the Huber losses of three houses with delta=0.5",
    )


@pytest.mark.check(function="losses.huber_gradient", points=1, skill="Regression losses")
def test_huber_gradient_of_three_houses(student):
    """How the Huber loss of each house changes with its predicted price, for δ = 1 and δ = 0.5.

    Up to δ the derivative is the residual itself; beyond, it stays at δ with the sign of the residual. The residuals
    0.5, -1.5 and 0 give 0.5, -1 and 0 for δ = 1, and 0.5, -0.5 and 0 for δ = 0.5.
    """
    expect_equal(
        student.losses.huber_gradient(PRICES, PREDICTED),
        np.array([0.5, -1.0, 0.0]),
        what="the derivatives of the Huber losses with the default delta of 1",
    )
    expect_equal(
        student.losses.huber_gradient(PRICES, PREDICTED, delta=0.5),
        np.array([0.5, -0.5, 0.0]),
        what="the derivatives of the Huber losses with delta=0.5",
    )


@pytest.mark.check(function="losses.bounding_box_loss", points=2, skill="Bounding boxes")
def test_bounding_box_loss_of_a_car(student):
    """The loss of a box around a car and of a box that is right, worked by hand.

    The car's box has its centre at (50, 40), is 20 wide and 10 high. The predicted one has its centre at (53, 36), is
    25 wide and 10 high: (-3)² + 4² + (-5)² + 0² = 9 + 16 + 25 + 0 = 50. The second box is predicted exactly: 0.
    """
    true = np.array([[50.0, 40.0, 20.0, 10.0], [12.0, 30.0, 8.0, 6.0]])
    predicted = np.array([[53.0, 36.0, 25.0, 10.0], [12.0, 30.0, 8.0, 6.0]])
    expect_equal(
        student.losses.bounding_box_loss(true, predicted), np.array([50.0, 0.0]), what="the losses of two boxes"
    )


@pytest.mark.check(function="losses.logistic", points=2, skill="Classification losses")
def test_logistic_loss_of_four_logits(student):
    """The logistic loss of four logits, one of them huge.

    1. z = 0 says that both labels are equally likely: log 2 = 0.6931, whatever the label.
    2. z = 2 for label 1: log(1 + e²) - 2 = 0.1269.
    3. z = -1 for label 0: log(1 + 1/e) = 0.3133.
    4. z = 1000 for label 0: a confident mistake. Beside e¹⁰⁰⁰ the 1 is nothing, so log(1 + e¹⁰⁰⁰) = 1000 to all digits,
       although e¹⁰⁰⁰ itself is too large for a float64: computed literally, the answer is inf.
    """
    expect_equal(
        student.losses.logistic(np.array([1.0, 1.0, 0.0]), np.array([0.0, 2.0, -1.0])),
        np.array([0.69314718, 0.12692801, 0.31326169]),
        what="the logistic losses of three moderate logits",
    )
    expect_equal(
        student.losses.logistic(np.array([0.0]), np.array([1000.0])),
        np.array([1000.0]),
        what="the logistic loss of the logit 1000 for label 0",
    )


@pytest.mark.check(function="losses.logistic_gradient", points=1, skill="Classification losses")
def test_logistic_gradient_of_three_logits(student):
    """How the logistic loss changes with the logit: the predicted probability minus the label.

    1. z = 0, label 1: 0.5 - 1 = -0.5. A higher logit would be better.
    2. z = 2, label 1: 0.8808 - 1 = -0.1192. Nearly right, hardly any push.
    3. z = -1, label 0: 0.2689 - 0 = 0.2689.
    """
    expect_equal(
        student.losses.logistic_gradient(np.array([1.0, 1.0, 0.0]), np.array([0.0, 2.0, -1.0])),
        np.array([-0.5, -0.11920292, 0.26894142]),
        what="the derivatives of the logistic losses of three logits",
    )


@pytest.mark.check(function="losses.hinge", points=1, skill="Classification losses")
def test_hinge_of_four_scores(student):
    """The hinge loss of four scores, for labels +1 and -1.

    1. y = 1, s = 0.25: the right side, but a margin of only 0.25: 1 - 0.25 = 0.75.
    2. y = -1, s = 0.5: the wrong side, margin -0.5: 1 + 0.5 = 1.5.
    3. y = 1, s = 2: a margin of 2 is more than enough: 0, not -1.
    4. y = -1, s = -1: a margin of exactly 1 is enough: 0.
    """
    expect_equal(
        student.losses.hinge(np.array([1.0, -1.0, 1.0, -1.0]), np.array([0.25, 0.5, 2.0, -1.0])),
        np.array([0.75, 1.5, 0.0, 0.0]),
        what="the hinge losses of four scores",
    )


@pytest.mark.check(function="losses.hinge_gradient", points=1, skill="Classification losses")
def test_hinge_gradient_of_four_scores(student):
    """How the hinge loss changes with the score, on both sides of the kink and on it.

    Where the margin y·s is less than 1, the loss is 1 - y·s and its derivative -y: -1 for the first score (label +1), 1
    for the second (label -1). The third has more margin than it needs: 0. The fourth has a margin of exactly 1, where
    the course takes 0.
    """
    expect_equal(
        student.losses.hinge_gradient(np.array([1.0, -1.0, 1.0, -1.0]), np.array([0.25, 0.5, 2.0, -1.0])),
        np.array([-1.0, 1.0, 0.0, 0.0]),
        what="the derivatives of the hinge losses of four scores",
    )


@pytest.mark.check(function="losses.softmax", points=2, skill="Softmax and cross-entropy")
def test_softmax_of_logits_whose_powers_are_known(student):
    """The softmax of two rows that can be worked by hand.

    The logits log 1, log 2 and log 5 have the powers 1, 2 and 5, which add up to 8: probabilities 1/8, 2/8 and 5/8. In
    the second row all logits are equal, so every class gets 1/3. Each row is a distribution of its own and adds to 1.
    """
    logits = np.array([np.log([1.0, 2.0, 5.0]), [4.0, 4.0, 4.0]])
    expect_equal(
        student.losses.softmax(logits),
        np.array([[0.125, 0.25, 0.625], [1 / 3, 1 / 3, 1 / 3]]),
        what="the probabilities of three classes, for two examples",
    )


@pytest.mark.check(function="losses.cross_entropy", points=2, skill="Softmax and cross-entropy")
def test_cross_entropy_of_probabilities_that_are_known(student):
    """The cross-entropy of one row of logits, once for each class that could be the right one.

    The logits log 1, log 2 and log 5 mean the probabilities 1/8, 2/8 and 5/8. The loss is minus the logarithm of the
    probability of the right class: log 8 = 2.0794 if that is class 0, log 4 = 1.3863 for class 1, log(8/5) = 0.4700 for
    class 2. The likelier the right class was thought to be, the less there is to pay.
    """
    logits = np.log(np.array([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0], [1.0, 2.0, 5.0]]))
    expect_equal(
        student.losses.cross_entropy(np.array([0, 1, 2]), logits),
        np.array([2.07944154, 1.38629436, 0.47000363]),
        what="the cross-entropies of the same logits with right classes 0, 1 and 2",
    )


@pytest.mark.check(function="losses.cross_entropy_gradient", points=1, skill="Softmax and cross-entropy")
def test_cross_entropy_gradient_of_probabilities_that_are_known(student):
    """How the cross-entropy changes with each logit: the probabilities, with 1 taken from the right class.

    The probabilities are 1/8, 2/8 and 5/8 in both rows. In the first the right class is 2: (0.125, 0.25, -0.375). In
    the second it is 0: (-0.875, 0.25, 0.625). The worse the prediction, the stronger the push.
    """
    logits = np.log(np.array([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0]]))
    expect_equal(
        student.losses.cross_entropy_gradient(np.array([2, 0]), logits),
        np.array([[0.125, 0.25, -0.375], [-0.875, 0.25, 0.625]]),
        what="the derivatives of two cross-entropies with respect to the logits",
    )


@pytest.mark.check(function="losses.cost", points=1, skill="Loss and cost")
def test_cost_of_three_houses(student):
    """The cost of three houses, and of the first two alone: the mean of their losses.

    The squared errors are 0.25, 2.25 and 0, their sum 2.5, and there are m = 3 houses: 2.5/3 = 0.8333, a single float.
    Of the first two alone it is 2.5/2 = 1.25.
    """
    expect_equal(
        student.losses.cost(np.array([0.25, 2.25, 0.0])), 0.8333333333, what="the mean of the losses 0.25, 2.25 and 0"
    )
    expect_equal(student.losses.cost(np.array([0.25, 2.25])), 1.25, what="the mean of the losses 0.25 and 2.25")


@pytest.mark.check(function="losses.mean_squared_error", points=1, skill="Loss and cost")
def test_mean_squared_error_of_three_houses_and_of_two_points(student):
    """The cost for the squared error, of three houses and of two points in the plane.

    The squared errors of the houses are 0.25, 2.25 and 0, on average 0.8333. Those of the points are 5 and 9 (see
    `squared_error`), on average 7: a mean over the two points, not over their four coordinates, which would be 3.5.
    """
    expect_equal(
        student.losses.mean_squared_error(PRICES, PREDICTED),
        0.8333333333,
        what="the mean squared error of three houses",
    )
    points, guesses = np.array([[1.0, 2.0], [0.0, 4.0]]), np.array([[2.0, 0.0], [0.0, 1.0]])
    expect_equal(
        student.losses.mean_squared_error(points, guesses),
        7.0,
        what="the mean squared error of two points in the plane",
    )


@pytest.mark.check(function="losses.numerical_gradient", points=2, skill="Numerical gradient")
def test_numerical_gradient_of_a_function_of_two_numbers(student):
    """The gradient of f(x₀, x₁) = x₀² + 3 x₀ x₁ at (1, 2) by central differences with a step of 0.5.

    Along x₀: (f(1.5, 2) - f(0.5, 2)) / (2·0.5) = (11.25 - 3.25) / 1 = 8. Along x₁: (f(1, 2.5) - f(1, 1.5)) / 1 =
    8.5 - 5.5 = 3. For a function of second degree central differences are exact, however long the step is. Differences
    to one side only would give 8.5 along x₀.
    """

    def f(x):
        x = np.asarray(x)
        if x.shape != (2,) or x.dtype.kind not in "fiu":
            raise ValueError(f"f takes an array of two numbers, not {x.dtype} of shape {x.shape}")
        with np.errstate(all="ignore"):
            return float(x[0] ** 2 + 3 * x[0] * x[1])

    expect_equal(
        student.losses.numerical_gradient(f, np.array([1.0, 2.0]), step=0.5),
        np.array([8.0, 3.0]),
        what="the gradient of x₀² + 3 x₀ x₁ at (1, 2)",
    )
