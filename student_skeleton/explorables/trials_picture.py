"""The trials as a still picture."""

import numpy as np

from explorables.picture import COLOURS, panels


def picture(table):
    """A matplotlib figure: every trial a line through its settings to its validation accuracy."""
    figure, axis = panels(1)
    figure.set_size_inches(10, 4)
    axes = table["axes"]
    if not axes:
        axis.text(0.5, 0.5, "no trials yet", ha="center", transform=axis.transAxes)
        axis.set_axis_off()
        return figure
    places = np.array([[_place(each["values"][trial], each) for each in axes] for trial in range(len(table["trials"]))])
    for trial, line in enumerate(places):
        best = trial == table["best"]
        axis.plot(
            line, color=COLOURS[1] if best else COLOURS[0], alpha=1 if best else 0.35, linewidth=2.5 if best else 1
        )
    axis.set_xticks(range(len(axes)), [each["name"] for each in axes], rotation=20, ha="right")
    axis.set_yticks([])
    axis.set_title(f"{len(places)} trials, the best one marked")
    return figure


def _place(value, axis):
    if value is None:
        return np.nan
    low, high = axis["ends"]
    if axis["log"]:
        value, low, high = np.log([value, low, high])
    return (value - low) / (high - low or 1)
