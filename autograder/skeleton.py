"""Makes what students get from what we wrote: solution regions become one line that says what is not written yet."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BEGIN = "# BEGIN SOLUTION"
END = "# END SOLUTION"
NOT_WRITTEN = "is not written yet"

# Wider than the two markers: a mistyped marker would hand the solution to the students.
_LOOKS_LIKE_A_MARKER = re.compile(r"#+\W*(begin|end)\W*solution", re.IGNORECASE)

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class SkeletonError(Exception):
    """A solution module no skeleton can be made of; the message says file, line and what to change."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.file = file
        self.line = line


@dataclass(frozen=True)
class Region:
    """The lines between a pair of markers, which are lines `first` and `last` (counted from 1)."""

    first: int
    last: int
    indent: str
    function: str
    """Dotted name of the function the region is the body of."""


def generate(source: str, file: str = "<solution>") -> str:
    """The skeleton of one solution module.

    Parameters
    ----------
    source : str
        Text of the solution module.
    file : str
        How messages call it.

    Returns
    -------
    str
        The same text with every region replaced by ``raise NotImplementedError("<function> is not written yet")``.

    Raises
    ------
    SkeletonError
        if the module does not parse, holds no region, or holds one that is nested, unclosed, unopened, outside a
        function or not made of whole statements.
    """
    found = regions(source, file)
    if not found:
        raise SkeletonError(file, 1, f"no {BEGIN!r} in this module: students would get all of it")
    lines = _lines(source)
    for region in reversed(found):
        message = f'raise NotImplementedError("{region.function} {NOT_WRITTEN}")'
        lines[region.first - 1 : region.last] = [f"{region.indent}{message}\n"]
    skeleton = "".join(lines)
    _compare_surface(source, skeleton, found, file)
    return skeleton


def regions(source: str, file: str = "<solution>") -> list[Region]:
    """The solution regions of a module, in order; raises `SkeletonError` as `generate` does."""
    try:
        tree = ast.parse(source)
        tokens = list(tokenize.generate_tokens(io.StringIO(source, newline=None).readline))
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        raise SkeletonError(
            file, getattr(error, "lineno", None) or 1, f"this module does not parse: {error}"
        ) from error
    found = []
    opened: tuple[int, str] | None = None
    for line, indent, text in _markers(tokens, file):
        if text == BEGIN:
            if opened:
                raise SkeletonError(file, line, f"{BEGIN!r} inside the region that line {opened[0]} opened")
            opened = (line, indent)
        else:
            if not opened:
                raise SkeletonError(file, line, f"{END!r} without a {BEGIN!r} before it")
            region = _region(tree, opened, (line, indent), file)
            _refuse_cuts(tree, tokens, region, file)
            found.append(region)
            opened = None
    if opened:
        raise SkeletonError(file, opened[0], f"{BEGIN!r} without an {END!r} after it")
    return found


def solution_lines(source: str, file: str = "<solution>") -> list[str]:
    """What must never reach a student: the stripped lines of code of all regions that occur nowhere outside of one."""
    lines = [line.strip() for line in _lines(source)]
    inside = {number for region in regions(source, file) for number in range(region.first, region.last + 1)}
    given = given_lines(source, file)
    secret = [lines[number - 1] for number in sorted(inside)]
    return [line for line in secret if line and line not in given and not line.startswith("#")]


def given_lines(source: str, file: str = "<solution>") -> set[str]:
    """The stripped lines outside of all regions, which every student gets."""
    inside = {number for region in regions(source, file) for number in range(region.first, region.last + 1)}
    return {line.strip() for number, line in enumerate(_lines(source), start=1) if number not in inside}


def write(solutions: Path, skeleton: Path) -> list[Path]:
    """Write the skeleton of every module in `solutions`; nothing is written unless all of them are in order."""
    made = {path.name: generate(_read(path), str(path)) for path in _modules(solutions)}
    skeleton.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in made.items():
        (skeleton / name).write_text(text, encoding="utf-8", newline="\n")
        written.append(skeleton / name)
    return written


def check(solutions: Path, skeleton: Path) -> list[str]:
    """How `skeleton` differs from what `write` would make; empty when it is in step.

    Modules that have no solution (data helpers, explorables) are nobody's skeleton and are left alone.
    """
    differences = []
    for path in _modules(solutions):
        made = skeleton / path.name
        try:
            expected = generate(_read(path), str(path))
        except SkeletonError as error:
            differences.append(str(error))
            continue
        if not made.is_file():
            differences.append(f"{made} is missing")
            continue
        there = _read(made)
        if there != expected:
            line = _first_difference(there.splitlines(), expected.splitlines())
            differences.append(f"{made}:{line}: differs from what {path} gives")
    return differences


def _modules(solutions: Path) -> list[Path]:
    return sorted(path for path in solutions.glob("*.py") if path.name != "__init__.py")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _lines(source: str) -> list[str]:
    """Lines as Python counts them (`str.splitlines` also splits at form feeds and the like)."""
    return list(io.StringIO(source, newline=None))


def _markers(tokens: list[tokenize.TokenInfo], file: str) -> Iterator[tuple[int, str, str]]:
    """(line, indentation, text) of each marker; comments only, so that a docstring may speak of them."""
    for token in tokens:
        if token.type != tokenize.COMMENT or not _LOOKS_LIKE_A_MARKER.match(token.string):
            continue
        line, column = token.start
        indent = token.line[:column]
        if indent.strip() or token.string.rstrip() not in (BEGIN, END):
            raise SkeletonError(file, line, f"write {BEGIN!r} or {END!r}, exactly so, on a line of its own")
        yield line, indent, token.string.rstrip()


def _region(tree: ast.Module, opened: tuple[int, str], closed: tuple[int, str], file: str) -> Region:
    (first, indent), (last, closing_indent) = opened, closed
    if indent != closing_indent:
        raise SkeletonError(file, last, f"indent {END!r} like the {BEGIN!r} of line {first}")
    inside = [(function, statement) for function, statement in _statements(tree) if first < statement.lineno < last]
    if not inside:
        raise SkeletonError(file, first, "a region without a statement in it")
    function, statement = inside[0]
    if not function:
        raise SkeletonError(file, first, "a region outside a function: only what a function does can be left to write")
    if statement.col_offset != len(indent):
        raise SkeletonError(file, first, f"indent {BEGIN!r} like the code below it")
    return Region(first, last, indent, function)


def _refuse_cuts(tree: ast.Module, tokens: list[tokenize.TokenInfo], region: Region, file: str) -> None:
    """A region is made of whole statements of one block: replacing half of an `if` would change the given half."""
    problem = "the region cuts a statement or a block in two"
    for _, statement in _statements(tree):
        start, end = statement.lineno, statement.end_lineno or statement.lineno
        simple = not hasattr(statement, "body") and not hasattr(statement, "cases")
        if region.first < start < region.last < end or (simple and start < region.first < end):
            raise SkeletonError(file, region.first, f"{problem} (lines {start} to {end})")
    for token in tokens:
        line, column = token.start
        # A DEDENT stands where the next code begins.
        if token.type == tokenize.DEDENT and region.first < line < region.last and column < len(region.indent):
            raise SkeletonError(file, region.first, f"{problem} (line {line} belongs to an outer block)")


def _statements(node: ast.AST, name: str = "", in_function: bool = False) -> Iterator[tuple[str, ast.stmt]]:
    """Every statement, outer ones first, with the dotted name of the function around it ("" outside of one)."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield (name if in_function else ""), child
        if isinstance(child, _Function | ast.ClassDef):
            inner = f"{name}.{child.name}" if name else child.name
            yield from _statements(child, inner, isinstance(child, _Function))
        else:
            yield from _statements(child, name, in_function)


def _compare_surface(source: str, skeleton: str, found: list[Region], file: str) -> None:
    """Make sure that the skeleton parses and that only code was taken: signatures and docstrings are all there."""
    try:
        kept = {entry for _, entry in _surface(ast.parse(skeleton))}
    except SyntaxError as error:
        raise SkeletonError(file, found[0].first, f"the skeleton would not parse: {error}") from error
    inside = {line for region in found for line in range(region.first, region.last + 1)}
    for line, entry in _surface(ast.parse(source)):
        if line not in inside and entry not in kept:
            raise SkeletonError(file, line, f"the skeleton would lose the signature or docstring of {entry[0]}")


def _surface(tree: ast.Module) -> list[tuple[int, tuple[str, str, str]]]:
    """Line, and (name, signature, docstring), of every function and class."""
    return [
        (node.lineno, (node.name, _signature(node), ast.get_docstring(node) or ""))
        for node in ast.walk(tree)
        if isinstance(node, _Function | ast.ClassDef)
    ]


def _signature(node: _Function | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        return ", ".join(ast.unparse(base) for base in node.bases)
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({ast.unparse(node.args)}){returns}"


def _first_difference(there: list[str], expected: list[str]) -> int:
    pairs = enumerate(zip(there, expected, strict=False), start=1)
    return next((line for line, (a, b) in pairs if a != b), min(len(there), len(expected)) + 1)
