"""Loads files of Python that are no part of a package: solutions, oracles, checks."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from autograder.checking.failures import GraderFault


def load_module(name: str, path: Path) -> ModuleType:
    """The module at `path`, executed once per process."""
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) == str(path):
        return known
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise GraderFault(f"{path} is missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]  # half a module must not pass for a whole one at the next check
        raise
    return module


def public_checks(hidden: str) -> ModuleType:
    """What the public checks beside a file of hidden ones (``__file__``) are made of, to build on."""
    path = Path(hidden).with_name("test_public.py")
    return load_module(f"public_checks_of_{path.parent.name}", path)
