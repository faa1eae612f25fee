"""What a tuning looks like: four pictures. Given; needs matplotlib."""

from __future__ import annotations

import math

import matplotlib
import numpy as np

matplotlib.use("Agg")  # files only: no window is needed
from matplotlib import pyplot as plt  # noqa: E402  # after the choice of where to draw

CLASSES = ("bee", "wasp")
LOGARITHMIC = {"learning_rate", "weight_decay"}
CHOSEN, OTHER = "#c2410c", "#3b6ea5"


def draw_everything(folder, trials, history, photos, wasp):
    """Write trials.png, learning_curves.png, confusion_matrix.png and most_wrong.png.

    Parameters
    ----------
    folder : Path
    trials : list of `bees_wasps_trials.Trial`
    history : list of dict
        Of the best configuration, as `fit` returns it.
    photos : `bees_wasps_data.Photos`
    wasp : array (n,)
        The probability of a wasp for each photo, in their order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {
        "trials": _trials(trials),
        "learning_curves": _learning_curves(history),
        "confusion_matrix": _confusion_matrix(photos.labels.numpy(), wasp > 0.5),
        "most_wrong": _most_wrong(photos, wasp),
    }
    for name, figure in pictures.items():
        figure.savefig(folder / f"{name}.png", dpi=110, bbox_inches="tight")
        plt.close(figure)
    print(f"Plots: {', '.join(f'{name}.png' for name in pictures)} in {folder}")


def _trials(trials):
    """Accuracy over each hyperparameter that was varied."""
    names = [name for name in trials[0].configuration if len({one.configuration[name] for one in trials}) > 1]
    columns = min(len(names), 4) or 1
    rows = math.ceil(len(names) / columns) or 1
    figure, axes = plt.subplots(rows, columns, figsize=(3.1 * columns, 2.6 * rows), sharey=True, squeeze=False)
    heights = np.array([one.validation_accuracy for one in trials])
    best = int(np.argmax(heights))
    for axis, name in zip(axes.flat, names, strict=False):
        values = [one.configuration[name] for one in trials]
        if any(isinstance(value, str) for value in values) or len(set(values)) <= 4:
            kinds = sorted(set(values), key=lambda value: (str(type(value)), value))
            places = np.array([kinds.index(value) for value in values]) + np.linspace(-0.15, 0.15, len(values))
            axis.set_xticks(range(len(kinds)), [str(kind) for kind in kinds])
        else:
            places = np.array(values, dtype=float)
            if name in LOGARITHMIC and places.min() > 0:
                axis.set_xscale("log")
        axis.scatter(places, heights, s=18, color=OTHER)
        axis.scatter(places[best], heights[best], s=60, color=CHOSEN, zorder=3)
        axis.set_xlabel(name)
        axis.grid(alpha=0.3)
    for axis in axes.flat[len(names) :]:
        axis.set_visible(False)
    for row in axes:
        row[0].set_ylabel("validation accuracy")
    figure.suptitle(f"{len(trials)} trials, the best one marked")
    figure.tight_layout()
    return figure


def _learning_curves(history):
    figure, (losses, accuracies) = plt.subplots(1, 2, figsize=(9, 3.4))
    epochs = range(1, len(history) + 1)
    losses.plot(epochs, [one["train_loss"] for one in history], label="training, while it was learning", color=OTHER)
    losses.plot(epochs, [one["validation_loss"] for one in history], label="validation", color=CHOSEN)
    losses.set(xlabel="epoch", ylabel="loss")
    losses.legend()
    accuracies.plot(epochs, [one["validation_accuracy"] for one in history], color=CHOSEN)
    accuracies.set(xlabel="epoch", ylabel="validation accuracy")
    for axis in (losses, accuracies):
        axis.grid(alpha=0.3)
    figure.suptitle("The best configuration")
    figure.tight_layout()
    return figure


def _confusion_matrix(labels, said):
    counts = np.array([[np.sum((labels == true) & (said == answer)) for answer in (0, 1)] for true in (0, 1)])
    figure, axis = plt.subplots(figsize=(3.6, 3.4))
    axis.imshow(counts, cmap="Blues", vmin=0)
    for (row, column), count in np.ndenumerate(counts):
        dark = count > counts.max() / 2
        axis.text(column, row, str(count), ha="center", va="center", fontsize=15, color="white" if dark else "black")
    axis.set_xticks((0, 1), CLASSES)
    axis.set_yticks((0, 1), CLASSES)
    axis.set(xlabel="what the model says", ylabel="what it is")
    axis.set_title(f"Validation photos: {np.trace(counts) / counts.sum():.1%} right")
    return figure


def _most_wrong(photos, wasp):
    """The photos whose true class got the lowest probability."""
    labels = photos.labels.numpy()
    true_class = np.where(labels == 1, wasp, 1 - wasp)
    worst = np.argsort(true_class, kind="stable")[:20]
    figure, axes = plt.subplots(4, 5, figsize=(8, 7.4))
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, index in zip(axes.flat, worst, strict=False):
        axis.imshow(photos.images[index].permute(1, 2, 0).numpy().clip(0, 1), interpolation="nearest")
        axis.set_title(f"{CLASSES[labels[index]]}: {true_class[index]:.1%}", fontsize=9)
    figure.suptitle("What it is, and the probability the model gave to that")
    figure.tight_layout()
    return figure
