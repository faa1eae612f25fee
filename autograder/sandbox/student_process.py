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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from autograder.sandbox import values, wire
from autograder.sandbox.allowed_imports import AllowedImports
from autograder.sandbox.channel import ChannelClosed, DescriptorChannel

MAX_MESSAGE = 2_000
MAX_FRAMES = 12


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
        return text.encode("utf-8", "backslashreplace").decode()


class StudentProcess:
    """Serves calls over one channel until it closes."""

    def __init__(self, channel: DescriptorChannel, start: wire.Start, folder: Path) -> None:
        self._channel = channel
        self._reply_bytes = start.reply_bytes
        self._folder = folder
        self._handles: list[Any] = []
        self._generators: dict[int, np.random.Generator] = {}
        self._earlier: list[values.Node] = []
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
        sys.meta_path.insert(0, AllowedImports(start.allowed_imports, own))
        os.chdir(self._folder)
        random.seed(0)
        np.random.seed(0)

    def serve(self) -> None:
        while True:
            message = wire.parse_to_student(self._channel.receive())
            if isinstance(message, wire.Import):
                self._channel.send(self._import(message))
            elif isinstance(message, wire.Call):
                self._number = message.number
                self._channel.send(wire.pack(self._answer(message)))
            elif isinstance(message, wire.Sequence):
                self._number = message.number
                self._channel.send(wire.pack(wire.Answers(message.number, self._answer_all(message.calls))))

    def _import(self, message: wire.Import) -> bytes:
        self._number = message.number
        started = time.perf_counter()
        try:
            importlib.import_module(message.module)
        except BaseException as error:
            seconds = time.perf_counter() - started
            return wire.pack(self._raised(message.number, "import", error, seconds, {}))
        seconds = time.perf_counter() - started
        return wire.pack(wire.Returned(message.number, None, self._output.take(), seconds))

    def _answer_all(self, calls: list[wire.Call]) -> list[wire.Returned | wire.Raised]:
        self._earlier = []
        answers: list[wire.Returned | wire.Raised] = []
        for call in calls:
            answers.append(self._answer(call))
            if isinstance(answers[-1], wire.Raised):
                break
            self._earlier.append(answers[-1].value)
        return answers

    def _answer(self, call: wire.Call) -> wire.Returned | wire.Raised:
        arguments: list[Any] = []
        keywords: dict[str, Any] = {}
        stage = "earlier"
        started = time.perf_counter()
        try:
            arguments = [values.decode(node, self._resolve) for node in call.arguments]
            keywords = {name: values.decode(node, self._resolve) for name, node in call.keywords.items()}
            stage = "missing"
            started = time.perf_counter()
            function = getattr(sys.modules[call.module], call.function)
            if not callable(function):
                raise TypeError(f"{call.module}.{call.function} is not a function")
            stage = "call"
            result = function(*arguments, **keywords)
            stage = "result"
            budget = values.Budget(self._reply_bytes)
            encoded = values.encode(result, budget, self._keep)
            seconds = time.perf_counter() - started
            changed = self._changed(call, arguments, keywords, budget)
            return wire.Returned(call.number, encoded, self._output.take(), seconds, changed)
        except ChannelClosed:
            raise
        except BaseException as error:
            seconds = time.perf_counter() - started
            changed = self._changed(call, arguments, keywords, values.Budget(self._reply_bytes))
            return self._raised(call.number, stage, error, seconds, changed)

    def _changed(
        self, call: wire.Call, arguments: list[Any], keywords: dict[str, Any], budget: values.Budget
    ) -> dict[str, values.Node]:
        """The arguments whose content differs from what was sent."""
        changed: dict[str, values.Node] = {}
        sent = {str(place): node for place, node in enumerate(call.arguments)} | call.keywords
        held = {str(place): value for place, value in enumerate(arguments)} | keywords
        for name, node in sent.items():
            if name not in held:
                break  # it did not come to the call
            if isinstance(node, values.EarlierNode):
                node = self._earlier_value(node)
            if isinstance(node, (values.ArrayNode, values.DictNode, values.ListNode, values.TupleNode)):
                try:
                    after = values.encode(held[name], budget, self._keep)
                except Exception as error:
                    after = f"<{type(error).__name__} while reading it>"
                if wire.content(node) != wire.content(after):
                    changed[name] = after
        return changed

    def _raised(
        self, number: int, stage: str, error: BaseException, seconds: float, changed: dict[str, values.Node]
    ) -> wire.Raised:
        return wire.Raised(
            number,
            stage,
            [kind.__name__ for kind in type(error).__mro__ if kind is not object],
            _message(error),
            self._frames(error),
            self._output.take(),
            seconds,
            changed,
        )

    def _frames(self, error: BaseException) -> list[wire.Frame]:
        """The lines of the traceback that lie in the student's own files, the innermost last."""
        frames: list[wire.Frame] = []
        trace = error.__traceback__
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            if os.path.dirname(file) == str(self._folder):
                source = linecache.getline(file, trace.tb_lineno).strip()
                name = trace.tb_frame.f_code.co_name
                frames.append(wire.Frame(os.path.basename(file), trace.tb_lineno, name, source[:300]))
            trace = trace.tb_next
        if isinstance(error, SyntaxError) and error.filename and os.path.dirname(error.filename) == str(self._folder):
            source = (error.text or "").rstrip("\n")[:300]
            caret = " " * max((error.offset or 1) - 1, 0) + "^" if error.text else ""
            frames.append(
                wire.Frame(os.path.basename(error.filename), error.lineno or 0, "", f"{source}\n{caret}".rstrip())
            )
        return frames[:2] + frames[2:][-(MAX_FRAMES - 2) :]

    def _keep(self, value: Any) -> values.Node:
        """Stands in for an object that has no plain form."""
        if len(self._handles) >= values.MAX_YIELDED:
            raise values.ValueTooLarge("too many objects were handed back")
        self._handles.append(value)
        return values.HandleNode(len(self._handles) - 1, type(value).__name__[:100])

    def _resolve(self, node: Any) -> Any:
        if isinstance(node, values.HandleNode):
            return self._handles[node.number]
        if isinstance(node, values.GeneratorNode):
            if node.key not in self._generators:
                self._generators[node.key] = np.random.default_rng(node.seed)
            return self._generators[node.key]
        if isinstance(node, values.StudentFunctionNode):
            return getattr(importlib.import_module(node.module), node.function)
        if isinstance(node, values.EarlierNode):
            return values.decode(self._earlier_value(node), self._resolve)
        if isinstance(node, values.CallbackNode):
            return self._stub(node.number)
        raise TypeError(f"unexpected {type(node).__name__}")

    def _earlier_value(self, node: values.EarlierNode) -> values.Node:
        value = self._earlier[node.call]
        if node.item is None:
            return value
        if not isinstance(value, (values.TupleNode, values.ListNode, values.YieldedNode)):
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
            return values.decode(reply.value, self._resolve)

        return ask


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException as unprintable:
        text = f"<its message could not be read: {type(unprintable).__name__}>"
    return text[:MAX_MESSAGE].encode("utf-8", "backslashreplace").decode()


def run(channel: DescriptorChannel, folder: Path) -> None:
    """Serve one hand-in until the grading process hangs up."""
    start = wire.parse_to_student(channel.receive())
    if not isinstance(start, wire.Start):
        raise SystemExit("expected a start message")
    with contextlib.suppress(ChannelClosed):
        StudentProcess(channel, start, folder).serve()
