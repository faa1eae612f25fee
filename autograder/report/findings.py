"""What is wrong with one function, said once: failing checks that share a cause become one finding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.report import wording
from autograder.results import CheckResult, Example, Failure, FailureKind

# The order in which to put things right, of findings that weigh the same.
_LADDER: tuple[FailureKind, ...] = (
    "import_failed",
    "missing",
    "not_implemented",
    "raised",
    "crashed",
    "timeout",
    "wrong_type",
    "wrong_shape",
    "not_finite",
    "wrong_value",
    "property",
    "changed_argument",
    "did_not_raise",
    "wrong_exception",
    "refused",
    "grader",
)
_FIRST = ("import_failed", "missing", "not_implemented")
"""Nothing else can be said while one of these is."""
_LAST = ("changed_argument", "did_not_raise", "wrong_exception", "refused", "grader")
"""Not about what is computed."""
_AT_A_GLANCE = ("raised", "crashed", "wrong_type", "wrong_shape")
"""Easily put right, and often the reason for the rest."""
_KIND_OF_OUTCOME: dict[str, FailureKind] = {
    "not_implemented": "not_implemented",
    "error": "raised",
    "timeout": "timeout",
    "crashed": "crashed",
    "grader_error": "grader",
}


_SHORT = 160
"""Characters of the arguments of a call that one takes in at once."""
_NUMBERS = re.compile(r"[\d, ()]+")


@dataclass(frozen=True)
class Finding:
    check: CheckResult
    """The check that shows it best."""
    others: tuple[CheckResult, ...] = ()
    """Further checks of the function that fail for the same reason."""
    cause: object = None
    """Equal for findings with the same reason, in other functions too; None where each stands for itself."""

    @property
    def kind(self) -> FailureKind:
        return kind_of(self.check)

    @property
    def failure(self) -> Failure | None:
        return self.check.failure

    @property
    def label(self) -> str:
        return wording.label(self.check)

    @property
    def sentence(self) -> str:
        return wording.sentence(self.check)

    @property
    def compared(self) -> str:
        """The quantity that was compared, where the sentence does not name it and the calls do not show it."""
        failure = self.failure
        if (
            failure is None
            or self.kind in ("grader", "did_not_raise", "wrong_exception")
            or failure.what.lower() in self.sentence.lower()
        ):
            return ""
        return failure.what

    @property
    def example(self) -> Example | None:
        """A made-up example; none where the check's own call is shown, and as short as that."""
        calls = self.failure.calls if self.failure else []
        is_short = bool(calls) and len(calls) <= 2 and all(len(call.arguments) <= _SHORT for call in calls)
        return None if is_short else self.check.example

    @property
    def remark(self) -> str:
        """What was noticed about the values; empty beside a known mistake, which says more."""
        known = self.check.diagnosis.explanations if self.check.diagnosis else []
        return self.failure.remark if self.failure and not known else ""

    @property
    def is_about_absence(self) -> bool:
        """There is nothing to look at: the function, or all of it, is yet to be written."""
        return self.kind in ("missing", "not_implemented")

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        return (self.check, *self.others)

    @property
    def earned(self) -> float:
        return sum(check.earned for check in self.checks)

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks)

    @property
    def lost(self) -> float:
        return self.points - self.earned


def kind_of(check: CheckResult) -> FailureKind:
    if check.outcome == "grader_error":
        return "grader"
    if check.failure is not None:
        return check.failure.kind
    return _KIND_OF_OUTCOME.get(check.outcome, "wrong_value")


def findings(checks: Iterable[CheckResult]) -> list[Finding]:
    """The failing ones of a function's checks, the one to begin with first: what costs most and is seen best.

    A public check speaks for its hidden fellows where it can, because it shows its inputs.
    """
    groups: dict[object, list[CheckResult]] = {}
    for index, check in enumerate(checks):
        if check.outcome != "passed":
            groups.setdefault(_cause(check) or index, []).append(check)
    found = []
    for group in groups.values():
        group.sort(key=lambda check: check.visibility != "public")
        found.append(Finding(group[0], tuple(group[1:]), _cause(group[0])))
    return sorted(found, key=lambda one: (_rung(one.kind), -_weight(one), _LADDER.index(one.kind)))


def _rung(kind: FailureKind) -> int:
    return 0 if kind in _FIRST else 2 if kind in _LAST else 1


def is_about_results(kind: FailureKind) -> bool:
    """Whether a failure is about what comes back, and not about what is refused, changed, or not judged."""
    return kind not in _LAST


def _weight(finding: Finding) -> float:
    """The points it costs, twice as heavy if a public check shows it, and if it is seen at a glance."""
    return finding.lost * (1 + (finding.check.visibility == "public")) * (1 + (finding.kind in _AT_A_GLANCE))


def _cause(check: CheckResult) -> object:
    """What two failures must share to be one; None for a failure that stands for itself."""
    kind = kind_of(check)
    if kind in ("missing", "not_implemented", "import_failed", "refused", "timeout", "grader"):
        return kind
    if kind in ("raised", "crashed") and check.failure is not None:
        exception_type = check.failure.exception.split(":", 1)[0]
        last = check.failure.frames[-1] if check.failure.frames else None
        return kind, exception_type, (last.file, last.line) if last else check.failure.exception
    if check.failure is not None and kind in ("did_not_raise", "wrong_exception"):
        return kind, check.failure.expected, check.skill
    if check.failure is not None and kind in ("wrong_type", "wrong_shape"):
        return kind, check.function, _NUMBERS.sub("", check.failure.message)
    known = check.diagnosis.explanations if check.diagnosis else []
    return ("known mistake", *(one.name for one in known[0].mistakes)) if len(known) == 1 else None
