"""The numbers that the handouts say beside their pictures are those that the pictures show."""

from __future__ import annotations

import importlib.util
import sys
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def figures_of(assignment: str) -> ModuleType:
    """The module that draws an assignment's pictures."""
    return module_at(f"assignments/{assignment}/figures.py")


def module_at(path: str) -> ModuleType:
    for place in (ROOT, ROOT / "student_skeleton"):  # as docs/draw_figures.py does
        if str(place) not in sys.path:
            sys.path.append(str(place))
    spec = importlib.util.spec_from_file_location(f"captions_{path.replace('/', '_')}", ROOT / path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def handout(assignment: str) -> str:
    """The text of a handout on one line."""
    return " ".join((ROOT / f"assignments/{assignment}/handout.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(("beta", "steps"), [(0.5, 2), (0.9, 7), (0.98, 35)])
def test_a_velocity_turns_so_many_steps_after_the_slope_did(beta, steps):
    figures = figures_of("optimizers")
    velocities = figures._velocities(np.where(np.arange(600) < 500, 1.0, -1.0), beta)
    assert np.argmax(velocities[500:] < 0) + 1 == steps
    assert f"{steps} steps after" in handout("optimizers") or f"and {steps} with {beta}" in handout("optimizers")


@pytest.mark.parametrize(("beta", "times"), [(0.0, 1), (0.5, 3), (0.9, 19)])
def test_momentum_flies_away_beyond_the_border_that_the_handout_gives(beta, times):
    figures = figures_of("optimizers")
    border = times * 2 / 25
    assert border == pytest.approx(2 / 25 * (1 + beta) / (1 - beta))
    below, beyond = (
        np.abs(
            figures._walk("momentum", figures._slope_of_the_ravine, (10.0, 1.0), [share * border] * 2000, beta=beta)[-1]
        )
        for share in (0.98, 1.02)
    )
    assert below.max() < 1e-6 and beyond.max() > 1e6


def test_the_hybrid_has_the_quick_start_of_adam_and_the_calm_end_of_sgd(optimizer_costs):
    assert [int(np.argmax(optimizer_costs[name] < 0.1)) for name in ("adam", "sgd")] == [43, 158]
    ends = {name: costs[250:].mean() for name, costs in optimizer_costs.items()}
    assert ends["adam"] == pytest.approx(0.06, abs=0.005)
    assert ends["sgd"] == pytest.approx(0.013, abs=0.0005)
    assert ends["adam_then_sgd"] == pytest.approx(0.013, abs=0.001)


@pytest.fixture
def optimizer_costs() -> dict[str, Any]:
    figures = figures_of("optimizers")
    (axes,) = figures.adam_then_sgd().axes
    found = {}
    for line in axes.get_lines()[1:]:
        steps, costs = line.get_data()
        found[line.get_label()] = np.interp(np.arange(301), steps, costs)
    return dict(zip(("sgd", "adam", "adam_then_sgd"), found.values(), strict=True))


def test_three_walks_are_trapped_at_the_heights_that_the_handout_says():
    figures = figures_of("hyperparameters")
    ends = {}
    for name, (_, _, _, _, start, rate, steps) in figures.TOURS.items():
        slope = getattr(figures.landscapes, f"{name}_gradient")
        path = figures.minimize(slope, np.array(start, dtype=float), figures.sgd_init, figures.sgd_step, [rate] * steps)
        ends[name] = getattr(figures.landscapes, name)(path[-1])
    trapped = {"styblinski_tang": -50, "goldstein_price": 30, "rastrigin": 2}
    for name, height in trapped.items():
        assert ends[name] == pytest.approx(height, abs=0.1)
    for name in ends.keys() - trapped.keys():
        assert ends[name] == pytest.approx(figures.TOURS[name][0], abs=0.002)
    assert max(figures.TOURS, key=lambda name: figures.TOURS[name][-1]) == "rosenbrock"


def test_of_twenty_draws_so_many_hit_a_good_learning_rate():
    errors, draws = figures_of("hyperparameters").learning_rates().axes
    rates, wrong = errors.get_lines()[-1].get_data()
    good = (rates > 0.003) & (rates < 0.1001)
    assert wrong[good].max() < 13 and wrong[~good].min() > 13
    assert wrong[np.argmin(np.abs(rates - 0.01))] == pytest.approx(7, abs=0.5)
    assert wrong[-1] == pytest.approx(90, abs=0.5)
    uniform, log_uniform = (np.asarray(line.get_xdata()) for line in draws.get_lines())
    hits = [int(((drawn >= 0.003) & (drawn <= 0.1)).sum()) for drawn in (uniform, log_uniform)]
    assert (hits, int((uniform > 0.1).sum())) == ([3, 7], 16)


def test_the_search_has_not_seen_the_slightly_lower_valley():
    (above, *_) = figures_of("hyperparameters").where_to_try_next().axes
    line, curve = above.get_lines()[0].get_data()
    left, right = curve[line < 0.6].min(), curve[line > 0.6].min()
    assert line[np.argmin(curve)] == pytest.approx(0.37, abs=0.02)
    assert right - left == pytest.approx(0.01, abs=0.005)


def test_the_insects_that_the_handout_calls_wasps_are_wasps():
    figures = figures_of("bees_vs_wasps")
    _, labels = figures.draw_bees_wasps(12, seed=7, wrong_labels=0.0)
    wasps = [str(number) for number, label in enumerate(labels, 1) if label == 1]
    assert f"(The wasps are {', '.join(wasps[:-1])} and {wasps[-1]}.)" in handout("bees_vs_wasps")


def test_the_labels_that_the_handout_calls_wrong_are_wrong():
    figures = figures_of("bees_vs_wasps")
    rows = figures._table("what_it_says")
    wasp = np.array([float(row["probability_of_wasp"]) for row in rows])
    _, labels = figures.draw_bees_wasps(len(rows), seed=(0, 1))
    _, truth = figures.draw_bees_wasps(len(rows), seed=(0, 1), wrong_labels=0.0)
    worst = np.argsort(np.where(labels == 1, wasp, 1 - wasp), kind="stable")[:8]
    assert [place for place, one in enumerate(worst, 1) if labels[one] != truth[one]] == [1, 2, 4, 7]
    contradicted = (wasp > 0.5) != labels
    assert ((labels != truth).sum(), (contradicted & (labels != truth)).sum()) == (8, 7)
    counts = [int(((labels == label) & ((wasp > 0.5) == said)).sum()) for label in (0, 1) for said in (0, 1)]
    assert counts == [177, 39, 27, 157]


def test_the_table_of_long_trainings_is_what_the_reference_learns_today():
    script = module_at("docs/train_bees_wasps.py")
    (row, *_) = figures_of("bees_vs_wasps")._table("learning_by_heart")
    _, (epoch,) = script.fit(script.SMALL | {"epochs": 1}, script.load_bees_wasps(), "cpu", int(row["seed"]))
    for name in ("train_loss", "validation_loss", "validation_accuracy"):
        assert epoch[name] == pytest.approx(float(row[name]), abs=0.01)


@pytest.mark.parametrize(
    ("remedy", "lowest", "where", "end", "accuracy"),
    [("no remedy", 0.40, 1050, 0.67, 0.846), ("mirrored pictures too", 0.36, 1950, 0.39, 0.875)],
)
def test_the_losses_of_the_long_trainings_are_those_that_the_handout_says(remedy, lowest, where, end, accuracy):
    losses, accuracies = defaultdict(list), []
    for row in figures_of("bees_vs_wasps")._table("learning_by_heart"):
        if row["remedy"] == remedy:
            losses[int(row["updates"])].append(float(row["validation_loss"]))
            accuracies += [float(row["validation_accuracy"])] if row["updates"] == "2250" else []
    means = {updates: float(np.mean(found)) for updates, found in losses.items()}
    assert min(means, key=means.__getitem__) == where
    assert [round(means[where], 2), round(means[2250], 2)] == [lowest, end]
    assert np.mean(accuracies) == pytest.approx(accuracy, abs=0.0006)


def test_the_best_of_twenty_equal_configurations_seems_to_reach_almost_84_percent():
    (axes,) = figures_of("bees_vs_wasps").the_luck_of_the_best().axes
    best = {line.get_label(): dict(zip(*line.get_data(), strict=True)) for line in axes.get_lines()[:3]}
    assert best["400 validation pictures"][20] == pytest.approx(83.7, abs=0.05)
    assert [round(found[100]) for found in best.values()] == [89, 85, 82]


def test_beyond_its_best_rate_every_start_of_adam_and_rmsprop_guesses_and_sgd_wants_a_larger_one():
    accuracies = defaultdict(list)
    for row in figures_of("bees_vs_wasps")._table("learning_rates"):
        accuracies[row["optimizer"], float(row["learning_rate"])].append(float(row["validation_accuracy"]))
    assert {*accuracies["Adam", 0.01], *accuracies["RMSprop", 0.01]} == {0.54}
    means = {optimizer: {} for optimizer, _ in accuracies}
    for (optimizer, rate), found in accuracies.items():
        means[optimizer][rate] = np.mean(found)
    best = {optimizer: max(found, key=found.__getitem__) for optimizer, found in means.items()}
    assert best == {"Adam": 0.003, "RMSprop": 0.001, "SGD": 0.1}
    assert (min(accuracies["SGD", 0.1]), max(accuracies["SGD", 0.1])) == (0.7, 0.7625)
    assert (min(accuracies["SGD", 0.3]), max(accuracies["SGD", 0.3])) == (0.54, 0.7875)
    assert means["Adam"][0.003] == pytest.approx(0.82, abs=0.005)
