"""Hints in steps: what a failed hidden check tells at which hand-in and from which day on."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder import assignment as assignments
from autograder.report.student_page import render_student
from autograder.report.student_view import arrange
from autograder.results import CheckResult, Diagnosis, Example, Explanation, Hint, KnownMistake

TODAY = datetime.date(2026, 11, 22)
MISTAKE = KnownMistake("m", "optimizers.adam_step", "The correction is raised", "(1 − β)ᵗ", "Look at t = 1.", "adam")
EXAMPLE = Example("optimizers.adam_step", "np.array([1.0])", got="0.0625", expected="0.5")
DIAGNOSIS = Diagnosis([Explanation([MISTAKE], calls=3, numbers=9, digits=12)], tried=5)


def told(records: Any, hints: list[Hint], attempt: int = 1, **changes: Any) -> CheckResult:
    """A wrong value in a hidden check, as its student is told of it."""
    check = records.wrong_value(visibility="hidden", diagnosis=DIAGNOSIS, example=EXAMPLE, **changes)
    return arrange(result(records, hints, attempt, check), TODAY).modules[0].functions[0].findings[0].check


def result(records: Any, hints: list[Hint], attempt: int, *checks: CheckResult) -> Any:
    graded = records.result(*checks, show_hidden_inputs=True)
    return msgspec.structs.replace(
        graded,
        assignment=msgspec.structs.replace(graded.assignment, hints=hints),
        grading=msgspec.structs.replace(graded.grading, attempt=attempt),
    )


LATER = [Hint("property", attempt=2), Hint("misconception", attempt=3), Hint("example", attempt=4)]


def test_everything_is_told_at_once_where_the_instructor_says_nothing(records: Any) -> None:
    check = records.wrong_value(visibility="hidden", diagnosis=DIAGNOSIS, example=EXAMPLE)
    assert told(records, []) == check


def test_the_first_hand_in_learns_the_skill_alone(records: Any) -> None:
    check = told(records, LATER)

    assert check.title == "A hidden check of: Adam: bias correction"
    assert (check.explanation, check.output, check.diagnosis, check.example) == ("", "", None, None)
    assert check.failure == type(check.failure)(kind="wrong_value", message="")


def test_each_further_hand_in_opens_a_step(records: Any) -> None:
    second, third, fourth = (told(records, LATER, attempt) for attempt in (2, 3, 4))

    assert (second.title, second.diagnosis) == ("Ten steps of Adam from a cold start.", None)
    assert second.failure.message and not second.failure.calls and not second.failure.first_difference
    assert third.diagnosis == DIAGNOSIS and not third.failure.calls and not third.example
    assert fourth.failure.calls and fourth.failure.series and fourth.failure.got and fourth.example


def test_a_step_opens_on_its_day_or_with_the_hand_in_whichever_comes_first(records: Any) -> None:
    def is_told(hint: Hint, attempt: int = 1) -> bool:
        return told(records, [hint], attempt).diagnosis is not None

    assert is_told(Hint("misconception", date="2026-11-22"))
    assert not is_told(Hint("misconception", date="2026-11-23"))
    assert is_told(Hint("misconception", attempt=3, date="2026-11-22"))
    assert is_told(Hint("misconception", attempt=3, date="2026-11-23"), attempt=3)


def test_public_checks_and_the_students_own_exceptions_are_told_at_once(records: Any) -> None:
    public = records.wrong_value(visibility="public", diagnosis=DIAGNOSIS)
    graded = result(records, LATER, 1, public)
    assert arrange(graded, TODAY).modules[0].functions[0].findings[0].check == public

    graded = result(records, LATER, 1, records.raised(visibility="hidden"))
    failure = arrange(graded, TODAY).modules[0].functions[0].findings[0].failure
    assert failure.frames and failure.exception.startswith("TypeError") and failure.message


def test_the_page_holds_nothing_that_is_kept_back_and_says_when_it_is_told(records: Any) -> None:
    check = records.wrong_value(visibility="hidden", diagnosis=DIAGNOSIS)
    page = render_student(result(records, LATER, 1, check))

    for secret in ("1.375", "Ten steps of Adam", MISTAKE.title, "It divides by"):
        assert secret in render_student(result(records, [], 1, check))
        assert secret not in page
    assert "what exactly does not hold with hand-in number 2" in page
    assert "hand-in number 1" in page


def test_nothing_is_announced_where_nothing_is_kept_back(records: Any) -> None:
    assert not arrange(result(records, LATER, 1, records.wrong_value(visibility="public")), TODAY).told_later
    assert not arrange(result(records, LATER, 4, records.wrong_value(visibility="hidden")), TODAY).told_later


def test_the_steps_are_read_from_the_assignment(tmp_path: Path) -> None:
    (tmp_path / "assignment.toml").write_text(
        'title = "T"\norder = 1\nmodules = []\npoints = 1\n[feedback.hints]\nproperty = { attempt = 2 }\n'
        "example = { attempt = 4, date = 2026-12-01 }\n"
    )
    hints = assignments.load(tmp_path).feedback.hints
    assert hints["example"] == assignments.HintRule(4, datetime.date(2026, 12, 1))
    assert hints["property"] == assignments.HintRule(2)


@pytest.mark.parametrize("line", ["property = {}", "prperty = { attempt = 2 }", 'example = { date = "soon" }'])
def test_a_step_that_is_never_told_or_unknown_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "assignment.toml").write_text(
        f'title = "T"\norder = 1\nmodules = []\npoints = 1\n[feedback.hints]\n{line}\n'
    )
    with pytest.raises(assignments.AssignmentError, match=r"assignment\.toml.*hints"):
        assignments.load(tmp_path)
