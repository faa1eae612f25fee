"""Walks a student's optimizer down a landscape, update by update, as far as it goes."""

from dataclasses import dataclass

import numpy as np

from explorables.trouble import Trouble, WrongForm, returned_nothing


@dataclass(frozen=True)
class Walk:
    positions: np.ndarray
    """(k + 1, 2), the start first."""
    gradients: np.ndarray
    """(k, 2)"""
    states: dict
    """What the optimizer remembers after 0, 1, … k updates: label → (k + 1, n), NaN where it does not any more."""
    trouble: Trouble | None
    """What ended the walk early."""
    remark: str
    """What is against the rules and ends nothing."""
    left: bool
    """Whether it went too far away to go on."""


def walk(watched, name, init, step, gradient, start, rates, far, more):
    """Follow an optimizer from `start`.

    Parameters
    ----------
    watched : `students_module.Watched`
    name : str
        Of the optimizer.
    init, step, gradient : callable
        The student's.
    start : pair of float
    rates : array
        One learning rate an update.
    far : float
        Where |w| is larger, nothing is seen any more: the walk ends there.
    more : dict
        Further arguments of `step`.
    """
    steps = _Steps(name, init, step, gradient, far, more)
    _, trouble = watched.run(f"{name}_step", steps.go, np.array(start, dtype=np.float64), rates)
    positions = np.array(steps.positions) if steps.positions else np.array([start], dtype=np.float64)
    gradients = np.array(steps.gradients).reshape(-1, 2)
    return Walk(positions, gradients, _series(steps.states), trouble, steps.remark, steps.left)


class _Steps:
    """Keeps what was reached, also where an update raises."""

    def __init__(self, name, init, step, gradient, far, more):
        self.name, self.init, self.step, self.gradient, self.far, self.more = name, init, step, gradient, far, more
        self.positions, self.gradients, self.states = [], [], []
        self.remark, self.left = "", False

    def go(self, w, rates):
        self.positions.append(w.copy())
        state = self.init({"w": w.copy()})
        if state is None:
            raise returned_nothing(f"{self.name}_init")
        self.states.append(_remembered(state))
        for rate in rates:
            slope = pair(self.gradient(w.copy()), "the gradient")
            params, grads = {"w": w.copy()}, {"w": slope.copy()}
            result = self.step(params, grads, state, learning_rate=float(rate), **self.more)
            if result is None:
                raise returned_nothing(f"{self.name}_step")
            if not isinstance(result, tuple) or len(result) != 2:
                raise WrongForm(f"{self.name}_step returned {_kind(result)}, not a pair (params, state)")
            after, state = result
            if not isinstance(after, dict) or "w" not in after:
                raise WrongForm(f"{self.name}_step returned {_kind(after)} for params, not a dict with the name 'w'")
            following = pair(after["w"], f"params['w'] after {self.name}_step")
            if not self.remark and (params["w"] != w).any():
                self.remark = f"{self.name}_step changes the params that it is given; it should make new arrays"
            w = following.copy()
            self.positions.append(w)
            self.gradients.append(slope)
            self.states.append(_remembered(state))
            if not np.abs(w).max() <= self.far:
                self.left = True
                return


def pair(value, what):
    """Two numbers as an array.

    Raises
    ------
    WrongForm
        if it is something else.
    """
    if value is None:
        raise WrongForm(f"{what} is None: is a `return` missing?")
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise WrongForm(f"{what} is {_kind(value)}, not an array of two numbers") from None
    if array.shape != (2,):
        raise WrongForm(f"{what} has shape {array.shape}; (2,) was expected")
    return array


def _kind(value):
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    return "None" if value is None else f"a {type(value).__name__}"


def _remembered(state):
    """The numbers in a state, whatever form the student gave it: label → flat array."""
    found = {}
    _collect(state, "", found)
    return found


def _collect(value, label, found):
    if isinstance(value, dict):
        for key, inner in value.items():
            _collect(inner, label if key == "w" and label else f"{label} {key}".strip(), found)
    elif isinstance(value, bool):
        return
    elif isinstance(value, (int, float, np.number)):
        found[label or "state"] = np.array([value], dtype=np.float64)
    elif isinstance(value, np.ndarray) and value.size <= 4 and value.dtype.kind in "fiu":
        found[label or "state"] = value.astype(np.float64).ravel()


def _series(states):
    """label → one row an update, of all that is there at the start and keeps its size."""
    series = {}
    for label, first in (states[0] if states else {}).items():
        rows = [state.get(label, np.full(first.shape, np.nan)) for state in states]
        if all(row.shape == first.shape for row in rows):
            series[label] = np.array(rows)
    return series
