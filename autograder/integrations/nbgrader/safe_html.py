"""Takes what could run out of a notebook that a teaching assistant's browser will show."""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors.sanitize import SanitizeHTML
from traitlets import Bool, List, Unicode

_TABLES = ("table", "thead", "tbody", "tr", "th", "td")
_TEXT = ("a", "abbr", "b", "blockquote", "code", "em", "i", "li", "ol", "strong", "ul")
_BLOCKS = ("p", "div", "span", "pre", "br", "hr", "sub", "sup", "h1", "h2", "h3", "h4", "h5", "h6")


class SafeHtml(SanitizeHTML):
    """nbconvert's own sanitizer, after the notebook was run: the formgrader's page may do all that a grader may."""

    enabled = Bool(True).tag(config=True)  # nbconvert has it off
    tags = List(Unicode(), default_value=[*_TEXT, *_BLOCKS, *_TABLES]).tag(config=True)

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Sanitize outputs and texts; a code cell's source is shown as text by itself, and locked texts are ours."""
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" or not marks.get("locked"):
            super().preprocess_cell(cell, resources, cell_index)
        return cell, resources
