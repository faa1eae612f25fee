"""Real grading of the course's own assignments: hand-ins made from their folders, judged behind bubblewrap."""

from __future__ import annotations

import functools
import json
import shutil
import signal
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.grading.batch import Settings, grade_batch
from autograder.results import SubmissionResult, decode
from autograder.sample_class import source
from autograder.sample_class.material import FILLED_IN, Material, gather, splice
from autograder.sandbox.launch import Isolation
from autograder.submissions import Submission

COURSE = Path(__file__).resolve().parents[2]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell has it for what runs in its background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # or the commands that tests interrupt would not hear it


def grade(
    assignment: Assignment,
    submissions: Sequence[Submission],
    seed: int = 0,
    isolation: Isolation = "bubblewrap",
    explain: bool = True,
    patience: float = 1.0,
) -> dict[str, SubmissionResult]:
    """Judge hand-ins in this process, as a worker of `autograder grade` would; results by id."""
    settings = Settings(str(assignment.folder), seed, isolation, "tests", explain, patience)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a worker does not make errors of warnings
        encoded = grade_batch(settings, submissions)
    return {submission_id: decode(content) for submission_id, content in encoded}


def hand_in(id: str, modules: Mapping[str, str], files: Mapping[str, bytes] | None = None) -> Submission:
    return Submission(id, id, {f"{name}.py": text.encode() for name, text in modules.items()} | dict(files or {}))


def building_on(material: Material, function: str, base: str = "") -> set[str]:
    """A function and all that call it, directly or not, in the solution or in another right answer."""
    module, _, name = function.partition(".")
    callers = {name}
    defined = source.definitions((material.bases[base] if base else material.solutions)[module])
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


@functools.cache
def assignment(name: str) -> Assignment:
    return assignments.find(name, COURSE)


@functools.cache
def material(name: str) -> Material:
    return gather(assignment(name))


@functools.cache
def graded_mistakes(name: str, seed: int) -> dict[str, SubmissionResult]:
    """Every mistake of an assignment, spliced alone into the reference, in one batch; results by its name."""
    made, files = material(name), assignment(name).reference_files
    hand_ins = [hand_in(one.name, splice(made.bases[FILLED_IN], one), files) for one in made.mistakes]
    return grade(assignment(name), hand_ins, seed)


class Course:
    """The course's assignments and what can be made of them."""

    folder = COURSE
    grade: Callable[..., dict[str, SubmissionResult]] = staticmethod(grade)
    hand_in: Callable[..., Submission] = staticmethod(hand_in)
    building_on: Callable[..., set[str]] = staticmethod(building_on)
    lost: Callable[..., dict[str, list[str]]] = staticmethod(lost)
    assignment: Callable[[str], Assignment] = staticmethod(assignment)
    material: Callable[[str], Material] = staticmethod(material)
    graded_mistakes: Callable[[str, int], dict[str, SubmissionResult]] = staticmethod(graded_mistakes)

    @functools.cached_property
    def assignments(self) -> list[Assignment]:
        return assignments.find_all(COURSE)

    def grade_with(self, name: str, module: str, text: str, seed: int) -> SubmissionResult:
        """The reference with other definitions of some functions, written below those of `module`."""
        one, modules = assignment(name), material(name).bases[FILLED_IN]
        changed = modules | {module: f"{modules[module]}\n\n{textwrap.dedent(text)}"}
        return grade(one, [hand_in("one", changed, one.reference_files)], seed)["one"]


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


_TINY = {
    "assignments/tiny/assignment.toml": """\
        title = "Tiny"
        order = 1
        modules = ["tiny"]
        points = 10

        [limits]
        call_seconds = 5
        """,
    "assignments/tiny/test_public.py": '''\
        import numpy as np
        import pytest

        from autograder.checking import expect_equal


        @pytest.mark.check(function="tiny.double", points=3, skill="Doubling")
        def test_double_of_three_numbers(student):
            """Twice 1, 2 and 3."""
            expect_equal(student.tiny.double(np.array([1.0, 2.0, 3.0])), np.array([2.0, 4.0, 6.0]), what="the doubles")
        ''',
    "assignments/tiny/test_hidden.py": '''\
        import pytest

        from autograder.checking import Case, agree, expect_equal, prepared


        @prepared
        def numbers(rng, reference, oracle):
            values = rng.normal(size=5) + 3
            double = agree(reference.tiny.double(values), oracle.double(values))
            return Case(args=(values,), expected=(double, agree(reference.tiny.total(values), oracle.total(values))))


        @pytest.mark.check(function="tiny.double", points=4, skill="Doubling")
        def test_double_of_drawn_numbers(student, numbers):
            """Twice five drawn numbers."""
            expect_equal(student.tiny.double(*numbers.args), numbers.expected[0], what="the doubles")


        @pytest.mark.check(function="tiny.total", points=3, skill="Adding")
        def test_total_of_drawn_numbers(student, numbers):
            """The sum of five drawn numbers."""
            expect_equal(student.tiny.total(*numbers.args), numbers.expected[1], what="the total")
        ''',
    "assignments/tiny/oracles.py": """\
        import numpy as np


        def double(values):
            return np.add(values, values)


        def total(values):
            return float(np.dot(values, np.ones(len(values))))
        """,
    "solutions/tiny.py": """\
        def double(values):
            # BEGIN SOLUTION
            return 2 * values
            # END SOLUTION


        def total(values):
            # BEGIN SOLUTION
            return float(values.sum())
            # END SOLUTION
        """,
}

_ANSWER = """\
def double(values):
    return {factor} * values


def total(values):
    return float(values.sum())
"""


class TinyCourse:
    """A course of one assignment with three checks, and `autograder` run on it as a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.submissions = folder / "submissions"

    @classmethod
    def made(cls, folder: Path) -> TinyCourse:
        course = cls(folder)
        for path, text in _TINY.items():
            course.write(path, textwrap.dedent(text))
        return course

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def hand_in(self, name: str, *, right: bool = True, before: str = "", text: str = "") -> None:
        """A student's folder: a right or a wrong answer below some lines, or any text at all."""
        answer = text or before + _ANSWER.format(factor=2 if right else 3)
        self.write(f"submissions/{name}/tiny.py", answer)

    def command(self, *more: object, out: str = "grades", pages: bool = False) -> list[str]:
        words = [
            "grade",
            "tiny",
            self.submissions,
            "--out",
            self.folder / out,
            *([] if pages else ["--no-report"]),
            *more,
        ]
        return [sys.executable, "-m", "autograder", *(str(word) for word in words)]

    def grade(
        self, *more: object, out: str = "grades", pages: bool = False, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        command = self.command(*more, out=out, pages=pages)
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120, **options)

    def files(self, out: str = "grades") -> dict[str, bytes]:
        """The result files as they are."""
        return {path.stem: path.read_bytes() for path in sorted((self.folder / out / "results").glob("*.json"))}

    def results(self, out: str = "grades") -> dict[str, Any]:
        """The results without what differs from run to run: times."""
        return {name: _timeless(json.loads(content)) for name, content in self.files(out).items()}

    def scores(self, out: str = "grades") -> dict[str, float]:
        return {name: result["score"] for name, result in self.results(out).items()}


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _timeless(item) for name, item in value.items() if name not in ("seconds", "graded_at")}
    return [_timeless(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def tiny(tmp_path: Path) -> TinyCourse:
    return TinyCourse.made(tmp_path)


@pytest.fixture(scope="session")
def make_tiny_course(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], TinyCourse]:
    return lambda name: TinyCourse.made(tmp_path_factory.mktemp(name))


@pytest.fixture(scope="session")
def _graded_once(make_tiny_course: Callable[[str], TinyCourse]) -> Path:
    tiny = make_tiny_course("graded")
    for number in range(6):
        tiny.hand_in(f"s{number}", right=number % 2 == 0)
    run = tiny.grade()
    assert run.returncode == 0, run.stderr
    assert tiny.scores() == {f"s{number}": 10.0 if number % 2 == 0 else 3.0 for number in range(6)}
    return tiny.folder


@pytest.fixture
def graded(_graded_once: Path, tmp_path: Path) -> TinyCourse:
    """A tiny course whose class of six has been graded: every second one is right."""
    shutil.copytree(_graded_once, tmp_path / "course")
    return TinyCourse(tmp_path / "course")
