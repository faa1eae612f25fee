"""Refuses packages the assignment does not allow, in words a student understands."""

from __future__ import annotations

import builtins
import importlib
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any


class AllowedImports:
    """A finder in front of all others: the standard library, the hand-in's own modules and `allowed`, nothing else."""

    def __init__(self, allowed: Sequence[str], own_modules: Sequence[str]) -> None:
        self._allowed = allowed
        self._own = set(own_modules)
        self._known = {*sys.stdlib_module_names, *allowed, *own_modules}

    def install(self) -> None:
        """Watch every import from now on.

        A finder is asked for what is not loaded yet. What an allowed package has loaded for itself is there already:
        only the import statement of the hand-in can be refused.
        """
        sys.meta_path.insert(0, self)
        usual = builtins.__import__

        def guarded(name: str, *arguments: Any, **keywords: Any) -> Any:
            if sys._getframe(1).f_globals.get("__name__") in self._own:
                self._refuse_unknown(name)
            return usual(name, *arguments, **keywords)

        builtins.__import__ = guarded

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if path is None and not _asked_by_a_package():
            self._refuse_unknown(name)
        return None

    def _refuse_unknown(self, name: str) -> None:
        if name.startswith("_sysconfigdata_"):
            return  # the standard library's own, named after the machine: in no list of it
        if name and name.partition(".")[0] not in self._known:
            allowed = " and ".join(self._allowed) or "the standard library"
            raise ModuleNotFoundError(
                f"this assignment allows {allowed} only (beside Python's standard library); "
                f"{name!r} is not available here",
                name=name,
            )


def _asked_by_a_package() -> bool:
    """Whether an installed package, not the student, wants the module (NumPy probes for optional parts of its own)."""
    depth = 2
    between = (importlib.__file__, _asked_by_a_package.__code__.co_filename)  # `importlib.import_module`, `guarded`
    while True:
        try:
            frame = sys._getframe(depth)
        except ValueError:
            return False
        file = frame.f_code.co_filename
        if not file.startswith("<frozen importlib") and file not in between:
            return "site-packages" in file or "/packages/" in file
        depth += 1
