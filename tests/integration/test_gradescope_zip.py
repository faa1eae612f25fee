"""The autograder for Gradescope, run as Gradescope runs it: its zip unpacked into a container's folders.

The folders lie where another user can enter, bubblewrap cannot be found, and hand-ins run at isolation level `user`.
Where this machine has no such level (not root, no Landlock), the same entry must refuse without a results.json.
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import assignment as assignments
from autograder.checking.modules import load_module
from autograder.cli import main
from autograder.integrations import gradescope_entry
from autograder.integrations.course_files import engine_files
from autograder.integrations.gradescope_settings import GradescopeSettings
from autograder.integrations.gradescope_zip import ZipError, build_zip, requirements
from autograder.sandbox import doctor, user_level

gradescope_container = load_module(
    "gradescope_container", Path(__file__).parents[1] / "interop" / "gradescope_container.py"
)

HAS_THE_LEVEL = not user_level.unavailable()
RIGHT = "def double(values):\n    return 2 * values\n\n\ndef total(values):\n    return float(values.sum())\n"
SPIES = """
def double(values):
    open({solution!r}).read()
    return 2 * values


def total(values):
    with open({results!r}, "w") as file:
        file.write('{{"score": 1000}}')
    return float(values.sum())
"""


class Container(gradescope_container.Container):
    """The container that a tiny course is graded in."""

    def hand_in(self, text: str | None, metadata: object = gradescope_container.METADATA) -> None:
        super().hand_in({} if text is None else {"tiny.py": text.encode()}, metadata)

    def self_test(self) -> subprocess.CompletedProcess[str]:
        source = self.root / "source"
        start = f"cd {source}; PYTHONPATH={source} {self.root}/env/bin/python"
        return self.run("-c", f"{start} -m autograder.integrations.gradescope_entry --self-test {self.root}")

    def document(self) -> dict[str, Any] | None:
        """What Gradescope reads; None where the level is not to be had: said, and nothing written."""
        run = self.run()
        if not HAS_THE_LEVEL:
            assert (run.returncode, self.results.exists()) == (1, False)
            assert user_level.unavailable().split(";")[0] in run.stdout
            return None
        assert run.returncode == 0, run.stdout + run.stderr
        return json.loads(self.results.read_bytes())


@pytest.fixture(scope="module")
def _prepared() -> Iterator[Path]:
    """Folders, an open Python and the packages that the requirements name."""
    with gradescope_container.container_root(gradescope_container.requirements_of_the_engine()) as root:
        yield root


@pytest.fixture
def container(_prepared: Path, tiny: Any) -> Iterator[Callable[..., Container]]:
    """Builds the zip of the tiny course, as it is by then, into the container."""

    def build(**settings: Any) -> Container:
        archive = build_zip(
            assignments.load(tiny.folder / "assignments/tiny"),
            GradescopeSettings(assignment="tiny", **settings),
            tiny.folder / "tiny.zip",
        )
        one = Container(_prepared)
        one.fill(archive)
        return one

    yield build


def test_the_zip_has_its_two_scripts_at_the_top_pinned_requirements_and_nothing_needless(tiny, tmp_path, monkeypatch):
    tiny.write("assignments/tiny/right_styles/vectorized.py", "never = 1\n")
    tiny.write("assignments/tiny/__pycache__/oracles.pyc", "never")
    monkeypatch.chdir(tiny.folder)
    for out in ("first.zip", "second.zip"):
        assert main(["export", "--gradescope-zip", "tiny", "--seed", "7", "--out", out]) == 0
    assert Path("first.zip").read_bytes() == Path("second.zip").read_bytes()
    with zipfile.ZipFile("first.zip") as zipped:
        modes = {one.filename: one.external_attr >> 16 & 0o777 for one in zipped.infolist()}
        pins = zipped.read("requirements.txt").decode().splitlines()
        settings = json.loads(zipped.read("gradescope.json"))
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert {"assignments/tiny/test_hidden.py", "assignments/tiny/oracles.py", "solutions/tiny.py"} <= set(modes)
    assert "autograder/report/templates/plot_image.svg.j2" in modes
    assert not [name for name in modes if "right_styles" in name or "pycache" in name or name.startswith("tests")]
    assert all("==" in pin and "+" not in pin for pin in pins)
    assert f"numpy=={importlib.metadata.version('numpy')}" in pins
    assert settings == {"assignment": "tiny", "seed": 7, "hidden_checks": "after_published", "isolation": "user"}
    for script in ("gradescope_setup.sh", "gradescope_run_autograder"):
        path = Path(build_zip.__code__.co_filename).with_name(script)
        assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0


def test_all_that_the_engine_imports_is_installed_there_but_for_what_never_runs_there(tiny):
    imported = {
        name.partition(".")[0]
        for file, content in engine_files().items()
        if file.endswith(".py")
        for node in ast.walk(ast.parse(content))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    only_where_an_oracle_has_it = {"torch"}
    foreign = (
        imported - sys.stdlib_module_names - {"autograder", "distributed", "nbgrader"} - only_where_an_oracle_has_it
    )
    pins = {pin.partition("==")[0] for pin in requirements(assignments.load(tiny.folder / "assignments/tiny"))}
    assert foreign <= pins


def test_a_tool_of_the_students_is_pinned_where_a_check_needs_it_and_nowhere_else():
    pins = {
        one.name: {pin.partition("==")[0] for pin in requirements(one)} for one in assignments.find_all(Path(__file__))
    }
    assert {"safetensors", "torch"} <= pins["bees_vs_wasps"]
    assert {"torch", "scikit-learn"} <= pins["losses"]
    assert not any({"matplotlib", "anywidget"} & those for those in pins.values())  # pictures are drawn elsewhere


def test_a_package_that_is_not_here_cannot_be_pinned(tiny):
    tiny.write("assignments/tiny/oracles.py", "import surely_not_installed\n")
    with pytest.raises(ZipError, match="surely_not_installed"):
        requirements(assignments.load(tiny.folder / "assignments/tiny"))


def test_a_build_of_a_package_for_some_machines_is_pinned_by_the_version_that_all_can_have(tiny, monkeypatch):
    real = importlib.metadata.distribution

    class Built:
        version = "2.13.0+cpu"
        requires = None

    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: Built if name == "numpy" else real(name))
    assert "numpy==2.13.0" in requirements(assignments.load(tiny.folder / "assignments/tiny"))


@pytest.mark.parametrize("right", [True, False])
def test_points_are_those_of_autograder_grade_and_bubblewrap_is_not_needed(container, tiny, right):
    one = container(seed=3, hidden_checks="visible")
    text = RIGHT if right else RIGHT.replace("2 *", "3 *")
    one.hand_in(text)
    assert not (one.root / "bin" / "bwrap").exists()
    if (document := one.document()) is None:
        return
    tiny.hand_in("zoe", text=text)
    tiny.grade("--seed", "3")
    graded = tiny.results()["zoe"]
    assert document["score"] == graded["score"] == (10 if right else 3)
    assert sorted(t["score"] for t in document["tests"]) == sorted(c["earned"] for c in graded["checks"])
    assert document["extra_data"]["isolation"] == "user"
    assert document["extra_data"]["fingerprint"] == graded["grading"]["fingerprint"]
    assert document["extra_data"]["content_hash"] == graded["submission"]["content_hash"]
    if not right:
        assert "expected" in document["tests"][0]["output"]


def test_a_hand_in_reads_no_solution_and_writes_no_result(container):
    one = container()
    one.hand_in(SPIES.format(solution=str(one.root / "source/solutions/tiny.py"), results=str(one.results)))
    if (document := one.document()) is None:
        return
    assert document["score"] == 0
    assert "PermissionError" in document["tests"][0]["output"]
    assert {test["status"] for test in document["tests"]} == {"failed"}


def test_the_students_name_is_told_to_instructors_whatever_is_in_the_metadata(container):
    one = container()
    one.hand_in(RIGHT)
    if one.document() is None:
        return
    assert "Zoë Çelik: 10 of 10 points" in one.run().stdout
    for odd in ([1], {"users": 3, "id": [], "created_at": {}}, {"users": [{"name": None}, 4]}):
        one.hand_in(RIGHT, odd)
        assert one.document()["score"] == 10


def test_an_empty_hand_in_is_a_zero_that_says_why(container):
    one = container()
    one.hand_in(None)
    if (document := one.document()) is None:
        return
    assert document["score"] == 0
    assert "could not be accepted" in document["output"]


def test_checks_that_cannot_run_give_nobody_a_zero_and_no_old_result_stays(container, tiny):
    tiny.write("assignments/tiny/test_hidden.py", "raise RuntimeError('broken by us')\n")
    one = container()
    one.hand_in(RIGHT)
    one.results.write_text('{"score": 0}')
    run = one.run()
    assert run.returncode == 1
    assert not one.results.exists()
    if HAS_THE_LEVEL:
        assert "broken by us" in run.stdout
        assert one.self_test().returncode == 1


def test_one_check_that_fails_by_our_fault_costs_nothing_and_shows_no_points_yet(container, tiny):
    oracles = (tiny.folder / "assignments/tiny/oracles.py").read_text()
    tiny.write("assignments/tiny/oracles.py", oracles.replace("np.dot(values, np.ones(len(values)))", "0.0"))
    one = container(hidden_checks="visible")
    one.hand_in(RIGHT)
    if (document := one.document()) is None:
        return
    assert document["score"] == 10
    assert {test["visibility"] for test in document["tests"]} == {"after_published"}
    assert "our fault" in document["output"]


def test_what_a_check_measures_is_on_the_leaderboard_that_the_assignment_names(container, tiny):
    tiny.write(
        "assignments/tiny/assignment.toml",
        (tiny.folder / "assignments/tiny/assignment.toml").read_text()
        + '\n[leaderboard]\nname = "Error of the total"\nmeasured = "error"\norder = "asc"\n',
    )
    checks = (tiny.folder / "assignments/tiny/test_hidden.py").read_text()
    total = "expect_equal(student.tiny.total(*numbers.args)"
    measure = "student.measure('error', abs(student.tiny.total(*numbers.args) - numbers.expected[1]))"
    tiny.write("assignments/tiny/test_hidden.py", checks.replace(f"    {total}", f"    {measure}\n    {total}"))
    one = container()
    one.hand_in(RIGHT.replace("values.sum()", "values.sum() + 0.25"))
    if (document := one.document()) is None:
        return
    assert document["leaderboard"] == [{"name": "Error of the total", "value": 0.25, "order": "asc"}]
    assert document["score"] == 7  # measured, though the check failed


def test_as_another_user_who_cannot_wall_hand_ins_in_nothing_is_graded(container):
    if os.geteuid() != 0:
        return  # then every other test is this one
    one = container()
    one.hand_in(RIGHT)
    for path in [one.root, *one.root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o055)
    (one.root / "results").chmod(0o777)
    one.results.write_text('{"score": 0}')
    run = one.run(user=65534, group=65534, extra_groups=[])
    assert run.returncode == 1
    assert not one.results.exists()
    assert "needs root" in run.stdout


def test_behind_a_wall_that_starts_and_does_not_hold_nothing_is_graded(container, monkeypatch, capsys):
    one = container()
    one.hand_in(RIGHT)
    finding = doctor.Finding("user", False, "files outside can be reached from inside")
    monkeypatch.setattr(doctor, "try_level", lambda level: finding)
    assert gradescope_entry.main([str(one.root)]) == 1
    assert not one.results.exists()
    assert "files outside can be reached" in capsys.readouterr().out


def test_the_solutions_are_judged_when_the_image_is_built(container, tiny):
    run = container().self_test()
    assert run.returncode == 0, run.stdout
    assert ("the solutions pass every check" in run.stdout) == HAS_THE_LEVEL
    tiny.write("solutions/tiny.py", RIGHT.replace("2 *", "3 *"))
    broken = container().self_test()
    assert (broken.returncode == 1) == HAS_THE_LEVEL
    assert ("does not pass" in broken.stdout) == HAS_THE_LEVEL
