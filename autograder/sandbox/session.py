"""One hand-in's session: calls into the student's code, and what became of each."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from autograder.sandbox.exchange import Exchange, Heard, Overrun, Reply, Request
from autograder.sandbox.launch import Launcher, SandboxUnavailable

__all__ = [
    "CallResult",
    "Earlier",
    "Heard",
    "Opaque",
    "SeededGenerator",
    "Session",
    "SessionLimits",
    "StudentError",
    "StudentFunction",
]

_encodings = Encodings()


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
        self._printed = ""
        """While a module was imported, and part of no record yet."""
        self._ahead: deque[Heard] = deque()
        self.journal: list[Heard] | None = []
        """The exchanges since `begin`; None if another hand-in could not be asked the same."""

    def call(self, module: str, function: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> CallResult:
        """Call `module.function` on the student's side; never raises for what the student's code does."""
        return self.sequence([CallResult(f"{module}.{function}", tuple(arguments), dict(keywords))])[0]

    def sequence(self, calls: Sequence[CallResult], to_the_end: bool = False) -> list[CallResult]:
        """Make several calls in one exchange; arguments may be `Earlier` results.

        Parameters
        ----------
        calls
            Records that hold a function (all of one module) and arguments, and no value yet.
        to_the_end
            Whether the calls after one that raises are made all the same. Otherwise, and where the process ends or the
            time is up, the first that fails is the last.
        """
        functions = _functions_of(calls)
        callbacks: list[Callable[..., Any]] = []
        known = self._known_answer(calls, to_the_end)
        if known is None:
            refused = self._import_all(functions)
            if refused is not None:
                self.journal = None
                return [replace(refused, arguments=calls[0].arguments, keywords=calls[0].keywords)]
            try:
                request, is_plain = self._request(calls, to_the_end, callbacks)
            except StaleObject:
                self.journal = None
                gone = StudentError("crashed", (), "an object it needs ended with your process in an earlier call")
                return [replace(calls[0], error=gone)]
        results: list[CallResult] = []
        replies: list[Reply] = []

        def read(reply: Reply) -> None:
            replies.append(reply)
            results.append(self._read(calls[len(results)], reply))

        if known is not None:
            request, is_plain = known.request, True
            ended = self._listen(known.replies, read) or known.ended
        else:
            ended = self._exchange(request, len(calls), self._limits.call_seconds, callbacks, read)
        if ended is not None:
            results.append(replace(calls[len(results)], error=ended[0], seconds=ended[1]))
        output, self._printed = self._printed, ""
        if self.journal is not None and is_plain and ended is None and not output:
            self.journal.append(Heard(request, functions, replies))
        else:
            self.journal = None
        return [replace(results[0], output=output + results[0].output), *results[1:]] if output else results

    def begin(self) -> None:
        """From here on the exchanges of another check are in the journal."""
        self._ahead.clear()
        self.journal = []

    def ask_ahead(self, request: Request, functions: Sequence[str]) -> Heard | None:
        """Ask what another hand-in was asked. None where it cannot be asked, or does not answer every call.

        What came back is the answer to the next `sequence`, if that turns out to be the same request: the student's
        code does not run for it again.
        """
        if self._import_all(functions) is not None:
            return None
        replies: list[Reply] = []
        count = len(request.calls) if isinstance(request, wire.Sequence) else 1
        ended = self._exchange(request, count, self._limits.call_seconds, [], replies.append)
        self._ahead.append(Heard(request, functions, replies, ended))
        return self._ahead[-1] if ended is None and not self._printed else None

    def _read(self, call: CallResult, reply: Reply) -> CallResult:
        return reading.read_answer(call, reply.read(), self._limits, self._process, reply.elapsed, self._files)

    def _known_answer(self, calls: Sequence[CallResult], to_the_end: bool) -> Heard | None:
        """The exchange that was made ahead, if it was for these calls."""
        if not self._ahead:
            return None
        heard = self._ahead.popleft()
        request, is_plain = self._request(calls, to_the_end, [])
        request.number = heard.request.number
        if is_plain and wire.content(request) == wire.content(heard.request):
            return heard
        self._ahead.clear()  # a check that does not ask the same of everybody: what was asked ahead is no use
        return None

    def _import_all(self, functions: Sequence[str]) -> CallResult | None:
        """Have the modules of some functions imported; the record of the first that cannot be."""
        for function in functions:
            imported = self._import(function)
            if imported is not None and imported.error is not None:
                return imported
            self._printed += imported.output if imported is not None else ""
        return None

    def _import(self, function: str) -> CallResult | None:
        """Have the module of a function imported; None where it was before."""
        module = function.partition(".")[0]
        refused = self._refused(module)
        if refused is not None:
            return CallResult(function, (), {}, error=refused)
        self._ensure_process()
        if module in self._imported:
            return None
        call = CallResult(function, (), {})
        results: list[CallResult] = []
        ended = self._exchange(
            wire.Import(0, module),
            1,
            self._limits.import_seconds,
            [],
            lambda reply: results.append(self._read(call, reply)),
        )
        imported = results[0] if ended is None else replace(call, error=ended[0], seconds=ended[1])
        if imported.error is None:
            self._imported.add(module)
            return imported
        self._broken_modules[module] = replace(imported.error, stage=_import_stage(imported.error))
        return replace(imported, error=self._broken_modules[module])

    def _refused(self, module: str) -> StudentError | None:
        """Why no function of the module can be called."""
        if f"{module}.py" not in self._files:
            return StudentError("missing", (), f"{module}.py was not handed in")
        if module in self._broken_modules:
            return self._broken_modules[module]  # said once, run once
        return self._out_of_time() if self._spent >= self._limits.submission_seconds else None

    def _request(
        self, calls: Sequence[CallResult], to_the_end: bool, callbacks: list[Callable[..., Any]]
    ) -> tuple[Request, bool]:
        """What asks for the calls, and whether another hand-in could be asked the same."""
        budget = values.ample()
        bound: list[Opaque] = []
        special = self._describe(callbacks, bound)
        requests = []
        for call in calls:
            module, _, function = call.function.partition(".")
            arguments = [_encodings.encode(value, budget, special) for value in call.arguments]
            keywords = {name: values.encode(value, budget, special) for name, value in call.keywords.items()}
            replaced = {name: values.encode(value, budget, special) for name, value in call.replaced.items()}
            requests.append(wire.Call(0, module, function, arguments, keywords, replaced))
        request = requests[0] if len(requests) == 1 else wire.Sequence(0, requests, to_the_end)
        return request, not callbacks and not bound

    def _exchange(
        self,
        request: Request | wire.Import,
        count: int,
        seconds: float,
        callbacks: list[Callable[..., Any]],
        take: Callable[[Reply], None],
    ) -> tuple[StudentError, float] | None:
        """Send a request and take the answer to each of its calls; how it ended if there is not one to each."""
        assert self._connection is not None
        self._number += 1
        request.number = self._number
        started = time.monotonic()
        exchange = Exchange(
            self._connection,
            self._number,
            self._limits,
            started + self._limits.submission_seconds - self._spent,
            self._process,
            callbacks,
            lambda value: values.encode(value, values.ample(), self._describe([], [])),
        )
        try:
            ended = self._listen(exchange.answers(request, count, seconds), take)
        finally:
            self._spent += time.monotonic() - started
        if exchange.failures:
            raise exchange.failures[0]
        return ended

    def _listen(self, replies: Iterable[Reply], take: Callable[[Reply], None]) -> tuple[StudentError, float] | None:
        started = time.monotonic()

        def ended(stage: Stage, message: str) -> tuple[StudentError, float]:
            return StudentError(stage, (), message), time.monotonic() - started

        try:
            for reply in replies:
                take(reply)
                started = time.monotonic()
        except Overrun as error:
            self.close()
            return ended("timeout", str(error))
        except ProcessEnded:
            return ended("crashed", self._end(patience=0.2))
        except (wire.ProtocolError, nodes.BadValue, nodes.ValueTooLarge) as error:
            self.close()
            return ended("crashed", f"what came back is not an answer: {error}")
        except BaseException:
            self.close()  # interrupted in the middle: nothing that comes now would be an answer to anything
            raise
        return None

    def _describe(self, callbacks: list[Callable[..., Any]], bound: list[Opaque]) -> values.Special:
        def special(value: Any) -> nodes.Node:
            if isinstance(value, Opaque):
                if value.process != self._process:
                    raise StaleObject
                bound.append(value)
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
