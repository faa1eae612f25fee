"""What is wrong on our side is said clearly, before or after grading, and costs nobody a point."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def course(tiny: Any) -> Any:
    tiny.hand_in("right")
    tiny.hand_in("wrong", right=False)
    return tiny


def _replace(course: Any, path: str, old: str, new: str) -> None:
    text = (course.folder / path).read_text(encoding="utf-8")
    assert old in text
    course.write(path, text.replace(old, new))


def _said(run: Any) -> str:
    """Standard error on one line, as rich may have wrapped it."""
    return re.sub(r"\s+", " ", run.stderr)


def test_a_syntax_error_in_the_checks_grades_nobody_and_shows_the_line(course: Any) -> None:
    course.write("assignments/tiny/test_hidden.py", "def test_nothing(student)\n    pass\n")

    run = course.grade()

    assert run.returncode == 1
    assert "the checks of tiny cannot run" in _said(run)
    assert "test_hidden.py" in _said(run)
    assert "SyntaxError" in _said(run)
    assert "def test_nothing(student)" in _said(run)
    assert course.files() == {}


def test_a_check_that_asks_for_a_fixture_nobody_has_is_our_fault_and_named(course: Any) -> None:
    _replace(course, "assignments/tiny/test_hidden.py", "(student, numbers)", "(student, nubmers)")

    run = course.grade()

    assert run.returncode == 1
    assert course.scores() == {"right": 10, "wrong": 7}
    assert not any(result["releasable"] for result in course.results().values())
    assert "nubmers" in str(course.results())


def test_points_that_do_not_add_up_grade_nobody_and_both_sums_are_named(course: Any) -> None:
    _replace(course, "assignments/tiny/test_public.py", "points=3", "points=4")

    run = course.grade()

    assert run.returncode == 1
    assert "the points of its 3 checks add up to 11; assignment.toml says 10" in _said(run)
    assert course.files() == {}


def test_a_check_without_its_mark_grades_nobody_and_is_named(course: Any) -> None:
    mark = '@pytest.mark.check(function="tiny.total", points=3, skill="Adding")\n'
    _replace(course, "assignments/tiny/test_hidden.py", mark, "")

    run = course.grade()

    assert run.returncode == 1
    assert "test_hidden.py::test_total_of_drawn_numbers needs @pytest.mark.check" in _said(run)
    assert course.files() == {}


def test_a_reference_and_an_oracle_that_disagree_cost_no_points_and_are_on_the_class_page(course: Any) -> None:
    _replace(course, "assignments/tiny/oracles.py", "np.ones(len(values))", "np.ones(len(values)) * 1.01")

    run = course.grade(pages=True)

    assert run.returncode == 1
    results = course.results()
    for name, result in results.items():
        outcomes = {check["id"]: check["outcome"] for check in result["checks"]}
        assert outcomes["test_total_of_drawn_numbers"] == "grader_error"
        assert outcomes["test_double_of_three_numbers"] == ("passed" if name == "right" else "failed")
        assert not result["releasable"]
    assert results["right"]["score"] == 10
    # The check of the doubles needs the same prepared numbers, so it is not judged either.
    assert results["wrong"]["score"] == 7
    page = (course.folder / "grades/report/index.html").read_text(encoding="utf-8")
    assert "The sum of five drawn numbers." in page
    assert "In 2 submissions a check ended in a fault of the grader" in page
    assert "Not releasable: 2 submissions" in run.stdout
    assert re.search(r"disagree|do not agree", str(results["right"]))


def test_when_the_oracle_is_put_right_everybody_is_graded_again_and_the_run_succeeds(course: Any) -> None:
    _replace(course, "assignments/tiny/oracles.py", "np.ones(len(values))", "np.ones(len(values)) * 1.01")
    assert course.grade().returncode == 1
    _replace(course, "assignments/tiny/oracles.py", "np.ones(len(values)) * 1.01", "np.ones(len(values))")

    run = course.grade()

    assert run.returncode == 0
    assert course.scores() == {"right": 10, "wrong": 3}


def test_our_fault_is_tried_again_at_the_next_run_although_nothing_has_changed(course: Any) -> None:
    # Fails the first time only: a machine that was out of memory, say.
    switch = course.folder / "switch"
    course.write(
        "assignments/tiny/oracles.py",
        (course.folder / "assignments/tiny/oracles.py").read_text()
        + f"\n\nimport pathlib\n\nif not pathlib.Path({str(switch)!r}).exists():\n    raise RuntimeError('no room')\n",
    )

    first = course.grade()
    switch.touch()
    second = course.grade()

    assert first.returncode == 1
    assert second.returncode == 0
    assert "unchanged" not in second.stdout
    assert course.scores() == {"right": 10, "wrong": 3}


@pytest.mark.parametrize(
    "damage", ["def double(values)\n    pass\n", "raise RuntimeError('no oracle today')\n", "import no_such_package\n"]
)
def test_oracles_that_cannot_be_imported_cost_no_points_and_are_reported(course: Any, damage: str) -> None:
    course.write("assignments/tiny/oracles.py", damage)

    run = course.grade()

    assert run.returncode == 1
    assert course.scores() == {"right": 10, "wrong": 7}
    assert not any(result["releasable"] for result in course.results().values())
    assert re.search("SyntaxError|no oracle today|no_such_package", str(course.results()))


def test_a_solution_that_does_not_parse_costs_no_points_and_is_reported(course: Any) -> None:
    course.write("solutions/tiny.py", "def double(values)\n    return 2 * values\n")

    run = course.grade()

    assert run.returncode == 1
    assert "SyntaxError" in _said(run) + str(course.results())
    assert all(score >= 7 for score in course.scores().values())


def test_a_place_that_takes_no_results_is_said_before_anybody_is_graded(course: Any) -> None:
    course.write("occupied", "a file where the folder should be\n")

    run = course.grade(out="occupied/grades")

    assert run.returncode == 1
    assert "cannot write to" in _said(run)
    assert "occupied" in _said(run)
    assert "Traceback" not in _said(run)
    assert "graded" not in run.stdout


def test_a_disk_that_fills_up_ends_the_run_with_the_file_and_the_reason_and_keeps_what_was_written(course: Any) -> None:
    full = """
import errno, os, sys
really = os.replace
written = []
def replace(source, target):
    if written:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    written.append(target)
    really(source, target)
os.replace = replace
from autograder.cli import main
sys.exit(main(sys.argv[1:]))
"""
    command = [sys.executable, "-c", full, *course.command()[3:]]

    run = subprocess.run(command, cwd=course.folder, capture_output=True, text=True, timeout=120)

    assert run.returncode == 1
    assert "No space left on device" in _said(run)
    assert "What was graded before is kept" in _said(run)
    assert "Traceback" not in _said(run)
    assert len(course.files()) == 1
    assert sorted(path.suffix for path in (course.folder / "grades/results").iterdir()) == [".json"]
    assert "1 unchanged and kept" in course.grade().stdout


def test_without_bubblewrap_nobody_is_graded_and_what_to_install_is_said(course: Any) -> None:
    nowhere = course.folder / "nowhere"
    nowhere.mkdir()

    run = course.grade(env={**os.environ, "PATH": str(nowhere)})

    assert run.returncode == 1
    assert "bubblewrap is not installed" in _said(run)
    assert "apt-get install bubblewrap" in _said(run)
    assert "graded" not in run.stdout
    assert course.files() == {}


def test_a_bubblewrap_that_does_not_work_grades_nobody(course: Any) -> None:
    broken = course.folder / "broken"
    broken.mkdir()
    (broken / "bwrap").write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    (broken / "bwrap").chmod(0o755)

    run = course.grade(env={**os.environ, "PATH": f"{broken}{os.pathsep}{os.environ['PATH']}"})

    assert run.returncode == 1
    assert "No permissions to create new namespace" in _said(run)
    assert "Traceback" not in _said(run)
    assert course.files() == {}


@pytest.mark.parametrize(
    ("missing", "said"), [("submissions", "cannot read"), ("assignments/tiny/test_hidden.py", "test_hidden")]
)
def test_what_is_not_there_is_named(course: Any, missing: str, said: str) -> None:
    path: Path = course.folder / missing
    path.rename(course.folder / "moved-away")

    run = course.grade()

    assert run.returncode == 1
    assert said in _said(run)
    assert "Traceback" not in _said(run)
    assert course.files() == {}


@pytest.mark.parametrize("number", ["0", "-2", "many"])
def test_a_number_of_workers_that_is_none_is_wrong_usage(course: Any, number: str) -> None:
    run = course.grade("--workers", number)

    assert run.returncode == 2
    assert "is no number of processes: give 1 or more" in _said(run)
    assert course.files() == {}
