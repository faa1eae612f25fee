"""Names the known mistake behind a failing check: the one that, made on purpose, gives the student's own values.

The calls recorded during the check are made again in this process with each of the assignment's misconceptions in the
reference's place; student code does not run again. A misconception is named when every call that it could have changed
agrees with the student's, and the reference disagrees with at least one of them.

Calls that do not build on each other are runs of their own, and the cheapest are made first: most misconceptions part
from the student's values there, and only those left go on to what is dear.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import time
import warnings
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence

import numpy as np
from msgspec.structs import replace

from autograder.checking.diagnosis_comparison import Agreement, agreement, passed_on
from autograder.checking.diagnosis_replay import Answer, OutOfTime, Replay
from autograder.checking.diagnosis_runs import cheapest_first, sources
from autograder.checking.diagnosis_runs import seconds as taken_by
from autograder.checking.diagnosis_variants import Modules, chains, spliced
from autograder.checking.misconception import Misconception
from autograder.results import CheckResult, Diagnosis, Explanation, KnownMistake
from autograder.sandbox.session import CallResult, StudentFunction

SECONDS = 0.25
"""What one failing check may add to a grading, in time of the processor."""

_ENOUGH = 8
"""So many mistakes that fit one check tell nothing more than the next would."""

_FOR_SLOW_CALLS, _MOST_SECONDS = 6, 1.5
"""Where the check's own calls take long, trying the mistakes of the function it judges may take so many times as long,
up to so many seconds, until one is found. Some checks train a dozen networks to see which one a search chooses, or fit
a Gaussian process before each trial: there `SECONDS` are over when the reference has been asked, before the first
mistake is tried."""

_ONCE_MORE = 24
"""Runs that took the student longer than so many times a diagnosis, by the clock, are not made again."""

_FINE = 1e-4
"""How much closer to look, of what checks allow, where the difference is smaller than single precision."""

_ENOUGH_PAIRS = 4
"""Pairs that give the same numbers; what the other checks say tells which it is."""

_MOST_SHOWN = 3
_DOUBLE_PRECISION = 15

Found = tuple[tuple[Misconception, ...], Agreement]
"""Mistakes that together explain a check, and how well."""


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

    def builds_on(self, function: str) -> list[str]:
        """What the reference's function calls of the modules, directly or not."""
        return sorted(self._chains.get(function, frozenset()) - {function})

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
        most = max(seconds, min(_FOR_SLOW_CALLS * taken, _MOST_SECONDS * (seconds / SECONDS)))
        search = _Search(self._modules, self._chains, calls, evidence, (seconds, most))
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                if not search.there_is_something_to_explain():
                    return Diagnosis(out_of_time=True) if search.out_of_time else None
                own = [(one,) for one in suspects if one.function == function]
                found = search.try_all(own, _ENOUGH)
                if not search.out_of_time:
                    search.hurry()  # what is wrong elsewhere shows in the checks of that function
                    found = search.try_all([(one,) for one in suspects if one.function != function], _ENOUGH)
                if not found and not search.out_of_time:
                    found = search.try_pairs(_pairs(suspects), _ENOUGH_PAIRS)
            except OutOfTime:
                found = search.found
                search.out_of_time = True
        return Diagnosis(
            explanations=[_explanation(mistakes, how_well) for mistakes, how_well in _in_all(found)],
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
        seconds: tuple[float, float],
    ) -> None:
        """`seconds`: how long to look for more than one explanation, and how long for one."""
        self._modules = modules
        self._right = spliced(modules, ())
        before = sources(calls)
        felt = _felt(calls, before, reach)
        self._felt = {index: felt[index] for index in evidence}
        """For each call that tells something, the functions in which a mistake may change it."""
        runs = [_up_to_the_last(run, self._felt) for run in cheapest_first(calls, before)]
        self._runs = [run for run in runs if run and taken_by(calls, run) <= _ONCE_MORE * seconds[0]]
        self._is_dear = sum(taken_by(calls, run) for run in self._runs) > seconds[0] / 5
        self._passed = passed_on(calls)
        started = time.thread_time()
        self._soon = started + seconds[0]
        self._replay = Replay(calls, started + seconds[1])
        self._precision = 1.0
        self._reference: dict[int, Agreement | None] = {}
        """How well the reference agrees with each call, of the runs that were needed."""
        self.found: list[Found] = []
        self.tried = 0
        self.out_of_time = len(self._runs) < sum(map(bool, runs))

    def there_is_something_to_explain(self) -> bool:
        """Whether the reference parts from some call, if need be looking more closely, as the mistakes then have to."""
        for precision in (1.0, _FINE):
            self._precision = precision
            self._reference.clear()
            if any(self._unexplained(run) for run in self._runs):
                return True
        return False

    def try_all(self, candidates: Iterable[tuple[Misconception, ...]], enough: int) -> list[Found]:
        for mistakes in candidates:
            if self.found and time.thread_time() > self._soon:
                self.out_of_time = True
                break
            how_well = self._try(mistakes)
            self.tried += 1
            if how_well is not None:
                self.found.append((mistakes, how_well))
                if len(self.found) >= enough:
                    break
        return self.found

    def hurry(self) -> None:
        """From now on there is only as much time as where all calls are cheap."""
        self._replay.deadline = min(self._replay.deadline, self._soon)

    def try_pairs(self, pairs: Iterable[tuple[Misconception, ...]], enough: int) -> list[Found]:
        """As `try_all`, as far as it is cheap: what ends here is no reason to say that something was left out."""
        self.hurry()
        with contextlib.suppress(OutOfTime):
            self.try_all(pairs, enough)
        self.out_of_time = False
        return self.found

    def _is_unexplained(self, run: Sequence[int]) -> bool:
        """Whether the reference is known to part from a call of the run; it is not asked for that."""
        known = [self._reference[index] for index in run if index in self._reference]
        return not all(one and one.in_all for one in known)

    def _unexplained(self, run: Sequence[int]) -> set[int]:
        """The calls of a run that the reference does not explain in all."""
        if not all(index in self._reference for index in run if index in self._felt):
            answers = self._replay.answers(self._right, run)
            for index, answer in zip(run, answers, strict=False):
                if index in self._felt:
                    self._reference[index] = self._agreement(index, answer)
        return {
            index for index in run if index in self._felt and not ((known := self._reference[index]) and known.in_all)
        }

    def _try(self, mistakes: tuple[Misconception, ...]) -> Agreement | None:
        changed = {mistake.function for mistake in mistakes}
        felt = [[index for index in run if index in self._felt and self._felt[index] & changed] for run in self._runs]
        if not any(
            feeling and self._unexplained(run).intersection(feeling)
            for run, feeling in zip(self._runs, felt, strict=True)
        ):
            return None
        total, tells = Agreement(), False
        pairs = [(run, feeling) for run, feeling in zip(self._runs, felt, strict=True) if feeling]
        if self._is_dear:  # else the order stays: a variant may remember something
            pairs.sort(key=lambda one: not self._is_unexplained(one[0]))  # what tells most comes first
        wrong = spliced(self._modules, mistakes)  # once: a variant may remember something from run to run
        try:
            for run, feeling in pairs:
                telling = bool(self._unexplained(run).intersection(feeling))
                found = self._try_on(run, feeling, wrong)
                if found is None:
                    return None
                tells, total = tells or telling, total + found
        except OutOfTime:
            self.out_of_time = True
            if not (tells and total.calls):
                raise  # nothing yet that the reference does not give as well
        return total

    def _try_on(self, run: list[int], feeling: list[int], wrong: Modules) -> Agreement | None:
        """How well all calls of a run that feel the mistakes agree; None as soon as one does not."""
        total = Agreement()
        made = run[: run.index(feeling[-1]) + 1]
        for index, answer in zip(made, self._replay.answers(wrong, made), strict=True):
            if index in feeling:
                found = self._agreement(index, answer)
                if found is None or not (found.in_all or self._reference[index] is None):
                    return None  # where the values are right, it is about the arguments
                total += found
        return total

    def _agreement(self, index: int, answer: Answer | None) -> Agreement | None:
        return agreement(self._replay.calls[index], answer, index + 1, self._passed, self._precision)


def _up_to_the_last(run: list[int], telling: Container[int]) -> list[int]:
    """A run without the calls at its end that tell nothing."""
    last = max((place for place, index in enumerate(run) if index in telling), default=-1)
    return run[: last + 1]


def _felt(
    calls: Sequence[CallResult], before: Sequence[set[int]], reach: Mapping[str, frozenset[str]]
) -> list[frozenset[str]]:
    """For each call the functions in which a mistake may change it: all that it, or what it is given, came through."""
    nothing: frozenset[str] = frozenset()
    found: list[frozenset[str]] = []
    for call, needed in zip(calls, before, strict=True):
        called = [reach.get(name, nothing) for name in _called(call)]
        found.append(nothing.union(*called, *(found[one] for one in needed)))
    return found


def _in_all(found: Sequence[Found]) -> Sequence[Found]:
    """What also changes the same arguments is the better explanation."""
    return [one for one in found if one[1].in_all] or found


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
    all of which it might have explained, is dropped: that is chance. And so is a mistake in another function all of
    whose own checks passed: they would have shown it.
    """
    wrong = {check.function for check in checks if check.outcome != "passed"}
    right = {check.function for check in checks} - wrong
    explained = Counter(key for check in checks for key in map(_names, _explanations(check)))
    tried: dict[str, list[CheckResult]] = {}
    for check in checks:
        if check.diagnosis and check.diagnosis.tried and not check.diagnosis.out_of_time:
            tried.setdefault(check.function, []).append(check)
    return [
        replace(check, diagnosis=replace(check.diagnosis, explanations=_best(check, explained, tried, right)))
        if check.diagnosis and check.diagnosis.explanations
        else check
        for check in checks
    ]


def _best(
    check: CheckResult, explained: Counter[Names], tried: Mapping[str, Sequence[CheckResult]], right: Container[str]
) -> list[Explanation]:
    known = [one for one in _explanations(check) if not any(mistake.function in right for mistake in one.mistakes)]
    known = [
        one
        for one in known
        if explained[_names(one)] > 1 or len(tried.get(one.mistakes[0].function, ())) < 3 or _is_about_more(check)
    ]
    singly = {names[0] for names in explained if len(names) == 1}
    seen_singly = [one for one in known if len(one.mistakes) > 1 and singly.issuperset(_names(one))]
    known = seen_singly or known
    most = max((explained[_names(one)] for one in known), default=0)
    known = [one for one in known if explained[_names(one)] == most]
    own = [one for one in known if any(mistake.function == check.function for mistake in one.mistakes)]
    beside = [other for other in tried.get(check.function, ()) if not _is_about_more(other)]
    return [
        replace(one, unexplained=sum(not _has_part(other, one) for other in beside))
        for one in (own or known)[:_MOST_SHOWN]
    ]


def _has_part(check: CheckResult, explanation: Explanation) -> bool:
    """Whether the same mistakes, by themselves or beside another, explain this check."""
    names = set(_names(explanation))
    return any(names.issubset(_names(one)) for one in _explanations(check))


def _is_about_more(check: CheckResult) -> bool:
    """Whether the check is about more than values: something that no other check of the function needs to show."""
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
