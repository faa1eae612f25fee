"""Real grading of the course's own assignments: hand-ins made from their folders, judged behind bubblewrap."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.grading.batch import Settings, grade_batch
from autograder.results import SubmissionResult, decode
from autograder.sample_class import source
from autograder.sample_class.material import Material, gather
from autograder.submissions import Submission

COURSE = Path(__file__).resolve().parents[2]


def grade(assignment: Assignment, submissions: Sequence[Submission], seed: int = 0) -> dict[str, SubmissionResult]:
    """Judge hand-ins in this process, as a worker of `autograder grade` would; results by id."""
    settings = Settings(str(assignment.folder), seed, "bubblewrap", "tests")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a worker does not make errors of warnings
        encoded = grade_batch(settings, submissions)
    return {submission_id: decode(content) for submission_id, content in encoded}


def hand_in(id: str, modules: dict[str, str]) -> Submission:
    return Submission(id, id, {f"{name}.py": text.encode() for name, text in modules.items()})


def building_on(material: Material, function: str) -> set[str]:
    """A function and all that call it, directly or not, in the solution."""
    module, _, name = function.partition(".")
    callers = {name}
    defined = source.definitions(material.solutions[module])
    while True:
        more = {other for other, statement in defined.items() if source.names_in(statement) & callers} - callers
        if not more:
            return {f"{module}.{caller}" for caller in callers}
        callers |= more


def lost(result: SubmissionResult) -> dict[str, list[str]]:
    """What the checks that did not pass say, by the function they judge."""
    said: dict[str, list[str]] = {}
    for check in result.checks:
        if check.outcome != "passed":
            message = check.failure.message if check.failure else ""
            said.setdefault(check.function, []).append(f"{check.id}: {check.outcome}: {message}")
    return said


class Course:
    """The course's assignments and what can be made of them."""

    folder = COURSE
    grade: Callable[..., dict[str, SubmissionResult]] = staticmethod(grade)
    hand_in: Callable[..., Submission] = staticmethod(hand_in)
    building_on: Callable[..., set[str]] = staticmethod(building_on)
    lost: Callable[..., dict[str, list[str]]] = staticmethod(lost)

    @functools.cached_property
    def assignments(self) -> list[Assignment]:
        return assignments.find_all(COURSE)

    @functools.cache  # noqa: B019  # lives as long as the run
    def assignment(self, name: str) -> Assignment:
        return assignments.find(name, COURSE)

    @functools.cache  # noqa: B019
    def material(self, name: str) -> Material:
        return gather(self.assignment(name))


_course = Course()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for these runs once for each there is: nothing has to be listed when an assignment is added."""
    names = [one.name for one in _course.assignments]
    if "style" in metafunc.fixturenames:
        pairs = [(name, style) for name in names for style in sorted(_course.material(name).bases)]
        metafunc.parametrize(("assignment_name", "style"), pairs)
    elif "mistake" in metafunc.fixturenames:
        pairs = [(name, one.name) for name in names for one in _course.material(name).mistakes]
        metafunc.parametrize(("assignment_name", "mistake"), pairs)
    elif "assignment_name" in metafunc.fixturenames:
        metafunc.parametrize("assignment_name", names)


@pytest.fixture(scope="session")
def course() -> Course:
    return _course
