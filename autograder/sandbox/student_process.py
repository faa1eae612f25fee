"""What runs on the student's side: import their modules, call their functions, hand back values.

Nothing here is secret and nothing here judges. Student code shares this process and may break it; that ends its own
calls and nobody else's.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import linecache
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from autograder.sandbox import nodes, tensors, values, wire
from autograder.sandbox.allowed_imports import AllowedImports
from autograder.sandbox.arrays import decode_array
from autograder.sandbox.channel import ChannelClosed, DescriptorChannel
from autograder.sandbox.wire import clean

MAX_HANDLES = 100_000


class CappedOutput(io.TextIOBase):
    """A standard output that keeps the first `limit` characters and says how many it dropped."""

    encoding = "utf-8"

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[str] = []
        self._kept = 0
        self._dropped = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        room = self._limit - self._kept
        if room > 0:
            self._parts.append(text[:room])
            self._kept += min(room, len(text))
        self._dropped += max(0, len(text) - room) if room > 0 else len(text)
        return len(text)

    def take(self) -> str:
        """What was printed since the last call."""
        text = "".join(self._parts)
        if self._dropped:
            text += f"\n[{self._dropped} more characters were printed and not kept]"
        self._parts, self._kept, self._dropped = [], 0, 0
        return clean(text, len(text))


class StudentProcess:
    """Serves calls over one channel until it closes."""

    def __init__(self, channel: DescriptorChannel, start: wire.Start, folder: Path) -> None:
        self._channel = channel
        self._reply_bytes = start.reply_bytes
        self._folder = folder
        self._handles: list[Any] = []
        self._handle_numbers: dict[int, int] = {}
        self._generators: dict[int, np.random.Generator] = {}
        self._earlier: dict[int, tuple[nodes.Node, Any]] = {}
        """What calls of the present sequence returned, by their index: its wire form, and the object itself."""
        self._number = 0
        self._unpack(start)
        self._output = CappedOutput(start.output_bytes)
        for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
            setattr(sys, name, self._output)
        sys.stdin = io.StringIO("")

    def _unpack(self, start: wire.Start) -> None:
        for name, content in start.files.items():
            (self._folder / name).write_bytes(content)
        own = [name.removesuffix(".py") for name in start.files]
        sys.path.insert(0, str(self._folder))
        AllowedImports(start.allowed_imports, own).install()
        os.chdir(self._folder)
        random.seed(0)
        np.random.seed(0)

    def serve(self) -> None:
        while True:
            message = wire.parse_to_student(self._channel.receive())
            if isinstance(message, wire.Import):
                self._number = message.number
                self._reply(self._import(message))
            elif isinstance(message, wire.Call):
                self._answer_all(message.number, [message], to_the_end=False)
            elif isinstance(message, wire.Sequence):
                self._answer_all(message.number, message.calls, message.to_the_end)

    def _reply(self, message: wire.Returned | wire.Raised, more: bool = False) -> None:
        try:
            packed = wire.pack(message)
        except Exception as error:  # something that poses as plain data
            packed = wire.pack(wire.Raised(self._number, "result", [type(error).__name__], "no message", [], "", 0.0))
        self._channel.send(packed, more)

    def _import(self, message: wire.Import) -> wire.Returned | wire.Raised:
        started = time.perf_counter()
        try:
            importlib.import_module(message.module)
        except BaseException as error:
            return self._raised("import", error, time.perf_counter() - started, {})
        return wire.Returned(None, self._output.take(), {}, message.number, time.perf_counter() - started)

    def _answer_all(self, number: int, calls: list[wire.Call], to_the_end: bool) -> None:
        self._number = number
        self._earlier = {}
        for index, call in enumerate(calls):
            answer = self._answer(call, index)
            stop = isinstance(answer, wire.Raised) and not to_the_end
            self._reply(answer, more=not stop and index + 1 < len(calls))
            if stop:
                break

    def _answer(self, call: wire.Call, index: int) -> wire.Returned | wire.Raised:
        """Make one call; what it returned is kept for later calls of its sequence, in which it has this index."""
        arguments: list[Any] = []
        keywords: dict[str, Any] = {}
        stage = "earlier"
        started = time.perf_counter()
        try:
            budget = values.ample()
            arguments = [values.decode(node, self._resolve, budget) for node in call.arguments]
            keywords = {name: values.decode(node, self._resolve, budget) for name, node in call.keywords.items()}
            stage = "missing"
            started = time.perf_counter()
            function = getattr(sys.modules[call.module], call.function)
            if not callable(function):
                raise TypeError(f"{call.module}.{call.function} is not a function")
            stand_ins = {name: values.decode(node, self._resolve, budget) for name, node in call.replaced.items()}
            stage = "call"
            own = _replace(sys.modules[call.module], stand_ins)
            try:  # no context manager: those write into a passing exception, and a student's may forbid it
                result = function(*arguments, **keywords)
            finally:
                _replace(sys.modules[call.module], own)
            stage = "result"
            budget = values.Budget(self._reply_bytes)
            encoded = values.encode(result, budget, self._keep)
            seconds = time.perf_counter() - started
            changed = self._changed(call, arguments, keywords, budget)
            self._earlier[index] = encoded, result
            return wire.Returned(encoded, self._output.take(), changed, self._number, seconds)
        except ChannelClosed:
            raise
        except BaseException as error:
            seconds = time.perf_counter() - started
            changed = self._changed(call, arguments, keywords, values.Budget(self._reply_bytes))
            return self._raised(stage, error, seconds, changed)

    def _changed(
        self, call: wire.Call, arguments: list[Any], keywords: dict[str, Any], budget: values.Budget
    ) -> dict[str, nodes.Node]:
        """The arguments whose content differs from what was sent."""
        changed: dict[str, nodes.Node] = {}
        # Arguments that could not be made, because an earlier result they need is missing, are not compared.
        for place, (node, value) in enumerate(zip(call.arguments, arguments, strict=False)):
            self._compare(str(place), node, value, budget, changed)
        for name, value in keywords.items():
            self._compare(name, call.keywords[name], value, budget, changed)
        return changed

    def _compare(
        self, name: str, node: nodes.Node, value: Any, budget: values.Budget, changed: dict[str, nodes.Node]
    ) -> None:
        if isinstance(node, nodes.EarlierNode):
            node = self._earlier_value(node)
        if not isinstance(node, nodes.CONTAINERS) or values.is_untouched(node, value):
            return
        try:
            after = values.encode(value, budget, self._keep)
        except BaseException as error:
            after = f"<{type(error).__name__} while reading it>"
        if wire.content(node) != wire.content(after):
            changed[name] = after

    def _raised(self, stage: str, error: BaseException, seconds: float, changed: dict[str, nodes.Node]) -> wire.Raised:
        return wire.Raised(
            self._number,
            stage,
            [_class_name(kind) for kind in type(error).__mro__ if kind is not object][: wire.MAX_TYPES],
            _message(error),
            self._frames(error),
            self._output.take(),
            seconds,
            changed,
        )

    def _frames(self, error: BaseException) -> list[wire.Frame]:
        """The lines of the traceback that lie in the student's own files, the innermost last."""
        try:
            frames = [*self._traceback_frames(error), *self._syntax_frames(error)]
        except BaseException:  # an exception whose own attributes raise, or are not what they should be
            return []
        return frames[:2] + frames[2:][-(wire.MAX_FRAMES - 2) :]

    def _traceback_frames(self, error: BaseException) -> Iterator[wire.Frame]:
        trace = error.__traceback__
        while trace is not None:
            code, line = trace.tb_frame.f_code, trace.tb_lineno
            if os.path.dirname(code.co_filename) == str(self._folder):
                source = linecache.getline(code.co_filename, line).strip()
                yield wire.Frame(
                    os.path.basename(code.co_filename),
                    line,
                    clean(code.co_name, wire.MAX_NAME),
                    clean(source, wire.MAX_SOURCE),
                )
            trace = trace.tb_next

    def _syntax_frames(self, error: BaseException) -> Iterator[wire.Frame]:
        if isinstance(error, SyntaxError) and error.filename and os.path.dirname(error.filename) == str(self._folder):
            source = (error.text or "").rstrip("\n")[: wire.MAX_SOURCE]
            caret = " " * min(max((error.offset or 1) - 1, 0), wire.MAX_SOURCE) + "^" if error.text else ""
            shown = clean(f"{source}\n{caret}".rstrip(), 2 * wire.MAX_SOURCE)
            yield wire.Frame(os.path.basename(error.filename), int(error.lineno or 0) % (1 << 31), "", shown)

    def _keep(self, value: Any) -> nodes.Node:
        """Stands in for an object that has no plain form; the same object always has the same number."""
        number = self._handle_numbers.get(id(value))  # kept for good, so its id stays its own
        if number is None:
            if len(self._handles) >= MAX_HANDLES:
                raise nodes.ValueTooLarge("too many objects were handed back")
            number = self._handle_numbers[id(value)] = len(self._handles)
            self._handles.append(value)
        return nodes.HandleNode(number, _class_name(type(value)))

    def _resolve(self, node: Any) -> Any:
        if isinstance(node, nodes.HandleNode):
            return self._handles[node.number]
        if isinstance(node, nodes.TensorNode):
            return tensors.as_tensor(decode_array(node.array))
        if isinstance(node, nodes.GeneratorNode):
            if node.key not in self._generators:
                self._generators[node.key] = np.random.default_rng(node.seed)
            return self._generators[node.key]
        if isinstance(node, nodes.StudentFunctionNode):
            return getattr(importlib.import_module(node.module), node.function)
        if isinstance(node, nodes.EarlierNode):
            return self._earlier_object(node)
        if isinstance(node, nodes.CallbackNode):
            return self._stub(node.number)
        raise TypeError(f"unexpected {type(node).__name__}")

    def _earlier_object(self, node: nodes.EarlierNode) -> Any:
        """The very object an earlier call returned, as in a loop: what two parts of a state share stays shared."""
        value = self._earlier_value(node)
        _, result = self._earlier[node.call]
        if node.item is None and not isinstance(value, nodes.YieldedNode):
            return result
        if isinstance(result, tuple):
            return tuple.__getitem__(result, node.item or 0)
        if isinstance(result, list):
            return list.__getitem__(result, node.item or 0)
        return values.decode(value, self._resolve, values.ample())  # an iterator, which is used up

    def _earlier_value(self, node: nodes.EarlierNode) -> nodes.Node:
        if node.call not in self._earlier:
            raise TypeError("an earlier call did not return what this one needs")
        value, _ = self._earlier[node.call]
        if node.item is None:
            return value
        if not isinstance(value, (nodes.TupleNode, nodes.ListNode, nodes.YieldedNode)):
            raise TypeError("a tuple of several values should be returned")
        if node.item >= len(value.items):
            raise TypeError(f"a tuple of {len(value.items)} is returned where more values are needed")
        return value.items[node.item]

    def _stub(self, callback: int) -> Callable[..., Any]:
        """A function that asks the grading process; it takes whatever arguments the student gives it."""

        def ask(*arguments: Any, **keywords: Any) -> Any:
            budget = values.Budget(self._reply_bytes)
            sent = [values.encode(value, budget, self._keep) for value in arguments]
            named = {name: values.encode(value, budget, self._keep) for name, value in keywords.items()}
            self._channel.send(wire.pack(wire.Callback(self._number, callback, sent, named)))
            reply = wire.parse_to_student(self._channel.receive())
            if isinstance(reply, wire.CallbackFailed):
                kind = {"ValueError": ValueError, "TypeError": TypeError}.get(reply.type_name, RuntimeError)
                raise kind(reply.message)
            assert isinstance(reply, wire.CallbackValue)
            return values.decode(reply.value, self._resolve, values.ample())

        return ask


_ABSENT = object()


def _replace(module: Any, stand_ins: dict[str, Any]) -> dict[str, Any]:
    """Put functions in place of a module's own, by their names; what was there before, to be put back the same way."""
    before = {name: getattr(module, name, _ABSENT) for name in stand_ins}
    for name, stand_in in stand_ins.items():
        if stand_in is _ABSENT:
            delattr(module, name)
        else:
            setattr(module, name, stand_in)
    return before


def _message(error: BaseException) -> str:
    try:
        return clean(error, wire.MAX_MESSAGE)
    except BaseException as unprintable:
        return f"<its message could not be read: {_class_name(type(unprintable))}>"


def _class_name(kind: type) -> str:
    return clean(_name_of.__get__(kind), wire.MAX_NAME)  # a metaclass may say anything of `kind.__name__`


_name_of: Any = type.__dict__["__name__"]


def run(channel: DescriptorChannel, folder: Path) -> None:
    """Serve one hand-in until the grading process hangs up."""
    start = wire.parse_to_student(channel.receive())
    if not isinstance(start, wire.Start):
        raise SystemExit("expected a start message")
    with contextlib.suppress(ChannelClosed):
        StudentProcess(channel, start, folder).serve()
