"""The pictures of the handout, drawn by the reference: `python docs/draw_figures.py gradient_descent`."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from solutions.gradient_descent import (
    cost,
    cost_gradient,
    descend_parabola,
    gradient_step,
    least_squares,
    minibatches,
    predict,
)

X, Y = np.array([[0.0], [0.0], [1.0], [3.0]]), np.array([2.0, 1.0, 3.0, 6.0])
"""The four examples of the handout, measured on the line y = 2x + 1."""
TRUE_W, TRUE_B = 2.0, 1.0
INK, FAINT, SHADE = "#1f2328", "#6b7280", "#8895a6"


def four_runs() -> Figure:
    """One number differs: A zigzags home, B hardly moves, C turns into the valley floor, D climbs out of the bowl."""
    figure = Figure(figsize=(6.667, 4.6))
    panels = figure.subplots(2, 2, sharex=True, sharey=True).flat
    for letter, rate, axes in zip("ABCD", (0.32, 0.01, 0.1, 0.34), panels, strict=True):
        _draw_bowl(axes, X, Y, (-1.6, 3.9), (-1.2, 3.2))
        _draw_path(axes, _path([(X, Y)] * 20, rate))
        axes.set_title(letter)
    figure.supxlabel("weight $w$", fontsize=9)
    figure.supylabel("bias $b$", fontsize=9)
    return figure


def walk_in_two_pictures() -> Figure:
    """Every dot of the walk on the right is a line on the left: most of the way is one step, the rest takes dozens."""
    figure = Figure(figsize=(6.667, 3.3))
    lines, bowl = figure.subplots(1, 2)
    _draw_bowl(bowl, X, Y, (-0.5, 2.5), (-0.3, 2.3))
    path = _path([(X, Y)] * 100, 0.1)
    bowl.plot(*path.T, "-", linewidth=1, color=SHADE)
    ends = np.array([[-0.3], [3.3]])
    for number, (epoch, beside) in enumerate(((0, (6, -3)), (1, (6, -6)), (2, (6, -5)), (5, (7, -2)), (100, (-24, 4)))):
        w, b = path[epoch]
        (line,) = lines.plot(ends, predict(ends, np.array([w]), b), color=f"C{number}", label=f"epoch {epoch}")
        bowl.plot(w, b, "o", color=line.get_color(), markersize=6 if epoch < 100 else 13)
        bowl.annotate(str(epoch), (w, b), xytext=beside, textcoords="offset points")
    lines.plot(X, Y, "o", color=INK, markersize=6)
    lines.set(title="The line", xlabel="x", ylabel="y", xlim=(-0.3, 3.3), ylim=(-0.5, 7))
    lines.legend(loc="upper left")
    bowl.set(title="Its place in the landscape", xlabel="weight $w$", ylabel="bias $b$")
    return figure


def rate_times_curvature() -> Figure:
    """Left, which pairs of curvature and rate converge. Right, what four of them do, numbered in both halves."""
    figure = Figure(figsize=(6.667, 3.3))
    regions, runs = figure.subplots(1, 2)
    curvature = np.geomspace(0.2, 5, 25)
    regions.fill_between(curvature, 0, 1 / curvature, color="C2", alpha=0.22, linewidth=0)
    regions.fill_between(curvature, 1 / curvature, 2 / curvature, color="C5", alpha=0.3, linewidth=0)
    regions.fill_between(curvature, 2 / curvature, 10, color="C1", alpha=0.2, linewidth=0)
    regions.plot(curvature, 2 / curvature, color=INK, label="αc = 2")
    regions.plot(curvature, 1 / curvature, "--", color=FAINT, label="αc = 1")
    regions.text(0.3, 0.08, "creeps down one side")
    regions.text(1.42, 0.98, "overshoots", rotation=-48, ha="center", va="center")
    regions.text(2.7, 1.2, "climbs out")
    regions.legend(loc="upper right")
    steps = np.arange(8)
    for name, c, rate, line in (("1", 1, 0.4, "-"), ("2", 4, 0.4, "--"), ("3", 2, 1.0, ":"), ("4", 4, 0.55, "-.")):
        (drawn,) = runs.plot(steps, descend_parabola(c, rate, 1.0, 7), f"o{line}", label=f"{name}: αc = {c * rate:g}")
        regions.plot(c, rate, "o", color=drawn.get_color(), markersize=6)
        regions.annotate(name, (c, rate), xytext=(5, -8 if name == "2" else 4), textcoords="offset points")
    regions.set(title="Two numbers, one product", xlabel="curvature $c$", ylabel="learning rate α")
    regions.set(xlim=(0.2, 5), ylim=(0, 2))
    runs.set(title="Four runs from $w$ = 1", xlabel="step", ylabel="position $w$", ylim=(-4, 5))
    runs.legend(loc="upper left", ncols=2)
    return figure


def promise_of_the_tangent() -> Figure:
    """The tangent promises a drop; the parabola delivers 3/4 of it at αc = ½, a tenth at 1.8, and a climb at 2.4."""
    figure = Figure(figsize=(6.667, 2.9))
    start = 1.0
    w = np.linspace(-1.75, 1.35, 63)
    for axes, rate in zip(figure.subplots(1, 3, sharey=True), (0.5, 1.8, 2.4), strict=True):
        end = descend_parabola(1.0, rate, start, 1)[1]
        at, promised, reached = start**2 / 2, start**2 / 2 - rate * start**2, end**2 / 2
        axes.plot(w, w**2 / 2, color=SHADE)
        axes.plot([start, end], [at, promised], "--", color="C1")
        axes.plot([end, end], [promised, reached], color="C3", linewidth=2.5)
        axes.plot(start, at, "o", color=INK, markersize=6)
        axes.plot(end, promised, "s", color="C1", markersize=6)
        axes.plot(end, reached, "o", color="C0", markersize=7)
        axes.axhline(at, color=FAINT, linewidth=0.8, linestyle=":")
        kept = 100 * (at - reached) / (at - promised)
        axes.set_title(f"αc = {rate:g}: " + (f"{kept:.0f} % kept" if kept > 0 else f"climbs by {-kept:.0f} %"))
        axes.set(xlabel="$w$", xlim=(-1.75, 1.35), ylim=(-2.1, 1.3))
        if rate == 0.5:
            axes.set_ylabel("cost")
            names = (("start", at + 0.12, INK), ("reached", reached, "C0"), ("promised", promised - 0.2, "C1"))
            for name, place, colour in names:
                axes.text((start if name == "start" else end) - 0.12, place, name, color=colour, ha="right")
    return figure


def narrow_and_round() -> Figure:
    """The same four examples: a narrow valley that takes dozens of steps, and, x shifted and scaled, one step."""
    figure = Figure(figsize=(6.667, 3.1))
    narrow, bowl = figure.subplots(1, 2)
    scaled = (X - X.mean()) / X.std()
    for axes, features, rate, number, title in (
        (narrow, X, 0.1, 30, "x as measured, α = 0.1, 30 steps"),
        (bowl, scaled, 0.5, 1, "x shifted and scaled, α = ½, 1 step"),
    ):
        w, b = least_squares(features, Y)
        _draw_bowl(axes, features, Y, (w[0] - 3.6, w[0] + 2), (b - 3.6, b + 2))
        _draw_path(axes, _path([(features, Y)] * number, rate))
        axes.set(title=title, xlabel="weight $w$", ylabel="bias $b$", aspect="equal")
    return figure


def batches_of_three_sizes() -> Figure:
    """Small batches are there first and never arrive; all 300 at once take a straight way, one step for each pass."""
    figure = Figure(figsize=(6.667, 3.4))
    paths, costs = figure.subplots(1, 2)
    features, targets = _measured(300, np.random.default_rng(2))
    _draw_bowl(paths, features, targets, (-0.4, 2.7), (-0.3, 2.1))
    best = cost(features, targets, *least_squares(features, targets))
    for size, colour, style in ((1, "C5", "-"), (30, "C1", "--"), (300, "C0", "-")):
        rng = np.random.default_rng(0)
        dealt = [batch for _ in range(30) for batch in minibatches(features, targets, size, rng)]
        path = _path(dealt, 0.05)
        shown = path[: 1 + 4 * 300 // size][:: 4 if size == 1 else 1]
        dots = "" if size == 1 else "."
        paths.plot(*shown.T, style if size == 1 else f"{style}{dots}", color=colour, linewidth=1, label=_batch(size))
        each = 300 // size
        after = [cost(features, targets, np.array([w]), b) - best for w, b in path[::each]]
        costs.semilogy(range(31), after, style, color=colour, label=_batch(size))
    paths.plot(*_path([], 0)[0], "o", color=INK, markersize=6)
    paths.set(title="The first four passes", xlabel="weight $w$", ylabel="bias $b$")
    costs.set(title="Height above the lowest cost", xlabel="passes over the data (epochs)", ylabel="cost − lowest cost")
    costs.minorticks_off()
    costs.legend(loc="upper right")
    return figure


def fitted_and_true() -> Figure:
    """Left, twenty examples and two lines. Right, the fits of forty data sets of each size: clouds that shrink."""
    figure = Figure(figsize=(6.667, 3.2))
    lines, clouds = figure.subplots(1, 2)
    rng = np.random.default_rng(1)
    features, targets = _measured(20, rng)
    ends = np.array([[-1.2], [3.2]])
    w, b = least_squares(features, targets)
    fitted, true = cost(features, targets, w, b), cost(features, targets, np.array([TRUE_W]), TRUE_B)
    lines.plot(features, targets, "o", color=INK)
    lines.plot(ends, TRUE_W * ends + TRUE_B, color="C0", label=f"true line: cost {true:.2f}")
    lines.plot(ends, predict(ends, w, b), "--", color="C1", label=f"fitted line: cost {fitted:.2f}")
    lines.set(title="Twenty examples", xlabel="x", ylabel="y")
    lines.legend(loc="upper left")
    for size, colour, marker in ((20, "C5", "o"), (300, "C1", "s"), (800, "C0", "^")):
        fits = np.array([np.append(*least_squares(*_measured(size, rng))) for _ in range(40)])
        clouds.plot(*fits.T, marker, color=colour, markersize=3, label=f"{size} examples")
    clouds.plot(TRUE_W, TRUE_B, "*", color=INK, markersize=12, label="the true line")
    clouds.set(title="Fits of 40 data sets each", xlabel="weight $w$", ylabel="bias $b$")
    clouds.legend(loc="lower left")
    return figure


def _measured(size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Examples of the line y = 2x + 1 with errors of variance 1."""
    x = rng.uniform(-1, 3, size)
    return x[:, None], TRUE_W * x + TRUE_B + rng.standard_normal(size)


def _path(batches: Iterable[tuple[np.ndarray, np.ndarray]], rate: float) -> np.ndarray:
    """Where gradient descent is before the first batch and after each, shape (steps + 1, 2)."""
    w, b = np.zeros(1), 0.0
    path = [(w[0], b)]
    for features, targets in batches:
        w, b = gradient_step(w, b, *cost_gradient(features, targets, w, b), rate)
        path.append((w[0], b))
    return np.array(path)


def _draw_bowl(axes: Axes, features, targets, w_range: tuple[float, float], b_range: tuple[float, float]) -> None:
    """Contours of the cost, each at double the height of the one inside it, and a star at its lowest point."""
    w, b = least_squares(features, targets)
    slopes = (cost_gradient(features, targets, w + 1, b), cost_gradient(features, targets, w, b + 1))
    hessian = np.array([[dw[0], db] for dw, db in slopes])  # a quadratic cost: the slope one unit away is the curvature
    curvatures, directions = np.linalg.eigh(hessian)
    angle = np.degrees(np.arctan2(*directions[::-1, 0]))
    for height in 0.125 * 2.0 ** np.arange(9):
        long, short = 2 * np.sqrt(2 * height / curvatures)
        axes.add_patch(Ellipse((w[0], b), long, short, angle=angle, fill=False, edgecolor=SHADE, linewidth=0.7))
    axes.plot(w[0], b, "*", color=INK, markersize=9, zorder=3)
    axes.set(xlim=w_range, ylim=b_range)
    axes.grid(visible=False)


def _draw_path(axes: Axes, path: np.ndarray) -> None:
    axes.plot(*path.T, ".-", color="C0", linewidth=1)
    axes.plot(*path[0], "o", color="C0", markerfacecolor="white", markersize=6)


def _batch(size: int) -> str:
    return "all 300 examples" if size == 300 else f"batches of {size}"
