"""What a report draws of a sequence of results: the student's beside the expected ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograder.results import Series


@dataclass(frozen=True)
class Plot:
    """How a failing trajectory is drawn: `curve` over the numbers of its steps, `path` in its first two coordinates."""

    kind: Literal["curve", "path"]
    title: str
    x_label: str
    y_label: str
    first: int = 0
    """What a curve's first entry is counted as: 1 for the cost after epoch 1."""
    steps: tuple[int, ...] = ()
    """Which steps a curve's entries belong to, where these do not follow one another: (0, 5, 10)."""


def series_of(plot: Plot, got: list[Any], expected: list[Any]) -> Series:
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
    counts = plot.steps or range(plot.first, plot.first + len(entries))
    for count, entry in zip(counts, entries, strict=True):
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
