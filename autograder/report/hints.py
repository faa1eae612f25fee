"""What a failed hidden check tells so far: the instructor may open one step after another, by attempt or date.

The steps, in the order of how much they say: the skill (always), the property that does not hold, the known mistake
behind it, and the example with its numbers. Public checks, and what a student's own exception says, are told at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from msgspec.structs import replace

from autograder.results import CheckResult, Failure, Hint, HintStep, SubmissionResult

_ABOUT_THE_HAND_IN = ("missing", "not_implemented", "import_failed", "refused", "grader")
_NAMES: dict[HintStep, str] = {
    "property": "what exactly does not hold",
    "misconception": "the known mistake behind it",
    "example": "an example with its numbers",
}


def kept_back(result: SubmissionResult, today: datetime.date) -> list[Hint]:
    """The steps that are not told yet."""
    attempt = result.grading.attempt
    return [hint for hint in result.assignment.hints if not _is_due(hint, attempt, today)]


def as_told(checks: Iterable[CheckResult], kept: Iterable[Hint]) -> list[CheckResult]:
    """The checks with what is kept back left out."""
    steps = {hint.step for hint in kept}
    return [_without(check, steps) if steps and check.visibility == "hidden" else check for check in checks]


def announcement(hint: Hint) -> str:
    """What is told later, and when."""
    ways = []
    if hint.attempt is not None:
        ways.append(f"with hand-in number {hint.attempt}")
    if hint.date is not None:
        ways.append(f"from {hint.date} on")
    return f"{_NAMES[hint.step]} {' or '.join(ways)}"


def _is_due(hint: Hint, attempt: int, today: datetime.date) -> bool:
    by_attempt = hint.attempt is not None and attempt >= hint.attempt
    by_date = hint.date is not None and today >= datetime.date.fromisoformat(hint.date)
    return by_attempt or by_date


def _without(check: CheckResult, steps: set[HintStep]) -> CheckResult:
    failure = check.failure
    if failure is None or failure.kind in _ABOUT_THE_HAND_IN:
        return check
    if "misconception" in steps:
        check = replace(check, diagnosis=None)
    if "example" in steps:
        failure = Failure(
            kind=failure.kind,
            message=failure.message,
            what=failure.what,
            exception=failure.exception,
            frames=failure.frames,
        )
        check = replace(check, failure=failure, example=None, output="")
    if "property" in steps:
        check = replace(check, title=f"A hidden check of: {check.skill}", explanation="")
        if not failure.exception:
            check = replace(check, failure=replace(failure, message="", what="", remark=""))
    return check
