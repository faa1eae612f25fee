"""Why a check ended as it did, as exceptions that carry data.

    CheckFailure       a comparison failed: what, got, expected, where they part
    StudentFailure     the student's code raised, overran its time, crashed or is missing
    RefusedHandIn      there is nothing to check
    GraderFault        the reference and the oracle disagree, or another fault of ours

Any other exception that leaves a check is our fault too, except a plain `assert` in the check itself.
"""

from __future__ import annotations

from autograder.results import Failure
from autograder.sandbox.session import CallResult


class CheckFailure(Exception):
    def __init__(self, failure: Failure, compared: object = None) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.compared = compared
        """The very value that is not as it should be, where it is one that came back: it tells which call to show."""


class StudentFailure(Exception):
    def __init__(self, result: CallResult) -> None:
        assert result.error is not None
        super().__init__(f"{result.function}: {result.error.message}")
        self.result = result


class RefusedHandIn(Exception):
    """The hand-in as a whole was not accepted."""


class GraderFault(Exception):
    """Something on our side is wrong; no student pays for it."""
