"""What strangers put into notebooks, as plain data: text that every encoder takes, pictures that are pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import nbformat

_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex")


def text(value: Any) -> str:
    """A string, or the strings in a list put together; half a character is written out."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        value = "".join(part for part in value if isinstance(part, str))
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else ""


def pictures(found: Any) -> dict[str, str]:
    """Of what is shown, by its kind, the pictures: Base64, so that nothing else can stand where they are put."""
    if not isinstance(found, Mapping):
        return {}
    given = {kind: text(data) for kind, data in found.items() if kind in _PICTURES}
    return {kind: data for kind, data in given.items() if data and _BASE64.fullmatch(data)}


def outputs(found: Any) -> list[Any]:
    """The outputs of a cell as they may be kept; a kernel that was taken over can send anything."""
    return list(_outputs(found)) if isinstance(found, Sequence) else []


def _outputs(found: Sequence[Any]) -> Iterator[Any]:
    for one in found:
        kind = one.get("output_type") if isinstance(one, Mapping) else None
        if kind == "stream":
            name = "stderr" if one.get("name") == "stderr" else "stdout"
            yield nbformat.v4.new_output("stream", name=name, text=text(one.get("text")))
        elif kind == "error":
            said = {key: text(one.get(key)) for key in ("ename", "evalue")}
            lines = one.get("traceback")
            trace = [text(line) for line in lines] if isinstance(lines, Sequence) and not isinstance(lines, str) else []
            yield nbformat.v4.new_output("error", **said, traceback=trace)
        elif kind in ("display_data", "execute_result"):
            data = one.get("data")
            texts = {mime: text(data[mime]) for mime in _TEXTS if mime in data} if isinstance(data, Mapping) else {}
            if shown := texts | pictures(data):
                yield nbformat.v4.new_output("display_data", data=shown)
