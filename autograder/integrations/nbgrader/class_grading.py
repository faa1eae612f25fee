"""Grades hand-ins that nbgrader collected, in a process of its own: nbgrader's may be a web server.

Started as ``python -m autograder.integrations.nbgrader.class_grading`` with a request on its standard input. It writes
the result files that `autograder grade` would write.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import msgspec

from autograder import assignment as assignments
from autograder.grading import executors, grade
from autograder.grading.batch import ChecksBroken, Settings
from autograder.grading.fingerprint import fingerprint
from autograder.integrations.nbgrader.hand_ins import hand_in
from autograder.sandbox.launch import Isolation, SandboxUnavailable


class Request(msgspec.Struct, frozen=True):
    """What is to be graded."""

    assignment: str
    """The assignment's folder."""
    folders: dict[str, str]
    """Student → the folder that nbgrader collected."""
    results: str
    """Where the result files go."""
    seed: int
    isolation: Isolation
    workers: int = 0
    """At the same time; 0: one a core."""


def main() -> int:
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    try:
        _grade(request)
    except (ChecksBroken, SandboxUnavailable, grade.ResultsUnwritable, assignments.AssignmentError) as error:
        print(error)
        return 1
    return 0


def _grade(request: Request) -> None:
    assignment = assignments.load(Path(request.assignment))
    plan = grade.Plan(
        Settings(str(assignment.folder), request.seed, request.isolation, fingerprint(assignment)),
        [hand_in(Path(folder), student, assignment) for student, folder in request.folders.items()],
        Path(request.results),
    )
    width = request.workers or executors.cores()
    grade.grade(plan, functools.partial(executors.local, assignment.folder, width), width, _say)


def _say(now: grade.Progress) -> None:
    print(f"{now.done}/{now.total} modules graded", flush=True)


if __name__ == "__main__":
    sys.exit(main())
