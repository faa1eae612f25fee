"""What is characteristic of a module: its k-grams, after names, comments and layout are taken away (by copydetect)."""

from __future__ import annotations

import importlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LENGTH = 25
"""Length of a k-gram in characters of filtered code, in which every variable is a single letter: a line or so."""

LARGEST = 200_000
"""Bytes of a module that are still compared; the longest reference module of the course is a tenth of it."""


class NotInstalled(Exception):
    """copydetect is not there; the message says how to get it."""


def detector() -> Any:
    """The module `copydetect`.

    Raises
    ------
    NotInstalled
        if it cannot be imported.
    """
    try:
        return importlib.import_module("copydetect")
    except ImportError as error:
        raise NotInstalled(f"this needs copydetect ({error}): python -m pip install copydetect") from error


def take(module: str, content: bytes) -> Any:
    """copydetect's fingerprint of a module: `raw_code`, `hashes`, `hash_idx`.

    Every k-gram is kept (no winnowing), because which ones winnowing keeps depends on Python's hash seed, and two runs
    should say the same.
    """
    # In the form that the tokenizer would make of it, or its positions would not be those of the text.
    lines = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    code = lines.strip("\n") + "\n"
    return detector().CodeFingerprint(f"{module}.py", LENGTH, 1, fp=io.StringIO(code))


def leave_out(prints: Iterable[Any], known: set[int]) -> None:
    """Forget the k-grams that tell nothing, in place."""
    coverage = importlib.import_module("copydetect.utils").get_token_coverage
    for one in prints:
        one.hashes = one.hashes - known
        one.hash_idx = {key: places for key, places in one.hash_idx.items() if key in one.hashes}
        one.token_coverage = coverage(one.hash_idx, one.k, len(one.filtered_code))


def widespread(hand_ins: Sequence[Mapping[str, Any]], share: float, least: int = 4) -> set[int]:
    """The k-grams that more than this share of all hand-ins have: what the task suggests to everybody."""
    holders: Counter[int] = Counter()
    for modules in hand_ins:
        holders.update(set().union(*(one.hashes for one in modules.values())))
    limit = max(least, share * len(hand_ins))
    return {key for key, count in holders.items() if count > limit}
