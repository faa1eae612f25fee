"""Runs an optimizer of a module over given gradients: the student's in one exchange, others in a loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.checking.expect import expect_form
from autograder.checking.failures import CheckFailure, StudentFailure
from autograder.checking.showing import describe_type, show
from autograder.checking.student import StudentCall, StudentCallable, StudentModule
from autograder.results import Failure
from autograder.sandbox.session import CallResult, Earlier


def init_and_step(optimizers: Any, optimizer: str) -> tuple[Any, Any]:
    """The functions `<optimizer>_init` and `<optimizer>_step` of a module, the student's or any other."""
    return getattr(optimizers, f"{optimizer}_init"), getattr(optimizers, f"{optimizer}_step")


def follow(
    optimizers: Any,
    optimizer: str,
    params: Mapping[str, Any],
    gradients: Sequence[Mapping[str, Any]],
    keywords: Sequence[Mapping[str, Any]],
) -> list[Any]:
    """The parameters after each update.

    Parameters
    ----------
    optimizers, optimizer
        A module, the student's or any other, and the name of an optimizer in it: ``adam_init(params) → state`` and
        ``adam_step(params, grads, state, **keywords) → (params, state)`` for "adam". What a state is made of is their
        own business.
    params
        The start.
    gradients, keywords
        One entry for each update.

    Raises
    ------
    CheckFailure
        if the student's step does not return a pair, or raises after one that gave parameters of another form.
    StudentFailure
        if the student's code raises otherwise.
    """
    if isinstance(optimizers, StudentModule):
        results = follow_calls(optimizers, optimizer, params, gradients, keywords)
        if results[-1].error is not None:
            for number, result in enumerate(results[1:-1], start=1):  # a wrong form may be why the next step raised
                expect_form(result.value[0], params, what=f"the parameters after step {number}")
            raise StudentFailure(results[-1])
        return [result.value[0] for result in results[1:]]
    init, step = init_and_step(optimizers, optimizer)
    state = init(params)
    positions = []
    for grads, chosen in zip(gradients, keywords, strict=True):
        params, state = step(params, grads, state, **chosen)
        positions.append(params)
    return positions


def follow_calls(
    optimizers: StudentModule,
    optimizer: str,
    params: Mapping[str, Any],
    gradients: Sequence[Mapping[str, Any]],
    keywords: Sequence[Mapping[str, Any]],
) -> list[CallResult]:
    """The records of the student's `init` and of each update, all made in one exchange; as `follow` otherwise.

    The state is handed on as the very object that it is, of whatever types. A step that raises is the last.

    Raises
    ------
    CheckFailure
        if the student's step does not return a pair.
    StudentFailure
        if the student's `init` raises.
    """
    init, step = init_and_step(optimizers, optimizer)
    calls: list[StudentCall] = [(init, (params,), {})]
    here: Any = params
    state: Any = Earlier(0)
    for number, (grads, chosen) in enumerate(zip(gradients, keywords, strict=True), start=1):
        calls.append((step, (here, grads, state), chosen))
        here, state = Earlier(number, 0), Earlier(number, 1)
    results: list[CallResult] = init.student.run_all(calls)
    if results[0].error is not None:
        raise StudentFailure(results[0])
    for result in results[1:]:
        if result.error is None and (type(result.value) not in (tuple, list) or len(result.value) != 2):
            raise _no_pair(step, result.value)
    return results


def attempt_updates(
    optimizers: StudentModule,
    optimizer: str,
    params: Mapping[str, Any],
    gradients: Sequence[Mapping[str, Any]],
    **keywords: Any,
) -> list[CallResult]:
    """The records of the student's first update by each of several gradients, all made in one exchange.

    Each has a state of its own, fresh from `init`. Fewer than gradients only where the last ended the process or took
    too long.

    Raises
    ------
    StudentFailure
        if the student's `init` raises.
    """
    init, step = init_and_step(optimizers, optimizer)
    calls: list[StudentCall] = []
    for grads in gradients:
        calls += [(init, (params,), {}), (step, (params, grads, Earlier(len(calls))), keywords)]
    results: list[CallResult] = init.student.run_all(calls, to_the_end=True)
    for begun in results[::2]:
        if begun.error is not None:
            raise StudentFailure(begun)
    return results[1::2]


def _no_pair(step: StudentCallable, value: Any) -> CheckFailure:
    size = f" of {len(value)}" if isinstance(value, (tuple, list)) else ""
    return CheckFailure(
        Failure(
            kind="wrong_type",
            message=f"{step.name} should return the pair (params, state); yours returns {describe_type(value)}{size}.",
            what=f"what {step.name} returns",
            got=show(value),
            expected="(params, state)",
        )
    )
