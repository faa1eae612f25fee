"""Names that strangers chose: as text, in a sentence, and as a file name of ours."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_WINDOWS_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}

# Never a student's: what operating systems, editors and Python leave behind.
_LEFT_BEHIND = {"__macosx", "__pycache__", "node_modules", "venv", "env", "thumbs.db", "desktop.ini"}


def clean(name: str) -> str:
    """The name as text that every encoder accepts: composed (NFC), bytes that are no text written out."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "backslashreplace").decode())


def shown(name: str) -> str:
    """The name in a sentence: on one line, with control and direction characters written out."""
    short = name if len(name) <= 80 else name[:77] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)


def slug(name: str) -> str:
    """A file name for the student called `name`, that depends on nothing but the name.

    A name that is one already stays as it is. Every other one gets a few digits of its hash behind what can be kept of
    it, so that "Ana", "ana" and "Aná" are three students and adding a student renames nobody.
    """
    kept = _ascii(name)
    if kept == name and kept.partition(".")[0] not in _WINDOWS_DEVICES:
        return kept
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"{kept}-{digest[:6]}" if _is_usable(kept) else f"student-{digest[:12]}"


def numbered_slug(name: str, number: str) -> str:
    """A file name for a student whom the learning system gave a number, which is all it takes to be unique."""
    kept = _ascii(name)
    return f"{kept if _is_usable(kept) else 'student'}-{number[:20]}"


def is_left_behind(name: str) -> bool:
    """Whether a file or folder of this name is nobody's work (hidden files, caches, environments)."""
    return name.startswith(".") or name.lower() in _LEFT_BEHIND


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9._-]+", "-", plain)[:60].strip("-._")


def _is_usable(kept: str) -> bool:
    return bool(kept) and kept.partition(".")[0] not in _WINDOWS_DEVICES
