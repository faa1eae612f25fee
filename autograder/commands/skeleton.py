"""`autograder skeleton`: what students edit, generated from the solutions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder import skeleton


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "skeleton",
        help="generate student_skeleton/ from solutions/",
        description="Replace the regions between BEGIN SOLUTION and END SOLUTION of every solution module.",
        epilog="example: autograder skeleton\n         autograder skeleton --check   (for CI: writes nothing)",
    )
    parser.add_argument("--solutions", type=Path, default=Path("solutions"), metavar="DIR")
    parser.add_argument("--skeleton", type=Path, default=Path("student_skeleton"), metavar="DIR")
    parser.add_argument("--check", action="store_true", help="say what is out of step and exit with 1")
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    console = Console(highlight=False)
    if not options.solutions.is_dir():
        raise CommandFailed(f"there is no folder {options.solutions}; run this in the course's folder")
    try:
        if options.check:
            differences = skeleton.check(options.solutions, options.skeleton)
            for difference in differences:
                console.print(difference, markup=False, soft_wrap=True)
            if differences:
                console.print("the skeleton is out of step with the solutions: run `autograder skeleton`")
            return 1 if differences else 0
        for path in skeleton.write(options.solutions, options.skeleton):
            console.print(str(path), markup=False, soft_wrap=True)
    except skeleton.SkeletonError as error:
        raise CommandFailed(str(error)) from error
    return 0
