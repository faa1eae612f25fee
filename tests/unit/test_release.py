"""The hand-out bundle: everything a student needs, and nothing of what is hidden."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from autograder import assignment as assignments
from autograder import release, skeleton
from autograder.submissions import load_one

REPOSITORY = Path(__file__).parents[2]

SOLUTION = '''\
"""Steps downhill."""

import math


def step(w, rate):
    """One step."""
    # BEGIN SOLUTION
    slope = math.sin(w) * math.cos(w)
    return w - rate * slope
    # END SOLUTION
'''

HIDDEN = '''\
def test_the_step_is_right_far_away(student):
    """Hidden."""
'''

PUBLIC = '''\
import pytest


@pytest.mark.check(function="steps.step", points=100, skill="steps")
def test_the_step_is_right_at_zero(student):
    """Public."""
'''

TOML = """\
title = "Steps"
order = 1
modules = ["steps"]
points = 100
summary = "Walk downhill."
due = "2026-11-20T18:00:00+01:00"

[late]
grace_days = 1
percent_per_day = 10
cut_off_days = 3
"""


@pytest.fixture
def course(tmp_path) -> Path:
    """A course with one assignment that has everything."""
    folder = tmp_path / "course" / "assignments" / "steps"
    files = {
        "assignment.toml": TOML,
        "handout.md": "# Steps\n\nWalk against the slope.\n",
        "test_public.py": PUBLIC,
        "test_hidden.py": HIDDEN,
        "oracles.py": "import torch\n",
        "misconceptions.py": "import numpy as np\n",
        "right_styles/loops/steps.py": "def step(w, rate):\n    return w\n",
        "__pycache__/test_public.cpython-311.pyc": "stale",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "course" / "solutions").mkdir()
    (tmp_path / "course" / "solutions" / "__init__.py").write_text("")
    (tmp_path / "course" / "solutions" / "steps.py").write_text(SOLUTION)
    return tmp_path / "course"


@pytest.fixture
def steps(course):
    return assignments.load(course / "assignments" / "steps")


def test_the_bundle_lies_there_as_a_folder_and_as_a_zip_of_the_same_files(steps, tmp_path):
    archive = release.release(steps, tmp_path / "out")
    assert archive == tmp_path / "out" / "steps.zip"
    folder = tmp_path / "out" / "steps"
    in_folder = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with zipfile.ZipFile(archive) as opened:
        in_zip = {name.removeprefix("steps/"): opened.read(name) for name in opened.namelist()}
    assert in_folder == in_zip == release.bundle(steps)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["steps", "steps.zip"]


def test_the_bundle_holds_what_a_student_needs_and_nothing_else(steps):
    names = [name for name in release.bundle(steps) if not name.startswith("autograder/")]
    assert names == ["README.md", "assignment.toml", "handout.md", "requirements.txt", "steps.py", "test_public.py"]


def test_the_pictures_of_the_handout_travel_along_and_what_draws_them_does_not(steps):
    (steps.folder / "figures").mkdir()
    (steps.folder / "figures" / "valley.svg").write_text("<svg/>")
    (steps.folder / "figures" / "valley.csv").write_text("w,cost\n")
    (steps.folder / "figures.py").write_text("from solutions.steps import step\n")
    files = release.bundle(steps)
    assert files["figures/valley.svg"] == b"<svg/>"
    assert [name for name in files if "figures" in name] == ["figures/valley.svg"]
    assert "| `figures/` | the pictures of the handout |" in files["README.md"].decode()


@pytest.fixture
def steps_with_more(course):
    """The assignment with a given module, a file to hand in and a tool of the given module's."""
    toml = course / "assignments" / "steps" / "assignment.toml"
    more = 'given = ["walker"]\nfiles = ["walk.csv"]\n'
    toml.write_text(more + TOML + '\n[imports]\nallowed = ["numpy", "torch"]\ntools = ["matplotlib>=3.8"]\n')
    (course / "student_skeleton").mkdir()
    (course / "student_skeleton" / "walker.py").write_text('"""Walks."""\n')
    return assignments.load(toml.parent)


def test_given_modules_travel_along_with_what_they_need(steps_with_more):
    files = release.bundle(steps_with_more)
    assert files["walker.py"] == b'"""Walks."""\n'
    assert files["requirements.txt"].decode().splitlines()[-2:] == ["torch", "matplotlib>=3.8"]
    assert "`walker.py` | given" in files["README.md"].decode()


def test_the_readme_names_the_files_to_hand_in(steps_with_more):
    readme = release.bundle(steps_with_more)["README.md"].decode()
    assert "| `walk.csv` | **you make this**" in readme
    assert "Only `steps.py` and `walk.csv` are graded." in readme


def test_a_given_module_that_is_not_there_is_named(steps_with_more, course):
    (course / "student_skeleton" / "walker.py").unlink()
    with pytest.raises(assignments.AssignmentError, match=r"walker\.py, which assignment\.toml names, cannot be read"):
        release.bundle(steps_with_more)


def test_a_program_may_share_a_phrase_with_a_solution_but_not_two_lines(steps_with_more):
    first, second = "slope = math.sin(w) * math.cos(w)", "return w - rate * slope"
    assert release.leaks({"walker.py": f"{first}\nreturn slope\n".encode()}, steps_with_more) == []
    assert release.leaks({"walker.py": f"{first}\n{second}\n".encode()}, steps_with_more) == [
        "walker.py:1: a line of the solution in steps.py"
    ]


def test_a_notebook_travels_along(steps):
    (steps.folder / "notebook.ipynb").write_text("{}")
    files = release.bundle(steps)
    assert files["notebook.ipynb"] == b"{}"
    assert b"`notebook.ipynb`" in files["README.md"]


def test_the_modules_are_the_skeleton_of_the_solutions_as_they_are_now(steps, course):
    (course / "solutions" / "steps.py").write_text(SOLUTION.replace("One step.", "A step."))
    made = release.bundle(steps)["steps.py"].decode()
    assert made == skeleton.generate(SOLUTION.replace("One step.", "A step."))
    assert 'raise NotImplementedError("step is not written yet")' in made


def test_the_engine_travels_along_as_source_without_caches(steps):
    files = release.bundle(steps)
    assert files["autograder/__init__.py"] == (REPOSITORY / "autograder" / "__init__.py").read_bytes()
    assert not [name for name in files if "__pycache__" in name or name.endswith(".pyc")]


def test_the_engine_travels_along_but_for_what_only_instructors_use(steps):
    engine = REPOSITORY / "autograder"
    there = {path.relative_to(engine).as_posix() for path in engine.rglob("*") if path.is_file()}
    instructors = ("audit/", "export/", "integrations/", "sample_class/", "similarity/", "commands/")
    wanted = {path for path in there if "__pycache__" not in path and not path.startswith(instructors)}
    wanted |= {f"commands/{name}.py" for name in ("__init__", "check", "submit", "doctor")}
    assert wanted == {
        name.removeprefix("autograder/") for name in release.bundle(steps) if name.startswith("autograder/")
    }


def test_whatever_a_module_of_the_bundle_imports_from_the_engine_is_in_the_bundle(steps):
    files = release.bundle(steps)
    for name in (name for name in files if name.startswith("autograder/") and name.endswith(".py")):
        for node in ast.walk(ast.parse(files[name])):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "autograder":
                path = node.module.replace(".", "/")
                assert {f"{path}.py", f"{path}/__init__.py"} & files.keys() or any(
                    f"{path}/{alias.name}.py" in files for alias in node.names
                ), f"{name} imports {node.module}"


def test_two_releases_are_the_same_bytes(steps, tmp_path):
    first = release.release(steps, tmp_path / "one").read_bytes()
    for path in steps.folder.iterdir():
        path.touch()
    assert release.release(steps, tmp_path / "two").read_bytes() == first


def test_the_members_of_the_zip_are_ordinary_readable_files(steps, tmp_path):
    with zipfile.ZipFile(release.release(steps, tmp_path)) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        assert {member.external_attr >> 16 for member in archive.infolist()} == {0o100644}
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_new_release_replaces_the_earlier_bundle(steps, tmp_path):
    release.release(steps, tmp_path / "out")
    (tmp_path / "out" / "steps" / "old.py").write_text("")
    release.release(steps, tmp_path / "out")
    assert not (tmp_path / "out" / "steps" / "old.py").exists()


def test_a_folder_that_is_no_bundle_is_not_touched(steps, tmp_path):
    (tmp_path / "out" / "steps").mkdir(parents=True)
    (tmp_path / "out" / "steps" / "thesis.txt").write_text("years")
    with pytest.raises(release.ReleaseError, match="something else than an earlier bundle"):
        release.release(steps, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["steps", "thesis.txt"]


def test_the_assignment_itself_is_never_replaced_by_its_bundle(steps, course):
    for extra in ("README.md", "autograder/__init__.py"):
        (steps.folder / extra).parent.mkdir(exist_ok=True)
        (steps.folder / extra).write_text("")
    with pytest.raises(release.ReleaseError):
        release.release(steps, course / "assignments")
    assert (steps.folder / "test_hidden.py").read_text() == HIDDEN


@pytest.mark.parametrize("missing", ["handout.md", "test_public.py"])
def test_a_missing_file_stops_the_release(steps, missing, tmp_path):
    (steps.folder / missing).unlink()
    with pytest.raises(release.ReleaseError, match=missing):
        release.release(steps, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_solution_stops_the_release(steps, course):
    (course / "solutions" / "steps.py").unlink()
    with pytest.raises(release.ReleaseError, match=r"steps\.py is missing: steps names it"):
        release.bundle(steps)


@pytest.mark.parametrize("file", ["handout.md", "test_public.py", "assignment.toml"])
def test_a_line_of_a_solution_anywhere_stops_the_release(steps, file, tmp_path):
    with (steps.folder / file).open("a") as opened:
        opened.write("#\n    slope = math.sin(w) * math.cos(w)\n")
    with pytest.raises(release.ReleaseError, match=rf"{file}:\d+: a line of the solution in steps\.py"):
        release.release(steps, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_solution_of_another_assignment_is_found_too(steps, course):
    (course / "solutions" / "other.py").write_text(SOLUTION.replace("sin(w)", "tan(w)"))
    found = release.leaks({"handout.md": b"slope = math.tan(w) * math.cos(w)"}, steps)
    assert found == ["handout.md:1: a line of the solution in other.py"]


def test_in_the_assignments_own_modules_the_shortest_line_of_a_solution_counts(steps, course):
    short = SOLUTION.replace("slope = math.sin(w) * math.cos(w)", "w += 1")
    (course / "solutions" / "steps.py").write_text(short)
    assert release.leaks({"steps.py": b"  w += 1\n", "handout.md": b"w += 1\n"}, steps) == [
        "steps.py:1: a line of the solution in steps.py"
    ]


def test_a_line_that_another_module_gives_away_is_no_secret(steps, course):
    given = "def helper(w):\n    slope = math.sin(w) * math.cos(w)\n"
    (course / "solutions" / "other.py").write_text(
        SOLUTION.replace("    slope = math.sin(w) * math.cos(w)\n", "") + given
    )
    assert release.leaks({"steps.py": b"slope = math.sin(w) * math.cos(w)\n"}, steps) == []


def test_the_name_of_a_hidden_check_stops_the_release(steps, tmp_path):
    with (steps.folder / "handout.md").open("a") as opened:
        opened.write("see test_the_step_is_right_far_away\n")
    with pytest.raises(
        release.ReleaseError, match=r"handout\.md: the name of the hidden check test_the_step_is_right_far_away"
    ):
        release.release(steps, tmp_path / "out")


def test_a_name_that_only_begins_like_a_hidden_check_is_no_leak(steps):
    assert release.leaks({"a.md": b"test_the_step_is_right_far_away_too"}, steps) == []


def test_the_readme_says_what_to_write_what_to_type_and_when_it_is_due(steps):
    text = release.bundle(steps)["README.md"].decode()
    assert text.startswith("# Steps\n\nWalk downhill.\n\nYou write `steps.py`.")
    for line in ("-m pip install -r requirements.txt", "python -m autograder check", "python -m autograder submit"):
        assert line in text
    assert "due 2026-11-20T18:00:00+01:00" in text
    assert "Up to one day late costs nothing. Each day late after that costs 10 % of the points." in text
    assert "More than 3 days late is too late." in text
    assert "writes `steps.zip`" in text
    assert "{" not in text


def test_the_readme_of_an_assignment_without_due_date_or_packages_says_so_much_less(steps):
    terms = TOML.partition("due =")[0]
    (steps.folder / "assignment.toml").write_text(terms + "[imports]\nallowed = []\n")
    text = release.bundle(assignments.load(steps.folder))["README.md"].decode()
    assert "The assignment gives up to 100 points.\n\n" in text
    assert "Your code may import Python's standard library and nothing else." in text
    assert "notebook" not in text


def test_the_requirements_are_those_of_the_engine():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert list(release.REQUIREMENTS) == project["dependencies"]


def test_the_requirements_hold_what_the_assignment_allows(steps):
    (steps.folder / "assignment.toml").write_text(TOML + '\n[imports]\nallowed = ["numpy", "torch", "sklearn"]\n')
    text = release.bundle(assignments.load(steps.folder))["requirements.txt"].decode()
    assert text.split() == [*release.REQUIREMENTS, "torch", "scikit-learn"]


def test_the_bundle_handed_in_as_it_is_is_accepted_without_a_word(steps, tmp_path):
    archive = release.release(steps, tmp_path)
    for path in (archive, archive.with_suffix("")):
        taken = load_one(path, steps.modules)
        assert (list(taken.files), taken.refused) == (["steps.py"], "")
        assert [note for note in taken.notes if "ignored" in note] == []


REAL = [one for one in assignments.find_all(REPOSITORY) if (one.folder / "handout.md").is_file()]


@pytest.mark.parametrize("real", REAL, ids=[one.name for one in REAL])
def test_no_file_of_a_real_bundle_holds_a_line_of_a_solution_or_the_name_of_a_hidden_check(real):
    files = release.bundle(real)
    assert release.leaks(files, real) == []
    for module in real.modules:
        source = (real.solutions / f"{module}.py").read_text(encoding="utf-8")
        secret = [line for line in skeleton.solution_lines(source) if len(line) >= 40]
        assert secret
        for name, content in files.items():
            text = content.decode("utf-8", "replace")
            assert not [line for line in secret if line in text], name
    instructors = {"test_hidden.py", "oracles.py", "misconceptions.py", "figures.py"}
    assert not [name for name in files if Path(name).name in instructors]
    assert not [name for name in files if name.startswith(("right_styles", "solutions"))]
    shown = re.findall(r"\]\((figures/[^)]+)\)", files["handout.md"].decode())
    assert sorted(shown) == [name for name in files if name.startswith("figures/")]


BARE = """\
import runpy, sys

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "sklearn", "scipy", "jinja2", "dask", "distributed", "solutions"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NotInstalled())
sys.path.insert(0, "")
sys.argv = ["autograder", "--help"]
runpy.run_module("autograder", run_name="__main__")
"""


def test_the_command_starts_in_the_folder_with_the_requirements_alone(steps, tmp_path):
    folder = release.release(steps, tmp_path).with_suffix("")
    shutil.copytree(folder, tmp_path / "hw 1 (ü)")
    done = subprocess.run(
        [sys.executable, "-B", "-c", BARE], cwd=tmp_path / "hw 1 (ü)", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "usage: python -m autograder" in done.stdout
    assert re.findall(r"^    (\w\S*)", done.stdout, re.MULTILINE) == ["check", "submit", "doctor"]


def test_a_line_of_a_solution_in_a_cell_of_the_notebook_is_found(steps):
    cell = {"cell_type": "code", "source": ["x = 1\n", "slope = math.sin(w) * math.cos(w)\n"]}
    assert release.leaks({"notebook.ipynb": json.dumps({"cells": [cell]}).encode()}, steps) == [
        "notebook.ipynb:2: a line of the solution in steps.py"
    ]


def test_a_notebook_that_is_not_in_order_stops_the_release(steps, tmp_path):
    (steps.folder / "notebook.ipynb").write_text("{}")
    with pytest.raises(release.ReleaseError, match=r"notebook\.ipynb is no valid notebook"):
        release.release(steps, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_requirements_and_the_readme_say_how_to_open_a_notebook(steps_with_more):
    before = release.bundle(steps_with_more)
    assert b"jupyter" not in before["requirements.txt"] + before["README.md"]
    (steps_with_more.folder / "notebook.ipynb").write_text("{}")
    files = release.bundle(steps_with_more)
    assert files["requirements.txt"].decode().split()[-2:] == ["matplotlib>=3.8", "jupyterlab>=4"]
    assert "    python -m jupyter lab notebook.ipynb\n" in files["README.md"].decode()
