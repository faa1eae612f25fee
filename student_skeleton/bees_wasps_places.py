"""A device to try code with where there is none: tensors that insist on being moved, as on a GPU. Given.

`THERE` is a second device of pretence. A loader's tensors are *here*, the model is *there*; whoever brings the two
together without moving the batch gets the error that a GPU would give. All numbers are computed by the processor.
"""

from __future__ import annotations

import torch
from torch import nn

HERE = torch.device("cpu")
THERE = torch.device("cpu", 1)


class Placed(torch.Tensor):
    """A tensor that remembers where it is said to be."""

    place = HERE

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        with torch._C.DisableTorchFunctionSubclass():  # what is done here is nobody's mistake
            return _done(func, args, kwargs or {})


def _done(func, args, kwargs):
    name = getattr(func, "__name__", "")
    if func is torch.Tensor.device.__get__:
        return args[0].place
    if name == "to":
        return _moved(args, kwargs)
    if name == "cpu":
        return put(_plain(args[0]), HERE)
    places = {tensor.place for tensor in _placed((args, kwargs)) if tensor.dim()}
    if len(places) > 1:
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices: "
            "one where the loader left it, the other on the device that was asked for"
        )
    if name == "numpy" and places == {THERE}:
        raise TypeError("can't convert a tensor of another device to numpy: use .cpu() first")
    result = func(*args, **kwargs)
    return _all_put(result, next(iter(places), HERE))


def _all_put(value, place):
    if isinstance(value, torch.Tensor):
        return put(value, place)
    if type(value) in (tuple, list):
        return type(value)(_all_put(item, place) for item in value)
    return value


def put(tensor, place):
    """The tensor, said to be at a place."""
    placed = tensor.as_subclass(Placed)
    placed.place = place
    return placed


class Loader:
    """Another loader's batches, here."""

    def __init__(self, loader):
        self.loader = loader
        self.dataset = loader.dataset

    def __len__(self):
        return len(self.loader)

    def __iter__(self):
        for images, labels in self.loader:
            yield put(images, HERE), put(labels, HERE)


class ThereModel(nn.Module):
    """A model that is there: it refuses images that are still here."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        _insist(images, "the images")
        return put(self.model(_plain(images)), THERE)


def there_loss(loss_fn):
    """A loss of logits and labels that are both there."""

    def loss(logits, labels):
        _insist(logits, "the logits")
        _insist(labels, "the labels")
        return loss_fn(_plain(logits), _plain(labels))

    return loss


def _insist(tensor, what):
    if isinstance(tensor, Placed) and tensor.place != THERE:
        raise RuntimeError(
            f"Expected all tensors to be on the same device: {what} are not on the device that was asked for"
        )


def _moved(args, kwargs):
    """What `tensor.to(…)` gives, for any way of naming a device or none."""
    tensor, place = args[0], args[0].place
    rest, named = list(args[1:]), dict(kwargs)
    for position, value in enumerate(rest):
        if isinstance(value, Placed):
            place, rest[position] = value.place, value.dtype
        elif isinstance(value, (str, torch.device)):
            place, rest[position] = torch.device(value), HERE
    if named.get("device") is not None:
        place, named["device"] = torch.device(named["device"]), HERE
    return put(_plain(tensor).to(*rest, **named), place)


def _plain(value):
    return value.as_subclass(torch.Tensor) if isinstance(value, Placed) else value


def _placed(value):
    """Every placed tensor in nested arguments."""
    if isinstance(value, Placed):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _placed(item)
    elif isinstance(value, dict):
        yield from _placed(list(value.values()))
