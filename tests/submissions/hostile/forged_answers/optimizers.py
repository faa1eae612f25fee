"""Answers in the engine's own words: other calls' numbers, impossible arrays, errors that were never raised."""

import itertools
import os
import sys

wire = sys.modules["autograder.sandbox.wire"]
nodes = sys.modules["autograder.sandbox.nodes"]
serving = sys.modules["autograder.sandbox.student_process"]
turn = itertools.count()


def number():
    frame = sys._getframe()
    while not isinstance(frame.f_locals.get("self"), serving.StudentProcess):
        frame = frame.f_back
    return frame.f_locals["self"]._number


def send(message):
    data = message if isinstance(message, bytes) else wire.pack(message)
    for fd in range(3, 64):
        try:
            os.write(fd, data)
        except OSError:
            pass


def forgeries(current):
    nan = float("nan")
    yield wire.Raised(current, "passed", [], "", [], "", nan)
    yield wire.Raised(current, "earlier", [], "", [], "", 0.0)
    yield wire.Raised(current, "missing", ["Passed"], "passed", [], "", -1e300)
    yield wire.Returned(nodes.ArrayNode("<f8", [0, 2**62, 2**62], b"", False), "", {}, current, nan)
    yield wire.Returned(nodes.ArrayNode("<U1", [1], b"\xff" * 4, False), "", {}, current, 0.0)
    yield wire.Returned(nodes.CallbackNode(0), "", {}, current, 0.0)
    yield wire.Returned(None, "", {"99": None, "\u00b2": None}, current, float("inf"))
    yield wire.Callback(current, 0, [], {})
    yield wire.Callback(current, 2**62, [None], {"x": None})
    node = None
    for _ in range(300):
        node = nodes.TupleNode([node])
    yield wire.Returned(node, "", {}, current, 0.0)
    yield b"\xff\xff\xff\xff"
    yield b"\x01"


def __getattr__(name):
    def forge(*arguments, **keywords):
        every = list(forgeries(number()))
        send(every[next(turn) % len(every)])
        return None

    return forge
