"""The page's JavaScript as one module: Jupyter takes one text, people read files with one purpose each.

The files of `page/` are ordinary ES modules that import each other by name. Each becomes a function that is called
once and returns what the file exports, in the order in which they need each other.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "page"
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (const|function) (\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)


@cache
def script(first):
    """One ES module: the file called ``page/<first>``, which has the default export, after all that it imports."""
    name = first.removesuffix(".js")
    modules = [_as_function(each) for each in _in_order(name)]
    return "\n".join([*modules, f"export default {name}_js.default_export;\n"])


@cache
def style():
    """The style sheet of all explorables."""
    return (FOLDER / "explorables.css").read_text(encoding="utf-8")


def _as_function(name):
    text = _IMPORT.sub(r"const \1 = \2_js;", _read(name))
    exported = [found[1] for found in _EXPORT.findall(text)]
    text = _EXPORT.sub(r"\1 \2", text)
    if _DEFAULT.search(text):
        text = _DEFAULT.sub("const default_export = ", text)
        exported.append("default_export")
    return f"const {name}_js = (() => {{\n{text}return {{ {', '.join(exported)} }};\n}})();"


def _in_order(name, done=()):
    for _, needed in _IMPORT.findall(_read(name)):
        if needed not in done:
            done = _in_order(needed, done)
    return (*done, name)


def _read(name):
    return (FOLDER / f"{name}.js").read_text(encoding="utf-8")
