"""What went wrong in a student's code, in words for the page."""

import traceback
from dataclasses import dataclass
from pathlib import Path

from explorables.time_limit import TookTooLong


@dataclass(frozen=True)
class Trouble:
    kind: str
    """missing, not_written, raised, too_slow, interrupted, wrong_form; waits, not_run: built on something that is in
    trouble, or too slow"""
    text: str
    """A sentence, or the student's own error."""
    where: str = ""
    """File, line and function, of errors."""

    def as_data(self):
        return {"kind": self.kind, "text": self.text, "where": self.where}


def with_consequence(text, consequence):
    """A sentence about what is wrong, and what follows from it."""
    if text.endswith(("?", ".")):
        return f"{text} {consequence[0].upper()}{consequence[1:]}"
    return f"{text}: {consequence}"


class WrongForm(Exception):
    """A value that is not what the function's description says; the message says what came and what was expected."""


def returned_nothing(name):
    """What to raise where a function gave back None."""
    return WrongForm(f"{name} returned None: is its `return` missing?")


def trouble_of(error, name):
    """The `Trouble` of an exception that came out of the function called `name`."""
    if isinstance(error, NotImplementedError):
        return Trouble("not_written", str(error) or f"{name} is not written yet")
    if isinstance(error, TookTooLong):
        text = f"{name} was stopped: it did not come to an end in time. Is there a loop that never ends?"
        return Trouble("too_slow", f"{text} It waits until you save a change or run your code again.")
    if isinstance(error, KeyboardInterrupt):
        return Trouble("interrupted", "interrupted")
    if isinstance(error, WrongForm):
        return Trouble("wrong_form", str(error))
    if isinstance(error, SyntaxError) and error.filename:
        line = f": {error.text.strip()}" if error.text else ""
        where = f"{Path(error.filename).name}, line {error.lineno}{line}"
        return Trouble("raised", f"{type(error).__name__}: {error.msg}", where)
    said = traceback.format_exception_only(error)[-1].strip()
    return Trouble("raised", said, _where(error))


def _where(error):
    """The innermost line outside of this folder and of the packages it came through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_students(frame.filename)]
    if not frames:
        return ""
    last = frames[-1]
    line = f": {last.line}" if last.line else ""
    names = [
        frame.name for frame in frames if not frame.name.startswith("<")
    ]  # a comprehension is inside of a function
    inside = f", in {names[-1]}" if names else ""
    return f"{Path(last.filename).name}, line {last.lineno}{inside}{line}"


def _is_students(filename):
    path = Path(filename)
    return path.parent != Path(__file__).parent and "site-packages" not in path.parts and path.suffix == ".py"
