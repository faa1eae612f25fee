"""Brings the grades of several assignments together, person by person, and keeps where each number comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from autograder.export.grades import Collected, Grade
from autograder.export.matching import match
from autograder.export.roster import Roster, Student, split_name

_TRACE = (
    "id",
    "assignment",
    "status",
    "exported",
    "max_points",
    "graded",
    "by_hand",
    "due",
    "submitted_at",
    "days_late",
    "late_percent",
    "late_deduction",
    "added",
    "reasons",
    "result",
    "result_sha256",
    "content_hash",
    "fingerprint",
    "seed",
    "engine",
    "isolation",
    "graded_at",
)


@dataclass(frozen=True)
class Person:
    """Somebody with a row: on the roster, or, without one, known by the hand-ins alone."""

    id: str
    name: str
    first_name: str
    last_name: str
    email: str
    student: Student | None
    grades: Mapping[str, Grade]
    """By assignment; only those that may be exported."""
    withheld: frozenset[str] = frozenset()
    """Assignments in which this person's grade is kept back."""


@dataclass(frozen=True)
class Book:
    """Everything an export writes."""

    assignments: Sequence[Collected]
    people: Sequence[Person]
    roster: Roster | None
    problems: Sequence[str]
    """What keeps a grade back, one line each."""
    notes: Sequence[str]

    @property
    def exported(self) -> int:
        return sum(len(person.grades) for person in self.people)


def make_book(assignments: Sequence[Collected], roster: Roster | None) -> Book:
    """One person for each row of the roster; without a roster, one for each id of a hand-in."""
    several = len(assignments) > 1
    problems = [_said(one, text, several) for one in assignments for text in one.problems]
    notes = [_said(one, text, several) for one in assignments for text in one.notes]
    if roster is None:
        return Book(assignments, list(_by_id(assignments)), None, problems, notes)
    found: dict[Student, dict[str, Grade]] = {student: {} for student in roster.students}
    doubtful: dict[Student, set[str]] = {student: set() for student in roster.students}
    for one in assignments:
        matching = match([grade.result.submission for grade in one.grades], roster.students)
        problems += [_said(one, text, several) for text in matching.problems]
        if matching.missing:
            names = ", ".join(f"{student.name} ({student.id})" for student in matching.missing)
            notes.append(_said(one, f"on the roster, but no hand-in: {names}", several))
        for student in matching.doubtful:
            doubtful[student].add(one.assignment)
        for grade in one.grades:
            if owner := matching.students.get(grade.result.submission.id):
                found[owner][one.assignment] = grade
    people = [_on_roster(student, found[student], doubtful[student]) for student in roster.students]
    return Book(assignments, people, roster, problems, notes)


def trace(book: Book, beside: Path) -> list[list[object]]:
    """A row for every result that was read: how its number came about, and the file, by hash, that it came from.

    ``exported`` is ``graded`` + ``by_hand`` − ``late_deduction`` + ``added``, at least 0. Files are named as seen from
    the folder `beside`.
    """
    owners = {id(grade): person for person in book.people for grade in person.grades.values()}
    rows: list[list[object]] = [list(_TRACE)]
    for assignment in book.assignments:
        rows += [_traced(grade, owners.get(id(grade)), beside) for grade in assignment.grades]
    return rows


def _traced(grade: Grade, owner: Person | None, beside: Path) -> list[object]:
    result = grade.result
    status = "exported" if owner else f"kept back: {grade.withheld}" if grade.withheld else "kept back: whose is it?"
    values = {
        "id": owner.id if owner else result.submission.id,
        "assignment": grade.assignment,
        "status": status,
        "exported": grade.final if owner else "",
        "max_points": grade.maximum,
        "graded": grade.graded,
        "by_hand": grade.by_hand,
        "due": grade.late.due.isoformat() if grade.late.due else "",
        "submitted_at": result.submission.submitted_at or "",
        "days_late": grade.late.days,
        "late_percent": grade.late.percent,
        "late_deduction": grade.deduction,
        "added": grade.added,
        "reasons": " | ".join(one.reason for one in grade.applied),
        "result": Path(os.path.relpath(grade.file, beside)).as_posix(),
        "result_sha256": grade.sha256,
        "content_hash": result.submission.content_hash,
        "fingerprint": result.grading.fingerprint,
        "seed": result.grading.seed,
        "engine": result.grading.engine,
        "isolation": result.grading.isolation,
        "graded_at": result.grading.graded_at,
    }
    return [values[name] for name in _TRACE]


def _by_id(assignments: Sequence[Collected]) -> Iterator[Person]:
    grades: dict[str, dict[str, Grade]] = {}
    for one in assignments:
        for grade in one.grades:
            grades.setdefault(grade.result.submission.id, {})[one.assignment] = grade
    for submission_id, own in grades.items():
        name = next(iter(own.values())).result.submission.name
        first, last = split_name(name)
        yield Person(submission_id, name, first, last, "", None, *_divided(own))


def _on_roster(student: Student, grades: Mapping[str, Grade], doubtful: Set[str]) -> Person:
    about = (student.id, student.name, student.first_name, student.last_name, student.email)
    fine, withheld = _divided(grades)
    return Person(*about, student, fine, withheld | doubtful)


def _divided(grades: Mapping[str, Grade]) -> tuple[dict[str, Grade], frozenset[str]]:
    fine = {name: grade for name, grade in grades.items() if not grade.withheld}
    return fine, frozenset(grades.keys() - fine.keys())


def _said(assignment: Collected, text: str, several: bool) -> str:
    return f"{assignment.assignment}: {text}" if several else text
