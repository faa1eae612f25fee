"""What the commands say where something is missing, misspelt or not ready."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import main

REPOSITORY = Path(__file__).resolve().parents[2]

TOML = 'title = "Steps"\norder = 1\nmodules = ["steps"]\npoints = 10\n'


@pytest.fixture
def homework(tmp_path, monkeypatch):
    """A student's folder: an assignment with one module, and Python started in it."""
    folder = tmp_path / "homework"
    folder.mkdir()
    (folder / "assignment.toml").write_text(TOML)
    (folder / "steps.py").write_text("def step(w):\n    return w\n")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("words", [["list"], ["--help"], ["report", "--schema"]], ids=" ".join)
def test_a_reader_that_has_seen_enough_ends_the_output_without_a_word(words):
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as gone:
        command = [sys.executable, "-m", "autograder", *words]
        done = subprocess.run(command, cwd=REPOSITORY, stdout=gone, stderr=subprocess.PIPE, text=True, check=False)

    assert done.stderr == ""


def test_a_report_of_no_folder_is_wrong_usage_and_names_what_is_missing(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["report"])

    assert "the following arguments are required: results" in capsys.readouterr().err


def test_the_schema_is_printed_without_a_folder(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["report", "--schema"])

    assert capsys.readouterr().out.startswith("{")


def test_a_module_that_python_cannot_read_is_packed_and_called_not_ready(homework, capsys):
    (homework / "steps.py").write_text("def step(w:\n")

    assert main(["submit"]) == 1

    said = capsys.readouterr().out
    assert "not ready: put steps.py right and submit again" in said
    assert "upload" not in said


def test_a_complete_hand_in_is_called_ready(homework, capsys):
    assert main(["submit"]) == 0
    assert "upload this file: homework.zip" in capsys.readouterr().out


def test_the_zip_may_be_given_a_name_or_a_folder(homework, capsys):
    (homework / "uploads").mkdir()

    assert main(["submit", "--out", "mine.zip"]) == 0
    assert main(["submit", "--out", "uploads"]) == 0

    assert (homework / "mine.zip").is_file()
    assert (homework / "uploads" / "homework.zip").is_file()


def test_bundles_are_not_released_into_a_file(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    (tmp_path / "handouts").write_text("notes")

    assert main(["release", "losses", "--out", str(tmp_path / "handouts")]) == 1

    assert "is a file: name the folder for the bundles with --out" in " ".join(capsys.readouterr().err.split())
    assert (tmp_path / "handouts").read_text() == "notes"


@pytest.mark.parametrize("option", ["--submission", "--submissions"])
def test_pytest_says_in_a_line_that_there_is_no_such_hand_in(option):
    command = [sys.executable, "-m", "pytest", "-q", "assignments/losses/test_public.py", option, "/nonexist"]

    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert done.returncode == 4
    assert "/nonexist" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout
    assert "INTERNALERROR" not in done.stderr + done.stdout
