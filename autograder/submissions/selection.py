"""Finds the assignment's modules among what a student handed in, and tells the student what was made of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.submissions.entries import Entry, Folder
from autograder.submissions.in_zip import open_zip
from autograder.submissions.names import is_left_behind, shown
from autograder.submissions.submission import FILE_BYTES, FOLDER_ENTRIES, MODULE_BYTES, ZIP_BYTES, RefusedError

_INSTEAD = {
    ".ipynb": "a notebook, which is not taken: copy your functions into",
    ".py.txt": "a text file: rename it to",
    ".txt": "a text file: rename it to",
    ".pyc": "a compiled file, which is never run: hand in",
}

# Python would pick these up beside a module; here nothing but the modules is ever taken.
_PICKED_UP = (".py", ".pth", ".pyc", ".so", ".pyd")


@dataclass(frozen=True)
class Selection:
    files: dict[str, bytes]
    notes: list[str]
    folder: str = ""
    """The folder inside the hand-in where the modules were, if they were not at its top."""
    submitted_at: str | None = None


@dataclass(frozen=True)
class _Found:
    entry: Entry
    folder: str = ""

    @property
    def path(self) -> str:
        return shown(f"{self.folder}/{self.entry.name}" if self.folder else self.entry.name)


def file_name(wanted: str) -> str:
    """The file a wanted name stands for: a module by its own name, any other file with its ending."""
    return wanted if "." in wanted else f"{wanted}.py"


def select(folder: Folder, modules: Sequence[str], zips_within: int = 1) -> Selection:
    """Take what is wanted from a student's folder: from its top, else one folder deep, else from the one zip in it.

    Parameters
    ----------
    modules : sequence of str
        The assignment's modules, and other files that are handed in with them, by file name.

    Raises
    ------
    RefusedError
        if the hand-in cannot be accepted: nothing wanted in it, one module twice, a link, something too large, …
    """
    folder.check()
    found = [_Found(entry) for entry in _usable(folder)]
    if not any(is_a_module(item.entry.name, modules) for item in found):
        inside = [item.entry for item in found if item.entry.kind == "folder"]
        found += [_Found(entry, inner.name) for inner in inside for entry in _usable(inner.open())]
    wanted = {module: _choose(module, found) for module in modules}
    taken = {module: choice for module, choice in wanted.items() if choice}
    if not taken:
        return _select_from_zip(found, modules, zips_within)
    files = {
        file_name(module): choice.entry.read(FILE_BYTES if "." in module else MODULE_BYTES)
        for module, choice in taken.items()
    }
    notes = [
        *(note for module, choice in taken.items() for note in _notes_on(module, choice, files[file_name(module)])),
        *_notes_on_others(found, taken, modules),
    ]
    return Selection(files, notes, folder=next(iter(taken.values())).folder)


def is_a_module(name: str, modules: Sequence[str]) -> bool:
    """Whether a file of this name would be taken, if only as the copy that a browser or a file manager made."""
    return any(_is_exactly(name, module) or _is_copy(name, module) for module in modules)


def resembles_a_module(name: str, modules: Sequence[str]) -> bool:
    """Whether somebody who hands in a file of this name means one of the modules."""
    ending = _ending(name)
    return is_a_module(name, modules) or (ending != "" and any(_mentions(name, module) for module in modules))


def nothing_wanted(paths: Sequence[str], modules: Sequence[str]) -> RefusedError:
    seen = ", ".join(paths[:8]) + (f" and {len(paths) - 8} more" if len(paths) > 8 else "") or "nothing"
    expected = _list([file_name(module) for module in modules])
    problem = f"None of the files this assignment asks for ({expected}) is in the hand-in. In it: {seen}."
    return RefusedError(" ".join([problem, *(f"{hint}." for hint in _hints(paths, modules)[:3])]))


def _usable(folder: Folder) -> list[Entry]:
    entries = [entry for entry in folder.entries(FOLDER_ENTRIES) if not is_left_behind(entry.name)]
    for entry in entries:
        if entry.kind == "link":
            raise RefusedError(f"{shown(entry.name)} is a link: put the file itself into the hand-in.")
        if entry.kind == "special":
            raise RefusedError(f"{shown(entry.name)} is no ordinary file (a pipe, a device or the like).")
    return entries


def _choose(module: str, found: list[_Found]) -> _Found | None:
    exact = [item for item in found if _is_exactly(item.entry.name, module)]
    choices = exact or [item for item in found if _is_copy(item.entry.name, module)]
    if len(choices) > 1:
        paths = _list([item.path for item in choices])
        raise RefusedError(f"{file_name(module)} is there {len(choices)} times ({paths}): hand in the one that counts.")
    for item in choices:
        if item.entry.kind != "file":
            raise RefusedError(f"{item.path} is a folder, not a file.")
    return choices[0] if choices else None


def _select_from_zip(found: list[_Found], modules: Sequence[str], zips_within: int) -> Selection:
    zips = [item for item in found if item.entry.kind == "file" and item.entry.name.lower().endswith(".zip")]
    if len(zips) > 1:
        raise RefusedError(f"There are {len(zips)} zips ({_list([item.path for item in zips])}): hand in one.")
    if not zips or not zips_within:
        raise nothing_wanted([item.path + "/" * (item.entry.kind == "folder") for item in found], modules)
    inner = select(open_zip(zips[0].entry.read(ZIP_BYTES)), modules, zips_within - 1)
    return Selection(inner.files, [f"read from {zips[0].path}", *inner.notes])


def _notes_on(module: str, found: _Found, content: bytes) -> list[str]:
    notes = []
    file = file_name(module)
    if found.entry.name != file:
        notes.append(f"read {found.path} as {file}: this is what the file should be called")
    elif found.folder:
        notes.append(f"read {file} from the folder {shown(found.folder)}")
    if file == f"{module}.py" and content.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.append(f"{file} is saved as UTF-16, which Python does not read: save it as UTF-8")
    return notes


def _notes_on_others(found: list[_Found], taken: dict[str, _Found], modules: Sequence[str]) -> list[str]:
    missing = [module for module in modules if module not in taken]
    others = [item for item in found if item not in taken.values() and item.entry.kind == "file"]
    # A folder handed in as it was handed out is in order.
    others = [item for item in others if item.entry.name != "test_public.py"]
    notes = [f"{file_name(module)} is not in the hand-in" for module in missing]
    notes += _hints([item.path for item in others], missing)
    ignored = [item.path for item in others if item.entry.name.lower().endswith(_PICKED_UP)]
    if ignored:
        more = f" and {len(ignored) - 8} more" if len(ignored) > 8 else ""
        notes.append(f"ignored {', '.join(ignored[:8])}{more}: only the assignment's modules are taken")
    return notes


def _is_exactly(name: str, module: str) -> bool:
    return name.lower() == file_name(module).lower()


def _is_copy(name: str, module: str) -> bool:
    """``optimizers (1).py``, ``optimizers-1.py``, ``optimizers copy 2.py``, ``optimizers - Copy (2).py``."""
    stem, _, ending = file_name(module).rpartition(".")
    pattern = re.escape(stem) + r"(?:-\d+| ?\(\d+\)| \d+|(?: -)? copy(?: \(?\d+\)?)?)\." + re.escape(ending)
    return re.fullmatch(pattern, name, re.IGNORECASE) is not None


def _hints(paths: Sequence[str], missing: Sequence[str]) -> list[str]:
    """What to hand in instead of files that look as if they were meant to be the missing modules."""
    hints = []
    for path in paths:
        ending = _ending(path)
        # A notebook may have any name; other files are meant only if they say so.
        modules = [module for module in missing if "." not in module]
        meant = modules if ending == ".ipynb" else [module for module in modules if _mentions(path, module)]
        if ending and meant:
            hints.append(f"{path} is {_INSTEAD[ending]} {_list([f'{module}.py' for module in meant])}")
    return hints


def _ending(path: str) -> str:
    return next((ending for ending in _INSTEAD if path.lower().endswith(ending)), "")


def _mentions(path: str, module: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return re.search(rf"(?<![a-z0-9]){re.escape(module.lower())}(?![a-z0-9])", name) is not None


def _list(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
