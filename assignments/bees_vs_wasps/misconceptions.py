"""Known wrong variants of the classifier's functions: what each does instead, and how to teach it away.

A variant has the signature of the function it stands in for. It is complete: its source may be put in place of that
function inside the reference module.
"""

import itertools
import math

import numpy as np
import torch
from bees_wasps_data import batches
from bees_wasps_device import choose_device
from bees_wasps_space import draw
from torch import nn

from autograder.checking.misconception import misconception
from solutions.bees_vs_wasps import (
    _factor,
    _how_good,
    build_model,
    build_optimizer,
    evaluate,
    fit,
    train_one_epoch,
)

# --- the network -----------------------------------------------------------------------------------------------------


@misconception(
    function="bees_vs_wasps.build_model",
    title="A softmax at the end of the network",
    formula="p = softmax(z), and then −log softmax(p)_y",
    hint="The loss applies a softmax of its own. After two of them the outputs lie between 0.27 and 0.73, so the loss "
    "cannot become small and its gradients fade. What should the last layer give to a loss that expects logits?",
    handout="logits-and-the-loss",
)
def model_with_softmax(config):
    activation = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh}.get(config["activation"])
    if activation is None:
        raise ValueError(f"unknown activation {config['activation']!r}")
    channels = config["channels"]
    layers = []
    for inside, outside in itertools.pairwise((3, channels, 2 * channels, 4 * channels)):
        layers += [nn.Conv2d(inside, outside, 3, padding=1), activation(), nn.MaxPool2d(2)]
    features = 4 * channels * (config["image_size"] // 8) ** 2
    layers += [nn.Flatten(), nn.Linear(features, config["hidden"]), activation(), nn.Dropout(config["dropout"])]
    return nn.Sequential(*layers, nn.Linear(config["hidden"], 2), nn.Softmax(dim=1))


@misconception(
    function="bees_vs_wasps.build_model",
    title="The activation is always ReLU",
    formula="max(0, x), whatever the configuration says",
    hint="A search that varies a name nobody reads compares a network with itself. Which entries of the configuration "
    "does your model look at?",
    handout="the-network",
)
def model_always_relu(config):
    if config["activation"] not in ("relu", "leaky_relu", "tanh"):
        raise ValueError(f"unknown activation {config['activation']!r}")
    channels = config["channels"]
    layers = []
    for inside, outside in itertools.pairwise((3, channels, 2 * channels, 4 * channels)):
        layers += [nn.Conv2d(inside, outside, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    features = 4 * channels * (config["image_size"] // 8) ** 2
    layers += [nn.Flatten(), nn.Linear(features, config["hidden"]), nn.ReLU(), nn.Dropout(config["dropout"])]
    return nn.Sequential(*layers, nn.Linear(config["hidden"], 2))


@misconception(
    function="bees_vs_wasps.build_model",
    title="No activation after the dense layer",
    formula="z = W₂(W₁x + b₁) + b₂",
    hint="Two linear layers with nothing between them are one linear layer. Count the activations: there are four.",
    handout="the-network",
)
def model_linear_head(config):
    activation = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh}.get(config["activation"])
    if activation is None:
        raise ValueError(f"unknown activation {config['activation']!r}")
    channels = config["channels"]
    layers = []
    for inside, outside in itertools.pairwise((3, channels, 2 * channels, 4 * channels)):
        layers += [nn.Conv2d(inside, outside, 3, padding=1), activation(), nn.MaxPool2d(2)]
    features = 4 * channels * (config["image_size"] // 8) ** 2
    layers += [nn.Flatten(), nn.Linear(features, config["hidden"]), nn.Dropout(config["dropout"])]
    return nn.Sequential(*layers, nn.Linear(config["hidden"], 2))


@misconception(
    function="bees_vs_wasps.build_model",
    title="Average pooling",
    formula="the mean of 2 × 2 pixels in place of their maximum",
    hint="The mean of four pixels answers how much of something there is, the maximum whether it is there at all. "
    "Which one does the handout ask for?",
    handout="the-network",
)
def model_average_pooling(config):
    activation = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh}.get(config["activation"])
    if activation is None:
        raise ValueError(f"unknown activation {config['activation']!r}")
    channels = config["channels"]
    layers = []
    for inside, outside in itertools.pairwise((3, channels, 2 * channels, 4 * channels)):
        layers += [nn.Conv2d(inside, outside, 3, padding=1), activation(), nn.AvgPool2d(2)]
    features = 4 * channels * (config["image_size"] // 8) ** 2
    layers += [nn.Flatten(), nn.Linear(features, config["hidden"]), activation(), nn.Dropout(config["dropout"])]
    return nn.Sequential(*layers, nn.Linear(config["hidden"], 2))


@misconception(
    function="bees_vs_wasps.build_model",
    title="Dropout takes the share that is kept",
    formula="Dropout(1 − p)",
    hint="torch's Dropout is given the probability to switch a unit off. With dropout = 0.2 yours keeps one unit in "
    "five.",
    handout="dropout",
)
def model_keeps_dropout(config):
    activation = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh}.get(config["activation"])
    if activation is None:
        raise ValueError(f"unknown activation {config['activation']!r}")
    channels = config["channels"]
    layers = []
    for inside, outside in itertools.pairwise((3, channels, 2 * channels, 4 * channels)):
        layers += [nn.Conv2d(inside, outside, 3, padding=1), activation(), nn.MaxPool2d(2)]
    features = 4 * channels * (config["image_size"] // 8) ** 2
    layers += [nn.Flatten(), nn.Linear(features, config["hidden"]), activation(), nn.Dropout(1 - config["dropout"])]
    return nn.Sequential(*layers, nn.Linear(config["hidden"], 2))


@misconception(
    function="bees_vs_wasps.build_model",
    title="Dropout was forgotten",
    formula="dense(4c·s² → hidden) · activation · dense(hidden → 2)",
    hint="A search that varies a name nobody reads compares a network with itself. Where do hidden units go missing in "
    "training?",
    handout="dropout",
)
def model_without_dropout(config):
    activation = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh}.get(config["activation"])
    if activation is None:
        raise ValueError(f"unknown activation {config['activation']!r}")
    channels = config["channels"]
    layers = []
    for inside, outside in itertools.pairwise((3, channels, 2 * channels, 4 * channels)):
        layers += [nn.Conv2d(inside, outside, 3, padding=1), activation(), nn.MaxPool2d(2)]
    features = 4 * channels * (config["image_size"] // 8) ** 2
    layers += [nn.Flatten(), nn.Linear(features, config["hidden"]), activation()]
    return nn.Sequential(*layers, nn.Linear(config["hidden"], 2))


# --- the optimizer ---------------------------------------------------------------------------------------------------


@misconception(
    function="bees_vs_wasps.build_optimizer",
    title="The momentum is given to RMSprop too",
    formula="RMSprop(momentum=β)",
    hint="torch's RMSprop has a momentum of its own, which multiplies its steps by up to 1/(1 − β). The "
    "momentum of the configuration is for sgd only.",
    handout="optimizers-and-their-settings",
)
def optimizer_momentum_for_all(config, parameters):
    rate, decay, momentum = config["learning_rate"], config["weight_decay"], config["momentum"]
    if config["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=momentum, weight_decay=decay)
    if config["optimizer"] == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate, momentum=momentum, weight_decay=decay)
    if config["optimizer"] == "adam":
        return torch.optim.Adam(parameters, lr=rate, weight_decay=decay)
    raise ValueError(f"unknown optimizer {config['optimizer']!r}")


@misconception(
    function="bees_vs_wasps.build_optimizer",
    title="AdamW in place of Adam",
    formula="W ← W − αλW beside Adam's step, in place of dW + λW inside it",
    hint="AdamW shrinks the weights beside the step, Adam's weight_decay goes through the moving averages with the "
    "gradient. Both are sensible; the configuration says adam.",
    handout="optimizers-and-their-settings",
)
def optimizer_adamw(config, parameters):
    rate, decay = config["learning_rate"], config["weight_decay"]
    if config["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=config["momentum"], weight_decay=decay)
    if config["optimizer"] == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate, weight_decay=decay)
    if config["optimizer"] == "adam":
        return torch.optim.AdamW(parameters, lr=rate, weight_decay=decay)
    raise ValueError(f"unknown optimizer {config['optimizer']!r}")


@misconception(
    function="bees_vs_wasps.build_optimizer",
    title="The weight decay is not passed on",
    formula="λ = 0, whatever the configuration says",
    hint="Which entries of the configuration does your function read? One of them never reaches torch.",
    handout="optimizers-and-their-settings",
)
def optimizer_without_decay(config, parameters):
    rate = config["learning_rate"]
    if config["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=config["momentum"])
    if config["optimizer"] == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate)
    if config["optimizer"] == "adam":
        return torch.optim.Adam(parameters, lr=rate)
    raise ValueError(f"unknown optimizer {config['optimizer']!r}")


@misconception(
    function="bees_vs_wasps.build_optimizer",
    title="The course's momentum in place of torch's",
    formula="u ← βu + (1 − β)g",
    hint="With dampening = β all but the first gradient count 1 − β. The configuration's learning rate belongs to "
    "u ← βu + g.",
    handout="optimizers-and-their-settings",
)
def optimizer_dampened(config, parameters):
    rate, decay, momentum = config["learning_rate"], config["weight_decay"], config["momentum"]
    if config["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=momentum, dampening=momentum, weight_decay=decay)
    if config["optimizer"] == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate, weight_decay=decay)
    if config["optimizer"] == "adam":
        return torch.optim.Adam(parameters, lr=rate, weight_decay=decay)
    raise ValueError(f"unknown optimizer {config['optimizer']!r}")


# --- one epoch -------------------------------------------------------------------------------------------------------


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="Gradients are never zeroed",
    formula="dW of this batch + dW of all batches before",
    hint="backward() adds to what is there. After ten batches the step is made of ten gradients, nine of them of a "
    "network that is gone.",
    handout="one-epoch",
)
def epoch_accumulates(model, loader, loss_fn, optimizer, device):
    model.train()
    total, examples = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="Gradients are zeroed after the update only",
    formula="first batch: dW + whatever was there before",
    hint="Within the epoch all is well. But what was in the gradients before the first batch? Somebody may have looked "
    "at a gradient before you.",
    handout="one-epoch",
)
def epoch_zeroes_late(model, loader, loss_fn, optimizer, device):
    model.train()
    total, examples = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="Gradients are zeroed between backward and step",
    formula="W ← W − α · 0",
    hint="Three lines, one order: forget the old gradients, compute the new ones, use them. Yours throws them away "
    "before they are used.",
    handout="one-epoch",
)
def epoch_zeroes_before_step(model, loader, loss_fn, optimizer, device):
    model.train()
    total, examples = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="The step comes before the gradients",
    formula="step, then backward: each update uses the gradient of the batch before",
    hint="Which gradients does the first update of your epoch use?",
    handout="one-epoch",
)
def epoch_steps_first(model, loader, loss_fn, optimizer, device):
    model.train()
    total, examples = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        loss = loss_fn(model(images), labels)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="Trained in whatever mode the model is in",
    formula="no model.train()",
    hint="After an evaluation the model is in evaluation mode: dropout is off and batch normalization stands still. "
    "Who puts it back?",
    handout="two-modes",
)
def epoch_without_training_mode(model, loader, loss_fn, optimizer, device):
    total, examples = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="The mean of the batches' means",
    formula="(L₁ + … + L_k)/k",
    hint="The last batch may be smaller. If each batch counts the same, an example in a batch of 3 counts four times "
    "as much as one in a batch of 12.",
    handout="means-over-examples",
)
def epoch_mean_of_means(model, loader, loss_fn, optimizer, device):
    model.train()
    losses = []
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="The last, smaller batch is left out",
    formula="⌊m/batch_size⌋ updates",
    hint="Without a shuffle it would be the same examples in every epoch that are never learned from.",
    handout="one-epoch",
)
def epoch_drops_the_last(model, loader, loss_fn, optimizer, device):
    model.train()
    total, examples, size = 0.0, 0, None
    for images, labels in loader:
        size = size or len(labels)
        if len(labels) < size:
            break
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="The batches stay where the loader left them",
    formula="model(images) with images on the processor, the model elsewhere",
    hint="On a machine without a GPU this goes well, on one with a GPU it stops at the first batch. What is the "
    "argument `device` for?",
    handout="devices",
)
def epoch_on_the_processor(model, loader, loss_fn, optimizer, device):
    model.train()
    total, examples = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="A softmax in front of the loss",
    formula="loss_fn(softmax(z), y)",
    hint="The loss expects logits and applies its own softmax. Yours gets numbers between 0 and 1 for logits: its best "
    "answer is then 0.27 for the wrong class.",
    handout="logits-and-the-loss",
)
def epoch_with_softmax(model, loader, loss_fn, optimizer, device):
    model.train()
    total, examples = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = loss_fn(torch.softmax(model(images), dim=1), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="The loss that was passed in is not used",
    formula="cross-entropy, whatever loss_fn is",
    hint="The configuration's label smoothing lives in loss_fn. Which loss does your loop take?",
    handout="one-epoch",
)
def epoch_with_own_loss(model, loader, loss_fn, optimizer, device):
    model.train()
    total, examples = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


@misconception(
    function="bees_vs_wasps.train_one_epoch",
    title="The gradient of the sum of losses",
    formula="∂/∂W of batch_size · L",
    hint="Weighting by the number of examples is for the epoch's report. In front of backward() it multiplies the "
    "learning rate by the size of the batch.",
    handout="means-over-examples",
)
def epoch_of_sums(model, loader, loss_fn, optimizer, device):
    model.train()
    total, examples = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(images), labels) * len(labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
        examples += len(labels)
    return total / examples


# --- evaluation ------------------------------------------------------------------------------------------------------


@misconception(
    function="bees_vs_wasps.evaluate",
    title="Evaluated in training mode",
    formula="no model.eval()",
    hint="With dropout on, the answers are those of a network with units missing. And batch normalization learns the "
    "statistics of the very data it is judged by.",
    handout="two-modes",
)
def evaluation_in_training_mode(model, loader, loss_fn, device):
    total, right, examples = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            total += loss_fn(logits, labels).item() * len(labels)
            right += (logits.argmax(dim=1) == labels).sum().item()
            examples += len(labels)
    return total / examples, right / examples


@misconception(
    function="bees_vs_wasps.evaluate",
    title="Gradients are recorded",
    formula="a graph for every batch, and no backward()",
    hint="model.eval() changes how dropout and batch normalization behave, and nothing else. What tells torch that no "
    "backward pass will come?",
    handout="two-modes",
)
def evaluation_with_gradients(model, loader, loss_fn, device):
    model.eval()
    total, right, examples = 0.0, 0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        total += loss_fn(logits, labels).item() * len(labels)
        right += (logits.argmax(dim=1) == labels).sum().item()
        examples += len(labels)
    return total / examples, right / examples


@misconception(
    function="bees_vs_wasps.evaluate",
    title="The means of the batches' means",
    formula="(A₁ + … + A_k)/k",
    hint="The last batch may be smaller. Add up losses and right answers of all examples, and divide once, at the end.",
    handout="means-over-examples",
)
def evaluation_mean_of_means(model, loader, loss_fn, device):
    model.eval()
    losses, accuracies = [], []
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            losses.append(loss_fn(logits, labels).item())
            accuracies.append((logits.argmax(dim=1) == labels).double().mean().item())
    return sum(losses) / len(losses), sum(accuracies) / len(accuracies)


@misconception(
    function="bees_vs_wasps.evaluate",
    title="The accuracy of the last batch",
    formula="A_k",
    hint="What is computed inside the loop and returned after it belongs to the last batch alone.",
    handout="means-over-examples",
)
def evaluation_of_the_last_batch(model, loader, loss_fn, device):
    model.eval()
    total, examples = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            total += loss_fn(logits, labels).item() * len(labels)
            accuracy = (logits.argmax(dim=1) == labels).double().mean().item()
            examples += len(labels)
    return total / examples, accuracy


@misconception(
    function="bees_vs_wasps.evaluate",
    title="The accuracy in percent",
    formula="100 · right / m",
    hint="A share lies between 0 and 1. Percent are for people: multiply where you print.",
    handout="means-over-examples",
)
def evaluation_in_percent(model, loader, loss_fn, device):
    model.eval()
    total, right, examples = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            total += loss_fn(logits, labels).item() * len(labels)
            right += (logits.argmax(dim=1) == labels).sum().item()
            examples += len(labels)
    return total / examples, 100 * right / examples


@misconception(
    function="bees_vs_wasps.evaluate",
    title="The batches stay where the loader left them",
    formula="model(images) with images on the processor, the model elsewhere",
    hint="On a machine without a GPU this goes well, on one with a GPU it stops at the first batch. What is the "
    "argument `device` for?",
    handout="devices",
)
def evaluation_on_the_processor(model, loader, loss_fn, device):
    model.eval()
    total, right, examples = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            logits = model(images)
            total += loss_fn(logits, labels).item() * len(labels)
            right += (logits.argmax(dim=1) == labels).sum().item()
            examples += len(labels)
    return total / examples, right / examples


# --- whole trainings -------------------------------------------------------------------------------------------------


@misconception(
    function="bees_vs_wasps.fit",
    title="The decayed rate is decayed again",
    formula="α_t = α_{t−1} · factor(t)",
    hint="The factor says what is left of the *first* rate. Multiplied onto the rate of the epoch before, the factors "
    "of all epochs pile up, and the rate is gone long before the end.",
    handout="schedules",
)
def fit_compounds(config, data, device, seed):
    training_loss = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    training = batches(data.train, config["batch_size"], shuffle=True, seed=seed)
    validation = batches(data.validation, 256)
    history = []
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_model(config).to(device)
        optimizer = build_optimizer(config, model.parameters())
        rate = config["learning_rate"]
        for epoch in range(config["epochs"]):
            rate = rate * _factor(config["schedule"], epoch, config["epochs"])
            for group in optimizer.param_groups:
                group["lr"] = rate
            train_loss = train_one_epoch(model, training, training_loss, optimizer, device)
            loss, accuracy = evaluate(model, validation, nn.CrossEntropyLoss(), device)
            entry = {"learning_rate": rate, "train_loss": train_loss}
            history.append(entry | {"validation_loss": loss, "validation_accuracy": accuracy})
    return model, history


@misconception(
    function="bees_vs_wasps.fit",
    title="The schedule is an epoch ahead",
    formula="factor(t + 1)",
    hint="Epochs are counted from 0, so the first one uses the configuration's own rate. With the cosine yours trains "
    "its last epoch at a rate of zero.",
    handout="schedules",
)
def fit_schedule_ahead(config, data, device, seed):
    training_loss = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    training = batches(data.train, config["batch_size"], shuffle=True, seed=seed)
    validation = batches(data.validation, 256)
    history = []
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_model(config).to(device)
        optimizer = build_optimizer(config, model.parameters())
        for epoch in range(config["epochs"]):
            rate = config["learning_rate"] * _factor(config["schedule"], epoch + 1, config["epochs"])
            for group in optimizer.param_groups:
                group["lr"] = rate
            train_loss = train_one_epoch(model, training, training_loss, optimizer, device)
            loss, accuracy = evaluate(model, validation, nn.CrossEntropyLoss(), device)
            entry = {"learning_rate": rate, "train_loss": train_loss}
            history.append(entry | {"validation_loss": loss, "validation_accuracy": accuracy})
    return model, history


@misconception(
    function="bees_vs_wasps.fit",
    title="The schedule is written down and not used",
    formula="history: α · factor(t); optimizer: α",
    hint="A rate in a variable moves nothing. The optimizer keeps its own, in its param_groups.",
    handout="schedules",
)
def fit_schedule_unused(config, data, device, seed):
    training_loss = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    training = batches(data.train, config["batch_size"], shuffle=True, seed=seed)
    validation = batches(data.validation, 256)
    history = []
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_model(config).to(device)
        optimizer = build_optimizer(config, model.parameters())
        for epoch in range(config["epochs"]):
            rate = config["learning_rate"] * _factor(config["schedule"], epoch, config["epochs"])
            train_loss = train_one_epoch(model, training, training_loss, optimizer, device)
            loss, accuracy = evaluate(model, validation, nn.CrossEntropyLoss(), device)
            entry = {"learning_rate": rate, "train_loss": train_loss}
            history.append(entry | {"validation_loss": loss, "validation_accuracy": accuracy})
    return model, history


@misconception(
    function="bees_vs_wasps.fit",
    title="The seed is only for the order of the examples",
    formula="initial weights from whatever was drawn before",
    hint="Where do the initial weights and dropout get their random numbers? The seed has to come before the model.",
    handout="seeds",
)
def fit_unseeded(config, data, device, seed):
    training_loss = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    training = batches(data.train, config["batch_size"], shuffle=True, seed=seed)
    validation = batches(data.validation, 256)
    history = []
    with torch.random.fork_rng():
        model = build_model(config).to(device)
        optimizer = build_optimizer(config, model.parameters())
        for epoch in range(config["epochs"]):
            rate = config["learning_rate"] * _factor(config["schedule"], epoch, config["epochs"])
            for group in optimizer.param_groups:
                group["lr"] = rate
            train_loss = train_one_epoch(model, training, training_loss, optimizer, device)
            loss, accuracy = evaluate(model, validation, nn.CrossEntropyLoss(), device)
            entry = {"learning_rate": rate, "train_loss": train_loss}
            history.append(entry | {"validation_loss": loss, "validation_accuracy": accuracy})
    return model, history


@misconception(
    function="bees_vs_wasps.fit",
    title="The examples come in the same order in every epoch",
    formula="batches(data.train, batch_size)",
    hint="Which labels do the last batches of an epoch have where the files are sorted by class? What is to be done?",
    handout="seeds",
)
def fit_without_shuffling(config, data, device, seed):
    training_loss = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    training = batches(data.train, config["batch_size"])
    validation = batches(data.validation, 256)
    history = []
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_model(config).to(device)
        optimizer = build_optimizer(config, model.parameters())
        for epoch in range(config["epochs"]):
            rate = config["learning_rate"] * _factor(config["schedule"], epoch, config["epochs"])
            for group in optimizer.param_groups:
                group["lr"] = rate
            train_loss = train_one_epoch(model, training, training_loss, optimizer, device)
            loss, accuracy = evaluate(model, validation, nn.CrossEntropyLoss(), device)
            entry = {"learning_rate": rate, "train_loss": train_loss}
            history.append(entry | {"validation_loss": loss, "validation_accuracy": accuracy})
    return model, history


@misconception(
    function="bees_vs_wasps.fit",
    title="The global random state is left behind changed",
    formula="torch.manual_seed(seed), for everybody",
    hint="After your training everybody else in the program draws the same numbers too. Borrow the generator and "
    "put it back.",
    handout="seeds",
)
def fit_leaves_its_seed(config, data, device, seed):
    training_loss = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    training = batches(data.train, config["batch_size"], shuffle=True, seed=seed)
    validation = batches(data.validation, 256)
    history = []
    torch.manual_seed(seed)
    model = build_model(config).to(device)
    optimizer = build_optimizer(config, model.parameters())
    for epoch in range(config["epochs"]):
        rate = config["learning_rate"] * _factor(config["schedule"], epoch, config["epochs"])
        for group in optimizer.param_groups:
            group["lr"] = rate
        train_loss = train_one_epoch(model, training, training_loss, optimizer, device)
        loss, accuracy = evaluate(model, validation, nn.CrossEntropyLoss(), device)
        entry = {"learning_rate": rate, "train_loss": train_loss}
        history.append(entry | {"validation_loss": loss, "validation_accuracy": accuracy})
    return model, history


@misconception(
    function="bees_vs_wasps.fit",
    title="The validation loss is smoothed too",
    formula="evaluate with label_smoothing",
    hint="A smoothed loss cannot become 0. Two configurations with different smoothing are then measured by different "
    "rulers.",
    handout="means-over-examples",
)
def fit_smooths_validation(config, data, device, seed):
    loss_fn = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    training = batches(data.train, config["batch_size"], shuffle=True, seed=seed)
    validation = batches(data.validation, 256)
    history = []
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_model(config).to(device)
        optimizer = build_optimizer(config, model.parameters())
        for epoch in range(config["epochs"]):
            rate = config["learning_rate"] * _factor(config["schedule"], epoch, config["epochs"])
            for group in optimizer.param_groups:
                group["lr"] = rate
            train_loss = train_one_epoch(model, training, loss_fn, optimizer, device)
            loss, accuracy = evaluate(model, validation, loss_fn, device)
            entry = {"learning_rate": rate, "train_loss": train_loss}
            history.append(entry | {"validation_loss": loss, "validation_accuracy": accuracy})
    return model, history


@misconception(
    function="bees_vs_wasps.fit",
    title="Trained on the validation data as well",
    formula="an epoch of training on data.validation before it is evaluated",
    hint="What has been learned from cannot be a judge any more: the accuracy would be that of recognizing, not of "
    "understanding.",
    handout="three-splits",
)
def fit_learns_validation(config, data, device, seed):
    training_loss = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    training = batches(data.train, config["batch_size"], shuffle=True, seed=seed)
    validation = batches(data.validation, 256)
    history = []
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_model(config).to(device)
        optimizer = build_optimizer(config, model.parameters())
        for epoch in range(config["epochs"]):
            rate = config["learning_rate"] * _factor(config["schedule"], epoch, config["epochs"])
            for group in optimizer.param_groups:
                group["lr"] = rate
            train_loss = train_one_epoch(model, training, training_loss, optimizer, device)
            train_one_epoch(model, validation, training_loss, optimizer, device)
            loss, accuracy = evaluate(model, validation, nn.CrossEntropyLoss(), device)
            entry = {"learning_rate": rate, "train_loss": train_loss}
            history.append(entry | {"validation_loss": loss, "validation_accuracy": accuracy})
    return model, history


# --- tuning ----------------------------------------------------------------------------------------------------------


@misconception(
    function="bees_vs_wasps.tune",
    title="Chosen by the training loss",
    formula="argmin of the training loss",
    hint="The training loss rewards learning by heart: the largest network with the least dropout always wins. Which "
    "data has none of the trials seen?",
    handout="three-splits",
)
def tune_by_training_loss(data, space, trials, seed):
    rng = np.random.default_rng(seed)
    device = choose_device("auto")
    results, losses = [], []
    for _ in range(trials):
        configuration, own_seed = draw(space, rng), int(rng.integers(2**31))
        last = fit(configuration, data, device, own_seed)[1][-1]
        entry = {name: last[name] for name in ("validation_loss", "validation_accuracy")}
        results.append({"configuration": configuration, "seed": own_seed} | entry)
        losses.append(last["train_loss"] if math.isfinite(last["train_loss"]) else math.inf)
    return results[losses.index(min(losses))]["configuration"], results


@misconception(
    function="bees_vs_wasps.tune",
    title="Chosen by the test data",
    formula="argmax of the test accuracy",
    hint="Whatever is chosen by the test data looks better on them than it is. Then nothing is left that could "
    "tell how good it really is.",
    handout="three-splits",
)
def tune_by_test(data, space, trials, seed):
    rng = np.random.default_rng(seed)
    device = choose_device("auto")
    results, accuracies = [], []
    for _ in range(trials):
        configuration, own_seed = draw(space, rng), int(rng.integers(2**31))
        model, history = fit(configuration, data, device, own_seed)
        entry = {name: history[-1][name] for name in ("validation_loss", "validation_accuracy")}
        results.append({"configuration": configuration, "seed": own_seed} | entry)
        accuracies.append(evaluate(model, batches(data.test, 256), nn.CrossEntropyLoss(), device)[1])
    return results[accuracies.index(max(accuracies))]["configuration"], results


@misconception(
    function="bees_vs_wasps.tune",
    title="Chosen by the lowest validation loss",
    formula="argmin of the validation loss",
    hint="Loss and accuracy may disagree: a network that is right more often, but too sure of itself where it is "
    "wrong, has the higher loss. The docstring says which of the two decides, and which breaks ties.",
    handout="choosing",
)
def tune_by_loss(data, space, trials, seed):
    rng = np.random.default_rng(seed)
    device = choose_device("auto")
    results = []
    for _ in range(trials):
        configuration, own_seed = draw(space, rng), int(rng.integers(2**31))
        last = fit(configuration, data, device, own_seed)[1][-1]
        entry = {name: last[name] for name in ("validation_loss", "validation_accuracy")}
        results.append({"configuration": configuration, "seed": own_seed} | entry)
    losses = [one["validation_loss"] if math.isfinite(one["validation_loss"]) else math.inf for one in results]
    return results[losses.index(min(losses))]["configuration"], results


@misconception(
    function="bees_vs_wasps.tune",
    title="Every trial has the same seed",
    formula="fit(configuration, data, device, seed) for all",
    hint="All trials start from the same weights and see the examples in the same order. A lucky start is then the "
    "luck of the whole search.",
    handout="seeds",
)
def tune_one_seed(data, space, trials, seed):
    rng = np.random.default_rng(seed)
    device = choose_device("auto")
    results = []
    for _ in range(trials):
        configuration = draw(space, rng)
        last = fit(configuration, data, device, seed)[1][-1]
        entry = {name: last[name] for name in ("validation_loss", "validation_accuracy")}
        results.append({"configuration": configuration, "seed": seed} | entry)
    return max(results, key=_how_good)["configuration"], results


@misconception(
    function="bees_vs_wasps.tune",
    title="Only improvements are reported",
    formula="trials: those that were best so far",
    hint="Whoever reads your table cannot see any more how many attempts the best one was the luckiest of.",
    handout="an-honest-report",
)
def tune_reports_the_best_only(data, space, trials, seed):
    rng = np.random.default_rng(seed)
    device = choose_device("auto")
    results = []
    for _ in range(trials):
        configuration, own_seed = draw(space, rng), int(rng.integers(2**31))
        last = fit(configuration, data, device, own_seed)[1][-1]
        entry = {name: last[name] for name in ("validation_loss", "validation_accuracy")}
        result = {"configuration": configuration, "seed": own_seed} | entry
        if not results or _how_good(result) > _how_good(results[-1]):
            results.append(result)
    return results[-1]["configuration"], results


@misconception(
    function="bees_vs_wasps.tune",
    title="The draws do not depend on the seed",
    formula="np.random.default_rng()",
    hint="A generator without a seed starts somewhere else each time. Nobody, you included, can run that search again.",
    handout="seeds",
)
def tune_unseeded(data, space, trials, seed):
    rng = np.random.default_rng()
    device = choose_device("auto")
    results = []
    for _ in range(trials):
        configuration, own_seed = draw(space, rng), int(rng.integers(2**31))
        last = fit(configuration, data, device, own_seed)[1][-1]
        entry = {name: last[name] for name in ("validation_loss", "validation_accuracy")}
        results.append({"configuration": configuration, "seed": own_seed} | entry)
    return max(results, key=_how_good)["configuration"], results
