"""What a result depends on besides the hand-in: when this changes, everybody is graded again."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

from autograder.assignment import Assignment

_ENGINE = Path(__file__).resolve().parent.parent
_JUDGING = ("checking", "sandbox", "submissions", "grading")
"""The packages whose code can change a verdict; reports and exports cannot."""


def fingerprint(assignment: Assignment) -> str:
    """Hash of the assignment's checks and settings, the solutions, what is given, the engine, Python and NumPy."""
    digest = hashlib.sha256(_engine().encode())
    for folder in (assignment.folder, assignment.solutions):
        programs = [path for path in folder.glob("*.py") if path.name != "figures.py"]  # that one judges nobody
        for path in sorted(programs) + sorted(folder.glob("*.toml")):
            digest.update(f"{path.name}\n".encode())
            digest.update(path.read_bytes())
    for name, content in (assignment.given_files | assignment.reference_files).items():
        digest.update(f"{name}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


@cache
def _engine() -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} numpy {metadata.version('numpy')}".encode())
    files = [*_ENGINE.glob("*.py"), *(path for name in _JUDGING for path in (_ENGINE / name).glob("*.py"))]
    for path in sorted(files):
        digest.update(f"{path.relative_to(_ENGINE)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
