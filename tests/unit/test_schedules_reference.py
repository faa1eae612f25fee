"""The reference schedules against torch.optim.lr_scheduler, their definitions, and the numbers of the handout."""

from pathlib import Path

import numpy as np
import pytest

from autograder.checking.modules import load_module

ROOT = Path(__file__).parents[2]

schedules = load_module("reference_schedules", ROOT / "solutions/schedules.py")
oracles = load_module("optimizers_oracles", ROOT / "assignments/optimizers/oracles.py")

STEPS = 40
SETTINGS = [
    ("step_decay", {"factor": 0.3, "every": 7}),
    ("step_decay", {"factor": 0.9, "every": 1}),
    ("step_decay", {"factor": 0.5, "every": 100}),
    ("exponential_decay", {"rate": 0.05}),
    ("exponential_decay", {"rate": 0.0}),
    ("inverse_time_decay", {"rate": 0.2}),
    ("inverse_time_decay", {"rate": 0.0}),
    ("cosine_decay", {"total_steps": 25}),
    ("cosine_decay", {"total_steps": 25, "final": 0.02}),
    ("cosine_decay", {"total_steps": 1, "final": 0.02}),
    ("cosine_decay", {"total_steps": 90}),
    ("linear_warmup", {"warmup_steps": 9}),
    ("linear_warmup", {"warmup_steps": 1}),
    ("linear_warmup", {"warmup_steps": 0}),
    ("linear_warmup", {"warmup_steps": 60}),
]


def rates(name, initial, steps, **settings):
    return [getattr(schedules, name)(initial, step, **settings) for step in steps]


@pytest.mark.parametrize("initial", [0.3, 1.0, 1e-4])
@pytest.mark.parametrize(("name", "settings"), SETTINGS)
def test_every_schedule_follows_torch(name, settings, initial):
    settings = {key: initial * value if key == "final" else value for key, value in settings.items()}
    expected = getattr(oracles, name)(initial, STEPS, **settings)
    np.testing.assert_allclose(rates(name, initial, range(STEPS), **settings), expected, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize(("name", "settings"), SETTINGS)
def test_a_schedule_is_a_float_and_does_not_depend_on_what_was_asked_before(name, settings):
    forwards = rates(name, 0.3, range(STEPS), **settings)
    backwards = rates(name, 0.3, reversed(range(STEPS)), **settings)
    assert forwards == backwards[::-1]
    assert {type(rate) for rate in forwards} == {float}


def test_a_stair_is_as_many_epochs_long_as_asked():
    assert rates("step_decay", 0.8, range(7), factor=0.5, every=3) == [0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2]


def test_cosine_decay_ends_exactly_at_the_final_rate_and_stays_there():
    assert rates("cosine_decay", 0.3, [10, 11, 15, 20, 1000], total_steps=10, final=0.07) == [0.07] * 5
    assert rates("cosine_decay", 0.3, [10, 20], total_steps=10) == [0.0, 0.0]


def test_cosine_decay_passes_the_mean_of_both_rates_in_the_middle():
    assert schedules.cosine_decay(0.3, 5, 10, final=0.1) == pytest.approx(0.2)


def test_the_first_step_of_a_warmup_is_not_wasted_and_the_last_reaches_the_initial_rate():
    assert rates("linear_warmup", 0.8, range(6), warmup_steps=4) == pytest.approx([0.2, 0.4, 0.6, 0.8, 0.8, 0.8])


def test_a_warmup_and_a_decay_combine():
    combined = [schedules.linear_warmup(schedules.cosine_decay(0.1, step, 100), step, 10) for step in range(101)]
    assert combined[0] == pytest.approx(0.01)
    assert np.argmax(combined) == 9
    assert combined[50] == schedules.cosine_decay(0.1, 50, 100)
    assert combined[100] == 0.0


def test_the_table_of_the_handout_is_right():
    steps = [0, 10, 20, 50, 80, 100]
    table = {
        ("step_decay", 0.5, 20): [0.1, 0.1, 0.05, 0.025, 0.00625, 0.003125],
        ("exponential_decay", 0.03): [0.1, 0.0741, 0.0549, 0.0223, 0.0091, 0.0050],
        ("inverse_time_decay", 0.1): [0.1, 0.05, 0.0333, 0.0167, 0.0111, 0.0091],
        ("cosine_decay", 100): [0.1, 0.0976, 0.0905, 0.05, 0.0095, 0.0],
    }
    for (name, *settings), expected in table.items():
        assert [getattr(schedules, name)(0.1, step, *settings) for step in steps] == pytest.approx(expected, abs=5e-5)


def share_left(name, rate, steps):
    """What is left of the distance on J = ½w² after `steps` steps, starting with a learning rate of 0.1."""
    return np.prod([1 - learning_rate for learning_rate in rates(name, 0.1, range(steps), rate=rate)])


def test_the_shares_of_the_distance_that_the_handout_says_are_left():
    assert share_left("exponential_decay", 0.1, 2000) == pytest.approx(0.34, abs=5e-3)
    assert share_left("exponential_decay", 0.01, 20000) == pytest.approx(3e-5, abs=5e-6)
    assert share_left("inverse_time_decay", 0.1, 100) == pytest.approx(0.08, abs=5e-3)
    assert share_left("inverse_time_decay", 0.1, 1000) == pytest.approx(0.009, abs=5e-4)
