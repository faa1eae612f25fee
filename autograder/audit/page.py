"""The page of an audit, for an instructor."""

from __future__ import annotations

from autograder.audit.records import Audit
from autograder.report.pages import render


def render_audit(audit: Audit) -> str:
    """One self-contained page: the verdict first, then what it rests on."""
    return render(
        "audit.html.j2",
        audit=audit,
        right_answers=len(audit.styles) * len(audit.seeds),
        unfair_answers=len({(one.style, one.seed) for one in audit.unfair}),
        hidden_checks=sum(check.visibility == "hidden" for check in audit.checks),
        explained=[one for one in audit.survivors if one.reason],
        matrix=[(check, [one.name for one in audit.mistakes if check.id in one.failed]) for check in audit.checks],
    )
