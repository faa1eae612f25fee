"""Text from anywhere, made safe to look at: what cannot be seen is written out, what is endless is cut.

Escaping for HTML is another matter and happens in the templates, after this.
"""

from __future__ import annotations

import re

# Everything in Unicode that steers a terminal or a text layout, or cannot be encoded at all: controls, format
# characters (bidi overrides, zero-width marks, tags), line and paragraph separators, surrogates. The two joiners
# U+200C and U+200D stay: names in Persian and many Indic scripts, and most emoji, are spelt with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)


def visible(text: str) -> str:
    """`text` with every unseen character written out: ESC as ``␛``, a right-to-left override as ``⟨U+202E⟩``.

    Tabs and line feeds stay, Windows line ends become line feeds. The result can always be encoded as UTF-8.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(_name, text.replace("\r\n", "\n"))


def _name(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


def one_line(text: str, limit: int = 200) -> str:
    """`text` as one visible line of at most `limit` characters."""
    line = " ".join(visible(text[: 4 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def shortened(text: str, limit: int) -> str:
    """The beginning of `text`, and how much of it is not shown."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n… ({len(text) - limit:,} more characters not shown)"
