"""Right answers in other styles score full marks, whatever is drawn from the seed."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from autograder.checking import expect
from autograder.checking.tolerance import tolerance_for
from autograder.results import Tolerance

_SEEDS = (1, 20271)  # the sample class is graded with 0, the misconceptions with 3


@functools.cache
def _graded(course: Any, name: str, seed: int) -> dict[str, Any]:
    """All styles of an assignment in one batch."""
    material = course.material(name)
    submissions = [course.hand_in(style, modules, material.files[style]) for style, modules in material.bases.items()]
    return course.grade(course.assignment(name), submissions, seed)


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_right_answer_in_any_style_scores_full_marks(
    course: Any, assignment_name: str, style: str, seed: int
) -> None:
    result = _graded(course, assignment_name, seed)[style]

    assert course.lost(result) == {}
    assert result.score == course.assignment(assignment_name).points


def test_a_right_answer_in_single_precision_has_room_to_spare(
    course: Any, assignment_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each array of a result is measured by its own largest entry: that must be fair to the small ones, too."""

    def a_third(scale: float, steps: int = 1) -> Tolerance:
        usual = tolerance_for(scale, steps)
        return Tolerance(absolute=usual.absolute / 3, reason=usual.reason)

    monkeypatch.setattr(expect, "tolerance_for", a_third)
    assignment, material = course.assignment(assignment_name), course.material(assignment_name)
    names = [style for style in material.bases if style == "single_precision"]
    submissions = [course.hand_in(name, material.bases[name], material.files[name]) for name in names]

    for seed in _SEEDS:
        for result in course.grade(assignment, submissions, seed).values():
            assert course.lost(result) == {}
