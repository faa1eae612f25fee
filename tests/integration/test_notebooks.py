"""The notebooks of the course in a real kernel, in a student's bundle: with the reference, and with nothing written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.assignment import Assignment, find_all
from autograder.notebooks.source import read
from autograder.release import bundle, write_folder

ROOT = Path(__file__).resolve().parents[2]
COURSE = find_all(ROOT)
KNOBS = {"bees_vs_wasps": {"drawings = 1000": "drawings = 200", "epochs = 8": "epochs = 1"}}
"""Smaller settings of knobs that a notebook has, so that this takes seconds."""

with_live_checks = "losses"
"""The notebook whose check cells run; in the others they would only repeat what other tests prove."""


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "1")


def laid_out(assignment: Assignment, folder: Path) -> Path:
    """A student's bundle with nothing written in it."""
    write_folder(folder, bundle(assignment))
    return folder


def solved(assignment: Assignment, folder: Path) -> Path:
    laid_out(assignment, folder)
    for module in assignment.modules:
        shutil.copy(assignment.solutions / f"{module}.py", folder)
    for name, content in assignment.reference_files.items():
        (folder / name).write_bytes(content)
    return folder


def executed(folder: Path, assignment: Assignment, live: bool | None = None) -> list[Any]:
    """The code cells of the notebook in `folder`, after it ran from top to bottom; `live`: as for a student."""
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    for cell in notebook.cells:
        for knob, smaller in KNOBS.get(assignment.name, {}).items():
            cell.source = cell.source.replace(knob, smaller)
    env = dict(os.environ)
    if not (assignment.name == with_live_checks if live is None else live):
        env["AUTOGRADER_GRADES_ELSEWHERE"] = "1"
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=env)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def errors(cells: list[Any]) -> list[str]:
    return [
        f"{cell.id}: {out.ename}: {out.evalue}" for cell in cells for out in cell.outputs if out.output_type == "error"
    ]


def said(cell: Any) -> str:
    return "".join(out.text for out in cell.outputs if out.output_type == "stream")


def pictures(cell: Any) -> int:
    return sum("image/png" in out.get("data", {}) for out in cell.outputs)


def experiments(cells: list[Any]) -> list[Any]:
    return [cell for cell in cells if "\nwith experiment():" in f"\n{cell.source}"]


@pytest.mark.parametrize("assignment", COURSE, ids=[one.name for one in COURSE])
def test_with_the_reference_every_experiment_draws_and_nothing_complains(assignment, tmp_path):
    cells = executed(solved(assignment, tmp_path), assignment)
    assert errors(cells) == []
    assert len(experiments(cells)) >= 3
    for cell in cells:
        assert "waits for" not in said(cell) and "stopped" not in said(cell), f"{cell.id}: {said(cell)}"
        assert not [out for out in cell.outputs if out.get("name") == "stderr"], f"{cell.id}: {said(cell)}"
    assert [cell.id for cell in experiments(cells) if not pictures(cell)] == []


@pytest.mark.parametrize("assignment", COURSE, ids=[one.name for one in COURSE])
def test_with_nothing_written_every_experiment_waits_in_a_sentence_and_the_notebook_goes_on(assignment, tmp_path):
    cells = executed(laid_out(assignment, tmp_path), assignment)
    assert errors(cells) == []
    for cell in experiments(cells):
        assert "is not written yet" in said(cell), f"{cell.id}: {said(cell)}"
        assert "stopped" not in said(cell), f"{cell.id}: {said(cell)}"
        assert not pictures(cell), cell.id


@pytest.mark.parametrize("fill", [laid_out, solved])
@pytest.mark.parametrize("assignment", [one for one in COURSE if one.folders], ids=lambda one: one.name)
def test_the_explorables_open_with_the_reference_and_with_nothing_written(assignment, fill, tmp_path):
    fill(assignment, tmp_path)
    notebook = nbformat.read(tmp_path / "notebook.ipynb", as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    opening = [cell for cell in notebook.cells if "explore(" in cell.source and cell.cell_type == "code"]
    notebook.cells = [first, *opening]
    nbformat.write(notebook, tmp_path / "notebook.ipynb")

    cells = executed(tmp_path, assignment, live=True)

    assert opening and errors(cells) == []
    for cell in cells[1:]:
        shown = [data for out in cell.outputs for data in out.get("data", {})]
        assert "application/vnd.jupyter.widget-view+json" in shown, f"{cell.id}: {said(cell)}"
        stills = [out.data["text/html"] for out in cell.outputs if "image/png" in out.get("data", {})]
        assert len(stills) == 1 and "explorable-still" in stills[0], "a still picture for where there is no kernel"


def test_a_check_cell_shows_the_table_of_its_function(tmp_path):
    losses = next(one for one in COURSE if one.name == with_live_checks)
    solved(losses, tmp_path)
    wrong = (
        (tmp_path / "losses.py")
        .read_text(encoding="utf-8")
        .replace("return 2 * (y_pred - y_true)", "return y_pred - y_true")
    )
    (tmp_path / "losses.py").write_text(wrong, encoding="utf-8")
    notebook = nbformat.read(tmp_path / "notebook.ipynb", as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    wanted = [check for check in read(tmp_path / "notebook.ipynb").checks if "squared_error" in check.function]
    notebook.cells = [first, *(notebook.cells[check.cell] for check in wanted)]
    nbformat.write(notebook, tmp_path / "notebook.ipynb")
    shown = {cell.metadata.course.check: cell.outputs[0].data["text/html"] for cell in executed(tmp_path, losses)[1:]}
    assert "2 of 2 public checks passed" in shown["losses.squared_error"]
    assert "✗ Wrong value" in shown["losses.squared_error_gradient"]
    assert "<table" in shown["losses.squared_error_gradient"]


def test_an_error_of_the_student_stops_its_own_experiment_only(tmp_path):
    descent = next(one for one in COURSE if one.name == "gradient_descent")
    solved(descent, tmp_path)
    module = tmp_path / "gradient_descent.py"
    source = module.read_text(encoding="utf-8")
    broken = "\n\ndef largest_stable_learning_rate(X):\n    return X[0] / nothing\n"
    module.write_text(source + broken, encoding="utf-8")
    cells = executed(tmp_path, descent)
    assert errors(cells) == []
    said_why = "raised an exception in largest_stable_learning_rate"
    stopped = [cell for cell in experiments(cells) if said_why in said(cell)]
    assert "name 'nothing' is not defined" in said(stopped[0])
    drawn = [cell for cell in experiments(cells) if pictures(cell)]
    assert len(stopped) + len(drawn) == len(experiments(cells)) and len(drawn) >= 2


@pytest.mark.parametrize("assignment", COURSE, ids=[one.name for one in COURSE])
def test_a_notebook_in_the_bundle_brings_no_model_answers(assignment):
    files = bundle(assignment)
    answers = (assignment.folder / "written_answers.md").read_text(encoding="utf-8")
    telling = [line for line in answers.splitlines() if len(line) > 60]
    assert telling
    for name, content in files.items():
        text = content.decode("utf-8", "replace")
        assert not [line for line in telling if line in text], name
    assert not [name for name in files if "written_answers" in name]
