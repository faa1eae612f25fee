"""Careful: leaves modes, flags and generators as they were, keeps its parts in small functions and named tuples."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import random
from typing import NamedTuple

import numpy as np
import torch
from bees_wasps_data import batches
from bees_wasps_device import choose_device
from bees_wasps_space import draw


@dataclasses.dataclass
class Running:
    """A weighted sum, on the device until it is asked for."""

    total: torch.Tensor | float = 0.0
    weight: int = 0

    def add(self, value: torch.Tensor, weight: int) -> None:
        self.total = self.total + value.detach() * weight
        self.weight += weight

    @property
    def mean(self) -> float:
        return float(self.total) / self.weight


class Result(NamedTuple):
    loss: float
    accuracy: float


def activation_of(name: str) -> torch.nn.Module:
    if name == "relu":
        return torch.nn.ReLU(inplace=True)
    if name == "leaky_relu":
        return torch.nn.LeakyReLU(negative_slope=0.01)
    if name == "tanh":
        return torch.nn.Tanh()
    raise ValueError(name)


class Network(torch.nn.Module):
    def __init__(self, config: dict) -> None:
        super().__init__()
        first = config["channels"]
        self.features = torch.nn.ModuleList()
        inside = 3
        for outside in (first, first * 2, first * 4):
            self.features.append(torch.nn.Conv2d(inside, outside, kernel_size=3, padding=1))
            inside = outside
        area = (config["image_size"] // 8) ** 2
        self.classifier = torch.nn.ModuleDict(
            {"hidden": torch.nn.Linear(inside * area, config["hidden"]), "answer": torch.nn.Linear(config["hidden"], 2)}
        )
        self.activation = activation_of(config["activation"])
        self.dropout = torch.nn.Dropout(config["dropout"])
        self.pool = torch.nn.MaxPool2d(kernel_size=2)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        signal = images
        for convolution in self.features:
            signal = self.pool(self.activation(convolution(signal)))
        signal = self.activation(self.classifier["hidden"](signal.reshape(signal.shape[0], -1)))
        return self.classifier["answer"](self.dropout(signal))


def build_model(config):
    return Network(dict(config))


def build_optimizer(config, parameters):
    group = {"params": list(parameters), "lr": config["learning_rate"], "weight_decay": config["weight_decay"]}
    if config["optimizer"] == "sgd":
        return torch.optim.SGD([group | {"momentum": config["momentum"]}], lr=1.0)
    if config["optimizer"] == "rmsprop":
        return torch.optim.RMSprop([group])
    if config["optimizer"] == "adam":
        return torch.optim.Adam([group])
    raise ValueError(f"optimizer {config['optimizer']!r} is unknown")


@contextlib.contextmanager
def mode(model, training):
    before = model.training
    model.train(training)
    try:
        yield
    finally:
        model.train(before)


def train_one_epoch(model, loader, loss_fn, optimizer, device):
    losses = Running()
    with mode(model, True), torch.enable_grad():
        for images, labels in loader:
            images, labels = images.to(device=device), labels.to(device=device)

            def closure(images=images, labels=labels):
                optimizer.zero_grad(set_to_none=False)
                loss = loss_fn(model(images), labels)
                loss.backward()
                return loss

            losses.add(optimizer.step(closure), len(images))
    return losses.mean


def evaluate(model, loader, loss_fn, device):
    losses, hits = Running(), Running()
    with mode(model, False), torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device=device), labels.to(device=device)
            logits = model(images)
            losses.add(loss_fn(logits, labels), len(labels))
            hits.add(torch.eq(torch.softmax(logits, dim=-1).argmax(dim=-1), labels).double().mean(), len(labels))
    return Result(losses.mean, hits.mean)


@contextlib.contextmanager
def seeded(seed):
    states = torch.get_rng_state(), np.random.get_state(), random.getstate()
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(states[0])
        np.random.set_state(states[1])
        random.setstate(states[2])


def learning_rate(config, epoch):
    share = epoch / config["epochs"]
    if config["schedule"] == "constant":
        return config["learning_rate"]
    if config["schedule"] == "cosine":
        return config["learning_rate"] * math.cos(math.pi * share / 2) ** 2
    if config["schedule"] == "exponential":
        return config["learning_rate"] * math.exp(share * math.log(0.05))
    raise ValueError(config["schedule"])


def fit(config, data, device, seed):
    with seeded(seed):
        model = build_model(config).to(device)
        optimizer = build_optimizer(config, model.parameters())
        loader = batches(data.train, config["batch_size"], shuffle=True, seed=seed)
        history = [epoch_of(config, epoch, model, optimizer, loader, data, device) for epoch in range(config["epochs"])]
    return [model, history]


def epoch_of(config, epoch, model, optimizer, loader, data, device):
    rate = learning_rate(config, epoch)
    for group in optimizer.param_groups:
        group["lr"] = rate
    loss = torch.nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    trained = train_one_epoch(model, loader, loss, optimizer, device)
    result = evaluate(model, batches(data.validation, 32), torch.nn.CrossEntropyLoss(), device)
    return {
        "learning_rate": np.float64(rate),
        "train_loss": trained,
        "validation_loss": result.loss,
        "validation_accuracy": np.array(result.accuracy),
    }


def tune(data, space, trials, seed):
    seeds = np.random.default_rng(seed)
    log = []
    for number in range(trials):
        configuration = draw(space, np.random.default_rng((seed, number)))
        own = int(seeds.integers(1, 2**31))
        last = fit(configuration, data, choose_device("auto"), own)[1][-1]
        log.append(
            {
                "configuration": configuration,
                "seed": own,
                "validation_loss": last["validation_loss"],
                "validation_accuracy": float(last["validation_accuracy"]),
            }
        )

    def better(one, other):
        if one["validation_accuracy"] != other["validation_accuracy"]:
            return one["validation_accuracy"] > other["validation_accuracy"]
        return one["validation_loss"] < other["validation_loss"] or math.isnan(other["validation_loss"])

    best = log[0]
    for trial in log[1:]:
        if better(trial, best):
            best = trial
    return best["configuration"], tuple(log)
