"""What there is to tune, and how a configuration is drawn. Given: import it, do not hand it in.

A *space* maps each hyperparameter to what it may be, in the form of the assignment before this one:

    {"kind": "choice", "values": [...]}
    {"kind": "uniform" | "log_uniform" | "integer", "low": ..., "high": ...}      (the ends of an integer included)

A *configuration* is one value for each name. The space below is a start: narrow it where you know more, and leave in
one value where you want none other.
"""

from __future__ import annotations

import math

SPACE = {
    "image_size": {"kind": "choice", "values": [32]},
    "channels": {"kind": "choice", "values": [4, 8, 12]},
    "hidden": {"kind": "choice", "values": [32, 64]},
    "activation": {"kind": "choice", "values": ["relu", "leaky_relu", "tanh"]},
    "dropout": {"kind": "uniform", "low": 0.0, "high": 0.5},
    "optimizer": {"kind": "choice", "values": ["sgd", "rmsprop", "adam"]},
    "learning_rate": {"kind": "log_uniform", "low": 1e-4, "high": 1e-1},
    "momentum": {"kind": "choice", "values": [0.0, 0.9]},
    "weight_decay": {"kind": "log_uniform", "low": 1e-6, "high": 1e-2},
    "label_smoothing": {"kind": "choice", "values": [0.0, 0.1]},
    "batch_size": {"kind": "choice", "values": [16, 32, 64]},
    "epochs": {"kind": "choice", "values": [15]},
    "schedule": {"kind": "choice", "values": ["constant", "cosine", "exponential"]},
}

UNTUNED = {
    "image_size": 32,
    "channels": 8,
    "hidden": 64,
    "activation": "tanh",
    "dropout": 0.0,
    "optimizer": "sgd",
    "learning_rate": 0.01,
    "momentum": 0.0,
    "weight_decay": 0.0,
    "label_smoothing": 0.0,
    "batch_size": 32,
    "epochs": 15,
    "schedule": "constant",
}
"""Where the course's old notebook began: something to be better than."""


def draw(space, rng):
    """One configuration, every value drawn on its own by a `numpy.random.Generator`."""
    return {name: _draw_one(entry, rng) for name, entry in space.items()}


def _draw_one(entry, rng):
    kind = entry["kind"]
    if kind == "choice":
        return entry["values"][int(rng.integers(len(entry["values"])))]
    low, high = entry["low"], entry["high"]
    if kind == "integer":
        return int(rng.integers(low, high + 1))
    if kind == "log_uniform":
        return float(math.exp(rng.uniform(math.log(low), math.log(high))))
    if kind == "uniform":
        return float(rng.uniform(low, high))
    raise ValueError(f"{kind!r} is no kind of a hyperparameter: take choice, uniform, log_uniform or integer")
