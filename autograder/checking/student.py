"""The `student` of a check: attribute access to the hand-in's modules, every call through the sandbox and recorded."""

from __future__ import annotations

import ast
import functools
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from autograder.assignment import Assignment
from autograder.checking.failures import CheckFailure, GraderFault, StudentFailure
from autograder.results import Failure
from autograder.sandbox.session import CallResult, Earlier, SeededGenerator, Session, StudentFunction
from autograder.submissions import Submission

MAX_RECORDED = 500
T = TypeVar("T")
_GENERATORS = 1 << 20
"""More than a check ever asks for."""
_kept: WeakKeyDictionary[Session, dict[str, Any]] = WeakKeyDictionary()
"""What checks of a hand-in share; it goes with the session."""


class Student:
    """One hand-in during one check."""

    def __init__(self, session: Session, assignment: Assignment, submission: Submission, number: int) -> None:
        """`number` is the check's: one of its own for each check of a hand-in."""
        self._session = session
        self._keys = itertools.count(number * _GENERATORS)
        self._assignment = assignment
        self._submission = submission
        self.calls: list[CallResult] = []
        """The calls made so far, oldest first."""
        self.measured: dict[str, float] = {}
        self.looked_elsewhere = False
        """Whether the check knows anything of this hand-in but what its functions answered."""

    def __getattr__(self, name: str) -> StudentModule:
        modules = [*self._assignment.modules, *self._assignment.given]
        if name.startswith("_") or name not in modules:
            raise GraderFault(f"a check uses student.{name}, but the assignment's modules are {', '.join(modules)}")
        return StudentModule(self, name)

    def handed_in(self, name: str) -> bytes:
        """A file handed in beside the modules: whatever somebody put there, to be read with care.

        Raises
        ------
        CheckFailure
            if it was not handed in.
        """
        if name not in self._assignment.files:
            raise GraderFault(f"a check reads {name}, which is not among the `files` of assignment.toml")
        self.looked_elsewhere = True
        if name not in self._submission.files:
            raise CheckFailure(Failure(kind="missing", message=f"{name} was not handed in."))
        return self._submission.files[name]

    def measure(self, name: str, value: float) -> None:
        """Put a number on record beside the verdict, whatever that will be: for the assignment's leaderboard, say.

        The number must be computed here, in the grading process: what the student's code says about itself is no
        measurement. One that is not finite is not kept.
        """
        self.looked_elsewhere = True  # what it measures is this hand-in's own
        if math.isfinite(value):
            self.measured[name] = float(value)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made for the first check that asks and kept for the later ones of this hand-in.

        For what costs seconds and several checks judge: a network trained anew. Nothing is kept when it raises.
        """
        self.looked_elsewhere = True
        kept = _kept.setdefault(self._session, {})
        if name not in kept:
            kept[name] = make()
        return cast(T, kept[name])

    def rng(self, seed: int) -> SeededGenerator:
        """A seeded generator that lives in the student's process and advances from call to call."""
        return SeededGenerator(next(self._keys), int(seed))

    def run_all(self, calls: Sequence[StudentCall], to_the_end: bool = False) -> list[CallResult]:
        """Make calls one after the other in one exchange; arguments may be `Earlier` results.

        The records of those that were made: the first that fails is the last. With `to_the_end` those after one that
        raises are made all the same, and only what ends the process or takes too long is the last.
        """
        asked = [
            CallResult(
                f"{called.module}.{called.name}",
                tuple(_sendable(value) for value in arguments),
                {name: _sendable(value) for name, value in keywords.items()},
                replaced=called.replaced,
            )
            for called, arguments, keywords in calls
        ]
        results = self._session.sequence(asked, to_the_end)
        seen = [self._with_names(_resolved(result, results)) for result in results]
        self.calls += seen[: max(MAX_RECORDED - len(self.calls), 0)]
        return seen

    def _with_names(self, result: CallResult) -> CallResult:
        """The call with what its function calls its arguments, where one of them was changed: it has to be named."""
        if not result.changed_arguments:
            return result
        module, _, function = result.function.partition(".")
        return replace(result, parameters=_parameters(self._assignment.solutions / f"{module}.py").get(function, ()))


class StudentModule:
    def __init__(self, student: Student, name: str) -> None:
        self._student = student
        self._name = name

    def __getattr__(self, name: str) -> StudentCallable:
        if name.startswith("__"):
            raise AttributeError(name)
        return StudentCallable(self._student, self._name, name)


class StudentCallable:
    """A function of the hand-in."""

    def __init__(
        self, student: Student, module: str, name: str, replaced: Mapping[str, Callable[..., Any]] | None = None
    ) -> None:
        self.student = student
        self.module = module
        self.name = name
        self.replaced = replaced or {}

    def with_(self, **replaced: Callable[..., Any]) -> StudentCallable:
        """The same function, while whose calls last other functions stand in for those of its module by these names."""
        return StudentCallable(self.student, self.module, self.name, {**self.replaced, **replaced})

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """The value the student's function returns.

        Raises
        ------
        StudentFailure
            if it raised, overran its time, ended its process, or is missing.
        """
        result = self.attempt(*arguments, **keywords)
        if result.error is not None:
            raise StudentFailure(result)
        return result.value

    def each(self, arguments: Sequence[tuple[Any, ...]], **keywords: Any) -> list[Any]:
        """The values of several calls, made one after the other in one exchange; raises as a call does."""
        results = self.student.run_all([(self, one, keywords) for one in arguments])
        if results[-1].error is not None:
            raise StudentFailure(results[-1])
        return [result.value for result in results]

    def attempt_each(self, arguments: Sequence[tuple[Any, ...]], **keywords: Any) -> list[CallResult]:
        """The whole records of several calls, made in one exchange whatever becomes of each.

        Fewer than were asked for only where the last of them ended the process or took too long.
        """
        return self.student.run_all([(self, one, keywords) for one in arguments], to_the_end=True)

    def attempt(self, *arguments: Any, **keywords: Any) -> CallResult:
        """The whole record of the call; never raises for what the student's code does."""
        return self.student.run_all([(self, arguments, keywords)])[0]


@functools.cache
def _parameters(module: Path) -> Mapping[str, tuple[str, ...]]:
    """What each function of a reference module calls its arguments; nothing on a student's machine: it is not there."""
    if not module.is_file():
        return {}
    functions = (one for one in ast.parse(module.read_bytes()).body if isinstance(one, ast.FunctionDef))
    return {one.name: tuple(argument.arg for argument in one.args.args) for one in functions}


StudentCall = tuple[StudentCallable, tuple[Any, ...], Mapping[str, Any]]
"""A function, the arguments of a call and its keywords."""


def _resolved(result: CallResult, results: Sequence[CallResult]) -> CallResult:
    """The call with the earlier results in place of the references to them."""
    if not any(isinstance(value, Earlier) for value in result.arguments):
        return result
    arguments = tuple(_earlier(value, results) if isinstance(value, Earlier) else value for value in result.arguments)
    return replace(result, arguments=arguments)


def _earlier(reference: Earlier, results: Sequence[CallResult]) -> Any:
    value = results[reference.call].value
    if reference.item is None:
        return value
    return value[reference.item] if isinstance(value, (tuple, list)) and len(value) > reference.item else None


def _sendable(value: Any) -> Any:
    return StudentFunction(value.module, value.name) if isinstance(value, StudentCallable) else value
