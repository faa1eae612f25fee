"""Points changed by hand: a file beside the results, so that every change keeps its reason and outlives a regrade.

``adjustments.toml`` or ``adjustments.csv`` lies in the folder given to ``grade --out``, beside ``results/``. In TOML:

    [[adjustment]]
    submission = "07-soren"                # the id of the hand-in
    check = "test_adam_follows_the_paper"  # this check earns …
    points = 2.5                           # … this, whatever grading says
    reason = "right up to a sign in a comment; shown in office hours"

    [[adjustment]]
    submission = "07-soren"
    add = 3                                # added to what is left after the late deduction; may be negative
    reason = "written question 2"

    [[adjustment]]
    submission = "11-ines"
    extension_days = 2                     # due this much later
    reason = "ill, certificate seen"

The CSV has the same names as columns, an empty cell for what an entry does not say. Optional in both: `by`, `at`, and
`content_hash`, which binds an entry to one version of a hand-in. Result files are never changed by any of this.
"""

from __future__ import annotations

import csv
import io
import math
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from autograder.results import SubmissionResult

FILES = ("adjustments.toml", "adjustments.csv")
"""Read in this order, both if both are there."""


_MOST_DAYS = 3650
_MOST_POINTS = 1_000_000
"""More of either is a slip of the keyboard."""


class AdjustmentError(Exception):
    """A file of adjustments that cannot be used; the message says which entry and why."""


class Adjustment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One change, of exactly one of three kinds: `check` with `points`, or `add`, or `extension_days`."""

    submission: str
    """The id of the hand-in, which is its result's file name."""
    reason: str
    check: str = ""
    """The id of the check whose points are changed."""
    points: float | None = None
    """What that check earns, from 0 to its points. It also settles a check that met a fault of the grader."""
    add: float | None = None
    """Added to what is left after the late deduction: written work, a bonus, a penalty. The sum never falls below 0."""
    extension_days: float | None = None
    """How many days later this student's work is due. Several add up."""
    by: str = ""
    at: str = ""
    content_hash: str = ""
    """The hand-in it was decided for. Empty: for any version. A hand-in that has changed since must be looked at."""


class Adjusted(msgspec.Struct, frozen=True):
    """What one result comes to with its adjustments, before lateness."""

    earned: float
    """The sum of what the checks earn, hand-changed points in the place of graded ones."""
    added: float
    extension_days: float
    applied: tuple[Adjustment, ...]
    unsettled: tuple[str, ...]
    """Checks that met a fault of the grader and were not given points by hand."""


def read_adjustments(folder: Path) -> list[Adjustment]:
    """Every adjustment beside the results in `folder`; none where there is no such file.

    Raises
    ------
    AdjustmentError
        if a file is not what this module describes.
    """
    found: list[Adjustment] = []
    for name in FILES:
        path = folder / name
        if path.is_file():
            found += read_file(path)
    return found


def read_file(path: Path) -> list[Adjustment]:
    """The adjustments in one file, TOML or CSV by its ending. Raises `AdjustmentError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        entries = _from_csv(text) if path.suffix.lower() == ".csv" else _from_toml(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, csv.Error) as error:
        raise AdjustmentError(f"{path}: {error}") from error
    return [_checked(entry, f"{path}, entry {number}") for number, entry in enumerate(entries, start=1)]


def written_toml(adjustments: Iterable[Adjustment]) -> str:
    """`adjustments` as the text of an ``adjustments.toml``."""
    blocks = []
    for one in adjustments:
        fields = msgspec.to_builtins(one)
        lines = (f"{name} = {_toml(value)}" for name, value in fields.items() if value is not None)
        blocks.append("\n".join(["[[adjustment]]", *lines]) + "\n")
    return "\n".join(blocks)


def adjusted(result: SubmissionResult, adjustments: Iterable[Adjustment]) -> Adjusted:
    """Apply those of `adjustments` that are about `result`; of several for one check, the last one holds.

    Raises
    ------
    AdjustmentError
        if one names a check there is not, gives more points than the check has, or was decided for another version
        of the hand-in.
    """
    about = [one for one in adjustments if one.submission == result.submission.id]
    checks = {check.id: check for check in result.checks}
    changed: dict[str, Adjustment] = {}
    for one in about:
        where = f"the adjustment of {one.submission} ({one.reason})"
        if one.content_hash and one.content_hash != result.submission.content_hash:
            raise AdjustmentError(f"{where} was decided for another version of the hand-in: look at it again")
        if not one.check:
            continue
        if one.check not in checks:
            raise AdjustmentError(f"{where} is about {one.check}, and there is no such check")
        if not 0 <= _number(one.points) <= checks[one.check].points:
            raise AdjustmentError(f"{where} must give from 0 to {checks[one.check].points:g} points; `add` gives more")
        changed[one.check] = one
    earned = (_number(changed[check.id].points) if check.id in changed else check.earned for check in result.checks)
    return Adjusted(
        earned=round(math.fsum(earned), 6),
        added=round(math.fsum(_number(one.add) for one in about), 6),
        extension_days=math.fsum(_number(one.extension_days) for one in about),
        applied=tuple(one for one in about if not one.check or changed[one.check] is one),
        unsettled=tuple(
            check.id for check in result.checks if check.outcome == "grader_error" and check.id not in changed
        ),
    )


def _from_toml(text: str) -> Sequence[Any]:
    document = tomllib.loads(text)
    entries = document.pop("adjustment", [])
    if document or not isinstance(entries, list):
        raise tomllib.TOMLDecodeError(f"expected [[adjustment]] only, found {', '.join(document) or 'a table'}")
    return entries


def _from_csv(text: str) -> Sequence[Any]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    said = ({name: value.strip() for name, value in row.items() if isinstance(value, str)} for row in rows)
    return [filled for row in said if (filled := {name: value for name, value in row.items() if value})]


def _checked(entry: Any, where: str) -> Adjustment:
    try:
        one = msgspec.convert(entry, Adjustment, strict=False)
    except msgspec.ValidationError as error:
        raise AdjustmentError(f"{where}: {error}") from error
    kinds = sum((bool(one.check), one.add is not None, one.extension_days is not None))
    if kinds != 1 or bool(one.check) != (one.points is not None):
        raise AdjustmentError(f"{where}: give one of `check` with `points`, `add`, and `extension_days`")
    if not one.reason.strip():
        raise AdjustmentError(f"{where}: `reason` is empty, and nobody will know why later")
    if not all(math.isfinite(_number(value)) for value in (one.points, one.add, one.extension_days)):
        raise AdjustmentError(f"{where}: a number is not finite")
    if not 0 <= _number(one.extension_days) <= _MOST_DAYS:
        raise AdjustmentError(f"{where}: extension_days must be from 0 to {_MOST_DAYS}")
    if abs(_number(one.add)) > _MOST_POINTS:
        raise AdjustmentError(f"{where}: add must be at most {_MOST_POINTS}")
    return one


def _number(value: float | None) -> float:
    return 0.0 if value is None else value


def _toml(value: str | float) -> str:
    """JSON's strings are TOML's basic strings, but for one character that TOML wants escaped."""
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007F")
