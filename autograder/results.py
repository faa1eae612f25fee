"""The record of one graded submission: everything a report, an export or an audit needs, and nothing else is read.

One JSON file per submission and assignment. `SCHEMA_VERSION` grows when a field changes meaning; fields are only
ever added with a default, so older files stay readable. A field that has its default is left out of the file. The
string below each field is its description in the JSON Schema (`result_schema`).
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

HintStep = Literal["property", "misconception", "example"]
"""What a failed hidden check can tell beside the skill it is about."""

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
    """The largest difference that counts as none."""
    reason: str
    """Why so much, in a phrase for the student."""


class Difference(_Record, frozen=True):
    """The first place where the student's result and the expected one part."""

    where: str
    """Readable position, e.g. ``step 3, params['W1'][2, 0]``."""
    got: str
    """The student's number there, as text."""
    expected: str
    """The expected number there, as text."""
    step: int | None = None
    """The step of a run at which the results part, counted from 0; null where there are no steps."""


class Frame(_Record, frozen=True):
    """One line of the student's own traceback (the grader's frames are left out)."""

    file: str
    """The student's module."""
    line: int
    """Counted from 1."""
    function: str
    """The function the line is in; ``<module>`` at the top."""
    source: str = ""
    """The line itself."""


class Call(_Record, frozen=True):
    """One call of the student's code made during the check; `function(arguments)` can be pasted into Python."""

    function: str
    """Module and name, e.g. ``optimizers.adam_step``."""
    arguments: str
    """What stands between the parentheses, as Python."""
    result: str
    """What came back, as Python, or the exception's type and message."""
    seconds: float = 0.0
    """Wall time of the call."""


class Series(_Record, frozen=True):
    """Numbers to plot: the student's beside the expected ones. None stands for a value that is not finite."""

    kind: Literal["curve", "path"]
    """`curve`: y over the number of its step. `path`: points (x, y) of a trajectory in two parameters."""
    title: str
    """What is drawn."""
    x_label: str
    """What is written at the horizontal axis."""
    y_label: str
    """What is written at the vertical axis."""
    got: list[tuple[float | None, float | None]]
    """The student's points (x, y)."""
    expected: list[tuple[float | None, float | None]]
    """The expected points (x, y)."""


class Failure(_Record, frozen=True):
    """Why a check did not pass, as data."""

    kind: FailureKind
    """What kind of thing went wrong. `not_implemented`: the skeleton's line is still there. `did_not_raise` and
    `wrong_exception`: bad input was accepted, or not refused as the handout says. `property`: something that must hold
    does not. `refused`: the hand-in itself was. `grader`: our own fault."""
    message: str
    """One sentence, for the student."""
    what: str = ""
    """What was compared, e.g. "the parameters after each of 10 steps"."""
    got: str = ""
    """The student's whole value as Python, shortened where it is long."""
    expected: str = ""
    """The expected value as Python, or in words."""
    first_difference: Difference | None = None
    """Where the two part first; null where there is nothing to point at."""
    tolerance: Tolerance | None = None
    """How close was close enough; null where numbers were not compared."""
    remark: str = ""
    """Something worth knowing about this particular difference ("your values are 2 times the expected ones")."""
    calls: list[Call] = []
    """The calls worth showing, the one at which the results part last."""
    series: list[Series] = []
    """What can be drawn of the difference."""
    exception: str = ""
    """Type and message of the student's exception."""
    frames: list[Frame] = []
    """The student's own lines of the traceback, the innermost last."""


class KnownMistake(_Record, frozen=True):
    """One of the assignment's misconceptions, in its author's words."""

    name: str
    """Stable, unique within an assignment."""
    function: str
    """The student's function it is made in, e.g. ``optimizers.adam_step``."""
    title: str
    """The mistake in a few words."""
    formula: str
    """The wrong formula, in the handout's notation."""
    hint: str
    """Teaches without giving the code."""
    handout: str
    """Anchor of the handout's section to read again."""


class Explanation(_Record, frozen=True):
    """One way to get the student's own values: a known mistake made on purpose, or two of them at once."""

    mistakes: list[KnownMistake]
    """One, or two made at once."""
    calls: int
    """How many calls of the check were made again, all with the student's results."""
    numbers: int
    """How many numbers were compared in them."""
    digits: int
    """To how many significant digits all of these numbers agree."""
    unexplained: int = 0
    """In how many other failed checks of the function, where it was tried, it does not give the student's values."""


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


class Example(_Record, frozen=True):
    """The smallest input found on which the student's function is wrong; made up, never a check's own data."""

    function: str
    """The student's function."""
    arguments: str
    """`function(arguments)` can be pasted into Python."""
    got: str
    """What the student's function gives, as Python, or the exception's type and message."""
    expected: str
    """What the reference gives."""


class CheckResult(_Record, frozen=True):
    """What became of one check."""

    id: str
    """The test function's name: stable, unique within an assignment."""
    function: str
    """The student's function it judges, e.g. ``optimizers.adam_step``."""
    skill: str
    """What a student who passes can do; several checks may share it."""
    title: str
    """First paragraph of the check's docstring."""
    visibility: Visibility
    """Whether students have the check on their own machine."""
    points: float
    """What it is worth."""
    earned: float
    """What it gave: all of it or nothing; all of it too where the fault is ours."""
    outcome: Outcome
    """What became of it. `error` is the student's own exception; `grader_error` is our fault and costs no points."""
    explanation: str = ""
    """The rest of the docstring: the worked explanation."""
    failure: Failure | None = None
    """Why it did not pass; null where it did."""
    diagnosis: Diagnosis | None = None
    """None where nothing could be tried: the check passed, nothing is written, or no mistakes are listed."""
    builds_on: list[str] = []
    """The functions to be written that the judged one calls, directly or not, in the reference; of failed checks."""
    stand_ins: list[str] = []
    """Functions of the student's, ``network.forward``, in whose place the reference's stood for this check to pass."""
    example: Example | None = None
    """A small example of what is wrong, with one failing check of each function; null where there is none."""
    measured: dict[str, float] = {}
    """What the check measured, passed or not, by name: an accuracy. A leaderboard may be made of it."""
    output: str = ""
    """What the student's code printed during the check, capped."""
    seconds: float = 0.0
    """Wall time of the student's calls."""


class SubmissionInfo(_Record, frozen=True):
    """What was handed in."""

    id: str
    """File-name-safe and unique within a class."""
    name: str
    """As handed in: may hold any characters at all."""
    content_hash: str
    """Of the accepted files: equal for equal contents."""
    submitted_at: str | None = None
    """ISO 8601, where the source tells it."""
    files: list[str] = []
    """The accepted files, by the names the assignment gives them."""
    notes: list[str] = []
    """What intake had to say: "ignored conftest.py", "read optimizers.py from folder hw3/"."""
    refused: str = ""
    """Why the hand-in could not be accepted at all; empty when it was."""


class GradingInfo(_Record, frozen=True):
    """How it was graded."""

    seed: int
    """What hidden inputs were drawn from."""
    engine: str
    """Version of the autograder."""
    fingerprint: str
    """Hash of checks, solutions and engine: same fingerprint, seed, content and isolation → same result."""
    isolation: str
    """The wall around the student's code: `bubblewrap`, `user` or `none`."""
    graded_at: str
    """ISO 8601."""
    seconds: float = 0.0
    """Wall time of all checks of this submission."""
    attempt: int = 1
    """Which different hand-in of this student it is, as far as the folder of results knows."""


class Hint(_Record, frozen=True):
    """When a failed hidden check tells more than its skill. By whichever comes first, where both are given."""

    step: HintStep
    """What is told: the property that does not hold, the known mistake behind it, or the example with its numbers."""
    attempt: int | None = None
    """From which hand-in of the student on, counted from 1."""
    date: str | None = None
    """From which day on, as YYYY-MM-DD (UTC)."""


class AssignmentInfo(_Record, frozen=True):
    """What was asked for."""

    name: str
    """The assignment's folder."""
    title: str
    """As students read it."""
    show_hidden_inputs: bool = False
    """Whether reports may show the inputs of hidden checks."""
    handout: str = ""
    """Address of the handout, where the course has published it; headings have anchors there."""
    hints: list[Hint] = []
    """The steps that are not told at once."""


class SubmissionResult(_Record, frozen=True):
    """One graded submission."""

    assignment: AssignmentInfo
    """What was asked for."""
    submission: SubmissionInfo
    """What was handed in."""
    grading: GradingInfo
    """How it was graded."""
    checks: list[CheckResult]
    """Every check of the assignment, in the order of its files."""
    schema_version: int = SCHEMA_VERSION
    """Grows when a field changes its meaning; 1 where it is left out."""

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
