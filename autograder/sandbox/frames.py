"""Traceback lines as the student's process reports them, with every word taken from the hand-in itself.

A process that holds hidden inputs could write them into the "source line" it reports; so the source is looked up here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

from autograder.sandbox import wire
from autograder.sandbox.wire import Frame

MAX_LINE = 300
_CARET = re.compile(r" *\^")


def from_hand_in(frames: Sequence[Frame], files: Mapping[str, bytes]) -> tuple[Frame, ...]:
    """The frames that name a line of the hand-in, with file, function and source as they stand there."""
    found = []
    for frame in frames:
        if frame.file not in files:
            continue
        lines, words = _read(files[frame.file])
        if not 1 <= frame.line <= len(lines):
            continue
        source = lines[frame.line - 1].rstrip()[:MAX_LINE]
        _, _, caret = frame.source.partition("\n")  # under a syntax error
        shown = f"{source}\n{caret}" if len(caret) <= MAX_LINE and _CARET.fullmatch(caret) else source.strip()
        name = frame.function[: wire.MAX_NAME]
        function = name if name in words else ""
        found.append(Frame(frame.file, frame.line, function, shown))
    return tuple(found)


@functools.lru_cache(maxsize=32)  # many a check makes a function raise
def _read(source: bytes) -> tuple[list[str], frozenset[str]]:
    """The lines of a file, and every word in it."""
    text = source.decode("utf-8", "backslashreplace")
    return text.splitlines(), frozenset(re.findall(r"\w+", text))
