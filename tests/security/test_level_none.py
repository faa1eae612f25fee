"""Level `none`: no wall, but a call ends in time, a crash is one, and nothing that comes back can hurt."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

# A process that leaves its group is nobody's to end here: these end by themselves.
STRAY = """
    if not os.fork():
        os.setsid()
        time.sleep(4)
        os._exit(0)
"""


def test_a_call_that_does_not_end_is_ended_and_the_next_one_is_served(unwalled):
    session = unwalled.open("def attack():\n    while True: pass\ndef honest():\n    return 1", call_seconds=0.6)
    assert session.call("hand_in", "attack", [], {}).error.stage == "timeout"
    assert session.call("hand_in", "honest", [], {}).value == 1


def test_a_deadline_holds_while_a_stray_process_keeps_the_pipes_open(unwalled):
    session = unwalled.open(f"import os, time\ndef attack():\n{STRAY}\n    while True: pass", call_seconds=0.6)
    started = time.monotonic()
    assert session.call("hand_in", "attack", [], {}).error.stage == "timeout"
    session.close()
    assert time.monotonic() - started < 3.5


def test_an_end_is_noticed_while_a_stray_process_keeps_the_pipes_open(unwalled):
    session = unwalled.open(f"import os, time\ndef attack():\n{STRAY}\n    os._exit(3)")
    started = time.monotonic()
    assert "exit status 3" in session.call("hand_in", "attack", [], {}).error.message
    session.close()
    assert time.monotonic() - started < 3.5


def test_a_crash_is_told_from_an_exit(unwalled):
    session = unwalled.open("import ctypes, os\ndef attack():\n    ctypes.string_at(0)\ndef leave():\n    os._exit(0)")
    assert "segmentation fault" in session.call("hand_in", "attack", [], {}).error.message
    assert "exit status 0" in session.call("hand_in", "leave", [], {}).error.message


def test_children_in_its_group_end_with_the_hand_in(unwalled):
    before = unwalled.processes()
    session = unwalled.open("import os, time\ndef attack():\n    return os.fork() or time.sleep(60)")
    session.call("hand_in", "attack", [], {})
    session.close()
    assert unwalled.processes() <= before


def test_memory_is_limited(unwalled):
    assert unwalled.call("def attack():\n    return len(bytearray(2 << 30))").error.types[0] == "MemoryError"


def test_output_is_cut(unwalled):
    result = unwalled.call(
        "import os\ndef attack():\n    print('x' * 5_000_000)\n    os.write(1, b'y' * 500_000)\n    return 1"
    )
    assert result.value == 1
    assert len(result.output) < 2_100


def test_an_answer_larger_than_allowed_is_refused_in_words(unwalled):
    session = unwalled.open("def attack():\n    return 'x' * (2 << 20)\ndef endless():\n    return iter(int, 1)")
    assert "larger" in session.call("hand_in", "attack", [], {}).error.message
    assert "did not end" in session.call("hand_in", "endless", [], {}).error.message


def test_what_is_no_answer_ends_the_call(unwalled):
    session = unwalled.open(
        """
        import os
        def attack(data):
            for fd in range(3, 64):
                try:
                    os.write(fd, data)
                except OSError:
                    pass
        """
    )
    for data in (b"\xff" * 100, b"\x05\x00\x00\x00nope!", b"\x00\x00\x00\x00"):
        assert session.call("hand_in", "attack", [data], {}).error.stage == "crashed"


def test_a_flood_between_two_calls_stays_in_its_pipe(unwalled):
    session = unwalled.open(
        """
        import os, threading
        def attack():
            def flood():
                while True:
                    for fd in range(3, 64):
                        try:
                            os.write(fd, b"x" * 65536)
                        except OSError:
                            pass
            threading.Timer(0.05, flood).start()
            return 1
        def honest():
            return 1
        """
    )
    session.call("hand_in", "attack", [], {})
    time.sleep(0.3)
    assert session.call("hand_in", "honest", [], {}).error.stage == "crashed"
    assert session.call("hand_in", "honest", [], {}).value == 1


def test_the_folder_of_a_hand_in_is_removed_whatever_is_in_it(unwalled):
    session = unwalled.open(
        """
        import os
        def attack():
            home = os.getcwd()
            for _ in range(1_200):
                os.mkdir("d" * 50)
                os.chdir("d" * 50)
            os.symlink("/", "root")
            os.chmod(home, 0o500)
            return home
        """
    )
    home = Path(session.call("hand_in", "attack", [], {}).value)
    assert home.is_relative_to(tempfile.gettempdir())
    session.close()
    assert not home.exists()
    assert Path("/usr").exists()
