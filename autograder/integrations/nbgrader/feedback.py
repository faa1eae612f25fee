"""The page that explains a student's points, inside the feedback that nbgrader makes of the notebook."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

import msgspec
import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.comments import read_comments
from autograder.integrations.nbgrader.module_results import results_file
from autograder.integrations.nbgrader.settings import ModuleGrading
from autograder.report.student_page import render_student
from autograder.results import read

_FRAME = "width:100%;height:75vh;border:1px solid #ccc;border-radius:4px"


class ExplainPoints(NbGraderPreprocessor):
    """Puts the page on top of the feedback, in a frame of its own that runs no script, and offers it as a file."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        about = resources["nbgrader"]
        grades = ModuleGrading(parent=self).grades(about["assignment"])
        try:
            result = read(results_file(grades, about["student"]))
        except (OSError, msgspec.DecodeError):
            self.log.warning("There is no result of %s to explain: run nbgrader autograde", about["student"])
            return nb, resources
        comments = {cluster: one.text for cluster, one in read_comments(grades).items()}
        html = _framed(render_student(result, comments), f"{about['assignment']}-modules.html")
        shown = nbformat.v4.new_output("display_data", data={"text/html": html})
        cell = nbformat.v4.new_code_cell("# Your modules: what is right, what is not, and why", outputs=[shown])
        nb.cells.insert(0, cell)
        return nb, resources


def _framed(page: str, name: str) -> str:
    encoded = base64.b64encode(page.encode()).decode()
    link = f'<a download="{escape(name)}" href="data:text/html;base64,{encoded}">Save this page</a>'
    return f'<iframe sandbox srcdoc="{escape(page)}" style="{_FRAME}" title="Your modules"></iframe><p>{link}</p>'
