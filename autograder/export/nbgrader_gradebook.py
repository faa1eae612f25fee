"""Writes grades into an nbgrader gradebook, by nbgrader's own interface.

Every assignment gets a notebook of this name with one grade cell: nbgrader keeps points nowhere else.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from autograder.export.book import Book, Person
from autograder.export.grades import Collected, ExportError, Grade

NOTEBOOK = "modules"
CELL = "points"


def write_gradebook(book: Book, place: str) -> None:
    """Write every exported grade; what is in the gradebook beside it stays.

    nbgrader's score of a hand-in becomes the final points: graded ones in its automatic score, hand-changed checks in
    its manual score, `add` in its extra credit, the late deduction in its penalty.

    Parameters
    ----------
    place : str
        ``gradebook.db``, or the address of a database: ``sqlite:///…``, ``postgresql://…``.

    Raises
    ------
    ExportError
        if nbgrader is not installed, or its database cannot be written.
    """
    try:
        from nbgrader.api import Gradebook
    except ImportError as error:
        raise ExportError(
            "a gradebook is written by nbgrader, which is not installed: pip install "
            "'optimizing-networks-autograder[nbgrader]'; or give --out a name ending in .csv"
        ) from error
    address = place if "://" in place else f"sqlite:///{os.path.abspath(place)}"
    try:
        with own_programs_found(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbgrader's own, about how it uses its database
            with Gradebook(address) as gradebook:
                _write(gradebook, book)
    except Exception as error:  # whatever a database driver raises
        raise ExportError(f"the gradebook cannot be written: {type(error).__name__}: {error}") from error


def _write(gradebook: Any, book: Book) -> None:
    for assignment in book.assignments:
        _set_up(gradebook, assignment)
        for person in book.people:
            if grade := person.grades.get(assignment.assignment):
                _enter(gradebook, person, grade)
    gradebook.db.commit()


@contextmanager
def own_programs_found() -> Iterator[None]:
    """nbgrader starts the program `alembic` by its name; it lies beside this Python, which PATH need not know."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _set_up(gradebook: Any, assignment: Collected) -> None:
    name = assignment.assignment
    due = next((grade.late.due for grade in assignment.grades if grade.late.due and not _is_extended(grade)), None)
    gradebook.update_or_create_assignment(name, **({"duedate": _naive(due)} if due else {}))
    gradebook.update_or_create_notebook(NOTEBOOK, name)
    gradebook.update_or_create_grade_cell(CELL, NOTEBOOK, name, max_score=float(assignment.maximum), cell_type="code")


def _enter(gradebook: Any, person: Person, grade: Grade) -> None:
    about = {"first_name": person.first_name, "last_name": person.last_name, "email": person.email}
    gradebook.update_or_create_student(person.id, **{key: value for key, value in about.items() if value})
    submission = gradebook.update_or_create_submission(grade.assignment, person.id)
    if grade.result.submission.submitted_at and not grade.late.is_unknown:
        submission.timestamp = _naive(datetime.fromisoformat(grade.result.submission.submitted_at))
    notebook = _notebook_of(gradebook, submission)
    # nbgrader takes the penalty off the sum, extra credit included, and stops at 0, as we do.
    notebook.late_submission_penalty = float(grade.deduction)
    (cell,) = notebook.grades
    cell.auto_score = float(grade.graded)
    cell.manual_score = float(grade.graded + grade.by_hand) if grade.by_hand else None
    cell.extra_credit = float(grade.added)
    cell.needs_manual_grade = False


def _notebook_of(gradebook: Any, submission: Any) -> Any:
    """Our notebook in a submission, added to one that nbgrader collected before the assignment had it."""
    from nbgrader.api import Grade as GradeOfCell
    from nbgrader.api import SubmittedNotebook

    for notebook in submission.notebooks:
        if notebook.name == NOTEBOOK:
            return notebook
    source = gradebook.find_notebook(NOTEBOOK, submission.assignment.name)
    notebook = SubmittedNotebook(notebook=source, assignment=submission)
    GradeOfCell(cell_id=gradebook.find_grade_cell(CELL, NOTEBOOK, submission.assignment.name).id, notebook=notebook)
    gradebook.db.add(notebook)
    gradebook.db.commit()
    return notebook


def _is_extended(grade: Grade) -> bool:
    return any(one.extension_days for one in grade.applied)


def _naive(moment: datetime) -> datetime:
    """nbgrader keeps times in UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)
