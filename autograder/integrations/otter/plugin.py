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

from autograder.integrations.otter import points
from autograder.integrations.otter.judging import NotGraded, judged
from autograder.integrations.otter.settings import COURSE, configured
from autograder.integrations.otter.submission_folder import leave_nothing, take
from autograder.results import SubmissionResult


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
            self._result = judged(settings, assignment, take(folder, assignment))
        # Not before: where we failed, somebody may try again in the same folder.
        leave_nothing(folder, self._notebook)

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


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as course:
            course.extractall(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise NotGraded(
            f"{archive} cannot be read ({error}): make the autograder anew with `autograder release --otter`"
        ) from error
