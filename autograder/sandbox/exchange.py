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

Request = wire.Call | wire.Sequence


@dataclass(slots=True)
class Reply:
    """The answer to one call, which is read when somebody wants to know what is in it."""

    given: bytes
    """All that a check can build a verdict on: equal bytes, equal values, changes, printed text, exceptions.

    Of an exception without its lines in the student's file, which are for showing.
    """
    elapsed: float
    """Seconds the call can have taken: since the request, without those of the calls before it.

    Not since their answers were read, for answers may wait to be read while the next call runs.
    """
    seconds: float
    """Those the call itself took."""
    number: int
    """Of the request."""
    body: bytes
    message: wire.Returned | wire.Raised | None
    """What was answered; None while nobody has looked into the body."""

    def read(self) -> wire.Returned | wire.Raised:
        """What was answered.

        Raises
        ------
        ProtocolError
            if it is not the message it seemed to be.
        """
        if self.message is None:
            message = wire.parse_from_student(self.body)
            assert isinstance(message, wire.Returned)
            if message.number != self.number:
                raise wire.ProtocolError("an answer to another call")
            self.message = message
        return self.message


@dataclass(frozen=True)
class Heard:
    """What went over the wire in one exchange: enough to ask another hand-in the same, and to tell if it answers so."""

    request: Request
    functions: Sequence[str]
    """A function of each module that the request needs imported."""
    replies: Sequence[Reply]
    ended: tuple[StudentError, float] | None = None
    """How it ended and after how many seconds, where not every call was answered."""

    def given(self) -> bytes:
        """What all replies gave."""
        return b"".join([reply.given for reply in self.replies])


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

    def answers(self, request: wire.ToStudent, count: int, seconds: float) -> Iterator[Reply]:
        """Send the request; the answers to its calls as they come.

        An exception of the student's is the last, unless the request goes on to the end.

        Raises
        ------
        Overrun, ProcessEnded, ProtocolError, BadValue, ValueTooLarge
            instead of the next answer.
        """
        end, cap = wire.end_of_answer(self.number), reading.message_cap(self.limits)
        to_the_end = isinstance(request, wire.Sequence) and request.to_the_end
        asked = began = time.monotonic()
        accounted = 0.0
        try:
            self.connection.send(wire.pack(request), min(asked + seconds, self.last))
            for _ in range(count):
                asked = time.monotonic()
                deadline = min(asked + seconds, self.last)
                body = self.connection.receive(deadline, cap)
                given, message = wire.given_by(body, end), None
                if given is None:
                    message = self._await_answer(body, deadline, cap)
                    given = _given_by(message)
                elapsed = time.monotonic() - began - accounted
                claimed = message.seconds if message is not None else wire.seconds_in(body)
                took = reading.possible_seconds(claimed, elapsed)
                accounted += took
                yield Reply(given, elapsed, took, self.number, body, message)
                if isinstance(message, wire.Raised) and not to_the_end:
                    break
        except DeadlineExceeded as error:
            whole = f"the {self.limits.submission_seconds:g} seconds a submission may take were used up"
            raise Overrun(whole if self.last <= asked + seconds else f"no answer within {seconds:g} seconds") from error

    def _await_answer(self, body: bytes, deadline: float, cap: int) -> wire.Returned | wire.Raised:
        """Serve callbacks, of which the body may be one, until the call's own answer comes.

        Our own work for them is not the student's time.
        """
        served = 0
        budget = values.Budget(_CALLBACK_TRAFFIC * self.limits.reply_bytes)
        while True:
            message = wire.parse_from_student(body)
            if message.number != self.number:
                raise wire.ProtocolError("an answer to another call")
            if not isinstance(message, wire.Callback):
                return message
            served += 1
            if served > self.limits.callbacks:
                raise Overrun(f"it called the functions it was given more than {self.limits.callbacks} times")
            if not 0 <= message.callback < len(self.callbacks):
                raise wire.ProtocolError("a call of a function it was not given")
            budget.spend(len(body))
            arguments = [reading.read_value(node, budget, self.process) for node in message.arguments]
            keywords = {name: reading.read_value(node, budget, self.process) for name, node in message.keywords.items()}
            asked = time.monotonic()
            answer = self._serve(self.callbacks[message.callback], arguments, keywords)
            deadline += time.monotonic() - asked
            self.connection.send(wire.pack(answer), min(deadline, self.last))
            body = self.connection.receive(min(deadline, self.last), cap)

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


def _given_by(message: wire.Returned | wire.Raised) -> bytes:
    if isinstance(message, wire.Returned):
        return wire.content((message.value, message.changed, message.output))
    return wire.content((message.stage, message.types, message.message, message.changed, message.output))
