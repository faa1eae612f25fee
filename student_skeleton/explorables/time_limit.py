"""Ends code that does not end by itself."""

import contextlib
import ctypes
import sys
import threading
import time

POLL = 0.05
"""Seconds between two looks of the watch."""
REST = 20
"""So many looks at nothing, and the watch goes home; a thread for every block would cost more than most blocks."""


class TookTooLong(BaseException):
    """Not an `Exception`, so that ``except Exception`` in the code that is to end does not keep it going."""


class _Block:
    """One block of code that is being watched."""

    def __init__(self, seconds):
        self.thread, self.deadline, self.fired = threading.get_ident(), time.monotonic() + seconds, False


_lock = threading.Lock()
_open = set()
_watches = []
"""The watch, if there is one at work."""


@contextlib.contextmanager
def time_limit(seconds):
    """Raise `TookTooLong` inside the block once it has run for so many seconds.

    It is raised between two lines of Python, in whichever thread the block runs; a single call of NumPy that takes
    minutes is not cut short. ``None`` sets no limit, and in a browser's Python, which has no threads, there is none.
    """
    if seconds is None or sys.platform == "emscripten":
        yield
        return
    block = _Block(seconds)
    with _lock:
        _open.add(block)
        if not _watches:
            _watches.append(threading.Thread(target=_watch, daemon=True, name="time limit of the explorables"))
            _watches[0].start()
    try:
        yield
    finally:
        with _lock:
            _open.discard(block)
        for _ in range(100 if block.fired else 0):  # an exception that is on its way arrives here and not later
            pass


def _watch():
    quiet = 0
    while True:
        time.sleep(POLL)
        with _lock:
            quiet = 0 if _open else quiet + 1
            if quiet > REST:
                _watches.clear()
                return
            for block in _open:
                if not block.fired and time.monotonic() > block.deadline:
                    block.fired = True
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(block.thread), ctypes.py_object(TookTooLong)
                    )
