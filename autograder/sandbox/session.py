"""One hand-in's session: calls into the student's code, and what became of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograder.sandbox import nodes, reading, values, wire
from autograder.sandbox.calls import (
    CallResult,
    Earlier,
    Opaque,
    SeededGenerator,
    SessionLimits,
    Stage,
    StudentError,
    StudentFunction,
)
from autograder.sandbox.connection import Connection, DeadlineExceeded, ProcessEnded
from autograder.sandbox.encodings import Encodings
from autograder.sandbox.launch import Launcher, SandboxUnavailable

__all__ = [
    "CallResult",
    "Earlier",
    "Opaque",
    "SeededGenerator",
    "Session",
    "SessionLimits",
    "StudentError",
    "StudentFunction",
]

_CALLBACK_TRAFFIC = 16
"""How many times the size of a reply the arguments of one call's callbacks may have together."""

_encodings = Encodings()

# What bad arguments make a function raise: the student's code that gave them sees it. Anything else is the check's.
_CAUSED_BY_ARGUMENTS = (
    TypeError,
    ValueError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
)


class Session:
    """Calls into one hand-in. The process starts at the first call, and anew after a call that ended it."""

    def __init__(
        self,
        launcher: Launcher,
        files: Mapping[str, bytes],
        allowed_imports: Sequence[str],
        limits: SessionLimits,
    ) -> None:
        self._launcher = launcher
        self._files = dict(files)
        self._allowed = list(allowed_imports)
        self._limits = limits
        self._connection: Connection | None = None
        self._process = 0
        self._number = 0
        self._imported: set[str] = set()
        self._broken_modules: dict[str, StudentError] = {}
        self._spent = 0.0

    def call(self, module: str, function: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> CallResult:
        """Call `module.function` on the student's side; never raises for what the student's code does."""
        return self.sequence([CallResult(f"{module}.{function}", tuple(arguments), dict(keywords))])[0]

    def sequence(self, calls: Sequence[CallResult]) -> list[CallResult]:
        """Make several calls in one exchange; arguments may be `Earlier` results. Ends at the first that fails.

        Parameters
        ----------
        calls
            Records that hold a function (all of one module) and arguments, and no value yet.
        """
        base = calls[0]
        output = ""
        for function in _functions_of(calls):
            imported = self._import(replace(base, function=function))
            if imported is not None and imported.error is not None:
                return [imported]
            output += imported.output if imported is not None else ""
        callbacks: list[Callable[..., Any]] = []
        try:
            results = self._exchange(
                calls, lambda: self._request(calls, callbacks), self._limits.call_seconds, callbacks
            )
        except StaleObject:
            gone = StudentError("crashed", (), "an object it needs ended with your process in an earlier call")
            return [replace(base, error=gone)]
        return [replace(results[0], output=output + results[0].output), *results[1:]] if output else results

    def _import(self, call: CallResult) -> CallResult | None:
        """Have the module of a called function imported; None where it was before."""
        module = call.function.partition(".")[0]
        if f"{module}.py" not in self._files:
            return replace(call, error=StudentError("missing", (), f"{module}.py was not handed in"))
        if module in self._broken_modules:
            return replace(call, error=self._broken_modules[module])  # said once, run once
        if self._spent >= self._limits.submission_seconds:
            return replace(call, error=self._out_of_time())
        self._ensure_process()
        if module in self._imported:
            return None
        imported = self._exchange([call], lambda: wire.Import(self._number, module), self._limits.import_seconds, [])[0]
        if imported.error is None:
            self._imported.add(module)
            return imported
        self._broken_modules[module] = replace(imported.error, stage=_import_stage(imported.error))
        return replace(imported, error=self._broken_modules[module])

    def _request(self, calls: Sequence[CallResult], callbacks: list[Callable[..., Any]]) -> wire.Call | wire.Sequence:
        budget = values.ample()
        special = self._describe(callbacks)
        requests = []
        for call in calls:
            module, _, function = call.function.partition(".")
            arguments = [_encodings.encode(value, budget, special) for value in call.arguments]
            keywords = {name: values.encode(value, budget, special) for name, value in call.keywords.items()}
            replaced = {name: values.encode(value, budget, special) for name, value in call.replaced.items()}
            requests.append(wire.Call(self._number, module, function, arguments, keywords, replaced))
        return requests[0] if len(requests) == 1 else wire.Sequence(self._number, requests)

    def _exchange(
        self,
        calls: Sequence[CallResult],
        make_request: Callable[[], wire.ToStudent],
        seconds: float,
        callbacks: list[Callable[..., Any]],
    ) -> list[CallResult]:
        """Send one request and wait for the answer to each call, whatever happens on the other side."""
        connection = self._connection
        assert connection is not None
        failures: list[Exception] = []
        self._number += 1
        request = wire.pack(make_request())
        results: list[CallResult] = []
        started = time.monotonic()
        last = started + self._limits.submission_seconds - self._spent
        asked = started

        def ended(stage: Stage, message: str) -> None:
            results.append(
                replace(calls[len(results)], error=StudentError(stage, (), message), seconds=time.monotonic() - asked)
            )

        try:
            connection.send(request, min(started + seconds, last))
            for call in calls:
                asked = time.monotonic()
                reply = self._await_reply(connection, min(asked + seconds, last), last, callbacks, failures)
                elapsed = time.monotonic() - asked
                results.append(reading.read_answer(call, reply, self._limits, self._process, elapsed, self._files))
                if results[-1].error is not None:
                    break
        except DeadlineExceeded:
            whole = f"the {self._limits.submission_seconds:g} seconds a submission may take were used up"
            ended("timeout", whole if last <= asked + seconds else f"no answer within {seconds:g} seconds")
            self.close()
        except TooManyCallbacks:
            ended("timeout", f"it called the functions it was given more than {self._limits.callbacks} times")
            self.close()
        except ProcessEnded:
            ended("crashed", self._end(patience=0.2))
        except (wire.ProtocolError, nodes.BadValue, nodes.ValueTooLarge) as error:
            ended("crashed", f"what came back is not an answer: {error}")
            self.close()
        except BaseException:
            self.close()  # interrupted in the middle: nothing that comes now would be an answer to anything
            raise
        finally:
            self._spent += time.monotonic() - started
        if failures:
            raise failures[0]
        return results

    def _await_reply(
        self,
        connection: Connection,
        deadline: float,
        last: float,
        callbacks: list[Callable[..., Any]],
        failures: list[Exception],
    ) -> wire.Returned | wire.Raised:
        """Serve callbacks until the call's own answer comes.

        Parameters
        ----------
        deadline
            Our own work for the callbacks is not the student's time and moves it.
        last
            Up to here, and no further.
        """
        served = 0
        cap = reading.message_cap(self._limits)
        budget = values.Budget(_CALLBACK_TRAFFIC * self._limits.reply_bytes)
        while True:
            message = connection.receive(min(deadline, last), cap)
            reply = wire.parse_from_student(message)
            if reply.number != self._number:
                raise wire.ProtocolError("an answer to another call")
            if not isinstance(reply, wire.Callback):
                return reply
            served += 1
            if served > self._limits.callbacks:
                raise TooManyCallbacks
            if not 0 <= reply.callback < len(callbacks):
                raise wire.ProtocolError("a call of a function it was not given")
            budget.spend(len(message))
            arguments = [reading.read_value(node, budget, self._process) for node in reply.arguments]
            keywords = {name: reading.read_value(node, budget, self._process) for name, node in reply.keywords.items()}
            asked = time.monotonic()
            answer = self._serve(callbacks[reply.callback], arguments, keywords, failures)
            deadline += time.monotonic() - asked
            connection.send(wire.pack(answer), min(deadline, last))

    def _serve(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Any],
        keywords: Mapping[str, Any],
        failures: list[Exception],
    ) -> wire.CallbackValue | wire.CallbackFailed:
        try:
            value = function(*arguments, **keywords)
        except _CAUSED_BY_ARGUMENTS as error:
            return wire.CallbackFailed(self._number, type(error).__name__, wire.clean(error, 500))
        except Exception as error:
            failures.append(error)
            return wire.CallbackFailed(self._number, "RuntimeError", "the grader's function failed")
        return wire.CallbackValue(self._number, values.encode(value, values.ample(), self._describe([])))

    def _describe(self, callbacks: list[Callable[..., Any]]) -> values.Special:
        def special(value: Any) -> nodes.Node:
            if isinstance(value, Opaque):
                if value.process != self._process:
                    raise StaleObject
                return nodes.HandleNode(value.number, value.type_name)
            if isinstance(value, SeededGenerator):
                return nodes.GeneratorNode(value.key, value.seed)
            if isinstance(value, Earlier):
                return nodes.EarlierNode(value.call, value.item)
            if isinstance(value, StudentFunction):
                return nodes.StudentFunctionNode(value.module, value.function)
            if callable(value):
                callbacks.append(value)
                return nodes.CallbackNode(len(callbacks) - 1)
            raise TypeError(f"a check passed {type(value).__name__}, which cannot cross to the student's process")

        return special

    def _ensure_process(self) -> None:
        if self._connection is None:
            self._process += 1
            self._imported.clear()
            self._connection = self._launcher.start(self._limits.confinement)
            start = wire.Start(self._files, self._allowed, self._limits.output_bytes, self._limits.reply_bytes)
            try:
                self._connection.send(wire.pack(start), time.monotonic() + self._limits.import_seconds)
            except (DeadlineExceeded, ProcessEnded) as error:
                self.close()
                raise SandboxUnavailable("a new process did not take the hand-in") from error

    def _out_of_time(self) -> StudentError:
        return StudentError(
            "timeout",
            (),
            f"not run: earlier calls had used up the {self._limits.submission_seconds:g} seconds a submission may take",
        )

    def _end(self, patience: float = 0.0) -> str:
        connection, self._connection = self._connection, None
        return connection.end(patience) if connection else ""

    def close(self) -> None:
        """End the student's process and everything it started."""
        self._end()


def _import_stage(error: StudentError) -> Stage:
    return error.stage if error.stage in ("timeout", "crashed") else "import"


def _functions_of(calls: Sequence[CallResult]) -> list[str]:
    """A function of each module that is needed: that of the call, and those of functions it is given to call."""
    needed = {calls[0].function.partition(".")[0]: calls[0].function}
    for call in calls:
        for value in (*call.arguments, *call.keywords.values()):
            if isinstance(value, StudentFunction):
                needed.setdefault(value.module, f"{value.module}.{value.function}")
    return list(needed.values())


class StaleObject(Exception):
    """An object of a process that has ended was passed in."""


class TooManyCallbacks(Exception):
    """The student's code called the functions it was given more often than it may."""
