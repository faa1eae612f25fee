"""Search, one value after the other."""

import math

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern


def sample_configuration(space, rng):
    configuration = {}
    for name in space:
        kind = space[name]["kind"]
        if kind == "choice":
            number = 0
            for _ in space[name]["values"]:
                number = number + 1
            configuration[name] = space[name]["values"][int(rng.random() * number)]
        elif kind == "uniform":
            low = space[name]["low"]
            high = space[name]["high"]
            configuration[name] = low + (high - low) * rng.random()
        elif kind == "log_uniform":
            low = math.log10(space[name]["low"])
            high = math.log10(space[name]["high"])
            configuration[name] = 10 ** (low + (high - low) * rng.random())
        elif kind == "integer":
            low = space[name]["low"]
            high = space[name]["high"]
            configuration[name] = low + int(rng.random() * (high - low + 1))
        else:
            raise ValueError("I do not know the kind " + str(kind))
    return configuration


def find_best(trials):
    best = None
    for trial in trials:
        if math.isnan(trial["value"]):
            continue
        if best is None or trial["value"] < best["value"]:
            best = trial
    return best


def grid_search(objective, grid):
    names = list(grid)
    counters = [0] * len(names)
    trials = []
    while True:
        configuration = {}
        for i in range(len(names)):
            configuration[names[i]] = grid[names[i]][counters[i]]
        trials.append({"configuration": configuration, "value": objective(configuration)})
        # Count on, like an odometer.
        place = 0
        while place < len(names):
            counters[place] += 1
            if counters[place] < len(grid[names[place]]):
                break
            counters[place] = 0
            place += 1
        if place == len(names):
            break
    return find_best(trials), trials


def random_search(objective, space, trials, rng):
    results = []
    for _ in range(trials):
        configuration = sample_configuration(space, rng)
        value = objective(configuration)
        results.append({"configuration": configuration, "value": value})
    return find_best(results), results


def improvement_of_one(mean, std, best):
    if std == 0:
        if mean < best:
            return best - mean
        return 0.0
    z = (best - mean) / std
    cdf = (1 + math.erf(z / math.sqrt(2))) / 2
    pdf = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return (best - mean) * cdf + std * pdf


def expected_improvement(mean, std, best):
    if np.shape(mean) != np.shape(std):
        raise ValueError("shapes differ: " + str(np.shape(mean)) + " and " + str(np.shape(std)))
    if np.shape(mean) == ():
        return improvement_of_one(float(mean), float(std), best)
    improvements = []
    for i in range(len(mean)):
        improvements.append(improvement_of_one(float(mean[i]), float(std[i]), best))
    return np.array(improvements)


def to_numbers(configuration, space):
    numbers = []
    for name in space:
        kind = space[name]["kind"]
        value = configuration[name]
        if kind == "choice":
            for other in space[name]["values"]:
                if value is other or value == other:
                    numbers.append(1.0)
                else:
                    numbers.append(0.0)
        elif kind == "log_uniform":
            low = math.log(space[name]["low"])
            high = math.log(space[name]["high"])
            numbers.append((math.log(value) - low) / (high - low))
        else:
            numbers.append((value - space[name]["low"]) / (space[name]["high"] - space[name]["low"]))
    return numbers


def bayesian_search(objective, space, trials, rng):
    results = []
    for number in range(trials):
        worst = None
        lowest = None
        for result in results:
            if math.isfinite(result["value"]):
                if worst is None or result["value"] > worst:
                    worst = result["value"]
                if lowest is None or result["value"] < lowest:
                    lowest = result["value"]
        configuration = sample_configuration(space, rng)
        if 3 * number >= trials and lowest is not None:
            X = []
            y = []
            for result in results:
                X.append(to_numbers(result["configuration"], space))
                y.append(result["value"] if math.isfinite(result["value"]) else worst)
            process = GaussianProcessRegressor(
                kernel=Matern(length_scale=0.3, length_scale_bounds=(0.05, 5.0), nu=1.5), alpha=1e-4, normalize_y=True
            )
            process.fit(X, y)
            candidates = []
            for _ in range(150):
                candidates.append(sample_configuration(space, rng))
            points = []
            for candidate in candidates:
                points.append(to_numbers(candidate, space))
            mean, std = process.predict(points, return_std=True)
            promise = -1.0
            for i in range(len(candidates)):
                improvement = improvement_of_one(mean[i], std[i], lowest)
                if improvement > promise:
                    promise = improvement
                    configuration = candidates[i]
        results.append({"configuration": configuration, "value": objective(configuration)})
    return find_best(results), results
