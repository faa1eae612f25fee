"""The checks you have on your own machine: small experiments whose outcome follows from a few lines of arithmetic.

The experiments themselves are in bees_wasps_bench.py, which lies beside your module. You can make them yourself.
"""

import numpy as np
import pytest

from autograder.checking import expect_equal, expect_property, expect_raises

CONFIG = {
    "image_size": 8,
    "channels": 2,
    "hidden": 5,
    "activation": "relu",
    "dropout": 0.0,
    "optimizer": "sgd",
    "learning_rate": 0.1,
    "momentum": 0.5,
    "weight_decay": 0.0,
    "label_smoothing": 0.0,
    "batch_size": 8,
    "epochs": 3,
    "schedule": "constant",
}


def photos(rng, count, size=8):
    """Images and labels: what is labelled 1 is brighter, so that there is something to learn."""
    labels = np.arange(count) % 2
    images = 0.4 * rng.random((count, 3, size, size)) + 0.5 * labels[:, None, None, None]
    return images.astype(np.float32), labels.astype(np.int64)


def small_values(rng, inputs, hidden=3):
    """Parameters of two dense layers: weights and biases."""
    shapes = [(hidden, inputs), (hidden,), (2, hidden), (2,)]
    return [rng.normal(size=shape) / np.sqrt(shape[-1]) for shape in shapes]


def scores_of(values, images):
    """logits = tanh(x W1ᵀ + b1) W2ᵀ + b2, and the hidden layer."""
    w1, b1, w2, b2 = values
    hidden = np.tanh(images.reshape(len(images), -1) @ w1.T + b1)
    return hidden @ w2.T + b2, hidden


def losses_and_shares(logits, labels):
    """−log of the softmax's entry for the label, for each example, and the softmax itself."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return -np.log(shares[np.arange(len(labels)), labels]), shares


def one_epoch_by_hand(values, images, labels, batch_size, rate):
    """Plain gradient descent through the two layers, batch after batch."""
    w1, b1, w2, b2 = values
    losses = []
    for start in range(0, len(labels), batch_size):
        x, y = images[start : start + batch_size], labels[start : start + batch_size]
        logits, hidden = scores_of((w1, b1, w2, b2), x)
        batch_losses, shares = losses_and_shares(logits, y)
        losses += list(batch_losses)
        d_logits = (shares - np.eye(2)[y]) / len(y)
        d_hidden = d_logits @ w2 * (1 - hidden**2)
        w2, b2 = w2 - rate * d_logits.T @ hidden, b2 - rate * d_logits.sum(axis=0)
        w1, b1 = w1 - rate * d_hidden.T @ x.reshape(len(x), -1), b1 - rate * d_hidden.sum(axis=0)
    return float(np.mean(losses)), [w1, b1, w2, b2]


@pytest.mark.check(function="bees_vs_wasps.build_model", points=3, skill="The network's layers")
def test_the_network_has_the_layers_of_its_configuration(student):
    """Ten parameters: a weight and a bias for each of three convolutions and two dense layers.

    With channels = 2 the convolutions have 2, 4 and 8 filters of 3 × 3; each reads as many channels as the one before
    has filters, the first one reads red, green and blue. Three times pooling makes 8 × 8 pixels 1 × 1, so the first
    dense layer reads 8 · 1 · 1 numbers. It has `hidden` = 5 units, the last one 2. Images of 16 × 16 pixels leave
    2 × 2, and the dense layer then reads 8 · 2 · 2 = 32.
    """
    convolutions = [(2, 3, 3, 3), (2,), (4, 2, 3, 3), (4,), (8, 4, 3, 3), (8,)]
    for size, features in ((8, 8), (16, 32)):
        got = student.bees_wasps_bench.parameter_shapes(
            student.bees_vs_wasps.build_model, CONFIG | {"image_size": size}
        )
        expected = [*convolutions, (5, features), (5,), (2, 5), (2,)]
        expect_equal(got, expected, what=f"the shapes of model.parameters() for images of {size} × {size} pixels")


@pytest.mark.check(function="bees_vs_wasps.build_model", points=1, skill="What is unknown is refused")
def test_an_unknown_activation_is_refused(student):
    """A configuration with a typing mistake must not quietly train something else: it raises a ValueError."""
    build = student.bees_vs_wasps.build_model
    expect_raises(student.bees_wasps_bench.state_shapes.attempt(build, CONFIG | {"activation": "rellu"}))
    student.bees_wasps_bench.state_shapes(build, CONFIG)


@pytest.mark.check(function="bees_vs_wasps.build_optimizer", points=3, skill="SGD with momentum, as torch has it")
def test_two_updates_of_gradient_descent_with_momentum(student):
    """SGD with α = 0.1 and β = 0.5 on one parameter that starts at 1, with the gradients 4 and 0.

    torch keeps u ← βu + g, so u = 4, then ½·4 + 0 = 2, and the parameter goes 1 → 1 − 0.1·4 = 0.6 → 0.6 − 0.1·2 = 0.4.
    (The course's own momentum has (1 − β)g in its average; torch's has not.)
    """
    gradients = [[np.array([4.0])], [np.array([0.0])]]
    build = student.bees_vs_wasps.build_optimizer
    got = student.bees_wasps_bench.moved(build, CONFIG, [np.array([1.0])], gradients)
    expect_equal(got, [[np.array([0.6])], [np.array([0.4])]], what="the parameter after each of two updates")


@pytest.mark.check(function="bees_vs_wasps.build_optimizer", points=1, skill="What is unknown is refused")
def test_an_unknown_optimizer_is_refused(student):
    """A name that is none of sgd, rmsprop and adam raises a ValueError."""
    build, start, gradients = student.bees_vs_wasps.build_optimizer, [np.array([1.0])], [[np.array([1.0])]]
    call = student.bees_wasps_bench.moved.attempt(build, CONFIG | {"optimizer": "adamm"}, start, gradients)
    expect_raises(call)
    student.bees_wasps_bench.moved(build, CONFIG, start, gradients)


@pytest.mark.check(function="bees_vs_wasps.train_one_epoch", points=4, skill="The training loop")
def test_one_epoch_of_plain_gradient_descent(student, rng):
    """Seven examples in batches of 3, 3 and 1, through two small layers, with α = 0.5.

    `one_epoch_by_hand` above does the same with NumPy: for each batch the forward pass, the gradients of its mean loss,
    one update. The epoch's loss is the mean over the seven examples, as each was met. Compare your loop line by line:
    is there one update for each batch? Do gradients of the last batch leak into the next?
    """
    images, labels = rng.normal(size=(7, 3, 2, 2)), np.array([0, 1, 1, 0, 1, 0, 1])
    values = small_values(rng, 12)
    loss, parameters = one_epoch_by_hand(values, images, labels, 3, 0.5)
    got = student.bees_wasps_bench.trained(
        student.bees_vs_wasps.train_one_epoch, values, images, labels, 3, "SGD", {"lr": 0.5}
    )
    expect_equal(got["parameters"], parameters, what="the parameters after one epoch of 3 updates", steps=3)
    expect_equal(got["losses"], [loss], what="the mean loss of the epoch")


@pytest.mark.check(function="bees_vs_wasps.evaluate", points=3, skill="Evaluation: means over examples")
def test_the_loss_and_the_accuracy_of_a_small_network(student, rng):
    """Five examples in batches of 3 and 2.

    The loss is the mean over the five examples. The mean of the two batches' means would count each example of the
    smaller batch 1½ times. The accuracy is the share of examples whose larger logit is the label's.
    """
    images, values = rng.normal(size=(5, 3, 2, 2)), small_values(rng, 12)
    logits, _ = scores_of(values, images)
    labels = np.argmax(logits, axis=1) ^ np.array([0, 0, 0, 1, 1])  # three right in the first batch, none in the second
    losses, _ = losses_and_shares(logits, labels)
    got = student.bees_wasps_bench.evaluated(student.bees_vs_wasps.evaluate, values, images, labels, 3)
    expect_equal(got["result"], (float(np.mean(losses)), 0.6), what="(loss, accuracy)")


@pytest.mark.check(function="bees_vs_wasps.fit", points=3, skill="A whole training")
def test_a_training_tells_of_every_epoch_and_learns(student, rng):
    """Twelve epochs on 24 small images, in which label 1 is bright and label 0 is dark.

    The history has an entry for each epoch with the four numbers that the docstring of `fit` names. With a constant
    schedule the learning rate is that of the configuration. The loss is about log 2 = 0.69 at first, and lower at last.
    """
    config = CONFIG | {"activation": "tanh", "epochs": 12, "learning_rate": 0.2}
    train, validation = photos(rng, 24), photos(rng, 10)
    got = student.bees_wasps_bench.fitted(student.bees_vs_wasps.fit, config, train, validation, 3)
    names = ("learning_rate", "train_loss", "validation_loss", "validation_accuracy")
    history = got["history"]
    expect_property(
        isinstance(history, list | tuple)
        and len(history) == 12
        and all(isinstance(entry, dict) and set(names) <= set(entry) for entry in history),
        what="the history of 12 epochs",
        got=history,
        expected=f"12 dicts with the entries {', '.join(names)}",
    )
    rates = [expect_equal(entry["learning_rate"], 0.2, what="the learning rate of an epoch") for entry in history]
    losses = [
        float(expect_equal(entry["train_loss"], 0.5, what="a loss", tolerance=10))
        for entry in (history[0], history[-1])
    ]
    expect_property(
        len(rates) == 12 and losses[1] < 0.8 * losses[0],
        what="the training loss of the first and the last epoch",
        got=losses,
        expected="a much smaller one at the end",
    )


@pytest.mark.check(function="bees_vs_wasps.tune", points=3, skill="Random search")
def test_tuning_reports_every_trial_and_returns_the_best(student, rng):
    """Four trials with drawn learning rates.

    The result is a pair: the best configuration, and a list with one entry for each trial, in order, that holds
    "configuration", "seed", "validation_loss" and "validation_accuracy". The best configuration is that of the trial
    with the highest validation accuracy; of equal ones, that with the lowest validation loss.
    """
    space = {name: {"kind": "choice", "values": [value]} for name, value in CONFIG.items()}
    space["learning_rate"] = {"kind": "log_uniform", "low": 1e-4, "high": 0.5}
    got = student.bees_wasps_bench.tuned(student.bees_vs_wasps.tune, photos(rng, 24), photos(rng, 11), space, 4, 5)
    names = ("configuration", "seed", "validation_loss", "validation_accuracy")
    trials = got["trials"]
    expect_property(
        isinstance(trials, list | tuple)
        and len(trials) == 4
        and all(isinstance(trial, dict) and set(names) <= set(trial) for trial in trials),
        what="the trials of a search of 4",
        got=trials,
        expected=f"4 dicts with the entries {', '.join(names)}",
    )
    accuracies = [
        expect_equal(trial["validation_accuracy"], 0.5, what="an accuracy", tolerance=0.5) for trial in trials
    ]
    losses = [expect_equal(trial["validation_loss"], 0.5, what="a loss", tolerance=100) for trial in trials]
    best = max(range(4), key=lambda index: (accuracies[index], -losses[index]))
    configuration = {**CONFIG, "learning_rate": 0.1}
    chosen = expect_equal(trials[best]["configuration"]["learning_rate"], 0.1, what="a learning rate", tolerance=1)
    expect_equal(got["best"], configuration | {"learning_rate": chosen}, what="the best configuration")
