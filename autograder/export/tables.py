"""Grades as the tables that learning systems read: rows of a CSV file, header first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from autograder.export.book import Book, Person
from autograder.export.cells import number
from autograder.export.grades import Collected, ExportError, Grade
from autograder.export.roster import Roster, cell_of

Format = Literal["csv", "canvas", "gradescope", "nbgrader", "moodle"]
FORMATS: tuple[Format, ...] = ("csv", "canvas", "gradescope", "nbgrader", "moodle")

Row = list[object]


def table(book: Book, to: Format) -> list[Row]:
    """The rows for one system.

    Raises
    ------
    ExportError
        if that system's table needs what the roster does not have, or holds one assignment only.
    """
    writers: dict[Format, Callable[[Book], list[Row]]] = {
        "csv": _csv,
        "canvas": _canvas,
        "gradescope": _gradescope,
        "nbgrader": _nbgrader,
        "moodle": _moodle,
    }
    return writers[to](book)


def _csv(book: Book) -> list[Row]:
    names = [one.assignment for one in book.assignments]
    rows: list[Row] = [["id", "name", *names, "total", "max_total"]]
    most = sum((one.maximum for one in book.assignments), Decimal(0))
    for person in book.people:
        # With a grade kept back there is no total that anybody should read.
        total = sum((grade.final for grade in person.grades.values()), Decimal(0))
        shown = "" if person.withheld or not person.grades else total
        rows.append([person.id, person.name, *(_points(person, name) for name in names), shown, most])
    return rows


def _canvas(book: Book) -> list[Row]:
    roster = _roster_with(book, "canvas", ("Student", "ID"), "the gradebook as exported from Canvas")
    fixed = [name for name in ("Student", "ID", "SIS User ID", "SIS Login ID", "Section") if name in roster.header]
    columns = [_canvas_column(roster, one) for one in book.assignments]
    maxima: Row = ["    Points Possible", *[""] * (len(fixed) - 1), *(one.maximum for one in book.assignments)]
    rows: list[Row] = [[*fixed, *columns], maxima]
    for person in book.people:
        assert person.student is not None
        known = [person.student.row[name] for name in fixed]
        rows.append([*known, *(_points(person, one.assignment) for one in book.assignments)])
    return rows


def _canvas_column(roster: Roster, assignment: Collected) -> str:
    """The column of the gradebook with this title, ``Losses (1234)``; without one Canvas makes a new assignment."""
    wanted = {assignment.title.casefold(), assignment.assignment.casefold()}
    found = [name for name in roster.header if re.sub(r" \(\d+\)$", "", name).casefold() in wanted]
    if len(found) > 1:
        raise ExportError(f"the roster has {' and '.join(found)} for {assignment.assignment}: leave one of them in it")
    return found[0] if found else assignment.title


def _moodle(book: Book) -> list[Row]:
    one = _only(book, "moodle") if book.roster and "Identifier" in book.roster.header else None
    roster = _roster_with(book, "moodle", (), "Moodle's grading worksheet, or a list with the id number or address")
    if one is not None:
        return _moodle_worksheet(roster, one, book.people)
    keys = [name for name in roster.header if name.casefold() in ("id number", "username", "email address", "email")]
    if not keys:
        raise ExportError("Moodle finds students by Identifier, ID number, Username or Email address: none is given")
    rows: list[Row] = [[*keys, *(one.title for one in book.assignments)]]
    for person in book.people:
        assert person.student is not None
        points = (_points(person, one.assignment) for one in book.assignments)
        rows.append([*(person.student.row[name] for name in keys), *points])
    return rows


def _moodle_worksheet(roster: Roster, assignment: Collected, people: Sequence[Person]) -> list[Row]:
    if "Grade" not in roster.header:
        raise ExportError("the roster has no column `Grade`: download the grading worksheet from Moodle")
    rows: list[Row] = [list(roster.header)]
    for person in people:
        assert person.student is not None
        maximum = cell_of(person.student.row, ("maximum grade",))
        if maximum and _number_in(maximum) != assignment.maximum:
            here = number(assignment.maximum)
            raise ExportError(f"Moodle's maximum is {maximum}, the assignment's {here}: set it to {here} in Moodle")
        row: dict[str, object] = dict(person.student.row)
        if grade := person.grades.get(assignment.assignment):
            row["Grade"] = grade.final
        rows.append([row[name] for name in roster.header])
    return rows


def _number_in(text: str) -> Decimal | None:
    return Decimal(text.replace(",", ".")) if re.fullmatch(r"\d+([.,]\d+)?", text) else None


def _gradescope(book: Book) -> list[Row]:
    """In the columns of the grades that Gradescope itself lets one download."""
    assignment = _only(book, "gradescope")
    header = ["First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission ID"]
    rows: list[Row] = [[*header, "Submission Time", "Lateness (H:M:S)"]]
    for person in book.people:
        about: Row = [person.first_name, person.last_name, person.id, person.email]
        most = assignment.maximum
        grade = person.grades.get(assignment.assignment)
        if grade is None:
            rows.append([*about, "", most, "Ungraded" if person.withheld else "Missing", "", "", ""])
            continue
        submission = grade.result.submission
        rows.append([*about, grade.final, most, "Graded", submission.id])
        rows[-1] += [submission.submitted_at or "", _hours(grade)]
    return rows


def _hours(grade: Grade) -> str:
    if grade.late.due is None or grade.late.is_unknown:
        return ""
    submitted = datetime.fromisoformat(grade.result.submission.submitted_at or "")
    seconds = max(0, int((submitted - grade.late.due).total_seconds()))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _nbgrader(book: Book) -> list[Row]:
    header = ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"]
    rows: list[Row] = [[*header, "raw_score", "late_submission_penalty", "score", "max_score"]]
    for assignment in book.assignments:
        for person in book.people:
            if grade := person.grades.get(assignment.assignment):
                due = grade.late.due.isoformat() if grade.late.due else ""
                about: Row = [person.id, person.last_name, person.first_name, person.email]
                raw = grade.graded + grade.by_hand + grade.added
                points = (raw, grade.deduction, grade.final, grade.maximum)
                rows.append([assignment.assignment, due, grade.result.submission.submitted_at or "", *about])
                rows[-1] += points
    return rows


def _points(person: Person, assignment: str) -> object:
    grade = person.grades.get(assignment)
    return grade.final if grade else ""


def _roster_with(book: Book, to: str, headings: Sequence[str], what: str) -> Roster:
    if book.roster is None or not set(headings) <= set(book.roster.header):
        raise ExportError(f"--to {to} needs --roster: {what}")
    return book.roster


def _only(book: Book, to: str) -> Collected:
    if len(book.assignments) > 1:
        raise ExportError(f"--to {to} writes one assignment at a time: name one")
    return book.assignments[0]
