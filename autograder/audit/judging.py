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
        files: Mapping[str, Mapping[str, bytes]] | None = None,
        explain: bool = True,
    ) -> dict[str, SubmissionResult]:
        """The result of each hand-in, by its name.

        Parameters
        ----------
        only
            For each hand-in the function whose checks are enough; all checks where it is not given.
        files
            For each hand-in what comes with the modules; the reference's files where it is not given.
        explain
            Whether known mistakes are tried on failing checks.
        """
        settings = Settings(str(self.assignment.folder), seed, self.isolation, "audit", explain)
        usual = self.assignment.reference_files
        groups: dict[str, list[Submission]] = {}
        names = {f"hand-in-{number}": name for number, name in enumerate(hand_ins)}
        for id, name in names.items():
            modules = {f"{module}.py": text.encode() for module, text in hand_ins[name].items()}
            beside = dict((files or {}).get(name, usual))
            groups.setdefault((only or {}).get(name, ""), []).append(Submission(id, name, modules | beside))
        running: list[Future[list[tuple[str, bytes]]]] = [
            self.executor.submit(grade_batch, settings, batch, function)
            for function, submissions in groups.items()
            for batch in _cut(submissions, self.batch)
        ]
        results: dict[str, SubmissionResult] = {}
        for future in as_completed(running):
            for id, content in future.result():
                results[names[id]] = decode(content)
                self.done += 1
            self.report(self.done)
        return results


def _cut(submissions: Sequence[Submission], size: int) -> list[list[Submission]]:
    return [list(submissions[start : start + size]) for start in range(0, len(submissions), size)]
