"""What was handed in, taken out of the folder in which otter would go on to open and run it."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.assignment import Assignment
from autograder.integrations.otter.settings import COURSE, ENGINE_FOLDER, NOTEBOOK
from autograder.submissions import Submission, load_one

_EMPTY_NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def take(folder: Path, assignment: Assignment) -> Submission:
    """Read the assignment's files from otter's folder of a submission.

    What otter itself has put there (tests, support files, an empty ``__init__.py``) is removed first: it is no part
    of the hand-in.
    """
    for name in ("tests", COURSE, ENGINE_FOLDER, NOTEBOOK):
        _remove(folder / name)
    marker = folder / "__init__.py"
    if marker.is_file() and not marker.is_symlink() and not marker.stat().st_size:
        marker.unlink()
    return load_one(folder, assignment.wanted)


def leave_nothing(folder: Path, notebook: Path) -> None:
    """Empty otter's folder of a submission, but for a notebook without cells.

    Otter goes on from here: it would unpickle a log that was handed in, and start a kernel in this folder, where a file
    ``ipykernel.py`` would be taken for Jupyter's own. Of all that there is nothing left.
    """
    for entry in folder.iterdir():
        _remove(entry)
    notebook.write_text(_EMPTY_NOTEBOOK, encoding="utf-8")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
