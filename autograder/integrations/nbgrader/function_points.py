"""What a result gives for each function: nbgrader's gradebook keeps points by cell, and a cell is a function here."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.integrations.nbgrader.versions import grade_id
from autograder.results import CheckResult, SubmissionResult


@dataclass(frozen=True)
class FunctionPoints:
    """The checks of one function, summed up."""

    function: str
    """With its module: ``losses.huber``."""
    points: float
    earned: float
    met_a_fault: bool
    """Whether a check met a fault of the grader: its points are earned, and a person looks at it."""

    @property
    def is_full(self) -> bool:
        return self.earned >= self.points


def by_grade_id(result: SubmissionResult) -> dict[str, FunctionPoints]:
    """The points of every function, by the name of its grade cell."""
    functions: dict[str, list[CheckResult]] = {}
    for check in result.checks:
        functions.setdefault(check.function, []).append(check)
    return {
        grade_id(function): FunctionPoints(
            function,
            round(sum(check.points for check in checks), 6),
            round(sum(check.earned for check in checks), 6),
            any(check.outcome == "grader_error" for check in checks),
        )
        for function, checks in functions.items()
    }
