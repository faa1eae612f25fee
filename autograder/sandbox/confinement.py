"""How a student's process is confined, from the inside: namespaces or another user, limits, and no way back."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import tempfile
from pathlib import Path

import msgspec

from autograder.sandbox import syscall_filter
from autograder.sandbox import system_calls as linux
from autograder.sandbox.confinement_record import Confinement

STUDENT_UID = 1000
"""The user id a student's process sees itself under, inside its own user namespace."""
MEGABYTE = 1 << 20
MAX_FILES = 2_000


class OuterWall(msgspec.Struct, frozen=True):
    """What the warm process is told when it starts."""

    namespaces: bool
    """True behind bubblewrap: every child enters namespaces of its own. False: another user id and Landlock."""
    preload: list[str]
    become_uid: int | None = None
    """Give up root for this user id before anything else (bubblewrap started by root)."""
    first_uid: int = 0
    """Level `user`: children take turns with this and the following ids."""
    readable: list[str] = []
    """Level `user`: all that a child may read."""


class Room(msgspec.Struct, frozen=True):
    """Where one child lives."""

    folder: str
    uid: int = -1


_TURNS = 64
_next_turn = 0


def settle_in(wall: OuterWall) -> None:
    """The warm process's own first step behind the outer wall."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if wall.become_uid is not None and os.getuid() != wall.become_uid:
        os.setgroups([])
        os.setgid(wall.become_uid)
        os.setuid(wall.become_uid)
        linux.prctl(linux.PR_SET_DUMPABLE, 1)  # without it the children could not write their own uid_map


def prepare_room(wall: OuterWall) -> Room:
    """Runs in the warm process, before the fork."""
    global _next_turn
    if wall.namespaces:
        return Room("/tmp")
    uid = wall.first_uid + _next_turn % _TURNS
    _next_turn += 1
    folder = tempfile.mkdtemp(prefix="student-", dir="/tmp")
    os.chown(folder, uid, uid)
    return Room(folder, uid)


def clear_room(wall: OuterWall, room: Room) -> None:
    """Runs in the warm process, after the child ended: nothing of it is left."""
    if wall.namespaces:
        return  # its processes and its /tmp ended with its namespaces
    sweeper = os.fork()
    if sweeper == 0:
        os.setgroups([])
        os.setgid(room.uid)
        os.setuid(room.uid)
        for _ in range(3):
            try:
                os.kill(-1, signal.SIGKILL)
            except ProcessLookupError:
                break
        os._exit(0)
    os.waitpid(sweeper, 0)
    shutil.rmtree(room.folder, ignore_errors=True)


def enter(wall: OuterWall, limits: Confinement, room: Room) -> int:
    """Confine this process for good. Returns 0 in the student's process, its pid in the parent that waits for it."""
    if wall.namespaces:
        _enter_namespaces(limits)
        inner = os.fork()
        if inner:
            return inner
    else:
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        linux.landlock_restrict([Path(path) for path in wall.readable], [Path(room.folder), Path("/dev/null")])
        os.setgroups([])
        os.setgid(room.uid)
        os.setuid(room.uid)
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    _close_standard_streams()
    os.environ.clear()
    os.environ.update(HOME=room.folder, TMPDIR=room.folder, PYTHONHASHSEED="0")
    os.chdir(room.folder)
    _limit(limits)
    linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if syscall_filter.available():
        syscall_filter.install()
    elif not wall.namespaces:
        raise OSError("no system call filter for this processor; the network would be open")
    return 0


def _enter_namespaces(limits: Confinement) -> None:
    uid, gid = os.getuid(), os.getgid()
    linux.unshare(
        linux.CLONE_NEWUSER
        | linux.CLONE_NEWNS
        | linux.CLONE_NEWPID
        | linux.CLONE_NEWIPC
        | linux.CLONE_NEWNET
        | linux.CLONE_NEWUTS
    )
    Path("/proc/self/oom_score_adj").write_text("1000")  # when memory runs out, this process goes first
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{STUDENT_UID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{STUDENT_UID} {gid} 1")
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    quiet = linux.MS_NOSUID | linux.MS_NODEV
    size = f"size={4 * limits.file_mb}m,nr_inodes={MAX_FILES},mode=0700"
    linux.mount("tmpfs", "/tmp", "tmpfs", quiet, size)
    linux.mount("tmpfs", "/proc", "tmpfs", quiet | linux.MS_RDONLY, "nr_inodes=2")  # no process can be looked at


def _close_standard_streams() -> None:
    nothing = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    os.close(nothing)


def _limit(limits: Confinement) -> None:
    def cap(which: int, value: int) -> None:
        resource.setrlimit(which, (value, value))

    cap(resource.RLIMIT_AS, limits.memory_mb * MEGABYTE)
    cap(resource.RLIMIT_FSIZE, limits.file_mb * MEGABYTE)
    cap(resource.RLIMIT_NPROC, limits.processes)
    cap(resource.RLIMIT_CPU, limits.cpu_seconds)
    cap(resource.RLIMIT_NOFILE, 64)
    cap(resource.RLIMIT_CORE, 0)
    cap(resource.RLIMIT_MEMLOCK, 0)
    cap(resource.RLIMIT_MSGQUEUE, 0)
