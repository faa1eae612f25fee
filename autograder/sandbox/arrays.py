"""Arrays and NumPy scalars as raw bytes, and back into memory of our own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.sandbox.nodes import ArrayNode, BadValue, ValueTooLarge

MAX_DIMENSIONS = 6
"""More than any honest answer has; an array of twenty would take for ever to show."""
_KINDS = "biufcUS"
_MAX_VOLUME = 1 << 40
_NUMERIC: dict[str, np.dtype[Any]] = {np.dtype(code).str: np.dtype(code) for code in "?bBhHiIqQefdgFDG"}
_TEXT = (np.dtype("U1").str[:2], "|S")


def may_cross(array: np.ndarray[Any, Any]) -> bool:
    return array.dtype.kind in _KINDS and array.dtype.itemsize > 0


def encode_array(array: np.ndarray[Any, Any], scalar: bool) -> ArrayNode:
    """The wire form of an array that may cross.

    Raises
    ------
    ValueTooLarge
        for more than `MAX_DIMENSIONS`.
    ValueError
        for text that is none.
    """
    dtype = array.dtype
    if array.ndim > MAX_DIMENSIONS:
        raise ValueTooLarge(f"the array has {array.ndim} dimensions")
    if not dtype.isnative:
        dtype = dtype.newbyteorder("=")
        array = array.astype(dtype)
    if dtype.kind == "U" and not _is_text(array):
        raise ValueError("an array of text holds what is not a character")
    # The base class's own method, in C order: nothing of a subclass or a view travels.
    return ArrayNode(dtype.str, list(array.shape), np.ndarray.tobytes(array), scalar)


def decode_array(node: ArrayNode) -> Any:
    """An array (or a scalar) with memory of its own; the declared shape must fit the bytes exactly.

    Raises
    ------
    BadValue
        also for what NumPy would take and trip over later: a bool that is neither 0 nor 1, text beyond Unicode.
    """
    dtype = _NUMERIC.get(node.dtype) or _text_dtype(node.dtype)
    shape, data = node.shape, node.data
    if len(shape) > (0 if node.scalar else MAX_DIMENSIONS):
        raise BadValue("an array of too many dimensions")
    if data:
        if (shape and min(shape) < 1) or math.prod(shape) * dtype.itemsize != len(data):
            raise BadValue("the array's bytes do not fit its shape")
        array: np.ndarray[Any, Any] = np.ndarray(shape, dtype, data).copy()
    else:
        # An empty axis beside a huge one holds no bytes, and NumPy trips over it.
        volume = math.prod(length or 1 for length in shape) * dtype.itemsize
        if not shape or min(shape) != 0 or volume > _MAX_VOLUME:
            raise BadValue("the array's bytes do not fit its shape")
        array = np.empty(shape, dtype)
    if dtype.kind == "b":
        array = np.asarray(array.view(np.uint8) != 0)
    elif dtype.kind == "U" and not _is_text(array):
        raise BadValue("an array of text that is none")
    if not node.scalar:
        return array
    # NumPy's own kinds of text are `str` and `bytes` by descent, and not what a record or a comparison takes for text.
    return array.item() if dtype.kind in "US" else array[()]


def is_same_array(node: ArrayNode, value: Any) -> bool:
    """Whether `value` surely holds what `node` does."""
    return (
        type(value) is np.ndarray
        and value.dtype is _NUMERIC.get(node.dtype)
        and list(value.shape) == node.shape
        and value.tobytes() == node.data
    )


def _text_dtype(name: str) -> np.dtype[Any]:
    """The dtype of an array of text or bytes."""
    length = name[2:]
    if not name.startswith(_TEXT) or not (length.isascii() and length.isdigit()):
        raise BadValue("an array of a kind that may not cross")
    if len(length) > 7 or int(length) == 0:
        raise BadValue("an array of texts of an impossible length")
    return np.dtype(name)


def _is_text(array: np.ndarray[Any, Any]) -> bool:
    """Whether every character is one: no surrogate, nothing past the last code point."""
    codes = np.frombuffer(np.ndarray.tobytes(array), dtype=np.uint32)
    return not np.any((codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000)))
