"""Writes a course for nbgrader: its configuration, and the source of every assignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from traitlets.config.loader import PyFileConfigLoader

from autograder.assignment import Assignment
from autograder.export.lateness import parse_due
from autograder.export.nbgrader_gradebook import own_programs_found
from autograder.export.roster import Roster
from autograder.grading.batch import describe_checks
from autograder.integrations.nbgrader.versions import model_answers, nbgrader_version
from autograder.notebooks.source import read
from autograder.release import bundle, leaks, write_folder
from autograder.results import write_atomically
from autograder.sandbox.launch import Isolation

NOTEBOOK = "notebook.ipynb"

_CONFIG = """\
# nbgrader's configuration of this course, written by `autograder nbgrader init`. It is yours now: a second `init`
# leaves it as it is. It names the seed of the hidden inputs, so it is not for students.
from pathlib import Path

from autograder.integrations.nbgrader.configuration import configure

c = get_config()

configure(
    c,
    course={course!r},  # where assignments/ and solutions/ lie
    folder=str(Path(__file__).parent),
    seed={seed!r},  # the points are those of `autograder grade --seed` with this number
    isolation={isolation!r},  # `autograder doctor` says what works on this machine
)

c.CourseDirectory.course_id = {course_id!r}
{gradebook}
{exchange}
# What a student's notebook may take; modules have limits of their own, in assignment.toml.
# c.ExecuteBehindWall.timeout = 120  # seconds a cell
# c.ExecuteBehindWall.notebook_seconds = 600
"""


class CourseError(Exception):
    """A course that cannot be written; the message says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """What `write_course` is asked for."""

    folder: Path
    course: Path
    """Where `assignments/` and `solutions/` lie."""
    course_id: str
    seed: int
    isolation: Isolation
    gradebook: str = ""
    """Address of a database, ``postgresql://…``; empty: ``gradebook.db`` in the folder."""
    exchange: str = ""
    """nbgrader's exchange folder, made if need be; empty: nbgrader's own choice."""


def write_config(plan: Plan) -> bool:
    """Write ``nbgrader_config.py`` unless there is one; whether it was written."""
    path = plan.folder / "nbgrader_config.py"
    if path.exists():
        return False
    db = (
        f"c.CourseDirectory.db_url = {plan.gradebook!r}"
        if plan.gradebook
        else '# c.CourseDirectory.db_url = "postgresql://…"'
    )
    root = f"c.Exchange.root = {plan.exchange!r}" if plan.exchange else '# c.Exchange.root = "/srv/nbgrader/exchange"'
    text = _CONFIG.format(
        course=str(plan.course.resolve()),
        seed=plan.seed,
        isolation=plan.isolation,
        course_id=plan.course_id,
        gradebook=db,
        exchange=root,
    )
    plan.folder.mkdir(parents=True, exist_ok=True)
    if plan.exchange and not Path(plan.exchange).exists():
        Path(plan.exchange).mkdir(parents=True)
        Path(plan.exchange).chmod(0o777)  # as nbgrader wants it: students leave their hand-ins there
    write_atomically(path, text.encode())
    return True


def write_source(assignment: Assignment, folder: Path) -> None:
    """Write ``source/<assignment>``: all that students get, with nbgrader's version of the notebook.

    Raises
    ------
    CourseError
        if the assignment has no notebook, if a file would give away what is hidden, or if the folder is somebody
        else's.
    NotebookError, ChecksBroken, ReleaseError, SkeletonError
        if the assignment is not in order.
    """
    notebook = assignment.folder / NOTEBOOK
    if not notebook.is_file():
        raise CourseError(f"{notebook} is missing: nbgrader grades by notebooks")
    target = folder / "source" / assignment.name
    if target.exists() and any(target.iterdir()) and not (target / "assignment.toml").is_file():
        raise CourseError(f"{target} holds something else than an earlier version of the assignment: move it")
    files = bundle(assignment)
    if found := leaks(files, assignment):
        raise CourseError("nothing was written, for it would give away what is hidden:\n" + "\n".join(found))
    points: dict[str, float] = {}
    for check in describe_checks(assignment):
        points[check.function] = round(points.get(check.function, 0) + check.points, 6)
    version = nbgrader_version(read(notebook), points, model_answers(assignment.folder))
    files[NOTEBOOK] = f"{nbformat.writes(version)}\n".encode()
    (folder / "source").mkdir(parents=True, exist_ok=True)
    write_folder(target, files)


def gradebook_address(folder: Path) -> str:
    """The database that the ``nbgrader_config.py`` of a course names, or nbgrader's own choice."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder.resolve())).load_config()
    return str(config.CourseDirectory.get("db_url", f"sqlite:///{folder.resolve() / 'gradebook.db'}"))


def write_gradebook(folder: Path, assignments: Sequence[Assignment], roster: Roster | None) -> None:
    """Make the gradebook, with the assignments and the students of the roster. A due date that is there stays."""
    with own_programs_found(), Gradebook(gradebook_address(folder)) as gradebook:
        for one in assignments:
            entry = gradebook.update_or_create_assignment(one.name)
            if entry.duedate is None and one.due:
                due = parse_due(one.due).astimezone(UTC).replace(tzinfo=None)
                gradebook.update_or_create_assignment(one.name, duedate=due)
        for student in roster.students if roster else ():
            about = {"first_name": student.first_name, "last_name": student.last_name, "email": student.email}
            known = {key: value for key, value in about.items() if value}
            gradebook.update_or_create_student(student.id, **known)
