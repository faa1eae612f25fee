"""A plot as an image of its own, for places that show images and take no SVG inside a page."""

from __future__ import annotations

import base64

from autograder.report.pages import render
from autograder.report.plot import plot
from autograder.results import Series


def svg(series: Series) -> str:
    """The same drawing as on the student's page, as a whole SVG file."""
    return render("plot_image.svg.j2", drawn=plot(series)).strip()


def data_address(series: Series) -> str:
    """`svg` as an address that holds the image itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(series).encode()).decode()


def in_words(series: Series) -> str:
    """What the image shows, for who does not see it."""
    drawn = plot(series)
    notes = "".join(f" {note}" for note in drawn.notes)
    return f"{drawn.title}: yours and the expected one, {drawn.y_label} over {drawn.x_label}.{notes}"
