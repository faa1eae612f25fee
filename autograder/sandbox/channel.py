"""Whole messages over a pair of file descriptors: the student's end, where blocking for ever is allowed."""

from __future__ import annotations

import os

from autograder.sandbox.wire import Inbox

_ANY_LENGTH = 1 << 32
_UNHEARD_BYTES = 1 << 15
_UNHEARD_MESSAGES = 64
"""What may be said before the bell is rung, at most: with all that the kernel adds it fits in a socket's buffer."""


class ChannelClosed(Exception):
    """The grading process is gone."""


class DescriptorChannel:
    """Reads and writes length-prefixed messages; `read_fd` and `write_fd` may be one socket.

    Where there is a `bell` (an eventfd), the grading process waits for that and not for each message, so that it is not
    woken by every one of many answers.
    """

    def __init__(self, read_fd: int, write_fd: int, bell: int | None = None) -> None:
        self.read_fd = read_fd
        self.write_fd = write_fd
        self._bell = bell
        self._unheard_bytes = 0
        self._unheard_messages = 0
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

    def send(self, message: bytes, more: bool = False) -> None:
        """Write a message; with `more` the next follows whatever the grading process says."""
        rest = memoryview(message)
        while rest:  # what is too large for the socket's buffer has to be taken out while it is written
            sent = os.write(self.write_fd, rest[:_UNHEARD_BYTES])
            rest = rest[sent:]
            self._unheard_bytes += sent
            if self._unheard_bytes >= _UNHEARD_BYTES:
                self._ring()
        self._unheard_messages += 1
        if not more or self._unheard_messages == _UNHEARD_MESSAGES:
            self._ring()

    def _ring(self) -> None:
        self._unheard_bytes = self._unheard_messages = 0
        if self._bell is not None:
            os.eventfd_write(self._bell, 1)
