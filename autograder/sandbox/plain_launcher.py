"""Starts a student's process as a plain subprocess, on any operating system: no wall, the same protocol."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from autograder.sandbox.confinement_record import Confinement
from autograder.sandbox.connection import Connection
from autograder.sandbox.launch import Isolation
from autograder.sandbox.pipe_connection import PipeConnection
from autograder.sandbox.room import remove
from autograder.sandbox.runtime import ENGINE, SETTINGS


class PlainLauncher:
    """A plain subprocess with limits, for a student's own machine: no wall, the same protocol.

    What holds: time and output of a call, the size of what comes back, and on Linux the memory of each process. What
    does not: files and network are open, the number of processes is not bounded, and what leaves the process's group
    (`os.setsid` after a fork) outlives it.
    """

    isolation: Isolation = "none"

    def start(self, limits: Confinement) -> Connection:
        folder = tempfile.mkdtemp(prefix="autograder-")
        process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-B",
                "-m",
                "autograder.sandbox.plain_process",
                folder,
                msgspec.json.encode(limits).decode(),
            ],
            env={**os.environ, **SETTINGS, "PYTHONPATH": _search_path()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=os.name == "posix",
        )
        return PipeConnection(process, lambda: remove(Path(folder)))

    def close(self) -> None:
        pass


def _search_path() -> str:
    """Where the subprocess finds the engine, and whatever this process was told to look in."""
    return os.pathsep.join(filter(None, [str(ENGINE.parent), os.environ.get("PYTHONPATH")]))
