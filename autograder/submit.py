"""The student's last look before handing in: what would cost points, and the zip to upload."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.assignment import Assignment
from autograder.release import zipped
from autograder.results import write_atomically
from autograder.skeleton import NOT_WRITTEN
from autograder.submissions import load_one
from autograder.submissions.selection import file_name

Severity = Literal["error", "warning", "note"]

_UNREADABLE = "Python cannot read it, so none of its functions can be graded"


@dataclass(frozen=True)
class Problem:
    """Something about a hand-in that its author should know."""

    severity: Severity
    """`error`: nothing, or not this module, can be graded. `warning`: it will cost points. `note`: good to know."""
    message: str
    file: str = ""
    line: int | None = None
    source: str = ""
    """The line of code the problem is in, without the line's end."""
    column: int | None = None
    """Where in `source` the problem is, counted from 1."""

    @property
    def caret(self) -> str:
        """A line to print under `source`, pointing at the column; empty without one."""
        if self.column is None:
            return ""
        before = self.source[: self.column - 1]
        return "".join("\t" if character == "\t" else " " for character in before) + "^"


class SubmitError(Exception):
    """A folder nothing can be packed from; the message says what is missing."""


def validate(folder: Path, assignment: Assignment) -> list[Problem]:
    """What the author of the modules in `folder` should know before handing them in; empty when all is well.

    Nothing is imported or run. The folder is read exactly as a hand-in is.
    """
    submission = load_one(folder, assignment.wanted)
    if submission.refused:
        return [Problem("error", submission.refused)]
    missing = {f"{file_name(wanted)} is not in the hand-in" for wanted in assignment.wanted}  # said below, as a warning
    problems = [Problem("note", note) for note in submission.notes if note not in missing]
    for module in assignment.modules:
        file = f"{module}.py"
        if file in submission.files:
            problems += _problems_of(file, submission.files[file], assignment)
        else:
            problems.append(Problem("warning", f"{file} is not here: its functions get no points", file))
    for file in assignment.files:
        if file not in submission.files:
            problems.append(Problem("warning", f"{file} is not here: what is judged by it gets no points", file))
    return problems


def pack(folder: Path, assignment: Assignment, out: Path) -> Path:
    """Write the modules in `folder` to ``out/<assignment>.zip`` for upload, or to `out` if that is the name of a zip.

    Returns
    -------
    Path
        The zip: the modules and the other files asked for, byte for byte, at its top, nothing else.

    Raises
    ------
    SubmitError
        if there is nothing to pack; the message is the reason for which the hand-in would be refused.
    """
    submission = load_one(folder, assignment.wanted)
    if submission.refused:
        raise SubmitError(submission.refused)
    is_a_file = out.suffix.lower() == ".zip" and not out.is_dir()
    path = out if is_a_file else out / f"{assignment.name}.zip"
    write_atomically(path, zipped(submission.files))
    return path


def _problems_of(file: str, content: bytes, assignment: Assignment) -> Iterator[Problem]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape sequence in a string is nobody's business here
            tree = ast.parse(content, file)
    except (SyntaxError, ValueError) as error:
        yield _syntax_problem(file, error, content)
        return
    except (RecursionError, MemoryError):
        yield Problem("error", f"this file is nested too deeply: {_UNREADABLE}", file)
        return
    lines = re.split(r"\r\n|\r|\n", content.decode("utf-8-sig", "replace"))
    yield from _imports(file, tree, lines, assignment)
    unwritten = sorted(_unwritten(tree), key=lambda function: function[1])
    if unwritten:
        names = ", ".join(name for name, _ in unwritten)
        yield Problem("warning", f"not written yet: {names}", file, unwritten[0][1])


def _syntax_problem(file: str, error: SyntaxError | ValueError, content: bytes) -> Problem:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem("error", "this file is saved as UTF-16: save it as UTF-8, which is what Python reads", file)
    if not isinstance(error, SyntaxError):  # NUL bytes, before Python 3.12
        return Problem("error", f"{error}: {_UNREADABLE}", file)
    source = (error.text or "").rstrip("\r\n")
    offset = error.offset or 0
    column = min(offset, len(source) + 1) if offset > 0 and source else None
    return Problem("error", f"{error.msg}: {_UNREADABLE}", file, error.lineno, source, column)


def _imports(file: str, tree: ast.Module, lines: Sequence[str], assignment: Assignment) -> Iterator[Problem]:
    known = {*sys.stdlib_module_names, *assignment.imports.allowed, *assignment.modules, *assignment.given}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            message = "modules lie side by side when they are graded: import them by name, without a leading dot"
        else:
            names = _imported(node)
            foreign = [name for name in names if name.partition(".")[0] not in known]
            if not foreign:
                continue
            allowed = " and ".join(assignment.imports.allowed) or "the standard library"
            message = f"{foreign[0]} will not be there: this assignment allows {allowed} only"
            if allowed != "the standard library":
                message += " (beside Python's standard library)"
        assert isinstance(node, ast.Import | ast.ImportFrom)
        source = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
        yield Problem("warning", message, file, node.lineno, source, node.col_offset + 1)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _unwritten(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Name and line of each function that still holds the skeleton's line; of private ones, those that are called."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    in_use = {function.id for function in calls if isinstance(function, ast.Name)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args):
            continue
        called, text = node.exc.func, node.exc.args[0]
        if isinstance(called, ast.Name) and called.id == "NotImplementedError" and isinstance(text, ast.Constant):
            name, _, rest = str(text.value).partition(" ")
            if rest == NOT_WRITTEN and (not name.startswith("_") or name in in_use):
                yield name, node.lineno
