"""As few lines as possible."""

from math import cos, isnan, pi

import torch
from bees_wasps_data import batches
from bees_wasps_device import choose_device
from bees_wasps_space import draw
from numpy.random import default_rng
from torch import nn, optim


def pick(table, name):
    if name not in table:
        raise ValueError(f"{name} is none of {list(table)}")
    return table[name]


def build_model(config):
    act = pick({"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh}, config["activation"])
    c, h, s = config["channels"], config["hidden"], config["image_size"] // 8
    convs = [
        part
        for i, o in [(3, c), (c, 2 * c), (2 * c, 4 * c)]
        for part in (nn.Conv2d(i, o, 3, 1, 1), nn.MaxPool2d(2), act())
    ]
    return nn.Sequential(
        *convs, nn.Flatten(), nn.Linear(4 * c * s * s, h), act(), nn.Dropout(config["dropout"]), nn.Linear(h, 2)
    )


def build_optimizer(config, parameters):
    kind = pick({"sgd": optim.SGD, "rmsprop": optim.RMSprop, "adam": optim.Adam}, config["optimizer"])
    more = {"momentum": config["momentum"]} if kind is optim.SGD else {}
    return kind(parameters, lr=config["learning_rate"], weight_decay=config["weight_decay"], **more)


def train_one_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    total = n = 0
    for x, y in loader:
        optimizer.zero_grad()
        (loss := loss_fn(model(x.to(device)), y.to(device))).backward()
        optimizer.step()
        total, n = total + loss.item() * len(x), n + len(x)
    return total / n


def evaluate(model, loader, loss_fn, device):
    model.eval()
    with torch.no_grad():
        pairs = [(model(x.to(device)), y.to(device)) for x, y in loader]
        n = sum(len(y) for _, y in pairs)
        loss = sum(loss_fn(z, y) * len(y) for z, y in pairs) / n
        return loss, sum((z.argmax(1) == y).sum() for z, y in pairs) / n


def fit(config, data, device, seed):
    E, smooth = config["epochs"], nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    factor = pick(
        {"constant": lambda t: 1, "cosine": lambda t: (1 + cos(pi * t)) / 2, "exponential": lambda t: 0.05**t},
        config["schedule"],
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model, history = build_model(config).to(device), []
        optimizer = build_optimizer(config, model.parameters())
        loaders = batches(data.train, config["batch_size"], shuffle=True), batches(data.validation, 64)
        for t in range(E):
            optimizer.param_groups[0]["lr"] = rate = config["learning_rate"] * factor(t / E)
            numbers = (
                rate,
                train_one_epoch(model, loaders[0], smooth, optimizer, device),
                *evaluate(model, loaders[1], nn.CrossEntropyLoss(), device),
            )
            history.append(
                dict(
                    zip(
                        ("learning_rate", "train_loss", "validation_loss", "validation_accuracy"),
                        map(float, numbers),
                        strict=True,
                    )
                )
            )
    return model, history


def tune(data, space, trials, seed):
    rng, done = default_rng(seed), []
    for i in range(trials):
        done.append({"configuration": draw(space, rng), "seed": 7919 * seed + i})
        done[-1] |= fit(done[-1]["configuration"], data, choose_device("auto"), done[-1]["seed"])[1][-1]

    def rank(t):
        return t["validation_accuracy"], float("-inf") if isnan(t["validation_loss"]) else -t["validation_loss"]

    return max(done, key=rank)["configuration"], done
