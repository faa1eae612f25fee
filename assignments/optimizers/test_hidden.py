"""The checks nobody sees beforehand: against the reference and torch, on inputs drawn from the grading seed.

The data are chosen so that look-alikes part by far more than single precision: learning rates that change, unequal
betas, gradients of the size of epsilon where epsilon is meant to matter and far above it where it is not, parameters
of several shapes, runs long enough that the state is no longer what it was at the start. Only the student's own
functions ever read the state.
"""

import math

import numpy as np
import pytest

from autograder.checking import (
    Case,
    CheckFailure,
    Earlier,
    Plot,
    StudentFailure,
    agree,
    attempt_updates,
    expect_each_raises,
    expect_equal,
    expect_form,
    expect_property,
    expect_raises,
    expect_trajectory,
    expect_unchanged,
    follow,
    follow_calls,
    init_and_step,
    prepared,
)

SHAPES = {"W1": (3, 2), "b1": (2,), "W2": (2, 1), "K": (2, 1, 2), "offset": ()}


def signed(rng, low, high, shape, digits=3):
    """Numbers between `low` and `high` in size, of either sign, with few digits, so that a report can be read."""
    decimals = digits - 1 - math.floor(math.log10(low))
    return np.array(np.round(rng.uniform(low, high, shape) * rng.choice([-1, 1], shape), decimals))


def draw_params(rng, shapes=SHAPES):
    """Entries between 1 and 2 in size: steps of a few tenths are neither lost in them nor dwarf them."""
    return {name: signed(rng, 1, 2, shape) for name, shape in shapes.items()}


def draw_gradients(rng, steps, scale=1.0, shapes=SHAPES):
    """Each entry is between a quarter of `scale` and twice `scale` in size, so that none is too small to tell.

    The last parameter comes first, as it does where a network is differentiated backwards.
    """
    backwards = dict(reversed(shapes.items()))
    return [{name: signed(rng, scale / 4, 2 * scale, shape) for name, shape in backwards.items()} for _ in range(steps)]


def with_silences(gradients):
    """The same but for zeros: at step 3 the first entry of every array, at step 4 one whole array, at step 5 all."""
    gradients = [{name: entries.copy() for name, entries in grads.items()} for grads in gradients]
    for entries in gradients[2].values():
        entries.flat[0] = 0.0
    for entries in [gradients[3]["b1"], *gradients[4].values()]:
        entries[...] = 0.0
    return gradients


def with_a_stranger(grads):
    """The same gradients after one that belongs to no parameter."""
    return {"stranger": np.array([0.5, -0.25])} | grads


def draw_rates(rng, steps, scale=1.0):
    """Rates that change by a factor of two to six at every step, up and down in turn."""
    return [round(scale * rng.uniform(*((0.05, 0.1), (0.2, 0.3))[step % 2]), 3) for step in range(steps)]


def draw_rates_to_zero(rng, steps):
    """The same, and 0 at the last step, where many a schedule leads."""
    return [*draw_rates(rng, steps - 1), 0.0]


def draw_share(rng, low, high):
    return round(rng.uniform(low, high), 3)


def accept_pair(returned, function):
    """The (params, state) of a step; what the state is made of is the student's own business."""
    is_pair = type(returned) in (tuple, list) and len(returned) == 2
    expect_property(
        is_pair,
        what=f"what {function} returns",
        got=type(returned).__name__ + (f" of {len(returned)}" if type(returned) in (tuple, list) else ""),
        expected="a pair (params, state)",
    )
    return returned


def accept_params(got, params):
    """`got`, once it is known to hold finite numbers of the right shapes under the right names: then it can be used."""
    value = expect_form(got, params, what="the parameters after a step")
    value = {name: np.asarray(entries) for name, entries in value.items()}
    finite = all(np.all(np.isfinite(entries)) for entries in value.values())
    expect_property(finite, what="the parameters after a step", got=value, expected="finite numbers")
    return value


def expect_moved(got, params):
    """Fail unless `got` is away from `params`, and not by the same amount everywhere.

    To leave arguments alone, or runs undisturbed, by doing nothing with the gradients is no achievement.
    """
    value = accept_params(got, params)
    moves = np.concatenate([np.ravel(value[name] - params[name]) for name in params])
    expect_property(
        bool(np.ptp(moves) > 1e-6 * np.max(np.abs(moves))),
        what="how far each entry of the parameters moves in a step",
        got=moves,
        expected="different distances, by each entry's own gradient",
    )
    return value


def updates(optimizers, optimizer, params, gradients, changing, **constant):
    """The parameters after each update by <optimizer>_init and <optimizer>_step of a module.

    `gradients` has one entry for each update, and so has every value of `changing`, a dict of arguments.
    """
    keywords = [
        constant | {name: values[index] for name, values in changing.items()} for index in range(len(gradients))
    ]
    return follow(optimizers, optimizer, params, gradients, keywords)


def calls_of(student, optimizer, params, gradients, **constant):
    """The records of <optimizer>_init and of the updates after it, up to the first that raises."""
    keywords = [{"learning_rate": 0.1} | constant] * len(gradients)
    return follow_calls(student.optimizers, optimizer, params, gradients, keywords)


def against_torch(reference, oracle, optimizer, params, gradients, rates, **constant):
    """The case of a run whose gradients are given, its expected positions agreed between reference and torch."""
    changing = {"learning_rate": rates}
    expected = agree(
        updates(reference.optimizers, optimizer, params, gradients, changing, **constant),
        getattr(oracle, optimizer)(params, gradients, rates, **constant),
    )
    return Case(args=(params, gradients, changing), kwargs=constant, expected=expected)


def scaled(arrays, factor):
    return {name: factor * entries for name, entries in arrays.items()}


def expect_any_scale(student, optimizer, case):
    """Two steps of the same run with tiny and with large numbers: what is linear only grows and shrinks with them."""
    params, gradients, changing = case.args
    rates = {"learning_rate": changing["learning_rate"][:2]}
    for factor, size in ((1e-6, "a million times smaller"), (1e3, "a thousand times larger")):
        start, slopes = scaled(params, factor), [scaled(grads, factor) for grads in gradients[:2]]
        got = updates(student.optimizers, optimizer, start, slopes, rates, **case.kwargs)
        expected = [scaled(position, factor) for position in case.expected[:2]]
        expect_trajectory(got, expected, what=f"the parameters after each of 2 steps, all numbers {size}")


# --- gradient descent ------------------------------------------------------------------------------------------------


@prepared
def sgd_run(rng, reference, oracle):
    return against_torch(reference, oracle, "sgd", draw_params(rng), draw_gradients(rng, 5), draw_rates_to_zero(rng, 5))


@pytest.mark.check(function="optimizers.sgd_step", points=3, skill="Gradient descent: update rule")
def test_gradient_descent_follows_torch_while_the_rate_changes(student, sgd_run):
    """Five steps of gradient descent on five parameters of different shape, with another learning rate at each step.

    W ← W − α dW, entry by entry, for a matrix, a vector, a column, an array of three axes and a single number (shape
    `()`). Every parameter gets its own gradient, found by its name, and every step its own α, which is 0 at the last,
    as where a schedule ends. Then two steps with all numbers a million times smaller, and a thousand times larger.
    """
    got = updates(student.optimizers, "sgd", *sgd_run.args)
    expect_trajectory(got, sgd_run.expected, what="the parameters after each of 5 steps of gradient descent")
    expect_any_scale(student, "sgd", sgd_run)


@pytest.mark.check(function="optimizers.sgd_step", points=1, skill="Shapes are verified")
def test_gradient_descent_refuses_to_skip_a_parameter_without_gradient(student, misfits):
    """A parameter that has no gradient is a mistake of the caller, and the step says so with a KeyError or a
    ValueError.

    Leaving such a parameter where it is would hide that a layer is not trained at all. A gradient that belongs to no
    parameter, on the other hand, is ignored: the new parameters have the names of the old. A gradient that has not the
    shape of its parameter is refused with a ValueError that names both, whichever parameter it is.
    """
    expect_refusals(student, "sgd", misfits)


# --- momentum --------------------------------------------------------------------------------------------------------


@prepared
def momentum_run(rng, reference, oracle):
    beta = draw_share(rng, 0.6, 0.8)
    return against_torch(
        reference,
        oracle,
        "momentum",
        draw_params(rng),
        with_silences(draw_gradients(rng, 7)),
        draw_rates_to_zero(rng, 7),
        beta=beta,
    )


@pytest.mark.check(function="optimizers.momentum_step", points=4, skill="Momentum: update rule")
def test_momentum_follows_torch_while_the_rate_changes(student, momentum_run):
    """Seven steps of momentum on five parameters, with a β of its own and another learning rate at each step.

    V ← βV + (1 − β)dW, then W ← W − αV. A first step that parts by a factor is a matter of 1 − β. If the steps part
    only where the learning rate has changed, look whether α has got into V. If the second step is the first to part,
    look whether V is handed on, and whether it is the new V that moves W. At the third, fourth and fifth step some or
    all gradients are zero, at the last the rate is 0, as where a schedule ends. Then two steps with all numbers a
    million times smaller, and a thousand times larger.
    """
    got = updates(student.optimizers, "momentum", *momentum_run.args, **momentum_run.kwargs)
    expect_trajectory(got, momentum_run.expected, what="the parameters after each of 7 steps of momentum")
    expect_any_scale(student, "momentum", momentum_run)


@prepared
def momentum_by_default(rng, reference, oracle):
    return against_torch(
        reference,
        oracle,
        "momentum",
        draw_params(rng, {"w": (4,)}),
        draw_gradients(rng, 3, 2.0, {"w": (4,)}),
        [0.5] * 3,
    )


def without_memory(rng, reference, oracle, optimizer, *betas, scale=1.0):
    """Two steps with averages that keep nothing of what was."""
    shapes = {"w": (4,)}
    params, gradients = draw_params(rng, shapes), draw_gradients(rng, 2, scale, shapes)
    return against_torch(reference, oracle, optimizer, params, gradients, [0.3, 0.2], **dict.fromkeys(betas, 0.0))


def expect_no_memory(student, optimizer, case):
    got = updates(student.optimizers, optimizer, *case.args, **case.kwargs)
    zero = " and ".join(f"{name}=0" for name in case.kwargs)
    expect_trajectory(got, case.expected, what=f"the parameters after each of 2 steps with {zero}")


@prepared
def momentum_without_memory(rng, reference, oracle):
    return without_memory(rng, reference, oracle, "momentum", "beta")


@pytest.mark.check(function="optimizers.momentum_step", points=1, skill="Default hyperparameters")
def test_momentum_keeps_nine_tenths_unless_told_otherwise(student, momentum_by_default, momentum_without_memory):
    """Three steps of momentum without a `beta`: it is 0.9. Then two with β = 0, which are plain gradient descent."""
    case = momentum_by_default
    got = updates(student.optimizers, "momentum", *case.args)
    expect_trajectory(got, case.expected, what="the parameters after each of 3 steps with the default beta")
    expect_no_memory(student, "momentum", momentum_without_memory)


def ravine(rng):
    """A start and the gradient of J(w) = ½ wᵀHw, a valley 25 times as steep across as along, turned by some angle."""
    angle = rng.uniform(0.35, 1.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    hessian = turn @ np.diag([0.4, 10.0]) @ turn.T
    return {"w": np.round(turn @ np.array([3.0, rng.choice([-1.0, 1.0])]), 2)}, np.round(hessian, 2)


def ravine_case(rng, reference, oracle, optimizer, rates, **constant):
    """The descent of the reference, and the gradients on its way."""
    start, hessian = ravine(rng)
    init, step = init_and_step(reference.optimizers, optimizer)
    params, state, path, gradients = start, init(start), [], []
    for rate in rates:
        gradients.append({"w": hessian @ params["w"]})
        params, state = step(params, gradients[-1], state, learning_rate=rate, **constant)
        path.append(params)
    expected = agree(path, getattr(oracle, optimizer)(start, gradients, rates, **constant))
    return Case(args=(start, gradients, {"learning_rate": rates}), kwargs=constant, expected=expected)


def expect_path(student, optimizer, case, title):
    """The descent from the same start, compared and drawn with the start in front."""
    start, steps = case.args[0], len(case.expected)
    got = updates(student.optimizers, optimizer, *case.args, **case.kwargs)
    expect_trajectory(
        [start, *got],
        [start, *case.expected],
        what=f"the position at the start and after each of {steps} steps",
        names=["the start", *(f"step {number}" for number in range(1, steps + 1))],
        plot=Plot(kind="path", title=title, x_label="w[0]", y_label="w[1]"),
    )


@prepared
def momentum_in_a_ravine(rng, reference, oracle):
    return ravine_case(rng, reference, oracle, "momentum", [0.15] * 12, beta=draw_share(rng, 0.6, 0.8))


@pytest.mark.check(function="optimizers.momentum_step", points=3, skill="Momentum: descending")
def test_momentum_rolls_down_a_ravine(student, momentum_in_a_ravine):
    """Twelve steps of momentum down a ravine that is 25 times as steep across as along.

    The gradients are those on the expected path. Across the ravine they change sign and cancel out in V; along it they
    agree and add up. The plot shows your path beside the expected one.
    """
    expect_path(student, "momentum", momentum_in_a_ravine, "Momentum in a ravine")


def expect_untouched(student, optimizer, run, **constant):
    """Neither the init nor two steps, which do move, modify parameters, gradients or state."""
    before, gradients = run
    calls = calls_of(student, optimizer, before, gradients, **constant)
    for call in calls:
        expect_unchanged(call)
    for call in calls[1:]:
        before = expect_moved(call.value[0], before)


@prepared
def two_steps(rng):
    return Case(args=(draw_params(rng), draw_gradients(rng, 2)))


@pytest.mark.check(function="optimizers.momentum_step", points=1, skill="Arguments are left alone")
def test_momentum_leaves_its_arguments_and_the_state_alone(student, two_steps):
    """Neither the beginning of a run of momentum nor its first two steps modify anything that they were given.

    Neither `V *= beta` on the array of the old state nor `W -= …` on the array of the caller: both write where somebody
    else may still look.
    """
    expect_untouched(student, "momentum", two_steps.args)


@prepared
def misfits(rng):
    rows, columns = (int(number) for number in rng.choice([3, 4, 5, 6], 2, replace=False))
    shapes = {"b": (2,), "W": (rows, columns), "offset": ()}
    params, fitting = draw_params(rng, shapes), draw_gradients(rng, 1, 1.0, shapes)[0]
    fitting["b"] = np.abs(fitting["b"]) * [1, -1]  # entries that no optimizer moves alike
    b, W = fitting["b"], fitting["W"]
    wrong = [("W", part) for part in (W[0], W[:1], W[:, :1], np.array(W[0, 0]), W.T)] + [("b", b[:1]), ("offset", b)]
    return Case(args=(params, fitting, [(name, fitting | {name: part.copy()}) for name, part in wrong]))


def expect_refusals(student, optimizer, misfits, **constant):
    """A gradient of another shape, whether or not NumPy would broadcast it, and a missing one are refused.

    One that belongs to no parameter is not.
    """
    params, fitting, misfitting = misfits.args
    without = {name: grads for name, grads in fitting.items() if name != "W"}
    gradients = [without, *(grads for _, grads in misfitting), with_a_stranger(fitting)]
    calls = attempt_updates(student.optimizers, optimizer, params, gradients, learning_rate=0.1, **constant)
    expect_raises(calls[0], (KeyError, ValueError))
    pairs = [(params[name].shape, grads[name].shape) for name, grads in misfitting]
    # A single number has no sizes to name: there every notation is a different one, such as (), [] or nothing.
    expect_each_raises(calls[1:], [[shape for shape in pair if shape] for pair in pairs])
    expect_unchanged(calls[-1])
    expect_moved(accept_pair(calls[-1].value, f"{optimizer}_step")[0], params)


@pytest.mark.check(function="optimizers.momentum_step", points=1, skill="Shapes are verified")
def test_momentum_refuses_gradients_that_do_not_fit(student, misfits):
    """Gradients with the shape of a row, a column or one entry of their parameter, and a parameter without a gradient.

    NumPy would use the row for every row and give back a matrix of the right shape: nobody would ever notice. A row
    may have as many axes as the parameter, (1, 3) for (4, 3). The step raises a ValueError that names both shapes; for
    the missing gradient a KeyError or a ValueError. A gradient that belongs to no parameter is ignored.
    """
    expect_refusals(student, "momentum", misfits)


def two_runs(rng):
    """Two runs of equal length that start elsewhere and see other gradients."""
    shapes = {"w": (3,)}
    changing = {"learning_rate": draw_rates(rng, 3)}
    return Case(args=tuple((draw_params(rng, shapes), draw_gradients(rng, 3, 1.0, shapes), changing) for _ in range(2)))


def expect_separate_runs(student, optimizer, case, **constant):
    """Both runs made in turns, each with a state of its own, give what each gives when it is made alone.

    And the second step of the first run, made once more at the start of the other, leads as far from there.
    """
    init, step = init_and_step(student.optimizers, optimizer)
    calls = [(init, (params,), {}) for params, _, _ in case.args]
    now = [(params, Earlier(which)) for which, (params, _, _) in enumerate(case.args)]
    for index in range(3):
        for which, (_, gradients, changing) in enumerate(case.args):
            params, state = now[which]
            keywords = {"learning_rate": changing["learning_rate"][index], **constant}
            now[which] = Earlier(len(calls), 0), Earlier(len(calls), 1)
            calls.append((step, (params, gradients[index], state), keywords))
    elsewhere = case.args[1][0]
    after_one_step, (_, (_, grads, _), keywords) = 2, calls[4]
    calls.append((step, (elsewhere, grads, Earlier(after_one_step, 1)), keywords))
    results = student.run_all(calls)
    for call in results:
        if call.error is not None:
            raise StudentFailure(call)
        if call.function.endswith("_step"):
            accept_pair(call.value, f"{optimizer}_step")
    reached = [accept_params(call.value[0], elsewhere) for call in results[2:]]
    for which, name in enumerate(("first", "second")):
        alone = [
            accept_params(params, case.args[which][0])
            for params in updates(student.optimizers, optimizer, *case.args[which], **constant)
        ]
        expect_moved(alone[-1], alone[-2])
        expect_trajectory(reached[which:6:2], alone, what=f"the {name} run, in turns with another and (expected) alone")
    expect_equal(
        reached[6]["w"],
        elsewhere["w"] + reached[2]["w"] - reached[0]["w"],
        what="the parameters after a step with the state of one run and the parameters of another",
        remark="The parameters that a step moves are those it is given: the state is no place for them.",
    )


@prepared
def two_momentum_runs(rng):
    return two_runs(rng)


@pytest.mark.check(function="optimizers.momentum_step", points=1, skill="State belongs to the caller")
def test_two_runs_of_momentum_do_not_disturb_each_other(student, two_momentum_runs):
    """Two runs of momentum made in turns: a step of one, a step of the other, three times.

    Each must end where your own functions end when it runs alone. Everything a step remembers must therefore be in the
    state it returns; what lies in a global variable, in an array that is used again or in a default argument is shared
    by all runs. The parameters are no part of the state: a step moves those that it is given.
    """
    expect_separate_runs(student, "momentum", two_momentum_runs)


# --- RMSprop ---------------------------------------------------------------------------------------------------------


@prepared
def rmsprop_run(rng, reference, oracle):
    return against_torch(
        reference,
        oracle,
        "rmsprop",
        draw_params(rng),
        with_silences(draw_gradients(rng, 7, scale=2e-3)),
        draw_rates_to_zero(rng, 7),
        beta=draw_share(rng, 0.6, 0.8),
        epsilon=1e-3,
    )


@pytest.mark.check(function="optimizers.rmsprop_step", points=3, skill="RMSprop: update rule")
def test_rmsprop_follows_torch_while_the_rate_changes(student, rmsprop_run):
    """Seven steps of RMSprop with ε = 0.001 and gradients of about that size.

    S ← βS + (1 − β)dW², then W ← W − α dW/(√S + ε), in this order: it is the new S that divides. At this size of the
    gradients it matters that ε is added to the root and that both are in the divisor. At the third, fourth and fifth
    step some or all gradients are zero: S shrinks by β there as well. At the last the rate is 0, as where a schedule
    ends.
    """
    got = updates(student.optimizers, "rmsprop", *rmsprop_run.args, **rmsprop_run.kwargs)
    expect_trajectory(got, rmsprop_run.expected, what="the parameters after each of 7 steps of RMSprop")


@prepared
def rmsprop_by_default(rng, reference, oracle):
    shapes = {"w": (4,)}
    gradients = draw_gradients(rng, 4, 2e-8, shapes)
    return against_torch(reference, oracle, "rmsprop", draw_params(rng, shapes), gradients, [0.1] * 4)


@prepared
def rmsprop_without_memory(rng, reference, oracle):
    return without_memory(rng, reference, oracle, "rmsprop", "beta", scale=2e-8)


@pytest.mark.check(function="optimizers.rmsprop_step", points=1, skill="Default hyperparameters")
def test_rmsprop_has_the_documented_defaults(student, rmsprop_by_default, rmsprop_without_memory):
    """Four steps of RMSprop without `beta` and `epsilon`: they are 0.9 and 1e-8. Then two with β = 0, where √S is |dW|.

    The gradients are about as tiny as ε, so that a default of 1e-7 or 0 is seen at once.
    """
    case = rmsprop_by_default
    got = updates(student.optimizers, "rmsprop", *case.args)
    expect_trajectory(got, case.expected, what="the parameters after each of 4 steps with default settings")
    expect_no_memory(student, "rmsprop", rmsprop_without_memory)


@prepared
def rmsprop_on_scaled_entries(rng, reference, oracle):
    shapes = {"w": (4,)}
    scales = rng.permutation([1.0, 10.0, 300.0, 4000.0])
    gradients = [{"w": scales * grads["w"]} for grads in draw_gradients(rng, 5, 1.0, shapes)]
    return against_torch(
        reference, oracle, "rmsprop", draw_params(rng, shapes), gradients, [0.1] * 5, beta=0.8, epsilon=1e-8
    )


@pytest.mark.check(function="optimizers.rmsprop_step", points=2, skill="RMSprop: a rate for every entry")
def test_rmsprop_gives_every_entry_a_step_size_of_its_own(student, rmsprop_on_scaled_entries):
    """Five steps of RMSprop on one array whose entries have gradients of very different size: 1, 10, 300 and 4000.

    Every entry of S averages the squares of its own gradient only. Dividing by √S takes the size away, so all four
    entries move about equally far. With one S for the whole array the small ones would hardly move.
    """
    case = rmsprop_on_scaled_entries
    got = updates(student.optimizers, "rmsprop", *case.args, **case.kwargs)
    expect_trajectory(got, case.expected, what="the parameters after each of 5 steps of RMSprop")


@prepared
def silent_entries(rng):
    """Gradients of which two entries are zero from the first step to the last, and which two."""
    gradients = draw_gradients(rng, 3, 1.0, {"w": (5,)})
    silent = rng.choice(5, 2, replace=False)
    for grads in gradients:
        grads["w"][silent] = 0.0
    return Case(args=(draw_params(rng, {"w": (5,)}), gradients, silent))


def expect_silent_entries_to_stay(student, optimizer, case):
    """All entries stay finite, and those without gradient where they were."""
    params, gradients, silent = case.args
    positions = updates(student.optimizers, optimizer, params, gradients, {"learning_rate": [0.1] * 3})
    entries = [accept_params(position, params)["w"][silent] for position in positions]
    expect_moved(positions[-1], params)
    expect_trajectory(
        entries, [params["w"][silent]] * 3, what=f"the entries {silent.tolist()} of w after each of 3 steps"
    )


@pytest.mark.check(function="optimizers.rmsprop_step", points=1, skill="RMSprop: epsilon")
def test_rmsprop_leaves_entries_without_gradient_where_they_are(student, silent_entries):
    """Three steps of RMSprop where two entries of the gradient are always zero, as after a dead ReLU.

    There S stays zero, and without ε the step would be 0/0. With ε in the divisor it is 0/ε = 0.
    """
    expect_silent_entries_to_stay(student, "rmsprop", silent_entries)


@pytest.mark.check(function="optimizers.rmsprop_step", points=1, skill="Arguments are left alone")
def test_rmsprop_leaves_its_arguments_and_the_state_alone(student, two_steps):
    """The beginning of a run of RMSprop and its first two steps modify nothing that they get, the state included."""
    expect_untouched(student, "rmsprop", two_steps.args)


@pytest.mark.check(function="optimizers.rmsprop_step", points=1, skill="Shapes are verified")
def test_rmsprop_refuses_gradients_that_do_not_fit(student, misfits):
    """Gradients with the shape of a row, a column or one entry of their parameter, and a parameter without a gradient.

    The former are refused with a ValueError that names both shapes, the latter with a KeyError or a ValueError. A
    gradient that belongs to no parameter is ignored.
    """
    expect_refusals(student, "rmsprop", misfits)


@prepared
def two_rmsprop_runs(rng):
    return two_runs(rng)


@pytest.mark.check(function="optimizers.rmsprop_step", points=1, skill="State belongs to the caller")
def test_two_runs_of_rmsprop_do_not_disturb_each_other(student, two_rmsprop_runs):
    """Two runs of RMSprop made in turns: a step of one, a step of the other, three times.

    Each must end where your own functions end when it runs alone: S belongs into the state, not into a variable of the
    module that both runs share.
    """
    expect_separate_runs(student, "rmsprop", two_rmsprop_runs)


# --- Adam ------------------------------------------------------------------------------------------------------------


def unequal_betas(rng):
    return {"beta1": draw_share(rng, 0.6, 0.75), "beta2": draw_share(rng, 0.9, 0.96)}


@prepared
def adam_run(rng, reference, oracle):
    return against_torch(
        reference,
        oracle,
        "adam",
        draw_params(rng),
        with_silences(draw_gradients(rng, 8, scale=2e-3)),
        draw_rates_to_zero(rng, 8),
        epsilon=1e-3,
        **unequal_betas(rng),
    )


@pytest.mark.check(function="optimizers.adam_step", points=5, skill="Adam: update rule")
def test_adam_follows_torch_for_eight_steps(student, adam_run):
    """Eight steps of Adam on five parameters, with unequal betas, ε = 0.001, and another learning rate at each step.

    Everything at once: the gradients are about as small as ε, so that it matters where ε stands; every parameter
    keeps averages of its own shape; t counts updates. Look at the first step that parts. If it is step 1, the update
    itself is wrong; if it is step 2, something is not handed on, or t does not count. At the third, fourth and
    fifth step some or all gradients are zero: V, S and t go on all the same. At the last the rate is 0, as where a
    schedule ends.
    """
    got = updates(student.optimizers, "adam", *adam_run.args, **adam_run.kwargs)
    expect_trajectory(got, adam_run.expected, what="the parameters after each of 8 steps of Adam")


@prepared
def adam_far_above_epsilon(rng, reference, oracle):
    shapes = {"w": (4,)}
    return against_torch(
        reference,
        oracle,
        "adam",
        draw_params(rng, shapes),
        draw_gradients(rng, 6, 1.0, shapes),
        [0.2] * 6,
        epsilon=1e-8,
        **unequal_betas(rng),
    )


@pytest.mark.check(function="optimizers.adam_step", points=3, skill="Adam: bias correction")
def test_adam_corrects_the_bias_of_both_averages_at_every_step(student, adam_far_above_epsilon):
    """Six steps of Adam with unequal betas on a single parameter, at a constant learning rate.

    The gradients are of size 1 and ε is 1e-8: where it stands does not matter here. What does is V̂ = V/(1 − β₁ᵗ) and
    Ŝ = S/(1 − β₂ᵗ), with t = 1, 2, 3 …: the power is taken of β alone, and 1 − βᵗ approaches 1 from below. A divisor
    like (1 − β)ᵗ goes to zero instead and is right at the first step only.
    """
    case = adam_far_above_epsilon
    got = updates(student.optimizers, "adam", *case.args, **case.kwargs)
    expect_trajectory(got, case.expected, what="the parameters after each of 6 steps of Adam")


@prepared
def first_steps_near_epsilon(rng, reference, oracle):
    shapes = {"w": (4,)}
    betas = unequal_betas(rng)
    runs = [
        against_torch(
            reference,
            oracle,
            "adam",
            draw_params(rng, shapes),
            draw_gradients(rng, 1, epsilon, shapes),
            [0.3],
            epsilon=epsilon,
            **betas,
        )
        for epsilon in (1e-4, 1e-2, 0.5)
    ]
    return Case(args=tuple(runs))


@pytest.mark.check(function="optimizers.adam_step", points=2, skill="Adam: epsilon")
def test_adam_adds_epsilon_to_the_corrected_root(student, first_steps_near_epsilon):
    """Three first steps of Adam, with ε = 0.0001, 0.01 and 0.5 and gradients of the same size.

    The divisor is √Ŝ + ε: ε outside the root, beside the corrected Ŝ, and the whole sum under the fraction bar. At the
    first step that is α·dW/(|dW| + ε): with |dW| = ε half of α.
    """
    for run in first_steps_near_epsilon.args:
        got = updates(student.optimizers, "adam", *run.args, **run.kwargs)
        epsilon = run.kwargs["epsilon"]
        expect_trajectory(got, run.expected, what=f"the parameters after the first step of Adam with epsilon={epsilon}")


@prepared
def adam_by_default(rng, reference, oracle):
    shapes = {"w": (4,)}
    # Sizes from 0.02 to 20 and back: how fast an average forgets shows only where the gradients differ in size.
    # And on like that: the correction of S by β₂ = 0.999 is far from over where that of V by β₁ = 0.9 is.
    sizes = [20.0, 0.05, 5.0, 0.02, 0.5, 10.0, 0.1, 0.02, 2.0, 0.05] * 4
    drawn = draw_gradients(rng, len(sizes), 1.0, shapes)
    gradients = [{"w": size * grads["w"]} for size, grads in zip(sizes, drawn, strict=True)]
    run = against_torch(reference, oracle, "adam", draw_params(rng, shapes), gradients, [0.3] * len(sizes))
    judged = [*range(1, 11), *range(15, len(sizes) + 1, 5)]
    return Case(args=(*run.args, judged), expected=[run.expected[number - 1] for number in judged])


@pytest.mark.check(function="optimizers.adam_step", points=2, skill="Default hyperparameters")
def test_adam_has_the_betas_of_the_paper_unless_told_otherwise(student, adam_by_default):
    """40 steps of Adam without hyperparameters, on gradients of changing size: β₁ = 0.9 and β₂ = 0.999.

    The first ten are compared one by one, then every fifth. If yours part only late, look whether t goes on counting:
    after 40 steps 1 − 0.999ᵗ is still no more than 0.04.
    """
    *run, judged = adam_by_default.args
    got = updates(student.optimizers, "adam", *run)
    expect_trajectory(
        [got[number - 1] for number in judged],
        adam_by_default.expected,
        what="the parameters in the course of 40 steps with default settings",
        names=[f"step {number}" for number in judged],
    )


@prepared
def adam_without_memory(rng, reference, oracle):
    return without_memory(rng, reference, oracle, "adam", "beta1", "beta2", scale=2e-8)


@prepared
def adam_on_tiny_gradients(rng, reference, oracle):
    shapes = {"w": (4,)}
    return against_torch(
        reference, oracle, "adam", draw_params(rng, shapes), draw_gradients(rng, 1, 2e-8, shapes), [0.3]
    )


@pytest.mark.check(function="optimizers.adam_step", points=1, skill="Default hyperparameters")
def test_the_epsilon_of_adam_is_1e_minus_8_unless_told_otherwise(student, adam_on_tiny_gradients, adam_without_memory):
    """One step of Adam with the default ε on gradients of about 2e-8, where it shows; two steps with β₁ = β₂ = 0.

    The first step is α·dW/(|dW| + ε), for |dW| = 2e-8 and the default ε = 1e-8 two thirds of α. With Keras's default of
    1e-7 it would be a sixth. With β₁ = β₂ = 0 every step is like that: V is the gradient, S its square. A 0 that is
    given is a number like others, no wish for the default.
    """
    case = adam_on_tiny_gradients
    got = updates(student.optimizers, "adam", *case.args)
    expect_trajectory(got, case.expected, what="the parameters after the first step on tiny gradients")
    expect_no_memory(student, "adam", adam_without_memory)


@prepared
def six_layers(rng):
    shapes = {f"layer{number}": (2,) for number in range(6)}
    return Case(args=(draw_params(rng, shapes), draw_gradients(rng, 4, 1.0, shapes)), kwargs=unequal_betas(rng))


@pytest.mark.check(function="optimizers.adam_step", points=2, skill="Adam: bias correction")
def test_adam_counts_updates_and_not_parameters(student, six_layers):
    """Four steps of Adam on six parameters, of which the last is compared with your own Adam on that one alone.

    One call is one update, however many arrays it moves: t is 1 for all six in the first call and 2 in the second. If t
    grows inside the loop over the parameters, each of them sees another t, and only the first one the right one.
    """
    params, gradients = six_layers.args
    rates = {"learning_rate": [0.2] * 4}
    together = updates(student.optimizers, "adam", params, gradients, rates, **six_layers.kwargs)
    last, last_gradients = {"layer5": params["layer5"]}, [{"layer5": grads["layer5"]} for grads in gradients]
    alone = updates(student.optimizers, "adam", last, last_gradients, rates, **six_layers.kwargs)
    expect_moved(alone[-1], accept_params(alone[-2], last))
    expect_trajectory(
        [accept_params(position, params)["layer5"] for position in together],
        [accept_params(position, last)["layer5"] for position in alone],
        what="the last of six parameters, together with the others and (expected) alone",
    )


@prepared
def vanishing_gradients(rng):
    """Two gradients of the same sign, entry by entry, and then four of zero."""
    shapes = {"W": (2, 2), "b": (2,)}
    first = draw_gradients(rng, 1, 1.0, shapes)[0]
    second = {name: np.round(rng.uniform(0.8, 1.25) * entries, 3) for name, entries in first.items()}
    nothing = {name: np.zeros(shape) for name, shape in shapes.items()}
    return Case(args=(draw_params(rng, shapes), [first, second] + [nothing] * 4), kwargs=unequal_betas(rng))


@pytest.mark.check(function="optimizers.adam_step", points=2, skill="Adam: memory")
def test_adam_keeps_moving_after_the_gradient_is_gone(student, vanishing_gradients):
    """Two steps of Adam with gradients, then four with none: every entry must go on in the direction it had.

    V and S are still there: they shrink by β₁ and β₂ at each step, and the parameters roll on, ever more slowly. With V
    made anew at each call, or with dW in its place, they would stop at once.
    """
    params, gradients = vanishing_gradients.args
    rates = {"learning_rate": [0.3] * 6}
    positions = updates(student.optimizers, "adam", params, gradients, rates, **vanishing_gradients.kwargs)
    positions = [accept_params(position, params) for position in positions]
    for number in range(3, 7):
        for name in params:
            moved = positions[number - 1][name] - positions[number - 2][name]
            expect_property(
                bool(np.all(moved * -np.sign(gradients[0][name]) > 1e-3)),
                what=f"how far {name} moves in step {number}, after the gradient became zero in step 3",
                got=moved,
                expected="against the sign of the earlier gradients, every entry",
            )


@prepared
def adam_in_a_ravine(rng, reference, oracle):
    rates = [round(0.5 * 0.9**step, 3) for step in range(12)]
    return ravine_case(rng, reference, oracle, "adam", rates, epsilon=1e-8, **unequal_betas(rng))


@pytest.mark.check(function="optimizers.adam_step", points=3, skill="Adam: descending")
def test_adam_walks_down_a_ravine(student, adam_in_a_ravine):
    """Twelve steps of Adam down a ravine that is 25 times as steep across as along, with a decaying learning rate.

    The gradients are those on the expected path. The ravine lies askew, so that both coordinates feel its steep side:
    dividing each by its own √Ŝ does not straighten it. The plot shows your path beside the expected one.
    """
    expect_path(student, "adam", adam_in_a_ravine, "Adam in a ravine")


@pytest.mark.check(function="optimizers.adam_step", points=1, skill="Adam: epsilon")
def test_adam_leaves_entries_without_gradient_where_they_are(student, silent_entries):
    """Three steps of Adam where two entries of the gradient are always zero: 0/(0 + ε) = 0, so they stay."""
    expect_silent_entries_to_stay(student, "adam", silent_entries)


@prepared
def two_adam_runs(rng):
    return two_runs(rng)


@pytest.mark.check(function="optimizers.adam_step", points=1, skill="State belongs to the caller")
def test_two_runs_of_adam_do_not_disturb_each_other(student, two_adam_runs):
    """Two runs of Adam made in turns: a step of one, a step of the other, three times.

    Each must end where your own functions end when it runs alone. V, S and t must all be in the state that is handed
    over: a counter in a global variable counts the steps of both runs.
    """
    expect_separate_runs(student, "adam", two_adam_runs)


@pytest.mark.check(function="optimizers.adam_step", points=1, skill="Shapes are verified")
def test_adam_refuses_gradients_that_do_not_fit(student, misfits):
    """Gradients with the shape of a row, a column or one entry of their parameter, and a parameter without a gradient.

    The former are refused with a ValueError that names both shapes, the latter with a KeyError or a ValueError. A
    gradient that belongs to no parameter is ignored.
    """
    expect_refusals(student, "adam", misfits)


# --- Adam, then gradient descent -------------------------------------------------------------------------------------


def hybrid_case(rng, reference, oracle, steps, switch_step, size=1e-2, **constant):
    """Gradients of about `size`; Adam moves by tenths, and so does gradient descent with a rate of 0.05/size and up."""
    params, gradients = draw_params(rng), draw_gradients(rng, steps, size)
    changing = {"learning_rate": draw_rates(rng, steps), "sgd_learning_rate": draw_rates(rng, steps, scale=1 / size)}
    constant = {"switch_step": switch_step, **constant}
    expected = agree(
        updates(reference.optimizers, "adam_then_sgd", params, gradients, changing, **constant),
        oracle.adam_then_sgd(
            params,
            gradients,
            changing["learning_rate"],
            sgd_learning_rates=changing["sgd_learning_rate"],
            **constant,
        ),
    )
    return Case(args=(params, gradients, changing), kwargs=constant, expected=expected)


def near(one, other):
    return all(np.allclose(one[name], other[name], rtol=1e-4) for name in other)


def own_adam(student, case):
    """Where the student's own Adam, right or wrong, is after each update before the switch; None where it fails."""
    params, gradients, changing = case.args
    settings = {name: value for name, value in case.kwargs.items() if name != "switch_step"}
    count = case.kwargs["switch_step"]
    return own_updates(student, "adam", params, gradients[:count], changing["learning_rate"][:count], **settings)


def own_updates(student, optimizer, params, gradients, rates, **settings):
    """The parameters after each of the student's own updates, right or wrong; None where they fail."""
    try:
        got = updates(student.optimizers, optimizer, params, gradients, {"learning_rate": rates}, **settings)
        return [accept_params(position, params) for position in got]
    except (CheckFailure, StudentFailure):
        return None


def own_gradient_descent(student, before, grads, rate):
    """Where the student's own step leads, right or wrong; None where it fails, or moves without a gradient."""
    nothing = {name: np.zeros(np.shape(entries)) for name, entries in grads.items()}
    ends = [own_updates(student, "sgd", before, [given], [rate]) for given in (grads, nothing)]
    if None in ends:
        return None
    (value,), (unmoved,) = ends
    return value if near(unmoved, before) and not near(value, before) else None


def after_gradient_descent(student, before, grads, rate, got):
    """Where one update by gradient descent leads; by the student's own if it is that which leads elsewhere."""
    right = {name: before[name] - rate * grads[name] for name in before}
    if near(got, right):
        return right
    own = own_gradient_descent(student, before, grads, rate)
    return own if own is not None and near(got, own) else right


def expect_hybrid(student, case, what):
    """Each update is Adam's or gradient descent's. A wrong formula in the student's own steps is paid for there.

    So the positions that adam_step and sgd_step lead to are right here as well, where they move at all.
    """
    params, gradients, changing = case.args
    switch_step = case.kwargs["switch_step"]
    got = updates(student.optimizers, "adam_then_sgd", *case.args, **case.kwargs)
    got = [accept_params(position, params) for position in got]
    expected = list(case.expected[:switch_step])
    if expected and not near(got[switch_step - 1], expected[-1]):
        own = own_adam(student, case)
        if own is not None and near(got[switch_step - 1], own[-1]) and not near(own[-1], params):
            expected = own
    for index in range(switch_step, len(gradients)):
        before = expected[-1] if expected else params
        rate = changing["sgd_learning_rate"][index]
        expected.append(after_gradient_descent(student, before, gradients[index], rate, got[index]))
    expect_trajectory(got, expected, what=what)


@prepared
def switch_in_the_middle(rng, reference, oracle):
    return hybrid_case(rng, reference, oracle, 12, int(rng.integers(3, 5)), epsilon=1e-3, **unequal_betas(rng))


@pytest.mark.check(function="optimizers.adam_then_sgd_step", points=4, skill="Adam, then gradient descent")
def test_the_hybrid_switches_from_adam_to_gradient_descent_in_the_middle(student, switch_in_the_middle):
    """Twelve updates of the hybrid, the switch after the third or fourth, both learning rates changing at each step.

    Updates 1 to `switch_step` are Adam's, with the hyperparameters that are passed; update `switch_step + 1` is the
    first of gradient descent. If yours part one step before or after the switch, look whether you compare the number
    of updates already made or the number of this one. A wrong formula in your `adam_step` or `sgd_step` is not counted
    a second time: where the hybrid does what they do, the switch alone is judged.
    """
    by_adam = switch_in_the_middle.kwargs["switch_step"]
    expect_hybrid(student, switch_in_the_middle, f"the parameters after each of 12 updates, {by_adam} by Adam")


@prepared
def switch_at_once(rng, reference, oracle):
    return hybrid_case(rng, reference, oracle, 4, 0)


@prepared
def switch_after_one(rng, reference, oracle):
    return hybrid_case(rng, reference, oracle, 3, 1)


@pytest.mark.check(function="optimizers.adam_then_sgd_step", points=2, skill="Adam, then gradient descent")
def test_a_switch_at_step_zero_is_gradient_descent_from_the_start(student, switch_at_once, switch_after_one):
    """Four updates with `switch_step=0`: no update at all is Adam's. Then three with `switch_step=1`: the first is.

    0 is a number of steps like any other; it does not mean "never".
    """
    expect_hybrid(student, switch_at_once, "the parameters after each of 4 updates by gradient descent")
    expect_hybrid(student, switch_after_one, "the parameters after each of 3 updates, 1 by Adam")


@pytest.mark.check(function="optimizers.adam_then_sgd_step", points=2, skill="Adam, then gradient descent")
def test_after_the_switch_nothing_of_adam_is_left(student, switch_in_the_middle):
    """The same twelve updates, but only those after the switch are judged, from wherever yours stood by then.

    Each must be W ← W − α dW with α = `sgd_learning_rate`: no velocity that rolls on, no division by √S, no return to
    Adam. Your own Adam may be right or wrong: it does not count here.
    """
    params, gradients, changing = switch_in_the_middle.args
    switch = switch_in_the_middle.kwargs["switch_step"]
    got = updates(student.optimizers, "adam_then_sgd", *switch_in_the_middle.args, **switch_in_the_middle.kwargs)
    got = [accept_params(position, params) for position in got]
    expected = [
        after_gradient_descent(
            student, got[index - 1], gradients[index], changing["sgd_learning_rate"][index], got[index]
        )
        for index in range(switch, len(gradients))
    ]
    names = [f"update {number}" for number in range(switch + 1, len(gradients) + 1)]
    expect_trajectory(got[switch:], expected, what="the parameters after each update by gradient descent", names=names)


@prepared
def hybrid_by_default(rng, reference, oracle):
    return hybrid_case(rng, reference, oracle, 5, 3, size=2e-8)  # so small that the default of epsilon shows


@pytest.mark.check(function="optimizers.adam_then_sgd_step", points=1, skill="Default hyperparameters")
def test_the_hybrid_has_the_defaults_of_adam(student, hybrid_by_default):
    """Five updates, three by Adam, without hyperparameters: β₁ = 0.9, β₂ = 0.999 and ε = 1e-8, as for Adam alone.

    The gradients are about as tiny as ε, so that another default of it is seen at once.
    """
    case = hybrid_by_default
    got = updates(student.optimizers, "adam_then_sgd", *case.args, **case.kwargs)
    expect_trajectory(got, case.expected, what="the parameters after each of 5 updates with default settings")


@pytest.mark.check(function="optimizers.adam_then_sgd_step", points=1, skill="Arguments are left alone")
def test_the_hybrid_leaves_its_arguments_alone_on_both_sides_of_the_switch(student, two_steps):
    """The first two updates of a run modify nothing that they were given, be they Adam's or gradient descent's."""
    for switch_step in (2, 1):
        expect_untouched(student, "adam_then_sgd", two_steps.args, switch_step=switch_step, sgd_learning_rate=0.5)


@pytest.mark.check(function="optimizers.adam_then_sgd_step", points=1, skill="Shapes are verified")
def test_the_hybrid_refuses_gradients_that_do_not_fit_on_both_sides_of_the_switch(student, misfits):
    """Gradients that do not fit are refused in an update by Adam and in one by gradient descent.

    A gradient that belongs to no parameter is ignored by both.
    """
    for switch_step in (1, 0):
        expect_refusals(student, "adam_then_sgd", misfits, switch_step=switch_step, sgd_learning_rate=0.5)


@prepared
def two_hybrid_runs(rng):
    return two_runs(rng)


@pytest.mark.check(function="optimizers.adam_then_sgd_step", points=1, skill="State belongs to the caller")
def test_two_runs_of_the_hybrid_do_not_disturb_each_other(student, two_hybrid_runs):
    """Two runs of the hybrid made in turns, two updates of each by Adam and one by gradient descent.

    Each must end where your own functions end when it runs alone. How many updates were made is part of the state: a
    counter in a global variable counts those of both runs and switches too soon.
    """
    expect_separate_runs(student, "adam_then_sgd", two_hybrid_runs, switch_step=2, sgd_learning_rate=0.5)


# --- schedules -------------------------------------------------------------------------------------------------------


def schedule_case(reference, oracle, schedule, initial, steps, **settings):
    """The rates of the first `steps` steps."""
    expected = agree(
        [getattr(reference.schedules, schedule)(initial, step, **settings) for step in range(steps)],
        getattr(oracle, schedule)(initial, steps, **settings),
    )
    return Case(args=(initial, steps), kwargs=settings, expected=expected)


def expect_no_memory_of_rates(student, reference, schedule, case, *far):
    """The same schedule asked backwards, in turns with another one of much smaller rates; then at steps `far` away."""
    initial, steps = case.args
    function, right = getattr(student.schedules, schedule), getattr(reference.schedules, schedule)
    other = {name: value + 1 if isinstance(value, int) else 0.8 * value for name, value in case.kwargs.items()}
    smaller = 1e-5 * initial
    other |= {"final": 1e-5 * other["final"]} if "final" in other else {}
    order = (steps - 1, steps // 2, 1, 0)
    asked = [one for step in order for one in ((smaller, step, other), (initial, step, case.kwargs))]
    asked += [(initial, step, case.kwargs) for step in far]
    results = student.run_all([(function, (start, step), settings) for start, step, settings in asked])
    if results[-1].error is not None:
        raise StudentFailure(results[-1])
    for result, (start, step, settings) in zip(results, asked, strict=True):
        named = ", ".join(f"{name}={value:.6g}" for name, value in settings.items())
        what = f"{schedule}({start:.6g}, {step}, {named}), asked after other steps and of other rates"
        expect_equal(result.value, right(start, step, **settings), what=what)


def expect_rates(student, schedule, case, title):
    initial, steps = case.args
    got = getattr(student.schedules, schedule).each([(initial, step) for step in range(steps)], **case.kwargs)
    expect_trajectory(
        got,
        case.expected,
        what=f"the rates of steps 0 to {steps - 1}",
        names=[f"step {step}" for step in range(steps)],
        plot=Plot(kind="curve", title=title, x_label="step", y_label="learning rate"),
    )


def draw_initial(rng):
    return round(rng.uniform(0.1, 0.9), 3)


@prepared
def stairs(rng, reference, oracle):
    every = int(rng.integers(4, 7))  # with 3 a stair is over alike by rounding and by counting from one
    return schedule_case(
        reference,
        oracle,
        "step_decay",
        draw_initial(rng),
        3 * every + 2,
        factor=draw_share(rng, 0.2, 0.45),
        every=every,
    )


@pytest.mark.check(function="schedules.step_decay", points=3, skill="Schedules: stairs")
def test_step_decay_follows_torch_over_four_stairs(student, reference, stairs):
    """Step decay over more than three full stairs, epoch by epoch.

    ⌊epoch/every⌋ counts the stairs that are over. Within a stair the rate is constant, and each stair is `factor`
    times the one before. Some epochs are asked once more in another order, in turns with another schedule, and one that
    is far away; at last epoch 49 with `every` = 49, which 49·(1/49) in floating point does not reach.
    """
    expect_rates(student, "step_decay", stairs, "Step decay")
    expect_no_memory_of_rates(student, reference, "step_decay", stairs, 7 * stairs.kwargs["every"])
    got = student.schedules.step_decay(0.5, 49, 0.5, 49)
    expect_equal(got, 0.25, what="step_decay(0.5, 49, 0.5, 49), the first epoch of the second stair")


def expect_constant(student, schedule):
    constant = getattr(student.schedules, schedule)(0.5, 7, 0.0)
    expect_equal(constant, 0.5, what=f"{schedule}(0.5, 7, 0.0), where nothing decays")


@prepared
def exponential(rng, reference, oracle):
    initial = round(rng.uniform(1e-5, 3e-5), 7)  # the last rates are below a millionth, as is right for such a start
    return schedule_case(reference, oracle, "exponential_decay", initial, 12, rate=draw_share(rng, 0.4, 0.5))


@pytest.mark.check(function="schedules.exponential_decay", points=2, skill="Schedules: exponential decay")
def test_exponential_decay_follows_torch(student, exponential):
    """Exponential decay over twelve steps, from a small initial rate.

    α₀·e^(−rate·step): each rate is e^(−rate) times the one before. For a small rate that is nearly 1 − rate, but not
    quite. With `rate` = 0 nothing decays.
    """
    expect_rates(student, "exponential_decay", exponential, "Exponential decay")
    expect_constant(student, "exponential_decay")


@pytest.mark.check(function="schedules.exponential_decay", points=1, skill="Schedules: nothing is remembered")
def test_a_schedule_may_be_asked_in_any_order(student, exponential):
    """The same rates asked from the last step to the first, and each of the first three once more.

    A schedule is a function of the step alone. One that keeps the last rate somewhere gives another answer to the same
    question the second time, and breaks when a training is resumed in the middle.
    """
    initial, steps = exponential.args
    order = [*range(steps - 1, -1, -1), 0, 1, 2]
    got = student.schedules.exponential_decay.each([(initial, step) for step in order], **exponential.kwargs)
    expect_trajectory(
        got, [exponential.expected[step] for step in order], what="the rates", names=[f"step {step}" for step in order]
    )


@prepared
def inverse_time(rng, reference, oracle):
    return schedule_case(reference, oracle, "inverse_time_decay", draw_initial(rng), 12, rate=draw_share(rng, 0.1, 0.5))


@pytest.mark.check(function="schedules.inverse_time_decay", points=3, skill="Schedules: inverse time decay")
def test_inverse_time_decay_always_divides_the_initial_rate(student, reference, inverse_time):
    """Inverse time decay over twelve steps.

    α₀/(1 + rate·step), with the α₀ that is passed each time. If the first two rates are right and the others too small,
    it is the already decayed rate that is being divided. Some steps are asked once more in another order, in turns with
    another schedule; then with `rate` = 0, where nothing decays, and at step 9999.
    """
    expect_rates(student, "inverse_time_decay", inverse_time, "Inverse time decay")
    expect_no_memory_of_rates(student, reference, "inverse_time_decay", inverse_time)
    expect_constant(student, "inverse_time_decay")
    late = student.schedules.inverse_time_decay(0.5, 9_999, 1.0)
    expect_equal(late, 5e-5, what="inverse_time_decay(0.5, 9999, 1.0)")


@prepared
def half_a_wave(rng, reference, oracle):
    initial, total_steps = draw_initial(rng), int(rng.integers(7, 12))
    final = round(initial * rng.uniform(0.1, 0.3), 3)
    return schedule_case(
        reference, oracle, "cosine_decay", initial, total_steps + 1, total_steps=total_steps, final=final
    )


@pytest.mark.check(function="schedules.cosine_decay", points=2, skill="Schedules: cosine decay")
def test_cosine_decay_falls_from_the_initial_to_the_final_rate(student, reference, half_a_wave):
    """Cosine decay from step 0 to `total_steps`, both included, with a floor above zero.

    (1 + cos)/2 goes from 1 to 0 and says which part of the way from α_final up to α₀ is left. At `total_steps` the
    rate is exactly `final`. Some steps are asked once more in another order, in turns with another schedule.
    """
    expect_rates(student, "cosine_decay", half_a_wave, "Cosine decay")
    expect_no_memory_of_rates(student, reference, "cosine_decay", half_a_wave)


@prepared
def beyond_the_end(rng, reference, oracle):
    initial, total_steps = draw_initial(rng), int(rng.integers(5, 9))
    final = round(initial * rng.uniform(0.1, 0.3), 3)
    steps = [
        0,
        total_steps,
        total_steps + 1,
        total_steps + 2,
        2 * total_steps - 1,
        2 * total_steps,
        3 * total_steps + 1,
        4 * total_steps,
        4 * total_steps + 1,
    ]
    rates = oracle.cosine_decay(initial, steps[-1] + 1, total_steps, final)
    expected = agree(
        [reference.schedules.cosine_decay(initial, step, total_steps, final) for step in steps],
        [rates[step] for step in steps],
    )
    return Case(args=(initial, steps, total_steps, final), expected=expected)


@pytest.mark.check(function="schedules.cosine_decay", points=1, skill="Schedules: cosine decay")
def test_cosine_decay_stays_at_the_final_rate_afterwards(student, beyond_the_end):
    """Step 0, where the rate is still `initial`, and steps at and beyond `total_steps`, where it is `final` for good.

    The cosine alone rises again after its minimum and is back at the top at twice `total_steps`, which is what torch's
    CosineAnnealingLR does. A decay of a single step has both: `initial` at step 0, `final` from step 1 on.
    """
    initial, steps, total_steps, final = beyond_the_end.args
    got = student.schedules.cosine_decay.each([(initial, step, total_steps) for step in steps], final=final)
    expect_trajectory(got, beyond_the_end.expected, what="the rates", names=[f"step {step}" for step in steps])
    shortest = student.schedules.cosine_decay.each([(initial, step, 1) for step in (0, 1)], final=final)
    expect_trajectory(shortest, [initial, final], what="the rates with total_steps=1", names=["step 0", "step 1"])


@prepared
def down_to_nothing(rng, reference, oracle):
    total_steps = int(rng.integers(7, 12))
    initial = round(1e-3 * draw_initial(rng), 6)  # so small that a `final` of a millionth would show
    # The last rates before the end are tiny differences of 1 and a cosine: nothing to judge single precision by.
    return schedule_case(reference, oracle, "cosine_decay", initial, total_steps - 1, total_steps=total_steps)


@prepared
def one_of_a_thousand_steps(rng, reference, oracle):
    """A step at which a π of six digits is off by 7.5e-7; right answers in single precision are by 2e-7 at most."""
    step = int(rng.integers(600, 680))
    expected = agree(reference.schedules.cosine_decay(1.0, step, 1000), oracle.cosine_decay(1.0, step + 1, 1000)[step])
    return Case(args=(1.0, step, 1000), expected=expected)


@pytest.mark.check(function="schedules.cosine_decay", points=1, skill="Default hyperparameters")
def test_cosine_decay_aims_at_zero_unless_told_otherwise(student, down_to_nothing, one_of_a_thousand_steps):
    """Cosine decay without `final`, from a small initial rate: it is 0.

    Then a single step of a thousand, from an initial rate of 1, compared to six digits: π has more than 3.14159.
    """
    expect_rates(student, "cosine_decay", down_to_nothing, "Cosine decay to zero")
    _, step, _ = one_of_a_thousand_steps.args
    expect_equal(
        student.schedules.cosine_decay(*one_of_a_thousand_steps.args),
        one_of_a_thousand_steps.expected,
        what=f"the rate of step {step} of 1000",
        tolerance=5e-7,
        remark="Take π from `math` or NumPy if you have written it out.",
    )


@prepared
def warmup(rng, reference, oracle):
    warmup_steps = int(rng.integers(5, 9))
    return schedule_case(
        reference, oracle, "linear_warmup", draw_initial(rng), warmup_steps + 3, warmup_steps=warmup_steps
    )


@pytest.mark.check(function="schedules.linear_warmup", points=1, skill="Schedules: warm-up")
def test_warmup_climbs_equal_stairs_and_then_holds(student, reference, warmup):
    """A warm-up and three steps more.

    (step + 1)/warmup_steps: the first stair is 1/warmup_steps and not 0, the last, at step `warmup_steps − 1`, is 1.
    From there on the rate is α₀. Some steps are asked once more in another order, in turns with another schedule.
    """
    expect_rates(student, "linear_warmup", warmup, "Linear warm-up")
    expect_no_memory_of_rates(student, reference, "linear_warmup", warmup)


@prepared
def hardly_any_warmup(rng, reference):
    initial, steps = draw_initial(rng), (0, 1, 7)
    expected = [[initial] * 3, [initial] * 3, [initial / 2, initial, initial]]
    for warmup_steps, rates in enumerate(expected):
        agree([reference.schedules.linear_warmup(initial, step, warmup_steps) for step in steps], rates)
    return Case(args=(initial, steps), expected=expected)


@pytest.mark.check(function="schedules.linear_warmup", points=1, skill="Schedules: warm-up")
def test_no_warmup_is_the_full_rate_from_the_start(student, hardly_any_warmup):
    """`warmup_steps` = 0, 1 and 2, at the steps 0, 1 and 7.

    With 0 there is no warm-up and with 1 it is over in the first step: α₀ every time, and no division by zero. With 2
    the first step has half of α₀.
    """
    initial, steps = hardly_any_warmup.args
    for warmup_steps, expected in enumerate(hardly_any_warmup.expected):
        got = student.schedules.linear_warmup.each([(initial, step, warmup_steps) for step in steps])
        names = [f"step {step}" for step in steps]
        expect_trajectory(got, expected, what=f"the rates with warmup_steps={warmup_steps}", names=names)
