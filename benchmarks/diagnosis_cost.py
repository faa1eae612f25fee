"""What it costs to name mistakes: the processor's time that diagnosis adds to each check, and how many it names.

Every known mistake of an assignment is made in an otherwise right hand-in and graded, in this process and behind the
sandbox, as `autograder grade` does. For each failing check the time spent on trying known mistakes is taken, and beside
it what the check itself cost: the calls of the student's function, by the clock of the sandbox. The budget is 300 ms a
failing check. Right hand-ins are graded twice, with diagnosis on and off: what lies between is what a passing check
pays, at most 5 ms. A mistake counts as named if no other is named in more checks of its hand-in.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.checking.diagnosis import Diagnostician
from autograder.grading.batch import Settings, grade_batch
from autograder.results import Diagnosis, SubmissionResult, decode
from autograder.sample_class.material import FILLED_IN, Material, gather, splice
from autograder.sandbox.session import CallResult
from autograder.submissions import Submission

ROOT = Path(__file__).resolve().parent.parent
BUDGET_MS = 300.0


class Watch:
    """Takes the time of every diagnosis while it is made."""

    def __init__(self) -> None:
        self.spent: list[tuple[float, float, str]] = []
        """Milliseconds of a diagnosis, those of the check's own calls, and the function it judges."""
        self._diagnose: Callable[..., Diagnosis | None] = Diagnostician.diagnose
        Diagnostician.diagnose = self._timed(Diagnostician.diagnose)

    def _timed(self, diagnose: Callable[..., Diagnosis | None]) -> Callable[..., Diagnosis | None]:
        def timed(one: Diagnostician, function: str, calls: Sequence[CallResult]) -> Diagnosis | None:
            started = time.thread_time()
            try:
                return diagnose(one, function, calls)
            finally:
                spent = time.thread_time() - started
                self.spent.append((1000 * spent, 1000 * sum(call.seconds for call in calls), function))

        return timed


def graded(assignment: Assignment, hand_ins: dict[str, Submission], explain: bool, seed: int) -> list[SubmissionResult]:
    settings = Settings(str(assignment.folder), seed, "bubblewrap", "benchmark", explain)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [decode(content) for _, content in grade_batch(settings, list(hand_ins.values()))]


def hand_in(id: str, modules: dict[str, str], files: dict[str, bytes]) -> Submission:
    return Submission(id, id, {f"{name}.py": text.encode() for name, text in modules.items()} | files)


def names(result: SubmissionResult) -> Counter[str]:
    """In how many checks each known mistake is named."""
    return Counter(
        one.mistakes[0].name
        for check in result.checks
        if check.diagnosis
        for one in check.diagnosis.explanations
        if len(one.mistakes) == 1
    )


def passing_ms(assignment: Assignment, material: Material, seed: int, rounds: int = 3) -> float:
    """What diagnosis adds to a check that passes, in the grading process."""
    right = {FILLED_IN: hand_in(FILLED_IN, material.bases[FILLED_IN], assignment.reference_files)}
    spent: dict[bool, list[float]] = {True: [], False: []}
    checks = len(graded(assignment, right, True, seed)[0].checks)  # and now everything is warm
    for number in range(rounds):
        for explain in (True, False):
            text = f"\n# {number} {explain}\n"  # nobody's answers are known
            modules = {name: one + text for name, one in material.bases[FILLED_IN].items()}
            right = {FILLED_IN: hand_in(FILLED_IN, modules, assignment.reference_files)}
            started = time.process_time()
            graded(assignment, right, explain, seed)
            spent[explain].append(1000 * (time.process_time() - started) / checks)
    return min(spent[True]) - min(spent[False])


def main() -> None:
    everything = [one.name for one in assignments.find_all(ROOT)]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument(
        "--mistake", action="append", default=[], help="only known mistakes whose name begins like this"
    )
    parser.add_argument("assignments", nargs="*", default=everything)
    options = parser.parse_args()
    watch = Watch()
    print(
        f"{'':17} {'mistakes':>8} {'named':>7} {'failing checks':>14} {'median ms':>10} {'95 % ms':>8} {'most ms':>8} "
        f"{'over 300':>8} {'x own cost':>10} {'passing ms':>10}"
    )
    for name in options.assignments:
        assignment = assignments.find(name, ROOT)
        material = gather(assignment)
        watch.spent.clear()
        passing = passing_ms(assignment, material, options.seed)
        watch.spent.clear()
        made = [one for one in material.mistakes if not options.mistake or one.name.startswith(tuple(options.mistake))]
        hand_ins = {
            one.name: hand_in(one.name, splice(material.bases[FILLED_IN], one), assignment.reference_files)
            for one in made
        }
        missed = []
        for result in graded(assignment, hand_ins, True, options.seed):
            found = names(result)
            if found[result.submission.id] < max(found.values(), default=1):
                missed.append(f"{result.submission.id} ({', '.join(found) or 'nothing named'})")
        took = sorted(one[0] for one in watch.spent)
        ratio = sum(took) / max(sum(one[1] for one in watch.spent), 1e-9)
        print(
            f"{name:17} {len(made):8} {len(made) - len(missed):7} {len(took):14} {statistics.median(took):10.1f} "
            f"{took[int(0.95 * len(took))]:8.1f} {took[-1]:8.1f} {sum(ms > BUDGET_MS for ms in took):8} {ratio:10.1f} "
            f"{passing:10.2f}",
            flush=True,
        )
        for one in missed:
            print(f"{'':17} not named: {one}")
        for function in sorted({one[2] for one in watch.spent if one[0] > BUDGET_MS}):
            slow = [one for one in watch.spent if one[2] == function and one[0] > BUDGET_MS]
            print(
                f"{'':17} over {BUDGET_MS:.0f} ms: {len(slow)} of {function}, up to {max(one[0] for one in slow):.0f}, "
                f"where the check's own calls took {max(one[1] for one in slow):.0f}"
            )


if __name__ == "__main__":
    main()
