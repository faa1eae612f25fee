"""A small example of what is wrong: made up, found beside the reference, the same every time."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.checking import smallest
from autograder.checking.diagnosis import Diagnostician
from autograder.checking.misconception import misconception
from autograder.checking.smallest import Ask, smallest_example, with_examples
from autograder.results import Failure
from autograder.sandbox.session import CallResult, SeededGenerator, StudentError

REFERENCE = """
import numpy as np


def squares(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes")
    return ((y_pred - y_true) ** 2).sum(axis=1)


def pick(labels, logits):
    return logits[np.arange(len(labels)), labels]


def share(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def warm(initial, steps):
    return initial / steps if steps else initial


def called(f, x):
    return f(x)
"""


def module_of(text: str) -> ModuleType:
    module = types.ModuleType("m")
    exec(text, vars(module))
    return module


MODULES = {"m": module_of(REFERENCE)}


def student(function: Callable[..., Any], asked: list[CallResult] | None = None) -> Ask:
    """Asks a function as a session would, and notes what it was asked."""

    def ask(call: CallResult) -> CallResult:
        if asked is not None:
            asked.append(call)
        try:
            with np.errstate(all="ignore"):
                return replace(call, value=function(*call.arguments, **call.keywords))
        except Exception as error:
            return replace(call, error=StudentError("call", (type(error).__name__,), str(error)))

    return ask


def halved(y_true: Any, y_pred: Any) -> Any:
    return 0.5 * ((y_pred - y_true) ** 2).sum(axis=1)


@pytest.fixture
def call() -> CallResult:
    rng = np.random.default_rng(5)
    return CallResult("m.squares", (rng.normal(size=(6, 3)), rng.normal(size=(6, 3))), {})


def test_the_example_is_one_example_of_one_number_where_that_shows_it(call: CallResult) -> None:
    found = smallest_example(call, MODULES, student(halved))
    assert found is not None
    assert (found.function, found.arguments) == ("m.squares", "np.array([[1.]]), np.array([[2.]])")
    assert (found.got, found.expected) == ("np.array([0.5])", "np.array([1.])")


def test_it_is_as_large_as_it_must_be(call: CallResult) -> None:
    def only_the_first(y_true: Any, y_pred: Any) -> Any:
        return ((y_pred - y_true) ** 2)[:, 0]

    found = smallest_example(call, MODULES, student(only_the_first))
    assert found is not None
    assert found.arguments in (
        "np.array([[1., 1.]]), np.array([[1., 2.]])",
        "np.array([[1., 2.]]), np.array([[1., 1.]])",
    )


def test_it_is_the_same_every_time(call: CallResult) -> None:
    assert smallest_example(call, MODULES, student(halved)) == smallest_example(call, MODULES, student(halved))


def test_nothing_of_the_checks_own_numbers_is_in_it(call: CallResult) -> None:
    asked: list[CallResult] = []
    smallest_example(call, MODULES, student(halved, asked))
    own = {number for argument in call.arguments for number in argument.ravel().tolist()}
    seen = {number for one in asked for argument in one.arguments for number in argument.ravel().tolist()}
    assert asked
    assert not own & seen


def test_labels_stay_labels_and_huge_numbers_stay_huge() -> None:
    labels = CallResult("m.pick", (np.array([2, 0, 1]), np.arange(9.0).reshape(3, 3)), {})
    found = smallest_example(
        labels, MODULES, student(lambda labels, logits: logits[np.arange(len(labels)), labels - 1])
    )
    assert found is not None
    assert "np.array([0, 0])" in found.arguments or "np.array([1])" in found.arguments or "[0]" in found.arguments
    huge = CallResult("m.share", (np.array([1000.0, 1002.0]),), {})
    found = smallest_example(huge, MODULES, student(lambda logits: np.exp(logits) / np.exp(logits).sum()))
    assert found is not None
    assert "1000." in found.arguments
    assert "np.nan" in found.got


def test_an_exception_is_a_result_too() -> None:
    call = CallResult("m.warm", (0.3, 4), {})
    found = smallest_example(call, MODULES, student(lambda initial, steps: initial / steps))
    assert found is not None
    assert found.arguments in ("1.0, 0", "0.1, 0")
    assert found.got == "ZeroDivisionError: float division by zero"


def test_what_the_reference_refuses_is_no_example(call: CallResult) -> None:
    found = smallest_example(call, MODULES, student(lambda y_true, y_pred: ((y_pred - y_true) ** 2).sum(axis=1)))
    assert found is None


def test_a_stand_in_is_searched_and_the_student_asked_once(call: CallResult) -> None:
    stand_in = {"m": module_of(REFERENCE.replace("return ((y_pred", "return 0.5 * ((y_pred"))}
    asked: list[CallResult] = []
    found = smallest_example(call, MODULES, student(halved, asked), stand_in)
    assert found is not None
    assert found.got == "np.array([0.5])"
    assert len(asked) == 1


def test_a_stand_in_that_the_student_does_not_bear_out_gives_none(call: CallResult) -> None:
    stand_in = {"m": module_of(REFERENCE.replace("return ((y_pred", "return 0.5 * ((y_pred"))}
    assert smallest_example(call, MODULES, student(vars(MODULES["m"])["squares"]), stand_in) is None


@pytest.mark.parametrize("argument", [np.sin, SeededGenerator(1, 2), [1.0, 2.0], np.array(["a"])])
def test_arguments_that_cannot_be_made_up_give_none(argument: Any) -> None:
    call = CallResult("m.called", (argument, 1.0), {})
    assert smallest_example(call, MODULES, student(lambda f, x: 17.0)) is None


def test_a_process_that_ends_stops_nothing(call: CallResult) -> None:
    def gone(asked: CallResult) -> CallResult:
        return replace(asked, error=StudentError("crashed", (), "it ended"))

    assert smallest_example(call, MODULES, gone) is None


def test_a_slow_student_is_given_up(call: CallResult, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[CallResult] = []
    now = iter(range(10_000))
    monkeypatch.setattr(smallest.time, "perf_counter", lambda: 0.1 * next(now))
    assert smallest_example(call, MODULES, student(vars(MODULES["m"])["squares"], asked), seconds=1.0) is None
    assert len(asked) < 15


@misconception(function="m.squares", title="Half", formula="½r²", hint="No ½.", handout="h")
def half_of_it(y_true, y_pred):
    return 0.5 * ((y_pred - y_true) ** 2).sum(axis=1)


def test_each_function_gets_one_example_with_its_first_failing_check(records: Any, call: CallResult) -> None:
    failure = Failure(kind="wrong_value", message="")
    checks = [
        records.check(id="hidden", function="m.squares", outcome="failed", failure=failure, visibility="hidden"),
        records.check(id="public", function="m.squares", outcome="failed", failure=failure),
        records.check(id="other", function="m.share", outcome="failed", failure=failure),
        records.check(id="fine", function="m.pick"),
    ]
    wrong = replace(call, value=halved(*call.arguments))
    recorded = {"hidden": [wrong], "public": [wrong], "other": [wrong]}
    found = with_examples(checks, recorded, Diagnostician(MODULES, [half_of_it]), student(halved))
    assert [check.id for check in found if check.example] == ["public"]


def test_what_an_earlier_call_returned_is_not_made_up(records: Any, call: CallResult) -> None:
    """A state, say: only the student knows what may be in it."""
    state = call.arguments[1]
    calls = [CallResult("m.warm", (1.0, 2), {}, value=state), replace(call, value=halved(*call.arguments))]
    check = records.check(function="m.squares", outcome="failed", failure=Failure(kind="wrong_value", message=""))
    (found,) = with_examples([check], {check.id: calls}, Diagnostician(MODULES, []), student(halved))
    assert found.example is None
