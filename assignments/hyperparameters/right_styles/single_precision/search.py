"""Search in single precision, but for the Gaussian process, which computes in double."""

import itertools
import math

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

F = np.float32


def sample_configuration(space, rng):
    drawn = {}
    for name, entry in space.items():
        kind = entry["kind"]
        if kind == "choice":
            drawn[name] = entry["values"][int(rng.choice(len(entry["values"])))]
        elif kind == "integer":
            drawn[name] = int(rng.integers(entry["low"], entry["high"], endpoint=True))
        elif kind in ("uniform", "log_uniform"):
            low, high = F(entry["low"]), F(entry["high"])
            if kind == "log_uniform":
                low, high = np.log(low), np.log(high)
            value = low + (high - low) * rng.random(dtype=F)
            drawn[name] = np.exp(value) if kind == "log_uniform" else value
        else:
            raise ValueError(f"kind {kind}?")
    return drawn


def lowest(trials):
    values = np.array([trial["value"] for trial in trials], F)
    return None if np.isnan(values).all() else trials[int(np.nanargmin(values))]


def grid_search(objective, grid):
    trials = []
    for values in itertools.product(*(grid[name] for name in reversed(grid))):
        configuration = dict(zip(reversed(grid), values, strict=True))
        trials.append({"configuration": configuration, "value": F(objective(configuration))})
    return lowest(trials), trials


def random_search(objective, space, trials, rng):
    configurations = [sample_configuration(space, rng) for _ in range(trials)]
    done = [{"configuration": one, "value": F(objective(one))} for one in configurations]
    return lowest(done), done


def expected_improvement(mean, std, best):
    mean, std = np.asarray(mean, F), np.asarray(std, F)
    if mean.shape != std.shape:
        raise ValueError(f"{mean.shape} and {std.shape}")
    z = (F(best) - mean) / std
    cdf = np.array([math.erf(x) for x in (z / F(math.sqrt(2))).ravel()], F).reshape(z.shape) / 2 + F(0.5)
    pdf = np.exp(-z * z / 2) * F(1 / math.sqrt(2 * math.pi))
    improvement = (F(best) - mean) * cdf + std * pdf
    return np.where(std == 0, np.clip(F(best) - mean, 0, None), improvement)


def as_row(configuration, space):
    row = []
    for name, entry in space.items():
        if entry["kind"] == "choice":
            row += [one is configuration[name] or one == configuration[name] for one in entry["values"]]
        elif entry["kind"] == "log_uniform":
            row.append(np.log(configuration[name] / entry["low"]) / np.log(entry["high"] / entry["low"]))
        else:
            row.append((configuration[name] - entry["low"]) / (entry["high"] - entry["low"]))
    return row


def bayesian_search(objective, space, trials, rng):
    _, done = random_search(objective, space, min(4, -(-trials // 3)), rng)
    while len(done) < trials:
        usable = [trial for trial in done if np.isfinite(trial["value"])]
        candidates = [sample_configuration(space, rng) for _ in range(200)]
        best = candidates[0]
        if usable:
            process = GaussianProcessRegressor(Matern(nu=2.5), alpha=1e-6)
            process.fit([as_row(one["configuration"], space) for one in usable], [one["value"] for one in usable])
            mean, std = process.predict([as_row(one, space) for one in candidates], return_std=True)
            best = candidates[int(expected_improvement(mean, std, min(one["value"] for one in usable)).argmax())]
        done.append({"configuration": best, "value": F(objective(best))})
    return lowest(done), done
