"""The messages between the grading process and a student's process: length-prefixed msgpack, typed on arrival."""

from __future__ import annotations

import struct

import msgspec

from autograder.sandbox.nodes import Node

HEADER = struct.Struct("<I")
MAX_MESSAGE = 2_000
"""Characters of an exception's message."""
MAX_NAME = 200
"""Characters of a class's or function's name."""
MAX_SOURCE = 300
MAX_FRAMES = 12
MAX_TYPES = 30
"""Classes an exception may inherit from."""


class ProtocolError(Exception):
    """The other side sent something that is not one of these messages."""


class _Message(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    pass


class Frame(_Message):
    """One line of a traceback inside the student's files."""

    file: str
    line: int
    function: str
    source: str


# To the student's process


class Start(_Message, tag="start"):
    """First message to a new student process: the hand-in, and what it may use."""

    files: dict[str, bytes]
    allowed_imports: list[str]
    output_bytes: int
    reply_bytes: int


class Import(_Message, tag="import"):
    """Import a module of the hand-in; answered like a call, with None."""

    number: int
    module: str


class Call(_Message, tag="call"):
    number: int
    module: str
    function: str
    arguments: list[Node]
    keywords: dict[str, Node]
    replaced: dict[str, Node] = {}
    """Functions that stand in for those of the module by these names while the call lasts."""


class Sequence(_Message, tag="sequence"):
    """Calls made one after the other in one exchange, each answered as it ends."""

    number: int
    calls: list[Call]
    to_the_end: bool = False
    """Whether those after a call that raises are made all the same; otherwise it is the last."""


class CallbackValue(_Message, tag="callback_value"):
    number: int
    value: Node


class CallbackFailed(_Message, tag="callback_failed"):
    """The grading process could not answer the callback; raised inside the student's code as `type_name`."""

    number: int
    type_name: str
    message: str


# From the student's process


class Returned(_Message, tag="returned"):
    """What the call gave comes first, what differs from one process to the next last: see `given_by`."""

    value: Node
    output: str
    changed: dict[str, Node]
    """Arguments that differ after the call, by position ("0") or keyword."""
    number: int
    seconds: float


class Raised(_Message, tag="raised"):
    number: int
    stage: str
    """`import`, `missing`, `earlier` (the result of an earlier call has not the form this one needs), `call`, or
    `result` (the value could not be handed back)."""
    types: list[str]
    """The exception's class and its bases, most specific first."""
    message: str
    frames: list[Frame]
    output: str
    seconds: float
    changed: dict[str, Node] = {}


class Callback(_Message, tag="callback"):
    number: int
    callback: int
    arguments: list[Node]
    keywords: dict[str, Node]


ToStudent = Start | Import | Call | Sequence | CallbackValue | CallbackFailed
FromStudent = Returned | Raised | Callback

_encoder = msgspec.msgpack.Encoder()
_to_student: msgspec.msgpack.Decoder[ToStudent] = msgspec.msgpack.Decoder(ToStudent)
_from_student: msgspec.msgpack.Decoder[FromStudent] = msgspec.msgpack.Decoder(FromStudent)


def content(node: object) -> bytes:
    """The bytes of what messages are made of: equal bytes, equal content (NaN equals itself, -0.0 differs from 0.0)."""
    return _encoder.encode(node)


def pack(message: ToStudent | FromStudent) -> bytes:
    """The message with its length in front."""
    body = _encoder.encode(message)
    return HEADER.pack(len(body)) + body


_RETURNED = _encoder.encode(Returned(None, "", {}, 0, 0.0))[: len("returned") + 2]
_SECONDS = struct.Struct(">d")
_FLOAT = b"\xcb"


def end_of_answer(number: int) -> bytes:
    """What comes between what a call gave and its seconds in a `Returned` of this number."""
    return _encoder.encode(number) + _FLOAT


def given_by(body: bytes, end: bytes) -> bytes | None:
    """All of a `Returned` but its number and its seconds, as it came; None if it is no such message.

    It is to be compared with what was read from another such message: nobody has looked yet at what is in it, nor
    whether its number is more than what it ends with.

    Parameters
    ----------
    end
        The `end_of_answer` of the number that is expected.
    """
    cut = len(body) - _SECONDS.size - len(end)
    return body[:cut] if body.startswith(_RETURNED) and body.startswith(end, max(cut, 0)) else None


def seconds_in(body: bytes) -> float:
    """The seconds that a message of which `given_by` found something ends with."""
    seconds: float = _SECONDS.unpack_from(body, len(body) - _SECONDS.size)[0]
    return seconds


def clean(text: object, limit: int) -> str:
    """At most `limit` characters that can be sent: no lone surrogates."""
    return str(text)[:limit].encode("utf-8", "backslashreplace").decode()


def parse_to_student(body: bytes) -> ToStudent:
    return _to_student.decode(body)


def parse_from_student(body: bytes) -> FromStudent:
    """Typed decoding of untrusted bytes.

    Raises
    ------
    ProtocolError
        for anything that is not one whole, well-typed message.
    """
    try:
        return _from_student.decode(body)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise ProtocolError(f"not a message: {str(error)[:MAX_NAME]}") from error


class Inbox:
    """Takes bytes as they come and gives whole messages."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, part: bytes) -> None:
        self._held += part

    def take(self, cap: int) -> bytes | None:
        """The next message, if all of it is here.

        Raises
        ------
        ProtocolError
            as soon as a length beyond `cap` is announced.
        """
        held = self._held
        if len(held) < HEADER.size:
            return None
        (length,) = HEADER.unpack_from(held)
        if length > cap:
            raise ProtocolError(f"a message of {length} bytes, more than the {cap} allowed")
        end = HEADER.size + length
        if len(held) < end:
            return None
        message = bytes(memoryview(held)[HEADER.size : end])
        del held[:end]
        return message
