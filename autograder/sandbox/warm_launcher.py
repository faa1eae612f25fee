"""Starts student processes as children of one warm process behind the outer wall."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from multiprocessing.util import Finalize
from typing import IO

import msgspec

from autograder.sandbox.confinement_record import FILE_ROOM, Confinement
from autograder.sandbox.connection import Connection, SocketConnection
from autograder.sandbox.lasting_thread import in_lasting_thread
from autograder.sandbox.launch import Isolation, SandboxUnavailable
from autograder.sandbox.memory_group import MemoryGroup, make
from autograder.sandbox.runtime import SETTINGS
from autograder.sandbox.warm_process import Answer, Reap, Spawn

_START_SECONDS = 60.0
_MEGABYTE = 1 << 20
_SLACK = 64 * _MEGABYTE
"""For what the warm process and the kernel use on top of what they used at rest."""


class WarmLauncher:
    """Keeps one warm process behind the outer wall and has it fork a child for every hand-in."""

    def __init__(self, isolation: Isolation, command: Callable[[int], list[str]]) -> None:
        self.isolation = isolation
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._group: MemoryGroup | None = None
        self._at_rest = 0
        self._living = 0
        self._at_exit: Finalize | None = None

    def start(self, limits: Confinement) -> Connection:
        try:
            return self._spawn(limits)
        except (OSError, msgspec.DecodeError):
            self.close()  # the warm process died (a memory killer, say): one fresh try
            return self._spawn(limits)

    def _spawn(self, limits: Confinement) -> Connection:
        if self._control is None:
            self._open()
        self._bound_memory(limits)
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._ask(Spawn(limits), [theirs.fileno()])
        ours.settimeout(_START_SECONDS)
        message, fds, _, _ = socket.recv_fds(ours, 4096, 2)
        if len(fds) != 2:
            ours.close()
            self._ask(Reap(pid))
            raise SandboxUnavailable(message.decode(errors="replace") or "the student's process did not start")
        self._living += 1
        return SocketConnection(ours, fds[0], fds[1], lambda: self._reap(pid))

    def _bound_memory(self, limits: Confinement) -> None:
        """All processes of all hand-ins that live behind this wall, with their files, which are in memory."""
        if self._group is not None:
            share = (limits.memory_mb + FILE_ROOM * limits.file_mb) * _MEGABYTE
            with contextlib.suppress(OSError):  # each process keeps its own limit
                self._group.bound(self._at_rest + _SLACK + (self._living + 1) * share)

    def _reap(self, pid: int) -> int | None:
        """How the child ended; None if that cannot be known any more."""
        self._living -= 1
        try:
            return self._ask(Reap(pid))
        except (OSError, msgspec.DecodeError):
            self.close()  # the warm process is gone, and all its children with it; the next start makes another
            return None

    def _ask(self, request: Spawn | Reap, fds: Sequence[int] = ()) -> int:
        if self._control is None:
            raise OSError("the warm process has ended")
        socket.send_fds(self._control, [msgspec.msgpack.encode(request)], fds)
        answer = msgspec.msgpack.decode(self._control.recv(1 << 16), type=Answer)
        if answer.problem:
            raise OSError(answer.problem)
        return answer.number

    def _open(self) -> None:
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs, tempfile.TemporaryFile() as log:
                self._start_process(theirs, log)
                theirs.close()  # or its end would never be noticed
                if not _says_hello(control):
                    raise SandboxUnavailable(f"the {self.isolation} sandbox did not start: {_last_words(log)}")
        except BaseException:
            control.close()
            self.close()
            raise
        self._control = control
        self._living = 0
        self._at_exit = Finalize(None, self.close, exitpriority=1)  # unlike `atexit`, in worker processes, too
        if self._group is not None:
            self._at_rest = self._group.usage()

    def _start_process(self, theirs: socket.socket, log: IO[bytes]) -> None:
        command = self._command(theirs.fileno())
        self._group = make()
        # It dies with the thread that starts it.
        self._process = in_lasting_thread(
            lambda: subprocess.Popen(
                self._group.command(command) if self._group else command,
                env={} if self.isolation == "bubblewrap" else dict(SETTINGS),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
            )
        )

    def close(self) -> None:
        if self._at_exit is not None:
            self._at_exit.cancel()
            self._at_exit = None
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._group is not None:
            self._group.remove()
            self._group = None


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    return " / ".join(log.read().decode(errors="replace").strip().splitlines()[-3:]) or "it gave no reason"


def _says_hello(control: socket.socket) -> bool:
    control.settimeout(_START_SECONDS)
    try:
        return bool(control.recv(1 << 16))
    except OSError:
        return False
