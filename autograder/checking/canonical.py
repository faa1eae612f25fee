"""The student's value in the form of the expected one, or the rung of the ladder where it stops: type, then shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking.failures import CheckFailure
from autograder.checking.showing import MAX_TEXT, describe_type, show
from autograder.results import Failure, FailureKind


def canonical(got: Any, expected: Any, what: str, where: str = "", noun: str = "values") -> Any:
    """`got` as float64 arrays, floats, dicts and lists, shaped like `expected`.

    The same value in another form is the same value: a list for an array, a tuple for a list, a 0-d array for a
    float, any order of keys. `noun` is what the entries of a list are called.

    Raises
    ------
    CheckFailure
        `wrong_type` or `wrong_shape`, naming the place inside a nested result.
    """
    if isinstance(expected, dict):
        return _dict(got, expected, what, where)
    if isinstance(expected, (list, tuple)):
        return _sequence(got, expected, what, where, noun)
    if isinstance(expected, np.ndarray) and expected.ndim > 0:
        return _array(got, expected, what, where)
    if isinstance(expected, (bool, np.bool_)):
        return _plain(got, (bool, np.bool_), "True or False", what, where)
    if isinstance(expected, (int, np.integer)):
        return _integer(got, what, where)
    if isinstance(expected, (float, np.floating, np.ndarray)):
        return _float(got, what, where)
    if isinstance(expected, str):
        return _plain(got, (str,), "a str", what, where)
    if expected is None:
        return _plain(got, (type(None),), "None", what, where)
    raise TypeError(f"a check expects {type(expected).__name__}, which cannot be compared")


def place(where: str) -> str:
    return f" at {where}" if where else ""


def reject(kind: FailureKind, message: str, got: Any, expected: str, what: str) -> CheckFailure:
    said = message if len(message) <= MAX_TEXT else message[:MAX_TEXT] + " …"  # keys may be of any length
    return CheckFailure(Failure(kind=kind, message=said, what=what, got=show(got), expected=expected))


def _dict(got: Any, expected: dict[Any, Any], what: str, where: str) -> dict[Any, Any]:
    keys = ", ".join(repr(key) for key in expected)
    if type(got) is not dict:
        message = f"A dict with the keys {keys} was expected{place(where)}; yours is {describe_type(got)}."
        raise reject("wrong_type", message, got, f"a dict with the keys {keys}", what)
    missing = [key for key in expected if key not in got]
    extra = [key for key in got if key not in expected]
    if missing or extra:
        parts = [f"{', '.join(map(repr, missing))} missing"] if missing else []
        parts += [f"{', '.join(map(repr, extra))} not expected"] if extra else []
        message = f"The keys{place(where)} are not the expected ones: {'; '.join(parts)}."
        raise reject("wrong_shape", message, got, f"a dict with the keys {keys}", what)
    return {key: canonical(got[key], item, what, f"{where}[{key!r}]") for key, item in expected.items()}


def _sequence(got: Any, expected: list[Any] | tuple[Any, ...], what: str, where: str, noun: str) -> list[Any]:
    if isinstance(got, np.ndarray) and got.ndim > 0:
        got = list(got)
    if type(got) not in (list, tuple):
        message = (
            f"{len(expected)} {noun} in a list or tuple were expected{place(where)}; yours is {describe_type(got)}."
        )
        raise reject("wrong_type", message, got, f"a list or tuple of {len(expected)}", what)
    if len(got) != len(expected):
        message = f"{len(expected)} {noun} were expected{place(where)}; yours has {len(got)}."
        raise reject("wrong_shape", message, got, f"{len(expected)} {noun}", what)
    return [
        canonical(one, other, what, f"{where}[{index}]")
        for index, (one, other) in enumerate(zip(got, expected, strict=True))
    ]


def _array(got: Any, expected: np.ndarray[Any, Any], what: str, where: str) -> np.ndarray[Any, Any]:
    wanted = f"an array of shape {expected.shape}"
    array = numeric(got)
    if array is None:
        message = f"{wanted[0].upper()}{wanted[1:]} was expected{place(where)}; yours is {describe_type(got)}."
        raise reject("wrong_type", message, got, wanted, what)
    if array.shape != expected.shape:
        message = f"The shape{place(where)} should be {expected.shape}; yours is {array.shape}."
        raise reject("wrong_shape", message, got, wanted, what)
    return array


def _float(got: Any, what: str, where: str) -> float:
    array = None if isinstance(got, (list, tuple)) else numeric(got)
    if array is None:
        raise reject(
            "wrong_type",
            f"A single number was expected{place(where)}; yours is {describe_type(got)}.",
            got,
            "a float",
            what,
        )
    if array.ndim:
        message = f"A single number was expected{place(where)}; yours is an array of shape {array.shape}."
        raise reject("wrong_shape", message, got, "a float", what)
    return float(array)


def _integer(got: Any, what: str, where: str) -> int:
    value = _float(got, what, where)
    if not np.isfinite(value) or value != int(value):
        raise reject("wrong_value", f"A whole number was expected{place(where)}.", got, "an int", what)
    return int(value)


def _plain(got: Any, kinds: tuple[type, ...], wanted: str, what: str, where: str) -> Any:
    if isinstance(got, np.ndarray) and got.ndim == 0:
        got = got.item()
    if not isinstance(got, kinds):
        raise reject(
            "wrong_type", f"{wanted} was expected{place(where)}; yours is {describe_type(got)}.", got, wanted, what
        )
    return bool(got) if isinstance(got, np.bool_) else got


def numeric(value: Any) -> np.ndarray[Any, Any] | None:
    """A float64 copy of real numbers in any of their forms; None for anything else (text, bools, complex, objects)."""
    if isinstance(value, (bool, str, bytes)) or value is None or isinstance(value, dict):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        return None
    if array.dtype.kind not in "iuf":
        return None
    return array.astype(np.float64)
