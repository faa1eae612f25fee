"""The CSV summary of a class, from hand-made records."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

from autograder.export.cells import cell
from autograder.export.summary import write_summary_csv
from autograder.results import SubmissionResult, encode, write_atomically


def rows_of(tmp_path: Path, *results: SubmissionResult) -> list[dict[str, str]]:
    for number, result in enumerate(results):
        write_atomically(tmp_path / "results" / f"{number}.json", encode(result))
    path = write_summary_csv(tmp_path / "results", tmp_path / "out" / "summary.csv")
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def test_a_student_is_a_row_with_points_by_function(records: Any, tmp_path: Path) -> None:
    checks = [records.check(id="a"), records.check(id="b", points=0.1), records.wrong_value(), records.not_written()]
    row, other = rows_of(tmp_path, records.result(*checks), records.result(records.raised(), id="s2", name="Bo"))
    assert row == {
        "id": "student-07",
        "name": "Zoë Çelik",
        "outcome": "graded",
        "score": "2.1",
        "max_score": "12.1",
        "releasable": "yes",
        "passed": "2",
        "failed": "1",
        "not_implemented": "1",
        "error": "0",
        "timeout": "0",
        "crashed": "0",
        "grader_error": "0",
        "optimizers.sgd_step": "2.1",
        "optimizers.adam_step": "0.0",
        "optimizers.momentum_step": "0.0",
        "optimizers.rmsprop_step": "",
    }
    assert other["optimizers.rmsprop_step"] == "0.0"
    assert other["optimizers.sgd_step"] == ""


def test_outcomes_tell_refused_and_faulty_results_from_graded_ones(records: Any, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "9.json").write_text("{}")
    faulty = records.result(records.check(outcome="grader_error"), refused="")
    rows = rows_of(tmp_path, records.result(refused="a bomb"), faulty)
    assert [(row["outcome"], row["releasable"]) for row in rows] == [
        ("refused", "yes"),
        ("needs attention", "no"),
        ("unreadable", ""),
    ]
    assert rows[2]["id"] == "9"
    assert rows[2]["score"] == ""


def test_the_file_begins_with_a_byte_order_mark_for_excel(records: Any, tmp_path: Path) -> None:
    rows_of(tmp_path, records.result(records.check()))
    assert (tmp_path / "out" / "summary.csv").read_bytes().startswith(b"\xef\xbb\xbfid,name,outcome,")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "  =1+1",
        "＝1+1",
        "\t=1+1",
        "\r=1+1",
        '"=1+1',
        "x;=1+1",
        "x,=1+1",
        "x\t=1+1",
        "x|=1+1",
        "x;;@a",
    ],
)
def test_a_cell_never_begins_a_formula_however_the_line_is_split(text: str) -> None:
    for separator in ",;\t|":
        for part in cell(text).split(separator):
            assert not re.match('[\\s"]*[=+@＝-]', part)


@pytest.mark.parametrize("text", ["Zoë Çelik", "李小龙", "علی‌رضا", "Anne-Marie O'Neil", "a = b", "7"])
def test_ordinary_names_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


def test_a_cell_is_one_line_of_visible_text() -> None:
    assert cell("a\nb\x00\x1b[31m\ud800\u202e") == "a␤b␀␛[31m⟨U+D800⟩⟨U+202E⟩"


def test_hostile_names_reach_the_file_neutralized(records: Any, tmp_path: Path) -> None:
    row = rows_of(tmp_path, records.result(records.check(function="=evil()"), name='=HYPERLINK("http://x")', id="@x"))[
        0
    ]
    assert row["name"].startswith("'=")
    assert row["id"] == "'@x"
    assert "'=evil()" in row
