"""Imports point one way (ARCHITECTURE.md): read from the sources, so that a lazy import counts as well."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from autograder import checking
from autograder.assignment import find_all

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "autograder"

MAY_IMPORT = {
    "sandbox": {"sandbox"},
    "submissions": {"submissions", "results"},
    "checking": {"checking", "sandbox", "submissions", "assignment", "results"},
    "grading": {"grading", "checking", "sandbox", "submissions", "assignment", "results"},
    "report": {"report", "results", "adjustments"},
    "export": {"export", "report", "results", "adjustments"},
}


def imported(path: Path) -> set[str]:
    """Full names of everything a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where they point"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def top(name: str) -> str:
    return name.partition(".")[0]


def started() -> set[str]:
    """The modules of the sandbox that are started as programs of their own: the student's side begins there."""
    sources = [path.read_text(encoding="utf-8") for path in (ENGINE / "sandbox").glob("*.py")]
    return {name for text in sources for name in re.findall(r"autograder\.sandbox\.(\w+)(?=\"| import main)", text)}


def reached(start: set[str]) -> set[str]:
    """These modules of the sandbox and every other that they import, one from the next."""
    found: set[str] = set()
    new = set(start)
    while new:
        found |= new
        names = {module for name in new for module in imported(ENGINE / "sandbox" / f"{name}.py")}
        inner = {part[2] for module in names if (part := module.split("."))[:2] == ["autograder", "sandbox"]}
        new = inner - found
    return found


def test_the_students_side_is_found() -> None:
    assert started() == {"warm_process", "plain_process"}
    assert {"student_process", "confinement", "values", "wire"} <= reached(started())


@pytest.mark.parametrize("name", sorted(reached(started())))
def test_the_students_side_needs_the_standard_library_numpy_and_msgspec_only(name: str) -> None:
    for module in imported(ENGINE / "sandbox" / f"{name}.py"):
        if top(module) == "autograder":
            assert module.split(".")[1] == "sandbox", f"{name} imports {module}"
        else:
            assert top(module) in sys.stdlib_module_names | {"numpy", "msgspec"}, f"{name} imports {module}"


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_of_the_engine_imports_only_what_lies_below_it(package: str) -> None:
    allowed = MAY_IMPORT[package] | {"__version__"}
    for path in (ENGINE / package).rglob("*.py"):
        for module in imported(path):
            if top(module) == "autograder":
                assert module.split(".")[1] in allowed, f"{path.relative_to(ROOT)} imports {module}"


def test_the_engine_knows_no_assignment_and_no_solution_by_name() -> None:
    names = {path.parent.name for path in (ROOT / "assignments").glob("*/assignment.toml")}
    names |= {path.stem for path in (ROOT / "solutions").glob("*.py")}
    for path in ENGINE.rglob("*.py"):
        tops = {top(module) for module in imported(path)}
        assert not tops & {"assignments", "solutions", *names}, path.relative_to(ROOT)


@pytest.mark.parametrize("path", sorted(ROOT.glob("assignments/*/test_public.py")), ids=lambda path: path.parent.name)
def test_public_checks_need_numpy_only(path: Path) -> None:
    for module in imported(path):
        known = sys.stdlib_module_names | {"numpy", "pytest"}
        assert top(module) in known or module.startswith("autograder.checking"), module


@pytest.mark.parametrize("path", sorted(ROOT.glob("assignments/*/test_*.py")), ids=lambda path: path.parent.name)
def test_checks_take_from_the_engine_only_what_it_offers_them(path: Path) -> None:
    offered = {f"autograder.checking.{name}" for name in checking.__all__}
    for module in imported(path):
        assert top(module) != "autograder" or module in offered, f"{path.relative_to(ROOT)} imports {module}"


@pytest.mark.parametrize("path", sorted(ROOT.glob("solutions/*.py")), ids=lambda path: path.stem)
def test_a_solution_imports_what_its_assignment_allows(path: Path) -> None:
    owner = next(one for one in find_all(ROOT) if path.stem in one.modules)
    siblings = {other.stem for other in (ROOT / "solutions").glob("*.py")}
    allowed = sys.stdlib_module_names | {*owner.imports.allowed, *owner.given, *siblings}
    assert {top(module) for module in imported(path)} <= allowed
