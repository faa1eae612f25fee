"""torch's own DataLoader, logits collected and judged at once, configuration drawn by hand."""

import copy

import numpy as np
import torch
from bees_wasps_device import choose_device
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def block(inside, outside, act):
    return nn.Sequential(nn.Conv2d(inside, outside, (3, 3), stride=1, padding=(1, 1)), act(), nn.MaxPool2d(2, 2))


def build_model(config):
    try:
        act = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh}[config["activation"]]
    except KeyError:
        raise ValueError(f"activation: {config['activation']}") from None
    c = int(config["channels"])
    reduced = config["image_size"] // 8
    return nn.Sequential(
        block(3, c, act),
        block(c, 2 * c, act),
        block(2 * c, 4 * c, act),
        nn.Flatten(),
        nn.Sequential(
            nn.Linear(4 * c * reduced * reduced, config["hidden"]),
            act(),
            nn.Dropout(p=config["dropout"]),
            nn.Linear(config["hidden"], 2),
        ),
    )


def build_optimizer(config, parameters):
    parameters = list(parameters)
    common = dict(lr=config["learning_rate"], weight_decay=config["weight_decay"], foreach=False)
    makers = {
        "sgd": lambda: torch.optim.SGD(parameters, momentum=config["momentum"], nesterov=False, **common),
        "rmsprop": lambda: torch.optim.RMSprop(parameters, alpha=0.99, eps=1e-8, **common),
        "adam": lambda: torch.optim.Adam(parameters, betas=(0.9, 0.999), eps=1e-8, **common),
    }
    if config["optimizer"] not in makers:
        raise ValueError(f"optimizer: {config['optimizer']}")
    return makers[config["optimizer"]]()


def train_one_epoch(model, loader, loss_fn, optimizer, device):
    model.train(True)
    means, sizes = [], []
    for batch in loader:
        x, y = (part.to(device, non_blocking=True) for part in batch)
        loss = loss_fn(model(x), y)
        model.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        means.append(loss.detach().cpu())
        sizes.append(len(y))
    return np.average([float(mean) for mean in means], weights=sizes)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.train(False)
    with torch.inference_mode():
        logits, labels = [], []
        for x, y in loader:
            logits.append(model(x.to(device)))
            labels.append(y.to(device))
        logits, labels = torch.cat(logits), torch.cat(labels)
        loss = loss_fn(logits, labels)
        accuracy = (logits[:, 1] > logits[:, 0]).eq(labels.bool()).double().mean()
    model.train(was_training)
    return loss.item(), accuracy.item()


def loader_of(photos, batch_size, seed=None):
    shuffled = seed is not None
    generator = torch.Generator().manual_seed(seed if shuffled else 0)
    return DataLoader(TensorDataset(photos.images, photos.labels), batch_size, shuffle=shuffled, generator=generator)


def rates_of(config):
    t = np.arange(config["epochs"]) / config["epochs"]
    factors = {"constant": 0 * t + 1, "cosine": np.cos(np.pi * t / 2) ** 2, "exponential": 20.0**-t}
    if config["schedule"] not in factors:
        raise ValueError(f"schedule: {config['schedule']}")
    return (config["learning_rate"] * factors[config["schedule"]]).tolist()


def fit(config, data, device, seed):
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(seed)
        train, validation = loader_of(data.train, config["batch_size"], seed), loader_of(data.validation, 100)
        model = build_model(config).to(device)
        optimizer = build_optimizer(config, model.parameters())
        smoothed = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"]).to(device)
        history = []
        for rate in rates_of(config):
            optimizer.param_groups[0].update(lr=rate)
            entry = dict(learning_rate=rate, train_loss=train_one_epoch(model, train, smoothed, optimizer, device))
            loss, accuracy = evaluate(model, validation, nn.functional.cross_entropy, device)
            history.append({**entry, "validation_loss": loss, "validation_accuracy": accuracy})
    return model, history


def sample(entry, rng):
    if entry["kind"] == "choice":
        return copy.copy(entry["values"][rng.choice(len(entry["values"]))])
    low, high = entry["low"], entry["high"]
    if entry["kind"] == "integer":
        return int(rng.integers(low, high, endpoint=True))
    if entry["kind"] == "log_uniform":
        return low * (high / low) ** rng.random()
    return low + (high - low) * rng.random()


def tune(data, space, trials, seed):
    table = []
    for own_seed in np.random.SeedSequence(seed).generate_state(trials).tolist():
        rng = np.random.default_rng(own_seed)
        configuration = {name: sample(space[name], rng) for name in sorted(space)}
        last = fit(configuration, data, choose_device("auto"), own_seed)[1][-1]
        table.append({"configuration": configuration, "seed": own_seed} | last)
    order = sorted(
        table, key=lambda trial: (-trial["validation_accuracy"], np.nan_to_num(trial["validation_loss"], nan=np.inf))
    )
    return order[0]["configuration"], table
