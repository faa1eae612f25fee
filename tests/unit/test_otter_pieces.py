"""What stands between otter and a submission: the folder it is given, the records it gets, the notebook it reads."""

import json
import os
import warnings
from pathlib import Path

import nbformat
import pytest

from autograder import assignment as assignments
from autograder.checking.run import CheckDescription
from autograder.integrations.course_files import zipped
from autograder.integrations.otter import judging, student
from autograder.integrations.otter.master_notebook import master_notebook
from autograder.integrations.otter.question_names import question_names
from autograder.integrations.otter.settings import COURSE, NOTEBOOK
from autograder.integrations.otter.submission_folder import leave_nothing, take
from autograder.notebooks import source
from autograder.notebooks.verdict import Verdict
from autograder.results import AssignmentInfo, CheckResult, Failure, GradingInfo, SubmissionInfo, SubmissionResult

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what otter's own imports warn of is not ours
    from otter.run.run_autograder.autograder_config import AutograderConfig
    from otter.test_files import GradingResults

    from autograder.integrations.otter import plugin, points

TOML = 'title = "Tiny"\norder = 1\nmodules = ["tiny"]\npoints = 10\n'


@pytest.fixture
def tiny(tmp_path):
    folder = tmp_path / "course" / "assignments" / "tiny"
    folder.mkdir(parents=True)
    (folder / "assignment.toml").write_text(TOML)
    return assignments.load(folder)


@pytest.fixture
def folder(tmp_path):
    """A submission as otter lays it out before a plugin is called."""
    path = tmp_path / "submission"
    (path / "tests").mkdir(parents=True)
    (path / "tests" / "double.py").write_text("OK_FORMAT = False")
    (path / "__init__.py").touch()
    (path / NOTEBOOK).write_text("{}")
    (path / COURSE).write_bytes(b"PK")
    (path / "tiny.py").write_text("one = 1")
    return path


def check(id, function="tiny.double", outcome="passed", visibility="public", points=3.0, **more):
    earned = points if outcome in ("passed", "grader_error") else 0.0
    failure = None if outcome == "passed" else Failure(kind="wrong_value", message=f"{id} is <wrong> & \U0001f914")
    return CheckResult(
        id=id,
        function=function,
        skill="Doubling",
        title=f"Title of {id}.",
        visibility=visibility,
        points=points,
        earned=earned,
        outcome=outcome,
        failure=failure,
        **more,
    )


def result(*checks, **submission):
    return SubmissionResult(
        assignment=AssignmentInfo(name="tiny", title="Tiny"),
        submission=SubmissionInfo(id="anna", name="Anna", content_hash="0", **submission),
        grading=GradingInfo(seed=7, engine="1", fingerprint="f", isolation="bubblewrap", graded_at="2026-11-22"),
        checks=list(checks),
    )


def document(*checks, **submission):
    """Otter's results.json of these."""
    results = GradingResults([])
    points.fill_in(results, result(*checks, **submission))
    return json.loads(json.dumps(results.to_gradescope_dict(AutograderConfig({"show_hidden": True}))))


def test_what_otter_has_laid_beside_a_hand_in_is_no_part_of_it(folder, tiny):
    taken = take(folder, tiny)
    assert taken.files == {"tiny.py": b"one = 1"}
    assert taken.notes == []
    assert not taken.refused


def test_a_hand_in_in_a_folder_or_zip_of_its_own_is_not_mixed_up_with_what_otter_has_laid_there(folder, tiny):
    (folder / "tests" / "tiny.py").write_text("otters = 1")  # a question may be called like a module
    (folder / "homework").mkdir()
    (folder / "tiny.py").rename(folder / "homework" / "tiny.py")
    assert take(folder, tiny).files == {"tiny.py": b"one = 1"}
    (folder / COURSE).write_bytes(b"PK")
    (folder / "homework" / "tiny.py").unlink()
    (folder / "homework.zip").write_bytes(zipped({"tiny.py": b"two = 2"}))
    assert take(folder, tiny).files == {"tiny.py": b"two = 2"}


def test_a_hand_in_without_modules_is_refused_with_the_reason(folder, tiny):
    (folder / "tiny.py").unlink()
    assert "tiny.py" in take(folder, tiny).refused


def test_nothing_but_an_empty_notebook_is_left_for_otter(folder, tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "kept.txt").touch()
    (folder / ".OTTER_LOG").write_bytes(b"\x80")
    (folder / "ipykernel").mkdir()
    (folder / "ipykernel" / "__init__.py").touch()
    (folder / "link").symlink_to(precious)
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe")
    leave_nothing(folder, folder / NOTEBOOK)
    assert [path.name for path in folder.iterdir()] == [NOTEBOOK]
    assert nbformat.read(folder / NOTEBOOK, as_version=4).cells == []
    assert (precious / "kept.txt").exists()


def test_questions_are_named_by_their_functions_with_the_module_only_where_two_share_a_name():
    named = question_names(["a.one", "b.two", "a.one", "a.two"])
    assert named == {"a.one": "one", "b.two": "b_two", "a.two": "a_two"}


def test_otters_results_hold_every_point_and_show_students_the_public_checks_at_once():
    told = document(
        check("first"),
        check("second", outcome="failed", points=2.0),
        check("third", visibility="hidden", outcome="failed"),
        check("fourth", function="tiny.total", visibility="hidden", points=1.5),
    )
    by_name = {test["name"]: test for test in told["tests"]}
    assert {name: (test.get("score"), test.get("max_score")) for name, test in by_name.items()} == {
        "Public Tests": (None, None),
        "double": (3, 8),
        "total": (1.5, 1.5),
    }
    public = by_name.pop("Public Tests")
    assert public["visibility"] == "visible"
    assert "second is <wrong>" in public["output"]
    assert "third" not in public["output"]
    assert {test["visibility"] for test in by_name.values()} == {"after_published"}
    assert "Title of third" in by_name["double"]["output"]


def test_a_fault_of_ours_counts_in_full_and_hides_all_points():
    told = document(check("first", outcome="grader_error"), check("second", outcome="failed"))
    assert {test["visibility"] for test in told["tests"]} == {"hidden"}
    assert [test["score"] for test in told["tests"] if "score" in test] == [3]
    assert "our fault" in told["output"]


def test_why_a_hand_in_is_refused_and_what_intake_noticed_is_told():
    told = document(check("first", outcome="failed"), refused="There is a link in it.", notes=["ignored x.py"])
    assert told["output"] == "The hand-in could not be accepted: There is a link in it.\nNote: ignored x.py"


def test_that_no_public_check_of_a_function_failed_is_said_to_mean_nothing_where_there_is_none():
    told = document(check("first"), check("second", function="tiny.total", visibility="hidden", outcome="failed"))
    assert "Shown at once are the public checks. total: here all checks are hidden" in told["output"]


def test_a_zero_that_otter_would_write_for_a_kernel_that_failed_is_not_written(tmp_path):
    judge = plugin.Judge(str(tmp_path / NOTEBOOK), {}, {})
    judge._result = result(check("first"))
    with pytest.raises(judging.NotGraded, match="kernel"):
        judge.after_grading(GradingResults.without_results(RuntimeError("no kernel")))


def test_without_a_wall_nothing_is_run(monkeypatch, tiny, folder):
    monkeypatch.setenv("PATH", "/nowhere")  # no bubblewrap
    monkeypatch.setattr(os, "geteuid", lambda: 1000)  # and no root
    with pytest.raises(judging.NotGraded, match=r"(?s)walled in.*bubblewrap:.*user:"):
        judging.wall()


def test_a_zip_without_the_course_says_what_to_do(tmp_path):
    judge = plugin.Judge(str(tmp_path / "submission" / NOTEBOOK), {}, {})
    with pytest.raises(judging.NotGraded, match="release --otter"):
        judge.before_grading(None)


def test_where_we_failed_the_hand_in_is_still_there_for_another_try(monkeypatch, folder, tmp_path):
    files = {"otter.json": b'{"assignment": "tiny"}', "assignments/tiny/assignment.toml": TOML.encode()}
    (tmp_path / "source" / "files").mkdir(parents=True)
    (tmp_path / "source" / "files" / COURSE).write_bytes(zipped(files))
    monkeypatch.setattr(judging, "wall", lambda: pytest.fail("no wall", pytrace=False))
    with pytest.raises(pytest.fail.Exception, match="no wall"):
        plugin.Judge(str(folder / NOTEBOOK), {}, {}).before_grading(None)
    assert (folder / "tiny.py").read_text() == "one = 1"


def described(id, function, visibility="public", points=2.5):
    return CheckDescription(id, function, points, "skill", "title", "", visibility)


@pytest.fixture
def course_notebook(tmp_path):
    cells = [
        nbformat.v4.new_markdown_cell("# Doubling"),
        nbformat.v4.new_code_cell('check("tiny.double")', metadata={"course": {"check": "tiny.double"}}),
        nbformat.v4.new_markdown_cell("Why?", metadata={"course": {"question": "why", "points": 2}}),
        nbformat.v4.new_markdown_cell("*Your answer:*", metadata={"course": {"answer": "why"}}),
        nbformat.v4.new_code_cell("1 + 1"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path / NOTEBOOK
    nbformat.write(notebook, path)
    return source.read(path)


def test_checks_and_written_questions_of_the_notebook_become_questions_of_otter(course_notebook):
    checks = [
        described("test_open", "tiny.double"),
        described("test_secret", "tiny.double", "hidden"),
        described("test_total", "tiny.total"),
    ]
    made = master_notebook(course_notebook, checks)
    nbformat.validate(nbformat.from_dict(made))
    told = [(cell["cell_type"], cell["source"]) for cell in made["cells"]]
    assert told[0][1].startswith("# ASSIGNMENT CONFIG")
    assert told[2:4] == [("raw", "# BEGIN QUESTION\nname: double"), ("raw", "# BEGIN TESTS")]
    assert told[4][1].startswith('""" # BEGIN TEST CONFIG\npoints: 2.5\n""" # END TEST CONFIG\ndef test_open():')
    assert [source for _, source in told[5:12]] == [
        "# END TESTS",
        "# END QUESTION",
        "# BEGIN QUESTION\nname: why\nmanual: true\npoints: 2",
        "Why?",
        "# BEGIN PROMPT",
        "*Your answer:*",
        "# END PROMPT",
    ]
    assert ("code", "1 + 1") in told
    assert "grader.export(" in told[-1][1]
    assert "secret" not in json.dumps(made)


def test_the_same_notebook_gives_the_same_master(course_notebook):
    checks = [described("test_open", "tiny.double")]
    assert master_notebook(course_notebook, checks) == master_notebook(course_notebook, checks)


@pytest.fixture
def at_home(tmp_path, monkeypatch):
    """A student's folder, with public checks whose verdicts are planted."""
    (tmp_path / "assignment.toml").write_text(TOML)
    (tmp_path / "tiny.py").write_text("def double(values):\n    return values\n")
    monkeypatch.chdir(tmp_path)
    asked = []
    outcomes = {"test_one": "passed", "test_two": "failed"}

    def planted(function):
        asked.append(function)
        return Verdict(function, tuple(check(id, outcome=outcome) for id, outcome in outcomes.items()))

    monkeypatch.setattr(student, "check", planted)
    student._seen.clear()
    return asked, outcomes


def test_a_failing_public_check_is_explained_and_shown_as_it_is_in_html(at_home):
    student.expect("tiny.double", "test_one")
    with pytest.raises(student.NotPassed) as caught:
        student.expect("tiny.double", "test_two")
    assert "test_two is &lt;wrong> &amp; \U0001f914" in str(caught.value).replace("&gt;", ">")
    assert "Title of test_one" not in str(caught.value)


def test_the_checks_of_a_function_run_once_for_a_file_and_again_when_it_is_saved_or_time_ran_out(at_home):
    asked, outcomes = at_home
    for name in ("test_one", "test_two"):
        with pytest.raises(student.NotPassed) if name == "test_two" else warnings.catch_warnings():
            student.expect("tiny.double", name)
    assert len(asked) == 1
    Path("tiny.py").write_text("def double(values):\n    return 2 * values\n")
    outcomes["test_two"] = "timeout"
    for _ in range(2):
        with pytest.raises(student.NotPassed):
            student.expect("tiny.double", "test_two")
    assert len(asked) == 3


def test_a_check_that_is_not_there_tells_what_the_notebook_would(at_home, monkeypatch):
    monkeypatch.setattr(student, "check", lambda function: Verdict(function, note="no public check is about it"))
    with pytest.raises(student.NotPassed, match="no public check"):
        student.expect("tiny.double", "test_one")


def test_the_hand_in_holds_what_is_there_and_says_what_is_missing_or_broken(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("assignment.toml").write_text(TOML.replace('["tiny"]', '["tiny", "other"]') + 'files = ["weights.json"]\n')
    Path("tiny.py").write_text("def double(values:\n")
    assert student.hand_in() == ["tiny.py"]
    said = capsys.readouterr().out
    assert "error: tiny.py:1: " in said
    assert "warning: other.py: other.py is not here" in said
    assert "warning: weights.json: " in said
