"""trials.csv as axes and lines: what was varied, in which units, and how each trial ended."""

import csv
import json
import math
from pathlib import Path

MEASURED = ("trial", "seed", "validation_loss", "validation_accuracy", "train_loss", "seconds")


def read(path):
    """The rows of the file, numbers as numbers.

    Raises
    ------
    ValueError
        if the file is not one of trials; the message says what is missing.
    OSError
        if it cannot be read.
    """
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = [{name: _value(cell) for name, cell in row.items()} for row in csv.DictReader(file)]
    if not rows:
        raise ValueError(f"{path} holds no trial yet")
    if missing := [name for name in MEASURED if name not in rows[0]]:
        raise ValueError(f"{path} is no file of trials: it has no column {', '.join(missing)}")
    return rows


def configuration(row):
    """What `fit` is given of a row."""
    return {name: value for name, value in row.items() if name not in MEASURED}


def axes(rows):
    """One record an axis, what was varied first and the validation accuracy last.

    ``{"name", "log", "choices", "ends", "values"}``: places of choices are their numbers in the list; `values` has one
    a trial, None where there is no number.
    """
    names = [name for name in configuration(rows[0]) if len({str(row[name]) for row in rows}) > 1]
    return [_axis(name, [row[name] for row in rows]) for name in names] + [_accuracy(rows)]


def _axis(name, values):
    different = sorted(
        set(values), key=lambda value: (isinstance(value, str), value if not isinstance(value, str) else 0, str(value))
    )
    if any(isinstance(value, str) for value in values) or len(different) <= 4:
        return {
            "name": name,
            "log": False,
            "choices": [str(value) for value in different],
            "ends": [-0.5, len(different) - 0.5],
            "values": [different.index(value) for value in values],
        }
    low, high = min(different), max(different)
    log = low > 0 and high / low > 30
    return {"name": name, "log": log, "choices": None, "ends": [low, high], "values": values}


def _accuracy(rows):
    values = [row["validation_accuracy"] for row in rows]
    values = [value if isinstance(value, (int, float)) and math.isfinite(value) else None for value in values]
    known = [value for value in values if value is not None] or [0, 1]
    low, high = min(known), max(known)
    room = max(0.01, 0.05 * (high - low))
    return {
        "name": "validation accuracy",
        "log": False,
        "choices": None,
        "ends": [max(0, low - room), min(1, high + room)],
        "values": values,
    }


def _value(cell):
    try:
        return json.loads(cell.replace("nan", "NaN").replace("inf", "Infinity"))
    except ValueError:
        return cell
