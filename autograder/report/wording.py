"""What the pages and tables say for each outcome and kind of failure, and how they write numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime

from autograder.report.visible_text import one_line
from autograder.results import CheckResult, FailureKind, Outcome

OUTCOME_LABELS: dict[Outcome, str] = {
    "passed": "Passed",
    "failed": "Not right yet",
    "not_implemented": "Not written yet",
    "error": "Raised an exception",
    "timeout": "Took too long",
    "crashed": "Process ended early",
    "grader_error": "Our fault",
}
"""Outcome labels, for the student."""

_HINTS = {
    "timeout": "Look for a loop that never ends, or for work repeated inside a loop.",
    "crashed": "It may have used too much memory, recursed without an end, or ended itself with exit().",
}

OUTCOME_LINES: dict[Outcome, str] = {
    "passed": "Your result agrees with the expected one.",
    "failed": "Your code ran, and its result is not the expected one.",
    "not_implemented": "This function is not written yet.",
    "error": "Your code stopped with an exception before it gave a result.",
    "timeout": f"Your code did not finish in the time it had. {_HINTS['timeout']}",
    "crashed": f"The Python process that ran your code died. {_HINTS['crashed']}",
    "grader_error": "This is our fault; it costs you no points, your instructor has been told.",
}

KIND_LINES: dict[FailureKind, str] = {
    "missing": "The function is not there.",
    "not_implemented": "This function is not written yet.",
    "wrong_type": "The result has the wrong type. If it is None, a `return` is missing.",
    "wrong_shape": "The result has the wrong shape. Look at the axis of each sum, and for a (m, 1) array that meets a "
    "(m,) array.",
    "not_finite": "The result holds infinite values or NaN where finite numbers are expected. Look for a division by "
    "zero, the logarithm of zero, or exp of a large number.",
    "wrong_value": "The result has the right type and shape, and the wrong values.",
    "changed_argument": "The function changed one of its arguments, which the caller still needs: `w -= …` writes into "
    "w, `w = w - …` makes something new.",
    "did_not_raise": "Input that cannot be right was accepted. The function should refuse it with an exception.",
    "wrong_exception": "Input that cannot be right was refused, but not with the exception the handout asks for.",
    "raised": "Your code stopped with an exception before it gave a result.",
    "import_failed": "This module could not be imported.",
    "refused": "The hand-in could not be accepted.",
    "timeout": OUTCOME_LINES["timeout"],
    "crashed": OUTCOME_LINES["crashed"],
    "property": "The result does not have a property that every right answer has.",
    "grader": OUTCOME_LINES["grader_error"],
}
"""Kinds of failure in a sentence that holds no value of any check."""


def label(check: CheckResult) -> str:
    """What became of a check, in two or three words."""
    if check.failure and check.outcome != "grader_error":
        return _KIND_LABELS.get(check.failure.kind, OUTCOME_LABELS[check.outcome])
    return OUTCOME_LABELS[check.outcome]


_KIND_LABELS: dict[FailureKind, str] = {
    "missing": "Not there",
    "wrong_type": "Wrong type",
    "wrong_shape": "Wrong shape",
    "not_finite": "Not finite",
    "wrong_value": "Wrong value",
    "changed_argument": "Argument changed",
    "did_not_raise": "Bad input accepted",
    "wrong_exception": "Wrong exception",
    "import_failed": "Import failed",
    "property": "Not as it should be",
}


def sentence(check: CheckResult) -> str:
    """What went wrong, in one sentence: the failure's own, else the one for its kind or outcome."""
    if check.outcome == "grader_error":  # its message is for the instructor, and may hold expected values
        return OUTCOME_LINES["grader_error"]
    failure = check.failure
    if failure is None:
        return OUTCOME_LINES[check.outcome]
    if not failure.message or (failure.exception and failure.exception in failure.message):
        return KIND_LINES[failure.kind]  # the exception is shown in full below
    message = in_words(failure.message, failure.what)
    return f"{message} {_HINTS['timeout']}" if failure.kind == "timeout" else message


def in_words(text: str, what: str) -> str:
    """`text` with the places of a tuple called by the names that `what` gives them: "costs" for "[2]"."""
    named = _TUPLE.match(what)
    names = named[1].split(", ") if named else []
    worded = _PLACE.sub(lambda place: names[int(place[1])] if int(place[1]) < len(names) else place[0], text, count=1)
    return worded if worded == text else worded.replace("The shape at ", "The shape of ")


_TUPLE = re.compile(r"\((\w+(?:, \w+)+)\)")
_PLACE = re.compile(r"(?<![^\s])\[(\d)\](?=[\s.,;\[]|$)")


def is_close(got: str, expected: str, allowed: float) -> bool:
    """Whether two numbers written as text are so close that it matters how much difference is allowed."""
    try:
        return 0 < abs(float(got) - float(expected)) < 1000 * allowed
    except ValueError:
        return False


def points(value: float) -> str:
    """Points without needless digits: 3, 2.5, 0.33."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if math.isfinite(value) else str(value)


def percent(part: float, whole: float) -> int:
    """Rounded down, so that 100 % means all of it; 0 where there is no whole."""
    if not (math.isfinite(part) and math.isfinite(whole)) or whole <= 0:
        return 0
    return 100 if part >= whole else max(0, math.floor(100 * part / whole))


def difference(got: str, expected: str) -> str:
    """How far apart two numbers written as text are; empty unless both are finite numbers."""
    try:
        a, b = float(got), float(expected)
    except ValueError:
        return ""
    gap = a - b
    if not math.isfinite(gap) or gap == 0:
        return ""
    return f"{gap:+.3g}"


def count(number: int, noun: str) -> str:
    """``1 check``, ``2 checks``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def stand_ins(functions: Iterable[str]) -> str:
    """What a passed check owes to the reference: ", with the reference in place of your forward and backward"."""
    names = sorted({one_line(function, 80).rpartition(".")[2] for function in functions})
    return f", with the reference in place of your {' and '.join(names)}" if names else ""


def when(stamp: str) -> str:
    """A time stamp as people write it; one that is none as it stands."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return one_line(stamp, 40)
    zone = moment.tzname()
    return f"{moment.day} {moment:%B %Y, %H:%M}" + (f" {zone}" if zone else "")
