"""Reads notebooks that students handed in: whatever they are, nbgrader gets a valid notebook to go on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter

from autograder.integrations.nbgrader.strangers import pictures, text

MOST_BYTES = 8 << 20
_MOST_CELLS = 2_000
_MAKE = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell, "raw": nbformat.v4.new_raw_cell}


class HandedInNotebook(NotebookExporter):
    """In the place of nbconvert's exporter: a notebook that cannot be read stops neither the class nor the modules."""

    def from_file(self, file_stream: Any, resources: Any = None, **options: Any) -> Any:
        notebook = _read(file_stream)
        return self.from_notebook_node(notebook, resources=resources, **options)


def _read(file_stream: Any) -> Any:
    try:
        content = file_stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES >> 20} MB")
        found = json.loads(content)
        return _valid(found if found["nbformat"] == 4 else nbformat.reads(content, as_version=4))
    except Exception as error:  # whatever a file that is anything can raise
        said = text(str(error).splitlines()[0][:300] if str(error) else type(error).__name__)
        notebook = nbformat.v4.new_notebook()
        told = f"**The notebook that was handed in could not be read** ({said}). The modules beside it are graded."
        notebook.cells = [nbformat.v4.new_markdown_cell(told)]
        return notebook


def _valid(found: Any) -> Any:
    """The same cells in a notebook of our own: only what a cell of that kind may hold, each part of its right type."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata = _metadata_of_notebook(found.get("metadata"))
    cells = [cell for cell in found["cells"][:_MOST_CELLS] if isinstance(cell, Mapping)]
    notebook.cells = [_cell(cell) for cell in cells if cell.get("cell_type") in _MAKE]
    nbformat.validate(notebook)
    return notebook


def _metadata_of_notebook(found: Any) -> Any:
    kernel = found.get("kernelspec") if isinstance(found, Mapping) else None
    name = text(kernel.get("name", "python3")) if isinstance(kernel, Mapping) else "python3"
    spec = {"name": name, "display_name": name, "language": "python"}
    return nbformat.from_dict({"kernelspec": spec, "language_info": {"name": "python"}})


def _cell(found: Mapping[str, Any]) -> Any:
    kind, marks, attached = found["cell_type"], found.get("metadata"), found.get("attachments")
    cell = _MAKE[kind](text(found.get("source")))
    if isinstance(marks, Mapping) and isinstance(mark := marks.get("nbgrader"), Mapping):
        cell.metadata["nbgrader"] = nbformat.from_dict(dict(mark))
    if kind == "markdown" and isinstance(attached, Mapping):
        good = {text(name): pictures(kinds) for name, kinds in attached.items() if pictures(kinds)}
        if good:
            cell["attachments"] = nbformat.from_dict(good)
    return cell
