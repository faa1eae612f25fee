"""The grader's end of a plain subprocess, over its pipes, on any operating system.

Two threads do the reading and writing, so that a deadline holds whatever the other side does with its ends: also when
processes it left behind keep them open.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from autograder.sandbox.connection import STOPPED, DeadlineExceeded, ProcessEnded, describe_end
from autograder.sandbox.wire import Inbox

_LOOK = 0.05
"""Seconds between two looks at whether the process is still there."""
_PARTS = 64
"""Parts of a message that are read ahead: a flood waits in its own pipe."""

Item = TypeVar("Item")


class PipeConnection:
    def __init__(self, process: subprocess.Popen[bytes], on_end: Callable[[], None]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process = process
        self._on_end = on_end
        self._inbox = Inbox()
        self._received: queue.Queue[bytes] = queue.Queue(_PARTS)
        self._to_send: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._sent: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._ended = False
        # The threads own the descriptors: one that another thread reads from cannot be closed safely.
        for work, stream in ((self._read_all, process.stdout), (self._write_all, process.stdin)):
            threading.Thread(target=work, args=(os.dup(stream.fileno()),), daemon=True).start()
            stream.close()

    def _read_all(self, fd: int) -> None:
        part = b" "
        while part and not self._ended:
            try:
                part = os.read(fd, 1 << 16)
            except OSError:
                part = b""
            self._received.put(part)
        os.close(fd)

    def _write_all(self, fd: int) -> None:
        while message := self._to_send.get():
            try:
                sent = 0
                while sent < len(message):
                    sent += os.write(fd, memoryview(message)[sent:])
            except OSError:
                self._sent.put(False)
                break
            self._sent.put(True)
        os.close(fd)

    def send(self, message: bytes, deadline: float) -> None:
        self._to_send.put(message)
        if not self._wait_for(self._sent, deadline):
            raise ProcessEnded

    def receive(self, deadline: float, cap: int) -> bytes:
        while True:
            message = self._inbox.take(cap)
            if message is not None:
                return message
            part = self._wait_for(self._received, deadline)
            if not part:
                raise ProcessEnded
            self._inbox.feed(part)

    def _wait_for(self, source: queue.Queue[Item] | queue.SimpleQueue[Item], deadline: float) -> Item:
        gone = False
        while True:
            left = deadline - time.monotonic()
            try:
                return source.get(timeout=max(min(left, _LOOK), 0))
            except queue.Empty:
                if gone:
                    raise ProcessEnded from None
                if left <= 0:
                    raise DeadlineExceeded from None
            gone = self._process.poll() is not None  # what it sent before is read first

    def end(self, patience: float = 0.0) -> str:
        finished: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            finished = self._process.wait(patience)
        self._kill()
        self._process.wait()
        self._let_threads_go()
        self._on_end()
        if finished is None:
            return STOPPED
        if os.name != "posix":
            return f"your process ended with exit status {finished}"
        return describe_end(-finished if finished < 0 else finished << 8)

    def _kill(self) -> None:
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._process.kill()

    def _let_threads_go(self) -> None:
        self._ended = True
        self._to_send.put(b"")
        with contextlib.suppress(queue.Empty):
            while True:
                self._received.get_nowait()
