"""The course's own late policy, at the place where nbgrader asks for one."""

from __future__ import annotations

import math

from nbgrader.plugins import BasePlugin

from autograder.integrations.nbgrader.settings import ModuleGrading

_DAY = 86_400.0


class CourseLatePolicy(BasePlugin):
    """`[late]` in assignment.toml, applied to what nbgrader counts as late: from the due date in its gradebook."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """What is taken off a notebook's points: a share of those that it has when it is autograded."""
        late = ModuleGrading(parent=self).assignment(self.parent.assignment_id).late
        days = total_seconds_late / _DAY
        if late.cut_off_days is not None and days > late.cut_off_days:
            return score
        begun = max(0, math.ceil(days - late.grace_days))
        return round(score * min(100.0, begun * late.percent_per_day) / 100, 2)
