"""What an assignment offers to make a class of: its solutions, right answers in other styles, known mistakes."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import skeleton
from autograder.assignment import Assignment, AssignmentError
from autograder.sample_class import source

Modules = dict[str, str]
"""Module name → its text."""

Files = dict[str, bytes]
"""What is handed in beside the modules, file name → content."""


_PRIVATE = {"cache"}
"""What two functions of a hand-in share whose content is its own business."""

_NO_PACKAGES = ("__future__", "autograder", "solutions")
"""What a list of misconceptions imports from and a hand-in cannot."""


@dataclass(frozen=True)
class Mistake:
    """One of the assignment's misconceptions, as text."""

    name: str
    module: str
    function: str
    text: str
    """A definition of the function."""
    helpers: dict[str, str]
    """What else it needs, and the text of it: functions that only the solution or the list of misconceptions has."""
    imports: dict[str, str]
    """Names of packages that it or they use, and the line that imports each."""
    only_in: str = ""
    """The function it stands in for, where it fits in no other: one that makes or takes what is a hand-in's own."""


@dataclass(frozen=True)
class Material:
    modules: list[str]
    solutions: Modules
    """With their markers."""
    regions: dict[str, list[skeleton.Region]]
    """What there is to write in each module."""
    bases: dict[str, Modules]
    """Complete right answers: the skeleton, filled in, and the assignment's right styles."""
    mistakes: list[Mistake]
    fitting: dict[str, list[Mistake]]
    """The mistakes that can be made in each of the bases."""
    functions: list[tuple[str, str]]
    """Module and name of everything there is to write, in order."""
    checks: Counter[str]
    """How many checks ask for each function."""
    files: dict[str, Files]
    """What is handed in beside the modules of each of the bases."""
    other_files: list[Files]
    """What somebody handed in whose modules are right and whose files are not the best."""


FILLED_IN = "skeleton"
"""The base that is the skeleton with every function written."""

OTHER_FILES = "handed_in_*"
"""Folders beside an assignment's `handed_in/`: the same files as they look where less care was taken."""


def gather(assignment: Assignment) -> Material:
    """Read an assignment's folder and its solutions; nothing in them is run.

    Raises
    ------
    AssignmentError
        if a solution is missing or one of the files does not parse.
    """
    try:
        solutions = {module: _read(assignment.solutions / f"{module}.py") for module in assignment.modules}
        regions = {module: skeleton.regions(text, f"{module}.py") for module, text in solutions.items()}
        checks = "".join(_read(path) for path in sorted(assignment.folder.glob("test_*.py")))
        mistakes = _mistakes(assignment.folder / "misconceptions.py", solutions)
        styles = _styles(assignment.folder / "right_styles", assignment.modules)
        return Material(
            modules=assignment.modules,
            solutions=solutions,
            regions=regions,
            bases={
                FILLED_IN: {name: filled_in(text) for name, text in solutions.items()},
                **styles,
            },
            mistakes=mistakes,
            fitting={FILLED_IN: mistakes, **{name: _fitting(modules, mistakes) for name, modules in styles.items()}},
            functions=[
                (module, region.function)
                for module, found in regions.items()
                for region in found
                if not region.function.startswith("_")
            ],
            checks=Counter(re.findall(r"\bfunction=[\"']([\w.]+)[\"']", checks)),
            files={name: _files(assignment, name) for name in (FILLED_IN, *styles)},
            other_files=[_files_in(folder, assignment.files) for folder in sorted(assignment.folder.glob(OTHER_FILES))],
        )
    except OSError as error:
        raise AssignmentError(f"{error.filename}: {error.strerror}") from error
    except (SyntaxError, skeleton.SkeletonError) as error:
        raise AssignmentError(f"{assignment.name}: {error}") from error


def filled_in(solution: str) -> str:
    """A solution as a student hands it in who kept the skeleton's docstrings."""
    markers = (skeleton.BEGIN, skeleton.END)
    return "".join(f"{line}\n" for line in solution.splitlines() if line.strip() not in markers)


def partly_filled_in(solution: str, regions: Sequence[skeleton.Region], written: set[int]) -> str:
    """A solution with these of its regions written, counted from 0, and the skeleton's line in the others."""
    lines = solution.splitlines()
    for number, region in reversed(list(enumerate(regions))):
        missing = f'{region.indent}raise NotImplementedError("{region.function} {skeleton.NOT_WRITTEN}")'
        lines[region.first - 1 : region.last] = (
            lines[region.first : region.last - 1] if number in written else [missing]
        )
    return "\n".join(lines) + "\n"


def splice(modules: Modules, mistake: Mistake) -> Modules:
    """The modules with one mistake in them; `fits` says whether they can be."""
    text = modules[mistake.module]
    known = source.definitions(text)
    helpers = [helper for name, helper in mistake.helpers.items() if name not in known]
    text = source.replaced(text, mistake.function, mistake.text, helpers)
    for name, line in ({"np": "import numpy as np"} | mistake.imports).items():
        if name not in known:
            text = source.with_import(text, line)
    return modules | {mistake.module: text}


def fits(modules: Modules, mistake: Mistake) -> bool:
    """Whether a mistake written for the solution works inside another right answer.

    It does if that answer has a function of the same parameters, keeps in its state what the mistake looks for there,
    and has no helper of its own by the name of one that the mistake brings along.
    """
    there = source.function(modules[mistake.module], mistake.function)
    wrong = source.function(mistake.text, mistake.function)
    if there is None or wrong is None or source.parameters(there) != source.parameters(wrong):
        return False
    if there.args.kwarg or there.args.vararg or there.decorator_list:
        return False
    if mistake.only_in and source.plain(there) != mistake.only_in:
        return False
    known = source.definitions(modules[mistake.module])
    clash = any(name in known and source.plain(known[name]) != text for name, text in mistake.helpers.items())
    return not clash and source.keys_in(wrong) <= source.keys_in(there)


def _fitting(modules: Modules, mistakes: list[Mistake]) -> list[Mistake]:
    return [mistake for mistake in mistakes if fits(modules, mistake)]


def _styles(folder: Path, modules: list[str]) -> dict[str, Modules]:
    complete = [path for path in sorted(folder.glob("*")) if all((path / f"{name}.py").is_file() for name in modules)]
    return {path.name: {name: _read(path / f"{name}.py") for name in modules} for path in complete}


def _files(assignment: Assignment, base: str) -> Files:
    """The reference's files; a style has its own where its modules need others (weights by other names)."""
    return assignment.reference_files | _files_in(assignment.folder / "right_styles" / base, assignment.files)


def _files_in(folder: Path, names: Sequence[str]) -> Files:
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}


def _mistakes(path: Path, solutions: Modules) -> list[Mistake]:
    if not path.is_file():
        return []
    text = _read(path)
    own = source.definitions(text)
    private = {module: _private(solution) for module, solution in solutions.items()}
    found = []
    for statement in ast.parse(text).body:
        target = _stands_for(statement)
        if not isinstance(statement, source.Function) or target is None or target[0] not in solutions:
            continue
        module, function = target
        theirs = source.definitions(solutions[module])
        public = {name for name, one in theirs.items() if isinstance(one, source.Function) and name[0] != "_"}
        helpers = _helpers(statement, {**own, **theirs}, (set(own) | set(theirs)) - public)
        helpers.pop(statement.name, None)
        definition = source.renamed(source.text_of(text, statement), statement.name, function)
        used = source.names_in(statement).union(*(source.names_in(ast.parse(one).body[0]) for one in helpers.values()))
        imports = {name: line for name, line in _imports({**own, **theirs}).items() if name in used}
        right = theirs.get(function)
        only_in = source.plain(right) if right is not None and function in private[module] else ""
        found.append(Mistake(statement.name, module, function, definition, helpers, imports, only_in))
    return found


def _private(solution: str) -> set[str]:
    """The functions of a solution that take what is private to a hand-in, or hand it back: `_, cache = forward(…)`."""
    found = set()
    for node in ast.walk(ast.parse(solution)):
        if isinstance(node, source.Function) and any(one.arg in _PRIVATE for one in node.args.args):
            found.add(node.name)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            names = {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
            found |= {node.value.func.id} if names & _PRIVATE else set()
    return found


def _imports(known: Mapping[str, ast.stmt]) -> dict[str, str]:
    """Each name that is imported from a package, with a line that imports it alone."""
    found = {}
    for name, statement in known.items():
        if isinstance(statement, ast.Import):
            alias = next(one for one in statement.names if (one.asname or one.name).partition(".")[0] == name)
            found[name] = ast.unparse(ast.Import([alias]))
        elif isinstance(statement, ast.ImportFrom) and (statement.module or "").partition(".")[0] not in _NO_PACKAGES:
            alias = next(one for one in statement.names if (one.asname or one.name) == name)
            found[name] = ast.unparse(ast.ImportFrom(statement.module, [alias], 0))
    return found


def _helpers(statement: ast.stmt, known: Mapping[str, ast.stmt], wanted: set[str]) -> dict[str, str]:
    """What a definition needs of `wanted`, and what that needs, in the order in which it must be written down."""
    found: dict[str, str] = {}
    for name in sorted(source.names_in(statement) & wanted):
        definition = known[name]
        if not isinstance(definition, ast.Import | ast.ImportFrom):
            text = source.plain(definition)
            found |= _helpers(ast.parse(text).body[0], known, wanted - {name})
            found[name] = text
    return found


def _stands_for(statement: ast.stmt) -> tuple[str, str] | None:
    """Module and function that a decorated variant stands in for."""
    for decorator in getattr(statement, "decorator_list", []):
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name | ast.Attribute):
            called = decorator.func.id if isinstance(decorator.func, ast.Name) else decorator.func.attr
            for keyword in decorator.keywords:
                if called == "misconception" and keyword.arg == "function" and isinstance(keyword.value, ast.Constant):
                    module, _, function = str(keyword.value.value).partition(".")
                    return module, function
    return None


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
