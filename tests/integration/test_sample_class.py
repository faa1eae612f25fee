"""A made-up class, graded from end to end behind bubblewrap: everybody gets what was put into the hand-in, no more."""

from __future__ import annotations

import csv
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment import Assignment
from autograder.results import SubmissionResult, read
from autograder.sample_class import Planted, write
from autograder.sample_class.answers import HOSTILE
from autograder.submissions import roll_call

_STUDENTS = 32
"""The smallest class with everything in it."""


@dataclass(frozen=True)
class Graded:
    grades: Path
    said: str
    code: int
    planted: list[Planted]
    results: dict[int, SubmissionResult]
    """By the student's number."""

    def page(self, number: int) -> str:
        """The HTML of a student's page."""
        return (self.grades / "report" / f"{self.results[number].submission.id}.html").read_text(encoding="utf-8")

    def of(self, *kinds: str) -> list[tuple[Planted, SubmissionResult]]:
        found = [(one, self.results[one.number]) for one in self.planted if one.kind in kinds]
        assert found, f"nobody in the class is {kinds}"
        return found


@pytest.fixture(scope="session")
def graded_classes(course: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graded]:
    """A class for every assignment: two at a time, as each has somebody who keeps one process busy for ten seconds."""
    folder = tmp_path_factory.mktemp("sample-class")
    # Written one after the other: two threads must not parse at the same time (CPython's issue 106905).
    planted = {one.name: write(one, folder / one.name, students=_STUDENTS, seed=0) for one in course.assignments}
    with ThreadPoolExecutor(2) as threads:
        runs = threads.map(lambda one: _run(course, one, folder), course.assignments)
        return {
            one.name: _graded(one, folder, planted[one.name], run)
            for one, run in zip(course.assignments, runs, strict=True)
        }


def _run(course: Any, assignment: Assignment, folder: Path) -> subprocess.CompletedProcess[str]:
    hand_ins, grades = folder / assignment.name, folder / "grades" / assignment.name
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        assignment.name,
        hand_ins,
        "--out",
        grades,
        "--workers",
        "1",
    ]
    return subprocess.run(command, cwd=course.folder, capture_output=True, text=True, timeout=900)


def _graded(
    assignment: Assignment, folder: Path, planted: list[Planted], run: subprocess.CompletedProcess[str]
) -> Graded:
    hand_ins, grades = folder / assignment.name, folder / "grades" / assignment.name
    ids = {one.name: one.id for one in roll_call(hand_ins, assignment.modules)}
    files = {one.number: grades / "results" / f"{ids[one.name]}.json" for one in planted}
    assert all(path.is_file() for path in files.values()), run.stdout + run.stderr
    results = {number: read(path) for number, path in files.items()}
    return Graded(grades, run.stdout + run.stderr, run.returncode, planted, results)


@pytest.fixture
def graded(graded_classes: dict[str, Graded], assignment_name: str) -> Graded:
    return graded_classes[assignment_name]


def _may_fail(course: Any, name: str, planted: Planted) -> set[str]:
    """What the spoiled functions are, and what builds on them, here or in the answer they were put into."""
    material = course.material(name)
    spoiled = [*planted.spoiled]
    spoiled += [one.replace("_init", "_step") for one in spoiled]  # no step without its init
    found = [course.building_on(material, function) for function in spoiled]
    if planted.base:
        found += [course.building_on(material, function, planted.base) for function in spoiled]
    return set().union(*found)


def test_the_run_succeeds_and_nothing_is_the_graders_fault(graded: Graded) -> None:
    assert graded.code == 0, graded.said
    outcomes = {check.outcome for result in graded.results.values() for check in result.checks}
    assert "grader_error" not in outcomes


def test_every_right_answer_scores_full_marks_in_whatever_form_it_came(course: Any, graded: Graded) -> None:
    for planted, result in graded.of("right", "right, with prints"):
        assert course.lost(result) == {}, planted
        assert result.score == result.max_score == 100


def test_every_planted_misconception_costs_points_in_its_function_and_nowhere_else(
    course: Any, assignment_name: str, graded: Graded
) -> None:
    for planted, result in graded.of("mistaken"):
        lost = course.lost(result)
        assert set(planted.spoiled) <= set(lost), planted
        assert set(lost) <= _may_fail(course, assignment_name, planted), (planted, lost)


def test_a_planted_misconception_gives_a_wrong_result_and_no_accident(graded: Graded) -> None:
    """A mistake that was put into another style does not fail because it does not fit there."""
    for planted, result in graded.of("mistaken"):
        accidents = {"AttributeError", "KeyError", "NameError", "TypeError", "IndexError", "UnboundLocalError"}
        for check in result.checks:
            raised = check.failure.exception.partition(":")[0] if check.failure else ""
            assert raised not in accidents, (planted, check.id, check.failure)


def test_student_7_loses_points_in_one_function_and_learns_why(
    course: Any, assignment_name: str, graded: Graded
) -> None:
    planted, result = graded.planted[6], graded.results[7]
    [function] = planted.spoiled
    failed = [check for check in result.checks if check.outcome != "passed"]

    assert 50 < result.score < 100
    assert function in {check.function for check in failed}
    assert all(check.title and check.failure and check.failure.message for check in failed)
    assert any(check.explanation for check in failed)
    assert function.partition(".")[2] in graded.page(7)


def test_the_readme_tells_what_student_7_got(course: Any, graded_classes: dict[str, Graded]) -> None:
    result = graded_classes["optimizers"].results[7]
    said = " ".join((course.folder / "README.md").read_text(encoding="utf-8").split())

    assert f"report/{result.submission.id}.html`. {result.score:g} of 100, all of it for one known mistake" in said
    known = {
        one.title
        for check in result.checks
        if check.diagnosis
        for e in check.diagnosis.explanations
        for one in e.mistakes
    }
    assert [title for title in known if f"“{title}”" in said] == list(known)


def test_what_is_not_written_scores_nothing_and_what_is_written_counts(graded: Graded) -> None:
    for planted, result in graded.of("stopped halfway", "left some out", "untouched"):
        for check in result.checks:
            if check.function in planted.spoiled:
                assert (check.outcome, check.earned) == ("not_implemented", 0), (planted, check.id, check.failure)
            elif check.outcome != "passed":
                # A check of one function may need another: a step is tried on what its init returns.
                missing = {frame.function for frame in check.failure.frames}
                assert missing & {name.partition(".")[2] for name in planted.spoiled}, (
                    planted,
                    check.id,
                    check.failure,
                )
        assert (result.score == 0) == (planted.kind == "untouched")


def test_a_syntax_error_costs_its_module_and_shows_the_line(graded: Graded) -> None:
    for planted, result in graded.of("syntax error"):
        for check in result.checks:
            if check.function in planted.spoiled:
                assert check.failure is not None
                assert (check.failure.kind, check.earned) == ("import_failed", 0)
                assert "SyntaxError" in check.failure.exception or "IndentationError" in check.failure.exception
                assert check.failure.frames[0].source.strip()
            else:
                assert check.outcome == "passed", (planted, check.id, check.failure)


def test_a_module_that_stayed_in_a_notebook_costs_its_checks_and_says_what_to_hand_in(graded: Graded) -> None:
    for planted, result in graded.of("module missing"):
        for check in result.checks:
            expected = ("missing", "refused") if check.function in planted.spoiled else ("",)
            assert (check.failure.kind if check.failure else "") in expected
        assert "notebook" in " ".join([*result.submission.notes, result.submission.refused])


def test_an_exception_is_reported_as_the_students_own_with_the_line_it_came_from(graded: Graded) -> None:
    for planted, result in graded.of("index error"):
        raised = [
            check for check in result.checks if check.failure and check.failure.exception.startswith("IndexError")
        ]
        assert {check.function for check in raised} >= set(planted.spoiled) or raised
        assert all(check.outcome == "error" and check.failure and check.failure.frames for check in raised)


def test_hostile_code_earns_nothing_for_the_functions_it_spoils_and_all_for_those_it_wrote(
    course: Any, assignment_name: str, graded: Graded
) -> None:
    for planted, result in graded.of(*HOSTILE):
        for check in result.checks:
            if check.function in planted.spoiled:
                assert check.earned == 0, (planted.kind, check.id)
            elif check.function not in _may_fail(course, assignment_name, planted):
                assert check.outcome == "passed", (planted.kind, check.id, check.failure)


@pytest.mark.parametrize(
    ("kind", "outcome"), [("exits", "crashed"), ("never ends", "timeout"), ("untouched", "not_implemented")]
)
def test_an_ending_is_called_by_its_name(graded: Graded, kind: str, outcome: str) -> None:
    for planted, result in graded.of(kind):
        assert {check.outcome for check in result.checks if check.function in planted.spoiled} == {outcome}


def test_nothing_that_the_snooper_found_is_ours(course: Any, graded: Graded) -> None:
    for _, result in graded.of("reads files"):
        printed = "".join(check.output for check in result.checks)
        assert "environment:" in printed
        for ours in (str(course.folder), "test_hidden", "oracles.py", "AUTOGRADER", "site-packages", "/results"):
            assert ours not in printed


def test_a_flood_of_output_is_cut_and_the_result_stays_small(graded: Graded) -> None:
    for _, result in graded.of("floods output"):
        assert max(len(check.output) for check in result.checks) < 100_000


def test_markup_arrives_on_the_pages_as_text(graded: Graded) -> None:
    [(planted, _)] = graded.of("writes markup")
    for page in (
        graded.page(planted.number),
        (graded.grades / "report" / "index.html").read_text(encoding="utf-8"),
    ):
        assert "<img" not in page
        assert "<script" not in page
        assert "position:fixed" not in page or "<b style" not in page
        assert planted.name.replace("<", "&lt;").replace(">", "&gt;") in page


def test_everybody_has_a_page_and_a_row_in_the_summary(graded: Graded) -> None:
    with (graded.grades / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))

    assert len(rows) == 1 + _STUDENTS
    assert (graded.grades / "report" / "index.html").is_file()
    assert all(graded.page(number) for number in graded.results)


def test_the_scores_spread_from_nothing_to_full_marks_and_a_third_is_right(graded: Graded) -> None:
    scores = [result.score for result in graded.results.values()]

    assert 0.25 <= scores.count(100) / len(scores) <= 0.5
    assert min(scores) == 0
    assert len({score // 20 for score in scores}) >= 4, sorted(scores)  # of six: which ones is chance
