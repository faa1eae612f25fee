"""The pictures of the handout, drawn by the reference: `python docs/draw_figures.py losses`."""

import numpy as np
from matplotlib.figure import Figure

from solutions.losses import (
    absolute_error,
    absolute_error_gradient,
    huber,
    huber_gradient,
    squared_error,
    squared_error_gradient,
)


def losses_for_numbers() -> Figure:
    """Left, the three losses against the residual: only the parabola runs away. Right, their pull: only its grows."""
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
        pulls.plot(residual, gradient(truth, residual), line, label=label)
    losses.set(title="Loss", xlabel="residual ŷ − y", ylabel="loss", ylim=(0, 5))
    pulls.set(title="Its derivative", xlabel="residual ŷ − y", ylabel="derivative", ylim=(-4, 4))
    losses.legend(loc="upper center")
    return figure
