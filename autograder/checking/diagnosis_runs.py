"""Which recorded calls belong together, and which can be made again by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.checking.diagnosis_replay import has_an_identity
from autograder.sandbox.session import CallResult, SeededGenerator

_ALIKE = 0.01
"""Runs are told apart by what they cost in steps of so many seconds: where all are cheap they stay in their order."""


def cheapest_first(calls: Sequence[CallResult], before: Sequence[set[int]]) -> list[list[int]]:
    """The runs of a check, those first whose calls took the student least; `before` are the `sources` of its calls."""
    return sorted(runs(before), key=lambda run: int(seconds(calls, run) / _ALIKE))


def seconds(calls: Sequence[CallResult], run: Sequence[int]) -> float:
    return sum(calls[index].seconds for index in run)


def runs(before: Sequence[set[int]]) -> list[list[int]]:
    """The calls of which these are the `sources`, by their places, together where one builds on another.

    No run has a say in another: each can be made again by itself, in any order.
    """
    run_of: dict[int, list[int]] = {}
    for index, needed in enumerate(before):
        joined = sorted({index}.union(*(run_of[one] for one in needed)))
        run_of.update(dict.fromkeys(joined, joined))
    return sorted({id(run): run for run in run_of.values()}.values(), key=lambda run: run[-1])


def sources(calls: Sequence[CallResult]) -> list[set[int]]:
    """For each call those before it that it builds on: that returned what it is given, or drew from its generator."""
    found: list[set[int]] = []
    makers: dict[object, int] = {}
    for index, call in enumerate(calls):
        things = set(_things((call.arguments, dict(call.keywords))))
        found.append({makers[thing] for thing in things if thing in makers})
        makers.update((thing, index) for thing in things if isinstance(thing, _Generator))
        makers.update((id(part), index) for part in (call.value, *_parts(call.value)) if has_an_identity(part))
    return found


@dataclass(frozen=True)
class _Generator:
    key: int


def _things(value: Any) -> Iterator[object]:
    """What a value is known by when it comes from another call, and so for all that it holds."""
    if isinstance(value, SeededGenerator):
        yield _Generator(value.key)
    elif has_an_identity(value):
        yield id(value)
        for part in _parts(value):
            yield from _things(part)


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else []
