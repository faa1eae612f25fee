"""In which simple way numbers differ from the right ones: the hint that a glance at both would give."""

import numpy as np

CLOSE = 1e-4


def hint(got, right, count=None):
    """A clause such as "the sign is turned round", or nothing where the numbers have no simple ratio.

    Parameters
    ----------
    got, right : array or float
        Of one shape.
    count : int, optional
        Of examples: a sum in the place of a mean is that many times too large.
    """
    got, right = np.ravel(got).astype(np.float64), np.ravel(right).astype(np.float64)
    if not np.isfinite(got).all():
        return "is there a division by zero, or did numbers grow beyond all bounds?"
    ratios = [(-1.0, "the sign is turned round"), (0.5, "half of it: is a factor 2 missing?"), (2.0, "twice of it")]
    ratios += [(-0.5, "half of it and the sign turned round"), (-2.0, "twice of it and the sign turned round")]
    if count and count > 2:
        ratios += [(float(count), f"{count} times of it: a sum in the place of a mean?")]
        ratios += [(1 / count, f"it is divided by {count} once too often")]
    for ratio, text in ratios:
        if (right != 0).any() and np.abs(got - ratio * right).max() <= CLOSE * abs(ratio) * np.abs(right).max():
            return text
    return ""
