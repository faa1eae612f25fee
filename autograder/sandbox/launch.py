"""The isolation levels: who starts a student's process, and behind which wall."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

from autograder.sandbox.confinement_record import Confinement
from autograder.sandbox.connection import Connection

Isolation = Literal["bubblewrap", "user", "none"]
LEVELS: tuple[Isolation, ...] = ("bubblewrap", "user", "none")


class SandboxUnavailable(Exception):
    """The isolation asked for cannot be had here; the message says why and what to do."""


class Launcher(Protocol):
    isolation: Isolation

    def start(self, limits: Confinement) -> Connection: ...

    def close(self) -> None: ...


def launcher(isolation: Isolation, packages: Sequence[str], keep_out: Sequence[Path] = ()) -> Launcher:
    """The launcher for an isolation level.

    Parameters
    ----------
    packages
        Top-level packages, beside the standard library, that student code may import.
    keep_out
        Folders that must not be visible to student code, wherever they lie.

    Raises
    ------
    SandboxUnavailable
        by its `start`, where this machine cannot give that isolation.
    """
    # Imported here: each level's module needs what only some operating systems have.
    if isolation == "none":
        from autograder.sandbox.plain_launcher import PlainLauncher

        return PlainLauncher()
    from autograder.sandbox import bubblewrap, user_level
    from autograder.sandbox.warm_launcher import WarmLauncher

    level = bubblewrap if isolation == "bubblewrap" else user_level
    return WarmLauncher(isolation, lambda control: level.command(control, [*packages, "msgspec"], keep_out))
