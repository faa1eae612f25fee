"""The results of hand-ins that nbgrader asks for: those on disk where they still hold, else graded now."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from autograder.assignment import Assignment
from autograder.grading.fingerprint import fingerprint
from autograder.integrations.nbgrader.class_grading import Request
from autograder.integrations.nbgrader.hand_ins import hand_in
from autograder.results import SubmissionResult, read
from autograder.sandbox.launch import Isolation
from autograder.submissions.names import clean, slug

_LAST_LINES = 40


class NotGraded(Exception):
    """Modules that could not be judged, which is no student's fault; the message says why and what to do."""


def results_file(grades: Path, student: str) -> Path:
    """Where the result of a student lies in the grades of an assignment."""
    return grades / "results" / f"{slug(clean(student))}.json"


def current(
    grades: Path, student: str, folder: Path, assignment: Assignment, seed: int, isolation: Isolation
) -> SubmissionResult | None:
    """The result on disk, if grading the folder now would give the same; else None."""
    try:
        result = read(results_file(grades, student))
    except (OSError, msgspec.DecodeError):
        return None
    grading = result.grading
    now = (seed, isolation, fingerprint(assignment), hand_in(folder, student, assignment).load().content_hash)
    then = (grading.seed, grading.isolation, grading.fingerprint, result.submission.content_hash)
    return result if now == then else None


def grade_now(
    grades: Path,
    folders: Mapping[str, Path],
    assignment: Assignment,
    seed: int,
    isolation: Isolation,
    workers: int,
    say: Callable[[str], object],
) -> None:
    """Grade what nbgrader collected of some students; what is graded and has not changed is kept.

    Parameters
    ----------
    folders : mapping
        Student → ``submitted/<student>/<assignment>``.
    say : callable
        Is told how far it is.

    Raises
    ------
    NotGraded
        if nobody could be judged: no sandbox, checks that the reference does not pass, no place for results.
    """
    places = {student: str(folder) for student, folder in folders.items()}
    request = Request(str(assignment.folder), places, str(grades / "results"), seed, isolation, workers)
    command = [sys.executable, "-m", "autograder.integrations.nbgrader.class_grading"]
    last: deque[str] = deque(maxlen=_LAST_LINES)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(msgspec.json.encode(request))
        process.stdin.close()
        for line in process.stdout:
            last.append(line.decode("utf-8", "replace").rstrip())
            say(f"{assignment.name}: {last[-1]}")
    if process.returncode:
        raise NotGraded("\n".join(["the modules were not graded, and nobody lost a point by it:", *last]))
