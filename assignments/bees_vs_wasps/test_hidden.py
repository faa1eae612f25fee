"""The checks that judge: every building block against torch and plain arithmetic, and the tuned result.

The experiments run in the student's process (`bees_wasps_bench`) and bring numbers back; all judging is done here.
"""

import csv
import io
import itertools
import json
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy

from autograder.checking import (
    CheckFailure,
    StudentFailure,
    agree,
    expect_equal,
    expect_form,
    expect_property,
    expect_raises,
    expect_unchanged,
    prepared,
)

THRESHOLDS = tomllib.loads(Path(__file__).with_name("assignment.toml").read_text(encoding="utf-8"))["thresholds"]

CONFIG = {
    "image_size": 8,
    "channels": 3,
    "hidden": 6,
    "activation": "tanh",
    "dropout": 0.0,
    "optimizer": "sgd",
    "learning_rate": 0.1,
    "momentum": 0.9,
    "weight_decay": 0.0,
    "label_smoothing": 0.0,
    "batch_size": 8,
    "epochs": 3,
    "schedule": "constant",
}


# The network


def network_values(rng, config):
    """Parameters of a size that keeps every layer alive."""
    channels, features = config["channels"], 4 * config["channels"] * (config["image_size"] // 8) ** 2
    widths = [3, channels, 2 * channels, 4 * channels]
    shapes = [(out, inside, 3, 3) for inside, out in itertools.pairwise(widths)]
    shapes += [(config["hidden"], features), (2, config["hidden"])]
    values = []
    for shape in shapes:
        values += [rng.normal(size=shape) * np.sqrt(2 / np.prod(shape[1:])), 0.3 * rng.normal(size=shape[0])]
    return values


@prepared
def networks(rng, reference, oracle):
    """Configurations that differ in everything, their parameters, images, and the logits."""
    cases = []
    for activation, size, channels, hidden in (("relu", 16, 3, 7), ("leaky_relu", 8, 4, 5), ("tanh", 56, 2, 9)):
        config = CONFIG | {
            "activation": activation,
            "image_size": size,
            "channels": channels,
            "hidden": hidden,
            "dropout": 0.4,
        }
        values = network_values(rng, config)
        images = rng.normal(size=(5, 3, size, size))
        bench, build = reference.bees_wasps_bench, reference.bees_vs_wasps.build_model
        expected = agree(bench.answers(build, config, values, images).numpy(), oracle.logits(config, values, images))
        cases.append((config, values, images, expected))
    return cases


def expect_parameters(student, config, values):
    """That the model has the parameters of the handout, before anything is written into them."""
    got = student.bees_wasps_bench.parameter_shapes(student.bees_vs_wasps.build_model, config)
    expect_equal(got, [value.shape for value in values], what="the shapes of model.parameters()")


@pytest.mark.check(function="bees_vs_wasps.build_model", points=6, skill="The network's layers")
def test_the_network_computes_what_its_configuration_says(student, networks):
    """The logits of three configurations, with given parameters, in evaluation mode.

    Activation, image size, channels and hidden units all differ. The parameters are written into your model in the
    order of model.parameters(), then it answers for five images. Look at the order in a block (convolution,
    activation, pooling), at the padding, and at the end: the last layer's numbers are the answer, unchanged. Logits may
    be of any sign and size; a softmax would squeeze them between 0 and 1 before a loss that does so itself.
    """
    for config, values, images, expected in networks:
        expect_parameters(student, config, values)
        got = student.bees_wasps_bench.answers(student.bees_vs_wasps.build_model, config, values, images)
        described = f"{config['activation']}, {config['image_size']} pixels"
        expect_equal(got, expected, what=f"the logits of five images ({described})", steps=5)


@prepared
def dropped(rng, oracle):
    """One image many times, its logits without dropout, and the variance that dropout gives them."""
    config = CONFIG | {"hidden": 12, "dropout": 0.2}
    values = network_values(rng, config)
    values[8] = np.sign(values[8]) * (0.5 + np.abs(values[8]))
    image = rng.normal(size=(1, 3, 8, 8))
    units = oracle.hidden_units(config, values, image)[0]
    variance = (values[8] ** 2 @ units**2) * config["dropout"] / (1 - config["dropout"])
    return config, values, np.repeat(image, 4000, axis=0), oracle.logits(config, values, image)[0], variance


@pytest.mark.check(function="bees_vs_wasps.build_model", points=3, skill="Dropout")
def test_dropout_acts_on_the_hidden_units_in_training_mode_only(student, dropped):
    """One image 4,000 times, with dropout = 0.2.

    In evaluation mode all 4,000 answers are the same. In training mode each hidden unit h is 0 with probability 0.2
    and h/0.8 otherwise: its mean stays h and its variance is 0.25 h². The logits' mean and variance over the 4,000
    follow from that. A share of 0.8 (what is kept taken for what is dropped) gives sixteen times the variance.
    """
    config, values, images, mean, variance = dropped
    expect_parameters(student, config, values)
    build = student.bees_vs_wasps.build_model
    quiet = student.bees_wasps_bench.answers(build, config, values, images[:8])
    expect_equal(quiet, np.tile(mean, (8, 1)), what="the logits of one image in evaluation mode, 8 times", steps=5)
    noisy = expect_form(
        student.bees_wasps_bench.answers(build, config, values, images, training=True),
        np.zeros((4000, 2)),
        what="the logits in training mode",
    )
    error = 7 * np.sqrt(variance / 4000)  # more than seven standard errors: no luck can do that
    expect_property(
        bool(np.all(np.abs(noisy.mean(axis=0) - mean) <= error)),
        what="the mean of the logits over 4,000 times one image in training mode",
        got=noisy.mean(axis=0),
        expected=f"{mean} ± {error}, as without dropout",
    )
    ratio = noisy.var(axis=0) / variance
    expect_property(
        bool(np.all((ratio > 0.8) & (ratio < 1.25))),
        what="the variance of the logits over 4,000 times one image in training mode",
        got=noisy.var(axis=0),
        expected=f"about {variance}: every unit dropped on its own with probability 0.2",
    )


@pytest.mark.check(function="bees_vs_wasps.build_model", points=1, skill="Initial weights")
def test_every_new_model_has_new_weights(student):
    """Two models after different seeds differ in every weight matrix; after the same seed they are the same.

    torch's layers draw their weights from the global generator when they are made. Weights that are all equal, or the
    same in every model, would make the units of a layer learn the same thing, or every trial start at the same place.
    """
    first, again, other = (
        student.bees_wasps_bench.initial(student.bees_vs_wasps.build_model, CONFIG, seed) for seed in (1, 1, 2)
    )
    like = network_values(np.random.default_rng(0), CONFIG)
    first = expect_form(first, like, what="the parameters of a new model")
    expect_equal(again, first, what="the parameters of a new model after the same seed")
    other = expect_form(other, like, what="the parameters of a new model")
    differs = [float(np.mean(a != b)) for a, b in zip(first[::2], other[::2], strict=True)]
    spread = [float(np.std(a)) for a in first[::2]]
    expect_property(
        min(differs) > 0.9 and min(spread) > 0.01,
        what="the weights of two new models after different seeds",
        got=f"shares of weights that differ: {differs}; standard deviations {spread}",
        expected="drawn anew, each for itself",
    )


# The optimizer


@prepared
def optimizer_paths(rng, reference, oracle):
    """For each optimizer a configuration, a start, gradients, and the path."""
    shapes = [(3, 2), (4,)]
    start = [rng.normal(size=shape) + 2.0 for shape in shapes]
    gradients = [[rng.normal(size=shape) + 0.5 for shape in shapes] for _ in range(6)]
    paths = {}
    for name, rate, own in (("sgd", 0.07, {"momentum": 0.8}), ("rmsprop", 0.02, {}), ("adam", 0.03, {})):
        config = CONFIG | {"optimizer": name, "learning_rate": rate, "momentum": 0.8, "weight_decay": 0.3}
        bench, build = reference.bees_wasps_bench, reference.bees_vs_wasps.build_optimizer
        expected = agree(
            bench.moved(build, config, start, gradients),
            oracle.updates(name, {"lr": rate, "weight_decay": 0.3} | own, start, gradients),
        )
        paths[name] = (config, start, gradients, expected)
    return paths


def expect_path(student, case):
    config, start, gradients, expected = case
    got = student.bees_wasps_bench.moved(student.bees_vs_wasps.build_optimizer, config, start, gradients)
    what = f"the parameters after each of 6 updates of {config['optimizer']}"
    expect_equal(got, expected, what=what, steps=6)


@pytest.mark.check(function="bees_vs_wasps.build_optimizer", points=2, skill="SGD with momentum, as torch has it")
def test_gradient_descent_uses_rate_momentum_and_weight_decay(student, optimizer_paths):
    """Six updates of "sgd" with a learning rate, a momentum and a weight decay that all matter.

    torch adds weight_decay · W to the gradient before the momentum. All parameters are moved, whatever kind of iterable
    they come in: model.parameters() is a generator, which can be gone through once.
    """
    expect_path(student, optimizer_paths["sgd"])


@pytest.mark.check(function="bees_vs_wasps.build_optimizer", points=3, skill="RMSprop by its name")
def test_rmsprop_uses_rate_and_weight_decay_and_no_momentum(student, optimizer_paths):
    """Six updates of "rmsprop". The configuration has a momentum, which is meant for "sgd" only."""
    expect_path(student, optimizer_paths["rmsprop"])


@pytest.mark.check(function="bees_vs_wasps.build_optimizer", points=3, skill="Adam by its name")
def test_adam_uses_rate_and_weight_decay(student, optimizer_paths):
    """Six updates of "adam", with the betas that torch has and the weight decay in the gradient (not AdamW's)."""
    expect_path(student, optimizer_paths["adam"])


# One epoch


@dataclass(frozen=True)
class Setting:
    """Arguments of `bees_wasps_bench.trained` or `evaluated`, after the student's function."""

    args: tuple
    options: dict
    expected: dict


def small_values(rng, inputs=12, hidden=4):
    shapes = [(hidden, inputs), (hidden,), (2, hidden), (2,)]
    return [rng.normal(size=shape) / np.sqrt(shape[-1]) for shape in shapes]


def examples(rng, count):
    return rng.normal(size=(count, 3, 2, 2)), rng.permutation(np.arange(count) % 2)


def training_setting(rng, reference, oracle, optimizer, settings, count=11, batch_size=4, **options):
    images, labels = examples(rng, count)
    args = (small_values(rng), images, labels, batch_size, optimizer, settings)
    # What the setting does to the student's code makes no difference to the right numbers.
    of_numbers = {name: options[name] for name in ("parts", "epochs", "smoothing") if name in options}
    expected = agree(
        reference.bees_wasps_bench.trained(reference.bees_vs_wasps.train_one_epoch, *args, **options),
        oracle.training(*args, **of_numbers),
        rtol=1e-7,
    )
    return Setting(args, options, expected)


@prepared
def with_momentum(rng, reference, oracle):
    return training_setting(rng, reference, oracle, "SGD", {"lr": 0.2, "momentum": 0.9, "weight_decay": 0.02}, epochs=2)


@prepared
def with_adam(rng, reference, oracle):
    return training_setting(rng, reference, oracle, "Adam", {"lr": 0.05}, epochs=2, smoothing=0.2)


@prepared
def with_rmsprop(rng, reference, oracle):
    return training_setting(rng, reference, oracle, "RMSprop", {"lr": 0.02}, epochs=2, count=13)


@prepared
def with_stale_gradients(rng, reference, oracle):
    return training_setting(rng, reference, oracle, "SGD", {"lr": 0.3}, stale=2.0)


@prepared
def in_evaluation_mode(rng, reference, oracle):
    parts = ["batch norm", "dropout"]
    return training_setting(rng, reference, oracle, "SGD", {"lr": 0.2}, parts=parts, evaluation_mode=True, epochs=2)


@prepared
def on_another_device(rng, reference, oracle):
    return training_setting(rng, reference, oracle, "SGD", {"lr": 0.2}, elsewhere=True)


def train(student, setting):
    return student.bees_wasps_bench.trained(student.bees_vs_wasps.train_one_epoch, *setting.args, **setting.options)


def expect_trained(student, setting, *, updates, parts=("parameters",), remark=""):
    got = train(student, setting)
    for name in parts:
        expect_equal(
            got[name], setting.expected[name], what=f"the {name} after {updates} updates", steps=updates, remark=remark
        )


@pytest.mark.check(function="bees_vs_wasps.train_one_epoch", points=3, skill="The training loop")
def test_two_epochs_with_momentum_end_where_they_should(student, with_momentum):
    """Two epochs of SGD with momentum and weight decay over 11 examples in batches of 4, 4 and 3.

    The same in the order of torch's documentation: gradients of this batch's mean loss and no other, then one step of
    the optimizer, for every batch, the small last one included.
    """
    expect_trained(student, with_momentum, updates=6)


@pytest.mark.check(function="bees_vs_wasps.train_one_epoch", points=3, skill="The training loop")
def test_two_epochs_with_adaptive_optimizers_end_where_they_should(student, with_adam, with_rmsprop):
    """Two epochs of Adam, with a smoothed loss, and two of RMSprop.

    The loss function is the one that is passed in: here a cross-entropy with label smoothing 0.2. Adaptive optimizers
    divide by the size of past gradients, so that a wrong factor in the loss goes unnoticed by them, and gradients that
    were added up do not.
    """
    expect_trained(student, with_adam, updates=6)
    expect_trained(student, with_rmsprop, updates=8)


@pytest.mark.check(function="bees_vs_wasps.train_one_epoch", points=2, skill="Gradients are zeroed")
def test_gradients_left_behind_by_somebody_else_do_no_harm(student, with_stale_gradients):
    """Every parameter comes with a gradient of 2 from something before.

    backward() adds to what is there. Zero the gradients between the last update and the next backward(): whoever does
    it only after the update starts the first batch with what others left.
    """
    expect_trained(student, with_stale_gradients, updates=3)


@pytest.mark.check(function="bees_vs_wasps.train_one_epoch", points=3, skill="Training mode")
def test_training_is_done_in_training_mode(student, in_evaluation_mode):
    """A network with dropout and batch normalization comes in evaluation mode, as `evaluate` leaves it.

    In training mode batch normalization uses the mean and variance of the batch and updates its running statistics,
    and dropout is on. (The dropout here always drops the same units, so that the result can be compared.)
    """
    expect_trained(student, in_evaluation_mode, updates=6, parts=("parameters", "buffers"))


@pytest.mark.check(function="bees_vs_wasps.train_one_epoch", points=3, skill="Means over examples")
def test_the_loss_of_an_epoch_is_the_mean_over_examples(student, with_momentum, with_rmsprop):
    """What two epochs return, with batches of 4, 4 and 3, and of 4, 4, 4 and 1.

    Each batch's loss is a mean; times the size of the batch it is a sum. The sums add up to the sum over all examples.
    """
    for setting, sizes in ((with_momentum, "4, 4 and 3"), (with_rmsprop, "4, 4, 4 and 1")):
        losses = train(student, setting)["losses"]
        expect_equal(
            losses, setting.expected["losses"], what=f"the loss of two epochs with batches of {sizes}", steps=6
        )


@pytest.mark.check(function="bees_vs_wasps.train_one_epoch", points=2, skill="Any device")
def test_training_runs_on_the_device_that_it_is_given(student, on_another_device):
    """The model is on a device that is not the loader's (a pretended one: see bees_wasps_places.py).

    Images and labels must be moved to `device`, the argument. A `.cuda()` fails where there is no such card, and what
    was made for the processor fails on all others.
    """
    expect_trained(student, on_another_device, updates=3)


# Evaluation


def evaluation_setting(rng, reference, oracle, count, batch_size, wrong, **options):
    """Examples of which `wrong` are answered wrongly, all of them at the end, each by a clear margin."""
    parts = options.get("parts", ())
    values = small_values(rng)
    while True:
        images = rng.normal(size=(4 * count, 3, 2, 2))
        hidden = np.tanh(images.reshape(len(images), -1) @ values[0].T + values[1])
        scores = hidden @ values[2].T + values[3]
        clear = np.abs(scores[:, 0] - scores[:, 1]) > 0.2
        if clear.sum() >= count:
            break
    images, answers = images[clear][:count], np.argmax(scores[clear][:count], axis=1)
    labels = answers ^ (np.arange(count) >= count - wrong)
    args = (values, images, labels, batch_size)
    bench = reference.bees_wasps_bench.evaluated(reference.bees_vs_wasps.evaluate, *args, **options)
    result = agree(tuple(bench["result"]), oracle.evaluation(values, images, labels, parts))
    return Setting(args, options, {"result": result, "parameters": values, "buffers": bench["buffers"]})


@prepared
def uneven(rng, reference, oracle):
    return evaluation_setting(rng, reference, oracle, 11, 4, 3)


@prepared
def with_modes(rng, reference, oracle):
    return evaluation_setting(rng, reference, oracle, 10, 4, 3, parts=["batch norm", "dropout"])


@prepared
def without_gradients(rng, reference, oracle):
    return evaluation_setting(rng, reference, oracle, 9, 3, 4, parts=["no gradients"])


@prepared
def evaluated_elsewhere(rng, reference, oracle):
    return evaluation_setting(rng, reference, oracle, 9, 4, 2, elsewhere=True)


def expect_evaluated(student, setting, remark=""):
    got = student.bees_wasps_bench.evaluated(student.bees_vs_wasps.evaluate, *setting.args, **setting.options)
    expect_equal(got["result"], setting.expected["result"], what="(loss, accuracy)", remark=remark)
    return got


@pytest.mark.check(function="bees_vs_wasps.evaluate", points=3, skill="Evaluation: means over examples")
def test_loss_and_accuracy_are_means_over_examples(student, uneven):
    """Eleven examples in batches of 4, 4 and 3; the three of the last batch are answered wrongly.

    8 of 11 are right. The mean of the batches' accuracies, (1 + 1 + 0)/3, is another number.
    """
    expect_evaluated(student, uneven)


@pytest.mark.check(function="bees_vs_wasps.evaluate", points=4, skill="Evaluation mode")
def test_evaluation_is_done_in_evaluation_mode_and_changes_nothing(student, with_modes):
    """A network with dropout and batch normalization comes in training mode, as `train_one_epoch` leaves it.

    In evaluation mode no unit is dropped, and batch normalization uses its running statistics: here they are still
    mean 0 and variance 1. In training mode every evaluation would move them a little, towards the data it is meant to
    judge by. Parameters and running statistics are afterwards what they were.
    """
    got = expect_evaluated(student, with_modes, remark="Is the model in evaluation mode while it answers?")
    expect_equal(got["parameters"], with_modes.expected["parameters"], what="the parameters after the evaluation")
    expect_equal(
        got["buffers"], with_modes.expected["buffers"], what="batch normalization's statistics after the evaluation"
    )


@pytest.mark.check(function="bees_vs_wasps.evaluate", points=2, skill="No gradients in evaluation")
def test_no_gradients_are_recorded_in_evaluation(student, without_gradients):
    """A network whose last layer turns its answer round wherever gradients are recorded.

    A real network answers the same either way, but keeps every intermediate result for a backward pass that never
    comes: on large images that is most of the memory.
    """
    remark = "These numbers belong to a forward pass that records gradients: switch that off around the loop."
    expect_evaluated(student, without_gradients, remark=remark)


@pytest.mark.check(function="bees_vs_wasps.evaluate", points=2, skill="Any device")
def test_evaluation_runs_on_the_device_that_it_is_given(student, evaluated_elsewhere):
    """The model is on a device that is not the loader's (a pretended one: see bees_wasps_places.py).

    Move images and labels to `device`; compare answers and labels that are in the same place.
    """
    expect_evaluated(student, evaluated_elsewhere)


# Whole trainings


def photos(rng, count, size=8):
    """Images and labels: what is labelled 1 is brighter."""
    labels = np.arange(count) % 2
    images = 0.4 * rng.random((count, 3, size, size)) + 0.5 * labels[:, None, None, None]
    return images.astype(np.float32), labels.astype(np.int64)


def fitted(student, config, train, validation, seed, **options):
    return student.bees_wasps_bench.fitted(student.bees_vs_wasps.fit, config, train, validation, seed, **options)


def begun(student, config, train, validation, seed):
    """The first updates of a training. Nothing is asked of them: where the check fails, they tell mistakes apart.

    A known mistake is recognised by training with it again. Most part from what was handed in within a few updates, and
    only what does not is tried on the whole training.
    """
    few = tuple(part[:9] for part in train)
    fitted(student, config | {"epochs": 2}, few, validation, seed)


HISTORY = ("learning_rate", "train_loss", "validation_loss", "validation_accuracy")


def history_of(got, epochs):
    """The four columns of a history, as arrays."""
    like = [dict.fromkeys(HISTORY, 0.5)] * epochs
    history = got["history"]
    if isinstance(history, list | tuple) and all(isinstance(entry, dict) for entry in history):
        history = [{name: value for name, value in entry.items() if name in HISTORY} for entry in history]
    entries = expect_form(history, like, what=f"the history of {epochs} epochs")
    return {name: np.array([entry[name] for entry in entries]) for name in HISTORY}


@pytest.mark.check(function="bees_vs_wasps.fit", points=4, skill="Learning-rate schedules")
def test_every_update_uses_the_rate_of_its_epoch(student, rng, oracle):
    """The learning rate of every single update, for the three schedules.

    19 examples in batches of 8 are three updates an epoch. The rate changes from epoch to epoch and not within one; the
    first epoch uses the configuration's own rate; each schedule multiplies that first rate, not the one before. A
    schedule that is none of the three is refused with a ValueError. Configuration and data are the same after a
    training as before.
    """
    train, validation = photos(rng, 19), photos(rng, 6)
    begun(student, CONFIG | {"schedule": "cosine"}, train, validation, 1)
    for schedule, epochs in (("cosine", 4), ("exponential", 5), ("constant", 2)):
        config = CONFIG | {"schedule": schedule, "epochs": epochs, "learning_rate": 0.03, "optimizer": "adam"}
        call = student.bees_wasps_bench.fitted.attempt(student.bees_vs_wasps.fit, config, train, validation, 1)
        expect_unchanged(call)
        got, rates = call.value, oracle.learning_rates(config, 3)
        expect_equal(got["rates"], rates, what=f"the learning rate of each update with a {schedule} schedule")
        expect_equal(
            history_of(got, epochs)["learning_rate"], np.array(rates[::3]), what="the learning rates in the history"
        )
    fit, unknown = student.bees_vs_wasps.fit, CONFIG | {"schedule": "linear"}
    expect_raises(student.bees_wasps_bench.fitted.attempt(fit, unknown, train, validation, 1), ValueError)


@pytest.mark.check(function="bees_vs_wasps.fit", points=1, skill="The order of the examples")
def test_examples_that_come_sorted_by_label_are_learned_all_the_same(student, rng):
    """Three epochs on 96 images, of which all with label 0 come first, and then all with label 1.

    Every epoch goes through the training images in a new random order. In the order in which they come, the last
    updates of each epoch would see one label only: the network ends up giving that answer, and is sure of it. Guessing
    has a loss of log 2 = 0.69; to be sure of one answer and wrong half of the time costs several times as much.
    """
    images, labels = photos(rng, 96)
    by_label = np.argsort(labels, kind="stable")
    config = CONFIG | {"learning_rate": 0.05, "batch_size": 4}
    train, validation = (images[by_label], labels[by_label]), photos(rng, 20)
    begun(student, config, train, validation, 6)
    got = fitted(student, config, train, validation, 6)
    loss = float(history_of(got, 3)["validation_loss"][-1])
    expect_property(loss < 2, what="the validation loss after three epochs", got=loss, expected="below 2")


@pytest.mark.check(function="bees_vs_wasps.fit", points=3, skill="Reproducible by its seed")
def test_a_training_depends_on_its_seed_and_on_nothing_before(student, rng):
    """The same training twice with one seed, after different random numbers were drawn, and once with another seed.

    Initial weights, the order of the examples and dropout all come from the seed. The first two models are equal, the
    third differs. And whoever draws random numbers after a training is not to notice that there was one: torch's
    global state is what it was.
    """
    train, validation = photos(rng, 21), photos(rng, 8)
    config = CONFIG | {"dropout": 0.3, "optimizer": "adam", "learning_rate": 0.01}
    like = network_values(rng, config)
    first, again, other = (
        fitted(student, config, train, validation, seed, noise=noise) for seed, noise in ((4, 10), (4, 11), (5, 10))
    )
    values = expect_form(first["parameters"], like, what="the parameters of the model")
    expect_equal(again["parameters"], values, what="the parameters after the same training again", steps=9)
    others = expect_form(other["parameters"], like, what="the parameters of the model")
    distance = max(float(np.max(np.abs(a - b))) for a, b in zip(values, others, strict=True))
    expect_property(
        distance > 1e-3,
        what="how far the models of two seeds are apart",
        got=distance,
        expected="another seed, another model",
    )
    before, after = expect_form(first["random_state"], [np.zeros(5056)] * 2, what="torch's random state")
    expect_property(
        bool(np.array_equal(before, after)),
        what="torch's global random state after a training",
        got="changed",
        expected="what it was before",
        remark="torch.random.fork_rng() lends a generator that is put back at the end.",
    )


@pytest.mark.check(function="bees_vs_wasps.fit", points=2, skill="An honest history")
def test_the_history_tells_what_the_returned_model_does(student, rng, oracle):
    """The last entry of the history beside the returned model's own answers for the validation images.

    The loss and the accuracy are recomputed from the logits of the model that `fit` returned: plain cross-entropy, also
    where the training smooths its labels, or configurations could not be compared. The model returned is the one after
    the last epoch. Training is on the training images: nothing of the validation images may be learned. There are 280
    of them, more than a batch of `evaluate` holds, and all count.
    """
    count = 280
    train, validation = photos(rng, 30), photos(rng, count)
    validation = (validation[0], 1 - validation[1])  # labels the other way round: who trains on them stands out
    config = CONFIG | {"label_smoothing": 0.2, "dropout": 0.1, "epochs": 14, "optimizer": "adam", "learning_rate": 0.02}
    begun(student, config, train, validation, 2)
    got = fitted(student, config, train, validation, 2)
    logits = expect_form(got["logits"], np.zeros((count, 2)), what="the logits of the returned model")
    history = history_of(got, 14)
    shifted = logits - logits.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(count), validation[1]]
    accuracy = float(np.mean(np.argmax(logits, axis=1) == validation[1]))
    expect_equal(history["validation_loss"][-1], float(losses.mean()), what="the last validation loss", tolerance=1e-4)
    expect_equal(history["validation_accuracy"][-1], accuracy, what="the last validation accuracy")
    expect_property(
        history["train_loss"][-1] < 0.65 and accuracy < 0.5,
        what="the training loss at the end, and the accuracy on images whose labels are the other way round",
        got=[history["train_loss"][-1], accuracy],
        expected="a loss below 0.65, and an accuracy below 0.5",
    )


# Tuning


def only(config, **varied):
    """A space in which nothing but `varied` varies."""
    return {name: {"kind": "choice", "values": [value]} for name, value in config.items()} | varied


def tuned(student, *args, **options):
    return student.bees_wasps_bench.tuned(student.bees_vs_wasps.tune, *args, **options)


def trials_of(got, config, count):
    """The trials as accepted: configurations and numbers of the right form."""
    numbers = {"seed": 1, "validation_loss": 0.5, "validation_accuracy": 0.5}
    names = {"configuration", *numbers}
    trials = got["trials"]
    if isinstance(trials, list | tuple) and all(isinstance(trial, dict) for trial in trials):
        trials = [{name: value for name, value in trial.items() if name in names} for trial in trials]
    return expect_form(trials, [{"configuration": config} | numbers] * count, what=f"the trials of a search of {count}")


@pytest.mark.check(function="bees_vs_wasps.tune", points=3, skill="Choosing by validation")
def test_the_choice_is_made_by_the_validation_data(student, rng):
    """Two data sets in which what one might choose by disagrees. Half of the learning rates learn nothing.

    In the first, the validation labels are the other way round, so a configuration that learns the training data is bad
    on the validation data: the training loss would choose it. In the second, a third of the validation labels is wrong:
    who learns is right more often than who guesses, but sure of itself also where it is wrong, and has the higher loss.
    The highest validation accuracy decides, the lowest loss among equals.
    """
    few = tuple(part[:8] for part in photos(rng, 16))
    tuned(student, few, photos(rng, 15), only(CONFIG | {"epochs": 1}), 8, 3)  # as in `begun`
    config = CONFIG | {"epochs": 10, "optimizer": "adam", "learning_rate": 0.1, "channels": 2}
    space = only(config, learning_rate={"kind": "choice", "values": [1e-9, 2e-9, 0.03, 0.02]})
    for wrong in (21, 7):
        train, (images, labels) = photos(rng, 40), photos(rng, 21)
        labels = np.where(np.arange(21) < wrong, 1 - labels, labels)
        got = tuned(student, train, (images, labels), space, 6, 3)
        trials = trials_of(got, config, 6)
        best = max(trials, key=lambda trial: (trial["validation_accuracy"], -trial["validation_loss"]))
        expect_equal(got["best"], best["configuration"], what="the best configuration")


@pytest.mark.check(function="bees_vs_wasps.tune", points=2, skill="Reproducible by its seed")
def test_a_search_can_be_repeated_and_every_trial_has_its_own_seed(student, rng):
    """The same search twice, after different random numbers were drawn, and once with another seed.

    One seed gives one list of trials. Another seed draws other configurations. And each trial has a seed of its own: if
    all began with the same weights in the same order, one lucky start would be the luck of the whole search.
    """
    train, validation = photos(rng, 16), photos(rng, 7)
    config = CONFIG | {"epochs": 1}
    space = only(config, learning_rate={"kind": "log_uniform", "low": 1e-3, "high": 1e-1})
    first, again, other = (
        tuned(student, train, validation, space, 4, seed, noise=noise) for seed, noise in ((1, 5), (1, 6), (2, 5))
    )
    trials = trials_of(first, config, 4)
    expect_equal(trials_of(again, config, 4), trials, what="the trials of the same search again", steps=4)
    rates = [
        [trial["configuration"]["learning_rate"] for trial in some] for some in (trials, trials_of(other, config, 4))
    ]
    expect_property(
        len({*rates[0], *rates[1]}) == 8 and all(1e-3 <= rate <= 1e-1 for rate in rates[0]),
        what="the learning rates of two searches of 4",
        got=rates,
        expected="8 different ones between 0.001 and 0.1",
    )
    seeds = [trial["seed"] for trial in trials]
    expect_property(len(set(seeds)) == 4, what="the seeds of 4 trials", got=seeds, expected="4 different ones")


@pytest.mark.check(function="bees_vs_wasps.tune", points=2, skill="An honest report")
def test_a_trial_can_be_run_again_from_its_report(student, rng):
    """`fit` with the configuration and the seed of a trial gives the numbers that the trial reports.

    That holds for every trial, also for one that went badly: here a learning rate of 1000 makes the loss explode.
    """
    train, validation = photos(rng, 20), photos(rng, 9)
    config = CONFIG | {"epochs": 2, "dropout": 0.2}
    widths, rates = {"kind": "integer", "low": 4, "high": 7}, {"kind": "choice", "values": [0.05, 1000.0]}
    space = only(config, learning_rate=rates, hidden=widths)
    trials = trials_of(tuned(student, train, validation, space, 4, 9), config, 4)
    for trial in trials:
        history = history_of(fitted(student, trial["configuration"], train, validation, trial["seed"]), 2)
        told = (trial["validation_loss"], trial["validation_accuracy"])
        run_again = (float(history["validation_loss"][-1]), float(history["validation_accuracy"][-1]))
        expect_equal(
            told, run_again, what="validation loss and accuracy of a trial, beside `fit` with its seed", steps=6
        )


# What was handed in


WHOLE = {
    "image_size": (32, 32),
    "channels": (1, 16),
    "hidden": (1, 128),
    "batch_size": (1, 64),
    "epochs": (1, 1000),
}
SHARES = {"dropout": (0, 0.95), "momentum": (0, 0.9999), "weight_decay": (0, 10), "label_smoothing": (0, 0.95)}
POSITIVE = {"learning_rate": (1e-8, 100)}
NAMES = {
    "activation": ("relu", "leaky_relu", "tanh"),
    "optimizer": ("sgd", "rmsprop", "adam"),
    "schedule": ("constant", "cosine", "exponential"),
}


def refused_value(name, value):
    """What a value should be instead; empty where it is in order."""
    if name in NAMES:
        return "" if value in NAMES[name] else f"one of {', '.join(NAMES[name])}"
    low, high = (WHOLE | SHARES | POSITIVE)[name]
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    whole = number and (name not in WHOLE or isinstance(value, int))
    return "" if whole and low <= value <= high else f"a {'whole ' if name in WHOLE else ''}number, {low} to {high}"


def expect_working(student):
    """A tuned result is one of the student's own `tune`: it makes one tiny trial before anything is read."""
    images, labels = np.zeros((4, 3, 8, 8), dtype=np.float32), np.array([0, 1, 0, 1])
    config = CONFIG | {"epochs": 1}
    trials_of(tuned(student, (images, labels), (images, labels), only(config), 1, 0), config, 1)
    student.calls.clear()  # what follows is about files, and would not be explained by that call


def handed_in_configuration(student):
    """best_config.json, with every value inside the limits of the handout."""
    expect_working(student)
    content = student.handed_in("best_config.json")
    try:
        config = json.loads(content[:100_000].decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        config = f"not JSON: {error}"
    wanted = [*CONFIG]
    complete = isinstance(config, dict) and set(wanted) <= set(config)
    expect_property(
        complete, what="best_config.json", got=str(config), expected=f"a JSON object with {', '.join(wanted)}"
    )
    for name in wanted:
        instead = refused_value(name, config[name])
        expect_property(not instead, what=f"{name} in best_config.json", got=repr(config[name])[:80], expected=instead)
    return {name: config[name] for name in wanted}


def rows_of(content):
    """The rows of trials.csv as dicts of text; empty where it is no such table."""
    try:
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return []


def same(text, value):
    """Whether a cell says what the configuration says: 0.010 is 0.01."""
    try:
        return math.isclose(float(text), float(value), rel_tol=1e-6)
    except (TypeError, ValueError):
        return text == str(value)


def accuracy_in(row):
    try:
        value = float(row.get("validation_accuracy") or "")
    except (TypeError, ValueError):
        return math.nan
    return value if 0 <= value <= 1 else math.nan


@pytest.mark.check(function="bees_vs_wasps.tune", points=2, skill="An honest report")
def test_the_handed_in_trials_show_the_search_and_its_best(student):
    """trials.csv has a line for every trial, and best_config.json is the best of them.

    Each line has the validation accuracy and every hyperparameter, under their names. There are at least twelve
    different configurations: with fewer, the best one is hardly a result of searching. The configuration handed in is
    that of a line with the highest validation accuracy.
    """
    config = handed_in_configuration(student)
    rows = rows_of(student.handed_in("trials.csv"))
    columns = {"validation_accuracy", *config}
    complete = bool(rows) and all(columns <= set(row) for row in rows)
    expect_property(
        complete,
        what="the columns of trials.csv",
        got=", ".join(map(str, rows[0])) if rows else "no table with a line of names and lines of values",
        expected=f"at least {', '.join(sorted(columns))}",
    )
    accuracies = [accuracy_in(row) for row in rows]
    expect_property(
        not any(math.isnan(value) for value in accuracies),
        what="the validation accuracies in trials.csv",
        got=accuracies,
        expected="numbers between 0 and 1",
    )
    different = len({tuple(str(row[name]) for name in config) for row in rows})
    expect_property(
        different >= THRESHOLDS["fewest_trials"],
        what="how many different configurations were tried",
        got=different,
        expected=f"at least {THRESHOLDS['fewest_trials']}",
    )
    matching = [
        value
        for row, value in zip(rows, accuracies, strict=True)
        if all(same(row[name], config[name]) for name in config)
    ]
    expect_property(
        bool(matching) and max(matching) >= max(accuracies) - 1e-9,
        what="the validation accuracy of the configuration in best_config.json",
        got=f"{max(matching):.4f}" if matching else "no trial has this configuration",
        expected=f"the highest in trials.csv, {max(accuracies):.4f}",
    )


@dataclass(frozen=True)
class Task:
    """Hidden drawings, as bytes: no hand-in can have seen them."""

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    seeds: list[int]


SHOWN = 400
"""How many of the training drawings the retrained network answers for too: to tell under- from overfitting."""


@prepared
def task(rng, reference):
    """Drawings of another seed than those handed out; three seeds to train with."""
    seed = int(rng.integers(1_000, 2**31))
    data = reference.bees_wasps_data.load_bees_wasps(seed=seed, count=2500)
    later = [data.validation, data.test]
    return Task(
        as_bytes(data.train.images),
        data.train.labels.numpy(),
        np.concatenate([as_bytes(some.images) for some in later]),
        np.concatenate([some.labels.numpy() for some in later]),
        [int(seed) for seed in rng.integers(2**31, size=3)],
    )


def as_bytes(images):
    return np.round(images.numpy() * 255).astype(np.uint8)


@dataclass(frozen=True)
class Estimate:
    """A share of right answers, and how far chance may have moved it."""

    shares: list[float]
    images: int

    @property
    def mean(self):
        return float(np.mean(self.shares))

    @property
    def margin(self):
        """One standard error: of the images drawn, and of the starts where there are several."""
        drawn = self.mean * (1 - self.mean) / self.images
        starts = np.var(self.shares, ddof=1) / len(self.shares) if len(self.shares) > 1 else 0.0
        return float(np.sqrt(drawn + starts))

    def reaches(self, threshold):
        """The margin counts for the student: luck of the draw costs nobody a point."""
        return self.mean + self.margin >= threshold

    def __str__(self):
        each = f" ({', '.join(f'{share:.3f}' for share in self.shares)})" if len(self.shares) > 1 else ""
        return f"{self.mean:.3f} ± {self.margin:.3f}{each}"


def expect_at_least(estimate, threshold, *, what, remark):
    expect_property(
        estimate.reaches(threshold),
        what=what,
        got=str(estimate),
        expected=f"at least {threshold:.2f} (the margin counts for you)",
        remark=remark,
    )


def share_right(logits, labels):
    return float(np.mean(np.argmax(logits, axis=1) == labels))


def handed_in_weights(student):
    """model.safetensors, as arrays that fit the configuration's own model."""
    config = handed_in_configuration(student)
    content = student.handed_in("model.safetensors")
    try:
        weights = safetensors.numpy.load(content)
    except (safetensors.SafetensorError, KeyError, ValueError, TypeError) as error:
        weights = str(error)
    expect_property(
        isinstance(weights, dict) and bool(weights) and all(value.dtype.kind == "f" for value in weights.values()),
        what="model.safetensors",
        got=weights if isinstance(weights, str) else "no tensors of floating point numbers",
        expected="a state dict as safetensors.torch.save_file writes it",
    )
    finite = all(bool(np.all(np.isfinite(value))) for value in weights.values())
    expect_property(finite, what="the weights", got="NaN or infinite ones", expected="finite numbers")
    shapes = student.bees_wasps_bench.state_shapes(student.bees_vs_wasps.build_model, config)
    theirs = {name: list(value.shape) for name, value in weights.items()}
    expect_equal(
        theirs,
        expect_form_of_shapes(shapes),
        what="the shapes of the handed-in weights, beside those of build_model(best_config.json)",
        remark="These weights do not come from the configuration's model: hand in files of one and the same tuning.",
    )
    return config, weights


def expect_form_of_shapes(shapes):
    """The state dict's shapes as the student's own model has them."""
    fine = isinstance(shapes, dict) and all(isinstance(shape, list) for shape in shapes.values())
    expect_property(fine, what="the state dict of the model", got=shapes, expected="tensors by name")
    return shapes


def weights_estimate(student, task):
    def compute():
        config, weights = handed_in_weights(student)
        logits = student.bees_wasps_bench.logits_of_weights(
            student.bees_vs_wasps.build_model, config, weights, task.test_images
        )
        logits = expect_form(logits, np.zeros((len(task.test_labels), 2)), what="the logits with the handed-in weights")
        return Estimate([share_right(logits, task.test_labels)], len(task.test_labels))

    return student.once("handed-in weights", compute)


WEIGHTS = "the share of hidden drawings that your handed-in weights classify rightly"
WEIGHTS_REMARK = (
    "Drawings of another seed are as hard as those you have: what your test photos said is what to expect here. "
    "Weights that are much better on your validation photos than here were chosen by luck, or trained on them."
)


@pytest.mark.check(function="bees_vs_wasps.tune", points=2, skill="Weights of the configuration")
def test_the_handed_in_weights_are_those_of_the_handed_in_configuration(student):
    """model.safetensors fits build_model(best_config.json): every tensor by name and shape, and no other."""
    handed_in_weights(student)


@pytest.mark.check(function="bees_vs_wasps.tune", points=1, skill="A tuned classifier")
def test_the_handed_in_weights_have_learned_to_tell_bees_from_wasps(student, task):
    """The handed-in weights on 1,000 hidden drawings: well above what an untuned network gets."""
    expect_at_least(weights_estimate(student, task), THRESHOLDS["weights_first"], what=WEIGHTS, remark=WEIGHTS_REMARK)


@pytest.mark.check(function="bees_vs_wasps.tune", points=1, skill="A tuned classifier")
def test_the_handed_in_weights_are_those_of_a_tuned_network(student, task):
    """The handed-in weights on 1,000 hidden drawings: what a search of twenty trials usually finds."""
    expect_at_least(weights_estimate(student, task), THRESHOLDS["weights_second"], what=WEIGHTS, remark=WEIGHTS_REMARK)


@dataclass(frozen=True)
class Retraining:
    estimate: Estimate
    on_training: float
    """Share of right answers on drawings it was trained with, mean of the starts."""
    one_sided: int
    """How many of the starts ended with a network that gives one answer for everything."""


def retraining_of(task, logits):
    """What the logits of each start say: those for the hidden drawings, and those for some it was trained with."""
    test, training = task.test_labels, task.labels[:SHOWN]
    shares = [share_right(after[: len(test)], test) for after in logits]
    seen = [share_right(after[len(test) :], training) for after in logits]
    said = [float(np.mean(np.argmax(after[: len(test)], axis=1))) for after in logits]
    return Retraining(
        Estimate(shares, len(test)), float(np.mean(seen)), sum(share < 0.02 or share > 0.98 for share in said)
    )


def arguments(task, oracle, config, seed):
    """What `bees_wasps_bench.retrained` is asked with: the schedule is spread over the fixed number of updates."""
    rates = oracle.learning_rates(config | {"epochs": int(THRESHOLDS["stretches"])}, 1)
    asked = np.concatenate([task.test_images, task.images[:SHOWN]])
    return config, rates, int(THRESHOLDS["updates_per_stretch"]), seed, task.images, task.labels, asked


_by_reference = {}
"""What became of a configuration, by the configuration and the seeds: equal ones are trained once."""


def retrained_by_reference(reference, task, oracle, config):
    """Three trainings with the course's own functions: a mistake in a loop is paid for in the loop's own checks."""
    key = (json.dumps(config, sort_keys=True), *task.seeds)
    if key not in _by_reference:
        module = reference.bees_vs_wasps
        functions = (module.build_model, module.build_optimizer, module.train_one_epoch)
        logits = [
            reference.bees_wasps_bench.retrained(*functions, *arguments(task, oracle, config, seed))
            for seed in task.seeds
        ]
        _by_reference[key] = retraining_of(task, logits)
    return _by_reference[key]


def retrained_by_student(student, task, oracle, config):
    """Three trainings with the student's own functions; raises where their code does."""
    module = student.bees_vs_wasps
    functions = (module.build_model, module.build_optimizer, module.train_one_epoch)
    like = np.zeros((len(task.test_labels) + SHOWN, 2))
    logits = []
    for seed in task.seeds:
        got = student.bees_wasps_bench.retrained(*functions, *arguments(task, oracle, config, seed))
        logits.append(expect_form(got, like, what="the logits after retraining"))
    return retraining_of(task, logits)


def expect_retrained(student, reference, oracle, task, threshold):
    """That the configuration reaches the threshold in the course's hands, or else in the student's own."""
    config = handed_in_configuration(student)
    found = retrained_by_reference(reference, task, oracle, config)
    if found.estimate.reaches(threshold):
        return
    own = student.once(
        "own retraining", lambda: outcome_of(lambda: retrained_by_student(student, task, oracle, config))
    )
    if own is not None and own.estimate.mean > found.estimate.mean:
        found = own
    updates = int(THRESHOLDS["stretches"] * THRESHOLDS["updates_per_stretch"])
    expect_at_least(
        found.estimate,
        threshold,
        what=f"the share of hidden drawings classified rightly after {updates} updates with your configuration, "
        "from 3 starts",
        remark=explanation(found, config),
    )


def outcome_of(make):
    """What is made; None where the student's code does not get that far, which other checks tell about."""
    try:
        return make()
    except (StudentFailure, CheckFailure):
        return None


def explanation(found, config):
    """What the three trainings looked like."""
    settings = f"{config['optimizer']} at {config['learning_rate']:.3g}, batches of {config['batch_size']}"
    if found.one_sided:
        return (
            f"From {found.one_sided} of 3 starts the network ends by giving one answer for everything ({settings}): "
            "that is what too large a learning rate does early on, and too small a one never leaves. Look at trials "
            "with other rates, a decade up and down."
        )
    if found.on_training - found.estimate.mean > 0.1:
        return (
            f"On drawings that it was trained with it is right in {found.on_training:.2f} of all cases ({settings}): "
            "it learns them by heart. Dropout, weight decay, label smoothing or a smaller network work against that."
        )
    if np.ptp(found.estimate.shares) > 0.1:
        return (
            f"The three starts end far apart ({settings}): a configuration that works only with luck. Prefer one whose "
            "neighbours in the search are good too."
        )
    return (
        f"On drawings that it was trained with it is right in {found.on_training:.2f} of all cases, hardly more often "
        f"than on new ones ({settings}): it has not learned enough in this many updates. The learning rate comes "
        "first, then the optimizer and the size of the network."
    )


@pytest.mark.check(function="bees_vs_wasps.tune", points=2, skill="A tuned configuration")
def test_the_configuration_learns_from_any_start(student, reference, oracle, task):
    """Training anew with the handed-in configuration, from three starts: clearly better than guessing.

    The number of updates is fixed (see the handout), whatever `epochs` says, with the schedule spread over all of
    them. The course's functions do it, so that a mistake in yours costs nothing here; and if that falls short, yours.
    """
    expect_retrained(student, reference, oracle, task, THRESHOLDS["retrained_first"])


@pytest.mark.check(function="bees_vs_wasps.tune", points=3, skill="A tuned configuration")
def test_the_configuration_is_better_than_an_untuned_one(student, reference, oracle, task):
    """Training anew with the handed-in configuration, from three starts: better than where the notebook began."""
    expect_retrained(student, reference, oracle, task, THRESHOLDS["retrained_second"])


@pytest.mark.check(function="bees_vs_wasps.tune", points=3, skill="A tuned configuration")
def test_the_configuration_is_as_good_as_a_short_search_finds(student, reference, oracle, task):
    """Training anew with the handed-in configuration, from three starts: what a search of a dozen trials finds."""
    expect_retrained(student, reference, oracle, task, THRESHOLDS["retrained_third"])


@pytest.mark.check(function="bees_vs_wasps.tune", points=3, skill="A tuned configuration")
def test_the_configuration_is_as_good_as_a_thorough_search_finds(student, reference, oracle, task):
    """Training anew with the handed-in configuration, from three starts: what a search of twenty trials finds."""
    expect_retrained(student, reference, oracle, task, THRESHOLDS["retrained_fourth"])
