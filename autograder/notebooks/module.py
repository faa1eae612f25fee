"""A student's module inside a notebook: read again whenever it is saved, and never in the way of the other cells."""

from __future__ import annotations

import importlib.util
import linecache
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


class ModuleMissingError(Exception):
    """A module that is not beside the notebook; the message says where it was looked for."""


class StudentModule:
    """``<name>.py`` of the notebook's folder: its functions, as they were when the file was last saved.

    Nothing is read before the first use, so a module that does not exist yet or does not run stops only the cell that
    uses it.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._path = folder / f"{name}.py"
        self._name = name
        self._module: ModuleType | None = None
        self._read = (0, 0)

    def __getattr__(self, function: str) -> Any:
        if function.startswith("__"):  # copy, pickle and Jupyter ask every object for these
            raise AttributeError(function)
        return getattr(self._current(), function)

    def __dir__(self) -> list[str]:
        return dir(self._current())

    def __repr__(self) -> str:
        return f"{self._name} (your {self._path.name})"

    def _current(self) -> ModuleType:
        try:
            found = self._path.stat()
        except OSError as error:
            raise ModuleMissingError(
                f"{self._path.name} is not in {self._path.parent}: put it beside the notebook, then run this again"
            ) from error
        now = (found.st_mtime_ns, found.st_size)
        if self._module is None or now != self._read:
            self._module = _fresh(self._name, self._path)
            self._read = now
        return self._module


def module(name: str) -> StudentModule:
    """Your ``<name>.py`` from the folder of this notebook; edit and save it, then run a cell again to see the change.

    Examples
    --------
    >>> losses = module("losses")
    >>> losses
    losses (your losses.py)
    """
    return StudentModule(name, Path.cwd())


def _fresh(name: str, path: Path) -> ModuleType:
    # The file's own name, so that other modules which import it get this one, and so that tracebacks show its lines.
    # Compiled from the source: a stale .pyc of the same second would hide an edit.
    linecache.checkcache(str(path))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    made = importlib.util.module_from_spec(spec)
    code = compile(path.read_bytes(), str(path), "exec")
    before = sys.modules.get(name)
    sys.modules[name] = made  # before it runs: dataclasses look their module up there
    try:
        exec(code, made.__dict__)
    except BaseException:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
        raise
    return made
