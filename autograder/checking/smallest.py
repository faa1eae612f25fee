"""The smallest input on which a student's function is wrong, found with Hypothesis beside the reference.

The inputs are shaped like those of the failing check, but made of small numbers of their own: nothing of a hidden
check's data is in them. Functions that work on what an earlier call returned, or that call others back, have none; for
them a report shows where a run first parts.
"""

from __future__ import annotations

import contextlib
import itertools
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from autograder.checking.diagnosis import Diagnostician
from autograder.checking.diagnosis_comparison import agreement
from autograder.checking.diagnosis_replay import Answer, Replay
from autograder.checking.diagnosis_variants import Modules
from autograder.checking.showing import show, show_arguments
from autograder.results import CheckResult, Example
from autograder.sandbox.session import CallResult, StudentError

if TYPE_CHECKING:
    from hypothesis import settings
    from hypothesis.strategies import DrawFn, SearchStrategy

SECONDS = 1.0
"""What the search for one function may take. On a machine that is not overloaded the number of trials ends it first."""

ALL_SECONDS = 4.0
"""What the searches for one hand-in may take together."""

ONE_CALL_SECONDS = 0.25
"""How long the student's function may take for one small input."""

Ask = Callable[[CallResult], CallResult]
"""Makes a call: the same record, with the student's value or error in it."""

_ABOUT_VALUES = ("wrong_value", "not_finite", "wrong_shape", "wrong_type", "raised")
_TRIALS = 80
"""Inputs tried for one function: the same however fast the machine is."""

_LARGE = 50.0
_SIZES = (1, 2, 3)
_NUMBERS = (1.0, 2.0, -1.0, -2.0, 0.5, -0.5, 3.0, -3.0, 0.0)
_LARGE_NUMBERS = (0.0, 1.0, 1000.0, -1000.0)
_SCALARS = (1.0, 0.5, 2.0, 0.1)


class _Enough(BaseException):
    """Enough has been tried; Hypothesis does not take it for a failure of the example."""


def smallest_example(
    call: CallResult, modules: Modules, ask: Ask, stand_in: Modules | None = None, seconds: float = SECONDS
) -> Example | None:
    """The smallest arguments like those of `call` on which the student's function parts from the reference.

    Parameters
    ----------
    call
        A recorded call whose result is wrong.
    modules
        The reference.
    ask
        Runs the student's function.
    stand_in
        Modules that are wrong in the very same way: they are searched in the student's place, who is asked once.
    seconds
        What is found when they are over is returned.

    Returns
    -------
    None where the arguments cannot be made up, or nothing was found.
    """
    inputs = _inputs(call)
    if inputs is None:
        return None
    from hypothesis import find
    from hypothesis.errors import NoSuchExample, Unsatisfiable

    quiet = _quiet()
    deadline = time.perf_counter() + seconds
    trials = itertools.count(1)
    best: list[tuple[tuple[int, ...], CallResult, Any]] = []

    def is_wrong(drawn: tuple[tuple[Any, ...], dict[str, Any]]) -> bool:
        if next(trials) > _TRIALS or time.perf_counter() > deadline:
            raise _Enough
        asked = CallResult(call.function, *drawn)
        expected = _answer(asked, modules)
        if expected is None:
            return False
        made = _made(asked, stand_in) if stand_in is not None else ask(asked)
        if _same(made, expected) or _is_no_result(made):
            return False
        best.append((_size(drawn), asked, expected.value))
        return True

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with contextlib.suppress(NoSuchExample, Unsatisfiable, _Enough):
            find(inputs, is_wrong, settings=quiet, random=Random(0))
    if not best:
        return None
    _, asked, expected = min(best, key=lambda one: one[0])
    got = ask(asked)
    if _is_no_result(got) or _same(got, CallResult(asked.function, (), {}, value=expected)):
        return None
    return Example(
        function=call.function,
        arguments=show_arguments(asked.arguments, asked.keywords),
        got=show(got.value) if got.error is None else f"{got.error.types[0]}: {got.error.message}"[:300],
        expected=show(expected),
    )


@cache
def _quiet() -> settings:
    """What every search has in common; Hypothesis is loaded here, and makes itself ready in a first search."""
    from hypothesis import HealthCheck, Phase, Verbosity, find, settings, strategies

    found = settings(
        max_examples=_TRIALS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    find(strategies.just(0), lambda number: True, settings=found, random=Random(0))
    return found


def _answer(call: CallResult, modules: Modules) -> CallResult | None:
    """What the reference returns; None where it refuses the arguments, or where the result is not finite."""
    made = _made(call, modules)
    return made if made.error is None and _is_finite(made.value) else None


def _made(call: CallResult, modules: Modules) -> CallResult:
    """What modules of ours make of a call, as a record."""
    answer = next(Replay([call], float("inf")).answers(dict(modules)))
    assert answer is not None  # plain arguments are always there
    if answer.error is None:
        return CallResult(call.function, call.arguments, call.keywords, value=answer.value)
    error = StudentError("call", (type(answer.error).__name__,), str(answer.error))
    return CallResult(call.function, call.arguments, call.keywords, error=error)


def _same(made: CallResult, expected: CallResult) -> bool:
    return agreement(made, Answer(value=expected.value), 1, set()) is not None


def _is_no_result(made: CallResult) -> bool:
    """Whether there is nothing to show beside the expected value."""
    return made.error is not None and made.error.stage != "call"


def _is_finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_finite(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return all(_is_finite(item) for item in value)
    if isinstance(value, (np.ndarray, np.generic, float)):
        array = np.asarray(value)
        return array.dtype.kind not in "fc" or bool(np.all(np.isfinite(array)))
    return True


def _size(drawn: tuple[tuple[Any, ...], dict[str, Any]]) -> tuple[int, ...]:
    """Fewer numbers first, then shorter ones."""
    text = show_arguments(*drawn)
    numbers = sum(np.size(value) for value in (*drawn[0], *drawn[1].values()))
    return int(numbers), len(text)


def _inputs(call: CallResult) -> SearchStrategy[tuple[tuple[Any, ...], dict[str, Any]]] | None:
    """A strategy for arguments like those of a call; None where one of them is more than numbers and texts."""
    if call.replaced or not all(_is_plain(value) for value in (*call.arguments, *call.keywords.values())):
        return None
    from hypothesis import strategies

    @strategies.composite
    def arguments(draw: DrawFn) -> tuple[tuple[Any, ...], dict[str, Any]]:
        sizes: dict[int, int] = {}

        def like(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: like(item) for key, item in value.items()}
            if isinstance(value, np.ndarray):
                shape = tuple(_sized(draw, length, sizes) for length in value.shape)
                count = int(np.prod(shape, dtype=int))
                pool = strategies.sampled_from(_pool(value))
                return np.array([draw(pool) for _ in range(count)], dtype=value.dtype).reshape(shape)
            if isinstance(value, bool) or value is None or isinstance(value, str):
                return value
            if isinstance(value, int):
                return draw(strategies.sampled_from(sorted({0, 1, 2, 3}, key=lambda number: (number == 0, number))))
            sign = -1.0 if value < 0 else 1.0
            return sign * draw(strategies.sampled_from(_SCALARS))

        return tuple(like(value) for value in call.arguments), {
            name: like(value) for name, value in call.keywords.items()
        }

    return arguments()


def _sized(draw: DrawFn, length: int, sizes: dict[int, int]) -> int:
    """A length for an axis, the same for axes that are as long as each other in the check."""
    from hypothesis import strategies

    if length < 2:
        return length
    if length not in sizes:
        sizes[length] = draw(strategies.sampled_from(sorted({*_SIZES, min(length, 4)})))
    return sizes[length]


def _pool(array: np.ndarray[Any, Any]) -> Sequence[Any]:
    """Small numbers of the kind that an array of the check holds: labels, positive ones, huge ones, any."""
    if array.size == 0:
        return [0]
    distinct = np.unique(array)
    if array.dtype.kind in "iu" or (len(distinct) <= 2 and set(distinct.tolist()) <= {0.0, 1.0, -1.0}):
        return list(range(int(distinct.min()), int(distinct.max()) + 1)) if array.dtype.kind in "iu" else list(distinct)
    if np.max(np.abs(array)) > _LARGE:
        return [number for number in _LARGE_NUMBERS if number >= 0 or np.min(array) < 0]
    return [number for number in _NUMBERS if number > 0] if np.min(array) > 0 else _NUMBERS


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_plain(item) for item in value.values())
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "iuf"
    return value is None or isinstance(value, (bool, int, float, str))


def with_examples(
    checks: Sequence[CheckResult],
    recorded: Mapping[str, Sequence[CallResult]],
    diagnostician: Diagnostician,
    ask: Ask,
    seconds: float = ALL_SECONDS,
) -> list[CheckResult]:
    """The checks of one hand-in, each function's first failing one with a smallest example where there is one.

    Parameters
    ----------
    recorded
        The calls of the failed checks, by the check's id.
    seconds
        For all of them together.
    """
    deadline = time.perf_counter() + seconds
    found: dict[str, Example] = {}
    functions: set[str] = set()
    for check in sorted(checks, key=lambda one: one.visibility != "public"):
        left = deadline - time.perf_counter()
        if check.id not in recorded or check.function in functions or left <= 0 or not _is_about_values(check):
            continue
        call = _wrong_call(check.function, recorded[check.id], diagnostician.modules)
        if call is not None:
            known = check.diagnosis.explanations if check.diagnosis else []
            stand_in = diagnostician.with_mistakes(known[0].mistakes) if len(known) == 1 else None
            example = smallest_example(call, diagnostician.modules, ask, stand_in, min(left, SECONDS))
            functions.add(check.function)
            if example is not None:
                found[check.id] = example
    return [replace(check, example=found[check.id]) if check.id in found else check for check in checks]


def _is_about_values(check: CheckResult) -> bool:
    return check.failure is not None and check.failure.kind in _ABOUT_VALUES


def _wrong_call(function: str, calls: Sequence[CallResult], modules: Modules) -> CallResult | None:
    """The first call of a function that parts from the reference, on arguments that can be made up.

    What an earlier call returned cannot: only the student knows what may be in a state.
    """
    returned: set[int] = set()
    for call in calls:
        is_made_up = not any(id(value) in returned for value in (*call.arguments, *call.keywords.values()))
        if call.function == function and is_made_up and (call.error is None or call.error.stage == "call"):
            expected = _answer(call, modules) if _inputs(call) is not None else None
            if expected is not None and not _same(call, expected):
                return call
        returned |= _parts(call.value)
    return None


def _parts(value: Any) -> set[int]:
    """The identity of a returned dict, list, tuple or array, and of those that it consists of."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return {id(one) for one in (value, *inside) if isinstance(one, (dict, list, tuple, np.ndarray))}
