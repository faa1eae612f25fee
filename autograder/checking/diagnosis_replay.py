"""Makes the recorded calls of a check again, with other modules in the place of the student's.

A call is made with the recorded arguments, but for what an earlier call returned: there the value of the repeated call
takes the place of the student's. A run is thus made again from its start, whatever the student keeps in a state, and
nothing a hand-in made up is computed with.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from autograder.sandbox.session import CallResult, Opaque, SeededGenerator, StudentFunction

_MOST_YIELDED = 10_000


class OutOfTime(BaseException):
    """The time for a diagnosis is over; no `except Exception` of a variant stops it."""


@dataclass(frozen=True)
class Answer:
    """What a repeated call came to."""

    value: Any = None
    error: Exception | None = None
    changed: frozenset[str] = frozenset()
    """Arguments that differ after the call, by position ("0") or keyword, as in `CallResult.changed_arguments`."""


class Replay:
    """The calls of one check, to be made again as often as there are variants to try."""

    def __init__(self, calls: Sequence[CallResult], deadline: float) -> None:
        """`deadline` is in the time of this thread, so that a busy machine gives no less."""
        self.calls = calls
        self.deadline = deadline

    def answers(self, modules: Mapping[str, ModuleType], run: Sequence[int] | None = None) -> Iterator[Answer | None]:
        """The answer to each call in order; None where an argument it needs was never made.

        Parameters
        ----------
        run
            Only these calls, by their places: see `diagnosis_runs`.

        Raises
        ------
        OutOfTime
            once the deadline is over.
        """
        made: dict[int, Any] = {}
        generators: dict[int, np.random.Generator] = {}

        def again(value: Any) -> Any:
            if id(value) in made:
                if made[id(value)] is _Lost:
                    raise _NeverMade
                return _copied(made[id(value)])
            if isinstance(value, SeededGenerator):
                return generators.setdefault(value.key, np.random.default_rng(value.seed))
            if isinstance(value, StudentFunction):
                return getattr(modules[value.module], value.function)
            if isinstance(value, Opaque):
                raise _NeverMade
            if isinstance(value, dict):
                return {key: again(item) for key, item in value.items()}
            if isinstance(value, (list, tuple)):
                return type(value)(again(item) for item in value)
            if isinstance(value, np.ndarray):
                return value.copy()
            return self._bounded(value) if callable(value) else value

        for call in self.calls if run is None else [self.calls[index] for index in run]:
            self.keep_to_time()
            answer: Answer | None
            try:
                arguments = [again(value) for value in call.arguments]
                keywords = {name: again(value) for name, value in call.keywords.items()}
                with _standing_in(modules, call):
                    answer = _make(call.function, modules, arguments, keywords)
            except _NeverMade:
                answer = None
            _remember(made, call.value, answer.value if answer and answer.error is None else _Lost)
            yield answer

    def _bounded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **keywords: Any) -> Any:
            self.keep_to_time()
            return function(*arguments, **keywords)

        return called

    def keep_to_time(self) -> None:
        if time.thread_time() > self.deadline:
            raise OutOfTime


class _Lost:
    """Stands for a value that a repeated call should have made and did not."""


class _NeverMade(Exception):
    """An argument comes from a call that could not be repeated."""


@contextmanager
def _standing_in(modules: Mapping[str, ModuleType], call: CallResult) -> Iterator[None]:
    """While this lasts, what stood in for functions of the student's module stands in for those of ours."""
    names = vars(modules[call.function.partition(".")[0]]) if call.replaced else {}
    before = {name: names[name] for name in call.replaced if name in names}
    names.update(call.replaced)
    try:
        yield
    finally:
        for name in call.replaced:
            del names[name]
        names.update(before)


def _make(function: str, modules: Mapping[str, ModuleType], arguments: list[Any], keywords: dict[str, Any]) -> Answer:
    module, _, name = function.partition(".")
    before = _copied(arguments), _copied(keywords)
    try:
        value = _plain(getattr(modules[module], name)(*arguments, **keywords))
    except Exception as error:
        return Answer(error=error, changed=_changes(before, arguments, keywords))
    return Answer(value=_copied(value), changed=_changes(before, arguments, keywords))


def _plain(value: Any) -> Any:
    """The value as it would have crossed from the student's process: what it yields, arrays for tensors."""
    if isinstance(value, (str, bytes, dict, list, tuple, np.ndarray, np.generic)) or value is None:
        return value
    if hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    if isinstance(value, Iterator):
        return [item for item, _ in zip(value, range(_MOST_YIELDED), strict=False)]
    return value


def _remember(made: dict[int, Any], recorded: Any, new: Any) -> None:
    """Note what now stands for a value that came back from the student, and for each of its parts."""
    if has_an_identity(recorded):
        made[id(recorded)] = new
    if isinstance(recorded, (list, tuple)):
        fits = isinstance(new, (list, tuple)) and len(new) == len(recorded)
        for index, item in enumerate(recorded):
            if has_an_identity(item):
                made[id(item)] = new[index] if fits else _Lost
    elif isinstance(recorded, dict):
        for key, item in recorded.items():
            if has_an_identity(item):
                made[id(item)] = new[key] if isinstance(new, dict) and key in new else _Lost


def has_an_identity(value: Any) -> bool:
    """Whether it is this very value that is passed on, and not an equal one. None may be somebody's state."""
    return value is None or isinstance(value, (dict, list, tuple, np.ndarray, Opaque))


def _copied(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_copied(item) for item in value)
    return value


def _changes(before: tuple[Any, Any], arguments: list[Any], keywords: dict[str, Any]) -> frozenset[str]:
    positions = {str(index) for index, value in enumerate(arguments) if _differ(before[0][index], value)}
    return frozenset(positions | {name for name, value in keywords.items() if _differ(before[1][name], value)})


def _differ(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return not (isinstance(after, np.ndarray) and np.array_equal(before, after, equal_nan=before.dtype.kind == "f"))
    if isinstance(before, dict):
        if not isinstance(after, dict) or before.keys() != after.keys():
            return True
        return any(_differ(item, after[key]) for key, item in before.items())
    if isinstance(before, (list, tuple)):
        return len(before) != len(after) or any(map(_differ, before, after))
    return isinstance(before, (int, float, str)) and bool(before != after) and before == before
