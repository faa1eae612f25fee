"""A control group for everything behind one outer wall: its processes' memory counts together.

`RLIMIT_AS` bounds each process; a student's process may start several. A group can be had as root with control groups
of version 1, and with version 2 wherever the memory controller is handed down to a folder we may write to (as root, or
under `systemd-run --user --scope`). Elsewhere there is none, and grading goes on without.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PREFIX = "autograder-"
_counter = itertools.count()


@dataclass(frozen=True)
class Place:
    """A folder of control groups in which one can be made."""

    folder: Path
    version: int


class MemoryGroup:
    """A group that exists."""

    def __init__(self, place: Place) -> None:
        self.folder = place.folder / f"{_PREFIX}{os.getpid()}-{next(_counter)}"
        self.folder.mkdir()
        modern = place.version == 2
        self._limit, self._usage = (
            ("memory.max", "memory.current") if modern else ("memory.limit_in_bytes", "memory.usage_in_bytes")
        )
        self._swap = ("memory.swap.max", 0) if modern else ("memory.swappiness", 0)
        self._bound = 0

    def command(self, command: Sequence[str]) -> list[str]:
        """`command`, started inside the group: whatever it starts is in it, too."""
        enter = 'echo 0 > "$0"; exec "$@"'
        return ["/bin/sh", "-c", enter, str(self.folder / "cgroup.procs"), *command]

    def usage(self) -> int:
        """Bytes in use."""
        return int((self.folder / self._usage).read_text())

    def bound(self, size: int) -> None:
        """From now on all processes together may use `size` bytes; beyond it the kernel ends the largest."""
        if size == self._bound:
            return
        self._bound = size
        with contextlib.suppress(OSError):  # no swap on this machine, say
            (self.folder / self._swap[0]).write_text(str(self._swap[1]))
        (self.folder / self._limit).write_text(str(size))

    def remove(self) -> None:
        """After all processes have ended."""
        for _ in range(20):
            try:
                self.folder.rmdir()
            except FileNotFoundError:
                return
            except OSError:
                time.sleep(0.02)  # the last process is still being put away
            else:
                return


def make() -> MemoryGroup | None:
    """A new group, or None where there can be none."""
    place = find()
    if place is None:
        return None
    _sweep(place.folder)
    try:
        return MemoryGroup(place)
    except OSError:
        return None


def find(processes: Path = Path("/proc/self")) -> Place | None:
    """Where a group can be made on this machine."""
    try:
        own = dict(_own_groups(processes))
        mounts = _mounts(processes)
    except OSError:
        return None
    if "memory" in own and "memory" in mounts:
        at = mounts["memory"] / own["memory"].lstrip("/")
        folder = at if at.is_dir() else mounts["memory"]  # in a container the mount is the group itself
        return Place(folder, 1) if os.access(folder, os.W_OK) else None
    if "" in own and "" in mounts:
        return _version_2(mounts[""], mounts[""] / own[""].lstrip("/"))
    return None


def _version_2(mount: Path, own: Path) -> Place | None:
    """The nearest group around us that hands the memory controller down and that we may write to."""
    for folder in (own, *own.parents):
        control = folder / "cgroup.subtree_control"
        try:
            handed_down = control.read_text().split()
        except OSError:
            handed_down = []
        writable = all(os.access(path, os.W_OK) for path in (folder, folder / "cgroup.procs"))
        if "memory" in handed_down and writable:
            return Place(folder, 2)
        if folder == mount:
            break
    return None


def _own_groups(processes: Path) -> list[tuple[str, str]]:
    """Our group by controller; version 2 has one for all, under the name ""."""
    groups = []
    for line in (processes / "cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        groups += [(name, path) for name in controllers.split(",")]
    return groups


def _mounts(processes: Path) -> dict[str, Path]:
    """Where each controller is mounted."""
    found: dict[str, Path] = {}
    for line in (processes / "mounts").read_text().splitlines():
        _, target, kind, options, *_ = line.split()
        if kind == "cgroup2":
            found[""] = Path(target)
        elif kind == "cgroup" and "memory" in options.split(","):
            found["memory"] = Path(target)
    return found


def _sweep(folder: Path) -> None:
    """Remove empty groups of gradings that were killed."""
    for old in folder.glob(f"{_PREFIX}*"):
        pid = old.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path("/proc", pid).exists():
            with contextlib.suppress(OSError):
                old.rmdir()
