"""A whole class through `nbgrader autograde`: what it gives to everybody in a folder of hand-ins of any kind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from autograder.assignment import Assignment
from autograder.export.nbgrader_gradebook import own_programs_found
from autograder.integrations.nbgrader.course import NOTEBOOK, gradebook_address
from autograder.integrations.nbgrader.gradebook_points import module_points
from autograder.submissions import discover


class NbgraderFailed(Exception):
    """nbgrader could not do what it was asked for; the message is what it said."""


def grade_class(
    folder: Path, assignment: Assignment, submissions: Path, *, run_notebooks: bool = True
) -> dict[str, float]:
    """Grade a class with nbgrader.

    Parameters
    ----------
    folder : Path
        A course that `autograder nbgrader init` wrote.
    submissions : Path
        What `autograder grade` takes: a folder or zip of hand-ins. They are laid out as nbgrader collects them, each
        with the notebook that was handed out.
    run_notebooks : bool
        Whether the notebooks are executed; no point depends on it.

    Returns
    -------
    dict
        The points of the modules, by the ids that `autograder grade` has for the hand-ins.

    Raises
    ------
    NbgraderFailed
        if `nbgrader generate_assignment` or `nbgrader autograde` ends with an error.
    """
    notebook = folder / "release" / assignment.name / NOTEBOOK
    if not notebook.is_file():
        nbgrader(folder, "generate_assignment", assignment.name, "--force")
    for submission in discover(submissions, assignment.wanted):
        place = folder / "submitted" / submission.id / assignment.name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        shutil.copyfile(notebook, place / NOTEBOOK)
        for name, content in submission.files.items():
            (place / name).write_bytes(content)
    nbgrader(folder, "autograde", assignment.name, "--force", *([] if run_notebooks else ["--no-execute"]))
    return module_points(gradebook_address(folder), assignment.name)


def nbgrader(folder: Path, *words: str) -> str:
    """Run a command of nbgrader in a course's folder; what it said.

    Raises
    ------
    NbgraderFailed
        if it ends with an error.
    """
    command = [str(Path(sys.executable).with_name("nbgrader")), *words]
    with own_programs_found():
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    said = f"{run.stdout}{run.stderr}"
    if run.returncode:
        raise NbgraderFailed(f"nbgrader {' '.join(words)} ended with an error:\n{said[-8000:]}")
    return said
