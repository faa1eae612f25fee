"""Where batches run: warm processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from typing import Any

from autograder.grading import warm_worker

_ANSWER_SECONDS = 10


class SchedulerUnavailable(Exception):
    """The Dask scheduler asked for cannot be used; the message says why and what to do."""


@contextlib.contextmanager
def local(assignment_folder: Path, workers: int) -> Iterator[Executor]:
    """A pool of processes forked from one that has the checks, torch and scikit-learn loaded."""
    os.environ[warm_worker.ASSIGNMENT] = str(assignment_folder)
    context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
    if os.name == "posix":
        context.set_forkserver_preload([warm_worker.__name__])
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=warm_worker.end_with_the_run)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def cores() -> int:
    """How many processes of ours can run at the same time: fewer than the machine has cores in a batch job, say."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def dask(address: str) -> Iterator[Executor]:
    """The workers of the cluster at `address`, through the client's `concurrent.futures` interface."""
    with _client(address) as client:
        yield client.get_executor(pure=False, retries=2)


def cluster_size(address: str) -> int:
    """How many worker processes the cluster at `address` has now."""
    with _client(address) as client:
        return _workers(client)


@contextlib.contextmanager
def _client(address: str) -> Iterator[Any]:
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
        if not _workers(client):
            raise SchedulerUnavailable(f"the Dask scheduler at {address} has no workers")
        yield client


def _workers(client: Any) -> int:
    return len(client.scheduler_info(n_workers=-1)["workers"])
