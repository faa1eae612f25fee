"""Whether a repeated call came to what the student's call came to, and how exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking.canonical import canonical
from autograder.checking.diagnosis_replay import Answer
from autograder.checking.failures import CheckFailure
from autograder.checking.tolerance import scale_of, tolerance_for
from autograder.sandbox.session import CallResult


@dataclass(frozen=True)
class Agreement:
    """How well repeated calls agree with the student's."""

    calls: int = 0
    numbers: int = 0
    gap: float = 0.0
    """The largest difference, relative to the largest number beside it."""
    in_all: bool = True
    """False where the student changed arguments besides, which the repeated calls did not."""

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.calls + other.calls,
            self.numbers + other.numbers,
            max(self.gap, other.gap),
            self.in_all and other.in_all,
        )


def passed_on(calls: Sequence[CallResult]) -> set[int]:
    """The identity of every dict, list and tuple that stands among the arguments of the calls, by itself or inside."""
    found: set[int] = set()

    def visit(value: Any) -> None:
        if isinstance(value, (dict, list, tuple)):
            found.add(id(value))
            for item in value.values() if isinstance(value, dict) else value:
                visit(item)

    for call in calls:
        visit(call.arguments)
        visit(dict(call.keywords))
    return found


def agreement(
    recorded: CallResult, answer: Answer | None, steps: int, passed: set[int], precision: float = 1.0
) -> Agreement | None:
    """How well an answer agrees with what was recorded; None where it does not.

    Who changes an argument besides may agree in what is returned (`Agreement.in_all` tells): that is a mistake of its
    own. A state or a cache is the student's own business and is not compared: a dict that does not come first in what a
    function returns, or another container that does not and is handed to a later call.

    Parameters
    ----------
    steps
        How many calls the values may build on; rounding grows with it.
    passed
        See `passed_on`.
    precision
        A part of what checks allow, to tell apart what differs by less.
    """
    if answer is None or not answer.changed <= set(recorded.changed_arguments):
        return None
    in_all = answer.changed == set(recorded.changed_arguments)
    if recorded.error is not None or answer.error is not None:
        return Agreement(calls=1, in_all=in_all) if _same_error(recorded, answer.error) else None
    got, expected = recorded.value, answer.value
    if isinstance(expected, (tuple, list)) and isinstance(got, (tuple, list)) and len(got) == len(expected):
        public = [index for index, item in enumerate(expected) if not _is_private(index, item, got[index], passed)]
        got, expected = [got[index] for index in public], [expected[index] for index in public]
    try:
        mine = canonical(got, expected, "")
    except (CheckFailure, TypeError):
        return None
    total = Agreement(calls=1, in_all=in_all)
    for one, other in _leaves(mine, expected):
        found = _compare(one, other, steps, precision)
        if found is None:
            return None
        total += found
    return total


def _same_error(recorded: CallResult, error: Exception | None) -> bool:
    if recorded.error is None or error is None or not recorded.error.types:
        return False
    same_class = recorded.error.types[0] == type(error).__name__
    return same_class and (isinstance(error, ArithmeticError) or recorded.error.message == str(error))


def _is_private(index: int, expected: Any, got: Any, passed: set[int]) -> bool:
    if index == 0:
        return False
    return isinstance(expected, dict) or (isinstance(expected, (list, tuple)) and id(got) in passed)


def _leaves(got: Any, expected: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(expected, dict):
        for key, item in expected.items():
            yield from _leaves(got[key], item)
    elif isinstance(expected, (list, tuple)):
        for one, other in zip(got, expected, strict=True):
            yield from _leaves(one, other)
    else:
        yield got, expected


def _compare(got: Any, expected: Any, steps: int, precision: float) -> Agreement | None:
    if expected is None or isinstance(expected, (str, bool, np.bool_)):
        return Agreement(numbers=1) if got == expected else None
    one, other = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    scale = scale_of(other)
    if scale == 0 and not np.any(other):
        scale = scale_of(one)  # zero beside something tiny is no agreement
    allowed = precision * tolerance_for(scale, steps).absolute
    with np.errstate(invalid="ignore"):
        gaps = np.where((one == other) | (np.isnan(one) & np.isnan(other)), 0.0, np.abs(one - other))
    if not np.all(gaps <= allowed):
        return None
    return Agreement(numbers=one.size, gap=float(np.max(gaps, initial=0.0)) / (scale or 1.0))
