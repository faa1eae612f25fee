"""A seccomp filter for student processes: no network, no shared memory outside the limits, no kernel key ring.

It answers "Operation not permitted" and lets everything else through: it narrows what namespaces, Landlock and limits
leave open, it does not replace them.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Sequence

from autograder.sandbox.system_calls import _libc

_FORBIDDEN = {
    # name: (x86_64, aarch64)
    "socket": (41, 198),
    "socketpair": (53, 199),
    "io_uring_setup": (425, 425),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "syslog": (103, 116),
    "kcmp": (312, 272),
    "shmat": (30, 196),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "fsopen": (430, 430),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "clone3": (435, 435),
}
_SOCKETS = ("socket", "socketpair")
_CLONE = (56, 220)
_NAMESPACE_FLAGS = 0x7E020000

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD_WORD = 0x20
_JUMP_EQUAL = 0x15
_JUMP_GREATER_EQUAL = 0x35
_JUMP_ANY_BIT = 0x45
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_FAIL = 0x00050000
_KILL = 0x80000000
_X32_BIT = 0x40000000

SECCOMP_MODE_FILTER = 2
PR_SET_SECCOMP = 22


def available() -> bool:
    return platform.machine() in _ARCHITECTURES


def install(sockets: Sequence[int] = ()) -> None:
    """Put the filter on this process and everything it starts. Needs `no_new_privs`.

    `sockets`: address families (`socket.AF_UNIX`) to allow, where a namespace keeps the network away.
    """
    column, architecture = _ARCHITECTURES[platform.machine()]
    program = _program(column, architecture, sockets)
    instructions = b"".join(struct.pack("<HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(instructions)
    header = struct.pack("<HxxxxxxQ", len(program), ctypes.addressof(buffer))
    address = ctypes.create_string_buffer(header)
    if _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(address), 0, 0) < 0:
        number = ctypes.get_errno()
        raise OSError(number, "seccomp")


def _program(column: int, architecture: int, sockets: Sequence[int] = ()) -> list[tuple[int, int, int, int]]:
    """Instructions (code, jump if true, jump if false, operand) over `struct seccomp_data`."""
    refuse = _FAIL | errno.EPERM
    program = [
        (_LOAD_WORD, 0, 0, 4),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD_WORD, 0, 0, 0),
        (_JUMP_GREATER_EQUAL, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _KILL),
    ]
    for name, numbers in _FORBIDDEN.items():
        # clone3 hides its flags behind a pointer: "no such call" makes the C library fall back to clone.
        answer = _FAIL | errno.ENOSYS if name == "clone3" else refuse
        allowed = [(_JUMP_EQUAL, 0, 1, family) for family in sockets if name in _SOCKETS]
        then = [(_LOAD_WORD, 0, 0, 16)] if allowed else []  # the first argument; what comes after does not go on
        then += [part for jump in allowed for part in (jump, (_RETURN, 0, 0, _ALLOW))] + [(_RETURN, 0, 0, answer)]
        program += [(_JUMP_EQUAL, 0, len(then), numbers[column]), *then]
    program += [
        (_JUMP_EQUAL, 0, 3, _CLONE[column]),
        (_LOAD_WORD, 0, 0, 16),
        (_JUMP_ANY_BIT, 0, 1, _NAMESPACE_FLAGS),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return program
