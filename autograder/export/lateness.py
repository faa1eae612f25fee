"""What a late hand-in costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class LatePolicy:
    """When an assignment is due, and what comes after; days may be fractions."""

    due: datetime | None = None
    """With its offset. None: nothing is ever late."""
    grace_days: float = 0.0
    """Free of charge after `due`."""
    percent_per_day: float = 0.0
    """Of the points earned, for every day begun after the days of grace."""
    cut_off_days: float | None = None
    """After this many days from `due` nothing counts; None: no such limit."""


@dataclass(frozen=True)
class Lateness:
    """What became of one hand-in under a policy."""

    due: datetime | None = None
    """For this student, an extension included."""
    days: int = 0
    """Days begun after the days of grace."""
    percent: float = 0.0
    """What is taken off the points earned; 100 after the cut-off."""
    is_unknown: bool = False
    """There is a due date, but the hand-in has no time: it counts as in time."""


def parse_due(text: str) -> datetime:
    """The `due` of an assignment: ISO 8601 with its offset, ``2026-10-02T23:59:00+02:00``.

    Raises
    ------
    ValueError
        if it is no such time; without an offset, nobody could say when it is.
    """
    moment = _with_offset(text)
    if moment is None:
        raise ValueError(f"due = {text!r} is no time with its offset from UTC, such as 2026-10-02T23:59:00+02:00")
    return moment


def lateness(policy: LatePolicy, submitted_at: str | None, extension_days: float = 0.0) -> Lateness:
    """How late a hand-in of that time is, in a student's favour wherever something is not known."""
    if policy.due is None:
        return Lateness()
    due = policy.due + timedelta(days=extension_days)
    submitted = _with_offset(submitted_at or "")
    if submitted is None:
        return Lateness(due, is_unknown=True)
    days_after_due = (submitted - due) / timedelta(days=1)
    days = max(0, math.ceil(days_after_due - policy.grace_days))
    if policy.cut_off_days is not None and days_after_due > policy.cut_off_days:
        return Lateness(due, max(days, 1), 100.0)
    return Lateness(due, days, min(100.0, days * policy.percent_per_day))


def _with_offset(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
