"""What a grading process does once, before its first batch: import the engine, the checks and the oracles."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from pathlib import Path

ASSIGNMENT = "AUTOGRADER_ASSIGNMENT"


def import_everything() -> None:
    """Load the engine, and an assignment's checks and `oracles.py` (torch, scikit-learn), for all workers.

    What is wrong with them is said when the first hand-in needs them; here it would end the fork server.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"  # the same sums in the same order, and one core for each worker
    gc.disable()  # what is loaded stays: collecting would look at all of it, again and again
    from autograder import assignment as assignments
    from autograder.checking.modules import load_module
    from autograder.grading import batch
    from autograder.sandbox.runtime import package_paths

    with contextlib.suppress(Exception):
        assignment = assignments.load(Path(os.environ.get(ASSIGNMENT, "")))
        package_paths(assignment.imports.allowed)  # reads the lists of installed files, which takes a while
        batch.describe_checks(assignment)
        load_module(f"oracles_of_{assignment.folder.name}", assignment.folder / "oracles.py")
    gc.freeze()
    gc.enable()


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


if __name__ == "__mp_main__" or os.environ.get(ASSIGNMENT):
    import_everything()
