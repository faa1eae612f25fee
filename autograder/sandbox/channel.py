"""Whole messages over a pair of file descriptors: the student's end, where blocking for ever is allowed."""

from __future__ import annotations

import os

from autograder.sandbox.wire import HEADER


class ChannelClosed(Exception):
    """The grading process is gone."""


class DescriptorChannel:
    """Reads and writes length-prefixed messages; `read_fd` and `write_fd` may be one socket."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self.read_fd = read_fd
        self.write_fd = write_fd

    def receive(self) -> bytes:
        (length,) = HEADER.unpack(self._read(HEADER.size))
        return self._read(length)

    def send(self, message: bytes) -> None:
        view = memoryview(message)
        while view:
            view = view[os.write(self.write_fd, view) :]

    def _read(self, length: int) -> bytes:
        parts: list[bytes] = []
        while length:
            part = os.read(self.read_fd, min(length, 1 << 20))
            if not part:
                raise ChannelClosed
            parts.append(part)
            length -= len(part)
        return b"".join(parts)
