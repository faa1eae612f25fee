"""What the still pictures share. matplotlib is only needed for them."""

import numpy as np

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito: told apart by everybody, https://jfly.uni-koeln.de/color/."""


def panels(count):
    """A figure with so many axes side by side, apart from whatever pyplot holds."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6 * count, 4), layout="constrained")
    return figure, figure.subplots(1, count)


def array(sent):
    """What `arrays_for_page.packed` packed."""
    return np.frombuffer(sent["data"], dtype=sent["type"]).reshape(sent["shape"])
