"""Isolation level `user`: another user id, Landlock and a system call filter, for containers without namespaces."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder.sandbox import syscall_filter, system_calls
from autograder.sandbox.confinement import OuterWall
from autograder.sandbox.launch import SandboxUnavailable
from autograder.sandbox.runtime import (
    ENGINE,
    PYTHON_FLAGS,
    installed_packages,
    package_paths,
    python,
    runtime_paths,
    without,
)


def command(control: int, packages: Sequence[str], keep_out: Sequence[Path]) -> list[str]:
    problem = unavailable()
    if problem:
        raise SandboxUnavailable(problem)
    folders = package_paths(packages)
    hidden = [*installed_packages(), *keep_out]
    readable, listable = without(runtime_paths(), hidden)
    readable += [*folders, ENGINE / "__init__.py", ENGINE / "sandbox"]
    readable += [Path(f"/dev/{name}") for name in ("zero", "urandom", "random")]
    closed = _closed_to_others([python(), *folders, ENGINE / "sandbox"])
    if closed:
        raise SandboxUnavailable(
            f"isolation level 'user' runs hand-ins as another user, who cannot enter {closed}; use the "
            "system's Python and put the course in a folder others may enter (/opt, /srv, /autograder), or open that "
            f"folder: chmod o+x {closed}"
        )
    wall = OuterWall(
        namespaces=False,
        preload=list(packages),
        readable=[str(path) for path in readable],
        listable=[str(path) for path in listable],
    )
    roots = list(dict.fromkeys([*(str(path.parent) for path in folders), str(ENGINE.parent)]))
    start = f"import sys; sys.path += {roots!r}; from autograder.sandbox.warm_process import main; main()"
    return [str(python()), *PYTHON_FLAGS, "-c", start, str(control), msgspec.json.encode(wall).decode()]


def _closed_to_others(paths: Sequence[Path]) -> Path | None:
    """The first folder on the way to `paths` that another user may not enter."""
    for path in paths:
        for parent in reversed(path.resolve().parents):
            if not parent.stat().st_mode & 0o001:
                return parent
    return None


def unavailable() -> str:
    """Why the level `user` cannot work here, or an empty string."""
    if os.name != "posix" or not sys.platform.startswith("linux"):
        return "isolation level 'user' needs Linux"
    if os.geteuid() != 0:
        return "isolation level 'user' needs root, to run each hand-in as another user; as yourself use bubblewrap"
    if system_calls.landlock_version() < 1:
        return "isolation level 'user' needs a kernel with Landlock (Linux 5.13 or newer, enabled)"
    if not syscall_filter.available():
        return "isolation level 'user' knows the system calls of x86_64 and aarch64 only"
    return ""
