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
_LOOK = 0.1
"""Seconds between two looks at what came without the bell being rung."""


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
    """Over a Unix socket; the process is held by a pidfd, so that no other process can be hit by mistake.

    What comes is looked for when the process rings its bell (an eventfd), when it has ended, and now and then: one that
    hangs, or never rings, has its messages read all the same.
    """

    def __init__(self, connection: socket.socket, pidfd: int, bell: int, reap: Callable[[], int | None]) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._pidfd = pidfd
        self._bell = bell
        self._reap = reap
        self._inbox = Inbox()
        self._news = select.epoll()
        self._news.register(bell, select.EPOLLIN | select.EPOLLET)  # each ring counts once: nobody has to read it
        # What the process left behind may hold its socket open: its own end is watched beside it.
        self._news.register(pidfd, select.EPOLLIN)

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
        gone = False
        while True:
            message = self._inbox.take(cap)
            if message is not None:
                return message
            try:
                part = self._socket.recv(1 << 16)
            except BlockingIOError as error:
                if gone:
                    raise ProcessEnded from error
                gone = self._wait_for_news(deadline)
                continue
            except OSError as error:
                raise ProcessEnded from error
            if not part:
                raise ProcessEnded
            self._inbox.feed(part)

    def _wait_for_news(self, deadline: float) -> bool:
        """Wait until there may be something to read; True if all there will ever be is there."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded
        return any(fd == self._pidfd for fd, _ in self._news.poll(min(left, _LOOK)))

    def end(self, patience: float = 0.0) -> str:
        by_itself = bool(select.select([self._pidfd], [], [], patience)[0])
        self._socket.close()
        self._news.close()
        os.close(self._bell)
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        os.close(self._pidfd)
        status = self._reap()
        return describe_end(status) if by_itself and status is not None else STOPPED
