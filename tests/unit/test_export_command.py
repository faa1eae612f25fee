"""`autograder export`: the files that learning systems read, and the trace beside them."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.results import encode

TOML = """\
title = "Optimizers"
order = 1
modules = ["optimizers"]
points = 10
due = "2026-11-20T12:00:00+00:00"

[late]
percent_per_day = 10
"""
IN_TIME, LATE = "2026-11-20T11:00:00+00:00", "2026-11-22T11:00:00+00:00"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "assignments/optimizers").mkdir(parents=True)
    (tmp_path / "assignments/optimizers/assignment.toml").write_text(TOML)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def graded(course: Path, records: Any) -> Callable[..., None]:
    """Puts results where `grade` puts them."""

    def write(*people: dict[str, Any], folder: str = "grades/optimizers") -> None:
        (course / folder / "results").mkdir(parents=True, exist_ok=True)
        for about in people:
            checks = about.pop("checks", None) or [records.check(points=10.0)]
            one = records.result(*checks, **about)
            (course / folder / "results" / f"{one.submission.id}.json").write_bytes(encode(one))

    return write


def rows(path: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(Path(path).read_text(encoding="utf-8-sig"), newline="")))


def test_a_late_grade_is_exported_and_its_trace_leads_to_the_bytes_of_its_result(graded, capsys):
    graded({"id": "ada", "name": "Ada", "submitted_at": IN_TIME}, {"id": "bob", "name": "Bob", "submitted_at": LATE})
    Path("grades/optimizers/adjustments.csv").write_text("submission,add,reason\nbob,0.5,written work\n")
    assert main(["export", "optimizers", "--to", "csv", "--out", "out/grades.csv"]) == 0
    assert rows("out/grades.csv") == [
        ["id", "name", "optimizers", "total", "max_total"],
        ["ada", "Ada", "10", "10", "10"],
        ["bob", "Bob", "8.5", "8.5", "10"],
    ]
    header, *traced = rows("out/grades.trace.csv")
    for row in traced:
        told = dict(zip(header, row, strict=True))
        content = (Path("out") / told["result"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == told["result_sha256"]
        parts = [Decimal(told[name]) for name in ("graded", "by_hand", "late_deduction", "added")]
        assert Decimal(told["exported"]) == parts[0] + parts[1] - parts[2] + parts[3]
    bob = dict(zip(header, traced[1], strict=True))
    assert (bob["days_late"], bob["late_deduction"], bob["reasons"]) == ("2", "2", "written work")
    assert "1 hand-in came late" in capsys.readouterr().out


def test_without_lateness_nobody_loses_points(graded):
    graded({"id": "bob", "name": "Bob", "submitted_at": LATE})
    main(["export", "grades/optimizers", "--to", "csv", "--no-late", "--out", "o.csv"])
    assert rows("o.csv")[1][2] == "10"


def test_where_the_late_policy_cannot_be_read_nothing_is_exported(graded, course, capsys):
    graded({"id": "bob", "name": "Bob"})
    policy = course / "assignments/optimizers/assignment.toml"
    policy.write_text(TOML.replace("T12:00:00+00:00", ""))
    assert main(["export", "grades/optimizers", "--to", "csv", "--out", "o.csv"]) == 1
    policy.write_text(TOML.replace("percent_per_day = 10", "percent_per_day = -10"))
    assert main(["export", "grades/optimizers", "--to", "csv", "--out", "o.csv"]) == 1
    policy.unlink()
    assert main(["export", "grades/optimizers", "--to", "csv", "--out", "o.csv"]) == 1
    said = capsys.readouterr().err
    assert "offset" in said
    assert "percent_per_day" in said
    assert "--no-late" in said
    assert not Path("o.csv").exists()


def test_a_grade_kept_back_leaves_its_cell_and_the_total_empty_and_exit_code_1(graded, records, capsys):
    graded({"id": "ada", "name": "Ada"}, {"id": "bob", "name": "Bob"})
    faulty = records.check(id="test_ours", points=10.0, outcome="grader_error")
    graded({"id": "ada", "name": "Ada", "checks": [faulty]}, {"id": "bob", "name": "Bob"}, folder="second")
    results = Path("second/results")
    for path in results.glob("*.json"):  # another assignment of the course
        path.write_text(path.read_text().replace('"name": "optimizers"', '"name": "losses"'))
    folders = ["grades/optimizers", "second"]
    assert main(["export", *folders, "--to", "csv", "--no-late", "--out", "o.csv"]) == 1
    assert rows("o.csv") == [
        ["id", "name", "optimizers", "losses", "total", "max_total"],
        ["ada", "Ada", "10", "", "", "20"],
        ["bob", "Bob", "10", "10", "20", "20"],
    ]
    assert "losses: ada: a fault of the grader in test_ours" in capsys.readouterr().out
    status = {row[0] + row[1]: row[2:4] for row in rows("o.trace.csv")}
    assert status["adalosses"][0].startswith("kept back: a fault of the grader")
    assert status["adalosses"][1] == ""


def test_canvas_gets_its_own_column_and_ids_back_and_an_empty_cell_for_who_is_missing(graded, capsys):
    graded({"id": "lovelaceada-501", "name": "lovelaceada", "submitted_at": IN_TIME})
    Path("canvas.csv").write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Optimizers (12),Optimizers Final\n"
        "    Points Possible,,,,,10,\n"
        '"Lovelace, Ada",501,s1,ada,A,,\n'
        '"Hopper, Grace",502,s2,grace,A,7,\n'
    )
    assert main(["export", "optimizers", "--to", "canvas", "--roster", "canvas.csv", "--out", "up.csv"]) == 0
    assert rows("up.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Optimizers (12)"],
        ["    Points Possible", "", "", "", "", "10"],
        ["Lovelace, Ada", "501", "s1", "ada", "A", "10"],
        ["Hopper, Grace", "502", "s2", "grace", "A", ""],
    ]
    assert "no hand-in: Hopper, Grace (502)" in capsys.readouterr().out


def test_moodles_worksheet_comes_back_as_it_was_with_the_grades_filled_in(graded, records):
    graded(
        {"id": "ada-lovelace-501", "name": "Ada Lovelace", "checks": [records.not_written(points=10.0)]},
        {"id": "grace-hopper-502", "name": "Grace Hopper", "submitted_at": LATE},
    )
    header = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Feedback comments"
    Path("moodle.csv").write_text(
        f"{header}\nParticipant 501,Ada Lovelace,a@x.org,Submitted,3.0,10.00,fine\n"
        'Participant 502,Grace Hopper,g@x.org,Submitted,,"10,00",\nParticipant 503,Eve,e@x.org,No submission,4,10.00,\n'
    )
    assert main(["export", "optimizers", "--to", "moodle", "--roster", "moodle.csv", "--out", "up.csv"]) == 0
    assert rows("up.csv") == [
        header.split(","),
        ["Participant 501", "Ada Lovelace", "a@x.org", "Submitted", "0", "10.00", "fine"],
        ["Participant 502", "Grace Hopper", "g@x.org", "Submitted", "8", "10,00", ""],
        ["Participant 503", "Eve", "e@x.org", "No submission", "4", "10.00", ""],
    ]


def test_moodle_with_another_maximum_is_refused(graded, capsys):
    graded({"id": "ada", "name": "Ada"})
    Path("moodle.csv").write_text("Identifier,Full name,Grade,Maximum Grade\nParticipant 1,Ada,,100.00\n")
    assert main(["export", "optimizers", "--to", "moodle", "--roster", "moodle.csv", "--out", "up.csv"]) == 1
    assert "set it to 10 in Moodle" in " ".join(capsys.readouterr().err.split())


def test_moodles_gradebook_import_finds_students_by_address(graded):
    graded({"id": "ada", "name": "Ada", "submitted_at": IN_TIME})
    Path("list.csv").write_text("First name,Email address\nAda,a@x.org\n")
    assert main(["export", "optimizers", "--to", "moodle", "--roster", "list.csv", "--out", "up.csv"]) == 0
    assert rows("up.csv") == [["Email address", "Optimizers"], ["a@x.org", "10"]]


def test_gradescopes_own_columns_are_written(graded):
    graded({"id": "zoe-celik-9", "name": "Zoë Çelik", "submitted_at": LATE})
    assert main(["export", "optimizers", "--to", "gradescope", "--out", "gs.csv"]) == 0
    header, row = rows("gs.csv")
    assert dict(zip(header, row, strict=True)) == {
        "First Name": "Zoë",
        "Last Name": "Çelik",
        "SID": "zoe-celik-9",
        "Email": "",
        "Total Score": "8",
        "Max Points": "10",
        "Status": "Graded",
        "Submission ID": "zoe-celik-9",
        "Submission Time": LATE,
        "Lateness (H:M:S)": "47:00:00",
    }


@pytest.mark.parametrize("to", ["canvas", "moodle"])
def test_a_system_that_knows_its_students_by_its_own_ids_needs_the_roster(graded, capsys, to):
    graded({"id": "ada", "name": "Ada"})
    assert main(["export", "optimizers", "--to", to, "--out", "up.csv"]) == 1
    assert "--roster" in capsys.readouterr().err
    assert not Path("up.csv").exists()


def test_nbgraders_columns_are_written(graded):
    graded({"id": "ada", "name": "Ada Lovelace", "submitted_at": LATE})
    assert main(["export", "optimizers", "--to", "nbgrader", "--out", "nb.csv"]) == 0
    header, row = rows("nb.csv")
    told = dict(zip(header, row, strict=True))
    assert [list(told)[place] for place in (0, 1, 2, 3, -1)] == [
        "assignment",
        "duedate",
        "timestamp",
        "student_id",
        "max_score",
    ]
    assert (told["raw_score"], told["late_submission_penalty"], told["score"]) == ("10", "2", "8")


@pytest.mark.filterwarnings("ignore")  # nbgrader's own, about how it uses its database
def test_without_nbgrader_it_is_said_what_to_install(graded, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbgrader.api", None)
    graded({"id": "ada", "name": "Ada"})
    assert main(["export", "optimizers", "--to", "nbgrader", "--out", "gradebook.db"]) == 1
    assert "pip install" in " ".join(capsys.readouterr().err.split())
    assert not Path("gradebook.db").exists()


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own, about how it uses its database
def test_an_nbgrader_gradebook_holds_the_same_points(graded, records, monkeypatch):
    # The test opens the gradebook by nbgrader itself, which starts `alembic` by its name.
    monkeypatch.setenv("PATH", os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]))
    checks = [records.check(points=7.0), records.not_written(points=3.0)]
    graded({"id": "ada", "name": "Ada", "submitted_at": LATE, "checks": checks})
    text = "submission,check,points,add,reason\nada,test_momentum,1,,r\nada,,,0.25,r\n"
    Path("grades/optimizers/adjustments.csv").write_text(text)
    with Gradebook("sqlite:///gradebook.db") as gradebook:  # collected by nbgrader already, with a notebook of its own
        gradebook.add_assignment("optimizers")
        gradebook.add_notebook("questions", "optimizers")
        gradebook.add_student("ada")
        gradebook.add_submission("optimizers", "ada")
    for _ in range(2):  # again, into the same gradebook
        assert main(["export", "optimizers", "--to", "nbgrader", "--out", "gradebook.db"]) == 0
    with Gradebook("sqlite:///gradebook.db") as gradebook:
        submission = gradebook.find_submission("optimizers", "ada")
        assert submission.score - submission.late_submission_penalty == pytest.approx(6.65)
        assert (submission.max_score, submission.needs_manual_grade) == (10, False)


def test_no_cell_of_any_export_is_run_by_a_spreadsheet(graded):
    evil = "=HYPERLINK(1)"
    graded({"id": "ada", "name": evil, "submitted_at": IN_TIME})
    Path("grades/optimizers/adjustments.csv").write_text(f"submission,add,reason\nada,0,{evil}\n")
    Path("roster.csv").write_text(f"Student,ID,Email address,Section\n{evil},ada,@x,+1\n")
    for to in ("csv", "canvas", "gradescope", "nbgrader", "moodle"):
        assert main(["export", "optimizers", "--to", to, "--roster", "roster.csv", "--out", f"{to}.csv"]) == 0
        for path in (f"{to}.csv", f"{to}.trace.csv"):
            cells = [one for row in rows(path) for one in row]
            assert not [one for one in cells if one.strip().startswith(("=", "+", "@"))]
    assert rows("canvas.csv")[2] == ["'=HYPERLINK(1)", "ada", "'+1", "10"]


def test_an_assignment_named_twice_or_not_graded_is_refused(graded, capsys):
    graded({"id": "ada", "name": "Ada"})
    twice = ["grades/optimizers", "grades/optimizers/results"]
    assert main(["export", *twice, "--to", "csv", "--out", "o.csv"]) == 1
    assert "named twice" in capsys.readouterr().err
    assert main(["export", "nothing", "--to", "csv", "--out", "o.csv"]) == 1
    assert "no assignment called" in capsys.readouterr().err


def test_without_nbgrader_the_message_says_what_to_install(graded, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbgrader.api", None)
    graded({"id": "ada", "name": "Ada"})
    assert main(["export", "optimizers", "--to", "nbgrader", "--out", "gradebook.db"]) == 1
    assert "nbgrader]" in capsys.readouterr().err
