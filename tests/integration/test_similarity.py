"""`autograder similarity` on a made-up class: a copy with other names is found, what everybody has is not."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tokenize
from html import unescape
from pathlib import Path

import pytest

from autograder import cli
from autograder.assignment import find
from autograder.sample_class import write
from autograder.similarity.page import write_pages
from autograder.similarity.pairs import Comparison, Thresholds, compare
from autograder.submissions import Submission, discover

ROOT = Path(__file__).resolve().parents[2]
OPTIMIZERS = find(str(ROOT / "assignments" / "optimizers"))
ORIGINAL = "the original"
COPY = "the copy"


def renamed(source: str) -> str:
    """The program with other names for its variables, other comments, and another layout."""
    kept = {"np", "numpy", "self", "params", "grads", "state"}
    local = set(re.findall(r"^\s+(\w+) = ", source, re.MULTILINE)) - kept
    tokens = []
    for kind, text, *_ in tokenize.generate_tokens(io.StringIO(source).readline):
        if kind == tokenize.NAME and text in local:
            text = f"my_{text}_x"
        if kind == tokenize.COMMENT:
            text = "# all my own work"
        tokens.append((kind, text))
    return tokenize.untokenize(tokens)


OWN = """
def momentum_init(params):
    speeds = {}
    for key in params:
        speeds[key] = params[key] - params[key]
    return {"speeds": speeds}


def momentum_step(params, grads, state, *, learning_rate, beta=0.9):
    moved, speeds = {}, {}
    for key in sorted(params):
        if grads[key].shape != params[key].shape:
            raise ValueError("no: " + repr(grads[key].shape) + repr(params[key].shape))
        old = state["speeds"][key]
        speed = old + (grads[key] - old) * (1.0 - beta)
        speeds[key] = speed
        moved[key] = params[key] + speed * -learning_rate
    return moved, {"speeds": speeds}


def rmsprop_step(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    moved, sizes = {}, {}
    for key in sorted(params):
        square = grads[key] * grads[key]
        size = state["sizes"][key] + (square - state["sizes"][key]) * (1.0 - beta)
        sizes[key] = size
        root = size**0.5
        moved[key] = params[key] - grads[key] / (epsilon + root) * learning_rate
    return moved, {"sizes": sizes}
"""
"""A way of writing two optimizers that nobody of the made-up class has."""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> list[Submission]:
    folder = tmp_path_factory.mktemp("class")
    write(OPTIMIZERS, folder / "optimizers", 40, 0)
    return list(discover(folder / "optimizers", OPTIMIZERS.wanted))


@pytest.fixture(scope="module")
def compared(made_up: list[Submission]) -> Comparison:
    """The made-up class, with one more who wrote everything alone, and somebody who copied it under other names."""
    more = [
        Submission("91", ORIGINAL, {"optimizers.py": OWN.encode()}),
        Submission("92", COPY, {"optimizers.py": renamed(OWN).replace("\n", "\r\n").encode()}),
    ]
    return compare(OPTIMIZERS, [*made_up, *more], Thresholds(pairs=2000))


def test_the_copy_is_another_text() -> None:
    ours = {line.strip() for line in OWN.splitlines()} & {line.strip() for line in renamed(OWN).splitlines()}
    assert not [line for line in ours if " = " in line and not line.startswith(("def ", "moved, "))]


def test_a_copy_with_other_names_comments_and_line_ends_is_found(compared: Comparison) -> None:
    (pair,) = [one for one in compared.pairs if {one.left, one.right} & {ORIGINAL, COPY}]
    assert {pair.left, pair.right} == {ORIGINAL, COPY}
    assert pair.left_share > 0.95
    assert pair.right_share > 0.95


def test_what_is_marked_on_both_sides_is_the_programs_own_text(compared: Comparison) -> None:
    pair = next(one for one in compared.pairs if one.left == ORIGINAL)
    (match,) = pair.matches
    assert "".join(span.text for span in match.left) == OWN.strip("\n") + "\n"
    left, right = ("".join(span.text for span in side if span.is_shared) for side in (match.left, match.right))
    assert "speed = old + (grads[key] - old) * (1.0 - beta)" in left
    assert "my_speed_x =my_old_x +(grads [key ]-my_old_x )*(1.0 -beta )" in right
    assert "\r" not in right


def test_an_untouched_skeleton_is_like_nobody(made_up: list[Submission], compared: Comparison) -> None:
    skeleton = {f"{name}.py": (ROOT / "student_skeleton" / f"{name}.py").read_bytes() for name in OPTIMIZERS.modules}
    twins = [Submission(name, name, skeleton) for name in ("one", "two")]
    found = compare(OPTIMIZERS, [*made_up, *twins], Thresholds(pairs=2000))
    assert not [pair for pair in found.pairs if {pair.left, pair.right} & {"one", "two"}]


def test_what_much_of_a_class_has_makes_nobody_a_pair() -> None:
    everybody = [Submission(str(i), f"student {i}", {"optimizers.py": OWN.encode()}) for i in range(8)]
    assert compare(OPTIMIZERS, everybody, Thresholds()).pairs == ()
    assert len(compare(OPTIMIZERS, everybody, Thresholds(common=1.0, pairs=5)).pairs) == 5


def test_how_much_must_be_shared_is_for_the_instructor_to_say() -> None:
    half = OWN[OWN.index("def rmsprop_step") :]
    other = "def solve(x):\n" + "".join(f"    x = x * {i} + x[{i}:] - len(x[:{i}])\n" for i in range(2, 40))
    hand_ins = [Submission(n, n, {"optimizers.py": t.encode()}) for n, t in (("a", OWN), ("b", half + other))]
    assert len(compare(OPTIMIZERS, hand_ins, Thresholds(share=0.1)).pairs) == 1
    assert compare(OPTIMIZERS, hand_ins, Thresholds(share=0.9)).pairs == ()
    assert compare(OPTIMIZERS, hand_ins, Thresholds(share=0.1, shared=1000)).pairs == ()


def test_two_runs_say_the_same(made_up: list[Submission], compared: Comparison) -> None:
    again = compare(OPTIMIZERS, made_up, Thresholds(pairs=3))
    assert again == compare(OPTIMIZERS, list(made_up), Thresholds(pairs=3))
    assert again.more + 3 == len([one for one in compared.pairs if ORIGINAL not in (one.left, one.right)])


def test_what_cannot_be_compared_is_named_with_its_reason() -> None:
    hand_ins = [
        Submission("1", "nothing"),
        Submission("2", "refused", refused="It is locked."),
        Submission("3", "huge", {"optimizers.py": b"x = 1\n" * 50_000}),
        Submission("4", "noise", {"optimizers.py": bytes(range(256)) * 20}),
    ]
    found = compare(OPTIMIZERS, hand_ins, Thresholds())
    assert found.hand_ins == 1
    assert [name for name, _ in found.left_out] == ["nothing", "refused", "huge"]
    assert "200 kB" in found.left_out[2][1]


def test_the_pages_show_both_programs_as_text_and_call_it_no_verdict(tmp_path: Path) -> None:
    hostile = OWN.replace("no: ", "<script>alert(1)</script>")
    pages = [Submission(name, name, {"optimizers.py": hostile.encode()}) for name in ("<b>Mallory</b>", "Eve")]
    write_pages(compare(OPTIMIZERS, pages, Thresholds(common=1.0)), tmp_path)
    index, pair = ((tmp_path / name).read_text(encoding="utf-8") for name in ("index.html", "pair-001.html"))
    for page in (index, pair):
        assert "A pointer, never a verdict" in page
        assert "<b>Mallory" not in page
        assert "<script" not in page
        assert "&lt;b&gt;Mallory" in page
    assert 'href="pair-001.html"' in index
    text = unescape(re.sub(r"</?mark>", "", pair))
    assert text.count("speed = old + (grads[key] - old) * (1.0 - beta)") == 2


def test_an_earlier_runs_pairs_are_gone(tmp_path: Path) -> None:
    (tmp_path / "pair-007.html").write_text("old")
    write_pages(compare(OPTIMIZERS, [], Thresholds()), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert "No two hand-ins share enough" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_the_command_writes_the_pages_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("ada", OWN), ("bob", renamed(OWN))):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "optimizers.py").write_text(text)
    folder, out = str(tmp_path / "class"), str(tmp_path / "out")
    assert cli.main(["similarity", str(OPTIMIZERS.folder), folder, "--out", out]) == 0
    said = capsys.readouterr().out
    assert "optimizers: 2 hand-ins compared, 0 not; 1 pair to look at" in said
    assert "never a verdict" in said
    assert (tmp_path / "out" / "pair-001.html").is_file()


def test_the_pages_do_not_depend_on_pythons_hash_seed(made_up: list[Submission], tmp_path: Path) -> None:
    for one in made_up[:20]:
        for file, content in one.files.items():
            (tmp_path / "class" / one.id).mkdir(parents=True, exist_ok=True)
            (tmp_path / "class" / one.id / file).write_bytes(content)
    pages = []
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "autograder", "similarity", str(OPTIMIZERS.folder), str(tmp_path / "class")]
        env = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([*command, "--out", str(tmp_path / seed)], check=True, env=env, capture_output=True)
        pages.append({path.name: path.read_bytes() for path in (tmp_path / seed).iterdir()})
    assert len(pages[0]) > 5
    assert pages[0] == pages[1]


def test_a_share_that_is_none_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["similarity", "optimizers", str(tmp_path), "--out", str(tmp_path / "o"), "--least", "40"])
    assert ended.value.code == 2
    assert "40 is no share: a number from 0 to 1" in capsys.readouterr().err
