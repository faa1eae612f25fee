"""What may cross the trust boundary, and its form on the wire.

Plain data by exact kind; never pickle, never a method of the other side's object. Whatever has no plain form becomes a
`HandleNode`: a number under which the student's process keeps the object, so that it can be passed back in.
"""

from __future__ import annotations

import collections.abc
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from autograder.sandbox import tensors
from autograder.sandbox.arrays import decode_array, encode_array, is_same_array, may_cross
from autograder.sandbox.nodes import (
    ArrayNode,
    BadValue,
    BigIntNode,
    BytesNode,
    DictNode,
    ListNode,
    Node,
    TensorNode,
    TupleNode,
    ValueTooLarge,
    YieldedNode,
)

MAX_DEPTH = 40
MAX_INTEGER_BITS = 4096
MAX_YIELDED = 10_000
"""Items taken from an iterator: more than any honest answer needs, few enough to end."""
MAX_COMPARISONS = MAX_YIELDED**2
"""What building the dicts of one message may cost when all their keys collide."""


_ITERATORS: tuple[type, ...] = (collections.abc.Iterator, range, type({}.keys()), type({}.values()), type({}.items()))


class Budget:
    """Counts down what one message may hold, so that a bomb ends before it is built.

    Encoding a value spends at least what decoding it does: what one side can send, the other can read.
    """

    def __init__(self, size: int, depth: int = MAX_DEPTH) -> None:
        self.left = size
        self.depth = depth
        self._comparisons = MAX_COMPARISONS

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise ValueTooLarge("the value is larger than may be handed back")

    def enter(self, depth: int) -> None:
        if depth > self.depth:
            raise ValueTooLarge(f"the value is nested deeper than {self.depth} levels")

    def spend_dict(self, keys: int) -> None:
        self.spend(_CONTAINER + 2 * _ITEM * keys)
        self._comparisons -= keys * keys
        if self._comparisons < 0:
            raise ValueTooLarge("the value's dicts have more keys than may be handed back")


_PLAIN = frozenset({float, int, str, bool, type(None)})
_ITEM = 16
_CONTAINER = 64

Special = Callable[[Any], Node]


def ample(depth: int = 10_000) -> Budget:
    """A budget for what the grading process itself sends."""
    return Budget(1 << 40, depth)


def encode(value: Any, budget: Budget, special: Special, depth: int = 0) -> Node:
    """The wire form of `value`; `special` is asked for everything that has no plain form, or lies deeper than allowed.

    So a list that holds itself has an end, and a state that is a chain of all states before it can be handed on.

    Raises
    ------
    ValueTooLarge
        before more than the budget is built.
    """
    kind = type(value)
    if value is None or kind is float or kind is bool:
        budget.spend(_ITEM)
        return value  # type: ignore[no-any-return]  # its kind was just checked
    # The usual kinds first; what only descends from them is slower to tell.
    if kind is np.ndarray:
        return _array(value, budget, special, value, scalar=False)
    if depth > budget.depth:
        budget.spend(_CONTAINER)
        return special(value)
    if kind is dict:
        return _dict_node(value, budget, special, depth)
    if kind is str and value.isascii():
        budget.spend(len(value) + _ITEM)
        return value  # type: ignore[no-any-return]  # its kind was just checked
    if isinstance(value, (tuple, list)):
        plain: Any = tuple if isinstance(value, tuple) else list  # whose own methods are asked, not a descendant's
        budget.spend(_CONTAINER + _ITEM * plain.__len__(value))
        items = [encode(item, budget, special, depth + 1) for item in plain.__iter__(value)]
        return TupleNode(items) if plain is tuple else ListNode(items)
    if isinstance(value, np.generic):
        return _array(np.asarray(value), budget, special, value, scalar=True)
    if isinstance(value, np.ndarray):
        return _array(value, budget, special, value, scalar=False)
    if isinstance(value, str):
        text = str.encode(value, "utf-8", "backslashreplace").decode()
        budget.spend(len(text) + _ITEM)
        return text
    if isinstance(value, bytes):
        budget.spend(len(value) + _CONTAINER)
        return BytesNode(bytes(value))
    if isinstance(value, int):
        return _integer_node(int.__int__(value), budget)
    if isinstance(value, float):
        budget.spend(_ITEM)
        return float.__float__(value)
    if isinstance(value, complex):
        return _array(np.asarray(complex(value)), budget, special, value, scalar=True)
    if isinstance(value, dict):
        return _dict_node(value, budget, special, depth)
    if isinstance(value, _ITERATORS):
        return _yielded_node(value, budget, special, depth)
    budget.spend(_CONTAINER)
    array = tensors.as_array(value)
    if array is not None and may_cross(array):
        budget.spend(array.nbytes)
        return TensorNode(encode_array(array, scalar=False))
    return special(value)


def _array(array: np.ndarray[Any, Any], budget: Budget, special: Special, value: Any, scalar: bool) -> Node:
    budget.spend(array.nbytes + _CONTAINER)
    return encode_array(array, scalar) if may_cross(array) else special(value)


def _integer_node(value: int, budget: Budget) -> Node:
    if -(1 << 63) <= value < 1 << 63:
        budget.spend(_ITEM)
        return value
    if value.bit_length() > MAX_INTEGER_BITS:
        raise ValueTooLarge(f"the integer has {value.bit_length()} bits")
    budget.spend(_CONTAINER + MAX_INTEGER_BITS // 4)
    return BigIntNode(hex(value))


def _dict_node(value: dict[Any, Any], budget: Budget, special: Special, depth: int) -> Node:
    keys, items = list(dict.keys(value)), list(dict.values(value))
    for key in keys:
        if type(key) is not str and not _is_plain_key(key):
            return special(value)
    budget.spend_dict(len(keys))
    return DictNode(
        [encode(key, budget, special, depth) for key in keys],
        [encode(item, budget, special, depth + 1) for item in items],
    )


def _is_plain_key(key: Any) -> bool:
    if isinstance(key, tuple):
        return all(_is_plain_key(part) for part in tuple.__iter__(key))
    return key is None or isinstance(key, (bool, int, float, str, bytes))


def _yielded_node(value: Any, budget: Budget, special: Special, depth: int) -> Node:
    budget.spend(_CONTAINER)
    items: list[Node] = []
    for item in value:
        if len(items) == MAX_YIELDED:
            raise ValueTooLarge(f"the iterator did not end after {MAX_YIELDED} items")
        budget.spend(_ITEM)
        items.append(encode(item, budget, special, depth + 1))
    return YieldedNode(items)


def is_untouched(node: Node, value: Any) -> bool:
    """Whether `value`, decoded from `node` a while ago, still is what it was: True is certain, False a perhaps."""
    if type(node) is ArrayNode:
        return is_same_array(node, value)
    if type(node) is DictNode:
        same_keys = type(value) is dict and list(value) == node.keys
        return same_keys and all(map(is_untouched, node.values, value.values()))
    if type(node) is ListNode or type(node) is TupleNode:
        same_kind = type(value) is (list if type(node) is ListNode else tuple) and len(value) == len(node.items)
        return same_kind and all(map(is_untouched, node.items, value))
    return value is node  # plain values are decoded as themselves, other forms never


def decode(node: Node, special: Callable[[Any], Any], budget: Budget, depth: int = 0) -> Any:
    """The value a wire form describes, in memory of its own; `special` resolves handles, callbacks and the like.

    Raises
    ------
    BadValue
        if the parts contradict each other (a shape that does not fit the bytes, an unhashable key).
    ValueTooLarge
        for more, or deeper nested, than the budget allows.
    """
    if type(node) is ArrayNode:
        return decode_array(node)
    if type(node) in _PLAIN:
        return node
    if type(node) is DictNode:
        budget.enter(depth)
        return _decode_dict(node, special, budget, depth)
    if type(node) is TupleNode or type(node) is ListNode or type(node) is YieldedNode:
        budget.enter(depth)
        budget.spend(_CONTAINER + _ITEM * len(node.items))
        items = [decode(item, special, budget, depth + 1) for item in node.items]
        return tuple(items) if type(node) is TupleNode else items
    if isinstance(node, BytesNode):
        return node.data
    if isinstance(node, BigIntNode):
        try:
            return int(node.hexadecimal[: MAX_INTEGER_BITS // 4 + 3], 16)
        except ValueError as error:
            raise BadValue("not an integer") from error
    return special(node)


def _decode_dict(node: DictNode, special: Callable[[Any], Any], budget: Budget, depth: int) -> dict[Hashable, Any]:
    if len(node.keys) != len(node.values):
        raise BadValue("keys and values differ in number")
    budget.spend_dict(len(node.keys))
    keys = [key if type(key) is str else decode(key, special, budget, depth) for key in node.keys]
    items = [decode(item, special, budget, depth + 1) for item in node.values]
    try:
        return dict(zip(keys, items, strict=True))
    except TypeError as error:
        raise BadValue("a key that cannot be a key") from error
