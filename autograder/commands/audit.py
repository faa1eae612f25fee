"""`autograder audit`: are the checks fair and sharp, before anybody is judged by them?"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder import assignment as assignments
from autograder.audit.audit import audit
from autograder.audit.judging import Court
from autograder.grading import executors
from autograder.grading.batch import ChecksBroken
from autograder.results import write_atomically
from autograder.sandbox.launch import LEVELS

_SEEDS = 3


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "audit",
        help="try known mistakes, right answers and mutants on the checks",
        description=(
            "Judge an assignment's checks: every known mistake must lose points and be named, every right answer must\n"
            "score full marks whatever the seed, every generated mutant of the reference must be caught or explained.\n"
            "Writes one page for each assignment; exits with 1 where something is to be put right."
        ),
        epilog="example: autograder audit optimizers --out audits --seeds 50",
    )
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="their names or folders (default: all)")
    parser.add_argument("--out", type=Path, default=Path("audits"), metavar="DIR", help="folder of the pages")
    parser.add_argument(
        "--seeds", type=int, default=_SEEDS, metavar="N", help=f"how many (default {_SEEDS}; 50 in full)"
    )
    parser.add_argument("--mutants", type=int, metavar="N", help="judge a sample of so many (default: all there are)")
    parser.add_argument("--seed", type=int, default=0, help="the first of them (default 0)")
    parser.add_argument("--isolation", choices=LEVELS, default="bubblewrap", help="see `autograder doctor`")
    parser.add_argument("--workers", type=int, metavar="N", help="processes at the same time (default: all cores)")
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.audit.page import render_audit
    from autograder.cli import CommandFailed

    if options.seeds < 1:
        raise CommandFailed("at least one seed is needed: give --seeds a positive number")
    chosen = [assignments.find(name) for name in options.assignments] or assignments.find_all()
    if not chosen:
        raise CommandFailed("there is no folder of assignments here: go to the course's folder, or name one")
    console = Console(highlight=False)
    status = 0
    for assignment in chosen:
        with (
            executors.local(assignment.folder, options.workers or executors.cores()) as executor,
            console.status(f"{assignment.name}: …") as shown,
        ):

            def report(done: int, name: str = assignment.name, shown: Any = shown) -> None:
                shown.update(f"{name}: {done} hand-ins judged")

            court = Court(assignment, options.isolation, executor, report if sys.stdout.isatty() else lambda done: None)
            try:
                found = audit(assignment, court, range(options.seed, options.seed + options.seeds), options.mutants)
            except ChecksBroken as error:
                raise CommandFailed(f"the checks of {assignment.name} cannot run:\n{error}") from error
        page = options.out / f"{assignment.name}.html"
        write_atomically(page, render_audit(found).encode())
        caught = found.mutants - len(found.survivors)
        console.print(
            f"{assignment.name}: {len(found.mistakes)} known mistakes, {caught} of {found.mutants} mutants caught, "
            f"{len(found.styles)} right answers, {len(found.seeds)} seeds, {found.seconds:.0f} s",
            markup=False,
            soft_wrap=True,
        )
        for problem in found.problems:
            console.print(f"  {problem}", style="bold red", markup=False)
        console.print(f"  {page}", markup=False, soft_wrap=True)
        status |= bool(found.problems)
    return status
