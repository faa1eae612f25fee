"""How a student's process is confined, from the inside: namespaces or another user, limits, and no way back."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from pathlib import Path

import msgspec

from autograder.sandbox import syscall_filter
from autograder.sandbox import system_calls as linux
from autograder.sandbox.confinement_record import FILE_ROOM, Confinement
from autograder.sandbox.room import Room

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
    readable: list[str] = []
    """Level `user`: all that a child may read."""
    listable: list[str] = []
    """Level `user`: folders whose names a child may list, though it may read only some of what is in them."""


def settle_in(wall: OuterWall) -> None:
    """The warm process's own first step behind the outer wall."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # who waits for a child ends as it did, without its debris
    if not wall.namespaces:
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)  # a container's first process may never collect what was killed
    if wall.become_uid is not None and os.getuid() != wall.become_uid:
        os.setgroups([])
        os.setgid(wall.become_uid)
        os.setuid(wall.become_uid)
        linux.prctl(linux.PR_SET_DUMPABLE, 1)  # without it the children could not write their own uid_map


def enter(wall: OuterWall, limits: Confinement, room: Room, connection: int) -> int:
    """Confine this process for good. Returns 0 in the student's process, its pid in the parent that waits for it.

    Only the descriptor `connection` stays open.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # when memory runs out, this process goes first
    if wall.namespaces:
        _enter_namespaces(limits)
        inner = os.fork()
        if inner:
            return inner
    else:
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        linux.landlock_restrict(wall.readable, wall.listable, [room.folder, "/dev/null"])
        os.setgroups([])
        os.setgid(room.uid)
        os.setuid(room.uid)
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()  # a signal to "my process group" must not reach the process that forked this one
    _close_descriptors(connection)
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
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{STUDENT_UID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{STUDENT_UID} {gid} 1")
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    quiet = linux.MS_NOSUID | linux.MS_NODEV
    size = f"size={FILE_ROOM * limits.file_mb}m,nr_inodes={MAX_FILES},mode=0700"
    linux.mount("tmpfs", "/tmp", "tmpfs", quiet, size)
    linux.mount("tmpfs", "/proc", "tmpfs", quiet | linux.MS_RDONLY, "nr_inodes=2")  # no process can be looked at
    linux.mount("tmpfs", "/dev/pts", "tmpfs", quiet | linux.MS_RDONLY, "nr_inodes=2")  # nor any terminal be shared


def _close_descriptors(connection: int) -> None:
    nothing = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    os.closerange(3, connection)
    os.closerange(connection + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


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
