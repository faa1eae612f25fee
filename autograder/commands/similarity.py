"""`autograder similarity`: which hand-ins of a class look alike."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder import assignment as assignments
from autograder.report import wording
from autograder.similarity.pairs import Thresholds, compare
from autograder.similarity.prints import NotInstalled
from autograder.skeleton import SkeletonError
from autograder.submissions import discover

_USUAL = Thresholds()


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "similarity",
        help="which hand-ins look alike: a pointer, never a verdict",
        description=(
            "Compare every hand-in of a class with every other, whatever the names, comments and layout, and write\n"
            "pages that show the most similar pairs side by side. The skeleton's own text and what much of the class\n"
            "wrote are left out. It points at programs to read; it proves nothing and changes no grade."
        ),
        epilog="example: autograder similarity optimizers submissions/ --out similar/optimizers",
    )
    parser.add_argument("assignment", help="its name, or its folder")
    parser.add_argument("submissions", type=Path, help="folder or zip of the class")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the pages")
    parser.add_argument(
        "--least",
        type=_share,
        default=_USUAL.share,
        metavar="SHARE",
        help=f"how much of the shorter program must be in the other (default {_USUAL.share:g})",
    )
    parser.add_argument(
        "--common",
        type=_share,
        default=_USUAL.common,
        metavar="SHARE",
        help=f"code that more than this share of the class has tells nothing (default {_USUAL.common:g})",
    )
    parser.add_argument(
        "--pairs", type=int, default=_USUAL.pairs, metavar="N", help=f"pairs to show at most (default {_USUAL.pairs})"
    )
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed
    from autograder.similarity.page import write_pages

    if options.pairs < 1:
        raise CommandFailed("at least one pair is shown: give --pairs a positive number")
    if options.out.is_file():
        raise CommandFailed(f"{options.out} is a file: name a folder for the pages with --out")
    assignment = assignments.find(options.assignment)
    submissions = list(discover(options.submissions, assignment.wanted))
    console = Console(highlight=False)
    thresholds = Thresholds(share=options.least, common=options.common, pairs=options.pairs)
    with console.status("reading the hand-ins …") as shown:

        def report(done: int, total: int) -> None:
            shown.update(f"{done} of {total} hand-ins read" if done < total else "comparing …")

        try:
            found = compare(assignment, submissions, thresholds, report)
        except NotInstalled as error:
            raise CommandFailed(str(error)) from error
        except (SkeletonError, OSError) as error:
            raise CommandFailed(f"the skeleton of {assignment.name} cannot be made: {error}") from error
    index = write_pages(found, options.out)
    console.print(
        f"{assignment.name}: {wording.count(found.hand_ins, 'hand-in')} compared, {len(found.left_out)} not; "
        f"{wording.count(len(found.pairs) + found.more, 'pair')} to look at: {index}\n"
        "A pointer, never a verdict: read both programs.",
        markup=False,
        soft_wrap=True,
    )
    return 0


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share: a number from 0 to 1")
    return value
