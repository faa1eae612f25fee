"""The reference classifier: what its building blocks promise, on the processor and, where there is one, on a GPU."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from autograder.checking.modules import load_module

ROOT = Path(__file__).parents[2]
if str(ROOT / "student_skeleton") not in sys.path:
    sys.path.append(str(ROOT / "student_skeleton"))

reference = load_module("reference_bees_vs_wasps", ROOT / "solutions/bees_vs_wasps.py")
bench = load_module("bees_wasps_bench_under_test", ROOT / "student_skeleton/bees_wasps_bench.py")
space = load_module("bees_wasps_space_under_test", ROOT / "student_skeleton/bees_wasps_space.py")
proposals = load_module("bees_wasps_proposals_under_test", ROOT / "student_skeleton/bees_wasps_proposals.py")

CONFIG = space.UNTUNED | {"image_size": 8, "channels": 2, "hidden": 6, "epochs": 3, "batch_size": 7}


def photos(count, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    images = 0.4 * rng.random((count, 3, 8, 8)) + 0.5 * labels[:, None, None, None]
    return images.astype(np.float32), labels.astype(np.int64)


def values(seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) / np.sqrt(shape[-1]) for shape in [(4, 12), (4,), (2, 4), (2,)]]


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh"])
def test_the_network_gives_two_logits_for_each_image(activation):
    model = reference.build_model(CONFIG | {"activation": activation, "image_size": 16})

    logits = model(torch.zeros(5, 3, 16, 16))

    assert logits.shape == (5, 2)
    assert not torch.allclose(logits.softmax(1), logits)


@pytest.mark.parametrize(
    ("function", "changed"),
    [
        (lambda config: reference.build_model(config), {"activation": "rellu"}),
        (lambda config: reference.build_optimizer(config, [nn.Parameter(torch.zeros(1))]), {"optimizer": "adamm"}),
        (lambda config: bench.fitted(reference.fit, config, photos(8), photos(4), 0), {"schedule": "linear"}),
    ],
    ids=["activation", "optimizer", "schedule"],
)
def test_an_unknown_name_is_refused_with_the_known_ones(function, changed):
    (name,) = changed.values()

    with pytest.raises(ValueError, match=f"{name}.*take one of"):
        function(CONFIG | changed)


def test_a_training_can_be_repeated_and_leaves_the_global_generator_alone():
    first = bench.fitted(reference.fit, CONFIG | {"dropout": 0.4}, photos(20), photos(9), 3, noise=1)
    again = bench.fitted(reference.fit, CONFIG | {"dropout": 0.4}, photos(20), photos(9), 3, noise=2)
    other = bench.fitted(reference.fit, CONFIG | {"dropout": 0.4}, photos(20), photos(9), 4, noise=1)

    assert all(np.array_equal(a, b) for a, b in zip(first["parameters"], again["parameters"], strict=True))
    assert not np.allclose(first["parameters"][0], other["parameters"][0])
    assert np.array_equal(*first["random_state"])


@pytest.mark.parametrize(
    ("schedule", "factors"),
    [
        ("constant", [1, 1, 1, 1]),
        ("cosine", [1, (1 + math.sqrt(0.5)) / 2, 0.5, (1 - math.sqrt(0.5)) / 2]),
        ("exponential", [1, 0.05**0.25, 0.05**0.5, 0.05**0.75]),
    ],
)
def test_the_schedules_are_those_of_the_handout(schedule, factors):
    config = CONFIG | {"schedule": schedule, "epochs": 4, "learning_rate": 0.02, "batch_size": 20}

    rates = bench.fitted(reference.fit, config, photos(20), photos(6), 0)["rates"]

    assert rates == pytest.approx([0.02 * factor for factor in factors])


def test_tuning_looks_at_no_test_photos_and_at_a_diverged_trial_last():
    fixed = {name: {"kind": "choice", "values": [value]} for name, value in CONFIG.items()}
    rates = {
        "learning_rate": {"kind": "choice", "values": [0.1, 1e30]},
        "activation": {"kind": "choice", "values": ["relu"]},
    }

    got = bench.tuned(reference.tune, photos(20), photos(9), fixed | rates, 5, 1)

    losses = [trial["validation_loss"] for trial in got["trials"]]
    assert any(math.isnan(loss) for loss in losses) and not all(math.isnan(loss) for loss in losses)
    assert len({trial["seed"] for trial in got["trials"]}) == 5
    assert got["best"]["learning_rate"] == 0.1


def test_a_batch_that_is_not_moved_is_refused_by_the_pretended_device():
    def unmoved(model, loader, loss_fn, optimizer, device):
        for images, labels in loader:
            loss_fn(model(images), labels).backward()

    def images_only(model, loader, loss_fn, optimizer, device):
        for images, labels in loader:
            loss_fn(model(images.to(device)), labels).backward()

    def to_the_processor(model, loader, loss_fn, optimizer, device):
        for images, labels in loader:
            loss_fn(model(images.to("cpu")), labels.cpu()).backward()

    images, labels = np.random.default_rng(0).normal(size=(6, 3, 2, 2)), np.arange(6) % 2
    arguments = (values(), images, labels, 4, "SGD", {"lr": 0.1})
    for wrong in (unmoved, images_only, to_the_processor):
        with pytest.raises(RuntimeError, match="same device"):
            bench.trained(wrong, *arguments, elsewhere=True)
    here = bench.trained(reference.train_one_epoch, *arguments)
    there = bench.trained(reference.train_one_epoch, *arguments, elsewhere=True)
    assert here["losses"] == there["losses"]


@pytest.mark.parametrize(
    "move",
    [
        lambda tensor, device: tensor.to(device),
        lambda tensor, device: tensor.to(device=device, non_blocking=True),
        lambda tensor, device: tensor.to(str(device), tensor.dtype),
        lambda tensor, device: torch.as_tensor(tensor, device=device),
    ],
    ids=["positional", "keyword", "text", "as_tensor"],
)
def test_every_way_of_moving_a_batch_is_taken_by_the_pretended_device(move):
    def answers(model, loader, loss_fn, device):
        for images, labels in loader:
            moved, truth = move(images, device), move(labels, device)
            logits = model(moved)
            right = (torch.max(logits, 1)[1] == truth).float().mean()
            loss = loss_fn(logits, truth)
        return loss.item(), right.cpu().numpy().item()

    images, labels = np.random.default_rng(0).normal(size=(6, 3, 2, 2)), np.arange(6) % 2

    got = bench.evaluated(answers, values(), images, labels, 6, elsewhere=True)["result"]

    assert got == pytest.approx(bench.evaluated(reference.evaluate, values(), images, labels, 6)["result"])


def test_the_proposals_find_a_peak_better_than_chance():
    def accuracy(configuration):
        rate = math.log10(configuration["learning_rate"])
        return (
            math.exp(-((rate + 2.6) ** 2))
            - 0.3 * configuration["dropout"]
            + 0.1 * (configuration["optimizer"] == "adam")
        )

    def best_after(trials, seed, proposed):
        tried, heights = [], []
        for number in range(trials):
            rng = np.random.default_rng((seed, number))
            one = proposals.propose(space.SPACE, tried, heights, rng) if proposed else space.draw(space.SPACE, rng)
            tried.append(one)
            heights.append(accuracy(one))
        return max(heights)

    by_process = [best_after(18, seed, True) for seed in range(6)]
    by_chance = [best_after(18, seed, False) for seed in range(6)]

    assert np.mean(by_process) > np.mean(by_chance)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no CUDA device here: the GPU path is not tried")
def test_the_same_training_learns_on_a_gpu():
    config = CONFIG | {"image_size": 32, "channels": 8, "hidden": 32, "optimizer": "adam", "learning_rate": 3e-3}
    rng = np.random.default_rng(0)
    labels = np.arange(96) % 2
    images = (0.4 * rng.random((96, 3, 32, 32)) + 0.5 * labels[:, None, None, None]).astype(np.float32)
    data = bench.Data((images, labels.astype(np.int64)), (images[:32], labels[:32].astype(np.int64)))

    model, history = reference.fit(config | {"epochs": 8}, data, torch.device("cuda"), 0)

    assert next(model.parameters()).device.type == "cuda"
    assert history[-1]["train_loss"] < history[0]["train_loss"]
    assert history[-1]["validation_accuracy"] > 0.9
