"""Cells of a CSV file that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from autograder.report.visible_text import visible

# What a spreadsheet takes for the beginning of a formula: at the start of a cell, and, because some split a line at
# other separators than commas, after any of those as well. Full-width forms are read as their ASCII twins.
_FORMULA = re.compile(r"(^|[;,|])([\s\"']*)(?=[=+\-@＝＋－＠])")


def cell(text: str) -> str:
    """`text` as one visible line that no spreadsheet runs: an apostrophe stands before what would begin a formula."""
    line = visible(text[:500]).replace("\n", "␤").replace("\t", "␉")
    return _FORMULA.sub(r"\1\2'", line)


def number(points: Decimal) -> str:
    """Without needless digits, and never with an exponent."""
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """`rows` as CSV in UTF-8 with a byte order mark, without which Excel garbles accents.

    Numbers stand as they are; every text becomes a `cell`.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_written(one) for one in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _written(value: object) -> object:
    if isinstance(value, Decimal):
        return number(value)
    return cell(value) if isinstance(value, str) else value
