"""The `student` of a check: attribute access to the hand-in's modules, every call through the sandbox and recorded."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from autograder.checking.failures import GraderFault, StudentFailure
from autograder.sandbox.session import CallResult, SeededGenerator, Session, StudentFunction

MAX_RECORDED = 500
_keys = itertools.count(1)


class Student:
    """One hand-in during one check."""

    def __init__(self, session: Session, modules: Sequence[str]) -> None:
        self._session = session
        self._modules = modules
        self.calls: list[CallResult] = []
        """The calls made so far, oldest first."""

    def __getattr__(self, name: str) -> StudentModule:
        if name.startswith("_") or name not in self._modules:
            raise GraderFault(
                f"a check uses student.{name}, but the assignment's modules are {', '.join(self._modules)}"
            )
        return StudentModule(self, name)

    def rng(self, seed: int) -> SeededGenerator:
        """A seeded generator that lives in the student's process and advances from call to call."""
        return SeededGenerator(next(_keys), int(seed))

    def _run(self, module: str, function: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> CallResult:
        sent = tuple(_sendable(value) for value in arguments)
        named = {name: _sendable(value) for name, value in keywords.items()}
        result = self._session.call(module, function, sent, named)
        if len(self.calls) < MAX_RECORDED:
            self.calls.append(result)
        return result


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

    def __init__(self, student: Student, module: str, name: str) -> None:
        self._student = student
        self.module = module
        self.name = name

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

    def attempt(self, *arguments: Any, **keywords: Any) -> CallResult:
        """The whole record of the call; never raises for what the student's code does."""
        return self._student._run(self.module, self.name, arguments, keywords)


def _sendable(value: Any) -> Any:
    return StudentFunction(value.module, value.name) if isinstance(value, StudentCallable) else value
