"""Runs that are killed, or lose a worker, in the middle: nothing is lost or left behind, and nobody pays for it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")

_STUDENTS = 12
_SLOW = "import time\n\ntime.sleep(0.5)\n\n\n"

Process = tuple[int, str]
"""A process id and when it was started, so that another process with the same id is another."""


def _hand_in(course: Any, before: str) -> Any:
    for number in range(_STUDENTS):
        course.hand_in(f"s{number:02}", right=number % 3 != 0, before=before)
    return course


@pytest.fixture
def slow_class(tiny: Any) -> Any:
    """Hand-ins that take their time, so that there is a middle to kill in."""
    return _hand_in(tiny, _SLOW)


@pytest.fixture(scope="session")
def undisturbed(make_tiny_course: Callable[[str], Any]) -> dict[str, Any]:
    """What a run that nobody kills says about the same class."""
    course = _hand_in(make_tiny_course("undisturbed"), _SLOW)
    assert course.grade().returncode == 0
    return course.results()


@pytest.fixture
def start(slow_class: Any) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a grading run and comes back when `finished` of its results are there."""
    started: list[subprocess.Popen[str]] = []

    def starter(finished: int) -> subprocess.Popen[str]:
        # One result at a time: a batch is written when all of it is judged.
        run = subprocess.Popen(
            slow_class.command("--workers", 2),
            cwd=slow_class.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(run)
        _wait_until(lambda: len(slow_class.files()) >= finished or run.poll() is not None, "the first results")
        assert run.poll() is None, run.communicate()[0]
        return run

    yield starter
    for run in started:
        if run.poll() is None:
            run.kill()
        run.wait()
        assert run.stdout is not None
        run.stdout.close()


def test_after_kill_9_nothing_is_left_behind_and_the_next_run_goes_on(
    slow_class: Any, start: Any, undisturbed: dict[str, Any]
) -> None:
    run = start(finished=2)
    family = _descendants(run.pid)
    assert len(family) > 3, "no workers and no sandboxes to leave behind"

    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    _wait_until_gone(family)
    finished = slow_class.files()
    again = slow_class.grade("--workers", 2)

    assert 2 <= len(finished) < _STUDENTS, "killed too late to have a middle"
    assert again.returncode == 0, again.stderr
    assert f"{len(finished)} unchanged and kept" in again.stdout
    after = slow_class.files()
    assert {name: after[name] for name in finished} == finished
    assert not [path for path in (slow_class.folder / "grades/results").iterdir() if path.suffix != ".json"]
    assert slow_class.results() == undisturbed


def test_ctrl_c_ends_the_run_in_order_and_says_that_nothing_is_lost(slow_class: Any, start: Any) -> None:
    run = start(finished=2)
    family = _descendants(run.pid)

    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: everybody in the foreground gets it
    said, _ = run.communicate(timeout=60)

    assert run.returncode == 130
    assert "what was finished is kept" in said
    assert "Traceback" not in said
    _wait_until_gone(family)
    assert 2 <= len(slow_class.files()) < _STUDENTS


def test_a_worker_that_is_killed_costs_nobody_a_point_and_everybody_is_graded(
    slow_class: Any, start: Any, undisturbed: dict[str, Any]
) -> None:
    run = start(finished=1)
    worker = next(process for process in _descendants(run.pid) if _is_worker(process, run.pid))

    os.kill(worker[0], signal.SIGKILL)
    said, _ = run.communicate(timeout=120)

    assert run.returncode == 0, said
    assert slow_class.results() == undisturbed
    assert len(slow_class.files()) == _STUDENTS


def test_workers_that_are_killed_again_and_again_are_reported_as_our_fault(slow_class: Any, start: Any) -> None:
    run = start(finished=1)

    while run.poll() is None:
        for process in _descendants(run.pid):
            if _is_worker(process, run.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process[0], signal.SIGKILL)
        time.sleep(0.02)
    said = run.stdout.read()

    assert run.returncode == 1, said
    results = slow_class.results()
    assert len(results) == _STUDENTS
    faulty = [result for result in results.values() if not result["releasable"]]
    assert faulty
    assert all(result["score"] == 10 for result in faulty), "our fault costs nobody a point"
    assert slow_class.grade().returncode == 0
    assert all(result["releasable"] for result in slow_class.results().values()), "the next run tries again"


def _descendants(pid: int) -> list[Process]:
    """Children, their children, and so on, sandboxes included."""
    found: list[Process] = []
    parents = {pid}
    table = {entry: _stat(entry) for entry in _pids()}
    while parents:
        children = {entry for entry, stat in table.items() if stat and int(stat[1]) in parents}
        found += [(entry, stat[19]) for entry in sorted(children) if (stat := table[entry])]
        parents = children
    return found


def _is_worker(process: Process, run: int) -> bool:
    """Whether it is a grading process: a grandchild of the run, by way of the fork server."""
    stat = _stat(process[0])
    above = _stat(int(stat[1])) if stat else None
    return above is not None and int(above[1]) == run and "forkserver" in _words(process[0])


def _is_alive(process: Process) -> bool:
    stat = _stat(process[0])
    return stat is not None and stat[19] == process[1] and stat[0] != "Z"


def _stat(pid: int) -> list[str] | None:
    """State, parent, …, as in proc(5) from the third field on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _wait_until_gone(family: list[Process]) -> None:
    try:
        _wait_until(lambda: not any(map(_is_alive, family)), "the end of everything that the run had started")
    except AssertionError:
        left = [process for process in family if _is_alive(process)]
        words = [_words(pid)[:120] for pid, _ in left]
        for pid, _ in left:
            os.kill(pid, signal.SIGKILL)
        raise AssertionError(f"left behind: {words}") from None


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.01)
