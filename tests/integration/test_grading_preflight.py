"""What would cost a whole class is refused before anybody is graded."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.results import read

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the course with one assignment and one right hand-in."""
    folder = tmp_path / "course"
    ignore = shutil.ignore_patterns("__pycache__", "right_styles")
    shutil.copytree(ROOT / "assignments" / "optimizers", folder / "assignments" / "optimizers", ignore=ignore)
    shutil.copytree(ROOT / "solutions", folder / "solutions", ignore=ignore)
    (folder / "class" / "one").mkdir(parents=True)
    for module in ("optimizers", "schedules"):
        shutil.copy(ROOT / "solutions" / f"{module}.py", folder / "class" / "one")
    return folder


def grade(course: Path, out: str = "out", submissions: str = "class") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", "grade", "optimizers", submissions, "--out", out, "--no-report"]
    return subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=300, check=False)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def said(result: subprocess.CompletedProcess[str]) -> str:
    return " ".join((result.stdout + result.stderr).split())


def test_a_check_that_the_reference_does_not_pass_judges_nobody(course: Path) -> None:
    public = course / "assignments" / "optimizers" / "test_public.py"
    change(public, "each([(0.8, epoch, 0.5, 3)", "each([(0.9, epoch, 0.5, 3)")
    result = grade(course)
    assert result.returncode == 1
    assert "the reference solution does not pass these checks" in said(result)
    assert "schedules.step_decay" in said(result)
    assert not list((course / "out" / "results").glob("*.json"))


def test_a_module_without_a_solution_is_refused(course: Path) -> None:
    change(course / "assignments" / "optimizers" / "assignment.toml", '"schedules"]', '"schedule"]')
    result = grade(course)
    assert result.returncode == 1
    assert "assignment.toml names the module 'schedule'" in said(result)


def test_results_of_another_assignment_are_not_mixed_in(course: Path) -> None:
    assert grade(course).returncode == 0
    (path,) = (course / "out" / "results").glob("*.json")
    change(path, '"name": "optimizers"', '"name": "losses"')
    result = grade(course)
    assert result.returncode == 1
    assert "holds results of losses" in said(result)


def test_results_among_the_hand_ins_are_refused(course: Path) -> None:
    result = grade(course, out="class/out")
    assert result.returncode == 1
    assert "choose another --out" in said(result)
    assert not (course / "class" / "out").exists()


def test_an_empty_class_and_one_of_refusals_alone_are_said(course: Path) -> None:
    (course / "empty").mkdir()
    result = grade(course, submissions="empty")
    assert result.returncode == 1
    assert "there is no hand-in in empty" in said(result)
    (course / "wrong" / "someone").mkdir(parents=True)
    (course / "wrong" / "someone" / "losses.py").write_text("x = 1\n", encoding="utf-8")
    result = grade(course, out="out2", submissions="wrong")
    assert result.returncode == 1
    assert "every hand-in was refused" in said(result)


def test_the_check_that_the_readme_adds_judges(course: Path) -> None:
    found = re.search(
        r"```python\n(@pytest\.mark\.check.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S
    )
    assert found
    public = course / "assignments" / "optimizers" / "test_public.py"
    change(public, 'points=2, skill="Gradient descent: update rule"', 'points=1, skill="Gradient descent: update rule"')
    with public.open("a", encoding="utf-8") as file:
        file.write(f"\n\nfrom autograder.checking import expect_equal, follow\n\n\n{found[1]}")
    shutil.copytree(course / "class" / "one", course / "class" / "two")
    with (course / "class" / "two" / "optimizers.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndef sgd_step(params, grads, state, learning_rate):\n")
        file.write("    return {name: 0.9 * entries for name, entries in params.items()}, state\n")
    result = grade(course)
    assert result.returncode == 0, said(result)
    verdicts = {
        path.stem: {check.id: check.outcome for check in read(path).checks}["test_a_zero_gradient_moves_nothing"]
        for path in (course / "out" / "results").glob("*.json")
    }
    assert verdicts == {"one": "passed", "two": "failed"}
