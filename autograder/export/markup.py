"""The pieces of a report in Markdown or HTML, with everything in them shown as text, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from autograder.report.pieces import Piece
from autograder.report.plot_image import data_address, in_words

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")
"""What any dialect of Markdown may give a meaning, except for the dot, which has one after a number only."""


def markdown(pieces: Iterable[Piece]) -> str:
    """Paragraphs with an empty line between; a plot, which Markdown here cannot hold, in words."""
    return "\n\n".join(_markdown(piece) for piece in pieces)


def html(pieces: Iterable[Piece]) -> str:
    """The same with plots, as images that are part of the text."""
    return "\n".join(_html(piece) for piece in pieces)


def escaped(text: str) -> str:
    """`text` as one paragraph of Markdown that shows exactly these characters."""
    shown = _SPECIAL.sub(r"\\\1", escape(" ".join(text.split()), quote=False))
    return re.sub(r"^(\d+)\.", r"\1\\.", shown)


def _markdown(piece: Piece) -> str:
    if piece.kind == "code":
        return _fenced(piece.text)
    if piece.kind == "plot" and piece.series is not None:
        return escaped(in_words(piece.series))
    return f"**{escaped(piece.text)}**" if piece.kind == "heading" else escaped(piece.text)


def _fenced(code: str) -> str:
    """Between fences longer than any in the code."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{code}\n{fence}"


def _html(piece: Piece) -> str:
    if piece.kind == "code":
        return f"<pre><code>{escape(piece.text)}</code></pre>"
    if piece.kind == "plot" and piece.series is not None:
        words = escape(in_words(piece.series))
        image = f'<img src="{data_address(piece.series)}" alt="{words}" width="440" height="300">'
        return f"<p><strong>{escape(piece.text)}</strong> (yours dashed, expected solid)</p>\n<p>{image}</p>"
    text = escape(piece.text)
    return f"<p><strong>{text}</strong></p>" if piece.kind == "heading" else f"<p>{text}</p>"
