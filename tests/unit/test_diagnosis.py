"""Known mistakes are tried on the recorded calls of a failing check, and the one that gives the same is named."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from autograder.checking import diagnosis as diagnosis_module
from autograder.checking.diagnosis import Diagnostician, narrowed
from autograder.checking.diagnosis_runs import runs, sources
from autograder.checking.diagnosis_variants import importable
from autograder.checking.misconception import Misconception, misconception
from autograder.results import CheckResult, Diagnosis, Explanation, Failure
from autograder.sandbox.session import CallResult, Opaque, SeededGenerator, StudentError, StudentFunction

REFERENCE = """
import numpy as np


def slope(w):
    return 2 * w


def step(w, rate):
    return w - rate * slope(w)


def walk(w, rate, steps):
    path = [w]
    for _ in range(steps):
        path.append(step(path[-1], rate))
    return path


def init(params):
    return {"V": {name: np.zeros(np.shape(W)) for name, W in params.items()}}


def momentum(params, grads, state, *, rate, beta=0.9):
    V = {name: beta * state["V"][name] + (1 - beta) * grads[name] for name in params}
    return {name: W - rate * V[name] for name, W in params.items()}, {"V": V}


def deal(X, rng):
    order = rng.permutation(len(X))
    for row in order:
        yield X[row]


def quotient(a, b):
    return a / b


def applied(f, x):
    return f(x) + 1
"""


def known(function: str) -> Callable[[Callable[..., Any]], Misconception]:
    return misconception(function=f"m.{function}", title="T", formula="F", hint="H", handout="h")


@known("slope")
def slope_without_the_2(w):
    return w


@known("slope")
def slope_of_the_wrong_sign(w):
    return -2 * w


@known("step")
def step_uphill(w, rate):
    return w + rate * slope(w)  # noqa: F821  # the reference's, once it is spliced in


@known("momentum")
def heavy_ball(params, grads, state, *, rate, beta=0.9):
    V = {name: beta * state["V"][name] + grads[name] for name in params}
    return {name: W - rate * V[name] for name, W in params.items()}, {"V": V}


@known("momentum")
def forgetting(params, grads, state, *, rate, beta=0.9):
    V = {name: beta * state["V"][name] + (1 - beta) * grads[name] for name in params}
    return {name: W - rate * V[name] for name, W in params.items()}, state


@known("momentum")
def overwriting(params, grads, state, *, rate, beta=0.9):
    for name in params:
        state["V"][name] = beta * state["V"][name] + (1 - beta) * grads[name]
    return {name: W - rate * state["V"][name] for name, W in params.items()}, state


@known("deal")
def first_one_lost(X, rng):
    for row in rng.permutation(len(X))[1:]:
        yield X[row]


@known("quotient")
def inverted(a, b):
    return b / a


@known("applied")
def applied_twice(f, x):
    return f(f(x)) + 1


MISTAKES = [
    slope_without_the_2,
    slope_of_the_wrong_sign,
    step_uphill,
    heavy_ball,
    forgetting,
    overwriting,
    first_one_lost,
    inverted,
    applied_twice,
]


def reference() -> ModuleType:
    module = types.ModuleType("m")
    exec(REFERENCE, vars(module))
    return module


@pytest.fixture
def diagnostician() -> Diagnostician:
    return Diagnostician({"m": reference()}, MISTAKES)


def call(function: str, *arguments: Any, value: Any = None, **more: Any) -> CallResult:
    keywords: Mapping[str, Any] = more.pop("keywords", {})
    return CallResult(f"m.{function}", arguments, keywords, value=value, **more)


def named(diagnosis: Diagnosis | None) -> list[list[str]]:
    assert diagnosis is not None
    return [[one.name for one in explanation.mistakes] for explanation in diagnosis.explanations]


def run_of_momentum(step: Callable[..., Any], state: Any, steps: int = 4) -> list[CallResult]:
    """Calls of a student's momentum, each with what the one before returned."""
    params: Any = {"w": np.array([1.0, -2.0])}
    calls = [call("init", params, value=state)]
    for number in range(steps):
        grads = {"w": np.array([0.5, number - 1.0])}
        value = step(params, grads, state, rate=0.1)
        calls.append(call("momentum", params, grads, state, keywords={"rate": 0.1}, value=value))
        params, state = value
    return calls


def test_the_mistake_that_gives_the_same_values_is_named_with_how_well_it_fits(diagnostician: Diagnostician) -> None:
    values = np.array([1.0, 3.0])

    found = diagnostician.diagnose("m.slope", [call("slope", values, value=values)])

    assert found is not None
    assert named(found) == [["slope_without_the_2"]]
    assert found.explanations[0] == Explanation(mistakes=found.explanations[0].mistakes, calls=1, numbers=2, digits=15)
    assert found.explanations[0].mistakes[0].hint == "H"


def test_single_precision_is_the_same_mistake(diagnostician: Diagnostician) -> None:
    values = np.array([0.1, 0.3])
    found = diagnostician.diagnose("m.slope", [call("slope", values, value=values.astype(np.float32))])
    assert named(found) == [["slope_without_the_2"]]
    assert found is not None
    assert 6 <= found.explanations[0].digits <= 8


def test_every_call_must_fit(diagnostician: Diagnostician) -> None:
    calls = [call("slope", 1.0, value=1.0), call("slope", 3.0, value=3.5)]
    assert named(diagnostician.diagnose("m.slope", calls)) == []


def test_what_the_reference_explains_is_no_mistake(diagnostician: Diagnostician) -> None:
    assert diagnostician.diagnose("m.slope", [call("slope", 1.0, value=2.0)]) is None


def test_a_mistake_below_single_precision_is_told_from_right_answers(diagnostician: Diagnostician) -> None:
    @known("slope")
    def nearly(w):
        return 2.000001 * w

    calls = [call("slope", 1.0, value=2.000001)]
    assert named(Diagnostician({"m": reference()}, [nearly]).diagnose("m.slope", calls)) == [["nearly"]]
    assert named(diagnostician.diagnose("m.slope", calls)) == []


def test_a_mistake_in_what_a_function_calls_is_recognised(diagnostician: Diagnostician) -> None:
    w = np.array([4.0])
    path = [w, w * 0.9, w * 0.81]
    assert named(diagnostician.diagnose("m.walk", [call("walk", w, 0.1, 2, value=path)])) == [["slope_without_the_2"]]


def test_a_mistake_of_which_nothing_is_seen_is_not_named(diagnostician: Diagnostician) -> None:
    calls = [call("slope", 1.0, value=17.0), call("quotient", 1.0, 1.0, value=1.0)]
    assert named(diagnostician.diagnose("m.slope", calls)) == []


def test_a_mistake_in_another_module_of_the_hand_in_is_recognised() -> None:
    m, n = reference(), types.ModuleType("n")
    vars(n).update(slope=vars(m)["slope"], m=m)
    exec("def twice(w): return 2 * slope(w)\ndef thrice(w): return 3 * m.slope(w)", vars(n))
    diagnostician = Diagnostician({"m": m, "n": n}, MISTAKES)
    for function, value in (("twice", 2.0), ("thrice", 3.0)):
        found = diagnostician.diagnose(f"n.{function}", [CallResult(f"n.{function}", (1.0,), {}, value=value)])
        assert named(found) == [["slope_without_the_2"]]


def test_two_mistakes_that_fit_are_both_named(diagnostician: Diagnostician) -> None:
    found = diagnostician.diagnose("m.step", [call("step", np.array([5.0]), 0.1, value=np.array([6.0]))])
    assert named(found) == [["step_uphill"], ["slope_of_the_wrong_sign"]]


def test_two_mistakes_at_once_are_found(diagnostician: Diagnostician) -> None:
    w = np.array([5.0])
    found = diagnostician.diagnose("m.walk", [call("walk", w, 0.1, 2, value=[w, w * 1.1, w * 1.21])])
    assert named(found) == [["slope_without_the_2", "step_uphill"]]


def test_nothing_is_named_when_nothing_fits(diagnostician: Diagnostician) -> None:
    found = diagnostician.diagnose("m.slope", [call("slope", 1.0, value=17.0)])
    assert found == Diagnosis(tried=2)


@pytest.mark.parametrize("mistake", [heavy_ball, forgetting])
def test_a_run_is_made_again_whatever_the_state_is_made_of(
    diagnostician: Diagnostician, mistake: Misconception
) -> None:
    def step(params: Any, grads: Any, state: Any, rate: float) -> Any:
        inner = {"V": {"w": np.zeros(2) if state is None else np.array(state[0])}}
        params, inner = mistake.variant(params, grads, inner, rate=rate)
        return params, [inner["V"]["w"].tolist(), "more"]

    assert named(diagnostician.diagnose("m.momentum", run_of_momentum(step, None))) == [[mistake.name]]


def test_a_state_that_stays_in_the_students_process_is_no_hindrance(diagnostician: Diagnostician) -> None:
    states = {0: {"V": {"w": np.zeros(2)}}}

    def step(params: Any, grads: Any, state: Opaque, rate: float) -> Any:
        params, states[state.number + 1] = heavy_ball.variant(params, grads, states[state.number], rate=rate)
        return params, Opaque(state.number + 1, "State", 1)

    calls = run_of_momentum(step, Opaque(0, "State", 1))
    assert named(diagnostician.diagnose("m.momentum", calls)) == [["heavy_ball"]]


def test_nothing_a_hand_in_made_up_is_computed_with(diagnostician: Diagnostician) -> None:
    """A state whose arrays would broadcast to terabytes stays where it came from."""

    def step(params: Any, grads: Any, state: Any, rate: float) -> Any:
        return params, {"V": {"w": np.zeros((2**20, 1))}, "rows": np.zeros((1, 2**20))}

    assert named(diagnostician.diagnose("m.momentum", run_of_momentum(step, {"V": {"w": np.zeros((2**20, 1))}}))) == []


def test_a_mistake_that_shows_in_the_callers_arguments_only_is_named(diagnostician: Diagnostician) -> None:
    params, grads, state = {"w": np.ones(2)}, {"w": np.ones(2)}, {"V": {"w": np.zeros(2)}}
    after = {"V": {"w": np.full(2, 0.1)}}
    value = ({"w": np.full(2, 0.9)}, after)
    made = call("momentum", params, grads, state, keywords={"rate": 1.0}, value=value, changed_arguments={"2": after})
    assert named(diagnostician.diagnose("m.momentum", [made])) == [["overwriting"]]
    assert named(diagnostician.diagnose("m.momentum", [call("init", params, value={}), made])) == [["overwriting"]]


def test_seeded_generators_go_on_from_call_to_call(diagnostician: Diagnostician) -> None:
    X, generator = np.arange(6.0), np.random.default_rng(4)
    calls = [call("deal", X, SeededGenerator(1, 4), value=list(first_one_lost.variant(X, generator))) for _ in range(3)]
    assert named(diagnostician.diagnose("m.deal", calls)) == [["first_one_lost"]]


def test_functions_of_the_check_and_of_the_student_are_called_again(diagnostician: Diagnostician) -> None:
    calls = [
        call("applied", lambda x: 3 * x, 2.0, value=19.0),
        call("applied", StudentFunction("m", "slope"), 2.0, value=9.0),
    ]
    assert named(diagnostician.diagnose("m.applied", calls)) == [["applied_twice"]]


def test_a_mistake_in_a_function_that_was_passed_is_recognised(diagnostician: Diagnostician) -> None:
    passed = [call("applied", StudentFunction("m", "slope"), 2.0, value=3.0)]
    assert named(diagnostician.diagnose("m.slope", passed)) == [["slope_without_the_2"]]
    assert named(diagnostician.diagnose("m.applied", passed)) == [["slope_without_the_2"]]


def test_what_stood_in_for_a_function_stands_in_again(diagnostician: Diagnostician) -> None:
    """A mistake in `slope` cannot be behind what `step` does with another slope."""
    stand_in = {"slope": lambda w: 10 * w}
    wrong = call("step", 1.0, 0.1, value=2.0, replaced=stand_in)
    assert named(diagnostician.diagnose("m.step", [wrong])) == [["step_uphill"]]
    calls = [call("step", 1.0, 0.1, value=0.0, replaced=stand_in), call("slope", 1.0, value=1.0)]
    assert named(diagnostician.diagnose("m.step", calls)) == [["slope_without_the_2"]]


def test_the_same_exception_is_the_same_result(diagnostician: Diagnostician) -> None:
    error = StudentError("call", ("ZeroDivisionError", "ArithmeticError"), "division by zero")
    calls = [call("quotient", 0.0, 2.0, error=error)]
    assert named(diagnostician.diagnose("m.quotient", calls)) == [["inverted"]]
    other = StudentError("call", ("TypeError",), "not that")
    assert named(diagnostician.diagnose("m.quotient", [call("quotient", 0.0, 2.0, error=other)])) == []


def test_what_is_not_written_tells_nothing(diagnostician: Diagnostician) -> None:
    missing = StudentError("call", ("NotImplementedError", "RuntimeError"), "slope is not written yet")
    assert diagnostician.diagnose("m.slope", [call("slope", 1.0, error=missing)]) is None


def test_the_time_is_kept_between_the_calls_of_a_function_that_was_passed() -> None:
    @known("applied")
    def for_ever(f, x):
        while True:
            f(x)

    diagnostician = Diagnostician({"m": reference()}, [for_ever])
    found = diagnostician.diagnose("m.applied", [call("applied", np.sin, 1.0, value=0.0)], seconds=0.05)
    assert found is not None
    assert found.out_of_time


def test_a_mistake_that_fits_as_far_as_time_allowed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(1000))
    monkeypatch.setattr(diagnosis_module.time, "thread_time", lambda: 0.01 * next(now))
    calls = [call("slope", 1.0 + number, value=1.0 + number) for number in range(100)]
    found = Diagnostician({"m": reference()}, [slope_without_the_2]).diagnose("m.slope", calls, seconds=0.6)
    assert named(found) == [["slope_without_the_2"]]
    assert found is not None
    assert found.out_of_time
    assert 5 < found.explanations[0].calls < 90


def test_calls_that_took_long_are_not_made_again(diagnostician: Diagnostician) -> None:
    found = diagnostician.diagnose("m.slope", [call("slope", 1.0, value=1.0, seconds=60.0)])
    assert found == Diagnosis(out_of_time=True)


def test_a_cheap_call_is_enough_beside_one_that_took_long(diagnostician: Diagnostician) -> None:
    calls = [call("slope", 1.0, value=1.0, seconds=60.0), call("slope", 3.0, value=3.0)]
    found = diagnostician.diagnose("m.slope", calls)
    assert named(found) == [["slope_without_the_2"]]
    assert found is not None
    assert found.out_of_time
    assert found.explanations[0].calls == 1


def test_the_cheapest_of_calls_that_do_not_build_on_each_other_are_made_first() -> None:
    made: list[float] = []

    @known("slope")
    def noting(w):
        made.append(w)
        return w

    right = reference()
    seconds = {1.0: 0.4, 2.0: 0.0, 3.0: 0.2}
    calls = [call("slope", w, value=w, seconds=took) for w, took in seconds.items()]
    vars(right)["made"] = made
    Diagnostician({"m": right}, [noting]).diagnose("m.slope", calls)
    assert made == [2.0, 3.0, 1.0]


def test_calls_belong_together_where_one_needs_what_another_returned_or_draws_on_from_its_generator() -> None:
    generator, state = SeededGenerator(seed=1, key=7), {"t": 1}
    calls = [
        call("slope", 1.0, value=(1.0, state)),
        call("slope", generator, value=1.0),
        call("slope", 2.0, value=2.0),
        call("slope", 3.0, state, value=3.0),
        call("slope", generator, value=4.0),
    ]
    assert sorted(runs(sources(calls))) == [[0, 3], [1, 4], [2]]


@pytest.mark.parametrize(
    ("quotient", "explained"),
    [
        (np.array([1.5]), [["slope_without_the_2"]]),
        (np.array([2 / 3]), [["inverted", "slope_without_the_2"]]),
        (np.array([7.0]), []),
        (StudentError("call", ("ValueError",), "of two"), []),
    ],
)
def test_a_mistake_explains_what_was_made_of_its_result_too(
    diagnostician: Diagnostician, quotient: Any, explained: list[list[str]]
) -> None:
    slope = np.array([3.0])
    came = {"error": quotient} if isinstance(quotient, StudentError) else {"value": quotient}
    calls = [call("slope", np.array([3.0]), value=slope), call("quotient", slope, 2.0, **came)]
    assert named(diagnostician.diagnose("m.quotient", calls)) == explained


def test_who_changes_an_argument_besides_is_told_the_other_mistake_too(diagnostician: Diagnostician) -> None:
    changed = call("slope", 3.0, value=3.0, changed_arguments={"0": 4.0})
    assert named(diagnostician.diagnose("m.slope", [changed])) == [["slope_without_the_2"]]
    right = call("slope", 3.0, value=6.0, changed_arguments={"0": 4.0})
    assert named(diagnostician.diagnose("m.slope", [right])) == []


def test_a_variant_that_remembers_starts_afresh_each_time() -> None:
    @known("slope")
    def counting(w):
        globals()["times"] = globals().get("times", 0) + 1
        return globals()["times"] * w

    diagnostician = Diagnostician({"m": reference()}, [counting])
    calls = [call("slope", 3.0, value=3.0 * number) for number in (1, 2, 3)]
    assert named(diagnostician.diagnose("m.slope", calls)) == [["counting"]]
    assert named(diagnostician.diagnose("m.slope", calls)) == [["counting"]]
    calls = [call("slope", 0.0, value=0.0), call("slope", 3.0, value=6.0), call("slope", 3.0, value=9.0)]
    assert named(diagnostician.diagnose("m.slope", calls)) == [["counting"]]


def test_the_solutions_are_importable_under_their_folders_name_while_mistakes_are_loaded(tmp_path: Path) -> None:
    module = reference()
    before = dict(sys.modules)
    with importable(tmp_path / "answers", {"m": module}):
        import answers.m

        assert answers.m is module
    assert "answers" not in sys.modules
    assert sys.modules.keys() == before.keys()


def failed(records: Any, function: str, *names: str, **changes: Any) -> CheckResult:
    found = [records.diagnosis(name, name=name, function=f"m.{name.partition('_')[0]}") for name in names]
    explanations = [explanation for one in found for explanation in one.explanations]
    diagnosis = Diagnosis(explanations=explanations, tried=5)
    return records.wrong_value(function=function, diagnosis=diagnosis, **changes)


def test_of_several_that_fit_a_check_the_one_that_explains_the_others_is_kept(records: Any) -> None:
    checks = narrowed([failed(records, "m.f", "f_one", "f_two"), failed(records, "m.f", "f_two")])
    assert [named(check.diagnosis) for check in checks] == [[["f_two"]], [["f_two"]]]


def test_of_several_that_explain_as_much_the_one_in_the_function_itself_is_kept(records: Any) -> None:
    checks = narrowed([failed(records, "m.f", "g_one", "f_two")])
    assert [named(check.diagnosis) for check in checks] == [[["f_two"]]]


def test_what_explains_one_of_many_failing_checks_is_chance(records: Any) -> None:
    unexplained = [failed(records, "m.f") for _ in range(3)]
    assert [named(check.diagnosis) for check in narrowed([failed(records, "m.f", "f_one"), *unexplained])] == [[]] * 4
    assert named(narrowed([failed(records, "m.f", "f_one"), *unexplained[:1]])[0].diagnosis) == [["f_one"]]
    given_up = [records.wrong_value(function="m.f", diagnosis=Diagnosis(tried=2, out_of_time=True)) for _ in range(3)]
    assert named(narrowed([failed(records, "m.f", "f_one"), *given_up])[0].diagnosis) == [["f_one"]]


def test_a_mistake_that_fits_one_check_and_not_another_of_the_function_says_so(records: Any) -> None:
    fits, another, pair = (
        failed(records, "m.f", "f_one"),
        failed(records, "m.f"),
        failed(records, "m.f", "f_one", "f_two"),
    )

    def left_open(checks: list[CheckResult]) -> int:
        return narrowed(checks)[0].diagnosis.explanations[0].unexplained

    assert left_open([fits, another]) == 1
    assert left_open([fits, pair]) == 0
    assert left_open([fits, failed(records, "m.g")]) == 0
    assert left_open([fits, failed(records, "m.f", failure=Failure(kind="did_not_raise", message="no"))]) == 0


def test_a_mistake_in_a_function_that_passed_all_its_own_checks_is_not_named(records: Any) -> None:
    building_on_it = failed(records, "m.f", "g_one")
    right = replace(failed(records, "m.g"), outcome="passed", diagnosis=None)
    assert named(narrowed([building_on_it, right])[0].diagnosis) == []
    assert named(narrowed([building_on_it, right, failed(records, "m.g")])[0].diagnosis) == [["g_one"]]
    assert named(narrowed([building_on_it])[0].diagnosis) == [["g_one"]]
