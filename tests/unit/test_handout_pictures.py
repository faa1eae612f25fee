"""The pictures of the handouts: drawn by the reference, the same at every run, and complaints where they are not."""

from __future__ import annotations

import base64
import importlib.util
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autograder import assignment as assignments
from autograder.grading.fingerprint import fingerprint
from autograder.integrations.course_files import course_files

ROOT = Path(__file__).parents[2]

FIGURES = '''\
from matplotlib.figure import Figure


def valley() -> Figure:
    """A valley."""
    figure = Figure()
    figure.subplots().plot([0, 1, 2], [1, 0, 1], marker="o", label="cost")
    return figure


def _not_a_picture() -> None:
    raise AssertionError
'''


@pytest.fixture(scope="module")
def draw_figures():
    spec = importlib.util.spec_from_file_location("draw_figures", ROOT / "docs/draw_figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path, draw_figures, monkeypatch) -> Path:
    """An assignment whose handout shows its one picture."""
    monkeypatch.setattr(draw_figures, "ROOT", tmp_path)
    folder = tmp_path / "assignments" / "steps"
    folder.mkdir(parents=True)
    (folder / "figures.py").write_text(FIGURES)
    (folder / "handout.md").write_text("# Steps\n\n![A valley.](figures/valley.svg)\n")
    return folder


@pytest.fixture
def pictures(folder, draw_figures) -> dict[str, str]:
    """The folder's pictures, written."""
    made = {name: draw_figures.drawn(draw) for name, draw in draw_figures.drawings(folder).items()}
    draw_figures.write(folder, made)
    return made


def test_every_public_function_is_a_picture_and_drawn_twice_it_is_the_same(folder, draw_figures, pictures):
    assert list(pictures) == ["valley"]
    again = {name: draw_figures.drawn(draw) for name, draw in draw_figures.drawings(folder).items()}
    assert again == pictures
    assert (folder / "figures/valley.svg").read_text() == pictures["valley"]
    assert list(draw_figures.complaints(folder, pictures)) == []


def test_a_picture_says_nothing_of_the_day_it_was_drawn_on_and_refers_to_nothing_that_is_not_in_it(pictures):
    assert "<dc:date>" not in pictures["valley"]
    assert 'width="480.024pt"' in pictures["valley"]
    assert "figure_1" not in pictures["valley"]
    for part in pictures["valley"].split('href="#')[1:]:
        assert f' id="{part.partition(chr(34))[0]}"' in pictures["valley"]


def test_a_picture_that_is_not_there_is_named_with_what_to_type(folder, draw_figures, pictures):
    (folder / "figures/valley.svg").unlink()
    (said,) = draw_figures.complaints(folder, pictures)
    assert said.startswith("assignments/steps/figures/valley.svg is missing: run `python docs/draw_figures.py steps`")


def test_a_picture_of_something_else_than_is_drawn_today_is_named(folder, draw_figures, pictures):
    (folder / "figures.py").write_text(FIGURES.replace("[1, 0, 1]", "[1, 0, 1.02]"))
    today = {name: draw_figures.drawn(draw) for name, draw in draw_figures.drawings(folder).items()}
    (said,) = draw_figures.complaints(folder, today)
    assert said.startswith("assignments/steps/figures/valley.svg is not what valley() draws today")


def test_the_last_digits_of_another_processor_are_no_other_picture(folder, draw_figures, pictures):
    path = folder / "figures/valley.svg"
    (start,) = {line for line in pictures["valley"].splitlines() if line.startswith('<path d="M') and "223.2" in line}
    path.write_text(path.read_text().replace(start, start.replace("223.2", "223.21")))
    assert list(draw_figures.complaints(folder, pictures)) == []
    before = path.read_text()
    draw_figures.write(folder, pictures)
    assert path.read_text() == before


def test_a_picture_that_nothing_draws_is_named_and_drawing_removes_it(folder, draw_figures, pictures):
    (folder / "figures/hill.svg").write_text("<svg/>")
    assert list(draw_figures.complaints(folder, pictures)) == [
        "assignments/steps/figures/hill.svg is left over: assignments/steps/figures.py has no function hill"
    ]
    draw_figures.write(folder, pictures)
    assert [path.name for path in (folder / "figures").iterdir()] == ["valley.svg"]


@pytest.mark.parametrize(
    ("handout", "said"),
    [
        ("# Steps\n", "assignments/steps/handout.md does not show figures/valley.svg"),
        (
            "![A valley.](figures/valley.svg)\n![A hill.](figures/hill.svg)\n",
            "assignments/steps/handout.md shows figures/hill.svg, which nothing draws",
        ),
        (
            "![ ](figures/valley.svg)\n",
            "assignments/steps/handout.md shows figures/valley.svg without an alt text that says what is seen",
        ),
    ],
)
def test_the_handout_shows_every_picture_in_words_too_and_no_other(folder, draw_figures, pictures, handout, said):
    (folder / "handout.md").write_text(handout)
    assert list(draw_figures.complaints(folder, pictures)) == [said]


def test_a_picture_with_more_points_than_anybody_sees_is_named(folder, draw_figures, pictures, monkeypatch):
    monkeypatch.setattr(draw_figures, "LARGEST", 1000)
    (said,) = draw_figures.complaints(folder, pictures)
    assert said.endswith("more than 1: draw fewer points")


def test_pictures_neither_judge_anybody_nor_travel_to_where_is_judged(tmp_path):
    folder = tmp_path / "assignments" / "steps"
    (folder / "figures").mkdir(parents=True)
    (folder / "assignment.toml").write_text('title = "Steps"\norder = 1\nmodules = ["steps"]\npoints = 100\n')
    steps = assignments.load(folder)
    files, before = course_files(steps), fingerprint(steps)
    (folder / "figures.py").write_text(FIGURES)
    (folder / "figures/valley.svg").write_text("<svg/>")
    assert course_files(steps) == files
    assert fingerprint(steps) == before
    (folder / "oracles.py").write_text("")
    assert fingerprint(steps) != before


def test_a_drawn_photo_is_compared_by_its_pixels_not_by_how_they_are_packed(draw_figures):
    def picture(colour: int, level: int) -> str:
        packed = io.BytesIO()
        Image.fromarray(np.full((8, 8, 3), colour, dtype=np.uint8)).save(packed, "png", compress_level=level)
        return f'<image xlink:href="data:image/png;base64,{base64.b64encode(packed.getvalue()).decode()}"/>'

    assert picture(100, 0) != picture(100, 9)
    assert draw_figures.same(picture(100, 0), picture(100, 9))
    assert not draw_figures.same(picture(100, 9), picture(120, 9))
