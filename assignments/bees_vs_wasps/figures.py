"""The pictures of the handout: `python docs/draw_figures.py bees_vs_wasps`.

Nothing is trained here. What networks of the reference have learned stands in docs/bees_wasps/*.csv, which
docs/train_bees_wasps.py writes.
"""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
from bees_wasps_drawing import draw_bees_wasps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy.stats import binom

TABLES = Path(__file__).resolve().parents[2] / "docs/bees_wasps"
CLASSES = ("bee", "wasp")


def bees_and_wasps() -> Figure:
    """Twelve drawn pictures of 32 × 32 pixels, numbered: some can be told at once, some hardly."""
    images, _ = draw_bees_wasps(12, seed=7, wrong_labels=0.0)
    figure = Figure(figsize=(6.667, 2.5))
    for number, (axes, image) in enumerate(zip(figure.subplots(2, 6).flat, images, strict=True), 1):
        _draw_insect(axes, image, str(number))
    return figure


def learning_by_heart() -> Figure:
    """Both losses over 2,250 updates: after 1,050 the dashed one climbs; dropout hardly helps here, mirroring does."""
    rows = _table("learning_by_heart")
    figure = Figure(figsize=(6.667, 2.9))
    remedies = list(dict.fromkeys(row["remedy"] for row in rows))
    for axes, remedy in zip(figure.subplots(1, 3, sharey=True), remedies, strict=True):
        curves = defaultdict(list)
        for row in rows:
            if row["remedy"] == remedy:
                curves[int(row["updates"])].append((float(row["train_loss"]), float(row["validation_loss"])))
        means = np.array([np.mean(curves[updates], axis=0) for updates in sorted(curves)])
        axes.plot(sorted(curves), means[:, 0], label="training")
        axes.plot(sorted(curves), means[:, 1], "--", label="validation")
        axes.set(title=remedy.capitalize(), xlabel="update", xticks=(0, 1000, 2000), ylim=(0, 0.8))
    figure.axes[0].set_ylabel("cross-entropy (nats)")
    figure.axes[2].legend(loc="upper right")
    return figure


def learning_rates() -> Figure:
    """Validation accuracy against the learning rate: each optimizer has its range, and beyond it all guess."""
    accuracies = defaultdict(list)
    for row in _table("learning_rates"):
        accuracies[row["optimizer"], float(row["learning_rate"])].append(float(row["validation_accuracy"]))
    figure = Figure()
    axes = figure.subplots()
    optimizers = list(dict.fromkeys(optimizer for optimizer, _ in accuracies))
    for optimizer, line, colour in zip(optimizers, ("-", "--", "-."), ("C0", "C2", "C1"), strict=True):
        rates = [rate for name, rate in accuracies if name == optimizer]
        found = np.array([accuracies[optimizer, rate] for rate in rates])
        axes.fill_between(rates, found.min(axis=1), found.max(axis=1), color=colour, alpha=0.15, lw=0)
        axes.semilogx(rates, found.mean(axis=1), line, marker="o", color=colour, label=optimizer)
    labels = np.array([int(row["label"]) for row in _table("what_it_says")])
    axes.axhline(max(labels.mean(), 1 - labels.mean()), color="0.4", lw=0.8)
    axes.set(xlabel="learning rate α", ylabel="share right, validation", ylim=(0.4, 0.9))
    axes.legend(loc="upper left")
    return figure


def the_luck_of_the_best() -> Figure:
    """The best measurement among equally good configurations: above the truth, the more so the more were tried."""
    tried = np.array([1, 2, 5, 10, 20, 50, 100])
    figure = Figure(figsize=(6.667, 2.7))
    axes = figure.subplots()
    for pictures, line in ((100, "-."), (400, "-"), (2000, "--")):
        at_most = binom.cdf(np.arange(pictures), pictures, 0.8)  # so many right, or fewer
        best = [100 * np.sum(1 - at_most**count) / pictures for count in tried]
        axes.semilogx(tried, best, line, marker="o", label=f"{pictures:,} validation pictures")
    axes.axhline(80, color="0.4", lw=0.8)
    axes.annotate("what each of them really does", (100, 80), (0, -10), textcoords="offset points", ha="right")
    axes.set(xlabel="configurations tried", ylabel="best, as measured (%)", ylim=(79, 91))
    axes.set_xticks(tried, [str(count) for count in tried])
    axes.minorticks_off()
    axes.legend(loc="upper left")
    return figure


def what_it_gets_wrong() -> Figure:
    """Left, the labels against what a network says. Right, the pictures whose labels it believes least."""
    rows = _table("what_it_says")
    labels = np.array([int(row["label"]) for row in rows])
    wasp = np.array([float(row["probability_of_wasp"]) for row in rows])
    images, drawn = draw_bees_wasps(len(rows), seed=(0, 1))  # the validation split of load_bees_wasps()
    if not np.array_equal(drawn, labels):
        raise ValueError(f"{TABLES} belongs to other pictures: run docs/train_bees_wasps.py")
    figure = Figure(figsize=(6.667, 2.5))
    left, right = figure.subfigures(1, 2, width_ratios=(1, 1.9))
    axes = left.subplots()
    table = np.zeros((2, 2), dtype=int)
    np.add.at(table, (labels, (wasp > 0.5).astype(int)), 1)
    for (label, said), count in np.ndenumerate(table):
        good = label == said
        axes.add_patch(Rectangle((said - 0.5, label - 0.5), 1, 1, color="C5" if good else "C4", alpha=0.6, lw=0))
        axes.text(said, label, str(count), ha="center", va="center", fontsize=12)
    axes.set(xlim=(-0.5, 1.5), ylim=(1.5, -0.5), aspect="equal", xlabel="what it says", ylabel="the label")
    axes.set_xticks((0, 1), CLASSES)
    axes.set_yticks((0, 1), CLASSES, rotation=90, va="center")
    axes.grid(False)
    believed = np.where(labels == 1, wasp, 1 - wasp)
    for axes, one in zip(right.subplots(2, 4).flat, np.argsort(believed, kind="stable")[:8], strict=True):
        _draw_insect(axes, images[one], f"{CLASSES[labels[one]]} {believed[one]:.1%}")
    return figure


def _draw_insect(axes: Axes, image: np.ndarray, title: str) -> None:
    axes.imshow(image, interpolation="none")
    axes.set_title(title, fontsize=8, fontweight="normal", loc="center", pad=2)
    axes.set_axis_off()


def _table(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
