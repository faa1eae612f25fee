"""Every known mistake is caught: alone in an otherwise right hand-in it costs points, and only where it should."""

from __future__ import annotations

from typing import Any

_SEED = 3


def test_a_misconception_alone_costs_points_in_its_function_and_in_what_builds_on_it_only(
    course: Any, assignment_name: str, mistake: str
) -> None:
    material = course.material(assignment_name)
    known = next(one for one in material.mistakes if one.name == mistake)
    function = f"{known.module}.{known.function}"

    lost = course.lost(course.graded_mistakes(assignment_name, _SEED)[mistake])

    assert function in lost, "the checks of the function itself let it pass"
    assert {name: lost[name] for name in lost.keys() - course.building_on(material, function)} == {}


def test_every_name_of_a_misconception_is_there_once(course: Any, assignment_name: str) -> None:
    names = [one.name for one in course.material(assignment_name).mistakes]

    assert sorted(names) == sorted(set(names))


def test_what_passes_on_the_references_part_says_on_whose(course: Any) -> None:
    """The last layer's bias is missing in `forward`: a network is trained all the same, on the reference's pair."""
    solutions = dict(course.material("hyperparameters").solutions)
    wrong = solutions["network"].replace(' @ params[f"W{layers}"] + params[f"b{layers}"]', ' @ params[f"W{layers}"]')
    assert wrong != solutions["network"]

    hand_in = course.hand_in("one", solutions | {"network": wrong})
    result = course.grade(course.assignment("hyperparameters"), [hand_in], _SEED, explain=False)["one"]

    relied_on = {name for check in result.checks if check.function == "network.train" for name in check.stand_ins}
    assert relied_on == {"network.forward", "network.backward"}
    assert {check.function for check in result.checks if check.stand_ins} <= {"network.train", "network.sharpness"}
