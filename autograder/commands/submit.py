"""`autograder submit`: a student's last look before handing in, and the zip to upload."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder.assignment import load
from autograder.submit import Problem, SubmitError, pack, validate

_STYLES = {"error": "bold red", "warning": "yellow", "note": ""}


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "submit",
        help="look over your modules and pack them for upload",
        description="Look for what would cost points (syntax errors, imports, unwritten functions), then zip.",
        epilog="example: python -m autograder submit\n         python -m autograder submit --out ~/hand_in.zip",
    )
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path(), help="the folder of your modules (default: here)"
    )
    parser.add_argument(
        "--assignment", type=Path, metavar="FOLDER", help="where assignment.toml lies (default: FOLDER)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path(), help="the folder to put the zip in, or its name.zip (default: here)"
    )
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    assignment = load(options.assignment or options.folder)
    console = Console(highlight=False)
    problems = validate(options.folder, assignment)
    for problem in problems:
        _say(problem, console)
    try:
        archive = pack(options.folder, assignment, options.out)
    except SubmitError as error:
        raise CommandFailed(str(error)) from error
    broken = [problem.file for problem in problems if problem.severity == "error"]
    if broken:
        said = f"\nnot ready: put {', '.join(broken)} right and submit again. What there is now is in {archive}"
        console.print(said, markup=False, soft_wrap=True, style="bold red")
        return 1
    console.print(f"\nupload this file: {archive}", markup=False, soft_wrap=True, style="green")
    return 0


def _say(problem: Problem, console: Console) -> None:
    place = f"{problem.file}:{problem.line}: " if problem.line else f"{problem.file}: " if problem.file else ""
    console.print(f"{problem.severity}: {place}{problem.message}", style=_STYLES[problem.severity], markup=False)
    if problem.source:
        console.print(f"    {problem.source}\n    {problem.caret}", markup=False)
