"""Whose result is whose: results on one side, the roster on the other. Nobody is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograder.export.roster import Student
from autograder.results import SubmissionInfo


@dataclass(frozen=True)
class Matching:
    students: dict[str, Student]
    """The student of each result that has exactly one, by the result's id."""
    problems: Sequence[str]
    """Results of nobody, of more than one, and two results of one."""
    doubtful: frozenset[Student]
    """Whose results these last may be."""
    missing: Sequence[Student]
    """Who is on the roster and handed nothing in."""


def match(submissions: Sequence[SubmissionInfo], roster: Sequence[Student]) -> Matching:
    """Find each submission's student: by id, by address, by the number in the id together with the name, by the name.

    The first of these rules that fits anybody decides; where it fits two students, or two submissions end at one
    student, nobody gets the grade, and the problem says between whom somebody must choose.
    """
    problems: list[str] = []
    own: dict[Student, list[str]] = defaultdict(list)
    doubtful: set[Student] = set()
    for one in submissions:
        fitting = _candidates(one, roster)
        if len(fitting) == 1:
            own[fitting[0]].append(one.id)
        elif fitting:
            doubtful.update(fitting)
            names = " and ".join(f"{student.name} ({student.id})" for student in fitting)
            problems.append(f"{_called(one)} may be {names}: give the roster a column `submission` with {one.id}")
        else:
            problems.append(f"{_called(one)} is not on the roster")
    for student, several in own.items():
        if len(several) > 1:
            doubtful.add(student)
            problems.append(f"{' and '.join(several)} both fit {student.name} ({student.id}): neither is exported")
    return Matching(
        students={ids[0]: student for student, ids in own.items() if len(ids) == 1},
        problems=problems,
        doubtful=frozenset(doubtful),
        missing=[student for student in roster if student not in own and student not in doubtful],
    )


def _candidates(one: SubmissionInfo, roster: Sequence[Student]) -> list[Student]:
    for rule in _rules(one):
        if fitting := [student for student in roster if rule(student)]:
            return fitting
    return []


def _rules(one: SubmissionInfo) -> Iterator[Callable[[Student], bool]]:
    own = {one.id.casefold(), one.name.casefold()}
    number = re.search(r"-(\d+)$", one.id)
    yield lambda student: any(key.casefold() in own for key in student.ids)
    yield lambda student: bool(student.email) and student.email.casefold() in own
    # The number that Canvas or Moodle put into the name of a download. Gradescope's is that of the submission, and may
    # be another student's id by chance: hence the name as well.
    yield lambda student: number is not None and _has_number(student, number[1]) and _same_name(student, one.name)
    yield lambda student: _same_name(student, one.name)
    yield lambda student: bool(student.email) and student.email.casefold().partition("@")[0] in own


def _has_number(student: Student, number: str) -> bool:
    return any(key.rpartition(" ")[2] == number for key in student.ids)


def _same_name(student: Student, name: str) -> bool:
    """Whatever the order of first and last name, accents and capitals; Canvas writes all of it as one word."""
    words = _words(name)
    known = _words(student.name)
    if not words or not known:
        return False
    return sorted(words) == sorted(known) or words == ["".join(_words(f"{student.last_name} {student.first_name}"))]


def _words(name: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"\w+", "".join(one for one in letters if not unicodedata.combining(one)).replace("_", " "))


def _called(one: SubmissionInfo) -> str:
    return one.id if one.id == one.name else f"{one.id} ({one.name})"
