"""`autograder nbgrader`: a course for nbgrader, whose `autograde` gives the points of our checks."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder import assignment as assignments
from autograder.sandbox.launch import LEVELS


def add(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "nbgrader",
        help="make a course for nbgrader",
        description=(
            "`init` writes a folder in which nbgrader's own commands work: generate_assignment, release_assignment,\n"
            "collect, autograde, the formgrader, generate_feedback, export. Modules are graded by the course's checks."
        ),
        epilog=(
            "example: autograder nbgrader init course/ --seed 2027\n"
            "         cd course && nbgrader generate_assignment losses"
        ),
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    init = verbs.add_parser(
        "init",
        help="write a course, or bring the sources of its assignments up to date",
        description=(
            "Write nbgrader_config.py, gradebook.db and source/<assignment>/. A second run writes the sources again\n"
            "and leaves the configuration and what is in the gradebook as they are."
        ),
        epilog="example: autograder nbgrader init course/ losses optimizers --seed 2027 --roster class.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    init.add_argument("folder", type=Path, metavar="DIR", help="the folder of the course")
    init.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="names or folders (default: all)")
    init.add_argument("--course-id", default="optimizing-networks", metavar="NAME", help="as the exchange knows it")
    init.add_argument("--seed", type=int, default=0, help="what hidden inputs are drawn from (default 0)")
    init.add_argument("--isolation", choices=LEVELS, default="bubblewrap", help="see `autograder doctor`")
    init.add_argument(
        "--roster", type=Path, metavar="FILE", help="CSV of the class: its students go into the gradebook"
    )
    init.add_argument(
        "--gradebook", default="", metavar="URL", help="a database, postgresql://… (default: gradebook.db in DIR)"
    )
    init.add_argument("--exchange", default="", metavar="FOLDER", help="nbgrader's exchange, where students fetch")
    return parser


def run(options: argparse.Namespace) -> int:
    from autograder.cli import CommandFailed

    if importlib.util.find_spec("nbgrader") is None:
        raise CommandFailed("nbgrader is not installed: pip install 'optimizing-networks-autograder[nbgrader]'")
    from autograder.export.roster import RosterError, read_roster
    from autograder.grading.batch import ChecksBroken
    from autograder.integrations.nbgrader.course import (
        NOTEBOOK,
        CourseError,
        Plan,
        write_config,
        write_gradebook,
        write_source,
    )
    from autograder.notebooks.source import NotebookError
    from autograder.release import ReleaseError
    from autograder.skeleton import SkeletonError

    named = [assignments.find(name) for name in options.assignments]
    chosen = named or [one for one in assignments.find_all() if (one.folder / NOTEBOOK).is_file()]
    if not chosen:
        raise CommandFailed(f"there is no assignment with a {NOTEBOOK} here; run this in the course's folder")
    console = Console(highlight=False)
    course = chosen[0].folder.parent.parent
    exchange = str(Path(options.exchange).resolve()) if options.exchange else ""
    plan = Plan(options.folder, course, options.course_id, options.seed, options.isolation, options.gradebook, exchange)
    try:
        roster = read_roster(options.roster) if options.roster else None
        is_new = write_config(plan)
        for assignment in chosen:
            with console.status(f"{assignment.name}: reading its checks"):
                write_source(assignment, options.folder)
            console.print(f"{options.folder / 'source' / assignment.name}", markup=False, soft_wrap=True)
        write_gradebook(options.folder, chosen, roster)
    except (CourseError, ReleaseError, SkeletonError, NotebookError, ChecksBroken, RosterError) as error:
        raise CommandFailed(str(error)) from error
    if not is_new:
        console.print(f"{options.folder / 'nbgrader_config.py'} was there and is left as it is", soft_wrap=True)
    console.print(f"next: cd {options.folder} && nbgrader generate_assignment {chosen[0].name}", soft_wrap=True)
    return 0
