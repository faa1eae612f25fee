"""`autograder list`: the assignments there are."""

from __future__ import annotations

import argparse
from typing import Any

from autograder import assignment as assignments


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "list",
        help="name the course's assignments",
        description="The names of the assignments of the course in this folder, in course order, one on a line.",
        epilog="example: for a in $(autograder list); do autograder grade $a submissions/$a --out grades/$a; done",
    )
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    found = assignments.find_all()
    if not found:
        raise CommandFailed("there is no folder `assignments` here; run this in the course's folder")
    for assignment in found:
        print(assignment.name)
    return 0
