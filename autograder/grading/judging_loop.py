"""The run loop of a grading: every check is set up once, then judges one hand-in after the other.

It takes the place of pytest's own loop, which would set up every fixture again for every hand-in and spend more on
that than on the checks. Collection, marks, fixtures and outcomes are pytest's and the plugin's, so that the same file
gives the same verdicts under plain `pytest --submission`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence

import pytest

from autograder.checking.case import seeded
from autograder.checking.diagnosis import narrowed
from autograder.checking.failures import RefusedHandIn
from autograder.checking.run import CheckRun
from autograder.checking.student import Student
from autograder.grading.known_answers import KnownAnswers
from autograder.results import CheckResult
from autograder.sandbox.session import CallResult, Session
from autograder.submissions import Submission

Judge = Callable[[Student], None]
"""Runs one check on one hand-in; raises as the check does."""

_PER_HAND_IN = {"student", "rng"}


class JudgingLoop:
    """A plugin for one pytest run over one batch."""

    def __init__(self, run: CheckRun, submissions: Sequence[Submission], known: KnownAnswers) -> None:
        self._run = run
        self._submissions = submissions
        self._known = known
        self.results: dict[str, list[CheckResult]] = {submission.id: [] for submission in submissions}
        """By hand-in, in the order of the checks."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if session.testsfailed or session.config.option.collectonly:
            return None  # pytest's own loop says why, or has nothing to run
        items = session.items
        if not items:
            return True
        judges = [
            (item, self._prepare(item, after)) for item, after in zip(items, [*items[1:], *items[:1]], strict=True)
        ]
        for submission in self._submissions:
            self._judge_all(judges, submission)
        return True

    def _judge_all(self, judges: Sequence[tuple[pytest.Item, Judge]], submission: Submission) -> None:
        assignment = self._run.assignment(judges[0][0].path)
        if submission.refused:
            refusal = RefusedHandIn(submission.refused)
            self.results[submission.id] = [self._run.result(item, refusal, []) for item, _ in judges]
            return
        sandbox = self._run.open_session(assignment, submission)
        failed: dict[str, Sequence[CallResult]] = {}
        try:
            for number, (item, judge) in enumerate(judges):
                result, calls = self._judge_one(item, judge, Student(sandbox, assignment, submission, number), sandbox)
                self.results[submission.id].append(result)
                if result.outcome in ("failed", "error"):
                    failed[result.id] = calls
        finally:
            sandbox.close()
        checks = narrowed(self.results[submission.id])
        self.results[submission.id] = self._run.illustrated(judges[0][0].path, submission, checks, failed)

    def _judge_one(
        self, item: pytest.Item, judge: Judge, student: Student, sandbox: Session
    ) -> tuple[CheckResult, Sequence[CallResult]]:
        sandbox.begin()
        name = self._run.describe(item).id
        error: BaseException | None = None
        try:
            passed = self._known.verdict(name, sandbox)
            if passed is not None:
                return passed, []
            judge(student)
        except KeyboardInterrupt:
            raise
        except BaseException as raised:  # pytest's own outcomes are no `Exception`
            error = raised
        result = self._run.result(item, error, student.calls, student.measured)
        if result.outcome == "passed" and sandbox.journal is not None and not student.looked_elsewhere:
            self._known.learn(name, sandbox.journal, result)
        return result, student.calls

    def _prepare(self, item: pytest.Item, after: pytest.Item) -> Judge:
        """The check as a function of the hand-in, everything else it asks for set up by pytest."""
        assert isinstance(item, pytest.Function)
        wanted = list(inspect.signature(item.obj).parameters)
        try:
            item.ihook.pytest_runtest_setup(item=item)
            values = {name: item.funcargs[name] for name in wanted if name not in _PER_HAND_IN}
        except Exception as fault:
            return _always(fault)
        finally:
            item.ihook.pytest_runtest_teardown(item=item, nextitem=after)  # keeps what outlives one check
        name = self._run.describe(item).id

        def judge(student: Student) -> None:
            given = dict(values)
            if "student" in wanted:
                given["student"] = student
            if "rng" in wanted:
                given["rng"] = seeded(self._run.seed, name)
            item.obj(**given)

        return judge


def _always(fault: Exception) -> Judge:
    where = fault.__traceback__

    def judge(student: Student) -> None:
        raise fault.with_traceback(where)  # raised again and again, its traceback would grow

    return judge
