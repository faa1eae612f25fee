"""The messages between the grading process and a student's process: length-prefixed msgpack, typed on arrival."""

from __future__ import annotations

import struct

import msgspec

from autograder.sandbox.values import Node

HEADER = struct.Struct("<I")


class ProtocolError(Exception):
    """The other side sent something that is not one of these messages."""


class _Message(msgspec.Struct, forbid_unknown_fields=True):
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


class Sequence(_Message, tag="sequence"):
    """Calls made one after the other in one exchange; the first that raises is the last."""

    number: int
    calls: list[Call]


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
    number: int
    value: Node
    output: str
    seconds: float
    changed: dict[str, Node] = {}
    """Arguments that differ after the call, by position ("0") or keyword."""


class Raised(_Message, tag="raised"):
    number: int
    stage: str
    """`import`, `missing`, `call` or `result` (the value could not be handed back)."""
    types: list[str]
    """The exception's class and its bases, most specific first."""
    message: str
    frames: list[Frame]
    output: str
    seconds: float
    changed: dict[str, Node] = {}


class Answers(_Message, tag="answers"):
    """The answers to a sequence, as far as it came."""

    number: int
    answers: list[Returned | Raised]


class Callback(_Message, tag="callback"):
    number: int
    callback: int
    arguments: list[Node]
    keywords: dict[str, Node]


ToStudent = Start | Import | Call | Sequence | CallbackValue | CallbackFailed
FromStudent = Returned | Raised | Answers | Callback

_encoder = msgspec.msgpack.Encoder()
_to_student: msgspec.msgpack.Decoder[ToStudent] = msgspec.msgpack.Decoder(ToStudent)
_from_student: msgspec.msgpack.Decoder[FromStudent] = msgspec.msgpack.Decoder(FromStudent)


def content(node: Node) -> bytes:
    """The bytes of a value: equal bytes, equal content (NaN equals itself, -0.0 differs from 0.0)."""
    return _encoder.encode(node)


def pack(message: ToStudent | FromStudent) -> bytes:
    """The message with its length in front."""
    body = _encoder.encode(message)
    return HEADER.pack(len(body)) + body


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
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ProtocolError(f"not a message: {error}") from error
