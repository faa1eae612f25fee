"""Ends the process in another way at each call."""

import ctypes
import itertools
import os
import sys

turn = itertools.count(os.getpid())  # a new process starts elsewhere
ENDS = [
    lambda: os._exit(0),
    lambda: sys.exit(0),
    lambda: os.kill(0, 9),
    lambda: ctypes.string_at(0),
    lambda: os.closerange(0, 64),
]


def __getattr__(name):
    def end(*arguments, **keywords):
        ENDS[0 if name == "adam_step" else next(turn) % len(ENDS)]()
        raise KeyboardInterrupt

    return end
