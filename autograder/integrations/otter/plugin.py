"""Otter's plugin that judges a submission: `otter run` calls it, and its points are those of `autograder grade`.

Otter runs tests in the kernel of the student's notebook and lets that kernel pickle the points. Here nothing of a
submission comes near a kernel of otter's: before otter opens it, the modules are read as bytes, the folder is emptied,
and the modules are judged behind the wall of the sandbox. What the (empty) kernel reports is replaced.
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.grading.batch import Settings, grade_batch
from autograder.grading.fingerprint import fingerprint
from autograder.integrations.otter import points
from autograder.integrations.otter.settings import COURSE, OtterSettings, configured
from autograder.integrations.otter.submission_folder import leave_nothing, take
from autograder.results import SubmissionResult, decode
from autograder.sandbox import doctor
from autograder.sandbox.launch import Isolation, SandboxUnavailable
from autograder.submissions import Submission

_LEVELS: tuple[Isolation, ...] = ("bubblewrap", "user")


class NotGraded(Exception):
    """Nothing could be judged, which is nobody's fault but ours: otter stops, and writes no points."""


class Judge:
    """One submission in the hands of otter; otter calls the methods by their names, in this order."""

    def __init__(self, submission_path: str | None, submission_metadata: dict[str, Any], plugin_config: object) -> None:
        # While the zip is being built there is no submission.
        self._notebook = Path(submission_path or "")
        self._result: SubmissionResult | None = None

    def before_grading(self, config: object) -> None:
        """Judge what was handed in, and leave otter nothing of it to open.

        Raises
        ------
        NotGraded
            if the zip is not whole, this machine cannot wall student code in, or every check met a fault of ours.
        """
        folder = self._notebook.parent
        with tempfile.TemporaryDirectory(prefix="autograder-course-") as unpacked:
            course = Path(unpacked)
            _unpack(folder.parent / "source" / "files" / COURSE, course)
            settings, assignment = configured(course)
            submission = take(folder, assignment)
            leave_nothing(folder, self._notebook)
            self._result = judged(settings, assignment, submission)

    def after_grading(self, results: Any) -> None:
        """Put our points in the place of what otter's kernel found: it had nothing to find.

        Raises
        ------
        NotGraded
            if otter's own kernel failed: otter would write a zero for everything.
        """
        if results.has_catastrophic_failure() or self._result is None:
            raise NotGraded(f"otter's kernel did not run: {results.catastrophic_error!r}. Nobody's points are written.")
        points.fill_in(results, self._result)

    def generate_report(self) -> str:
        """What `otter run` prints at the end: by what these points came about."""
        result = self._result
        assert result is not None
        grading = result.grading
        return (
            f"{result.assignment.name}: {result.score:g} of {result.max_score:g} points, seed {grading.seed}, "
            f"isolation {grading.isolation}, fingerprint {grading.fingerprint}"
        )


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


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as course:
            course.extractall(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise NotGraded(
            f"{archive} cannot be read ({error}): make the autograder anew with `autograder release --otter`"
        ) from error
