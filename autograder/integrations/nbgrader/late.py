"""The course's own late policy, at the place where nbgrader asks for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nbgrader.plugins import BasePlugin

from autograder.export.lateness import LatePolicy, lateness
from autograder.integrations.nbgrader.settings import ModuleGrading

_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


class CourseLatePolicy(BasePlugin):
    """`[late]` in assignment.toml; how late a hand-in is, nbgrader says by the due date in its gradebook."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """What is taken off a notebook's points: a share of the modules' points. Written answers lose nothing."""
        run = self.parent  # nbgrader's preprocessor, which knows whose notebook this is
        late = ModuleGrading(parent=self).assignment(run.assignment_id).late
        policy = LatePolicy(_ANY_DAY, late.grace_days, late.percent_per_day, late.cut_off_days)
        submitted = _ANY_DAY + timedelta(seconds=total_seconds_late)
        notebook = run.gradebook.find_submission_notebook(run.notebook_id, run.assignment_id, student_id)
        modules = sum(grade.score for grade in notebook.grades if grade.cell_type == "code")
        return round(float(modules) * lateness(policy, submitted.isoformat()).percent / 100, 2)
