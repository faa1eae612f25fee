"""Compares every hand-in of a class with every other, and ranks the pairs by the characteristic code they share."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.assignment import Assignment
from autograder.similarity import prints
from autograder.skeleton import generate
from autograder.submissions import Submission


@dataclass(frozen=True)
class Span:
    """A stretch of a module's text."""

    text: str
    is_shared: bool


@dataclass(frozen=True)
class Match:
    """What two hand-ins share in one module."""

    module: str
    left: tuple[Span, ...]
    right: tuple[Span, ...]


@dataclass(frozen=True)
class Pair:
    """Two hand-ins that look alike."""

    left: str
    """As handed in: the name may hold any characters."""
    right: str
    shared: int
    """Characteristic k-grams that both have."""
    left_share: float
    """Share of the left one's characteristic k-grams that the right one has too, 0 to 1."""
    right_share: float
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class Comparison:
    """What came of comparing a class."""

    title: str
    """Of the assignment."""
    hand_ins: int
    """How many were compared."""
    left_out: tuple[tuple[str, str], ...]
    """Name, and why it was not compared."""
    pairs: tuple[Pair, ...]
    """The most similar first."""
    more: int
    """Further pairs above the threshold that are not among `pairs`."""


@dataclass(frozen=True)
class Thresholds:
    """When two hand-ins are a pair to look at."""

    share: float = 0.4
    """Of the characteristic code of the one that has less of it, 0 to 1."""
    common: float = 0.25
    """Code that more than this share of the class has tells nothing, 0 to 1."""
    shared: int = 60
    """Fewest k-grams in common: some three lines of code."""
    pairs: int = 50
    """How many pairs are shown at most."""


def compare(
    assignment: Assignment,
    submissions: Sequence[Submission],
    thresholds: Thresholds,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Comparison:
    """Compare a class.

    Left out are what the skeleton already says, what more than `thresholds.common` of the class has (of a short
    formula there is one way to write it), names, comments, texts and layout.

    Raises
    ------
    NotInstalled
        if copydetect is not there.
    SkeletonError, OSError
        if the assignment's solutions, of which the skeleton is made, are not in order.
    """
    taken: list[tuple[str, dict[str, Any]]] = []
    left_out: list[tuple[str, str]] = []
    for number, one in enumerate(submissions):
        reason = _unfit(assignment, one)
        if reason:
            left_out.append((one.name, reason))
        else:
            modules = one.only(assignment.modules)
            taken.append((one.name, {file: prints.take(file[:-3], content) for file, content in modules.items()}))
        on_progress(number + 1, len(submissions))
    everything = [modules for _, modules in taken]
    known = _said_by_the_skeleton(assignment) | prints.widespread(everything, thresholds.common)
    prints.leave_out((one for modules in everything for one in modules.values()), known)
    found = sorted(_alike(taken, thresholds), key=lambda one: (-one[0], one[1], one[2]))
    shown = [_pair(taken[i], taken[j], shared) for shared, i, j in found[: thresholds.pairs]]
    return Comparison(assignment.title, len(taken), tuple(left_out), tuple(shown), len(found) - len(shown))


def _unfit(assignment: Assignment, one: Submission) -> str:
    if one.refused:
        return one.refused
    modules = one.only(assignment.modules)
    if not modules:
        return "no module was handed in"
    large = [file for file, content in modules.items() if len(content) > prints.LARGEST]
    return f"{large[0]} is larger than {prints.LARGEST // 1000} kB" if large else ""


def _said_by_the_skeleton(assignment: Assignment) -> set[int]:
    known: set[int] = set()
    for module in assignment.modules:
        path = assignment.solutions / f"{module}.py"
        known |= prints.take(module, generate(path.read_text(encoding="utf-8"), str(path)).encode()).hashes
    return known


def _alike(taken: Sequence[tuple[str, dict[str, Any]]], thresholds: Thresholds) -> list[tuple[int, int, int]]:
    """(shared k-grams, index, index) of every pair above the thresholds."""
    wholes = [set().union(*(one.hashes for one in modules.values())) for _, modules in taken]
    found = []
    for (i, left), (j, right) in itertools.combinations(enumerate(wholes), 2):
        shared = len(left & right)
        if shared >= max(thresholds.shared, thresholds.share * min(len(left), len(right))):
            found.append((shared, i, j))
    return found


def _pair(left: tuple[str, dict[str, Any]], right: tuple[str, dict[str, Any]], shared: int) -> Pair:
    matches = []
    for file in sorted(left[1].keys() & right[1].keys()):
        a, b = left[1][file], right[1][file]
        overlap, _, (of_a, of_b) = prints.detector().compare_files(a, b)
        if overlap:
            matches.append(Match(file, _spans(a.raw_code, of_a), _spans(b.raw_code, of_b)))
    sizes = [len(set().union(*(one.hashes for one in modules.values()))) for _, modules in (left, right)]
    return Pair(left[0], right[0], shared, shared / sizes[0], shared / sizes[1], tuple(matches))


def _spans(text: str, slices: Any) -> tuple[Span, ...]:
    spans = []
    position = 0
    for begin, end in zip(*(map(int, ends) for ends in slices), strict=True):  # in order, none overlaps the next
        spans += [Span(text[position:begin], is_shared=False), Span(text[begin:end], is_shared=True)]
        position = end
    return (*spans, Span(text[position:], is_shared=False))
