"""The checks you have on your own machine: numbers worked by hand and properties anybody can verify.

Every docstring says how its numbers come about, so that a failure can be followed with pencil and paper.
"""

import math

import numpy as np
import pytest

from autograder.checking import (
    Plot,
    expect_equal,
    expect_form,
    expect_property,
    expect_raises,
    expect_trajectory,
    expect_unchanged,
    follow,
    follow_calls,
)


def updates(student, optimizer, params, gradients, learning_rates, **hyperparameters):
    """The parameters after each update, by the student's <optimizer>_init and <optimizer>_step."""
    keywords = [{"learning_rate": rate} | hyperparameters for rate in learning_rates]
    return follow(student.optimizers, optimizer, params, gradients, keywords)


def expect_pair(returned, function, params):
    """The (params, state) of a step that has moved `params`; what the state is made of is the student's business."""
    expect_property(
        type(returned) in (tuple, list) and len(returned) == 2,
        what=f"what {function} returns",
        got=type(returned).__name__ + (f" of {len(returned)}" if type(returned) in (tuple, list) else ""),
        expected="a pair (params, state)",
    )
    moved = expect_form(returned[0], params, what=f"the parameters after {function}")
    moves = np.concatenate([np.ravel(moved[name] - params[name]) for name in params])
    expect_property(
        bool(np.all(np.isfinite(moves)) and np.ptp(moves) > 1e-6 * np.max(np.abs(moves))),
        what="how far each entry of the parameters moves in a step",
        got=moves,
        expected="different distances, by each entry's own gradient",
    )
    return moved, returned[1]


def expect_untouched(student, optimizer, params, gradients):
    """<optimizer>_init and the updates after it move the parameters, and modify nothing that they were given."""
    calls = follow_calls(student.optimizers, optimizer, params, gradients, [{"learning_rate": 0.1}] * len(gradients))
    for call in calls:
        expect_unchanged(call)
    for call in calls[1:]:
        params = expect_pair(call.value, f"{optimizer}_step", params)[0]


def entries(values):
    """One {"w": …} for each value."""
    return [{"w": np.array(value)} for value in values]


@pytest.mark.check(function="optimizers.sgd_step", points=2, skill="Gradient descent: update rule")
def test_gradient_descent_steps_against_the_gradient(student):
    """One step of gradient descent on a matrix and a vector.

    With α = 0.1 every entry moves by a tenth of its own gradient, in the opposite direction: 1 − 0.1·10 = 0 and
    2 − 0.1·(−5) = 2.5. A gradient that points uphill is subtracted, so a positive one makes the entry smaller.
    """
    params = {"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([0.5, -0.5])}
    grads = {"W": np.array([[10.0, -5.0], [0.0, 1.0]]), "b": np.array([-3.0, 2.0])}
    got = updates(student, "sgd", params, [grads], [0.1])[0]
    expect_equal(got, {"W": np.array([[0.0, 2.5], [3.0, 3.9]]), "b": np.array([0.8, -0.7])}, what="the parameters")


@pytest.mark.check(function="optimizers.sgd_step", points=1, skill="Arguments are left alone")
def test_gradient_descent_leaves_its_arguments_alone(student):
    """Whoever calls a step still has the old parameters afterwards.

    `W -= learning_rate * dW` writes into the array of the caller: the start of the run is gone, and the next
    optimizer of a comparison would begin where this one ended. A step makes new arrays in a new dict.
    """
    params, grads = {"w": np.array([1.0, -2.0, 3.0])}, {"w": np.array([0.5, 0.5, -0.5])}
    expect_untouched(student, "sgd", params, [grads] * 2)


@pytest.mark.check(function="optimizers.sgd_step", points=1, skill="Shapes are verified")
def test_gradient_descent_refuses_a_gradient_that_would_broadcast(student):
    """A parameter of shape (3,) and a gradient of shape (3, 1) do not fit, though NumPy would subtract them.

    The difference would be a (3, 3) matrix, every entry of w minus every entry of dW. The step raises a ValueError
    instead, and its message names both shapes, because that is what one needs to find the mistake.
    """
    params, grads = {"w": np.array([1.0, 2.0, 3.0])}, {"w": np.array([[0.1], [0.2], [0.3]])}
    state = student.optimizers.sgd_init(params)
    call = student.optimizers.sgd_step.attempt(params, grads, state, learning_rate=0.1)
    expect_raises(call, ValueError, shapes=[(3,), (3, 1)])
    fitting = {"w": np.array([0.1, 0.2, -0.3])}
    expect_pair(student.optimizers.sgd_step(params, fitting, state, learning_rate=0.1), "sgd_step", params)


@pytest.mark.check(function="optimizers.momentum_step", points=3, skill="Momentum: update rule")
def test_three_steps_of_momentum_worked_by_hand(student):
    """Three steps of momentum with β = 0.5, on one number that starts at 1.

    The gradients are 4, 0 and −8, so V = ½·0 + ½·4 = 2, then ½·2 + 0 = 1, then ½·1 − ½·8 = −3.5. With the learning
    rates 0.1, 0.1 and 0.2 the parameter goes 1 → 0.8 → 0.7 → 1.4. In the second step it moves although the gradient
    is zero: that is the momentum. In the third the new rate multiplies all of V, also what came in at the old rate.
    """
    got = updates(
        student, "momentum", {"w": np.array([1.0])}, entries([[4.0], [0.0], [-8.0]]), [0.1, 0.1, 0.2], beta=0.5
    )
    expect_trajectory(got, entries([[0.8], [0.7], [1.4]]), what="the parameter after each of 3 steps of momentum")


@pytest.mark.check(function="optimizers.rmsprop_step", points=3, skill="RMSprop: update rule")
def test_three_steps_of_rmsprop_worked_by_hand(student):
    """Three steps of RMSprop with β = 0.75 and ε = 0.5, on one number that starts at 1.

    The gradients are 4, 2 and −2. S = ¼·16 = 4, then ¾·4 + ¼·4 = 4, and 4 again: √S is 2 each time, and the divisor is
    √S + ε = 2.5. The quotients 1.6, 0.8 and −0.8 times the learning rates 0.1, 0.1 and 0.5 take the parameter
    1 → 0.84 → 0.76 → 1.16.
    """
    got = updates(
        student,
        "rmsprop",
        {"w": np.array([1.0])},
        entries([[4.0], [2.0], [-2.0]]),
        [0.1, 0.1, 0.5],
        beta=0.75,
        epsilon=0.5,
    )
    expect_trajectory(got, entries([[0.84], [0.76], [1.16]]), what="the parameter after each of 3 steps of RMSprop")


@pytest.mark.check(function="optimizers.adam_step", points=2, skill="Adam: update rule")
def test_the_first_step_of_adam_is_as_long_as_the_learning_rate(student):
    """The first step of Adam, on gradients of very different size.

    At t = 1 the corrections undo the factors 1 − β₁ and 1 − β₂ exactly: V̂ = dW and Ŝ = dW². The step is
    α·dW/(|dW| + ε), very nearly α in the direction of the sign, whether the gradient is 0.5 or −2000.
    """
    got = updates(student, "adam", {"w": np.array([1.0, 2.0, 3.0])}, entries([[0.5, -2000.0, 1.0]]), [0.1])
    expect_trajectory(got, entries([[0.9, 2.1, 2.9]]), what="the parameters after the first step of Adam")


@pytest.mark.check(function="optimizers.adam_step", points=3, skill="Adam: bias correction")
def test_under_a_constant_gradient_every_step_of_adam_is_the_same(student):
    """Four steps of Adam with the same gradient each time, β₁ = 0.5, β₂ = 0.75 and α = 0.1.

    The average of equal gradients is that gradient, and the correction sees to it from the first step on. For dW = 0.4:
    V is 0.2, 0.3, 0.35, 0.375 and 1 − β₁ᵗ is 0.5, 0.75, 0.875, 0.9375, so V̂ = 0.4 every time; in the same way Ŝ = 0.16.
    Each step is 0.1·0.4/(√0.16 + ε) = 0.1, and for dW = −3 it is −0.1 (ε = 1e-8 is too small to be seen).

    A correction that is right at the first step only lets the later steps grow or shrink: compare how your V̂ goes on.
    """
    got = updates(
        student,
        "adam",
        {"w": np.array([1.0, 2.0])},
        entries([[0.4, -3.0]] * 4),
        [0.1] * 4,
        beta1=0.5,
        beta2=0.75,
    )
    expected = entries([[0.9, 2.1], [0.8, 2.2], [0.7, 2.3], [0.6, 2.4]])
    expect_trajectory(got, expected, what="the parameters after each of 4 steps of Adam")


@pytest.mark.check(function="optimizers.adam_step", points=1, skill="Arguments are left alone")
def test_adam_leaves_its_arguments_and_the_state_alone(student):
    """The state that goes into a step is not modified either: the step returns a new one.

    Two steps, the second from the state of the first. Beware of a copy of the outer dict only: `dict(state)` still
    holds the same arrays, and `V *= beta1` writes into them. Nor may `adam_init` change the parameters it is shown.
    """
    params, grads = {"w": np.array([1.0, -2.0])}, {"w": np.array([0.3, -0.2])}
    expect_untouched(student, "adam", params, [grads] * 2)


@pytest.mark.check(function="optimizers.adam_then_sgd_step", points=2, skill="Adam, then gradient descent")
def test_two_steps_of_adam_are_followed_by_gradient_descent(student):
    """Four updates with `switch_step=2`: two by Adam, two by gradient descent.

    The gradient is 0.4 throughout. As in the check on Adam's constant gradient, Adam's steps are α = 0.1 long;
    afterwards `sgd_learning_rate` = 0.5 makes them 0.5·0.4 = 0.2. The parameter goes 1 → 0.9 → 0.8 → 0.6 → 0.4.
    """
    got = updates(
        student,
        "adam_then_sgd",
        {"w": np.array([1.0])},
        entries([[0.4]] * 4),
        [0.1] * 4,
        switch_step=2,
        sgd_learning_rate=0.5,
    )
    expect_trajectory(got, entries([[0.9], [0.8], [0.6], [0.4]]), what="the parameter after each of 4 updates")


def expect_rates(got, expected, title, steps):
    """The rates at the given steps, with a plot when they differ."""
    plot = Plot(kind="curve", title=title, x_label="step", y_label="learning rate", steps=tuple(steps))
    expect_trajectory(got, expected, what="the learning rates", names=[f"step {step}" for step in steps], plot=plot)


@pytest.mark.check(function="schedules.step_decay", points=1.5, skill="Schedules: stairs")
def test_a_stair_of_three_epochs_halves_the_rate_at_epochs_three_and_six(student):
    """A rate of 0.8 that is halved every 3 epochs, from epoch 0 to epoch 7.

    Epochs 0, 1, 2 belong to the first stair: ⌊2/3⌋ = 0. Epoch 3 opens the second. Between two stairs nothing changes.
    """
    got = student.schedules.step_decay.each([(0.8, epoch, 0.5, 3) for epoch in range(8)])
    expected = [0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2]
    expect_rates(got, expected, "Step decay", range(8))


@pytest.mark.check(function="schedules.exponential_decay", points=1, skill="Schedules: exponential decay")
def test_exponential_decay_halves_at_equal_intervals(student):
    """A rate of 0.4 that decays with rate ln 2 / 5 per step.

    e^(−ln 2 / 5 · 5) = ½: the learning rate is halved every 5 steps, at 5 to 0.2, at 10 to 0.1, at 15 to 0.05.
    """
    got = student.schedules.exponential_decay.each([(0.4, step, math.log(2) / 5) for step in (0, 5, 10, 15)])
    expect_rates(got, [0.4, 0.2, 0.1, 0.05], "Exponential decay", (0, 5, 10, 15))


@pytest.mark.check(function="schedules.inverse_time_decay", points=1, skill="Schedules: inverse time decay")
def test_inverse_time_decay_divides_by_two_three_and_four(student):
    """A rate of 1.2 that decays with rate 0.1 per step.

    1 + 0.1·step is 1, 2, 3 and 4 at steps 0, 10, 20 and 30: the learning rate is 1.2, 0.6, 0.4 and 0.3. It is always
    the initial rate that is divided.
    """
    got = student.schedules.inverse_time_decay.each([(1.2, step, 0.1) for step in (0, 10, 20, 30)])
    expect_rates(got, [1.2, 0.6, 0.4, 0.3], "Inverse time decay", (0, 10, 20, 30))


@pytest.mark.check(function="schedules.cosine_decay", points=2, skill="Schedules: cosine decay")
def test_cosine_decay_starts_at_the_top_and_ends_at_the_floor(student):
    """From 1.0 down to 0.2 in 4 steps, and two steps more.

    The cosine of 0, π/2 and π is 1, 0 and −1, so the rate is 1.0 at step 0, in the middle (1.0 + 0.2)/2 = 0.6, and
    0.2 at step 4. At step 1 it is 0.2 + 0.4·(1 + √½) = 0.8828, at step 3 0.2 + 0.4·(1 − √½) = 0.3172. After step 4 it
    stays at 0.2: the cosine itself would rise again.
    """
    got = student.schedules.cosine_decay.each([(1.0, step, 4) for step in range(7)], final=0.2)
    root = np.sqrt(0.5)
    expected = [1.0, 0.2 + 0.4 * (1 + root), 0.6, 0.2 + 0.4 * (1 - root), 0.2, 0.2, 0.2]
    expect_rates(got, expected, "Cosine decay", range(7))


@pytest.mark.check(function="schedules.linear_warmup", points=1.5, skill="Schedules: warm-up")
def test_a_warmup_of_four_steps_rises_by_quarters(student):
    """A rate of 0.8 that is reached in 4 steps, and two steps more.

    (step + 1)/4 is ¼, ½, ¾ and 1 at steps 0 to 3: 0.2, 0.4, 0.6, 0.8. The first step is not wasted on a rate of zero,
    and after the warm-up the rate is 0.8 and no more.
    """
    got = student.schedules.linear_warmup.each([(0.8, step, 4) for step in range(6)])
    expected = [0.2, 0.4, 0.6, 0.8, 0.8, 0.8]
    expect_rates(got, expected, "Linear warm-up", range(6))
