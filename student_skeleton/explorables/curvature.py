"""Gradient descent on a parabola by the student's descend_parabola: what a learning rate does at a curvature."""

import numpy as np

from explorables.arrays_for_page import packed
from explorables.curvature_picture import picture
from explorables.explorable import Explorable
from explorables.how_it_differs import hint
from explorables.students_module import StudentsModule, Watched
from explorables.trouble import WrongForm, returned_nothing

FAR = 1e6
"""What is farther out is not sent."""
CLOSE = 1e-4


class CurvatureExplorer(Explorable):
    """A parabola, a tangent, a step: when does descent converge, oscillate, diverge?

    Parameters
    ----------
    module : str or module
        Where the student's `descend_parabola` is.
    curvature, learning_rate : float
        To begin with.
    """

    page = "curvature.js"

    def __init__(self, module="gradient_descent", curvature=1.0, learning_rate=0.3):
        self._module = StudentsModule(module)
        super().__init__(
            {"curvature": curvature, "learning_rate": learning_rate, "start": 4.0, "steps": 20, "right": True}
        )

    def respond(self, settings):
        self._module.refresh()
        watched = Watched(self.known_slow(self._module))
        curvature, rate = float(settings["curvature"]), float(settings["learning_rate"])
        start, steps = float(settings["start"]), int(settings["steps"])
        with np.errstate(all="ignore"):
            right = start * (1 - rate * curvature) ** np.arange(steps + 1.0)
        shown = _within(right)
        answer = {"right": packed(shown), "steps": steps, "remarks": [], "regime": regime(curvature, rate)}
        function, trouble = self._module.function("descend_parabola"), None
        if callable(function):
            positions, trouble = watched.run("descend_parabola", _positions, function, curvature, rate, start, steps)
        else:
            trouble = function
        answer["trouble"] = trouble and trouble.as_data()
        if not trouble:
            off = np.flatnonzero(~(np.abs(positions - right) <= CLOSE * (np.abs(right) + 1e-9 * abs(start))))
            if off.size:
                k = off[0]
                answer["remarks"].append(_told_of(k, positions, right))
            shown = _within(positions)
            answer["path"] = packed(shown)
        return {**answer, **_steps(shown, curvature, rate), "printed": watched.printed}

    def draw(self):
        return picture(self.settings, self.answer)


def regime(curvature, learning_rate):
    """Which of the regions a pair lies in: monotone up to 1/c, oscillating up to 2/c, diverging beyond."""
    product = curvature * learning_rate
    if product <= 1:
        return "monotone"
    return "oscillating" if product < 2 else "standing" if product == 2 else "diverging"


def _told_of(k, positions, right):
    """A sentence on the first wrong position; the hint is about the step that leads there."""
    text = f"Your position {k} is {positions[k]:.5g}; it should be {right[k]:.5g}"
    if not np.isfinite(positions[k]):
        return f"Your position {k} is no number any more ({positions[k]}); it should be {right[k]:.5g}"
    more = hint(positions[k] - positions[k - 1], right[k] - right[k - 1]) if k else "the start comes first"
    return f"{text}: {more}" if more else text


def _positions(function, curvature, rate, start, steps):
    returned = function(curvature, rate, start, steps)
    if returned is None:
        raise returned_nothing("descend_parabola")
    positions = np.asarray(returned, dtype=np.float64)
    if positions.shape != (steps + 1,):
        raise WrongForm(
            f"descend_parabola returned shape {positions.shape} for {steps} steps; "
            f"({steps + 1},) was expected, the start first"
        )
    return positions


def _steps(positions, curvature, rate):
    """What the tangent promises for each step, and what comes of it.

    From w the next point lies Δ away; the tangent goes on from J(w) with the slope J′(w), the parabola leaves it by
    ½·curvature·Δ².
    """
    heights = 0.5 * curvature * positions**2
    promised = heights[:-1] + curvature * positions[:-1] * np.diff(positions)
    return {
        "heights": packed(heights),
        "slopes": packed(curvature * positions),
        "promised": packed(promised),
        "errors": packed(heights[1:] - promised),
    }


def _within(positions):
    """As far as a page can show them."""
    outside = np.flatnonzero(~(np.abs(positions) < FAR))
    return positions[: outside[0]] if outside.size else positions
