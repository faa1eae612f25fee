"""Hand-ins that try something: none of them may earn a point it has no right to, or disturb anybody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.sample_class import source
from autograder.sample_class.material import FILLED_IN, Material, Modules

_EXITS = '''\
"""Ends the process, so that nobody can say anything bad about it."""

import os
'''

_EXITS_FUNCTION = """

def {name}(*args, **kwargs):
    os._exit(0)
"""

_EQUALS = '''\
"""Whatever it is compared with, it is the same."""

import numpy as np


class Same:
    shape = ()
    dtype = np.dtype(float)
    ndim = size = 0

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    def __bool__(self):
        return True

    def __getattr__(self, name):
        return self

    def __getitem__(self, key):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __array__(self, dtype=None, copy=None):
        return np.zeros(1)


class SameArray(np.ndarray):
    def __eq__(self, other):
        return True

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return True
'''

_EQUALS_FUNCTION = """

def {name}(*args, **kwargs):
    return {value}
"""

_READS = '''\
"""Looks for the answers, or at least for who is asking."""

import importlib
import os


def look():
    found = ["environment: " + repr(dict(os.environ))]
    for process in ("self", "1", str(os.getppid())):
        for part in ("environ", "cmdline"):
            try:
                with open("/proc/" + process + "/" + part, "rb") as file:
                    found.append(part + " of " + process + ": " + repr(file.read(2000)))
            except OSError as error:
                found.append(str(error))
    for folder in (".", "..", "/tmp", "/root", "/home", os.path.dirname(os.path.abspath(__file__))):
        try:
            found.append(folder + ": " + ", ".join(sorted(os.listdir(folder))[:40]))
        except OSError as error:
            found.append(str(error))
    return found


def steal(module, name):
    for place in ("solutions." + module, "oracles"):
        try:
            return getattr(importlib.import_module(place), name)
        except Exception as error:
            print(place, "-", error)
    print("\\n".join(look()))
    raise LookupError("nothing to copy from")
'''

_READS_FUNCTION = """

def {name}(*args, **kwargs):
    return steal({module!r}, {name!r})(*args, **kwargs)
"""

_FLOODS = '''\
"""Says a lot."""

import sys
'''

_FLOODS_FUNCTION = """

def {name}(*args, **kwargs):
    for line in range(4000):
        print(line, "all work and no play makes a long log")
    sys.stderr.write("x" * 1000000)
"""

MARKUP_NAME = "<img src=x onerror=alert(1)>"
"""What the one who writes markup is called."""

_MARKUP = '</script></pre></td><script>alert("{name}")</script><b style="position:fixed;inset:0">100 / 100</b>'


def exits(material: Material) -> Modules:
    return _everywhere(material, _EXITS, lambda module, name: _EXITS_FUNCTION.format(name=name))


def equals_everything(material: Material) -> Modules:
    values = ["Same()", "np.zeros(3).view(SameArray)", "[Same(), Same()]"]
    position = {pair: number for number, pair in enumerate(material.functions)}

    def write(module: str, name: str) -> str:
        return _EQUALS_FUNCTION.format(name=name, value=values[position[module, name] % len(values)])

    return _everywhere(material, _EQUALS, write)


def reads_files(material: Material) -> Modules:
    return _everywhere(material, _READS, lambda module, name: _READS_FUNCTION.format(name=name, module=module))


def floods_output(material: Material) -> Modules:
    return _everywhere(material, _FLOODS, lambda module, name: _FLOODS_FUNCTION.format(name=name))


def writes_markup(material: Material, functions: Sequence[tuple[str, str]]) -> Modules:
    """Right but for a few functions, whose messages, output and results are markup."""
    bodies = [
        "raise ValueError({text!r})",
        "print({text!r})\n    return {text!r}",
        "return {{{text!r}: {text!r}}}",
    ]
    modules = material.bases[FILLED_IN]
    for number, (module, name) in enumerate(functions):
        body = bodies[number % len(bodies)].format(text=_MARKUP.format(name=name))
        modules = modules | {
            module: source.replaced(modules[module], name, f"def {name}(*args, **kwargs):\n    {body}")
        }
    return modules


def never_ends(material: Material) -> tuple[Modules, tuple[str, str]]:
    """Right but for one function that never comes back: the one asked for least, as every question takes its time."""

    def asked(pair: tuple[str, str]) -> tuple[bool, int, int]:
        module, name = pair
        others = source.definitions(material.solutions[module]).values()
        callers = sum(name in source.names_in(one) for one in others)
        checks = material.checks[f"{module}.{name}"]
        return checks == 0, callers, checks

    module, name = min(material.functions, key=asked)
    text = f"def {name}(*args, **kwargs):\n    done = False\n    while not done:\n        pass\n    return done"
    modules = material.bases[FILLED_IN]
    return modules | {module: source.replaced(modules[module], name, text)}, (module, name)


def _everywhere(material: Material, head: str, write: Callable[[str, str], str]) -> Modules:
    """Modules that have nothing but `head` and one written function after the other."""
    modules = {module: head for module in material.modules}
    for module, name in material.functions:
        modules[module] += write(module, name)
    return modules
