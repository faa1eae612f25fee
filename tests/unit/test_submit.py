"""What a student is told before handing in, and the zip that comes of it."""

import zipfile
from pathlib import Path

import msgspec
import pytest

from autograder import skeleton
from autograder.assignment import Assignment, Imports
from autograder.submissions import load_one
from autograder.submit import Problem, SubmitError, pack, validate

CODE = "import numpy as np\n\n\ndef step(w):\n    return np.sin(w)\n"


@pytest.fixture
def assignment(tmp_path) -> Assignment:
    folder = tmp_path / "assignments" / "steps"
    return Assignment(title="Steps", order=1, modules=["steps", "rates"], points=100, folder=folder)


@pytest.fixture
def look(tmp_path, assignment):
    """Writes files into a student's folder and looks at it."""

    def look(files: dict[str, str | bytes], assignment=assignment) -> list[Problem]:
        folder = tmp_path / "mine"
        folder.mkdir(exist_ok=True)
        for name, content in {"steps.py": CODE, "rates.py": CODE, **files}.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return validate(folder, assignment)

    return look


def test_a_complete_folder_has_no_problems(look):
    assert look({"README.md": "", "test_public.py": "", "requirements.txt": ""}) == []


def test_other_files_are_packed_with_the_modules_and_missed_where_they_are_not_there(look, tmp_path, assignment):
    assignment = msgspec.structs.replace(assignment, files=["walk.csv", "weights.bin"])

    problems = look({"walk.csv": "1,2\n", "notes.txt": "?"}, assignment)

    assert problems == [
        Problem("warning", "weights.bin is not here: what is judged by it gets no points", "weights.bin")
    ]
    with zipfile.ZipFile(pack(tmp_path / "mine", assignment, tmp_path)) as packed:
        assert sorted(packed.namelist()) == ["rates.py", "steps.py", "walk.csv"]
        assert packed.read("walk.csv") == b"1,2\n"


def test_a_given_module_may_be_imported(look, assignment):
    source = "import walker\n"
    assert [problem.message for problem in look({"steps.py": source})] == [
        "walker will not be there: this assignment allows numpy only (beside Python's standard library)"
    ]
    assert look({"steps.py": source}, msgspec.structs.replace(assignment, given=["walker"])) == []


def test_a_missing_module_costs_its_points(look, tmp_path, assignment):
    look({})
    (tmp_path / "mine" / "rates.py").unlink()
    assert validate(tmp_path / "mine", assignment) == [
        Problem("warning", "rates.py is not here: its functions get no points", "rates.py")
    ]


def test_a_folder_without_any_module_is_an_error_in_the_words_of_the_intake(tmp_path, assignment):
    (tmp_path / "steps.ipynb").write_text("{}")
    (problem,) = validate(tmp_path, assignment)
    assert problem.severity == "error"
    assert "In it: steps.ipynb. steps.ipynb is a notebook" in problem.message


def test_what_will_not_be_handed_in_is_noted(look):
    (problem,) = look({"helper.py": "x = 1\n"})
    assert problem == Problem("note", "ignored helper.py: only the assignment's modules are taken")


def test_a_syntax_error_is_shown_with_its_line_and_a_caret(look):
    (problem,) = look({"steps.py": "def step(w):\n\treturn (w +\n"})
    assert (problem.severity, problem.file, problem.line) == ("error", "steps.py", 2)
    assert problem.source == "\treturn (w +"
    assert problem.message == "'(' was never closed: Python cannot read it, so none of its functions can be graded"
    assert problem.caret == "\t       ^"


def test_a_syntax_error_in_one_module_does_not_hide_the_problems_of_another(look):
    problems = look({"steps.py": "def", "rates.py": "import torch\n"})
    assert [(problem.file, problem.severity) for problem in problems] == [
        ("steps.py", "error"),
        ("rates.py", "warning"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"x = 1\0\n",
        "x = 1".encode("utf-16"),
        b"x = '\xff'\n",
        b"# coding: klingon\nx = 1\n",
        b"if x:\n  a\n b\n",
        b"x = " + b"(" * 500,
    ],
)
def test_whatever_python_cannot_read_is_one_error(look, content):
    (problem,) = [problem for problem in look({"steps.py": content}) if problem.severity == "error"]
    assert problem.file == "steps.py"
    assert problem.caret.strip() in ("", "^")


def test_utf_16_is_named_as_what_it_is(look):
    (problem,) = [problem for problem in look({"steps.py": CODE.encode("utf-16")}) if problem.severity == "error"]
    assert "saved as UTF-16" in problem.message


def test_nesting_without_end_is_an_error_and_no_crash(look):
    (problem,) = look({"steps.py": "x = " + "-" * 200_000 + "1\n"})
    assert problem.severity == "error"


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfx = 1\r\n", "# coding: latin-1\nx = 'é'\n".encode("latin-1"), b"x = '\\d'\n"]
)
def test_a_bom_windows_lines_other_codings_and_odd_escapes_are_fine(look, content):
    assert look({"steps.py": content}) == []


@pytest.mark.parametrize(
    "line", ["import torch", "from sklearn.metrics import log_loss", "import numpy, scipy.stats as st"]
)
def test_an_import_that_is_not_allowed_is_named_with_its_line(look, line):
    (problem,) = look({"steps.py": f"def step(w):\n    {line}\n    return w\n"})
    assert (problem.severity, problem.file, problem.line) == ("warning", "steps.py", 2)
    assert problem.source == f"    {line}"
    assert problem.caret == "    ^"
    assert "will not be there: this assignment allows numpy only (beside Python's standard library)" in problem.message


def test_the_standard_library_siblings_and_allowed_packages_may_be_imported(look):
    lines = [
        "from __future__ import annotations",
        "import math, os.path",
        "import numpy.linalg",
        "from rates import step",
    ]
    assert look({"steps.py": "\n".join(lines)}) == []


def test_what_an_assignment_allows_is_allowed(look, assignment):
    import msgspec

    torch = msgspec.structs.replace(assignment, imports=Imports(allowed=["numpy", "torch"]))
    assert look({"steps.py": "import torch\n"}, torch) == []
    nothing = msgspec.structs.replace(assignment, imports=Imports(allowed=[]))
    (problem,) = look({"steps.py": CODE, "rates.py": "x = 1\n"}, nothing)
    assert problem.message == "numpy will not be there: this assignment allows the standard library only"


def test_an_import_of_a_file_that_is_not_handed_in_is_named(look):
    problems = look({"helper.py": "x = 1\n", "steps.py": "import helper\n"})
    assert [problem.message for problem in problems if problem.severity == "warning"] == [
        "helper will not be there: this assignment allows numpy only (beside Python's standard library)"
    ]


def test_a_relative_import_is_named(look):
    (problem,) = look({"steps.py": "from .rates import step\n"})
    assert "without a leading dot" in problem.message
    assert problem.line == 1


def test_functions_of_the_skeleton_that_are_not_written_are_listed_in_order(look):
    source = "".join(
        f"def {name}(w):\n    # BEGIN SOLUTION\n    return w\n    # END SOLUTION\n\n\n"
        for name in ("step", "jump", "rest")
    )
    made = skeleton.generate(source).replace('raise NotImplementedError("jump is not written yet")', "return 2 * w")
    assert look({"steps.py": made}) == [Problem("warning", "not written yet: step, rest", "steps.py", 2)]


@pytest.mark.parametrize(
    "line",
    [
        "raise NotImplementedError('complex numbers')",
        "raise NotImplementedError(w)",
        "raise NotImplementedError",
        "raise NotImplementedError()",
        "raise ValueError('step is not written yet')",
        "raise errors[0]('step is not written yet')",
    ],
)
def test_an_exception_of_the_students_own_is_not_taken_for_the_skeletons(look, line):
    assert look({"steps.py": f"def step(w):\n    {line}\n"}) == []


def test_a_private_function_of_the_skeleton_is_listed_only_where_something_calls_it(look):
    unwritten = 'def _check(w):\n    raise NotImplementedError("_check is not written yet")\n'
    assert look({"rates.py": unwritten}) == []
    (problem,) = look({"rates.py": f"{unwritten}\n\ndef step(w):\n    _check(w)\n    return w\n"})
    assert problem == Problem("warning", "not written yet: _check", "rates.py", 2)


def test_a_module_that_is_too_large_is_an_error(look):
    (problem,) = look({"steps.py": "#" * (1 << 20) + "#"})
    assert problem == Problem("error", "steps.py is larger than 1 MB, which is more than will be read.")


def test_the_students_code_is_not_run(look, tmp_path):
    assert look({"steps.py": f"open({str(tmp_path / 'ran')!r}, 'w')\n", "__init__.py": "1/0"})[0].severity == "note"
    assert not (tmp_path / "ran").exists()


def test_the_zip_holds_the_modules_byte_for_byte_and_the_intake_takes_it_without_a_word(look, tmp_path, assignment):
    look({"steps.py": "\ufeffx = 1\r\n", "helper.py": "", "conftest.py": ""})
    path = pack(tmp_path / "mine", assignment, tmp_path / "out")
    assert path == tmp_path / "out" / "steps.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["rates.py", "steps.py"]
    taken = load_one(path, assignment.modules)
    assert (taken.refused, taken.notes) == ("", [])
    assert taken.files == {"steps.py": "\ufeffx = 1\r\n".encode(), "rates.py": CODE.encode()}
    assert taken.content_hash == load_one(tmp_path / "mine", assignment.modules).content_hash


def test_packing_twice_gives_the_same_bytes_and_packing_into_the_folder_itself_is_fine(look, tmp_path, assignment):
    look({})
    mine = tmp_path / "mine"
    first = pack(mine, assignment, mine).read_bytes()
    assert pack(mine, assignment, mine).read_bytes() == first
    assert validate(mine, assignment) == []


def test_unfinished_work_can_be_packed(look, tmp_path, assignment):
    look({"steps.py": "def step(:\n"})
    (tmp_path / "mine" / "rates.py").unlink()
    path = pack(tmp_path / "mine", assignment, tmp_path)
    assert list(load_one(path, assignment.modules).files) == ["steps.py"]


def test_a_folder_with_nothing_to_hand_in_cannot_be_packed(tmp_path, assignment):
    (tmp_path / "mine").mkdir()
    with pytest.raises(SubmitError, match="None of the files this assignment asks for"):
        pack(tmp_path / "mine", assignment, tmp_path)
    assert [path.name for path in Path(tmp_path).iterdir()] == ["mine"]
