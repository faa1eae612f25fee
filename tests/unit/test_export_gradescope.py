"""One result as Gradescope's results.json, its Markdown and its pictures."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from autograder.export.gradescope_results import results_json
from autograder.export.markup import escaped, html, markdown
from autograder.report.pieces import Piece, pieces
from autograder.report.plot_image import svg
from autograder.results import Example, Failure, Hint, SubmissionResult

# The fields of the published specification and the values they may have.
TOP = {
    "score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
    "stdout_visibility", "extra_data", "tests", "leaderboard",
}  # fmt: skip
TEST = {
    "score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags", "visibility",
    "extra_data",
}  # fmt: skip
VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
NASTY = '<img src=x onerror="alert(1)"> **x** _y_ [a](javascript:b) ```\n``` `` ` $x$ | ~~ & \\ # \x1b[2J \u202e'


class Words(HTMLParser):
    """The text of a page, and every tag in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags = "", []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)


def rendered(text: str) -> Words:
    return Words(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


def numbered(document: dict[str, Any], number: str) -> dict[str, Any]:
    return next(one for one in document["tests"] if one["number"] == number)


@pytest.fixture
def document(records: Any) -> dict[str, Any]:
    checks = [
        records.check(),
        records.wrong_value(),
        records.check(id="test_later", visibility="hidden", points=3.0),
        records.raised(visibility="hidden"),
        records.not_written(),
    ]
    return results_json(records.result(*checks, show_hidden_inputs=True))


def test_only_fields_and_values_of_the_specification_are_written(document):
    assert set(document) <= TOP
    for one in document["tests"]:
        assert set(one) <= TEST
        assert one["status"] in ("passed", "failed")
        assert one["visibility"] in VISIBILITY
        assert one["output_format"] in FORMATS
        assert one["name_format"] in FORMATS
        assert isinstance(one["tags"], list)
    assert document["visibility"] in VISIBILITY
    assert document["stdout_visibility"] == "hidden"
    assert document["output_format"] in FORMATS


def test_the_scores_of_the_tests_add_up_to_the_score(document):
    assert sum(one["score"] for one in document["tests"]) == document["score"] == 5
    assert sum(one["max_score"] for one in document["tests"]) == 18
    assert [one["status"] for one in document["tests"]] == ["passed", "passed", "failed", "failed", "failed"]


def test_checks_of_a_function_stand_together_and_are_numbered_by_it(document):
    assert [(one["number"], one["name"].partition(":")[0]) for one in document["tests"]] == [
        ("1.1", "sgd_step"),
        ("1.2", "sgd_step"),
        ("2.1", "adam_step"),
        ("3.1", "rmsprop_step"),
        ("4.1", "momentum_step"),
    ]


@pytest.mark.parametrize("later", ["visible", "after_due_date", "after_published", "hidden"])
def test_a_public_check_is_visible_at_once_and_a_hidden_one_when_the_instructor_says(records, later):
    result = records.result(records.check(), records.raised(visibility="hidden"))
    document = results_json(result, later)
    assert [one["visibility"] for one in document["tests"]] == ["visible", later]
    assert ("line 88" in document["output"]) == (later == "visible")


def test_what_is_said_at_once_does_not_call_complete_what_is_yet_to_be_shown(records):
    result = records.result(records.check(), records.raised(visibility="hidden"))
    assert "1 check shown now: all passed" in results_json(result)["output"]


def test_inputs_of_hidden_checks_are_in_no_output_where_the_assignment_keeps_them(records):
    secret = records.wrong_value(visibility="hidden", failure=replace(records.wrong_value().failure, got="7.77 secret"))
    shown = results_json(records.result(secret, show_hidden_inputs=True), "visible")
    kept = results_json(records.result(secret), "visible")
    assert "7.77" in shown["tests"][0]["output"] or "1.25" in shown["tests"][0]["output"]
    for value in ("7.77", "1.25", "1.375", "1.5", "printed by the student", "data:image"):
        assert value not in str(kept), value


def test_steps_of_feedback_that_are_not_due_stay_out(records):
    result: SubmissionResult = records.result(records.wrong_value(visibility="hidden"), show_hidden_inputs=True)
    hints = [Hint(step="example", attempt=3)]
    early = replace(result, assignment=replace(result.assignment, hints=hints))
    late = replace(early, grading=replace(early.grading, attempt=3))
    assert "1.375" not in results_json(early, "visible")["tests"][0]["output"]
    assert "1.375" in results_json(late, "visible")["tests"][0]["output"]


def test_a_fault_of_ours_shows_no_points_before_somebody_has_looked(records):
    faulty = records.check(id="test_ours", outcome="grader_error", failure=Failure(kind="grader", message="secret"))
    document = results_json(records.result(records.check(), faulty), "visible", [{"name": "Points", "value": 4}])
    assert document["score"] == 4  # nothing is taken
    assert {document["visibility"], *(one["visibility"] for one in document["tests"])} == {"after_published"}
    assert "our fault" in document["output"]
    assert "secret" not in str(document)
    assert document["leaderboard"] == []


def test_a_wrong_value_reads_well(document):
    words = re.sub(r"\s+", " ", Words(numbered(document, "2.1")["output"]).text)
    for said in (
        "Wrong value",
        "Compared: the parameters after each of 3 steps.",
        "yours 1.25 expected 1.375",
        "Your step is twice as long.",
        "optimizers.adam_step(",
        "What your code printed printed by the student",
    ):
        assert said in words, said


def test_a_plot_comes_as_an_image_that_is_part_of_the_text(document):
    output = numbered(document, "2.1")
    assert output["output_format"] == "html"
    (address,) = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="Path of W', output["output"])
    image = ET.fromstring(base64.b64decode(address))
    assert image.tag == "{http://www.w3.org/2000/svg}svg"
    assert [text.text for text in image.iter("{http://www.w3.org/2000/svg}text")][-3:] == ["yours", "expected", "start"]


def test_a_title_of_a_plot_from_anywhere_leaves_the_image_well_formed(records):
    series = replace(records.wrong_value().failure.series[0], title=NASTY, x_label="<b>&", y_label='"')
    ET.fromstring(svg(series))


def test_what_has_no_plot_is_markdown_in_which_the_exception_and_its_line_stand(document):
    output = numbered(document, "3.1")
    assert output["output_format"] == "md"
    page = rendered(output["output"])
    assert "TypeError: unsupported operand type(s) for *: 'dict' and 'float'" in page.text
    assert "optimizers.py, line 88, in rmsprop_step" in page.text
    assert set(page.tags) == {"p", "strong", "pre", "code"}


def test_what_is_not_written_takes_two_lines(document):
    assert numbered(document, "4.1")["output"] == "**Not written yet**\n\nmomentum\\_step is not written yet"


def test_a_passed_check_says_nothing(document):
    assert numbered(document, "1.1")["output"] == ""


@pytest.mark.parametrize(
    "text",
    [NASTY, "1. not a list", "- nor this", "# no heading", "+ x", "> y", "a*b*c and W_1 <= 2 & x|y", "=== x", "2) z"],
)
def test_text_from_anywhere_is_shown_and_never_marks_anything_up(text):
    page = rendered(escaped(text))
    assert set(page.tags) <= {"p", "code"}
    shown, meant = (re.sub("`", "", one).split() for one in (page.text, text))
    assert shown == meant


def test_code_from_anywhere_stays_code():
    code = f"print('''```\n{NASTY}\n````\n~~~\n''')"
    page = rendered(markdown([Piece("code", code)]))
    assert page.tags == ["pre", "code"]
    assert page.text.rstrip("\n") == code


def test_text_from_anywhere_stays_text_in_html(records):
    words = {"message": NASTY, "got": NASTY, "expected": "1", "remark": NASTY}
    check = records.wrong_value(output=NASTY, failure=replace(records.wrong_value().failure, **words))
    for page in (Words(html(pieces(check))), rendered(markdown(pieces(check)))):
        assert set(page.tags) <= {"p", "strong", "pre", "code", "img"}
        assert "\x1b" not in page.text
        assert "\u202e" not in page.text


def test_what_a_docstring_marks_as_code_is_code(document):
    assert "<code>1 - beta**t</code>" in numbered(document, "2.1")["output"]


def test_the_smallest_example_is_shown_with_both_values(records):
    example = Example(function="optimizers.adam_step", arguments="1.0", got="2.0", expected="3.0")
    text = markdown(pieces(records.wrong_value(example=example)))
    assert re.search(r"optimizers\.adam_step\(1\.0\)\nyours +2\.0\nexpected +3\.0", text)


def test_a_refused_hand_in_is_told_once_above_and_plainly_in_each_test(records):
    refused = records.check(outcome="error", failure=Failure(kind="refused", message="The zip is damaged."))
    document = results_json(records.result(refused, refused=" The zip is damaged."))
    assert "could not be accepted:** The zip is damaged." in document["output"]
    assert document["tests"][0]["output"] == "The zip is damaged."
    assert document["score"] == 0
