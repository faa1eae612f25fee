"""Result records for the tests of reports and exports, made by hand: no engine is needed to have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograder.results import (
    AssignmentInfo,
    Call,
    CheckResult,
    Diagnosis,
    Difference,
    Explanation,
    Failure,
    Frame,
    GradingInfo,
    KnownMistake,
    Series,
    SubmissionInfo,
    SubmissionResult,
    Tolerance,
)


def check_result(**changes: Any) -> CheckResult:
    """A check that passed, changed as asked."""
    values: dict[str, Any] = {
        "id": "test_sgd_takes_one_step",
        "function": "optimizers.sgd_step",
        "skill": "SGD",
        "title": "One step with worked numbers.",
        "visibility": "public",
        "points": 2.0,
        "outcome": "passed",
    } | changes
    values.setdefault("earned", values["points"] if values["outcome"] in ("passed", "grader_error") else 0.0)
    return CheckResult(**values)


def result(*checks: CheckResult, show_hidden_inputs: bool = False, **submission: Any) -> SubmissionResult:
    """A graded submission with these checks."""
    about: dict[str, Any] = {
        "id": "student-07",
        "name": "Zoë Çelik",
        "content_hash": "9f86d081884c7d65",
        "submitted_at": "2026-11-20T17:42:00+01:00",
        "files": ["optimizers.py"],
    } | submission
    return SubmissionResult(
        assignment=AssignmentInfo(name="optimizers", title="Optimizers", show_hidden_inputs=show_hidden_inputs),
        submission=SubmissionInfo(**about),
        grading=GradingInfo(
            seed=0,
            engine="0.1.0",
            fingerprint="ab12cd34ef56",
            isolation="bubblewrap",
            graded_at="2026-11-22T10:20:00+00:00",
        ),
        checks=list(checks),
    )


def wrong_value(**changes: Any) -> CheckResult:
    """A check whose values differ, with everything a failure can carry."""
    values: dict[str, Any] = {
        "id": "test_adam_follows_the_paper",
        "function": "optimizers.adam_step",
        "skill": "Adam: bias correction",
        "title": "Ten steps of Adam from a cold start.",
        "explanation": "It divides by ``1 - beta**t``.\n\nAt the first step:\n\n- beta is 0.8;\n- so is t*1.",
        "points": 8.0,
        "outcome": "failed",
        "output": "printed by the student",
        "failure": Failure(
            kind="wrong_value",
            message="The values differ, first at step 2, ['W'][0].",
            what="the parameters after each of 3 steps",
            got="np.array([1.5, 1.25])",
            expected="np.array([1.5, 1.375])",
            first_difference=Difference(where="step 2, ['W'][0]", got="1.25", expected="1.375", step=1),
            tolerance=Tolerance(absolute=4e-6, reason="single precision is accepted"),
            remark="Your step is twice as long.",
            calls=[Call(function="optimizers.adam_step", arguments="{'W': np.array([1.5])}, lr=0.1", result="(1, 2)")],
            series=[
                Series(
                    kind="path",
                    title="Path of W",
                    x_label="W[0]",
                    y_label="W[1]",
                    got=[(1.5, 1.0), (1.25, 0.5), (0.75, 0.25)],
                    expected=[(1.5, 1.0), (1.375, 0.75), (1.25, 0.5)],
                )
            ],
        ),
    } | changes
    return check_result(**values)


def raised(**changes: Any) -> CheckResult:
    """A check that the student's exception ended."""
    values: dict[str, Any] = {
        "id": "test_rmsprop",
        "function": "optimizers.rmsprop_step",
        "title": "RMSprop with worked numbers.",
        "points": 3.0,
        "outcome": "error",
        "failure": Failure(
            kind="raised",
            message="Your code raised a TypeError.",
            exception="TypeError: unsupported operand type(s) for *: 'dict' and 'float'",
            frames=[Frame(file="optimizers.py", line=88, function="rmsprop_step", source="S = beta * S")],
        ),
    } | changes
    return check_result(**values)


def not_written(**changes: Any) -> CheckResult:
    values: dict[str, Any] = {
        "id": "test_momentum",
        "function": "optimizers.momentum_step",
        "title": "Ten steps of momentum.",
        "outcome": "not_implemented",
        "failure": Failure(kind="not_implemented", message="momentum_step is not written yet"),
    } | changes
    return check_result(**values)


def diagnosis(*titles: str, **changes: Any) -> Diagnosis:
    """What explains a failing check: a known mistake for each title, one of which it is."""
    values: dict[str, Any] = {
        "name": "adam_misprinted_correction",
        "function": "optimizers.adam_step",
        "formula": "V̂ = V/(1 − β₁)ᵗ",
        "hint": "What should the divisor tend to?",
        "handout": "bias-correction",
    } | changes
    return Diagnosis(
        explanations=[
            Explanation(mistakes=[KnownMistake(title=title, **values)], calls=8, numbers=56, digits=15)
            for title in titles
        ],
        tried=21,
    )


class Records:
    """The makers above, in one fixture."""

    check: Callable[..., CheckResult] = staticmethod(check_result)
    diagnosis: Callable[..., Diagnosis] = staticmethod(diagnosis)
    result: Callable[..., SubmissionResult] = staticmethod(result)
    wrong_value: Callable[..., CheckResult] = staticmethod(wrong_value)
    raised: Callable[..., CheckResult] = staticmethod(raised)
    not_written: Callable[..., CheckResult] = staticmethod(not_written)


@pytest.fixture
def records() -> Records:
    return Records()
