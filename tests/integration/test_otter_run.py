"""The real `otter`: what it hands out works, and `otter run` gives the points of `autograder grade`, whoever hands in.

A run of otter takes seconds, so each hand-in here stands for several questions.
"""

import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbclient
import nbformat
import pytest

from autograder import assignment as assignments
from autograder.checking.modules import load_module
from autograder.cli import main
from autograder.integrations.course_files import zipped
from autograder.integrations.otter.judging import NotGraded, judged
from autograder.integrations.otter.settings import COURSE, NOTEBOOK, OtterSettings
from autograder.submissions import Submission

SEED = 7
RIGHT = "def double(values):\n    return 2 * values\n\n\ndef total(values):\n    return float(values.sum())\n"
WRONG = RIGHT.replace("2 *", "3 *")
HIDDEN_WORDS = ("drawn_numbers", "numpy.add(values", "np.dot(values")
LISTENS = "import pathlib; pathlib.Path({!r}).write_text('ran')\n"


otter_class = load_module("otter_class", Path(__file__).parents[1] / "interop" / "otter_class.py")


def notebook(*cells):
    """A notebook in the course's format."""
    made = nbformat.v4.new_notebook(cells=list(cells))
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.writes(made)


def marked(cell, **mark):
    cell.metadata["course"] = mark
    return cell


COURSE_NOTEBOOK = notebook(
    nbformat.v4.new_markdown_cell("# Doubling"),
    nbformat.v4.new_code_cell("from autograder.notebooks import check\nimport tiny"),
    marked(nbformat.v4.new_code_cell('check("tiny.double")'), check="tiny.double"),
    marked(nbformat.v4.new_markdown_cell("Why does it double?"), question="why_it_doubles", points=2),
    marked(nbformat.v4.new_markdown_cell("*Your answer:*"), answer="why_it_doubles"),
)


@pytest.fixture(scope="module")
def released(make_tiny_course):
    """The tiny course, released for otter."""
    tiny = make_tiny_course("otter")
    tiny.write("assignments/tiny/notebook.ipynb", COURSE_NOTEBOOK)
    tiny.write("assignments/tiny/handout.md", "# Doubling\n")
    before = Path.cwd()
    os.chdir(tiny.folder)
    try:
        assert main(["release", "tiny", "--otter", "--seed", str(SEED), "--out", "dist"]) == 0
    finally:
        os.chdir(before)
    return tiny


@pytest.fixture
def run(released, tmp_path):
    """Packs files and gives them to `otter run`."""

    def run(files, name="anna"):
        path = tmp_path / f"{name}.zip"
        path.write_bytes(
            zipped({key: value if isinstance(value, bytes) else value.encode() for key, value in files.items()})
        )
        return otter_class.otter_run(released.folder / "dist/tiny/autograder/autograder.zip", path)

    return run


def graded(released, tmp_path, files):
    """What `autograder grade` gives for the same zip."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "anna.zip").write_bytes(zipped({name: text.encode() for name, text in files.items()}))
    words = [sys.executable, "-m", "autograder", "grade", "tiny", str(tmp_path / "class"), "--seed", str(SEED)]
    subprocess.run([*words, "--no-report", "--out", str(tmp_path / "out")], cwd=released.folder, check=True)
    return json.loads((tmp_path / "out/results/anna.json").read_bytes())


def questions(one):
    return {test["name"]: (test["score"], test["max_score"]) for test in one.document["tests"] if "score" in test}


def shown_to_students(one):
    return json.dumps([test for test in one.document["tests"] if test.get("visibility") == "visible"])


@pytest.mark.parametrize(
    ("text", "points", "said"),
    [
        (WRONG, 3, "Compared: the doubles"),
        ("def double(values:\n", 0, "was never closed"),
        ("def double(values):\n    raise NotImplementedError\n", 0, "Not written yet"),
    ],
    ids=["wrong", "with a syntax error", "not written"],
)
def test_points_and_explanations_are_those_of_autograder_grade(released, run, tmp_path, text, points, said):
    files = {"tiny.py": text, NOTEBOOK: COURSE_NOTEBOOK}
    one = run(files)
    expected = graded(released, tmp_path, files)
    assert one.points == expected["score"] == points, one.said
    by_function = {}
    for check in expected["checks"]:
        earned, most = by_function.get(check["function"], (0, 0))
        by_function[check["function"]] = (earned + check["earned"], most + check["points"])
    assert questions(one) == {name.partition(".")[2]: sums for name, sums in by_function.items()}
    assert said in shown_to_students(one)
    assert expected["grading"]["fingerprint"] in one.said
    assert "isolation bubblewrap" in one.said or "isolation user" in one.said


def test_modules_without_a_notebook_or_with_a_broken_one_get_their_points(run, released, tmp_path):
    alone = tmp_path / "tiny.py"
    alone.write_text(RIGHT)
    assert otter_class.otter_run(released.folder / "dist/tiny/autograder/autograder.zip", alone).points == 10
    one = run({"homework/tiny.py": RIGHT, NOTEBOOK: "{ this is no notebook"})
    assert one.points == 10
    assert shown_to_students(one).count("All test cases passed!") == 2


class Explodes:
    """A pickle that runs a command when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (exec, (LISTENS.format(str(self.path)),))


def test_nothing_that_is_handed_in_beside_the_modules_runs_or_counts(run, tmp_path):
    ran = tmp_path / "ran"
    ran.mkdir()
    hostile = notebook(
        nbformat.v4.new_code_cell(LISTENS.format(str(ran / "notebook"))),
        nbformat.v4.new_code_cell(
            "import otter, otter.test_files, glob\n"
            "otter.test_files.TestFile.score = property(lambda self: 1000)\n"
            "otter.Notebook.check = lambda *arguments: None\n"
            "print([open(name).read() for name in glob.glob('../source/**/*', recursive=True)])\n"
            "import os; os._exit(0)"
        ),
        nbformat.v4.new_code_cell("while True: pass"),
    )
    results = io.BytesIO()
    pickle.dump(Explodes(ran / "results"), results)
    files = {
        "tiny.py": WRONG,
        NOTEBOOK: hostile,
        ".OTTER_LOG": pickle.dumps(Explodes(ran / "log")),
        "results/results.json": '{"score": 1000, "tests": [{"score": 1000, "max_score": 10}]}',
        "results.json": '{"score": 1000}',
        "results.pkl": results.getvalue(),
        "tests/double.py": LISTENS.format(str(ran / "test")) + "OK_FORMAT = True\n",
        "otter_config.json": '{"points_possible": 1000, "plugins": []}',
        COURSE: zipped({"otter.json": b'{"assignment": "tiny", "seed": 1}'}),
    }
    for name in ("ipykernel", "ipykernel_launcher", "otter", "dill", "numpy", "sitecustomize", "conftest", "json"):
        files[f"{name}.py"] = LISTENS.format(str(ran / name))
    one = run(files)
    assert sorted(path.name for path in ran.iterdir()) == []
    assert one.points == 3, one.said
    assert questions(one) == {"double": (0, 7), "total": (3, 3)}


def test_a_module_finds_no_checks_and_no_solution_around_it_and_ends_with_its_own_mistakes(run):
    spies = (
        "import os, pathlib, sys\n"
        "found = []\n"
        "for top in ('/', '/tmp', os.getcwd(), *sys.path):\n"
        "    for path, _, names in os.walk(top):\n"
        "        if len(found) > 50: break\n"
        "        found += [os.path.join(path, name) for name in names if 'test_hidden' in name or 'oracles' in name\n"
        "                  or name in ('otter.json', 'autograder-course.zip', 'otter_config.json')]\n"
        "print('FOUND', found)\n"
        "def double(values):\n    os._exit(0)\n\n"
        "def total(values):\n    print('FOUND', found)\n    return 'FOUND %r' % found\n"
    )
    one = run({"tiny.py": spies})
    assert one.points == 0
    told = json.dumps(one.document)
    assert "FOUND []" in told
    assert not [word for word in HIDDEN_WORDS if word in shown_to_students(one)]


def test_the_students_notebook_checks_public_checks_and_exports_what_otter_run_grades(released, tmp_path):
    student = tmp_path / "student"
    shutil.copytree(released.folder / "dist/tiny/student", student)
    names = {path.relative_to(student).as_posix() for path in student.rglob("*") if path.is_file()}
    assert {"tiny.py", "test_public.py", "README.md", "assignment.toml", "tests/double.py", NOTEBOOK} <= names
    assert not [name for name in names if name in ("test_hidden.py", "oracles.py") or name.endswith(".zip")]
    (student / "tiny.py").write_text(WRONG)
    executed = nbformat.read(student / NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(executed, timeout=120, resources={"metadata": {"path": str(student)}})
    client.execute()
    outputs = {cell.source: json.dumps(cell.outputs) for cell in executed.cells if cell.cell_type == "code"}
    checked = outputs['grader.check("double")']
    assert "Twice 1, 2 and 3" in checked
    assert "expected" in checked
    (archive,) = student.glob("notebook_*.zip")
    with zipfile.ZipFile(archive) as packed:
        assert {"tiny.py", NOTEBOOK} <= set(packed.namelist())
    one = otter_class.otter_run(released.folder / "dist/tiny/autograder/autograder.zip", archive)
    assert one.points == 3
    assert "Why does it double?" in (student / NOTEBOOK).read_text()


def with_course(released, archive, change):
    """A copy of the autograder in which a file of the course is changed."""
    source = released.folder / "dist/tiny/autograder/autograder.zip"
    with zipfile.ZipFile(source) as made, zipfile.ZipFile(archive, "w") as changed:
        for name in made.namelist():
            content = made.read(name)
            if name == f"files/{COURSE}":
                with zipfile.ZipFile(io.BytesIO(content)) as course:
                    content = zipped({one: change(one, course.read(one)) for one in course.namelist()})
            changed.writestr(name, content)
    return archive


def test_a_check_that_fails_by_our_fault_costs_nothing_and_its_points_are_not_shown(released, tmp_path):
    def broken(name, content):
        return (
            content.replace(b"np.dot(values, np.ones(len(values)))", b"0.0") if name.endswith("oracles.py") else content
        )

    archive = with_course(released, tmp_path / "broken.zip", broken)
    (tmp_path / "tiny.py").write_text(WRONG)
    one = otter_class.otter_run(archive, tmp_path / "tiny.py")
    assert one.points == 7  # the two checks on drawn numbers, 4 and 3
    assert {test["visibility"] for test in one.document["tests"]} == {"hidden"}
    assert "our fault" in one.document["output"]


def test_checks_that_cannot_run_give_nobody_a_zero(released, tmp_path):
    def broken(name, content):
        return b"raise RuntimeError('broken by us')\n" if name.endswith("test_hidden.py") else content

    archive = with_course(released, tmp_path / "broken.zip", broken)
    (tmp_path / "tiny.py").write_text(RIGHT)
    one = otter_class.otter_run(archive, tmp_path / "tiny.py")
    assert one.points is None
    assert "broken by us" in one.said


def test_where_no_check_at_all_can_be_judged_there_are_no_points(tiny):
    tiny.write("assignments/tiny/test_public.py", "")
    tiny.write("assignments/tiny/oracles.py", "def double(values):\n    return 0.0\n\n\ntotal = double\n")
    with pytest.raises(NotGraded, match="none of the 2 checks"):
        judged(
            OtterSettings(assignment="tiny"),
            assignments.load(tiny.folder / "assignments/tiny"),
            Submission("anna", "Anna", {"tiny.py": RIGHT.encode()}),
        )


def test_in_a_container_of_otters_own_the_engine_of_the_zip_gives_the_same_points(released, tmp_path):
    source = tmp_path / "autograder" / "source"
    with zipfile.ZipFile(released.folder / "dist/tiny/autograder/autograder.zip") as archive:
        archive.extractall(source)
    # What `otter grade` puts into its image; the course must not be needed from anywhere else.
    kept = {"otter_config.json", "run_otter.py", "files", "tests", "run_autograder", "setup.sh", "environment.yml"}
    assert {path.name for path in source.iterdir()} == kept
    started = source / "files/autograder-engine/autograder/__init__.py"
    started.write_text(started.read_text() + "\nprint('the engine of the zip')\n")
    for name in ("submission", "results"):
        (source.parent / name).mkdir()
    (source.parent / "submission_metadata.json").touch()
    (source.parent / "submission" / "tiny.py").write_text(WRONG)
    for name in ("notebook.ipynb", "notebook-Copy1.ipynb"):
        (source.parent / "submission" / name).write_text(COURSE_NOTEBOOK)
    words = [sys.executable, "run_otter.py"]
    ran = subprocess.run(words, cwd=source, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "the engine of the zip" in ran.stdout
    assert (source / "files" / COURSE).stat().st_mode & 0o077 == 0
    document = json.loads((source.parent / "results/results.json").read_bytes())
    assert sum(test.get("score", 0) for test in document["tests"]) == 3
    with (source.parent / "results/results.pkl").open("rb") as pickled:  # this is what `otter grade` reads
        code = "import sys, dill; print(dill.load(sys.stdin.buffer).total)"
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], stdin=pickled, capture_output=True, text=True, check=True
        )
    assert float(told.stdout) == 3
