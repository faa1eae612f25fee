"""Takes modules apart and puts them together again, function by function, as text: what a student would have typed."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

Function = ast.FunctionDef


@lru_cache(maxsize=256)
def definitions(source: str) -> Mapping[str, ast.stmt]:
    """The statement that binds each name at the top of a module: a function, a class, an import, an assignment."""
    found: dict[str, ast.stmt] = {}
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            found[statement.name] = statement
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            found |= {(name.asname or name.name).partition(".")[0]: statement for name in statement.names}
        else:
            targets = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
            found |= {node.id: statement for node in targets if isinstance(node.ctx, ast.Store)}
    return found


def function(source: str, name: str) -> Function | None:
    """The function of this name at the top of a module; None where something else bears the name, or nothing does."""
    found = definitions(source).get(name)
    return found if isinstance(found, Function) else None


def text_of(source: str, statement: ast.stmt) -> str:
    """The lines of a statement, without its decorators."""
    return "\n".join(source.splitlines()[statement.lineno - 1 : statement.end_lineno])


def names_in(statement: ast.stmt) -> set[str]:
    """Every name a definition reads, its own included; what only its decorators read is left out."""
    parts = [statement.args, *statement.body] if isinstance(statement, Function) else [statement]
    nodes = (node for part in parts for node in ast.walk(part))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


@cache
def keys_in(statement: ast.AST) -> frozenset[str]:
    """Every string a statement uses as a key of a dict, written or read."""
    keys: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            keys |= {node.slice.value} if isinstance(node.slice.value, str) else set()
        elif isinstance(node, ast.Dict):
            keys |= {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return frozenset(keys)


def parameters(statement: Function) -> list[str]:
    arguments = statement.args
    return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def renamed(text: str, old: str, new: str) -> str:
    return re.sub(rf"\b{re.escape(old)}\b", new, text)


def replaced(source: str, name: str, text: str, before: Sequence[str] = ()) -> str:
    """The module with another text for one of its functions, which keeps its docstring.

    Parameters
    ----------
    source : str
        The module.
    name : str
        The function; it must be there.
    text : str
        The new definition.
    before : sequence of str
        Definitions to put in front of it.
    """
    old = function(source, name)
    assert old is not None
    lines = source.splitlines()
    new = [*text.splitlines()]
    if ast.get_docstring(old) and not ast.get_docstring(_parsed(text)):
        docstring = lines[old.body[0].lineno - 1 : old.body[0].end_lineno]
        at = _parsed(text).body[0].lineno - 1
        new[at:at] = docstring
    first = _first_line(old) - 1
    above = [line for helper in before for line in [*helper.splitlines(), "", ""]]
    return "\n".join([*lines[:first], *above, *new, *lines[old.end_lineno :]]) + "\n"


def with_first_line(source: str, name: str, line: str) -> str:
    """The module with one more line at the beginning of a function's body; unchanged where there is no room for it."""
    target = function(source, name)
    if target is None:
        return source
    body = target.body[1:] if ast.get_docstring(target) else target.body
    if not body or body[0].lineno == target.lineno:
        return source
    lines = source.splitlines()
    lines.insert(_first_line(body[0]) - 1, f"    {line}")
    return "\n".join(lines) + "\n"


def _first_line(statement: ast.stmt) -> int:
    """Where a statement begins; a decorated one with its first decorator."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def with_import(source: str, line: str) -> str:
    """The module with one more import, below its docstring and what it imports from the future."""
    at = 0
    for number, statement in enumerate(ast.parse(source).body):
        is_docstring = number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if is_docstring or (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            at = statement.end_lineno or at
    lines = source.splitlines()
    return "\n".join([*lines[:at], *([""] if at else []), line, *lines[at:]]) + "\n"


def plain(statement: ast.stmt) -> str:
    """A definition as text without annotations, whose names another module need not have."""
    copy = ast.parse(ast.unparse(statement)).body[0]
    for node in ast.walk(copy):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, Function):
            node.returns = None
            if ast.get_docstring(node) and len(node.body) > 1:
                node.body = node.body[1:]
    return ast.unparse(copy)


def _parsed(text: str) -> Function:
    parsed = ast.parse(text).body[0]
    assert isinstance(parsed, Function)
    return parsed
