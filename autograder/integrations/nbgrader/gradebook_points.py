"""What nbgrader's gradebook holds of a class's modules."""

from __future__ import annotations

from typing import Any

from nbgrader.api import Gradebook


def module_points(address: str, assignment: str) -> dict[str, float]:
    """The points of everybody's modules, by the student's id: of the grade cells, which stand for functions.

    Written answers and what is taken off for coming late are no part of them.

    Parameters
    ----------
    address : str
        The gradebook: ``sqlite:////…/gradebook.db``, ``postgresql://…``.
    """
    with Gradebook(address) as gradebook:
        return {one.student_id: _points(one) for one in gradebook.assignment_submissions(assignment)}


def _points(submission: Any) -> float:
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades if grade.cell_type == "code"]
    return round(sum(_score(grade) for grade in grades), 6)


def _score(grade: Any) -> float:
    """nbgrader's rule: a person's points go before the automatic ones, extra credit comes on top."""
    scored = grade.auto_score if grade.manual_score is None else grade.manual_score
    return float(scored or 0) + float(grade.extra_credit or 0)
