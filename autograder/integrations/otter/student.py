"""What otter's version of a notebook calls on a student's machine; it travels in the folder that is handed out."""

from __future__ import annotations

from html import escape
from pathlib import Path

from autograder.assignment import load
from autograder.notebooks import check
from autograder.notebooks.verdict import Verdict
from autograder.submissions import load_one
from autograder.submit import validate

_PASSING = ("passed", "failed", "not_implemented", "error")
"""Outcomes that the same files have again."""

_seen: dict[tuple[str, frozenset[tuple[str, bytes]]], Verdict] = {}
"""The last verdict: the checks of a function run together, and otter asks for one after the other."""


class NotPassed(AssertionError):
    """A public check that did not pass; the message explains it."""


def expect(function: str, name: str) -> None:
    """Raise if a public check of a function does not pass on the modules as they were last saved.

    Parameters
    ----------
    function : str
        With its module: ``optimizers.adam_step``.
    name : str
        The check's.

    Raises
    ------
    NotPassed
        with what is wrong; ``<`` and ``&`` are written as in HTML, into which otter puts the message as it is.
    """
    verdict = _verdict(function)
    found = [one for one in verdict.checks if one.id == name]
    if not found:
        raise NotPassed(escape(repr(verdict), quote=False))
    if found[0].outcome != "passed":
        raise NotPassed(escape(repr(Verdict(function, (found[0],))), quote=False))


def hand_in() -> list[str]:
    """The files that the assignment asks for and that are here, for ``grader.export(files=hand_in())``.

    What would cost points (a missing file, a syntax error, an unwritten function) is printed.
    """
    assignment = load(Path.cwd())
    for problem in validate(Path.cwd(), assignment):
        place = f"{problem.file}:{problem.line}: " if problem.line else f"{problem.file}: " if problem.file else ""
        print(f"{problem.severity}: {place}{problem.message}")
    wanted = [*(f"{module}.py" for module in assignment.modules), *assignment.files]
    return [name for name in wanted if Path(name).is_file()]


def _verdict(function: str) -> Verdict:
    assignment = load(Path.cwd())
    files = load_one(Path.cwd(), assignment.wanted).files
    key = (function, frozenset(files.items()))
    if key not in _seen:
        _seen.clear()
        verdict = check(function)
        if not all(one.outcome in _PASSING for one in verdict.checks):
            return verdict
        _seen[key] = verdict
    return _seen[key]
