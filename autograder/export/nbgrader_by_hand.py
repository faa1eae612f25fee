"""What people have graded in nbgrader's formgrader: written answers, and points of modules that they changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.adjustments import Adjustment
from autograder.export.grades import ByHand, ExportError
from autograder.export.nbgrader_gradebook import own_programs_found


@dataclass(frozen=True)
class _Counted:
    points: float
    said: tuple[str, ...]
    waits: bool


def read_by_hand(place: str, assignment: str, ids: Mapping[str, str]) -> ByHand:
    """The points that people gave in one assignment, on top of those of the modules.

    Parameters
    ----------
    place : str
        ``gradebook.db``, or the address of a database.
    ids : mapping
        The ids of the results by what nbgrader may call the students: names and ids.

    Raises
    ------
    ExportError
        if nbgrader is not installed, the gradebook cannot be read, or does not know the assignment.
    """
    try:
        from nbgrader.api import Gradebook, MissingEntry
    except ImportError as error:
        raise ExportError("a gradebook is read by nbgrader, which is not installed: pip install nbgrader") from error
    if "://" not in place and not os.path.isfile(place):
        raise ExportError(f"there is no gradebook {place}")
    address = place if "://" in place else f"sqlite:///{os.path.abspath(place)}"
    try:
        with own_programs_found(), Gradebook(address) as gradebook:
            cells = [cell for one in gradebook.find_assignment(assignment).notebooks for cell in one.grade_cells]
            maximum = sum(float(cell.max_score) for cell in cells if cell.cell_type != "code")
            found = {one.student_id: _counted(one) for one in gradebook.assignment_submissions(assignment)}
    except MissingEntry as error:
        raise ExportError(f"the gradebook {_shown(place)} does not know {assignment}") from error
    except Exception as error:  # whatever a database driver raises
        raise ExportError(f"the gradebook cannot be read: {type(error).__name__}: {error}") from error
    known = {ids.get(student, student): one for student, one in found.items()}
    return ByHand(
        maximum=maximum,
        adjustments=tuple(
            Adjustment(submission=name, add=round(one.points, 6), reason=f"nbgrader: {', '.join(one.said)}")
            for name, one in known.items()
            if one.said
        ),
        waiting=frozenset(name for name, one in known.items() if one.waits),
        known=frozenset(known),
    )


def _counted(submission: Any) -> _Counted:
    points, said, waits = 0.0, [], False
    for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
        waits |= bool(grade.needs_manual_grade)
        before = float(grade.auto_score or 0) if grade.cell_type == "code" else 0.0
        now = before if grade.manual_score is None else float(grade.manual_score)
        extra = float(grade.extra_credit or 0)
        points += now - before + extra
        if now != before:
            said.append(f"{grade.name} {before:g} → {now:g}" if grade.cell_type == "code" else f"{grade.name} {now:g}")
        said += [f"{grade.name} {extra:+g} extra"] * (extra != 0)
    return _Counted(points, tuple(said), waits)


def _shown(place: str) -> str:
    """The address of a database may hold a password."""
    return "given" if "://" in place else place
