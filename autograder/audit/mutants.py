"""Small slips in the reference, made by the program: an operator, a constant, a comparison, a line left out.

Each is one change of the syntax tree inside a region that students write. No mutation library is used: those at hand
(mutmut, cosmic-ray) run a test command of their own for each change, where here a change is a hand-in that goes through
the same warm sandboxes as a student's.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

from autograder import skeleton

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_NAMES = {
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "argmin": "argmax",
    "argmax": "argmin",
    "sum": "mean",
    "mean": "sum",
    "floor": "ceil",
    "ceil": "floor",
    "zeros": "ones",
    "ones": "zeros",
    "sin": "cos",
    "cos": "sin",
    "any": "all",
    "all": "any",
}
_DROPPED = ("abs", "sqrt", "exp", "log", "log1p", "sign", "square")


@dataclass(frozen=True)
class Mutant:
    module: str
    function: str
    """The function that is changed."""
    line: int
    """In the solution."""
    before: str
    """The statement, or its first line, as the solution has it."""
    after: str
    """The same with the change; empty where it is left out."""
    text: str
    """The whole module with the change."""

    @property
    def judged(self) -> str:
        return f"{self.module}.{self.function}"


def mutants(module: str, solution: str) -> list[Mutant]:
    """Every change of every function of a solution; those that come out as the same program are there once."""
    tree = ast.parse(solution)
    seen = {ast.unparse(tree)}
    found = []
    regions = skeleton.regions(solution, f"{module}.py")
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        lines = {
            line
            for region in regions
            if region.function == function.name and function.lineno <= region.first <= (function.end_lineno or 0)
            for line in range(region.first, region.last + 1)
        }
        if not lines:
            continue
        for change in _changes(function, lines):
            before = _first_line(change.statement)
            change.make()
            text = ast.unparse(tree)
            after = "" if change.removes else _first_line(change.statement)
            change.undo()
            if text not in seen:
                seen.add(text)
                found.append(Mutant(module, function.name, change.line, before, after, text + "\n"))
    return found


@dataclass
class _Change:
    """One field of one node that gets another value."""

    parent: ast.AST
    field: str
    index: int | None
    new: ast.AST
    statement: ast.stmt
    line: int
    removes: bool = False

    def make(self) -> None:
        self._old = self._set(self.new)

    def undo(self) -> None:
        self._set(self._old)

    def _set(self, node: ast.AST) -> ast.AST:
        if self.index is None:
            old: ast.AST = getattr(self.parent, self.field)
            setattr(self.parent, self.field, node)
            return old
        items = getattr(self.parent, self.field)
        old, items[self.index] = items[self.index], node
        return old


def _changes(function: ast.FunctionDef, lines: set[int]) -> Iterator[_Change]:
    for default in _sites(function.args, function):
        yield from _of_expressions(default)
    for statement in ast.walk(function):
        if isinstance(statement, ast.stmt) and statement.lineno in lines:
            for site in _sites(statement, statement):
                yield from _of_expressions(site)
        for field, value in ast.iter_fields(statement):
            for index, child in enumerate(value if isinstance(value, list) else []):
                is_statement = isinstance(child, ast.stmt) and child.lineno in lines
                if is_statement and not isinstance(child, ast.Return | ast.Pass | ast.FunctionDef):
                    yield _Change(statement, field, index, ast.Pass(), child, child.lineno, removes=True)


@dataclass
class _Site:
    """Where an expression stands."""

    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST
    statement: ast.stmt


def _sites(node: ast.AST, statement: ast.stmt) -> Iterator[_Site]:
    """The expressions of a statement, without those of the statements inside it and without texts put together."""
    for field, value in ast.iter_fields(node):
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.stmt | ast.JoinedStr) or not isinstance(child, ast.AST):
                continue
            yield _Site(node, field, index, child, statement)
            yield from _sites(child, statement)


def _of_expressions(site: _Site) -> Iterator[_Change]:
    line = getattr(site.node, "lineno", site.statement.lineno)
    for new in _replacements(site.node):
        yield _Change(site.parent, site.field, site.index, new, site.statement, line)


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.operator):
        yield from (kind() for kind in _OPERATORS.get(type(node), ()))
    elif isinstance(node, ast.cmpop):
        yield from (kind() for kind in _COMPARISONS.get(type(node), ()))
    elif isinstance(node, ast.boolop):
        yield ast.Or() if isinstance(node, ast.And) else ast.And()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    elif isinstance(node, ast.Constant):
        yield from (ast.Constant(value) for value in _other_constants(node.value))
    elif isinstance(node, ast.Attribute) and node.attr in _NAMES:
        yield ast.Attribute(node.value, _NAMES[node.attr], node.ctx)
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        yield ast.Name(_NAMES[node.id], node.ctx)
    elif isinstance(node, ast.Call):
        yield from _other_calls(node)


def _other_constants(value: object) -> Iterator[bool | int | float]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        yield value - 1
    elif isinstance(value, float):
        yield 2 * value if value else 1.0


def _other_calls(call: ast.Call) -> Iterator[ast.AST]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in _DROPPED and len(call.args) == 1 and not call.keywords:
        yield call.args[0]
    if name == "len":
        yield from (ast.BinOp(call, operator, ast.Constant(1)) for operator in (ast.Add(), ast.Sub()))
    if name == "range":
        for operator in (ast.Add(), ast.Sub()):
            shifted = copy.copy(call)
            last = min(len(call.args), 2) - 1  # where it ends
            shifted.args = [*call.args]
            shifted.args[last] = ast.BinOp(call.args[last], operator, ast.Constant(1))
            yield shifted


def _first_line(statement: ast.stmt) -> str:
    return ast.unparse(statement).splitlines()[0]
