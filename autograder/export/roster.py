"""Reads the list of a class as the learning system knows it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_IDS = (
    "id",
    "student id",
    "submission",
    "sid",
    "sis user id",
    "sis login id",
    "id number",
    "idnumber",
    "username",
    "user name",
    "login",
    "login id",
    "identifier",
)
_EMAILS = ("email", "email address", "e-mail")
_NAMES = ("student", "name", "full name", "student name")
_FIRST = ("first name", "given name", "firstname")
_LAST = ("last name", "surname", "family name", "lastname")


class RosterError(Exception):
    """A roster that cannot be used; the message says what is wrong with it."""


@dataclass(frozen=True, eq=False)
class Student:
    """One row of the roster; two that read the same are still two."""

    row: Mapping[str, str]
    """Every cell of it, by the heading of its column."""
    ids: tuple[str, ...]
    """What identifies the student beside the name: numbers, logins."""
    name: str
    first_name: str
    last_name: str
    email: str

    @property
    def id(self) -> str:
        return (*self.ids, self.email, self.name)[0]


@dataclass(frozen=True)
class Roster:
    header: Sequence[str]
    students: Sequence[Student]
    before: Sequence[Mapping[str, str]]
    """Rows of Canvas's that stand above the students."""


def read_roster(path: Path) -> Roster:
    """Read a roster: the gradebook exported from Canvas, Moodle's grading worksheet, or any CSV with known headings.

    Parameters
    ----------
    path : Path
        CSV in UTF-8, separated by commas, semicolons or tabs. A student needs an id (``id``, ``student_id``, ``SID``,
        ``SIS User ID``, ``ID number``, ``username``, …), an address (``email``) or a name (``name``, ``Student``,
        ``Full name``, or ``first_name`` and ``last_name``).

    Raises
    ------
    RosterError
        if it cannot be read, has no heading of a known kind or nobody in it, or gives two rows the same id.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        separator = max(",;\t", key=text.partition("\n")[0].count)
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RosterError(f"cannot read the roster {path}: {error}") from error
    header = [name.strip() for name in table[0]] if table else []
    known = {_plain(name) for name in header}
    if not known & {*_IDS, *_EMAILS, *_NAMES, *_LAST}:
        raise RosterError(f"{path}: no heading names students; there must be one such as student_id, email or name")
    if len(set(header)) < len(header):
        raise RosterError(f"{path}: two columns have the same heading")
    rows = [dict(zip(header, [*cells, *[""] * len(header)], strict=False)) for cells in table[1:] if any(cells)]
    before = [row for row in rows if _is_canvas_own(row)]
    students = [_student(row) for row in rows if not _is_canvas_own(row)]
    students = [one for one in students if one.id.strip()]
    if not students:
        raise RosterError(f"{path}: nobody is in it")
    _no_id_twice(path, students)
    return Roster(header, students, before)


def cell_of(row: Mapping[str, str], headings: Sequence[str]) -> str:
    """The first filled cell of `row` under one of `headings`, however they are written."""
    cells = {_plain(name): value.strip() for name, value in row.items()}
    return next((cells[heading] for heading in headings if cells.get(heading)), "")


def _student(row: Mapping[str, str]) -> Student:
    cells = {_plain(name): value.strip() for name, value in row.items()}
    first, last = cell_of(row, _FIRST), cell_of(row, _LAST)
    name = cell_of(row, _NAMES) or f"{first} {last}".strip()
    if not last and not first:
        first, last = split_name(name)
    return Student(
        row=row,
        ids=tuple(dict.fromkeys(cells[heading] for heading in _IDS if cells.get(heading))),
        name=name,
        first_name=first,
        last_name=last,
        email=cell_of(row, _EMAILS),
    )


def split_name(name: str) -> tuple[str, str]:
    """First and last name, from "Ada Lovelace" or "Lovelace, Ada"."""
    last, comma, first = name.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _, last = name.rpartition(" ")
    return first.strip(), last.strip()


def _is_canvas_own(row: Mapping[str, str]) -> bool:
    """Canvas's rows above the students (maxima, posting), and the student it makes up for tests."""
    student = row.get("Student")
    if student is None:
        return False
    is_nobody = not student.strip() and not cell_of(row, _IDS)
    return is_nobody or student.strip() in ("Points Possible", "Student, Test")


def _no_id_twice(path: Path, students: Sequence[Student]) -> None:
    owners: dict[str, Student] = {}
    for one in students:
        for key in one.ids:
            if owners.setdefault(key.casefold(), one) is not one:
                raise RosterError(f"{path}: {key} is the id of two students")


def _plain(heading: str) -> str:
    return re.sub(r"[\s_]+", " ", heading.strip().lower())
