"""What drawn bees and wasps teach beside real photos: the same classifiers with the same settings on both, as a table.

    .venv/bin/python benchmarks/bees_wasps_calibration.py                       # drawn pictures only
    .venv/bin/python benchmarks/bees_wasps_calibration.py --photos FOLDER       # and real ones beside them

Each network is trained from `--seeds` different starts; its cell is the mean test accuracy, and the lowest and
highest. Nothing is chosen by it, so the test split may be looked at. The networks are the course's own
(`solutions/bees_vs_wasps.py`).
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "solutions"), str(ROOT / "student_skeleton")]

from bees_vs_wasps import evaluate, fit  # noqa: E402  # on the path set above
from bees_wasps_data import BeesWasps, Photos, batches, load_bees_wasps  # noqa: E402  # on the path set above

SMALL = {
    "image_size": 32,
    "channels": 16,
    "hidden": 128,
    "activation": "relu",
    "dropout": 0.0,
    "optimizer": "adam",
    "learning_rate": 1e-3,
    "momentum": 0.9,
    "weight_decay": 0.0,
    "label_smoothing": 0.0,
    "batch_size": 16,
    "epochs": 8,
    "schedule": "constant",
}
"""A small network, eight epochs: everything below changes a few of these."""

SETTINGS: dict[str, dict[str, Any]] = {
    "Adam, α = 0.01": {"learning_rate": 1e-2},
    "Adam, α = 0.001": {},
    "Adam, α = 0.0003": {"learning_rate": 3e-4},
    "Adam, α = 0.0001": {"learning_rate": 1e-4},
    "RMSprop, α = 0.001": {"optimizer": "rmsprop"},
    "SGD with momentum 0.9, α = 0.01": {"optimizer": "sgd", "learning_rate": 1e-2},
    "tuned: Adam, dropout, label smoothing, cosine, 25 epochs": {
        "hidden": 64,
        "dropout": 0.4,
        "weight_decay": 1e-4,
        "label_smoothing": 0.1,
        "learning_rate": 1.5e-3,
        "batch_size": 32,
        "schedule": "cosine",
        "epochs": 25,
    },
}


def share_of_the_larger_class(data: BeesWasps) -> float:
    """Accuracy on the test of always saying what is more frequent in training."""
    return float((data.test.labels == data.train.labels.mode().values).float().mean())


def logistic_regression(features: Callable[[Photos], np.ndarray], data: BeesWasps, strength: float) -> float:
    """Test accuracy of a logistic regression on some features, `strength` the inverse of its penalty."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=500))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ConvergenceWarning: 500 steps are what this row means
        model.fit(features(data.train), data.train.labels.numpy())
    return float(model.score(features(data.test), data.test.labels.numpy()))


def mean_colour(photos: Photos) -> np.ndarray:
    """Shape (n, 3)."""
    return photos.images.mean(dim=(2, 3)).numpy()


def pixels(photos: Photos) -> np.ndarray:
    return photos.images.flatten(1).numpy()


def network_accuracies(changes: dict[str, Any], data: BeesWasps, seeds: int) -> list[float]:
    """Test accuracy of one setting from several starts."""
    found = []
    for seed in range(seeds):
        model, _ = fit({**SMALL, **changes}, data, torch.device("cpu"), seed)
        found.append(evaluate(model, batches(data.test, 256), torch.nn.CrossEntropyLoss(), "cpu")[1])
    return found


def column(data: BeesWasps, seeds: int, chosen: list[str]) -> dict[str, str]:
    """One column of the table: row → cell."""
    cells = {
        "pictures in training, validation, test": ", ".join(
            f"{len(split):,}" for split in (data.train, data.validation, data.test)
        ),
        "always the larger class": f"{share_of_the_larger_class(data):.2f}",
        "logistic regression, mean red, green, blue": f"{logistic_regression(mean_colour, data, 1.0):.2f}",
        "logistic regression, all pixels": f"{logistic_regression(pixels, data, 1e-4):.2f}",
    }
    for name in chosen:
        started = time.perf_counter()
        found = network_accuracies(SETTINGS[name], data, seeds)
        cells[f"network, {name}"] = f"{np.mean(found):.2f} ({min(found):.2f} to {max(found):.2f})"
        print(f"  {name}: {found} in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return cells


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder of real photos, see load_bees_wasps")
    parser.add_argument("--seeds", type=int, default=3, help="starts of each network (default: 3)")
    parser.add_argument("--count", type=int, default=2000, help="pictures to draw (default: 2000)")
    parser.add_argument("--only", default="", help="only settings whose name holds this text")
    parser.add_argument("--without-drawn", action="store_true", help="real photos only")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    chosen = [name for name in SETTINGS if arguments.only in name]
    columns: dict[str, dict[str, str]] = {}
    if not arguments.without_drawn:
        columns["drawn"] = column(load_bees_wasps(count=arguments.count), arguments.seeds, chosen)
    if arguments.photos:
        columns["photos"] = column(load_bees_wasps(arguments.photos), arguments.seeds, chosen)
    print(f"| test accuracy at 32 × 32 pixels | {' | '.join(columns)} |")
    print(f"|---|{'---|' * len(columns)}")
    for row in next(iter(columns.values())):
        print(f"| {row} | {' | '.join(cells[row] for cells in columns.values())} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
