"""How close is close enough, and the sentence that says why."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.results import Tolerance

SINGLE = float(np.finfo(np.float32).eps)


def tolerance_for(scale: float, steps: int = 1) -> Tolerance:
    """The absolute difference allowed between right answers.

    Computing in single precision is a right answer, and its rounding grows like the square root of the number of
    steps, so the allowance is 32·ε₃₂·√steps of the largest expected entry: 4e-6 relative for one step. Mistakes in
    a formula are far larger on the checks' data.

    Parameters
    ----------
    scale
        The largest expected entry in size; 1 is taken where all are zero.
    steps
        How many updates the result builds on.
    """
    size = scale if scale > 0 else 1.0
    count = "" if steps == 1 else f" after {steps} steps"
    return Tolerance(
        absolute=32 * SINGLE * float(np.sqrt(steps)) * size,
        reason=f"allows any order of summation and single precision{count}, for numbers up to {size:.3g}",
    )


def scale_of(expected: Any) -> float:
    """The largest finite entry in size; 0 for text."""
    if isinstance(expected, str):
        return 0.0
    finite = np.abs(np.asarray(expected, dtype=float))
    finite = finite[np.isfinite(finite)]
    return float(finite.max()) if finite.size else 0.0
