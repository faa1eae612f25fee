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


def prepared(function: Callable[..., Any]) -> Any:
    """A session fixture that is computed once per grading seed.

    Its parameters may be `rng` (a generator from the grading seed and the function's own name), `reference`,
    `oracle`, and other prepared fixtures.
    """
    names = list(inspect.signature(function).parameters)

    def make(request: pytest.FixtureRequest, grading_seed: int) -> Any:
        given = {
            name: seeded(grading_seed, function.__name__) if name == "rng" else request.getfixturevalue(name)
            for name in names
        }
        return function(**given)

    make.__name__ = function.__name__
    make.__doc__ = function.__doc__
    return pytest.fixture(scope="session", name=function.__name__)(make)
