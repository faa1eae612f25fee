"""Hand-ins that want points for nothing, through a real grading of a whole batch, beside honest ones."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from autograder.export.summary import write_summary_csv
from autograder.grading.batch import Settings, grade_batch
from autograder.report.site import write_site
from autograder.submissions import Submission

COURSE = Path(__file__).resolve().parents[2]
HOSTILE = COURSE / "tests" / "submissions" / "hostile"
NAMES = sorted(folder.name for folder in HOSTILE.iterdir())
SHORT_LIMITS = """
[limits]
call_seconds = 0.5
import_seconds = 1.0
submission_seconds = 3.0
memory_mb = 512
"""


MARKUP = "<script>alert(1)</script>"


def graded(course: Path, assignment: str, hand_ins: dict[str, dict[str, bytes]]) -> dict[str, dict]:
    settings = Settings(str(course / "assignments" / assignment), 0, "bubblewrap", "")
    batch = [Submission(name, f"={name} {MARKUP}", files=files) for name, files in hand_ins.items()]
    return {name: json.loads(result) for name, result in grade_batch(settings, batch)}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, with limits that keep endless loops short."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("solutions", "assignments/optimizers", "assignments/losses"):
        shutil.copytree(COURSE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for settings in folder.glob("assignments/*/assignment.toml"):
        assert "[limits]" not in settings.read_text(encoding="utf-8")
        settings.write_text(settings.read_text(encoding="utf-8") + SHORT_LIMITS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def results(course: Path) -> dict[str, dict]:
    """Every hostile hand-in between two copies of the reference."""
    honest = {f"{name}.py": (COURSE / "solutions" / f"{name}.py").read_bytes() for name in ("optimizers", "schedules")}
    hostile = {}
    for name in NAMES:
        source = (HOSTILE / name / "optimizers.py").read_bytes()
        hostile[name] = {"optimizers.py": source, "schedules.py": source}
    return graded(course, "optimizers", {"first": honest, **hostile, "last": honest})


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_hand_in_earns_nothing_and_is_nobody_elses_fault(results, name):
    outcomes = {check["id"]: check["outcome"] for check in results[name]["checks"]}
    assert set(outcomes.values()) <= {"failed", "error", "timeout", "crashed", "not_implemented"}
    assert results[name]["score"] == 0


def test_the_hand_ins_graded_before_and_after_are_not_disturbed(results):
    def without_times(result: dict) -> list[dict]:
        return [{key: value for key, value in check.items() if key != "seconds"} for check in result["checks"]]

    assert results["first"]["score"] == results["last"]["score"] == results["first"]["max_score"]
    assert without_times(results["first"]) == without_times(results["last"])


@pytest.mark.parametrize("name", NAMES)
def test_what_a_hostile_hand_in_says_stays_small(results, name):
    assert len(json.dumps(results[name])) < 3_000_000


def test_markup_in_names_output_and_exceptions_reaches_the_pages_as_text(results, tmp_path):
    for name in ("floods_output", "odd_values", "first"):
        (tmp_path / "results").mkdir(exist_ok=True)
        (tmp_path / "results" / f"{name}.json").write_text(json.dumps(results[name]), encoding="utf-8")
    pages = list(write_site(tmp_path / "results", tmp_path / "report").parent.rglob("*.html"))
    assert len(pages) == 4
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text and "<img" not in text
        assert not set(text) & {"\x00", "\x1b", "\u202e"}
    assert any(MARKUP.replace("<", "&lt;").replace(">", "&gt;") in page.read_text(encoding="utf-8") for page in pages)
    with write_summary_csv(tmp_path / "results", tmp_path / "summary.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in cells)


def test_functions_of_the_grader_that_are_called_with_nonsense_cost_the_caller(course):
    source = (HOSTILE / "odd_values" / "optimizers.py").read_bytes()
    result = graded(course, "losses", {"odd": {"losses.py": source}})["odd"]
    about = [check for check in result["checks"] if check["function"] == "losses.numerical_gradient"]
    assert about
    assert {check["outcome"] for check in about} <= {"failed", "error", "timeout"}
