"""The command `autograder`. Exit codes: 0 done, 1 something failed that the output names, 2 wrong usage."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from rich.console import Console

from autograder import __version__
from autograder.assignment import AssignmentError
from autograder.sandbox.launch import SandboxUnavailable
from autograder.submissions import SubmissionsError

COMMANDS = ("check", "submit", "release", "grade", "report", "list", "sample_class", "skeleton", "doctor")
"""Modules of `autograder.commands`, in the order `--help` lists them."""


class CommandFailed(Exception):
    """A command could not do what was asked; the message says what is wrong and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Grade, explain and release the assignments of the course on optimizing neural networks.",
        epilog="example: autograder grade optimizers submissions/ --out grades/optimizers",
    )
    parser.add_argument("--version", action="version", version=f"autograder {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"autograder.commands.{name}")
        added = module.add(subparsers)
        added.set_defaults(run=module.run)
        added.formatter_class = argparse.RawDescriptionHelpFormatter
    options = parser.parse_args(arguments)
    problem = Console(stderr=True, highlight=False)
    try:
        return int(options.run(options))
    except (CommandFailed, AssignmentError, SubmissionsError, SandboxUnavailable) as error:
        problem.print(f"autograder: {error}", style="bold red", markup=False)
        return 1
    except OSError as error:
        problem.print(
            f"autograder: {error.filename or ''} {error.strerror or error}".strip(), style="bold red", markup=False
        )
        return 1
    except KeyboardInterrupt:
        problem.print("autograder: interrupted; what was finished is kept, and the next run goes on from there")
        return 130


if __name__ == "__main__":
    sys.exit(main())
