"""The comparisons checks are made of. Each failure carries what, got, expected, where they part, and the tolerance."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace

from autograder.checking.canonical import canonical
from autograder.checking.drawing import Plot, series_of
from autograder.checking.failures import CheckFailure, GraderFault, StudentFailure
from autograder.checking.parting import compare, first_index, leaves, stray_numbers, tolerances
from autograder.checking.showing import MAX_TEXT, show, show_call, show_number
from autograder.checking.tolerance import scale_of, tolerance_for
from autograder.results import Difference, Failure, Tolerance
from autograder.sandbox.session import CallResult


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

    Raises
    ------
    ValueError
        for a tolerance that is not finite: with it any value would pass.
    """
    if tolerance is not None and not math.isfinite(tolerance):
        raise ValueError(f"tolerance is {tolerance}: with it any value would pass")
    allowed = None if tolerance is None else Tolerance(absolute=tolerance, reason="set by the check")
    try:
        value = canonical(got, expected, what, noun=noun)
        series = [series_of(plot, list(value), list(expected))] if plot is not None else []
        for path, mine, theirs in leaves(value, expected):
            most = allowed or tolerance_for(scale_of(theirs), steps)
            compare(mine, theirs, what, path, most, remark, value, expected, series)
    except CheckFailure as failure:
        failure.compared = got
        raise
    return value


def expect_form(got: Any, like: Any, *, what: str, finite: bool = False, noun: str = "values") -> Any:
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
    noun
        As for `expect_equal`.

    Returns
    -------
    The student's value in canonical form: float64 arrays, floats, lists, dicts.
    """
    try:
        value = canonical(got, like, what, noun=noun)
    except CheckFailure as failure:
        failure.compared = got
        raise
    for path, mine, theirs in leaves(value, like) if finite else ():
        numbers, wanted = np.asarray(mine, dtype=float), np.asarray(theirs, dtype=float)
        stray = ~np.isfinite(numbers) & np.isfinite(wanted)
        if np.any(stray):
            where, message = stray_numbers(stray, numbers, path)
            difference = Difference(
                where=where, got=show_number(numbers[first_index(stray)]), expected="a finite number"
            )
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
    series = [series_of(plot, value, list(expected))] if plot is not None else []
    allowed = tolerances(expected)
    for number, (mine, theirs) in enumerate(zip(value, expected, strict=True)):
        try:
            for path, one, other in leaves(mine, theirs):
                where = f"{called[number]}{', ' + path if path else ''}"
                compare(one, other, what, where, allowed[path], "", mine, theirs, series, step=number)
        except CheckFailure as failure:
            failure.compared = got[number]
            raise
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
            ),
            call.value,
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


def expect_each_raises(calls: Sequence[CallResult], shapes: Sequence[Sequence[tuple[int, ...]]]) -> None:
    """`expect_raises` a ValueError for each call, with the shapes that its message should name.

    What fails first tells of the others as well: which cases a function sees, and which it does not, is the best hint.
    """
    right = 0
    failed: list[CheckFailure] = []
    cases: list[str] = []
    for call, named in zip(calls, shapes, strict=False):
        try:
            expect_raises(call, ValueError, shapes=named)
            right += 1
        except CheckFailure as failure:
            failed.append(failure)
            cases.append(" and ".join(map(str, named)))
        except StudentFailure:
            if failed:
                break  # what can be said of the calls before is said first
            raise
    if failed:
        tried = right + len(failed)
        said = (
            f"{right} of {tried} such cases, and not with {'; '.join(cases)}"
            if right
            else f"none of {tried} such cases"
        )
        raise CheckFailure(replace(failed[0].failure, remark=f"Yours does so in {said}."), failed[0].compared)


def _asked(call: CallResult) -> str:
    return show_call(call.function, call.arguments, call.keywords)


def expect_unchanged(call: CallResult) -> None:
    """Fail if the attempted call raised, or modified an argument of its caller's."""
    if call.error is not None:
        raise StudentFailure(call)
    for name, after in call.changed_arguments.items():
        called, before = f"argument {name}", call.keywords.get(name)
        if name.isdigit():
            place = int(name)
            called = f"argument {call.parameters[place] if place < len(call.parameters) else place + 1}"
            before = call.arguments[place]
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
            message=f"{_as_a_beginning(what)}: expected {wanted}.",
            what=what,
            got=seen,
            expected=wanted,
            remark=remark,
        )
    )


def _as_a_beginning(what: str) -> str:
    """With a capital letter, unless it begins with a name from the code."""
    return what if re.match(r"\w*[_.]\w", what) else f"{what[:1].upper()}{what[1:]}"


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
        for path, one, two in leaves(same, value):
            if not np.allclose(one, two, rtol=0, atol=rtol * max(scale_of(two), 1e-300), equal_nan=True):
                raise GraderFault(f"reference and oracle disagree{' at ' + path if path else ''}: {two} and {one}")
    return value


def _names_shape(message: str, shape: tuple[int, ...]) -> bool:
    """Whether the message holds the numbers of `shape` beside each other: "(3, 1)", "(3,1)", "3x1", "3 × 1", "[3]"."""
    if not shape:
        return "()" in message or "scalar" in message or "0-d" in message
    between = r"\s*(?:by|[,x×*])?\s*"
    return re.search(r"(?<!\d)" + between.join(map(str, shape)) + r"(?!\d)", message) is not None
