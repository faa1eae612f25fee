"""The same reports for a terminal: one table for a class, one readable page of failures for a student."""

from __future__ import annotations

import statistics
from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.report import known_mistakes, wording
from autograder.report.class_summary import StudentSummary, fold
from autograder.report.code_layout import laid_out, laid_out_call
from autograder.report.findings import Finding
from autograder.report.student_view import FunctionView, ModuleView, arrange
from autograder.report.visible_text import one_line, shortened, visible
from autograder.results import CheckResult, Failure, SubmissionResult, Unreadable

_LINES_OF_OUTPUT = 10


def print_class(summaries: Iterable[StudentSummary | Unreadable], console: Console) -> None:
    """Print a row a student, and under it what keeps grades from being released."""
    tally = fold(summaries)
    table = Table(title=_text(", ".join(tally.assignments), console), title_justify="left", box=None, pad_edge=False)
    table.add_column("student", overflow="ellipsis", no_wrap=True, max_width=26)
    for heading in ("score", "passed", "failed", "unwritten"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True, min_width=12 if any(row.concerns for row in tally.rows) else None)
    for row in tally.rows:
        table.add_row(
            _text(one_line(row.name, 40), console),
            f"{wording.points(row.score)} of {wording.points(row.max_score)}",
            str(row.passed),
            str(row.failed or ""),
            str(row.unwritten or ""),
            _text(", ".join(concern.kind for concern in row.concerns), console, style="red"),
        )
    console.print(table)
    scores = [row.score for row in tally.rows]
    if scores:
        middle = f"mean {statistics.fmean(scores):.1f}, median {statistics.median(scores):.1f}"
        console.print(f"{wording.count(len(scores), 'student')}, {middle}")
    for one in tally.unreadable:
        console.print(_text(f"unreadable: {one_line(one.reason, 300)}", console, style="red"))
    faults = sum(row.our_faults > 0 for row in tally.rows)
    if faults:
        said = f"Not releasable: {wording.count(faults, 'submission')} met a fault of the grader."
        console.print(Text(said, style="bold red"))


def print_student(result: SubmissionResult, console: Console) -> None:
    """Print one result the way its student needs it: failing checks with what was expected, what came, and where."""
    view = arrange(result)
    console.print(
        Text.assemble(
            _text(one_line(result.assignment.title), console, style="bold"),
            f"   {wording.points(result.score)} of {wording.points(result.max_score)} points"
            f"   {view.passed} of {wording.count(len(result.checks), 'check')} passed",
        )
    )
    if result.submission.refused:
        console.print(_text(f"\nThe hand-in could not be accepted: {result.submission.refused}", console))
        return
    for module in view.modules:
        console.print(_module(module, console))
    if view.is_complete:
        console.print(Text("\nEverything passed.", style="green"))
    elif view.steps:
        console.print(_text(f"\nBegin with {view.steps[0].subject}: {one_line(view.steps[0].text, 240)}", console))


def _module(module: ModuleView, console: Console) -> RenderableType:
    if module.problem:
        lost = wording.points(module.points - module.earned)
        heading = _text(f"\n{module.name}.py   cannot be tried ({lost} points)", console, style="bold red")
        return Group(heading, _indented(_finding(module.problem, console, with_title=False)))
    return Group(*(_function(module, function, console) for function in module.functions))


def _function(module: ModuleView, function: FunctionView, console: Console) -> RenderableType:
    name = f"{module.name}.{function.name}".lstrip(".")
    style = "green" if not function.findings else "yellow" if function.is_absent else "red"
    heading = Text.assemble(
        _text(one_line(name), console, style=f"bold {style}"),
        f"   {wording.points(function.earned)} of {wording.points(function.points)} points   {function.standing}",
    )
    if function.is_absent or not function.findings:
        return heading
    apart: list[RenderableType] = []
    for finding in function.findings:
        origin = function.same_as(finding)
        said = _text(f"{finding.label}: the same as in {origin.name}", console, style="bold") if origin else None
        apart += ["", _indented(said or _finding(finding, console))]
    return Group("", heading, *apart[1:], "")


def _finding(finding: Finding, console: Console, *, with_title: bool = True) -> RenderableType:
    parts: list[RenderableType] = []
    if with_title:
        parts.append(_text(f"{finding.label}: {one_line(finding.check.title, 300)}", console, style="bold"))
    compared = f"Compared: {finding.compared}. " if finding.compared else ""
    parts.append(_text(compared + finding.sentence, console))
    if finding.kind != "grader":
        parts += [_text(text, console) for text in _known_mistakes(finding.check)]
        if finding.failure:
            parts += _failure(finding.failure, finding, console)
        if finding.check.output:
            parts.append(_text("your code printed:", console, style="dim"))
            parts.append(_indented(_text(_first_lines(finding.check.output), console)))
    if finding.others:
        others = wording.count(len(finding.others), "other check")
        parts.append(_text(f"Not passed for the same reason: {others}.", console))
    return Group(*parts)


def _known_mistakes(check: CheckResult) -> Iterable[str]:
    if known_mistakes.heading(check):
        yield f"{known_mistakes.heading(check)} {known_mistakes.in_a_line(check)}."
    for explanation in check.diagnosis.explanations if check.diagnosis else []:
        for mistake in explanation.mistakes:
            yield mistake.formula
            yield mistake.hint


def _failure(failure: Failure, finding: Finding, console: Console) -> Iterable[RenderableType]:
    if failure.exception:
        yield _text(shortened(failure.exception, 1500), console, style="red")
    for frame in failure.frames[-8:]:
        yield _text(f"{one_line(frame.file, 80)}:{frame.line} in {one_line(frame.function, 60)}", console, style="dim")
        if frame.source:
            yield _indented(_text(shortened(frame.source, 600), console))
    for call in failure.calls[-1:]:  # the one at which the results part
        yield _text(shortened(laid_out_call(call.function, call.arguments), 1200), console, style="cyan")
    if finding.kind != "did_not_raise":
        yield _comparison(failure, finding.sentence, console)
    if finding.remark:
        yield _text(finding.remark, console, style="italic")


def _comparison(failure: Failure, sentence: str, console: Console) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    first = failure.first_difference
    if first and first.where and first.where not in sentence:
        table.add_row("first at", _text(wording.in_words(first.where, failure.what), console))
    got, expected = (first.got, first.expected) if first else ("", "")
    got, expected = got or failure.got, expected or failure.expected
    if got or expected:
        table.add_row("yours", _text(shortened(laid_out(got), 800), console))
        table.add_row("expected", _text(shortened(laid_out(expected), 800), console))
    gap = wording.difference(got, expected)
    if gap and failure.tolerance and wording.is_close(got, expected, failure.tolerance.absolute):
        table.add_row("difference", f"{gap} (allowed {failure.tolerance.absolute:.2g})")
    return table


def _first_lines(output: str) -> str:
    lines = shortened(output, 1500).splitlines()
    more = len(lines) - _LINES_OF_OUTPUT
    return "\n".join(lines[:_LINES_OF_OUTPUT]) + (f"\n… ({wording.count(more, 'more line')})" if more > 0 else "")


def _indented(what: RenderableType) -> Padding:
    return Padding(what, (0, 0, 0, 4), expand=False)


def _text(text: str, console: Console, style: str = "") -> Text:
    """Text as it stands: no markup is read in it, and what the terminal cannot show is written out."""
    shown = visible(text)
    return Text(shown.encode(console.encoding, "backslashreplace").decode(console.encoding), style=style)
