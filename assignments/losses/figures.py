"""The pictures of the handout, drawn by the reference: `python docs/draw_figures.py losses`."""

import math

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy.optimize import minimize

from solutions.losses import (
    absolute_error,
    absolute_error_gradient,
    bounding_box_loss,
    cost,
    hinge,
    hinge_gradient,
    huber,
    huber_gradient,
    logistic,
    logistic_gradient,
    mean_squared_error,
    numerical_gradient,
    softmax,
    squared_error,
    squared_error_gradient,
)

AREA, PRICE = np.array([1.2, 1.0, 1.2]), np.array([2.5, 4.0, 3.0])
FAINT = "#6b7280"
SHADE = "#8895a6"


def landscape_of_three_houses() -> Figure:
    """Each line on the left is one point of the curve on the right; the lowest one still misses all three houses."""
    figure = Figure(figsize=(6.667, 3.2))
    houses, valley = figure.subplots(1, 2)
    areas, weights = np.array([0, 1.6]), np.linspace(0.4, 5.2, 97)
    costs = [mean_squared_error(PRICE, w * AREA) for w in weights]
    best = float(AREA @ PRICE / (AREA @ AREA))
    valley.plot(weights, costs, color=SHADE)
    for w, marker in ((1.0, "s"), (best, "o"), (4.0, "^")):
        (line,) = houses.plot(areas, w * areas, label=f"$w$ = {w:.4g}" if w != best else f"$w$ = {w:.2f}")
        valley.plot(w, mean_squared_error(PRICE, w * AREA), marker, color=line.get_color(), markersize=8)
    houses.vlines(AREA, best * AREA, PRICE, color="C1", linewidth=1.4, linestyle=(0, (2, 1)))
    houses.plot(AREA, PRICE, "o", color="#1f2328", markersize=6)
    houses.set(title="The model: one line for each $w$", xlabel="floor area (100 m²)", ylabel="price (100 000 €)")
    houses.set(xlim=(0, 1.6), ylim=(0, 6))
    houses.legend(loc="upper left")
    valley.set(title="The cost: one height for each $w$", xlabel="parameter $w$", ylabel="cost J(w)", ylim=(0, 8))
    return figure


def losses_for_numbers() -> Figure:
    """Only the parabola runs away on the left, and only its pull grows without end on the right."""
    figure = Figure()
    losses, pulls = figure.subplots(1, 2)
    residual = np.linspace(-3, 3, 121)
    truth = np.zeros_like(residual)
    for label, loss, gradient, line in (
        ("squared", squared_error, squared_error_gradient, "-"),
        ("absolute", absolute_error, absolute_error_gradient, "--"),
        ("Huber, δ = 1", huber, huber_gradient, "-."),
    ):
        losses.plot(residual, loss(truth, residual), line, label=label)
        slope = gradient(truth, residual)
        slope[(residual == 0) & (gradient is absolute_error_gradient)] = np.nan  # a jump is no steep line
        pulls.plot(residual, slope, line, label=label)
    pulls.plot(0, absolute_error_gradient(np.zeros(1), np.zeros(1)), "o", color="C1")
    losses.set(title="What a miss costs", xlabel="residual ŷ − y", ylabel="loss", ylim=(0, 5))
    pulls.set(title="How hard it pulls", xlabel="residual ŷ − y", ylabel="derivative of the loss", ylim=(-4, 4))
    losses.legend(loc="upper center")
    return figure


def one_wrong_price() -> Figure:
    """On clean data the three losses agree; one wrong price bends the squared line far more than the other two."""
    figure = Figure(figsize=(6.667, 3.2))
    clean, wrong = figure.subplots(1, 2, sharey=True)
    rng = np.random.default_rng(0)
    area = np.linspace(0.5, 1.6, 12)
    price = 2.5 * area + 0.5 + 0.2 * rng.standard_normal(12)
    mistyped = np.append(price[:-1], price[-1] / 10)
    ends = np.array([0.4, 1.7])
    for axes, prices in ((clean, price), (wrong, mistyped)):
        axes.plot(area, prices, "o", color="#1f2328")
        for label, loss, line in (("squared", squared_error, "-"), ("absolute", absolute_error, "--")):
            w, b = _fitted(loss, area, prices)
            axes.plot(ends, w * ends + b, line, label=f"{label}: slope {w:.2f}")
        w, b = _fitted(lambda y, p: huber(y, p, delta=0.3), area, prices)
        axes.plot(ends, w * ends + b, "-.", label=f"Huber, δ = 0.3: slope {w:.2f}")
        axes.set(xlabel="floor area (100 m²)", ylim=(0, 5.5))
        axes.legend(loc="upper left")
    clean.set(title="Twelve prices", ylabel="price (100 000 €)")
    wrong.set(title="A zero was lost in the last one")
    wrong.annotate("", (area[-1], mistyped[-1] + 0.1), (area[-1], price[-1]), arrowprops={"arrowstyle": "->"})
    return figure


def _fitted(loss, x, y) -> tuple[float, float]:
    """The line with the smallest cost, for any loss."""
    best = minimize(
        lambda line: cost(loss(y, line[0] * x + line[1])),
        [0.0, 0.0],
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 4000},
    )
    return best.x[0], best.x[1]


def five_pixels_too_wide() -> Figure:
    """Two boxes, both five pixels too wide: a large share of the small car and nothing to the large one; one loss."""
    figure = Figure(figsize=(6.667, 2.1))
    small, large = figure.subplots(1, 2)
    for axes, width, height in ((small, 20, 10), (large, 200, 100)):
        true = np.array([[1.25 * width, height, width, height]], dtype=float)
        predicted = true + np.array([[0, 0, 5, 0]])
        for box, look in ((true, {"edgecolor": "C0"}), (predicted, {"edgecolor": "C1", "linestyle": "--"})):
            x, y, w, h = box[0]
            axes.add_patch(Rectangle((x - w / 2, y - h / 2), w, h, fill=False, linewidth=2, **look))
        axes.text(1.25 * width, height, "true", color="C0", ha="center", va="center")
        axes.text(1.25 * width, 0.35 * height, "predicted", color="C1", ha="center", va="center")
        loss = bounding_box_loss(true, predicted)[0]
        axes.set(xlim=(0, 2.5 * width), ylim=(2 * height, 0), aspect="equal", xlabel="x (pixels)", ylabel="y (pixels)")
        axes.set_title(f"a car {width} pixels wide: loss {loss:.0f}")
    return figure


def losses_for_two_classes() -> Figure:
    """Right of margin 0 all fall. On the wrong side two keep pulling; the square of a probability lets go there."""
    figure = Figure(figsize=(6.667, 3.2))
    losses, pulls = figure.subplots(1, 2)
    margin = np.linspace(-5, 3, 161)
    one = np.ones_like(margin)
    probability = 1 / (1 + np.exp(-margin))
    losses.plot(margin, np.where(margin > 0, 0.0, 1.0), color=SHADE, linewidth=1, label="wrong or right, counted")
    losses.plot(margin, logistic(one, margin), label="logistic")
    losses.plot(margin, hinge(one, margin), "--", label="hinge")
    losses.plot(margin, squared_error(one, probability), "-.", label="squared error of σ(z)")
    pulls.axhline(0, color=SHADE, linewidth=1)
    pulls.plot(margin, logistic_gradient(one, margin))
    pulls.plot(margin, np.where(margin == 1, np.nan, hinge_gradient(one, margin)), "--")
    pulls.plot(1, hinge_gradient(np.ones(1), np.ones(1)), "o", color="C1")
    pulls.plot(margin, squared_error_gradient(one, probability) * probability * (1 - probability), "-.")
    losses.set(title="Loss of an example of class 1", xlabel="its logit or score", ylabel="loss", ylim=(0, 6))
    pulls.set(title="Its derivative", xlabel="its logit or score", ylabel="derivative", ylim=(-1.1, 0.15))
    losses.legend(loc="upper right")
    return figure


def differences_of_logits() -> Figure:
    """Ten added to every logit changes no probability; three times the logits is sure of itself, a third is not."""
    figure = Figure(figsize=(6.667, 2.4))
    logits = np.log([1.0, 2.0, 5.0])
    versions = (("z = (0, 0.69, 1.61)", logits), ("z + 10", logits + 10), ("3 z", 3 * logits), ("z / 3", logits / 3))
    for number, (axes, (title, scores)) in enumerate(zip(figure.subplots(1, 4, sharey=True), versions, strict=True)):
        probabilities = softmax(scores[None])[0]
        bars = axes.bar(["0", "1", "2"], probabilities, color=["C0", "C1", "C2"], width=0.7)
        axes.bar_label(bars, fmt="%.3f", fontsize=8)
        axes.set(title=title, xlabel="class", ylim=(0, 1.1))
        axes.grid(axis="x", visible=False)
        if number == 0:
            axes.set_ylabel("probability")
    return figure


def a_confident_mistake() -> Figure:
    """True loss and derivative, and what two ways of computing them make of a logit that is far on the wrong side."""
    figure = Figure(figsize=(6.667, 3.2))
    losses, pulls = figure.subplots(1, 2, sharex=True)
    size = np.sort(np.append(np.logspace(0, 4, 61), 709.7))
    one = np.ones_like(size)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        probability = 1 / (1 + np.exp(size))
        naive, clipped = -np.log(probability), -np.log(probability + 1e-12)
    last = size[np.isfinite(naive)][-1]
    losses.loglog(size, logistic(one, -size), label="log(1 + eᶻ) − yz, done with care", linewidth=3.2, alpha=0.45)
    losses.loglog(size, np.where(np.isfinite(naive), naive, np.nan), "--", label="−log p: inf from here")
    losses.loglog(last, last, "X", color="C1", markersize=8)
    losses.loglog(size, clipped, "-.", label="−log(p + 10⁻¹²): stuck at 27.6")
    pulls.semilogx(size, np.abs(logistic_gradient(one, -size)), linewidth=3.2, alpha=0.45)
    pulls.semilogx(size, probability * (1 - probability) / (probability + 1e-12), "-.", color="C2")
    losses.set(title="Loss", ylabel="loss", xlabel="size of the wrong logit, −z", ylim=(0.5, 1e5))
    pulls.set(title="Its derivative, in size", ylabel="|derivative|", xlabel="size of the wrong logit, −z")
    losses.legend(loc="upper left")
    for axes in (losses, pulls):
        axes.minorticks_off()
    return figure


def how_far_to_move() -> Figure:
    """Two V-shaped curves: too long a step misses the curvature, too short a one divides rounding by nearly nothing."""
    figure = Figure(figsize=(6.667, 3.0))
    axes = figure.subplots()
    steps = [float(f"{digits}e-{power}") for power in range(14) for digits in ("1", "0.56", "0.32", "0.18")]
    at, exact = np.ones(1), math.e
    # The math module's exp: NumPy's rounds the last digit differently on other processors, and that is what is drawn.
    central = [abs(numerical_gradient(lambda x: math.exp(x[0]), at, step)[0] - exact) for step in steps]
    one_sided = [abs((math.exp(1 + step) - exact) / step - exact) for step in steps]
    axes.loglog(steps, one_sided, "--", color="C1", label="one-sided: the error falls like h")
    axes.loglog(steps, central, color="C0", label="central: the error falls like h²")
    axes.axvline(1e-5, color=FAINT, linewidth=1, linestyle=":")
    axes.text(1.5e-5, 3e-12, "the default, h = 10⁻⁵", color=FAINT)
    axes.text(2e-13, 3e-9, "rounding,\ndivided by 2h", color=FAINT)
    axes.text(2e-2, 1e-8, "curvature that the\nquotient overlooks", color=FAINT)
    axes.set(title="Error of a numerical derivative of eˣ at x = 1", xlabel="step h", ylabel="error", ylim=(1e-12, 10))
    axes.legend(loc="upper center")
    axes.minorticks_off()
    return figure
