"""What is looked at before anybody is graded: mistakes in an assignment or a command that would cost a whole class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder.assignment import Assignment, load
from autograder.checking.run import CheckDescription
from autograder.grading.batch import ChecksBroken, Settings, describe_checks, grade_batch, try_sandbox
from autograder.results import CheckResult, decode, read
from autograder.submissions import Submission, SubmissionsError

_FINE = ("passed", "grader_error")
"""A `grader_error` is no verdict on the check's expected value: it is recorded for everybody, and costs nothing."""


def examine_checks(assignment: Assignment, checks: Sequence[CheckDescription]) -> None:
    """Refuse checks that cannot be told apart or that are about nothing there is."""
    for module in assignment.modules:
        if not (assignment.solutions / f"{module}.py").is_file():
            raise ChecksBroken(
                f"assignment.toml names the module {module!r}, but there is no {assignment.solutions / module}.py"
            )
    for check in checks:
        if check.function.partition(".")[0] not in assignment.modules:
            known = ", ".join(assignment.modules)
            raise ChecksBroken(f"{check.id} is about {check.function}; the modules in assignment.toml are {known}")
    twice = [name for name, count in Counter(check.id for check in checks).items() if count > 1]
    if twice:
        raise ChecksBroken(f"two checks are called {twice[0]}: results and reports know them by name, rename one")


def examine_places(assignment: Assignment, submissions: Path, results: Path) -> None:
    """Refuse a folder for results that is part of the class or belongs to another assignment."""
    out = results.parent.resolve()
    if submissions.is_dir() and out.is_relative_to(submissions.resolve()):
        raise SubmissionsError(
            f"{out} lies inside {submissions}, where every folder is a hand-in: choose another --out"
        )
    for path in sorted(results.glob("*.json"))[:1]:
        try:
            other = read(path).assignment.name
        except (OSError, msgspec.DecodeError):
            return
        if other != assignment.name:
            raise SubmissionsError(f"{out} holds results of {other}: choose another --out for {assignment.name}")


def examine(settings: Settings) -> None:
    """Make sure, where the batches will run, of the checks, the sandbox and the reference.

    Raises
    ------
    SandboxUnavailable
        if this machine cannot give the isolation asked for.
    ChecksBroken
        if nobody can be judged by these checks.
    """
    assignment = load(Path(settings.assignment))
    examine_checks(assignment, describe_checks(assignment))
    try_sandbox(settings)
    refuse_broken_checks(judge_reference(settings))


def judge_reference(settings: Settings) -> list[CheckResult]:
    """The checks that the solutions themselves do not pass."""
    assignment = load(Path(settings.assignment))
    files = {f"{module}.py": (assignment.solutions / f"{module}.py").read_bytes() for module in assignment.modules}
    submission = Submission("reference", "reference", {**files, **assignment.reference_files})
    ((_, content),) = grade_batch(settings, [submission])
    return [check for check in decode(content).checks if check.outcome not in _FINE]


def refuse_broken_checks(failing: Sequence[CheckResult]) -> None:
    """Nobody is judged by a check that the reference solution fails."""
    if not failing:
        return
    lines = ["the reference solution does not pass these checks, so nobody was judged by them:"]
    for check in failing:
        failure = check.failure
        said = failure.message if failure else check.outcome
        values = f" (got {failure.got}, expected {failure.expected})" if failure and failure.expected else ""
        lines.append(f"  {check.id} ({check.function}): {said}{values}")
    raise ChecksBroken("\n".join(lines))
