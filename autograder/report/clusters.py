"""Who is wrong in the same way: failing checks clustered by the known mistake behind them, else by how they fail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.report import known_mistakes
from autograder.report.findings import kind_of
from autograder.results import CheckResult, Outcome

_WRONG: tuple[Outcome, ...] = ("failed", "error", "timeout", "crashed")
_NOT_ABOUT_A_MISTAKE = ("import_failed", "missing", "refused")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One way to be wrong, the same for everybody who is."""

    id: str
    """The name of the known mistake, or the function and a few letters that stand for how its checks fail."""
    function: str
    text: str
    """The mistake's title, or which checks fail."""
    is_known: bool = True
    """Whether it is a known mistake."""


def clustered(checks: Iterable[CheckResult]) -> dict[str, Cluster]:
    """The cluster of each wrong check of one hand-in, by the check's id.

    Checks behind which one known mistake was found share its cluster, in whatever function they are. The others of a
    function make one cluster together: the same checks, failing in the same kind of way, first at the same place.
    """
    found: dict[str, Cluster] = {}
    unexplained: dict[str, list[CheckResult]] = {}
    for check in checks:
        if check.outcome not in _WRONG or kind_of(check) in _NOT_ABOUT_A_MISTAKE:
            continue
        known = check.diagnosis.explanations if check.diagnosis else []
        if len(known) == 1:
            names = "+".join(mistake.name for mistake in known[0].mistakes)
            found[check.id] = Cluster(names, known[0].mistakes[0].function, known_mistakes.in_a_line(check))
        else:
            unexplained.setdefault(check.function, []).append(check)
    for function, together in unexplained.items():
        cluster = _unexplained(function, together)
        found |= {check.id: cluster for check in together}
    return found


def _unexplained(function: str, checks: list[CheckResult]) -> Cluster:
    signature = sorted((check.id, kind_of(check), *_where(check)) for check in checks)
    letters = hashlib.sha256(repr(signature).encode()).hexdigest()[:6]
    title = checks[0].title
    text = f"{title.rstrip('.')}, and {len(checks) - 1} more" if len(checks) > 1 else title
    return Cluster(f"{function.rpartition('.')[2]}-{letters}", function, text, is_known=False)


def _where(check: CheckResult) -> tuple[str, str]:
    """The place at which the results part, and the class of the exception."""
    failure = check.failure
    if failure is None:
        return "", ""
    where = failure.first_difference.where if failure.first_difference else ""
    return where, failure.exception.partition(":")[0]
