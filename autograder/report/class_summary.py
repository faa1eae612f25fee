"""A class, folded from its results one at a time: what stays in memory is one small row a student and one a check."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from autograder.report.clusters import Cluster, clustered
from autograder.report.findings import kind_of
from autograder.report.visible_text import one_line
from autograder.results import CheckResult, Failure, Outcome, SubmissionResult, Unreadable, Visibility


@dataclass(frozen=True, slots=True)
class CheckInfo:
    id: str
    function: str
    skill: str
    title: str
    visibility: Visibility
    points: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one check in one submission."""

    check: CheckInfo
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Concern:
    """Why a person should look at a submission."""

    kind: Literal["our fault", "refused", "not handed in", "not imported", "crashed", "no points"]
    text: str


@dataclass(frozen=True, slots=True)
class StudentRow:
    id: str
    name: str
    page: str
    """Address of the student's page as seen from the class page; empty when there is none."""
    score: float
    max_score: float
    passed: int
    failed: int
    """Wrong, raised, crashed or too slow."""
    unwritten: int
    concerns: tuple[Concern, ...] = ()
    our_faults: int = 0


@dataclass(frozen=True, slots=True)
class StudentSummary:
    """What the class page takes from one result."""

    assignment: str
    row: StudentRow
    verdicts: tuple[Verdict, ...]
    clusters: tuple[Cluster, ...] = ()
    """The ways in which it is wrong."""


_WORDS: dict[Outcome, str] = {
    "failed": "wrong",
    "error": "raised",
    "not_implemented": "not written",
    "timeout": "too slow",
    "crashed": "crashed",
    "grader_error": "our fault",
}


_TRIED: set[Outcome] = {"failed", "error", "timeout"}


def _breakdown(outcomes: Counter[Outcome]) -> str:
    return ", ".join(f"{outcomes[key]:,} {word}" for key, word in _WORDS.items() if outcomes[key])


@dataclass
class CheckTally:
    check: CheckInfo
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @property
    def judged(self) -> int:
        return self.outcomes.total() - self.outcomes["grader_error"]

    @property
    def pass_rate(self) -> float:
        return self.outcomes["passed"] / self.judged if self.judged else 1.0

    @property
    def breakdown(self) -> str:
        """What became of it where it did not pass: ``12 wrong, 3 not written``."""
        return _breakdown(self.outcomes)


@dataclass
class ClusterTally:
    cluster: Cluster
    rows: list[StudentRow] = field(default_factory=list)
    """Who is wrong in this way."""


@dataclass
class ClassTally:
    """Everything the class page says."""

    assignments: dict[str, None] = field(default_factory=dict)
    rows: list[StudentRow] = field(default_factory=list)
    checks: dict[str, CheckTally] = field(default_factory=dict)
    clusters: dict[str, ClusterTally] = field(default_factory=dict)
    """By id; see `common` for those that matter most."""
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def common(self) -> list[ClusterTally]:
        """The ways to be wrong, those of most students first, known mistakes before others."""

        def order(one: ClusterTally) -> tuple[int, bool, str, str]:
            return -len(one.rows), not one.cluster.is_known, one.cluster.function, one.cluster.id

        return sorted(self.clusters.values(), key=order)


def summarize(result: SubmissionResult, page: str = "") -> StudentSummary:
    """The few facts of `result` that a class page or table needs."""
    outcomes = Counter(check.outcome for check in result.checks)
    row = StudentRow(
        id=result.submission.id,
        name=result.submission.name,
        page=page,
        score=result.score,
        max_score=result.max_score,
        passed=outcomes["passed"],
        failed=outcomes["failed"] + outcomes["error"] + outcomes["timeout"] + outcomes["crashed"],
        unwritten=outcomes["not_implemented"],
        concerns=tuple(_concerns(result)),
        our_faults=outcomes["grader_error"],
    )
    clusters = tuple(dict.fromkeys(clustered(result.checks).values()))
    return StudentSummary(result.assignment.title, row, tuple(_verdict(check) for check in result.checks), clusters)


def fold(summaries: Iterable[StudentSummary | Unreadable]) -> ClassTally:
    """The class as a whole; `summaries` may be a generator and is gone through once."""
    tally = ClassTally()
    for summary in summaries:
        if isinstance(summary, Unreadable):
            tally.unreadable.append(summary)
            continue
        tally.assignments.setdefault(summary.assignment)
        tally.rows.append(summary.row)
        for verdict in summary.verdicts:
            tally.checks.setdefault(verdict.check.id, CheckTally(verdict.check)).outcomes[verdict.outcome] += 1
        for cluster in summary.clusters:
            tally.clusters.setdefault(cluster.id, ClusterTally(cluster)).rows.append(summary.row)
    tally.rows.sort(key=lambda row: (_natural(row.name), row.id))
    return tally


def _concerns(result: SubmissionResult) -> Iterable[Concern]:
    faults = [check for check in result.checks if check.outcome == "grader_error"]
    if faults:
        said = next((_said(check.failure) for check in faults if check.failure), "")
        others = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        yield Concern("our fault", f"{faults[0].id}{others}" + (f": {one_line(said, 300)}" if said else ""))
    if result.submission.refused:
        yield Concern("refused", one_line(result.submission.refused))
        return
    absent = list(_absent_modules(result))
    if absent:
        hints = [note for note in result.submission.notes if any(f"into {file}" in note for file in absent)]
        yield Concern("not handed in", one_line("; ".join([", ".join(absent), *hints]), 300))
    broken = {
        check.function.rpartition(".")[0]: check.failure
        for check in result.checks
        if check.failure and kind_of(check) == "import_failed"
    }
    for module, failure in broken.items():
        yield Concern("not imported", f"{module}.py: {one_line(failure.exception or failure.message)}")
    crashed = list(dict.fromkeys(check.function for check in result.checks if check.outcome == "crashed"))
    if crashed:
        others = f" and {len(crashed) - 1} more" if len(crashed) > 1 else ""
        yield Concern("crashed", f"{one_line(crashed[0])}{others}")
    outcomes = Counter(check.outcome for check in result.checks)
    if result.score == 0 and not (broken or crashed) and outcomes.keys() & _TRIED:
        yield Concern("no points", f"though something was written: {_breakdown(outcomes)}")


def _absent_modules(result: SubmissionResult) -> Iterable[str]:
    """The files of modules that no check found a function of, and that are not among those handed in."""
    kinds: dict[str, set[str]] = {}
    for check in result.checks:
        kinds.setdefault(check.function.rpartition(".")[0], set()).add(kind_of(check))
    for module, found in kinds.items():
        if found == {"missing"} and f"{module}.py" not in result.submission.files:
            yield f"{module}.py"


def _said(failure: Failure) -> str:
    """The last line of a fault's traceback, which names it, or else its message."""
    lines = failure.exception.strip().splitlines()
    return lines[-1] if lines else failure.message


_shared_info = functools.lru_cache(maxsize=4096)(CheckInfo)  # one record a check, not one a check and student


def _verdict(check: CheckResult) -> Verdict:
    info = _shared_info(check.id, check.function, check.skill, check.title, check.visibility, check.points)
    return Verdict(info, check.outcome)


def _natural(text: str) -> list[tuple[int, str]]:
    """Sorts "student 7" before "student 10", and Ç beside C."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,18})", plain) if part]
