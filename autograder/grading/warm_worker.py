"""What a grading process does once, before its first batch: import the engine and the oracles' libraries."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from pathlib import Path

ORACLES = "AUTOGRADER_ORACLES"


def import_everything() -> None:
    """Load the engine and the assignment's `oracles.py` (torch, scikit-learn): once, and every worker inherits them."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"  # the same sums in the same order, and one core for each worker
    importlib.import_module("autograder.grading.batch")
    path = Path(os.environ.get(ORACLES, ""))
    if path.is_file():
        from autograder.checking.modules import load_module

        # What is wrong with it is said by the first check that asks for it; here it would end the fork server.
        with contextlib.suppress(Exception):
            load_module(f"oracles_of_{path.parent.name}", path)


def end_with_the_run() -> None:
    """End this worker when the grading run is killed, so that none is left behind.

    A worker that waits for work would wait forever: the run is not its parent (the fork server is, and that lives as
    long as any worker does), and the queue it reads from stays open in the other workers.
    """
    threading.Thread(target=_follow_the_run, name="follow-the-run", daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which ends its workers in order


def _follow_the_run() -> None:
    run = multiprocessing.parent_process()
    if run is not None:
        multiprocessing.connection.wait([run.sentinel])
        os._exit(1)  # sandboxes go with it: each is told by the kernel when the process that started it ends


if __name__ == "__mp_main__" or os.environ.get(ORACLES):
    import_everything()
