"""A landscape to race on: the student's heights and slopes, held beside the course's."""

from dataclasses import dataclass

import numpy as np

from explorables.arrays_for_page import packed
from explorables.course_landscapes import LANDSCAPES
from explorables.how_it_differs import hint
from explorables.trouble import WrongForm, returned_nothing, with_consequence
from explorables.walk import pair

FINE, COARSE = 141, 29
"""Points along each side of the frame: of what is drawn, and of what the student's function is asked for."""
NEAR = 1e-4
"""Relative to what is usual in the frame: single precision is nearer, a wrong coefficient is not."""


@dataclass(frozen=True)
class Ground:
    name: str
    height: object
    """Takes one point (2,); the student's where there is one."""
    slope: object
    """Likewise."""
    data: dict
    """For the page."""


def survey(name, module, watched):
    """The landscape called `name`, from the student's module as far as it is there and right.

    Parameters
    ----------
    name : str
    module : `students_module.StudentsModule`
    watched : `students_module.Watched`
    """
    course = LANDSCAPES[name]
    data = {
        "name": name,
        "title": course.title,
        "formula": course.formula,
        "x": list(course.x),
        "y": list(course.y),
        "minima": [list(minimum) for minimum in course.minima],
        "start": list(course.start),
        "source": "yours",
        "remarks": [],
    }
    points = _grid(course, COARSE)
    heights, slopes, functions = {}, {}, {}
    for kind, function_name, wanted in (("height", name, heights), ("slope", f"{name}_gradient", slopes)):
        functions[kind] = module.function(function_name)
        if callable(functions[kind]):
            wanted["got"], trouble = watched.run(function_name, _asked, functions[kind], points, kind, function_name)
            functions[kind] = trouble or functions[kind]
        if not callable(functions[kind]):
            data["remarks"].append(_not_used(functions[kind]))
    data["remarks"] = list(dict.fromkeys(data["remarks"]))  # a module that is missing misses both
    drawn = course.height(_grid(course, FINE))
    height = functions["height"] if callable(functions["height"]) else course.height
    if "got" in heights and heights["got"] is not None:
        off = _first_off(heights["got"], course.height(points))
        if off is not None:
            at, got, right = points[off], heights["got"][off], course.height(points[off])
            has_numbers = np.isfinite(heights["got"]).all()  # a page cannot shade what is no number
            data["remarks"].append(
                f"Your {name} is {got:.5g} at ({at[0]:.3g}, {at[1]:.3g}); there it is {right:.5g}. "
                f"{'Yours' if has_numbers else 'The right one'} is drawn"
            )
            drawn = heights["got"] if has_numbers else drawn
    if "got" in slopes and slopes["got"] is not None:
        off = _first_off(slopes["got"], course.slope(points))
        if off is not None:
            at, got, right = points[off[0], off[1]], slopes["got"][off[0], off[1]], course.slope(points[off[0], off[1]])
            data["remarks"].append(
                f"Your {name}_gradient is ({got[0]:.4g}, {got[1]:.4g}) at ({at[0]:.3g}, {at[1]:.3g}); "
                f"there it is ({right[0]:.4g}, {right[1]:.4g}){_in_short(slopes['got'], course.slope(points))}"
            )
    own = callable(functions["slope"])
    if not own and not callable(functions["height"]):
        data["source"] = "the course's"
    at_minima = [] if drawn is heights.get("got") else course.height(np.array(course.minima))
    data["lowest"] = float(np.nanmin([np.nanmin(drawn), *at_minima]))
    data["heights"] = packed(drawn, np.float32)
    return Ground(name, height, functions["slope"] if own else course.slope, data)


def _in_short(got, right):
    more = hint(got, right)
    return f": {more}" if more else ""


def _not_used(trouble):
    where = f" ({trouble.where})" if trouble.where and trouble.kind != "missing" else ""
    return with_consequence(f"{trouble.text}{where}", "the course's is used")


def _grid(course, count):
    """Points (count, count, 2): rows from the lowest y up, columns from the left."""
    x, y = np.meshgrid(np.linspace(*course.x, count), np.linspace(*course.y, count))
    return np.stack([x, y], axis=-1)


def _asked(function, points, kind, name):
    """A student's function at every point, one at a time, as it is written for."""
    rows = []
    for w in points.reshape(-1, 2):
        value = function(w.copy())
        if kind == "slope":
            rows.append(pair(value, f"what {name} returns"))
        elif value is None:
            raise returned_nothing(name)
        elif np.shape(value) != ():
            raise WrongForm(f"{name} returns shape {np.shape(value)}; a number was expected")
        else:
            rows.append(float(value))
    return np.array(rows).reshape(points.shape[:2] + ((2,) if kind == "slope" else ()))


def _first_off(got, right):
    """Index of the worst value, None where all are near."""
    off = np.abs(got - right) / (np.abs(right) + np.median(np.abs(right)))
    off = np.where(np.isfinite(off), off, np.inf)
    worst = np.unravel_index(np.argmax(off), off.shape)
    return worst if off[worst] > NEAR else None
