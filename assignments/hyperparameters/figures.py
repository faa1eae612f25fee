"""The pictures of the handout, drawn by the reference: `python docs/draw_figures.py hyperparameters`."""

import warnings

import numpy as np
from contourpy import FillType, contour_generator
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from solutions import landscapes
from solutions.landscapes import minimize
from solutions.network import backward, forward, initialize, train
from solutions.optimizers import adam_init, adam_step, sgd_init, sgd_step
from solutions.search import (
    _gaussian_process,
    bayesian_search,
    expected_improvement,
    grid_search,
    random_search,
    sample_configuration,
)

#        name: minimum, where it is, x from and to, y from and to, start, learning rate, steps
TOURS = {
    "himmelblau": (
        0,
        [(3, 2), (-2.805, 3.131), (-3.779, -3.283), (3.584, -1.848)],
        (-5, 5),
        (-5, 5),
        (-1, 0),
        0.01,
        60,
    ),
    "styblinski_tang": (-78.332, [(-2.904, -2.904)], (-5, 5), (-5, 5), (0.5, 1.5), 0.01, 60),
    "rosenbrock": (0, [(1, 1)], (-1.5, 1.5), (-0.5, 2), (-1, 1), 0.001, 6502),
    "goldstein_price": (3, [(0, -1)], (-2, 2), (-3, 1), (-1, -0.2), 0.00005, 300),
    "beale": (0, [(3, 0.5)], (-1, 4.5), (-2, 2), (1, 1.5), 0.005, 2000),
    "mccormick": (-1.913, [(-0.547, -1.547)], (-1.5, 4), (-3, 4), (3, -1), 0.05, 100),
    "matyas": (0, [(0, 0)], (-6, 6), (-6, 6), (5, -3), 1.9, 58),
    "rastrigin": (0, [(0, 0)], (-1.7, 1.7), (-1.7, 1.7), (1.4, 0.7), 0.002, 60),
}


def eight_landscapes() -> Figure:
    """Contours of log(height above the minimum), dark where deep, stars at the minima, and a walk of plain descent."""
    figure = Figure(figsize=(6.667, 4.1))
    blues = colormaps["Blues"](np.linspace(0.1, 0.85, 5))
    for axes, (name, (lowest, places, xs, ys, start, rate, steps)) in zip(
        figure.subplots(2, 4).flat, TOURS.items(), strict=True
    ):
        x, y = np.linspace(*xs, 41), np.linspace(*ys, 41)
        height = np.array([[getattr(landscapes, name)(np.array([a, b])) for a in x] for b in y])
        _draw_relief(axes, x, y, np.log10(height - lowest + 0.1), blues)
        slope = getattr(landscapes, f"{name}_gradient")
        path = minimize(slope, np.array(start, dtype=float), sgd_init, sgd_step, [rate] * steps)
        shown = np.unique(np.linspace(0, steps, 59).astype(int))
        axes.plot(*path[shown].T, lw=1.3, color="C1")
        axes.plot(*path[0], "o", ms=5, mfc="white", color="C1")
        axes.plot(*path[-1], "o", ms=4, color="C1")
        axes.plot(*np.transpose(places), "*", ms=7, mfc="white", mec="black", mew=0.7)
        axes.set(xlim=xs, ylim=ys, xticks=xs, yticks=ys)
        axes.set_title(name, fontsize=8.5, fontweight="normal")
        axes.tick_params(labelsize=7, length=0)
        axes.spines[:].set_visible(False)
        axes.patch.set_visible(False)
        axes.grid(False)
    figure.supxlabel("x", fontsize=9)
    figure.supylabel("y", fontsize=9)
    return figure


def initialization_by_layer() -> Figure:
    """Before training: the numbers that come out of each layer, and the gradients that come back to its weights."""
    X, y, _, _ = _digits()
    figure = Figure()
    forwards, backwards = figure.subplots(1, 2)
    for scheme, line, colour in (("normal", "--", "C1"), ("he", "-", "C0"), ("xavier", "-.", "C2")):
        numbers, slopes = [], []
        for seed in range(3):
            params = initialize([64] * 7 + [10], scheme, np.random.default_rng(seed))
            _, cache = forward(params, X)
            grads = backward(params, cache, y)
            numbers.append([np.std(rows) for rows in cache[0][1:]])
            slopes.append([np.std(grads[f"W{layer}"]) for layer in range(1, 8)])
        forwards.semilogy(range(1, 7), np.mean(numbers, axis=0), line, marker="o", color=colour, label=scheme)
        backwards.semilogy(range(1, 8), np.mean(slopes, axis=0), line, marker="o", color=colour, label=scheme)
    forwards.set(title="The way forward", xlabel="after layer", ylabel="size of the numbers", ylim=(1e-2, 1e5))
    backwards.set(title="The way back", xlabel="weights of layer", ylabel="size of the gradients", ylim=(1e-5, 1e5))
    for axes in (forwards, backwards):
        axes.minorticks_off()
    forwards.legend(loc="upper left")
    return figure


def flat_and_sharp() -> Figure:
    """A wide and a narrow valley and, dashed, both shifted alike: at its old minimum the narrow one is costly now."""
    position, shift = np.linspace(-2, 2, 61), 0.5
    figure = Figure(figsize=(6.667, 2.5))
    for axes, (title, curvature) in zip(
        figure.subplots(1, 2, sharey=True), (("Flat: curvature 1", 1.0), ("Sharp: curvature 10", 10.0)), strict=True
    ):
        now = curvature * shift**2 / 2
        axes.plot(position, curvature * position**2 / 2, label="training data")
        axes.plot(position, curvature * (position - shift) ** 2 / 2, "--", label="new data")
        axes.vlines(0, 0, now, color="black", lw=2.5)
        axes.annotate(f"{now:g}", (0, now), (-7, 9), textcoords="offset points", ha="right", backgroundcolor="white")
        axes.set(title=title, xlabel="a parameter", ylim=(-0.05, 3))
    figure.axes[0].set_ylabel("cost above its minimum")
    figure.axes[0].legend(loc="upper left")
    return figure


def learning_rates() -> Figure:
    """Share wrong against Adam's learning rate, three starts each; below it, where 20 draws fall by either kind."""
    X, y, X_new, y_new = _digits()
    rates = np.geomspace(1e-5, 1, 16)
    wrong = np.empty((len(rates), 3))
    for row, rate in enumerate(rates):
        for seed in range(3):
            rng = np.random.default_rng(seed)
            params = initialize([64, 32, 10], "he", rng)
            params, _ = train(params, X, y, adam_init, adam_step, lambda update, rate=rate: rate, 3, 32, rng)
            wrong[row, seed] = np.mean(forward(params, X_new)[0].argmax(axis=1) != y_new)
    figure = Figure(figsize=(6.667, 3.4))
    errors, draws = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    errors.semilogx(rates, 100 * wrong, ".", ms=3, color="0.6")
    errors.semilogx(rates, 100 * np.median(wrong, axis=1), color="C0")
    errors.set(ylabel="new digits wrong (%)", ylim=(0, 100))
    for row, (kind, colour) in enumerate((("uniform", "C1"), ("log_uniform", "C2"))):
        space = {"rate": {"kind": kind, "low": 1e-4, "high": 1.0}}
        rng = np.random.default_rng(0)
        drawn = [sample_configuration(space, rng)["rate"] for _ in range(20)]
        draws.semilogx(drawn, np.full(20, row), "o", ms=4, alpha=0.7, color=colour)
    draws.set(xlabel="learning rate α of Adam", ylim=(-0.6, 1.6), xlim=(8e-6, 1.2))
    draws.set_yticks((0, 1), ("uniform", "log_uniform"))
    draws.minorticks_off()
    return figure


def grid_or_random() -> Figure:
    """16 trials of which only x matters. Seen along x, the grid has tried four values and the random search sixteen."""

    def objective(configuration):
        return 4 * (configuration["x"] - 0.25) ** 2

    values = [0.125, 0.375, 0.625, 0.875]
    unit = {"kind": "uniform", "low": 0.0, "high": 1.0}
    searches = {
        "Grid": grid_search(objective, {"x": values, "y": values}),
        "Random": random_search(objective, {"x": unit, "y": unit}, 16, np.random.default_rng(0)),
    }
    line = np.linspace(0, 1, 51)
    figure = Figure(figsize=(6.667, 4))
    panels = figure.subplots(2, 2, sharex=True, sharey="row", height_ratios=(2, 3))
    for (above, below), (title, (best, trials)) in zip(panels.T, searches.items(), strict=True):
        x, y = np.array([(one["configuration"]["x"], one["configuration"]["y"]) for one in trials]).T
        above.plot(line, [objective({"x": one}) for one in line], color="0.6", lw=1)
        above.plot(x, [one["value"] for one in trials], "o", color="C0")
        above.plot(best["configuration"]["x"], best["value"], "*", ms=10, color="C1")
        above.set(title=f"{title}: {len(np.unique(x))} different x")
        below.vlines(x, y, 1, color="0.85", lw=0.8)
        below.plot(x, y, "o", color="C0")
        below.set(xlabel="x, which matters", xlim=(0, 1), ylim=(0, 1))
        below.grid(False)
    panels[0, 0].set_ylabel("value")
    panels[1, 0].set_ylabel("y, which does not")
    return figure


def where_to_try_next() -> Figure:
    """A Gaussian process after 3, 5 and 7 trials, and below it the expected improvement, whose top is tried next."""

    def objective(configuration):
        u = configuration["u"]
        return float(0.5 * np.sin(13 * u) + 2 * (u - 0.6) ** 2)

    space = {"u": {"kind": "uniform", "low": 0.0, "high": 1.0}}
    _, trials = bayesian_search(objective, space, 9, np.random.default_rng(1))
    u = np.array([one["configuration"]["u"] for one in trials])
    values = np.array([one["value"] for one in trials])
    line = np.linspace(0, 1, 51)
    figure = Figure(figsize=(6.667, 3.6))
    panels = figure.subplots(2, 3, sharex=True, sharey="row", height_ratios=(3, 1))
    for (above, below), count in zip(panels.T, (3, 5, 7), strict=True):
        process = _gaussian_process(1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            process.fit(u[:count, None], values[:count])
        mean, std = process.predict(line[:, None], return_std=True)
        above.fill_between(line, mean - 2 * std, mean + 2 * std, color="C5", alpha=0.3, lw=0)
        above.plot(line, [objective({"u": one}) for one in line], "--", color="0.5", lw=1)
        above.plot(line, mean, color="C0")
        above.plot(u[:count], values[:count], "o", color="C1")
        gain = expected_improvement(mean, std, values[:count].min())
        below.fill_between(line, gain, color="C2", lw=0)
        for axes in (above, below):
            axes.axvline(u[count], color="C2", ls=":")
        above.set(title=f"After {count} trials", xlim=(0, 1))
        below.set(xlabel="hyperparameter u", xticks=(0, 0.5, 1))
    panels[0, 0].set_ylabel("value (low is good)")
    panels[1, 0].set_ylabel("expected\nimprovement")
    return figure


def _draw_relief(axes: Axes, x: np.ndarray, y: np.ndarray, height: np.ndarray, colours: np.ndarray) -> None:
    """All that is below each of some levels, the highest first: half the points of matplotlib's bands, and thinned."""
    levels = np.linspace(height.max(), height.min(), len(colours) + 1)[:-1]
    below = contour_generator(x, y, height, fill_type=FillType.OuterOffset)
    size = np.array([np.ptp(x), np.ptp(y)])
    for level, colour in zip(levels, colours, strict=True):
        for points, starts in zip(*below.filled(-np.inf, level), strict=True):
            rings = [Path(_thinned(ring / size) * size, closed=True) for ring in np.split(points, starts[1:-1])]
            axes.add_patch(PathPatch(Path.make_compound_path(*rings), facecolor=colour, linewidth=0))


def _thinned(line: np.ndarray, tolerance: float = 0.005) -> np.ndarray:
    """Of a line in a picture of size 1 the points that say where it goes (Douglas and Peucker 1973)."""
    middle, chord = line[1:-1], line[-1] - line[0]
    if len(middle) == 0:
        return line
    length = np.hypot(*chord)
    away = middle - line[0]
    distances = np.abs(away @ [-chord[1], chord[0]]) / length if length > 0 else np.hypot(*away.T)
    if distances.max() <= tolerance:
        return line[[0, -1]]
    farthest = int(np.argmax(distances)) + 1
    return np.concatenate([_thinned(line[: farthest + 1]), _thinned(line[farthest:])[1:]])


def _digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """1,000 digits to train on and 797 new ones, the handout's."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    X, y = digits.data[order] / 16, digits.target[order]
    return X[:1000], y[:1000], X[1000:], y[1000:]
