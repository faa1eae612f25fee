"""Judges a batch of hand-ins: one pytest run over (hand-in × check) in this process, which stays warm for the next."""

from __future__ import annotations

import contextlib
import datetime
import importlib
import io
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder import __version__
from autograder.assignment import Assignment, load
from autograder.checking.plugin import RUN
from autograder.checking.run import CheckDescription, CheckRun
from autograder.grading.fingerprint import fingerprint
from autograder.grading.judging_loop import JudgingLoop
from autograder.grading.known_answers import KnownAnswers
from autograder.results import (
    AssignmentInfo,
    CheckResult,
    Failure,
    GradingInfo,
    Hint,
    SubmissionInfo,
    SubmissionResult,
    encode,
)
from autograder.sandbox.launch import Isolation, Launcher, SandboxUnavailable
from autograder.submissions import Submission

_INI = Path(__file__).with_name("pytest.ini")
_UNUSED = (
    "cacheprovider",
    "terminal",
    "logging",
    "faulthandler",
    "doctest",
    "junitxml",
    "warnings",
    "unittest",
    "debugging",
    "unraisableexception",
    "threadexception",
    "recwarn",
    "monkeypatch",
    "skipping",
    "setuponly",
    "setupplan",
    "stepwise",
    "pastebin",
    "subtests",
)
_QUIET = [part for name in _UNUSED for part in ("-p", f"no:{name}")]

_launchers: dict[tuple[str, ...], dict[str, Launcher]] = {}
"""Warm sandboxes by what they are made of, one for each assignment this process has graded; they end with it."""

_one_at_a_time = threading.Lock()
"""A cluster's worker may have several threads; pytest, imported checks and warm sandboxes are one for a process."""

_known: list[tuple[tuple[str, ...], KnownAnswers]] = []
"""What the checks of the latest grading, told apart by all that its verdicts depend on, heard from who passed."""

_loaded: list[tuple[Path, str]] = []
"""Folder and fingerprint of the assignment whose checks this process has imported."""


class ChecksBroken(Exception):
    """The assignment's own checks cannot run; the message is pytest's."""


class Settings(msgspec.Struct, frozen=True):
    """What all batches of a grading share."""

    assignment: str
    """The assignment's folder."""
    seed: int
    isolation: Isolation
    fingerprint: str
    explain: bool = True
    """Whether known mistakes are tried on failing checks and small examples looked for: that is most of the work."""
    patience: float = 1.0
    """How many times the usual time naming a mistake may take."""


def grade_batch(
    settings: Settings,
    submissions: Sequence[Submission],
    only: str = "",
    files: Sequence[str] = ("test_public.py", "test_hidden.py"),
) -> list[tuple[str, bytes]]:
    """The encoded result of each hand-in, as (id, JSON).

    Parameters
    ----------
    only
        Run the checks of this function alone, named with or without its module.
    files
        The assignment's files of checks to run, in the order of the results.

    Raises
    ------
    ChecksBroken
        if pytest could not collect or run the checks: our fault, said once, no result is written.
    """
    assignment = load(Path(settings.assignment))
    run = _check_run(settings, assignment, submissions)
    with _one_at_a_time:
        started = time.perf_counter()
        checks = _forget_other_checks(assignment)
        loop = JudgingLoop(run, submissions, _answers_known(settings, checks))
        _run_pytest(assignment, run, files, [], _Only(run, only), loop)
    seconds = (time.perf_counter() - started) / max(len(submissions), 1)
    return [
        (one.id, encode(_result(settings, assignment, one.info, loop.results[one.id], seconds))) for one in submissions
    ]


def try_sandbox(settings: Settings) -> None:
    """Start one student process and end it, in the sandbox that the batches of this process will use.

    Raises
    ------
    SandboxUnavailable
        if this machine cannot give the isolation asked for.
    """
    assignment = load(Path(settings.assignment))
    module = assignment.modules[0]
    probe = Submission("probe", "probe", {f"{module}.py": b"def answer(): return 1"})
    with contextlib.closing(_check_run(settings, assignment, []).open_session(assignment, probe)) as session:
        result = session.call(module, "answer", (), {})
    if result.value != 1:
        said = result.error.message if result.error else "a wrong answer"
        raise SandboxUnavailable(f"the {settings.isolation} sandbox starts but does not work: {said}")


def _check_run(settings: Settings, assignment: Assignment, submissions: Sequence[Submission]) -> CheckRun:
    return CheckRun(
        isolation=settings.isolation,
        seed=settings.seed,
        given=submissions,
        launchers=_launchers.setdefault((settings.isolation, settings.assignment, *assignment.imports.allowed), {}),
        keep_launchers=True,
        explain=settings.explain,
        patience=settings.patience,
    )


def _answers_known(settings: Settings, checks: str) -> KnownAnswers:
    key = (settings.assignment, checks, str(settings.seed), settings.isolation)
    if not _known or _known[-1][0] != key:
        _known[:] = [(key, KnownAnswers())]
    return _known[-1][1]


def describe_checks(assignment: Assignment) -> list[CheckDescription]:
    """Every check of the assignment, without running any; refuses an assignment whose points do not add up."""
    run = CheckRun(isolation="none", seed=0, given=[Submission("nobody", "nobody")])
    found = _Collected()
    _forget_other_checks(assignment)
    _run_pytest(assignment, run, ("test_public.py", "test_hidden.py"), ["--collect-only"], found)
    checks = [run.describe(item) for item in found.items]
    total = round(sum(check.points for check in checks), 6)
    if total != assignment.points:
        raise ChecksBroken(
            f"{assignment.name}: the points of its {len(checks)} checks add up to {total:g}; assignment.toml says "
            f"{assignment.points:g}"
        )
    return checks


def failed_by_grader(
    settings: Settings, submission: SubmissionInfo, checks: Sequence[CheckDescription], reason: str
) -> bytes:
    """The result of a hand-in that our side could not judge: nothing is taken from the student."""
    failure = Failure(
        kind="grader",
        message="The grader failed here. This is our fault and costs you no points; your instructor has been told.",
        exception=reason[-4000:],
    )
    results = [
        CheckResult(
            id=check.id,
            function=check.function,
            skill=check.skill,
            title=check.title,
            explanation=check.explanation,
            visibility=check.visibility,
            points=check.points,
            earned=check.points,
            outcome="grader_error",
            failure=failure,
        )
        for check in checks
    ]
    return encode(_result(settings, load(Path(settings.assignment)), submission, results, 0.0))


class _Collected:
    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.items = list(items)


class _Inject:
    """Hands the run its hand-ins, and keeps what pytest says when the checks themselves are broken."""

    def __init__(self, run: CheckRun) -> None:
        self.run = run
        self.broken: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[RUN] = self.run

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(str(report.longrepr))

    def pytest_internalerror(self, excrepr: Any) -> None:
        self.broken.append(str(excrepr))


class _Only:
    """Leaves out the checks of other functions than the one asked for."""

    def __init__(self, run: CheckRun, function: str) -> None:
        self._run = run
        self._function = function

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._function:
            items[:] = [item for item in items if self._is_about(self._run.describe(item).function)]

    def _is_about(self, function: str) -> bool:
        return self._function in (function, function.rpartition(".")[2])


def _run_pytest(
    assignment: Assignment, run: CheckRun, files: Sequence[str], options: Sequence[str], *plugins: object
) -> None:
    inject = _Inject(run)
    tests = [str(assignment.folder / name) for name in files]
    arguments = ["-c", str(_INI), "--rootdir", str(assignment.folder), "--capture=no", *_QUIET, *options, *tests]
    said = io.StringIO()
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the grade must not depend on what else is installed
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            code = pytest.main(["-p", "autograder.checking.plugin", *arguments], plugins=[inject, *plugins])
    finally:
        if before is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = before
    fine = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
    if inject.broken or code not in fine:
        _forget(assignment.folder)  # the next pytest run would take what is left of a broken module for a whole one
        raise ChecksBroken("\n".join([*inject.broken, said.getvalue().strip()]).strip() or f"pytest ended with {code}")


def _forget_other_checks(assignment: Assignment) -> str:
    """Make sure that the checks which run are this assignment's, as they are now; their fingerprint.

    All assignments' checks have the same file names, by which Python keeps modules; and a process may live longer than
    an instructor's next edit (a worker of a cluster does).
    """
    now = (assignment.folder, fingerprint(assignment))
    if _loaded and _loaded[-1] != now:
        _forget(assignment.folder, _loaded[-1][0])
    _loaded[:] = [now]
    return now[1]


def _forget(*assignments: Path) -> None:
    """Forget what was imported from these assignments' folders and the solutions beside them."""
    folders = {*assignments, *(folder.parent.parent / "solutions" for folder in assignments)}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and Path(file).parent in folders:
            del sys.modules[name]
    sys.path[:] = [path for path in sys.path if Path(path) not in folders]
    importlib.invalidate_caches()


def _result(
    settings: Settings,
    assignment: Assignment,
    submission: SubmissionInfo,
    checks: list[CheckResult],
    seconds: float,
) -> SubmissionResult:
    return SubmissionResult(
        assignment=AssignmentInfo(
            name=assignment.name,
            title=assignment.title,
            show_hidden_inputs=assignment.feedback.show_hidden_inputs,
            handout=assignment.feedback.handout,
            hints=[
                Hint(step, rule.attempt, rule.date.isoformat() if rule.date else None)
                for step, rule in assignment.feedback.hints.items()
            ],
        ),
        submission=submission,
        grading=GradingInfo(
            seed=settings.seed,
            engine=__version__,
            fingerprint=settings.fingerprint,
            isolation=settings.isolation,
            graded_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            seconds=round(seconds, 4),
        ),
        checks=checks,
    )
