"""What a notebook shows of some checks: a table, or the same as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from autograder.report import wording
from autograder.report.code_layout import laid_out_call
from autograder.report.visible_text import one_line, shortened, visible
from autograder.results import CheckResult, Failure

_CELL = "text-align:left;vertical-align:top;padding:.3em .8em .3em 0;white-space:normal"
_CODE = "background:none;white-space:pre-wrap;margin:.2em 0;font-family:monospace;font-size:90%"


@dataclass(frozen=True)
class Verdict:
    """The checks of one function, or why there are none."""

    function: str
    checks: tuple[CheckResult, ...] = ()
    note: str = ""
    """What is said in place of checks."""

    @property
    def passed(self) -> int:
        return sum(check.outcome == "passed" for check in self.checks)

    def __repr__(self) -> str:
        lines = [self._heading()]
        for check in self.checks:
            lines.append(f"  {_label(check)}  {one_line(check.title, 300)}")
            lines += [f"      {line}" for text in _details(check) for line in text.splitlines()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(_row(check) for check in self.checks)
        table = f'<table style="border-collapse:collapse">{rows}</table>' if rows else ""
        return f"<div><strong>{escape(self._heading())}</strong>{table}</div>"

    def _heading(self) -> str:
        if self.note:
            return f"{self.function}: {visible(self.note)}"
        return f"{self.function}: {self.passed} of {wording.count(len(self.checks), 'public check')} passed"


def _row(check: CheckResult) -> str:
    sentence, *code = _details(check) or [""]
    details = f"<div>{escape(sentence)}</div>" if sentence else ""
    details += "".join(f'<pre style="{_CODE}">{escape(text)}</pre>' for text in code)
    title = escape(one_line(check.title, 300))
    return (
        f'<tr><td style="{_CELL};white-space:nowrap">{_label(check)}</td><td style="{_CELL}">{title}{details}</td></tr>'
    )


def _label(check: CheckResult) -> str:
    """A sign and words, so that nobody depends on a colour."""
    return f"{'✓' if check.outcome == 'passed' else '✗'} {wording.label(check)}"


def _details(check: CheckResult) -> list[str]:
    """What went wrong, in a sentence, and then what shows it; nothing where the label says it all."""
    kind = check.failure.kind if check.failure else None
    if check.outcome == "passed" or kind == "not_implemented":
        return []
    texts = [wording.sentence(check)]
    if check.failure and kind != "missing" and check.outcome != "grader_error":
        texts += _of_failure(check.failure)
    if check.output:
        texts.append(f"your code printed:\n{check.output}")
    return [shortened(visible(text), 1500) for text in texts]


def _of_failure(failure: Failure) -> Iterator[str]:
    if failure.exception:
        yield "\n".join([failure.exception, *(_frame_lines(failure))])
    for call in failure.calls[-1:]:  # the one at which the results part
        yield laid_out_call(call.function, call.arguments)
    yield from _numbers(failure)
    if failure.remark:
        yield failure.remark


def _frame_lines(failure: Failure) -> Sequence[str]:
    return [f"{frame.file}:{frame.line} in {frame.function}: {frame.source.strip()}" for frame in failure.frames[-4:]]


def _numbers(failure: Failure) -> Iterator[str]:
    first = failure.first_difference
    got, expected = (first.got, first.expected) if first else ("", "")
    got, expected = got or failure.got, expected or failure.expected
    if got or expected:
        where = f"at {first.where}\n" if first and first.where else ""
        yield f"{where}yours:    {got}\nexpected: {expected}"
