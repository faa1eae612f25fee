"""Leaves out of a hidden check's result what would give its inputs away.

The copy is built from what may be shown, so a field added to the records later stays out until someone decides.
"""

from __future__ import annotations

import builtins
import re

from autograder.results import CheckResult, Difference, Failure, SubmissionResult

# Exception classes by these names are known not to be made up by the student around a secret.
_KNOWN_EXCEPTIONS = {
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
} | {"LinAlgError", "numpy.linalg.LinAlgError", "AxisError", "numpy.exceptions.AxisError"}

_LOOKS_LIKE_A_VALUE = re.compile(r"\d\.\d|\d[eE][-+]?\d|\bnan\b|\binf\b")


def shown_checks(result: SubmissionResult) -> list[CheckResult]:
    """The checks of `result` as their student may see them."""
    if result.assignment.show_hidden_inputs:
        return result.checks
    return [_without_inputs(check) if check.visibility == "hidden" else check for check in result.checks]


def _without_inputs(check: CheckResult) -> CheckResult:
    return CheckResult(
        id=check.id,
        function=check.function,
        skill=check.skill,
        title=check.title,
        visibility=check.visibility,
        points=check.points,
        earned=check.earned,
        outcome=check.outcome,
        explanation=check.explanation,
        failure=_failure_without_values(check.failure) if check.failure else None,
        builds_on=check.builds_on,
        diagnosis=check.diagnosis,  # the names and hints of misconceptions: the author's words, never inputs
        example=check.example,  # made up, with nothing of the check's inputs in it
        seconds=check.seconds,
    )


def _failure_without_values(failure: Failure) -> Failure:
    # Our own words about the hand-in, which hold nothing of any check. (An import's error is the student's words.)
    about_the_hand_in = failure.kind in ("refused", "missing")
    difference = failure.first_difference
    where = difference.where if difference and not _LOOKS_LIKE_A_VALUE.search(difference.where) else ""
    return Failure(
        kind=failure.kind,
        message=failure.message if about_the_hand_in else "",
        first_difference=Difference(where=where, got="", expected="", step=difference.step)
        if difference and where
        else None,
        exception=_exception_type(failure.exception),
        frames=failure.frames,
    )


def _exception_type(exception: str) -> str:
    name = exception.split(":", 1)[0].strip()
    if not name:
        return ""
    return name if name in _KNOWN_EXCEPTIONS else "an exception class of your own"
