"""The parabola as a still picture."""

import numpy as np

from explorables.picture import COLOURS, array, panels


def picture(settings, answer):
    """A matplotlib figure: the parabola with the path, and the map of learning rates and curvatures."""
    figure, (bowl, regions) = panels(2)
    curvature, path = settings["curvature"], array(answer["path"] if "path" in answer else answer["right"])
    reach = 1.3 * max(abs(settings["start"]), 1)
    w = np.linspace(-reach, reach, 200)
    bowl.plot(w, 0.5 * curvature * w**2, color=COLOURS[0])
    bowl.plot(path, 0.5 * curvature * path**2, ".-", color=COLOURS[1])
    bowl.set(xlim=(-reach, reach), ylim=(0, 0.5 * curvature * reach**2), xlabel="w", ylabel="cost J = ½·c·w²")
    c = np.geomspace(0.1, 10, 50)
    regions.fill_between(c, 1e-3, 1 / c, color=COLOURS[5], alpha=0.5, label="monotone")
    regions.fill_between(c, 1 / c, 2 / c, color=COLOURS[4], alpha=0.5, label="oscillates")
    regions.fill_between(c, 2 / c, 100, color=COLOURS[1], alpha=0.5, label="diverges")
    regions.plot(curvature, settings["learning_rate"], "o", color="black")
    regions.set(
        xscale="log", yscale="log", xlim=(0.1, 10), ylim=(0.01, 10), xlabel="curvature c", ylabel="learning rate α"
    )
    regions.legend()
    return figure
