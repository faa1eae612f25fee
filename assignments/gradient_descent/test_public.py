"""Checks that students get: worked numbers and properties, numpy only.

The examples are those of the handout: x = 0, 0, 1, 3 and y = 2, 1, 3, 6, whose best line has w = 1.5, b = 1.5.
"""

import numpy as np
import pytest

from autograder.checking import Plot, expect_equal, expect_form, expect_property, expect_trajectory, expect_unchanged

X = np.array([[0.0], [0.0], [1.0], [3.0]])
Y = np.array([2.0, 1.0, 3.0, 6.0])
ZERO = np.array([0.0])


def accept(returned, like, what, noun="values"):
    """What came back, once it has the form of `like`: the same types and shapes, finite numbers, any values."""
    return expect_form(returned, like, what=what, finite=True, noun=noun)


@pytest.mark.check(function="gradient_descent.predict", points=2, skill="The model")
def test_predict_weighs_two_features_and_adds_the_bias(student):
    """Predictions for three examples with two features, worked by hand.

    With w = (2, -0.5) and b = 0.25 the example (1, 2) gets 1·2 + 2·(-0.5) + 0.25 = 1.25, and (3, -1) gets
    6 + 0.5 + 0.25 = 6.75. The example (0, 0) gets the bias, 0.25, and nothing else.
    """
    features = np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 0.0]])
    expect_equal(
        student.gradient_descent.predict(features, np.array([2.0, -0.5]), 0.25),
        np.array([1.25, 6.75, 0.25]),
        what="the predictions for 3 examples",
    )


@pytest.mark.check(function="gradient_descent.cost", points=2, skill="The cost")
def test_cost_of_the_true_line_and_of_the_best_line(student):
    """The mean squared error of two lines through the four examples of the handout.

    The true line, w = 2 and b = 1, predicts 1, 1, 3, 7 where 2, 1, 3, 6 was measured. It misses by -1, 0, 0, 1, and
    (1 + 0 + 0 + 1)/4 = 0.5.

    The best line, w = 1.5 and b = 1.5, predicts 1.5, 1.5, 3, 6 and misses by -0.5, 0.5, 0, 0: its cost is 0.125, less
    than that of the truth, because it was fitted to these very examples.
    """
    of_truth = student.gradient_descent.cost(X, Y, np.array([2.0]), 1.0)
    expect_equal(of_truth, 0.5, what="the cost of the true line")
    of_best = student.gradient_descent.cost(X, Y, np.array([1.5]), 1.5)
    expect_equal(of_best, 0.125, what="the cost of the best line")


@pytest.mark.check(function="gradient_descent.cost_gradient", points=3, skill="The gradient")
def test_gradient_at_zero_worked_by_hand(student):
    """The slope of the cost in w and b at w = 0, b = 0, on the four examples of the handout.

    The predictions are all 0, so the residuals ŷ - y are -2, -1, -3, -6. Then

        ∂J/∂w = (2/4)·(0·(-2) + 0·(-1) + 1·(-3) + 3·(-6)) = -10.5
        ∂J/∂b = (2/4)·(-2 - 1 - 3 - 6) = -6

    Both are negative: the line is too low, and raising either parameter lowers the cost.
    """
    returned = student.gradient_descent.cost_gradient(X, Y, ZERO, 0.0)
    expect_equal(returned, (np.array([-10.5]), -6.0), what="(dw, db) at w = 0, b = 0")


@pytest.mark.check(function="gradient_descent.cost_gradient", points=2, skill="The gradient")
def test_gradient_agrees_with_differences_of_the_cost(student, rng):
    """The gradient against the difference quotient of the mean squared error, in each parameter.

    Move one parameter by ±0.5, hold the others, and divide the change of the cost by 1. For a quadratic cost this
    central difference is not an approximation: it is the slope. You can test every gradient you will ever write in this
    way.
    """
    features, targets = rng.uniform(0.5, 2.0, size=(6, 2)), rng.uniform(-3.0, -1.0, size=6)
    w, b = rng.uniform(0.5, 1.5, size=2), 0.75

    def mean_squared_error(dw, db):
        return np.mean((features @ (w + dw) + b + db - targets) ** 2)

    def slope(dw, db):
        return mean_squared_error(dw, db) - mean_squared_error(-dw, -db)

    slopes = np.array([slope(np.array([0.5, 0.0]), 0.0), slope(np.array([0.0, 0.5]), 0.0)])
    expect_equal(
        student.gradient_descent.cost_gradient(features, targets, w, b),
        (slopes, float(slope(np.zeros(2), 0.5))),
        what="(dw, db) beside central differences of the cost",
    )


@pytest.mark.check(function="gradient_descent.gradient_step", points=2, skill="The update")
def test_one_step_moves_every_parameter_against_its_slope(student):
    """One step with learning rate 0.1, in two weights and the bias, worked by hand.

    The first weight goes from 1 to 1 - 0.1·5 = 0.5, the second from -2 to -2 - 0.1·(-10) = -1, the bias from 0.5 to
    0.5 - 0.1·2 = 0.3. Where the slope is positive the parameter falls.
    """
    returned = student.gradient_descent.gradient_step(np.array([1.0, -2.0]), 0.5, np.array([5.0, -10.0]), 2.0, 0.1)
    expect_equal(returned, (np.array([0.5, -1.0]), 0.3), what="(w, b) after one step")


@pytest.mark.check(function="gradient_descent.minibatches", points=3, skill="Mini-batches")
def test_seven_examples_in_batches_of_three_are_dealt_once_each(student, rng):
    """Seven examples in batches of three: sizes 3, 3 and 1, and every example once.

    The last batch is smaller, and it is kept: an epoch is a pass over all examples. Which examples meet is up to
    chance, so only what must hold for every order is checked.
    """
    features, targets = np.arange(14.0).reshape(7, 2), np.arange(100.0, 107.0)
    returned = student.gradient_descent.minibatches(features, targets, 3, student.rng(int(rng.integers(2**31))))
    some_order = [(features[:3], targets[:3]), (features[3:6], targets[3:6]), (features[6:], targets[6:])]
    batches = accept(returned, some_order, what="the batches (X_batch, y_batch)", noun="batches")
    dealt = np.concatenate([y_batch for _, y_batch in batches])
    expect_equal(np.sort(dealt), targets, what="all y of the three batches together, sorted")


@pytest.mark.check(function="gradient_descent.gradient_descent", points=3, skill="Full gradient descent")
def test_three_epochs_of_gradient_descent_from_zero(student):
    """The first epochs on the four examples of the handout, from w = 0, b = 0 with learning rate 0.1.

    One epoch is one step along the gradient of all examples. The slopes -10.5 and -6 lead to w = 1.05, b = 0.6, where
    the slopes are -4.05 and -2.7; the second step leads to w = 1.455, b = 0.87, and the third to w = 1.6035,
    b = 1.005. `costs` holds the cost after each epoch: 2.25125, 0.5836625, 0.294340625.
    """
    returned = student.gradient_descent.gradient_descent(X, Y, ZERO, 0.0, 0.1, 3)
    w, b, costs = accept(returned, (ZERO, 0.0, [0.0, 0.0, 0.0]), what="(w, b, costs)")
    plot = Plot(kind="curve", title="Cost after each epoch", x_label="epoch", y_label="cost", first=1)
    expect_trajectory(costs, [2.25125, 0.5836625, 0.294340625], what="the cost after each of 3 epochs", plot=plot)
    expect_equal((w, b), (np.array([1.6035]), 1.005), what="(w, b) after 3 epochs", steps=3)


@pytest.mark.check(function="gradient_descent.gradient_descent", points=1, skill="Arguments stay as they are")
def test_gradient_descent_leaves_the_starting_point_alone(student):
    """The w that you are given is still the same after the run.

    Whoever compares two learning rates starts both runs from the same array. If the first run writes into it, the
    second starts where the first one ended.
    """
    call = student.gradient_descent.gradient_descent.attempt(X, Y, ZERO, 0.0, 0.1, 2)
    expect_unchanged(call)
    returned = call.value
    a_run = type(returned) in (tuple, list) and len(returned) == 3
    expect_property(a_run, what="what gradient_descent returns", got=returned, expected="(w, b, costs)")
    w = accept(returned[0], ZERO, what="w after 2 epochs")
    expect_property(w[0] != 0, what="w after 2 epochs", got="where it started", expected="somewhere else")


@pytest.mark.check(function="gradient_descent.stochastic_gradient_descent", points=2, skill="Stochastic descent")
def test_stochastic_descent_on_a_single_example(student, rng):
    """Two epochs over one example, x = 2 and y = 5, where no order is left to chance.

    From w = 0, b = 0 the residual is -5. The gradient of this one squared error is 2·(-5)·2 = -20 in w and
    2·(-5) = -10 in b, so learning rate 0.05 leads to w = 1, b = 0.5. There the prediction is 2.5 and the cost 6.25. The
    second epoch halves the residual again: w = 1.5, b = 0.75, cost 1.5625.
    """
    returned = student.gradient_descent.stochastic_gradient_descent(
        np.array([[2.0]]), np.array([5.0]), ZERO, 0.0, 0.05, 2, student.rng(int(rng.integers(2**31)))
    )
    expect_equal(returned, (np.array([1.5]), 0.75, [6.25, 1.5625]), what="(w, b, costs) after 2 epochs", steps=2)


@pytest.mark.check(function="gradient_descent.minibatch_gradient_descent", points=2, skill="Mini-batch descent")
def test_one_batch_with_all_examples_is_full_gradient_descent(student, rng):
    """Two epochs with a batch size of 4 on four examples: the same as full gradient descent.

    The only batch of an epoch holds everything, in some order, and a mean does not depend on the order. So the run ends
    at w = 1.455, b = 0.87 with costs 2.25125 and 0.5836625, whatever the generator says.
    """
    returned = student.gradient_descent.minibatch_gradient_descent(
        X, Y, ZERO, 0.0, 0.1, 2, 4, student.rng(int(rng.integers(2**31)))
    )
    expected = (np.array([1.455]), 0.87, [2.25125, 0.5836625])
    expect_equal(returned, expected, what="(w, b, costs) after 2 epochs", steps=2)


@pytest.mark.check(function="gradient_descent.least_squares", points=2, skill="Least squares")
def test_best_line_through_four_points(student):
    """The line with the smallest cost for the four examples of the handout: w = 1.5, b = 1.5.

    Its residuals are -0.5, 0.5, 0, 0. Their sum is zero and so is their sum weighted with x: both slopes of the cost
    vanish, which is what makes it the best line. The examples were measured on y = 2x + 1, but with errors, and the
    best line follows some of them.
    """
    returned = student.gradient_descent.least_squares(X, Y)
    expect_equal(returned, (np.array([1.5]), 1.5), what="(w, b) of the best line", tolerance=1e-4)


@pytest.mark.check(
    function="gradient_descent.largest_stable_learning_rate", points=2, skill="Learning rate and curvature"
)
def test_largest_stable_learning_rate_of_four_points(student):
    """The learning rate at which gradient descent on the four examples stops converging, 1/3; on two others, 1/4.

    With A the matrix X and a column of ones, AᵀA = [[10, 4], [4, 4]], and the Hessian is (2/4)·AᵀA = [[5, 2], [2, 2]].
    Its eigenvalues are 6 (along (2, 1): the steep direction turns w and shifts b at once) and 1. The steepest direction
    sets the limit, 2/6.

    Two examples at x = 2 and x = -2 have the Hessian (2/2)·[[8, 0], [0, 2]], with the eigenvalues 8 and 2: 2/8.
    """
    expect_equal(
        student.gradient_descent.largest_stable_learning_rate(X), 1 / 3, what="the largest stable learning rate"
    )
    expect_equal(
        student.gradient_descent.largest_stable_learning_rate(np.array([[2.0], [-2.0]])),
        0.25,
        what="the largest stable learning rate for examples at 2 and -2",
    )


@pytest.mark.check(function="gradient_descent.descend_parabola", points=2, skill="Learning rate and curvature")
def test_descending_a_parabola_from_both_sides(student):
    """Three steps on J = ½·2·w² from w = 8: with learning rate 0.25, then with 0.75.

    Every step multiplies w by 1 - learning_rate·curvature. At 0.25 the factor is 1/2: the path 8, 4, 2, 1 creeps down
    one side. At 0.75 it is -1/2: 8, -4, 2, -1 jumps over the minimum each time and still comes closer.
    """
    for learning_rate, positions in ((0.25, [8.0, 4.0, 2.0, 1.0]), (0.75, [8.0, -4.0, 2.0, -1.0])):
        expect_trajectory(
            student.gradient_descent.descend_parabola(2.0, learning_rate, 8.0, 3),
            positions,
            what=f"the positions with learning rate {learning_rate}, the start first",
            names=["the start", "step 1", "step 2", "step 3"],
            plot=Plot(kind="curve", title="Position after each step", x_label="step", y_label="w"),
        )
