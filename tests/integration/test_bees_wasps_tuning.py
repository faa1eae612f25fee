"""The tuning program that students run: killed, interrupted, taken up again, and what it leaves behind."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
safetensors = pytest.importorskip("safetensors.torch")
pytest.importorskip("matplotlib")

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "student_skeleton" / "bees_wasps_tuning.py"
TRIALS = 4
SPACE = {
    "image_size": {"kind": "choice", "values": [8]},
    "channels": {"kind": "choice", "values": [2]},
    "hidden": {"kind": "choice", "values": [8]},
    "batch_size": {"kind": "choice", "values": [64]},
    "epochs": {"kind": "choice", "values": [60]},
}


def command(folder: Path, *more: object) -> list[str]:
    space = folder.parent / "space.json"
    space.write_text(json.dumps(SPACE), encoding="utf-8")
    module = ROOT / "solutions" / "bees_vs_wasps.py"
    words = [PROGRAM, "--module", module, "--space", space, "--out", folder, "--trials", TRIALS, "--drawings", 300]
    return [sys.executable, *map(str, words), "--device", "cpu", *map(str, more)]


def tune(folder: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(folder, *more), capture_output=True, text=True, timeout=300, env=_environment())


def stopped_after_a_trial(folder: Path, by: int) -> tuple[int, str]:
    """Start a tuning and end it as soon as its first trial is written down."""
    process = subprocess.Popen(
        command(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=_environment()
    )
    deadline = time.monotonic() + 200
    while not (folder / "trials.csv").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(by)
    said, _ = process.communicate(timeout=60)
    return process.returncode, said


def rows(folder: Path) -> list[dict[str, str]]:
    """The trials, without how long they took."""
    with (folder / "trials.csv").open(newline="", encoding="utf-8") as file:
        return [{name: value for name, value in row.items() if name != "seconds"} for row in csv.DictReader(file)]


def _environment() -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "default"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tuning") / "undisturbed"
    run = tune(folder)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("trial ") >= TRIALS
    assert "left" in run.stdout
    return folder


def test_a_tuning_leaves_the_three_files_to_hand_in_and_four_plots(undisturbed: Path) -> None:
    config = json.loads((undisturbed / "best_config.json").read_text(encoding="utf-8"))
    trials = rows(undisturbed)
    weights = safetensors.load_file(undisturbed / "model.safetensors")

    assert len(trials) == TRIALS
    best = max(trials, key=lambda row: (float(row["validation_accuracy"]), -float(row["validation_loss"])))
    assert {name: str(value) for name, value in config.items()}.items() <= best.items()
    assert [tuple(value.shape) for value in weights.values() if value.ndim == 4 and value.shape[1] == 3] == [
        (2, 3, 3, 3)
    ]
    plots = {path.name for path in (undisturbed / "plots").iterdir() if path.stat().st_size > 2000}
    assert plots == {"trials.png", "learning_curves.png", "confusion_matrix.png", "most_wrong.png"}


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_a_tuning_that_was_stopped_goes_on_to_the_same_result(undisturbed: Path, tmp_path: Path, by: int) -> None:
    code, said = stopped_after_a_trial(tmp_path / "stopped", by)
    before = rows(tmp_path / "stopped")

    run = tune(tmp_path / "stopped")

    assert 1 <= len(before) < TRIALS, said
    assert code == (-signal.SIGKILL if by == signal.SIGKILL else 130)
    assert by == signal.SIGKILL or "goes on from there" in said
    assert f"Going on after {len(before)} trials" in run.stdout
    assert rows(tmp_path / "stopped") == rows(undisturbed)
    files = ("best_config.json", "model.safetensors")
    assert all((tmp_path / "stopped" / name).read_bytes() == (undisturbed / name).read_bytes() for name in files)


def test_a_folder_with_another_tuning_in_it_is_left_alone(undisturbed: Path) -> None:
    before = {path.name: path.read_bytes() for path in undisturbed.iterdir() if path.is_file()}

    run = tune(undisturbed, "--seed", 1)

    assert run.returncode == 2
    assert "other settings" in run.stdout
    assert {path.name: path.read_bytes() for path in undisturbed.iterdir() if path.is_file()} == before


def test_more_trials_are_added_by_a_bayesian_search_as_well(tmp_path: Path) -> None:
    first = tune(tmp_path / "bayesian", "--search", "bayesian", "--trials", 6)
    before = rows(tmp_path / "bayesian")

    second = tune(tmp_path / "bayesian", "--search", "bayesian", "--trials", 8)

    assert first.returncode == second.returncode == 0, second.stdout + second.stderr
    assert rows(tmp_path / "bayesian")[:6] == before
    assert len(rows(tmp_path / "bayesian")) == 8
