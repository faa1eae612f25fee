"""Submissions as they come: folders, zips and downloads become records; nothing is unpacked, followed or run."""

from autograder.submissions.discovery import discover, load_one, roll_call
from autograder.submissions.hand_in import HandIn
from autograder.submissions.submission import MODULE_BYTES, Submission, SubmissionsError

__all__ = ["MODULE_BYTES", "HandIn", "Submission", "SubmissionsError", "discover", "load_one", "roll_call"]
