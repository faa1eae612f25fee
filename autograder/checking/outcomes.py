"""From how a check ended to what is recorded: the outcome, the points, and the failure as data."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from autograder.checking.failures import CheckFailure, RefusedHandIn, StudentFailure
from autograder.checking.showing import show, show_arguments
from autograder.results import Call, Failure, FailureKind, Frame, Outcome
from autograder.sandbox.session import CallResult, StudentError, StudentFunction

MAX_OUTPUT = 20_000
_SHOWN_CALLS = 2


def judge(
    error: BaseException | None, check_file: Path, function: str, calls: Sequence[CallResult]
) -> tuple[Outcome, Failure | None]:
    """What became of a check that ended with `error` (None: it passed)."""
    if error is None:
        return "passed", None
    if isinstance(error, CheckFailure):
        outcome: Outcome = "not_implemented" if error.failure.kind == "missing" else "failed"
        return outcome, replace(error.failure, calls=_shown(calls, function, error.failure, error.compared))
    if isinstance(error, StudentFailure):
        assert error.result.error is not None
        return _student_failure(error.result, error.result.error, function)
    if isinstance(error, RefusedHandIn):
        return "error", Failure(kind="refused", message=str(error))
    if isinstance(error, AssertionError | pytest.fail.Exception) and _raised_in(error, check_file):
        message = str(error).strip().splitlines()
        failure = Failure(kind="property", message=message[0] if message else "A condition of the check does not hold.")
        return "failed", replace(failure, calls=_shown(calls, function, failure))
    return "grader_error", Failure(
        kind="grader",
        message="The grader failed here. This is our fault and costs you no points; your instructor has been told.",
        exception="".join(traceback.format_exception(error))[-4000:],
    )


def _student_failure(result: CallResult, error: StudentError, function: str) -> tuple[Outcome, Failure]:
    called = show_arguments(result.arguments, result.keywords)
    calls = [Call(function=result.function, arguments=called, result="", seconds=result.seconds)]
    frames = [Frame(file=f.file, line=f.line, function=f.function, source=f.source) for f in error.frames]
    exception = f"{error.types[0]}: {error.message}" if error.types else ""

    def failure(kind: FailureKind, message: str) -> Failure:
        return Failure(kind=kind, message=message, exception=exception, frames=frames, calls=calls)

    name = _called(result, function)
    if error.stage == "missing":
        message = error.message if not error.types else f"{name} is missing: {error.message}."
        return "not_implemented", replace(failure("missing", message), exception="", calls=[])
    if error.stage == "import":
        module = name.partition(".")[0]
        message = f"{module}.py could not be imported: {exception}"
        return "error", replace(failure("import_failed", message), calls=[])
    if error.stage == "timeout":
        return "timeout", failure("timeout", f"{name} took too long: {error.message}.")
    if error.stage == "crashed":
        return "crashed", failure("crashed", f"During {name}: {error.message}.")
    if "NotImplementedError" in error.types:
        return "not_implemented", replace(failure("not_implemented", f"{name} is not written yet."), calls=[])
    if error.stage == "result":
        return "error", failure("raised", f"What {name} returned could not be handed back: {exception}")
    return "error", failure("raised", f"{name} raised {exception}")


def _called(result: CallResult, function: str) -> str:
    """The student's function in a call: itself, or what a given module was asked to call."""
    if result.function.partition(".")[0] == function.partition(".")[0]:
        return result.function
    passed = [f"{one.module}.{one.function}" for one in result.arguments if isinstance(one, StudentFunction)]
    return function if function in passed else next(iter(passed), result.function)


def _shown(calls: Sequence[CallResult], function: str, failure: Failure, compared: object = None) -> list[Call]:
    """The calls worth showing: the one that returned what is wrong, or those around the step where results part."""
    own = [call for call in calls if call.function == function] or list(calls)
    step = failure.first_difference.step if failure.first_difference else None
    gave = [place for place, call in enumerate(own) if compared is not None and _gave(call, compared)]
    if gave:
        own = own[: gave[-1] + 1] if step else [own[gave[-1]]]
    else:
        own = [call for call in own if call.error is None and show(call.value) == failure.got][-1:] or own
        own = own if step is None else own[: step + 1]
    return [
        Call(
            function=call.function,
            arguments=show_arguments(call.arguments, call.keywords),
            result=show(call.value)
            if call.error is None
            else f"{'/'.join(call.error.types[:1])}: {call.error.message}",
            seconds=call.seconds,
        )
        for call in own[-_SHOWN_CALLS:]
    ]


def _gave(call: CallResult, value: object) -> bool:
    """Whether this very value came back from the call, by itself or beside others."""
    beside = call.value if isinstance(call.value, (tuple, list)) else ()
    return call.error is None and (call.value is value or any(item is value for item in beside))


def _raised_in(error: BaseException, file: Path) -> bool:
    """Whether the exception was raised by a line of the check itself, not by something it called."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and Path(frames[-1].filename) == file


def printed(calls: Sequence[CallResult]) -> str:
    """What the student's code printed during a check, capped."""
    text = "".join(call.output for call in calls)
    return text if len(text) <= MAX_OUTPUT else text[:MAX_OUTPUT] + "\n[more was printed and not kept]"
