"""What is handed out earns nothing and is told so; the reference earns everything."""

from __future__ import annotations

from typing import Any

import pytest

from autograder import skeleton
from autograder.submissions import Submission


@pytest.mark.parametrize("seed", [0, 7])
def test_the_bare_skeleton_scores_nothing_and_every_check_says_not_implemented(
    course: Any, assignment_name: str, seed: int
) -> None:
    solutions = course.material(assignment_name).solutions
    bare = {name: skeleton.generate(text) for name, text in solutions.items()}

    result = course.grade(course.assignment(assignment_name), [course.hand_in("bare", bare)], seed)["bare"]

    assert {check.outcome for check in result.checks} == {"not_implemented"}
    assert {check.failure.kind for check in result.checks} == {"not_implemented"}
    assert result.score == 0
    assert result.max_score == course.assignment(assignment_name).points


@pytest.mark.parametrize("seed", [0, 7])
def test_the_reference_scores_full_marks_on_its_own(course: Any, assignment_name: str, seed: int) -> None:
    assignment, solutions = course.assignment(assignment_name), course.material(assignment_name).solutions
    submission = course.hand_in("reference", solutions, assignment.reference_files)

    result = course.grade(assignment, [submission], seed)["reference"]

    assert course.lost(result) == {}
    assert result.score == assignment.points
    assert {name for check in result.checks for name in check.stand_ins} == set()


def test_a_module_that_was_not_handed_in_costs_its_checks_and_no_others(course: Any, assignment_name: str) -> None:
    assignment, solutions = course.assignment(assignment_name), course.material(assignment_name).solutions
    submissions = [
        course.hand_in(
            missing, {name: text for name, text in solutions.items() if name != missing}, assignment.reference_files
        )
        for missing in solutions
    ]

    for missing, result in course.grade(assignment, submissions).items():
        assert {check.function.partition(".")[0] for check in result.checks if check.outcome != "passed"} == {missing}
        assert all(check.failure.kind == "missing" for check in result.checks if check.outcome != "passed")
        assert all(check.earned == 0 for check in result.checks if check.function.startswith(f"{missing}."))


def test_a_hand_in_that_was_refused_earns_nothing_and_every_check_says_why(course: Any, assignment_name: str) -> None:
    refused = Submission("link", "link", refused="losses.py is a link: put the file itself into the hand-in.")

    result = course.grade(course.assignment(assignment_name), [refused])["link"]

    assert result.score == 0
    assert {(check.failure.kind, check.failure.message) for check in result.checks} == {("refused", refused.refused)}
