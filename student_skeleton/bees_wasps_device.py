"""Where torch computes: the one place of this assignment that picks a device. Given, nothing to fill in."""

from __future__ import annotations

import torch

DEVICES = ("auto", "cpu", "cuda", "mps")


def choose_device(name: str = "auto") -> torch.device:
    """The device of that name.

    Parameters
    ----------
    name : {"auto", "cpu", "cuda", "mps"}
        "auto" takes an NVIDIA or AMD card (cuda) if torch sees one, else an Apple one (mps), else the processor.

    Returns
    -------
    torch.device

    Raises
    ------
    ValueError
        If no device has that name.
    RuntimeError
        If torch does not see that device here.
    """
    if name not in DEVICES:
        raise ValueError(f"no device is called {name!r}; there are {', '.join(DEVICES)}")
    there = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available, "cpu": lambda: True}
    if name == "auto":
        name = next(kind for kind, is_there in there.items() if is_there())
    elif not there[name]():
        raise RuntimeError(f"torch sees no {name} device here; leave the choice to it with 'auto', or take 'cpu'")
    return torch.device(name)
