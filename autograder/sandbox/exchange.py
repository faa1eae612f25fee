"""One request and the answers to it, with the callbacks that the student's code makes meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.sandbox import nodes, reading, values, wire
from autograder.sandbox.calls import SessionLimits, StudentError
from autograder.sandbox.connection import Connection, DeadlineExceeded

_CALLBACK_TRAFFIC = 16
"""How many times the size of a reply the arguments of one call's callbacks may have together."""

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

Reply = wire.Returned | wire.Raised
Request = wire.Call | wire.Sequence


@dataclass(frozen=True)
class Heard:
    """What went over the wire in one exchange: enough to ask another hand-in the same, and to tell if it answers so."""

    request: Request
    functions: Sequence[str]
    """A function of each module that the request needs imported."""
    replies: Sequence[tuple[Reply, float]]
    """With the seconds that each took."""
    ended: tuple[StudentError, float] | None = None
    """How it ended and after how many seconds, where not every call was answered."""

    def content(self) -> bytes:
        """All that a check can build a verdict on: equal bytes, equal values, changes, printed text, exceptions.

        Of an exception without its lines in the student's file, which are for showing.
        """
        return b"".join(
            wire.content((reply.value, reply.changed, reply.output))
            if isinstance(reply, wire.Returned)
            else wire.content((reply.stage, reply.types, reply.message, reply.changed, reply.output))
            for reply, _ in self.replies
        )


class Overrun(Exception):
    """The student's code took longer, or called the functions it was given more often, than it may."""


@dataclass
class Exchange:
    """What is said between a request and the last answer to it."""

    connection: Connection
    number: int
    limits: SessionLimits
    last: float
    """The monotonic time up to which the whole exchange may last, and no further."""
    process: int
    callbacks: Sequence[Callable[..., Any]]
    encode: Callable[[Any], nodes.Node]
    """Makes the wire form of what a callback returns."""
    failures: list[Exception] = field(default_factory=list)
    """What callbacks raised by a fault of the check's."""

    def answers(self, request: wire.ToStudent, count: int, seconds: float) -> Iterator[tuple[Reply, float]]:
        """Send the request; the answers to its calls and the seconds each took, as they come.

        An exception of the student's is the last.

        Raises
        ------
        Overrun, ProcessEnded, ProtocolError, BadValue, ValueTooLarge
            instead of the next answer.
        """
        asked = time.monotonic()
        try:
            self.connection.send(wire.pack(request), min(asked + seconds, self.last))
            for _ in range(count):
                asked = time.monotonic()
                reply = self._await_reply(min(asked + seconds, self.last))
                yield reply, time.monotonic() - asked
                if isinstance(reply, wire.Raised):
                    break
        except DeadlineExceeded as error:
            whole = f"the {self.limits.submission_seconds:g} seconds a submission may take were used up"
            raise Overrun(whole if self.last <= asked + seconds else f"no answer within {seconds:g} seconds") from error

    def _await_reply(self, deadline: float) -> Reply:
        """Serve callbacks until the call's own answer comes. Our own work for them is not the student's time."""
        served = 0
        cap = reading.message_cap(self.limits)
        budget = values.Budget(_CALLBACK_TRAFFIC * self.limits.reply_bytes)
        while True:
            message = self.connection.receive(min(deadline, self.last), cap)
            reply = wire.parse_from_student(message)
            if reply.number != self.number:
                raise wire.ProtocolError("an answer to another call")
            if not isinstance(reply, wire.Callback):
                return reply
            served += 1
            if served > self.limits.callbacks:
                raise Overrun(f"it called the functions it was given more than {self.limits.callbacks} times")
            if not 0 <= reply.callback < len(self.callbacks):
                raise wire.ProtocolError("a call of a function it was not given")
            budget.spend(len(message))
            arguments = [reading.read_value(node, budget, self.process) for node in reply.arguments]
            keywords = {name: reading.read_value(node, budget, self.process) for name, node in reply.keywords.items()}
            asked = time.monotonic()
            answer = self._serve(self.callbacks[reply.callback], arguments, keywords)
            deadline += time.monotonic() - asked
            self.connection.send(wire.pack(answer), min(deadline, self.last))

    def _serve(
        self, function: Callable[..., Any], arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> wire.CallbackValue | wire.CallbackFailed:
        try:
            value = function(*arguments, **keywords)
        except _CAUSED_BY_ARGUMENTS as error:
            return wire.CallbackFailed(self.number, type(error).__name__, wire.clean(error, 500))
        except Exception as error:
            self.failures.append(error)
            return wire.CallbackFailed(self.number, "RuntimeError", "the grader's function failed")
        return wire.CallbackValue(self.number, self.encode(value))
