"""The answers of a student's process, made fit for use: it may say anything, in any length, about anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from autograder.sandbox import nodes, values, wire
from autograder.sandbox.arrays import decode_array
from autograder.sandbox.calls import CallResult, Opaque, SessionLimits, Stage, StudentError
from autograder.sandbox.frames import from_hand_in

_STAGES: dict[str, Stage] = {"import": "import", "missing": "missing", "earlier": "earlier", "result": "result"}
_OUTPUT_NOTE = 100
"""Characters the student's side may add to a capped output to say so."""


def message_cap(limits: SessionLimits) -> int:
    """The length of the longest message an honest process sends."""
    return limits.reply_bytes + 8 * limits.output_bytes + (1 << 20)


def read_answer(
    call: CallResult,
    reply: wire.Returned | wire.Raised,
    limits: SessionLimits,
    process: int,
    elapsed: float,
    files: Mapping[str, bytes],
) -> CallResult:
    """The record of a call that was answered.

    Parameters
    ----------
    call
        What was asked.
    process
        The number of the student's process, for objects that stay in it.
    elapsed
        Seconds since it was asked: the student's side may not claim more.
    files
        The hand-in: what a traceback shows of it is taken from here.

    Raises
    ------
    ProtocolError, nodes.BadValue, nodes.ValueTooLarge
        if the reply is no answer to this call.
    """
    budget = values.Budget(limits.reply_bytes)
    value, error = None, None
    if isinstance(reply, wire.Returned):
        value = read_value(reply.value, budget, process)
    else:
        error = _error(reply, files)
    return CallResult(
        call.function,
        call.arguments,
        call.keywords,
        value,
        error,
        _changed(call, reply.changed, budget, process) if reply.changed else {},
        reply.output[: limits.output_bytes + _OUTPUT_NOTE],
        possible_seconds(reply.seconds, elapsed),
        call.replaced,
    )


def possible_seconds(claimed: float, elapsed: float) -> float:
    """What a call took by the student's side's own account, which is believed where it is possible."""
    return min(max(claimed, 0.0), elapsed) if math.isfinite(claimed) else elapsed


def read_value(node: nodes.Node, budget: values.Budget, process: int) -> Any:
    """The value that came back, in memory of our own."""

    def resolve(node: Any) -> Any:
        if isinstance(node, nodes.HandleNode):
            return Opaque(node.number, node.type_name[: wire.MAX_NAME], process)
        if isinstance(node, nodes.TensorNode):
            return decode_array(node.array)
        raise nodes.BadValue(f"a {type(node).__name__} may not come back")

    return values.decode(node, resolve, budget)


def _changed(
    call: CallResult, changed: Mapping[str, nodes.Node], budget: values.Budget, process: int
) -> dict[str, Any]:
    sent = {*map(str, range(len(call.arguments))), *call.keywords}
    if not changed.keys() <= sent:
        raise wire.ProtocolError("a change of an argument that was not given")
    return {name: read_value(node, budget, process) for name, node in changed.items()}


def _error(reply: wire.Raised, files: Mapping[str, bytes]) -> StudentError:
    types = tuple(name[: wire.MAX_NAME] for name in reply.types[: wire.MAX_TYPES])
    frames = from_hand_in(reply.frames[: wire.MAX_FRAMES], files)
    stage = _STAGES.get(reply.stage, "call")
    return StudentError(stage, types or ("Exception",), reply.message[: wire.MAX_MESSAGE], frames)
