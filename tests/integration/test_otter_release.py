"""`autograder release --otter`: when it refuses, what it says, and that nothing half made is left."""

import nbformat
import pytest

from autograder.cli import main

HIDDEN = "test_total_of_drawn_numbers"


def notebook(text):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.writes(made)


@pytest.fixture
def course(tiny, monkeypatch):
    tiny.write("assignments/tiny/handout.md", "# Doubling\n")
    tiny.write("assignments/tiny/figures/twice.svg", "<svg/>")
    tiny.write("assignments/tiny/figures.py", "def twice(): ...\n")
    tiny.write("assignments/tiny/notebook.ipynb", notebook("# Doubling"))
    monkeypatch.chdir(tiny.folder)
    return tiny


def release(*more):
    return main(["release", "tiny", "--otter", "--out", "dist", *more])


def test_a_folder_that_holds_something_else_is_left_alone(course, capsys):
    course.write("dist/tiny/thesis.txt", "mine")
    assert release() == 1
    assert "thesis" not in capsys.readouterr().err
    assert [path.name for path in (course.folder / "dist/tiny").iterdir()] == ["thesis.txt"]


def test_without_a_notebook_otter_has_nothing_to_hand_out(course, capsys):
    (course.folder / "assignments/tiny/notebook.ipynb").unlink()
    assert release() == 1
    assert "notebook.ipynb cannot be read" in capsys.readouterr().err
    assert not (course.folder / "dist").exists()


def test_checks_that_the_solutions_do_not_pass_are_not_released(course, capsys):
    course.write(
        "solutions/tiny.py", "def double(values):\n    return 3 * values\n\n\ndef total(values):\n    return 0.0\n"
    )
    assert release() == 1
    assert "does not pass these checks" in capsys.readouterr().err
    assert not (course.folder / "dist").exists()


def test_a_notebook_that_names_a_hidden_check_is_refused_and_the_release_before_stays(course, capsys):
    assert release() == 0
    assert (course.folder / "dist/tiny/student/figures/twice.svg").is_file()
    assert not (course.folder / "dist/tiny/student/figures.py").exists()
    before = (course.folder / "dist/tiny/autograder/autograder.zip").read_bytes()
    course.write("assignments/tiny/notebook.ipynb", notebook(f"You will not pass {HIDDEN}."))
    assert release() == 1
    assert f"notebook.ipynb: the name of the hidden check {HIDDEN}" in " ".join(capsys.readouterr().err.split())
    assert (course.folder / "dist/tiny/autograder/autograder.zip").read_bytes() == before
    assert [path.name for path in (course.folder / "dist").iterdir()] == ["tiny"]
    course.write("assignments/tiny/notebook.ipynb", notebook("# Twice as much"))
    assert release("--seed", "5") == 0
    assert "Twice as much" in (course.folder / "dist/tiny/student/notebook.ipynb").read_text()


def test_a_seed_without_otter_is_a_mistake(course, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["release", "tiny", "--seed", "5", "--out", "dist"])
    assert "--otter" in capsys.readouterr().err
