"""What is wrong with one check, as plain text: what otter shows has no format of its own."""

from __future__ import annotations

from textwrap import indent

from autograder.report.pieces import Piece, pieces
from autograder.report.plot_image import in_words
from autograder.results import CheckResult


def plain(check: CheckResult) -> str:
    """The report's pieces of a check that did not pass, in reading order, with an empty line between."""
    return "\n\n".join(_text(piece) for piece in pieces(check))


def _text(piece: Piece) -> str:
    if piece.kind == "code":
        return indent(piece.text, "    ")
    if piece.kind == "plot" and piece.series is not None:
        return in_words(piece.series)
    return piece.text
