"""What an autograder for otter was built with, and the course in it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.assignment import Assignment, load

COURSE = "autograder-course.zip"
"""The file in otter's zip that holds checks, solutions and what is given; among otter's own support ``files``."""

ENGINE_FOLDER = "autograder-engine"
"""The folder among these files that holds the engine, for containers in which it is not installed."""

NOTEBOOK = "notebook.ipynb"
"""What the notebook is called, handed out and handed in."""

FILE = "otter.json"


class OtterSettings(msgspec.Struct, frozen=True, kw_only=True):
    assignment: str
    seed: int = 0


def configured(course: Path) -> tuple[OtterSettings, Assignment]:
    """The settings and the assignment of an unpacked course."""
    settings = msgspec.json.decode((course / FILE).read_bytes(), type=OtterSettings)
    return settings, load(course / "assignments" / settings.assignment)
