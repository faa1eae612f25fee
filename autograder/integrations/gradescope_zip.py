"""Builds the zip of an autograder that an instructor uploads to Gradescope."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
from pathlib import Path

import msgspec

from autograder.assignment import Assignment
from autograder.integrations.course_files import course_files, engine_files, zipped
from autograder.integrations.gradescope_settings import FILE, GradescopeSettings
from autograder.results import write_atomically

_HERE = Path(__file__).parent
_SCRIPTS = ("setup.sh", "run_autograder")
_NO_PART_OF_GRADING = "figures.py"
"""Draws the pictures of the handout."""
_ENGINE_NEEDS = ("numpy", "msgspec", "pytest", "rich", "jinja2", "markupsafe", "hypothesis")


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
        **engine_files(),
        **course_files(assignment),
    }
    write_atomically(out, zipped(files, _SCRIPTS))
    return out


def requirements(assignment: Assignment) -> list[str]:
    """``name==version`` of every package that grading imports, and of what these need, as they are installed here.

    The assignment's `tools` are for the student's own machine: what is handed out may import them. A check that imports
    one needs it all the same.
    """
    checks = [path for path in assignment.folder.glob("*.py") if path.name != _NO_PART_OF_GRADING]
    handed_out = [assignment.solutions / f"{name}.py" for name in assignment.modules]
    handed_out += [assignment.given_folder / f"{name}.py" for name in assignment.given]
    tools = {re.split(r"[^\w.-]", tool)[0].lower() for tool in assignment.imports.tools}
    wanted = {*_ENGINE_NEEDS, *assignment.imports.allowed}.union(*map(_imported, checks))
    wanted |= set().union(*map(_imported, handed_out)) - tools
    own = {
        "autograder",
        "solutions",
        *(path.stem for path in [*checks, *handed_out]),
        *(path.stem for path in assignment.solutions.glob("*.py")),
    }
    providers = importlib.metadata.packages_distributions()
    pinned: dict[str, str] = {}
    for module in sorted(wanted - own - set(sys.stdlib_module_names)):
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
