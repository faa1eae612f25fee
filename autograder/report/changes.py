"""What changed between two gradings of a class: whose points, and by which checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.results import CheckResult, SubmissionResult, Unreadable, read_each


@dataclass(frozen=True)
class CheckChange:
    """A check that earned something else; None where one of the gradings does not have it."""

    id: str
    before: CheckResult | None
    after: CheckResult | None

    @property
    def difference(self) -> float:
        earned = (self.after.earned if self.after else 0.0) - (self.before.earned if self.before else 0.0)
        return round(earned, 6)


@dataclass(frozen=True)
class StudentChange:
    id: str
    name: str
    before: float
    after: float
    resubmitted: bool
    """Whether another hand-in was graded: then it is the student's doing, not ours."""
    checks: tuple[CheckChange, ...]

    @property
    def difference(self) -> float:
        return round(self.after - self.before, 6)


@dataclass(frozen=True)
class Changes:
    students: tuple[StudentChange, ...]
    """Whose points, or whose checks' outcomes, changed."""
    unchanged: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    unreadable: tuple[str, ...]


def compare(before: Path, after: Path) -> Changes:
    """Compare the results in two folders, by the ids of hand-ins."""
    unreadable: list[str] = []
    old, new = _read(before, unreadable), _read(after, unreadable)
    both = [name for name in old if name in new]
    changed = [change for name in both if (change := _of_student(old[name], new[name])) is not None]
    return Changes(
        students=tuple(changed),
        unchanged=len(both) - len(changed),
        only_before=tuple(name for name in old if name not in new),
        only_after=tuple(name for name in new if name not in old),
        unreadable=tuple(unreadable),
    )


def _read(folder: Path, unreadable: list[str]) -> dict[str, SubmissionResult]:
    results = {}
    for one in read_each(folder):
        if isinstance(one, Unreadable):
            unreadable.append(one.reason)
        else:
            results[one.submission.id] = one
    return results


def _of_student(before: SubmissionResult, after: SubmissionResult) -> StudentChange | None:
    checks = _changed_checks(_by_id(before), _by_id(after))
    if not checks and before.max_score == after.max_score:
        return None
    return StudentChange(
        id=after.submission.id,
        name=after.submission.name,
        before=before.score,
        after=after.score,
        resubmitted=before.submission.content_hash != after.submission.content_hash,
        checks=checks,
    )


def _by_id(result: SubmissionResult) -> dict[str, CheckResult]:
    return {check.id: check for check in result.checks}


def _changed_checks(before: Mapping[str, CheckResult], after: Mapping[str, CheckResult]) -> tuple[CheckChange, ...]:
    """A check whose outcome changed counts as well: a fault of the grader earns as much as a pass."""
    changes = (CheckChange(name, before.get(name), after.get(name)) for name in {**before, **after})
    return tuple(change for change in changes if _verdict(change.before) != _verdict(change.after))


def _verdict(check: CheckResult | None) -> tuple[float, float, str] | None:
    return (check.points, check.earned, check.outcome) if check else None
