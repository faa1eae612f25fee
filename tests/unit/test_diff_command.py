"""`autograder diff`: whose points changed between two gradings, and by which checks."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import main
from autograder.results import encode


@pytest.fixture
def gradings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Writes results as two gradings, and gives what `diff` prints and its exit code."""
    monkeypatch.chdir(tmp_path)

    def write(folder: str, *results: Any) -> None:
        (tmp_path / folder / "results").mkdir(parents=True, exist_ok=True)
        for one in results:
            (tmp_path / folder / "results" / f"{one.submission.id}.json").write_bytes(encode(one))

    return write


def test_points_that_changed_are_told_with_the_checks_that_changed_them(gradings, records, capsys):
    kept = records.result(records.check(), id="kept", name="Kept")
    before = records.result(records.check(), records.wrong_value(), id="ada", name="Ada")
    broken = records.not_written(id="test_sgd_takes_one_step")
    right = records.wrong_value(outcome="passed", failure=None)
    after = records.result(broken, right, id="ada", name="Ada")
    gradings("a", kept, before)
    gradings("b", kept, after)
    assert main(["diff", "a", "b/results"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Ada: 2 → 8 (+6)",
        "    -2 test_sgd_takes_one_step: passed → not implemented",
        "    +8 test_adam_follows_the_paper: failed → passed",
        "1 student up, 0 down, 1 unchanged",
    ]


def test_a_new_hand_in_a_new_check_and_who_is_in_one_grading_only_are_told(gradings, records, capsys):
    gradings("a", records.result(records.check(), id="ada", name="Ada"), records.result(records.check(), id="gone"))
    new = records.result(records.check(), records.not_written(), id="ada", name="Ada", content_hash="another")
    gradings("b", new, records.result(records.check(), id="new"))
    main(["diff", "a", "b"])
    assert capsys.readouterr().out.splitlines() == [
        "Ada: 2 → 2 (0, another hand-in)",
        "    0 test_momentum: not there → not implemented",
        "only in the first: gone",
        "only in the second: new",
        "0 students up, 0 down, 1 with other checks and the same points, 0 unchanged",
    ]


def test_a_fault_of_the_grader_is_a_change_though_it_earns_the_same(gradings, records, capsys):
    gradings("a", records.result(records.check()))
    gradings("b", records.result(records.check(outcome="grader_error")))
    main(["diff", "a", "b"])
    assert "passed → grader error" in capsys.readouterr().out


def test_the_table_has_a_row_for_each_changed_check_and_no_formula(gradings, records):
    gradings("a", records.result(records.check(), id="x", name="=1+1"))
    gradings("b", records.result(records.check(outcome="failed"), id="x", name="=1+1"))
    main(["diff", "a", "b", "--csv", "changes.csv"])
    header, row = csv.reader(Path("changes.csv").read_text(encoding="utf-8-sig").splitlines())
    told = dict(zip(header, row, strict=True))
    assert (told["name"], told["check"], told["difference"]) == ("'=1+1", "test_sgd_takes_one_step", "-2.0")


def test_a_broken_result_is_named_and_a_folder_without_results_refused(gradings, records, capsys):
    gradings("a", records.result(records.check()))
    gradings("b", records.result(records.check()))
    for folder in ("a", "b"):
        Path(f"{folder}/results/broken.json").write_text("{")
    assert main(["diff", "a", "b"]) == 1
    assert "unreadable: broken.json" in capsys.readouterr().out
    Path("empty").mkdir()
    assert main(["diff", "a", "empty"]) == 1
    assert "holds no results" in capsys.readouterr().err


def test_a_name_from_anywhere_steers_no_terminal(gradings, records, capsys):
    name = "[bold]x[/] \x1b[2J\u202e"
    gradings("a", records.result(records.check(), name=name))
    gradings("b", records.result(records.check(outcome="failed"), name=name))
    main(["diff", "a", "b"])
    said = capsys.readouterr().out
    assert "[bold]x[/]" in said
    assert "\x1b" not in said
    assert "\u202e" not in said
