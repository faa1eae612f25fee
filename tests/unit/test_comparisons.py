"""The comparisons checks are made of: the ladder, what counts as the same value, and what a failure says."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.checking import (
    CheckFailure,
    GraderFault,
    Plot,
    StudentFailure,
    agree,
    expect_each_raises,
    expect_equal,
    expect_form,
    expect_property,
    expect_raises,
    expect_trajectory,
    expect_unchanged,
)
from autograder.checking.outcomes import judge
from autograder.checking.showing import show_call
from autograder.results import Failure
from autograder.sandbox.session import CallResult, Opaque, StudentError


def failure(got: Any, expected: Any, **options: Any) -> Failure:
    with pytest.raises(CheckFailure) as caught:
        expect_equal(got, expected, what="the value", **options)
    return caught.value.failure


SAME = [
    (np.float64(2.0), 2.0),
    (np.array(2.0), 2.0),
    (2, 2.0),
    ([1.0, 2.0], np.array([1.0, 2.0])),
    ((1, 2), np.array([1.0, 2.0])),
    (np.asfortranarray(np.ones((2, 3))), np.ones((2, 3))),
    (np.ones(3, dtype=np.float32) / np.float32(3), np.ones(3) / 3),
    (np.array([-0.0]), np.array([0.0])),
    ({"b": np.zeros(2), "a": 1.0}, {"a": 1.0, "b": np.zeros(2)}),
    ((1.0, [2.0]), [1.0, (2.0,)]),
    (np.array([np.inf, np.nan]), np.array([np.inf, np.nan])),
    (np.bool_(True), True),
    (np.int64(3), 3),
    (3.0, 3),
    (None, None),
]


@pytest.mark.parametrize(("got", "expected"), SAME)
def test_the_same_value_in_another_form_is_the_same_value(got: Any, expected: Any) -> None:
    expect_equal(got, expected, what="the value")


LADDER = [
    (None, np.zeros(2), "wrong_type"),
    ("1.0", 1.0, "wrong_type"),
    (True, 1.0, "wrong_type"),
    (1 + 2j, 1.0, "wrong_type"),
    (Opaque(0, "set", 1), np.zeros(2), "wrong_type"),
    ([[1.0], [1.0, 2.0]], np.zeros(2), "wrong_type"),
    (np.zeros((2, 1)), np.zeros(2), "wrong_shape"),
    (np.zeros(1), 0.0, "wrong_shape"),
    ({"a": 1.0}, {"a": 1.0, "b": 2.0}, "wrong_shape"),
    ((1.0,), (1.0, 2.0), "wrong_shape"),
    (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "not_finite"),
    (np.inf, 1.0, "not_finite"),
    (np.array([1.0, 2.001]), np.array([1.0, 2.0]), "wrong_value"),
    (2.5, 2, "wrong_value"),
    (False, True, "wrong_value"),
]


@pytest.mark.parametrize(("got", "expected", "kind"), LADDER)
def test_a_failure_stands_on_the_first_rung_that_does_not_hold(got: Any, expected: Any, kind: str) -> None:
    assert failure(got, expected).kind == kind


def test_the_entries_of_a_list_are_called_what_they_are() -> None:
    pairs = [(np.zeros((3, 2)), np.zeros(3)), (np.zeros((1, 2)), np.zeros(1))]
    assert failure(pairs[:1], pairs, noun="batches").message == "2 batches were expected; yours has 1."
    assert failure(None, pairs, noun="batches").message.startswith("2 batches in a list or tuple were expected;")
    assert failure([(np.zeros((3, 2)),)], pairs[:1], noun="batches").message.startswith("2 values were expected at [0]")


def test_only_the_form_is_asked_for_where_the_values_may_be_anything() -> None:
    accepted = expect_form([1, 2], np.zeros(2), what="the value")
    np.testing.assert_array_equal(accepted, np.array([1.0, 2.0]))
    assert np.isnan(expect_form(np.nan, 0.0, what="the value"))
    with pytest.raises(CheckFailure) as caught:
        expect_form(np.zeros(3), np.zeros(2), what="the value")
    assert caught.value.failure.kind == "wrong_shape"


def test_of_a_form_whose_numbers_must_be_finite_the_first_that_is_not_is_named() -> None:
    like = {"W": np.zeros((2, 2)), "b": 0.0}
    assert expect_form({"W": np.ones((2, 2)), "b": 1e308}, like, what="the slopes", finite=True)["b"] == 1e308

    for number, name in ((np.inf, "infinite"), (np.nan, "NaN")):
        with pytest.raises(CheckFailure) as raised:
            expect_form({"W": np.array([[1.0, number], [1.0, 1.0]]), "b": 0.0}, like, what="the slopes", finite=True)
        found = raised.value.failure
        assert (found.kind, found.message) == ("not_finite", f"1 of 4 values is not finite ({name}).")
        assert found.first_difference is not None and found.first_difference.where == "['W'][0, 1]"
        assert msgspec.json.decode(msgspec.json.encode(found), type=Failure) == found


def test_a_curve_is_counted_from_the_number_of_its_first_entry() -> None:
    plot = Plot(kind="curve", title="Cost", x_label="epoch", y_label="cost", first=1)
    with pytest.raises(CheckFailure) as caught:
        expect_trajectory([4.0, 3.0], [4.0, 2.0], what="the costs", plot=plot)
    (series,) = caught.value.failure.series
    assert (series.got, series.expected) == ([(1.0, 4.0), (2.0, 3.0)], [(1.0, 4.0), (2.0, 2.0)])


def test_a_curve_of_some_steps_is_drawn_over_the_numbers_of_these_steps() -> None:
    plot = Plot(kind="curve", title="Decay", x_label="step", y_label="learning rate", steps=(0, 5, 10))
    with pytest.raises(CheckFailure) as caught:
        expect_trajectory([0.4, 0.3, 0.2], [0.4, 0.2, 0.1], what="the rates", plot=plot)
    (series,) = caught.value.failure.series
    assert series.got == [(0.0, 0.4), (5.0, 0.3), (10.0, 0.2)]
    assert series.expected == [(0.0, 0.4), (5.0, 0.2), (10.0, 0.1)]


def test_one_wrong_value_among_many_is_named_with_its_place() -> None:
    expected = {"W": np.arange(6.0).reshape(2, 3), "b": np.zeros(2)}
    got = {"W": expected["W"].copy(), "b": np.zeros(2)}
    got["W"][1, 2] = 7.0
    first = failure(got, expected).first_difference
    assert first is not None
    assert (first.where, first.got, first.expected) == ("['W'][1, 2]", "7.0", "5.0")


def test_a_small_array_is_not_measured_by_a_large_neighbour() -> None:
    expected = {"large": np.array([1e6]), "small": np.array([1e-3])}
    assert failure({"large": np.array([1e6]), "small": np.array([2e-3])}, expected).kind == "wrong_value"


@pytest.mark.parametrize(
    ("got", "remark"),
    [
        (2 * np.array([1.0, 2.0, 3.0]), "Your values are 2 times the expected ones, all of them."),
        (np.array([1.0, 2.0, 3.0]) / 4, "Your values are 4 times smaller than the expected ones, all of them."),
        (-np.array([1.0, 2.0, 3.0]), "Your values have the right size and the opposite sign."),
        (
            np.array([1.0, 2.0, 3.0]) + 0.5,
            "Your values differ from the expected ones by the same amount everywhere: 0.5.",
        ),
        (np.zeros(3), "All your values are zero."),
        (np.array([1.0, 5.0, -2.0]), ""),
        (np.array([1.7e308, 1.0, 2.0]), ""),
        (np.array([5e-324, 0.0, 0.0]), ""),
    ],
)
def test_a_plain_relation_between_the_numbers_is_said(got: np.ndarray[Any, Any], remark: str) -> None:
    with np.errstate(over="ignore"):
        assert failure(got, np.array([1.0, 2.0, 3.0])).remark == remark


@pytest.mark.parametrize(
    ("wrong", "remark"),
    [
        ({1: 7.0, 3: -9.0}, "2 of 6 values differ; the others agree."),
        ({2: 7.0}, "1 of 6 values differ; the others agree."),
        ({2: -1.5, 3: 2.0}, "2 of 6 values differ, and are 2 times smaller than the expected ones; the others agree."),
        ({4: 4.5, 5: 4.5}, "2 of 6 values differ, and are all 4.5; the others agree."),
    ],
)
def test_what_the_values_that_differ_have_in_common_is_said(wrong: dict[int, float], remark: str) -> None:
    expected = np.array([1.0, -2.0, -3.0, 4.0, 5.0, -6.0])
    got = expected.copy()
    got[list(wrong)] = list(wrong.values())

    assert failure(got, expected).remark == remark


def test_a_trajectory_fails_at_its_first_wrong_step() -> None:
    expected = [{"w": np.array([float(step), 1.0])} for step in range(5)]
    got = [{"w": entry["w"] + (0.1 if step >= 3 else 0.0)} for step, entry in enumerate(expected)]
    with pytest.raises(CheckFailure) as caught:
        expect_trajectory(got, expected, what="the path")
    first = caught.value.failure.first_difference
    assert first is not None
    assert (first.step, first.where) == (3, "step 4, ['w'][0]")


def test_a_trajectory_that_is_too_short_is_a_wrong_shape() -> None:
    with pytest.raises(CheckFailure) as caught:
        expect_trajectory([1.0, 2.0], [1.0, 2.0, 3.0], what="the costs")
    assert caught.value.failure.kind == "wrong_shape"


def call(**changes: Any) -> CallResult:
    return CallResult("losses.huber", (np.ones((3, 1)), np.ones(3)), {}, **changes)


def raised(message: str, *types: str) -> CallResult:
    return call(error=StudentError("call", types or ("ValueError", "Exception", "BaseException"), message))


@pytest.mark.parametrize("message", ["shapes (3, 1) and (3,)", "(3,1) vs (3,)", "got 3x1 and 3", "[3, 1] != [3]"])
def test_shapes_may_be_named_in_any_notation(message: str) -> None:
    expect_raises(raised(message), shapes=[(3, 1), (3,)])


def test_a_subclass_of_the_exception_is_that_exception() -> None:
    expect_raises(raised("(3, 1) (3,)", "ShapeError", "ValueError", "Exception"), shapes=[(3, 1)])


def test_a_message_without_the_shapes_is_not_enough() -> None:
    with pytest.raises(CheckFailure) as caught:
        expect_raises(raised("shapes differ"), shapes=[(3, 1)])
    assert caught.value.failure.kind == "wrong_exception"


def test_returning_where_an_exception_is_due_fails() -> None:
    with pytest.raises(CheckFailure) as caught:
        expect_raises(call(value=1.0))
    assert caught.value.failure.kind == "did_not_raise"


def test_of_several_calls_that_should_raise_it_is_said_which_do_not() -> None:
    pairs = [((3, 1), (3,)), ((5,), (3,)), ((1,), (3,))]
    calls = [call(value=1.0), raised("(5,) and (3,)"), call(value=2.0)]
    with pytest.raises(CheckFailure) as caught:
        expect_each_raises(calls, pairs)

    assert caught.value.failure.kind == "did_not_raise"
    assert caught.value.compared is calls[0].value
    said = "Yours does so in 1 of 3 such cases, and not with (3, 1) and (3,); (1,) and (3,)."
    assert caught.value.failure.remark == said


def test_calls_that_raise_as_they_should_are_fine_also_where_the_last_is_never_made() -> None:
    pairs = [((3, 1), (3,)), ((5,), (3,))]
    expect_each_raises([raised("(3, 1) and (3,)"), raised("(5,) and (3,)")], pairs)
    expect_each_raises([raised("(3, 1) and (3,)")], pairs)


def test_calls_that_were_never_made_are_not_counted_as_right() -> None:
    ended = call(error=StudentError("crashed", (), "it ended"))
    pairs = [((3, 1), (3,)), ((5,), (3,)), ((1,), (3,)), ((2,), (3,))]
    with pytest.raises(CheckFailure) as caught:
        expect_each_raises([raised("(3, 1) and (3,)"), call(value=1.0), ended], pairs)
    assert caught.value.failure.remark == "Yours does so in 1 of 2 such cases, and not with (5,) and (3,)."


def test_where_no_call_raises_that_is_said() -> None:
    with pytest.raises(CheckFailure) as caught:
        expect_each_raises([call(value=1.0), call(value=2.0)], [((3,), (1,))] * 2)
    assert caught.value.failure.remark == "Yours does so in none of 2 such cases."


def test_the_skeletons_exception_is_not_the_one_that_is_due() -> None:
    with pytest.raises(StudentFailure):
        expect_raises(raised("not written yet", "NotImplementedError", "RuntimeError", "Exception"))


def test_a_modified_argument_is_shown_before_and_after() -> None:
    with pytest.raises(CheckFailure) as caught:
        expect_unchanged(call(value=1.0, changed_arguments={"1": np.zeros(3)}))
    assert caught.value.failure.kind == "changed_argument"
    assert caught.value.failure.expected == "np.array([1., 1., 1.])"
    assert caught.value.failure.got == "np.array([0., 0., 0.])"
    assert caught.value.failure.message.startswith("The caller's argument 2 was modified")


def test_a_modified_argument_is_called_as_the_function_calls_it() -> None:
    with pytest.raises(CheckFailure) as caught:
        expect_unchanged(call(value=1.0, changed_arguments={"1": np.zeros(3)}, parameters=("X", "y")))
    assert caught.value.failure.message.startswith("The caller's argument y was modified")


def test_a_function_with_settings_is_shown_with_both() -> None:
    def decay(rate: float, factor: float) -> float:
        return rate * factor

    settled = functools.partial(decay, 0.1, factor=np.float64(0.5))
    assert show_call("m.f", (settled,), {}) == "m.f(functools.partial(<the check's decay>, 0.1, factor=0.5))"


def test_a_property_says_what_it_expects() -> None:
    with pytest.raises(CheckFailure, match="falls at every step"):
        expect_property(False, what="the cost", got="1.0 then 2.0", expected="falls at every step")


def test_reference_and_oracle_must_agree_before_either_judges() -> None:
    assert agree(1.0, np.array(1.0 + 1e-12)) == 1.0
    with pytest.raises(GraderFault):
        agree(1.0, 1.001)
    with pytest.raises(GraderFault):
        agree(np.zeros(2), np.zeros(3))


@pytest.mark.parametrize("tolerance", [np.inf, np.nan])
def test_a_tolerance_under_which_any_value_would_pass_is_refused(tolerance: float) -> None:
    with pytest.raises(ValueError, match="any value would pass"):
        expect_equal(2.0, 1.0, what="the value", tolerance=tolerance)


def test_a_remark_about_one_array_of_several_says_which() -> None:
    got, expected = {"W": np.ones(2), "K": np.zeros(3)}, {"W": np.ones(2), "K": np.array([1.0, 2.0, 3.0])}

    assert failure(got, expected).remark == "At ['K']: all your values are zero."


def shown(calls: list[CallResult], compare: Callable[[], object]) -> list[str]:
    """The arguments of the calls that a report shows where a comparison of some results fails."""
    with pytest.raises(CheckFailure) as caught:
        compare()
    _, failed = judge(caught.value, Path("test_hidden.py"), "m.f", calls)
    assert failed is not None
    return [call.arguments for call in failed.calls]


def test_of_calls_with_equal_results_the_one_that_was_compared_is_shown() -> None:
    calls = [CallResult("m.f", (step,), {}, value=float("1e-6")) for step in (11, 6, 3)]

    assert shown(calls, lambda: expect_equal(calls[0].value, 9e-7, what="f(11)")) == ["11"]
    assert shown(calls, lambda: expect_equal(calls[1].value, 1.3e-6, what="f(6)")) == ["6"]


def test_of_several_runs_the_steps_of_the_one_that_parts_are_shown() -> None:
    first = [CallResult("m.f", (step,), {}, value=({"w": 1.0}, {"t": step})) for step in (1, 2, 3)]
    second = [CallResult("m.f", (step,), {}, value=({"w": 5.0}, {"t": step})) for step in (10, 20, 30)]

    def compare() -> None:
        expect_trajectory([call.value[0] for call in second], [{"w": 5.0}, {"w": 4.0}, {"w": 3.0}], what="the run")

    assert shown([*first, *second], compare) == ["10", "20"]
