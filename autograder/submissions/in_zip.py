"""Reads a zip without unpacking it: members are looked up by name, and only those asked for are ever decompressed."""

from __future__ import annotations

import contextlib
import io
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from autograder.submissions.entries import Entry, Folder, Kind
from autograder.submissions.names import clean, is_left_behind, shown
from autograder.submissions.submission import ZIP_BYTES, ZIP_MEMBERS, RefusedError

_DEPTH = 32
_NAME_LENGTH = 255
_CHUNK = 1 << 16
_MEMBER = b"PK\x01\x02"

# Deflate is decompressed in steps of a size we choose; bzip2 and LZMA, in Python's zipfile, in one go of any size.
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass
class _Node:
    """One folder of the zip, and what there is to say about everything below it."""

    files: list[tuple[str, Kind, zipfile.ZipInfo]] = field(default_factory=list)
    folders: dict[str, _Node] = field(default_factory=dict)
    members: int = 0
    size: int = 0
    """What the members say they unpack to. Never relied on: reading counts for itself."""
    problem: str = ""


@dataclass(frozen=True)
class ZipFolder:
    archive: zipfile.ZipFile
    node: _Node

    def check(self) -> None:
        if self.node.problem:
            raise RefusedError(self.node.problem)
        if self.node.members > ZIP_MEMBERS:
            raise RefusedError(f"The zip holds more than {ZIP_MEMBERS:,} files: hand in the modules only.")
        if self.node.size > ZIP_BYTES:
            raise RefusedError(f"The zip unpacks to more than {ZIP_BYTES >> 20} MB: hand in the modules only.")

    def entries(self, limit: int) -> list[Entry]:
        found = [
            Entry(name, kind, partial(_read, self.archive, member), partial(_no_folder, name), f"{name}/{number}")
            for number, (name, kind, member) in enumerate(self.node.files)
        ]
        for name, node in self.node.folders.items():
            found.append(Entry(name, "folder", partial(_no_file, name), partial(ZipFolder, self.archive, node), name))
        if len(found) > limit:
            raise RefusedError(f"There are more than {limit:,} files in one folder: hand in the modules only.")
        return sorted(found, key=lambda entry: (entry.name, entry.key))


def open_zip(content: bytes | Path, members: int = ZIP_MEMBERS) -> ZipFolder:
    """The root folder of a zip.

    Parameters
    ----------
    content : bytes or Path
        The zip; a file is read as needed and stays open as long as one of its entries is in use.
    members : int
        How many there may be. They are counted before the table of contents is built, which takes 20 times the memory.

    Raises
    ------
    RefusedError
        if it is no zip, is incomplete, or holds too many members. What single members are is told by `ZipFolder.check`.
    """
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        count = _count_members(file)
    if count > members:
        raise RefusedError(f"The zip holds more than {members:,} files: hand in the modules only.")
    # Whatever the parser makes of bytes that a stranger wrote is that stranger's broken zip.
    try:
        archive = zipfile.ZipFile(io.BytesIO(content) if isinstance(content, bytes) else content)
        root = _Node()
        for member in archive.infolist():
            _add(root, member)
    except Exception as error:
        raise RefusedError(
            "The zip is damaged, incomplete or no zip at all: pack it again and hand it in anew."
        ) from error
    return ZipFolder(archive, root)


def _count_members(file: BinaryIO) -> int:
    """How often a member's signature occurs: at least as often as there are members, whatever the zip says itself."""
    count, rest = 0, b""
    while chunk := file.read(1 << 20):
        chunk = rest + chunk
        count += chunk.count(_MEMBER)
        rest = chunk[-3:]
    return count


def _add(root: _Node, member: zipfile.ZipInfo) -> None:
    path, kind = _path(member), _kind(member)
    folders, name, problem = _place(path)
    if not problem and not any(is_left_behind(part) for part in (*folders, name)):
        problem = _objection(member, kind, path)
    if kind == "folder":
        folders, name = [*folders, *([name] if name else [])], ""
    node = root
    _count(node, member, problem)
    for part in folders:
        node = node.folders.setdefault(part, _Node())
        _count(node, member, problem)
    if name:
        node.files.append((name, kind, member))


def _count(node: _Node, member: zipfile.ZipInfo, problem: str) -> None:
    node.members += 1
    node.size += member.file_size
    node.problem = node.problem or problem


def _place(path: str) -> tuple[list[str], str, str]:
    """The folders and the last name of a path; or, where it goes wrong, the folders up to there and what is wrong."""
    slashed = path.replace("\\", "/")
    parts = [part for part in slashed.split("/") if part not in ("", ".")]
    if "\0" in path:
        return [], "", f"The zip holds a name with a NUL character in it ({shown(path)}): pack it again."
    if slashed.startswith("/") or re.match(r"[A-Za-z]:", slashed):
        return [], "", f"The zip holds an absolute path ({shown(path)}): zip the folder with your modules instead."
    if ".." in parts:
        inside = parts[: parts.index("..")]
        return inside, "", f"The zip holds a path that leads out of it ({shown(path)}): zip the folder itself."
    if len(parts) > _DEPTH:
        return parts[:1], "", f"The zip holds folders nested more than {_DEPTH} deep: hand in the modules only."
    if any(len(part) > _NAME_LENGTH for part in parts):
        return [], "", f"The zip holds a name that is too long for a file ({shown(path)}): pack it again."
    return parts[:-1], parts[-1] if parts else "", ""


def _objection(member: zipfile.ZipInfo, kind: Kind, path: str) -> str:
    if kind == "link":
        return f"{shown(path)} in the zip is a link: put the file itself into the zip."
    if kind == "special":
        return f"{shown(path)} in the zip is no ordinary file: hand in the modules only."
    if member.flag_bits & 0x41:
        return f"{shown(path)} in the zip is protected by a password: pack the zip without one."
    return ""


def _path(member: zipfile.ZipInfo) -> str:
    """The member's name as text: many programs write UTF-8 without saying so, which zipfile reads as code page 437."""
    name = member.orig_filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return clean(name)


def _kind(member: zipfile.ZipInfo) -> Kind:
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "link"
    if member.orig_filename.endswith(("/", "\\")) or stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_IFMT(mode) in (0, stat.S_IFREG) else "special"


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    name = shown(_path(member))
    if problem := _objection(member, "file", _path(member)):
        raise RefusedError(problem)
    if member.compress_type not in _COMPRESSIONS:
        raise RefusedError(f"{name} in the zip is packed in an unusual way: make an ordinary zip (deflate).")
    content = bytearray()
    try:
        for chunk in _chunks(archive, member):
            content += chunk
            if len(content) > limit:
                break
    except Exception as error:  # as in open_zip
        raise RefusedError(f"{name} in the zip is damaged: pack it again and hand it in anew.") from error
    if len(content) > limit:
        raise RefusedError(f"{name} is larger than {limit >> 20} MB, which is more than will be read.")
    return bytes(content)


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _no_folder(name: str) -> Folder:
    raise RefusedError(f"{shown(name)} is no folder.")


def _no_file(name: str, limit: int) -> bytes:
    raise RefusedError(f"{shown(name)} is a folder, not a file.")
