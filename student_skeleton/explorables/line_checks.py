"""Holds each function of gradient_descent.py beside what is known of the line, where the explorer stands."""

import numpy as np

from explorables import course_line
from explorables.trouble import Trouble, WrongForm

FUNCTIONS = (
    "predict",
    "cost",
    "cost_gradient",
    "gradient_step",
    "minibatches",
    "least_squares",
    "largest_stable_learning_rate",
)
CLOSE = 1e-4
"""Relative; single precision is closer."""


def checked(module, watched, X, y, theta, learning_rate, batch_size):
    """One record a function: its name, and the `Trouble` with it or None where it is right here."""
    return {
        name: _trouble(module.function(name), name, watched, X, y, theta, learning_rate, batch_size)
        for name in FUNCTIONS
    }


def _trouble(function, name, watched, X, y, theta, learning_rate, batch_size):
    if not callable(function):
        return function
    w, b = np.array([theta[0]]), float(theta[1])
    M, v, rest = course_line.averages(X, y)
    down = course_line.slope(M, v, theta)

    def look():
        rng = np.random.default_rng(1)
        if name == "predict":
            _compare(function(X.copy(), w, b), theta[0] * X[:, 0] + b, (len(y),), name)
        elif name == "cost":
            _compare(function(X.copy(), y.copy(), w, b), course_line.height(M, v, rest, theta), (), name)
        elif name == "cost_gradient":
            _compare(_two(function(X.copy(), y.copy(), w, b), name), down, (2,), name)
        elif name == "gradient_step":
            got = _two(function(w, b, down[:1], float(down[1]), learning_rate), name)
            _compare(got, theta - learning_rate * down, (2,), name)
        elif name == "minibatches":
            _dealt(list(function(X.copy(), y.copy(), batch_size, rng)), X, y)
        elif name == "least_squares":
            _compare(_two(function(X.copy(), y.copy()), name), course_line.lowest(M, v), (2,), name)
        else:
            _compare(function(X.copy()), course_line.stable_rate(M), (), name)

    return watched.run(name, look)[1]


def _two(returned, name):
    """(w or dw, b or db) as one array."""
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise WrongForm(f"{name} returned {type(returned).__name__}, not a pair")
    first, second = returned
    if np.shape(first) != (1,):
        raise WrongForm(f"the first value that {name} returns has shape {np.shape(first)}; (1,) was expected")
    return np.array([first[0], float(second)])


def _compare(got, right, shape, name):
    got = np.asarray(got, dtype=np.float64)
    if got.shape != shape:
        raise WrongForm(f"{name} returned shape {got.shape}; {shape} was expected")
    room = CLOSE * (np.abs(right) + np.abs(right).max() + 1e-9)
    if (np.abs(got - right) <= room).all():
        return
    if not shape:
        raise WrongForm(f"{name} is {float(got):.5g} here; it should be {float(right):.5g}")
    off = np.argmax(~(np.abs(got - right) <= room))
    raise WrongForm(
        f"{name} is {_numbers(got)} here; it should be {_numbers(right)}"
        if shape == (2,)
        else f"{name}()[{off}] is {got[off]:.5g} here; it should be {right[off]:.5g}"
    )


def _numbers(values):
    return "(" + ", ".join(f"{value:.5g}" for value in values) + ")"


def _dealt(batches, X, y):
    pairs = [
        (float(x), float(t))
        for X_batch, y_batch in batches
        for x, t in zip(np.ravel(X_batch), np.ravel(y_batch), strict=True)
    ]
    have, dealt = set(zip(X[:, 0].tolist(), y.tolist(), strict=True)), set(pairs)
    if dealt - have:
        raise WrongForm("minibatches puts an x next to a y that is not its own")
    if len(dealt) < len(have):
        raise WrongForm(f"minibatches leaves out {len(have) - len(dealt)} of {len(have)} examples")
    if len(pairs) > len(have):
        raise WrongForm("minibatches deals examples twice in one epoch")
    if len(y) > 5 and pairs == list(zip(X[:, 0].tolist(), y.tolist(), strict=True)):
        raise WrongForm("minibatches leaves the examples in the order they came in")


def missing(troubles, names):
    """The first trouble that keeps these functions from being used; one that is merely wrong does not."""
    return next((troubles[name] for name in names if _unusable(troubles[name])), None)


def _unusable(trouble: Trouble | None):
    return trouble is not None and trouble.kind != "wrong_form"
