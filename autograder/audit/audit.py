"""The audit of one assignment: known mistakes, right answers, generated mutants, seeds."""

from __future__ import annotations

import ast
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from autograder.assignment import Assignment
from autograder.audit import equivalents
from autograder.audit.judging import Court, Modules
from autograder.audit.mutants import Mutant, mutants
from autograder.audit.oracles import checks_beside_an_oracle
from autograder.audit.records import Audit, CheckRow, MistakeRow, Unfair
from autograder.results import CheckResult, SubmissionResult
from autograder.sample_class import source
from autograder.sample_class.material import FILLED_IN, Material, Mistake, gather, splice


def audit(assignment: Assignment, court: Court, seeds: Sequence[int], most_mutants: int | None = None) -> Audit:
    """Try everything on the assignment's checks.

    Known mistakes and mutants are judged with the first seed, right answers with all of them.

    Parameters
    ----------
    most_mutants
        Judge a sample of so many, drawn from the first seed; all where it is None.
    """
    started = time.perf_counter()
    material = gather(assignment)
    right = court.judge_with_seeds(material.bases, seeds, material.files)
    wrong = court.judge({one.name: splice(material.bases[FILLED_IN], one) for one in material.mistakes}, seeds[0])
    generated = [one for module, text in material.solutions.items() for one in mutants(module, text)]
    made = _sample(generated, most_mutants, seeds[0])
    survivors = _survivors(material, made, court, seeds[0])
    titles = _titles(assignment.folder / "misconceptions.py") if material.mistakes else {}
    known = equivalents.read(assignment.folder)
    reference = right[seeds[0]][FILLED_IN]
    tried, alive = Counter(one.judged for one in made), Counter(one.judged for one in survivors)
    hidden = assignment.folder / "test_hidden.py"
    return Audit(
        name=assignment.name,
        title=assignment.title,
        seeds=seeds,
        seconds=time.perf_counter() - started,
        checks=[CheckRow(one.id, one.function, one.title, one.visibility, one.points) for one in reference.checks],
        mistakes=[_row(material, one, titles[one.name], wrong[one.name]) for one in material.mistakes],
        styles=list(material.bases),
        unfair=list(_unfair(right)),
        mutants=len(made),
        generated=len(generated),
        by_function={function: (number, number - alive[function]) for function, number in tried.items()},
        survivors=equivalents.explained(survivors, known),
        stale=equivalents.stale(generated, made, survivors, known),
        beside_oracle=checks_beside_an_oracle(hidden) if hidden.is_file() else [],
        faults=sorted(set(_faults([*wrong.values(), *(one for judged in right.values() for one in judged.values())]))),
    )


def _sample(generated: list[Mutant], most: int | None, seed: int) -> list[Mutant]:
    if most is None or most >= len(generated):
        return generated
    chosen = sorted(Random(seed).sample(range(len(generated)), most))
    return [generated[number] for number in chosen]


def _survivors(material: Material, made: Sequence[Mutant], court: Court, seed: int) -> list[Mutant]:
    """The mutants that lose no points: first tried on the checks of their own function, then on all."""
    base = material.bases[FILLED_IN]
    left = {f"{number}": one for number, one in enumerate(made)}
    judged = {f"{one}" for one in material.checks}
    for own_checks in (True, False):
        hand_ins: dict[str, Modules] = {name: {**base, one.module: one.text} for name, one in left.items()}
        only = {name: one.judged for name, one in left.items() if one.judged in judged} if own_checks else {}
        results = court.judge(
            {name: text for name, text in hand_ins.items() if not own_checks or name in only}, seed, only, explain=False
        )
        left = {name: one for name, one in left.items() if name not in results or not _lost(results[name])}
    return list(left.values())


def _lost(result: SubmissionResult) -> list[CheckResult]:
    return [check for check in result.checks if check.outcome not in ("passed", "grader_error")]


def _row(material: Material, mistake: Mistake, title: str, result: SubmissionResult) -> MistakeRow:
    function = f"{mistake.module}.{mistake.function}"
    building_on = _building_on(material, mistake)
    failed = _lost(result)
    named = Counter(
        "+".join(one.name for one in explanation.mistakes)
        for check in failed
        for explanation in (check.diagnosis.explanations if check.diagnosis else [])
    )
    return MistakeRow(
        name=mistake.name,
        function=function,
        title=title,
        failed=tuple(check.id for check in failed),
        own=tuple(check.id for check in failed if check.function == function),
        elsewhere=tuple(check.id for check in failed if check.function not in building_on),
        named=named,
    )


def _titles(path: Path) -> dict[str, str]:
    """The title that each known mistake has in its decorator."""
    found = {}
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        for decorator in getattr(statement, "decorator_list", []):
            keywords = {one.arg: one.value for one in getattr(decorator, "keywords", [])}
            if isinstance(statement, ast.FunctionDef) and "title" in keywords:
                found[statement.name] = str(ast.literal_eval(keywords["title"]))
    return found


def _building_on(material: Material, mistake: Mistake) -> set[str]:
    """The function a mistake is made in, and all that call it in the solutions, directly or not."""
    callers = {mistake.function}
    while True:
        more = {
            name
            for text in material.solutions.values()
            for name, statement in source.definitions(text).items()
            if name not in callers and source.names_in(statement) & callers
        }
        if not more:
            return {f"{module}.{name}" for module in material.solutions for name in callers}
        callers |= more


def _unfair(right: dict[int, dict[str, SubmissionResult]]) -> Iterable[Unfair]:
    for seed, results in right.items():
        for style, result in results.items():
            for check in _lost(result):
                yield Unfair(style, seed, check.id, check.failure.message if check.failure else check.outcome)


def _faults(results: Iterable[SubmissionResult]) -> Iterable[str]:
    for result in results:
        for check in result.checks:
            if check.outcome == "grader_error" and check.failure:
                lines = check.failure.exception.strip().splitlines()
                yield f"{check.id}: {lines[-1] if lines else check.failure.message}"
            if check.diagnosis and check.diagnosis.fault:
                yield f"diagnosis of {check.id}: {check.diagnosis.fault}"
