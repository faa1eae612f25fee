"""Where two results of the same form part, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np

from autograder.checking.failures import CheckFailure
from autograder.checking.remarks import remark_on
from autograder.checking.showing import show, show_number
from autograder.checking.tolerance import scale_of, tolerance_for
from autograder.results import Difference, Failure, Series, Tolerance


def leaves(got: Any, expected: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Pairs of numbers, arrays or plain values at the same place of two results of the same form."""
    if isinstance(expected, dict):
        for key, item in expected.items():
            yield from leaves(got[key], item, f"{path}[{key!r}]")
    elif isinstance(expected, (list, tuple)):
        for index, item in enumerate(expected):
            yield from leaves(got[index], item, f"{path}[{index}]")
    else:
        yield path, got, expected


def tolerances(expected: Sequence[Any]) -> dict[str, Tolerance]:
    """For each array of a trajectory's entries, the tolerance its size over the whole run gives."""
    largest: dict[str, float] = {}
    for entry in expected:
        for path, leaf, _ in leaves(entry, entry):
            if isinstance(leaf, (int, float, np.generic, np.ndarray)):
                largest[path] = max(largest.get(path, 0.0), scale_of(leaf))
            else:
                largest.setdefault(path, 0.0)
    return {path: tolerance_for(scale, len(expected)) for path, scale in largest.items()}


def compare(
    mine: Any,
    theirs: Any,
    what: str,
    where: str,
    allowed: Tolerance,
    remark: str,
    got: Any,
    expected: Any,
    series: list[Series],
    step: int | None = None,
) -> None:
    if theirs is None or isinstance(theirs, (str, bool, np.bool_)):
        if mine != theirs:
            difference = Difference(where=where, got=show(mine), expected=show(theirs), step=step)
            raise _wrong(
                "wrong_value", "Not the expected value.", what, got, expected, difference, None, remark, series
            )
        return
    one, other = np.asarray(mine, dtype=float), np.asarray(theirs, dtype=float)
    with np.errstate(invalid="ignore"):
        near = np.abs(one - other) <= allowed.absolute
    if near.all():
        return
    wrong = ~(near | (one == other) | (np.isnan(one) & np.isnan(other)))
    if not np.any(wrong):
        return
    stray = wrong & ~np.isfinite(one) & np.isfinite(other)
    index = first_index(stray if np.any(stray) else wrong)
    spot = where + _subscript(index)
    difference = Difference(where=spot, got=show_number(one[index]), expected=show_number(other[index]), step=step)
    if np.any(stray):
        _, message = stray_numbers(stray, one, where)
        raise _wrong("not_finite", message, what, got, expected, difference, allowed, remark, series)
    message = f"The values differ, first at {spot}." if spot else "The value is not the expected one."
    # Of a single number in the middle of a run, a plain relation says nothing about the others.
    plain = "" if step is not None and one.size == 1 else remark_on(one, other, allowed.absolute)
    if plain and where:
        plain = f"At {where}: {plain[0].lower()}{plain[1:]}"
    noticed = " ".join(part for part in (remark, plain) if part)
    raise _wrong("wrong_value", message, what, got, expected, difference, allowed, noticed, series)


def first_index(chosen: Any) -> tuple[int, ...]:
    """The index of the first entry that is true."""
    return tuple(int(part[0]) for part in np.nonzero(chosen)) if chosen.ndim else ()


def _subscript(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""


def stray_numbers(stray: Any, numbers: Any, where: str) -> tuple[str, str]:
    """Where the first number that is not finite stands, and what is said of all of them."""
    index, count = first_index(stray), int(stray.sum())
    name = "NaN" if np.isnan(numbers[index]) else "infinite"
    message = f"{count} of {numbers.size} values {'is' if count == 1 else 'are'} not finite ({name})."
    return where + _subscript(index), message


def _wrong(
    kind: Literal["wrong_value", "not_finite"],
    message: str,
    what: str,
    got: Any,
    expected: Any,
    difference: Difference,
    allowed: Tolerance | None,
    remark: str,
    series: list[Series],
) -> CheckFailure:
    failure = Failure(
        kind=kind,
        message=message,
        what=what,
        got=show(got),
        expected=show(expected),
        first_difference=difference,
        tolerance=allowed,
        remark=remark,
        series=series,
    )
    return CheckFailure(failure)
