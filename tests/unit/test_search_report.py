"""What the checks of a search ask of its report: which trial may be called the best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.checking import CheckFailure
from autograder.checking.modules import load_module

ROOT = Path(__file__).resolve().parents[2]
SPACE = {"learning_rate": {"kind": "log_uniform", "low": 1e-5, "high": 1.0}}


@pytest.fixture
def public() -> Any:
    return load_module("public_checks_of_hyperparameters", ROOT / "assignments/hyperparameters/test_public.py")


def report(public: Any, values: list[float], chosen: int) -> None:
    """Hold a report to account that calls the trial number `chosen` the best."""
    recorder = public.Recorder(SPACE, lambda configuration: values[len(recorder.trials)])
    for number, _ in enumerate(values):
        recorder({"learning_rate": 10.0 ** -(number + 1)})
    public.expect_report((recorder.trials[chosen], recorder.trials), recorder, SPACE, len(values))


@pytest.mark.parametrize("chosen", [1, 2])
def test_trials_that_single_precision_cannot_tell_apart_are_both_the_best(public: Any, chosen: int) -> None:
    report(public, [0.5, 0.25, 0.25 * (1 - 1e-7)], chosen)


@pytest.mark.parametrize("values", [[0.5, 0.25, 0.2499], [0.5, 0.25, -0.25]])
def test_a_trial_that_is_not_the_best_is_not_taken_for_it(public: Any, values: list[float]) -> None:
    with pytest.raises(CheckFailure):
        report(public, values, 1)
