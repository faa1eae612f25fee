"""The few Linux system calls Python 3.11 does not offer, by ctypes."""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Sequence

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_REC = 16384
MS_PRIVATE = 1 << 18

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

LANDLOCK_CREATE_RULESET = 444
LANDLOCK_ADD_RULE = 445
LANDLOCK_RESTRICT_SELF = 446
LANDLOCK_CREATE_RULESET_VERSION = 1
LANDLOCK_RULE_PATH_BENEATH = 1

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    _checked(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    encoded = kind.encode() if kind else None
    _checked(
        _libc.mount(source.encode(), target.encode(), encoded, ctypes.c_ulong(flags), options.encode()),
        f"mount {target}",
    )


def prctl(option: int, argument: int = 0) -> None:
    zero = ctypes.c_ulong(0)
    _checked(_libc.prctl(option, ctypes.c_ulong(argument), zero, zero, zero), "prctl")


def drop_capabilities() -> None:
    """Give up every capability, now and for every program started later."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # past the last capability this kernel knows
    header = struct.pack("<Ii", 0x20080522, 0)
    _checked(_libc.capset(header, struct.pack("<6I", 0, 0, 0, 0, 0, 0)), "capset")


def landlock_version() -> int:
    """The Landlock interface version of this kernel; 0 where there is none."""
    version: int = _libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, LANDLOCK_CREATE_RULESET_VERSION)
    return max(version, 0)


def landlock_restrict(readable: Sequence[str], listable: Sequence[str], writable: Sequence[str]) -> None:
    """From now on this process and its children see these only: read and run, list names, or do everything."""
    version = landlock_version()
    if version < 1:
        raise OSError("this kernel has no Landlock")
    execute, write_file, read_file, read_dir = 1, 2, 4, 8
    every = (1 << 13) - 1
    every |= 1 << 13 if version >= 2 else 0  # moving files between folders
    every |= 1 << 14 if version >= 3 else 0  # truncating files
    ruleset = struct.pack("<Q", every)
    fd = _checked(_libc.syscall(LANDLOCK_CREATE_RULESET, ruleset, len(ruleset), 0), "landlock_create_ruleset")
    rules = [(path, execute | read_file | read_dir) for path in readable]
    rules += [(path, read_dir) for path in listable] + [(path, every) for path in writable]
    for path, access in rules:
        try:
            beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        if not stat.S_ISDIR(os.fstat(beneath).st_mode):
            access &= execute | write_file | read_file
        rule = struct.pack("<Qi", access, beneath)
        _checked(_libc.syscall(LANDLOCK_ADD_RULE, fd, LANDLOCK_RULE_PATH_BENEATH, rule, 0), f"landlock {path}")
        os.close(beneath)
    _checked(_libc.syscall(LANDLOCK_RESTRICT_SELF, fd, 0), "landlock_restrict_self")
    os.close(fd)
