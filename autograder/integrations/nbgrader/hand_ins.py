"""What nbgrader collected, as hand-ins of our own: read safely, and named as nbgrader names the students."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from autograder.assignment import Assignment
from autograder.submissions import HandIn
from autograder.submissions.names import clean, slug
from autograder.submissions.on_disk import DiskFolder
from autograder.submissions.selection import Selection, select
from autograder.submissions.submission import RefusedError
from autograder.submissions.times import iso_time

_TIME = "timestamp.txt"
_TIME_BYTES = 1 << 10


def hand_in(folder: Path, student: str, assignment: Assignment) -> HandIn:
    """The hand-in of one student.

    Parameters
    ----------
    folder : Path
        ``submitted/<student>/<assignment>``. What is in it is the student's: no link in it is followed.
    """
    name = clean(student)
    return HandIn(slug(name), name, partial(_take, folder, assignment.wanted))


def _take(folder: Path, wanted: Sequence[str]) -> Selection:
    collected = DiskFolder(folder.parent, (folder.name,))
    return replace(select(collected, wanted), submitted_at=_time(collected))


def _time(collected: DiskFolder) -> str | None:
    try:
        return iso_time(collected.file(_TIME).read(_TIME_BYTES).decode("utf-8", "replace"))
    except RefusedError:
        return None
