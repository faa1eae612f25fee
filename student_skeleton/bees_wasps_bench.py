"""Small experiments with the functions you write: the checks make them, and so can you. Given.

Everything goes in and comes out as plain data and NumPy arrays. Nothing here knows what is right: an experiment runs
your function in a setting made for it and gives back the numbers that came of it.

>>> import bees_vs_wasps, bees_wasps_bench
>>> bees_wasps_bench.state_shapes(bees_vs_wasps.build_model, config)
"""

from __future__ import annotations

import contextlib
import itertools
from typing import ClassVar

import numpy as np
import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from bees_wasps_data import Photos, batches
from bees_wasps_places import THERE, Loader, ThereModel, there_loss

torch.set_num_threads(1)  # the same sums in the same order, however many processors there are


# Networks


def state_shapes(build_model, config):
    """The shape of every tensor in the state dict of the configuration's model, by name."""
    return {name: list(tensor.shape) for name, tensor in build_model(config).state_dict().items()}


def parameter_shapes(build_model, config):
    """The shapes of the parameters, in the order of `model.parameters()`."""
    return [list(parameter.shape) for parameter in build_model(config).parameters()]


def answers(build_model, config, values, images, training=False):
    """The logits of the configuration's model with `values` as parameters, in double precision.

    Parameters
    ----------
    values : list of arrays
        In the order of `model.parameters()`.
    images : array (n, 3, size, size)
    training : bool
        The mode the model is in.
    """
    model = build_model(config).double()
    _set(model, values)
    model.train(training)
    torch.manual_seed(0)  # dropout draws the same again, whatever it took to build the model
    with torch.no_grad():
        return model(torch.from_numpy(images))


def initial(build_model, config, seed):
    """The parameters of a new model after `torch.manual_seed(seed)`."""
    torch.manual_seed(seed)
    return _values(build_model(config))


# Optimizers


def moved(build_optimizer, config, start, gradients):
    """The parameters after each update of the configuration's optimizer.

    Parameters
    ----------
    start : list of arrays
    gradients : list of lists of arrays
        For each update one gradient for each parameter.
    """
    parameters = [nn.Parameter(torch.from_numpy(value.copy())) for value in start]
    optimizer = build_optimizer(config, iter(parameters))
    path = []
    for grads in gradients:
        for parameter, grad in zip(parameters, grads, strict=True):
            parameter.grad = torch.from_numpy(grad.copy())
        optimizer.step()
        path.append([parameter.detach().numpy().copy() for parameter in parameters])
    return path


# One epoch, and an evaluation


class OnlyInTraining(nn.Module):
    """A dropout that draws nothing: in training mode every other unit is off and the rest count twice."""

    def forward(self, x):
        if not self.training:
            return x
        return x * (2 * (torch.arange(x.shape[-1]) % 2))


class OnlyWithoutGradients(nn.Module):
    """Answers with its input where no gradients are recorded, and with the opposite where they are."""

    def forward(self, x):
        return -x if torch.is_grad_enabled() else x


def small_network(values, parts=()):
    """Two dense layers in double precision, from four arrays: weights and biases.

    Parameters
    ----------
    values : list of four arrays
        Shapes (hidden, inputs), (hidden,), (2, hidden), (2,).
    parts : names of what is put in
        "batch norm" and "dropout" between the layers, "no gradients" (see `OnlyWithoutGradients`) at the end.
    """
    hidden, inputs = values[0].shape
    layers = [nn.Flatten(), nn.Linear(inputs, hidden), nn.Tanh()]
    if "batch norm" in parts:
        layers.append(nn.BatchNorm1d(hidden, affine=False))
    if "dropout" in parts:
        layers.append(OnlyInTraining())
    layers.append(nn.Linear(hidden, 2))
    if "no gradients" in parts:
        layers.append(OnlyWithoutGradients())
    network = nn.Sequential(*layers).double()
    _set(network, values)
    return network


def trained(train_one_epoch, values, images, labels, batch_size, optimizer, settings, **options):
    """One epoch of `small_network`, or several, and what became of it.

    Parameters
    ----------
    values, images, labels
        See `small_network`; images (n, 3, size, size), labels (n,).
    optimizer, settings
        A class of `torch.optim` by name, and its arguments.
    parts : names, optional
        See `small_network`.
    epochs : int, optional
    smoothing : float, optional
        Label smoothing of the cross-entropy.
    evaluation_mode : bool, optional
        Whether the network comes in evaluation mode.
    stale : float, optional
        What every gradient is before the epoch.
    elsewhere : bool, optional
        Whether to compute on the pretended device of `bees_wasps_places`.

    Returns
    -------
    dict
        "losses" (what each epoch returned), "parameters" and "buffers" afterwards.
    """
    network = small_network(values, options.get("parts", ()))
    network.train(not options.get("evaluation_mode", False))
    if "stale" in options:
        for parameter in network.parameters():
            parameter.grad = torch.full_like(parameter, options["stale"])
    updater = getattr(torch.optim, optimizer)(network.parameters(), **settings)
    setting = _setting(network, images, labels, batch_size, **options)
    losses = [
        train_one_epoch(setting["model"], setting["loader"], setting["loss_fn"], updater, setting["device"])
        for _ in range(options.get("epochs", 1))
    ]
    return {"losses": losses, "parameters": _values(network), "buffers": _buffers(network)}


def evaluated(evaluate, values, images, labels, batch_size, **options):
    """An evaluation of `small_network`, which comes in training mode.

    Parameters
    ----------
    values, images, labels, batch_size, parts, elsewhere
        As for `trained`.

    Returns
    -------
    dict
        "result" (what was returned), "parameters" and "buffers" afterwards.
    """
    network = small_network(values, options.get("parts", ())).train()
    setting = _setting(network, images, labels, batch_size, **options)
    result = evaluate(setting["model"], setting["loader"], setting["loss_fn"], setting["device"])
    return {"result": result, "parameters": _values(network), "buffers": _buffers(network)}


def _setting(network, images, labels, batch_size, smoothing=0.0, elsewhere=False, **_):
    model, loss_fn, device = network, nn.CrossEntropyLoss(label_smoothing=smoothing), torch.device("cpu")
    loader = batches(_photos(images, labels), batch_size)
    if elsewhere:
        model, loss_fn, loader, device = ThereModel(network), there_loss(loss_fn), Loader(loader), THERE
    return {"model": model, "loader": loader, "loss_fn": loss_fn, "device": device}


# Whole runs


class Data:
    """Training and validation data as `fit` and `tune` get them; asked for test data, it refuses."""

    skipped: ClassVar[dict] = {}

    def __init__(self, train, validation):
        self.train = _photos(*train)
        self.validation = _photos(*validation)

    @property
    def test(self):
        raise RuntimeError("the test photos are for the very end: neither fit nor tune may look at them")


def fitted(fit, config, train, validation, seed, noise=0):
    """A run of `fit` on a few images, and what is left of it.

    Parameters
    ----------
    train, validation : pairs of arrays
        Images (n, 3, size, size) float32 and labels (n,).
    noise : int, optional
        Seeds torch's global generator before the run: what came before must make no difference.

    Returns
    -------
    dict
        "history" as returned; "logits" of the model, in evaluation mode, for the validation images; its "parameters";
        the "rates" that the updates were made with, in order; torch's global "random_state" before and after.
    """
    torch.manual_seed(noise)
    before = torch.get_rng_state().numpy().copy()
    with _recorded_rates() as rates:
        model, history = _pair(fit(config, Data(train, validation), torch.device("cpu"), seed), "fit", "model, history")
    after = torch.get_rng_state().numpy().copy()
    model.eval()
    with torch.no_grad():
        logits = model(torch.from_numpy(validation[0])).numpy()
    return {
        "history": history,
        "logits": logits,
        "parameters": _values(model),
        "rates": list(rates),
        "random_state": [before, after],
    }


def tuned(tune, train, validation, space, trials, seed, noise=0):
    """A run of `tune` on a few images: what it returned, as {"best", "trials"}.

    Parameters
    ----------
    train, validation, noise
        As for `fitted`.
    """
    torch.manual_seed(noise)
    best, made = _pair(tune(Data(train, validation), space, trials, seed), "tune", "best, trials")
    return {"best": best, "trials": made}


def _pair(value, function, names):
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"{function} should return the pair ({names}), not {type(value).__name__}")
    return value


# What was handed in


def logits_of_weights(build_model, config, weights, images):
    """The logits of the configuration's model with handed-in weights.

    Parameters
    ----------
    weights : dict
        The state dict, name → array. Every tensor of the model must be there, in its shape, and no other.
    images : uint8 array (n, 3, size, size)
    """
    model = build_model(config)
    model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()}, strict=True)
    return _logits(model, images)


def retrained(
    build_model, build_optimizer, train_one_epoch, config, rates, steps, seed, images, labels, test_images
):
    """Train the configuration's model anew for a fixed number of updates, and let it answer.

    Parameters
    ----------
    rates : list of float
        The learning rate of each stretch of training.
    steps : int
        Updates in each stretch.
    seed : int
        Decides about initial weights, dropout and the order of the images.
    images, test_images : uint8 arrays (n, 3, size, size)
    labels : array (n,)

    Returns
    -------
    array (m, 2)
        The logits for the test images.
    """
    torch.manual_seed(seed)
    model = build_model(config)
    updater = build_optimizer(config, model.parameters())
    loss_fn = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
    loader = Stretch(_photos(images.astype(np.float32) / 255, labels), config["batch_size"], steps, seed)
    for rate in rates:
        for group in updater.param_groups:
            group.update(lr=rate)
        train_one_epoch(model, loader, loss_fn, updater, torch.device("cpu"))
    return _logits(model, test_images)


class Stretch:
    """A loader that gives a fixed number of full batches and goes on, next time, where it stopped."""

    def __init__(self, photos, batch_size, steps, seed):
        self.dataset = photos
        self._steps = steps
        self._endless = self._go_round(photos, batch_size, seed)

    def __len__(self):
        return self._steps

    def __iter__(self):
        return itertools.islice(self._endless, self._steps)

    @staticmethod
    def _go_round(photos, batch_size, seed):
        loader = batches(photos, min(batch_size, len(photos)), shuffle=True, seed=seed)
        while True:
            yield from (batch for batch in loader if len(batch[1]) == loader.batch_size)


def _logits(model, images):
    model.eval()
    with torch.no_grad():
        parts = [model(torch.from_numpy(part.astype(np.float32) / 255)) for part in np.array_split(images, 8)]
    return torch.cat(parts).numpy()


# Between arrays and tensors


def _photos(images, labels):
    return Photos(torch.from_numpy(images), torch.from_numpy(labels), [str(number) for number in range(len(labels))])


def _set(model, values):
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), values, strict=True):
            if parameter.shape != value.shape:
                raise ValueError(f"a parameter of shape {tuple(parameter.shape)}, where {value.shape} is expected")
            parameter.copy_(torch.from_numpy(value))


def _values(model):
    return [parameter.detach().numpy().copy() for parameter in model.parameters()]


def _buffers(model):
    return [buffer.numpy().copy() for buffer in model.buffers()]


@contextlib.contextmanager
def _recorded_rates():
    """The learning rate of each update that any optimizer makes meanwhile."""
    rates = []
    hook = register_optimizer_step_pre_hook(
        lambda optimizer, args, kwargs: rates.append(float(optimizer.param_groups[0]["lr"]))
    )
    try:
        yield rates
    finally:
        hook.remove()
