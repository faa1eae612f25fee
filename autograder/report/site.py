"""Writes the pages of a graded class: one a student, and `index.html`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from autograder.report.class_page import render_class
from autograder.report.class_summary import StudentSummary, summarize
from autograder.report.student_page import render_student
from autograder.results import Unreadable, read_each, write_atomically


def write_site(
    results_dir: Path,
    out: Path,
    progress: Callable[[int], object] | None = None,
    comments: Mapping[str, str] | None = None,
) -> Path:
    """Write a page for every result in `results_dir`, and the class page.

    Parameters
    ----------
    results_dir : Path
        What `grade` wrote. A file that is no result is named on the class page and stops nothing.
    out : Path
        Folder of the pages; made if need be. A page that is there is replaced in one step.
    progress : callable, optional
        Called after each student's page with the number of pages written so far.
    comments : mapping, optional
        What is said to each cluster of students who are wrong in the same way, by the cluster's id.

    Returns
    -------
    Path
        The class page.
    """
    index = out / "index.html"
    said = comments or {}
    html = render_class(_written_pages(results_dir, out, progress or (lambda done: None), said), said)
    write_atomically(index, html.encode())
    return index


def _written_pages(
    results_dir: Path, out: Path, progress: Callable[[int], object], comments: Mapping[str, str]
) -> Iterator[StudentSummary | Unreadable]:
    taken = {"index"}
    done = 0
    for result in read_each(results_dir):
        if isinstance(result, Unreadable):
            yield result
            continue
        name = _page_name(result.submission.id, taken)
        write_atomically(out / name, render_student(result, comments).encode())
        done += 1
        progress(done)
        yield summarize(result, page="./" + quote(name))


def _page_name(submission_id: str, taken: set[str]) -> str:
    """`<id>.html`; never a path, and never a name that is taken, on file systems that ignore case as well."""
    stem = re.sub(r"[^\w.\-]+", "_", submission_id).lstrip(".")[:150] or "student"
    unique, number = stem, 2
    while unique.casefold() in taken:
        unique, number = f"{stem}-{number}", number + 1
    taken.add(unique.casefold())
    return f"{unique}.html"
