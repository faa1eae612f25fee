"""Checks that students get: worked numbers and properties, numpy only."""

import numpy as np
import pytest

from autograder.checking import expect_equal, expect_property


def accept_pair(returned, function):
    """The (params, state) of a step; what the state is made of is the student's own business."""
    expect_property(
        type(returned) in (tuple, list) and len(returned) == 2,
        what=f"what {function} returns",
        got=f"{type(returned).__name__}" + (f" of {len(returned)}" if type(returned) in (tuple, list) else ""),
        expected="a pair (params, state)",
    )
    return returned


@pytest.mark.check(function="optimizers.adam_step", points=25, skill="Adam: update rule")
def test_the_first_step_of_adam_has_the_size_of_the_learning_rate(student):
    """The first step of Adam on two parameters, worked by hand.

    At the first update both corrections undo the factors 1 - β exactly, so that V̂ = dW and Ŝ = dW². The step is
    therefore α·dW/(|dW| + ε): very nearly α in the direction of the sign, however large the gradient is.
    """
    params = {"W": np.array([1.0, 2.0])}
    state = student.optimizers.adam_init(params)
    returned = student.optimizers.adam_step(params, {"W": np.array([0.5, -20.0])}, state, learning_rate=0.1)
    expect_equal(
        accept_pair(returned, "adam_step")[0], {"W": np.array([0.9, 2.1])}, what="the parameters after one step"
    )
