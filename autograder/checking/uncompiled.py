"""torch's optimizers without its compiler, which they load at the first use: more than a second, in every grading."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def uncompiled(kind: type[torch.optim.Optimizer]) -> type[torch.optim.Optimizer]:
    """The optimizer with its own methods, taken out of the wrappers that tell `torch.compile` to leave them alone.

    In a version of torch whose methods are wrapped otherwise it is the same optimizer, and the compiler is loaded.
    """
    import torch

    methods = {name: inspect.unwrap(getattr(kind, name)) for name in ("add_param_group", "zero_grad")}
    step = torch.no_grad()(inspect.unwrap(kind.step))  # what the wrapper does besides
    return type(kind.__name__, (kind,), {**methods, "step": step})
