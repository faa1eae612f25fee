"""The page's JavaScript as one module: Jupyter takes one text, people read files with one purpose each.

The files of `page/` are ordinary ES modules that import each other by name; they are joined in the order in which they
need each other, without their import lines. Names are therefore unique over all of them.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "page"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const|function|class|async)", re.MULTILINE)


@cache
def script(first):
    """One ES module: the file called `first`, which has the default export, after all that it imports."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", _read(name))) for name in _in_order(first))


@cache
def style():
    """The style sheet of all explorables."""
    return _read("explorables.css")


def _in_order(name, done=()):
    for needed in _IMPORT.findall(_read(name)):
        if needed not in done:
            done = _in_order(needed, done)
    return (*done, name)


def _read(name):
    return (FOLDER / name).read_text(encoding="utf-8")
