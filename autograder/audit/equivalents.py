"""Mutants that are no mistakes, each with the reason: `equivalent_mutants.toml` beside the checks."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder.assignment import AssignmentError
from autograder.audit.mutants import Mutant
from autograder.audit.records import Survivor

FILE = "equivalent_mutants.toml"


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry: which change, and why no check can or should see it."""

    function: str
    """``module.function``."""
    before: str
    """The statement as the solution has it, in Python's own spelling (`ast.unparse`)."""
    after: str
    """The same with the change; empty where it is left out."""
    reason: str

    def fits(self, mutant: Mutant) -> bool:
        return (self.function, self.before, self.after) == (mutant.judged, mutant.before, mutant.after)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    mutant: list[Equivalent] = []


def read(folder: Path) -> list[Equivalent]:
    """The entries of an assignment's file; none where there is no file.

    Raises
    ------
    AssignmentError
        if the file is not what `Equivalent` describes.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).mutant
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise AssignmentError(f"{path}: {error}") from error


def explained(survivors: Sequence[Mutant], known: Sequence[Equivalent]) -> list[Survivor]:
    """Every survivor with its reason, where there is one."""
    return [Survivor(mutant, next((entry.reason for entry in known if entry.fits(mutant)), "")) for mutant in survivors]


def stale(
    generated: Sequence[Mutant], judged: Sequence[Mutant], survivors: Sequence[Mutant], known: Sequence[Equivalent]
) -> list[str]:
    """The entries that are no longer needed: the change is caught now, or is not made any more."""

    def is_needed(entry: Equivalent) -> bool:
        of_it = [mutant for mutant in generated if entry.fits(mutant)]
        return any(mutant in survivors or mutant not in judged for mutant in of_it)

    return [
        f"{entry.function}: {entry.before} → {entry.after or '(left out)'}" for entry in known if not is_needed(entry)
    ]
