"""The student's process at isolation level `none`: on any operating system, over its standard streams."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from autograder.sandbox import student_process
from autograder.sandbox.channel import DescriptorChannel
from autograder.sandbox.confinement_record import Confinement


def main() -> None:
    folder, limits = Path(sys.argv[1]), msgspec.json.decode(sys.argv[2], type=Confinement)
    # The protocol moves to descriptors of its own; whatever student code writes to 0, 1 and 2 goes nowhere.
    read_fd, write_fd = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    if os.name == "posix":
        _limit(limits)
    student_process.run(DescriptorChannel(read_fd, write_fd), folder)


def _limit(limits: Confinement) -> None:
    import resource

    def cap(which: int, value: int) -> None:
        _, hard = resource.getrlimit(which)
        resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))

    cap(resource.RLIMIT_CPU, limits.cpu_seconds)
    cap(resource.RLIMIT_FSIZE, limits.file_mb << 20)
    if sys.platform.startswith("linux"):  # elsewhere the address space cannot be limited without harm
        cap(resource.RLIMIT_AS, limits.memory_mb << 20)


if __name__ == "__main__":
    main()
