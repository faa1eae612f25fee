"""Whose file it is, by its name."""

import pytest

from autograder.submissions.owners import Owner, canvas_owner, file_owner, moodle_owner

MODULES = ["optimizers", "schedules"]


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("lovelaceada_12345_67890_optimizers.py", Owner("lovelaceada", "12345", "optimizers.py", 67890)),
        ("lovelaceada_LATE_12345_67890_optimizers-1.py", Owner("lovelaceada", "12345", "optimizers.py", 67890)),
        ("lovelaceada_12345_67890_my_hw-12.zip", Owner("lovelaceada", "12345", "my_hw.zip", 67890)),
        ("de_la_cruz_1_2_a_3_4_b.py", Owner("de_la_cruz", "1", "a_3_4_b.py", 2)),
        ("李_1_2_optimizers.py", Owner("李", "1", "optimizers.py", 2)),
        ("ada_LATE_1_text.html", Owner("ada", "1", "text.html", 0)),
        ("ada_1_link.html", Owner("ada", "1", "link.html", 0)),
        ("ada_1_optimizers.py", None),
        ("ada_optimizers.py", None),
        ("_1_2_optimizers.py", None),
    ],
)
def test_canvas(name, owner):
    assert canvas_owner(name) == owner


def test_a_number_of_canvas_that_is_no_number_of_anything_does_no_harm():
    owner = canvas_owner(f"ada_{'9' * 200}_{'8' * 5000}_optimizers.py")
    assert owner is not None
    assert owner.attachment == int("8" * 18)
    assert owner.id == "ada-" + "9" * 20


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("Ada Lovelace_12_assignsubmission_file_", Owner("Ada Lovelace", "12", "")),
        ("Ada Lovelace_12_assignsubmission_file", Owner("Ada Lovelace", "12", "")),
        ("Ada_12_assignsubmission_file_optimizers.py", Owner("Ada", "12", "optimizers.py")),
        ("A_1_B_12_assignsubmission_onlinetext_x.html", Owner("A_1_B", "12", "x.html")),
        ("Ada_assignsubmission_file_", None),
        ("Ada Lovelace_12", None),
    ],
)
def test_moodle(name, owner):
    assert moodle_owner(name) == owner


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("ada_optimizers.py", Owner("ada", "", "optimizers.py")),
        ("Ada Lovelace - Optimizers (1).py", Owner("Ada Lovelace", "", "Optimizers (1).py")),
        ("optimizers_ada.py", Owner("ada", "", "optimizers.py")),
        ("OPTIMIZERS-ada.PY", Owner("ada", "", "optimizers.py")),
        ("ada_schedules.ipynb", Owner("ada", "", "schedules.ipynb")),
        ("schedules ada.ipynb", Owner("ada", "", "schedules.ipynb")),
        ("ada_optimizers.csv", None),
        ("ada_optimizers_v2.py", Owner("ada_optimizers_v2", "", "ada_optimizers_v2.py")),
        ("ada.py", Owner("ada", "", "ada.py")),
        ("ada.csv", None),
        (".py", None),
        ("optimizers.py", None),
        ("optimizers (1).py", None),
        ("optimizers-1.py", None),
        ("conftest.py", None),
        ("test_optimizers.py", None),
    ],
)
def test_a_name_before_or_behind_the_module(name, owner):
    assert file_owner(name, MODULES) == owner


def test_with_one_module_any_python_file_is_the_module_of_whom_it_is_called_after():
    assert file_owner("ada.py", ["losses"]) == Owner("ada", "", "losses.py")
    assert file_owner("setup.py", ["losses"]) is None
