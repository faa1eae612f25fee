"""The line as a still picture."""

import numpy as np

from explorables.picture import COLOURS, array, panels


def picture(ground, answer):
    """A matplotlib figure: data with the true and the fitted line, the landscape with the path, the cost."""
    figure, (data, land, chart) = panels(3)
    own = "path" in answer
    path = array(answer["path"] if own else answer["right"])
    style, title = ("-", "fitted line") if own else (":", "the right path's line")
    costs = array(answer["costs"] if "costs" in answer else answer["right_costs"])
    x, y = array(ground["data_x"]), array(ground["data_y"])
    ends = np.array([x.min(), x.max()])
    data.scatter(x, y, s=12, color="0.5", label="data")
    data.plot(ends, ground["truth"][0] * ends + ground["truth"][1], "--", color=COLOURS[2], label="true line")
    data.plot(ends, path[-1][0] * ends + path[-1][1], style, color=COLOURS[0], label=title)
    data.set(xlabel="x", ylabel="y")
    data.legend(frameon=False)
    heights = array(ground["heights"])
    axis = np.linspace(*ground["x"], len(heights))
    land.contourf(axis, axis, np.log10(heights), levels=14, cmap="Greys", alpha=0.6)
    land.plot(*path.T, style, color=COLOURS[0])
    land.plot(*path[0], "o", color="black")
    land.plot(*ground["minima"][0], "x", color="black")
    land.plot(*ground["truth"], "D", color=COLOURS[2])
    land.set(xlim=ground["x"], ylim=ground["y"], xlabel="w", ylabel="b", title="cost J(w, b)")
    chart.plot(costs, style, color=COLOURS[0])
    chart.set(yscale="log", xlabel="update", ylabel="cost J, mean squared error")
    return figure
