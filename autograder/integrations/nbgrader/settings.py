"""What an instructor sets in ``nbgrader_config.py`` about the grading of modules: the section `ModuleGrading`."""

from __future__ import annotations

from pathlib import Path

from traitlets import Enum, Integer, Unicode
from traitlets.config import LoggingConfigurable

from autograder import assignment as assignments
from autograder.assignment import Assignment, AssignmentError
from autograder.sandbox.launch import LEVELS


class ModuleGrading(LoggingConfigurable):
    """How hand-ins are graded, and where what is known of them lies."""

    course = Unicode(help="The folder that holds `assignments/` and `solutions/`.").tag(config=True)
    folder = Unicode(help="The folder of nbgrader's course; results are kept in its `grades/`.").tag(config=True)
    seed = Integer(0, help="What hidden inputs are drawn from, as in `autograder grade --seed`.").tag(config=True)
    isolation = Enum(LEVELS, "bubblewrap", help="The wall around students' code: see `autograder doctor`.").tag(
        config=True
    )
    workers = Integer(0, help="Hand-ins graded at the same time; 0: one a core.").tag(config=True)

    def assignment(self, name: str) -> Assignment:
        """The course's assignment of this name.

        Raises
        ------
        AssignmentError
            if there is none, or the settings do not say where the course lies.
        """
        if not self.course:
            raise AssignmentError(
                "ModuleGrading.course is not set: nbgrader_config.py must call `configure`, as the file that "
                "`autograder nbgrader init` writes does"
            )
        return assignments.load(Path(self.course) / "assignments" / name)

    def grades(self, name: str) -> Path:
        """What `autograder grade --out` would be for this assignment: its results lie in ``results/`` there."""
        return Path(self.folder) / "grades" / name
