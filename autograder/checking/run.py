"""The state of one run of checks: which hand-ins, which sandbox, which seed, and where results go."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import pytest

from autograder.assignment import Assignment, load
from autograder.checking.diagnosis import SECONDS, Diagnostician
from autograder.checking.diagnosis_variants import importable, listed
from autograder.checking.misconception import Misconception
from autograder.checking.modules import load_module
from autograder.checking.outcomes import judge, printed
from autograder.checking.smallest import ALL_SECONDS, ONE_CALL_SECONDS, with_examples
from autograder.results import CheckResult, Diagnosis, Visibility
from autograder.sandbox.confinement_record import Confinement
from autograder.sandbox.launch import Isolation, Launcher, launcher
from autograder.sandbox.session import CallResult, Session, SessionLimits
from autograder.submissions import Submission, discover, load_one

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class CheckDescription:
    """What is known of a check before it runs."""

    id: str
    function: str
    points: float
    skill: str
    title: str
    explanation: str
    visibility: Visibility


class ReferenceModules:
    """The solution modules of the course, and those given to students, loaded at first use."""

    def __init__(self, folder: Path, given: Path | None = None) -> None:
        self._folders = [folder, given] if given else [folder]

    def __getattr__(self, name: str) -> ModuleType:
        if name.startswith("_"):
            raise AttributeError(name)
        for folder in self._folders:  # solution modules import each other, and what is given, as a hand-in's do
            if str(folder) not in sys.path:
                sys.path.append(str(folder))
        places = [folder / f"{name}.py" for folder in self._folders]
        module = load_module(name, next((place for place in places if place.is_file()), places[0]))
        setattr(self, name, module)  # the next time it is found without asking
        return module


@dataclass
class CheckRun:
    isolation: Isolation
    seed: int
    given: Sequence[Submission] | None = None
    """Hand-ins already read, for the loop of a grading; else they come from the two paths, for plain pytest."""
    one: Path | None = None
    many: Path | None = None
    launchers: dict[str, Launcher] = field(default_factory=dict)
    """By assignment name; kept by the caller when it outlives the run."""
    keep_launchers: bool = False
    explain: bool = True
    """Whether failing checks are tried on known mistakes and illustrated by small examples."""
    patience: float = 1.0
    """How many times the usual time naming a mistake may take."""
    _assignments: dict[Path, Assignment] = field(default_factory=dict)
    _submissions: dict[str, list[Submission]] = field(default_factory=dict)
    _given_files: dict[Path, Mapping[str, bytes]] = field(default_factory=dict)
    """Read once: they are the same for everybody."""
    _described: dict[tuple[Path, str], CheckDescription] = field(default_factory=dict)
    _diagnosticians: dict[Path, Diagnostician] = field(default_factory=dict)

    @classmethod
    def from_options(cls, option: argparse.Namespace) -> CheckRun:
        if bool(option.submission) == bool(option.submissions):
            raise pytest.UsageError("checks need a hand-in to judge: give --submission PATH or --submissions DIR")
        return cls(
            isolation=option.isolation,
            seed=option.seed,
            one=Path(option.submission) if option.submission else None,
            many=Path(option.submissions) if option.submissions else None,
        )

    def assignment(self, check_file: Path) -> Assignment:
        """The assignment a file of checks belongs to."""
        folder = check_file.parent
        if folder not in self._assignments:
            self._assignments[folder] = load(folder)
        return self._assignments[folder]

    def submissions(self, assignment: Assignment) -> list[Submission]:
        if assignment.name not in self._submissions:
            if self.one is not None:
                found = [load_one(self.one, assignment.wanted)]
            else:
                assert self.many is not None
                found = list(discover(self.many, assignment.wanted))
            self._submissions[assignment.name] = found
        return self._submissions[assignment.name]

    def open_session(
        self, assignment: Assignment, submission: Submission, limits: SessionLimits | None = None
    ) -> Session:
        if assignment.name not in self.launchers:
            course = assignment.folder.parent.parent
            hidden = [course / "assignments", assignment.solutions]
            self.launchers[assignment.name] = launcher(self.isolation, assignment.imports.allowed, hidden)
        start = self.launchers[assignment.name]
        if assignment.folder not in self._given_files:
            self._given_files[assignment.folder] = assignment.given_files
        files = {**submission.only(assignment.modules), **self._given_files[assignment.folder]}
        return Session(start, files, assignment.imports.allowed, limits or session_limits(assignment))

    def reference(self, check_file: Path) -> ReferenceModules:
        assignment = self.assignment(check_file)
        return ReferenceModules(assignment.solutions, assignment.given_folder if assignment.given else None)

    def oracle(self, check_file: Path) -> ModuleType:
        return load_module(f"oracles_of_{check_file.parent.name}", check_file.with_name("oracles.py"))

    def describe(self, item: pytest.Item) -> CheckDescription:
        """What a check's mark and docstring say; refuses one that lacks them."""
        key = (item.path, getattr(item, "originalname", item.name))
        if key not in self._described:
            self._described[key] = self._read_description(item)
        return self._described[key]

    def _read_description(self, item: pytest.Item) -> CheckDescription:
        mark = item.get_closest_marker("check")
        function = getattr(item, "function", None)
        text = (getattr(function, "__doc__", None) or "").strip()
        place = f"{item.path.name}::{getattr(item, 'originalname', item.name)}"
        if mark is None or not {"function", "points", "skill"} <= mark.kwargs.keys():
            raise pytest.UsageError(f"{place} needs @pytest.mark.check(function='module.name', points=…, skill='…')")
        if not text:
            raise pytest.UsageError(f"{place} needs a docstring: it is what the student reads")
        assert isinstance(item, pytest.Function)
        for fixture, definitions in item._fixtureinfo.name2fixturedefs.items():
            if fixture not in ("student", "_session") and "student" in definitions[-1].argnames:
                raise pytest.UsageError(f"{place}: the fixture {fixture} asks for `student`; only checks may call it")
        title, _, explanation = _dedented(text).partition("\n\n")
        return CheckDescription(
            id=getattr(item, "originalname", item.name),
            function=mark.kwargs["function"],
            points=float(mark.kwargs["points"]),
            skill=mark.kwargs["skill"],
            title=" ".join(title.split()),
            explanation=explanation.strip(),
            visibility="public" if item.path.name == "test_public.py" else "hidden",
        )

    def result(
        self,
        item: pytest.Item,
        error: BaseException | None,
        calls: Sequence[CallResult],
        measured: Mapping[str, float] | None = None,
    ) -> CheckResult:
        """The record of a check that ended with `error`, or passed."""
        about = self.describe(item)
        outcome, failure = judge(error, item.path, about.function, calls)
        return CheckResult(
            id=about.id,
            function=about.function,
            skill=about.skill,
            title=about.title,
            visibility=about.visibility,
            points=about.points,
            earned=about.points if outcome in ("passed", "grader_error") else 0.0,
            outcome=outcome,
            explanation=about.explanation,
            failure=failure,
            diagnosis=self._diagnosis(item.path, about.function, calls) if outcome in ("failed", "error") else None,
            builds_on=self._builds_on(item.path, about.function) if outcome in ("failed", "error") else [],
            stand_ins=_stand_ins(calls) if outcome == "passed" else [],
            measured=dict(measured or {}),
            output=printed(calls),
            seconds=round(sum(one.seconds for one in calls), 6),
        )

    def illustrated(
        self,
        check_file: Path,
        submission: Submission,
        checks: Sequence[CheckResult],
        recorded: Mapping[str, Sequence[CallResult]],
    ) -> list[CheckResult]:
        """The checks of a hand-in, after all of them have been judged, with small examples of what is wrong.

        `recorded` holds the calls of the failed checks by the check's id. The hand-in runs once more for them, in a
        process of its own, so that nothing that was judged depends on it.
        """
        if not self.explain or not recorded or not self.assignment(check_file).solutions.is_dir():
            return list(checks)  # on a student's own machine there is nothing to compare with
        assignment = self.assignment(check_file)
        limits = replace(session_limits(assignment), call_seconds=ONE_CALL_SECONDS, submission_seconds=ALL_SECONDS)
        try:
            with contextlib.closing(self.open_session(assignment, submission, limits)) as session:

                def ask(call: CallResult) -> CallResult:
                    module, _, function = call.function.partition(".")
                    return session.call(module, function, call.arguments, call.keywords)

                return with_examples(checks, recorded, self._diagnostician(check_file), ask)
        except Exception:
            return list(checks)  # our fault: there is no example, and nothing else is lost

    def _diagnosis(self, check_file: Path, function: str, calls: Sequence[CallResult]) -> Diagnosis | None:
        """What known mistake is behind a failed check. Our own faults are noted and change nothing else."""
        if not self.explain or not calls or not check_file.with_name("misconceptions.py").is_file():
            return None  # on a student's own machine there is no list of mistakes
        try:
            return self._diagnostician(check_file).diagnose(function, calls, self.patience * SECONDS)
        except Exception as fault:
            return Diagnosis(fault=f"{type(fault).__name__}: {fault}"[:500])

    def _builds_on(self, check_file: Path, function: str) -> list[str]:
        """What a failed function may have to blame; nothing where there is no reference, as on a student's machine."""
        if not self.explain or not check_file.with_name("misconceptions.py").is_file():
            return []
        try:
            return self._diagnostician(check_file).builds_on(function)
        except Exception:
            return []  # noted with the diagnosis

    def _diagnostician(self, check_file: Path) -> Diagnostician:
        if check_file.parent not in self._diagnosticians:
            assignment, reference = self.assignment(check_file), self.reference(check_file)
            modules = {name: getattr(reference, name) for name in (*assignment.modules, *assignment.given)}
            known: Sequence[Misconception] = []
            file = check_file.with_name("misconceptions.py")
            if file.is_file():
                with importable(assignment.solutions, modules):
                    known = listed(load_module(f"misconceptions_of_{assignment.name}", file))
            self._diagnosticians[check_file.parent] = Diagnostician(modules, known)
        return self._diagnosticians[check_file.parent]

    def close(self) -> None:
        if not self.keep_launchers:
            for one in self.launchers.values():
                one.close()


def session_limits(assignment: Assignment) -> SessionLimits:
    """The sandbox's terms of an assignment's limits."""
    limits = assignment.limits
    return SessionLimits(
        confinement=Confinement(
            memory_mb=limits.memory_mb,
            file_mb=limits.file_mb,
            processes=limits.processes,
            cpu_seconds=int(limits.submission_seconds + limits.import_seconds) + 1,
        ),
        call_seconds=limits.call_seconds,
        import_seconds=limits.import_seconds,
        submission_seconds=limits.submission_seconds,
        output_bytes=limits.output_kb * 1024,
        reply_bytes=limits.reply_mb * MEGABYTE,
        callbacks=limits.callbacks,
    )


def _stand_ins(calls: Sequence[CallResult]) -> list[str]:
    """The student's functions without whose replacement a check would not have passed.

    What a check replaces from the first call of a function on, to watch it, is none.
    """
    first = {call.function: call for call in reversed(calls)}
    return sorted(
        {
            f"{call.function.partition('.')[0]}.{name}"
            for call in calls
            for name in call.replaced
            if name not in first[call.function].replaced
        }
    )


def _dedented(docstring: str) -> str:
    first, _, rest = docstring.partition("\n")
    lines = rest.splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join([first, *(line[indent:] for line in lines)])
