"""One student's result arranged for reading: modules, their functions, and what to put right first."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.report import hints, known_mistakes, wording
from autograder.report.findings import Finding, findings, is_about_results, kind_of
from autograder.report.hidden_inputs import shown_checks
from autograder.results import CheckResult, SubmissionResult

_FIRST_STEPS = 3
_SHORT = 60
"""Characters of two values that fit into a line."""
_SHARED = ("raised", "crashed", "did_not_raise", "wrong_exception")
"""Kinds of which one cause, explained once, is enough for many functions."""


@dataclass(frozen=True)
class FunctionView:
    name: str
    """Without its module."""
    anchor: str
    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    explained: Mapping[object, FunctionView]
    """Where the causes met in the functions before this one are explained."""

    waits_for: tuple[str, ...] = ()
    """What it calls, with the module, and what gives wrong results or none: to be put right first."""

    @property
    def is_about_results(self) -> bool:
        """Whether what it returns is wrong, and not only what it refuses or changes."""
        return any(is_about_results(finding.kind) for finding in self.findings)

    def same_as(self, finding: Finding) -> FunctionView | None:
        """The function above whose page part explains `finding`: a broken line of code may stop many functions."""
        is_shared = finding.kind in _SHARED or known_mistakes.in_a_line(finding.check)
        return self.explained.get(finding.cause) if is_shared and finding.cause else None

    @property
    def origins(self) -> list[tuple[str, FunctionView]]:
        """Where everything that is wrong here is explained, and what it is; empty if something is not explained yet."""
        found = [(finding.label, self.same_as(finding)) for finding in self.findings]
        known = [(label, origin) for label, origin in found if origin]
        return known if len(known) == len(found) else []

    @property
    def passed(self) -> tuple[CheckResult, ...]:
        return tuple(check for check in self.checks if check.outcome == "passed")

    @property
    def earned(self) -> float:
        return sum(check.earned for check in self.checks)

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks)

    @property
    def lost(self) -> float:
        return self.points - self.earned

    @property
    def is_absent(self) -> bool:
        """Not written yet, or not there: one line says all there is to say."""
        return bool(self.findings) and all(finding.is_about_absence for finding in self.findings)

    @property
    def standing(self) -> str:
        """How the function stands, in a few words."""
        if not self.findings:
            return "All passed" + wording.stand_ins({name for check in self.checks for name in check.stand_ins})
        if self.is_absent and not self.passed:
            return self.findings[0].label
        return ", ".join(dict.fromkeys(finding.label for finding in self.findings))


@dataclass(frozen=True)
class ModuleView:
    name: str
    anchor: str
    functions: tuple[FunctionView, ...]
    problem: Finding | None
    """What kept the whole module from being tried."""

    @property
    def right(self) -> list[FunctionView]:
        """The functions with nothing to put right."""
        return [function for function in self.functions if not function.findings]

    @property
    def earned(self) -> float:
        return sum(function.earned for function in self.functions)

    @property
    def points(self) -> float:
        return sum(function.points for function in self.functions)


@dataclass(frozen=True)
class Step:
    """One thing to put right first."""

    anchor: str
    subject: str
    text: str
    points: float
    stopped: int = 0
    """Other functions that stop for the same reason."""
    stopped_points: float = 0.0
    built_on_this: tuple[str, ...] = ()
    """Functions that are not right either and call this one."""
    is_waiting: bool = False
    """Whether it calls a function that is not right: that comes first."""


@dataclass(frozen=True)
class MissingFile:
    """A module that was not handed in."""

    name: str
    hints: tuple[str, ...]
    """What intake made of files that were meant to be it."""
    functions: int
    points: float


@dataclass(frozen=True)
class StudentView:
    result: SubmissionResult
    modules: tuple[ModuleView, ...]
    missing: tuple[MissingFile, ...]
    steps: tuple[Step, ...]
    more_steps: int
    """How many functions beyond `steps` have something to put right."""
    absent: tuple[FunctionView, ...]
    our_faults: tuple[CheckResult, ...]
    hides_inputs: bool
    told_later: tuple[str, ...]
    """What failed hidden checks keep back for now, and when it is told."""

    @property
    def passed(self) -> int:
        return sum(check.outcome == "passed" for check in self.result.checks)

    @property
    def is_complete(self) -> bool:
        return bool(self.result.checks) and self.passed == len(self.result.checks)


def arrange(result: SubmissionResult, today: datetime.date | None = None) -> StudentView:
    """Everything a student's report says.

    Hidden inputs are left out where the assignment keeps them, and so is what is told on another day than `today`.
    """
    kept = hints.kept_back(result, today or datetime.datetime.now(datetime.UTC).date())
    checks = hints.as_told(shown_checks(result), kept)
    modules = tuple(_modules(checks))
    steps = sorted(_steps(modules), key=lambda step: (step.is_waiting, -(step.points + step.stopped_points)))
    return StudentView(
        result=result,
        modules=modules,
        missing=tuple(_missing(modules, result.submission.notes)),
        steps=tuple(steps[:_FIRST_STEPS]),
        more_steps=max(0, len(steps) - _FIRST_STEPS),
        absent=tuple(
            function for module in modules if not module.problem for function in module.functions if function.is_absent
        ),
        our_faults=tuple(check for check in checks if check.outcome == "grader_error"),
        hides_inputs=not result.assignment.show_hidden_inputs,
        told_later=tuple(map(hints.announcement, kept)) if _keeps_anything(checks) else (),
    )


def _keeps_anything(checks: Iterable[CheckResult]) -> bool:
    return any(check.visibility == "hidden" and check.outcome not in ("passed", "grader_error") for check in checks)


def _modules(checks: Iterable[CheckResult]) -> list[ModuleView]:
    by_module = _grouped(checks, lambda check: check.function.rpartition(".")[0])
    explained: dict[object, FunctionView] = {}
    number = 0
    views: list[ModuleView] = []
    for position, (name, of_module) in enumerate(by_module.items()):
        functions = []
        for function, of_function in _grouped(of_module, lambda check: check.function).items():
            number += 1
            found = tuple(findings(of_function))
            view = FunctionView(
                function.rpartition(".")[2], f"function-{number}", tuple(of_function), found, dict(explained)
            )
            functions.append(view)
            for finding in found:
                explained.setdefault(finding.cause, view)
        views.append(ModuleView(name, f"module-{position + 1}", tuple(functions), _problem(of_module)))
    wrong = {f"{view.name}.{one.name}" for view in views for one in view.functions if one.is_about_results}
    return [
        replace(view, functions=tuple(replace(one, waits_for=_waits_for(one, wrong)) for one in view.functions))
        for view in views
    ]


def _waits_for(function: FunctionView, wrong: set[str]) -> tuple[str, ...]:
    """The wrong ones of the functions that it builds on, if its own results are wrong."""
    if not function.is_about_results:
        return ()
    names = dict.fromkeys(name for check in function.checks for name in check.builds_on)
    return tuple(name for name in names if name in wrong)


def _problem(checks: list[CheckResult]) -> Finding | None:
    """The one failure that all checks of a module share because it could not be imported, or is not there."""
    kinds = {kind_of(check) for check in checks if check.outcome != "passed"} - {"grader"}
    if kinds == {"import_failed"} or (kinds == {"missing"} and _share_a_message(checks)):
        return findings(checks)[0]
    return None


def _share_a_message(checks: list[CheckResult]) -> bool:
    messages = {check.failure.message if check.failure else "" for check in checks}
    return len(messages) == 1 and len({check.function for check in checks}) > 1


def _missing(modules: Sequence[ModuleView], notes: Sequence[str]) -> Iterable[MissingFile]:
    for module in modules:
        if module.problem and module.problem.kind == "missing":
            file = f"{module.name}.py"
            hints = tuple(note for note in notes if file in note and not note.startswith(file))
            yield MissingFile(file, hints, len(module.functions), module.points)


def _steps(modules: Sequence[ModuleView]) -> Iterable[Step]:
    for module in modules:
        if module.problem and module.problem.kind == "missing":
            continue  # said before anything else
        if module.problem:
            yield Step(module.anchor, f"{module.name}.py", _advice(module.problem), module.points - module.earned)
            continue
        for function in module.functions:
            if function.is_absent:
                continue
            subject = f"{module.name}.{function.name}".lstrip(".")
            own = [one for one in function.findings if one.kind not in ("grader", "refused")]
            shared = {id(one): _elsewhere(one, function, modules) for one in own if not function.same_as(one)}
            apart = 0.0
            for finding in own[1:]:
                if also := shared.get(id(finding)):
                    apart += finding.lost
                    elsewhere = sum(one.lost for one in also.values())
                    yield Step(function.anchor, subject, _advice(finding), finding.lost, len(also), elsewhere)
            if own and not function.same_as(own[0]):
                also = shared[id(own[0])]
                elsewhere = sum(one.lost for one in also.values())
                yield Step(
                    function.anchor,
                    subject,
                    _advice(own[0]),
                    function.lost - apart,
                    len(also),
                    elsewhere,
                    built_on_this=_built_on(subject, modules) if function.is_about_results else (),
                    is_waiting=bool(function.waits_for),
                )


def _built_on(subject: str, modules: Iterable[ModuleView]) -> tuple[str, ...]:
    return tuple(function.name for module in modules for function in module.functions if subject in function.waits_for)


def _elsewhere(finding: Finding, cause: FunctionView, modules: Iterable[ModuleView]) -> dict[str, Finding]:
    """The later functions, by their anchors, that fail for what `finding` explains at `cause`."""
    later = (function for module in modules for function in module.functions)
    return {
        function.anchor: other
        for function in later
        for other in function.findings
        if other.cause == finding.cause and (origin := function.same_as(other)) and origin.anchor == cause.anchor
    }


def _advice(finding: Finding) -> str:
    """What to hold on to from a finding, in a line or two."""
    failure = finding.failure
    known = known_mistakes.in_a_line(finding.check)
    if known:
        return f"A known mistake: {known}."
    if failure and failure.exception:
        at = f"line {failure.frames[-1].line}" if failure.frames else ""
        is_said = at in failure.exception
        return failure.exception if is_said else f"{failure.exception} ({failure.frames[-1].file}, {at})"
    told = finding.kind in ("timeout", "crashed")  # whatever the check was about
    return finding.sentence if told else f"{finding.check.title} {finding.sentence}{_difference(finding)}"


def _difference(finding: Finding) -> str:
    """The numbers that part, and what was noticed about them."""
    first = finding.failure.first_difference if finding.failure else None
    if first is None:
        return ""
    where = wording.in_words(first.where, finding.failure.what) if finding.failure else ""
    said = f" The first difference is at {where}." if where and where not in finding.sentence else ""
    if first.got and first.expected and len(first.got) + len(first.expected) < _SHORT:
        said += f" Yours is {first.got}, expected {first.expected}."
    return f"{said} {finding.remark}".rstrip()


def _grouped(checks: Iterable[CheckResult], key: Callable[[CheckResult], str]) -> dict[str, list[CheckResult]]:
    groups: dict[str, list[CheckResult]] = {}
    for check in checks:
        groups.setdefault(key(check), []).append(check)
    return groups
