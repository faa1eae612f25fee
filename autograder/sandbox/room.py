"""The folder, and at level `user` the user id, that one hand-in lives in, and how nothing of it is left behind."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import stat
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Room:
    folder: str
    uid: int = -1
    """-1: that of the process that forks."""


_PREFIX = "student-"
_FIRST_UID = 20_000
_BLOCK = 64
_BLOCKS = 600
"""What a container that maps 65,536 ids has room for."""
_PATIENCE = 60.0


class Rooms:
    """Hands out rooms. `private`: each with a folder and a user id of its own; else namespaces make the room."""

    def __init__(self, private: bool) -> None:
        self._private = private
        self._turn = 0
        self._first_uid = -1
        if private:
            self._first_uid, self._claim = _claim_users()
            _clear_leftovers(range(self._first_uid, self._first_uid + _BLOCK))

    def prepare(self) -> Room:
        """A room for the process about to be forked."""
        if not self._private:
            return Room("/tmp")
        uid = self._first_uid + self._turn % _BLOCK
        self._turn += 1
        folder = tempfile.mkdtemp(prefix=_PREFIX, dir="/tmp")
        os.chown(folder, uid, uid)
        return Room(folder, uid)

    def end_if_overfull(self, room: Room, files: int, size: int) -> bool:
        """End all processes of a room that holds more than `files` entries or `size` bytes; whether that was so.

        For a room that is a plain folder: nothing else bounds it, and the disk is everybody's.
        """
        if not (self._private and _is_overfull(Path(room.folder), files, size)):
            return False
        _end_all_of(room.uid)
        return True

    def clear(self, room: Room) -> None:
        """After its process has ended: nothing of it is left."""
        if self._private:  # else its processes and its folder ended with its namespaces
            _end_all_of(room.uid)
            remove(Path(room.folder))


def _claim_users() -> tuple[int, socket.socket]:
    """The first of a block of user ids that are nobody's here, nor another grading's, and what holds the claim."""
    for number in range(_BLOCKS):
        block = (os.getpid() + number) % _BLOCKS
        if any(map(_is_somebody, range(_FIRST_UID + block * _BLOCK, _FIRST_UID + (block + 1) * _BLOCK))):
            continue
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0autograder-users-{block}")  # the kernel lets go of it with this process
        except OSError:
            claim.close()
            continue
        return _FIRST_UID + block * _BLOCK, claim
    raise OSError("all user ids for hand-ins are in use")


def _is_somebody(uid: int) -> bool:
    import pwd  # not on Windows, where this module removes folders only

    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _clear_leftovers(uids: range) -> None:
    """End and remove what a grading that was killed left of its hand-ins; their user ids are claimed and ours now."""
    for uid in {owner for path in Path("/proc").glob("[0-9]*") if (owner := _owner(path)) in uids}:
        _end_all_of(uid)
    for path in Path("/tmp").glob(f"{_PREFIX}*"):
        if _owner(path) in uids and not path.is_symlink():
            remove(path)


def _owner(path: Path) -> int:
    try:
        return path.lstat().st_uid
    except OSError:
        return -1  # it has just ended


def _is_overfull(folder: Path, files: int, size: int) -> bool:
    """Looks at no more entries than decide it."""
    left = [str(folder)]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    files, size = files - 1, size - status.st_blocks * 512
                    if files < 0 or size < 0:
                        return True
                    if stat.S_ISDIR(status.st_mode):
                        left.append(entry.path)
        except OSError as error:  # it is being changed while it is looked at
            if error.errno == errno.ENAMETOOLONG:
                return True  # so deep a nest is for hiding something
    return False


def _end_all_of(uid: int) -> None:
    """Kill every process of a user id, from a process that has taken it: it can hit no other."""
    sweeper = os.fork()
    if sweeper == 0:
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            for _ in range(3):
                os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        finally:
            os._exit(0)
    os.waitpid(sweeper, 0)


def remove(folder: Path) -> None:
    """Delete a folder whatever is in it: nested too deep for recursion, closed to its owner, links.

    Folders inside folders are moved to the top before they are emptied, so that no path grows long. What a process
    that is still there (level `none`) keeps adding to is given up after a while.
    """
    until = time.monotonic() + _PATIENCE
    with contextlib.suppress(OSError):
        os.chmod(folder, 0o700)
        while (folders := _unlink_files(folder)) and time.monotonic() < until:
            for inner in folders:
                for below in _unlink_files(inner):
                    os.rename(below, folder / uuid.uuid4().hex)
                os.rmdir(inner)
        os.rmdir(folder)


def _unlink_files(folder: Path) -> list[Path]:
    """Delete what is not a folder; the folders that remain."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.path, 0o700)
                folders.append(Path(entry.path))
            else:
                os.unlink(entry.path)
    return folders
