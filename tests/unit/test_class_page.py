"""The class page and the site around it, from hand-made records."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from autograder.report.class_page import render_class
from autograder.report.class_summary import StudentSummary, summarize
from autograder.report.site import write_site
from autograder.results import Failure, SubmissionResult, Unreadable, encode, write_atomically

NASTY = "<script>alert(1)</script>\x1b[2J\u202e=cmd()"


def text_of(html: str) -> str:
    html = re.sub("<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def save(folder: Path, *results: SubmissionResult) -> Path:
    for number, result in enumerate(results):
        write_atomically(folder / f"{number:04}.json", encode(result))
    return folder


@pytest.fixture
def small_class(records: Any) -> list[SubmissionResult]:
    """Three students: full marks, one mistake, nothing written."""
    right = [
        records.check(id="a"),
        records.check(id="b", function="optimizers.adam_step", points=8, title="Ten steps."),
    ]
    wrong = [right[0], records.wrong_value(id="b", diagnosis=records.diagnosis("`(1 - beta)**t` for `1 - beta**t`"))]
    unwritten = [records.not_written(id="a"), records.not_written(id="b", points=8)]
    return [
        records.result(*right, id="s1", name="Ada"),
        records.result(*wrong, id="s2", name="Bo"),
        records.result(*unwritten, id="s10", name="Cy"),
    ]


def test_the_numbers_are_those_of_the_class(small_class: Any) -> None:
    text = text_of(render_class(map(summarize, small_class)))
    assert "Students 3 Mean 4.0 of 10 Median 2.0 Full marks 1 Nothing written yet 1" in text
    assert "0–9 %: 1" in text
    assert "20–29 %: 1" in text
    assert "100 %: 1" in text


def test_checks_are_listed_from_the_lowest_pass_rate(small_class: Any) -> None:
    html = render_class(map(summarize, small_class))
    checks = text_of(html[html.index('id="checks"') : html.index('id="students"')])
    assert checks.index("Ten steps.") < checks.index("One step with worked numbers.")
    assert "8 points 33 % passed 1 wrong, 1 not written" in checks
    assert "2 points 66 % passed 1 not written" in checks


def test_students_are_in_the_order_of_their_names_with_numbers_and_accents_where_people_look(records: Any) -> None:
    names = ["student 10", "Zoë", "student 9", "çelik", "Çakir", "Dara"]
    summaries = [summarize(records.result(records.check(), id=f"s{i}", name=name)) for i, name in enumerate(names)]
    html = render_class(summaries)
    shown = re.findall("<bdi>(.*?)</bdi>", html[html.index('id="students"') :])
    assert shown == ["Çakir", "çelik", "Dara", "student 9", "student 10", "Zoë"]


def test_a_fault_of_ours_is_announced_and_listed_before_everything_else(small_class: Any, records: Any) -> None:
    assert "Do not release" not in render_class(map(summarize, small_class))
    fault = Failure(
        kind="grader", message="The grader failed here.", exception="Traceback …\nGraderFault: torch differs"
    )
    faulty = records.result(records.check(id="a", outcome="grader_error", failure=fault), id="z", name="Zed")
    crashed = records.result(records.check(id="a", outcome="crashed"), id="y", name="Ada")
    refused = records.result(refused="zip leaves its folder", id="x", name="Rex")
    text = text_of(render_class(map(summarize, [*small_class, crashed, faulty, refused])))
    assert "Do not release these grades yet In 1 submission a check ended in a fault of the grader" in text
    look = text[text.index("Needs a look") :]
    assert "Zed our fault a: GraderFault: torch differs" in look
    assert look.index("Zed") < look.index("Rex refused zip leaves its folder") < look.index("Ada crashed optimizers")


def test_a_fault_of_ours_does_not_lower_a_checks_pass_rate(records: Any) -> None:
    outcomes = ["passed", "grader_error"]
    summaries = [summarize(records.result(records.check(outcome=outcome), id=outcome)) for outcome in outcomes]
    assert "2 points 100 % passed 1 our fault" in text_of(render_class(summaries))


def test_what_several_students_got_wrong_in_the_same_way_is_counted(small_class: Any) -> None:
    summaries = [summarize(small_class[1])] * 4
    assert "4 students , optimizers.adam_step : (1 - beta)**t for 1 - beta**t" in text_of(render_class(summaries))
    assert "Wrong in the same way" not in render_class([summarize(small_class[1])])


def test_a_module_that_could_not_be_imported_needs_a_look(records: Any) -> None:
    failure = Failure(kind="import_failed", message="no", exception="SyntaxError: expected ':'")
    broken = records.result(records.check(outcome="error", failure=failure), name="Ada")
    assert "Ada not imported optimizers.py: SyntaxError: expected" in text_of(render_class([summarize(broken)]))


def test_a_module_that_was_not_handed_in_needs_a_look_and_is_shown_with_what_was_sent(records: Any) -> None:
    failure = Failure(kind="missing", message="schedules.py was not handed in")
    absent = [
        records.check(id=f"c{n}", function=f"schedules.f{n}", outcome="not_implemented", failure=failure)
        for n in range(2)
    ]
    notes = ["schedules.py is not in the hand-in", "a.ipynb is a notebook: copy your functions into schedules.py"]
    row = summarize(records.result(records.check(), *absent, name="Ada", notes=notes)).row
    assert [(one.kind, one.text) for one in row.concerns] == [
        ("not handed in", "schedules.py; a.ipynb is a notebook: copy your functions into schedules.py")
    ]


def test_a_function_that_is_missing_from_a_module_that_is_there_needs_no_look(records: Any) -> None:
    failure = Failure(kind="missing", message="adam_step is missing")
    absent = records.check(id="c", function="optimizers.adam_step", outcome="not_implemented", failure=failure)
    assert summarize(records.result(absent)).row.concerns == ()


def test_no_points_at_all_need_a_look_where_something_was_written(records: Any) -> None:
    nothing = records.result(records.wrong_value(), records.raised(), records.not_written(), name="Ada")
    assert "Ada no points though something was written: 1 wrong, 1 raised, 1 not written" in text_of(
        render_class([summarize(nothing)])
    )
    for others in ([records.not_written()], [records.wrong_value(), records.check()]):
        assert summarize(records.result(*others)).row.concerns == ()


def test_every_cell_of_a_checks_row_has_its_unit_where_the_table_is_too_narrow_for_a_heading(records: Any) -> None:
    html = render_class([summarize(records.result(records.check(points=1)))])
    assert '1<span class="narrow-only"> point</span>' in html
    assert '100 %<span class="narrow-only"> passed</span>' in html


def test_an_empty_class_is_a_page_too() -> None:
    assert "Students 0 Mean 0.0" in text_of(render_class([]))


def test_hostile_names_and_titles_make_no_element(records: Any) -> None:
    failure = Failure(kind="import_failed", message=NASTY, exception=NASTY)
    hostile = records.result(
        records.check(id=NASTY, function=NASTY, title=NASTY, skill=NASTY, outcome="error", failure=failure),
        records.check(
            id="x",
            outcome="failed",
            diagnosis=records.diagnosis(NASTY, function=NASTY, formula=NASTY, hint=NASTY, handout=NASTY),
        ),
        id=NASTY,
        name=NASTY,
    )
    html = render_class([summarize(hostile, page="./x.html")] * 2 + [Unreadable(id=NASTY, reason=NASTY)])
    assert "<script" not in html
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "default-src 'none'; style-src 'sha256-" in unescape(html)
    assert not re.search(r'\son\w+=|javascript:|\sstyle="', html)


def test_a_class_of_a_thousand_is_folded_one_result_at_a_time(records: Any) -> None:
    def summaries() -> Iterator[StudentSummary]:
        for number in range(1000):
            checks = [records.wrong_value(id=f"c{index}", output="x" * 2000) for index in range(30)]
            yield summarize(records.result(records.check(), *checks, id=f"s{number}", name=f"Student {number}"))

    render_class([])  # templates are compiled
    tracemalloc.start()
    html = render_class(summaries())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert html[html.index('aria-labelledby="students"') :].count("<bdi>Student ") == 1000
    assert len(html) < 800_000
    assert peak < 5_000_000  # the results themselves would be 60 MB and more


def test_a_site_has_a_page_for_each_student_that_the_class_page_links_to(small_class: Any, tmp_path: Path) -> None:
    done: list[int] = []
    index = write_site(save(tmp_path / "results", *small_class), tmp_path / "site", progress=done.append)
    assert index == tmp_path / "site" / "index.html"
    links = re.findall('href="(\\./[^"]*)"', index.read_text())
    assert sorted(links) == ["./s1.html", "./s10.html", "./s2.html"]
    assert all((tmp_path / "site" / link).is_file() for link in links)
    assert "<h1><bdi>Ada</bdi></h1>" in (tmp_path / "site" / "s1.html").read_text()
    assert done == [1, 2, 3]
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == [
        "index.html",
        "s1.html",
        "s10.html",
        "s2.html",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"assignment": 3}',
        b"\xff\xfe\x00",
        b'{"extra": ' + b"[" * 100_000,
        json.dumps({"schema_version": 99}).encode(),
    ],
)
def test_one_unreadable_result_is_named_and_stops_nothing(small_class: Any, tmp_path: Path, content: bytes) -> None:
    results = save(tmp_path / "results", *small_class)
    (results / "0001b.json").write_bytes(content)
    text = text_of(write_site(results, tmp_path / "site").read_text())
    assert "1 result file could not be read and is missing from every number below" in text
    assert "0001b.json: " in text
    assert "Students 3" in text


def test_a_result_of_a_newer_version_is_not_guessed_at(records: Any, tmp_path: Path) -> None:
    newer = json.loads(encode(records.result(records.check()))) | {"schema_version": 99}
    write_atomically(tmp_path / "results" / "a.json", json.dumps(newer).encode())
    text = text_of(write_site(tmp_path / "results", tmp_path / "site").read_text())
    assert "a.json: written by a newer version (schema 99)" in text


@pytest.mark.parametrize(
    ("submission_id", "page"),
    [
        ("index", "index-2.html"),
        ("INDEX", "INDEX-2.html"),
        ("../../escape", "_.._escape.html"),
        ("a b/ç:d", "a_b_ç_d.html"),
        ("", "student.html"),
        ("javascript:alert(1)", "javascript_alert_1_.html"),
    ],
)
def test_a_page_stays_in_its_folder_whatever_the_id_is(
    records: Any, tmp_path: Path, submission_id: str, page: str
) -> None:
    save(tmp_path / "results", records.result(records.check(), id=submission_id))
    write_site(tmp_path / "results", tmp_path / "site" / "deep")
    written = sorted(path.relative_to(tmp_path / "site" / "deep").as_posix() for path in tmp_path.rglob("*.html"))
    assert written == sorted(["index.html", page])


def test_two_ids_that_a_file_system_may_confuse_get_two_pages(records: Any, tmp_path: Path) -> None:
    results = [records.result(records.check(), id=one, name=one) for one in ("Ada", "ADA", "ada")]
    index = write_site(save(tmp_path / "results", *results), tmp_path / "site")
    assert sorted(re.findall('href="(\\./[^"]*)"', index.read_text())) == ["./ADA-2.html", "./Ada.html", "./ada-3.html"]
