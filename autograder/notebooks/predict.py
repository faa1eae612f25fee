"""A guess is written down before a cell runs, and held kindly beside what happens: `predict`, then `compare`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

_CLOSE = 0.15
"""Relative; numbers that are guessed before an experiment deserve room."""
_NEAR = 2.0
"""A factor."""

_guesses: dict[str, Any] = {}
"""Of this kernel. Kept here, not in the notebook's variables, so that a cell that was not run is told in a sentence."""


def predict(**guesses: Any) -> None:
    """Write down what you expect, before you look. Nobody grades it.

    Parameters
    ----------
    **guesses
        A number, a text, or several in a list, under the name of what you guess; None where you have not guessed yet.

    Examples
    --------
    >>> predict(fastest_rate=0.1, diverges=None)
    Noted: fastest_rate = 0.1.
    Type your guess in place of None and run this cell again: diverges. A wrong guess teaches more than none.
    """
    _guesses.update(guesses)
    noted = [f"{name} = {_said(guess)}" for name, guess in guesses.items() if guess is not None]
    if noted:
        print(f"Noted: {', '.join(noted)}.")
    if open_ones := [name for name, guess in guesses.items() if guess is None]:
        names = ", ".join(open_ones)
        print(
            f"Type your guess in place of None and run this cell again: {names}. A wrong guess teaches more than none."
        )


def compare(**seen: Any) -> None:
    """Hold what happened beside what you predicted under the same names.

    Parameters
    ----------
    **seen
        What happened.

    Examples
    --------
    >>> predict(fastest_rate=0.1)
    Noted: fastest_rate = 0.1.
    >>> compare(fastest_rate=0.1)
    fastest_rate: you said 0.1, and it was 0.1. As you expected.
    """
    for name, happened in seen.items():
        print(f"{name}: {_beside(_plain(_guesses.get(name)), _plain(happened))}")


def _beside(guess: Any, happened: Any) -> str:
    if _is_no_number(happened):
        return f"it was {_said(happened)}, and no guess can be held beside that. What do the checks of your code say?"
    if guess is None:
        return f"it was {_said(happened)}. You had written no guess; write one before you turn the next knob."
    both = f"you said {_said(guess)}, and it was {_said(happened)}."
    if _agree(guess, happened):
        return f"{both} As you expected."
    if _is_near(guess, happened):
        return f"{both} Not far off."
    return f"{both} Not what you expected: what did you picture that is not so?"


def _plain(value: Any) -> Any:
    """Python's own number in the place of NumPy's."""
    return value.item() if isinstance(value, np.generic) else value


def _agree(guess: Any, happened: Any) -> bool:
    if _is_number(guess) and _is_number(happened):
        return bool(abs(guess - happened) <= _CLOSE * abs(happened))
    return _as_set(guess) == _as_set(happened)


def _is_near(guess: Any, happened: Any) -> bool:
    if not (_is_number(guess) and _is_number(happened)) or guess * happened <= 0:
        return False
    return bool(1 / _NEAR <= guess / happened <= _NEAR)


def _as_set(value: Any) -> set[str]:
    """Texts without their capitals, whatever their order."""
    several = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    return {str(one).strip().lower() for one in several}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_no_number(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:.4g}"
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return ", ".join(_said(one) for one in value)
    return str(value)
