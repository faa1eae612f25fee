"""Collects hand-ins from nbgrader's exchange: as nbgrader does, and so that each of them can be graded."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.exchange.default import ExchangeCollect

from autograder.release import ENGINE

_MISSING = "*No notebook was handed in. This is the one that was handed out; the modules beside it are graded.*"


class CollectModules(ExchangeCollect):
    """nbgrader's own way, and three things more.

    The engine, which comes back with every hand-in, is not kept. Links are left out: followed, they would put the
    instructor's files into a student's hand-in. And where the notebook is missing, the one that was handed out takes
    its place, for nbgrader grades nothing without one.
    """

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        super().do_copy(src, dest, log)
        shutil.rmtree(Path(dest, ENGINE.name), ignore_errors=True)
        leave_out_links(Path(src), Path(dest))
        released = self.coursedir.format_path(self.coursedir.release_directory, ".", self.coursedir.assignment_id)
        for name in complete(Path(dest), Path(released)):
            self.log.warning("%s holds no %s: the one that was handed out is put there", dest, name)


def leave_out_links(source: Path, copy: Path) -> None:
    """Remove from a copy whatever was a link where it was copied from."""
    for folder, folders, files in os.walk(source):
        for name in [*folders, *files]:
            place = Path(folder, name)
            if place.is_symlink():
                target = copy / place.relative_to(source)
                shutil.rmtree(target, ignore_errors=True) if target.is_dir() else target.unlink(missing_ok=True)


def complete(folder: Path, released: Path) -> list[str]:
    """Put notebooks of ``release/<assignment>`` where a hand-in has none; their names."""
    missing = [path for path in sorted(released.glob("*.ipynb")) if not (folder / path.name).is_file()]
    for path in missing:
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(_MISSING))
        nbformat.write(notebook, folder / path.name)
    return [path.name for path in missing]
