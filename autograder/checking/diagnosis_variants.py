"""The reference modules with known mistakes in them: whatever calls the wrong function feels it, as in a hand-in."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from autograder.checking.misconception import Misconception

Modules = Mapping[str, ModuleType]
"""The modules of an assignment by name."""


@contextmanager
def importable(solutions: Path, modules: Modules) -> Iterator[None]:
    """While this lasts, ``from <solutions' folder>.<module> import …`` gives what `modules` hold."""
    package = ModuleType(solutions.name)
    package.__path__ = [str(solutions)]
    vars(package).update(modules)
    names = {solutions.name: package, **{f"{solutions.name}.{name}": module for name, module in modules.items()}}
    before = {name: sys.modules.get(name) for name in names}
    sys.modules.update(names)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def listed(module: ModuleType) -> list[Misconception]:
    """The misconceptions a module defines, in its order."""
    return [value for value in vars(module).values() if isinstance(value, Misconception)]


def spliced(modules: Modules, mistakes: Sequence[Misconception]) -> dict[str, ModuleType]:
    """Copies of the modules in which some functions are replaced by their wrong variants.

    Every function of a copy looks its names up in the copy, so that callers meet the variant. Each copy has globals of
    its own: a variant that remembers something in them starts afresh.
    """
    twins = {name: ModuleType(module.__name__) for name, module in modules.items()}
    functions: dict[int, Any] = {id(module): twins[name] for name, module in modules.items()}
    for name, module in modules.items():
        twin = vars(twins[name])
        twin |= vars(module)
        for key, value in vars(module).items():
            if isinstance(value, FunctionType) and value.__globals__ is vars(module):
                functions[id(value)] = twin[key] = _at_home_in(twin, value)
    for mistake in mistakes:
        name, _, function = mistake.function.partition(".")
        twin = vars(twins[name])
        own = mistake.variant.__globals__
        for key, value in own.items():
            if key not in twin:
                local = isinstance(value, FunctionType) and value.__globals__ is own
                twin[key] = _at_home_in(twin, value) if local else functions.get(id(value), value)
        assert isinstance(mistake.variant, FunctionType)
        twin[function] = _at_home_in(twin, mistake.variant)
        functions[id(vars(modules[name])[function])] = twin[function]
    for name in modules:
        twin = vars(twins[name])
        for key, value in list(twin.items()):
            if id(value) in functions:
                twin[key] = functions[id(value)]
    return twins


def _at_home_in(namespace: dict[str, Any], function: FunctionType) -> FunctionType:
    copy = FunctionType(function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def chains(modules: Modules) -> dict[str, frozenset[str]]:
    """For each function, ``module.name``, itself and everything of the modules that it calls, directly or not."""
    names = {
        id(value): f"{name}.{key}"
        for name, module in modules.items()
        for key, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__globals__ is vars(module)
    }
    direct: dict[str, set[str]] = {}
    for name, module in modules.items():
        for key, value in vars(module).items():
            if f"{name}.{key}" == names.get(id(value)):
                direct[f"{name}.{key}"] = set(_called(value, module, modules, names))
    found = {}
    for function in direct:
        reached, new = {function}, {function}
        while new:
            new = {other for one in new for other in direct.get(one, ())} - reached
            reached |= new
        found[function] = frozenset(reached)
    return found


def _called(function: FunctionType, module: ModuleType, modules: Modules, names: Mapping[int, str]) -> Iterator[str]:
    """What of the modules a function names: as a global, or as an attribute of a sibling module."""
    for name in _names_in(function.__code__):
        value = vars(module).get(name)
        if id(value) in names:
            yield names[id(value)]
        for sibling, other in modules.items():
            if vars(module).get(sibling) is other and id(vars(other).get(name)) in names:
                yield f"{sibling}.{name}"


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
