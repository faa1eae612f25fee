"""Arrays as they go to the page: bytes, because JSON has no NaN and no infinity, and is slow for many numbers."""

import numpy as np


def packed(values, dtype=np.float64):
    """``{"shape", "type", "data"}``, which `numbers` in page/kernel.js reads."""
    array = np.ascontiguousarray(values, dtype=dtype)
    return {"shape": list(array.shape), "type": array.dtype.name, "data": array.tobytes()}


def plain(value):
    """A number for JSON: None where it is not finite."""
    return float(value) if np.isfinite(value) else None
