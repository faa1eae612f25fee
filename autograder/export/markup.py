"""The pieces of a report in Markdown or HTML, with everything in them shown as text, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from autograder.report.pieces import Piece
from autograder.report.plot_image import data_address, in_words
from autograder.report.prose import spans

_SPECIAL = re.compile(r"([\\`*_{}\[\]|~$])")
"""What dialects of Markdown give a meaning anywhere in a line."""
_AT_THE_START = re.compile(r"^([-+=#]|\d+(?=[.)]))")


def markdown(pieces: Iterable[Piece]) -> str:
    """Paragraphs with an empty line between; a plot, which Markdown here cannot hold, in words."""
    return "\n\n".join(_markdown(piece) for piece in pieces)


def html(pieces: Iterable[Piece]) -> str:
    """The same with plots, as images that are part of the text."""
    return "\n".join(_html(piece) for piece in pieces)


def escaped(text: str) -> str:
    """`text` as one paragraph of Markdown that shows exactly these characters, what is between backquotes as code."""
    parts = [_code(span.text) if span.is_code else _plain(span.text) for span in spans(" ".join(text.split()))]
    return _AT_THE_START.sub(lambda found: _numbered(found[1]), "".join(parts))


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", escape(text, quote=False))


def _code(text: str) -> str:
    """Between backquotes more than any in it."""
    quotes = "`" * (_longest_run(text) + 1)
    return f"{quotes} {text} {quotes}" if "`" in text else f"{quotes}{text}{quotes}"


def _numbered(start: str) -> str:
    """A mark that would begin a list or heading, made plain."""
    return f"{start}\\" if start.isdigit() else f"\\{start}"


def _markdown(piece: Piece) -> str:
    if piece.kind == "code":
        return _fenced(piece.text)
    if piece.kind == "plot" and piece.series is not None:
        return escaped(in_words(piece.series))
    return f"**{escaped(piece.text)}**" if piece.kind == "heading" else escaped(piece.text)


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def _fenced(code: str) -> str:
    """Between fences longer than any in the code."""
    fence = "`" * max(3, _longest_run(code) + 1)
    return f"{fence}\n{code}\n{fence}"


def _html(piece: Piece) -> str:
    if piece.kind == "code":
        return f"<pre><code>{escape(piece.text)}</code></pre>"
    if piece.kind == "plot" and piece.series is not None:
        words = escape(in_words(piece.series))
        image = f'<img src="{data_address(piece.series)}" alt="{words}" width="440" height="300">'
        return f"<p><strong>{escape(piece.text)}</strong> (yours dashed, expected solid)</p>\n<p>{image}</p>"
    text = "".join(
        f"<code>{escape(span.text)}</code>" if span.is_code else escape(span.text) for span in spans(piece.text)
    )
    return f"<p><strong>{text}</strong></p>" if piece.kind == "heading" else f"<p>{text}</p>"
