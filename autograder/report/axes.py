"""One axis of a plot: which numbers it spans, where they fall, and which of them are written beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_LARGEST = 1e150  # beyond it differences and ratios of two numbers may overflow


@dataclass(frozen=True)
class Axis:
    low: float
    high: float
    start: float
    """Pixel of `low`."""
    end: float
    is_log: bool = False
    """`low` and `high` are then decimal logarithms."""
    is_counted: bool = False
    """It counts steps: only whole numbers are written."""

    def pixel(self, value: float) -> float:
        """Where `value` falls, in the plot or far out of it; zero and below lie far below a logarithmic axis."""
        if self.is_log:
            value = math.log10(value) if value > 0 else self.low - 10 * (self.high - self.low)
        value = min(max(value, -_LARGEST), _LARGEST)
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Pixel and label of some four to seven round numbers."""
        if self.is_log:
            stride = max(1, math.ceil((self.high - self.low) / 6))
            exponents = range(math.ceil(self.low), math.floor(self.high) + 1, stride)
            return [(round(self.pixel(10.0**exponent), 1), f"{10.0**exponent:g}") for exponent in exponents]
        step = _round_step((self.high - self.low) / 5)
        step = max(step, 1.0) if self.is_counted else step
        first = math.ceil(self.low / step)
        values = [(first + index) * step for index in range(8) if (first + index) * step <= self.high]
        return [(round(self.pixel(value), 1), f"{value:.6g}") for value in values]


def spanning(expected: Sequence[float], got: Sequence[float], start: float, end: float, *, may_be_log: bool) -> Axis:
    """An axis around `expected` that follows `got` only so far: beside a diverging answer the right one stays readable.

    It is logarithmic where that is allowed and `expected` is positive and spans more than three powers of ten.
    """
    centre = [value for value in expected if _is_drawable(value)]
    others = [value for value in got if _is_drawable(value)]
    if not centre and not others:
        return Axis(0.0, 1.0, start, end)
    centre = centre or others
    is_log = may_be_log and min(centre) > 0 and max(centre) > 1000 * min(centre)
    if is_log:
        centre = [math.log10(value) for value in centre]
        others = [math.log10(value) for value in others if value > 0]
    low, high = min(centre), max(centre)
    span = (high - low) or _spread_around(low, others)
    near = [value for value in others if low - 2 * span <= value <= high + 2 * span]
    if len(near) < len(others):  # it leaves the plot anyway: keep the expected line large
        near = [value for value in others if low - span / 2 <= value <= high + span / 2]
    low, high = min([low, *near]), max([high, *near])
    margin = max(0.06 * (high - low), 1e-9 * max(abs(low), abs(high))) or 0.5
    return Axis(low - margin, high + margin, start, end, is_log)


def _is_drawable(value: float) -> bool:
    return math.isfinite(value) and abs(value) < _LARGEST


def _spread_around(value: float, others: Sequence[float]) -> float:
    """How far to look around a constant: as far as most of the other line goes."""
    distances = sorted(abs(other - value) for other in others)
    typical = distances[len(distances) // 2] if distances else 0.0
    return 3 * typical or abs(value) or 1.0


def _round_step(rough: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= rough), 10 * power)
