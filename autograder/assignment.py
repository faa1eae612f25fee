"""Reads an assignment's folder: `assignment.toml` says what the engine may not know by itself."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from autograder.results import HintStep


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
    """What a student's modules may import beside the standard library."""
    tools: list[str] = []
    """What the given modules need on a student's own machine and nowhere else (plots, photos): ``matplotlib>=3.8``."""


class HintRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a step of feedback is told: by whichever comes first."""

    attempt: int | None = None
    """From which hand-in of a student on, counted from 1."""
    date: datetime.date | None = None
    """From which day on (UTC)."""

    def __post_init__(self) -> None:
        if self.attempt is None and self.date is None:
            raise ValueError("say from which `attempt` or `date` on the hint is given")


class Feedback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    show_hidden_inputs: bool = False
    hints: dict[HintStep, HintRule] = {}
    """What a failed hidden check does not tell at once: its `property`, the `misconception`, the `example`."""
    handout: str = ""
    """Address at which students find the handout, https://…: reports then link to the section to read again."""


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    grace_days: float = 0.0
    percent_per_day: float = 0.0
    cut_off_days: float | None = None


class Leaderboard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    """As students read it: ``Accuracy on unseen pictures``."""
    measured: str
    """The name under which a check records the number: ``student.measure("accuracy", value)``."""
    order: Literal["desc", "asc"] = "desc"
    """`desc`: the highest is first."""


class Assignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    title: str
    order: int
    modules: list[str]
    """What a student writes."""
    points: float
    given: list[str] = []
    """Modules handed out beside them: `student_skeleton/<name>.py`, the same for everybody."""
    folders: list[str] = []
    """Folders handed out beside them, `student_skeleton/<name>/`: for students' own machines, never graded."""
    files: list[str] = []
    """What is handed in beside the modules, by file name; checks read it with `student.handed_in(name)`."""
    due: str | None = None
    summary: str = ""
    limits: Limits = Limits()
    imports: Imports = Imports()
    feedback: Feedback = Feedback()
    late: Late = Late()
    leaderboard: Leaderboard | None = None
    thresholds: dict[str, float] = {}
    """Numbers of the assignment's own that its checks read and its handout quotes."""
    folder: Path = Path()
    """Where it was read from; not in the file."""

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def wanted(self) -> list[str]:
        """What a hand-in should hold: modules by name, other files with their ending."""
        return [*self.modules, *self.files]

    @property
    def given_files(self) -> dict[str, bytes]:
        """The given modules, file name → content: in the course from `student_skeleton/`, in a bundle from beside.

        Raises
        ------
        AssignmentError
            if one is missing.
        """
        return {f"{name}.py": _read_given(self.given_folder / f"{name}.py") for name in self.given}

    @property
    def handed_out(self) -> dict[str, bytes]:
        """What students get beside the modules they write, path → content: given modules, and all files of folders.

        Raises
        ------
        AssignmentError
            if a module or folder is missing.
        """
        files = dict(self.given_files)
        for name in self.folders:
            paths = [path for path in (self.given_folder / name).rglob("*") if path.is_file()]
            inside = {path.relative_to(self.given_folder).as_posix(): path for path in paths if not _is_made(path)}
            if not inside:
                raise AssignmentError(
                    f"{self.given_folder / name}, which assignment.toml names, is no folder with files"
                )
            files |= {path: _read_given(inside[path]) for path in sorted(inside)}
        return files

    @property
    def given_folder(self) -> Path:
        skeleton = self.folder.parent.parent / "student_skeleton"
        return self.folder if self.folder.parent.name != "assignments" else skeleton

    @property
    def reference_files(self) -> dict[str, bytes]:
        """What the reference hands in beside its modules: the folder `handed_in/` of the assignment.

        A bundle has no reference: nothing then.
        """
        if self.given_folder == self.folder:
            return {}
        return {name: _read_given(self.folder / "handed_in" / name) for name in self.files}

    @property
    def solutions(self) -> Path:
        """The folder of reference modules of the course this assignment belongs to."""
        return self.folder.parent.parent / "solutions"


def _is_made(path: Path) -> bool:
    """Whether a file is what Python or an editor leaves behind."""
    return "__pycache__" in path.parts or any(part.startswith(".") for part in path.parts[-2:])


def _read_given(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AssignmentError(f"{path}, which assignment.toml names, cannot be read ({error.strerror})") from error


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
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{path}: {error}") from error
    except msgspec.ValidationError as error:
        raise AssignmentError(f"{path}: {error}{_hint(str(error))}") from error
    return msgspec.structs.replace(assignment, folder=path.parent)


def _hint(said: str) -> str:
    """What an unknown field may have been meant to be."""
    unknown = re.search(r"unknown field `(\w+)`(?: - at `\$\.(\w+)`)?", said)
    if unknown is None:
        return ""
    name, table = unknown.groups()
    tables = {"limits": Limits, "imports": Imports, "feedback": Feedback, "late": Late, "leaderboard": Leaderboard}
    fields: tuple[str, ...] = tables.get(table, Assignment).__struct_fields__
    known = [field for field in fields if field != "folder"]
    for other, struct in tables.items():
        if name in struct.__struct_fields__ and other != table:
            return f"; it belongs under [{other}]"
    near = difflib.get_close_matches(name, known, 1)
    return f"; did you mean `{near[0]}`?" if near else f"; there are {', '.join(known)}"


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
