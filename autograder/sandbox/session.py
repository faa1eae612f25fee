"""One hand-in's session: calls into the student's code, and what became of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from autograder.sandbox import values, wire
from autograder.sandbox.confinement_record import Confinement
from autograder.sandbox.connection import Connection, DeadlineExceeded, ProcessEnded
from autograder.sandbox.launch import Launcher

Stage = Literal["import", "missing", "earlier", "call", "result", "timeout", "crashed"]
"""How far a call came; `earlier`: the result of an earlier call, which it needs, has not the form it should."""

_STAGES: dict[str, Stage] = {"import": "import", "missing": "missing", "earlier": "earlier", "result": "result"}


@dataclass(frozen=True)
class Opaque:
    """An object that stays in the student's process; it can be passed back in, not looked at."""

    number: int
    type_name: str
    process: int


@dataclass(frozen=True)
class SeededGenerator:
    """A `numpy.random.Generator` in the student's process; the same record is the same, advancing, generator."""

    key: int
    seed: int


@dataclass(frozen=True)
class StudentFunction:
    """A function of the hand-in, to be passed to another one."""

    module: str
    function: str


@dataclass(frozen=True)
class Earlier:
    """What an earlier call of the same sequence returned, or one item of it."""

    call: int
    item: int | None = None


@dataclass(frozen=True)
class StudentError:
    """How a call failed on the student's side."""

    stage: Stage
    types: tuple[str, ...]
    message: str
    frames: tuple[wire.Frame, ...] = ()


@dataclass(frozen=True)
class CallResult:
    """One call: its value or its error, and what happened on the way."""

    function: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    value: Any = None
    error: StudentError | None = None
    changed_arguments: Mapping[str, Any] = field(default_factory=dict)
    """Arguments that differ after the call, by position ("0") or keyword, as they were afterwards."""
    output: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class SessionLimits:
    confinement: Confinement
    call_seconds: float
    import_seconds: float
    submission_seconds: float
    output_bytes: int
    reply_bytes: int
    callbacks: int


class CallbackError(Exception):
    """A function of the grading process, called by the student's code, failed in a way no argument explains."""


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
        module = base.function.partition(".")[0]
        if f"{module}.py" not in self._files:
            return [replace(base, error=StudentError("missing", (), f"{module}.py was not handed in"))]
        if module in self._broken_modules:
            return [replace(base, error=self._broken_modules[module])]  # said once, run once
        if self._spent >= self._limits.submission_seconds:
            return [replace(base, error=self._out_of_time())]
        self._ensure_process()
        output = ""
        if module not in self._imported:
            imported = self._exchange(
                [base], lambda: wire.Import(self._number, module), self._limits.import_seconds, []
            )[0]
            if imported.error is not None:
                self._broken_modules[module] = replace(imported.error, stage=_import_stage(imported.error))
                return [replace(imported, error=self._broken_modules[module])]
            self._imported.add(module)
            output = imported.output
        callbacks: list[Callable[..., Any]] = []
        results = self._exchange(calls, lambda: self._request(calls, callbacks), self._limits.call_seconds, callbacks)
        return [replace(results[0], output=output + results[0].output), *results[1:]] if output else results

    def _request(self, calls: Sequence[CallResult], callbacks: list[Callable[..., Any]]) -> wire.Call | wire.Sequence:
        budget = values.Budget(1 << 30)
        special = self._describe(callbacks)
        requests = []
        for call in calls:
            module, _, function = call.function.partition(".")
            arguments = [values.encode(value, budget, special) for value in call.arguments]
            keywords = {name: values.encode(value, budget, special) for name, value in call.keywords.items()}
            requests.append(wire.Call(self._number, module, function, arguments, keywords))
        return requests[0] if len(requests) == 1 else wire.Sequence(self._number, requests)

    def _exchange(
        self,
        calls: Sequence[CallResult],
        make_request: Callable[[], wire.ToStudent],
        seconds: float,
        callbacks: list[Callable[..., Any]],
    ) -> list[CallResult]:
        """Send one request and wait for its answer, whatever happens on the other side."""
        seconds = min(seconds, self._limits.submission_seconds - self._spent)
        failures: list[Exception] = []
        connection = self._connection
        assert connection is not None
        self._number += 1
        request = wire.pack(make_request())
        started = time.monotonic()

        def ended(stage: Stage, message: str) -> list[CallResult]:
            return [replace(calls[0], error=StudentError(stage, (), message), seconds=time.monotonic() - started)]

        try:
            connection.send(request, started + seconds)
            reply = self._await_reply(connection, started + seconds, callbacks, failures)
            results = self._read_all(calls, reply)
        except DeadlineExceeded:
            self.close()
            results = ended("timeout", f"no answer within {seconds:g} seconds")
        except ProcessEnded:
            results = ended("crashed", self._end(patience=0.2))
        except (wire.ProtocolError, values.BadValue) as error:
            self.close()
            results = ended("crashed", f"what came back is not an answer: {error}")
        self._spent += time.monotonic() - started
        if failures and results[-1].error is not None:
            raise CallbackError(f"{type(failures[0]).__name__}: {failures[0]}") from failures[0]
        return results

    def _await_reply(
        self,
        connection: Connection,
        deadline: float,
        callbacks: list[Callable[..., Any]],
        failures: list[Exception],
    ) -> wire.Returned | wire.Raised | wire.Answers:
        """Serve callbacks until the call's own answer comes."""
        served = 0
        cap = self._limits.reply_bytes + 8 * self._limits.output_bytes + (1 << 20)
        while True:
            reply = wire.parse_from_student(connection.receive(deadline, cap))
            if reply.number != self._number:
                raise wire.ProtocolError("an answer to another call")
            if not isinstance(reply, wire.Callback):
                return reply
            served += 1
            if served > self._limits.callbacks:
                raise wire.ProtocolError(f"more than {self._limits.callbacks} calls of the functions it was given")
            if not 0 <= reply.callback < len(callbacks):
                raise wire.ProtocolError("a call of a function it was not given")
            asked = time.monotonic()
            answer = self._serve(reply, callbacks[reply.callback], failures)
            deadline += time.monotonic() - asked  # our own work is not the student's time
            connection.send(wire.pack(answer), deadline)

    def _serve(
        self, request: wire.Callback, function: Callable[..., Any], failures: list[Exception]
    ) -> wire.CallbackValue | wire.CallbackFailed:
        arguments = [self._value(node) for node in request.arguments]
        keywords = {name: self._value(node) for name, node in request.keywords.items()}
        try:
            value = function(*arguments, **keywords)
        except (TypeError, ValueError, LookupError, ArithmeticError) as error:
            # Bad arguments of the student's make our function raise; they see it as their own exception.
            return wire.CallbackFailed(self._number, type(error).__name__, str(error)[:500])
        except Exception as error:
            failures.append(error)
            return wire.CallbackFailed(self._number, "RuntimeError", "the grader's function failed")
        return wire.CallbackValue(self._number, values.encode(value, values.Budget(1 << 30), self._describe([])))

    def _read_all(
        self, calls: Sequence[CallResult], reply: wire.Returned | wire.Raised | wire.Answers
    ) -> list[CallResult]:
        answers = reply.answers if isinstance(reply, wire.Answers) else [reply]
        finished = bool(answers) and isinstance(answers[-1], wire.Raised)
        if not answers or len(answers) > len(calls) or (len(answers) < len(calls) and not finished):
            raise wire.ProtocolError("another number of answers than of calls")
        return [self._read(call, answer) for call, answer in zip(calls, answers, strict=False)]

    def _read(self, call: CallResult, reply: wire.Returned | wire.Raised) -> CallResult:
        value, error = None, None
        if isinstance(reply, wire.Returned):
            value = self._value(reply.value)
        else:
            stage: Stage = _STAGES.get(reply.stage, "call")
            error = StudentError(stage, tuple(reply.types), reply.message, tuple(reply.frames))
        changed = {name: self._value(node) for name, node in reply.changed.items()}
        return CallResult(
            call.function, call.arguments, call.keywords, value, error, changed, reply.output, reply.seconds
        )

    def _describe(self, callbacks: list[Callable[..., Any]]) -> values.Special:
        def special(value: Any) -> values.Node:
            if isinstance(value, Opaque):
                if value.process != self._process:
                    raise StaleObject
                return values.HandleNode(value.number, value.type_name)
            if isinstance(value, SeededGenerator):
                return values.GeneratorNode(value.key, value.seed)
            if isinstance(value, Earlier):
                return values.EarlierNode(value.call, value.item)
            if isinstance(value, StudentFunction):
                return values.StudentFunctionNode(value.module, value.function)
            if callable(value):
                callbacks.append(value)
                return values.CallbackNode(len(callbacks) - 1)
            raise TypeError(f"a check passed {type(value).__name__}, which cannot cross to the student's process")

        return special

    def _value(self, node: values.Node) -> Any:
        return values.decode(node, self._resolve)

    def _resolve(self, node: Any) -> Any:
        if isinstance(node, values.HandleNode):
            return Opaque(node.number, node.type_name, self._process)
        raise values.BadValue(f"a {type(node).__name__} may not come back")

    def _ensure_process(self) -> None:
        if self._connection is None:
            self._process += 1
            self._imported.clear()
            self._connection = self._launcher.start(self._limits.confinement)
            start = wire.Start(self._files, self._allowed, self._limits.output_bytes, self._limits.reply_bytes)
            self._connection.send(wire.pack(start), time.monotonic() + self._limits.import_seconds)

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


class StaleObject(Exception):
    """An object of a process that has ended was passed in."""
