"""What changed between two gradings of a class: whose points, and by which checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.results import CheckResult, SubmissionResult, read


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
    """Compare the results in two folders, file by file: no more than two are held at a time."""
    changed: list[StudentChange] = []
    only: tuple[list[str], list[str]] = ([], [])
    unreadable: list[str] = []
    unchanged = 0
    for name in sorted({path.name for folder in (before, after) for path in folder.glob("*.json")}):
        pair = [_read(folder / name, unreadable) for folder in (before, after) if (folder / name).is_file()]
        if len(pair) == 1:
            only[0 if (before / name).is_file() else 1].append(Path(name).stem)
        elif pair[0] is not None and pair[1] is not None:
            change = _of_student(pair[0], pair[1])
            changed += [change] if change else []
            unchanged += change is None
    return Changes(tuple(changed), unchanged, tuple(only[0]), tuple(only[1]), tuple(unreadable))


def _read(path: Path, unreadable: list[str]) -> SubmissionResult | None:
    try:
        return read(path)
    except (OSError, ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        unreadable.append(f"{path.name}: {error}")
        return None


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
