"""What is said of a call: what goes in, what comes out, and how it failed. Records only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from autograder.sandbox import wire
from autograder.sandbox.confinement_record import Confinement

Stage = Literal["import", "missing", "earlier", "call", "result", "timeout", "crashed"]
"""How far a call came; `earlier`: the result of an earlier call, which it needs, has not the form it should."""


@dataclass(frozen=True)
class Opaque:
    """An object that stays in the student's process; it can be passed back in, not looked at."""

    number: int
    type_name: str
    process: int


@dataclass(frozen=True)
class SeededGenerator:
    """A `numpy.random.Generator` in the student's process; the same record is the same, advancing, generator."""

    key: int
    seed: int


@dataclass(frozen=True)
class StudentFunction:
    """A function of the hand-in, to be passed to another one."""

    module: str
    function: str


@dataclass(frozen=True)
class Earlier:
    """What an earlier call of the same sequence returned, or one item of it."""

    call: int
    item: int | None = None


@dataclass(frozen=True)
class StudentError:
    """How a call failed on the student's side."""

    stage: Stage
    types: tuple[str, ...]
    """The exception's class and its bases, most specific first; never empty where an exception was raised."""
    message: str
    frames: tuple[wire.Frame, ...] = ()


@dataclass(frozen=True)
class CallResult:
    """One call: its value or its error, and what happened on the way."""

    function: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    value: Any = None
    error: StudentError | None = None
    changed_arguments: Mapping[str, Any] = field(default_factory=dict)
    """Arguments that differ after the call, by position ("0") or keyword, as they were afterwards."""
    output: str = ""
    seconds: float = 0.0
    replaced: Mapping[str, Any] = field(default_factory=dict)
    """Functions that stood in for those of the module by these names while the call lasted."""
    parameters: tuple[str, ...] = ()
    """What the function calls its arguments, where one was changed and that is known."""


@dataclass(frozen=True)
class SessionLimits:
    confinement: Confinement
    call_seconds: float
    import_seconds: float
    submission_seconds: float
    output_bytes: int
    reply_bytes: int
    callbacks: int
