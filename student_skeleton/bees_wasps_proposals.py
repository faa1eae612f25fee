"""Which configuration to try next, by a Gaussian process that has seen the trials so far. Given.

Every configuration is a point of the unit cube: numbers by where they lie between their ends (on a logarithmic scale
where they are drawn on one), choices as one coordinate for each value. The process predicts the validation accuracy of
points that were not tried, with an uncertainty, and the point with the largest expected improvement is proposed.
"""

from __future__ import annotations

import math

import numpy as np

from bees_wasps_space import draw

AT_RANDOM = 6
"""So many trials are drawn before anything can be learned from them."""

CANDIDATES = 1000
LENGTH = 0.6
"""How far apart in the cube two configurations are when one says little about the other any more."""

NOISE = 0.1
"""How much of the spread of the trials is luck: variance, as a share."""


def propose(space, tried, accuracies, rng):
    """The configuration to try next.

    Parameters
    ----------
    space : dict
        See `bees_wasps_space`.
    tried : list of configurations
    accuracies : list of float
        Of each of them.
    rng : numpy.random.Generator
    """
    if len(tried) < AT_RANDOM:
        return draw(space, rng)
    heights = np.array(accuracies)
    spread = heights.std() or 1.0
    heights = (heights - heights.mean()) / spread
    candidates = [draw(space, rng) for _ in range(CANDIDATES)]
    seen, new = (np.array([_point(space, one) for one in group]) for group in (tried, candidates))
    gain = _gain(*_prediction(seen, heights, new), heights.max())
    return candidates[int(np.argmax(gain))]


def _prediction(seen, heights, new):
    """Mean and standard deviation of the process at new points (Rasmussen & Williams 2006, algorithm 2.1)."""
    factor = np.linalg.cholesky(_similarity(seen, seen) + NOISE * np.eye(len(seen)))
    across = np.linalg.solve(factor, _similarity(seen, new))
    mean = across.T @ np.linalg.solve(factor, heights)
    return mean, np.sqrt(np.clip(1 - (across**2).sum(axis=0), 1e-12, None))


def _similarity(a, b):
    distances = ((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=-1)
    return np.exp(-distances / (2 * LENGTH**2))


def _gain(mean, deviation, highest):
    """The expected improvement over the highest value so far (Jones, Schonlau & Welch 1998)."""
    z = (mean - highest) / deviation
    below = np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in z])
    return deviation * (z * below + np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi))


def _point(space, configuration):
    coordinates = []
    for name, entry in space.items():
        value = configuration[name]
        if entry["kind"] == "choice":
            coordinates += [0.5 * (value == one) for one in entry["values"]]
        else:
            low, high = entry["low"], entry["high"]
            if entry["kind"] == "log_uniform":
                low, high, value = math.log(low), math.log(high), math.log(value)
            coordinates.append((value - low) / (high - low) if high > low else 0.0)
    return coordinates
