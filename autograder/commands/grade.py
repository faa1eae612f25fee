"""`autograder grade`: a class, end to end."""

from __future__ import annotations

import argparse
import functools
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from autograder import assignment as assignments
from autograder.grading import executors, grade
from autograder.grading.batch import ChecksBroken
from autograder.sandbox.launch import LEVELS


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "grade",
        help="grade a class",
        description=(
            "Grade every hand-in of a class: a folder or zip of folders, zips or modules, or a bulk download of "
            "Gradescope, Canvas or Moodle.\nWhat is graded already and has not changed is kept; a killed run goes on "
            "where it was."
        ),
        epilog="example: autograder grade optimizers submissions/ --out grades/optimizers --seed 2027",
    )
    parser.add_argument("assignment", help="its name, or its folder")
    parser.add_argument("submissions", type=Path, help="folder or zip of the class")
    parser.add_argument("--out", type=Path, required=True, metavar="RESULTS", help="folder of results and reports")
    parser.add_argument("--seed", type=int, default=0, help="what hidden inputs are drawn from (default 0)")
    parser.add_argument("--isolation", choices=LEVELS, default="bubblewrap", help="see `autograder doctor`")
    parser.add_argument(
        "--workers",
        type=_positive,
        metavar="N",
        help="processes at the same time (default: all cores, or the cluster's)",
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="run on a Dask cluster, e.g. tcp://10.0.0.1:8786")
    parser.add_argument("--no-report", action="store_true", help="results and summary.csv only, no HTML pages")
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    console = Console(highlight=False)
    assignment = assignments.find(options.assignment)
    try:
        plan = grade.make_plan(
            assignment, options.submissions, options.out / "results", options.seed, options.isolation
        )
        open_executor: grade.OpenExecutor
        if options.scheduler:
            width = options.workers or executors.cluster_size(options.scheduler)
            open_executor = functools.partial(executors.dask, options.scheduler)
        else:
            width = options.workers or executors.cores()
            open_executor = functools.partial(executors.local, assignment.folder, width)
        started = time.perf_counter()
        with _progress(console, assignment.name) as report:
            final = grade.grade(plan, open_executor, width, report)
    except ChecksBroken as error:
        raise CommandFailed(f"the checks of {assignment.name} cannot run:\n{error}") from error
    except (executors.SchedulerUnavailable, grade.ResultsUnwritable) as error:
        raise CommandFailed(str(error)) from error
    kept = f", {final.reused} unchanged and kept" if final.reused else ""
    console.print(f"{assignment.name}: {final.done} hand-ins in {time.perf_counter() - started:.1f} s{kept}")
    for path in plan.left_over:
        console.print(f"  {path.name} is of a hand-in that is no longer in {options.submissions}; kept", markup=False)
    from autograder.commands.report import write_reports

    return write_reports(options.out, console, pages=not options.no_report)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes: give 1 or more")
    return int(text)


@contextmanager
def _progress(console: Console, name: str) -> Iterator[Callable[[grade.Progress], None]]:
    """A bar on a terminal; elsewhere a line for each tenth of the class."""
    if sys.stdout.isatty():
        columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
        with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
            task = bar.add_task(name, total=None)
            yield lambda now: bar.update(task, completed=now.done, total=now.total)
        return
    said = 0

    def line(now: grade.Progress) -> None:
        nonlocal said
        tenth = 10 * now.done // max(now.total, 1)
        if tenth > said:
            said = tenth
            console.print(f"{name}: {now.done}/{now.total} graded")

    yield line
