"""The forms of values on the wire, typed: what arrives is one of these or is refused."""

from __future__ import annotations

import msgspec


class ValueTooLarge(Exception):
    """The value exceeds the size, depth or length that may cross."""


class BadValue(Exception):
    """The bytes received do not describe a value."""


class Form(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    pass


class ArrayNode(Form, tag="array"):
    dtype: str
    shape: list[int]
    data: bytes
    scalar: bool


class TensorNode(Form, tag="tensor"):
    """A torch tensor: an array to whoever has no torch."""

    array: ArrayNode


class BytesNode(Form, tag="bytes"):
    data: bytes


class ListNode(Form, tag="list"):
    items: list[Node]


class TupleNode(Form, tag="tuple"):
    items: list[Node]


class DictNode(Form, tag="dict"):
    keys: list[Node]
    values: list[Node]


class YieldedNode(Form, tag="yielded"):
    """What an iterator yielded."""

    items: list[Node]


class BigIntNode(Form, tag="bigint"):
    hexadecimal: str


class HandleNode(Form, tag="handle"):
    """An object that stays in the student's process."""

    number: int
    type_name: str


class GeneratorNode(Form, tag="rng"):
    """A seeded `numpy.random.Generator` that lives in the student's process; the same key is the same object."""

    key: int
    seed: int


class CallbackNode(Form, tag="callback"):
    """A function of the grading process that the student's code may call."""

    number: int


class StudentFunctionNode(Form, tag="function"):
    module: str
    function: str


class EarlierNode(Form, tag="earlier"):
    """What an earlier call of the same sequence returned: the whole value, or one item of a list or tuple."""

    call: int
    item: int | None


Node = (
    None
    | bool
    | int
    | float
    | str
    | BytesNode
    | ArrayNode
    | TensorNode
    | ListNode
    | TupleNode
    | DictNode
    | YieldedNode
    | BigIntNode
    | HandleNode
    | GeneratorNode
    | CallbackNode
    | StudentFunctionNode
    | EarlierNode
)

CONTAINERS = (ArrayNode, TensorNode, DictNode, ListNode, TupleNode)
"""What can be changed by whoever it was passed to."""
