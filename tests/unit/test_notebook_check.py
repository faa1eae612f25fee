"""`check("module.function")` in a notebook: the public checks on the modules beside it; it never raises."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.assignment import find
from autograder.notebooks import check
from autograder.notebooks.verdict import Verdict
from autograder.release import bundle, write_folder
from autograder.results import CheckResult, Failure

ROOT = Path(__file__).resolve().parents[2]
RIGHT = (ROOT / "solutions" / "losses.py").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A student's bundle of `losses`, in which the notebook is open."""
    files = bundle(find(str(ROOT / "assignments" / "losses")))
    write_folder(tmp_path, {name: content for name, content in files.items() if not name.startswith("autograder/")})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_right_function_passes(folder):
    (folder / "losses.py").write_text(RIGHT, encoding="utf-8")
    verdict = check("losses.squared_error")
    assert (verdict.passed, len(verdict.checks)) == (2, 2)
    assert repr(verdict).startswith("losses.squared_error: 2 of 2 public checks passed\n  ✓ Passed  The squared error")


def test_a_function_that_is_not_written_says_so_once_for_each_check(folder):
    verdict = check("losses.huber")
    assert repr(verdict).count("Not written yet") == 1
    assert "Traceback" not in repr(verdict)
    assert "NotImplementedError" not in repr(verdict)


def test_a_wrong_function_shows_the_call_the_value_and_the_expected_one(folder):
    wrong = RIGHT.replace("_sum_over_features((y_pred - y_true) ** 2)", "_sum_over_features(y_pred - y_true)")
    assert wrong != RIGHT
    (folder / "losses.py").write_text(wrong, encoding="utf-8")
    verdict = check("losses.squared_error")
    assert verdict.passed == 1
    assert "losses.squared_error(" in repr(verdict)
    assert "yours:    0.5" in repr(verdict)
    assert "expected: 0.25" in repr(verdict)


def test_a_module_that_cannot_be_imported_is_told_with_its_line(folder):
    (folder / "losses.py").write_text("import numpy as np\n\ndef huber(:\n", encoding="utf-8")
    verdict = check("losses.huber")
    assert verdict.passed == 0
    assert "✗ Import failed" in repr(verdict)
    assert "line 3" in repr(verdict)


def test_a_module_that_is_not_there_is_told(folder):
    (folder / "losses.py").unlink()
    assert "losses.py" in repr(check("losses.huber"))
    assert check("losses.huber").passed == 0


def test_a_function_that_nobody_checks_is_told(folder):
    assert repr(check("losses.hubber")) == "losses.hubber: no public check is about a function of this name"


def test_a_notebook_in_another_folder_is_told_where_it_belongs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "Open this notebook in the folder that you were given" in repr(check("losses.huber"))


def test_checks_that_cannot_run_are_told(folder):
    (folder / "test_public.py").write_text("import nothing_of_this_name\n")
    assert "losses.huber: the checks cannot run:" in repr(check("losses.huber"))


def test_a_grading_system_that_runs_the_notebook_runs_no_check_in_it(folder, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_GRADES_ELSEWHERE", "1")
    (folder / "assignment.toml").unlink()  # nothing is even read
    assert repr(check("losses.huber")) == "losses.huber: graded elsewhere"


def failed(**said) -> Verdict:
    failure = Failure(kind="raised", message="", exception="ValueError: <script>alert(1)</script>\x1b[31m")
    return Verdict(
        "losses.huber",
        (
            CheckResult(
                id="test_it",
                function="losses.huber",
                skill="",
                title="A <b>title</b>",
                visibility="public",
                points=1,
                earned=0,
                outcome="error",
                failure=failure,
                **said,
            ),
        ),
    )


def test_what_students_wrote_is_shown_as_text_whatever_it_is():
    page = failed(output="<img src=x>")._repr_html_()
    assert "<script>" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "\x1b" not in page
    assert "&lt;script&gt;" in page


def test_a_table_and_the_text_say_the_same():
    verdict = failed(output="hello")
    for said in (verdict._repr_html_(), repr(verdict)):
        assert "losses.huber: 0 of 1 public check passed" in said
        assert "✗ Raised an exception" in said
        assert "your code printed:" in said


def test_a_fault_of_ours_shows_nothing_that_the_grader_knows():
    verdict = failed()
    ours = Verdict(
        "losses.huber",
        (
            CheckResult(
                **{
                    **{f: getattr(verdict.checks[0], f) for f in CheckResult.__struct_fields__},
                    "outcome": "grader_error",
                }
            ),
        ),
    )
    assert "ValueError" not in repr(ours)
    assert "✗ Our fault" in repr(ours)
