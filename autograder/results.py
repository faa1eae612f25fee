"""The record of one graded submission: everything a report, an export or an audit needs, and nothing else is read.

One JSON file per submission and assignment. `SCHEMA_VERSION` grows when a field changes meaning; fields are only
ever added with a default, so older files stay readable.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

SCHEMA_VERSION = 1

Outcome = Literal["passed", "failed", "not_implemented", "error", "timeout", "crashed", "grader_error"]
"""What became of one check. `error` is the student's own exception; `grader_error` is our fault and costs no points."""

Visibility = Literal["public", "hidden"]

FailureKind = Literal[
    "missing",  # the module or function is not there
    "not_implemented",  # the skeleton's NotImplementedError is still in place
    "wrong_type",
    "wrong_shape",
    "not_finite",
    "wrong_value",
    "changed_argument",  # the caller's array or dict was modified
    "did_not_raise",  # bad input was accepted
    "wrong_exception",  # bad input was refused, but not as the handout says
    "raised",  # the student's code raised
    "import_failed",  # the module could not be imported (a syntax error, a forbidden package)
    "refused",  # the hand-in itself could not be accepted
    "timeout",
    "crashed",
    "property",  # a stated property does not hold
    "grader",  # our own fault
]


class _Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Tolerance(_Record, frozen=True):
    """How close was close enough, and why."""

    absolute: float
    reason: str


class Difference(_Record, frozen=True):
    """The first place where the student's result and the expected one part."""

    where: str
    """Readable position, e.g. ``step 3, params['W1'][2, 0]``."""
    got: str
    expected: str
    step: int | None = None


class Frame(_Record, frozen=True):
    """One line of the student's own traceback (the grader's frames are left out)."""

    file: str
    line: int
    function: str
    source: str = ""


class Call(_Record, frozen=True):
    """One call of the student's code made during the check; `function(arguments)` can be pasted into Python."""

    function: str
    arguments: str
    result: str
    seconds: float = 0.0


class Series(_Record, frozen=True):
    """Numbers to plot: the student's beside the expected ones. None stands for a value that is not finite."""

    kind: Literal["curve", "path"]
    """`curve`: y over its index. `path`: points (x, y) of a trajectory in two parameters."""
    title: str
    x_label: str
    y_label: str
    got: list[tuple[float | None, float | None]]
    expected: list[tuple[float | None, float | None]]


class Failure(_Record, frozen=True):
    kind: FailureKind
    message: str
    """One sentence, for the student."""
    what: str = ""
    """What was compared, e.g. "the parameters after each of 10 steps"."""
    got: str = ""
    expected: str = ""
    first_difference: Difference | None = None
    tolerance: Tolerance | None = None
    remark: str = ""
    """Something worth knowing about this particular difference ("your values are 2 times the expected ones")."""
    calls: list[Call] = []
    series: list[Series] = []
    exception: str = ""
    """Type and message of the student's exception."""
    frames: list[Frame] = []


class KnownMistake(_Record, frozen=True):
    """One of the assignment's misconceptions, in its author's words."""

    name: str
    function: str
    """The student's function it is made in, e.g. ``optimizers.adam_step``."""
    title: str
    formula: str
    """The wrong formula, in the handout's notation."""
    hint: str
    """Teaches without giving the code."""
    handout: str
    """Anchor of the handout's section to read again."""


class Explanation(_Record, frozen=True):
    """One way to get the student's own values: a known mistake made on purpose, or two of them at once."""

    mistakes: list[KnownMistake]
    calls: int
    """How many calls of the check were made again, all with the student's results."""
    numbers: int
    """How many numbers were compared in them."""
    digits: int
    """To how many significant digits all of these numbers agree."""


class Diagnosis(_Record, frozen=True):
    """What came of trying the assignment's known mistakes on a failed check."""

    explanations: list[Explanation] = []
    """Empty: no known mistake gives the student's values. Several: each of them does."""
    tried: int = 0
    """How many mistakes, or pairs of them, were tried."""
    out_of_time: bool = False
    """Whether trying was given up because it took too long."""
    fault: str = ""
    """What went wrong on our side while trying, for the instructor; it changes no verdict."""


class CheckResult(_Record, frozen=True):
    id: str
    """The test function's name: stable, unique within an assignment."""
    function: str
    """The student's function it judges, e.g. ``optimizers.adam_step``."""
    skill: str
    title: str
    """First paragraph of the check's docstring."""
    visibility: Visibility
    points: float
    earned: float
    outcome: Outcome
    explanation: str = ""
    """The rest of the docstring: the worked explanation."""
    failure: Failure | None = None
    diagnosis: Diagnosis | None = None
    """None where nothing could be tried: the check passed, nothing is written, or no mistakes are listed."""
    stand_ins: list[str] = []
    """Functions of the student's, ``network.forward``, in whose place the reference's stood for this check to pass."""
    output: str = ""
    """What the student's code printed during the check, capped."""
    seconds: float = 0.0


class SubmissionInfo(_Record, frozen=True):
    id: str
    """File-name-safe and unique within a class."""
    name: str
    """As handed in: may hold any characters at all."""
    content_hash: str
    submitted_at: str | None = None
    """ISO 8601, where the source tells it."""
    files: list[str] = []
    notes: list[str] = []
    """What intake had to say: "ignored conftest.py", "read optimizers.py from folder hw3/"."""
    refused: str = ""
    """Why the hand-in could not be accepted at all; empty when it was."""


class GradingInfo(_Record, frozen=True):
    seed: int
    engine: str
    fingerprint: str
    """Hash of checks, solutions and engine: same fingerprint, seed, content and isolation → same result."""
    isolation: str
    graded_at: str
    seconds: float = 0.0


class AssignmentInfo(_Record, frozen=True):
    name: str
    title: str
    show_hidden_inputs: bool = False
    handout: str = ""
    """Address of the handout, where the course has published it; headings have anchors there."""


class SubmissionResult(_Record, frozen=True):
    assignment: AssignmentInfo
    submission: SubmissionInfo
    grading: GradingInfo
    checks: list[CheckResult]
    schema_version: int = SCHEMA_VERSION

    @property
    def score(self) -> float:
        return round(sum(check.earned for check in self.checks), 6)

    @property
    def max_score(self) -> float:
        return round(sum(check.points for check in self.checks), 6)

    @property
    def releasable(self) -> bool:
        """False while any check ended in our own fault: such a grade must be looked at before a student sees it."""
        return all(check.outcome != "grader_error" for check in self.checks)


def encode(result: SubmissionResult) -> bytes:
    """JSON of one result, with the derived totals written out for readers in other languages."""
    document = msgspec.to_builtins(result)
    document |= {"score": result.score, "max_score": result.max_score, "releasable": result.releasable}
    try:
        content = msgspec.json.encode(document)
    except UnicodeEncodeError:  # half a character in a name or a message: shown as its code
        content = msgspec.json.encode(_encodable(document))
    return msgspec.json.format(content, indent=1) + b"\n"


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a result file, the derived totals included."""
    schema = msgspec.json.schema(SubmissionResult)
    totals = {
        "score": {"type": "number", "description": "The sum of what the checks earned."},
        "max_score": {"type": "number"},
        "releasable": {"type": "boolean", "description": "False while a check ended in a fault of the grader."},
    }
    schema["$defs"]["SubmissionResult"]["properties"] |= totals
    return schema


def decode(data: bytes) -> SubmissionResult:
    """Read a result; raises `msgspec.ValidationError` for anything that is not one."""
    return msgspec.json.decode(data, type=SubmissionResult)


def read(path: Path) -> SubmissionResult:
    return decode(path.read_bytes())


def read_all(folder: Path) -> list[SubmissionResult]:
    """Every result in a folder written by `grade`, ordered by submission id."""
    return [read(path) for path in sorted(folder.glob("*.json"))]


class Unreadable(_Record, frozen=True):
    """A file among the results that is not one: it must be named, and must not stop the rest."""

    id: str
    reason: str


def read_each(folder: Path) -> Iterator[SubmissionResult | Unreadable]:
    """Every result in a folder written by `grade`, one at a time, ordered by file name."""
    for path in sorted(folder.glob("*.json")):
        try:
            result = read(path)
        except (OSError, ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            yield Unreadable(id=path.stem, reason=f"{path.name}: {error}")
            continue
        if result.schema_version > SCHEMA_VERSION:
            yield Unreadable(
                id=path.stem, reason=f"{path.name}: written by a newer version (schema {result.schema_version})"
            )
        else:
            yield result


def write_atomically(path: Path, data: bytes) -> None:
    """Write `path` so that a reader, or a killed run, sees the old content or the new, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
