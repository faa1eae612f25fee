"""The pages of a comparison: a list of pairs, and for each pair both programs side by side."""

from __future__ import annotations

from pathlib import Path

from autograder.report.pages import render
from autograder.results import write_atomically
from autograder.similarity.pairs import Comparison, Pair, Span

_AROUND = 6
"""Lines kept at either end of a stretch that the two do not share."""


def write_pages(comparison: Comparison, out: Path) -> Path:
    """Write ``index.html`` and ``pair-001.html`` … in place of those of an earlier run; returns the index."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("pair-*.html"):
        old.unlink()
    names = [f"pair-{number:03d}.html" for number in range(1, len(comparison.pairs) + 1)]
    for name, pair in zip(names, comparison.pairs, strict=True):
        write_atomically(out / name, _pair_page(comparison, pair).encode())
    index = out / "index.html"
    page = render("similarity.html.j2", comparison=comparison, rows=list(zip(names, comparison.pairs, strict=True)))
    write_atomically(index, page.encode())
    return index


def _pair_page(comparison: Comparison, pair: Pair) -> str:
    matches = [(match.module, _shortened(match.left), _shortened(match.right)) for match in pair.matches]
    return render("similarity_pair.html.j2", comparison=comparison, pair=pair, matches=matches)


def _shortened(spans: tuple[Span, ...]) -> list[Span]:
    """The spans with the middle of long stretches that are not shared left out."""
    shown = []
    for span in spans:
        lines = span.text.split("\n")
        gone = len(lines) - 2 * _AROUND
        if span.is_shared or gone < 3:
            shown.append(span)
        else:
            text = "\n".join([*lines[:_AROUND], f"    ⋮ {gone} lines", *lines[-_AROUND:]])
            shown.append(Span(text, is_shared=False))
    return shown
