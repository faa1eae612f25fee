"""A made-up class: the same for the same seed, read back as it was planted, and never in place of a real one."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder import assignment as assignments
from autograder.cli import main
from autograder.sample_class import ROSTER, FolderTaken, answers, read_roster, write
from autograder.sample_class.answers import HOSTILE
from autograder.sample_class.class_list import enrol
from autograder.sample_class.material import FILLED_IN, gather, splice
from autograder.submissions import discover

COURSE = Path(__file__).resolve().parents[2]
NAMES = [one.name for one in assignments.find_all(COURSE)]


@pytest.fixture(params=NAMES, scope="module")
def assignment(request: pytest.FixtureRequest) -> Any:
    return assignments.find(request.param, COURSE)


@pytest.fixture(scope="module")
def forty(assignment: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class as the command writes it when nothing is said."""
    folder = tmp_path_factory.mktemp("forty") / "class"
    write(assignment, folder, students=40, seed=0)
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_class(
    assignment: Any, forty: Path, tmp_path: Path
) -> None:
    for folder, seed in (("again", 0), ("other", 1)):
        write(assignment, tmp_path / folder, students=40, seed=seed)

    assert _contents(forty) == _contents(tmp_path / "again")
    assert _contents(forty) != _contents(tmp_path / "other")


def test_intake_finds_exactly_the_people_of_the_roster_and_nobody_called_roster(assignment: Any, forty: Path) -> None:
    planted = read_roster(forty)

    found = {one.name: one for one in discover(forty, assignment.modules)}

    assert sorted(found) == sorted(one.name for one in planted)
    assert {one.form for one in planted} >= {"folder", "nested folder", "zip", "one by one", "canvas", "moodle"}
    assert {one.form for one in planted} >= {"gradescope", "nested zip", "downloaded twice"}
    for one in planted:
        complete = sorted(found[one.name].files) == sorted(f"{name}.py" for name in assignment.modules)
        assert complete or one.kind == "module missing", (one, found[one.name])
        assert not found[one.name].refused or one.kind == "module missing"


@pytest.mark.parametrize("seed", [1, 2])
def test_python_reads_every_module_of_a_large_class_but_the_ones_that_are_meant_to_be_broken(
    assignment: Any, tmp_path: Path, seed: int
) -> None:
    write(assignment, tmp_path / "class", students=200, seed=seed)
    planted = {one.name: one for one in read_roster(tmp_path / "class")}

    for found in discover(tmp_path / "class", assignment.modules):
        if planted[found.name].kind != "syntax error":
            for name, content in found.files.items():
                ast.parse(content, f"{found.name}/{name}")


def test_line_ends_and_byte_order_marks_are_as_the_roster_says(assignment: Any, forty: Path) -> None:
    planted = {one.name: one for one in read_roster(forty)}

    seen = Counter(one.line_ends for one in planted.values())
    assert min(seen[kind] for kind in ("lf", "crlf", "bom", "crlf with bom")) > 0
    for found in discover(forty, assignment.modules):
        for content in found.files.values():
            assert (b"\r\n" in content) == planted[found.name].line_ends.startswith("crlf")
            assert content.startswith(b"\xef\xbb\xbf") == planted[found.name].line_ends.endswith("bom")


def test_a_class_of_forty_has_everything_in_it_and_a_third_of_it_is_right(assignment: Any, forty: Path) -> None:
    planted = read_roster(forty)

    kinds = Counter(one.kind for one in planted)
    material = gather(assignment)
    right = sum(count for kind, count in kinds.items() if kind.startswith("right"))
    styles = {one.base for one in planted if one.kind.startswith("right")}
    assert 12 <= right <= 15
    assert styles == set(material.bases)
    assert ("right, other files" in kinds) == bool(material.other_files)
    assert set(kinds) - {"right, other files"} == {
        *HOSTILE,
        *("right", "right, with prints", "mistaken", "stopped halfway", "left some out", "untouched"),
        *("syntax error", "module missing", "index error"),
    }
    assert {len(one.mistakes) for one in planted if one.kind == "mistaken"} == {1, 2, 3, 4}


@pytest.mark.parametrize("students", [7, 100])
def test_student_7_has_one_mistake_in_a_plain_folder_whatever_the_size_of_the_class(
    assignment: Any, tmp_path: Path, students: int
) -> None:
    planted = write(assignment, tmp_path / "class", students=students, seed=0)

    assert read_roster(tmp_path / "class") == planted
    seventh = planted[6]
    assert (seventh.number, seventh.kind, seventh.form, seventh.line_ends) == (7, "mistaken", "folder", "lf")
    assert len(planted) == students
    assert len(seventh.mistakes) == len(seventh.spoiled) == 1
    assert {path.name for path in (tmp_path / "class" / seventh.name).iterdir()} >= {
        f"{module}.py" for module in assignment.modules
    }


def test_the_name_of_student_7_needs_no_quotes_in_a_shell(assignment: Any) -> None:
    material = gather(assignment)

    names = [enrol(material, assignment.name, 8, seed)[6].name for seed in range(6)]

    assert all(name.isascii() and name.startswith("07-") and name[3:].isalpha() for name in names), names


def test_student_7_keeps_the_mistake_when_the_list_of_mistakes_is_sorted_anew(assignment: Any) -> None:
    material = gather(assignment)
    before = answers.instructive(material, seed=0)

    material.mistakes.reverse()

    assert answers.instructive(material, seed=0).mistakes == before.mistakes


def test_every_misconception_splices_into_the_solution_and_changes_that_function_only(assignment: Any) -> None:
    material = gather(assignment)

    for mistake in material.mistakes[::2]:
        base = material.bases[FILLED_IN]
        spliced = splice(base, mistake)
        before, after = (_functions(modules[mistake.module]) for modules in (base, spliced))
        assert {name for name in after if after[name] != before.get(name)} >= {mistake.function}
        added = {name for name in after if name not in before}
        assert {name for name in after if name in before and after[name] != before[name]} == {mistake.function}
        assert added <= set(mistake.helpers)
        assert ast.get_docstring(_node(spliced[mistake.module], mistake.function))


def test_a_misconception_goes_into_a_right_style_with_what_it_needs(assignment: Any) -> None:
    material = gather(assignment)

    spliced = 0
    for style, fitting in material.fitting.items():
        for mistake in fitting[::5]:
            text = splice(material.bases[style], mistake)[mistake.module]
            tree = ast.parse(text)
            bound = {
                name.asname or name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names
            }
            assert "np" in bound
            assert set(mistake.helpers) <= set(_functions(text)) | _assigned(tree)
            spliced += 1
    assert spliced > len(material.mistakes) / 5, "no style but the solution takes any mistake"


def test_a_mistake_in_one_of_a_pair_leaves_the_pair_able_to_work_together() -> None:
    """`backward` takes what its own `forward` wrote down: nobody hands in halves of two different pairs."""
    material = gather(assignments.find("hyperparameters", COURSE))
    params = {"W1": np.ones((2, 3)), "b1": np.ones(3), "W2": np.ones((3, 2)), "b2": np.ones(2)}
    for style, fitting in material.fitting.items():
        for mistake in fitting:
            if mistake.function in ("forward", "backward"):
                network: dict[str, Any] = {}
                exec(splice(material.bases[style], mistake)["network"], network)
                _, cache = network["forward"](dict(params), np.ones((5, 2)))
                assert network["backward"](dict(params), cache, np.array([0, 1, 1, 0, 1])).keys() == params.keys()


def test_a_folder_with_anything_else_in_it_is_left_alone(assignment: Any, tmp_path: Path) -> None:
    real = tmp_path / "class" / "ada"
    real.mkdir(parents=True)

    with pytest.raises(FolderTaken, match="not empty"):
        write(assignment, tmp_path / "class", students=3, seed=0)

    assert list((tmp_path / "class").iterdir()) == [real]


def test_an_earlier_sample_class_is_replaced_as_a_whole(assignment: Any, tmp_path: Path) -> None:
    write(assignment, tmp_path / "class", students=8, seed=0)
    write(assignment, tmp_path / "class", students=3, seed=0)
    write(assignment, tmp_path / "fresh", students=3, seed=0)

    assert _contents(tmp_path / "class") == _contents(tmp_path / "fresh")


def test_the_command_writes_a_class_for_every_assignment_or_for_those_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(COURSE)

    assert main(["sample-class", "--students", "8", str(tmp_path / "all")]) == 0
    assert main(["sample-class", "--students", "8", str(tmp_path / "one"), NAMES[0]]) == 0

    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == sorted(NAMES)
    assert [path.name for path in (tmp_path / "one").iterdir()] == [NAMES[0]]
    assert (tmp_path / "one" / NAMES[0] / ROSTER).is_file()
    assert "8 hand-ins" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"), [(["--students", "0", "X"], "at least one student"), (["X", "no"], "no ass")]
)
def test_the_command_refuses_what_makes_no_class(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(COURSE)

    assert main(["sample-class", *(str(tmp_path / word) if word == "X" else word for word in words)]) == 1

    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def _functions(text: str) -> dict[str, str]:
    return {node.name: ast.unparse(node) for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}


def _node(text: str, name: str) -> ast.FunctionDef:
    return next(node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name == name)


def _assigned(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
