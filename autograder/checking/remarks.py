"""What a student would like to hear about a difference in numbers, where something plain can be said."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_NOTICEABLE = 0.01
"""A factor closer to 1 than this is no hint: many small errors look like one."""


def remark_on(got: Array, expected: Array, allowed: float) -> str:
    """One sentence about how `got` relates to `expected`, or an empty string."""
    if got.size == 0 or not np.all(np.isfinite(got)) or not np.all(np.isfinite(expected)):
        return ""
    if np.all(np.abs(got + expected) <= allowed) and np.any(np.abs(expected) > 10 * allowed):
        return "Your values have the right size and the opposite sign."
    if got.size > 1 and not np.any(got):
        return "All your values are zero."
    factor = _constant(got, expected, allowed)
    if factor is not None:
        return f"Your values are {_times(factor)} the expected ones{', all of them' if got.size > 1 else ''}."
    offset = got - expected
    if got.size > 1 and np.ptp(offset) <= allowed and abs(float(offset.mean())) > 10 * allowed:
        return f"Your values differ from the expected ones by the same amount everywhere: {float(offset.mean()):.6g}."
    if got.ndim == 2 and got.shape[0] == got.shape[1] and np.all(np.abs(got.T - expected) <= allowed):
        return "Your matrix is the transpose of the expected one."
    wrong = np.abs(offset) > allowed
    if got.size > 3 and wrong.sum() < got.size / 2:
        alike = _alike(got[wrong], expected[wrong], allowed)
        return f"{int(wrong.sum())} of {got.size} values differ{alike}; the others agree."
    return ""


def _alike(got: Array, expected: Array, allowed: float) -> str:
    """What the values that differ have in common, as the end of a clause."""
    if got.size > 1 and np.ptp(got) <= allowed and np.ptp(expected) > 10 * allowed:
        return f", and are all {float(got[0]):.6g}"
    factor = _constant(got, expected, allowed) if got.size > 1 else None
    return "" if factor is None else f", and are {_times(factor)} the expected ones"


def _times(factor: float) -> str:
    return f"{1 / factor:.6g} times smaller than" if abs(factor) < 1 else f"{factor:.6g} times"


def _constant(got: Array, expected: Array, allowed: float) -> float | None:
    """The factor between the two, if there is one (a factor that could be chance is not reported for one number)."""
    weight = np.abs(expected) > 10 * allowed
    if not np.any(weight):
        return None
    factor = float(np.sum(got[weight] * expected[weight]) / np.sum(expected[weight] ** 2))
    if (
        abs(factor) < 1e-12
        or abs(factor) > 1e12
        or not np.all(np.abs(got - factor * expected) <= max(1.0, abs(factor)) * allowed)
    ):
        return None
    if abs(factor - 1) < _NOTICEABLE:
        return None
    whole = _is_whole(factor) or _is_whole(1 / factor)
    return factor if got.size > 1 or whole else None


def _is_whole(number: float) -> bool:
    return abs(number) < 1000 and abs(number - round(number)) < 1e-6
