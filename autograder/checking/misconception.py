"""A known wrong variant of one function: what it is called, what it computes instead, and how to teach it away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Misconception:
    name: str
    function: str
    """The function it stands in for, e.g. ``optimizers.adam_step``."""
    title: str
    formula: str
    """The wrong formula, in the handout's notation."""
    hint: str
    """Teaches without giving the code."""
    handout: str
    """Anchor of the handout's section to read again."""
    variant: Callable[..., Any]


def misconception(
    *, function: str, title: str, formula: str, hint: str, handout: str
) -> Callable[[Callable[..., Any]], Misconception]:
    """Turn a wrong implementation into a `Misconception`; the function's own name becomes its name."""

    def wrap(variant: Callable[..., Any]) -> Misconception:
        return Misconception(
            name=variant.__name__,
            function=function,
            title=title,
            formula=formula,
            hint=hint,
            handout=handout,
            variant=variant,
        )

    return wrap
