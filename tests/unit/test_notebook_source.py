"""The course's format of a notebook: what is read from it, and what is refused with a sentence that helps."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment import Assignment, find_all
from autograder.grading.batch import describe_checks
from autograder.notebooks.source import ANSWER, NotebookError, check_line, read

ROOT = Path(__file__).resolve().parents[2]
COURSE = [one for one in find_all(ROOT) if (one.folder / "notebook.ipynb").is_file()]


def text(name: str, source: str, **mark: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {"course": mark} if mark else {}, "source": source}


def code(name: str, source: str, **mark: Any) -> dict[str, Any]:
    return text(name, source, **mark) | {"cell_type": "code", "execution_count": None, "outputs": []}


def question(name: str, points: Any = 2) -> list[dict[str, Any]]:
    return [text("question", "Why?", question=name, points=points), text("answer", ANSWER, answer=name)]


@pytest.fixture
def written(tmp_path):
    """Writes a notebook of these cells and returns its path."""

    def write(*cells: dict[str, Any], **changes: Any) -> Path:
        notebook = {"cells": list(cells), "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}}
        path = tmp_path / "notebook.ipynb"
        path.write_text(json.dumps(notebook | {"nbformat": 4, "nbformat_minor": 5} | changes))
        return path

    return write


def test_questions_and_checks_are_found_where_they_stand(written):
    source = read(
        written(
            text("title", "# Steps"),
            *question("why", 1.5),
            code("check", check_line("steps.step"), check="steps.step"),
        )
    )
    assert [(one.name, one.points, one.text, one.cell) for one in source.questions] == [("why", 1.5, "Why?", 1)]
    assert [(one.function, one.cell) for one in source.checks] == [("steps.step", 3)]
    assert source.cells[source.questions[0].cell + 1].source == ANSWER


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    (tmp_path / "notebook.ipynb").write_text("{ nothing")
    with pytest.raises(NotebookError, match="no valid notebook"):
        read(tmp_path / "notebook.ipynb")
    with pytest.raises(NotebookError, match=r"other\.ipynb cannot be read \(No such file"):
        read(tmp_path / "other.ipynb")


def test_another_format_or_kernel_is_refused(written):
    cell = text("one", "") | {}
    with pytest.raises(NotebookError, match=r"its format is 4\.4; save it as 4\.5"):
        read(written({key: cell[key] for key in cell if key != "id"}, nbformat_minor=4))
    with pytest.raises(NotebookError, match="its kernel is 'julia'"):
        read(written(metadata={"kernelspec": {"name": "julia", "display_name": "Julia"}}))


def test_two_cells_with_one_id_are_refused(written):
    with pytest.raises(NotebookError, match="the cell id one is there more than once"):
        read(written(text("one", ""), text("one", "")))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([code("run", "1") | {"execution_count": 3}], "cell 1 (run): it holds outputs; clear all outputs"),
        ([text("odd", "", question="why")], 'cell 1 (odd): the keys under "course" are question; they must be'),
        ([code("q", "", question="why", points=2)], "questions and answers are markdown cells"),
        ([text("q", "Why?", question="why", points=2)], "the next cell must be the answer to why"),
        ([text("a", ANSWER, answer="why")], "the cell before it must ask why"),
        ([question("why")[0], text("answer", "Mine", answer="why")], "an answer cell holds"),
        (question("why", 0), "points are a number above 0, not 0"),
        (question("why", "2"), "points are a number above 0, not '2'"),
        (question("Why?"), "is no name for a question"),
        ([*question("why"), *({**c, "id": c["id"] + "2"} for c in question("why"))], "question why is there more than"),
        ([code("c", "check('s.f')", check="s.f")], 'this one must hold check("s.f") and nothing else'),
        ([code("c", check_line("step"), check="step")], "'step' is no function with its module"),
        (
            [code(name, check_line("s.f"), check="s.f") for name in ("one", "two")],
            "the check of s.f is there more than once",
        ),
    ],
)
def test_a_mark_that_is_wrong_is_named_with_its_cell(written, cells, said):
    with pytest.raises(NotebookError, match=re.escape(said)):
        read(written(*cells))


@pytest.mark.parametrize("assignment", COURSE, ids=[one.name for one in COURSE])
def test_the_notebooks_of_the_course_ask_and_check_what_there_is(assignment: Assignment):
    source = read(assignment.folder / "notebook.ipynb")
    assert 3 <= len(source.questions) <= 4
    assert {question.points for question in source.questions} == {2}
    public = {check.function for check in describe_checks(assignment) if check.visibility == "public"}
    assert {check.function for check in source.checks} <= public
    assert len(source.checks) >= 6


@pytest.mark.parametrize("assignment", COURSE, ids=[one.name for one in COURSE])
def test_every_question_of_the_course_has_a_model_answer_and_says_what_it_is_worth(assignment: Assignment):
    answers = (assignment.folder / "written_answers.md").read_text(encoding="utf-8")
    sections = re.split(r"^## (.+)$", answers, flags=re.MULTILINE)[1:]
    asked = [question.name for question in read(assignment.folder / "notebook.ipynb").questions]
    assert sections[::2] == asked
    for section in sections[1::2]:
        assert all(f"* **{points}**" in section for points in ("2 points", "1 point", "0 points"))


@pytest.mark.parametrize("assignment", COURSE, ids=[one.name for one in COURSE])
def test_every_part_asks_lets_a_guess_be_typed_holds_it_beside_what_happened_and_wants_something_written(assignment):
    parts = _parts(read(assignment.folder / "notebook.ipynb").cells)
    assert len(parts) >= 5
    for title, cells in parts.items():
        code = [one.source for one in cells if one.cell_type == "code"]
        guessed = re.findall(r"(\w+)=None", " ".join(source for source in code if source.startswith("predict(")))
        happened = "\n".join(source for source in code if "compare(" in source)
        assert title.endswith("?") or any("?" in one.source for one in cells), title
        assert guessed, f"{title}: nothing to predict"
        assert [name for name in guessed if not re.search(rf"\b{name}\b", happened)] == [], title
        assert any(one.source in (ANSWER, "*Your sentence:*") for one in cells), f"{title}: nothing to write"


def _parts(cells):
    """The numbered parts: title → cells."""
    parts: dict[str, list] = {}
    for cell in cells:
        heading = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            parts[heading[1]] = []
        if parts:
            next(reversed(parts.values())).append(cell)
    return {title: found for title, found in parts.items() if re.match(r"\d", title)}


def test_there_is_a_notebook_for_every_assignment():
    assert [one.name for one in COURSE] == [one.name for one in find_all(ROOT)]
