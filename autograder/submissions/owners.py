"""Whose file it is, where that is written into its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.submissions.names import numbered_slug, slug
from autograder.submissions.selection import is_a_module, resembles_a_module

# lovelaceada_LATE_12345_67890_optimizers-1.py: user, attachment, file; text typed into a box has no attachment.
_CANVAS = re.compile(
    r"(?P<name>.+?)(?:_LATE)?_(?P<user>\d+)_(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<typed>(?:text|link)\.html))",
    re.DOTALL,
)

# Ada Lovelace_12345_assignsubmission_file_ (a folder, with or without the last underscore) or …_file_optimizers.py.
_MOODLE = re.compile(r"(?P<name>.+)_(?P<user>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?", re.DOTALL)

# Python files that lie in folders of classes and are nobody's hand-in.
_NOBODYS = re.compile(r"(?:conftest|setup|sitecustomize|usercustomize|__init__|numpy|test_.*)\.py", re.IGNORECASE)


@dataclass(frozen=True)
class Owner:
    name: str
    user: str
    """The number the learning system gave the student; empty where there is none."""
    file: str
    """What the student called the file; empty where the student has a folder."""
    attachment: int = 0
    """Canvas counts all attachments: the higher one was handed in later."""

    @property
    def id(self) -> str:
        return numbered_slug(self.name, self.user) if self.user else slug(self.name)


def canvas_owner(name: str) -> Owner | None:
    found = _CANVAS.fullmatch(name)
    if not found:
        return None
    # Canvas puts -1, -2, … behind the name of a file that is handed in again.
    file = re.sub(r"-\d+(?=\.[^.]+$)", "", found["file"] or found["typed"])
    return Owner(found["name"], found["user"], file, int((found["attachment"] or "0")[:18]))


def moodle_owner(name: str) -> Owner | None:
    found = _MOODLE.fullmatch(name)
    return Owner(found["name"], found["user"], found["file"] or "") if found else None


def module_owner(name: str, modules: Sequence[str]) -> Owner | None:
    """Reads ``ada_optimizers.py`` and ``optimizers_ada.py`` as ada's optimizers.py."""
    for module in modules:
        word = re.escape(module)
        before = re.fullmatch(rf"(.+?)[ _.-]+({word}\b.*)", name, re.IGNORECASE | re.DOTALL)
        if before and resembles_a_module(before[2], modules):
            return Owner(before[1], "", before[2])
        after = re.fullmatch(rf"{word}[ _.-]+(.+)(\.py|\.ipynb)", name, re.IGNORECASE | re.DOTALL)
        if after and not is_a_module(name, modules):
            return Owner(after[1], "", module + after[2].lower())
    return None


def file_owner(name: str, modules: Sequence[str]) -> Owner | None:
    """Like `module_owner`, and any other ``ada.py`` is ada's: her module, if the assignment has one only."""
    if _NOBODYS.fullmatch(name) or is_a_module(name, modules):
        return None
    if owner := module_owner(name, modules):
        return owner
    stem, ending = name[:-3], name[-3:]
    if not stem or ending.lower() != ".py":
        return None
    names = [module for module in modules if "." not in module]
    return Owner(stem, "", f"{names[0]}.py" if len(names) == 1 else name)
