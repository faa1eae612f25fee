"""Every known mistake is caught: alone in an otherwise right hand-in it costs points, and only where it should."""

from __future__ import annotations

import functools
from typing import Any

from autograder.sample_class.material import FILLED_IN, splice

_SEED = 3


@functools.cache
def _graded(course: Any, name: str) -> dict[str, Any]:
    """Every mistake of an assignment, spliced alone into the reference, in one batch."""
    material = course.material(name)
    submissions = [
        course.hand_in(one.name, splice(material.bases[FILLED_IN], one), course.assignment(name).reference_files)
        for one in material.mistakes
    ]
    return course.grade(course.assignment(name), submissions, _SEED)  # type: ignore[no-any-return]


def test_a_misconception_alone_costs_points_in_its_function_and_in_what_builds_on_it_only(
    course: Any, assignment_name: str, mistake: str
) -> None:
    material = course.material(assignment_name)
    known = next(one for one in material.mistakes if one.name == mistake)
    function = f"{known.module}.{known.function}"

    lost = course.lost(_graded(course, assignment_name)[mistake])

    assert function in lost, "the checks of the function itself let it pass"
    assert {name: lost[name] for name in lost.keys() - course.building_on(material, function)} == {}


def test_every_name_of_a_misconception_is_there_once(course: Any, assignment_name: str) -> None:
    names = [one.name for one in course.material(assignment_name).mistakes]

    assert sorted(names) == sorted(set(names))
