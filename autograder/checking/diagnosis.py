"""Names the known mistake behind a failing check: the one that, made on purpose, gives the student's own values.

The calls recorded during the check are made again in this process with each of the assignment's misconceptions in the
reference's place; student code does not run again. A misconception is named when every call that it could have changed
agrees with the student's, and the reference disagrees with at least one of them.
"""

from __future__ import annotations

import itertools
import math
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from msgspec.structs import replace

from autograder.checking.diagnosis_comparison import Agreement, agreement, passed_on
from autograder.checking.diagnosis_replay import OutOfTime, Replay
from autograder.checking.diagnosis_variants import Modules, chains, spliced
from autograder.checking.misconception import Misconception
from autograder.results import CheckResult, Diagnosis, Explanation, KnownMistake
from autograder.sandbox.session import CallResult, StudentFunction

SECONDS = 0.25
"""What one failing check may add to a grading, in time of the processor."""

_ENOUGH = 8
"""So many mistakes that fit one check tell nothing more than the next would."""

_FOR_SLOW_CALLS, _MOST_SECONDS = 3, 1.5
"""Where the check's own calls take long, a diagnosis may take so many times as long, up to so many seconds."""

_ONCE_MORE = 8
"""Calls that took the student longer than so many times a diagnosis, by the clock, are not made again."""

_FINE = 1e-4
"""How much closer to look, of what checks allow, where the difference is smaller than single precision."""

_ENOUGH_PAIRS = 4
"""Pairs that give the same numbers; what the other checks say tells which it is."""

_MOST_SHOWN = 3
_DOUBLE_PRECISION = 15


class Diagnostician:
    """The misconceptions of one assignment, ready to be tried."""

    def __init__(self, modules: Modules, known: Sequence[Misconception]) -> None:
        self._modules = modules
        self._chains = chains(modules)
        self._known = [one for one in known if one.function in self._chains]

    @property
    def modules(self) -> Modules:
        """The reference."""
        return self._modules

    def with_mistakes(self, mistakes: Sequence[KnownMistake]) -> Modules:
        """The reference with these mistakes made in it."""
        names = {one.name for one in mistakes}
        return spliced(self._modules, [one for one in self._known if one.name in names])

    def diagnose(self, function: str, calls: Sequence[CallResult], seconds: float = SECONDS) -> Diagnosis | None:
        """What explains the calls of a failed check; None where there is nothing to go by.

        Parameters
        ----------
        function
            What the check judges: mistakes in it are tried first.
        calls
            What was recorded during the check.
        seconds
            When this is over, what has been found is returned, and it is said.
        """
        evidence = [index for index, call in enumerate(calls) if self._tells_something(call)]
        suspects = self._suspects(function, [name for index in evidence for name in _called(calls[index])])
        if not suspects:
            return None
        taken = sum(call.seconds for call in calls)
        if taken > _ONCE_MORE * seconds:
            return Diagnosis(out_of_time=True)
        seconds = max(seconds, min(_FOR_SLOW_CALLS * taken, _MOST_SECONDS * (seconds / SECONDS)))
        search = _Search(self._modules, self._chains, calls, evidence, seconds)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                if search.reference_explains_everything() and search.reference_explains_everything(_FINE):
                    return None
                found = search.try_all(((one,) for one in suspects), _ENOUGH)
                if not found:
                    found = search.try_all(_pairs(suspects), _ENOUGH_PAIRS)
            except OutOfTime:
                found = search.found
                search.out_of_time = True
        return Diagnosis(
            explanations=[_explanation(mistakes, how_well) for mistakes, how_well in found],
            tried=search.tried,
            out_of_time=search.out_of_time,
        )

    def _tells_something(self, call: CallResult) -> bool:
        if call.function not in self._chains:
            return False
        return call.error is None or (
            call.error.stage in ("call", "result") and "NotImplementedError" not in call.error.types
        )

    def _suspects(self, function: str, called: Iterable[str]) -> list[Misconception]:
        """The misconceptions that may have a say: of the function judged, of what it calls, of what else was called."""
        order = dict.fromkeys([function, *called])
        reachable = dict.fromkeys(other for one in order for other in [one, *sorted(self._chains.get(one, ()))])
        return [mistake for name in reachable for mistake in self._known if mistake.function == name]


class _Search:
    """One failed check, and what has been tried on it."""

    def __init__(
        self,
        modules: Modules,
        reach: dict[str, frozenset[str]],
        calls: Sequence[CallResult],
        evidence: Sequence[int],
        seconds: float,
    ) -> None:
        self._modules = modules
        self._evidence = set(evidence)
        nothing: frozenset[str] = frozenset()
        self._felt = {
            index: nothing.union(*(reach.get(name, nothing) for name in _called(calls[index]))) for index in evidence
        }
        """For each call, the functions in which a mistake may change it."""
        self._passed = passed_on(calls)
        self._replay = Replay(calls[: max(evidence, default=-1) + 1], time.thread_time() + seconds)
        self._soon = time.thread_time() + seconds / 5
        self._precision = 1.0
        self._unexplained: set[int] = set()
        """Calls that the reference does not explain."""
        self.found: list[tuple[tuple[Misconception, ...], Agreement]] = []
        self.tried = 0
        self.out_of_time = False

    def reference_explains_everything(self, precision: float = 1.0) -> bool:
        """Whether it agrees with all calls, as closely as from now on the mistakes have to."""
        self._precision = precision
        answers = self._replay.answers(spliced(self._modules, ()))
        for index, (call, answer) in enumerate(zip(self._replay.calls, answers, strict=False)):
            if index in self._evidence and agreement(call, answer, index + 1, self._passed, precision) is None:
                self._unexplained.add(index)
            if self._unexplained and time.thread_time() > self._soon:
                break  # what it makes of the other calls is worth less than the time to try mistakes
        return not self._unexplained

    def try_all(
        self, candidates: Iterable[tuple[Misconception, ...]], enough: int
    ) -> list[tuple[tuple[Misconception, ...], Agreement]]:
        for mistakes in candidates:
            how_well = self._try(mistakes)
            self.tried += 1
            if how_well is not None:
                self.found.append((mistakes, how_well))
                if len(self.found) == enough:
                    break
        return self.found

    def _try(self, mistakes: tuple[Misconception, ...]) -> Agreement | None:
        changed = {mistake.function for mistake in mistakes}
        feeling = {index for index in self._evidence if self._felt[index] & changed}
        if not feeling & self._unexplained:
            return None
        total, tells = Agreement(), False
        answers = self._replay.answers(spliced(self._modules, mistakes))
        try:
            for index, (call, answer) in enumerate(zip(self._replay.calls, answers, strict=False)):
                if index not in feeling:
                    continue
                found = agreement(call, answer, index + 1, self._passed, self._precision)
                if found is None:
                    return None
                total += found
                tells = tells or index in self._unexplained
                if index == max(feeling):
                    break
        except OutOfTime:
            self.out_of_time = True
            if not tells:
                raise  # nothing yet that the reference does not give as well
        return total


def _called(call: CallResult) -> list[str]:
    """The function of a call, and those of the hand-in that it was given to call."""
    found = [call.function]

    def visit(value: object) -> None:
        if isinstance(value, StudentFunction):
            found.append(f"{value.module}.{value.function}")
        elif isinstance(value, dict):
            visit(list(value.values()))
        elif isinstance(value, (list, tuple)):
            for item in value:
                visit(item)

    visit([call.arguments, dict(call.keywords)])
    return found


def narrowed(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """The checks of one hand-in, where several mistakes fit a check only those left that fit the others best.

    One mistake shows in many checks: what explains most of those that failed is kept, and of several like that those
    in the very function a check judges. Of two mistakes at once those are kept that other checks show one by one.
    What explains a single one of three or more failed checks of its function,
    all of which it might have explained, is dropped: that is chance.
    """
    explained = Counter(key for check in checks for key in map(_names, _explanations(check)))
    tried = [check for check in checks if check.diagnosis and check.diagnosis.tried and not check.diagnosis.out_of_time]
    failed = Counter(check.function for check in tried)
    return [
        replace(check, diagnosis=replace(check.diagnosis, explanations=_best(check, explained, failed)))
        if check.diagnosis and check.diagnosis.explanations
        else check
        for check in checks
    ]


def _best(check: CheckResult, explained: Counter[Names], failed: Counter[str]) -> list[Explanation]:
    known = [
        one
        for one in _explanations(check)
        if explained[_names(one)] > 1 or failed[one.mistakes[0].function] < 3 or _changes_an_argument(check)
    ]
    singly = {names[0] for names in explained if len(names) == 1}
    seen_singly = [one for one in known if len(one.mistakes) > 1 and singly.issuperset(_names(one))]
    known = seen_singly or known
    most = max((explained[_names(one)] for one in known), default=0)
    known = [one for one in known if explained[_names(one)] == most]
    own = [one for one in known if any(mistake.function == check.function for mistake in one.mistakes)]
    return (own or known)[:_MOST_SHOWN]


def _changes_an_argument(check: CheckResult) -> bool:
    """Whether the check is about something that no other check of the function needs to show."""
    return check.failure is not None and check.failure.kind not in ("wrong_value", "not_finite", "property")


def _explanations(check: CheckResult) -> list[Explanation]:
    return check.diagnosis.explanations if check.diagnosis else []


Names = tuple[str, ...]


def _names(explanation: Explanation) -> Names:
    return tuple(one.name for one in explanation.mistakes)


def _pairs(mistakes: Sequence[Misconception]) -> Iterable[tuple[Misconception, ...]]:
    """Two mistakes at once, each in a function of its own."""
    return (pair for pair in itertools.combinations(mistakes, 2) if pair[0].function != pair[1].function)


def _explanation(mistakes: Sequence[Misconception], how_well: Agreement) -> Explanation:
    return Explanation(
        mistakes=[
            KnownMistake(
                name=one.name,
                function=one.function,
                title=one.title,
                formula=one.formula,
                hint=one.hint,
                handout=one.handout,
            )
            for one in mistakes
        ],
        calls=how_well.calls,
        numbers=how_well.numbers,
        digits=min(_DOUBLE_PRECISION, math.floor(-math.log10(how_well.gap))) if how_well.gap else _DOUBLE_PRECISION,
    )
