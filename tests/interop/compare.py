"""A made-up class through every system that the course plugs into: the points must be those of `autograder grade`.

    python tests/interop/compare.py --students 8 losses optimizers
    make interop        # all assignments, 40 students: some hours on two cores

Runs the real `otter run` and `nbgrader autograde`, and the entry that Gradescope runs, in a container's folders. Exit
code 1 where somebody's points differ.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import math
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import gradescope_container
import otter_class

from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.cli import main as autograder
from autograder.integrations.nbgrader import class_run
from autograder.results import read_all

ROOT = Path(__file__).resolve().parents[2]
Points = Mapping[str, float | None]


def with_autograder(assignment: Assignment, submissions: Path, seed: int, folder: Path) -> Points:
    quietly("grade", assignment.folder, submissions, "--out", folder, "--seed", seed, "--no-report", fine=(0, 1))
    return {result.submission.id: result.score for result in read_all(folder / "results")}


def with_otter(assignment: Assignment, submissions: Path, seed: int, folder: Path) -> Points:
    quietly("release", "--otter", assignment.folder, "--out", folder, "--seed", seed)
    return otter_class.points(folder / assignment.name / "autograder" / "autograder.zip", submissions)


def with_nbgrader(assignment: Assignment, submissions: Path, seed: int, folder: Path) -> Points:
    quietly("nbgrader", "init", folder, "--seed", seed)
    return class_run.grade_class(folder, assignment, submissions)


def with_gradescope(assignment: Assignment, submissions: Path, seed: int, folder: Path) -> Points:
    return gradescope_container.grade_class(assignment, submissions, seed, print)


SYSTEMS: dict[str, Callable[[Assignment, Path, int, Path], Points]] = {
    "otter": with_otter,
    "nbgrader": with_nbgrader,
    "gradescope": with_gradescope,
}


def quietly(*words: object, fine: tuple[int, ...] = (0,)) -> None:
    """Run one of our commands; what it said is shown if it failed."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = autograder([str(word) for word in words])
    if code not in fine:
        raise SystemExit(f"autograder {' '.join(map(str, words))} ended with {code}:\n{said.getvalue()}")


def differences(expected: Points, found: Points) -> list[str]:
    """Who has other points there, or none."""
    lines = []
    for student, points in expected.items():
        there = found.get(student)
        if there is None or points is None or not math.isclose(there, points, abs_tol=1e-6):
            lines.append(f"{student}: {there} instead of {points}")
    return lines + [f"{student}: nobody of this name was graded" for student in found.keys() - expected.keys()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="their names (default: all)")
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--systems", nargs="+", choices=list(SYSTEMS), default=list(SYSTEMS))
    options = parser.parse_args()
    chosen = [assignments.find(name, ROOT) for name in options.assignments] or assignments.find_all(ROOT)
    differ = 0
    with tempfile.TemporaryDirectory(prefix="interop-") as temporary:
        folder = Path(temporary)
        quietly("sample-class", "--students", options.students, "--seed", options.seed, folder / "class")
        for one in chosen:
            submissions = folder / "class" / one.name
            expected = with_autograder(one, submissions, options.seed, folder / "autograder" / one.name)
            for system in options.systems:
                started = time.monotonic()
                found = SYSTEMS[system](one, submissions, options.seed, folder / system / one.name)
                others = differences(expected, found)
                differ += len(others)
                print(
                    f"{one.name:18} {system:11} the same points for {len(expected) - len(others)} of {len(expected)}, "
                    f"{time.monotonic() - started:.0f} s",
                    *others,
                    sep="\n    ",
                    flush=True,
                )
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
