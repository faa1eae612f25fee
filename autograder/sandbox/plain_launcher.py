"""Starts a student's process as a plain subprocess, on any operating system: no wall, the same protocol."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

import msgspec

from autograder.sandbox.confinement_record import Confinement
from autograder.sandbox.connection import Connection, PipeConnection
from autograder.sandbox.launch import Isolation
from autograder.sandbox.runtime import ENGINE, SETTINGS


class PlainLauncher:
    """A plain subprocess with limits, for a student's own machine: no wall, the same protocol."""

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
            env={**os.environ, **SETTINGS, "PYTHONPATH": str(ENGINE.parent)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=os.name == "posix",
        )
        return PipeConnection(process, lambda: shutil.rmtree(folder, ignore_errors=True))

    def close(self) -> None:
        pass
