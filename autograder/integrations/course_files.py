"""The files of a course that an autograder carries with it, and a zip of them that is the same at every run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from autograder.assignment import Assignment
from autograder.release import ENGINE

_LEFT_OUT = {"__pycache__", "right_styles", "figures", "figures.py"}
_ENGINE_FILES = {".py", ".j2", ".css", ".svg", ".ini", ".json", ".sh", ""}
_ELSEWHERE = (
    "audit",
    "commands",
    "notebooks",
    "sample_class",
    "similarity",
    "integrations/nbgrader",
    "integrations/otter",
)
"""Parts of the engine that judge nobody, or work inside one system only."""


def course_files(assignment: Assignment) -> dict[str, bytes]:
    """All that judging one assignment reads: its folder, the course's solutions, and what is given to students.

    Returns
    -------
    dict of str to bytes
        Path inside the course → content, laid out as the course itself is.
    """
    return {
        **dict(_under(assignment.folder, f"assignments/{assignment.name}")),
        **{f"solutions/{path.name}": path.read_bytes() for path in sorted(assignment.solutions.glob("*.py"))},
        **{f"student_skeleton/{name}": content for name, content in assignment.given_files.items()},
    }


def engine_files(system: str = "") -> dict[str, bytes]:
    """What of the engine judges hand-ins in a container, as it is here, below ``autograder/``.

    Parameters
    ----------
    system : str
        A folder of ``integrations/`` that is needed there besides: ``otter``.
    """
    elsewhere = tuple(f"autograder/{part}/" for part in _ELSEWHERE if part != f"integrations/{system}")
    return {name: content for name, content in _under(ENGINE, "autograder") if not name.startswith(elsewhere)}


def zipped(files: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """A zip that depends on nothing but names and contents; `programs` among the files may be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3  # Unix, also where it is made on Windows
            member.external_attr = (0o100755 if name in programs else 0o100644) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return buffer.getvalue()


def _under(folder: Path, name: str) -> Iterator[tuple[str, bytes]]:
    is_engine = folder == ENGINE
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part in _LEFT_OUT or part.startswith(".") for part in inside.parts)
        if hidden or not path.is_file() or path.is_symlink() or (is_engine and path.suffix not in _ENGINE_FILES):
            continue
        yield f"{name}/{inside.as_posix()}", path.read_bytes()
