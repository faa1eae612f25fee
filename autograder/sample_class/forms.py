"""How a hand-in arrives: folders and zips, one's own way of naming files, or a learning system's."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from autograder.sample_class.class_list import INSTRUCTIVE, Student

Files = dict[str, bytes]
"""Path inside the hand-in → content."""

_METADATA = "submission_metadata.yml"
_LINE_ENDS = ("lf", "lf", "lf", "lf", "crlf", "crlf with bom", "bom")


@dataclass(frozen=True)
class HandedIn:
    student: Student
    name: str
    """As a class list shows it; some learning systems change it."""
    form: str
    line_ends: str
    files: Files
    """Path inside the folder of the class → content."""
    metadata: str = ""
    """What Gradescope writes about it."""


def hand_in(students: list[Student], seed: int) -> Iterator[HandedIn]:
    """Everybody's files; the way somebody hands in is a habit that depends on the seed and the number only."""
    for student in students:
        rng = Random(f"{seed} habits of {student.number}")
        line_ends = rng.choice(_LINE_ENDS)
        form = rng.choice(list(_FORMS))
        if student.number == INSTRUCTIVE:
            form, line_ends = "folder", "lf"
        if student.answer.attachments and form == "one by one":
            form = "folder"
        files = {f"{name}.py": _encoded(text, line_ends) for name, text in student.answer.modules.items()}
        files |= {f"{name}.ipynb": _notebook() for name in student.answer.attachments}
        files |= student.answer.files
        yield _FORMS[form](student, form, line_ends, files)


def metadata(all_of_them: list[HandedIn]) -> Files:
    """The file that Gradescope puts beside the hand-ins it packs."""
    entries = "".join(one.metadata for one in all_of_them)
    return {_METADATA: f"---\n{entries}".encode()} if entries else {}


def _folder(student: Student, form: str, line_ends: str, files: Files) -> HandedIn:
    inside = files | {"test_public.py": b"# the checks that were handed out\n"}
    return HandedIn(student, student.name, form, line_ends, _below(student.name, inside))


def _nested_folder(student: Student, form: str, line_ends: str, files: Files) -> HandedIn:
    inside = _below("homework", files) | {"notes.txt": "Grüße!\n".encode()}
    return HandedIn(student, student.name, form, line_ends, _below(student.name, inside))


def _downloaded_twice(student: Student, form: str, line_ends: str, files: Files) -> HandedIn:
    copies = {f"{path.rpartition('.')[0]} (1).{path.rpartition('.')[2]}": content for path, content in files.items()}
    return HandedIn(student, student.name, form, line_ends, _below(student.name, copies))


def _zip(student: Student, form: str, line_ends: str, files: Files) -> HandedIn:
    return HandedIn(student, student.name, form, line_ends, {f"{student.name}.zip": _packed(files)})


def _nested_zip(student: Student, form: str, line_ends: str, files: Files) -> HandedIn:
    left_behind = {f"__MACOSX/homework/._{path}": b"\0\5\26\7" for path in files}
    inside = _below("homework", files) | {"homework/.DS_Store": b"\0\0\0\1Bud1"} | left_behind
    return HandedIn(student, student.name, form, line_ends, {f"{student.name}.zip": _packed(inside)})


def _one_by_one(student: Student, form: str, line_ends: str, files: Files) -> HandedIn:
    """Files that say whose they are: of a single module the student's name is enough."""
    if len(files) == 1:
        named = {f"{student.name}.py": content for content in files.values()}
    else:
        named = {f"{student.name}_{path}": content for path, content in files.items()}
    return HandedIn(student, student.name, form, line_ends, named)


def _canvas(student: Student, form: str, line_ends: str, files: Files) -> HandedIn:
    name = student.name.replace(" ", "").replace("-", "")
    named = {f"{name}_{40000 + student.number}_{910000 + student.number}_{path}": files[path] for path in files}
    return HandedIn(student, name, form, line_ends, named)


def _moodle(student: Student, form: str, line_ends: str, files: Files) -> HandedIn:
    folder = f"{student.name}_{5000 + student.number}_assignsubmission_file"
    return HandedIn(student, student.name, form, line_ends, _below(folder, files))


def _gradescope(student: Student, form: str, line_ends: str, files: Files) -> HandedIn:
    folder = f"submission_{30000 + student.number}"
    entry = (
        f"{folder}:\n  :submitters:\n  - :name: {json.dumps(student.name, ensure_ascii=False)}\n"
        f"  :created_at: 2026-11-{1 + student.number % 28:02} 17:42:00.000000000 Z\n"
    )
    return HandedIn(student, student.name, form, line_ends, _below(folder, files), entry)


_FORMS: dict[str, Callable[[Student, str, str, Files], HandedIn]] = {
    "folder": _folder,
    "nested folder": _nested_folder,
    "downloaded twice": _downloaded_twice,
    "zip": _zip,
    "nested zip": _nested_zip,
    "one by one": _one_by_one,
    "canvas": _canvas,
    "moodle": _moodle,
    "gradescope": _gradescope,
}


def _encoded(text: str, line_ends: str) -> bytes:
    if line_ends.startswith("crlf"):
        text = text.replace("\n", "\r\n")
    return text.encode("utf-8-sig" if line_ends.endswith("bom") else "utf-8")


def _below(folder: str, files: Files) -> Files:
    return {f"{folder}/{path}": content for path, content in files.items()}


def _packed(files: Files) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 11, 20, 17, 42, 0)), data, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _notebook() -> bytes:
    cell: dict[str, object] = {
        "cell_type": "code",
        "source": ["# it works here"],
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
