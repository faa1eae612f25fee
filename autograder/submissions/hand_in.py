"""A hand-in that is known by name and not yet read: a class of any size is a list of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.submissions.selection import Selection
from autograder.submissions.submission import RefusedError, Submission


@dataclass(frozen=True)
class HandIn:
    id: str
    name: str
    take: Callable[[], Selection]
    submitted_at: str | None = None

    def load(self) -> Submission:
        """Read it; whatever is wrong with it becomes this one submission's `refused`."""
        try:
            taken = self.take()
        except RefusedError as problem:
            return Submission(self.id, self.name, refused=str(problem), submitted_at=self.submitted_at)
        except OSError as error:
            refused = f"The hand-in could not be read ({error.strerror or type(error).__name__})."
            return Submission(self.id, self.name, refused=refused, submitted_at=self.submitted_at)
        time = taken.submitted_at or self.submitted_at
        return Submission(self.id, self.name, taken.files, taken.notes, submitted_at=time)
