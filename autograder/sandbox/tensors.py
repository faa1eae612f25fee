"""Torch tensors as arrays and back, where torch is loaded at all: nothing here imports it for who does not use it."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import numpy as np


def as_array(value: Any) -> np.ndarray[Any, Any] | None:
    """What a tensor holds, on the CPU and without its graph; None for what is no dense tensor."""
    torch: Any = sys.modules.get("torch")
    tensor: Any = getattr(torch, "Tensor", None)
    if tensor is None or not issubclass(type(value), tensor):
        return None
    if value.layout is not torch.strided or value.is_quantized or value.is_meta:
        return None
    dense = tensor.detach(value).cpu().resolve_conj().resolve_neg()
    if dense.dtype is torch.bfloat16:
        dense = dense.float()  # NumPy has no such kind
    return dense.numpy()  # type: ignore[no-any-return]  # torch is not imported here, so not known


def as_tensor(array: np.ndarray[Any, Any]) -> Any:
    """A tensor that shares the array's memory."""
    return importlib.import_module("torch").from_numpy(array)


def look_at_the_processor() -> None:
    """Have torch, if it is loaded, choose its kernels now: a student's process cannot see the processor any more.

    It would compute slowly, and round otherwise than the grading process does.
    """
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        torch.backends.cpu.get_cpu_capability()
