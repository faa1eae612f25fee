"""Trains the configuration of a trial once more, with the student's fit, and looks at its mistakes. Needs torch."""

from functools import cache

import numpy as np

from explorables.arrays_for_page import packed, plain
from explorables.trouble import WrongForm, returned_nothing

MOST_PHOTOS = 24
CURVES = ("train_loss", "validation_loss", "validation_accuracy")


def train_again(fit, config, seed, photos):
    """What the page shows of one configuration.

    Parameters
    ----------
    fit : callable
        The student's.
    config : dict
    seed : int
        Of the trial: the same training once more.
    photos : path or None

    Returns
    -------
    dict
        Curves over the epochs, how many validation photos are wrong, and the pictures of the worst.

    Raises
    ------
    WrongForm
        if `fit` does not return a model and a history.
    """
    from bees_wasps_device import choose_device

    device = choose_device("auto")
    data = _data(photos, config["image_size"])
    returned = fit(config, data, device, int(seed))
    if returned is None:
        raise returned_nothing("fit")
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise WrongForm(f"fit returned a {type(returned).__name__}, not (model, history)")
    model, history = returned
    if not callable(model) or callable(history):
        kinds = f"({type(model).__name__}, {type(history).__name__})"
        raise WrongForm(f"fit returned {kinds}; a model and a list with one dict for each epoch were expected")
    return {**_curves(history), **_wrong(model, data.validation, device)}


@cache
def _data(photos, image_size):
    from bees_wasps_data import load_bees_wasps

    return load_bees_wasps(photos, image_size)


def _curves(history):
    if not history or any(name not in history[0] for name in CURVES):
        raise WrongForm(f"fit's history should hold {', '.join(CURVES)} for each epoch")
    return {name: [plain(epoch[name]) for epoch in history] for name in CURVES}


def _wrong(model, photos, device):
    import torch

    was_training = model.training
    model.eval()
    with torch.no_grad():
        logits = torch.cat([model(part.to(device)).cpu() for part in photos.images.split(256)])
    model.train(was_training)
    if logits.shape != (len(photos.labels), 2):
        shape = tuple(logits.shape)
        raise WrongForm(f"the model of fit gives scores of shape {shape}; ({len(photos.labels)}, 2) was expected")
    shares = logits.softmax(dim=1).numpy()
    labels = photos.labels.numpy()
    sure = shares[np.arange(len(labels)), labels]
    wrong = np.flatnonzero(shares.argmax(axis=1) != labels)
    worst = wrong[np.argsort(sure[wrong], kind="stable")][:MOST_PHOTOS]
    pictures = photos.images[worst].permute(0, 2, 3, 1).numpy()
    return {
        "wrong": len(wrong),
        "photos": len(labels),
        "labels": labels[worst].tolist(),
        "shares": [plain(share) for share in sure[worst]],
        "names": [str(photos.names[place]) for place in worst],
        "pictures": packed((255 * pictures.clip(0, 1)).round(), np.uint8),
    }
