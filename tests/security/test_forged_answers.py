"""Code that speaks the protocol itself: on every descriptor it holds, in any form, at any time."""

from __future__ import annotations

import time

import pytest

from autograder.sandbox.session import CallResult

PRELUDE = """
import os, sys, threading, time
wire, nodes = sys.modules["autograder.sandbox.wire"], sys.modules["autograder.sandbox.nodes"]
serving = sys.modules["autograder.sandbox.student_process"]

def raw(data):
    "To every descriptor there is."
    for fd in range(3, 64):
        try:
            os.write(fd, data)
        except OSError:
            pass

def send(body):
    raw(wire.HEADER.pack(len(body)) + body)

def number():
    "That of the call being served."
    frame = sys._getframe()
    while not isinstance(frame.f_locals.get("self"), serving.StudentProcess):
        frame = frame.f_back
    return frame.f_locals["self"]._number

def answer(value=None, changed={}, seconds=0.0, output=""):
    raw(wire.pack(wire.Returned(value, output, changed, number(), seconds)))

def raised(stage="call", types=(), message="", frames=(), changed={}):
    raw(wire.pack(wire.Raised(number(), stage, list(types), message, list(frames), "", 0.0, changed)))

def nest(levels):
    node = None
    for _ in range(levels):
        node = nodes.ListNode([node])
    return node

def array(dtype, shape, data=b"", scalar=False):
    return nodes.ArrayNode(dtype, shape, data, scalar)

def attack(argument=None):
"""

NO_ANSWER = {
    "garbage": "raw(b'\\xff' * 1000)",
    "half a header": "raw(b'\\x05\\x00'); os._exit(0)",
    "half a message": "raw(wire.HEADER.pack(100) + b'x' * 50); os._exit(0)",
    "half a message and silence": "raw(wire.HEADER.pack(100) + b'x' * 50); time.sleep(60)",
    "an endless length": "raw(b'\\xff\\xff\\xff\\xff')",
    "an empty message": "send(b'')",
    "another type": "send(wire._encoder.encode(['start', {}, [], 0, 0]))",
    "no type": "send(wire._encoder.encode({'a': 1}))",
    "nesting that no decoder follows": "send(b'\\x91' * 100_000 + b'\\xc0')",
    "a list that claims four billion items": "send(b'\\xdd\\xff\\xff\\xff\\xff')",
    "a number that ends like the call's": "raw(wire.pack(wire.Returned(1, '', {}, number() + 256, 0.0)))",
    "another call's number": "raw(wire.pack(wire.Returned(1, '', {}, 10**6, 0.0)))",
    "a callback it was not given": "raw(wire.pack(wire.Callback(number(), 0, [], {})))",
    "a callback of a negative number": "raw(wire.pack(wire.Callback(number(), -1, [], {})))",
    "more fields than there are": "send(wire._encoder.encode(['returned', number(), 1, '', 0.0, {}, 'passed']))",
    "a nest of 41 lists": "answer(nest(45))",
    "a nest of 400 lists": "answer(nest(400))",
    "an array without its bytes": "answer(array('<f8', [3]))",
    "an array of impossible size": "answer(array('<f8', [0, 2**62, 2**62]))",
    "an array of negative size": "answer(array('<f8', [-1, -1], b'x' * 8))",
    "an array of 40 dimensions": "answer(array('<f8', [1] * 40, b'x' * 8))",
    "an array of objects": "answer(array('|O', [1], b'x' * 8))",
    "an array of structures": "answer(array('f8,f8', [1], b'x' * 16))",
    "an array of nothing": "answer(array('<U0', [10**9]))",
    "an array of no dtype": "answer(array('', [1], b'x'))",
    "a scalar that is an array": "answer(array('<f8', [1], b'x' * 8, True))",
    "text beyond Unicode": "answer(array('<U1', [1], b'\\xff' * 4))",
    "text that is half a character": "answer(array('<U1', [], (0xD800).to_bytes(4, 'little'), True))",
    "a string that is not UTF-8": (
        "raw(wire.pack(wire.Returned('x', '', {}, number(), 0.0)).replace(b'x', b'\\xed\\xa0'))"
    ),
    "a dict with keys that cannot be": "answer(nodes.DictNode([nodes.ListNode([])], [1]))",
    "a dict with more keys than values": "answer(nodes.DictNode([1, 2], [1]))",
    "a dict with 20,000 keys that collide": "answer(nodes.DictNode([0, 2**61 - 1, 2**62 - 2] * 7000, [0] * 21_000))",
    "a million dicts": "answer(nodes.ListNode([nodes.DictNode([], [])] * 100_000))",
    "a number that is none": "answer(nodes.BigIntNode('zz'))",
    "the grader's own function": "answer(nodes.CallbackNode(0))",
    "a seeded generator": "answer(nodes.GeneratorNode(0, 0))",
    "an earlier result": "answer(nodes.EarlierNode(0, None))",
    "changes of arguments never given": "answer(1, {'7': 1, '\u00b2': 2, 'rate': 3})",
}


@pytest.mark.parametrize("name", NO_ANSWER)
def test_what_is_no_answer_ends_the_call_and_never_the_grader(walled, name):
    session = walled.open(PRELUDE + f"    {NO_ANSWER[name]}\ndef honest():\n    return 1\n", call_seconds=1.5)
    result = session.call("hand_in", "attack", [1.0], {})
    assert result.value is None
    assert result.error.stage in ("crashed", "timeout")
    assert session.call("hand_in", "honest", [], {}).value == 1


def test_an_answer_of_its_own_is_the_value_it_names_and_nothing_more(walled):
    """It could have returned that; the true answer that comes after it is one to no call, and ends the process."""
    session = walled.open(PRELUDE + "    answer(42)\n    return 43\ndef honest():\n    return 1\n")
    assert session.call("hand_in", "attack", [], {}).value == 42
    assert session.call("hand_in", "honest", [], {}).error.stage == "crashed"
    assert session.call("hand_in", "honest", [], {}).value == 1


def test_a_thread_that_keeps_answering_ends_its_own_process_only(walled):
    source = PRELUDE + (
        "    current = number()\n"
        "    def flood():\n"
        "        for later in range(current, current + 10_000):\n"
        "            raw(wire.pack(wire.Returned('forged', '', {}, later, 0.0)))\n"
        "    threading.Thread(target=flood, daemon=True).start()\n"
        "    time.sleep(0.2)\n"
        "    return 'honest'\n"
    )
    session = walled.open(source)
    results = [session.call("hand_in", "attack", [], {}) for _ in range(4)]
    assert all(result.value in ("forged", "honest", None) for result in results)
    assert all(result.error is None or result.error.stage == "crashed" for result in results)


def test_two_processes_that_answer_on_one_connection_end_it(walled):
    session = walled.open(
        "import os\ndef attack():\n    os.fork()\n    return os.getpid()\ndef honest():\n    return 1\n"
    )
    session.call("hand_in", "attack", [], {})
    time.sleep(0.5)  # for both to have answered
    results = [session.call("hand_in", "honest", [], {}) for _ in range(3)]
    assert any(result.error and result.error.stage == "crashed" for result in results)
    assert results[-1].value == 1 or session.call("hand_in", "honest", [], {}).value == 1


def test_who_silences_the_bell_is_heard_all_the_same(walled):
    source = "import os\nos.eventfd_write = lambda *_: None\ndef attack(x):\n    return x + 1\n"
    session = walled.open(source, submission_seconds=8)
    assert session.call("hand_in", "attack", [1], {}).value == 2
    results = session.sequence([CallResult("hand_in.attack", (x,), {}) for x in range(5)])
    assert [result.value for result in results] == [1, 2, 3, 4, 5]


def test_who_rings_without_end_gains_no_time(walled):
    source = """
        import os, threading, time
        ring, bells = os.eventfd_write, []
        os.eventfd_write = lambda bell, value: (bells.append(bell), ring(bell, value))
        def honest():
            return 1
        def attack():
            while True:
                ring(bells[0], 1)
    """
    session = walled.open(source, call_seconds=1.0)
    assert session.call("hand_in", "honest", [], {}).value == 1
    started = time.monotonic()
    assert session.call("hand_in", "attack", [], {}).error.stage == "timeout"
    assert time.monotonic() - started < 6
    assert session.call("hand_in", "honest", [], {}).value == 1


@pytest.mark.parametrize("seconds", ["float('nan')", "float('inf')", "-1e300", "1e300"])
def test_a_claim_about_time_is_held_against_the_clock(walled, seconds):
    result = walled.call(PRELUDE + f"    answer(1, seconds={seconds})\n    time.sleep(60)\n")
    assert 0 <= result.seconds < 20


def test_output_text_and_frames_of_any_length_are_cut(walled):
    result = walled.call(
        PRELUDE
        + "    long = 'x' * 10_000\n"
        + "    raised('nonsense', [long] * 40, long, [wire.Frame(long, 2**40, long, long)] * 20)\n"
        + "    time.sleep(60)\n"
    )
    assert result.error.stage == "call"
    assert len(result.error.types) <= 30
    assert len(result.error.frames) <= 12
    assert len(repr(result.error)) < 50_000
    result = walled.call(PRELUDE + "    answer(1, output='x' * 100_000)\n    time.sleep(60)\n")
    assert len(result.output) <= 2_100


def test_an_exception_without_a_class_is_given_one(walled):
    """Checks look at the first class of what was raised."""
    assert walled.call(PRELUDE + "    raised()\n    time.sleep(60)\n").error.types == ("Exception",)


def test_a_bool_that_is_neither_true_nor_false_is_one_of_them(walled):
    value = walled.call(PRELUDE + "    answer(array('|b1', [2], b'\\x02\\x00'))\n    time.sleep(60)\n").value
    assert value.tobytes() == b"\x01\x00"


def test_a_name_of_an_object_is_cut(walled):
    value = walled.call(PRELUDE + "    answer(nodes.HandleNode(-5, 'x' * 100_000))\n    time.sleep(60)\n").value
    assert len(value.type_name) <= 200


def test_patching_the_engine_on_the_students_side_changes_no_verdict(walled):
    result = walled.call(
        """
        import sys
        for name, module in list(sys.modules.items()):
            if name.startswith("autograder.sandbox"):
                for attribute in ("encode", "pack", "Returned", "Raised", "clean"):
                    if hasattr(module, attribute):
                        setattr(module, attribute, lambda *arguments, **keywords: b"\\x00\\x00\\x00\\x00")
        def attack():
            return 1
        """
    )
    assert result.error is not None
