"""Reads `assignments/<name>/notebook.ipynb`: the one source from which every version of a notebook is made.

Marks are cell metadata under the key ``course``. A markdown cell ``{"question": NAME, "points": 2}`` asks a written
question and the cell after it, ``{"answer": NAME}``, is where the student writes. A code cell ``{"check":
"optimizers.adam_step"}`` runs the public checks of a function; its source is `check_line` of that function.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

_as_it_stands: Callable[..., Any] = nbformat.reader.reads  # has no types

KEY = "course"
ANSWER = "*Your answer:*"
"""What an answer cell holds before the student writes."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FUNCTION = re.compile(r"[a-z]\w*\.[a-z]\w*")
_MARKS = ({"question", "points"}, {"answer"}, {"check"})


class NotebookError(Exception):
    """A notebook that is not in the course's format; the message names the file, the cell and what to change."""


@dataclass(frozen=True)
class Question:
    """A written question, graded by hand."""

    name: str
    """Unique in the notebook; the heading of its model answer in `written_answers.md`."""
    points: float
    """On top of the assignment's points for code."""
    text: str
    """What is asked, as markdown."""
    cell: int
    """Index of the asking cell in `Source.cells`; the answer cell is the next one."""


@dataclass(frozen=True)
class CheckCell:
    """A cell that runs the public checks of one function."""

    function: str
    """With its module: ``optimizers.adam_step``."""
    cell: int
    """Index in `Source.cells`."""


@dataclass(frozen=True)
class Source:
    """A notebook and what is marked in it."""

    path: Path
    notebook: Any
    """nbformat's notebook node, version 4.5; copy it before you change it."""
    questions: tuple[Question, ...]
    checks: tuple[CheckCell, ...]

    @property
    def cells(self) -> Sequence[Any]:
        """nbformat's cells: `cell_type`, `source`, `metadata`, `id`."""
        cells: Sequence[Any] = self.notebook.cells
        return cells


def check_line(function: str) -> str:
    """The source of the cell that checks `function`."""
    return f'check("{function}")'


def read(path: Path) -> Source:
    """Read a notebook and make sure that it is in the course's format.

    Raises
    ------
    NotebookError
        if it cannot be read, is no valid notebook of nbformat 4.5, holds outputs, or a mark is wrong.
    """
    path = Path(path)
    try:
        notebook = _as_it_stands(path.read_text(encoding="utf-8"))
        # Before the validation, which would put another id in the place of the second.
        ids = [cell["id"] for cell in notebook.get("cells", []) if "id" in cell]
        _refuse_doubles(path, ids, "the cell id")
        nbformat.validate(notebook)
    except OSError as error:
        raise NotebookError(f"{path} cannot be read ({error.strerror})") from error
    except (ValueError, nbformat.ValidationError, nbformat.reader.NotJSONError) as error:
        raise NotebookError(f"{path} is no valid notebook: {str(error).splitlines()[0]}") from error
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        raise NotebookError(f"{path}: its format is {notebook.nbformat}.{notebook.nbformat_minor}; save it as 4.5")
    kernel = notebook.metadata.get("kernelspec", {}).get("name")
    if kernel != "python3":
        raise NotebookError(f"{path}: its kernel is {kernel!r}; save it with the kernel python3")
    for index, cell in enumerate(notebook.cells):
        if problem := _problem(cell):
            raise NotebookError(f"{_place(path, index, cell)}: {problem}")
    questions = tuple(_questions(path, notebook.cells))
    checks = tuple(
        CheckCell(cell.metadata[KEY]["check"], index)
        for index, cell in enumerate(notebook.cells)
        if "check" in _mark(cell)
    )
    _refuse_doubles(path, [question.name for question in questions], "the question")
    _refuse_doubles(path, [check.function for check in checks], "the check of")
    return Source(path, notebook, questions, checks)


def _mark(cell: Any) -> dict[str, Any]:
    mark: dict[str, Any] = cell.metadata.get(KEY, {})
    return mark


def _place(path: Path, index: int, cell: Any) -> str:
    return f"{path}, cell {index + 1} ({cell.id})"


def _problem(cell: Any) -> str:
    """What is wrong with a cell by itself; empty where nothing is."""
    if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None):
        return "it holds outputs; clear all outputs before you save"
    if KEY not in cell.metadata:
        return ""
    mark = _mark(cell)
    if set(mark) not in _MARKS:
        wanted = "{question, points}, {answer} or {check}"
        return f'the keys under "{KEY}" are {", ".join(sorted(mark)) or "none"}; they must be {wanted}'
    return _wrong_check(cell, mark) if "check" in mark else _wrong_text(cell, mark)


def _wrong_check(cell: Any, mark: dict[str, Any]) -> str:
    function = mark["check"]
    if not isinstance(function, str) or not _FUNCTION.fullmatch(function):
        return f"{function!r} is no function with its module, such as optimizers.adam_step"
    if cell.cell_type != "code" or cell.source != check_line(function):
        return f"a check is a code cell, and this one must hold {check_line(function)} and nothing else"
    return ""


def _wrong_text(cell: Any, mark: dict[str, Any]) -> str:
    name = mark.get("question", mark.get("answer"))
    if cell.cell_type != "markdown":
        return "questions and answers are markdown cells"
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return f"{name!r} is no name for a question: lower-case letters, digits and _"
    if "answer" in mark and cell.source != ANSWER:
        return f"an answer cell holds {ANSWER} and nothing else"
    points = mark.get("points", 1)
    if isinstance(points, bool) or not isinstance(points, int | float) or not math.isfinite(points) or points <= 0:
        return f"a question's points are a number above 0, not {points!r}"
    return ""


def _questions(path: Path, cells: Sequence[Any]) -> Iterator[Question]:
    for index, cell in enumerate(cells):
        mark = _mark(cell)
        before = _mark(cells[index - 1]) if index else {}
        if "answer" in mark and before.get("question") != mark["answer"]:
            raise NotebookError(f"{_place(path, index, cell)}: the cell before it must ask {mark['answer']}")
        if "question" in mark:
            name = mark["question"]
            after = _mark(cells[index + 1]) if index + 1 < len(cells) else {}
            if after.get("answer") != name:
                raise NotebookError(f"{_place(path, index, cell)}: the next cell must be the answer to {name}")
            yield Question(name, float(mark["points"]), cell.source, index)


def _refuse_doubles(path: Path, names: Sequence[str], what: str) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise NotebookError(f"{path}: {what} {name} is there more than once")
