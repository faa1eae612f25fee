from functools import reduce
from statistics import NormalDist

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel

N = NormalDist()
DRAW = {
    "choice": lambda e, r: e["values"][r.integers(len(e["values"]))],
    "uniform": lambda e, r: r.uniform(e["low"], e["high"]),
    "log_uniform": lambda e, r: e["low"] * (e["high"] / e["low"]) ** r.random(),
    "integer": lambda e, r: r.integers(e["low"], e["high"] + 1),
}
AXIS = {
    "choice": lambda e, v: [float(v == o) for o in e["values"]],
    "uniform": lambda e, v: [(v - e["low"]) / (e["high"] - e["low"])],
    "log_uniform": lambda e, v: [np.log(v / e["low"]) / np.log(e["high"] / e["low"])],
}
AXIS["integer"] = AXIS["uniform"]


def sample_configuration(space, rng):
    if unknown := {entry["kind"] for entry in space.values()} - set(DRAW):
        raise ValueError(f"unknown kinds: {unknown}")
    return {name: DRAW[entry["kind"]](entry, rng) for name, entry in space.items()}


def ask(objective, configuration):
    return {"configuration": configuration, "value": objective(configuration)}


def report(trials):
    return min((t for t in trials if t["value"] == t["value"]), key=lambda t: t["value"], default=None), tuple(trials)


def grid_search(objective, grid):
    combine = lambda some, name: [{**one, name: value} for value in grid[name] for one in some]
    return report([ask(objective, one) for one in reduce(combine, grid, [{}])])


def random_search(objective, space, trials, rng):
    return report([ask(objective, sample_configuration(space, rng)) for _ in range(trials)])


def _one(m, s, best):
    return (best - m) * N.cdf((best - m) / s) + s * N.pdf((best - m) / s) if s else max(best - m, 0)


def expected_improvement(mean, std, best):
    if np.shape(mean) != np.shape(std):
        raise ValueError(f"{np.shape(mean)} is not {np.shape(std)}")
    return np.vectorize(_one, otypes=[float])(mean, std, best)


def bayesian_search(objective, space, trials, rng):
    point = lambda one: np.concatenate([AXIS[e["kind"]](e, one[n]) for n, e in space.items()])
    done = random_search(objective, space, min(trials, max(2, trials // 4)), rng)[1]
    while len(done) < trials:
        y = np.array([t["value"] for t in done])
        known = np.isfinite(y)
        pool = [sample_configuration(space, rng) for _ in range(400)]
        pick = 0
        if known.sum() > 1:
            X = np.array([point(t["configuration"]) for t in done])[known]
            kernel = RBF(0.4, (0.1, 3)) + WhiteKernel(1e-3, (1e-6, 1e-1))
            model = GaussianProcessRegressor(kernel, normalize_y=True).fit(X, y[known])
            pick = expected_improvement(*model.predict(np.array([*map(point, pool)]), return_std=True), y[known].min())
            pick = pick.argmax()
        done = (*done, ask(objective, pool[pick]))
    return report(done)
