"""nbgrader's version of a notebook, and what becomes of notebooks that come back."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.integrations.nbgrader.collect import complete, leave_out_links
from autograder.integrations.nbgrader.function_points import by_grade_id
from autograder.integrations.nbgrader.reading import MOST_BYTES, HandedInNotebook
from autograder.integrations.nbgrader.strangers import outputs
from autograder.integrations.nbgrader.versions import model_answers, nbgrader_version
from autograder.notebooks.source import NotebookError, read

POINTS = {"losses.huber": 6.0, "losses.cost": 3.0}


def markdown(text: str, **mark: Any) -> Any:
    return nbformat.v4.new_markdown_cell(text, metadata={"course": mark} if mark else {})


def check(function: str) -> Any:
    return nbformat.v4.new_code_cell(f'check("{function}")', metadata={"course": {"check": function}})


@pytest.fixture
def source(tmp_path: Path) -> Any:
    def made(*cells: Any) -> Any:
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        path = tmp_path / "notebook.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata=kernel), path)
        return read(path)

    return made


def marks(notebook: Any) -> dict[str, Any]:
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def test_every_function_has_one_locked_cell_with_all_its_points(source: Any) -> None:
    made = nbgrader_version(source(markdown("# Losses"), check("losses.huber")), POINTS, {})
    MetadataValidator().validate_nb(made)
    cells = marks(made)
    assert {name: cell.metadata.nbgrader.points for name, cell in cells.items()} == {
        "losses-huber": 6.0,
        "losses-cost": 3.0,
    }
    assert all(cell.metadata.nbgrader.locked and cell.metadata.nbgrader.grade for cell in cells.values())
    assert [cell.source for cell in made.cells if cell.cell_type == "code"] == [
        'check("losses.huber")',
        'check("losses.cost")',
    ]
    assert "course" not in json.dumps([cell.metadata for cell in made.cells])


def test_a_question_is_locked_and_its_answer_is_graded_by_hand(source: Any) -> None:
    asked = [markdown("Why?", question="why", points=2), markdown("*Your answer:*", answer="why")]
    cells = marks(nbgrader_version(source(*asked), POINTS, {"why": "Because."}))
    question, answer = cells["question-why"].metadata.nbgrader, cells["why"].metadata.nbgrader
    assert (question.grade, question.locked) == (False, True)
    assert (answer.grade, answer.solution, answer.locked, answer.points) == (True, True, False, 2)
    assert cells["why"].source == "Because.", "which `nbgrader generate_assignment` takes out"


def test_a_notebook_that_checks_what_no_check_is_about_is_refused(source: Any) -> None:
    with pytest.raises(NotebookError, match="hubber"):
        nbgrader_version(source(check("losses.hubber")), POINTS, {})


def test_model_answers_are_the_sections_of_their_file(tmp_path: Path) -> None:
    assert model_answers(tmp_path) == {}
    (tmp_path / "written_answers.md").write_text("# All\n\n## one\n\nFirst.\n\n### Part\n\n## two\nSecond.\n")
    assert model_answers(tmp_path) == {"one": "First.\n\n### Part", "two": "Second."}


def as_read(content: str) -> Any:
    written, _ = HandedInNotebook().from_file(io.StringIO(content))
    notebook = nbformat.reads(written, as_version=4)
    nbformat.validate(notebook)
    return notebook


def handed_in(*cells: Any, **more: Any) -> str:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '"notebook"',
        "[" * 100_000,
        handed_in().replace('"cells": []', '"cells": {}'),
        handed_in(nbformat=3),
        "x" * (MOST_BYTES + 1),
    ],
    ids=lambda content: content[:10] or "empty",
)
def test_what_is_no_notebook_becomes_one_that_says_so(content: str) -> None:
    said = as_read(content).cells
    assert len(said) == 1
    assert "could not be read" in said[0].source


def test_of_a_cell_only_what_a_cell_may_hold_is_read() -> None:
    cells = as_read(
        handed_in(
            "no cell",
            {"cell_type": "widget", "source": "x"},
            {"cell_type": "code", "source": ["a = 1\n", "b = 2", 3], "outputs": "1000.0", "metadata": 5},
            {
                "cell_type": "markdown",
                "metadata": {"nbgrader": {"grade_id": "why"}, "tags": ["skip"]},
                "source": "text",
            },
            {
                "cell_type": "markdown",
                "source": "![](a)",
                "attachments": {"a": {"image/png": "AAAA", "text/html": "<script>"}, "b": 5},
            },
        )
    ).cells
    assert [cell.source for cell in cells] == ["a = 1\nb = 2", "text", "![](a)"]
    assert cells[0].outputs == []
    assert cells[1].metadata == {"nbgrader": {"grade_id": "why"}}
    assert cells[2].attachments == {"a": {"image/png": "AAAA"}}


def test_what_a_kernel_sent_is_kept_as_plain_text_and_pictures_only() -> None:
    kept = outputs(
        [
            "nothing",
            {"output_type": "stream", "name": ["stderr"], "text": "half \ud800"},
            {"output_type": "error", "ename": 5, "evalue": "bad", "traceback": ["line", 3]},
            {"output_type": "display_data", "data": {"image/png": 'AAAA"><script>', "text/plain": "<Figure>"}},
            {"output_type": "execute_result", "data": {"text/plain": {"a": 1}, "image/png": "AAA=\n"}, "metadata": 7},
            {"output_type": "display_data", "data": {"application/javascript": "alert(1)"}},
        ]
    )
    nbformat.v4.new_code_cell("", outputs=kept)
    json.dumps(kept).encode()
    assert kept[0] == {"output_type": "stream", "name": "stdout", "text": "half \\ud800"}
    assert (kept[1].ename, kept[1].traceback) == ("", ["line", ""])
    assert [one.data for one in kept[2:]] == [
        {"text/plain": "<Figure>"},
        {"text/plain": "", "image/png": "AAA=\n"},
    ]


def test_half_a_character_in_a_notebook_is_written_out() -> None:
    (cell,) = as_read(handed_in({"cell_type": "markdown", "source": "a \ud800 b"})).cells
    assert cell.source == "a \\ud800 b"


def test_the_released_notebook_takes_the_place_of_a_missing_one_and_no_other(tmp_path: Path) -> None:
    released, one, other = tmp_path / "release", tmp_path / "one", tmp_path / "other"
    for folder in (released, one, other):
        folder.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[markdown("# Losses")]), released / "notebook.ipynb")
    (other / "notebook.ipynb").write_text("{")
    assert complete(one, released) == ["notebook.ipynb"]
    assert complete(other, released) == []
    assert "No notebook was handed in" in (one / "notebook.ipynb").read_text()
    assert (other / "notebook.ipynb").read_text() == "{"


def test_of_links_nothing_is_left_in_a_copy(tmp_path: Path) -> None:
    source, copy, secret = tmp_path / "source", tmp_path / "copy", tmp_path / "secret"
    for folder in (source / "inner", copy / "inner", secret, copy / "all"):
        folder.mkdir(parents=True)
    (secret / "gradebook.db").write_text("points")
    (source / "inner/notes.txt").symlink_to(secret / "gradebook.db")
    (source / "all").symlink_to(secret)
    for place in ("inner/notes.txt", "all/gradebook.db", "losses.py"):
        (copy / place).write_text("points")
    leave_out_links(source, copy)
    assert [path.name for path in copy.rglob("*") if path.is_file()] == ["losses.py"]


def test_a_functions_points_are_those_of_its_checks_and_a_fault_of_ours_is_told(records: Any) -> None:
    result = records.result(
        records.check(id="test_a", function="losses.huber", points=4.0),
        records.check(id="test_b", function="losses.huber", points=2.0, earned=2.0, outcome="grader_error"),
        records.check(id="test_c", function="losses.cost", points=3.0, earned=0.0, outcome="failed"),
    )
    points = by_grade_id(result)
    huber, cost = points["losses-huber"], points["losses-cost"]
    assert (huber.points, huber.earned, huber.met_a_fault, huber.is_full) == (6.0, 6.0, True, True)
    assert (cost.points, cost.earned, cost.met_a_fault, cost.is_full) == (3.0, 0.0, False, False)
