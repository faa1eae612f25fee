"""Where batches run: warm processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

from autograder.grading import warm_worker

_ANSWER_SECONDS = 10


class SchedulerUnavailable(Exception):
    """The Dask scheduler asked for cannot be used; the message says why and what to do."""


@contextlib.contextmanager
def local(assignment_folder: Path, workers: int) -> Iterator[Executor]:
    """A pool of processes forked from one that has torch and scikit-learn loaded."""
    os.environ[warm_worker.ORACLES] = str(assignment_folder / "oracles.py")
    context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
    if os.name == "posix":
        context.set_forkserver_preload([warm_worker.__name__])
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=warm_worker.end_with_the_run)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def dask(address: str) -> Iterator[Executor]:
    """The workers of the cluster at `address`, through the client's `concurrent.futures` interface."""
    try:
        from distributed import Client
    except ImportError as error:
        raise SchedulerUnavailable(
            "--scheduler needs the extra 'cluster': pip install 'optimizing-networks-autograder[cluster]'"
        ) from error
    try:
        client = Client(address, timeout=_ANSWER_SECONDS)  # type: ignore[no-untyped-call]  # distributed has no types
    except (OSError, TimeoutError, ValueError) as error:
        raise SchedulerUnavailable(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        if not workers:
            raise SchedulerUnavailable(f"the Dask scheduler at {address} has no workers")
        yield client.get_executor(pure=False, retries=2)  # type: ignore[no-untyped-call]  # as above
