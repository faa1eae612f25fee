"""`autograder diff`: what changed between two gradings."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder.export.cells import csv_bytes
from autograder.report import wording
from autograder.report.changes import Changes, CheckChange, StudentChange, compare
from autograder.report.visible_text import one_line
from autograder.results import CheckResult, write_atomically


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "diff",
        help="say whose points changed between two gradings",
        description=(
            "Compare two gradings of a class: whose points changed, by which checks, and who is in one of them only.\n"
            "Say so before a grade that students have seen is replaced."
        ),
        epilog="example: autograder diff grades/optimizers-week1 grades/optimizers",
    )
    parser.add_argument("before", type=Path, metavar="RESULTS_A", help="a folder given to `grade --out`")
    parser.add_argument("after", type=Path, metavar="RESULTS_B", help="another one")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a row for each changed check, too")
    return parser


def run(options: argparse.Namespace) -> int:
    changes = compare(_results(options.before), _results(options.after))
    console = Console(highlight=False)
    for line in _lines(changes):
        console.print(line, markup=False, soft_wrap=True)
    if options.csv:
        write_atomically(options.csv, csv_bytes(_rows(changes)))
        console.print(f"every changed check: {options.csv}", markup=False, soft_wrap=True)
    return 1 if changes.unreadable else 0


def _results(folder: Path) -> Path:
    from autograder.cli import CommandFailed

    for place in (folder / "results", folder):
        if place.is_dir() and next(place.glob("*.json"), None):
            return place
    raise CommandFailed(f"{folder} holds no results; give the folder that `grade --out` wrote")


def _lines(changes: Changes) -> Iterable[str]:
    for student in changes.students:
        yield one_line(_student(student), 300)
        for check in student.checks:
            yield f"    {one_line(_check(check), 300)}"
    for what, names in (("only in the first", changes.only_before), ("only in the second", changes.only_after)):
        if names:
            yield one_line(f"{what}: {', '.join(names)}", 5000)
    for reason in changes.unreadable:
        yield one_line(f"unreadable: {reason}", 400)
    up = sum(student.difference > 0 for student in changes.students)
    down = sum(student.difference < 0 for student in changes.students)
    other = len(changes.students) - up - down
    same = f", {other} with other checks and the same points" if other else ""
    yield f"{wording.count(up, 'student')} up, {down} down{same}, {changes.unchanged} unchanged"


def _student(change: StudentChange) -> str:
    points = f"{wording.points(change.before)} → {wording.points(change.after)}"
    again = ", another hand-in" if change.resubmitted else ""
    return f"{change.name}: {points} ({_signed(change.difference)}{again})"


def _check(change: CheckChange) -> str:
    return f"{_signed(change.difference)} {change.id}: {_outcome(change.before)} → {_outcome(change.after)}"


def _outcome(check: CheckResult | None) -> str:
    return check.outcome.replace("_", " ") if check else "not there"


def _signed(points: float) -> str:
    text = wording.points(abs(points))
    return f"+{text}" if points > 0 else f"-{text}" if points < 0 else "0"


def _rows(changes: Changes) -> Iterable[list[object]]:
    yield ["id", "name", "before", "after", "resubmitted", "check", "outcome_before", "outcome_after", "difference"]
    for student in changes.students:
        about = [student.id, student.name, student.before, student.after, "yes" if student.resubmitted else "no"]
        for check in student.checks:
            yield [*about, check.id, _outcome(check.before), _outcome(check.after), check.difference]
