"""Right answers in other styles score full marks, whatever is drawn from the seed."""

from __future__ import annotations

import functools
from typing import Any

import pytest

_SEEDS = (1, 20271)  # the sample class is graded with 0, the misconceptions with 3


@functools.cache
def _graded(course: Any, name: str, seed: int) -> dict[str, Any]:
    """All styles of an assignment in one batch."""
    submissions = [
        course.hand_in(style, modules, course.assignment(name).reference_files)
        for style, modules in course.material(name).bases.items()
    ]
    return course.grade(course.assignment(name), submissions, seed)  # type: ignore[no-any-return]


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_right_answer_in_any_style_scores_full_marks(
    course: Any, assignment_name: str, style: str, seed: int
) -> None:
    result = _graded(course, assignment_name, seed)[style]

    assert course.lost(result) == {}
    assert result.score == course.assignment(assignment_name).points
