"""From result files to grades: hand-changed points and lateness applied, every number with the file it comes from."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from msgspec.structs import replace

from autograder.adjustments import Adjusted, Adjustment, AdjustmentError, adjusted, read_adjustments
from autograder.export.lateness import Lateness, LatePolicy, lateness
from autograder.results import SCHEMA_VERSION, SubmissionResult, decode

_CENT = Decimal("0.01")


class ExportError(Exception):
    """Results that cannot become grades at all; the message says what to do."""


@dataclass(frozen=True)
class Grade:
    """What one hand-in earns, and how that came about: final = graded + by_hand − deduction + added, at least 0."""

    result: SubmissionResult
    """Without its checks: a class may have many thousand students."""
    maximum: Decimal
    met_a_fault: bool
    """Whether a check met a fault of the grader."""
    file: Path
    """The result it was computed from."""
    sha256: str
    """Of that file's bytes."""
    graded: Decimal
    by_hand: Decimal
    """How much hand-changed points of checks differ from the graded ones."""
    late: Lateness
    deduction: Decimal
    added: Decimal
    final: Decimal
    """To the hundredth, half up: exported columns add up exactly."""
    applied: tuple[Adjustment, ...]
    withheld: str = ""
    """Why this grade must not be exported; empty when it may."""

    @property
    def assignment(self) -> str:
        return self.result.assignment.name


@dataclass(frozen=True)
class ByHand:
    """What people graded elsewhere, on top of the points of the modules: written answers in a notebook."""

    maximum: float
    """What all written answers are worth together."""
    adjustments: tuple[Adjustment, ...]
    """By the ids of the results."""
    waiting: frozenset[str] = frozenset()
    """Whose grade is not complete: somebody has to look first."""
    known: frozenset[str] = frozenset()
    """Whose hand-in was there to be graded."""


@dataclass(frozen=True)
class Collected:
    """The grades of one assignment, and what somebody has to look at."""

    assignment: str
    title: str
    maximum: Decimal
    grades: Sequence[Grade]
    problems: Sequence[str]
    """What keeps grades back."""
    notes: Sequence[str]
    """What is worth knowing and stops nothing."""


def exact(points: float) -> Decimal:
    """A number of points as the decimal that the result file shows."""
    return Decimal(repr(round(points, 6)))


def collect(
    folder: Path, policy: LatePolicy, *, allow_grader_errors: bool = False, by_hand: ByHand | None = None
) -> Collected:
    """The grades of the results in ``folder/results``, with the adjustments in `folder`.

    Parameters
    ----------
    folder : Path
        What was given to ``grade --out``.
    policy : LatePolicy
        The assignment's.
    allow_grader_errors : bool
        Export grades in which a check met a fault of the grader; such a check counts with full points.
    by_hand : ByHand, optional
        What people graded elsewhere. A grade that waits for them is kept back.

    Raises
    ------
    ExportError
        if there is no result, or results of several assignments or with different maxima lie together.
    AdjustmentError
        if the file of adjustments cannot be read.
    """
    adjustments: dict[str, list[Adjustment]] = {}
    for one in (*read_adjustments(folder), *(by_hand.adjustments if by_hand else ())):
        adjustments.setdefault(one.submission, []).append(one)
    problems: list[str] = []
    grades: list[Grade] = []
    for path in sorted((folder / "results").glob("*.json")):
        content = path.read_bytes()
        result = _decoded(content)
        if isinstance(result, SubmissionResult):
            own = adjustments.pop(result.submission.id, [])
            grade = _grade(result, path, content, policy, own, allow_grader_errors)
            grades.append(_with_written(grade, by_hand) if by_hand else grade)
        else:
            problems.append(f"{path.name} is no result that this version reads ({result})")
    if not grades:
        raise ExportError("\n".join([f"there is no result to export in {folder / 'results'}", *problems]))
    _one_assignment(folder, grades)
    problems += [f"an adjustment is about {name}, who has no result" for name in adjustments]
    problems += [f"{grade.result.submission.id}: {grade.withheld}" for grade in grades if grade.withheld]
    first = grades[0].result
    return Collected(
        first.assignment.name,
        first.assignment.title,
        grades[0].maximum,
        grades,
        problems,
        (*_notes(grades, allow_grader_errors), *(_notes_on_written(grades, by_hand) if by_hand else ())),
    )


def _decoded(content: bytes) -> SubmissionResult | str:
    try:
        result = decode(content)
    except (ValueError, RecursionError) as error:
        return str(error)
    return f"schema {result.schema_version}" if result.schema_version > SCHEMA_VERSION else result


def _grade(
    result: SubmissionResult,
    path: Path,
    content: bytes,
    policy: LatePolicy,
    adjustments: Sequence[Adjustment],
    allow_grader_errors: bool,
) -> Grade:
    withheld = ""
    try:
        changes = adjusted(result, adjustments)
    except AdjustmentError as error:
        changes = Adjusted(result.score, 0.0, 0.0, (), ())
        withheld = str(error)
    if changes.unsettled and not allow_grader_errors:
        checks = ", ".join(changes.unsettled[:3]) + (", …" if len(changes.unsettled) > 3 else "")
        withheld = withheld or f"a fault of the grader in {checks}: grade again, or settle it in adjustments.toml"
    late = lateness(policy, result.submission.submitted_at, changes.extension_days)
    graded, earned, added = exact(result.score), exact(changes.earned), exact(changes.added)
    deduction = _rounded(earned * exact(late.percent) / 100)
    return Grade(
        result=replace(result, checks=[]),
        maximum=exact(result.max_score),
        met_a_fault=not result.releasable,
        file=path,
        sha256=hashlib.sha256(content).hexdigest(),
        graded=graded,
        by_hand=earned - graded,
        late=late,
        deduction=deduction,
        added=added,
        final=_rounded(max(Decimal(0), earned - deduction + added)),
        applied=changes.applied,
        withheld=withheld,
    )


def _with_written(grade: Grade, by_hand: ByHand) -> Grade:
    waits = grade.result.submission.id in by_hand.waiting
    withheld = grade.withheld or ("an answer waits to be graded by hand" if waits else "")
    return dataclasses.replace(grade, maximum=grade.maximum + exact(by_hand.maximum), withheld=withheld)


def _notes_on_written(grades: Sequence[Grade], by_hand: ByHand) -> Iterator[str]:
    without = [grade.result.submission.id for grade in grades if grade.result.submission.id not in by_hand.known]
    if without:
        yield f"no written answers, which count as 0 points: {', '.join(without[:8])}{', …' if without[8:] else ''}"


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(_CENT, ROUND_HALF_UP)


def _one_assignment(folder: Path, grades: Sequence[Grade]) -> None:
    files: dict[str, Path] = {}
    for grade in grades:
        other = files.setdefault(grade.result.submission.id, grade.file)
        if other != grade.file:
            raise ExportError(
                f"{other.name} and {grade.file.name} are of the same hand-in: delete the one that is wrong"
            )
    for what, values in (
        ("results of", {grade.assignment for grade in grades}),
        ("maxima of", {f"{grade.maximum.normalize():f}" for grade in grades}),
    ):
        if len(values) > 1:
            raise ExportError(f"{folder} holds {what} {' and '.join(sorted(values))}: grade the class again")


def _notes(grades: Sequence[Grade], allow_grader_errors: bool) -> Iterator[str]:
    versions = {(grade.result.grading.fingerprint, grade.result.grading.seed) for grade in grades}
    if len(versions) > 1:
        yield f"the results come from {len(versions)} versions of checks or seeds: grade again to treat all alike"
    faulty = sum(grade.met_a_fault and not grade.withheld for grade in grades)
    if faulty and allow_grader_errors:
        yield f"{_count(faulty)} met a fault of the grader and went out all the same, as asked"
    refused = sum(bool(grade.result.submission.refused) for grade in grades)
    if refused:
        yield f"{_count(refused)} could not be accepted: 0 points from grading"
    timeless = sum(grade.late.is_unknown for grade in grades)
    if timeless:
        yield f"{_count(timeless)} came without a time and count as in time"
    late = sum(grade.late.percent > 0 for grade in grades)
    if late:
        yield f"{_count(late)} came late and lost points for it"


def _count(number: int) -> str:
    return "1 hand-in" if number == 1 else f"{number} hand-ins"
