"""Students who are wrong in the same way are found together, and told something once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import main
from autograder.comments import Comment, CommentError, read_comments, write_comments
from autograder.report.class_page import render_class
from autograder.report.class_summary import fold, summarize
from autograder.report.clusters import clustered
from autograder.report.student_page import render_student
from autograder.results import Difference, Failure, SubmissionResult, encode, write_atomically

NASTY = '<script>alert(1)</script> \x1b[2J \u202e "quoted" \\ "" \'\'\''


def wrong(records: Any, *titles: str, where: str = "step 2, ['W'][0]", **changes: Any) -> Any:
    failure = Failure(kind="wrong_value", message="It differs.", first_difference=Difference(where, "1", "2"))
    known = records.diagnosis(*titles, name=titles[0]) if titles else None
    return records.check(**{"outcome": "failed", "failure": failure, "diagnosis": known} | changes)


def ids(*checks: Any) -> list[str]:
    return [cluster.id for cluster in clustered(checks).values()]


@pytest.fixture
def graded(records: Any, tmp_path: Path) -> Path:
    """Three students with the same known mistake, two who fail alike without one, and one who passed."""
    for number in range(3):
        save(tmp_path, records.result(wrong(records, "no_correction"), id=f"known{number}", name=f"Known {number}"))
    for number in range(2):
        save(tmp_path, records.result(wrong(records), id=f"own{number}", name=f"Own {number}"))
    save(tmp_path, records.result(records.check(), id="right", name="Right"))
    return tmp_path


def save(folder: Path, result: SubmissionResult) -> None:
    write_atomically(folder / "results" / f"{result.submission.id}.json", encode(result))


def test_checks_with_one_known_mistake_behind_them_make_one_cluster(records: Any) -> None:
    checks = [wrong(records, "m", id="a"), wrong(records, "m", id="b", function="optimizers.adam_then_sgd_step")]
    assert ids(*checks) == ["m", "m"]


def test_the_other_wrong_checks_of_a_function_make_one_cluster_that_tells_how_they_fail(records: Any) -> None:
    one, two = wrong(records, id="a"), wrong(records, id="b")
    assert len(set(ids(one, two))) == 1
    assert ids(one, two) == ids(two, one) == ids(wrong(records, id="a"), wrong(records, id="b"))
    assert ids(one) != ids(one, two)
    assert ids(one) != ids(wrong(records, id="a", where="step 3, ['W'][0]"))
    assert ids(one)[0].startswith("sgd_step-")


def test_two_mistakes_that_fit_are_no_certain_cluster(records: Any) -> None:
    assert ids(wrong(records, "one", "two"))[0].startswith("sgd_step-")


def test_what_passed_or_is_not_written_is_in_no_cluster(records: Any) -> None:
    missing = records.check(outcome="not_implemented", failure=Failure(kind="missing", message=""))
    broken = records.check(outcome="error", failure=Failure(kind="import_failed", message=""))
    assert ids(records.check(), records.not_written(), missing, broken) == []


def test_the_class_page_lists_clusters_by_size_with_who_is_in_them(records: Any) -> None:
    results = [records.result(wrong(records, "no_correction"), id=f"s{n}", name=f"Student {n}") for n in range(8)]
    html = render_class(
        [summarize(one, page=f"./{one.submission.id}.html") for one in results], {"no_correction": "Look."}
    )
    assert "8 students" in html
    assert '<a href="./s0.html"><bdi>Student 0</bdi></a>' in html
    assert "and 2 more" in html
    assert "They are told: Look." in html


def test_of_clusters_of_one_size_known_mistakes_come_first(records: Any) -> None:
    checks = [wrong(records, id="a"), wrong(records, id="b", title="Two."), wrong(records, "z", id="c", function="z.z")]
    common = fold([summarize(records.result(*checks))]).common
    assert common[0].cluster.id == "z"
    assert common[1].cluster.text == "One step with worked numbers, and 1 more"


def test_clusters_are_counted_by_student(records: Any) -> None:
    result = records.result(wrong(records, "m", id="a"), wrong(records, "m", id="b"))
    assert [len(one.rows) for one in fold([summarize(result)]).common] == [1]


def test_a_comment_stands_once_at_the_first_finding_it_fits(records: Any) -> None:
    checks = [wrong(records, id="a"), wrong(records, id="b"), records.check(id="c")]
    cluster = ids(*checks)[0]
    html = render_student(records.result(*checks), {cluster: "Look at `V` again.", "other": "Not for you."})
    assert html.count("From your teachers") == 1
    assert "Look at <code>V</code> again." in html
    assert "Not for you." not in html


def test_a_comment_is_text_whatever_is_in_it(records: Any) -> None:
    html = render_student(records.result(wrong(records, "m")), {"m": NASTY})
    assert "<script" not in html
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_comments_survive_being_written_and_read(tmp_path: Path) -> None:
    comments = [Comment("one", NASTY, by="Zoë"), Comment("two", "a\nb")]
    path = write_comments(tmp_path, comments)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["comment"][1] == {"cluster": "two", "text": "a\nb"}
    assert list(read_comments(tmp_path).values()) == comments
    assert read_comments(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("text", ["[[comment]]\ncluster = 3", "[[comments]]", "no toml", "\udc80"])
def test_a_file_of_comments_that_is_none_is_said_to_be(tmp_path: Path, text: str) -> None:
    (tmp_path / "comments.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(CommentError, match=r"comments\.toml"):
        read_comments(tmp_path)


def test_the_command_lists_clusters_and_keeps_a_comment_that_the_pages_show(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["comment", str(graded)]) == 0
    listed = capsys.readouterr().out
    assert listed.index("no_correction  3 students") < listed.index("2 students, optimizers.sgd_step")
    assert "Known 0, Known 1, Known 2" in listed
    assert "Right" not in listed

    assert main(["comment", str(graded), "no_correction", "See week 5.", "--by", "Ines"]) == 0
    assert "3 students will read it" in capsys.readouterr().out
    assert read_comments(graded) == {"no_correction": Comment("no_correction", "See week 5.", "Ines")}
    main(["report", str(graded)])
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (graded / "report").glob("*.html")}
    assert {name for name, html in pages.items() if "See week 5." in html} == {"known0", "known1", "known2", "index"}

    main(["comment", str(graded), "no_correction", "--remove"])
    assert read_comments(graded) == {}


def test_a_regrade_keeps_the_comment_on_whoever_is_still_wrong_that_way(graded: Path, records: Any) -> None:
    main(["comment", str(graded), "no_correction", "See week 5."])
    save(graded, records.result(records.check(), id="known0", name="Known 0"))
    save(graded, records.result(wrong(records, "no_correction"), id="right", name="Right"))
    main(["report", str(graded)])
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (graded / "report").glob("*.html")}
    assert {name for name, html in pages.items() if "See week 5." in html} == {"right", "known1", "known2", "index"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["no_such_cluster", "text"], "nobody is wrong in the way no_such_cluster"),
        (["no_correction"], "what is the comment?"),
        (["no_correction", "--remove"], "there is no comment on no_correction"),
    ],
)
def test_the_command_says_what_it_cannot_do(
    graded: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert main(["comment", str(graded), *more]) == 1
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_broken_file_of_comments_stops_the_pages_with_its_name(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (graded / "comments.toml").write_text("[[comment]]\nclusters = 3\n")
    assert main(["report", str(graded)]) == 1
    assert "comments.toml" in capsys.readouterr().err
