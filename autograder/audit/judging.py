"""Judges made-up hand-ins in warm processes, as a grading would, without files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, field

from autograder.assignment import Assignment
from autograder.grading.batch import Settings, grade_batch
from autograder.results import SubmissionResult, decode
from autograder.sandbox.launch import Isolation
from autograder.submissions import Submission

Modules = Mapping[str, str]
"""Module name → its text."""
PATIENCE = 4.0
"""Whether a mistake can be named must not hang on how busy the machine is: an audit takes more time for it than a
grading, whose time `benchmarks/diagnosis_cost.py` measures."""
_Batch = Future[list[tuple[str, bytes]]]


@dataclass
class Court:
    """Where hand-ins are judged; tells how many are done."""

    assignment: Assignment
    isolation: Isolation
    executor: Executor
    report: Callable[[int], None] = lambda done: None
    batch: int = 8
    done: int = field(default=0, init=False)

    def judge(
        self,
        hand_ins: Mapping[str, Modules],
        seed: int,
        only: Mapping[str, str] | None = None,
        explain: bool = True,
    ) -> dict[str, SubmissionResult]:
        """The result of each hand-in, by its name.

        Parameters
        ----------
        only
            For each hand-in the function whose checks are enough; all checks where it is not given.
        explain
            Whether known mistakes are tried on failing checks.
        """
        return self._await({seed: self._start(hand_ins, seed, only or {}, {}, explain)})[seed]

    def judge_with_seeds(
        self, hand_ins: Mapping[str, Modules], seeds: Sequence[int], files: Mapping[str, Mapping[str, bytes]]
    ) -> dict[int, dict[str, SubmissionResult]]:
        """The results with each seed, of hand-ins that come with files: a worker that is done goes on with the next."""
        return self._await({seed: self._start(hand_ins, seed, {}, files, explain=True) for seed in seeds})

    def _start(
        self,
        hand_ins: Mapping[str, Modules],
        seed: int,
        only: Mapping[str, str],
        files: Mapping[str, Mapping[str, bytes]],
        explain: bool,
    ) -> list[_Batch]:
        settings = Settings(str(self.assignment.folder), seed, self.isolation, "audit", explain, PATIENCE)
        usual = self.assignment.reference_files
        groups: dict[str, list[Submission]] = {}
        for number, (name, texts) in enumerate(hand_ins.items()):
            modules = {f"{module}.py": text.encode() for module, text in texts.items()}
            one = Submission(f"hand-in-{number}", name, modules | dict(files.get(name, usual)))
            groups.setdefault(only.get(name, ""), []).append(one)
        return [
            self.executor.submit(grade_batch, settings, batch, function)
            for function, submissions in groups.items()
            for batch in _cut(submissions, self.batch)
        ]

    def _await(self, running: Mapping[int, Sequence[_Batch]]) -> dict[int, dict[str, SubmissionResult]]:
        seeds = {batch: seed for seed, batches in running.items() for batch in batches}
        results: dict[int, dict[str, SubmissionResult]] = {seed: {} for seed in running}
        for batch in as_completed(seeds):
            judged = [decode(content) for _, content in batch.result()]
            results[seeds[batch]].update({one.submission.name: one for one in judged})
            self.done += len(judged)
            self.report(self.done)
        return results


def _cut(submissions: Sequence[Submission], size: int) -> list[list[Submission]]:
    return [list(submissions[start : start + size]) for start in range(0, len(submissions), size)]
