"""Whose result is whose: results on one side, the roster on the other. Nobody is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
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
    index = _Index(roster)
    for one in submissions:
        fitting = index.candidates(one)
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


class _Index:
    """The roster by everything a submission may be known by; a class may have many thousand students."""

    def __init__(self, roster: Sequence[Student]) -> None:
        self._ids = _by(roster, lambda student: {key.casefold() for key in student.ids})
        self._emails = _by(roster, lambda student: {student.email.casefold()})
        self._logins = _by(roster, lambda student: {student.email.casefold().partition("@")[0]})
        self._numbers = _by(roster, lambda student: {key.rpartition(" ")[2] for key in student.ids})
        self._names = _by(roster, _names_of)

    def candidates(self, one: SubmissionInfo) -> list[Student]:
        own = {one.id.casefold(), one.name.casefold()}
        name = _name_key(one.name)
        number = re.search(r"-(\d+)$", one.id)
        # The number that Canvas or Moodle put into the name of a download. Gradescope's is that of the submission, and
        # may be another student's id by chance: hence the name as well.
        numbered = self._numbers.get(number[1], []) if number else []
        return (
            _all(self._ids, own)
            or _all(self._emails, own)
            or [student for student in numbered if name in _names_of(student)]
            or _all(self._names, {name})
            or _all(self._logins, own)
        )


def _by(roster: Sequence[Student], keys: Callable[[Student], set[str]]) -> dict[str, list[Student]]:
    index: dict[str, list[Student]] = defaultdict(list)
    for student in roster:
        for key in keys(student) - {""}:
            index[key].append(student)
    return index


def _all(index: Mapping[str, list[Student]], keys: set[str]) -> list[Student]:
    return list(dict.fromkeys(student for key in sorted(keys) for student in index.get(key, [])))


def _names_of(student: Student) -> set[str]:
    """The name in any order, and as Canvas writes it, all in one word; without letters it is no name."""
    return {_name_key(student.name), "".join(_words(f"{student.last_name} {student.first_name}"))}


def _name_key(name: str) -> str:
    """Equal for names that differ in the order of first and last name, in accents or in capitals."""
    return " ".join(sorted(_words(name)))


def _words(name: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"\w+", "".join(one for one in letters if not unicodedata.combining(one)).replace("_", " "))


def _called(one: SubmissionInfo) -> str:
    return one.id if one.id == one.name else f"{one.id} ({one.name})"
