"""The comparisons checks are made of. Each failure carries what, got, expected, where they part, and the tolerance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograder.checking.canonical import canonical
from autograder.checking.failures import CheckFailure, GraderFault, StudentFailure
from autograder.checking.remarks import remark_on
from autograder.checking.showing import MAX_TEXT, show, show_call, show_number
from autograder.checking.tolerance import scale_of, tolerance_for
from autograder.results import Difference, Failure, Series, Tolerance
from autograder.sandbox.session import CallResult


@dataclass(frozen=True)
class Plot:
    """How a failing trajectory is drawn: `curve` over the numbers of its steps, `path` in its first two coordinates."""

    kind: Literal["curve", "path"]
    title: str
    x_label: str
    y_label: str
    first: int = 0
    """What a curve's first entry is counted as: 1 for the cost after epoch 1."""


def expect_equal(
    got: Any,
    expected: Any,
    *,
    what: str,
    steps: int = 1,
    tolerance: float | None = None,
    remark: str = "",
    plot: Plot | None = None,
    noun: str = "values",
) -> Any:
    """Fail unless `got` is `expected`: its type, its shape, finite where that is, and its values.

    Parameters
    ----------
    got
        What the student's code returned.
    expected
        A number, array, bool, str, None, or a dict, list or tuple of these.
    what
        The quantity compared, for the student: "the loss of each of 6 examples".
    steps
        How many updates the result builds on; rounding grows with it.
    tolerance
        Absolute tolerance in place of the one for single precision (`tolerance.tolerance_for`).
    remark
        Said to a student whose values are wrong, before what the numbers themselves suggest.
    plot
        Draws the entries of a list beside the expected ones.
    noun
        What the entries of a list are: "3 batches were expected".

    Returns
    -------
    The student's value in canonical form: float64 arrays, floats, lists, dicts.
    """
    value = canonical(got, expected, what, noun=noun)
    allowed = None if tolerance is None else Tolerance(absolute=tolerance, reason="set by the check")
    series = [_series(plot, list(value), list(expected))] if plot is not None else []
    for path, mine, theirs in _leaves(value, expected):
        _compare(
            mine, theirs, what, path, allowed or tolerance_for(scale_of(theirs), steps), remark, value, expected, series
        )
    return value


def expect_form(got: Any, like: Any, *, what: str, finite: bool = False) -> Any:
    """Fail unless `got` has the type and the shape of `like`, whatever its values.

    Parameters
    ----------
    got
        What the student's code returned.
    like
        A value of the right form; see `expect_equal`.
    what
        What it is, for the student.
    finite
        Whether every number must be finite where that of `like` is.

    Returns
    -------
    The student's value in canonical form: float64 arrays, floats, lists, dicts.
    """
    value = canonical(got, like, what)
    for path, mine, theirs in _leaves(value, like) if finite else ():
        numbers, wanted = np.asarray(mine, dtype=float), np.asarray(theirs, dtype=float)
        stray = ~np.isfinite(numbers) & np.isfinite(wanted)
        if np.any(stray):
            where, message = _stray(stray, numbers, path)
            difference = Difference(where=where, got=show_number(numbers[_first(stray)]), expected="a finite number")
            raise CheckFailure(
                Failure(
                    kind="not_finite",
                    message=message,
                    what=what,
                    got=show(value),
                    expected="finite numbers",
                    first_difference=difference,
                )
            )
    return value


def expect_trajectory(
    got: Any, expected: Sequence[Any], *, what: str, names: Sequence[str] | None = None, plot: Plot | None = None
) -> list[Any]:
    """Fail at the first step at which a sequence of numbers, arrays or dicts leaves the expected one.

    Parameters
    ----------
    got, expected
        One entry for each step, each as in `expect_equal`.
    names
        What to call the steps; "step 1" and so on by default.
    plot
        Draws the student's path beside the expected one in the report.

    Returns
    -------
    The student's entries in canonical form.
    """
    value = canonical(got, list(expected), what)
    called = names or [f"step {number}" for number in range(1, len(expected) + 1)]
    series = [_series(plot, value, list(expected))] if plot is not None else []
    allowed = _tolerances(expected)
    for number, (mine, theirs) in enumerate(zip(value, expected, strict=True)):
        for path, one, other in _leaves(mine, theirs):
            where = f"{called[number]}{', ' + path if path else ''}"
            _compare(one, other, what, where, allowed[path], "", mine, theirs, series, step=number)
    return list(value)


def expect_raises(
    call: CallResult,
    error: type[Exception] | tuple[type[Exception], ...] = ValueError,
    *,
    shapes: Sequence[tuple[int, ...]] = (),
) -> None:
    """Fail unless the attempted call raised `error`, with a message that names `shapes` in any notation."""
    kinds = error if isinstance(error, tuple) else (error,)
    wanted = " or ".join(kind.__name__ for kind in kinds)
    if call.error is None:
        raise CheckFailure(
            Failure(
                kind="did_not_raise",
                message=f"This call should raise {wanted}; yours returned a value.",
                what=f"what happens on {_asked(call)}",
                got=show(call.value),
                expected=wanted,
            )
        )
    if call.error.stage not in ("call", "result"):
        raise StudentFailure(call)
    raised = f"{call.error.types[0]}: {call.error.message}"
    if "NotImplementedError" in call.error.types and NotImplementedError not in kinds:
        raise StudentFailure(call)
    if not any(kind.__name__ in call.error.types for kind in kinds):
        raise CheckFailure(
            Failure(
                kind="wrong_exception",
                message=f"This call should raise {wanted}; yours raised {call.error.types[0]}.",
                what=f"what happens on {_asked(call)}",
                got=raised,
                expected=wanted,
            )
        )
    unnamed = [shape for shape in shapes if not _names_shape(call.error.message, shape)]
    if unnamed:
        raise CheckFailure(
            Failure(
                kind="wrong_exception",
                message=f"The {call.error.types[0]} should name the shapes; {unnamed[0]} is not in its message.",
                what=f"the message of the exception on {_asked(call)}",
                got=raised,
                expected=f"a message that names {' and '.join(map(str, shapes))}",
            )
        )


def _asked(call: CallResult) -> str:
    return show_call(call.function, call.arguments, call.keywords)


def expect_unchanged(call: CallResult) -> None:
    """Fail if the attempted call raised, or modified an argument of its caller's."""
    if call.error is not None:
        raise StudentFailure(call)
    for name, after in call.changed_arguments.items():
        before = call.arguments[int(name)] if name.isdigit() else call.keywords[name]
        called = f"argument {int(name) + 1}" if name.isdigit() else f"argument {name!r}"
        raise CheckFailure(
            Failure(
                kind="changed_argument",
                message=f"The caller's {called} was modified: work on a copy, or make a new array.",
                what=f"{called} of {call.function} after the call",
                got=show(after),
                expected=show(before),
                remark="`w -= …`, `w[…] = …`, `list.append` and `np.…(…, out=w)` change what the caller still holds; "
                "`w = w - …` makes something new.",
            )
        )


def expect_property(holds: bool, *, what: str, got: Any, expected: Any, remark: str = "") -> None:
    """Fail unless a stated property holds; `got` and `expected` are short texts, or values to show."""
    if holds:
        return
    seen = str(got)[:MAX_TEXT] if isinstance(got, str) else show(got)
    wanted = expected if isinstance(expected, str) else show(expected)
    raise CheckFailure(
        Failure(
            kind="property",
            message=f"Expected of {what}: {wanted}.",
            what=what,
            got=seen,
            expected=wanted,
            remark=remark,
        )
    )


def agree(value: Any, *others: Any, rtol: float = 1e-9) -> Any:
    """`value`, after making sure that every other source gives the same.

    Raises
    ------
    GraderFault
        if two sources differ: then neither may judge anybody.
    """
    for other in others:
        try:
            same = canonical(other, value, "the reference beside the oracle")
        except CheckFailure as failure:
            raise GraderFault(f"reference and oracle differ in form: {failure.failure.message}") from failure
        for path, one, two in _leaves(same, value):
            if not np.allclose(one, two, rtol=0, atol=rtol * max(scale_of(two), 1e-300), equal_nan=True):
                raise GraderFault(f"reference and oracle disagree{' at ' + path if path else ''}: {two} and {one}")
    return value


def _leaves(got: Any, expected: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Pairs of numbers, arrays or plain values at the same place of two results of the same form."""
    if isinstance(expected, dict):
        for key, item in expected.items():
            yield from _leaves(got[key], item, f"{path}[{key!r}]")
    elif isinstance(expected, (list, tuple)):
        for index, item in enumerate(expected):
            yield from _leaves(got[index], item, f"{path}[{index}]")
    else:
        yield path, got, expected


def _tolerances(expected: Sequence[Any]) -> dict[str, Tolerance]:
    """For each array of a trajectory's entries, the tolerance its size over the whole run gives."""
    largest: dict[str, float] = {}
    for entry in expected:
        for path, leaf, _ in _leaves(entry, entry):
            if isinstance(leaf, (int, float, np.generic, np.ndarray)):
                largest[path] = max(largest.get(path, 0.0), scale_of(leaf))
            else:
                largest.setdefault(path, 0.0)
    return {path: tolerance_for(scale, len(expected)) for path, scale in largest.items()}


def _compare(
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
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore"):
        wrong = ~(same | (np.abs(one - other) <= allowed.absolute))
    if not np.any(wrong):
        return
    stray = wrong & ~np.isfinite(one) & np.isfinite(other)
    index = _first(stray if np.any(stray) else wrong)
    spot = where + _subscript(index)
    difference = Difference(where=spot, got=show_number(one[index]), expected=show_number(other[index]), step=step)
    if np.any(stray):
        _, message = _stray(stray, one, where)
        raise _wrong("not_finite", message, what, got, expected, difference, allowed, remark, series)
    message = f"The values differ, first at {spot}." if spot else "The value is not the expected one."
    # Of a single number in the middle of a run, a plain relation says nothing about the others.
    plain = "" if step is not None and one.size == 1 else remark_on(one, other, allowed.absolute)
    noticed = " ".join(part for part in (remark, plain) if part)
    raise _wrong("wrong_value", message, what, got, expected, difference, allowed, noticed, series)


def _first(chosen: Any) -> tuple[int, ...]:
    """The index of the first entry that is true."""
    return tuple(int(part[0]) for part in np.nonzero(chosen)) if chosen.ndim else ()


def _subscript(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""


def _stray(stray: Any, numbers: Any, where: str) -> tuple[str, str]:
    """Where the first number that is not finite stands, and what is said of all of them."""
    index, count = _first(stray), int(stray.sum())
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


def _series(plot: Plot, got: list[Any], expected: list[Any]) -> Series:
    return Series(
        kind=plot.kind,
        title=plot.title,
        x_label=plot.x_label,
        y_label=plot.y_label,
        got=_points(plot, got),
        expected=_points(plot, expected),
    )


def _points(plot: Plot, entries: list[Any]) -> list[tuple[float | None, float | None]]:
    points = []
    for count, entry in enumerate(entries, plot.first):
        numbers = _numbers(entry)
        other = numbers[1] if len(numbers) > 1 else 0.0
        pair = (float(count), numbers[0]) if plot.kind == "curve" else (numbers[0], other)
        points.append(tuple(value if np.isfinite(value) else None for value in pair))
    return points  # type: ignore[return-value]  # each is a pair


def _numbers(entry: Any) -> list[float]:
    """All numbers of an entry, dicts in order of their keys."""
    if isinstance(entry, dict):
        return [number for key in sorted(entry, key=str) for number in _numbers(entry[key])]
    if isinstance(entry, (list, tuple)):
        return [number for item in entry for number in _numbers(item)]
    return [float(number) for number in np.asarray(entry, dtype=float).ravel()]


def _names_shape(message: str, shape: tuple[int, ...]) -> bool:
    """Whether the message holds the numbers of `shape` beside each other: "(3, 1)", "(3,1)", "3x1", "3 × 1", "[3]"."""
    if not shape:
        return "()" in message or "scalar" in message or "0-d" in message
    between = r"\s*[,x×*]?\s*"
    return re.search(r"(?<!\d)" + between.join(map(str, shape)) + r"(?!\d)", message) is not None
