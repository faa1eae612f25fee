"""The grader's end of a student process: whole messages with a deadline, a way to end it, and how it ended."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Protocol

from autograder.sandbox.wire import HEADER, ProtocolError

STOPPED = "your process stopped answering and was ended"


class DeadlineExceeded(Exception):
    """The student's process did not answer in time."""


class ProcessEnded(Exception):
    """The student's process is gone; the message says how, for the student."""


class Connection(Protocol):
    def send(self, message: bytes, deadline: float) -> None: ...

    def receive(self, deadline: float, cap: int) -> bytes: ...

    def end(self, patience: float = 0.0) -> str:
        """Kill the process and everything it started; say how it had ended by itself within `patience` seconds."""
        ...


def describe_end(status: int) -> str:
    """A wait status in words a student understands."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        known = {
            signal.SIGSEGV: "crashed with a segmentation fault (often endless recursion or memory misuse)",
            signal.SIGKILL: "was killed, most likely for using too much memory or processor time",
            signal.SIGXCPU: "used up its processor time",
            signal.SIGABRT: "aborted",
        }
        return f"your process {known.get(signal.Signals(number), f'was ended by signal {number}')}"
    return f"your process ended itself with exit status {os.waitstatus_to_exitcode(status)} (os._exit or the like)"


class SocketConnection:
    """Over a Unix socket; the process is held by a pidfd, so that no other process can be hit by mistake."""

    def __init__(self, connection: socket.socket, pidfd: int, reap: Callable[[], int]) -> None:
        self._socket = connection
        self._pidfd = pidfd
        self._reap = reap

    def send(self, message: bytes, deadline: float) -> None:
        self._arm(deadline)
        try:
            self._socket.sendall(message)
        except TimeoutError as error:
            raise DeadlineExceeded from error
        except OSError as error:
            raise ProcessEnded from error

    def receive(self, deadline: float, cap: int) -> bytes:
        (length,) = HEADER.unpack(self._read(HEADER.size, deadline))
        if length > cap:
            raise ProtocolError(f"a message of {length} bytes, more than the {cap} allowed")
        return self._read(length, deadline)

    def _read(self, length: int, deadline: float) -> bytes:
        parts: list[bytes] = []
        while length:
            self._arm(deadline)
            try:
                part = self._socket.recv(min(length, 1 << 20))
            except TimeoutError as error:
                raise DeadlineExceeded from error
            except OSError as error:
                raise ProcessEnded from error
            if not part:
                raise ProcessEnded
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def _arm(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded
        self._socket.settimeout(left)

    def end(self, patience: float = 0.0) -> str:
        by_itself = bool(select.select([self._pidfd], [], [], patience)[0])
        self._socket.close()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        os.close(self._pidfd)
        status = self._reap()
        return describe_end(status) if by_itself else STOPPED


class PipeConnection:
    """Over a subprocess's pipes, on any operating system: a timer kills the process at the deadline."""

    def __init__(self, process: subprocess.Popen[bytes], on_end: Callable[[], None]) -> None:
        self._process = process
        self._on_end = on_end
        self._overdue = False

    def send(self, message: bytes, deadline: float) -> None:
        assert self._process.stdin is not None
        with self._watch(deadline):
            try:
                self._process.stdin.write(message)
                self._process.stdin.flush()
            except OSError as error:
                raise DeadlineExceeded if self._overdue else ProcessEnded from error

    def receive(self, deadline: float, cap: int) -> bytes:
        with self._watch(deadline):
            (length,) = HEADER.unpack(self._read(HEADER.size))
            if length > cap:
                raise ProtocolError(f"a message of {length} bytes, more than the {cap} allowed")
            return self._read(length)

    def _read(self, length: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(length)
        if len(data) < length:
            raise DeadlineExceeded if self._overdue else ProcessEnded
        return data

    @contextlib.contextmanager
    def _watch(self, deadline: float):  # type: ignore[no-untyped-def]  # a context manager's own type adds nothing
        timer = threading.Timer(max(deadline - time.monotonic(), 0), self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self._overdue = True
        self._kill()

    def _kill(self) -> None:
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._process.kill()

    def end(self, patience: float = 0.0) -> str:
        finished: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            finished = self._process.wait(patience)
        self._kill()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                assert stream is not None
                stream.close()
        self._process.wait()
        self._on_end()
        if finished is None:
            return STOPPED
        if os.name != "posix":
            return f"your process ended with exit status {finished}"
        return describe_end(-finished if finished < 0 else finished << 8)
