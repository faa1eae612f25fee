"""Makes nbgrader's version of an assignment's notebook from the one source."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from autograder.notebooks.source import ANSWER, KEY, NotebookError, Source, check_line

_SCHEMA = 3
_HEADING = re.compile(r"^## +(?P<name>\w+)\s*$", re.MULTILINE)
_REST = """\
## Your other functions

Each cell below stands for the points of one function. Running it shows what the public checks say of your file."""


def grade_id(function: str) -> str:
    """The name of the grade cell that holds the points of a function: ``losses-huber`` for ``losses.huber``."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", function)


def nbgrader_version(source: Source, points: Mapping[str, float], answers: Mapping[str, str]) -> Any:
    """The notebook as ``nbgrader generate_assignment`` reads it.

    Every function has one locked grade cell, which holds its points: the cell that checks it in the source, or one at
    the end. Questions are locked; an answer is a cell that is graded by hand, and holds the model answer, which
    ``generate_assignment`` takes out.

    Parameters
    ----------
    points : mapping
        What the checks of each function, ``losses.huber``, are worth together.
    answers : mapping
        Model answers, as markdown, by the names of the questions.

    Raises
    ------
    NotebookError
        if the notebook checks a function that no check is about.
    """
    notebook = copy.deepcopy(source.notebook)
    for one in source.checks:
        if one.function not in points:
            raise NotebookError(f"{source.path}: it checks {one.function}, but no check is about that function")
        _mark_points(notebook.cells[one.cell], one.function, points[one.function])
    for question in source.questions:
        asked, answer = notebook.cells[question.cell], notebook.cells[question.cell + 1]
        asked.metadata["nbgrader"] = _metadata(f"question-{question.name}", locked=True)
        answer.metadata["nbgrader"] = _metadata(question.name, solution=True, points=question.points)
        answer.source = answers.get(question.name, ANSWER)
    for cell in notebook.cells:
        cell.metadata.pop(KEY, None)
    checked = {one.function for one in source.checks}
    notebook.cells += _rest({name: worth for name, worth in points.items() if name not in checked})
    nbformat.validate(notebook)
    return notebook


def model_answers(folder: Path) -> dict[str, str]:
    """The sections of ``written_answers.md`` in an assignment's folder, by the names of the questions."""
    path = folder / "written_answers.md"
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return {found["name"]: text[found.end() : end].strip() for found, end in zip(headings, ends, strict=True)}


def _rest(points: Mapping[str, float]) -> Iterator[Any]:
    if not points:
        return
    yield nbformat.v4.new_markdown_cell(_REST, id="other-functions")
    for function, worth in points.items():
        cell = nbformat.v4.new_code_cell(check_line(function), id=f"points-{grade_id(function)}"[:64])
        _mark_points(cell, function, worth)
        yield cell


def _mark_points(cell: Any, function: str, points: float) -> None:
    cell.metadata["nbgrader"] = _metadata(grade_id(function), locked=True, points=points)


def _metadata(
    name: str, *, locked: bool = False, solution: bool = False, points: float | None = None
) -> dict[str, Any]:
    marks: dict[str, Any] = {
        "schema_version": _SCHEMA,
        "grade_id": name,
        "grade": points is not None,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    return marks if points is None else {**marks, "points": points}
