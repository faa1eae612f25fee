"""Which isolation levels work on this machine: each is tried for real, and what fails comes with what to do."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.calls import CallResult, SessionLimits
from autograder.sandbox.confinement_record import Confinement
from autograder.sandbox.launch import LEVELS, Isolation, SandboxUnavailable, launcher
from autograder.sandbox.session import Session

_SECRET = "what a hand-in must not read"
_PATIENT = 60.0
"""Seconds: a first start reads NumPy from the disk."""
_LIMITS = SessionLimits(
    confinement=Confinement(memory_mb=1024, file_mb=1, processes=8, cpu_seconds=20),
    call_seconds=_PATIENT,
    import_seconds=_PATIENT,
    submission_seconds=3 * _PATIENT,
    output_bytes=1000,
    reply_bytes=1 << 20,
    callbacks=0,
)
_PROBE = b"""
import socket

def add(x, y):
    return x + y

def read(path):
    with open(path) as file:
        return file.read()

def network():
    with socket.socket() as one:
        one.settimeout(5)
        one.connect(("192.0.2.1", 9))
"""
_INSTALL = {
    "apt-get": "apt-get install bubblewrap",
    "dnf": "dnf install bubblewrap",
    "pacman": "pacman -S bubblewrap",
    "zypper": "zypper install bubblewrap",
    "apk": "apk add bubblewrap",
}
_SETTINGS = {
    "kernel/unprivileged_userns_clone": ("0", "kernel.unprivileged_userns_clone=1"),
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "kernel.apparmor_restrict_unprivileged_userns=0"),
    "user/max_user_namespaces": ("0", "user.max_user_namespaces=15000"),
}
"""Kernel settings that keep namespaces from ordinary users: the value that does, and what to set."""


@dataclass(frozen=True)
class Finding:
    """What became of one level."""

    level: Isolation
    works: bool
    why: str
    """What holds, or what went wrong."""
    remedy: str = ""
    """What to do about it: a command where there is one."""
    seconds: float = 0.0
    """From nothing to the first answer."""


def examine() -> list[Finding]:
    """Every level, the strongest first."""
    return [try_level(level) for level in LEVELS]


def try_level(level: Isolation) -> Finding:
    """Start a hand-in of our own behind the level's wall, call it, and have it try what the wall is for."""
    if level != "none" and not sys.platform.startswith("linux"):
        return Finding(level, False, "it needs Linux", "use --isolation none, for code you trust")
    started = time.monotonic()
    # Open to everybody, so that it is the wall that keeps it from being read.
    folder = Path(tempfile.mkdtemp(prefix="autograder-doctor-", dir="/var/tmp" if os.path.isdir("/var/tmp") else None))
    folder.chmod(0o755)
    outside = folder / "outside.txt"
    outside.write_text(_SECRET)
    outside.chmod(0o644)
    wall = launcher(level, ["numpy"], [folder])
    session = Session(wall, {"probe.py": _PROBE}, ["numpy"], _LIMITS)
    try:
        answer = session.call("probe", "add", [1, 2], {})
        seconds = time.monotonic() - started
        tried = {} if level == "none" else _try_the_wall(session, outside)
    except SandboxUnavailable as error:
        return Finding(level, False, str(error), remedy(level))
    finally:
        session.close()
        wall.close()
        shutil.rmtree(folder, ignore_errors=True)
    if answer.value != 3:
        return Finding(level, False, f"a call was not answered: {answer.error}", remedy(level))
    return _judge(level, tried, seconds)


def _try_the_wall(session: Session, outside: Path) -> dict[str, CallResult]:
    return {
        "the network": session.call("probe", "network", [], {}),
        "files outside": session.call("probe", "read", [str(outside)], {}),
    }


def _judge(level: Isolation, tried: dict[str, CallResult], seconds: float) -> Finding:
    if level == "none":
        return Finding(level, True, "time and memory are limited; nothing is shut off", seconds=seconds)
    open_ways = [what for what, result in tried.items() if not _refused(result)]
    if open_ways:
        return Finding(level, False, f"{' and '.join(open_ways)} can be reached from inside", remedy(level))
    return Finding(level, True, "no network, no files but its own", seconds=seconds)


def _refused(result: CallResult) -> bool:
    """Whether the attempt failed for want of permission or of the thing itself, not for another reason."""
    refusals = {"PermissionError", "FileNotFoundError"}
    return result.error is not None and bool(refusals & set(result.error.types))


def remedy(level: Isolation, settings: Path = Path("/proc/sys")) -> str:
    """What to do where a level does not work."""
    if level == "none":
        return f"install NumPy and msgspec for {sys.executable}"
    root = os.geteuid() == 0
    if level == "user":
        return "" if root else f"run as root: sudo {shlex.join([sys.executable, *sys.orig_argv[1:]])}"
    if shutil.which("bwrap") is None:
        install = next((command for tool, command in _INSTALL.items() if shutil.which(tool)), None)
        sudo = "" if root else "sudo "
        return f"{sudo}{install}" if install else "install the package bubblewrap"
    for name, (bad, good) in _SETTINGS.items():
        path = settings / name
        if path.is_file() and path.read_text().strip() == bad:
            return f"sudo sysctl -w {good}"
    if root:
        return "namespaces are shut off here, as in most containers: use --isolation user"
    return (
        "namespaces are shut off here, as in most containers: start it with --privileged, or be root in it and use "
        "--isolation user"
    )


def cores() -> int:
    """Processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
