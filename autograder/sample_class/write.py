"""Writes a made-up class to disk, with a roster that says what was put into every hand-in."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment
from autograder.sample_class.class_list import enrol
from autograder.sample_class.forms import HandedIn, hand_in, metadata
from autograder.sample_class.material import gather

ROSTER = "ROSTER.csv"
"""Lies beside the hand-ins; intake passes it over as nobody's."""


class FolderTaken(Exception):
    """The folder to write to holds something that no sample class is; the message says what to do."""


@dataclass(frozen=True)
class Planted:
    """One line of the roster: what a student handed in, and what is wrong with it."""

    number: int
    name: str
    """As `autograder.submissions.discover` gives it."""
    kind: str
    base: str
    """The right style it was made from; empty where there was none."""
    mistakes: tuple[str, ...]
    """Misconceptions in it."""
    spoiled: tuple[str, ...]
    """Functions that cannot be right, e.g. ``losses.huber``; what builds on them may be wrong too."""
    form: str
    line_ends: str


def write(assignment: Assignment, folder: Path, students: int, seed: int) -> list[Planted]:
    """Make up a class and write it to `folder`, in place of a sample class that is there already.

    Raises
    ------
    FolderTaken
        if the folder holds anything else.
    AssignmentError
        if the assignment or its solutions cannot be read.
    """
    if folder.exists() and not (folder / ROSTER).is_file() and any(folder.iterdir()):
        raise FolderTaken(f"{folder} is not empty and holds no sample class: name another folder")
    handed_in = list(hand_in(enrol(gather(assignment), assignment.name, students, seed), seed))
    if folder.exists():
        shutil.rmtree(folder)
    for path, content in [*(item for one in handed_in for item in one.files.items()), *metadata(handed_in).items()]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    planted = [_planted(one) for one in handed_in]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ROSTER).write_text(_roster(planted), encoding="utf-8", newline="")
    return planted


def read_roster(folder: Path) -> list[Planted]:
    """The roster of a class that `write` made."""
    with (folder / ROSTER).open(encoding="utf-8", newline="") as file:
        return [
            Planted(
                number=int(row["number"]),
                name=row["name"],
                kind=row["kind"],
                base=row["base"],
                mistakes=tuple(row["mistakes"].split()),
                spoiled=tuple(row["spoiled"].split()),
                form=row["form"],
                line_ends=row["line_ends"],
            )
            for row in csv.DictReader(file)
        ]


def _planted(one: HandedIn) -> Planted:
    answer = one.student.answer
    return Planted(
        number=one.student.number,
        name=one.name,
        kind=answer.kind,
        base=answer.base,
        mistakes=tuple(answer.mistakes),
        spoiled=tuple(answer.spoiled),
        form=one.form,
        line_ends=one.line_ends,
    )


def _roster(planted: Sequence[Planted]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["number", "name", "kind", "base", "mistakes", "spoiled", "form", "line_ends"])
    for one in planted:
        mistakes, spoiled = " ".join(one.mistakes), " ".join(one.spoiled)
        writer.writerow([one.number, one.name, one.kind, one.base, mistakes, spoiled, one.form, one.line_ends])
    return text.getvalue()
