"""Reads a folder that students could write to: no link is followed, nothing that is no regular file is opened."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from autograder.submissions.entries import Entry, Folder, Kind
from autograder.submissions.names import clean, shown
from autograder.submissions.submission import RefusedError

# Windows has neither; there only a student's own folder is read.
_RELATIVE = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
# O_NONBLOCK: opening a pipe that took the place of a file must not wait for somebody to write into it.
_FILE = os.O_RDONLY | _NO_LINKS | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_PIECE = 1 << 20
_FOLDER = os.O_RDONLY | _NO_LINKS | getattr(os, "O_DIRECTORY", 0)


@dataclass(frozen=True)
class DiskFolder:
    root: Path
    """Given by the instructor, so it may itself be a link."""
    parts: tuple[str, ...] = ()
    """Names from the root down to this folder: each is opened inside the one before it."""

    def check(self) -> None:
        return None

    def entries(self, limit: int) -> list[Entry]:
        found: list[Entry] = []
        name = self.parts[-1] if self.parts else self.root.name
        with _readable(name), self._opened() as place, os.scandir(place) as items:
            for item in items:
                if len(found) == limit:
                    raise RefusedError(f"There are more than {limit:,} files in one folder: hand in the modules only.")
                found.append(self._entry(item))
        return sorted(found, key=lambda entry: entry.key)

    def file(self, name: str) -> Entry:
        """The one file of this name."""
        return Entry(clean(name), "file", partial(self._read, name), partial(self._open, name), name)

    def _entry(self, item: os.DirEntry[str]) -> Entry:
        return Entry(
            name=clean(item.name),
            kind=_kind(item),
            read=partial(self._read, item.name),
            open=partial(self._open, item.name),
            key=item.name,
        )

    def _open(self, name: str) -> Folder:
        return DiskFolder(self.root, (*self.parts, name))

    def _read(self, name: str, limit: int) -> bytes:
        with _readable(name), self._opened() as place:
            if isinstance(place, int):
                handle = os.open(name, _FILE, dir_fd=place)
            else:
                if not stat.S_ISREG(os.lstat(place / name).st_mode):
                    raise RefusedError(f"{shown(clean(name))} is no ordinary file.")
                handle = os.open(place / name, _FILE)
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise RefusedError(f"{shown(clean(name))} is no ordinary file.")
                content = _beginning(file, limit + 1)
        if len(content) > limit:
            raise RefusedError(
                f"{shown(clean(name))} is larger than {limit >> 20} MB, which is more than will be read."
            )
        return content

    @contextmanager
    def _opened(self) -> Iterator[int | Path]:
        """A descriptor of this folder, reached from the root without following a link (a path where there is none)."""
        if not _RELATIVE:
            yield self.root.joinpath(*self.parts)
            return
        handle = os.open(self.root, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0))
        try:
            for part in self.parts:
                inner = os.open(part, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = inner
            yield handle
        finally:
            os.close(handle)


def _beginning(file: BinaryIO, size: int) -> bytes:
    """Up to `size` bytes, piece by piece: read at once they would set as much memory aside for the smallest file."""
    content = bytearray()
    while piece := file.read(min(_PIECE, size - len(content))):
        content += piece
    return bytes(content)


def _kind(item: os.DirEntry[str]) -> Kind:
    if item.is_symlink():
        return "link"
    if item.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if item.is_file(follow_symlinks=False) else "special"


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise RefusedError(f"{shown(clean(name))} is a link: put the file itself into the hand-in.") from error
        reason = error.strerror or type(error).__name__
        raise RefusedError(f"{shown(clean(name))} could not be read ({reason}).") from error
