"""Whose is what in the folder of a class: Gradescope's, Canvas's, Moodle's and nbgrader's ways, and one's own."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from autograder.submissions.entries import Entry, Folder, Gathered
from autograder.submissions.hand_in import HandIn
from autograder.submissions.in_zip import open_zip
from autograder.submissions.names import is_left_behind, numbered_slug, shown, slug
from autograder.submissions.owners import Owner, canvas_owner, file_owner, module_owner, moodle_owner
from autograder.submissions.selection import Selection, resembles_a_module, select
from autograder.submissions.submission import ZIP_BYTES, RefusedError
from autograder.submissions.times import Metadata, gradescope_metadata, iso_time

_METADATA = "submission_metadata.yml"
_METADATA_BYTES = 256 << 20
_CLASS_SIZE = 1_000_000
_OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zipx")


def entries_of(folder: Folder) -> list[Entry]:
    """What lies in the folder of a class, without what operating systems leave there."""
    return [entry for entry in folder.entries(_CLASS_SIZE) if not is_left_behind(entry.name)]


def hand_ins(entries: Sequence[Entry], modules: Sequence[str], *, collected: bool = False) -> list[HandIn]:
    """Everyone who handed something in, in order of the names in the folder; what is nobody's is passed over.

    Parameters
    ----------
    entries : sequence of Entry
        What lies in the folder of the class.
    modules : sequence of str
        The assignment's modules.
    collected : bool
        Whether nbgrader collected the folder, so that the ``timestamp.txt`` in it are nbgrader's and no student's.
    """
    metadata = _gradescope(entries)
    found: list[tuple[Entry, HandIn]] = []
    owned: dict[tuple[str, str], list[tuple[Owner, Entry]]] = defaultdict(list)
    for entry in entries:
        if owner := _owner(entry, modules):
            group = owned[owner.name, owner.user]
            if not group:
                found.append((entry, HandIn(owner.id, owner.name, partial(_take_owned, group, modules))))
            group.append((owner, entry))
        elif hand_in := _by_itself(entry, modules, metadata, collected):
            found.append((entry, hand_in))
    return list(_unique(found))


def is_a_download(entries: Sequence[Entry]) -> bool:
    """Whether a learning system packed these: Gradescope, Canvas or Moodle."""
    names = {entry.name for entry in entries}
    if _METADATA in names and any(name.startswith("submission_") for name in names - {_METADATA}):
        return True
    return any(moodle_owner(name) or canvas_owner(name) for name in names)


def holds_several(entries: Sequence[Entry], modules: Sequence[str]) -> bool:
    """Whether these are the hand-ins of several students rather than what one student has beside the modules."""
    students = (entry for entry in entries if _is_a_students(entry, modules))
    return next(students, None) is not None and next(students, None) is not None


def _is_a_students(entry: Entry, modules: Sequence[str]) -> bool:
    if entry.kind == "folder":
        return _holds_a_module(entry.open(), modules, depth=1)
    return entry.name.lower().endswith(".zip") or module_owner(entry.name, modules) is not None


def _holds_a_module(folder: Folder, modules: Sequence[str], depth: int) -> bool:
    try:
        entries = entries_of(folder)
    except RefusedError:
        return False
    if any(entry.kind == "file" and resembles_a_module(entry.name, modules) for entry in entries):
        return True
    inner = (entry.open() for entry in entries if entry.kind == "folder" and depth)
    return any(_holds_a_module(folder, modules, depth - 1) for folder in inner)


def _owner(entry: Entry, modules: Sequence[str]) -> Owner | None:
    if owner := moodle_owner(entry.name):
        return owner
    if entry.kind == "folder":
        return None
    return canvas_owner(entry.name) or file_owner(entry.name, modules)


def _by_itself(entry: Entry, modules: Sequence[str], metadata: dict[str, Metadata], collected: bool) -> HandIn | None:
    """The hand-in that one entry is, or None for what is nobody's (a README, a list of grades)."""
    is_zip = entry.name.lower().endswith(".zip")
    stem = entry.name[:-4] if is_zip else entry.name
    problem = ""
    if entry.kind == "folder":
        return _folder(entry, modules, metadata, collected)
    if entry.kind == "link" and (is_zip or "." not in entry.name):
        problem = f"{shown(entry.name)} is a link, not a hand-in."
    elif entry.name.lower().endswith(_OTHER_ARCHIVES):
        problem = f"{shown(entry.name)} cannot be read: hand in a zip."
    if problem:
        return HandIn(slug(stem), stem, partial(refuse, problem))
    return HandIn(slug(stem), stem, partial(_take_zip, entry, modules)) if is_zip else None


def _folder(entry: Entry, modules: Sequence[str], metadata: dict[str, Metadata], collected: bool) -> HandIn:
    take = partial(_take_folder, entry, modules, collected)
    told = metadata.get(entry.name, Metadata([], None))
    number = re.search(r"\d+$", entry.name)
    if not told.names or not number:
        return HandIn(slug(entry.name), entry.name, take, told.created_at)
    name = ", ".join(told.names)
    return HandIn(numbered_slug(name, number[0]), name, take, told.created_at)


def _take_folder(entry: Entry, modules: Sequence[str], collected: bool) -> Selection:
    folder = entry.open()
    taken = select(folder, modules)
    if not collected or not taken.folder:
        return taken
    inner = next(item.open() for item in entries_of(folder) if item.name == taken.folder)
    for item in entries_of(inner):
        if item.name == "timestamp.txt" and item.kind == "file":
            return replace(taken, submitted_at=iso_time(item.read(1 << 20).decode("utf-8", "replace")))
    return taken


def _take_zip(entry: Entry, modules: Sequence[str]) -> Selection:
    return select(open_zip(entry.read(ZIP_BYTES)), modules)


def _take_owned(group: list[tuple[Owner, Entry]], modules: Sequence[str]) -> Selection:
    """The files that carry one owner's name; of a file that was handed in again, the last."""
    if len(group) == 1 and group[0][1].kind == "folder":
        return select(group[0][1].open(), modules)
    latest: dict[str, tuple[int, Entry]] = {}
    notes = []
    for owner, entry in sorted(group, key=lambda item: item[0].attachment):
        name = owner.file or entry.name
        # Only Canvas says which one is the later; without that, one module twice is refused like any other.
        key = name if owner.attachment else entry.key
        if key in latest:
            notes.append(f"{shown(name)} was handed in more than once: the last one is graded")
        latest[key] = (owner.attachment, replace(entry, name=name))
    taken = select(Gathered([entry for _, entry in latest.values()]), modules)
    return replace(taken, notes=[*notes, *taken.notes])


def refuse(problem: str) -> Selection:
    raise RefusedError(problem)


def _gradescope(entries: Sequence[Entry]) -> dict[str, Metadata]:
    for entry in entries:
        if entry.name == _METADATA and entry.kind == "file":
            try:
                return gradescope_metadata(entry.read(_METADATA_BYTES))
            except RefusedError:
                return {}
    return {}


def _unique(found: Iterable[tuple[Entry, HandIn]]) -> Iterator[HandIn]:
    """The same id twice (a folder and a zip of one name, say): the later one gets the hash of its exact name."""
    seen: set[str] = set()
    for entry, hand_in in found:
        id, salt = hand_in.id, entry.key
        while id in seen:
            salt = hashlib.sha256(salt.encode("utf-8", "surrogatepass")).hexdigest()
            id = f"{hand_in.id}-{salt[:6]}"
        seen.add(id)
        yield replace(hand_in, id=id)
