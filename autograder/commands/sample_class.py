"""`autograder sample-class`: a made-up class to try the grader on."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder import assignment as assignments
from autograder.sample_class import ROSTER, FolderTaken, write


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "sample-class",
        help="write a made-up class to try the grader on",
        description=(
            "Write what a plausible class hands in for each assignment: right answers in several styles, typical "
            "mistakes,\nunfinished and broken work, a few hostile ones, in all the forms hand-ins come in. "
            f"{ROSTER} beside them\nsays what was put into whose. A sample class that is there already is replaced."
        ),
        epilog="example: autograder sample-class --students 40 --seed 0 class/ optimizers",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write; one folder in it per assignment")
    parser.add_argument(
        "assignments", nargs="*", metavar="ASSIGNMENT", help="names or folders (default: all there are)"
    )
    parser.add_argument("--students", type=int, default=40, metavar="N", help="size of the class (default 40)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another class (default 0)")
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    if options.students < 1:
        raise CommandFailed("a class has at least one student: give --students a positive number")
    chosen = [assignments.find(name) for name in options.assignments] or assignments.find_all()
    if not chosen:
        raise CommandFailed("there is no folder of assignments here: go to the course's folder, or name one")
    console = Console(highlight=False)
    for assignment in chosen:
        folder = options.folder / assignment.name
        try:
            planted = write(assignment, folder, options.students, options.seed)
        except FolderTaken as error:
            raise CommandFailed(str(error)) from error
        kinds = Counter(one.kind for one in planted)
        said = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        console.print(f"{folder}: {len(planted)} hand-ins ({said})", markup=False, soft_wrap=True)
    return 0
