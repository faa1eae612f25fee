"""`autograder check`: the public checks in a student's own folder, on any operating system."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder.assignment import load
from autograder.grading.batch import ChecksBroken, Settings, grade_batch
from autograder.report.terminal import print_student
from autograder.results import decode
from autograder.submissions import load_one


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "check",
        help="run the public checks on your own code",
        description=(
            "Run the assignment's public checks on the modules in a folder, and say what is wrong and where.\n"
            "The hidden checks of the grading are more; the handout says what they look at."
        ),
        epilog="example: python -m autograder check\n         python -m autograder check --only adam_step",
    )
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path(), help="the folder of your modules (default: here)"
    )
    parser.add_argument(
        "--assignment", type=Path, metavar="FOLDER", help="where assignment.toml lies (default: FOLDER)"
    )
    parser.add_argument("--only", metavar="NAME", default="", help="only the checks of this function")
    parser.add_argument("--seed", type=int, default=0, help="what drawn inputs depend on (default 0)")
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    assignment = load(options.assignment or options.folder)
    submission = load_one(options.folder, assignment.wanted)
    console = Console(highlight=False)
    settings = Settings(str(assignment.folder), options.seed, "none", "public checks")
    try:
        with console.status("running the public checks"):
            ((_, content),) = grade_batch(settings, [submission], only=options.only, files=("test_public.py",))
    except ChecksBroken as error:
        raise CommandFailed(f"the checks cannot run:\n{error}") from error
    result = decode(content)
    if not result.checks:
        raise CommandFailed(f"no public check is about a function called {options.only!r}")
    print_student(result, console)
    return 0 if all(check.outcome == "passed" for check in result.checks) else 1
