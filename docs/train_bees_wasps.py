"""Trains the networks that the pictures of the bees-vs-wasps handout show, and writes their numbers as tables.

    python docs/train_bees_wasps.py        some minutes on one core; writes docs/bees_wasps/*.csv

The networks are the course's own (solutions/bees_vs_wasps.py) and learn from the drawn pictures of load_bees_wasps().
Only training and validation pictures are used. assignments/bees_vs_wasps/figures.py draws what the tables say, so that
drawing takes no training.
"""

from __future__ import annotations

import csv
import dataclasses
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[1] / "student_skeleton"))

from bees_wasps_data import BeesWasps, Photos, batches, load_bees_wasps
from bees_wasps_space import UNTUNED

from solutions.bees_vs_wasps import fit

TABLES = Path(__file__).resolve().parent / "bees_wasps"
SMALL = UNTUNED | {"activation": "relu", "optimizer": "adam", "learning_rate": 0.001, "batch_size": 16, "epochs": 8}
"""8 channels, 64 hidden units, no dropout, a constant rate."""
UPDATES = 2250
"""Of each long training: 30 epochs of the 1,200 training pictures, 15 where each comes a second time, mirrored."""
REMEDIES: dict[str, tuple[dict[str, Any], bool]] = {
    "no remedy": ({}, False),
    "dropout 0.4": ({"dropout": 0.4}, False),
    "mirrored pictures too": ({}, True),
}
"""Against learning by heart: what to change in the configuration, and whether the training pictures are mirrored."""
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "Adam": {"optimizer": "adam"},
    "RMSprop": {"optimizer": "rmsprop"},
    "SGD": {"optimizer": "sgd", "momentum": 0.0},
}
RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0)
SEEDS = (0, 1, 2)


def main() -> int:
    torch.set_num_threads(1)
    data = load_bees_wasps()
    TABLES.mkdir(exist_ok=True)
    write("what_it_says", predictions(data))
    write("learning_by_heart", learning_curves(data))
    write("learning_rates", sweep(data))
    return 0


def write(name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    start, found = time.perf_counter(), list(rows)
    path = TABLES / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(found[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(found)
    print(f"docs/bees_wasps/{path.name}: {len(found)} rows, {time.perf_counter() - start:.0f} s")


def predictions(data: BeesWasps) -> Iterable[Mapping[str, Any]]:
    """What one small network says of every validation picture: its label and the probability of a wasp."""
    model, _ = fit(SMALL, data, "cpu", SEEDS[0])
    model.eval()
    with torch.no_grad():
        logits = torch.cat([model(images) for images, _ in batches(data.validation, 256)])
    for label, wasp in zip(data.validation.labels, torch.softmax(logits, dim=1)[:, 1], strict=True):
        yield {"label": int(label), "probability_of_wasp": round(float(wasp), 4)}


def learning_curves(data: BeesWasps) -> Iterable[Mapping[str, Any]]:
    """Both losses after each epoch, for each remedy and seed."""
    for remedy, (changes, is_mirrored) in REMEDIES.items():
        seen = dataclasses.replace(data, train=with_mirrored(data.train)) if is_mirrored else data
        updates = len(batches(seen.train, SMALL["batch_size"]))
        for seed in SEEDS:
            _, history = fit(SMALL | changes | {"epochs": UPDATES // updates}, seen, "cpu", seed)
            for epoch, one in enumerate(history, 1):
                losses = {
                    name: round(one[name], 4) for name in ("train_loss", "validation_loss", "validation_accuracy")
                }
                yield {"remedy": remedy, "seed": seed, "updates": epoch * updates} | losses


def with_mirrored(photos: Photos) -> Photos:
    """Every picture twice, as it is and with left and right exchanged: a mirrored wasp is a wasp."""
    return Photos(
        torch.cat([photos.images, photos.images.flip(3)]),
        torch.cat([photos.labels, photos.labels]),
        [*photos.names, *(f"{name}-mirrored" for name in photos.names)],
    )


def sweep(data: BeesWasps) -> Iterable[Mapping[str, Any]]:
    """The validation accuracy after the last epoch for each optimizer, rate and seed."""
    for optimizer, changes in OPTIMIZERS.items():
        for rate in RATES:
            for seed in SEEDS:
                _, history = fit(SMALL | changes | {"learning_rate": rate}, data, "cpu", seed)
                accuracy = round(history[-1]["validation_accuracy"], 4)
                yield {"optimizer": optimizer, "learning_rate": rate, "seed": seed, "validation_accuracy": accuracy}


if __name__ == "__main__":
    sys.exit(main())
