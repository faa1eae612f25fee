"""Slips that are in no list of misconceptions: a character missing, a loop that goes one too far."""

from __future__ import annotations

import ast
from random import Random

from autograder.sample_class import source


def with_something_missing(text: str, rng: Random) -> str:
    """The module with a colon or a parenthesis missing at the end of a line inside a function."""
    lines = text.splitlines()
    for number in rng.sample(range(len(lines)), len(lines)):
        if lines[number].startswith(" ") and lines[number].endswith((":", ")")):
            broken = "\n".join([*lines[:number], lines[number][:-1], *lines[number + 1 :]]) + "\n"
            if not _parses(broken):
                return broken
    return text + "\ndef\n"


def one_too_far(text: str, name: str) -> str | None:
    """The module with ``range(len(x))`` made ``range(len(x) + 1)`` in this function; None if it has no such loop."""
    target = source.function(text, name)
    for loop in ast.walk(target) if target else ():
        if isinstance(loop, ast.For) and (size := _length(loop.iter)) and _reads_entry(loop):
            lines = text.splitlines()
            line, end = lines[size.lineno - 1], size.end_col_offset
            if line.isascii():  # ast counts bytes
                lines[size.lineno - 1] = f"{line[:end]} + 1{line[end:]}"
                return "\n".join(lines) + "\n"
    return None


def with_a_look_at_nothing(text: str, name: str) -> str:
    """The module with a line in this function that takes the last entry of an empty list."""
    changed = source.with_first_line(text, name, "previous = seen[-1]  # to compare with the last result")
    target = source.function(changed, name)
    return source.replaced(changed, name, source.text_of(changed, target), ["seen = []"]) if target else text


def _length(iterated: ast.expr) -> ast.expr | None:
    """`len(x)` in `range(len(x))`."""
    if isinstance(iterated, ast.Call) and ast.unparse(iterated.func) == "range" and len(iterated.args) == 1:
        size = iterated.args[0]
        if isinstance(size, ast.Call) and ast.unparse(size.func) == "len":
            return size
    return None


def _reads_entry(loop: ast.For) -> bool:
    """Whether the loop's body reads some ``x[i]``, i being what it counts with."""
    index = loop.target.id if isinstance(loop.target, ast.Name) else ""
    nodes = (node for part in loop.body for node in ast.walk(part))
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.slice, ast.Name)
        and node.slice.id == index
        for node in nodes
    )


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
