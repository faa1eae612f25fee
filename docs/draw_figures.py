"""Draws the pictures of the handouts by the reference solutions.

    python docs/draw_figures.py [ASSIGNMENT ...]          writes assignments/<name>/figures/<function>.svg
    python docs/draw_figures.py --check [ASSIGNMENT ...]  says which of them are not what the reference draws today

Every public function of assignments/<name>/figures.py takes nothing and returns a matplotlib Figure.
"""

from __future__ import annotations

import argparse
import base64
import importlib.util
import inspect
import io
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.image import imread

ROOT = Path(__file__).resolve().parent.parent
STYLE = ROOT / "docs/figures.mplstyle"
LARGEST = 60_000
"""Bytes; a picture beyond it has more points than anybody sees."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_COORDINATES = re.compile(r'(?<= d=")[^"]*|(?<=translate\()[^)]*|(?<= x=")[^"]*|(?<= y=")[^"]*')
_REFERENCE = re.compile(r'(href="#|url\(#)([\w.-]+)')
_ID = re.compile(r' id="([^"]+)"')
_IN_HANDOUT = re.compile(r"!\[(?P<alt>[^\]]*)\]\(figures/(?P<name>[\w.-]+)\.svg\)")
_SAME = 0.05
"""Points. Other processors round the last digit of a float differently; nobody sees this much."""

_IMAGE = re.compile(r'(?<=data:image/png;base64,)[^"]*')
_SAME_COLOUR = 2 / 255

Drawing = Callable[[], Figure]


def main() -> int:
    parser = argparse.ArgumentParser(description="Draw the pictures of the handouts by the reference solutions.")
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="all that have a figures.py if not given")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a picture is not up to date")
    arguments = parser.parse_args()
    there = {path.parent.name: path.parent for path in sorted(ROOT.glob("assignments/*/figures.py"))}
    if unknown := [name for name in arguments.assignments if name not in there]:
        parser.error(f"no assignments/{unknown[0]}/figures.py; there are {', '.join(there) or 'none'}")
    wrong: list[str] = []
    for name in arguments.assignments or there:
        pictures = {function: drawn(draw) for function, draw in drawings(there[name]).items()}
        if not arguments.check:
            write(there[name], pictures)
        wrong += complaints(there[name], pictures)
    print("\n".join(wrong) or "The pictures of the handouts are what the reference draws.")
    return bool(wrong)


def drawings(folder: Path) -> dict[str, Drawing]:
    """The public functions of an assignment's figures.py, by name."""
    for place in (ROOT, ROOT / "student_skeleton"):  # solutions and given modules are imported from there
        if str(place) not in sys.path:
            sys.path.append(str(place))
    spec = importlib.util.spec_from_file_location(f"figures_of_{folder.name}", folder / "figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    functions = inspect.getmembers(module, inspect.isfunction)
    return {
        name: function
        for name, function in functions
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


def drawn(draw: Drawing) -> str:
    """The picture as SVG text that is the same at every run: no date, short coordinates, ids by order."""
    with style.context(["default", STYLE]):
        text = io.StringIO()
        draw().savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = _COORDINATES.sub(lambda found: _NUMBER.sub(_shorter, found[0]), text.getvalue())
    referred = dict.fromkeys(found[2] for found in _REFERENCE.finditer(svg))
    short = {name: f"i{number}" for number, name in enumerate(referred)}
    svg = _REFERENCE.sub(lambda found: f"{found[1]}{short[found[2]]}", svg)
    svg = _ID.sub(lambda found: f' id="{short[found[1]]}"' if found[1] in short else "", svg)
    return "\n".join(line.strip() for line in svg.splitlines()) + "\n"


def _shorter(number: re.Match[str]) -> str:
    return np.format_float_positional(round(float(number[0]), 2) + 0.0, trim="-")


def write(folder: Path, pictures: Mapping[str, str]) -> None:
    """Write the pictures that differ from those in the folder, and remove those that nothing draws any more."""
    target = folder / "figures"
    target.mkdir(exist_ok=True)
    for path in target.glob("*.svg"):
        if path.stem not in pictures:
            path.unlink()
            print(f"removed {_shown(path)}")
    for name, svg in pictures.items():
        path = target / f"{name}.svg"
        if not path.is_file() or not same(path.read_text(encoding="utf-8"), svg):
            path.write_text(svg, encoding="utf-8")
            print(f"{_shown(path)}  {len(svg) / 1000:.0f} kB")


def complaints(folder: Path, pictures: Mapping[str, str]) -> Iterator[str]:
    """What is not in order about an assignment's pictures, a line each."""
    again = f"run `python docs/draw_figures.py {folder.name}` and look at it"
    committed = {path.stem: path for path in sorted((folder / "figures").glob("*.svg"))}
    for name, svg in pictures.items():
        path = folder / "figures" / f"{name}.svg"
        if name not in committed:
            yield f"{_shown(path)} is missing: {again}"
        elif not same(path.read_text(encoding="utf-8"), svg):
            yield (
                f"{_shown(path)} is not what {name}() draws today with matplotlib {matplotlib.__version__} "
                f"(constraints.txt names the version that the pictures are drawn with): {again}"
            )
        if len(svg) > LARGEST:
            yield f"{_shown(path)} has {len(svg) / 1000:.0f} kB, more than {LARGEST / 1000:.0f}: draw fewer points"
    for name in committed.keys() - pictures.keys():
        yield f"{_shown(committed[name])} is left over: {_shown(folder / 'figures.py')} has no function {name}"
    handout = folder / "handout.md"
    shown = {found["name"]: found["alt"] for found in _IN_HANDOUT.finditer(handout.read_text(encoding="utf-8"))}
    for name in pictures.keys() - shown.keys():
        yield f"{_shown(handout)} does not show figures/{name}.svg"
    for name in shown.keys() - pictures.keys():
        yield f"{_shown(handout)} shows figures/{name}.svg, which nothing draws"
    for name, alt in shown.items():
        if not alt.strip():
            yield f"{_shown(handout)} shows figures/{name}.svg without an alt text that says what is seen"


def same(one: str, other: str) -> bool:
    """Whether two pictures look the same: the same text between numbers, and numbers that differ by nothing visible."""
    pixels = [_pixels(svg) for svg in (one, other)]
    if [image.shape for image in pixels[0]] != [image.shape for image in pixels[1]]:
        return False
    if any(np.abs(first - second).max() > _SAME_COLOUR for first, second in zip(*pixels, strict=True)):
        return False
    one, other = (_IMAGE.sub("", svg) for svg in (one, other))
    if _NUMBER.split(one) != _NUMBER.split(other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(abs(float(first) - float(second)) <= _SAME for first, second in pairs)


def _pixels(svg: str) -> list[np.ndarray]:
    """The photos in a picture: other versions of zlib pack the same pixels differently."""
    return [imread(io.BytesIO(base64.b64decode(code)), format="png") for code in _IMAGE.findall(svg)]


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
