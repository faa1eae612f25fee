"""Whole messages over a pair of file descriptors: the student's end, where blocking for ever is allowed."""

from __future__ import annotations

import os

from autograder.sandbox.wire import Inbox

_ANY_LENGTH = 1 << 32


class ChannelClosed(Exception):
    """The grading process is gone."""


class DescriptorChannel:
    """Reads and writes length-prefixed messages; `read_fd` and `write_fd` may be one socket."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self.read_fd = read_fd
        self.write_fd = write_fd
        self._inbox = Inbox()

    def receive(self) -> bytes:
        while True:
            message = self._inbox.take(_ANY_LENGTH)
            if message is not None:
                return message
            part = os.read(self.read_fd, 1 << 16)
            if not part:
                raise ChannelClosed
            self._inbox.feed(part)

    def send(self, message: bytes) -> None:
        sent = os.write(self.write_fd, message)
        while sent < len(message):
            sent += os.write(self.write_fd, memoryview(message)[sent:])
