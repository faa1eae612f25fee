"""A result in otter's own records: a question for each function, a test case for each check."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from otter.test_files import TestCase, TestFile
from otter.test_files.abstract_test import TestCaseResult
from otter.test_files.ottr_test import OttrTestFile

from autograder.integrations.otter.messages import plain
from autograder.integrations.otter.question_names import question_names
from autograder.report.hidden_inputs import shown_checks
from autograder.report.hints import as_told, kept_back
from autograder.report.visible_text import one_line
from autograder.results import CheckResult, SubmissionResult


def fill_in(results: Any, result: SubmissionResult) -> None:
    """Make otter's `results` (a ``GradingResults``) say what `result` says.

    Where a check met a fault of the grader it counts in full, and all of otter's results are hidden from the student.
    """
    results.results = {file.name: file for file in test_files(result)}
    results.set_output(_summary(result))
    if not result.releasable:
        results.hide_everything()


def test_files(result: SubmissionResult) -> list[TestFile]:
    """A record of otter's for each function. They hold no test to run, as those that otter has for R."""
    told = as_told(shown_checks(result), kept_back(result, datetime.datetime.now(datetime.UTC).date()))
    names = question_names(check.function for check in result.checks)
    return [
        _test_file(name, [check for check in told if check.function == function]) for function, name in names.items()
    ]


def _test_file(name: str, checks: Iterable[CheckResult]) -> TestFile:
    outcomes = [TestCaseResult(_case(check), _message(check), check.outcome == "passed") for check in checks]
    file = OttrTestFile(name, f"{name}.py", [one.test_case for one in outcomes], all_or_nothing=False)
    file.test_case_results = outcomes
    file.update_score(round(sum(check.earned for check in checks), 6))
    return file


def _case(check: CheckResult) -> TestCase:
    return TestCase(
        name=one_line(check.title, 160),
        body=None,
        hidden=check.visibility == "hidden",
        points=check.points,
        success_message=None,
        failure_message=None,
    )


def _message(check: CheckResult) -> str:
    return "passed" if check.outcome == "passed" else plain(check)


def _summary(result: SubmissionResult) -> str:
    parts = []
    if not result.releasable:
        parts.append(
            "Part of the grading failed, and this is our fault. It costs you no points; your instructor has to grade "
            "this again."
        )
    if result.submission.refused:
        parts.append(f"The hand-in could not be accepted: {one_line(result.submission.refused, 600)}")
    names = question_names(check.function for check in result.checks)
    public = {check.function for check in result.checks if check.visibility == "public"}
    if unseen := [name for function, name in names.items() if function not in public]:
        parts.append(
            f"Shown at once are the public checks. {', '.join(unseen)}: here all checks are hidden, so that all public "
            "ones pass means nothing; how you did is told with your points."
        )
    parts += [f"Note: {one_line(note, 300)}" for note in result.submission.notes]
    return "\n".join(parts)
