"""What intake sees of a hand-in, whether it lies in a folder or in a zip: names, kinds, and a capped way to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["file", "folder", "link", "special"]
"""`special`: a pipe, a device, a socket."""


class Folder(Protocol):
    def check(self) -> None:
        """Raise `RefusedError` if anything below makes the whole hand-in unacceptable."""

    def entries(self, limit: int) -> list[Entry]:
        """What lies directly in the folder, in order of names; raises `RefusedError` beyond `limit` of them."""


@dataclass(frozen=True)
class Entry:
    name: str
    """As text (see `names.clean`)."""
    kind: Kind
    read: Callable[[int], bytes]
    """``read(limit)``: the content of a regular file; raises `RefusedError` if it is longer, or no regular file now."""
    open: Callable[[], Folder]
    """The folder of this entry; nothing is looked at before its own methods are called."""
    key: str = ""
    """Tells entries with the same name apart."""


@dataclass(frozen=True)
class Gathered:
    """Files of one student that lie flat among everybody else's, as a folder."""

    files: list[Entry]

    def check(self) -> None:
        return None

    def entries(self, limit: int) -> list[Entry]:
        return self.files[:limit]
