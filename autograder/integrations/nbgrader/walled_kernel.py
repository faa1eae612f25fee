"""A Jupyter kernel behind the sandbox's outer wall, by Jupyter's own interfaces for whoever starts kernels.

The kernel and the grader talk through sockets that are files; there is no network. What it finds beside the notebook is
a copy in memory, and nothing of it is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from autograder.integrations.nbgrader.kernel_start import GIVEN, ROOM, KernelLimits
from autograder.sandbox import memory_group
from autograder.sandbox.bubblewrap import outer_wall, unprivileged_uid
from autograder.sandbox.runtime import ENGINE, PYTHON_FLAGS, python

_START = "/kernel_start.py"
_CONNECTION = "/connection"
_NO_HISTORY = "--HistoryManager.hist_file=:memory:"
_MEGABYTE = 1 << 20
_OVERHEAD_MB = 2048
"""Address space that Jupyter's threads and libraries reserve and do not use."""
_MESSAGE_BYTES = 32 * _MEGABYTE
_WAITING_MESSAGES = 8
"""What a kernel may leave waiting in the grader's memory: so many messages of that size on each channel."""


@dataclass(frozen=True)
class Wall:
    """What one notebook runs behind."""

    given: Path
    """The folder whose copy the notebook runs in."""
    packages: Sequence[str]
    """What it may import beside the standard library and what lies in `given`."""
    memory_mb: int
    room_mb: int
    """For the files that it writes."""
    cpu_seconds: int
    processes: int = 64
    """Jupyter's threads count, too."""


class WalledProvisioner(KernelProvisionerBase):
    """Starts a kernel behind the wall; everything in it ends with it."""

    wall: Wall

    def __init__(self, wall: Wall, **options: Any) -> None:
        super().__init__(**options)
        self.wall = wall
        self._process: subprocess.Popen[bytes] | None = None
        self._group: memory_group.MemoryGroup | None = None
        self._sockets: Path | None = None

    @property
    def has_process(self) -> bool:
        return self._process is not None

    async def poll(self) -> int | None:
        return self._process.poll() if self._process else 0

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(0.02)
        code = await self.poll()
        self._process = None
        return code

    async def send_signal(self, signum: int) -> None:
        """Every signal ends it: an interrupt reaches the kernel as a message (its `interrupt_mode`)."""
        self.end_now()

    async def kill(self, restart: bool = False) -> None:
        self.end_now()

    async def terminate(self, restart: bool = False) -> None:
        self.end_now()

    def end_now(self) -> None:
        """End bubblewrap, and with it everything behind the wall."""
        if self._process:
            self._process.kill()

    async def pre_launch(self, **options: Any) -> dict[str, Any]:
        """Make the folder of sockets, and the kernel's own copy of how to reach it."""
        manager: Any = self.parent
        self._sockets = Path(tempfile.mkdtemp(prefix="kernel-"))
        inner = self._sockets / "own"  # the kernel makes its sockets here
        inner.mkdir()
        manager.transport, manager.ip = "ipc", str(inner / "channel")
        channels = ("shell", "iopub", "stdin", "hb", "control")
        for number, channel in enumerate(channels, start=1):
            setattr(manager, f"{channel}_port", number)
        told = {f"{channel}_port": number for number, channel in enumerate(channels, start=1)} | {
            "transport": "ipc",
            "ip": f"{_CONNECTION}/channel",
            "key": manager.session.key.decode(),
            "signature_scheme": manager.session.signature_scheme,
            "kernel_name": "python3",
        }
        file = self._sockets / "kernel.json"
        file.write_bytes(msgspec.json.encode(told))
        if (uid := unprivileged_uid()) is not None:
            for path in (self._sockets, inner, file):
                os.chown(path, uid, uid)
        self.connection_info = manager.get_connection_info()
        return {"cmd": self._command(inner, file)}

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        # What a kernel writes past Jupyter's channels is no output of the notebook.
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(cmd, stdin=quiet, stdout=quiet, stderr=quiet)
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        if self._group is not None:
            self._group.remove()
            self._group = None
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None

    def _command(self, sockets: Path, connection: Path) -> list[str]:
        wall = self.wall
        mounts = ["--ro-bind", str(wall.given), GIVEN]
        mounts += ["--ro-bind", str(Path(__file__).with_name("kernel_start.py")), _START]
        mounts += ["--bind", str(sockets), _CONNECTION, "--ro-bind", str(connection), "/kernel.json"]
        for place in (ROOM, "/dev/shm"):  # the second for what packages share between processes
            mounts += ["--size", str(wall.room_mb * _MEGABYTE), "--perms", "1777", "--tmpfs", place]
        mounts += ["--setenv", "HOME", ROOM, "--setenv", "MPLCONFIGDIR", f"{ROOM}/.matplotlib"]
        mounts += ["--setenv", "IPYTHONDIR", f"{ROOM}/.ipython", "--setenv", "AUTOGRADER_GRADES_ELSEWHERE", "1"]
        limits = KernelLimits(wall.memory_mb + _OVERHEAD_MB, wall.cpu_seconds, wall.processes, unprivileged_uid())
        start = [str(python()), *PYTHON_FLAGS]
        # A notebook imports what lies beside it, the engine that was handed out among it: nothing of that is secret.
        flags = [flag for flag in PYTHON_FLAGS if flag != "-P"]
        kernel = [str(python()), *flags, "-m", "ipykernel_launcher", "-f", "/kernel.json", _NO_HISTORY]
        words = outer_wall(["ipykernel", "msgspec", *wall.packages], [ENGINE.parent], mounts)
        words += ["--", *start, _START, msgspec.json.encode(limits).decode(), *kernel]
        self._group = memory_group.make()
        if self._group is None:
            return words
        with contextlib.suppress(OSError):  # each process keeps its own limit
            self._group.bound((wall.memory_mb + wall.room_mb) * _MEGABYTE)
        return self._group.command(words)


class WalledKernelManager(AsyncKernelManager):
    """A manager whose kernels start behind `wall`, whatever kernel a notebook names."""

    def __init__(self, wall: Wall, **options: Any) -> None:
        super().__init__(**options)
        self._bounded = zmq.asyncio.Context()
        self._bounded.setsockopt(zmq.MAXMSGSIZE, _MESSAGE_BYTES)
        self._bounded.setsockopt(zmq.RCVHWM, _WAITING_MESSAGES)
        self.context = self._bounded
        self.provisioner = WalledProvisioner(wall, parent=self, kernel_spec=self.kernel_spec)

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(display_name="Python 3", language="python", interrupt_mode="message")

    def client(self, **options: Any) -> Any:
        return super().client(context=self._bounded, **options)

    def end_now(self) -> None:
        """End the kernel and all that it has started, at once."""
        if isinstance(self.provisioner, WalledProvisioner):
            self.provisioner.end_now()

    def close(self) -> None:
        """After the kernel has ended and its client's channels are closed."""
        self._bounded.destroy(linger=0)
