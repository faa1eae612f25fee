"""A wall for hostile code to run against, at each isolation level.

The tests run at level `bubblewrap`. `test_level_user.py` runs them again at level `user`, in a process whose Python
another user can run, with AUTOGRADER_TEST_LEVEL set. What holds at level `none` is in `test_level_none.py`.
"""

from __future__ import annotations

import os
import textwrap
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.sandbox.confinement_record import Confinement
from autograder.sandbox.launch import Isolation, Launcher, launcher
from autograder.sandbox.session import CallResult, Session, SessionLimits

WALL = os.environ.get("AUTOGRADER_TEST_LEVEL", "bubblewrap")

CONFINEMENT = Confinement(memory_mb=512, file_mb=4, processes=12, cpu_seconds=60)


def limits(**changes: Any) -> SessionLimits:
    """Roomy in time, since the machine may be busy; a test of a time limit asks for less."""
    usual: dict[str, Any] = {
        "confinement": CONFINEMENT,
        "call_seconds": 20.0,
        "import_seconds": 20.0,
        "submission_seconds": 60.0,
        "output_bytes": 2_000,
        "reply_bytes": 1 << 20,
        "callbacks": 100,
    }
    return SessionLimits(**(usual | changes))


class Sandbox:
    """Opens sessions behind one wall and ends them."""

    def __init__(self, launcher: Launcher) -> None:
        self.launcher = launcher
        self.level: Isolation = launcher.isolation
        self._sessions: list[Session] = []

    def open(self, source: str | bytes, *, module: str = "hand_in", **changes: Any) -> Session:
        content = source if isinstance(source, bytes) else textwrap.dedent(source).encode()
        session = Session(self.launcher, {f"{module}.py": content}, ["numpy"], limits(**changes))
        self._sessions.append(session)
        return session

    def call(self, source: str | bytes, *arguments: Any, **changes: Any) -> CallResult:
        """What `attack` of a hand-in does."""
        return self.open(source, **changes).call("hand_in", "attack", arguments, {})

    def end(self) -> None:
        for session in self._sessions:
            session.close()
        self._sessions.clear()

    @staticmethod
    def processes() -> set[int]:
        """All processes below this one."""
        return descendants()

    def serves_an_honest_hand_in(self) -> bool:
        result = self.call("def attack(x, y):\n    return x + y", 1, 2)
        return result.value == 3 and result.error is None


@pytest.fixture(scope="session")
def _wall() -> Iterator[Launcher]:
    wall = launcher(WALL, ["numpy"])
    first = Sandbox(wall)
    assert first.serves_an_honest_hand_in()  # from here on the warm process is there
    if WALL == "user":
        _note_users(first.call("import os\ndef attack():\n    return os.getuid()").value)
    first.end()
    yield wall
    wall.close()


@pytest.fixture
def walled(_wall: Launcher) -> Iterator[Sandbox]:
    """A level with a wall. After the test, nothing is left of what it did, and another hand-in is served."""
    yield from _and_nothing_is_left(Sandbox(_wall))


@pytest.fixture
def unwalled() -> Iterator[Sandbox]:
    """Level `none`."""
    sandbox = Sandbox(launcher("none", ["numpy"]))
    yield sandbox
    sandbox.end()


def _and_nothing_is_left(sandbox: Sandbox) -> Iterator[Sandbox]:
    before = descendants()
    yield sandbox
    sandbox.end()
    assert eventually(lambda: descendants() <= before), "a process was left behind"
    assert sandbox.serves_an_honest_hand_in(), "another hand-in was disturbed"
    sandbox.end()


def descendants() -> set[int]:
    """The ids of all processes below this one, and at level `user` of those that run as one of its users."""
    parents: dict[int, int] = {}
    found = {os.getpid()}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                state, parent, *_ = file.read().rpartition(")")[2].split()
            if state == "Z":
                continue  # it has ended, and only its number is still taken
            parents[int(name)] = int(parent)
            if os.stat(f"/proc/{name}").st_uid in _users:
                found.add(int(name))
        except OSError:
            continue  # it has ended meanwhile
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


_users: set[int] = set()


def _note_users(one: int) -> None:
    """A process that left its parent is known by its user only: one of a block of 64."""
    first = one - (one - 20_000) % 64
    _users.update(range(first, first + 64))


def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
