"""What may cross the trust boundary, and its form on the wire.

Plain data by exact kind; never pickle, never a method of the other side's object. Whatever has no plain form becomes a
`HandleNode`: a number under which the student's process keeps the object, so that it can be passed back in.
"""

from __future__ import annotations

import collections.abc
import math
from collections.abc import Callable, Hashable
from typing import Any

import msgspec
import numpy as np

MAX_DEPTH = 40
MAX_INTEGER_BITS = 4096
MAX_YIELDED = 10_000
"""Items taken from a generator: more than any honest answer needs, few enough to end."""


class ValueTooLarge(Exception):
    """The value exceeds the size, depth or length that may cross."""


class BadValue(Exception):
    """The bytes received do not describe a value."""


class _Node(msgspec.Struct, forbid_unknown_fields=True):
    pass


class ArrayNode(_Node, tag="array"):
    dtype: str
    shape: list[int]
    data: bytes
    scalar: bool = False


class BytesNode(_Node, tag="bytes"):
    data: bytes


class ListNode(_Node, tag="list"):
    items: list[Node]


class TupleNode(_Node, tag="tuple"):
    items: list[Node]


class DictNode(_Node, tag="dict"):
    keys: list[Node]
    values: list[Node]


class YieldedNode(_Node, tag="yielded"):
    """What an iterator yielded, at most `MAX_YIELDED` items."""

    items: list[Node]
    complete: bool


class BigIntNode(_Node, tag="bigint"):
    hexadecimal: str


class HandleNode(_Node, tag="handle"):
    """An object that stays in the student's process."""

    number: int
    type_name: str


class GeneratorNode(_Node, tag="rng"):
    """A seeded `numpy.random.Generator` that lives in the student's process; the same key is the same object."""

    key: int
    seed: int


class CallbackNode(_Node, tag="callback"):
    """A function of the grading process that the student's code may call."""

    number: int


class StudentFunctionNode(_Node, tag="function"):
    module: str
    function: str


class EarlierNode(_Node, tag="earlier"):
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

_ITERATORS: tuple[type, ...] = (collections.abc.Iterator, range, type({}.keys()), type({}.values()), type({}.items()))


class Budget:
    """Counts down what one message may hold, so that a bomb ends before it is built."""

    def __init__(self, size: int) -> None:
        self.left = size

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise ValueTooLarge("the value is larger than may be handed back")


Special = Callable[[Any], Node]


def encode(value: Any, budget: Budget, special: Special, depth: int = 0) -> Node:
    """The wire form of `value`; `special` is asked for everything that has no plain form.

    Raises
    ------
    ValueTooLarge
        before more than the budget is built, or for nesting deeper than `MAX_DEPTH` (a list that holds itself).
    """
    kind = type(value)
    if value is None or kind is bool or kind is float:
        budget.spend(8)
        return value  # type: ignore[no-any-return]  # its kind was just checked
    if depth > MAX_DEPTH:
        raise ValueTooLarge(f"the value is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, np.generic):
        return _array_node(np.asarray(value), budget, special, value, scalar=True)
    if isinstance(value, np.ndarray):
        return _array_node(value, budget, special, value, scalar=False)
    if isinstance(value, str):
        text = str.encode(value, "utf-8", "backslashreplace").decode()
        budget.spend(len(text) + 8)
        return text
    if isinstance(value, bytes):
        budget.spend(len(value) + 8)
        return BytesNode(bytes(value))
    if isinstance(value, int):
        return _integer_node(int.__int__(value), budget)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, complex):
        return _array_node(np.asarray(complex(value)), budget, special, value, scalar=True)
    if isinstance(value, list):
        return ListNode([encode(item, budget, special, depth + 1) for item in list.__iter__(value)])
    if isinstance(value, tuple):
        return TupleNode([encode(item, budget, special, depth + 1) for item in tuple.__iter__(value)])
    if isinstance(value, dict):
        return _dict_node(value, budget, special, depth)
    if isinstance(value, _ITERATORS):
        return _yielded_node(value, budget, special, depth)
    budget.spend(64)
    return special(value)


def _integer_node(value: int, budget: Budget) -> Node:
    if -(1 << 63) <= value < 1 << 63:
        budget.spend(8)
        return value
    if value.bit_length() > MAX_INTEGER_BITS:
        raise ValueTooLarge(f"the integer has {value.bit_length()} bits")
    return BigIntNode(hex(value))


def _array_node(array: np.ndarray[Any, Any], budget: Budget, special: Special, value: Any, scalar: bool) -> Node:
    budget.spend(array.nbytes + 64)
    if array.dtype.kind not in "biufcUS":
        return special(value)
    # A base-class, C-ordered copy in native byte order: nothing of a subclass or a view travels.
    plain = np.array(array, dtype=array.dtype.newbyteorder("="), order="C", copy=True, subok=False)
    return ArrayNode(plain.dtype.str, list(plain.shape), plain.tobytes(), scalar)


def _dict_node(value: dict[Any, Any], budget: Budget, special: Special, depth: int) -> Node:
    pairs = list(dict.items(value))
    if not all(_is_plain_key(key) for key, _ in pairs):
        return special(value)
    return DictNode(
        [encode(key, budget, special, depth + 1) for key, _ in pairs],
        [encode(item, budget, special, depth + 1) for _, item in pairs],
    )


def _is_plain_key(key: Any) -> bool:
    if isinstance(key, tuple):
        return all(_is_plain_key(part) for part in tuple.__iter__(key))
    return key is None or isinstance(key, (bool, int, float, str, bytes))


def _yielded_node(value: Any, budget: Budget, special: Special, depth: int) -> Node:
    items: list[Node] = []
    for item in value:
        if len(items) == MAX_YIELDED:
            return YieldedNode(items, complete=False)
        items.append(encode(item, budget, special, depth + 1))
    return YieldedNode(items, complete=True)


def decode(node: Node, special: Callable[[Any], Any]) -> Any:
    """The value a wire form describes, in memory of its own; `special` resolves handles, callbacks and the like.

    Raises
    ------
    BadValue
        if the parts contradict each other (a shape that does not fit the bytes, an unhashable key).
    """
    if not isinstance(node, _Node):
        return node
    if isinstance(node, ArrayNode):
        return decode_array(node)
    if isinstance(node, ListNode):
        return [decode(item, special) for item in node.items]
    if isinstance(node, BytesNode):
        return node.data
    if isinstance(node, TupleNode):
        return tuple(decode(item, special) for item in node.items)
    if isinstance(node, DictNode):
        return _decode_dict(node, special)
    if isinstance(node, YieldedNode):
        if not node.complete:
            raise BadValue(f"the iterator did not end after {MAX_YIELDED} items")
        return [decode(item, special) for item in node.items]
    if isinstance(node, BigIntNode):
        try:
            return int(node.hexadecimal[: MAX_INTEGER_BITS // 4 + 3], 16)
        except ValueError as error:
            raise BadValue("not an integer") from error
    return special(node)


def decode_array(node: ArrayNode) -> Any:
    """An array (or NumPy scalar) with memory of its own; the declared shape must fit the bytes exactly."""
    kind = node.dtype[1:2]
    if kind not in set("biufcUS") or not node.dtype[2:].isdigit() or len(node.dtype) > 8:
        raise BadValue("an array of a kind that may not cross")
    if len(node.shape) > 32 or any(length < 0 for length in node.shape):
        raise BadValue("an impossible shape")
    try:
        dtype = np.dtype(node.dtype)
    except TypeError as error:
        raise BadValue("an unknown dtype") from error
    count = math.prod(node.shape)
    if dtype.itemsize == 0 or count * dtype.itemsize != len(node.data):
        raise BadValue("the array's bytes do not fit its shape")
    array = np.frombuffer(node.data, dtype=dtype).reshape(node.shape).copy()
    return array[()] if node.scalar else array


def _decode_dict(node: DictNode, special: Callable[[Any], Any]) -> dict[Hashable, Any]:
    if len(node.keys) != len(node.values):
        raise BadValue("keys and values differ in number")
    try:
        return {decode(key, special): decode(item, special) for key, item in zip(node.keys, node.values, strict=True)}
    except TypeError as error:
        raise BadValue("a key that cannot be a key") from error
