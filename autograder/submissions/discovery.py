"""The ways in: everyone in a folder or zip of a class, or the one hand-in at a path."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from autograder.submissions.entries import Entry, Folder, Gathered
from autograder.submissions.hand_in import HandIn
from autograder.submissions.in_zip import open_zip
from autograder.submissions.layouts import entries_of, hand_ins, holds_several, is_a_download, refuse
from autograder.submissions.names import clean, shown, slug
from autograder.submissions.on_disk import DiskFolder
from autograder.submissions.selection import is_a_module, select
from autograder.submissions.submission import RefusedError, Submission, SubmissionsError

_CLASS_MEMBERS = 2_000_000
_EXPORT = re.compile(r"assignment_\w+_export")


def discover(path: Path, modules: Sequence[str]) -> Iterator[Submission]:
    """Read a class, one submission at a time.

    Parameters
    ----------
    path : Path
        A folder or zip of a class: a folder, zip or module per student, or a download of Gradescope, Canvas or Moodle,
        or what nbgrader collected (its folder ``submitted``). What is a single student's is a class of one: a folder
        with the modules at its top, a zip with the modules at its top or in its only folder, a module.
    modules : sequence of str
        The assignment's modules, without ``.py``.

    Yields
    ------
    Submission
        In order of the names in the folder. What is wrong with one of them is in its `refused` and stops no other.

    Raises
    ------
    SubmissionsError
        if there is nothing at `path`, or it cannot be read.
    """
    for hand_in in roll_call(path, modules):
        yield hand_in.load()


def roll_call(path: Path, modules: Sequence[str]) -> list[HandIn]:
    """Everyone `discover` yields, by name only: nothing that was handed in is read before ``load()``."""
    path = _existing(path)
    if path.is_dir():
        return _class_in_folder(path, modules)
    if path.suffix.lower() == ".zip":
        return _class_in_zip(path, modules)
    return [_single(path, modules)]


def load_one(path: Path, modules: Sequence[str]) -> Submission:
    """Read the one hand-in at `path`: a student's folder, zip or single module. See `discover`."""
    return _single(_existing(path), modules).load()


def _existing(path: Path) -> Path:
    path = Path(os.path.abspath(path))
    if not (path.is_dir() or path.is_file()):
        what = "neither a file nor a folder" if path.exists() else "it is not there"
        raise SubmissionsError(f"cannot read {path}: {what}")
    return path


def _class_in_folder(path: Path, modules: Sequence[str]) -> list[HandIn]:
    try:
        entries = entries_of(DiskFolder(path))
        # Only under this name: the only student of a class must not be able to pose as one.
        exports = [entry for entry in entries if entry.kind == "folder" and _EXPORT.fullmatch(entry.name)]
        if len(exports) == 1 and is_a_download(inner := entries_of(exports[0].open())):
            return hand_ins(inner, modules)
    except RefusedError as error:
        raise SubmissionsError(str(error)) from error
    if any(is_a_module(entry.name, modules) for entry in entries) and not is_a_download(entries):
        return [_single(path, modules)]
    return hand_ins(entries, modules, collected=path.name == "submitted")


def _class_in_zip(path: Path, modules: Sequence[str]) -> list[HandIn]:
    try:
        entries = entries_of(open_zip(path, _CLASS_MEMBERS))
    except RefusedError:
        return [_single(path, modules)]
    for level in (entries, _inside_the_only_folder(entries)):
        modules_here = any(is_a_module(entry.name, modules) for entry in level)
        if is_a_download(level) or (holds_several(level, modules) and not modules_here):
            return hand_ins(level, modules)
    return [_single(path, modules)]


def _inside_the_only_folder(entries: Sequence[Entry]) -> list[Entry]:
    folders = [entry for entry in entries if entry.kind == "folder"]
    return entries_of(folders[0].open()) if len(folders) == 1 else []


def _single(path: Path, modules: Sequence[str]) -> HandIn:
    name = clean(path.name)
    if path.is_symlink():
        # A loop over a class's folder hands us what students put there: it must not make a link to the solutions count.
        return HandIn(slug(name), name, partial(refuse, f"{shown(name)} is a link, not a hand-in."))
    if path.is_dir():
        folder: Folder = DiskFolder(path)
        return HandIn(slug(name), name, partial(select, folder, modules))
    entry = DiskFolder(path.parent).file(path.name)
    by_name = hand_ins([entry], modules)
    if by_name:
        return by_name[0]
    stem = clean(path.stem)
    return HandIn(slug(stem), stem, partial(select, Gathered([entry]), modules))
