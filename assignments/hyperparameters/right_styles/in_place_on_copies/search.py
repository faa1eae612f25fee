"""Search that fills what it has copied or made itself."""

import copy
import logging
import math

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

log = logging.getLogger("search")


def sample_configuration(space, rng):
    configuration = copy.deepcopy(dict(space))
    for name, entry in configuration.items():
        match entry["kind"]:
            case "choice":
                order = rng.permutation(len(entry["values"]))
                configuration[name] = entry["values"][order[0]]
            case "uniform":
                configuration[name] = rng.uniform(entry["low"], entry["high"], size=1)[0]
            case "log_uniform":
                exponent = np.array([np.log(entry["low"]), np.log(entry["high"])])
                exponent[1] -= exponent[0]
                exponent[1] *= rng.random()
                configuration[name] = np.exp(exponent.sum())
            case "integer":
                configuration[name] = rng.choice(np.arange(entry["low"], entry["high"] + 1))
            case other:
                raise ValueError(f"{other} is no kind of {name}")
    return configuration


def choose_best(trials):
    order = list(trials)
    order.sort(key=lambda trial: math.inf if np.isnan(trial["value"]) else trial["value"])
    while order and np.isnan(order[0]["value"]):
        order.pop(0)
    return copy.deepcopy(order[0]) if order else None


def try_out(objective, configuration, trials):
    trials.append({"configuration": configuration})
    trials[-1]["value"] = objective(copy.deepcopy(configuration))
    print("trial", len(trials), trials[-1])


def grid_search(objective, grid):
    trials, configuration = [], {}

    def descend(names):
        if not names:
            try_out(objective, configuration.copy(), trials)
            return
        for value in grid[names[0]]:
            configuration[names[0]] = value
            descend(names[1:])

    descend(list(grid))
    return choose_best(trials), trials


def random_search(objective, space, trials, rng):
    done = []
    while len(done) < trials:
        try_out(objective, sample_configuration(space, rng), done)
    return choose_best(done), done


def expected_improvement(mean, std, best):
    if np.asarray(mean).shape != np.asarray(std).shape:
        raise ValueError(f"mean is {np.asarray(mean).shape} but std is {np.asarray(std).shape}")
    gain = np.array(mean, dtype=float, ndmin=1)
    gain *= -1
    gain += best
    improvement = np.maximum(gain, 0)
    somewhere = np.flatnonzero(np.array(std, ndmin=1))
    if somewhere.size:
        spread = np.array(std, dtype=float, ndmin=1)[somewhere]
        z = gain[somewhere]
        z /= spread
        improvement[somewhere] = gain[somewhere] * [math.erfc(-one / 2**0.5) / 2 for one in z]
        z **= 2
        z /= -2
        improvement[somewhere] += spread * np.exp(z) / np.sqrt(2 * np.pi)
    return improvement.reshape(np.shape(mean))


def _vector(configuration, space):
    vector = np.zeros(sum(len(entry.get("values", [0])) for entry in space.values()))
    place = 0
    for name, entry in space.items():
        if entry["kind"] == "choice":
            vector[place + entry["values"].index(configuration[name])] = 1
            place += len(entry["values"])
            continue
        ends = np.array([configuration[name], entry["low"], entry["high"]], dtype=float)
        if entry["kind"] == "log_uniform":
            np.log10(ends, out=ends)
        ends -= ends[1]
        vector[place] = ends[0] / ends[2]
        place += 1
    return vector


def bayesian_search(objective, space, trials, rng):
    done = []
    for number in range(trials):
        values = np.array([trial["value"] for trial in done], dtype=float)
        values[np.isinf(values)] = np.nan
        if number < trials // 3 or np.isnan(values).all():
            try_out(objective, sample_configuration(space, rng), done)
            continue
        values[np.isnan(values)] = np.nanmax(values)
        seed = int(rng.integers(1 << 30))
        model = GaussianProcessRegressor(
            ConstantKernel(1.0, (0.1, 100)) * Matern(0.5, (0.1, 10), nu=2.5),
            alpha=1e-5,
            n_restarts_optimizer=1,
            normalize_y=True,
            random_state=seed,
        )
        model.fit(np.stack([_vector(trial["configuration"], space) for trial in done]), values)
        candidates = np.empty(250, dtype=object)
        for place in range(len(candidates)):
            candidates[place] = sample_configuration(space, rng)
        mean, std = model.predict(np.stack([_vector(one, space) for one in candidates]), return_std=True)
        improvement = expected_improvement(mean, std, values.min())
        log.warning("expecting %g", improvement.max())
        try_out(objective, candidates[improvement.argmax()], done)
    return choose_best(done), done
