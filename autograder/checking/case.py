"""Inputs and expected values that are computed once for a whole class."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest


@dataclass(frozen=True)
class Case:
    """The arguments of a call and what it should return."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    expected: Any = None


def seeded(seed: int, name: str) -> np.random.Generator:
    """The generator for everything called `name` under a grading seed: equal for every student, other for each name."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, dtype=np.uint32))


_kept: dict[tuple[str, str, int], Any] = {}
"""What was prepared in this process, by file, function and grading seed: a warm process serves many batches."""


def prepared(function: Callable[..., Any]) -> Any:
    """A module fixture that is computed once per grading seed and process.

    Its parameters may be `rng` (a generator from the grading seed and the function's own name), `reference`,
    `oracle`, and other prepared fixtures. Checks must leave what it returns as it is.
    """
    names = list(inspect.signature(function).parameters)
    file = function.__code__.co_filename

    def make(request: pytest.FixtureRequest, grading_seed: int) -> Any:
        key = (file, function.__name__, grading_seed)
        if key not in _kept:
            given = {
                name: seeded(grading_seed, function.__name__) if name == "rng" else request.getfixturevalue(name)
                for name in names
            }
            _kept[key] = function(**given)
        return _kept[key]

    make.__name__ = function.__name__
    make.__doc__ = function.__doc__
    return pytest.fixture(scope="module", name=function.__name__)(make)
