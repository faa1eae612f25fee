"""The page a student gets: what they scored, what to put right first, and why each failing check fails."""

from __future__ import annotations

from autograder.report.pages import render
from autograder.report.plot import plot
from autograder.report.student_view import arrange
from autograder.results import SubmissionResult


def render_student(result: SubmissionResult) -> str:
    """One self-contained HTML page, without script or network, for the student who handed this in.

    Where the assignment keeps hidden checks' inputs hidden, the page holds nothing of them.
    """
    return render("student.html.j2", view=arrange(result), result=result, plot=plot, handout=result.assignment.handout)
