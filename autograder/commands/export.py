"""`autograder export`: grades for a learning system, and the zip of an autograder for Gradescope."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder import assignment as assignments
from autograder.adjustments import AdjustmentError
from autograder.assignment import Assignment, AssignmentError
from autograder.export.book import Book, make_book, trace
from autograder.export.cells import cell, csv_bytes
from autograder.export.grades import ByHand, Collected, ExportError, collect
from autograder.export.gradescope_results import VISIBILITIES
from autograder.export.lateness import LatePolicy, parse_due
from autograder.export.nbgrader_by_hand import read_by_hand
from autograder.export.nbgrader_gradebook import write_gradebook
from autograder.export.roster import Roster, RosterError, read_roster
from autograder.export.tables import FORMATS, table
from autograder.report.visible_text import one_line
from autograder.results import SubmissionResult, read_each, write_atomically

_MOST = 10_000


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "export",
        help="write grades for Canvas, Moodle, Gradescope, nbgrader or a spreadsheet",
        description=(
            "Write the grades of one or more graded assignments as a learning system reads them: lateness by the\n"
            "assignment's own policy, points changed by hand (adjustments.toml beside the results), students found in\n"
            "a roster. Beside FILE a second one, .trace.csv, says for every number which result it comes from.\n"
            "Or, with --gradescope-zip, build the autograder of an assignment for Gradescope."
        ),
        epilog=(
            "example: autograder export grades/losses grades/optimizers --to csv --out grades.csv\n"
            "         autograder export losses --to canvas --roster gradebook.csv --out upload.csv\n"
            "         autograder export course/grades/losses --written course/gradebook.db --to csv --out grades.csv\n"
            "         autograder export --gradescope-zip losses --seed 2027 --out losses-autograder.zip"
        ),
    )
    parser.add_argument(
        "results",
        nargs="*",
        metavar="ASSIGNMENT-OR-RESULTS",
        help="a folder given to `grade --out`, or the name of an assignment graded to grades/NAME",
    )
    parser.add_argument("--to", choices=FORMATS, help="which system reads it")
    parser.add_argument("--roster", type=Path, metavar="FILE", help="CSV of the class with the system's ids")
    parser.add_argument("--out", required=True, metavar="FILE")
    parser.add_argument("--no-late", action="store_true", help="nothing is late (the learning system deducts itself)")
    parser.add_argument(
        "--allow-grader-errors",
        action="store_true",
        help="export grades, too, in which a check met a fault of the grader (it counts in full)",
    )
    parser.add_argument(
        "--written",
        metavar="GRADEBOOK",
        help="nbgrader's gradebook (a file or an address): what people graded in the formgrader goes on top",
    )
    zipped = parser.add_argument_group("an autograder for Gradescope")
    zipped.add_argument("--gradescope-zip", metavar="ASSIGNMENT", help="build its autograder instead")
    zipped.add_argument("--seed", type=int, default=0, help="what hidden inputs are drawn from (default 0)")
    zipped.add_argument(
        "--hidden-checks",
        choices=VISIBILITIES,
        default="after_published",
        help="when students see hidden checks, and with them their total (default: after_published)",
    )
    parser.set_defaults(usage_error=parser.error)
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    console = Console(highlight=False)
    if options.gradescope_zip:
        return _zip(options, console)
    if not options.results or not options.to:
        options.usage_error("name graded assignments and the system with --to, or give --gradescope-zip ASSIGNMENT")
    try:
        graded = [_collect(name, options) for name in options.results]
        _named_once(graded)
        roster = read_roster(options.roster) if options.roster else None
        book = make_book(graded, roster)
        notes = [*book.notes, *(_changed_ids(roster) if roster else ())]
        written = _write(book, options)
    except (ExportError, RosterError, AdjustmentError) as error:
        raise CommandFailed(str(error)) from error
    people = sum(bool(person.grades) for person in book.people)
    # The address of a database may hold a password.
    where = "the gradebook" if "://" in options.out else options.out
    console.print(f"{book.exported} grades of {people} students: {where}", markup=False, soft_wrap=True)
    console.print(f"where each number comes from: {written}", markup=False, soft_wrap=True)
    for note in notes:
        console.print(f"  {one_line(note, 2000)}", markup=False, soft_wrap=True)
    if book.problems:
        console.print("not exported until somebody looks:", style="bold red")
        for problem in book.problems:
            console.print(f"  {one_line(problem, 600)}", style="red", markup=False, soft_wrap=True)
    return 1 if book.problems else 0


def _zip(options: argparse.Namespace, console: Console) -> int:
    from autograder.cli import CommandFailed
    from autograder.integrations.gradescope_settings import GradescopeSettings
    from autograder.integrations.gradescope_zip import ZipError, build_zip

    if options.results or options.to or options.roster:
        options.usage_error("--gradescope-zip builds an autograder: no results, --to or --roster beside it")
    assignment = assignments.find(options.gradescope_zip)
    settings = GradescopeSettings(assignment=assignment.name, seed=options.seed, hidden_checks=options.hidden_checks)
    try:
        path = build_zip(assignment, settings, Path(options.out))
    except ZipError as error:
        raise CommandFailed(str(error)) from error
    console.print(f"{assignment.name}: {path}", markup=False, soft_wrap=True)
    console.print("It holds the solutions and the hidden checks: for Gradescope's page of the autograder only.")
    return 0


def _collect(name: str, options: argparse.Namespace) -> Collected:
    folder = _results_folder(name)
    policy = LatePolicy() if options.no_late else _policy(folder)
    by_hand = _by_hand(folder, options.written) if options.written else None
    return collect(folder, policy, allow_grader_errors=options.allow_grader_errors, by_hand=by_hand)


def _by_hand(folder: Path, gradebook: str) -> ByHand:
    results = [one.submission for one in read_each(folder / "results") if isinstance(one, SubmissionResult)]
    ids = {one.name: one.id for one in results} | {one.id: one.id for one in results}
    return read_by_hand(gradebook, _assignment_name(folder), ids)


def _results_folder(name: str) -> Path:
    """The folder given to `grade --out`: named itself, or by its ``results``, or by the name of its assignment."""
    folder = Path(name)
    if (folder / "results").is_dir():
        return folder
    if folder.name == "results" and folder.is_dir():
        return folder.parent
    assignment = assignments.find(name)
    usual = assignment.folder.parent.parent / "grades" / assignment.name
    if (usual / "results").is_dir():
        return usual
    raise ExportError(f"{name} is not graded yet, or not to {usual}: name the folder given to `grade --out`")


def _policy(folder: Path) -> LatePolicy:
    """What the assignment that these results are of says about lateness."""
    name = _assignment_name(folder)
    try:
        assignment = assignments.find(name)
    except AssignmentError as error:
        raise ExportError(
            f"the late policy is in assignment.toml: {error}. Run this in the course's folder, or add --no-late"
        ) from error
    try:
        return late_policy(assignment)
    except ValueError as error:
        raise ExportError(f"{assignment.folder / 'assignment.toml'}: {error}") from error


def late_policy(assignment: Assignment) -> LatePolicy:
    """The policy in ``assignment.toml``. Raises ValueError for a `due` that is no time, or days that cannot be."""
    late = assignment.late
    for name in ("grace_days", "percent_per_day", "cut_off_days"):
        if not 0 <= (getattr(late, name) or 0) <= _MOST:
            raise ValueError(f"{name} under [late] must be from 0 to {_MOST}")
    due = parse_due(assignment.due) if assignment.due else None
    return LatePolicy(due, late.grace_days, late.percent_per_day, late.cut_off_days)


def _assignment_name(folder: Path) -> str:
    for one in read_each(folder / "results"):
        if isinstance(one, SubmissionResult):
            return one.assignment.name
    raise ExportError(f"there is no result to export in {folder / 'results'}")


def _named_once(graded: list[Collected]) -> None:
    names = [one.assignment for one in graded]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ExportError(f"{twice} is named twice: its points would count twice")


def _changed_ids(roster: Roster) -> list[str]:
    changed = [key for student in roster.students for key in student.ids if cell(key) != key]
    return [f"written with an apostrophe, since a spreadsheet would run it: {', '.join(changed)}"] if changed else []


def _write(book: Book, options: argparse.Namespace) -> Path:
    """The export and its trace; where the trace is."""
    is_gradebook = options.to == "nbgrader" and not options.out.lower().endswith(".csv")
    out = Path("gradebook") if "://" in options.out else Path(options.out)
    if is_gradebook:
        write_gradebook(book, options.out)
    else:
        write_atomically(out, csv_bytes(table(book, options.to)))
    beside = out.with_name(f"{out.stem}.trace.csv")
    write_atomically(beside, csv_bytes(trace(book, beside.parent)))
    return beside
