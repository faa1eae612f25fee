"""A check's docstring as paragraphs, lists and code, for the templates to lay out.

Deliberately not Markdown: docstrings here hold formulas, and ``a*b*c`` or ``beta1**t`` must stay what it is. Only
backquotes, list marks at the beginning of a line, and indentation mean anything.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Span:
    text: str
    is_code: bool = False


@dataclass(frozen=True)
class Block:
    kind: Literal["paragraph", "bullets", "numbers", "code"]
    items: tuple[tuple[Span, ...], ...]
    """One entry for a paragraph or code, one per item for a list."""


_CODE = re.compile(r"``(.+?)``|`([^`]+)`", re.DOTALL)
_ITEM = re.compile(r"(?:[-*•]|(\d{1,2})[.)])\s+(?=\S)")


def blocks(text: str) -> list[Block]:
    """Split `text` at empty lines into the blocks it is made of."""
    found = []
    for chunk in re.split(r"\n[ \t]*\n", textwrap.dedent(text).strip("\n")):
        lines = chunk.rstrip().splitlines()
        while lines and not lines[0].strip():
            lines.pop(0)
        if lines:
            found.extend(_blocks_of(lines))
    return _joined_code(found)


def _blocks_of(lines: list[str]) -> list[Block]:
    if lines[0].startswith(("    ", "\t", ">>>")):
        return [Block("code", ((Span(textwrap.dedent("\n".join(lines)), is_code=True),),))]
    start = next((index for index in range(len(lines)) if _begins_list(lines, index)), None)
    if start is None:
        return [Block("paragraph", (spans(_unwrapped(lines)),))]
    before = [Block("paragraph", (spans(_unwrapped(lines[:start])),))] if start else []
    return [*before, _list(lines[start:])]


def _begins_list(lines: list[str], index: int) -> bool:
    """Only at the top or after a colon: a formula wrapped at its minus sign is no list."""
    after_colon = index == 0 or lines[index - 1].rstrip().endswith(":")
    return after_colon and _ITEM.match(lines[index].strip()) is not None


def _list(lines: list[str]) -> Block:
    first = _ITEM.match(lines[0].strip())
    items: list[list[str]] = []
    for line in lines:
        mark = _ITEM.match(line.strip())
        if mark:
            items.append([line.strip()[mark.end() :]])
        else:
            items[-1].append(line)
    kind: Literal["bullets", "numbers"] = "numbers" if first and first.group(1) else "bullets"
    return Block(kind, tuple(spans(_unwrapped(item)) for item in items))


def _unwrapped(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)


def spans(text: str) -> tuple[Span, ...]:
    """`text` cut where backquotes begin and end code."""
    found, position = [], 0
    for match in _CODE.finditer(text):
        found.append(Span(text[position : match.start()]))
        found.append(Span(match.group(1) or match.group(2), is_code=True))
        position = match.end()
    found.append(Span(text[position:]))
    return tuple(span for span in found if span.text)


def _joined_code(found: list[Block]) -> list[Block]:
    """An empty line inside indented code does not end it."""
    joined: list[Block] = []
    for block in found:
        if block.kind == "code" and joined and joined[-1].kind == "code":
            before = joined.pop().items[0][0].text
            block = Block("code", ((Span(before + "\n\n" + block.items[0][0].text, is_code=True),),))
        joined.append(block)
    return joined
