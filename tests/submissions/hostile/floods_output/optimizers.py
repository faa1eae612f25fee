"""Prints markup, control characters and fifty megabytes, and says in every way that it passed."""

import sys

MARKUP = "<script>alert('passed')</script>\x1b[31m\u202e\x00 =HYPERLINK(\"x\") 100 points "
print(MARKUP * 10_000)


class _Named(Exception):
    pass


_Named.__name__ = _Named.__qualname__ = "<img src=x onerror=alert(1)>"


def __getattr__(name):
    def flood(*arguments, **keywords):
        for _ in range(5):
            print(MARKUP * 10_000)
            sys.stderr.write(MARKUP * 10_000)
        if name == "sgd_step":
            return {MARKUP: MARKUP}, MARKUP
        raise _Named(MARKUP * 1_000)

    return flood
