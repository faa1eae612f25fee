"""Checks that students never see: against the reference and torch, on inputs drawn from the grading seed."""

import pytest

from autograder.checking import Case, agree, expect_property, expect_trajectory, prepared

SHAPES = {"W": (3, 2), "b": (2,), "c": ()}


def accept_pair(returned, function):
    """The (params, state) of a step; what the state is made of is the student's own business."""
    expect_property(
        type(returned) in (tuple, list) and len(returned) == 2,
        what=f"what {function} returns",
        got=f"{type(returned).__name__}" + (f" of {len(returned)}" if type(returned) in (tuple, list) else ""),
        expected="a pair (params, state)",
    )
    return returned


def follow(optimizers, name, params, gradients, learning_rates, **hyperparameters):
    """The parameters after each update, by the functions `<name>_init` and `<name>_step` of a module."""
    step = getattr(optimizers, f"{name}_step")
    state = getattr(optimizers, f"{name}_init")(params)
    positions = []
    for grads, learning_rate in zip(gradients, learning_rates, strict=True):
        returned = step(params, grads, state, learning_rate=learning_rate, **hyperparameters)
        params, state = accept_pair(returned, f"{name}_step")
        positions.append(params)
    return positions


def draw_run(rng, steps, scale):
    params = {name: rng.normal(size=shape) for name, shape in SHAPES.items()}
    gradients = [{name: scale * rng.normal(size=shape) for name, shape in SHAPES.items()} for _ in range(steps)]
    learning_rates = [float(rate) for rate in rng.uniform(0.05, 0.5, size=steps)]
    return params, gradients, learning_rates


@prepared
def adam_run(rng, reference, oracle):
    run = draw_run(rng, steps=8, scale=2e-3)
    kwargs = {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}
    return Case(
        args=run,
        kwargs=kwargs,
        expected=agree(follow(reference.optimizers, "adam", *run, **kwargs), oracle.adam(*run, **kwargs)),
    )


@pytest.mark.check(function="optimizers.adam_step", points=75, skill="Adam: update rule")
def test_adam_follows_torch_for_eight_steps(student, adam_run):
    """Eight steps of Adam with unequal betas, a large epsilon and a learning rate that changes at every step.

    The gradients are as small as epsilon, so that it matters where epsilon stands, and every parameter keeps averages
    of its own shape. Compare step by step: the first step that parts tells which line of the update is wrong.
    """
    got = follow(student.optimizers, "adam", *adam_run.args, **adam_run.kwargs)
    expect_trajectory(got, adam_run.expected, what="the parameters after each of 8 steps of Adam")
