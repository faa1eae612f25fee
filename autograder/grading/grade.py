"""Grades a class: what is new or changed, in batches, each result written as soon as it is there."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import msgspec

from autograder.assignment import Assignment
from autograder.assignment import load as load_assignment
from autograder.grading import preflight
from autograder.grading.batch import ChecksBroken, Settings, describe_checks, failed_by_grader, grade_batch
from autograder.grading.fingerprint import fingerprint
from autograder.results import decode, encode, read, write_atomically
from autograder.sandbox.launch import Isolation, SandboxUnavailable
from autograder.submissions import HandIn, Submission, SubmissionsError, roll_call

MAX_BATCH = 32

OpenExecutor = Callable[[], AbstractContextManager[Executor]]


class ResultsUnwritable(Exception):
    """There is no place for results; the message says where and why."""


@dataclass(frozen=True)
class Plan:
    """Who is in the class, and whose result is still good."""

    settings: Settings
    hand_ins: Sequence[HandIn]
    results: Path

    def path(self, submission_id: str) -> Path:
        return self.results / f"{submission_id}.json"

    @property
    def left_over(self) -> list[Path]:
        """Results of hand-ins that are not in the class any more."""
        known = {f"{one.id}.json" for one in self.hand_ins}
        return [path for path in sorted(self.results.glob("*.json")) if path.name not in known]


@dataclass(frozen=True)
class Progress:
    """What has become of the class so far."""

    done: int
    total: int
    reused: int


def make_plan(assignment: Assignment, submissions: Path, results: Path, seed: int, isolation: Isolation) -> Plan:
    """Read the class list and make sure of the place for results, before anything is judged.

    Raises
    ------
    SubmissionsError
        if there is nobody to grade, or the results would land among the hand-ins or another assignment's results.
    ResultsUnwritable
        if nothing can be written to `results`.
    """
    preflight.examine_places(assignment, submissions, results)
    hand_ins = roll_call(submissions, assignment.wanted)
    if not hand_ins:
        raise SubmissionsError(f"there is no hand-in in {submissions}")
    _try_writing(results)
    settings = Settings(str(assignment.folder), seed, isolation, fingerprint(assignment))
    return Plan(settings, hand_ins, results)


def grade(plan: Plan, open_executor: OpenExecutor, width: int, report: Callable[[Progress], None]) -> Progress:
    """Grade everybody whose result is missing or out of date.

    A worker process that dies takes no result with it. It takes its pool with it, though, so that nobody knows which of
    the hand-ins that were being judged is to blame: they are tried again in batches of one, and those that were being
    judged when a pool died again each in a pool of its own. One that ends that too gets a result that says so and costs
    no points.

    Parameters
    ----------
    open_executor
        Opens where batches run; opened again when a worker process dies.
    width
        How many batches run at the same time.
    report
        Called whenever something is done.

    Raises
    ------
    SandboxUnavailable
        if the machine that would judge cannot give the isolation asked for.
    ChecksBroken
        if the checks cannot be collected, or their points do not add up, or they are about nothing there is, or the
        reference solution fails one.
    """
    tally = _Tally(plan, report)
    batches = _batches(plan, max(1, min(MAX_BATCH, -(-len(plan.hand_ins) // (4 * width)))), tally)
    first = next(batches, None)
    if first is None:
        return tally.progress
    suspects = _drain_all(chain([first], batches), open_executor, width, tally, preflight_tries=2)
    if suspects:
        suspects = _drain_all(([one] for one in suspects), open_executor, width, tally)
    for one in suspects:
        tally.write([_alone(plan, one, open_executor)])
    return tally.progress


class _Tally:
    """Writes results and keeps count."""

    def __init__(self, plan: Plan, report: Callable[[Progress], None]) -> None:
        self._plan = plan
        self._report = report
        self.settings = plan.settings
        self.progress = Progress(0, len(plan.hand_ins), 0)

    def write(self, results: Sequence[tuple[str, bytes]]) -> None:
        for submission_id, content in results:
            path = self._plan.path(submission_id)
            try:
                write_atomically(path, _counted(content, path))
            except OSError as error:
                kept = "What was graded before is kept: put that right and run again"
                raise ResultsUnwritable(f"cannot write {path}: {error.strerror}. {kept}") from error
        self.progress = replace(self.progress, done=self.progress.done + len(results))
        self._report(self.progress)

    def reuse(self) -> None:
        self.progress = replace(self.progress, done=self.progress.done + 1, reused=self.progress.reused + 1)
        self._report(self.progress)


def _counted(content: bytes, path: Path) -> bytes:
    """The result with the number of the hand-in: one more than the last that was graded here, if it is another."""
    try:
        before = read(path)
    except (OSError, msgspec.DecodeError):
        return content  # the first, as far as anybody knows
    result = decode(content)
    is_another = before.submission.content_hash != result.submission.content_hash
    attempt = before.grading.attempt + is_another
    if attempt == result.grading.attempt:
        return content
    return encode(msgspec.structs.replace(result, grading=msgspec.structs.replace(result.grading, attempt=attempt)))


def _batches(plan: Plan, size: int, tally: _Tally) -> Iterator[list[Submission]]:
    """Hand-ins to grade, read only when their batch is due."""
    batch: list[Submission] = []
    for hand_in in plan.hand_ins:
        submission = hand_in.load()
        if _is_current(plan, submission):
            tally.reuse()
            continue
        batch.append(submission)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _is_current(plan: Plan, submission: Submission) -> bool:
    """Whether the result on disk is what grading now would give."""
    try:
        result = read(plan.path(submission.id))
    except (OSError, msgspec.DecodeError):
        return False  # none, or not one: grade
    grading = result.grading
    then = (grading.seed, grading.isolation, grading.fingerprint, result.submission)
    now = (plan.settings.seed, plan.settings.isolation, plan.settings.fingerprint, submission.info)
    return then == now and result.releasable


def _drain_all(
    batches: Iterator[list[Submission]],
    open_executor: OpenExecutor,
    width: int,
    tally: _Tally,
    preflight_tries: int = 0,
) -> list[Submission]:
    """Run batches until none is left; returns the hand-ins that were being judged when something went wrong.

    Before the first batch the checks are tried where the batches will run; that is given up after so many tries.
    """
    suspects: list[Submission] = []
    lost = True
    while lost:
        with open_executor() as executor:
            if preflight_tries:
                preflight_tries = 0 if _checks_are_fit(tally.settings, executor) else preflight_tries - 1
            lost = _drain(executor, batches, width, tally, suspects)
    return suspects


def _checks_are_fit(settings: Settings, executor: Executor) -> bool:
    """Make sure that hand-ins can be judged; False where no answer came, because a process was killed, say."""
    try:
        executor.submit(preflight.examine, settings).result()
    except (ChecksBroken, SandboxUnavailable):
        raise
    except Exception:
        return False  # if it was no accident, the batches will tell
    return True


def _drain(
    executor: Executor,
    batches: Iterator[list[Submission]],
    width: int,
    tally: _Tally,
    suspects: list[Submission],
) -> bool:
    """Run batches until none is left (False) or a worker process has died (True: go on with a new executor)."""
    running: dict[Future[list[tuple[str, bytes]]], list[Submission]] = {}
    try:
        while True:
            for batch in islice(batches, width - len(running)):
                try:
                    running[executor.submit(grade_batch, tally.settings, batch)] = batch
                except BrokenExecutor:
                    suspects += batch
                    raise
            if not running:
                return False
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                try:
                    results = future.result()
                except (ChecksBroken, BrokenExecutor):
                    raise
                except Exception:
                    suspects += running[future]
                else:
                    tally.write(results)
                del running[future]
    except BrokenExecutor:
        suspects += [one for batch in running.values() for one in batch]
        return True


def _alone(plan: Plan, submission: Submission, open_executor: OpenExecutor) -> tuple[str, bytes]:
    """Judge one hand-in by itself, the last time; a failure is put on record as ours."""
    try:
        with open_executor() as executor:
            return executor.submit(grade_batch, plan.settings, [submission]).result()[0]
    except BrokenExecutor:
        reason = "The grading process died each time it judged this hand-in."
    except Exception as error:
        reason = "".join(traceback.format_exception(error))
    checks = describe_checks(load_assignment(Path(plan.settings.assignment)))
    return submission.id, failed_by_grader(plan.settings, submission.info, checks, reason)


def _try_writing(results: Path) -> None:
    """Make the folder and a file in it, so that a place that takes no results is said before anybody is graded."""
    try:
        results.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=results, prefix=".writing-"):
            pass
    except OSError as error:
        raise ResultsUnwritable(f"cannot write to {error.filename or results}: {error.strerror}") from error
