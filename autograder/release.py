"""The hand-out bundle of an assignment: everything a student needs, nothing hidden, the same bytes at every run."""

from __future__ import annotations

import ast
import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder import skeleton
from autograder.assignment import Assignment
from autograder.release_notes import readme
from autograder.results import write_atomically

ENGINE = Path(__file__).resolve().parent
"""The engine's own sources: they travel along, so that a student installs nothing of ours."""

REQUIREMENTS = ("numpy>=1.26", "msgspec>=0.19", "pytest>=8", "rich>=13")
"""What `check` and `submit` import; the same ranges as the engine's own."""

_FOR_NOTEBOOKS = ("jupyterlab>=4", "matplotlib>=3.8")
"""What a student opens the assignment's notebook with, and what it draws with."""

_INSTALLED_AS = {"sklearn": "scikit-learn", "skimage": "scikit-image", "PIL": "pillow", "cv2": "opencv-python"}
_STUDENTS_COMMANDS = {"__init__.py", "check.py", "submit.py", "doctor.py"}
_INSTRUCTORS_PACKAGES = {"audit", "export", "integrations", "sample_class", "similarity"}
"""What only the commands of instructors use."""
_ENGINE_FILES = {".py", ".j2", ".html", ".css", ".svg", ".ini", ".toml", ".json", ".mplstyle"}
_NOTEBOOK = "notebook.ipynb"
_PICTURES = "figures"
"""Folder of an assignment with the pictures of its handout; figures.py beside it, which draws them, stays here."""
_CHECK_NAME = re.compile(r"\btest_\w+")
_TELLING = 25
"""Shorter lines (`return {}`) stand in many programs and give nothing away."""


class ReleaseError(Exception):
    """A bundle that cannot or must not be handed out; the message says why."""


def release(assignment: Assignment, out: Path) -> Path:
    """Write the hand-out of an assignment to ``out/<name>/`` and ``out/<name>.zip``.

    Parameters
    ----------
    assignment : Assignment
        Its folder and the course's solutions are read; the skeleton is made from the solutions as they are now.
    out : Path
        Made if need be. An earlier bundle of this name is replaced.

    Returns
    -------
    Path
        The zip. The folder lies beside it, without the ending.

    Raises
    ------
    ReleaseError
        if something is missing, if `out` is a file, if ``out/<name>`` is no earlier bundle, or if a line of a solution
        or the name of a hidden check is found in the bundle, or if its notebook is not in the course's format (with
        outputs in it, say). Nothing is written then.
    SkeletonError
        if a solution module is not in order.
    """
    files = bundle(assignment)
    if _NOTEBOOK in files:
        _refuse_a_notebook_out_of_order(assignment.folder / _NOTEBOOK)
    if found := leaks(files, assignment):
        raise ReleaseError("nothing was released, for it would give away what is hidden:\n" + "\n".join(found))
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise ReleaseError(f"{out} is a file: name the folder for the bundles with --out")
    folder = out / assignment.name
    if folder.exists() and any(folder.iterdir()) and not _is_a_bundle(folder):
        raise ReleaseError(f"{folder} holds something else than an earlier bundle: move it or release elsewhere")
    out.mkdir(parents=True, exist_ok=True)
    write_folder(folder, files)
    archive = out / f"{assignment.name}.zip"
    write_atomically(archive, zipped({f"{assignment.name}/{name}": content for name, content in files.items()}))
    return archive


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder that takes the place of an earlier one at once, when all of them are there."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".writing-") as temporary:
        fresh = Path(temporary) / folder.name
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)


def _is_a_bundle(folder: Path) -> bool:
    """Whether this is an earlier bundle, which may be replaced, and not the assignment itself."""
    made = ("README.md", "assignment.toml", "autograder/__init__.py")
    return all((folder / name).is_file() for name in made) and not (folder / "test_hidden.py").exists()


def bundle(assignment: Assignment) -> dict[str, bytes]:
    """Path inside the bundle → content, sorted by path."""
    files = {
        "README.md": readme(assignment).encode(),
        "requirements.txt": _requirements(assignment).encode(),
        **_of_the_assignment(assignment),
        **_modules(assignment),
        **assignment.handed_out,
        **{f"autograder/{name}": content for name, content in _engine()},
    }
    return dict(sorted(files.items()))


def leaks(files: Mapping[str, bytes], assignment: Assignment) -> list[str]:
    """Where files hold what no student may see: code of any solution of the course, hidden checks or their names.

    Lines are compared as a whole. In a module every line of its own solution counts. Elsewhere only lines long enough
    to tell something do, and in programs that students only use (the engine, given modules), where any two programs
    share a phrase, only together with the next one.
    """
    sources = {path.name: path.read_text(encoding="utf-8") for path in _solutions(assignment)}
    given = set[str]().union(*(skeleton.given_lines(source, name) for name, source in sources.items()))
    secret: dict[str, str] = {}
    for name, source in sources.items():
        for line in skeleton.solution_lines(source, name):
            if line not in given:
                secret[line] = name
    hidden = _hidden_names(assignment)
    found, handed_out = [], set(assignment.handed_out)
    for file, content in files.items():
        text = _source(content) if file.endswith(".ipynb") else content.decode("utf-8", "replace")
        lines = [line.strip() for line in text.split("\n")]
        is_program = file.startswith("autograder/") or file in handed_out
        for number, (line, after) in enumerate(zip(lines, [*lines[1:], ""], strict=True), start=1):
            source_of = secret.get(line)
            telling = len(line) >= _TELLING and (not is_program or secret.get(after) == source_of)
            if source_of and (telling or file == source_of):
                found.append(f"{file}:{number}: a line of the solution in {source_of}")
        found += [
            f"{file}: the name of the hidden check {name}" for name in sorted(hidden & set(_CHECK_NAME.findall(text)))
        ]
    return found


def _source(notebook: bytes) -> str:
    """The lines of all cells as they are read, without JSON's quotes around them."""
    cells = json.loads(notebook).get("cells", [])
    return "\n".join("".join(cell.get("source", "")) for cell in cells)


def _refuse_a_notebook_out_of_order(path: Path) -> None:
    from autograder.notebooks.source import (
        NotebookError,
        read,
    )  # needs nbformat, which only a course with notebooks does

    try:
        read(path)
    except NotebookError as error:
        raise ReleaseError(str(error)) from error


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip that depends on nothing but names and contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3  # Unix, also where it is made on Windows
            member.external_attr = 0o100644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return buffer.getvalue()


def _of_the_assignment(assignment: Assignment) -> dict[str, bytes]:
    files = {}
    for name in ("assignment.toml", "handout.md", "test_public.py"):
        path = assignment.folder / name
        if not path.is_file():
            raise ReleaseError(f"{path} is missing: students need it")
        files[name] = path.read_bytes()
    pictures = sorted((assignment.folder / _PICTURES).glob("*.svg"))
    files |= {f"{_PICTURES}/{path.name}": path.read_bytes() for path in pictures}
    notebook = assignment.folder / _NOTEBOOK
    return files | ({notebook.name: notebook.read_bytes()} if notebook.is_file() else {})


def _modules(assignment: Assignment) -> dict[str, bytes]:
    files = {}
    for module in assignment.modules:
        path = assignment.solutions / f"{module}.py"
        if not path.is_file():
            raise ReleaseError(f"{path} is missing: {assignment.name} names it in assignment.toml")
        files[path.name] = skeleton.generate(path.read_text(encoding="utf-8"), str(path)).encode()
    return files


def _engine() -> Iterator[tuple[str, bytes]]:
    for path in sorted(ENGINE.rglob("*")):
        inside = path.relative_to(ENGINE)
        if inside.parts[0] in _INSTRUCTORS_PACKAGES:
            continue
        if inside.parts[0] == "commands" and path.name not in _STUDENTS_COMMANDS:
            continue
        if path.suffix in _ENGINE_FILES and "__pycache__" not in inside.parts and path.is_file():
            yield inside.as_posix(), path.read_bytes()


def _requirements(assignment: Assignment) -> str:
    known = {requirement.partition(">")[0] for requirement in REQUIREMENTS}
    more = [_INSTALLED_AS.get(name, name) for name in assignment.imports.allowed if name not in known]
    notebook = _FOR_NOTEBOOKS if (assignment.folder / _NOTEBOOK).is_file() else ()
    wanted = dict.fromkeys((*REQUIREMENTS, *more, *assignment.imports.tools, *notebook))
    return "".join(f"{requirement}\n" for requirement in wanted)


def _solutions(assignment: Assignment) -> list[Path]:
    return sorted(path for path in assignment.solutions.glob("*.py") if path.name != "__init__.py")


def _hidden_names(assignment: Assignment) -> set[str]:
    """Names of the hidden checks of the whole course, but for those that a public check has too."""
    course = assignment.folder.parent
    hidden = {name for path in course.glob("*/test_hidden.py") for name in _checks(path)}
    return hidden - {name for path in course.glob("*/test_public.py") for name in _checks(path)}


def _checks(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
