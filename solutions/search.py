"""Searching for hyperparameters: what gradient descent cannot learn because nobody can differentiate it.

A **space** says what there is to choose, a dict from names to ranges:

    {"kind": "choice", "values": ["relu", "tanh", None]}      one of the values
    {"kind": "uniform", "low": 0.0, "high": 0.9}              any number, all equally likely
    {"kind": "log_uniform", "low": 1e-5, "high": 1.0}         any number, all powers of ten equally likely
    {"kind": "integer", "low": 1, "high": 8}                  a whole number, both ends included

A **configuration** is one choice for every name, such as ``{"learning_rate": 0.003, "layers": 2}``. The **objective**
trains with a configuration and returns how bad the outcome is, a float: lower is better, and NaN means that training
broke down. Each call is expensive, so a search calls it exactly once for every trial it reports.

Every search returns ``(best, trials)``. A trial is ``{"configuration": …, "value": …}``; `trials` holds them in the
order in which the objective was asked, and `best` is the one with the lowest value.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

Array = NDArray[np.float64]
Space = Mapping[str, Mapping[str, Any]]
Configuration = dict[str, Any]
Trial = dict[str, Any]
Objective = Callable[[Configuration], float]


def sample_configuration(space: Space, rng: np.random.Generator) -> Configuration:
    """Draw one value for every name of the space, each independent of the others.

    The logarithm of a ``log_uniform`` value is uniform: x = e^u with u uniform between ln low and ln high. Between 1e-4
    and 1 a quarter of the draws lies in each of the four powers of ten; plain uniform draws would put nine tenths of
    them above 0.1.

    Parameters
    ----------
    space : dict
        As described at the top of this module.
    rng : numpy.random.Generator
        The only source of randomness: the same seed gives the same configuration, the next call with the same generator
        another one.

    Returns
    -------
    dict
        The names of the space with a float for ``uniform`` and ``log_uniform``, an int for ``integer``, and for
        ``choice`` one of the values, just as it stands in the list.

    Raises
    ------
    ValueError
        if a kind is none of the four; the message names it.
    """
    # BEGIN SOLUTION
    configuration: Configuration = {}
    for name, entry in space.items():
        kind = entry["kind"]
        if kind == "choice":
            configuration[name] = entry["values"][rng.integers(len(entry["values"]))]
        elif kind == "uniform":
            configuration[name] = float(rng.uniform(entry["low"], entry["high"]))
        elif kind == "log_uniform":
            configuration[name] = math.exp(rng.uniform(math.log(entry["low"]), math.log(entry["high"])))
        elif kind == "integer":
            configuration[name] = int(rng.integers(entry["low"], entry["high"], endpoint=True))
        else:
            raise ValueError(f"{name} has the kind {kind!r}; known are choice, uniform, log_uniform and integer")
    return configuration
    # END SOLUTION


def _best(trials: Sequence[Trial]) -> Trial | None:
    """The trial with the lowest value; one whose value is NaN is never the best. A place for what all searches need.

    Beware: every comparison with NaN is False, so `min` keeps a NaN that comes first, and `np.argmin` looks for one.

    Parameters
    ----------
    trials : list of dict

    Returns
    -------
    dict or None
        One of the trials; None if there is none, or all values are NaN.
    """
    # BEGIN SOLUTION
    numbers = [trial for trial in trials if not math.isnan(trial["value"])]
    return min(numbers, key=lambda trial: trial["value"], default=None)
    # END SOLUTION


def grid_search(objective: Objective, grid: Mapping[str, Sequence[Any]]) -> tuple[Trial | None, list[Trial]]:
    """Try every combination of the listed values once.

    A grid of 3 learning rates, 2 activations and 4 sizes costs 3·2·4 = 24 calls, in any order.

    Parameters
    ----------
    objective : callable
        Takes a configuration, returns a float: lower is better.
    grid : dict
        From each name to the list of its values.

    Returns
    -------
    best : dict or None
        The trial with the lowest value. NaN is never best; None if every value is NaN.
    trials : list of dict
        ``{"configuration": …, "value": …}`` in the order in which the objective was asked.
    """
    # BEGIN SOLUTION
    trials = []
    for values in itertools.product(*grid.values()):
        configuration = dict(zip(grid, values, strict=True))
        trials.append({"configuration": configuration, "value": objective(configuration)})
    return _best(trials), trials
    # END SOLUTION


def random_search(
    objective: Objective, space: Space, trials: int, rng: np.random.Generator
) -> tuple[Trial | None, list[Trial]]:
    """Try configurations that are drawn independently of each other.

    Parameters
    ----------
    objective : callable
        Takes a configuration, returns a float: lower is better.
    space : dict
        As described at the top of this module.
    trials : int
        How often the objective may be asked.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    best : dict or None
        The trial with the lowest value. NaN is never best; None if every value is NaN.
    trials : list of dict
        ``{"configuration": …, "value": …}`` in the order in which the objective was asked.

    References
    ----------
    J. Bergstra and Y. Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13, 2012.
    """
    # BEGIN SOLUTION
    done = []
    for _ in range(trials):
        configuration = sample_configuration(space, rng)
        done.append({"configuration": configuration, "value": objective(configuration)})
    return _best(done), done
    # END SOLUTION


def expected_improvement(mean: Array | float, std: Array | float, best: float) -> Array | float:
    """By how much a normally distributed value is expected to fall below the best one so far.

    A value Y ~ N(mean, std²) that comes out below `best` improves on it by best − Y, any other by nothing:

        EI = E[max(best − Y, 0)] = (best − mean) Φ(z) + std φ(z)        with z = (best − mean) / std

    Φ is the distribution function of the standard normal distribution, Φ(z) = ½ (1 + erf(z/√2)), and φ its density,
    φ(z) = e^(−z²/2) / √(2π). Where std is 0 there is nothing to expect but the mean itself: max(best − mean, 0).

    With mean = best, z is 0 and the improvement std/√(2π) ≈ 0.4 std: there is something to hope for wherever the value
    is uncertain.

    Parameters
    ----------
    mean : ndarray, shape (m,), or float
        What is predicted at each of m candidates.
    std : ndarray, shape (m,), or float
        How uncertain that is, 0 or more.
    best : float
        The lowest value seen so far.

    Returns
    -------
    ndarray, shape (m,), or float
        0 or more; a float for floats.

    Raises
    ------
    ValueError
        if mean and std differ in shape; the message names both shapes.

    References
    ----------
    D. R. Jones, M. Schonlau and W. J. Welch, "Efficient Global Optimization of Expensive Black-Box Functions", Journal
    of Global Optimization 13, 1998, equation 15.
    """
    # BEGIN SOLUTION
    if np.shape(mean) != np.shape(std):
        raise ValueError(f"mean and std must have one shape; mean has {np.shape(mean)} and std has {np.shape(std)}")
    gain, spread = best - np.asarray(mean, dtype=np.float64), np.asarray(std, dtype=np.float64)
    uncertain = spread > 0
    z = gain / np.where(uncertain, spread, 1.0)
    below = 0.5 * (1 + np.vectorize(math.erf, otypes=[np.float64])(z / math.sqrt(2)))
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    improvement = np.maximum(np.where(uncertain, gain * below + spread * density, gain), 0)
    return improvement if improvement.ndim else float(improvement)
    # END SOLUTION


def _point(configuration: Configuration, space: Space) -> list[float]:
    """A configuration as the Gaussian process sees it: numbers between 0 and 1. Given.

    A range becomes one number, its logarithm where the kind is ``log_uniform``. A choice becomes one number for each of
    its values, 1 for the chosen one and 0 for the others: no value is between two others.
    """
    point = []
    for name, entry in space.items():
        value = configuration[name]
        if entry["kind"] == "choice":
            point += [float(value is other or value == other) for other in entry["values"]]
        elif entry["kind"] == "log_uniform":
            point.append(math.log(value / entry["low"]) / math.log(entry["high"] / entry["low"]))
        else:
            point.append((value - entry["low"]) / (entry["high"] - entry["low"]))
    return point


def _gaussian_process(dimensions: int) -> Any:
    """A Gaussian process for points of so many numbers. Given: use it as it is, or tune it.

    It has a length scale for each number, and takes a thousandth of the variance for noise: no training gives the same
    result twice. Mind the bounds. scikit-learn's own let a length scale shrink to 1e-5, and then a handful of points
    looks like pure noise: every candidate is predicted alike, and the search is a random one in disguise.
    """
    smooth = Matern(np.full(dimensions, 0.5), (0.05, 20.0), nu=2.5)
    return GaussianProcessRegressor(smooth, alpha=1e-3, normalize_y=True)


def bayesian_search(
    objective: Objective, space: Space, trials: int, rng: np.random.Generator
) -> tuple[Trial | None, list[Trial]]:
    """Try configurations that a model of the objective finds promising, given all that has been tried before.

    The first few trials, at most a third of them, are drawn at random. Before each of the others:

    1. fit a Gaussian process (`_gaussian_process` is one) to the trials so far, seen by `_point`;
    2. draw many configurations at random, some hundreds, and let it predict mean and std of each;
    3. ask the objective about the one with the largest expected improvement over the best value so far.

    The process learns from finite values only: scikit-learn refuses NaN and infinity. A trial that broke down still
    counts, and still says something: put the worst finite value in its place. While there is no finite value at all,
    go on at random. scikit-learn may print a ConvergenceWarning when it fits; that is no harm.

    Parameters
    ----------
    objective : callable
        Takes a configuration, returns a float: lower is better.
    space : dict
        As described at the top of this module.
    trials : int
        How often the objective may be asked, the random ones included.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    best : dict or None
        The trial with the lowest value. NaN is never best; None if every value is NaN.
    trials : list of dict
        ``{"configuration": …, "value": …}`` in the order in which the objective was asked.

    References
    ----------
    J. Snoek, H. Larochelle and R. P. Adams, "Practical Bayesian Optimization of Machine Learning Algorithms", NeurIPS
    2012.
    """
    # BEGIN SOLUTION
    done: list[Trial] = []
    for number in range(trials):
        if number < min(5, trials // 3) or not any(math.isfinite(trial["value"]) for trial in done):
            configuration = sample_configuration(space, rng)
        else:
            configuration = _most_promising(done, space, rng)
        done.append({"configuration": configuration, "value": objective(configuration)})
    return _best(done), done
    # END SOLUTION


def _most_promising(done: Sequence[Trial], space: Space, rng: np.random.Generator) -> Configuration:
    """Of many random configurations the one with the largest expected improvement. A place for steps 1 to 3.

    Parameters
    ----------
    done : list of dict
        The trials so far; at least one has a finite value.
    space : dict
    rng : numpy.random.Generator

    Returns
    -------
    dict
        The configuration to try next.
    """
    # BEGIN SOLUTION
    values = np.array([trial["value"] for trial in done], dtype=np.float64)
    finite = np.isfinite(values)
    values = np.where(finite, values, values[finite].max())
    points = np.array([_point(trial["configuration"], space) for trial in done])
    process = _gaussian_process(points.shape[1])
    candidates = [sample_configuration(space, rng) for _ in range(300)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a parameter at its bound is a good fit all the same
        process.fit(points, values)
        mean, std = process.predict(np.array([_point(one, space) for one in candidates]), return_std=True)
    return candidates[int(np.argmax(expected_improvement(mean, std, values.min())))]
    # END SOLUTION
