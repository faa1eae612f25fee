"""Builds the zip of an autograder that an instructor uploads to Gradescope."""

from __future__ import annotations

import ast
import importlib.metadata
import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from autograder.assignment import Assignment
from autograder.integrations.gradescope_settings import FILE, GradescopeSettings
from autograder.release import ENGINE
from autograder.results import write_atomically

_HERE = Path(__file__).parent
_SCRIPTS = ("setup.sh", "run_autograder")
_ENGINE_NEEDS = ("numpy", "msgspec", "pytest", "rich", "jinja2", "markupsafe", "hypothesis")
_LEFT_OUT = {"__pycache__", "right_styles"}
_ENGINE_FILES = {".py", ".j2", ".css", ".svg", ".ini", ".json", ".sh", ""}


class ZipError(Exception):
    """A zip that cannot be built; the message says why."""


def build_zip(assignment: Assignment, settings: GradescopeSettings, out: Path) -> Path:
    """Write the autograder of one assignment to `out`.

    In it are ``setup.sh`` and ``run_autograder``, requirements pinned to what is installed here, the engine, the
    assignment's folder, the course's solutions (the oracle of hidden checks) and what is given to students. The same
    course gives the same bytes.

    Raises
    ------
    ZipError
        if a package that the checks import is not installed here, so that nobody knows its version.
    """
    files = {
        "requirements.txt": "".join(f"{line}\n" for line in requirements(assignment)).encode(),
        FILE: msgspec.json.format(msgspec.json.encode(settings), indent=1) + b"\n",
        **{name: (_HERE / f"gradescope_{name}").read_bytes() for name in _SCRIPTS},
        **dict(_under(ENGINE, "autograder")),
        **dict(_under(assignment.folder, f"assignments/{assignment.name}")),
        **{f"solutions/{path.name}": path.read_bytes() for path in sorted(assignment.solutions.glob("*.py"))},
        **{f"student_skeleton/{name}": content for name, content in assignment.given_files.items()},
    }
    write_atomically(out, _zipped(files))
    return out


def requirements(assignment: Assignment) -> list[str]:
    """``name==version`` of every package that grading imports, and of what these need, as they are installed here."""
    sources = [*assignment.folder.glob("*.py"), *(assignment.solutions / f"{name}.py" for name in assignment.modules)]
    sources += [assignment.given_folder / f"{name}.py" for name in assignment.given]
    tools = {re.split(r"[^\w.-]", tool)[0].lower() for tool in assignment.imports.tools}
    wanted = {*_ENGINE_NEEDS, *assignment.imports.allowed}
    for path in sources:
        wanted |= _imported(path)
    own = {
        "autograder",
        "solutions",
        *(path.stem for path in sources),
        *(path.stem for path in assignment.solutions.glob("*.py")),
    }
    providers = importlib.metadata.packages_distributions()
    pinned: dict[str, str] = {}
    for module in sorted(wanted - own - set(sys.stdlib_module_names) - tools):
        if module not in providers:
            raise ZipError(f"{assignment.name} imports {module}, which is not installed here")
        _pin(providers[module][0], pinned)
    return [f"{name}=={version}" for name, version in sorted(pinned.items())]


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _pin(distribution: str, pinned: dict[str, str]) -> None:
    """Pin a package and what it requires. A local version (``+cpu``) is left out: indexes for everybody have none."""
    name = re.sub(r"[-_.]+", "-", distribution).lower()
    if name in pinned:
        return
    try:
        found = importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError:
        return  # a requirement of another operating system
    pinned[name] = found.version.partition("+")[0]
    for requirement in found.requires or []:
        required, _, marker = requirement.partition(";")
        if not re.search(r"\bextra\b", marker):
            _pin(re.findall(r"^[\w.-]+", required)[0], pinned)


def _under(folder: Path, name: str) -> Iterator[tuple[str, bytes]]:
    is_engine = folder == ENGINE
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part in _LEFT_OUT or part.startswith(".") for part in inside.parts)
        if hidden or not path.is_file() or path.is_symlink() or (is_engine and path.suffix not in _ENGINE_FILES):
            continue
        yield f"{name}/{inside.as_posix()}", path.read_bytes()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip that depends on nothing but names and contents; scripts at its top may be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3  # Unix, also where it is made on Windows
            member.external_attr = (0o100755 if name in _SCRIPTS else 0o100644) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return buffer.getvalue()
