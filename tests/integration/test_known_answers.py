"""A check runs once for all who answer it alike; whoever answers otherwise is judged as if nobody had come before."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from autograder import assignment as assignments
from autograder.grading import batch
from autograder.results import CheckResult, SubmissionResult
from autograder.sample_class.material import FILLED_IN, splice

_CHECKS = '''\
from pathlib import Path

import numpy as np
import pytest

from autograder.checking import expect_equal

RUNS = Path(__file__).with_name("runs.txt")


@pytest.mark.check(function="tiny.double", points=4, skill="Doubling")
def test_double_of_two_numbers_one_after_the_other(student):
    """Twice 2, and twice 5."""
    with RUNS.open("a") as runs:
        runs.write("x")
    for number in (2.0, 5.0):
        expect_equal(student.tiny.double(np.array([number])), np.array([2 * number]), what="the double")


@pytest.mark.check(function="tiny.draw", points=3, skill="Drawing")
def test_draws_go_on_where_they_stopped(student):
    """Two draws from one generator differ, and are its first two."""
    with RUNS.open("a") as runs:
        runs.write("y")
    rng = student.rng(7)
    own = np.random.default_rng(7)
    for _ in range(2):
        expect_equal(student.tiny.draw(rng), float(own.random()), what="the draw")


@pytest.mark.check(function="tiny.total", points=3, skill="Adding")
def test_total_leaves_its_argument_alone(student):
    """The sum of three numbers, and the numbers are still there."""
    called = student.tiny.total.attempt(np.array([1.0, 2.0, 3.0]))
    expect_equal(called.value, 6.0, what="the total")
    assert not called.changed_arguments, "`total` changed the array it was given."
'''

_RIGHT = """\
calls = 0


def double(values):
    global calls
    calls += 1
    print(calls) if calls > 1 else None
    return 2 * values


def draw(rng):
    return rng.random()


def total(values):
    return float(values.sum())
"""
_SAYS_MORE = _RIGHT.replace("    return 2 * values", "    return 2 * values if values[0] < 5 else 2 * values + 1")
_DRAWS_TWICE = _RIGHT.replace("return rng.random()", "return (rng.random(), rng.random())[0]")
_EMPTIES = _RIGHT.replace("return float(values.sum())", "return (float(values.sum()), values.fill(0))[0]")
_DIES = "import os\n" + _RIGHT.replace("return 2 * values", "return 2 * values if calls < 2 else os._exit(3)")


@pytest.fixture
def judge(course: Any, tiny: Any) -> Any:
    """Grades hand-ins of a tiny course in one batch, in this process."""
    tiny.write("assignments/tiny/test_public.py", _CHECKS)
    (tiny.folder / "assignments/tiny/test_hidden.py").write_text("", encoding="utf-8")
    tiny.write("solutions/tiny.py", _RIGHT)

    def judge(**answers: str) -> dict[str, SubmissionResult]:
        assignment = assignments.load(tiny.folder / "assignments/tiny")
        submissions = [course.hand_in(name, {"tiny": text}) for name, text in answers.items()]
        return course.grade(assignment, submissions)

    return judge


def _outcomes(result: SubmissionResult) -> list[str]:
    return [check.outcome for check in result.checks]


def test_a_check_runs_once_for_all_who_answer_alike(judge: Any, tiny: Any) -> None:
    results = judge(first=_RIGHT, second=_RIGHT + "\n# my own words\n", third=_RIGHT)
    later = judge(fourth=_RIGHT)

    assert [result.score for result in (*results.values(), *later.values())] == [10, 10, 10, 10]
    assert (tiny.folder / "assignments/tiny/runs.txt").read_text() == "xy"


def test_an_answer_that_differs_late_is_judged_and_its_code_runs_no_more_often_for_it(judge: Any) -> None:
    results = judge(right=_RIGHT, wrong=_SAYS_MORE)

    assert _outcomes(results["wrong"]) == ["failed", "passed", "passed"]
    failure = results["wrong"].checks[0].failure
    assert failure is not None and (failure.got, failure.expected) == ("np.array([11.])", "np.array([10.])")
    assert results["wrong"].checks[0].output == results["right"].checks[0].output == "2\n"


def test_a_generator_goes_on_where_an_answer_begins_to_differ(judge: Any) -> None:
    """Its first draw is right; the second, made when the check runs, must see the generator after two draws."""
    assert _outcomes(judge(right=_RIGHT, wrong=_DRAWS_TWICE)["wrong"]) == ["passed", "failed", "passed"]


def test_equal_values_with_a_changed_argument_are_not_the_same_answer(judge: Any) -> None:
    assert _outcomes(judge(right=_RIGHT, wrong=_EMPTIES)["wrong"]) == ["passed", "passed", "failed"]


def test_who_printed_something_else_has_a_result_with_their_own_words(judge: Any) -> None:
    chatty = _RIGHT.replace("    return rng.random()", "    print('drawing')\n    return rng.random()")
    results = judge(quiet=_RIGHT, chatty=chatty)

    assert results["chatty"].checks[1].output == "drawing\ndrawing\n"
    assert results["quiet"].checks[1].output == ""


def test_a_hand_in_that_dies_in_the_middle_is_judged_as_ever(judge: Any) -> None:
    results = judge(right=_RIGHT, dies=_DIES)

    assert _outcomes(results["dies"])[0] == "crashed"
    assert _outcomes(results["dies"])[1:] == ["passed", "passed"]


def test_a_check_that_asks_everybody_something_else_is_still_fair(judge: Any, tiny: Any) -> None:
    asks = _CHECKS.replace("for number in (2.0, 5.0):", "for number in (float(next(NEXT)), 7.0):")
    tiny.write("assignments/tiny/test_public.py", asks.replace("RUNS =", "NEXT = iter(range(100))\nRUNS =", 1))
    wrong = _RIGHT.replace("    return 2 * values", "    return 2 * values if values[0] != 7 else values")

    chatty = _RIGHT.replace("    return 2 * values", "    print('doubling')\n    return 2 * values")

    results = judge(first=_RIGHT, second=_RIGHT, chatty=chatty, wrong=wrong)

    assert [_outcomes(result)[0] for result in results.values()] == ["passed", "passed", "passed", "failed"]


@pytest.mark.parametrize("name", ["losses", "gradient_descent", "optimizers"])
def test_a_class_is_judged_as_each_of_its_members_alone(name: str, course: Any) -> None:
    """Right answers of every style, and mistakes of every kind, in one batch and one by one."""
    material = course.material(name)
    styles = [course.hand_in(style, modules) for style, modules in material.bases.items()]
    filled_in = material.bases[FILLED_IN]
    wrong = [course.hand_in(one.name, splice(filled_in, one)) for one in material.mistakes[::4]]

    together = course.grade(course.assignment(name), [*styles, *wrong], explain=False)
    alone = {}
    for hand_in in (*styles, *wrong):
        batch._known.clear()
        alone |= course.grade(course.assignment(name), [hand_in], explain=False)

    for student, result in together.items():
        assert [_said(check) for check in result.checks] == [_said(check) for check in alone[student].checks]


def _said(check: CheckResult) -> CheckResult:
    """Without what differs from run to run: times."""
    if check.failure is not None:
        calls = [replace(call, seconds=0.0) for call in check.failure.calls]
        check = replace(check, failure=replace(check.failure, calls=calls))
    return replace(check, seconds=0.0)
