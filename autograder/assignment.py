"""Reads an assignment's folder: `assignment.toml` says what the engine may not know by itself."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec


class AssignmentError(Exception):
    """An assignment folder that cannot be used; the message says which file and what to change."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission may use. Times are wall seconds, generous because machines are shared."""

    call_seconds: float = 5.0
    import_seconds: float = 10.0
    submission_seconds: float = 60.0
    """All of a submission's calls together."""
    memory_mb: int = 1024
    file_mb: int = 16
    processes: int = 16
    output_kb: int = 64
    """Printed text kept per call; the rest is dropped and said to be."""
    reply_mb: int = 16
    callbacks: int = 100_000
    """Calls back into the grading process during one call."""


class Imports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    allowed: list[str] = msgspec.field(default_factory=lambda: ["numpy"])


class Feedback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    show_hidden_inputs: bool = False


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    grace_days: float = 0.0
    percent_per_day: float = 0.0
    cut_off_days: float | None = None


class Assignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    title: str
    order: int
    modules: list[str]
    points: float
    due: str | None = None
    summary: str = ""
    limits: Limits = Limits()
    imports: Imports = Imports()
    feedback: Feedback = Feedback()
    late: Late = Late()
    folder: Path = Path()
    """Where it was read from; not in the file."""

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def solutions(self) -> Path:
        """The folder of reference modules of the course this assignment belongs to."""
        return self.folder.parent.parent / "solutions"


def load(folder: Path) -> Assignment:
    """Read `folder/assignment.toml`.

    Raises
    ------
    AssignmentError
        if the file is missing or is not what this class describes.
    """
    path = Path(folder).resolve() / "assignment.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise AssignmentError(
            f"{path.parent} is not an assignment: cannot read assignment.toml ({error.strerror})"
        ) from error
    try:
        assignment = msgspec.convert(tomllib.loads(text), Assignment)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise AssignmentError(f"{path}: {error}") from error
    return msgspec.structs.replace(assignment, folder=path.parent)


def find(name: str, start: Path | None = None) -> Assignment:
    """The assignment called `name`: a folder, or a name under `assignments/` here or in a parent folder."""
    if (Path(name) / "assignment.toml").is_file():
        return load(Path(name))
    here = (start or Path.cwd()).resolve()
    for parent in (here, *here.parents):
        if (parent / "assignments" / name / "assignment.toml").is_file():
            return load(parent / "assignments" / name)
    known = ", ".join(assignment.name for assignment in find_all(here)) or "none found"
    raise AssignmentError(f"no assignment called {name!r} under {here / 'assignments'} (there: {known})")


def find_all(start: Path | None = None) -> list[Assignment]:
    """Every assignment of the course around `start`, in course order."""
    here = (start or Path.cwd()).resolve()
    for parent in (here, *here.parents):
        folders = [path.parent for path in (parent / "assignments").glob("*/assignment.toml")]
        if folders:
            return sorted((load(folder) for folder in folders), key=lambda assignment: assignment.order)
    return []
