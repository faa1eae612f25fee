"""`autograder release`: the hand-out bundle of assignments."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.release import ReleaseError, release
from autograder.skeleton import SkeletonError


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "release",
        help="make the bundles students get",
        description=(
            "Write the hand-out of assignments, as folder and zip: skeleton, handout, public checks, requirements, and "
            "the engine\nthat runs them. Refuses if a line of a solution or the name of a hidden check is in it.\n"
            "With --otter, write what `otter assign` does: DIR/NAME/student/ to hand out, and\n"
            "DIR/NAME/autograder/autograder.zip, with which `otter run` gives the points of `autograder grade`."
        ),
        epilog=(
            "example: autograder release optimizers --out handouts/\n"
            "         autograder release optimizers --otter --seed 2027 --out dist/\n"
            "         otter run -a dist/optimizers/autograder/autograder.zip hand_in.zip"
        ),
    )
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="names or folders (default: all)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--otter", action="store_true", help="for otter-grader (needs the extra `otter`)")
    parser.add_argument(
        "--seed", type=int, default=0, help="with --otter: what hidden inputs are drawn from (default 0)"
    )
    parser.set_defaults(usage_error=parser.error)
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    chosen = [assignments.find(name) for name in options.assignments] or assignments.find_all()
    if not chosen:
        raise CommandFailed("there is no folder `assignments` here; run this in the course's folder")
    console = Console(highlight=False)
    if options.otter:
        return _for_otter(chosen, options, console)
    if options.seed:
        options.usage_error("--seed belongs to --otter: a hand-out alone has no hidden checks")
    for assignment in chosen:
        try:
            archive = release(assignment, options.out)
        except (ReleaseError, SkeletonError) as error:
            raise CommandFailed(f"{assignment.name}: {error}") from error
        console.print(f"{assignment.name}: {archive}", markup=False, soft_wrap=True)
    return 0


def _for_otter(chosen: list[Assignment], options: argparse.Namespace, console: Console) -> int:
    from autograder.cli import CommandFailed

    if importlib.util.find_spec("otter") is None:
        raise CommandFailed("otter-grader is not installed: python -m pip install 'otter-grader>=7'")
    from autograder.grading.batch import ChecksBroken
    from autograder.integrations.gradescope_zip import ZipError
    from autograder.integrations.otter.judging import NotGraded
    from autograder.integrations.otter.release import release_otter
    from autograder.notebooks.source import NotebookError

    for assignment in chosen:
        try:
            with console.status(f"{assignment.name}: judging the solutions, then otter assign"):
                archive = release_otter(assignment, options.out, options.seed)
        except (ReleaseError, SkeletonError, NotebookError, ChecksBroken, NotGraded, ZipError) as error:
            raise CommandFailed(f"{assignment.name}: {error}") from error
        student = archive.parent.parent / "student"
        console.print(f"{assignment.name}: hand out {student}, grade with {archive}", markup=False, soft_wrap=True)
    console.print("The zips hold the solutions and the hidden checks: for nobody but those who grade.")
    return 0
