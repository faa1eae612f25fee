"""One mistake is paid for once: what is judged again, what is said of it, and what is not forgiven."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograder.checking import CheckFailure, StudentFailure, carry_forward, expect_equal
from autograder.checking.student import StudentCallable
from autograder.report.student_page import render_student
from autograder.sandbox.session import CallResult, StudentError


class Hand:
    """Stands in for a `Student` whose ``total(x)`` adds up twice what its own ``double`` gives."""

    def __init__(self, double: Callable[[int], int], *, at_the_end: int = 0) -> None:
        self.double = double
        self.at_the_end = at_the_end
        self.calls: list[CallResult] = []

    def run_all(self, calls: Any) -> list[CallResult]:
        ((called, (x,), _),) = calls
        double = called.replaced.get("double", self.double)
        result = CallResult("m.total", (x,), {}, replaced=called.replaced)
        try:
            result = CallResult("m.total", (x,), {}, 2 * double(x) + self.at_the_end, replaced=called.replaced)
        except ZeroDivisionError:
            error = StudentError("call", ("ZeroDivisionError", "Exception"), "division by zero")
            result = CallResult("m.total", (x,), {}, error=error, replaced=called.replaced)
        self.calls.append(result)
        return [result]


def judged(hand: Hand) -> Any:
    def judge(total: StudentCallable) -> Any:
        return expect_equal(total(5), 20, what="the total")

    return carry_forward(judge, StudentCallable(hand, "m", "total"), double=lambda x: 2 * x)


def test_what_is_right_on_the_own_chain_is_judged_once() -> None:
    hand = Hand(lambda x: 2 * x)
    assert judged(hand) == 20
    assert [dict(call.replaced) for call in hand.calls] == [{}]


@pytest.mark.parametrize("double", [lambda x: 3 * x, lambda x: x // 0])
def test_what_is_right_on_the_references_upstream_part_passes(double: Callable[[int], int]) -> None:
    hand = Hand(double)
    assert judged(hand) == 20
    assert [sorted(call.replaced) for call in hand.calls] == [[], ["double"]]


def test_what_is_wrong_on_both_fails_as_it_did_on_the_own_chain() -> None:
    with pytest.raises(CheckFailure) as caught:
        judged(Hand(lambda x: 3 * x, at_the_end=1))
    assert caught.value.failure.got == "31"
    with pytest.raises(StudentFailure, match="division by zero"):
        judged(Hand(lambda x: x // 0, at_the_end=1))


def test_a_page_says_which_points_were_given_on_the_references_part(records: Any) -> None:
    passed = {"function": "network.train", "title": "Trained."}
    carried = records.check(**passed, stand_ins=["network.forward", "network.backward"])
    said = "with the reference in place of your backward and forward"
    page = render_student(records.result(carried))
    assert f"All passed, {said}" in page
    assert f"2 of 2, {said}" in page
    assert said not in render_student(records.result(records.check(**passed)))
