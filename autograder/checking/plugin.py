"""The pytest plugin that makes checks out of tests: fixtures, the `check` mark, one result record for each check.

It acts on tests in an assignment's folder only, and on nothing when no test asks for `student`.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from autograder.assignment import Assignment
    from autograder.checking.run import CheckRun
    from autograder.checking.student import Student
    from autograder.results import CheckResult
    from autograder.submissions import Submission

RUN = pytest.StashKey["CheckRun"]()
_STUDENT = pytest.StashKey["Student"]()
_numbers = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autograder", "checks of an assignment")
    group.addoption("--submission", metavar="PATH", help="judge one hand-in: a folder, a zip or a .py file")
    group.addoption("--submissions", metavar="DIR", help="judge a class: a folder or zip of hand-ins")
    group.addoption(
        "--isolation",
        choices=["bubblewrap", "user", "none"],
        default="bubblewrap",
        help="the wall around student code (default: bubblewrap; see `autograder doctor`)",
    )
    group.addoption("--seed", type=int, default=0, metavar="N", help="grading seed: what hidden inputs are drawn from")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "check(function, points, skill): a check of an assignment, worth points, about one function of the student's",
    )
    for option in ("submission", "submissions"):
        path = config.getoption(option)
        if path and not Path(path).exists():
            raise pytest.UsageError(f"--{option}: there is nothing at {path}")


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(RUN, None)
    if run is not None:
        run.close()


def _run(config: pytest.Config) -> CheckRun:
    """The run's state, made at the first check so that other pytest runs pay nothing."""
    if RUN not in config.stash:
        from autograder.checking.run import CheckRun

        config.stash[RUN] = CheckRun.from_options(config.option)
    return config.stash[RUN]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "student" not in metafunc.fixturenames or not _is_check_file(metafunc.definition.path):
        return
    run = _run(metafunc.config)
    if run.given is not None:
        return  # the loop of a grading brings each hand-in to a check that is set up once
    assignment = run.assignment(metafunc.definition.path)
    submissions = run.submissions(assignment)
    metafunc.parametrize("submission", submissions, ids=[one.id for one in submissions], scope="session", indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if _is_check_file(item.path) and "student" in getattr(item, "fixturenames", ()):
            _run(config).describe(item)  # refuses a check without its mark before any student is judged
            if config.pluginmanager.has_plugin("warnings"):
                item.add_marker(pytest.mark.filterwarnings("ignore"))  # a NumPy warning never costs points


@functools.cache
def _is_check_file(path: Path) -> bool:
    return (path.parent / "assignment.toml").is_file()


@pytest.fixture(scope="session")
def submission(request: pytest.FixtureRequest) -> Submission | None:
    """The hand-in being judged."""
    return getattr(request, "param", None)  # None in the loop of a grading alone


@pytest.fixture(scope="session")
def _session(request: pytest.FixtureRequest, submission: Submission | None) -> Iterator[Callable[[Assignment], Any]]:
    """Opens the hand-in's sandbox session at its first check, and ends it after its last."""
    sessions: dict[str, Any] = {}

    def session(assignment: Assignment) -> Any:
        assert submission is not None
        if assignment.name not in sessions:
            sessions[assignment.name] = _run(request.config).open_session(assignment, submission)
        return sessions[assignment.name]

    yield session
    for one in sessions.values():
        one.close()


@pytest.fixture
def student(
    request: pytest.FixtureRequest, submission: Submission | None, _session: Callable[[Assignment], Any]
) -> Student | None:
    """The hand-in's modules: `student.losses.huber(y_true, y_pred)` runs in the sandbox and returns plain values."""
    from autograder.checking.failures import RefusedHandIn
    from autograder.checking.student import Student

    if submission is None:
        return None  # in the loop of a grading, which brings a `Student` for every hand-in
    if submission.refused:
        raise RefusedHandIn(submission.refused)
    assignment = _run(request.config).assignment(request.node.path)
    request.node.stash[_STUDENT] = Student(_session(assignment), assignment, submission, next(_numbers))
    return request.node.stash[_STUDENT]  # type: ignore[no-any-return]  # pytest's stash keeps the type


@pytest.fixture(scope="session")
def grading_seed(request: pytest.FixtureRequest) -> int:
    return _run(request.config).seed


@pytest.fixture
def rng(request: pytest.FixtureRequest, grading_seed: int) -> Any:
    """A generator from the grading seed and the check's own name: the same for every student."""
    from autograder.checking.case import seeded

    return seeded(grading_seed, request.node.originalname)


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest) -> Any:
    """The course's solution modules: `reference.losses.huber`. For hidden checks only."""
    return _run(request.config).reference(request.path)


@pytest.fixture(scope="module")
def oracle(request: pytest.FixtureRequest) -> Any:
    """The assignment's `oracles.py`. For hidden checks only."""
    return _run(request.config).oracle(request.path)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport | None:
    """The report of a check, from its result record.

    In place of pytest's own, which would spend a tenth of a second on the source lines of each failing check to say
    less than the record does.
    """
    if "submission" not in getattr(item, "fixturenames", ()) or not _is_check_file(item.path):
        return None
    text = ""
    if call.when == "call" or call.excinfo is not None:
        student = item.stash.get(_STUDENT, None)
        error = call.excinfo.value if call.excinfo else None
        calls, measured = (student.calls, student.measured) if student else ([], {})
        result = _run(item.config).result(item, error, calls, measured)
        text = "" if result.outcome == "passed" else _readable(result)
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords=dict.fromkeys(item.keywords, 1),
        outcome="failed" if text else "passed",
        longrepr=text or None,
        when=call.when,  # type: ignore[arg-type]  # items are never reported for "collect"
        sections=[],
        duration=call.duration,
        start=call.start,
        stop=call.stop,
    )


def _readable(result: CheckResult) -> str:
    """What an instructor sees in pytest's own output."""
    lines = [result.title, f"[{result.outcome}] {result.function}, {result.points:g} points"]
    failure = result.failure
    if failure is None:
        return "\n".join(lines)
    lines.append(failure.message)
    if failure.kind == "grader":
        lines.append(failure.exception)
        return "\n".join(lines)
    if failure.what:
        lines.append(f"  compared: {failure.what}")
    lines += [f"  call:     {call.function}({call.arguments})" for call in failure.calls]
    if failure.got or failure.expected:
        lines += [f"  got:      {failure.got}", f"  expected: {failure.expected}"]
    if failure.first_difference:
        first = failure.first_difference
        lines.append(f"  first difference at {first.where or 'the value'}: got {first.got}, expected {first.expected}")
    if failure.remark:
        lines.append(f"  {failure.remark}")
    lines += [f"  {frame.file}:{frame.line} in {frame.function}: {frame.source}" for frame in failure.frames]
    return "\n".join(lines)
