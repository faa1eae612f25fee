"""Who is in a made-up class, and who hands in what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

from autograder.sample_class import answers, hostile
from autograder.sample_class.answers import Answer
from autograder.sample_class.material import FILLED_IN, Material

INSTRUCTIVE = 7
"""The number of the student whose one mistake the README explains."""

# fmt: off
_GIVEN_NAMES = (
    "Aino", "Ángel", "Bela", "Björn", "Chidi", "Chloé", "Dana", "Đức", "Emil", "Esra", "Farah", "Freya", "Goran",
    "Güneş", "Hana", "Hugo", "Iker", "Inés", "Jana", "Joaquín", "Kofi", "Lale", "Łucja", "Mira", "Nils", "Noor",
    "Oda", "Ömer", "Paulo", "Petra", "Quynh", "Rana", "René", "Søren", "Sofía", "Tariq", "Tomáš", "Uma", "Viktor",
    "Wen", "Ximena", "Yara", "Yusuf", "Zoë",
)
# fmt: on

_PLAIN = str.maketrans("ÁĐŁÖáéëíöøüşšứ", "adloaeeiooussu")

Make = Callable[[Material, Random], Answer]


def _mistakes(count: int) -> Make:
    return lambda material, rng: answers.mistaken(material, rng, count)


def _stopped(earliest: float, latest: float) -> Make:
    return lambda material, rng: answers.stopped(material, rng, earliest, latest)


def _right(material: Material, rng: Random) -> Answer:
    raise AssertionError("right answers take the styles in turn")


def _untouched(material: Material, rng: Random) -> Answer:
    return answers.untouched(material)


_EXITS = answers.all_spoiled("exits", hostile.exits)
_EQUALS = answers.all_spoiled("equals everything", hostile.equals_everything)
_READS = answers.all_spoiled("reads files", hostile.reads_files)
_FLOODS = answers.all_spoiled("floods output", hostile.floods_output)

# A third is right, a third has mistakes; of the rest, the most different come first, for small classes.
_IN_TURN: tuple[Make, ...] = (
    *(_right, _mistakes(1), _stopped(0.1, 0.4), _right, _mistakes(2), answers.syntax_error, _right, _EXITS),
    *(answers.module_missing, _right, _mistakes(1), answers.writes_markup, _right, answers.index_error, _mistakes(3)),
    *(_right, _untouched, _EQUALS, _right, _mistakes(1), answers.left_some_out, _right, answers.never_ends),
    *(answers.with_prints, _mistakes(2), _right, _READS, _mistakes(4), _right, _stopped(0.4, 0.7), _FLOODS),
    *(_right, _mistakes(4), _mistakes(1), _right, answers.left_some_out, _mistakes(2), _mistakes(3), _stopped(0.7, 1)),
)


@dataclass(frozen=True)
class Student:
    number: int
    name: str
    """Begins with the number."""
    answer: Answer


def enrol(material: Material, assignment: str, students: int, seed: int) -> list[Student]:
    """A class of `students`: the same for the same seed, on every machine.

    Parameters
    ----------
    assignment : str
        Its name: the same people do well in one and badly in another.
    """
    rng = Random(f"{seed} {assignment}")
    others = [number for number in range(1, students + 1) if number != INSTRUCTIVE]
    rng.shuffle(others)
    styles = cycle(rng.sample(sorted(material.bases), len(material.bases)))
    made: dict[int, Answer] = {}
    for number, make in zip(others, islice(cycle(_IN_TURN), len(others)), strict=True):
        made[number] = answers.right(material, next(styles)) if make is _right else make(material, rng)
    if students >= INSTRUCTIVE:
        made[INSTRUCTIVE] = answers.instructive(material, seed)
    if material.other_files:
        plain = [number for number in sorted(made) if (made[number].kind, made[number].base) == ("right", FILLED_IN)]
        for turn, number in enumerate(plain):
            made[number] = answers.with_other_files(material, turn)
    made = {number: answers.with_its_files(material, answer) for number, answer in made.items()}
    names = _names(students, seed)
    return [
        Student(number, _known_as(names[number - 1], number, made[number]), made[number]) for number in sorted(made)
    ]


def _names(students: int, seed: int) -> list[str]:
    """Numbered given names: most as a computer account has them, some with capitals, spaces and accents."""
    rng = Random(f"{seed} names")
    width = max(2, len(str(students)))
    given = [
        name for _ in range(0, students, len(_GIVEN_NAMES)) for name in rng.sample(_GIVEN_NAMES, len(_GIVEN_NAMES))
    ]
    names = []
    for number in range(1, students + 1):
        name = given[number - 1]
        as_account = number == INSTRUCTIVE or rng.random() < 0.6
        plain = name.translate(_PLAIN).lower()
        names.append(f"{number:0{width}}-{plain}" if as_account else f"{number:0{width}} {name}")
    return names


def _known_as(name: str, number: int, answer: Answer) -> str:
    if answer.kind == "writes markup":
        return f"{name.replace(' ', '-').partition('-')[0]} {hostile.MARKUP_NAME}"
    return name
