"""The command `autograder`. Exit codes: 0 done, 1 something failed that the output names, 2 wrong usage.

In a hand-out bundle only the student's commands are there, and only those are offered.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence

from rich.console import Console

from autograder import __version__
from autograder.assignment import AssignmentError
from autograder.sandbox.launch import SandboxUnavailable
from autograder.submissions import SubmissionsError

COMMANDS = (
    "check",
    "submit",
    "release",
    "grade",
    "report",
    "export",
    "nbgrader",
    "comment",
    "diff",
    "audit",
    "similarity",
    "list",
    "sample_class",
    "skeleton",
    "doctor",
)
"""Modules of `autograder.commands`, in the order `--help` lists them."""


_FOR_THE_COURSE = (
    "autograder",
    "Grade, explain and release the assignments of the course on optimizing neural networks.",
    "example: autograder grade optimizers submissions/ --out grades/optimizers",
)
_FOR_STUDENTS = (
    "python -m autograder",
    "Check your work on an assignment and pack it for upload.",
    "example: python -m autograder check",
)
"""Name, description and example: in the course's folder, and in a hand-out bundle."""


class CommandFailed(Exception):
    """A command could not do what was asked; the message says what is wrong and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        status = _main(arguments)
    except SystemExit:
        _reader_is_gone()
        raise
    return 1 if _reader_is_gone() else status


def _reader_is_gone() -> bool:
    """Whether what reads the output (`head`, a pager) has seen enough."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _say_nothing_more()
        return True
    return False


def _say_nothing_more() -> None:
    """Or Python would complain about the output that is left when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _main(arguments: Sequence[str] | None) -> int:
    # NumPy's threads would spin for 50 ms, waiting for matrices that no command multiplies in its own process.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    there = [name for name in COMMANDS if importlib.util.find_spec(f"autograder.commands.{name}")]
    prog, description, epilog = _FOR_THE_COURSE if "grade" in there else _FOR_STUDENTS
    parser = argparse.ArgumentParser(prog=prog, description=description, epilog=epilog)
    parser.add_argument("--version", action="version", version=f"autograder {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in there:
        module = importlib.import_module(f"autograder.commands.{name}")
        added = module.add(subparsers)
        added.set_defaults(run=module.run)
        added.formatter_class = argparse.RawDescriptionHelpFormatter
    problem = Console(stderr=True, highlight=False)
    try:
        options = parser.parse_args(arguments)
        return int(options.run(options))
    except (CommandFailed, AssignmentError, SubmissionsError, SandboxUnavailable) as error:
        problem.print(f"autograder: {error}", style="bold red", markup=False, soft_wrap=True)
        return 1
    except BrokenPipeError:
        _say_nothing_more()
        return 1
    except OSError as error:
        said = f"{error.filename or ''} {error.strerror or error}".strip()
        problem.print(f"autograder: {said}", style="bold red", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        problem.print("autograder: interrupted; what was finished is kept, and the next run goes on from there")
        return 130


if __name__ == "__main__":
    sys.exit(main())
