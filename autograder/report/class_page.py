"""The page an instructor gets: how the class did, who needs a look, and which checks it got wrong."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.report import wording
from autograder.report.class_summary import StudentRow, StudentSummary, fold
from autograder.report.pages import render
from autograder.results import Unreadable

_MOST_COMMON = 15
_MOST_IN_LIST = 200
_SHOWN_AT_ONCE = 10
_URGENCY = ("our fault", "refused", "not handed in", "not imported", "crashed", "no points")


@dataclass(frozen=True)
class Numbers:
    students: int
    mean: float
    median: float
    max_score: float
    full_marks: int
    untouched: int
    """Nothing passed, and nothing refused either."""


@dataclass(frozen=True)
class Bin:
    label: str
    students: int


def render_class(summaries: Iterable[StudentSummary | Unreadable], comments: Mapping[str, str] | None = None) -> str:
    """The class page: `summaries` (see `class_summary.summarize`) is gone through once and may be a generator.

    `comments` are what is said to each cluster, by its id.
    Result files that could not be read are passed in their place among the summaries, and are listed.
    """
    tally = fold(summaries)
    return render(
        "class.html.j2",
        title=", ".join(tally.assignments) or "No results",
        tally=tally,
        numbers=_numbers(tally.rows),
        bins=_bins(tally.rows),
        checks=sorted(tally.checks.values(), key=lambda one: (one.pass_rate, one.check.function, one.check.id)),
        common=[one for one in tally.common if len(one.rows) > 1][:_MOST_COMMON],
        comments=comments or {},
        concerned=_concerned(tally.rows),
        our_faults=sum(row.our_faults > 0 for row in tally.rows),
        most_in_list=_MOST_IN_LIST,
        shown_at_once=_SHOWN_AT_ONCE,
    )


def _numbers(rows: Sequence[StudentRow]) -> Numbers:
    scores = [row.score for row in rows]
    return Numbers(
        students=len(rows),
        mean=statistics.fmean(scores) if scores else 0.0,
        median=statistics.median(scores) if scores else 0.0,
        max_score=max((row.max_score for row in rows), default=0.0),
        full_marks=sum(_share(row) == 100 for row in rows),
        untouched=sum(row.passed == 0 and row.failed == 0 and row.unwritten > 0 for row in rows),
    )


def _bins(rows: Sequence[StudentRow]) -> list[Bin]:
    """Students by tenths of the points, and full marks on their own."""
    counts = [0] * 11
    for row in rows:
        counts[_share(row) // 10] += 1
    labels = [f"{low}–{low + 9}" for low in range(0, 100, 10)] + ["100"]
    return [Bin(label, number) for label, number in zip(labels, counts, strict=True)]


def _concerned(rows: Sequence[StudentRow]) -> list[StudentRow]:
    """The rows a person should look at, the most urgent first."""
    return sorted(
        (row for row in rows if row.concerns), key=lambda row: min(_URGENCY.index(one.kind) for one in row.concerns)
    )


def _share(row: StudentRow) -> int:
    return wording.percent(row.score + 1e-9, row.max_score) if row.max_score > 0 else 0
