"""Judges one submission behind the strongest wall that this machine has."""

from __future__ import annotations

from autograder.assignment import Assignment
from autograder.grading.batch import Settings, grade_batch
from autograder.grading.fingerprint import fingerprint
from autograder.integrations.otter.settings import OtterSettings
from autograder.results import SubmissionResult, decode
from autograder.sandbox import doctor
from autograder.sandbox.launch import Isolation, SandboxUnavailable
from autograder.submissions import Submission

_LEVELS: tuple[Isolation, ...] = ("bubblewrap", "user")


class NotGraded(Exception):
    """Nothing could be judged, which is nobody's fault but ours: otter stops, and writes no points."""


def judged(settings: OtterSettings, assignment: Assignment, submission: Submission) -> SubmissionResult:
    """The result of all checks.

    Raises
    ------
    NotGraded
        if no level of isolation works here, or every check met a fault of the grader.
    """
    how = Settings(str(assignment.folder), settings.seed, wall(), fingerprint(assignment))
    ((_, content),) = grade_batch(how, [submission])
    result = decode(content)
    faults = [check for check in result.checks if check.outcome == "grader_error"]
    if len(faults) == len(result.checks):
        said = faults[0].failure.exception if faults and faults[0].failure else ""
        raise NotGraded(f"none of the {len(faults)} checks could be judged: {said}")
    return result


def wall() -> Isolation:
    """The strongest level of isolation that holds on this machine; never none.

    Raises
    ------
    NotGraded
        if there is none: the message says what each of them needs.
    """
    tried = []
    for level in _LEVELS:
        try:
            finding = doctor.try_level(level)
        except SandboxUnavailable as error:
            tried.append(f"{level}: {error}")
            continue
        if finding.works:
            return level
        tried.append(f"{level}: {finding.why} {finding.remedy}".strip())
    raise NotGraded("student code cannot be walled in on this machine, so nothing is run:\n" + "\n".join(tried))
