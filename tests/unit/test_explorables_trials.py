"""The trials explorer reads what tuning wrote and trains a configuration again with the student's fit."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from autograder.checking.run import load_module

sys.path.append(str(Path(__file__).parents[2] / "student_skeleton"))

from explorables import TrialsExplorer, trial_again
from explorables.picture import array

ROOT = Path(__file__).parents[2]
solution = load_module("bees_vs_wasps_in_the_explorer", ROOT / "solutions/bees_vs_wasps.py")
TRIALS = ROOT / "assignments/bees_vs_wasps/handed_in/trials.csv"
SMALL = """\
trial,seed,validation_loss,validation_accuracy,train_loss,seconds,image_size,channels,hidden,activation,dropout,\
optimizer,learning_rate,momentum,weight_decay,label_smoothing,batch_size,epochs,schedule
0,3,0.7,0.5,0.7,0.1,8,2,4,relu,0.0,adam,0.003,0.0,0.0,0.0,32,2,constant
1,4,nan,0.4,nan,0.1,8,2,4,tanh,0.0,sgd,0.3,0.9,0.0,0.0,32,2,cosine
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two trials of a network that trains in a moment, on few pictures."""
    import bees_wasps_data

    monkeypatch.setattr(
        trial_again, "_data", lambda photos, size: bees_wasps_data.load_bees_wasps(None, size, count=120)
    )
    (tmp_path / "trials.csv").write_text(SMALL)
    return tmp_path / "trials.csv"


def test_every_setting_that_was_varied_has_an_axis_and_accuracy_is_the_last() -> None:
    made = TrialsExplorer(TRIALS, solution)
    axes = {axis["name"]: axis for axis in made.table["axes"]}

    assert list(axes)[-1] == "validation accuracy" and "image_size" not in axes
    assert axes["learning_rate"]["choices"] is None and axes["optimizer"]["choices"] == ["adam", "rmsprop"]
    assert len(axes["dropout"]["values"]) == len(made.table["trials"])
    best = max(made.table["trials"], key=lambda trial: trial["validation_accuracy"])
    assert made.table["trials"][made.answer["chosen"]] == best


def test_training_again_is_the_students_fit_with_the_trials_seed(small: Path) -> None:
    made = TrialsExplorer(small, solution)
    made.settings = {"chosen": 0, "train": 0}
    trained = made.answer["trained"]

    data = trial_again._data(None, 8)
    config = {name: made.table["trials"][0][name] for name in list(made.table["trials"][0])[6:]}
    model, history = solution.fit(config, data, torch.device("cpu"), 3)
    _, accuracy = solution.evaluate(
        model, [(data.validation.images, data.validation.labels)], torch.nn.CrossEntropyLoss(), "cpu"
    )

    assert trained["validation_accuracy"] == [epoch["validation_accuracy"] for epoch in history]
    assert trained["train_loss"] == [epoch["train_loss"] for epoch in history]
    assert trained["wrong"] == round((1 - accuracy) * trained["photos"])
    pictures = array(trained["pictures"])
    assert pictures.shape == (min(24, trained["wrong"]), 8, 8, 3) and pictures.max() > 100


def test_a_trained_trial_is_not_trained_twice(small: Path) -> None:
    calls = []

    def fit(*arguments: Any) -> Any:
        calls.append(arguments)
        return solution.fit(*arguments)

    made = TrialsExplorer(small, SimpleNamespace(fit=fit))
    for chosen in (0, 1, 0):
        made.settings = {"chosen": chosen, "train": chosen}
        assert made.answer["trained"]

    assert len(calls) == 2


def test_trials_that_ended_in_no_number_are_shown_and_are_never_the_best(small: Path) -> None:
    made = TrialsExplorer(small, solution)

    assert made.table["trials"][1]["validation_loss"] is None and made.answer["chosen"] == 0


HISTORY = {"train_loss": 0.7, "validation_loss": 0.7, "validation_accuracy": 0.5}


@pytest.mark.parametrize(
    ("fit", "said"),
    [
        (None, "fit is not written yet"),
        (lambda *_: None, "fit returned None: is its `return` missing?"),
        (lambda *_: torch.nn.Linear(1, 1), "fit returned a Linear, not (model, history)"),
        (lambda *_: ([HISTORY], torch.nn.Linear(1, 1)), "fit returned (list, Linear); a model and a list"),
        (lambda *_: (torch.nn.Flatten(), [HISTORY]), "the model of fit gives scores of shape "),
        (lambda *_: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda *_: (torch.nn.Linear(1, 1), [{}]), "fit's history should hold train_loss"),
    ],
)
def test_what_is_wrong_with_fit_is_told(small: Path, fit: Any, said: str) -> None:
    skeleton = load_module("bees_vs_wasps_not_written", ROOT / "student_skeleton/bees_vs_wasps.py")
    made = TrialsExplorer(small, SimpleNamespace(fit=fit or skeleton.fit))
    made.settings = {"chosen": 0, "train": 0}

    assert made.answer["trouble"]["text"].startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "There is no"),
        ("a,b\n1,2\n", "is no file of trials: it has no column trial"),
        ("trial,seed\n", "holds no trial yet"),
    ],
)
def test_a_file_that_is_missing_or_another_says_so(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "trials.csv").write_text(text)
    made = TrialsExplorer(tmp_path / "trials.csv", solution)

    assert said in made.answer["trouble"]["text"]
    assert made._repr_mimebundle_()[0]["image/png"]
