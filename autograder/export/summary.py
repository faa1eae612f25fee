"""One CSV row a student, for people with a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from autograder.export.cells import cell
from autograder.results import Outcome, SubmissionResult, Unreadable, read_each, write_atomically

_COUNTED: tuple[Outcome, ...] = ("passed", "failed", "not_implemented", "error", "timeout", "crashed", "grader_error")


def write_summary_csv(results_dir: Path, path: Path) -> Path:
    """Write `path` from every result in `results_dir`, ordered by file name.

    Columns: ``id, name, outcome, score, max_score, releasable``, how many checks ended in each outcome, and the
    points earned in each function. `outcome` is ``graded``, ``refused``, ``needs attention`` (a fault of the grader)
    or ``unreadable`` (the result file is no result; the row holds nothing else). The file is UTF-8 with a byte order
    mark, without which Excel garbles accents.
    """
    functions: dict[str, None] = {}
    rows: list[dict[str, object]] = []
    for result in read_each(results_dir):
        if isinstance(result, Unreadable):
            rows.append({"id": cell(result.id), "name": cell(result.reason), "outcome": "unreadable"})
            continue
        earned = _points_by_function(result)
        functions |= dict.fromkeys(earned)
        rows.append(_row(result) | earned)
    header = ["id", "name", "outcome", "score", "max_score", "releasable", *_COUNTED, *functions]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="")
    writer.writerow({name: cell(name) for name in header})
    writer.writerows(rows)
    write_atomically(path, text.getvalue().encode("utf-8-sig"))
    return path


def _row(result: SubmissionResult) -> dict[str, object]:
    outcomes = Counter(check.outcome for check in result.checks)
    return {
        "id": cell(result.submission.id),
        "name": cell(result.submission.name),
        "outcome": _outcome(result),
        "score": result.score,
        "max_score": result.max_score,
        "releasable": "yes" if result.releasable else "no",
        **{outcome: outcomes[outcome] for outcome in _COUNTED},
    }


def _outcome(result: SubmissionResult) -> str:
    if not result.releasable:
        return "needs attention"
    return "refused" if result.submission.refused else "graded"


def _points_by_function(result: SubmissionResult) -> dict[str, object]:
    earned: Counter[str] = Counter()
    for check in result.checks:
        earned[check.function] += check.earned  # type: ignore[assignment]  # a Counter adds floats as well
    return {function: round(value, 6) for function, value in earned.items()}
