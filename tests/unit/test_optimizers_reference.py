"""The reference optimizers against torch.optim, their own definitions, and the numbers worked in the handout."""

import copy
from pathlib import Path

import numpy as np
import pytest

from autograder.checking.modules import load_module

ROOT = Path(__file__).parents[2]

optimizers = load_module("reference_optimizers", ROOT / "solutions/optimizers.py")
oracles = load_module("optimizers_oracles", ROOT / "assignments/optimizers/oracles.py")

SEEDS = range(6)
STEPS = 15
SHAPES = {"W1": (4, 3), "b1": (3,), "kernel": (2, 1, 3), "scale": ()}
NAMES = ["sgd", "momentum", "rmsprop", "adam", "adam_then_sgd"]
REQUIRED = {"adam_then_sgd": {"switch_step": 2, "sgd_learning_rate": 0.5}}


def draw(rng, scale=1.0):
    return {name: np.array(scale * rng.normal(size=shape)) for name, shape in SHAPES.items()}


def draw_run(seed, scale=1.0):
    """Parameters, the gradients of every step, and a learning rate for every step."""
    rng = np.random.default_rng(seed)
    return draw(rng), [draw(rng, scale) for _ in range(STEPS)], rng.uniform(0.01, 0.5, STEPS).tolist()


def follow(name, params, gradients, learning_rates, **settings):
    """The parameters after each update; a setting that is a list has one value for each."""
    init, step = getattr(optimizers, f"{name}_init"), getattr(optimizers, f"{name}_step")
    state, positions = init(params), []
    for index, (grads, rate) in enumerate(zip(gradients, learning_rates, strict=True)):
        now = {key: value[index] if isinstance(value, list) else value for key, value in settings.items()}
        params, state = step(params, grads, state, learning_rate=rate, **now)
        positions.append(params)
    return positions


def one_number(name, gradients, learning_rates, **settings):
    """The path of a single parameter that starts at 1."""
    entries = [{"w": np.array([gradient])} for gradient in gradients]
    return [float(p["w"][0]) for p in follow(name, {"w": np.array([1.0])}, entries, learning_rates, **settings)]


def assert_same(positions, expected):
    assert len(positions) == len(expected)
    for mine, theirs in zip(positions, expected, strict=True):
        assert mine.keys() == theirs.keys()
        for name in theirs:
            assert np.shape(mine[name]) == np.shape(theirs[name])
            np.testing.assert_allclose(mine[name], theirs[name], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("sgd", {}),
        ("momentum", {}),
        ("momentum", {"beta": 0.7}),
        ("rmsprop", {}),
        ("rmsprop", {"beta": 0.75, "epsilon": 1e-3}),
        ("adam", {}),
        ("adam", {"beta1": 0.7, "beta2": 0.95, "epsilon": 1e-3}),
        ("adam", {"beta1": 0.0, "beta2": 0.5}),
    ],
)
def test_every_optimizer_follows_torch_while_the_learning_rate_changes(name, settings, seed):
    run = draw_run(seed)
    assert_same(follow(name, *run, **settings), getattr(oracles, name)(*run, **settings))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["rmsprop", "adam"])
def test_gradients_as_small_as_epsilon_follow_torch_too(name, seed):
    run = draw_run(seed, scale=1e-8)
    assert_same(follow(name, *run), getattr(oracles, name)(*run))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("switch_step", [0, 1, 7, STEPS, STEPS + 3])
def test_the_hybrid_is_torch_adam_for_exactly_switch_step_updates_and_then_torch_sgd(switch_step, seed):
    params, gradients, rates = draw_run(seed)
    sgd_rates = [3 * rate for rate in reversed(rates)]
    settings = {"switch_step": switch_step, "beta1": 0.8, "beta2": 0.97, "epsilon": 1e-4}
    got = follow("adam_then_sgd", params, gradients, rates, sgd_learning_rate=sgd_rates, **settings)
    assert_same(got, oracles.adam_then_sgd(params, gradients, rates, sgd_learning_rates=sgd_rates, **settings))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_hybrid_has_the_defaults_of_adam(seed):
    params, gradients, rates = draw_run(seed, scale=1e-7)
    got = follow("adam_then_sgd", params, gradients, rates, switch_step=STEPS, sgd_learning_rate=1.0)
    assert_same(got, oracles.adam(params, gradients, rates))


def test_after_the_switch_the_hybrid_keeps_no_averages():
    params, gradients, _ = draw_run(0)
    state = optimizers.adam_then_sgd_init(params)
    for grads in gradients[:3]:
        params, state = optimizers.adam_then_sgd_step(
            params, grads, state, learning_rate=0.1, switch_step=2, sgd_learning_rate=0.1
        )
    assert state == {"t": 3}


def test_momentum_without_memory_is_gradient_descent():
    run = draw_run(1)
    assert_same(follow("momentum", *run, beta=0.0), follow("sgd", *run))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_is_passed_in_is_modified(name):
    params, gradients, _ = draw_run(2)
    init, step = getattr(optimizers, f"{name}_init"), getattr(optimizers, f"{name}_step")
    state = init(params)
    for grads in gradients[:4]:
        before = copy.deepcopy((params, grads, state))
        result = step(params, grads, state, learning_rate=0.1, **REQUIRED.get(name, {}))
        np.testing.assert_equal((params, grads, state), before)
        params, state = result


@pytest.mark.parametrize("name", NAMES)
def test_the_same_arguments_give_the_same_answer_again(name):
    params, gradients, rates = draw_run(3)
    settings = REQUIRED.get(name, {})
    first, again = (follow(name, params, gradients, rates, **settings) for _ in range(2))
    np.testing.assert_equal(first, again)


@pytest.mark.parametrize("name", NAMES)
def test_the_new_parameters_share_no_memory_with_the_old(name):
    params = draw_run(4)[0]
    init, step = getattr(optimizers, f"{name}_init"), getattr(optimizers, f"{name}_step")
    nothing = {key: np.zeros(shape) for key, shape in SHAPES.items()}
    updated, _ = step(params, nothing, init(params), learning_rate=0.1, **REQUIRED.get(name, {}))
    assert not any(np.shares_memory(updated[key], params[key]) for key in params)
    np.testing.assert_equal(updated, params)


@pytest.mark.parametrize("updates_before", [0, 3])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("parameter", "gradient"), [((3,), (3, 1)), ((4, 3), (3,)), ((2,), (1,)), ((), (1,))])
def test_a_gradient_of_another_shape_is_refused_and_both_shapes_are_named(name, parameter, gradient, updates_before):
    params = {"b": np.ones(2), "W": np.ones(parameter)}
    step, settings = getattr(optimizers, f"{name}_step"), REQUIRED.get(name, {})
    state = getattr(optimizers, f"{name}_init")(params)
    for _ in range(updates_before):
        params, state = step(params, params, state, learning_rate=0.1, **settings)
    with pytest.raises(ValueError, match="'W'") as raised:
        step(params, {"b": np.ones(2), "W": np.ones(gradient)}, state, learning_rate=0.1, **settings)
    assert str(parameter) in str(raised.value)
    assert str(gradient) in str(raised.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_gradient_is_refused_and_named(name):
    params = {"W": np.ones(2), "b": np.ones(1)}
    state = getattr(optimizers, f"{name}_init")(params)
    with pytest.raises(KeyError, match="'b'"):
        getattr(optimizers, f"{name}_step")(
            params, {"W": np.ones(2)}, state, learning_rate=0.1, **REQUIRED.get(name, {})
        )


@pytest.mark.parametrize("name", NAMES)
def test_gradients_of_no_parameter_are_ignored(name):
    params, gradients, rates = draw_run(5)
    more = [grads | {"frozen": np.ones(3)} for grads in gradients]
    settings = REQUIRED.get(name, {})
    np.testing.assert_equal(
        follow(name, params, more, rates, **settings), follow(name, params, gradients, rates, **settings)
    )


def test_entries_that_never_had_a_gradient_stay_where_they_are():
    for name in ("rmsprop", "adam"):
        positions = follow(name, {"w": np.array([1.0, 2.0])}, [{"w": np.array([0.0, 1.0])}] * 3, [0.1] * 3)
        assert [position["w"][0] for position in positions] == [1.0, 1.0, 1.0]


def test_the_worked_tables_of_the_handout_are_right():
    momentum = one_number("momentum", [4.0, 0.0, -8.0], [0.1, 0.1, 0.2], beta=0.5)
    assert momentum == pytest.approx([0.8, 0.7, 1.4])
    rmsprop = one_number("rmsprop", [2.0, 2.0, 2.0], [0.1] * 3)
    assert -np.diff([1.0, *rmsprop]) == pytest.approx([0.316, 0.229, 0.192], abs=5e-4)
    adam = one_number("adam", [1.0, 1.0, -2.0, 0.5], [0.1] * 4)
    assert adam == pytest.approx([0.9, 0.8, 0.8076, 0.8020], abs=5e-5)
    hybrid = one_number("adam_then_sgd", [0.4] * 4, [0.1] * 4, switch_step=2, sgd_learning_rate=0.5)
    assert hybrid == pytest.approx([0.9, 0.8, 0.6, 0.4])


def steps_down_the_ravine(name, learning_rate, **settings):
    """Updates from (10, 1) until the cost ½(w₀² + 25 w₁²) is below 0.0001 for good, of 2000."""
    steepness = np.array([1.0, 25.0])
    params = {"w": np.array([10.0, 1.0])}
    state, costs = getattr(optimizers, f"{name}_init")(params), []
    for _ in range(2000):
        costs.append(0.5 * params["w"] ** 2 @ steepness)
        grads = {"w": steepness * params["w"]}
        params, state = getattr(optimizers, f"{name}_step")(
            params, grads, state, learning_rate=learning_rate, **settings
        )
    return int(np.nonzero(np.array(costs) > 1e-4)[0][-1]) + 1


def test_the_ravine_of_the_handout_takes_as_many_steps_as_it_says():
    assert steps_down_the_ravine("sgd", 2 / 26) == 84
    assert steps_down_the_ravine("momentum", 0.2, beta=0.5) == 19
    assert min(steps_down_the_ravine("momentum", rate, beta=0.9) for rate in (0.05, 0.1, 0.2, 0.5, 1.0)) > 120
