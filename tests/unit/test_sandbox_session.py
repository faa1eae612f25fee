"""A session with a hand-in: what calls give, what survives which end, and how the grader's functions are called."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograder.sandbox.confinement_record import Confinement
from autograder.sandbox.connection import SocketConnection
from autograder.sandbox.launch import Launcher, SandboxUnavailable, launcher
from autograder.sandbox.session import (
    CallResult,
    Earlier,
    Opaque,
    SeededGenerator,
    Session,
    SessionLimits,
    StudentFunction,
)


@pytest.fixture(scope="module")
def wall() -> Iterator[Launcher]:
    found = launcher("bubblewrap", ["numpy"])
    yield found
    found.close()


Open = Callable[..., Session]


@pytest.fixture
def open_session(wall: Launcher) -> Iterator[Open]:
    opened: list[Session] = []

    def open_one(source: str = "", limits: dict[str, Any] | None = None, **modules: str) -> Session:
        usual: dict[str, Any] = {
            "confinement": Confinement(memory_mb=512, file_mb=4, processes=8, cpu_seconds=60),
            "call_seconds": 20.0,
            "import_seconds": 20.0,
            "submission_seconds": 60.0,
            "output_bytes": 1_000,
            "reply_bytes": 1 << 20,
            "callbacks": 50,
        }
        files = {f"{name}.py": textwrap.dedent(text).encode() for name, text in {"m": source, **modules}.items()}
        opened.append(Session(wall, files, ["numpy"], SessionLimits(**(usual | (limits or {})))))
        return opened[-1]

    yield open_one
    for session in opened:
        session.close()


def call(session: Session, function: str, *arguments: Any, **keywords: Any) -> CallResult:
    return session.call("m", function, arguments, keywords)


# Values and errors


def test_a_call_gives_its_value_output_and_duration(open_session: Open) -> None:
    session = open_session(
        "import time\ndef f(x, *, rate):\n    print('seen', x)\n    time.sleep(0.05)\n    return x * rate"
    )
    result = call(session, "f", 2, rate=3)
    assert (result.value, result.error, result.output) == (6, None, "seen 2\n")
    assert 0.05 <= result.seconds < 10
    assert (result.function, result.arguments, result.keywords) == ("m.f", (2,), {"rate": 3})


def test_what_is_printed_at_import_is_the_output_of_the_first_call(open_session: Open) -> None:
    session = open_session("print('imported')\ndef f():\n    print('called')")
    assert [call(session, "f").output for _ in range(2)] == ["imported\ncalled\n", "called\n"]


def test_an_exception_comes_with_its_classes_and_the_students_own_lines(open_session: Open) -> None:
    session = open_session("import numpy as np\ndef f(x):\n    return np.reshape(x, (3, 1))")
    error = call(session, "f", np.zeros(4)).error
    assert error is not None
    assert (error.stage, error.types[:2]) == ("call", ("ValueError", "Exception"))
    assert "size 4" in error.message
    assert [(frame.file, frame.line, frame.function) for frame in error.frames] == [("m.py", 3, "f")]


@pytest.mark.parametrize(
    ("module", "function", "stage"),
    [("absent", "f", "missing"), ("m", "absent", "missing"), ("m", "number", "missing")],
)
def test_what_is_not_there_is_missing(open_session: Open, module: str, function: str, stage: str) -> None:
    error = open_session("number = 1").call(module, function, [], {}).error
    assert error is not None
    assert error.stage == stage


def test_a_module_may_import_another_of_the_same_hand_in(open_session: Open) -> None:
    session = open_session("import other\ndef f():\n    return other.value", other="value = 7")
    assert call(session, "f").value == 7


def test_changed_arguments_are_told_by_place_and_name(open_session: Open) -> None:
    session = open_session(
        """
        def f(x, held, *, state):
            x[0] = 5
            held["new"] = 1
            state["t"].append(2)
        def leave_alone(x, held, *, state):
            x, held = x + 0, dict(held)
        """
    )
    given: dict[str, Any] = {"state": {"t": [1]}}
    changed = call(session, "f", np.zeros(2), {}, **given).changed_arguments
    assert changed["0"].tolist() == [5, 0]
    assert changed["1"] == {"new": 1}
    assert changed["state"] == {"t": [1, 2]}
    nan = {"state": {"t": [float("nan")]}}
    assert call(session, "leave_alone", np.full(2, np.nan), {"a": 0.0}, **nan).changed_arguments == {}


def test_arguments_changed_before_an_exception_are_told_too(open_session: Open) -> None:
    result = call(open_session("def f(x):\n    x[0] = 5\n    raise ValueError"), "f", np.zeros(2))
    assert result.error is not None
    assert result.changed_arguments["0"].tolist() == [5, 0]


def test_a_large_argument_left_alone_beside_a_large_result_is_no_change(open_session: Open) -> None:
    """Together they are more than a reply may hold."""
    result = call(open_session("def f(x):\n    return x * 2"), "f", np.ones(100_000))
    assert result.error is None
    assert result.changed_arguments == {}


# Processes that end


def test_the_next_call_after_a_crash_finds_a_new_process_with_the_module_imported_again(open_session: Open) -> None:
    session = open_session(
        """
        import os
        count = 0
        def f():
            global count
            count += 1
            return count
        def crash():
            os._exit(9)
        """
    )
    assert [call(session, "f").value for _ in range(2)] == [1, 2]
    error = call(session, "crash").error
    assert error is not None and error.stage == "crashed"
    assert call(session, "f").value == 1


def test_an_import_that_failed_is_remembered_and_not_run_again(open_session: Open) -> None:
    session = open_session("import time\ntime.sleep(0.3)\nraise ValueError('at import')", good="def f():\n    return 1")
    assert [error.stage if (error := call(session, "f").error) else "" for _ in range(2)] == ["import", "import"]
    started = time.monotonic()
    error = call(session, "f").error
    assert error is not None and error.message == "at import"
    assert time.monotonic() - started < 0.2
    assert session.call("good", "f", [], {}).value == 1


def test_all_calls_together_have_a_budget_of_seconds(open_session: Open) -> None:
    session = open_session(
        "import time\ndef f(seconds):\n    time.sleep(seconds)\n    return 1", {"submission_seconds": 0.8}
    )
    assert call(session, "f", 0.2).value == 1
    overrun = call(session, "f", 30).error
    assert overrun is not None and overrun.stage == "timeout" and "0.8 seconds" in overrun.message
    started = time.monotonic()
    refused = call(session, "f", 0).error
    assert refused is not None and refused.message.startswith("not run")
    assert time.monotonic() - started < 0.1


def test_a_session_that_was_closed_starts_again_when_called(open_session: Open) -> None:
    session = open_session("def f():\n    return 1")
    assert call(session, "f").value == 1
    session.close()
    session.close()
    assert call(session, "f").value == 1


def test_a_warm_process_that_was_killed_is_replaced(wall: Launcher, open_session: Open) -> None:
    session = open_session("def f():\n    return 1")
    call(session, "f")
    wall._process.kill()
    wall._process.wait()
    until = time.monotonic() + 10
    while (error := call(session, "f").error) is None:
        assert time.monotonic() < until  # the kernel takes a moment to end what was behind the wall
    assert error.stage == "crashed"
    assert call(session, "f").value == 1


def test_a_process_that_cannot_start_is_the_graders_trouble() -> None:
    class Closed:
        isolation = "none"

        def start(self, limits: Confinement) -> Any:
            raise SandboxUnavailable("no")

    limits = SessionLimits(Confinement(1, 1, 1, 1), 1, 1, 1, 1, 1, 1)
    with pytest.raises(SandboxUnavailable):
        Session(Closed(), {"m.py": b""}, [], limits).call("m", "f", [], {})


# Objects that stay, generators, functions


def test_an_object_stays_behind_and_can_be_passed_back_in(open_session: Open) -> None:
    session = open_session(
        """
        class State:
            steps = 0
        def init():
            return State()
        def step(state):
            state.steps += 1
            return state, state.steps
        """
    )
    state = call(session, "init").value
    assert isinstance(state, Opaque)
    assert state.type_name == "State"
    again, steps = call(session, "step", state).value
    assert (again, steps) == (state, 1)
    assert call(session, "step", again).value == (state, 2)


def test_an_object_of_a_process_that_ended_is_gone_and_no_fault_of_the_grader(open_session: Open) -> None:
    session = open_session(
        "import os\ndef init():\n    return object()\ndef crash():\n    os._exit(0)\ndef step(s):\n    pass"
    )
    held = call(session, "init").value
    call(session, "crash")
    error = call(session, "step", held).error
    assert error is not None and error.stage == "crashed"
    assert call(session, "step", None).error is None


def test_a_seeded_generator_is_numpys_own_and_advances_from_call_to_call(open_session: Open) -> None:
    session = open_session("def f(rng):\n    return rng.normal(size=3)")
    generator = SeededGenerator(1, 42)
    ours = np.random.default_rng(42)
    for _ in range(2):
        assert np.array_equal(call(session, "f", generator).value, ours.normal(size=3))
    assert np.array_equal(call(session, "f", SeededGenerator(2, 42)).value, np.random.default_rng(42).normal(size=3))


def test_a_function_of_the_hand_in_is_an_argument_like_any_other(open_session: Open) -> None:
    session = open_session(
        "import other\ndef apply(f, x):\n    return f(x), f is other.double", other="def double(x):\n    return 2 * x"
    )
    assert call(session, "apply", StudentFunction("other", "double"), 4).value == (8, True)


def test_a_function_that_is_not_there_is_the_students_error(open_session: Open) -> None:
    error = call(open_session("def apply(f):\n    pass"), "apply", StudentFunction("m", "absent")).error
    assert error is not None
    assert error.types[0] == "AttributeError"


# Functions of the grading process


def test_the_graders_function_is_called_with_values_and_answers_with_one(open_session: Open) -> None:
    seen: list[tuple[Any, ...]] = []

    def objective(x: Any, *, scale: float) -> Any:
        seen.append((x, scale))
        return {"value": x * scale, "of": [x]}

    session = open_session("import numpy as np\ndef f(g):\n    return [g(np.arange(2.0), scale=k) for k in (1, 2)]")
    second = call(session, "f", objective).value[1]
    assert second["value"].tolist() == [0, 2]
    assert [scale for _, scale in seen] == [1, 2]


def test_bad_arguments_raise_in_the_students_code(open_session: Open) -> None:
    session = open_session(
        """
        def swallow(g):
            try:
                g("text")
            except ValueError as error:
                return str(error)
        def stumble(g):
            return g(object())
        """
    )

    def objective(x: Any) -> float:
        if isinstance(x, str):
            raise ValueError("a number is needed")
        return float(x.shape[0])

    assert call(session, "swallow", objective).value == "a number is needed"
    error = call(session, "stumble", objective).error
    assert error is not None
    assert (error.stage, error.types[0]) == ("call", "RuntimeError")
    assert "shape" in error.message


@pytest.mark.parametrize("swallow", [True, False])
def test_a_fault_of_the_graders_function_is_the_graders_whatever_the_student_makes_of_it(
    open_session: Open, swallow: bool
) -> None:
    class Fault(Exception):
        pass

    def broken(x: Any) -> float:
        raise Fault("of ours")

    session = open_session(
        "def f(g, swallow):\n    try:\n        return g(1)\n    except RuntimeError:\n        if not swallow: raise\n"
    )
    with pytest.raises(Fault):
        call(session, "f", broken, swallow)
    assert call(session, "f", abs, swallow).value == 1  # the session goes on


def test_an_interrupt_in_the_graders_function_ends_the_process_and_not_the_session(open_session: Open) -> None:
    def interrupted(x: Any) -> float:
        raise KeyboardInterrupt

    session = open_session("def f(g):\n    return g(1)")
    with pytest.raises(KeyboardInterrupt):
        call(session, "f", interrupted)
    assert call(session, "f", abs).value == 1


def test_the_graders_function_may_be_called_so_often_and_no_more(open_session: Open) -> None:
    session = open_session("def f(g, times):\n    for _ in range(times):\n        g(1)\n    return times")
    assert call(session, "f", abs, 50).value == 50
    error = call(session, "f", abs, 51).error
    assert error is not None
    assert error.stage == "timeout"
    assert "more than 50 times" in error.message


def test_the_arguments_of_all_its_calls_together_are_limited(open_session: Open) -> None:
    """A function that records what it is called with must not fill the grader's memory."""
    session = open_session(
        "import numpy as np\ndef f(g):\n    for _ in range(40):\n        g(np.zeros(100_000))\n    return 1"
    )
    error = call(session, "f", lambda x: 0.0).error
    assert error is not None
    assert error.stage == "crashed"
    assert "larger" in error.message


def test_the_graders_own_time_is_not_the_students(open_session: Open) -> None:
    def slow(x: Any) -> float:
        time.sleep(0.3)
        return 0.0

    session = open_session("def f(g):\n    return [g(1) for _ in range(4)]", {"call_seconds": 0.8})
    assert call(session, "f", slow).value == [0.0] * 4


def test_the_graders_own_time_ends_with_that_of_the_whole_hand_in(open_session: Open) -> None:
    def slow(x: Any) -> float:
        time.sleep(0.1)
        return 0.0

    session = open_session(
        "def f(g):\n    while True:\n        g(1)", {"submission_seconds": 1.0, "callbacks": 1_000_000}
    )
    started = time.monotonic()
    error = call(session, "f", slow).error
    assert error is not None and error.stage == "timeout"
    assert time.monotonic() - started < 10


def test_a_function_kept_from_an_earlier_call_is_not_there_in_the_next(open_session: Open) -> None:
    session = open_session(
        "kept = []\ndef keep(g):\n    kept.append(g)\n    return g(-1)\ndef use():\n    return kept[0](-1)"
    )
    assert call(session, "keep", abs).value == 1
    error = call(session, "use").error
    assert error is not None and error.stage == "crashed"


# Sequences

STEPS = """
import os, time
def init(x):
    print("init")
    return x
def step(x, state):
    print("step")
    return x + 1, state * 2
def fail(x, state):
    raise ValueError(x)
def hang(x, state):
    while True: pass
def alone(x, state):
    return x
"""


def steps(*names: str) -> list[CallResult]:
    calls = [CallResult("m.init", (1,), {}), CallResult("m.step", (10, Earlier(0)), {})]
    return calls + [
        CallResult(f"m.{name}", (Earlier(place, 0), Earlier(place, 1)), {}) for place, name in enumerate(names, start=1)
    ]


def test_a_sequence_feeds_results_into_later_calls(open_session: Open) -> None:
    results = open_session(STEPS).sequence(steps("step", "step"))
    assert [result.value for result in results] == [1, (11, 2), (12, 4), (13, 8)]
    assert [result.output for result in results] == ["init\n", "step\n", "step\n", "step\n"]


@pytest.mark.parametrize(("name", "stage"), [("fail", "call"), ("hang", "timeout"), ("absent", "missing")])
def test_a_sequence_ends_at_the_call_that_fails_and_keeps_what_came_before(
    open_session: Open, name: str, stage: str
) -> None:
    results = open_session(STEPS, {"call_seconds": 0.6}).sequence(steps("step", name, "step"))
    assert [result.value for result in results[:3]] == [1, (11, 2), (12, 4)]
    assert len(results) == 4
    assert results[3].function == f"m.{name}"
    assert results[3].error is not None
    assert results[3].error.stage == stage


def test_a_result_of_another_form_than_the_next_call_needs_is_told_apart(open_session: Open) -> None:
    results = open_session(STEPS).sequence(steps("alone", "step"))
    assert results[2].value == 11
    assert results[3].error is not None
    assert results[3].error.stage == "earlier"
    assert "tuple" in results[3].error.message


def test_a_sequence_to_the_end_goes_on_after_an_exception_with_what_does_not_need_it(open_session: Open) -> None:
    results = open_session(STEPS).sequence([*steps("fail", "step"), *steps("step")], to_the_end=True)
    assert [result.error.stage if result.error else None for result in results[2:4]] == ["call", "earlier"]
    assert "did not return" in (results[3].error.message if results[3].error else "")
    assert [result.value for result in results[4:]] == [1, (11, 2), (12, 4)]


@pytest.mark.parametrize(("name", "stage"), [("hang", "timeout"), ("leave", "crashed")])
def test_a_sequence_to_the_end_ends_where_the_process_does(open_session: Open, name: str, stage: str) -> None:
    session = open_session(STEPS + "import os\ndef leave(x, state):\n    os._exit(0)\n", {"call_seconds": 0.6})
    results = session.sequence(steps("fail")[:2] + steps(name, "step")[2:], to_the_end=True)
    assert len(results) == 3
    assert results[2].error is not None
    assert results[2].error.stage == stage
    assert session.call("m", "init", [1], {}).value == 1


def test_each_call_of_a_sequence_has_the_time_of_a_call(open_session: Open) -> None:
    session = open_session("import time\ndef f():\n    time.sleep(0.25)\n    return 1", {"call_seconds": 0.8})
    results = session.sequence([CallResult("m.f", (), {})] * 5)
    assert [result.value for result in results] == [1] * 5


@pytest.mark.parametrize(("calls", "size"), [(3_000, 1), (30, 100_000)])
def test_a_sequence_may_have_more_answers_than_wait_unread(open_session: Open, calls: int, size: int) -> None:
    session = open_session("def f(number, size):\n    return 'x' * size + str(number)")
    results = session.sequence([CallResult("m.f", (number, size), {}) for number in range(calls)])
    assert [result.value for result in results] == ["x" * size + str(number) for number in range(calls)]


def test_answers_that_wait_to_be_read_keep_the_seconds_their_calls_took(
    open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session("import time\ndef f():\n    time.sleep(0.05)")
    call(session, "f")
    receive = SocketConnection.receive

    def receive_late(connection: SocketConnection, deadline: float, cap: int) -> bytes:
        time.sleep(0.2)
        monkeypatch.setattr(SocketConnection, "receive", receive)
        return receive(connection, deadline, cap)

    monkeypatch.setattr(SocketConnection, "receive", receive_late)
    started = time.monotonic()
    took = [result.seconds for result in session.sequence([CallResult("m.f", (), {})] * 3)]
    assert min(took) >= 0.05
    assert sum(took) <= time.monotonic() - started


def test_an_earlier_result_that_a_later_call_changes_is_told(open_session: Open) -> None:
    session = open_session(
        "import numpy as np\ndef make():\n    return np.zeros(2)\ndef spoil(x):\n    x += 1\n    return x"
    )
    results = session.sequence([CallResult("m.make", (), {}), CallResult("m.spoil", (Earlier(0),), {})])
    assert results[1].changed_arguments["0"].tolist() == [1, 1]


def test_what_two_parts_of_a_result_share_stays_shared_in_a_sequence(open_session: Open) -> None:
    source = """
import numpy as np
def init(params):
    zeros = {"w": np.zeros(2)}
    return {"V": zeros, "S": zeros}
def step(params, state):
    state["V"]["w"] += 1.0
    state["S"]["w"] += 10.0
    return params, state
"""
    session = open_session(source)
    calls = [
        CallResult("m.init", ({},), {}),
        CallResult("m.step", ({}, Earlier(0)), {}),
        CallResult("m.step", (Earlier(1, 0), Earlier(1, 1)), {}),
    ]
    values = [result.value for result in session.sequence(calls)]
    assert values[1][1]["V"]["w"].tolist() == [11.0, 11.0], "as a loop in Python does"
    assert values[2][1]["V"]["w"].tolist() == [22.0, 22.0]


# Functions in place of a module's own

CHAIN = """
def double(x):
    return 2 * x
def both(x):
    return double(x), double(double(x))
def fall(x):
    return double(x) / 0
"""


def replaced(function: str, **stand_ins: Any) -> CallResult:
    return CallResult(f"m.{function}", (3,), {}, replaced=stand_ins)


def test_a_function_stands_in_for_one_of_the_modules_while_a_call_lasts(open_session: Open) -> None:
    session = open_session(CHAIN)
    assert session.sequence([replaced("both", double=lambda x: x + 1)])[0].value == (4, 5)
    assert call(session, "both", 3).value == (6, 12)


def test_only_the_call_that_asks_for_it_is_made_with_the_stand_in(open_session: Open) -> None:
    results = open_session(CHAIN).sequence([replaced("both", double=lambda x: 0), replaced("both")])
    assert [result.value for result in results] == [(0, 0), (6, 12)]
    assert [sorted(result.replaced) for result in results] == [["double"], []]


def test_the_modules_own_function_is_back_after_an_exception(open_session: Open) -> None:
    session = open_session(CHAIN)
    error = session.sequence([replaced("fall", double=lambda x: x)])[0].error
    assert error is not None
    assert error.types[0] == "ZeroDivisionError"
    assert call(session, "double", 3).value == 6


def test_a_stand_in_for_a_function_that_is_not_there_is_gone_after_the_call(open_session: Open) -> None:
    session = open_session("def f(x):\n    return half(x)")
    assert session.sequence([replaced("f", half=lambda x: x / 2)])[0].value == 1.5
    error = call(session, "f", 3).error
    assert error is not None
    assert error.types[0] == "NameError"
