"""What an audit found, as data: the page and the exit code are made of nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.audit.mutants import Mutant

NAMED_SHARE = 0.95
"""The share of known mistakes that the diagnosis must name as themselves."""


@dataclass(frozen=True)
class CheckRow:
    id: str
    function: str
    title: str
    visibility: str
    points: float


@dataclass(frozen=True)
class MistakeRow:
    """One misconception, made alone in an otherwise right hand-in."""

    name: str
    function: str
    title: str
    failed: tuple[str, ...]
    """The checks that it does not pass."""
    own: tuple[str, ...]
    """Those of them that judge the very function it is made in."""
    elsewhere: tuple[str, ...]
    """Those of them that judge a function which does not call it: nobody should lose points there."""
    named: Mapping[str, int]
    """In how many checks the diagnosis named which mistakes."""

    @property
    def is_killed(self) -> bool:
        return bool(self.own)

    @property
    def is_named(self) -> bool:
        """Whether it is named as itself at least as often as anything else."""
        return self.named.get(self.name, 0) >= max(self.named.values(), default=1)

    @property
    def confused_with(self) -> list[str]:
        return [name for name in self.named if name != self.name]


@dataclass(frozen=True)
class Unfair:
    """A right answer that lost points."""

    style: str
    seed: int
    check: str
    said: str


@dataclass(frozen=True)
class Survivor:
    """A generated mutant that every check lets pass."""

    mutant: Mutant
    reason: str = ""
    """Why it is no mistake, from `equivalent_mutants.toml`; empty where nobody has said."""


@dataclass(frozen=True)
class Audit:
    """Everything found out about the checks of one assignment."""

    name: str
    title: str
    seeds: Sequence[int]
    seconds: float
    checks: Sequence[CheckRow]
    mistakes: Sequence[MistakeRow]
    styles: Sequence[str]
    unfair: Sequence[Unfair]
    mutants: int
    """How many were judged."""
    generated: int
    """How many there are."""
    by_function: Mapping[str, tuple[int, int]]
    """Mutants generated and killed, by function."""
    survivors: Sequence[Survivor]
    stale: Sequence[str]
    """Entries of `equivalent_mutants.toml` that no surviving mutant fits any more."""
    beside_oracle: Sequence[str]
    """The hidden checks whose data the reference and an oracle had to agree on."""
    faults: Sequence[str]
    """Our own: disagreements of reference and oracle, errors in checks, faults of a diagnosis."""

    @property
    def alive(self) -> list[MistakeRow]:
        return [one for one in self.mistakes if not one.is_killed]

    @property
    def unnamed(self) -> list[MistakeRow]:
        return [one for one in self.mistakes if not one.is_named]

    @property
    def strays(self) -> list[MistakeRow]:
        return [one for one in self.mistakes if one.elsewhere]

    @property
    def unexplained(self) -> list[Survivor]:
        return [one for one in self.survivors if not one.reason]

    @property
    def problems(self) -> list[str]:
        """What must be put right before anybody is judged; empty for a suite that is fair and sharp."""
        few_named = len(self.unnamed) > (1 - NAMED_SHARE) * len(self.mistakes)
        found = {
            f"{len(self.alive)} known mistakes lose no points in their own function": self.alive,
            f"{len(self.strays)} known mistakes lose points where they should not": self.strays,
            f"{len(self.unnamed)} of {len(self.mistakes)} known mistakes are not named as themselves": few_named,
            f"right answers lost points {len(self.unfair)} times": self.unfair,
            f"{len(self.unexplained)} generated mutants survive and nobody says why": self.unexplained,
            f"{len(self.stale)} entries of equivalent_mutants.toml fit no survivor": self.stale,
            f"{len(self.faults)} faults of our own": self.faults,
        }
        return [text for text, broken in found.items() if broken]
