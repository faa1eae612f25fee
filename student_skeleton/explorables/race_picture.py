"""The race as a still picture."""

import numpy as np

from explorables.picture import COLOURS, array, panels


def picture(ground, answer):
    """A matplotlib figure: the landscape with all paths, and the cost of each."""
    figure, (land, chart) = panels(2)
    heights = array(ground["heights"])
    low = heights.min()
    land.contourf(
        np.linspace(*ground["x"], heights.shape[1]),
        np.linspace(*ground["y"], heights.shape[0]),
        np.log10(heights - low + 1e-3 * (np.median(heights) - low)),
        levels=14,
        cmap="Greys",
        alpha=0.6,
    )
    for racer, colour in zip(answer["racers"], COLOURS, strict=False):
        if "path" in racer:
            path, costs = array(racer["path"]), array(racer["costs"])
            land.plot(*path.T, color=colour, label=racer["title"])
            chart.plot(np.maximum(costs - low, 1e-12), color=colour, label=racer["title"])
    land.plot(*answer["start"], "o", color="black")
    land.plot(*np.transpose(ground["minima"]), "*", color="black", linestyle="none")
    land.set(xlim=ground["x"], ylim=ground["y"], xlabel="w₁", ylabel="w₂", title=ground["title"])
    chart.set(yscale="log", xlabel="update", ylabel="cost above the lowest drawn")
    chart.legend(frameon=False)
    return figure
