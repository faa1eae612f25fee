"""Which recorded calls belong together, and which can be made again by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.checking.diagnosis_replay import has_an_identity
from autograder.sandbox.session import CallResult, SeededGenerator

_ALIKE = 0.01
"""Runs are told apart by what they cost in steps of so many seconds: where all are cheap they stay in their order."""


def cheapest_first(calls: Sequence[CallResult]) -> list[list[int]]:
    """The runs of a check, those first whose calls took the student least."""
    return sorted(runs(calls), key=lambda run: int(seconds(calls, run) / _ALIKE))


def seconds(calls: Sequence[CallResult], run: Sequence[int]) -> float:
    return sum(calls[index].seconds for index in run)


def runs(calls: Sequence[CallResult]) -> list[list[int]]:
    """The calls by their places, together where one needs what an earlier one returned, or draws on from its generator.

    No run has a say in another: each can be made again by itself, in any order.
    """
    found: list[list[int]] = []
    makers: dict[object, list[int]] = {}
    """What was made or begun to be used, and the run in which."""
    for index, call in enumerate(calls):
        run = [index]
        for thing in _things((call.arguments, dict(call.keywords))):
            before = makers.get(thing, run)
            if before is not run:
                run = _joined(before, run, found, makers)
            if isinstance(thing, _Generator):
                makers[thing] = run
        if not any(one is run for one in found):
            found.append(run)
        for part in (call.value, *_parts(call.value)):
            if has_an_identity(part):
                makers[id(part)] = run
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


def _joined(before: list[int], run: list[int], found: list[list[int]], makers: dict[object, list[int]]) -> list[int]:
    """Two runs as one, in the order of their calls; what either made was made by it."""
    both = sorted({*before, *run})
    found[:] = [one for one in found if one is not before and one is not run]
    for thing, maker in makers.items():
        if maker is before or maker is run:
            makers[thing] = both
    return both
