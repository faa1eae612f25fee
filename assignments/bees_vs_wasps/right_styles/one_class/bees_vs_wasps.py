"""A module class with named layers and functional activations; a scheduler of torch's; losses as Python floats."""

import math

import numpy as np
import torch
import torch.nn as nn
from bees_wasps_data import batches
from bees_wasps_device import choose_device
from bees_wasps_space import draw
from torch.nn import functional
from torch.optim.lr_scheduler import LambdaLR

ACTIVATIONS = {"relu": functional.relu, "leaky_relu": functional.leaky_relu, "tanh": torch.tanh}


class BeeWaspNet(nn.Module):
    def __init__(self, image_size, channels, hidden, activation, dropout):
        super().__init__()
        self.conv1 = nn.Conv2d(3, channels, 3, padding="same")
        self.conv2 = nn.Conv2d(channels, channels * 2, 3, padding="same")
        self.conv3 = nn.Conv2d(channels * 2, channels * 4, 3, padding="same")
        side = image_size // 2 // 2 // 2
        self.fc1 = nn.Linear(channels * 4 * side * side, hidden)
        self.fc2 = nn.Linear(hidden, 2)
        self.activation = activation
        self.p = dropout

    def forward(self, x):
        for conv in (self.conv1, self.conv2, self.conv3):
            x = functional.max_pool2d(self.activation(conv(x)), kernel_size=2, stride=2)
        x = self.activation(self.fc1(torch.flatten(x, start_dim=1)))
        x = functional.dropout(x, self.p, training=self.training)
        return self.fc2(x)


def build_model(config):
    name = config["activation"]
    if name not in ACTIVATIONS:
        raise ValueError("I do not know the activation " + str(name))
    return BeeWaspNet(config["image_size"], config["channels"], config["hidden"], ACTIVATIONS[name], config["dropout"])


def build_optimizer(config, parameters):
    settings = {"lr": config["learning_rate"], "weight_decay": config["weight_decay"]}
    match config["optimizer"]:
        case "sgd":
            return torch.optim.SGD(parameters, momentum=config["momentum"], **settings)
        case "rmsprop":
            return torch.optim.RMSprop(parameters, **settings)
        case "adam":
            return torch.optim.Adam(parameters, **settings)
        case other:
            raise ValueError(f"{other} is not an optimizer I know")


def train_one_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    running_loss = 0.0
    seen = 0
    for inputs, targets in loader:
        inputs = inputs.to(device)
        targets = targets.to(device)

        optimizer.zero_grad()
        outputs = model(inputs)
        loss = loss_fn(outputs, targets)
        loss.backward()
        optimizer.step()

        running_loss += loss.item() * inputs.size(0)
        seen += inputs.size(0)
    return running_loss / seen


@torch.no_grad()
def evaluate(model, loader, loss_fn, device):
    model.eval()
    running_loss = 0.0
    correct = 0
    seen = 0
    for inputs, targets in loader:
        inputs = inputs.to(device)
        targets = targets.to(device)
        outputs = model(inputs)
        running_loss += loss_fn(outputs, targets).item() * inputs.size(0)
        _, predicted = torch.max(outputs, 1)
        correct += (predicted == targets).sum().item()
        seen += inputs.size(0)
    return running_loss / seen, correct / seen


def schedule_factor(name, epochs):
    if name == "constant":
        return lambda epoch: 1.0
    if name == "cosine":
        return lambda epoch: (1 + math.cos(math.pi * epoch / epochs)) / 2
    if name == "exponential":
        return lambda epoch: 0.05 ** (epoch / epochs)
    raise ValueError(f"no schedule is called {name}")


def fit(config, data, device, seed):
    state = torch.get_rng_state()
    try:
        torch.manual_seed(seed)
        model = build_model(config)
        model.to(device)
        optimizer = build_optimizer(config, model.parameters())
        scheduler = LambdaLR(optimizer, schedule_factor(config["schedule"], config["epochs"]))
        criterion = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
        train_loader = batches(data.train, config["batch_size"], shuffle=True, seed=seed + 1)
        val_loader = batches(data.validation, config["batch_size"])
        history = []
        for _ in range(config["epochs"]):
            rate = scheduler.get_last_lr()[0]
            train_loss = train_one_epoch(model, train_loader, criterion, optimizer, device)
            val_loss, val_accuracy = evaluate(model, val_loader, nn.CrossEntropyLoss(), device)
            scheduler.step()
            history.append(
                {
                    "epoch": len(history),
                    "learning_rate": rate,
                    "train_loss": train_loss,
                    "validation_loss": val_loss,
                    "validation_accuracy": val_accuracy,
                }
            )
        return model, history
    finally:
        torch.set_rng_state(state)


def tune(data, space, trials, seed):
    device = choose_device()
    rng = np.random.default_rng(seed)
    best, best_score, log = None, None, []
    for number in range(trials):
        config = draw(space, rng)
        trial_seed = seed * 1000 + number
        _, history = fit(config, data, device, trial_seed)
        loss, accuracy = history[-1]["validation_loss"], history[-1]["validation_accuracy"]
        log.append(
            {
                "trial": number,
                "configuration": config,
                "seed": trial_seed,
                "validation_loss": loss,
                "validation_accuracy": accuracy,
            }
        )
        score = (accuracy, -loss if not math.isnan(loss) else -math.inf)
        if best_score is None or score > best_score:
            best, best_score = config, score
    return best, log
