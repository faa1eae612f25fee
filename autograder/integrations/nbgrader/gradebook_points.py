"""What nbgrader's gradebook knows of a class: points of modules and points of written answers, apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbgrader.api import Gradebook, MissingEntry


@dataclass(frozen=True)
class NbgraderPoints:
    """One student's points in one assignment, before what is taken off for coming late."""

    modules: float
    """Of the grade cells, which stand for functions."""
    written: float
    """Of the answers, which are graded by hand."""
    written_maximum: float
    needs_a_person: bool
    """Whether something waits to be graded by hand, or met a fault of the grader."""


def read_points(address: str, assignment: str) -> dict[str, NbgraderPoints]:
    """The points of everybody whose hand-in nbgrader has autograded, by the student's id.

    Parameters
    ----------
    address : str
        The gradebook: ``sqlite:////…/gradebook.db``, ``postgresql://…``.
    """
    with Gradebook(address) as gradebook:
        try:
            submissions = gradebook.assignment_submissions(assignment)
        except MissingEntry:
            return {}
        return {one.student_id: _points(one) for one in submissions}


def _points(submission: Any) -> NbgraderPoints:
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    modules = [grade for grade in grades if grade.cell_type == "code"]
    written = [grade for grade in grades if grade.cell_type != "code"]
    return NbgraderPoints(
        modules=round(sum(_score(grade) for grade in modules), 6),
        written=round(sum(_score(grade) for grade in written), 6),
        written_maximum=round(sum(float(grade.max_score) for grade in written), 6),
        needs_a_person=any(grade.needs_manual_grade for grade in grades),
    )


def _score(grade: Any) -> float:
    """nbgrader's rule: a person's points go before the automatic ones, extra credit comes on top."""
    scored = grade.auto_score if grade.manual_score is None else grade.manual_score
    return float(scored or 0) + float(grade.extra_credit or 0)
