"""A class through nbgrader's own commands, from the release to the grades; modules get the points of our checks."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

PROGRAMS = Path(sys.executable).parent
QUESTION = "Why is twice a number even?"
ANSWER = "Because two divides it."
MODEL_ANSWER = "Two divides it by construction."
RIGHT = "def double(values):\n    return 2 * values\n\n\ndef total(values):\n    return float(values.sum())\n"
WRONG = RIGHT.replace("2 *", "3 *")
SHUT = "shut:"

SNOOP = f'''
import glob, os, socket
found = []
for place in ("/", "/work", "/home", "..", "../..", "{{folder}}", "{{course}}"):
    for pattern in ("gradebook.db", "*/test_hidden.py", "*/*/test_hidden.py", "source/*/*", "nbgrader_config.py"):
        found += [path for path in glob.glob(os.path.join(place, pattern))]
for path in ("{{folder}}/gradebook.db", "{{course}}/assignments/tiny/test_hidden.py", "{{course}}/solutions/tiny.py"):
    try:
        found.append(open(path, "rb").read())
    except OSError as error:
        print("{SHUT}", type(error).__name__)
try:
    socket.create_connection(("192.0.2.1", 9), timeout=2)
    found.append("network")
except OSError as error:
    print("{SHUT}", type(error).__name__)
try:
    open("/usr/lib/left_behind", "w")
    found.append("file system")
except OSError as error:
    print("{SHUT}", type(error).__name__)
for path in glob.glob("/proc/*/environ"):
    try:
        found += [path] * (b"SECRET" in open(path, "rb").read())
    except OSError:
        pass
print("FOUND", found)
open("in_its_own_folder.txt", "w").write("fine")
'''
DEAF = """
import time
while True:
    try:
        time.sleep(60)
    except BaseException:
        pass
"""


FLOOD = """
import time
while True:
    print("y" * 9999)
    time.sleep(0.001)  # faster, a single message would be too large, and the time is up before one arrives
"""


def nbgrader(folder: Path, *words: object, fails: bool = False) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment |= {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder), "SECRET": "SECRET"}
    environment |= {"JUPYTER_CONFIG_DIR": str(folder / ".jupyter"), "JUPYTER_DATA_DIR": str(folder / ".data")}
    run = subprocess.run(
        [PROGRAMS / "nbgrader", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )
    assert bool(run.returncode) == fails, run.stdout + run.stderr
    return run.stdout + run.stderr


class NbgraderCourse:
    """The tiny course as nbgrader's: an instructor's folder, an exchange, and students who hand in."""

    def __init__(self, tiny: Any) -> None:
        self.tiny = tiny
        self.folder: Path = tiny.folder / "nbgrader"
        self.exchange: Path = tiny.folder / "exchange"
        self.exchange.mkdir()
        self.exchange.chmod(0o777)

    def init(self, *words: object) -> str:
        command = [sys.executable, "-m", "autograder", "nbgrader", "init", self.folder, *words]
        run = subprocess.run([*map(str, command)], cwd=self.tiny.folder, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def run(self, *words: object, fails: bool = False) -> str:
        return nbgrader(self.folder, *words, fails=fails)

    def released(self) -> Any:
        return nbformat.read(self.folder / "release/tiny/notebook.ipynb", as_version=4)

    def hands_in(self, student: str, files: Mapping[str, str | bytes], time: str = "2026-10-01 12:00:00") -> Path:
        """Leave files where `nbgrader submit` leaves them."""
        time = f"{time}.000000 UTC"
        place = self.exchange / "tiny-course/inbound" / f"{student}+tiny+{time}+abc"
        place.mkdir(parents=True)
        told = {"timestamp.txt": time, "submission_secret.txt": f"secret of {student}"}
        for name, content in {**told, **files}.items():
            (place / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return place

    def notebook(self, *cells: str, answer: str = ANSWER, change: Callable[[Any], None] | None = None) -> str:
        """What was released, with code of the student's in front and an answer."""
        made = self.released()
        for cell in made.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "why_even" and answer:
                cell.source = answer
        made.cells = [nbformat.v4.new_code_cell(code) for code in cells] + made.cells
        if change:
            change(made)
        return json.dumps(made)

    def autograded(self, student: str) -> str:
        return (self.folder / "autograded" / student / "tiny/notebook.ipynb").read_text()

    def feedback(self, student: str) -> str:
        return (self.folder / "feedback" / student / "tiny/notebook.html").read_text()

    def gradebook(self) -> Any:
        return Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}")

    def cells(self, student: str) -> dict[str, float]:
        """The points of the modules, by grade cell."""
        with self.gradebook() as gradebook:
            grades = gradebook.find_submission_notebook("notebook", "tiny", student).grades
            return {grade.name: grade.auto_score for grade in grades if grade.cell_type == "code"}

    def waits(self, student: str) -> list[str]:
        """What waits for a person."""
        with self.gradebook() as gradebook:
            grades = gradebook.find_submission_notebook("notebook", "tiny", student).grades
            return [grade.name for grade in grades if grade.needs_manual_grade]

    def gives(self, student: str, points: float) -> None:
        """What the formgrader does when somebody types points beside an answer."""
        with self.gradebook() as gradebook:
            grade = gradebook.find_grade("why_even", "notebook", "tiny", student)
            grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.db.commit()

    def grades(self) -> dict[str, dict[str, str]]:
        self.run("export", "--to", self.folder / "grades.csv")
        with (self.folder / "grades.csv").open() as file:
            return {row["student_id"]: row for row in csv.DictReader(file) if row["timestamp"]}


def _source_notebook() -> str:
    check = 'check("tiny.double")'
    cells = [
        nbformat.v4.new_markdown_cell("# Tiny", id="title"),
        nbformat.v4.new_code_cell(
            'from autograder.notebooks import check, module\n\ntiny = module("tiny")', id="start"
        ),
        nbformat.v4.new_code_cell(check, id="check", metadata={"course": {"check": "tiny.double"}}),
        nbformat.v4.new_markdown_cell(QUESTION, id="q", metadata={"course": {"question": "why_even", "points": 2}}),
        nbformat.v4.new_markdown_cell("*Your answer:*", id="a", metadata={"course": {"answer": "why_even"}}),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=kernel))


def _forge(notebook: Any) -> None:
    """Worth more, named twice, unlocked, and with outputs that look like points."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and "nbgrader" in cell.metadata:
            cell.metadata.nbgrader |= {"points": 1000, "locked": False, "solution": True}
            cell.source = "1000.0"
            cell.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "1000.0"}, execution_count=1)]
    notebook.cells += [cell.copy() for cell in notebook.cells if cell.cell_type == "code"]
    invented = {"grade": True, "solution": False, "locked": True, "grade_id": "bonus", "points": 50}
    notebook.cells.append(nbformat.v4.new_code_cell("50.0", metadata={"nbgrader": {**invented, "schema_version": 3}}))
    notebook.cells.append(nbformat.v4.new_markdown_cell("x", metadata={"nbgrader": ["no", "marks"]}))


@pytest.fixture(scope="module")
def course(make_tiny_course: Callable[[str], Any]) -> NbgraderCourse:
    tiny = make_tiny_course("nbgrader")
    tiny.write("assignments/tiny/handout.md", "# Tiny\n")
    tiny.write("assignments/tiny/figures/twice.svg", "<svg/>")
    tiny.write("assignments/tiny/figures.py", "def twice(): ...\n")
    tiny.write("assignments/tiny/notebook.ipynb", _source_notebook())
    tiny.write("assignments/tiny/written_answers.md", f"# Answers\n\n## why_even\n\n{MODEL_ANSWER}\n")
    toml = tiny.folder / "assignments/tiny/assignment.toml"
    late = 'due = "2030-01-01T12:00:00+00:00"\n[late]\npercent_per_day = 10\n'
    toml.write_text(toml.read_text().replace("[limits]", f"{late}[limits]"))
    course = NbgraderCourse(tiny)
    course.init("--seed", "5", "--course-id", "tiny-course", "--exchange", course.exchange)
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.ExecuteBehindWall.timeout = 8\nc.ExecuteBehindWall.output_mb = 1\n")
    course.run("generate_assignment", "tiny")
    course.run("release_assignment", "tiny")
    return course


@pytest.fixture(scope="module")
def fetched(course: NbgraderCourse) -> Path:
    """A student who fetches, writes and submits with nbgrader's own commands."""
    home = course.tiny.folder / "ada"
    home.mkdir()
    (home / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'tiny-course'\nc.Exchange.root = {str(course.exchange)!r}\n"
    )
    nbgrader(home, "fetch_assignment", "tiny")
    (home / "tiny/tiny.py").write_text(RIGHT)
    (home / "tiny/notebook.ipynb").write_text(course.notebook("tiny.double(3)"))
    nbgrader(home, "submit", "tiny", "--student=ada")
    return home


@pytest.fixture(scope="module")
def graded(course: NbgraderCourse, fetched: Path) -> NbgraderCourse:
    """The whole class: collected and autograded."""
    snoop = SNOOP.replace("{folder}", str(course.folder)).replace("{course}", str(course.tiny.folder))
    noise = "import numpy as np; np.log(0.0)\nfrom IPython.display import HTML\n"
    noise += "print('half \\ud800')\nHTML('<script>alert(1)</script>')"
    bob = course.notebook(noise, answer=f"{ANSWER} <img src=x onerror=alert(1)><script>alert(1)</script>")
    course.hands_in("bob", {"tiny.py": WRONG, "notebook.ipynb": bob})
    course.hands_in("deaf", {"tiny.py": RIGHT, "notebook.ipynb": course.notebook(DEAF, "print('later')")})
    course.hands_in("dead", {"tiny.py": RIGHT, "notebook.ipynb": course.notebook("import os; os.kill(os.getpid(), 9)")})
    course.hands_in("flood", {"tiny.py": RIGHT, "notebook.ipynb": course.notebook(FLOOD)})
    course.hands_in("forger", {"tiny.py": WRONG, "notebook.ipynb": course.notebook(answer="", change=_forge)})
    course.hands_in("snoop", {"tiny.py": WRONG, "notebook.ipynb": course.notebook(snoop)})
    course.hands_in("torn", {"tiny.py": RIGHT, "notebook.ipynb": '{"cells": [<<<<<<< HEAD'})
    course.hands_in("typo", {"tiny.py": "def double(:\n", "notebook.ipynb": course.notebook("def double(:")})
    course.hands_in("none", {"tiny.py": RIGHT})
    course.hands_in("only", {"notebook.ipynb": course.notebook()})
    late = {"tiny.py": WRONG, "notebook.ipynb": course.notebook()}
    course.hands_in("late", late, time="2030-01-03 13:00:00")
    linked = course.hands_in("link", {"tiny.py": RIGHT, "notebook.ipynb": course.notebook()})
    (linked / "notes.txt").symlink_to(course.folder / "gradebook.db")
    course.run("collect", "tiny")
    course.run("autograde", "tiny")
    return course


def test_what_students_fetch_holds_neither_answers_nor_hidden_checks(course: NbgraderCourse) -> None:
    outbound = course.exchange / "tiny-course/outbound/tiny"
    texts = {path: path.read_text() for path in outbound.rglob("*") if path.is_file()}
    names = {path.relative_to(outbound).as_posix() for path in texts}
    assert {"tiny.py", "notebook.ipynb", "test_public.py", "handout.md", "figures/twice.svg"} <= names
    assert "figures.py" not in names
    for path, text in texts.items():
        for secret in (MODEL_ANSWER, "drawn_numbers", "values.sum()"):
            assert secret not in text, path
    assert MODEL_ANSWER in (course.folder / "source/tiny/notebook.ipynb").read_text()


def test_a_second_init_keeps_what_the_instructor_has_set(course: NbgraderCourse, tmp_path: Path) -> None:
    config, due = (course.folder / "nbgrader_config.py").read_text(), "2031-05-01 10:00:00"
    roster = tmp_path / "class.csv"
    roster.write_text("student_id,first_name,last_name\neve,Eve,Ng\n")
    course.run("db", "assignment", "add", "tiny", f"--duedate={due}")
    try:
        assert "is left as it is" in " ".join(course.init("--seed", "9", "--roster", roster).split())
        assert (course.folder / "nbgrader_config.py").read_text() == config
        with course.gradebook() as gradebook:
            assert str(gradebook.find_assignment("tiny").duedate) == due
            assert gradebook.find_student("eve").last_name == "Ng"
    finally:
        course.run("db", "assignment", "add", "tiny", "--duedate=2030-01-01 12:00:00")


def test_everybody_gets_the_points_that_grade_gives(graded: NbgraderCourse) -> None:
    points = {student: float(row["raw_score"]) for student, row in graded.grades().items()}
    tiny, out = graded.tiny, graded.tiny.folder / "plain"
    command = ["grade", "tiny", graded.folder / "submitted", "--out", out, "--seed", "5", "--no-report"]
    run = subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, command)], cwd=tiny.folder, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert points == tiny.scores("plain")
    assert points["ada"] == 10
    assert points["bob"] == points["forger"] == points["snoop"] == 3
    assert points["only"] == points["typo"] == 0


@pytest.mark.parametrize("student", ["deaf", "dead", "flood", "torn", "none", "link"])
def test_whatever_the_notebook_does_right_modules_count_in_full(graded: NbgraderCourse, student: str) -> None:
    assert graded.cells(student) == {"tiny-double": 7, "tiny-total": 3}


@pytest.mark.parametrize(
    ("student", "told"), [("deaf", "timed out"), ("dead", "Kernel died"), ("flood", "larger than 1 MB")]
)
def test_a_notebook_that_was_stopped_says_where_and_why(graded: NbgraderCourse, student: str, told: str) -> None:
    first = nbformat.reads(graded.autograded(student), as_version=4).cells[0]
    assert told in first.outputs[-1].text
    assert "were not run" in first.outputs[-1].text


def test_marks_and_outputs_that_a_student_forged_decide_nothing(graded: NbgraderCourse) -> None:
    assert graded.cells("forger") == {"tiny-double": 0, "tiny-total": 3}
    row = graded.grades()["forger"]
    assert (row["score"], row["max_score"]) == ("3.0", "12.0")


def test_a_warning_costs_nothing(graded: NbgraderCourse) -> None:
    assert graded.cells("bob")["tiny-total"] == 3
    assert '"name": "stderr"' in graded.autograded("bob")
    assert "half \\\\ud800" in graded.autograded("bob")


def test_a_notebook_reaches_neither_the_grader_nor_the_network(graded: NbgraderCourse) -> None:
    said = nbformat.reads(graded.autograded("snoop"), as_version=4).cells[0].outputs[0].text
    assert said.count(SHUT) == 5
    assert "FOUND []" in said
    assert not list(graded.folder.rglob("in_its_own_folder.txt")), "its folder was a copy"


def test_a_link_in_a_hand_in_brings_nothing_of_the_instructors(graded: NbgraderCourse) -> None:
    assert not (graded.folder / "submitted/link/tiny/notes.txt").exists()


def test_written_answers_wait_for_a_person_and_only_what_is_unchanged_is_nothing(graded: NbgraderCourse) -> None:
    waits = {student: graded.waits(student) for student in ("ada", "forger", "torn")}
    assert waits == {"ada": ["why_even"], "forger": [], "torn": ["why_even"]}


def test_what_a_student_wrote_runs_nowhere_in_the_formgrader(graded: NbgraderCourse) -> None:
    cells = nbformat.reads(graded.autograded("bob"), as_version=4).cells
    shown = [str(output) for cell in cells for output in cell.get("outputs", ())]
    shown += [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert "&lt;script&gt;" in "".join(shown)
    assert not re.search("<script|<img", "".join(shown))


def test_points_by_hand_go_on_top_and_feedback_explains_the_modules(graded: NbgraderCourse) -> None:
    graded.gives("bob", 1.5)
    graded.run("generate_feedback", "tiny", "--student", "bob")
    html = graded.feedback("bob")
    assert "Score: 4.5 / 12.0" in html
    page = re.search(r"<iframe sandbox=\"\" srcdoc='([^']*)'", html)
    assert page is not None
    assert "Twice 1, 2 and 3." in page[1], "the public check that fails"
    assert "test_double_of_drawn_numbers" not in html
    assert "np.dot(values" not in html, "no oracle"
    assert graded.grades()["bob"]["score"] == "4.5"


def test_coming_late_costs_what_the_assignment_says_of_the_modules_points(graded: NbgraderCourse) -> None:
    row = graded.grades()["late"]
    assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("3.0", "0.9", "2.1")


def test_what_people_graded_in_the_formgrader_is_exported_on_top(graded: NbgraderCourse) -> None:
    graded.gives("late", 2)
    out = graded.tiny.folder / "grades.csv"
    command = ["export", graded.folder / "grades/tiny", "--to", "csv", "--out", out]
    command += ["--written", graded.folder / "gradebook.db"]
    run = subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, command)], cwd=graded.tiny.folder, capture_output=True, text=True
    )
    assert run.returncode == 1, "answers of others wait to be graded"
    with out.open(encoding="utf-8-sig") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert (rows["late"]["tiny"], rows["late"]["max_total"]) == ("4.1", "12")
    assert rows["ada"]["tiny"] == ""
    assert "ada: an answer waits to be graded by hand" in run.stdout
    assert "nbgrader: why_even 2" in out.with_name("grades.trace.csv").read_text(encoding="utf-8-sig")


def test_feedback_comes_back_to_the_student(graded: NbgraderCourse, fetched: Path) -> None:
    graded.run("generate_feedback", "tiny", "--student", "ada")
    graded.run("release_feedback", "tiny", "--student", "ada")
    released = list((graded.exchange / "tiny-course/feedback").glob("*.html"))
    assert len(released) == 1
    assert "srcdoc" in released[0].read_text()


def test_a_fault_of_the_grader_takes_no_point_and_waits_for_a_person(graded: NbgraderCourse) -> None:
    hidden = graded.tiny.folder / "assignments/tiny/test_hidden.py"
    before = hidden.read_text()
    broken = "    if student.tiny.double(*numbers.args)[0] > 2.5 * numbers.args[0][0]:\n        raise OSError('ours')\n"
    try:
        hidden.write_text(
            before.replace("    expect_equal(student.tiny.double", f"{broken}    expect_equal(student.tiny.double")
        )
        graded.run("autograde", "tiny", "--student", "forger", "--force")
        assert graded.cells("forger") == {"tiny-double": 4, "tiny-total": 3}
        assert graded.waits("forger") == ["tiny-double"]
    finally:
        hidden.write_text(before)


def test_checks_that_the_solution_fails_judge_nobody(graded: NbgraderCourse) -> None:
    solution = graded.tiny.folder / "solutions/tiny.py"
    before = solution.read_text()
    try:
        solution.write_text(before.replace("2 * values", "4 * values"))
        said = graded.run("autograde", "tiny", "--student", "ada", "--force", fails=True)
        assert "nobody lost a point by it" in said
        assert graded.cells("ada") == {"tiny-double": 7, "tiny-total": 3}
    finally:
        solution.write_text(before)
