"""The checks as an instructor runs them by hand: `pytest assignments/… --submission …`, with pytest's own options."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.grading.batch import Settings, grade_batch
from autograder.results import decode
from autograder.submissions import load_one

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def forgetful(tmp_path: Path) -> Path:
    """A hand-in with one mistake: the bias correction of the second average is missing."""
    folder = tmp_path / "forgetful"
    folder.mkdir()
    for name in ("optimizers.py", "schedules.py"):
        shutil.copy(ROOT / "solutions" / name, folder)
    source = (folder / "optimizers.py").read_text(encoding="utf-8")
    changed = re.sub(r"\(1(?:\.0)? - beta2\s*\*\*\s*\w+\)", "1.0", source)
    assert changed != source
    (folder / "optimizers.py").write_text(changed, encoding="utf-8")
    return folder


def test_plain_pytest_gives_the_same_verdicts_as_grade(forgetful: Path) -> None:
    said = run("assignments/optimizers", "--submission", forgetful, "-v")
    by_hand = dict(re.findall(r"::(\w+)\[\w+\] (PASSED|FAILED)", said.stdout))
    modules = ["optimizers", "schedules"]
    settings = Settings(str(ROOT / "assignments" / "optimizers"), 0, "bubblewrap", "test")
    ((_, content),) = grade_batch(settings, [load_one(forgetful, modules)])
    graded = {check.id: "PASSED" if check.outcome == "passed" else "FAILED" for check in decode(content).checks}
    assert by_hand == graded
    assert set(graded.values()) == {"PASSED", "FAILED"}


def test_a_failure_says_what_was_compared_and_where_it_parts(forgetful: Path) -> None:
    said = run("assignments/optimizers", "--submission", forgetful, "-k", "adam", "-x")
    assert said.returncode == 1
    assert "first difference at step 1" in said.stdout
    assert "got:" in said.stdout
    assert "expected:" in said.stdout
    assert "1 failed" in said.stdout


def test_a_class_is_judged_on_two_processes(forgetful: Path) -> None:
    shutil.copytree(ROOT / "solutions", forgetful.parent / "right")
    said = run("assignments/optimizers", "--submissions", forgetful.parent, "-k", "momentum", "-n", "2", "-q")
    assert re.search(r"\d+ passed", said.stdout), said.stdout + said.stderr
    assert "failed" not in said.stdout


def test_without_a_hand_in_it_says_what_to_give() -> None:
    said = run("assignments/optimizers")
    assert said.returncode != 0
    assert "--submission PATH" in said.stdout + said.stderr


def test_a_check_without_its_mark_is_refused_before_anybody_is_judged(tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(ROOT / "assignments" / "optimizers", course / "assignments" / "optimizers")
    shutil.copytree(ROOT / "solutions", course / "solutions")
    public = course / "assignments" / "optimizers" / "test_public.py"
    with public.open("a", encoding="utf-8") as file:
        file.write('\n\ndef test_without_a_mark(student):\n    """It has a docstring."""\n')
    said = run(course / "assignments" / "optimizers", "--submission", ROOT / "solutions", "--rootdir", course)
    assert said.returncode != 0
    assert "test_without_a_mark needs @pytest.mark.check" in said.stdout + said.stderr
