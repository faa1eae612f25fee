"""The limits of one student process, as sent to where it starts (a record of its own: Windows has no `resource`)."""

from __future__ import annotations

import msgspec

FILE_ROOM = 4
"""How many files of the largest size a hand-in's own folder has room for."""


class Confinement(msgspec.Struct, frozen=True):
    memory_mb: int
    file_mb: int
    processes: int
    cpu_seconds: int
