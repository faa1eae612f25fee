"""The explorables reach students as a folder of their bundle, whole, and never the process that grades them."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.assignment import AssignmentError, load
from autograder.release import bundle, leaks

COURSE = Path(__file__).resolve().parents[2] / "assignments"
WITH_EXPLORABLES = ("gradient_descent", "optimizers", "hyperparameters", "bees_vs_wasps")


@pytest.mark.parametrize("name", WITH_EXPLORABLES)
def test_a_bundle_holds_every_file_of_the_explorables_and_what_they_need_to_be_installed(name: str) -> None:
    files = bundle(load(COURSE / name))

    assert {"explorables/__init__.py", "explorables/race.py", "explorables/page/race.js"} <= set(files)
    assert {path for path in files if path.startswith("explorables/")} == {
        path.relative_to(COURSE.parent / "student_skeleton").as_posix()
        for path in (COURSE.parent / "student_skeleton" / "explorables").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "anywidget" in files["requirements.txt"].decode()
    assert "`explorables/`" in files["README.md"].decode()


@pytest.mark.parametrize("name", WITH_EXPLORABLES)
def test_explorables_give_no_line_of_a_solution_away(name: str) -> None:
    assignment = load(COURSE / name)

    assert leaks(bundle(assignment), assignment) == []


def test_a_graded_module_finds_no_explorables_beside_it() -> None:
    assert not [name for name in load(COURSE / "optimizers").given_files if "explorables" in name]


def test_a_folder_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "assignments" / "tiny"
    folder.mkdir(parents=True)
    toml = 'title = "T"\norder = 1\nmodules = ["t"]\npoints = 1\nfolders = ["pictures"]\n'
    (folder / "assignment.toml").write_text(toml)

    with pytest.raises(AssignmentError, match="pictures, which"):
        assert load(folder).handed_out
