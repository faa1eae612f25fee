"""Holds each function of gradient_descent.py beside what is known of the line, where the explorer stands."""

import numpy as np

from explorables import course_line
from explorables.how_it_differs import hint
from explorables.trouble import Trouble, WrongForm, returned_nothing

FUNCTIONS = (
    "predict",
    "cost",
    "cost_gradient",
    "gradient_step",
    "minibatches",
    "least_squares",
    "largest_stable_learning_rate",
)
BUILT_ON = {
    "cost": ("predict",),
    "cost_gradient": ("predict",),
    "gradient_descent": ("cost", "cost_gradient", "gradient_step"),
    "stochastic_gradient_descent": ("cost", "cost_gradient", "gradient_step", "minibatches"),
    "minibatch_gradient_descent": ("cost", "cost_gradient", "gradient_step", "minibatches"),
}
"""Which functions usually call which: one mistake is told once, where it was made."""
CLOSE = 1e-4
"""Relative; single precision is closer."""
_ENDLESS = ("too_slow", "interrupted", "not_run")


def checked(module, watched, X, y, theta, learning_rate, batch_size):
    """One record a function: its name, and the `Trouble` with it or None where it is right here."""
    found = {}
    given = (X, y, theta, learning_rate, batch_size)
    for name in FUNCTIONS:
        trouble = too_slow_below(name, found) or _trouble(module.function(name), name, watched, *given)
        found[name] = after_others(name, trouble, found)
    return found


def after_others(name, trouble, found):
    """The trouble of a function, or that it waits where what it is built on is in trouble itself."""
    if trouble is None or trouble.kind == "not_run" or (trouble.kind == "not_written" and name in trouble.text.split()):
        return trouble
    first = [other for other in BUILT_ON.get(name, ()) if found.get(other)]
    return Trouble("waits", f"judged when {first[0]} is right") if first else trouble


def too_slow_below(name, found):
    """The trouble of a function that is not even tried: what it is built on did not come to an end."""
    endless = [other for other in BUILT_ON.get(name, ()) if found[other] and found[other].kind in _ENDLESS]
    return Trouble("not_run", f"tried when {endless[0]} comes to an end") if endless else None


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
            _compare(function(X.copy(), y.copy(), w, b), course_line.height(M, v, rest, theta), (), name, len(y))
        elif name == "cost_gradient":
            _compare(two(function(X.copy(), y.copy(), w, b), name), down, (2,), name, len(y))
        elif name == "gradient_step":
            got = two(function(w, b, down[:1], float(down[1]), learning_rate), name)
            _compare(got, theta - learning_rate * down, (2,), name, origin=theta)
        elif name == "minibatches":
            _dealt(list(function(X.copy(), y.copy(), batch_size, rng)), X, y)
        elif name == "least_squares":
            _compare(two(function(X.copy(), y.copy()), name), course_line.lowest(M, v), (2,), name)
        else:
            _compare(function(X.copy()), course_line.stable_rate(M), (), name)

    return watched.run(name, look)[1]


def two(returned, name):
    """(w or dw, b or db) as one array.

    Raises
    ------
    WrongForm
        if it is anything else.
    """
    if returned is None:
        raise returned_nothing(name)
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise WrongForm(f"{name} returned {_kind(returned)}; two values were expected, one for w and one for b")
    first, second = returned
    if np.shape(first) != (1,):
        raise WrongForm(f"the first value that {name} returns has shape {np.shape(first)}; (1,) was expected")
    if np.shape(second) != ():
        raise WrongForm(f"the second value that {name} returns has shape {np.shape(second)}; a number was expected")
    return np.array([first[0], float(second)])


def _kind(value):
    return f"a tuple of {len(value)}" if isinstance(value, tuple) else f"a value of type {type(value).__name__}"


def _compare(got, right, shape, name, count=None, origin=0.0):
    """Raise `WrongForm` where `got` is not right; the hint is about how far both are from `origin`."""
    if got is None:
        raise returned_nothing(name)
    got = np.asarray(got, dtype=np.float64)
    if got.shape != shape:
        raise WrongForm(f"{name} returned shape {got.shape}; {shape} was expected")
    room = CLOSE * (np.abs(right) + np.abs(right).max() + 1e-9)
    if (np.abs(got - right) <= room).all():
        return
    if not shape:
        text = f"{name} is {float(got):.5g} here; it should be {float(right):.5g}"
    elif shape == (2,):
        text = f"{name} is {_numbers(got)} here; it should be {_numbers(right)}"
    else:
        off = np.argmax(~(np.abs(got - right) <= room))
        text = f"{name}()[{off}] is {got[off]:.5g} here; it should be {right[off]:.5g}"
    more = hint(got - origin, right - origin, count)
    raise WrongForm(f"{text}: {more}" if more else text)


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
    return trouble is not None and trouble.kind not in ("wrong_form", "waits")
