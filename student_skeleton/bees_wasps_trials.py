"""What a tuning leaves on disk: one line for each trial, the best configuration, the weights. Given.

`trials.csv` has the columns `trial`, `seed`, `validation_loss`, `validation_accuracy`, `train_loss` and `seconds`, and
one for each hyperparameter. It is written anew after every trial, under another name first, so that a program that is
ended at any moment leaves a whole file behind.
"""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path

MEASURED = ("trial", "seed", "validation_loss", "validation_accuracy", "train_loss", "seconds")


@dataclass(frozen=True)
class Trial:
    number: int
    seed: int
    configuration: dict
    validation_loss: float
    validation_accuracy: float
    train_loss: float
    seconds: float


def best_of(trials):
    """The trial with the highest validation accuracy; among equals the one with the lowest validation loss."""

    def rank(trial):
        loss = trial.validation_loss
        return trial.validation_accuracy, -loss if loss == loss else float("-inf")

    return max(trials, key=rank)


def write_trials(path, trials):
    names = list(trials[0].configuration)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*MEASURED, *names])
    for one in trials:
        measured = [one.number, one.seed, one.validation_loss, one.validation_accuracy, one.train_loss, one.seconds]
        writer.writerow([*measured, *(one.configuration[name] for name in names)])
    write_whole(path, text.getvalue().encode())


def read_trials(path):
    """The trials of an earlier run; none if there was none."""
    path = Path(path)
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [_trial({name: _value(cell) for name, cell in row.items()}) for row in csv.DictReader(file)]


def write_whole(path, content):
    """Write a file so that there is never half of it."""
    path = Path(path)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)


def _trial(row):
    number, *measured = (row.pop(name) for name in MEASURED)
    seed, loss, accuracy, train_loss, seconds = measured
    return Trial(number, seed, row, float(loss), float(accuracy), float(train_loss), float(seconds))


def _value(cell):
    """Numbers as numbers, all else as text."""
    try:
        return json.loads(cell.replace("nan", "NaN").replace("inf", "Infinity"))
    except ValueError:
        return cell
