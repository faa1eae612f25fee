"""The record of one student's hand-in, as intake leaves it: bytes and words, nothing that has been run."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.results import SubmissionInfo

MODULE_BYTES = 1 << 20
"""The largest module that is read; the longest reference module of the course is a fiftieth of it."""

FILE_BYTES = 8 << 20
"""The largest other file that is read (weights, a table of trials)."""

ZIP_BYTES = 64 << 20
"""The largest zip that is read, and what all its members together may unpack to."""

ZIP_MEMBERS = 10_000

FOLDER_ENTRIES = 10_000


class SubmissionsError(Exception):
    """What was given to grade cannot be looked at at all (the instructor's problem, no student's)."""


class RefusedError(Exception):
    """One student's hand-in cannot be accepted; the message is for that student."""


@dataclass(frozen=True)
class Submission:
    id: str
    """File-name-safe, unique within a class, the same at every run."""
    name: str
    """As handed in: may hold any characters at all, and is escaped by whoever shows it."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What the assignment asks for, file name → content, byte for byte: its modules ``<module>.py``, and the other
    files it names. Nothing else is ever taken."""
    notes: list[str] = field(default_factory=list)
    """What a student should know about how the hand-in was read."""
    refused: str = ""
    """Why it could not be accepted, in the student's words; empty when it was."""
    submitted_at: str | None = None
    """ISO 8601 with its offset, where the learning system tells it. A file's own time is the student's to choose."""

    def only(self, modules: Sequence[str]) -> dict[str, bytes]:
        """The modules among the files, which are what a student's process gets."""
        return {file: content for file, content in self.files.items() if file.removesuffix(".py") in modules}

    @property
    def content_hash(self) -> str:
        """SHA-256 of what is graded: equal for equal files, whatever they were packed in."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(f"{len(name)} {name} {len(content)}\n".encode())
            digest.update(content)
        digest.update(self.refused.encode())
        return digest.hexdigest()

    @property
    def info(self) -> SubmissionInfo:
        """The part of the record that goes into the result."""
        return SubmissionInfo(
            id=self.id,
            name=self.name,
            content_hash=self.content_hash,
            submitted_at=self.submitted_at,
            files=sorted(self.files),
            notes=list(self.notes),
            refused=self.refused,
        )
