"""Gives the cells of a handed-in notebook back the marks that nbgrader's gradebook knows, whatever was made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

_MISSING = "*This cell was not in the notebook that was handed in.*\n\n"


@dataclass(frozen=True)
class _Known:
    """A cell as `nbgrader generate_assignment` recorded it."""

    name: str
    kind: str
    source: str
    checksum: str | None
    locked: bool
    points: float | None
    """None: it is not graded."""
    is_answer: bool


class RestoreCells(NbGraderPreprocessor):
    """In the place of nbgrader's `DeduplicateIds`, before `OverwriteCells`.

    A cell that the gradebook knows is what the gradebook says, and only an answer's text is the student's. Marks on any
    other cell are taken off; of two cells with one name the first counts. Known cells that are missing are put at the
    end: an answer there is looked at by a person, since it may stand somewhere else.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            missing = _known(gradebook.find_notebook(about["notebook"], about["assignment"]))
        for cell in nb.cells:
            marks = cell.metadata.pop("nbgrader", {})
            name = marks.get("grade_id")
            known = missing.pop(name, None) if isinstance(name, str) else None
            if known:
                _restore(cell, known)
        nb.cells += [_added(known) for known in missing.values()]
        return nb, resources


def _known(notebook: Any) -> dict[str, _Known]:
    points = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
    answers = {cell.name for cell in notebook.solution_cells}
    return {
        cell.name: _Known(
            cell.name,
            str(cell.cell_type),
            cell.source,
            cell.checksum,
            bool(cell.locked),
            points.get(cell.name),
            cell.name in answers,
        )
        for cell in notebook.source_cells
    }


def _restore(cell: Any, known: _Known) -> None:
    if cell.cell_type != known.kind:
        cell.cell_type = known.kind
        for part in ("outputs", "execution_count", "attachments"):
            cell.pop(part, None)
        if known.kind == "code":
            cell.outputs, cell.execution_count = [], None
    if not known.is_answer:
        cell.source = known.source
    marks: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": known.name,
        "grade": known.points is not None,
        "solution": known.is_answer,
        "locked": known.locked,
        "task": False,
        "cell_type": known.kind,
        "checksum": known.checksum,
    }
    if known.points is not None:
        marks["points"] = known.points
    cell.metadata["nbgrader"] = nbformat.from_dict(marks)


def _added(known: _Known) -> Any:
    if known.kind == "code":
        cell = nbformat.v4.new_code_cell(known.source)
    else:
        cell = nbformat.v4.new_markdown_cell(_MISSING + known.source if known.is_answer else known.source)
    _restore(cell, known)
    return cell
