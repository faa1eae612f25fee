"""Reads notebooks that students handed in: whatever they are, nbgrader gets a valid notebook to go on with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter

MOST_BYTES = 8 << 20
_MOST_CELLS = 2_000
_MAKE = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell, "raw": nbformat.v4.new_raw_cell}
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")


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
        return _valid(nbformat.reads(content, as_version=4))
    except Exception as error:  # whatever a file that is anything can raise
        said = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
        notebook = nbformat.v4.new_notebook()
        text = f"**The notebook that was handed in could not be read** ({said}). The modules beside it are graded."
        notebook.cells = [nbformat.v4.new_markdown_cell(text)]
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
    name = str(kernel.get("name", "python3")) if isinstance(kernel, Mapping) else "python3"
    spec = {"name": name, "display_name": name, "language": "python"}
    return nbformat.from_dict({"kernelspec": spec, "language_info": {"name": "python"}})


def _cell(found: Mapping[str, Any]) -> Any:
    kind, source = found["cell_type"], found.get("source", "")
    text = source if isinstance(source, str) else "".join(part for part in source if isinstance(part, str))
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    cell = make[kind](text)
    if isinstance(marks := _get(found, "metadata", "nbgrader"), Mapping):
        cell.metadata["nbgrader"] = nbformat.from_dict(dict(marks))
    if kind == "markdown" and (pictures := _pictures(found.get("attachments"))):
        cell["attachments"] = nbformat.from_dict(pictures)
    return cell


def _get(found: Mapping[str, Any], *names: str) -> Any:
    value: Any = found
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _pictures(found: Any) -> dict[str, dict[str, str]]:
    """Pictures that were pasted into a text."""
    pictures: dict[str, dict[str, str]] = {}
    if isinstance(found, Mapping):
        for name, kinds in found.items():
            if isinstance(kinds, Mapping):
                good = {kind: data for kind, data in kinds.items() if kind in _IMAGES and isinstance(data, str)}
                pictures |= {str(name): good} if good else {}
    return pictures
