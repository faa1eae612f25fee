"""What the handouts of losses and gradient_descent say beside their pictures is what the pictures show."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def load(path):
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def figures():
    """The figures.py of an assignment, by its name."""
    sys.path.insert(0, str(ROOT))
    yield lambda name: load(ROOT / "assignments" / name / "figures.py")
    sys.path.remove(str(ROOT))


def said(name):
    """An assignment's handout, a line of words."""
    return " ".join((ROOT / "assignments" / name / "handout.md").read_text(encoding="utf-8").split())


def curves(axes):
    """The lines of a panel that have a label, by it."""
    return {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}


@pytest.fixture
def losses(figures):
    return figures("losses")


@pytest.fixture
def descent(figures):
    return figures("gradient_descent")


def test_three_points_of_the_valley_have_the_heights_that_are_said(losses):
    _, valley = losses.landscape_of_three_houses().axes
    heights = [float(line.get_ydata()[0]) for line in valley.lines[1:]]
    assert "(1) = 4.643$, $\\mathcal J(2.73) = 0.764$, $\\mathcal J(4) = 2.843$" in said("losses")
    assert heights == pytest.approx([4.643, 0.764, 2.843], abs=6e-4)


def test_the_slopes_before_and_after_the_lost_zero_are_those_of_the_legend(losses):
    clean, wrong = (list(curves(axes)) for axes in losses.one_wrong_price().axes)
    assert [label.split()[-1] for label in clean] == ["2.38", "2.48", "2.38"]
    assert [label.split()[-1] for label in wrong] == ["0.82", "2.29", "2.17"]
    text = "falls from 2.38 to 0.82; the absolute one's from 2.48 to 2.29, Huber's from 2.38 to 2.17."
    assert text in said("losses")


def test_both_boxes_cost_as_much_as_is_said(losses):
    titles = [axes.get_title() for axes in losses.five_pixels_too_wide().axes]
    assert titles == ["a car 20 pixels wide: loss 25", "a car 200 pixels wide: loss 25"]
    assert "Both predictions are 5 pixels too wide, and both cost 25." in said("losses")


def test_the_bars_of_the_softmax_are_those_of_the_alt_text(losses):
    panels = [[round(bar.get_height(), 3) for bar in axes.patches] for axes in losses.differences_of_logits().axes]
    same = [0.125, 0.25, 0.625]
    assert panels == [same, same, [0.007, 0.06, 0.933], [0.252, 0.317, 0.431]]
    text = "0.125, 0.250, 0.625. Three times z gives 0.007, 0.060, 0.933; a third of z gives 0.252, 0.317, 0.431"
    assert text in said("losses")


def test_a_confident_mistake_parts_the_formulas_where_it_is_said(losses):
    values, slopes = losses.a_confident_mistake().axes
    size = values.lines[0].get_xdata()
    careful, naive, _, clipped = (line.get_ydata() for line in values.lines)
    assert np.abs(clipped - careful)[size < 20].max() < 1e-3
    assert np.nanmax(naive) == pytest.approx(709.7)
    assert clipped[-1] == pytest.approx(27.6, abs=0.05)
    right, stuck = (line.get_ydata() for line in slopes.lines)
    assert stuck[size > 35].max() < 0.01 < 0.99 < right[size > 35].min()


def test_the_errors_of_differences_are_those_that_are_said(losses):
    (axes,) = losses.how_far_to_move().axes
    one_sided, central = (dict(zip(line.get_xdata(), line.get_ydata(), strict=True)) for line in axes.lines[:2])
    assert "wrong by $6 \\cdot 10^{-11}$, the one-sided by $1.4 \\cdot 10^{-5}$" in said("losses")
    assert central[1e-5] == pytest.approx(6e-11, rel=0.1)
    assert one_sided[1e-5] == pytest.approx(1.4e-5, rel=0.05)
    assert 1e-4 < central[1e-12] < 1e-3 and 1e-4 < one_sided[1e-12] < 1e-3


def test_the_four_runs_end_as_the_handout_tells_them_apart(descent):
    paths = [axes.lines[1].get_xydata() for axes in descent.four_runs().axes]
    assert [len(path) for path in paths] == [21] * 4
    zigzag, creeping, quick, climbing = (np.linalg.norm(path - [1.5, 1.5], axis=1) for path in paths)
    assert zigzag[20] < zigzag[10] < zigzag[1]
    assert creeping[20] > 0.25 * creeping[0]
    assert quick[20] < 0.1
    assert climbing[20] > climbing[10] > climbing[0]
    assert "0.01 in B, 0.1 in C, 0.32 in A and 0.34 in D" in said("gradient_descent")


def test_the_shares_of_the_promise_that_are_kept_are_those_of_the_alt_text(descent):
    titles = [axes.get_title() for axes in descent.promise_of_the_tangent().axes]
    assert titles == ["αc = 0.5: 75 % kept", "αc = 1.8: 10 % kept", "αc = 2.4: climbs by 20 %"]
    for words in ("75 % kept; at 1.8", "10 % kept; at 2.4", "a climb by 20 %"):
        assert words in said("gradient_descent")


def test_batches_are_as_high_above_the_lowest_cost_as_is_said(descent):
    _, costs = descent.batches_of_three_sizes().axes
    ones, thirties, everything = (line.get_ydata() for line in curves(costs).values())
    text = "batches of 1 are 0.14 above the lowest cost, the batches of 30 are 0.02 above it, and the single step on"
    assert text in said("gradient_descent")
    assert "is still 6.9 above it. It needs eight passes" in said("gradient_descent")
    assert [round(ones[1], 2), round(thirties[1], 2), round(everything[1], 1)] == [0.14, 0.02, 6.9]
    assert everything[7] > ones[1] > everything[8]
    assert 0.05 < np.median(ones[10:]) < 0.2 and 0.0005 < np.median(thirties[10:]) < 0.002
    assert everything[30] < np.median(thirties[10:])


def test_fitted_lines_cost_and_spread_as_is_said(descent):
    lines, clouds = descent.fitted_and_true().axes
    assert list(curves(lines)) == ["true line: cost 1.40", "fitted line: cost 1.30"]
    spread = [round(float(np.std(line.get_xdata())), 2) for line in clouds.lines[:3]]
    assert spread == [0.19, 0.05, 0.03]
    text = "With 20 examples the weights spread by 0.19 (standard deviation), with 300 by 0.05, with 800 by 0.03."
    assert text in said("gradient_descent")
    assert all(np.corrcoef(*line.get_data())[0, 1] < -0.3 for line in clouds.lines[:3])


def test_the_pictures_have_the_colours_of_the_explorables():
    style = (ROOT / "docs/figures.mplstyle").read_text(encoding="utf-8")
    colours = load(ROOT / "student_skeleton/explorables/picture.py").COLOURS
    assert f"cycler('color', {[colour[1:].upper() for colour in colours]})" in style
