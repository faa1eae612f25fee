"""A classifier of bees and wasps in torch: the network, its optimizer, one epoch, an honest evaluation, and tuning.

Everything that can be tuned stands in a *configuration*, a dict with these names:

    image_size        height and width of an image in pixels, a multiple of 8
    channels          filters of the first convolution; the second has twice, the third four times as many
    hidden            units of the layer before the last
    activation        "relu", "leaky_relu" or "tanh"
    dropout           share of the hidden units that is switched off in training, 0 ≤ p < 1
    optimizer         "sgd", "rmsprop" or "adam"
    learning_rate     α of the first epoch
    momentum          β of "sgd", torch's way: u ← βu + g; the others pay no attention to it
    weight_decay      torch's `weight_decay` of all three
    label_smoothing   how much of each label is spread over both classes in training, 0 ≤ s < 1
    batch_size        images in a batch; the last batch of an epoch may be smaller
    epochs            how often the training data are gone through
    schedule          "constant", "cosine" or "exponential": the learning rate of each epoch (see `fit`)

Nothing is read from anywhere else: two configurations that are equal describe the same training.
"""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import torch
from bees_wasps_data import batches
from bees_wasps_device import choose_device
from bees_wasps_space import draw
from torch import nn


def build_model(config: Mapping[str, Any]) -> nn.Module:
    """A network of three convolutions and two dense layers, newly initialized by torch.

        convolution(3 → c) · activation · pooling,   c = channels
        convolution(c → 2c) · activation · pooling
        convolution(2c → 4c) · activation · pooling
        dense(4c · (image_size/8)² → hidden) · activation · dropout · dense(hidden → 2)

    Convolutions are 3 × 3 with padding 1, so that they keep height and width; pooling is the maximum of 2 × 2, which
    halves both. All five layers have a bias, and `model.parameters()` lists their weights and biases in this order.

    Parameters
    ----------
    config
        Its `image_size`, `channels`, `hidden`, `activation` and `dropout` count here.

    Returns
    -------
    torch.nn.Module
        Takes images of shape (n, 3, image_size, image_size) and returns *logits* of shape (n, 2): any real numbers,
        the larger one is the answer. There is no softmax, because the loss brings its own.

    Raises
    ------
    ValueError
        for an activation that is none of the three.
    """
    # BEGIN SOLUTION
    activations = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh}
    if config["activation"] not in activations:
        raise ValueError(f"unknown activation {config['activation']!r}: take one of {', '.join(activations)}")
    activation = activations[config["activation"]]
    channels, hidden = config["channels"], config["hidden"]
    widths = (3, channels, 2 * channels, 4 * channels)
    layers: list[nn.Module] = []
    for inside, outside in itertools.pairwise(widths):
        layers += [nn.Conv2d(inside, outside, kernel_size=3, padding=1), activation(), nn.MaxPool2d(2)]
    features = widths[-1] * (config["image_size"] // 8) ** 2
    layers += [nn.Flatten(), nn.Linear(features, hidden), activation(), nn.Dropout(config["dropout"])]
    return nn.Sequential(*layers, nn.Linear(hidden, 2))
    # END SOLUTION


def build_optimizer(config: Mapping[str, Any], parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """The optimizer that a configuration names, with its hyperparameters, over `parameters`.

    Whatever the configuration does not mention (Adam's betas, RMSprop's α, every ε) is left as torch has it.

    Parameters
    ----------
    config
        Its `optimizer`, `learning_rate`, `momentum` and `weight_decay` count here. The momentum is for "sgd" only.
    parameters
        What `model.parameters()` gives.

    Raises
    ------
    ValueError
        for an optimizer that is none of the three.
    """
    # BEGIN SOLUTION
    rate, decay = config["learning_rate"], config["weight_decay"]
    if config["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=config["momentum"], weight_decay=decay)
    if config["optimizer"] == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate, weight_decay=decay)
    if config["optimizer"] == "adam":
        return torch.optim.Adam(parameters, lr=rate, weight_decay=decay)
    raise ValueError(f"unknown optimizer {config['optimizer']!r}: take one of sgd, rmsprop, adam")
    # END SOLUTION


def train_one_epoch(
    model: nn.Module,
    loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    loss_fn: Any,
    optimizer: torch.optim.Optimizer,
    device: torch.device | str,
) -> float:
    """Go through the training data once, with one update of the parameters for each batch, in the order they come.

    Parameters
    ----------
    model
        On `device` already. It is put into training mode, whatever it was in.
    loader
        Gives pairs (images, labels), which need not be on `device`. They keep their dtype.
    loss_fn
        ``loss_fn(logits, labels)`` is the mean loss of a batch, a scalar.
    optimizer
        Holds the parameters of `model`. Gradients that were left behind by somebody else are none of this epoch's.
    device
        Where to compute.

    Returns
    -------
    float
        The mean loss over all *examples* of the epoch, as each was met before its batch's update. A batch of 3 counts
        less than one of 64.
    """
    # BEGIN SOLUTION
    model.train()
    total, examples = torch.zeros((), device=device), 0
    for images, labels in loader:
        images, labels = _moved(images, device), labels.to(device, non_blocking=True)
        optimizer.zero_grad()
        with _mixed_precision(device):
            loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        total = total + loss.detach() * len(labels)  # stays on the device: asking for the number would wait for it
        examples += len(labels)
    return float(total) / examples
    # END SOLUTION


def evaluate(
    model: nn.Module,
    loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    loss_fn: Any,
    device: torch.device | str,
) -> tuple[float, float]:
    """The loss and the accuracy of a model, which it leaves as it is.

    Dropout is off, batch normalization uses (and does not update) its running statistics, and no gradients are
    recorded. Logits and labels come from the same pass over the loader.

    Parameters
    ----------
    model, loader, loss_fn, device
        As for `train_one_epoch`.

    Returns
    -------
    loss : float
        The mean over all *examples*.
    accuracy : float
        The share of examples whose larger logit is the label's, between 0 and 1.
    """
    # BEGIN SOLUTION
    model.eval()
    total, right, examples = torch.zeros((), device=device), torch.zeros((), device=device), 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = _moved(images, device), labels.to(device, non_blocking=True)
            logits = model(images)
            total = total + loss_fn(logits, labels) * len(labels)
            right = right + (logits.argmax(dim=1) == labels).sum()
            examples += len(labels)
    return float(total) / examples, float(right) / examples
    # END SOLUTION


def fit(
    config: Mapping[str, Any], data: Any, device: torch.device | str, seed: int
) -> tuple[nn.Module, list[dict[str, float]]]:
    """Train a new model with a configuration, and say how it went.

    In epoch t of E, counted from 0, every update uses the learning rate α · factor, where the factor is

        1                   "constant"
        ½ (1 + cos(πt/E))   "cosine"
        0.05^(t/E)          "exponential"

    Every epoch goes through the training images in a new random order. The loss in training is the cross-entropy with
    the configuration's `label_smoothing`. After each epoch the model is evaluated on ``data.validation`` by the plain
    cross-entropy, so that configurations can be compared.

    Parameters
    ----------
    config
        All names.
    data
        ``data.train`` and ``data.validation`` are looked at, and nothing else.
    device
        Where to compute.
    seed
        Decides about the initial weights, the order of the examples and dropout: the same seed gives the same model,
        another seed another one, whatever was computed before. torch's global random state is afterwards what it was.

    Returns
    -------
    model : torch.nn.Module
        As it is after the last epoch.
    history : list of dict
        One for each epoch: "learning_rate", "train_loss", "validation_loss", "validation_accuracy".

    Raises
    ------
    ValueError
        for a schedule that is none of the three.
    """
    # BEGIN SOLUTION
    epochs = config["epochs"]
    rates = [config["learning_rate"] * _factor(config["schedule"], epoch, epochs) for epoch in range(epochs)]
    training_loss = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    plain_loss = nn.CrossEntropyLoss()
    training = batches(data.train, config["batch_size"], shuffle=True, seed=seed)
    validation = batches(data.validation, 256)
    history = []
    with torch.random.fork_rng():  # puts the state back, also that of a GPU
        torch.manual_seed(seed)
        model = _moved(build_model(config), device)
        optimizer = build_optimizer(config, model.parameters())
        for rate in rates:
            for group in optimizer.param_groups:
                group["lr"] = rate
            train_loss = train_one_epoch(model, training, training_loss, optimizer, device)
            loss, accuracy = evaluate(model, validation, plain_loss, device)
            history.append(
                {
                    "learning_rate": rate,
                    "train_loss": train_loss,
                    "validation_loss": loss,
                    "validation_accuracy": accuracy,
                }
            )
    return model, history
    # END SOLUTION


def tune(
    data: Any, space: Mapping[str, Mapping[str, Any]], trials: int, seed: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Random search: draw configurations, train each, and choose the one that is best on the validation data.

    ``data.test`` is not looked at: whoever chooses by it has nothing left that can say how good the choice is.
    Computes on the device that ``choose_device("auto")`` finds.

    Parameters
    ----------
    data
        As for `fit`.
    space
        What may be drawn, see `bees_wasps_space`; it names everything that a configuration needs.
    trials
        How many configurations to try.
    seed
        The same seed gives the same trials.

    Returns
    -------
    best : dict
        The configuration whose model has the highest validation accuracy after its last epoch; among equals the one
        with the lowest validation loss.
    trials : list of dict
        Every trial in the order tried, also those that went badly: "configuration", "seed" (its own, with which `fit`
        gives this trial's result again), "validation_loss" and "validation_accuracy" after the last epoch.
    """
    # BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    device = choose_device("auto")
    results = []
    for _ in range(trials):
        configuration, own_seed = draw(space, rng), int(rng.integers(2**31))
        last = fit(configuration, data, device, own_seed)[1][-1]
        results.append(
            {
                "configuration": configuration,
                "seed": own_seed,
                "validation_loss": last["validation_loss"],
                "validation_accuracy": last["validation_accuracy"],
            }
        )
    return max(results, key=_how_good)["configuration"], results
    # END SOLUTION


def _factor(schedule: str, epoch: int, epochs: int) -> float:
    """What the learning rate is multiplied by in an epoch counted from 0, see `fit`."""
    # BEGIN SOLUTION
    if schedule == "constant":
        return 1.0
    if schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * epoch / epochs))
    if schedule == "exponential":
        return float(0.05 ** (epoch / epochs))
    raise ValueError(f"unknown schedule {schedule!r}: take one of constant, cosine, exponential")
    # END SOLUTION


def _how_good(trial: Mapping[str, Any]) -> tuple[float, float]:
    """Larger is better: the accuracy first, then the loss; a loss that is not a number is worse than any."""
    # BEGIN SOLUTION
    loss = trial["validation_loss"]
    return trial["validation_accuracy"], -loss if math.isfinite(loss) else -math.inf
    # END SOLUTION


def _moved(value: Any, device: torch.device | str) -> Any:
    """A model or a batch of images on `device`; on CUDA in the memory format its convolutions are fastest with."""
    if torch.device(device).type == "cuda":
        return value.to(device, memory_format=torch.channels_last, non_blocking=True)
    return value.to(device)


def _mixed_precision(device: torch.device | str) -> contextlib.AbstractContextManager[Any]:
    """Half the bits for most operations on CUDA, where that is faster and bfloat16 is there; nothing elsewhere."""
    if torch.device(device).type == "cuda" and torch.cuda.is_bf16_supported():
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return contextlib.nullcontext()
