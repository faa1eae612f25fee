"""The grader's end of a student process: whole messages with a deadline, a way to end it, and how it ended."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import Protocol

from autograder.sandbox.wire import Inbox

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
        known: dict[int, str] = {
            signal.SIGSEGV: "crashed with a segmentation fault (often endless recursion or memory misuse)",
            signal.SIGKILL: "was killed, most likely for using too much memory or processor time",
            signal.SIGXCPU: "used up its processor time",
            signal.SIGABRT: "aborted",
        }
        return f"your process {known.get(number, f'was ended by signal {number}')}"
    return f"your process ended itself with exit status {os.waitstatus_to_exitcode(status)} (os._exit or the like)"


class SocketConnection:
    """Over a Unix socket; the process is held by a pidfd, so that no other process can be hit by mistake."""

    def __init__(self, connection: socket.socket, pidfd: int, reap: Callable[[], int | None]) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._pidfd = pidfd
        self._reap = reap
        self._inbox = Inbox()
        self._readable = select.poll()
        self._readable.register(connection, select.POLLIN)
        # What the process left behind may hold its socket open: its own end is watched beside it.
        self._readable.register(pidfd, select.POLLIN)

    def send(self, message: bytes, deadline: float) -> None:
        try:
            sent = self._socket.send(message)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise ProcessEnded from error
        if sent < len(message):
            self._send_rest(message[sent:], deadline)

    def _send_rest(self, message: bytes, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded
        self._socket.settimeout(left)
        try:
            self._socket.sendall(message)
        except TimeoutError as error:
            raise DeadlineExceeded from error
        except OSError as error:
            raise ProcessEnded from error
        finally:
            self._socket.setblocking(False)

    def receive(self, deadline: float, cap: int) -> bytes:
        while True:
            message = self._inbox.take(cap)
            if message is not None:
                return message
            left = deadline - time.monotonic()
            if left <= 0 or not self._readable.poll(left * 1000 + 1):
                raise DeadlineExceeded
            try:
                part = self._socket.recv(1 << 16)
            except BlockingIOError as error:  # so it is the process that has news: it is gone
                raise ProcessEnded from error
            except OSError as error:
                raise ProcessEnded from error
            if not part:
                raise ProcessEnded
            self._inbox.feed(part)

    def end(self, patience: float = 0.0) -> str:
        by_itself = bool(select.select([self._pidfd], [], [], patience)[0])
        self._socket.close()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        os.close(self._pidfd)
        status = self._reap()
        return describe_end(status) if by_itself and status is not None else STOPPED
