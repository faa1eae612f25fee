"""The outer wall of isolation level `bubblewrap`: an almost empty, read-only file system and no network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder.sandbox.confinement import OuterWall
from autograder.sandbox.launch import SandboxUnavailable
from autograder.sandbox.runtime import (
    ENGINE,
    PYTHON_FLAGS,
    SETTINGS,
    installed_packages,
    package_paths,
    python,
    runtime_paths,
)

_NOBODY = 65534


def command(control: int, packages: Sequence[str], keep_out: Sequence[Path]) -> list[str]:
    wall = OuterWall(namespaces=True, preload=list(packages), become_uid=unprivileged_uid())
    start = [str(python()), *PYTHON_FLAGS, "-m", "autograder.sandbox.warm_process"]
    return [*outer_wall(packages, keep_out), "--", *start, str(control), msgspec.json.encode(wall).decode()]


def unprivileged_uid() -> int | None:
    """The user id that whoever starts behind the wall takes on; None where the wall has one of its own."""
    return _NOBODY if os.geteuid() == 0 else None


def outer_wall(packages: Sequence[str], keep_out: Sequence[Path], mounts: Sequence[str] = ()) -> list[str]:
    """bubblewrap and its options, without what runs behind the wall.

    Parameters
    ----------
    packages
        What Python finds there, in ``/packages``, beside the engine's own side of the sandbox.
    keep_out
        Folders that must not be visible, wherever they lie.
    mounts
        Options that put more into the file system, before it becomes read-only.
    """
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxUnavailable(
            "bubblewrap is not installed; on Debian or Ubuntu: apt-get install bubblewrap (as root), or choose "
            "--isolation user (as root) or --isolation none"
        )
    root = os.geteuid() == 0
    words = [program, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    words += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    # Root needs no user namespace to build the wall and gives up root inside it; others get one with the wall.
    words += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if root else ["--unshare-user"]
    for name, value in SETTINGS.items():
        words += ["--setenv", name, value]
    words += ["--setenv", "PYTHONPATH", "/packages"]
    folders = package_paths(packages)
    inside = [
        *runtime_paths(),
        *(Path("/packages", path.name) for path in folders),
        Path("/packages/autograder/sandbox"),
    ]
    for folder in dict.fromkeys(parent for path in inside for parent in reversed(path.parents)):
        # Made by bubblewrap alone they would be root's only.
        words += ["--perms", "0755", "--dir", str(folder)] if folder != Path("/") else []
    for path in runtime_paths():
        if path.is_symlink() and path.is_dir():
            words += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            words += ["--ro-bind", str(path.resolve()), str(path)]
    for path in _masked(keep_out):
        # Read-only, or it would be a place to leave something for the next hand-in.
        words += ["--tmpfs", str(path), "--remount-ro", str(path)]
    for path in folders:
        words += ["--ro-bind", str(path), f"/packages/{path.name}"]
    words += ["--ro-bind", str(ENGINE / "__init__.py"), "/packages/autograder/__init__.py"]
    words += ["--ro-bind", str(ENGINE / "sandbox"), "/packages/autograder/sandbox"]
    # Some packages write into /tmp as they load; each hand-in has a /tmp of its own in front of this one.
    words += ["--dev", "/dev", "--proc", "/proc", "--perms", "1777", "--tmpfs", "/tmp", "--chdir", "/tmp"]
    return [*words, *mounts, "--remount-ro", "/dev", "--remount-ro", "/"]


def _masked(keep_out: Sequence[Path]) -> list[Path]:
    """Folders that would be visible with the runtime and must not be, as the sandbox sees them."""
    masked: dict[Path, None] = {}
    for bound in runtime_paths():
        shown = bound.resolve()
        for path in [*installed_packages(), *keep_out]:
            hidden = path.resolve()
            if hidden.is_dir() and hidden.is_relative_to(shown) and not bound.is_symlink():
                masked[bound / hidden.relative_to(shown)] = None
    return list(masked)
