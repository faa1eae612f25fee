"""What runs first behind a notebook's wall: gives up what it has (root's rights, if root built it), starts the kernel.

A program of its own: ``kernel_start.py LIMITS KERNEL...`` with `KernelLimits` as JSON and the kernel's command.
"""

from __future__ import annotations

import os
import resource
import shutil
import socket
import sys

import msgspec

from autograder.sandbox import confinement, syscall_filter
from autograder.sandbox import system_calls as linux

GIVEN, ROOM, DESK = "/given", "/room", "/room/notebook"
"""What the notebook finds beside it, read-only; a file system in memory, of limited size; the folder it runs in."""

_SOCKETS = (socket.AF_UNIX, socket.AF_INET, socket.AF_NETLINK)
"""What ZeroMQ asks for; behind the wall they lead nowhere."""


class KernelLimits(msgspec.Struct, frozen=True):
    memory_mb: int
    """Of each process's address space."""
    cpu_seconds: int
    processes: int
    become_uid: int | None
    """Give up root for this user id."""


def main() -> None:
    limits = msgspec.json.decode(sys.argv[1], type=KernelLimits)
    confinement.settle_in(confinement.OuterWall(namespaces=True, preload=[], become_uid=limits.become_uid))
    shutil.copytree(GIVEN, DESK, copy_function=shutil.copyfile)
    os.chdir(DESK)
    for which, value in (
        (resource.RLIMIT_AS, limits.memory_mb << 20),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, 512),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(which, (value, value))
    linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if syscall_filter.available():
        syscall_filter.install(_SOCKETS)
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
