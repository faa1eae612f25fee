"""An experiment of a notebook: what goes wrong in it is told, and the cells after it still run."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from autograder.notebooks.module import ModuleMissingError


@contextmanager
def experiment() -> Iterator[None]:
    """Run an experiment on your own modules.

    Where a function is not written yet, one sentence says which and nothing is drawn. Where your code raises, its error
    is shown. The notebook goes on in both cases.

    Examples
    --------
    >>> with experiment():
    ...     raise NotImplementedError("your code goes here")
    This experiment waits for a function that is not written yet.
    """
    before = _open_figures()
    try:
        with np.errstate(all="ignore"):  # a run that flies away is there to be looked at
            yield
    except Exception as error:
        print(_told(error))
        # What is half drawn must go: Jupyter would show it at the end of the cell.
        for number in _open_figures() - before:
            sys.modules["matplotlib.pyplot"].close(number)


def _told(error: Exception) -> str:
    if isinstance(error, NotImplementedError):
        return _waits_for(error)
    if isinstance(error, ModuleMissingError):
        return f"This experiment has to wait: {error}."
    return _own_error(error)


def _waits_for(error: NotImplementedError) -> str:
    here = _own_frames(error)
    if not here:
        return "This experiment waits for a function that is not written yet."
    last = here[-1]
    return f"{last.name} is not written yet ({Path(last.filename).name}, line {last.lineno}): this plot waits for it."


def _own_error(error: Exception) -> str:
    """The error as Python would show it, with the student's own lines alone."""
    if isinstance(error, SyntaxError):
        said = "".join(traceback.format_exception_only(error)).rstrip()
        return f"This experiment needs a module that Python cannot read:\n{said}"
    here = _own_frames(error)
    lines = "".join(traceback.format_list(here))
    said = "".join(traceback.format_exception_only(error)).rstrip()
    if not here:
        return f"This experiment stopped:\n{said}"
    return f"Your code raised an exception in {here[-1].name}, and this experiment stopped there:\n{lines}{said}"


def _own_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The lines of the modules beside the notebook; not those of the notebook, of libraries or of the engine."""
    folder = Path.cwd()
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if Path(frame.filename).parent == folder]


def _open_figures() -> set[int]:
    """The numbers of matplotlib's figures; none where nobody has imported it."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot else set()
