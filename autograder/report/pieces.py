"""What a report says about one check, as pieces that a format of any kind can lay out: Markdown, HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from autograder.report import known_mistakes, prose, wording
from autograder.report.code_layout import can_be_pasted, laid_out, laid_out_call
from autograder.report.findings import Finding
from autograder.report.visible_text import one_line, shortened, visible
from autograder.results import CheckResult, Example, Failure, Series


@dataclass(frozen=True)
class Piece:
    kind: Literal["heading", "text", "code", "plot"]
    text: str = ""
    """Visible, and not yet escaped. In a text or heading, what stands between backquotes is code."""
    series: Series | None = None


def pieces(check: CheckResult) -> Iterator[Piece]:
    """All a student needs to see about a check, in reading order; nothing for one that passed.

    Where inputs are kept hidden, give the check as `hidden_inputs.shown_checks` leaves it.
    """
    if check.outcome == "passed":
        return
    finding = Finding(check)
    compared = f" Compared: {finding.compared}." if finding.compared else ""
    if finding.kind != "refused":
        yield Piece("heading", finding.label)
    yield Piece("text", visible(finding.sentence) + compared)
    if finding.kind in ("grader", "refused") or finding.is_about_absence:
        return
    yield from _known_mistakes(check)
    if check.failure:
        yield from _failure(check.failure, finding)
    if check.explanation and finding.kind != "import_failed":
        yield Piece("heading", "How the right answer comes about")
        yield from _prose(check.explanation)
    if check.example:
        yield Piece("heading", "A small example")
        yield Piece("code", _example(check.example))
    if check.output:
        yield Piece("heading", "What your code printed")
        yield Piece("code", shortened(visible(check.output), 1200))


def _known_mistakes(check: CheckResult) -> Iterator[Piece]:
    if not known_mistakes.heading(check):
        if said := known_mistakes.unexplained(check):
            yield Piece("text", said)
        return
    yield Piece("heading", known_mistakes.heading(check))
    for explanation in check.diagnosis.explanations if check.diagnosis else []:
        for mistake in explanation.mistakes:
            where = known_mistakes.made_in(mistake, check)
            yield Piece("text", visible(mistake.title) + (f" (in your {visible(where)})" if where else ""))
            if mistake.formula:
                yield Piece("code", shortened(visible(mistake.formula), 400))
            yield Piece("text", visible(mistake.hint))
        yield Piece("text", known_mistakes.evidence(explanation))


def _failure(failure: Failure, finding: Finding) -> Iterator[Piece]:
    if failure.exception:
        yield Piece("code", shortened(visible(failure.exception), 1500))
    if failure.frames:
        yield Piece("heading", "Where in your code")
        lines = (
            f"{one_line(frame.file, 80)}, line {frame.line}, in {one_line(frame.function, 60)}\n    "
            f"{shortened(visible(frame.source).strip(), 600)}"
            for frame in failure.frames[-8:]
        )
        yield Piece("code", "\n".join(lines))
    if finding.kind != "did_not_raise":
        yield from _comparison(failure, finding.sentence)
    if finding.remark:
        yield Piece("text", visible(finding.remark))
    for series in failure.series:
        yield Piece("plot", visible(series.title), series)
    if failure.calls:
        module = one_line(failure.calls[0].function, 80).partition(".")[0]
        pasteable = can_be_pasted(failure.calls[0].arguments)
        yield Piece("heading", f"To paste after `import numpy as np, {module}`" if pasteable else "What was called")
        for call in failure.calls[:2]:
            yield Piece("code", shortened(visible(laid_out_call(call.function, call.arguments)), 3500))


def _comparison(failure: Failure, sentence: str) -> Iterator[Piece]:
    first = failure.first_difference
    if first and first.where and first.where not in sentence:
        yield Piece("text", f"The first difference is at {visible(wording.in_words(first.where, failure.what))}.")
    got, expected = (first.got, first.expected) if first else ("", "")
    got, expected = got or failure.got, expected or failure.expected
    if not (got or expected):
        return
    rows = [("yours", shortened(laid_out(got), 2000)), ("expected", shortened(laid_out(expected), 2000))]
    gap = wording.difference(got, expected)
    if gap and failure.tolerance and wording.is_close(got, expected, failure.tolerance.absolute):
        rows += [("difference", gap), ("allowed", f"±{failure.tolerance.absolute:.2g}")]
    yield Piece("code", "\n".join(f"{name:<11} {_indented(visible(value))}" for name, value in rows))


def _indented(value: str) -> str:
    return value.replace("\n", "\n" + " " * 12)


def _example(example: Example) -> str:
    call = shortened(laid_out_call(example.function, example.arguments), 1500)
    values = (("yours", example.got), ("expected", example.expected))
    lines = (f"{name:<11} {_indented(shortened(laid_out(value), 600))}" for name, value in values)
    return visible("\n".join([call, *lines]))


def _prose(text: str) -> Iterator[Piece]:
    for block in prose.blocks(text):
        for number, item in enumerate(block.items, start=1):
            mark = {"bullets": "• ", "numbers": f"{number}. "}.get(block.kind, "")
            if block.kind == "code":
                yield Piece("code", visible("".join(span.text for span in item)))
            else:
                yield Piece("text", mark + visible("".join(_quoted(span) for span in item)))


def _quoted(span: prose.Span) -> str:
    return f"``{span.text}``" if span.is_code else span.text
