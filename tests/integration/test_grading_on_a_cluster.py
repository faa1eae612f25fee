"""`grade --scheduler` on a real Dask cluster of two worker processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

_CLUSTER = """
import json
import sys

from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=3, processes=True, dashboard_address=None) as cluster:
        pids = [worker.process.pid for worker in cluster.workers.values()]
        print(json.dumps({"address": cluster.scheduler_address, "workers": pids}), flush=True)
        sys.stdin.read()
"""


@dataclass(frozen=True)
class Cluster:
    address: str
    workers: list[int]


@pytest.fixture
def cluster(tmp_path: Any) -> Iterator[Cluster]:
    """Two worker processes of three threads, as Dask makes them unless told otherwise; a killed one starts anew."""
    script = tmp_path / "cluster.py"
    script.write_text(_CLUSTER)
    command = [sys.executable, str(script)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield Cluster(**json.loads(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(timeout=60)


@pytest.fixture
def slow_class(tiny: Any) -> Any:
    for number in range(12):
        tiny.hand_in(f"s{number:02}", right=number % 3 != 0, before="import time\n\ntime.sleep(0.25)\n\n\n")
    return tiny


def test_a_cluster_gives_the_results_of_this_machine_although_a_worker_is_killed(
    slow_class: Any, cluster: Cluster
) -> None:
    run = subprocess.Popen(
        slow_class.command("--scheduler", cluster.address),
        cwd=slow_class.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until = time.monotonic() + 60
    while len(slow_class.files()) < 2 and run.poll() is None:
        assert time.monotonic() < until, "no results"
        time.sleep(0.01)
    before = len(slow_class.files())
    os.kill(cluster.workers[0], signal.SIGKILL)
    said, _ = run.communicate(timeout=120)

    assert run.returncode == 0, said
    assert before < 12, "killed too late to have a middle"
    slow_class.grade(out="here")
    assert slow_class.results() == slow_class.results("here")
    assert len(slow_class.files()) == 12


def test_a_scheduler_that_does_not_answer_is_named_and_nobody_is_graded(slow_class: Any) -> None:
    impatient = """
import sys
from autograder.grading import executors
executors._ANSWER_SECONDS = 1
from autograder.cli import main
sys.exit(main(sys.argv[1:]))
"""
    words = slow_class.command("--scheduler", "tcp://127.0.0.1:1")[3:]

    run = subprocess.run(
        [sys.executable, "-c", impatient, *words], cwd=slow_class.folder, capture_output=True, text=True, timeout=120
    )

    assert run.returncode == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in " ".join(run.stderr.split())
    assert "Traceback" not in run.stderr
    assert slow_class.files() == {}
