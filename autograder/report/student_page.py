"""The page a student gets: what they scored, what to put right first, and why each failing check fails."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.report.clusters import Cluster, clustered
from autograder.report.pages import render
from autograder.report.plot import plot
from autograder.report.student_view import StudentView, arrange
from autograder.results import SubmissionResult


def render_student(result: SubmissionResult, comments: Mapping[str, str] | None = None) -> str:
    """One self-contained HTML page, without script or network, for the student who handed this in.

    `comments` are what is said to each cluster (see `clusters`), by its id; each stands at the first finding it fits.
    Where the assignment keeps hidden checks' inputs hidden, the page holds nothing of them.
    """
    view = arrange(result)
    return render(
        "student.html.j2",
        view=view,
        result=result,
        plot=plot,
        handout=result.assignment.handout,
        comments=_at_first_findings(view, clustered(result.checks), comments or {}),
    )


def _at_first_findings(
    view: StudentView, clusters: Mapping[str, Cluster], comments: Mapping[str, str]
) -> dict[str, str]:
    """The comments by the id of the check at whose finding they stand."""
    placed: dict[str, str] = {}
    left = dict(comments)
    for finding in (one for module in view.modules for function in module.functions for one in function.findings):
        cluster = clusters.get(finding.check.id)
        if cluster and cluster.id in left:
            placed[finding.check.id] = left.pop(cluster.id)
    return placed
