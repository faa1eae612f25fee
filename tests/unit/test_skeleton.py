"""What a student gets is made from the solution, and holds none of it."""

import ast
from pathlib import Path

import pytest

from autograder import skeleton

SOLUTION = '''\
"""Rules of descent."""

import math

import numpy as np

RATE = 0.1


def step(w, *, rate: float = RATE) -> float:
    """One step downhill.

    Parameters
    ----------
    w : float
    """
    # BEGIN SOLUTION
    slope = math.sin(w)
    return w - rate * slope
    # END SOLUTION


def given(w):
    """Stays as it is."""
    return np.asarray(w)


class Schedule:
    """Falls with time."""

    def at(self, epoch: int) -> float:
        """Rate of an epoch."""
        rate = RATE
        if epoch > 0:
            # BEGIN SOLUTION
            rate = rate / epoch
            # END SOLUTION
        return rate
'''


def body(*lines: str) -> str:
    return "def step(w):\n" + "".join(f"    {line}\n" for line in lines)


def refusal(source: str) -> skeleton.SkeletonError:
    with pytest.raises(skeleton.SkeletonError) as caught:
        skeleton.generate(source, "losses.py")
    return caught.value


def test_a_region_becomes_one_line_that_names_the_function():
    made = skeleton.generate(body("# BEGIN SOLUTION", "slope = 2 * w", "return w - slope", "# END SOLUTION"))
    assert made == body('raise NotImplementedError("step is not written yet")')


def test_calling_an_unwritten_function_says_that_it_is_not_written_yet():
    namespace: dict[str, object] = {}
    exec(skeleton.generate(SOLUTION), namespace)
    with pytest.raises(NotImplementedError, match=r"^step is not written yet$"):
        namespace["step"](1.0)
    with pytest.raises(NotImplementedError, match=r"^Schedule\.at is not written yet$"):
        namespace["Schedule"]().at(3)


def test_signatures_docstrings_and_given_code_stay():
    made = skeleton.generate(SOLUTION)
    before, after = ast.parse(SOLUTION), ast.parse(made)
    functions = [node for node in ast.walk(before) if isinstance(node, ast.FunctionDef)]
    kept = {node.name: node for node in ast.walk(after) if isinstance(node, ast.FunctionDef)}
    assert [node.name for node in functions] == list(kept)
    for node in functions:
        assert ast.dump(node.args) == ast.dump(kept[node.name].args)
        assert ast.get_docstring(node) == ast.get_docstring(kept[node.name])
    assert "return np.asarray(w)" in made
    assert "import math\n" in made


def test_no_line_of_a_solution_is_left():
    made = skeleton.generate(SOLUTION)
    secret = skeleton.solution_lines(SOLUTION)
    assert secret == ["slope = math.sin(w)", "return w - rate * slope", "rate = rate / epoch"]
    assert not [line for line in secret if line in made]
    assert "SOLUTION" not in made


def test_a_line_that_is_also_given_is_no_secret():
    source = body("w = w + 0", "# BEGIN SOLUTION", "w = w + 0", "return w * 3", "# END SOLUTION")
    assert skeleton.solution_lines(source) == ["return w * 3"]


def test_two_regions_in_one_function_are_both_replaced():
    made = skeleton.generate(
        body(
            "# BEGIN SOLUTION", "a = w", "# END SOLUTION", "print(w)", "# BEGIN SOLUTION", "return a", "# END SOLUTION"
        )
    )
    assert made.count("raise NotImplementedError") == 2
    assert "print(w)" in made


def test_a_region_may_hold_a_whole_function_of_its_own():
    made = skeleton.generate(
        body("# BEGIN SOLUTION", "def inner():", "    return w", "return inner()", "# END SOLUTION")
    )
    assert made == body('raise NotImplementedError("step is not written yet")')


def test_a_region_may_hold_whole_blocks_and_multi_line_strings():
    region = [
        "# BEGIN SOLUTION",
        "for _ in range(3):",
        "    if w:",
        "        w = 2",
        "text = '''",
        "x'''",
        "# END SOLUTION",
    ]
    assert skeleton.generate(body(*region)) == body('raise NotImplementedError("step is not written yet")')


@pytest.mark.parametrize("head", [["if w:"], ["match w:", "    case 1:"], ["try:", "    pass", "finally:"]])
def test_a_region_may_be_the_whole_of_a_block(head):
    inside = " " * 4 * (2 if head[0] == "match w:" else 1)
    region = ["# BEGIN SOLUTION", "w = 2", "return w", "# END SOLUTION"]
    made = skeleton.generate(body(*head, *(inside + line for line in region)))
    assert made == body(*head, inside + 'raise NotImplementedError("step is not written yet")')


def test_markers_in_a_docstring_are_text():
    source = body('"""Write what is between', "# BEGIN SOLUTION", "and the end.", '"""') + body(
        "# BEGIN SOLUTION", "return 1", "# END SOLUTION"
    )
    assert "# BEGIN SOLUTION" in skeleton.generate(source)


def test_windows_line_ends_give_the_same_skeleton():
    assert skeleton.generate(SOLUTION.replace("\n", "\r\n")) == skeleton.generate(SOLUTION)


def test_a_form_feed_does_not_shift_the_lines():
    source = "# Part one \x0c of two\n" + body("# BEGIN SOLUTION", "return 1", "# END SOLUTION")
    assert skeleton.generate(source) == "# Part one \x0c of two\n" + body(
        'raise NotImplementedError("step is not written yet")'
    )


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["# BEGIN SOLUTION", "# BEGIN SOLUTION", "return 1", "# END SOLUTION"], 3, "inside the region that line 2"),
        (["# BEGIN SOLUTION", "return 1"], 2, "without an '# END SOLUTION'"),
        (["return 1", "# END SOLUTION"], 3, "without a '# BEGIN SOLUTION'"),
        (["# BEGIN SOLUTION", "# only a comment", "# END SOLUTION", "return 1"], 2, "without a statement"),
        (["if w:", "    # BEGIN SOLUTION", "    w = 1", "# END SOLUTION"], 5, "like the '# BEGIN SOLUTION' of line 3"),
        (["if w:", "# BEGIN SOLUTION", "    w = 1", "# END SOLUTION"], 3, "like the code below"),
        (["if w:", "    # BEGIN SOLUTION", "    w = 1", "else:", "    # END SOLUTION", "    w = 2"], 3, "in two"),
        (["# BEGIN SOLUTION", "if w:", "    w = 1", "# END SOLUTION", "    w = 2"], 2, "in two"),
        (["w = [", "# BEGIN SOLUTION", "1]", "return w", "# END SOLUTION"], 3, "in two"),
        (["if (w and", "        # BEGIN SOLUTION", "w):", "        w = 1", "        # END SOLUTION"], 3, "not parse"),
        (["# begin solution", "return 1", "# end solution"], 2, "exactly so"),
        (["# BEGIN SOLUTION:", "return 1", "# END SOLUTION"], 2, "exactly so"),
        (["#BEGIN SOLUTION", "return 1", "#END SOLUTION"], 2, "exactly so"),
        (["return 1  # BEGIN SOLUTION", "# END SOLUTION"], 2, "on a line of its own"),
    ],
)
def test_a_region_that_is_not_in_order_is_refused_with_file_and_line(lines, line, words):
    error = refusal(body(*lines))
    assert str(error).startswith(f"losses.py:{line}: ")
    assert words in str(error)


@pytest.mark.parametrize(
    "source",
    [
        "# BEGIN SOLUTION\nRATE = 0.1\n# END SOLUTION\n",
        "# BEGIN SOLUTION\ndef step(w):\n    return w\n# END SOLUTION\n",
        "class Rule:\n    # BEGIN SOLUTION\n    rate = 0.1\n    # END SOLUTION\n",
        "class Rule:\n    if True:\n        # BEGIN SOLUTION\n        rate = 0.1\n        # END SOLUTION\n",
    ],
)
def test_a_region_outside_a_function_is_refused(source):
    assert "outside a function" in str(refusal(source))


def test_a_module_without_any_region_is_refused_because_students_would_get_all_of_it():
    assert "students would get all of it" in str(refusal("def step(w):\n    return w\n"))


def test_a_region_that_swallows_the_docstring_is_refused():
    error = refusal(body("# BEGIN SOLUTION", '"""One step."""', "return 1", "# END SOLUTION"))
    assert "lose the signature or docstring of step" in str(error)


def test_a_module_that_does_not_parse_is_refused_with_its_line():
    assert str(refusal("x = 1\ndef step(:\n")).startswith("losses.py:2: this module does not parse")


@pytest.fixture
def course(tmp_path: Path) -> tuple[Path, Path]:
    solutions = tmp_path / "solutions"
    solutions.mkdir()
    (solutions / "__init__.py").write_text("")
    (solutions / "rules.py").write_text(SOLUTION)
    (solutions / "other.py").write_text(body("# BEGIN SOLUTION", "return 'ü'", "# END SOLUTION"), encoding="utf-8")
    return solutions, tmp_path / "student_skeleton"


def test_write_makes_one_file_per_module_and_check_then_finds_no_difference(course):
    solutions, made = course
    assert skeleton.write(solutions, made) == [made / "other.py", made / "rules.py"]
    assert (made / "rules.py").read_text() == skeleton.generate(SOLUTION)
    assert skeleton.check(solutions, made) == []


def test_write_leaves_given_files_alone_and_check_does_not_mind_them(course):
    solutions, made = course
    made.mkdir()
    (made / "data.py").write_text("x = 1\n")
    skeleton.write(solutions, made)
    assert (made / "data.py").read_text() == "x = 1\n"
    assert skeleton.check(solutions, made) == []


def test_nothing_is_written_when_one_module_is_not_in_order(course):
    solutions, made = course
    (solutions / "zeros.py").write_text(body("# BEGIN SOLUTION", "return 1"))
    with pytest.raises(skeleton.SkeletonError):
        skeleton.write(solutions, made)
    assert not made.exists()
    assert [line for line in skeleton.check(solutions, made) if "zeros.py:2: '# BEGIN SOLUTION' without" in line]


def test_check_tells_a_missing_and_a_changed_skeleton_apart_and_names_the_line(course):
    solutions, made = course
    skeleton.write(solutions, made)
    (made / "other.py").unlink()
    (made / "rules.py").write_text(skeleton.generate(SOLUTION).replace("RATE = 0.1", "RATE = 0.2"))
    missing, changed = skeleton.check(solutions, made)
    assert missing == f"{made / 'other.py'} is missing"
    assert changed == f"{made / 'rules.py'}:7: differs from what {solutions / 'rules.py'} gives"


def test_check_notices_that_the_end_is_missing(course):
    solutions, made = course
    skeleton.write(solutions, made)
    text = (made / "other.py").read_text(encoding="utf-8")
    (made / "other.py").write_text(text + "\nx = 1\n", encoding="utf-8")
    assert f"{made / 'other.py'}:3: differs" in skeleton.check(solutions, made)[0]


@pytest.mark.parametrize(
    "module", sorted((Path(__file__).parents[2] / "solutions").glob("[!_]*.py")), ids=lambda path: path.stem
)
def test_every_solution_of_the_course_gives_a_skeleton_without_its_lines(module):
    source = module.read_text(encoding="utf-8")
    made = {line.strip() for line in skeleton.generate(source, str(module)).splitlines()}
    assert not made.intersection(skeleton.solution_lines(source))
