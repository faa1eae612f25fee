"""A student's path or curve beside the expected one, as the numbers an SVG template needs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.report.axes import Axis, spanning
from autograder.report.labels import Box, Label, Pixel, place
from autograder.results import Series

WIDTH, HEIGHT = 440, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 428, 12, 252
_MOST_POINTS = 400
_MOST_MARKS = 40

Point = tuple[float | None, float | None]


@dataclass(frozen=True)
class Line:
    path: str
    """The `d` of an SVG path; pieces outside the plot are cut off."""
    marks: str
    """The `d` of a path of one dot at each point; empty where there are too many."""
    end: str
    """The same for the last point alone, if that is inside the plot."""


@dataclass(frozen=True)
class Plot:
    title: str
    x_label: str
    y_label: str
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    expected: Line
    yours: Line
    labels: tuple[tuple[str, Label], ...]
    """Each with the line it belongs to: `expected`, `yours`, or nothing for the start of both."""
    notes: tuple[str, ...]


def plot(series: Series) -> Plot:
    """Lay out `series` on a canvas of `WIDTH` by `HEIGHT` pixels."""
    x_axis, y_axis = _axis(series, 0, LEFT, RIGHT), _axis(series, 1, BOTTOM, TOP)
    x_axis = replace(x_axis, is_counted=series.kind == "curve")
    expected, yours = (_pixels(_thinned(points), x_axis, y_axis) for points in (series.expected, series.got))
    return Plot(
        title=series.title,
        x_label=series.x_label,
        y_label=series.y_label + (", logarithmic" if y_axis.is_log else ""),
        x_ticks=tuple(x_axis.ticks()),
        y_ticks=tuple(y_axis.ticks()),
        expected=_line(expected),
        yours=_line(yours),
        labels=tuple(_labels(expected, yours, has_start=series.kind == "path")),
        notes=tuple(_notes(series, x_axis, y_axis)),
    )


def _axis(series: Series, coordinate: int, start: float, end: float) -> Axis:
    expected = [value for point in series.expected if (value := point[coordinate]) is not None]
    got = [value for point in series.got if (value := point[coordinate]) is not None]
    return spanning(expected, got, start, end, may_be_log=series.kind == "curve" and coordinate == 1)


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    stride = max(1, math.ceil(len(points) / _MOST_POINTS))
    return points if stride == 1 else [*points[:-1:stride], points[-1]]


def _pixels(points: Sequence[Point], x_axis: Axis, y_axis: Axis) -> list[Pixel | None]:
    """Where each point falls, in or out of the plot; None for one that is not finite."""
    return [
        (x_axis.pixel(x), y_axis.pixel(y))
        if x is not None and y is not None and math.isfinite(x) and math.isfinite(y)
        else None
        for x, y in points
    ]


def _line(pixels: list[Pixel | None]) -> Line:
    inside = [pixel for pixel in pixels if pixel is not None and _is_inside(pixel)]
    marks = "".join(map(_dot, inside)) if len(inside) <= _MOST_MARKS else ""
    ends_inside = bool(inside) and pixels[-1] == inside[-1]
    return Line(_path(pixels)[0], marks, _dot(inside[-1]) if ends_inside else "")


def _labels(expected: list[Pixel | None], yours: list[Pixel | None], *, has_start: bool) -> Iterator[tuple[str, Label]]:
    """Words beside the end of each line, and beside the start of a path if that is somewhere else."""
    around = Box(2, 0, WIDTH - 2, BOTTOM)
    wanted = [("yours", _path(yours)[1], _ending(yours, "yours"))]
    wanted.append(("expected", _path(expected)[1], _ending(expected, "expected")))
    if has_start and expected:
        wanted.append(("", expected[0], "start"))
    placed: list[Label] = []
    for name, at, text in wanted:
        label = place(at, text, around, (expected, yours), placed) if at is not None else None
        if label is not None and not any(label.box.overlaps(other.box) for other in placed):
            placed.append(label)
            yield name, label


def _ending(pixels: list[Pixel | None], name: str) -> str:
    stays = bool(pixels) and pixels[-1] is not None and _is_inside(pixels[-1])
    return name if stays else f"{name}, leaves the plot"


def _path(pixels: list[Pixel | None]) -> tuple[str, Pixel | None]:
    """The visible pieces of the line, and where the last of them ends."""
    pieces: list[str] = []
    pen: Pixel | None = None
    for before, after in itertools.pairwise(pixels):
        piece = _clipped(before, after) if before is not None and after is not None else None
        if piece is None:
            continue
        if piece[0] != pen:
            pieces.append(f"M{_tenth(piece[0][0])} {_tenth(piece[0][1])}")
        pieces.append(f"L{_tenth(piece[1][0])} {_tenth(piece[1][1])}")
        pen = piece[1]
    return "".join(pieces), pen or _last_inside(pixels)


def _clipped(a: Pixel, b: Pixel) -> tuple[Pixel, Pixel] | None:
    """The part of the segment inside the plot (Liang and Barsky 1984)."""
    enter, leave = 0.0, 1.0
    dx, dy = b[0] - a[0], b[1] - a[1]
    for rate, room in ((-dx, a[0] - LEFT), (dx, RIGHT - a[0]), (-dy, a[1] - TOP), (dy, BOTTOM - a[1])):
        if rate == 0:
            if room < 0:
                return None
        elif rate < 0:
            enter = max(enter, room / rate)
        else:
            leave = min(leave, room / rate)
    if enter > leave:
        return None
    first = a if enter == 0 else (a[0] + enter * dx, a[1] + enter * dy)
    last = b if leave == 1 else (a[0] + leave * dx, a[1] + leave * dy)
    return first, last


def _dot(pixel: Pixel) -> str:
    """A line without length: its ends make it a disk or a square, as the style says."""
    return f"M{_tenth(pixel[0])} {_tenth(pixel[1])}h0"


def _notes(series: Series, x_axis: Axis, y_axis: Axis) -> list[str]:
    """What the drawing cannot show, in words."""
    notes = []
    pixels = _pixels(series.got, x_axis, y_axis)
    what = "path" if series.kind == "path" else "curve"
    unknown = next((index for index, pixel in enumerate(pixels) if pixel is None), None)
    outside = next((index for index, pixel in enumerate(pixels) if pixel is not None and not _is_inside(pixel)), None)
    if outside is not None:
        notes.append(
            f"Your {what} leaves the drawn area {_at(series, outside)}, where it is {_written(series.got[outside])}."
        )
    if unknown is not None:
        notes.append(f"Your {what} is not finite (NaN or infinite) {_at(series, unknown)}; such values are not drawn.")
    if len(series.got) != len(series.expected):
        notes.append(f"Your {what} has {len(series.got):,} points, the expected one {len(series.expected):,}.")
    return notes


def _at(series: Series, index: int) -> str:
    """In the words of the axis for a curve; a path has none for what it is counted by."""
    x = series.got[index][0]
    if series.kind == "curve" and x is not None and math.isfinite(x):
        return f"at {series.x_label} {x:g}"
    return f"after {index:,} {'step' if index == 1 else 'steps'}" if index else "at its start"


def _written(point: Point) -> str:
    return "(" + ", ".join("not finite" if value is None else f"{value:.4g}" for value in point) + ")"


def _last_inside(pixels: list[Pixel | None]) -> Pixel | None:
    return next((pixel for pixel in reversed(pixels) if pixel is not None and _is_inside(pixel)), None)


def _is_inside(pixel: Pixel) -> bool:
    return LEFT <= pixel[0] <= RIGHT and TOP <= pixel[1] <= BOTTOM


def _tenth(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
