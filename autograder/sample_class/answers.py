"""What the students of a made-up class hand in: right, mistaken, unfinished, broken or hostile modules."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from autograder.sample_class import bugs, hostile, source
from autograder.sample_class.material import (
    FILLED_IN,
    Files,
    Material,
    Mistake,
    Modules,
    partly_filled_in,
    splice,
)

Kind = Literal[
    "right",
    "right, with prints",
    "right, other files",
    "mistaken",
    "stopped halfway",
    "left some out",
    "untouched",
    "syntax error",
    "module missing",
    "index error",
    "exits",
    "equals everything",
    "reads files",
    "floods output",
    "writes markup",
    "never ends",
]

HOSTILE: frozenset[Kind] = frozenset(
    {"exits", "equals everything", "reads files", "floods output", "writes markup", "never ends"}
)


@dataclass(frozen=True)
class Answer:
    kind: Kind
    base: str
    """The right style that it started from; empty where there was none."""
    modules: Modules
    mistakes: Sequence[str] = ()
    """Names of the misconceptions in it."""
    spoiled: Sequence[str] = ()
    """Functions that cannot pass, e.g. ``losses.huber``; what builds on them may fail too."""
    attachments: Sequence[str] = ()
    """Modules that are there as a notebook only."""
    files: Files = field(default_factory=dict)
    """What lies beside the modules."""


def right(material: Material, base: str) -> Answer:
    return Answer("right", base, material.bases[base])


def with_other_files(material: Material, number: int) -> Answer:
    """Right modules, and beside them what somebody handed in who took less care: one of the assignment's variants."""
    other = material.other_files[number % len(material.other_files)]
    return Answer("right, other files", FILLED_IN, material.bases[FILLED_IN], files=other)


def with_its_files(material: Material, answer: Answer) -> Answer:
    """What is handed in beside the modules: whoever has written nothing, or wrote no modules of ours, has no files."""
    if answer.files or not answer.base or answer.kind == "untouched":
        return answer
    return replace(answer, files=material.files.get(answer.base, {}))


def with_prints(material: Material, rng: Random) -> Answer:
    """A right answer that still has the prints of its making in it."""
    base = rng.choice(sorted(material.bases))
    modules = dict(material.bases[base])
    for module, name in material.functions:
        modules[module] = source.with_first_line(modules[module], name, f'print("{name}: läuft … ✓")')
    return Answer("right, with prints", base, modules)


def mistaken(material: Material, rng: Random, count: int) -> Answer:
    """A right answer with up to `count` misconceptions, each in another function."""
    if not material.mistakes:
        return left_some_out(material, rng)
    roomy = [name for name, fitting in sorted(material.fitting.items()) if len(_functions(fitting)) >= count]
    base = rng.choice(roomy or [FILLED_IN])
    chosen: dict[tuple[str, str], Mistake] = {}
    for mistake in rng.sample(material.fitting[base], len(material.fitting[base])):
        if len(chosen) < count:
            chosen.setdefault((mistake.module, mistake.function), mistake)
    return _with(material, base, list(chosen.values()))


def instructive(material: Material, seed: int) -> Answer:
    """One mistake in the function that people get wrong in most ways: the hand-in that the README reads with you.

    It is drawn by its name, not by its place, so that editing the others seldom changes it.
    """
    if not material.mistakes:
        return untouched(material)
    ways = Counter((one.module, one.function) for one in material.mistakes)
    most = max(ways, key=lambda pair: (ways[pair], pair))
    candidates = [one for one in material.mistakes if (one.module, one.function) == most]
    return _with(material, FILLED_IN, [min(candidates, key=lambda one: _drawn(seed, one.name))])


def stopped(material: Material, rng: Random, earliest: float, latest: float) -> Answer:
    """Wrote the functions from the top down and ran out of time between these two shares of them."""
    places = _places(material)
    public = [number for number, place in enumerate(places) if not place[2].startswith("_")]
    done = round(rng.uniform(earliest, latest) * len(public))
    return _unfinished("stopped halfway", material, set(places[: public[max(1, min(done, len(public) - 1))]]))


def left_some_out(material: Material, rng: Random) -> Answer:
    """Skipped up to half of the functions."""
    places = _places(material)
    public = [place for place in places if not place[2].startswith("_")]
    missing = rng.sample(public, rng.randint(1, max(len(public) // 2, 1)))
    return _unfinished("left some out", material, set(places) - set(missing))


def untouched(material: Material) -> Answer:
    return _unfinished("untouched", material, set())


def syntax_error(material: Material, rng: Random) -> Answer:
    """A colon or a parenthesis is missing somewhere in one of the modules."""
    base = rng.choice(sorted(material.bases))
    module = rng.choice(material.modules)
    text = bugs.with_something_missing(material.bases[base][module], rng)
    return Answer("syntax error", base, material.bases[base] | {module: text}, spoiled=_all_of(material, module))


def module_missing(material: Material, rng: Random) -> Answer:
    """One module was forgotten, or stayed in the notebook it was tried out in."""
    base = rng.choice(sorted(material.bases))
    module = rng.choice(material.modules)
    modules = {name: text for name, text in material.bases[base].items() if name != module}
    return Answer("module missing", base, modules, spoiled=_all_of(material, module), attachments=[module])


def index_error(material: Material, rng: Random) -> Answer:
    """A loop that goes one too far, or else a look at the last entry of an empty list."""
    loops = [
        (base, module, name, changed)
        for base in sorted(material.bases)
        for module, name in material.functions
        if (changed := bugs.one_too_far(material.bases[base][module], name))
    ]
    if loops:
        base, module, name, text = rng.choice(loops)
    else:
        base, (module, name) = FILLED_IN, rng.choice(material.functions)
        text = bugs.with_a_look_at_nothing(material.bases[base][module], name)
    return Answer("index error", base, material.bases[base] | {module: text}, spoiled=[f"{module}.{name}"])


def writes_markup(material: Material, rng: Random) -> Answer:
    chosen = rng.sample(material.functions, min(3, len(material.functions)))
    modules = hostile.writes_markup(material, chosen)
    return Answer("writes markup", FILLED_IN, modules, spoiled=[f"{module}.{name}" for module, name in chosen])


def never_ends(material: Material, rng: Random) -> Answer:
    modules, (module, name) = hostile.never_ends(material)
    return Answer("never ends", FILLED_IN, modules, spoiled=[f"{module}.{name}"])


def all_spoiled(kind: Kind, make: Callable[[Material], Modules]) -> Callable[[Material, Random], Answer]:
    def answer(material: Material, rng: Random) -> Answer:
        return Answer(kind, "", make(material), spoiled=[f"{module}.{name}" for module, name in material.functions])

    return answer


def _with(material: Material, base: str, mistakes: Sequence[Mistake]) -> Answer:
    modules = material.bases[base]
    for mistake in mistakes:
        modules = splice(modules, mistake)
    spoiled = [f"{one.module}.{one.function}" for one in mistakes]
    return Answer("mistaken", base, modules, [one.name for one in mistakes], spoiled)


def _functions(mistakes: Sequence[Mistake]) -> set[tuple[str, str]]:
    return {(one.module, one.function) for one in mistakes}


def _drawn(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"student 7 {seed} {name}".encode()).digest()


def _all_of(material: Material, module: str) -> list[str]:
    return [f"{module}.{name}" for place, name in material.functions if place == module]


def _places(material: Material) -> list[tuple[str, int, str]]:
    """Every region to write, helpers included: module, number within it, function."""
    return [
        (module, number, region.function)
        for module, regions in material.regions.items()
        for number, region in enumerate(regions)
    ]


def _unfinished(kind: Kind, material: Material, written: set[tuple[str, int, str]]) -> Answer:
    modules = {}
    for module, text in material.solutions.items():
        numbers = {number for place, number, _ in written if place == module}
        modules[module] = partly_filled_in(text, material.regions[module], numbers)
    missing = [place for place in _places(material) if place not in written]
    spoiled = list(dict.fromkeys(f"{module}.{name}" for module, _, name in missing))
    return Answer(kind, FILLED_IN, modules, spoiled=spoiled)
