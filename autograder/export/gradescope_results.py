"""One result as Gradescope's ``results.json``."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from msgspec.structs import replace

from autograder.export.markup import escaped, html, markdown
from autograder.report import wording
from autograder.report.hidden_inputs import shown_checks
from autograder.report.hints import as_told, kept_back
from autograder.report.pieces import pieces
from autograder.report.student_view import arrange
from autograder.report.visible_text import one_line
from autograder.results import CheckResult, SubmissionResult

GradescopeVisibility = Literal["visible", "after_due_date", "after_published", "hidden"]
VISIBILITIES: tuple[GradescopeVisibility, ...] = ("visible", "after_due_date", "after_published", "hidden")

_MOST_OUTPUT = 60_000


def results_json(
    result: SubmissionResult,
    hidden_checks: GradescopeVisibility = "after_published",
    leaderboard: Iterable[dict[str, Any]] = (),
) -> dict[str, Any]:
    """The document of Gradescope's autograder specification.

    A public check is always visible, a hidden one as `hidden_checks` says. Where a check met a fault of the grader,
    everything is shown only after somebody has published the grades: until then the student sees neither points nor
    a total, and a note that this is our fault.
    """
    is_final = result.releasable
    visibility: dict[str, str] = {"public": "visible", "hidden": hidden_checks}
    if not is_final:
        visibility = dict.fromkeys(visibility, "after_published")
    numbers = _numbers(result.checks)
    told = as_told(shown_checks(result), kept_back(result, datetime.datetime.now(datetime.UTC).date()))
    return {
        "score": result.score,
        "execution_time": round(result.grading.seconds),
        "output": _summary(result, visibility),
        "output_format": "md",
        "test_output_format": "md",
        "test_name_format": "text",
        "visibility": "visible" if is_final else "after_published",
        "stdout_visibility": "hidden",
        "tests": [
            _test(check, ".".join(map(str, numbers[check.id])), visibility[check.visibility])
            for check in sorted(told, key=lambda check: numbers[check.id])
        ],
        "leaderboard": list(leaderboard) if is_final else [],
        "extra_data": {
            "assignment": result.assignment.name,
            "content_hash": result.submission.content_hash,
            "fingerprint": result.grading.fingerprint,
            "seed": result.grading.seed,
            "engine": result.grading.engine,
            "isolation": result.grading.isolation,
            "schema_version": result.schema_version,
        },
    }


def _numbers(checks: Iterable[CheckResult]) -> dict[str, tuple[int, int]]:
    """(2, 1), shown as 2.1, for the first check of the second function, in the order in which functions first come."""
    functions: dict[str, int] = {}
    counts: Counter[str] = Counter()
    numbers = {}
    for check in checks:
        place = functions.setdefault(check.function, len(functions) + 1)
        counts[check.function] += 1
        numbers[check.id] = (place, counts[check.function])
    return numbers


def _test(check: CheckResult, number: str, visibility: str) -> dict[str, Any]:
    about = list(pieces(check))
    has_plot = any(piece.kind == "plot" for piece in about)
    output = html(about) if has_plot else markdown(about)
    if has_plot and len(output) > _MOST_OUTPUT:
        has_plot, output = False, markdown(about)
    function = check.function.rpartition(".")[2]
    return {
        "score": check.earned,
        "max_score": check.points,
        "status": "passed" if check.outcome == "passed" else "failed",
        "name": f"{function}: {one_line(check.title, 160)}",
        "name_format": "text",
        "number": number,
        "output": output,
        "output_format": "html" if has_plot else "md",
        "tags": [one_line(check.skill, 80)],
        "visibility": visibility,
    }


def _summary(result: SubmissionResult, visibility: Mapping[str, str]) -> str:
    """What Gradescope shows above the tests at once: nothing of a check that is shown later."""
    shown = [check for check in result.checks if visibility[check.visibility] == "visible"]
    view = arrange(replace(result, checks=shown))
    submission = result.submission
    parts = []
    if not result.releasable:
        parts.append(
            "**Part of the grading failed, and this is our fault.** It costs you no points. Your instructor has to "
            "grade this again; points are shown after that."
        )
    if submission.refused:
        parts.append(f"**The hand-in could not be accepted:** {escaped(submission.refused)}")
    elif view.is_complete:
        parts.append("Every check shown below passed." if len(shown) == len(result.checks) else _more_follow(shown))
    elif view.steps:
        first = view.steps[0]
        parts.append(f"Begin with **{escaped(first.subject)}**: {escaped(one_line(first.text, 400))}")
    parts += [f"Note: {escaped(one_line(note, 300))}" for note in submission.notes]
    return "\n\n".join(parts)


def _more_follow(shown: Sequence[CheckResult]) -> str:
    return f"{wording.count(len(shown), 'check')} shown now: all passed. The others, and your points, are shown later."
