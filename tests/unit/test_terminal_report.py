"""What the terminal shows of a class and of one student's own check, from hand-made records."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from autograder.report.class_summary import summarize
from autograder.report.terminal import print_class, print_student
from autograder.results import Failure, Unreadable

HOSTILE = "[bold red]x[/] \x1b[2J\x1b]8;;http://evil\x07 \u202e \ud800 [/nonsense]"


def student_text(result: Any, encoding: str = "utf-8", **options: Any) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    print_student(result, Console(file=file, width=100, **options))
    return raw.getvalue().decode(encoding)


def class_text(summaries: Any) -> str:
    file = io.StringIO()
    print_class(summaries, Console(file=file, width=120))
    return file.getvalue()


def test_a_wrong_value_is_printed_with_what_was_expected_and_where(records: Any) -> None:
    text = student_text(records.result(records.wrong_value()))
    for shown in (
        "0 of 8 points",
        "Wrong value: Ten steps of Adam from a cold start.",
        "Compared: the parameters after each of 3 steps. The values differ, first at step 2, ['W'][0].",
        "optimizers.adam_step({'W': np.array([1.5])}, lr=0.1)",
        "yours     1.25",
        "expected  1.375",
        "Your step is twice as long.",
        "printed by the student",
        "Begin with optimizers.adam_step",
    ):
        assert shown in text, shown


def test_an_exception_is_printed_once_with_the_students_own_lines(records: Any) -> None:
    text = student_text(records.result(*(records.raised(id=f"c{number}") for number in range(4))))
    assert text.count("TypeError: unsupported operand") == 2  # where it is explained, and in "Begin with"
    assert "optimizers.py:88 in rmsprop_step" in text
    assert "S = beta * S" in text
    assert "Not passed for the same reason: 3 other checks." in text


def test_one_broken_line_that_stops_many_functions_is_printed_once(records: Any) -> None:
    checks = [records.raised(id=f"c{number}", function=f"optimizers.f{number}") for number in range(4)]
    text = student_text(records.result(*checks))
    assert text.count("S = beta * S") == 1
    assert text.count("Raised an exception: the same as in f0") == 3


def test_unwritten_functions_and_passed_ones_take_a_line_each(records: Any) -> None:
    checks = [*(records.not_written(id=f"n{number}") for number in range(5)), records.check()]
    lines = [line.strip() for line in student_text(records.result(*checks)).splitlines() if line.strip()]
    assert lines == [
        "Optimizers   2 of 12 points   1 of 6 checks passed",
        "optimizers.momentum_step   0 of 10 points   Not written yet",
        "optimizers.sgd_step   2 of 2 points   All passed",
    ]


def test_a_module_that_cannot_be_imported_is_said_once(records: Any) -> None:
    failure = Failure(kind="import_failed", message="no", exception="SyntaxError: expected ':'")
    checks = [
        records.check(id=f"c{n}", function=f"optimizers.f{n}", outcome="error", failure=failure) for n in range(9)
    ]
    text = student_text(records.result(*checks))
    assert "optimizers.py   cannot be tried (18 points)" in text
    assert text.count("SyntaxError") == 2  # where it is explained, and in "Begin with"


def test_everything_passed_is_said(records: Any) -> None:
    assert "Everything passed." in student_text(records.result(records.check()))


def test_a_refused_hand_in_is_printed_as_its_reason_alone(records: Any) -> None:
    text = student_text(records.result(records.raised(), refused="the zip leaves its folder"))
    assert "could not be accepted: the zip leaves its folder" in text
    assert "TypeError" not in text


def test_hidden_inputs_are_not_printed(records: Any) -> None:
    text = student_text(records.result(records.wrong_value(visibility="hidden")))
    assert "1.375" not in text
    assert "printed by the student" not in text
    assert "step 2, ['W'][0]" in text


def test_long_output_is_cut(records: Any) -> None:
    text = student_text(records.result(records.wrong_value(output="line\n" * 5000)))
    assert text.count("    line") == 10
    assert "more lines" in text


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
@pytest.mark.parametrize("color", [False, True])
def test_hostile_text_moves_no_cursor_and_reads_as_no_markup(records: Any, encoding: str, color: bool) -> None:
    failure = Failure(kind="raised", message=HOSTILE, exception=HOSTILE, got=HOSTILE, what=HOSTILE, remark=HOSTILE)
    check = records.raised(
        function=f"m.{HOSTILE}",
        title=HOSTILE,
        output=HOSTILE,
        failure=failure,
        diagnosis=records.diagnosis(HOSTILE, formula=HOSTILE, hint=HOSTILE),
        skill=HOSTILE,
    )
    text = student_text(
        records.result(check, name=HOSTILE), encoding, force_terminal=color, color_system="standard" if color else None
    )
    assert "\x1b[2J" not in text
    assert "\x1b]8" not in text
    assert "\u202e" not in text
    assert "[bold red]x[/]" in text


def test_the_class_table_has_a_row_a_student_and_says_what_needs_a_look(records: Any) -> None:
    right = summarize(records.result(records.check(), name="Ada"))
    wrong = summarize(records.result(records.wrong_value(), records.not_written(), name=HOSTILE))
    faulty = summarize(records.result(records.check(outcome="grader_error"), name="Cy"))
    text = class_text([right, wrong, faulty, Unreadable(id="x", reason="x.json: \x1b[2J no result")])
    rows = [line.split() for line in text.splitlines()]
    assert ["Ada", "2", "of", "2", "1"] in rows
    assert ["Cy", "2", "of", "2", "0", "our", "fault"] in rows
    assert any(row[:2] == ["[bold", "red]x[/]"] and " ".join(row).endswith("0 of 10 0 1 1 no points") for row in rows)
    assert "3 students, mean 1.3, median 2.0" in text
    assert "unreadable: x.json: ␛[2J no result" in text
    assert "Not releasable: 1 submission met a fault of the grader." in text
