"""`autograder release`: the hand-out bundle of assignments."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder import assignment as assignments
from autograder.release import ReleaseError, release
from autograder.skeleton import SkeletonError


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "release",
        help="make the bundles students get",
        description=(
            "Write the hand-out of assignments, as folder and zip: skeleton, handout, public checks, requirements, and "
            "the engine\nthat runs them. Refuses if a line of a solution or the name of a hidden check is in it."
        ),
        epilog="example: autograder release optimizers --out handouts/",
    )
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="names or folders (default: all)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    chosen = [assignments.find(name) for name in options.assignments] or assignments.find_all()
    if not chosen:
        raise CommandFailed("there is no folder `assignments` here; run this in the course's folder")
    console = Console(highlight=False)
    for assignment in chosen:
        try:
            archive = release(assignment, options.out)
        except (ReleaseError, SkeletonError) as error:
            raise CommandFailed(f"{assignment.name}: {error}") from error
        console.print(f"{assignment.name}: {archive}", markup=False, soft_wrap=True)
    return 0
