"""Code that ends its process, or tries to end somebody else's, or lies about how it ended."""

from __future__ import annotations

import threading
import time

import pytest

from autograder.sandbox.launch import launcher

ENDINGS = {
    "os._exit(0)": "crashed",
    "os._exit(7)": "crashed",
    "sys.exit()": "call",
    "raise KeyboardInterrupt": "call",
    "raise SystemExit(0)": "call",
    "raise GeneratorExit": "call",
    "raise BaseException": "call",
    "import ctypes; ctypes.string_at(0)": "crashed",
    "os.execv('/bin/true', ['true'])": "call",
    "os.execv(sys.executable or '/packages', ['python', '-c', 'pass'])": None,
}


@pytest.mark.parametrize("body", ENDINGS)
def test_a_process_that_ends_itself_ends_one_call(walled, body):
    session = walled.open(f"import os, sys\ndef attack():\n    {body}\ndef honest():\n    return 1")
    error = session.call("hand_in", "attack", [], {}).error
    assert error is not None
    assert ENDINGS[body] in (error.stage, None)
    assert session.call("hand_in", "honest", [], {}).value == 1


def test_a_process_that_ends_at_import_is_paid_for_once(walled):
    session = walled.open("import os\nos._exit(0)")
    assert "exit status 0" in session.call("hand_in", "attack", [], {}).error.message
    started = time.monotonic()
    assert session.call("hand_in", "attack", [], {}).error.stage == "crashed"
    assert time.monotonic() - started < 0.1


def test_an_end_is_noticed_at_once_while_children_hold_the_connection_open(walled):
    started = time.monotonic()
    result = walled.call(
        """
        import os, time
        def attack():
            for _ in range(3):
                if not os.fork():
                    os.setsid()
                    time.sleep(60)
                    os._exit(0)
            os._exit(3)
        """
    )
    assert result.error.stage == "crashed"
    assert "exit status 3" in result.error.message
    assert time.monotonic() - started < 10  # the call's own limit is 20


@pytest.mark.parametrize(
    "body",
    ["os.closerange(3, 64)", "[os.dup2(os.open('other', os.O_RDWR | os.O_CREAT), fd) for fd in range(3, 20)]"],
    ids=["closed", "replaced"],
)
def test_a_connection_that_is_closed_or_replaced_ends_the_process(walled, body):
    session = walled.open(f"import os\ndef attack():\n    {body}\n    return 1\ndef honest():\n    return 1")
    assert session.call("hand_in", "attack", [], {}).error.stage == "crashed"
    assert session.call("hand_in", "honest", [], {}).value == 1


def test_signals_reach_nothing_outside(walled):
    """To its own group, to its parent, to everything it may signal, and to every process number there is."""
    neighbour = walled.open("def honest():\n    return 1")
    neighbour.call("hand_in", "honest", [], {})
    before = walled.processes()
    walled.call(
        """
        import os, signal
        def attack():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            targets = [0, -1, os.getppid(), -os.getpgid(0), *range(2, 40_000)]
            for number in (signal.SIGTERM, signal.SIGKILL):
                for target in targets:
                    try:
                        os.kill(target, number)
                    except (ProcessLookupError, PermissionError):
                        pass
        """
    )
    assert neighbour.call("hand_in", "honest", [], {}).value == 1
    assert before <= walled.processes()


def test_killing_its_own_group_leaves_the_warm_process_alive(walled):
    before = walled.processes()
    walled.call("import os\ndef attack():\n    os.killpg(0, 9)\n    os.kill(0, 9)")
    walled.end()
    assert walled.serves_an_honest_hand_in()
    assert before <= walled.processes()


def test_an_exception_whose_attributes_raise_is_still_an_exception(walled):
    result = walled.call(
        """
        class Meta(type):
            @property
            def __name__(cls):
                raise SystemExit
        class Evil(Exception, metaclass=Meta):
            def __str__(self):
                raise KeyboardInterrupt
            __repr__ = __str__
            @property
            def __traceback__(self):
                raise KeyboardInterrupt
            @property
            def __class__(self):
                raise KeyboardInterrupt
        def attack():
            raise Evil
        """
    )
    assert result.error.stage == "call"
    assert result.error.types[:2] == ("Evil", "Exception")
    assert result.error.message == "<its message could not be read: KeyboardInterrupt>"


def test_a_syntax_error_that_lies_about_its_place_is_still_an_exception(walled):
    result = walled.call(
        """
        def attack():
            error = SyntaxError("x")
            error.filename, error.lineno, error.offset, error.text = object(), 10**100, 10**100, b"x"
            raise error
        """
    )
    assert result.error.types[0] == "SyntaxError"


def test_an_exception_that_poses_as_an_outcome_of_pytest_is_an_exception(walled):
    result = walled.call(
        """
        class Skipped(BaseException):
            pass
        Skipped.__module__ = "_pytest.outcomes"
        class CheckFailure(Exception):
            failure = None
        def attack(kind):
            raise {"Skipped": Skipped, "CheckFailure": CheckFailure}[kind]("passed")
        """,
        "Skipped",
    )
    assert result.error.stage == "call"
    assert result.error.types == ("Skipped", "BaseException")


def test_hooks_that_swallow_every_end_do_not_outlive_the_session(walled):
    result = walled.call(
        """
        import atexit, os, signal, sys, threading, time
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        def linger(*arguments):
            while True:
                try:
                    time.sleep(60)
                except BaseException:
                    pass
        atexit.register(linger)
        sys.excepthook = threading.excepthook = linger
        def attack():
            if not os.fork():
                os.setsid()
                linger()
            threading.Thread(target=linger).start()
            return 1
        """
    )
    assert result.value == 1  # that nothing is left is what the fixture makes sure of


def test_a_hand_in_outlives_the_thread_in_which_its_sandbox_was_started(walled):
    own = launcher(walled.level, ["numpy"])
    sandbox = type(walled)(own)
    session = sandbox.open("count = []\ndef attack():\n    count.append(1)\n    return len(count)")
    answers = []
    thread = threading.Thread(target=lambda: answers.append(session.call("hand_in", "attack", (), {}).value))
    thread.start()
    thread.join()
    time.sleep(0.3)  # what dies with a thread dies soon
    answers.append(session.call("hand_in", "attack", (), {}).value)
    sandbox.end()
    own.close()
    assert answers == [1, 2]
