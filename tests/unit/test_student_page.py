"""The student's page, rendered from hand-made records.

The page of one whole result is kept in `tests/golden/student_page.html`. After a change that is meant, run
``UPDATE_GOLDEN=1 pytest tests/unit/test_student_page.py``, look at the page in a browser, and commit it.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import itertools
import os
import re
import sys
import time
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.report import known_mistakes
from autograder.report.code_layout import laid_out, laid_out_call
from autograder.report.plot import plot
from autograder.report.student_page import render_student
from autograder.report.visible_text import visible
from autograder.report.wording import in_words
from autograder.results import Call, Difference, Example, Failure, Frame, Series, SubmissionResult, Tolerance

GOLDEN = Path(__file__).parents[1] / "golden" / "student_page.html"

MARKUP = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7 * 7 }}\'"&'
CONTROLS = "\x00\x1b[31mred\x1b]0;title\x07 \u202eesrever\u2066 \ud800 \u200b \ufeff \x9b2J"


class Page(HTMLParser):
    """What a browser would make of a page: its elements, and the text of each kind."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


def everything_hostile(records: Any, nasty: str) -> SubmissionResult:
    """A result in which every field a student can influence holds `nasty`."""
    failure = Failure(
        kind="wrong_value",
        message=nasty,
        what=nasty,
        got=nasty,
        expected=nasty,
        first_difference=Difference(where=nasty, got=nasty, expected=nasty),
        tolerance=Tolerance(absolute=1e-6, reason=nasty),
        remark=nasty,
        calls=[Call(function=nasty, arguments=nasty, result=nasty)] * 3,
        series=[
            Series(
                kind="path", title=nasty, x_label=nasty, y_label=nasty, got=[(0, 0), (1, 1)], expected=[(0, 0), (1, 2)]
            )
        ],
        exception=nasty,
        frames=[Frame(file=nasty, line=1, function=nasty, source=nasty)],
    )
    fields = {"function": f"{nasty}.{nasty}", "title": nasty, "skill": nasty, "explanation": nasty, "output": nasty}
    return records.result(
        records.check(
            outcome="failed",
            failure=failure,
            diagnosis=records.diagnosis(nasty, nasty, function=nasty, formula=nasty, hint=nasty, handout=nasty),
            **fields,
        ),
        records.check(id="second", outcome="failed", failure=failure, **fields),
        records.check(id="third", outcome="passed", **fields),
        records.raised(id="fourth", failure=failure, **fields),
        records.check(
            id="fifth",
            function=f"broken{nasty}.f",
            outcome="failed",
            failure=Failure(kind="import_failed", message=nasty, exception=nasty),
        ),
        id=nasty,
        name=nasty,
        submitted_at=nasty,
        files=[nasty],
        notes=[nasty],
        content_hash=nasty,
    )


def test_a_made_up_example_of_a_hidden_check_is_shown(records: Any) -> None:
    example = Example(
        function="losses.huber", arguments="np.array([1.])", got="np.array([2.])", expected="np.array([3.])"
    )
    html = render_student(records.result(records.wrong_value(visibility="hidden", example=example)))
    assert "losses.huber(np.array([1.]))" in html
    assert "# yours:    np.array([2.])" in html
    assert "# expected: np.array([3.])" in html
    assert "The example below was made up for you." in html


def whole_result(records: Any) -> SubmissionResult:
    """One of everything a page can show."""
    syntax = Failure(
        kind="import_failed",
        message="schedules.py is not valid Python: line 12.",
        exception="SyntaxError: expected ':'",
        frames=[Frame(file="schedules.py", line=12, function="<module>", source="def cosine_decay(initial, step)")],
    )
    return records.result(
        records.check(),
        records.not_written(),
        records.not_written(id="test_momentum_again", title="The state is kept."),
        records.wrong_value(diagnosis=records.diagnosis("The misprinted bias correction")),
        records.wrong_value(id="test_adam_hidden", visibility="hidden", title="Adam on hidden numbers."),
        records.raised(),
        records.raised(id="test_rmsprop_hidden", visibility="hidden", title="RMSprop on hidden numbers."),
        records.check(id="t", function="optimizers.adam_then_sgd_step", outcome="timeout", title="It switches."),
        records.check(
            id="g",
            function="optimizers.adam_then_sgd_step",
            outcome="grader_error",
            title="It keeps its state.",
            failure=Failure(kind="grader", message="reference and oracle disagree at 0.333"),
        ),
        *(
            records.check(
                id=f"s{number}",
                function=f"schedules.{name}",
                outcome="failed",
                title=f"{name} with worked numbers.",
                failure=syntax,
            )
            for number, name in enumerate(["step_decay", "cosine_decay", "linear_warmup"])
        ),
        notes=["ignored conftest.py"],
    )


def test_the_page_of_one_whole_result_is_the_golden_one(records: Any) -> None:
    html = render_student(whole_result(records))
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(html, encoding="utf-8")
    assert html == GOLDEN.read_text(encoding="utf-8")


def test_a_wrong_value_is_shown_with_everything_needed_to_see_why(records: Any) -> None:
    page = Page(render_student(records.result(records.wrong_value())))
    for shown in (
        "0 of 8 points",
        "Ten steps of Adam from a cold start.",
        "the parameters after each of 3 steps",
        "The values differ, first at step 2, ['W'][0].",
        "1.25",
        "1.375",
        "Your step is twice as long.",
        "optimizers.adam_step({'W': np.array([1.5])}, lr=0.1)",
        "# returned (1, 2)",
        "np.array([1.5, 1.375])",
        "printed by the student",
        "1 - beta**t",
        "so is t*1.",
    ):
        assert shown in page.text, shown
    assert page.count("svg") >= 3  # the bars, the legend and the plot


def test_an_exception_is_shown_with_the_students_own_lines(records: Any) -> None:
    text = Page(render_student(records.result(records.raised()))).text
    assert "TypeError: unsupported operand type(s) for *: 'dict' and 'float'" in text
    assert "optimizers.py, line 88, in rmsprop_step" in text
    assert "S = beta * S" in text


def test_one_exception_in_many_checks_is_explained_once(records: Any) -> None:
    checks = [records.raised(id=f"c{number}", title=f"Check number {number}.") for number in range(6)]
    text = Page(render_student(records.result(*checks))).text
    assert text.count("S = beta * S") == 1
    assert all(f"Check number {number}." in text for number in range(6))


def test_one_broken_line_that_stops_many_functions_is_explained_at_the_first(records: Any) -> None:
    failure = msgspec.structs.replace(records.raised().failure, calls=[])
    checks = [records.raised(id=f"c{n}", function=f"optimizers.f{n}", failure=failure) for n in range(6)]
    page = Page(render_student(records.result(*checks)))
    assert page.text.count("S = beta * S") == 1
    assert page.text.count("Raised an exception the same as in f0") == 5
    assert "optimizers.f0 3 points to gain, and 15 in 5 other functions for the same reason" in page.text
    assert "optimizers.f1" not in page.text


def test_a_module_that_cannot_be_imported_is_said_once_not_once_a_check(records: Any) -> None:
    failure = Failure(kind="import_failed", message="optimizers.py is not valid Python.", exception="SyntaxError: bad")
    checks = [
        records.check(id=f"c{number}", function=f"optimizers.f{number}", outcome="failed", failure=failure)
        for number in range(50)
    ]
    text = Page(render_student(records.result(*checks))).text
    assert text.count("SyntaxError: bad") == 2  # in "What to do first", and at the module
    assert text.count("optimizers.py is not valid Python.") == 1
    assert text.count("Could not be tried") == 50  # a row of the overview for each function


def test_the_page_begins_with_a_module_that_was_not_handed_in_and_what_was_sent_instead(records: Any) -> None:
    failure = Failure(kind="missing", message="schedules.py was not handed in")
    absent = [
        records.check(id=f"c{n}", function=f"schedules.f{n}", outcome="not_implemented", failure=failure)
        for n in range(3)
    ]
    notes = [
        "schedules.py is not in the hand-in",
        "week 3.ipynb is a notebook, which is not taken: copy your functions into schedules.py",
        "ignored old.py: only the assignment's modules are taken",
    ]
    text = Page(render_student(records.result(records.wrong_value(), *absent, notes=notes))).text
    said = text[text.index("A file is not in your hand-in") : text.index("What to do first")]
    assert "schedules.py: none of its 3 functions could be tried, 6 points." in said
    assert "week 3.ipynb is a notebook, which is not taken: copy your functions into schedules.py." in said
    assert "old.py" not in said
    first = text[text.index("What to do first") : text.index("Overview")]
    assert "schedules" not in first


def test_bad_input_that_many_functions_accept_is_explained_at_the_first_and_counted_at_the_top(records: Any) -> None:
    refusal = Failure(kind="did_not_raise", message="This call should raise ValueError.", expected="ValueError")
    shapes = {"skill": "Shapes", "outcome": "failed", "failure": refusal, "points": 1.0}
    checks = [records.wrong_value(function="optimizers.f0", visibility="public")]
    checks += [records.check(id=f"c{n}", function=f"optimizers.f{n}", **shapes) for n in range(6)]
    text = Page(render_student(records.result(*checks))).text
    assert "optimizers.f0 1 point to gain, and 5 in 5 other functions for the same reason" in text
    assert "optimizers.f0 8 points to gain" in text
    assert text.count("Bad input accepted the same as in f0") == 5
    assert text.count("This call should raise ValueError.") == 2  # at the top, and at f0


def test_a_remark_on_the_numbers_is_left_out_beside_a_known_mistake_which_says_more(records: Any) -> None:
    assert "Your step is twice as long." in Page(render_student(records.result(records.wrong_value()))).text
    known = records.wrong_value(diagnosis=records.diagnosis("The misprint"))
    assert "Your step is twice as long." not in Page(render_student(records.result(known))).text


def test_what_costs_most_and_is_seen_best_comes_first(records: Any) -> None:
    small = records.raised(id="a", function="optimizers.f", points=1.0, visibility="hidden", title="A small thing.")
    large = records.wrong_value(id="b", function="optimizers.f", points=8.0, title="The update.")
    text = Page(render_student(records.result(small, large))).text
    assert text.index("The update.", text.index("Overview")) < text.index("A small thing.", text.index("Overview"))


def test_a_made_up_example_is_left_out_where_the_checks_own_call_is_as_short(records: Any) -> None:
    example = Example(function="m.f", arguments="3.0", got="1.0", expected="2.0")
    (call,) = records.wrong_value().failure.calls
    for arguments, shown in (("1.0", False), ("np.array([" + "1.25, " * 60 + "])", True)):
        failure = msgspec.structs.replace(
            records.wrong_value().failure, calls=[msgspec.structs.replace(call, arguments=arguments)]
        )
        text = Page(render_student(records.result(records.wrong_value(failure=failure, example=example)))).text
        assert ("m.f(3.0)" in text) is shown


def test_what_others_build_on_comes_first_and_each_of_them_says_so(records: Any) -> None:
    wrong = records.wrong_value(id="a", function="m.gradient", points=2.0, title="The slope.")
    above = records.raised(id="b", function="m.descent", points=9.0, builds_on=["m.gradient", "m.step"])
    careless = Failure(kind="did_not_raise", message="This call should raise ValueError.", expected="ValueError")
    step = records.check(id="c", function="m.step", outcome="failed", failure=careless)
    text = Page(render_student(records.result(above, wrong, step))).text
    first = text[text.index("What to do first") : text.index("Overview")]
    assert first.index("m.gradient") < first.index("m.descent")
    assert "descent builds on it and may come right with it." in first
    assert text.count("It builds on gradient, which is not right yet. Begin there.") == 1


def test_places_in_a_tuple_are_called_by_their_names() -> None:
    assert in_words("The shape at [2] should be (1,).", "(w, b, costs)") == "The shape of costs should be (1,)."
    assert in_words("first at [0][1].", "(dw, db) at w = 0") == "first at dw[1]."
    assert in_words("first at [0].", "the losses of two boxes") == "first at [0]."


def test_a_function_alone_that_is_missing_is_no_missing_file(records: Any) -> None:
    failure = Failure(kind="missing", message="adam_step is missing")
    absent = records.check(id="c", function="optimizers.adam_step", outcome="not_implemented", failure=failure)
    assert "not in your hand-in" not in Page(render_student(records.result(records.check(), absent))).text


def test_an_import_that_fails_now_and_then_is_said_once_a_function(records: Any) -> None:
    failure = Failure(kind="import_failed", message="It did not work today.", exception="OSError: no")
    checks = [records.check(id=f"c{number}", outcome="error", failure=failure) for number in range(3)]
    text = Page(render_student(records.result(records.check(), *checks, records.raised()))).text
    assert text.count("It did not work today.") == 1


def test_a_refused_hand_in_is_said_once_and_nothing_else_is(records: Any) -> None:
    failure = Failure(kind="refused", message="zip leaves its folder")
    checks = [records.check(id=f"c{number}", outcome="failed", failure=failure) for number in range(50)]
    text = Page(render_student(records.result(*checks, refused="the zip leaves its folder: ../../x"))).text
    assert text.count("leaves its folder") == 1
    assert "Your hand-in could not be accepted" in text


def test_a_function_that_is_not_written_takes_one_line(records: Any) -> None:
    checks = [records.not_written(id=f"c{number}") for number in range(10)]
    page = Page(render_student(records.result(*checks)))
    assert page.text.count("momentum_step is not written yet") == 1
    assert "Not written yet: momentum_step (20)" in page.text
    assert page.count("article") == 0


def test_what_to_do_first_begins_with_the_most_points_and_links_there(records: Any) -> None:
    html = render_student(records.result(records.raised(), records.wrong_value(), records.check()))
    page = Page(html)
    first = page.text.index("optimizers.adam_step 8 points to gain")
    assert first < page.text.index("optimizers.rmsprop_step 3 points to gain")
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    links = [str(attributes["href"]) for tag, attributes in page.elements if tag == "a"]
    assert len(identifiers) == len(set(identifiers))
    assert all(link[0] == "#" and link[1:] in identifiers for link in links)


def test_full_marks_are_said_in_one_line(records: Any) -> None:
    page = Page(render_student(records.result(records.check())))
    assert "Everything passed" in page.text
    assert "What to do first" not in page.text


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        ("not_implemented", "not written yet"),
        ("error", "stopped with an exception"),
        ("timeout", "did not finish in the time it had"),
        ("crashed", "process that ran your code died"),
        ("grader_error", "This is our fault; it costs you no points, your instructor has been told."),
    ],
)
def test_every_outcome_has_a_plain_line(records: Any, outcome: str, line: str) -> None:
    assert line in Page(render_student(records.result(records.check(outcome=outcome)))).text


def test_a_fault_of_ours_shows_the_student_nothing_of_it(records: Any) -> None:
    check = records.wrong_value(outcome="grader_error")
    text = Page(render_student(records.result(check))).text
    assert "1.375" not in text
    assert "step 2" not in text


SECRET = "7.31415"


def hidden_failure(kind: Any = "wrong_value") -> Failure:
    return Failure(
        kind=kind,
        message=f"differs: {SECRET}",
        what=f"adam_step({SECRET})",
        got=SECRET,
        expected=SECRET,
        first_difference=Difference(where="step 2, ['W'][0]", got=SECRET, expected=SECRET, step=2),
        tolerance=Tolerance(absolute=float(SECRET), reason=SECRET),
        remark=SECRET,
        calls=[Call(function="optimizers.adam_step", arguments=SECRET, result=SECRET)],
        series=[
            Series(
                kind="curve", title=SECRET, x_label="step", y_label=SECRET, got=[(0, float(SECRET))], expected=[(0, 1)]
            )
        ],
        exception=f"ValueError: {SECRET}",
        frames=[Frame(file="optimizers.py", line=5, function="adam_step", source="raise ValueError(w)")],
    )


@pytest.mark.parametrize("kind", ["wrong_value", "raised", "not_finite", "property", "import_failed", "did_not_raise"])
def test_a_hidden_check_shows_nothing_of_its_inputs_and_what_is_left_still_helps(records: Any, kind: Any) -> None:
    check = records.check(
        visibility="hidden",
        outcome="failed",
        output=SECRET,
        explanation="Why it matters.",
        failure=hidden_failure(kind),
    )
    html = render_student(records.result(check))
    assert SECRET not in html
    assert 'class="plot"' not in html
    for shown in ("ValueError", "optimizers.py, line 5", "raise ValueError(w)"):
        assert shown in Page(html).text
    if kind != "import_failed":  # which is about the module, not about this check
        assert "The first difference is at step 2, ['W'][0]." in Page(html).text
        assert "Why it matters." in Page(html).text


def test_hidden_inputs_are_shown_where_the_assignment_says_so(records: Any) -> None:
    check = records.check(visibility="hidden", outcome="failed", output="said", failure=hidden_failure())
    html = render_student(records.result(check, show_hidden_inputs=True))
    assert SECRET in html
    assert 'class="plot"' in html


def test_a_position_that_holds_a_value_is_left_out_of_a_hidden_check(records: Any) -> None:
    failure = Failure(
        kind="wrong_value", message="", first_difference=Difference(where="x = 3.25", got="", expected="")
    )
    html = render_student(records.result(records.check(visibility="hidden", outcome="failed", failure=failure)))
    assert "3.25" not in html


def test_an_exception_class_named_after_a_secret_is_not_named_in_a_hidden_check(records: Any) -> None:
    failure = Failure(kind="raised", message="", exception="W_is_7_31415: gotcha")
    html = render_student(records.result(records.raised(visibility="hidden", failure=failure)))
    assert "7_31415" not in html
    assert "an exception class of your own" in html


def test_a_public_check_speaks_for_hidden_ones_that_fail_the_same_way(records: Any) -> None:
    hidden = records.raised(id="a", visibility="hidden", title="Hidden one.")
    text = Page(render_student(records.result(hidden, records.raised(id="b", title="Public one.")))).text
    assert "unsupported operand" in text
    assert text.index("Public one.") < text.index("Hidden one.")


@pytest.mark.parametrize(
    "nasty", [MARKUP, CONTROLS, "javascript:alert(1)", "</style><style>*{}", "]]>--><!--", "`" * 9]
)
def test_hostile_text_anywhere_makes_no_element_and_no_attribute(records: Any, nasty: str) -> None:
    tame = Page(render_student(everything_hostile(records, "tame")))
    page = Page(render_student(everything_hostile(records, nasty)))
    if "`" not in nasty:  # which is allowed to make code of text
        assert [tag for tag, _ in page.elements] == [tag for tag, _ in tame.elements]
    assert page.count("script") == 0
    assert page.count("img") == 0
    assert page.count("style") == 1
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") or name in ("style", "src", "srcdoc", "action") for name in attributes)
        if tag == "a":
            assert str(attributes["href"]).startswith("#")


def test_what_cannot_be_seen_is_written_out(records: Any) -> None:
    html = render_student(everything_hostile(records, CONTROLS))
    html.encode()  # no lone surrogate is left
    assert "␀␛[31mred␛]0;title␇ ⟨U+202E⟩esrever⟨U+2066⟩ ⟨U+D800⟩ ⟨U+200B⟩ ⟨U+FEFF⟩ ⟨U+009B⟩2J" in html
    assert not [
        character for character in html if character != "\n" and unicodedata.category(character) in ("Cc", "Cf")
    ]


def test_every_unseen_character_of_unicode_is_written_out_and_names_stay_whole() -> None:
    joiners = {"\u200c", "\u200d"}
    unseen = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in {*joiners, "\n", "\t"}
    ]
    assert [character for character in unseen if character in visible(f"a{character}b")] == []
    for name in ("Zoë Çelik", "李小龙", "מרים", "علی‌رضا", "👩‍🔬"):
        assert visible(name) == name


def test_the_policy_forbids_everything_but_the_pages_own_style(records: Any) -> None:
    html = render_student(records.result(records.wrong_value()))
    page = Page(html)
    policy = next(a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    style = re.search("<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "http://" not in html
    assert "https://" not in html


def test_a_page_of_fifty_failing_checks_with_floods_of_text_stays_small_and_is_made_quickly(records: Any) -> None:
    flood = "x" * 60_000
    failure = msgspec.structs.replace(
        records.wrong_value().failure,
        got="np.array([0.1, 0.2])" * 20,
        expected="np.array([0.1, 0.2])" * 20,
        series=[
            Series(
                kind="curve",
                title="Cost",
                x_label="epoch",
                y_label="cost",
                got=[(float(index), 1.0 / (index + 1)) for index in range(11)],
                expected=[(float(index), 2.0 / (index + 1)) for index in range(11)],
            )
        ],
    )
    checks = [
        records.wrong_value(
            id=f"c{number}", function=f"optimizers.f{number % 12}", failure=failure, output="said\n" * 40
        )
        for number in range(50)
    ]
    result = records.result(*checks)
    seconds = []
    for _ in range(5):
        started = time.thread_time()
        html = render_student(result)
        seconds.append(time.thread_time() - started)
    assert min(seconds) < 0.1  # about 15 ms where nothing else runs
    assert len(html.encode()) < 250_000
    flooded = [records.wrong_value(id=f"c{number}", output=flood, failure=failure) for number in range(50)]
    assert len(render_student(records.result(*flooded)).encode()) < 400_000


@pytest.mark.parametrize(
    ("got", "noted"),
    [
        ([(0.0, 1.0), (1.0, None), (2.0, 3.0)], "not finite (NaN or infinite) at epoch 1"),
        ([(0.0, 1.0), (1.0, 1e300), (2.0, -1e308)], "leaves the drawn area at epoch 1, where it is (1, 1e+300)"),
        ([(0.0, 1.0), (1.0, 50.0), (2.0, 2500.0)], "leaves the drawn area at epoch 1"),
        ([(0.0, float("nan")), (float("inf"), 1.0)], "not finite (NaN or infinite) at epoch 0"),
        ([], "Your curve has 0 points, the expected one 3."),
        ([(0.0, 1.0)], "Your curve has 1 points"),
    ],
)
def test_a_curve_that_cannot_be_drawn_is_cut_off_and_said_to_be(records: Any, got: Any, noted: str) -> None:
    expected = [(0.0, 1.0), (1.0, 0.5), (2.0, 0.25)]
    series = Series(kind="curve", title="Cost", x_label="epoch", y_label="cost", got=got, expected=expected)
    failure = Failure(kind="wrong_value", message="m", series=[series])
    html = render_student(records.result(records.wrong_value(failure=failure)))
    assert noted in Page(html).text
    for path in re.findall(r'class="line [a-z]+" d="([^"]*)"', html):
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?", path)]
        assert all(0 <= number <= 440 for number in numbers)
        assert "nan" not in path
        assert "inf" not in path


def test_a_path_that_leaves_the_plot_is_counted_in_steps(records: Any) -> None:
    got: Any = [(0.0, 0.0), (0.5, 0.5), (1e9, 1e9)]
    expected: Any = [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)]
    series = Series(kind="path", title="Way", x_label="w", y_label="b", got=got, expected=expected)
    failure = Failure(kind="wrong_value", message="m", series=[series])
    html = render_student(records.result(records.wrong_value(failure=failure)))
    assert "leaves the drawn area after 2 steps, where it is (1e+09, 1e+09)" in Page(html).text


def test_a_curve_is_drawn_over_whole_numbers_of_its_steps() -> None:
    points: Any = [(1.0, 4.0), (2.0, 2.0), (3.0, 1.0)]
    series = Series(kind="curve", title="Cost", x_label="epoch", y_label="cost", got=points, expected=points)
    assert [text for _, text in plot(series).x_ticks] == ["1", "2", "3"]


def test_what_is_allowed_is_said_where_it_is_close_only(records: Any) -> None:
    for got, said in (("1.00001", True), ("1.5", False), ("nan", False)):
        failure = Failure(
            kind="wrong_value",
            message="m",
            first_difference=Difference(where="[0]", got=got, expected="1.0"),
            tolerance=Tolerance(absolute=1e-6, reason="allows rounding"),
        )
        text = Page(render_student(records.result(records.wrong_value(failure=failure)))).text
        assert ("allows rounding" in text) is said


@pytest.mark.parametrize("value", [0.0, 1.0, -3.5e7, 1e-300, 1e150, 1e308])
@pytest.mark.parametrize("kind", ["path", "curve"])
def test_constant_and_extreme_lines_can_be_drawn(records: Any, value: float, kind: Any) -> None:
    points: Any = [(value, value), (value, value), (-value, value)]
    series = Series(kind=kind, title="Line", x_label="x", y_label="y", got=points, expected=points)
    failure = Failure(kind="wrong_value", message="m", series=[series])
    html = render_student(records.result(records.wrong_value(failure=failure)))
    plot = html[html.index('class="plot"') :]
    assert not re.search(r'="[^"]*(nan|inf)', plot)


def test_costs_over_many_powers_of_ten_get_a_logarithmic_axis(records: Any) -> None:
    points: Any = [(float(index), 10.0**-index) for index in range(8)]
    series = Series(kind="curve", title="Cost", x_label="epoch", y_label="cost", got=points, expected=points)
    failure = Failure(kind="wrong_value", message="m", series=[series])
    text = Page(render_student(records.result(records.wrong_value(failure=failure)))).text
    assert "cost, logarithmic" in text
    assert "1e-07 1e-05 0.001 0.1" in text


def test_a_formula_in_a_docstring_stays_what_it_is(records: Any) -> None:
    explanation = (
        "Take w*x*y and beta1**t, then\n- 3 is subtracted.\n\n    >>> 1 < 2\n\n    True\n\nSo:\n1. first\n2. second"
    )
    html = render_student(records.result(records.wrong_value(explanation=explanation)))
    assert "<p>Take w*x*y and beta1**t, then - 3 is subtracted.</p>" in html
    assert "&gt;&gt;&gt; 1 &lt; 2\n\nTrue" in html
    assert "<ol><li>first</li><li>second</li></ol>" in html


def test_long_calls_are_broken_between_arguments_and_stay_pasteable() -> None:
    arguments = (
        "{'W': np.array([[1.0, 2.0],\n [3.0, 4.0]]), 'a, b{': 'x\\', {'}, {'W': 3}, learning_rate=0.1, "
        'note="it\'s, {, a"'
    )
    text = laid_out_call("optimizers.adam_step", arguments)
    lines = text.splitlines()
    assert lines[0] == "optimizers.adam_step("
    assert lines[3] == "     'a, b{': 'x\\', {'},"
    assert lines[4:7] == ["    {'W': 3},", "    learning_rate=0.1,", '    note="it\'s, {, a"']
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(f"optimizers.adam_step({arguments})"))
    assert laid_out_call("f", "1, 2") == "f(1, 2)"
    assert laid_out("[" + "0.25, " * 40 + "1]") == "[" + "0.25, " * 40 + "1]"


def test_the_words_in_a_plot_keep_clear_of_the_lines_and_of_each_other(records: Any) -> None:
    together: Any = [(float(index), 0.5 * index) for index in range(6)]
    series = Series(kind="path", title="t", x_label="x", y_label="y", got=together, expected=together)
    labels = [label for _, label in plot(series).labels]
    assert [label.text for label in labels] == ["yours", "expected", "start"]
    assert not any(a.box.overlaps(b.box) for a, b in itertools.combinations(labels, 2))


def test_a_fault_of_ours_beside_a_failed_import_does_not_bring_the_repetition_back(records: Any) -> None:
    failure = Failure(kind="import_failed", message="optimizers.py is not valid Python.")
    checks = [
        records.check(id=f"c{n}", function=f"optimizers.f{n}", outcome="error", failure=failure) for n in range(9)
    ]
    page = Page(render_student(records.result(*checks, records.check(id="g", outcome="grader_error"))))
    assert page.text.count("Until this is put right, none of the module's 10 functions can be tried") == 1
    assert page.count("article") == 0


def test_text_reaches_the_contrast_of_wcag_aa_in_light_in_dark_and_on_paper(records: Any) -> None:
    html = render_student(records.result(records.check()))
    themes = [dict(re.findall(r"--(\w+): (#[0-9a-f]+)", block)) for block in re.findall(r":root \{(.*?)\}", html, re.S)]
    assert len(themes) == 3
    for theme in themes:
        for text in ("ink", "quiet", "link", "yours", "expected", "good", "bad"):
            for ground in ("paper", "panel"):
                lighter, darker = sorted((luminance(theme[text]), luminance(theme[ground])), reverse=True)
                assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (text, ground, theme)


def luminance(colour: str) -> float:
    """Relative luminance of a colour as WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_known_mistake_that_does_not_fit_every_check_is_not_called_the_whole_story(records: Any) -> None:
    diagnosis = records.diagnosis("The bias is left out")
    [explanation] = diagnosis.explanations

    assert "something else may be wrong" not in known_mistakes.evidence(explanation)
    assert "those of another failed check" in known_mistakes.evidence(
        msgspec.structs.replace(explanation, unexplained=1)
    )
    assert "those of 2 other failed checks" in known_mistakes.evidence(
        msgspec.structs.replace(explanation, unexplained=2)
    )
