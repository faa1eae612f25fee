"""Where to write the words beside the ends of a plot's lines, so that they hide as little of the lines as can be."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

_LETTER, _LINE = 7.6, 13.0  # generous size of a letter at the plot's font size
_GAP = 9.0

Pixel = tuple[float, float]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, pixel: Pixel) -> bool:
        return self.left <= pixel[0] <= self.right and self.top <= pixel[1] <= self.bottom

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    side: str
    """`right` where the text ends at (x, y), `left` where it begins there."""
    text: str
    box: Box


def place(at: Pixel, text: str, frame: Box, lines: Sequence[Sequence[Pixel | None]], taken: Sequence[Label]) -> Label:
    """The label beside `at`, of the four around it, that lies in `frame`, off the other labels and off the lines."""
    around = [_beside(at, text, side, baseline) for side in ("left", "right") for baseline in (-_GAP, _GAP + 10)]
    points = [point for line in lines for point in _dense(line)]

    def badness(label: Label) -> tuple[bool, bool, int]:
        box = label.box
        return (
            not (frame.holds((box.left, box.top)) and frame.holds((box.right, box.bottom))),
            any(box.overlaps(other.box) for other in taken),
            sum(box.holds(point) for point in points),
        )

    return min(around, key=badness)


def _beside(at: Pixel, text: str, side: str, baseline: float) -> Label:
    x = at[0] + (_GAP if side == "left" else -_GAP)
    y = at[1] + baseline
    left = x if side == "left" else x - _LETTER * len(text)
    return Label(x, y, side, text, Box(left, y - _LINE, left + _LETTER * len(text), y + 3))


def _dense(line: Sequence[Pixel | None]) -> list[Pixel]:
    """The points of a line and some between them."""
    dense = [pixel for pixel in line if pixel]
    for a, b in itertools.pairwise(line):
        if a and b:
            dense += [(a[0] + (b[0] - a[0]) * part / 8, a[1] + (b[1] - a[1]) * part / 8) for part in range(1, 8)]
    return dense
