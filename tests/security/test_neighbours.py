"""One hand-in must find nothing of another: neither of one before it, nor of one beside it."""

from __future__ import annotations

FOLDERS = """
import os, sys
# Python's own library holds thousands of folders, all alike (`test_nothing_outside_its_own_folder_can_be_written`).
FOLDERS = ["/dev/shm", "/dev/pts", "/var/tmp", "/run", "/tmp", "/proc", "/packages", "/usr/lib", *sys.path]
for folder, folders, _ in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/usr", sys.prefix)]
    FOLDERS.append(folder)
"""
LEAVE = (
    FOLDERS
    + """
import time
import numpy as np

np.pi = 3
np.add = None
os.environ["LEFT"] = "a message"
sys.modules["left"] = sys

def attack():
    left = []
    for folder in [*FOLDERS, os.getcwd()]:
        try:
            with open(os.path.join(folder, "left"), "w") as file:
                file.write("a message")
            os.chmod(os.path.join(folder, "left"), 0o777)
            left.append(folder)
        except OSError:
            pass
    try:
        from multiprocessing import shared_memory
        shared_memory.SharedMemory("left", create=True, size=10)
        left.append("shared memory")
    except (OSError, ImportError):
        pass
    if not os.fork():
        os.setsid()
        if not os.fork():
            time.sleep(60)
        os._exit(0)
    return left
"""
)
LOOK = (
    FOLDERS
    + """
import numpy as np

def attack(known):
    found = []
    for folder in {*known, *FOLDERS, os.getcwd()}:
        try:
            with open(os.path.join(folder, "left")) as file:
                found.append((folder, file.read()))
        except OSError:
            pass
    if np.pi == 3 or np.add is None or "LEFT" in os.environ:
        found.append("state")
    try:
        import left
        found.append("module")
    except ImportError:
        pass
    for number in range(2, 40_000):
        if number == os.getpid():
            continue
        try:
            os.kill(number, 0)
            found.append(number)
        except OSError:
            pass
    return found
"""
)


def test_a_hand_in_finds_nothing_of_the_one_before_it(walled):
    session = walled.open(LEAVE)
    left = session.call("hand_in", "attack", [], {}).value
    assert left  # its own folder at least
    session.close()
    assert walled.call(LOOK, left).value == []


def test_a_hand_in_finds_nothing_of_the_one_beside_it(walled):
    beside = walled.open(LEAVE)
    left = beside.call("hand_in", "attack", [], {}).value
    assert walled.call(LOOK, left).value == []


def test_hand_ins_side_by_side_keep_their_own_state(walled):
    first, second = (
        walled.open(f"held = {number}\ndef attack(x):\n    global held\n    held += x\n    return held")
        for number in (10, 20)
    )
    assert [session.call("hand_in", "attack", [1], {}).value for session in (first, second, first)] == [11, 21, 12]


def test_a_hand_in_that_hogs_memory_leaves_its_neighbour_alive(walled):
    neighbour = walled.open("kept = bytes(50 << 20)\ndef attack():\n    return len(kept)")
    neighbour.call("hand_in", "attack", [], {})
    walled.call(
        """
        import os
        def attack():
            for _ in range(8):
                if not os.fork():
                    kept = []
                    while True:
                        kept.append(bytes(16 << 20))
            os.wait()
        """,
        call_seconds=3,
    )
    assert neighbour.call("hand_in", "attack", [], {}).value == 50 << 20


def test_what_is_random_starts_the_same_for_everybody(walled):
    source = """
    import random
    import numpy as np
    def attack():
        drawn = random.random(), float(np.random.rand())
        random.seed(5)
        np.random.seed(5)
        return drawn
    """
    assert walled.call(source).value == walled.call(source).value
