"""What a TA says once to everybody who is wrong in the same way: `comments.toml` beside the results.

    [[comment]]
    cluster = "adam_without_correction"   # see `autograder comment grades/optimizers`
    text = "We did this on the board in week 5: look at your notes on the first steps."
    by = "Ines"                           # optional

The comment stands in every report with a finding of that cluster, now and after every regrade. Result files are never
changed by it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from autograder.results import write_atomically

FILE = "comments.toml"


class CommentError(Exception):
    """A file of comments that cannot be used; the message says why."""


class Comment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    cluster: str
    text: str
    by: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    comment: list[Comment] = []


def read_comments(folder: Path) -> dict[str, Comment]:
    """The comments beside the results in `folder`, by cluster; of several on one cluster the last one holds.

    Raises
    ------
    CommentError
        if the file is not what this module describes.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8-sig")), _File).comment
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CommentError(f"{path}: {error}") from error
    return {one.cluster: one for one in found}


def write_comments(folder: Path, comments: Iterable[Comment]) -> Path:
    """Write the file anew, in one step."""
    blocks = []
    for one in comments:
        fields: Mapping[str, str] = msgspec.to_builtins(one)
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
        blocks.append("\n".join(["[[comment]]", *lines]) + "\n")
    path = folder / FILE
    write_atomically(path, "\n".join(blocks).encode())
    return path
