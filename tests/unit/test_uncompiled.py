"""torch's optimizers without torch's compiler: the same numbers, and a second less in every grading."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from autograder.checking import uncompiled

NOT_LOADED = """
import sys, torch
from autograder.checking import uncompiled
tensor = torch.ones(3)
optimizer = uncompiled(torch.optim.Adam)([tensor], lr=0.1)
schedule = torch.optim.lr_scheduler.LinearLR(optimizer)
optimizer.zero_grad()
tensor.grad = torch.ones(3)
optimizer.step()
schedule.step()
assert "torch._dynamo" not in sys.modules
"""


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (torch.optim.SGD, {}),
        (torch.optim.SGD, {"momentum": 0.9}),
        (torch.optim.RMSprop, {"alpha": 0.9}),
        (torch.optim.Adam, {"betas": (0.8, 0.99)}),
        (torch.optim.AdamW, {"weight_decay": 0.1}),
    ],
)
def test_it_takes_the_very_steps_of_the_optimizer_it_is_made_of(kind, settings) -> None:
    paths = []
    for make in (kind, uncompiled(kind)):
        tensor = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
        optimizer = make([tensor], lr=0.05, foreach=False, **settings)
        paths.append([])
        for _ in range(20):
            optimizer.zero_grad()
            (tensor**4).sum().backward()
            optimizer.step()
            paths[-1].append(tensor.detach().clone())
    assert all(map(torch.equal, *paths))


def test_the_compiler_is_not_loaded() -> None:
    subprocess.run([sys.executable, "-c", NOT_LOADED], check=True)
