"""A student's module: found by name, read again when it was saved, and never the end of the notebook."""

import contextlib
import importlib
import importlib.util
import io
import sys
import types
import warnings
from pathlib import Path

import numpy as np

from explorables.time_limit import TookTooLong, time_limit
from explorables.trouble import Trouble, trouble_of

PATIENCE = 3.0
"""Seconds for one picture: a drag asks for many, and what takes longer than this is a loop that does not end."""
PATIENCE_TO_IMPORT = 60.0
"""Seconds for a module and all that it imports, torch among it."""


class StudentsModule:
    """Holds a module and the state its file was in.

    Parameters
    ----------
    module : str or module or object
        A name to import, a module, or anything that has the functions as attributes.
    """

    def __init__(self, module):
        self._given = module
        self._module = None if isinstance(module, str) else module
        self._saved, self._is_fresh = (
            _when_saved(self._module),
            False,
        )  # a cell may have imported it before the last change
        self.name = module if isinstance(module, str) else getattr(module, "__name__", type(module).__name__)
        self.trouble = None

    @property
    def is_there(self):
        """Whether there is such a module at all, in order or not."""
        return self._module is not None or (self.trouble is not None and self.trouble.kind != "missing")

    @property
    def version(self):
        """Changes when the module was read again."""
        return self._saved, self.trouble

    def refresh(self):
        """Import the module, or read it again if its file has changed. What is wrong with it stands in `trouble`."""
        try:
            with time_limit(PATIENCE_TO_IMPORT), _without_bytecode():
                if self._module is None:
                    self._import()
                elif not self._is_fresh or _when_saved(self._module) != self._saved:
                    self._read_again()
        except (Exception, TookTooLong) as error:
            self.trouble = trouble_of(error, f"{self.name}.py")

    def _import(self):
        importlib.invalidate_caches()
        if self.name not in sys.modules and importlib.util.find_spec(self.name) is None:
            self.trouble = Trouble("missing", f"There is no {self.name}.py in this folder")
            return
        known = self.name in sys.modules
        self.trouble = None
        self._module = importlib.import_module(self.name)
        self._saved, self._is_fresh = _when_saved(self._module), True
        if known:
            self._read_again()

    def _read_again(self):
        self._saved, self._is_fresh = _when_saved(self._module), True
        self.trouble = None
        if isinstance(self._module, types.ModuleType) and self._saved:
            self._module.__spec__.loader.exec_module(self._module)  # into the module that the notebook has, too

    def function(self, name):
        """The function called `name`, or the `Trouble` that stands in its way."""
        if self.trouble:
            return self.trouble
        found = getattr(self._module, name, None)
        if found is None:
            return Trouble("missing", f"{self.name} has no function called {name}")
        return found if callable(found) else Trouble("wrong_form", f"{name} in {self.name} is no function")


def _when_saved(module):
    """What changes when a module's file is saved; None where there is no file."""
    file = getattr(module, "__file__", None)
    with contextlib.suppress(OSError, TypeError):
        found = Path(file).stat()
        return found.st_mtime_ns, found.st_size
    return None


@contextlib.contextmanager
def _without_bytecode():
    """Python takes a file that changed twice in a second for unchanged if its compiled form is kept."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


class Watched:
    """Runs a student's code: warnings of NumPy are no news, what it prints is kept, and its time is limited.

    Parameters
    ----------
    slow : dict
        Name → `Trouble` of what did not come to an end before: it is not run again.
    seconds : float or None
        For each run.
    """

    def __init__(self, slow, seconds=PATIENCE):
        self._slow, self._seconds = slow, seconds
        self._printed = io.StringIO()

    @property
    def printed(self):
        """The end of what was printed."""
        return self._printed.getvalue()[-2000:]

    def run(self, name, function, *arguments):
        """``(value, None)``, or ``(None, Trouble)`` where it raised; `name` is what the trouble will be called."""
        if name in self._slow:
            return None, self._slow[name]
        try:
            with (
                contextlib.redirect_stdout(self._printed),
                warnings.catch_warnings(),
                np.errstate(all="ignore"),
                time_limit(self._seconds),
            ):
                warnings.simplefilter("ignore")
                return function(*arguments), None
        except (Exception, TookTooLong, KeyboardInterrupt) as error:
            trouble = trouble_of(error, name)
            if trouble.kind == "too_slow":
                self._slow[name] = trouble
            return None, trouble
