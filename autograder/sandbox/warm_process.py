"""The warm process inside the outer wall: it has the allowed packages loaded and forks one child per hand-in.

It never runs student code itself. Each child serves one hand-in over a socket of its own and is confined for good
before the first byte of student code is read.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import tempfile
from pathlib import Path

import msgspec

from autograder.sandbox import confinement, room, student_process, tensors
from autograder.sandbox.channel import DescriptorChannel
from autograder.sandbox.confinement_record import FILE_ROOM, Confinement

LAZY = (
    *(f"numpy.{part}" for part in ("random", "linalg", "fft", "ma", "polynomial", "typing", "testing")),
    "sklearn.gaussian_process",
    *("torch.optim", "torch.utils.data", "torch._dynamo"),  # the last two seconds long, at the first optimizer
    *("abc", "collections", "copy", "dataclasses", "functools", "itertools", "logging", "math", "operator"),
    *("threading", "time", "traceback", "typing", "warnings"),
)
"""What hand-ins use and packages or Python load at first use: loaded here once, or every child would load it again."""

_LOOK_SECONDS = 0.25


class Spawn(msgspec.Struct, frozen=True, tag="spawn"):
    """Fork a child for the socket that travels with this request; answered with its process id."""

    confine: Confinement


class Reap(msgspec.Struct, frozen=True, tag="reap"):
    """Wait for a child that has been told to end; answered with its wait status."""

    pid: int


Request = Spawn | Reap


class Answer(msgspec.Struct, frozen=True):
    number: int
    problem: str = ""


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = msgspec.json.decode(sys.argv[2], type=confinement.OuterWall)
    confinement.settle_in(settings)
    gc.disable()
    there = {*settings.preload, *sys.stdlib_module_names}
    for name in (*settings.preload, *(lazy for lazy in LAZY if lazy.partition(".")[0] in there)):
        with contextlib.suppress(ModuleNotFoundError):  # a part that this version does not have
            importlib.import_module(name)
    tensors.look_at_the_processor()
    tempfile.tempdir = None  # some packages ask for it as they load; each child has one of its own
    gc.freeze()  # keeps the collector from touching, and so copying, the pages every child shares
    gc.enable()
    control.send(msgspec.msgpack.encode(Answer(os.getpid())))
    nursery = _Nursery(control, settings)
    while nursery.serve_one():
        pass


class _Nursery:
    def __init__(self, control: socket.socket, settings: confinement.OuterWall) -> None:
        self._control = control
        self._settings = settings
        self._decoder = msgspec.msgpack.Decoder(Request)
        self._rooms = room.Rooms(private=not settings.namespaces)
        self._taken: dict[int, tuple[room.Room, Confinement]] = {}
        self._overfull: set[int] = set()
        self._ended: dict[int, int] = {}
        """Wait statuses of children nobody has asked for yet."""

    def serve_one(self) -> bool:
        self._watch_rooms()
        data, fds, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
        if not data:
            return False
        request = self._decoder.decode(data)
        if isinstance(request, Spawn):
            answer = self._spawn(request, fds[0])
            os.close(fds[0])
        else:
            answer = self._reap(request.pid)
        self._control.send(msgspec.msgpack.encode(answer))
        return True

    def _watch_rooms(self) -> None:
        """Until there is a request: look now and then at folders that no file system of their own bounds."""
        while not self._settings.namespaces and self._taken.keys() - self._overfull:
            if select.select([self._control], [], [], _LOOK_SECONDS)[0]:
                return
            for pid in self._taken.keys() - self._overfull:
                mine, limits = self._taken[pid]
                most = FILE_ROOM * limits.file_mb * confinement.MEGABYTE
                if self._rooms.end_if_overfull(mine, confinement.MAX_FILES, most):
                    self._overfull.add(pid)

    def _spawn(self, request: Spawn, fd: int) -> Answer:
        try:
            mine = self._rooms.prepare()
            pid = os.fork()
        except OSError as error:
            return Answer(-1, str(error))
        if pid:
            self._taken[pid] = mine, request.confine
            return Answer(pid)
        try:
            _live(self._settings, request.confine, mine, fd)
        finally:
            os._exit(0)

    def _reap(self, pid: int) -> Answer:
        status = self._ended.pop(pid) if pid in self._ended else os.waitpid(pid, 0)[1]
        self._rooms.clear(self._taken.pop(pid)[0])
        self._overfull.discard(pid)
        self._collect_orphans()
        return Answer(status)

    def _collect_orphans(self) -> None:
        """What a hand-in left behind was killed, and is this process's to wait for where it has no namespace."""
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                if found[0] in self._taken:
                    self._ended[found[0]] = found[1]


def _live(settings: confinement.OuterWall, limits: Confinement, mine: room.Room, fd: int) -> None:
    """The child's whole life: confine itself, say whether that worked, serve."""
    connection = socket.socket(fileno=fd)
    try:
        inner = confinement.enter(settings, limits, mine, fd)
        if not inner:
            handle, bell = os.pidfd_open(os.getpid()), os.eventfd(0)
            socket.send_fds(connection, [b"ready"], [handle, bell])
            os.close(handle)
    except BaseException as error:
        connection.send(f"cannot confine the student's process: {error}".encode())
        return
    if inner:  # the parent of the namespace's first process: wait for it and end as it ended
        connection.close()
        _, status = os.waitpid(inner, 0)
        _end_like(status)
    student_process.run(DescriptorChannel(fd, fd, bell), Path(mine.folder))


def _end_like(status: int) -> None:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


if __name__ == "__main__":
    main()
