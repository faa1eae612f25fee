"""A thread that lives as long as its process, to start what must die with the process and not before.

The kernel sends the signal "your parent has died" when the *thread* that forked ends, and a grading may run in a thread
that ends before the process does: that of a Dask worker, say.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

_threads: dict[int, ThreadPoolExecutor] = {}
"""By process id: a fork has none of its parent's threads."""


def in_lasting_thread(function: Callable[[], Result]) -> Result:
    """What `function` returns or raises, called in that thread."""
    pid = os.getpid()
    if pid not in _threads:
        _threads.clear()
        _threads[pid] = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starter")
    return _threads[pid].submit(function).result()
