"""Code that takes all it can get: time, memory, processes, output, disk, room in an answer."""

from __future__ import annotations

import time

import pytest

from autograder.sandbox import memory_group
from autograder.sandbox.confinement_record import Confinement

SHORT = 0.4


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "time.sleep(1e6)",
        "pow(3, 10**9)  # one long call that never lets go of the interpreter",
        "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n    while True: pass",
    ],
    ids=["endless loop", "sleep", "long C call", "loop that swallows everything", "loop that blocks every signal"],
)
def test_a_call_that_does_not_end_is_ended_and_the_next_one_is_served(walled, body):
    session = walled.open(
        f"import signal, time\ndef attack():\n    {body}\ndef honest():\n    return 1", call_seconds=SHORT
    )
    started = time.monotonic()
    result = session.call("hand_in", "attack", [], {})
    assert result.error.stage == "timeout"
    assert time.monotonic() - started < SHORT + 5
    assert session.call("hand_in", "honest", [], {}).value == 1


def test_an_endless_loop_at_import_is_paid_for_once(walled):
    session = walled.open("while True: pass", import_seconds=SHORT)
    assert session.call("hand_in", "attack", [], {}).error.stage == "timeout"
    started = time.monotonic()
    again = session.call("hand_in", "attack", [], {})
    assert again.error.stage == "timeout"
    assert time.monotonic() - started < 0.1


def test_many_slow_calls_end_with_the_time_of_the_whole_hand_in(walled):
    session = walled.open("import time\ndef attack():\n    time.sleep(0.2)\n    return 1", submission_seconds=1)
    session.call("hand_in", "attack", [], {})
    results = [session.call("hand_in", "attack", [], {}) for _ in range(8)]
    assert [result.error.stage for result in results if result.error] == ["timeout"] * sum(
        result.error is not None for result in results
    )
    assert "1 seconds" in results[-1].error.message


def test_a_thread_that_goes_on_after_the_answer_does_not_keep_the_next_call_from_its_own(walled):
    session = walled.open(
        """
        import threading
        def attack():
            def spin():
                while True: pass
            for _ in range(3):
                threading.Thread(target=spin, daemon=True).start()
            return 1
        """
    )
    assert [session.call("hand_in", "attack", [], {}).value for _ in range(2)] == [1, 1]


def test_memory_beyond_the_limit_is_the_students_memory_error(walled):
    error = walled.call("def attack():\n    return len(bytearray(2 << 30))").error
    assert error.types[0] == "MemoryError"


def test_a_memory_error_that_is_swallowed_gains_nothing(walled):
    result = walled.call(
        """
        def attack():
            kept = []
            while True:
                try:
                    kept.append(bytearray(32 << 20))
                except MemoryError:
                    pass
        """,
        call_seconds=SHORT,
    )
    assert result.error.stage in ("timeout", "crashed")


def test_processes_share_one_memory_limit_where_there_are_control_groups(walled):
    """Each of eight children may have 200 MB by its own limit; together they may not have 1,600."""
    result = walled.call(
        """
        import os
        def attack():
            held, done = os.pipe()
            signs = []
            for _ in range(8):
                sign, signal = os.pipe()
                if not os.fork():
                    os.close(done)
                    kept = bytearray(200 << 20)
                    for place in range(0, len(kept), 4096):
                        kept[place] = 1
                    os.write(signal, b"x")
                    os.read(held, 1)
                    os._exit(0)
                os.close(signal)
                signs.append(sign)
            return sum(os.read(sign, 1) == b"x" for sign in signs)
        """,
        confinement=Confinement(memory_mb=400, file_mb=4, processes=12, cpu_seconds=60),
    )
    if memory_group.find() is None:
        assert result.value == 8
    else:
        # Which of them the kernel ends is its own choice.
        assert result.error is not None or result.value <= 3


def test_a_fork_storm_is_bounded(walled):
    result = walled.call(
        """
        import os, time
        def attack():
            started = 0
            try:
                while True:
                    if not os.fork():
                        time.sleep(30)
                        os._exit(0)
                    started += 1
            except OSError as error:
                return started, error.strerror
        """
    )
    started, reason = result.value
    assert started <= 12
    assert "unavailable" in reason


def test_a_fork_storm_without_end_is_ended_as_a_whole(walled):
    result = walled.call(
        """
        import os
        def attack():
            while True:
                try:
                    os.fork()
                except OSError:
                    pass
        """,
        call_seconds=SHORT,
    )
    assert result.error is not None


def test_a_storm_of_threads_is_bounded(walled):
    result = walled.call(
        """
        import threading, time
        def attack():
            started = 0
            try:
                while started < 1000:
                    threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
                    started += 1
            except RuntimeError:
                pass
            return started
        """
    )
    assert result.value <= 12


def test_fifty_megabytes_of_output_are_cut_and_cost_nothing_else(walled):
    result = walled.call(
        """
        import os, sys
        def attack():
            for _ in range(50):
                print("x" * (1 << 20))
            sys.stderr.write("y" * (1 << 20))
            os.write(1, b"z" * (1 << 20))
            os.write(2, b"z" * (1 << 20))
            return 1
        """
    )
    assert result.value == 1
    assert result.output.startswith("x" * 2_000 + "\n[")
    assert len(result.output) < 2_100


TOO_MUCH = {
    "'x' * (2 << 20)": "larger",
    "b'x' * (2 << 20)": "larger",
    "np.zeros(2 << 20)": "larger",
    "[0.0] * 200_000": "larger",
    "[object() for _ in range(100_000)]": "larger",
    "{key: 0 for key in range(20_000)}": "keys",
    "itertools.count()": "did not end",
    "itertools.repeat(np.zeros(10_000))": "larger",
    "10 ** 1_000_000": "bits",
    "np.zeros((1,) * 20)": "dimensions",
    r"np.array(['\ud800'])": "not a character",
}


def test_an_answer_beyond_the_limits_is_refused_in_words(walled):
    session = walled.open(
        """
        import itertools
        import numpy as np
        def attack(returned):
            return eval(returned)
        """
    )
    for returned, said in TOO_MUCH.items():
        error = session.call("hand_in", "attack", [returned], {}).error
        assert (returned, error.stage) == (returned, "result")
        assert said in error.message


def test_an_answer_without_a_bottom_comes_back_as_far_as_it_is_looked_at(walled):
    session = walled.open(
        """
        def nested(levels):
            value = 0
            for _ in range(levels):
                value = [value]
            return value
        def circular():
            value = []
            value.append(value)
            return value
        def circular_dict():
            value = {}
            value["itself"] = value
            return value
        def doubled(levels):
            value = 0
            for _ in range(levels):
                value = [value, value]
            return value
        """
    )
    for function, arguments in (("nested", [5000]), ("circular", []), ("circular_dict", [])):
        result = session.call("hand_in", function, arguments, {})
        assert (function, result.error) == (function, None)
        inside = result.value
        for _ in range(30):
            (inside,) = inside.values() if isinstance(inside, dict) else inside
        assert isinstance(inside, list | dict)
    error = session.call("hand_in", "doubled", [50], {}).error
    assert error.stage == "result"
    assert "larger" in error.message


def test_an_iterator_that_never_yields_overruns_its_time(walled):
    result = walled.call(
        """
        import time
        def attack():
            while True:
                time.sleep(1)
            yield 1
        """,
        call_seconds=SHORT,
    )
    assert result.error.stage == "timeout"


def test_lone_surrogates_come_back_escaped_wherever_they_are(walled):
    session = walled.open(
        """
        def attack():
            print("\\ud800")
            return ["\\ud800", {"\\udfff": 1}]
        def raising():
            raise ValueError("\\ud800")
        """
    )
    result = session.call("hand_in", "attack", [], {})
    assert result.value == ["\\ud800", {"\\udfff": 1}]
    assert result.output == "\\ud800\n"
    assert session.call("hand_in", "raising", [], {}).error.message == "\\ud800"


def test_a_message_and_names_of_any_length_are_cut(walled):
    error = walled.call("def attack():\n    raise type('E' * 100_000, (ValueError,), {})('m' * 1_000_000)").error
    assert len(error.message) == 2_000
    assert max(map(len, error.types)) <= 200


@pytest.mark.parametrize(
    "source",
    [
        "attack = " + "(" * 900 + "1" + ")" * 900,
        "attack = " + "[" * 900 + "]" * 900,
        "attack = " + "-" * 20_000 + "1",
        "\n".join("    " * level + "if True:" for level in range(900)) + "\n" + "    " * 900 + "pass",
        "attack = " + "+".join(["1"] * 50_000),
        "attack = " + "a." * 20_000 + "a",
    ],
    ids=["brackets", "lists", "signs", "blocks", "sum", "attributes"],
)
def test_source_nested_900_levels_deep_fails_to_import_and_nothing_else(walled, source):
    result = walled.call(source)
    assert result.error.stage in ("import", "crashed")


def test_a_file_may_grow_to_its_limit_only(walled):
    result = walled.call(
        """
        def attack():
            with open("big", "wb") as file:
                for _ in range(64):
                    file.write(bytes(1 << 20))
        """
    )
    assert result.error.types[0] == "OSError"
    assert "File too large" in result.error.message


def test_the_folder_of_a_hand_in_has_room_for_few_files_only(walled):
    result = walled.call(
        """
        import os, time
        def attack():
            made = 0
            try:
                while made < 2_500:
                    os.mkdir(str(made))
                    made += 1
            except OSError:
                return made
            time.sleep(15)
            return made
        """
    )
    assert_no_more_room(walled, result, 2_000)


def test_the_folder_of_a_hand_in_has_room_for_a_few_large_files_only(walled):
    result = walled.call(
        """
        import time
        def attack():
            written = 0
            try:
                for number in range(10):
                    with open(str(number), "wb", buffering=0) as file:
                        written += file.write(bytes(3 << 20))
            except OSError:
                return written
            time.sleep(15)
            return written
        """
    )
    assert_no_more_room(walled, result, 4 * 4 << 20)


def assert_no_more_room(walled, result, most):
    """Level `user` has no file system of its own to bound: there a watch ends the hand-in."""
    if walled.level == "user":
        assert result.error.stage == "crashed"
    else:
        assert result.value <= most


def test_a_deep_nest_of_folders_is_removed(walled):
    result = walled.call(
        """
        import os
        def attack():
            for level in range(1_500):
                os.mkdir("d" * 100)
                os.chdir("d" * 100)
            os.chmod(".", 0)
            return level
        """
    )
    # At level `user` whoever makes it may be ended: it is too deep to be looked through.
    assert result.error is None or walled.level == "user"
