"""The pictures of the handout, drawn by the reference: `python docs/draw_figures.py optimizers`."""

from collections.abc import Callable, Iterable

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from solutions import optimizers
from solutions.schedules import cosine_decay, exponential_decay, inverse_time_decay, linear_warmup, step_decay

CURVATURES = np.array([1.0, 25.0])
"""Of the handout's ravine J = ½ (w₀² + 25 w₁²)."""
BEST_RATE = 2 / 26
"""Of gradient descent in the ravine: both directions shrink by the same share."""


def four_walkers() -> Figure:
    """Four ways down one ravine, 30 steps each: A jumps between walls, B rolls through, C trembles, D curves in."""
    walkers = (
        ("A", "sgd", BEST_RATE, {}),
        ("B", "momentum", 0.2, {"beta": 0.9}),
        ("C", "rmsprop", 0.5, {}),
        ("D", "adam", 0.5, {}),
    )
    figure = Figure(figsize=(6.667, 3.6))
    panels = figure.subplots(2, 2, sharex=True, sharey=True).flat
    for (letter, name, rate, settings), axes in zip(walkers, panels, strict=True):
        _draw_ravine(axes)
        path = _walk(name, _slope_of_the_ravine, (10.0, 1.0), [rate] * 30, **settings)
        axes.plot(*path.T, ".-", lw=1, ms=4, color="C0")
        axes.plot(*path[0], "o", ms=6, mfc="white", color="C0")
        axes.set(title=letter, xlim=(-5, 11), ylim=(-1.5, 1.5))
    figure.supxlabel("w₀, along the ravine", fontsize=9)
    figure.supylabel("w₁, across", fontsize=9)
    return figure


def momentum_in_a_ravine() -> Figure:
    """The zigzag of gradient descent and the two balls; right, who is first below 0.0001, and who swings through it."""
    runs = (
        ("gradient descent, α = 2/26", "sgd", BEST_RATE, {}, "-"),
        ("momentum, β = 0.5, α = 0.2", "momentum", 0.2, {"beta": 0.5}, "--"),
        ("momentum, β = 0.9, α = 0.2", "momentum", 0.2, {"beta": 0.9}, "-."),
    )
    figure = Figure(figsize=(6.667, 3.3))
    paths, costs = figure.subplots(1, 2)
    _draw_ravine(paths)
    for (label, name, rate, settings, line), colour in zip(runs, ("C0", "C1", "C2"), strict=True):
        path = _walk(name, _slope_of_the_ravine, (10.0, 1.0), [rate] * 140, **settings)
        paths.plot(*path[:13].T, line, marker=".", ms=3, lw=1.1, color=colour, label=label)
        costs.semilogy(0.5 * path**2 @ CURVATURES, line, color=colour, label=label)
    paths.set(title="The first 12 steps", xlabel="w₀, along", ylabel="w₁, across", xlim=(-1, 11), ylim=(-1.6, 1.6))
    costs.axhline(1e-4, color="0.4", lw=0.8)
    costs.set(title="All steps", xlabel="step", ylabel="cost J", ylim=(1e-6, 1e3))
    costs.legend(loc="upper right")
    return figure


def rates_that_work() -> Figure:
    """Where momentum gets in 100 steps, for every rate and β: the larger β is, the larger a rate it stands."""
    rates, betas = np.geomspace(0.005, 2, 61), np.linspace(0, 0.98, 50)
    grid = np.array([[(rate, beta) for rate in rates] for beta in betas])
    rate, beta = grid[..., :1], grid[..., 1:]
    starts = np.broadcast_to((10.0, 1.0), grid.shape)
    path = _walk("momentum", _slope_of_the_ravine, starts, [rate] * 110, beta=beta)
    with np.errstate(over="ignore"):  # beyond the limit
        costs = np.log10(0.5 * path[90:] ** 2 @ CURVATURES).max(axis=0)  # of some steps: swings pass the minimum, too
    figure = Figure(figsize=(6.667, 3.4))
    axes = figure.subplots()
    shades = colormaps["Blues_r"](np.linspace(0.1, 0.9, 5))
    bands = axes.contourf(rates, betas, costs, levels=(-60, -12, -8, -4, 0, np.log10(62.5)), colors=shades)
    for label, where, colour in (
        ("84 steps", (BEST_RATE, 0), "black"),
        ("19 steps", (0.2, 0.5), "white"),
        ("124 steps", (0.2, 0.9), "black"),
    ):
        axes.plot(*where, "o", ms=5, color="C4", clip_on=False, zorder=3)
        axes.annotate(label, where, (-4, 5), textcoords="offset points", ha="right", color=colour)
    axes.set(xscale="log", xlabel="learning rate α", ylabel="β", ylim=(0, 0.98))
    axes.grid(False)
    scale = figure.colorbar(bands, label="cost after 100 steps", spacing="uniform")
    scale.set_ticks(bands.levels, labels=["0", "10⁻¹²", "10⁻⁸", "0.0001", "1", "62.5"])
    return figure


def what_the_velocity_remembers() -> Figure:
    """Left, the weight of a gradient by its age. Right, the velocities follow a turn: the smoother, the later."""
    betas = ((0.5, "-"), (0.9, "--"), (0.98, "-."))
    gradients = np.where(np.arange(100) < 50, 1.0, -1.0)
    noisy = gradients + 0.7 * np.random.default_rng(2).normal(size=100)
    figure = Figure()
    weights, stream = figure.subplots(1, 2, width_ratios=(2, 3))
    stream.plot(noisy, ".", ms=3, color="0.6")
    for beta, line in betas:
        impulse = np.eye(1, 41)[0]
        weights.plot(_velocities(impulse, beta), line, label=f"β = {beta:g}")
        stream.plot(_velocities(noisy, beta), line)
    weights.set(title="What is left of one gradient", xlabel="its age in steps", ylabel="weight in V", ylim=(0, 0.55))
    weights.legend()
    stream.set(title="A slope that turns at step 50", xlabel="step", ylabel="gradient (dots), V (lines)", ylim=(-3, 3))
    return figure


def a_step_of_its_own_for_every_entry() -> Figure:
    """Two entries, one with gradients 10,000 times as large: far apart for SGD, on one line for RMSprop and Adam."""
    pattern = 1 + 0.3 * np.random.default_rng(4).normal(size=40)
    scales = np.array([100.0, 0.01])
    figure = Figure(figsize=(6.667, 2.8))
    for axes, (title, name) in zip(
        figure.subplots(1, 3), (("SGD", "sgd"), ("RMSprop", "rmsprop"), ("Adam", "adam")), strict=True
    ):
        steps = -np.diff(_walk(name, _stream(pattern[:, None] * scales), (0.0, 0.0), [1.0] * 40), axis=0)
        axes.plot(np.arange(1, 41), steps[:, 0], lw=4, color="C5", label="gradients ≈ 100")
        axes.plot(np.arange(1, 41), steps[:, 1], "--", color="C1", label="gradients ≈ 0.01")
        axes.set(title=title, xlabel="update", ylim=(0, 3.5))
        axes.axhline(1, color="0.4", lw=0.8)
        if name == "sgd":
            axes.set(ylabel="length of a step, in α", yscale="log", ylim=(1e-3, 1e3))
            axes.minorticks_off()
            axes.legend(loc="center", fontsize=8)
        elif name == "rmsprop":
            axes.set_ylabel("the same, not logarithmic")
    return figure


def bias_correction() -> Figure:
    """Left, averages of a noisy gradient around 1 that begin at zero, and corrected. Right, the steps: 6.6 α or α."""
    beta1, beta2, updates = 0.9, 0.999, np.arange(1, 2001)
    noisy = 1 + 0.3 * np.random.default_rng(6).normal(size=20)
    velocity = _velocities(noisy, beta1)
    first = updates[:20]
    figure = Figure()
    averages, lengths = figure.subplots(1, 2)
    averages.plot(first, noisy, ".", color="0.6", label="gradients")
    averages.plot(first, velocity, "--", color="C1", label="V")
    averages.plot(first, velocity / (1 - beta1**first), color="C0", label="V̂ = V / (1 − β₁ᵗ)")
    averages.set(title="The first 20 updates", xlabel="update t", ylabel="gradient and its average", ylim=(0, 1.8))
    averages.set_xticks((1, 5, 10, 15, 20))
    averages.legend(loc="lower right")
    V, S = 1 - beta1**updates, 1 - beta2**updates
    adam = -np.diff(_walk("adam", _stream(np.ones((2000, 1))), (0.0,), [1.0] * 2000)[:, 0])
    shown = np.unique(np.geomspace(1, 2000, 40).astype(int)) - 1
    lengths.loglog(updates[shown], adam[shown], color="C0", label="Adam")
    lengths.loglog(updates[shown], (V / np.sqrt(S))[shown], "--", color="C1", label="without correction")
    misprinted = (V[:12] / (1 - beta1) ** first[:12]) / np.sqrt(S[:12] / (1 - beta2) ** first[:12])
    lengths.loglog(first[:12], misprinted, "-.", color="C2", label="the misprint, (1 − β)ᵗ")
    lengths.set(title="A gradient of 1, always", xlabel="update t", ylabel="length of a step, in α", ylim=(1e-4, 20))
    lengths.minorticks_off()
    lengths.legend(loc="lower right")
    return figure


def schedules() -> Figure:
    """Five learning rates over 120 steps, from 0.1 or up to it: stairs, two decays, half a wave, a ramp before it."""
    rates: dict[str, Callable[[int], float]] = {
        "step decay": lambda step: step_decay(0.1, step, 0.5, 20),
        "exponential": lambda step: exponential_decay(0.1, step, 0.03),
        "inverse time": lambda step: inverse_time_decay(0.1, step, 0.1),
        "cosine": lambda step: cosine_decay(0.1, step, 100),
        "warm-up, then cosine": lambda step: linear_warmup(cosine_decay(0.1, step, 100), step, 15),
    }
    figure = Figure()
    axes = figure.subplots()
    steps = range(121)
    for (label, rate), line in zip(rates.items(), ("-", "--", "-.", "-", ":"), strict=True):
        drawn = "steps-post" if label == "step decay" else "default"
        axes.plot(steps, [rate(step) for step in steps], line, drawstyle=drawn, label=label)
    axes.set(xlabel="step (or epoch), counted from 0", ylabel="learning rate α", xlim=(0, 120), ylim=(-0.002, 0.105))
    axes.legend()
    return figure


def too_slow_and_too_fast() -> Figure:
    """500 walkers on ½ w² with noisy slopes: large steps tremble early, hasty ones freeze, a slow decay goes on."""
    plans: tuple[tuple[str, Callable[[int], float], str], ...] = (
        ("α = 0.5", lambda step: 0.5, "-"),
        ("α = 0.01", lambda step: 0.01, "--"),
        ("0.1 · e^(−0.1 · step)", lambda step: exponential_decay(0.1, step, 0.1), "-."),
        ("0.5 / (1 + 0.1 · step)", lambda step: inverse_time_decay(0.5, step, 0.1), "-"),
    )
    figure = Figure()
    axes = figure.subplots()
    for label, rate, line in plans:
        rng = np.random.default_rng(0)
        start = np.full(500, 10.0)
        path = _walk("sgd", lambda w, rng=rng: w + rng.normal(size=w.shape), start, map(rate, range(2000)))
        distances = np.sqrt((path**2).mean(axis=1))
        shown = np.unique(np.geomspace(1, 2001, 120).astype(int)) - 1
        axes.loglog(shown + 1, distances[shown], line, label=label)
    axes.set(xlabel="update", ylabel="distance from the minimum (rms)", ylim=(0.03, 15))
    axes.legend()
    return figure


def adam_then_sgd() -> Figure:
    """The mean cost of 100 walkers on noisy slopes: Adam first and trembling, SGD slow and calm, the hybrid both."""
    switch, rates = 60, {"sgd": 0.02, "adam": 0.3, "adam_then_sgd": 0.3}
    figure = Figure(figsize=(6.667, 2.8))
    axes = figure.subplots()
    axes.axvline(switch, color="0.4", lw=0.8)
    for (name, rate), label, line in zip(
        rates.items(), ("SGD, α = 0.02", "Adam, α = 0.3", "Adam, from step 61 on SGD"), ("-", "--", "-."), strict=True
    ):
        settings = {"switch_step": switch, "sgd_learning_rate": rates["sgd"]} if name == "adam_then_sgd" else {}
        rng = np.random.default_rng(0)
        path = _walk(
            name,
            lambda w, rng=rng: _slope_of_the_ravine(w) + rng.normal(size=w.shape),
            np.tile([10.0, 1.0], (100, 1)),
            [rate] * 300,
            **settings,
        )
        costs = 0.5 * (path**2 @ CURVATURES).mean(axis=1)
        axes.semilogy(np.arange(0, 301, 3), costs[::3], line, label=label)
    axes.set(xlabel="step", ylabel="mean cost J", xlim=(0, 300))
    axes.legend()
    return figure


def _walk(
    name: str,
    gradient: Callable[[np.ndarray], np.ndarray],
    start: Iterable[float],
    rates: Iterable[float],
    **settings: float,
) -> np.ndarray:
    """Every position of the reference's optimizer `name`, the start first."""
    params = {"w": np.array(start, dtype=float)}
    state = getattr(optimizers, f"{name}_init")(params)
    path = [params["w"]]
    for rate in rates:
        grads = {"w": gradient(params["w"])}
        params, state = getattr(optimizers, f"{name}_step")(params, grads, state, learning_rate=rate, **settings)
        path.append(params["w"])
    return np.array(path)


def _stream(gradients: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Gradients that come one after the other, wherever the walker is."""
    rows = iter(gradients)
    return lambda w: next(rows)


def _velocities(gradients: np.ndarray, beta: float) -> np.ndarray:
    """V after each gradient: with a learning rate of 1 the step is −V."""
    path = _walk("momentum", _stream(gradients[:, None]), (0.0,), [1.0] * len(gradients), beta=beta)
    return -np.diff(path[:, 0])


def _slope_of_the_ravine(w: np.ndarray) -> np.ndarray:
    return CURVATURES * w


def _draw_ravine(axes: Axes) -> None:
    angle = np.linspace(0, 2 * np.pi, 37)
    for height in (1, 5, 15, 35, 62.5):
        along, across = np.sqrt(2 * height / CURVATURES)
        axes.plot(along * np.cos(angle), across * np.sin(angle), color="0.8", lw=0.7, zorder=1)
    axes.plot(0, 0, "*", ms=9, color="black", zorder=3)
    axes.grid(False)
