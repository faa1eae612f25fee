"""Values as short text: exact and pasteable into Python where that fits, summarized where it does not."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograder.sandbox.session import Opaque, SeededGenerator, StudentFunction

MAX_TEXT = 1_500
_MAX_NUMBERS = 64
_DIGITS = 8
"""Digits of a number among others: more than any check asks for, and few enough to be compared by eye."""


def show(value: Any, limit: int = MAX_TEXT) -> str:
    """The value as a student would type it, with as many digits as can be compared by eye."""
    text = _show(_rounded(value))
    return text if len(text) <= limit else text[: limit - 2].rstrip() + " …"


def show_number(value: Any) -> str:
    """A number with the digits it takes to tell it apart."""
    return repr(value.item()) if isinstance(value, np.generic) else repr(value)


def describe_type(value: Any) -> str:
    """The kind of a value in the words of the handouts: "an array of shape (3, 2)"."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, Opaque):
        return f"an object of type {value.type_name}"
    if value is None:
        return "None (is a return missing?)"
    if isinstance(value, np.generic):
        return f"a {type(value).__name__}"
    article = "an" if type(value).__name__[0] in "aeiou" else "a"
    return f"{article} {type(value).__name__}"


def show_call(function: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> str:
    """A call as one pasteable expression."""
    return f"{function}({show_arguments(arguments, keywords)})"


def show_arguments(arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> str:
    """What stands between the parentheses of a call."""
    parts = [_show(value) for value in arguments] + [f"{name}={_show(value)}" for name, value in keywords.items()]
    text = ", ".join(parts)
    return text if len(text) <= 2 * MAX_TEXT else text[: 2 * MAX_TEXT].rstrip() + " …"


def _rounded(value: Any) -> Any:
    """The numbers inside a value, to `_DIGITS` digits; a number that stands alone keeps all it has."""
    if isinstance(value, np.ndarray) and value.dtype == np.float64 and 1 < value.size <= _MAX_NUMBERS:
        return np.array([_short(number) for number in value.ravel().tolist()]).reshape(value.shape)
    if isinstance(value, dict):
        return {key: _rounded_item(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_rounded_item(item) for item in value[: _MAX_NUMBERS + 1]) + value[_MAX_NUMBERS + 1 :]
    return value


def _rounded_item(item: Any) -> Any:
    return _short(item) if type(item) in (float, np.float64) else _rounded(item)


def _short(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")


def _show(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return _show_array(value)
    if isinstance(value, np.generic):
        return show_number(value)
    if isinstance(value, dict):
        return "{" + _joined(f"{_show(key)}: {_show(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + _joined(_show(item) for item in value[:_MAX_NUMBERS]) + _more(value) + "]"
    if isinstance(value, tuple):
        inner = _joined(_show(item) for item in value[:_MAX_NUMBERS]) + _more(value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, SeededGenerator):
        return f"np.random.default_rng({value.seed})"
    if isinstance(value, StudentFunction):
        return f"{value.module}.{value.function}"
    if isinstance(value, Opaque):
        return f"<{value.type_name}>"
    if isinstance(value, types.FunctionType | types.MethodType):
        return f"<the check's {value.__name__.strip('<>')}>"
    if isinstance(value, functools.partial):
        return show_call("functools.partial", (value.func, *value.args), value.keywords)
    if callable(value):
        return f"<the check's {type(value).__name__}>"
    return repr(value)[:MAX_TEXT]


def _joined(parts: Iterable[str]) -> str:
    """The parts with commas, as many as can ever be shown: a student's value may have a million."""
    shown: list[str] = []
    room = 2 * MAX_TEXT
    for part in parts:
        shown.append(part)
        room -= len(part)
        if room < 0:
            break
    return ", ".join(shown)


def _more(items: list[Any] | tuple[Any, ...]) -> str:
    return f", … {len(items) - _MAX_NUMBERS} more" if len(items) > _MAX_NUMBERS else ""


def _show_array(array: np.ndarray[Any, Any]) -> str:
    if array.size > _MAX_NUMBERS and array.ndim > 2:
        return f"<an array of shape {array.shape}>"  # nobody reads a picture's numbers
    body = np.array2string(
        array, separator=", ", threshold=_MAX_NUMBERS, edgeitems=3, floatmode="unique", max_line_width=110
    )
    body = body.replace("nan", "np.nan").replace("inf", "np.inf")
    dtype = "" if array.dtype in (np.float64, np.int64, np.bool_) else f", dtype=np.{array.dtype.name}"
    if array.dtype.kind == "U":
        dtype = ""
    size = f"  # shape {array.shape}" if array.size > _MAX_NUMBERS else ""
    return f"np.array({body}{dtype}){size}"
