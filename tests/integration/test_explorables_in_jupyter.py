"""The explorables in JupyterLab, driven as a student does it; the numbers are read back from the page."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from autograder.checking.run import load_module

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[2] / "student_skeleton"))

from explorables import course_line
from jupyter_lab import PATIENCE, Lab, chromium, drag, opened

ROOT = Path(__file__).resolve().parents[2]
landscapes = load_module("landscapes_in_jupyter", ROOT / "solutions/landscapes.py")
optimizers = load_module("optimizers_in_jupyter", ROOT / "solutions/optimizers.py")
gradient_descent = load_module("gradient_descent_in_jupyter", ROOT / "solutions/gradient_descent.py")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened_browser:
        yield opened_browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = Lab(tmp_path_factory.mktemp("student"))
    made.wait()
    yield made
    made.close()


def numbers(text: str) -> list[float]:
    """The numbers in a text of the page."""
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    plain = re.sub(r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: "e" + found[1].translate(digits), text.replace("−", "-"))
    return [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", plain)]


def race_by_hand(name: str, start: list[float], rate: float, steps: int) -> tuple[np.ndarray, float]:
    init, step = getattr(optimizers, f"{name}_init"), getattr(optimizers, f"{name}_step")
    path = landscapes.minimize(landscapes.beale_gradient, np.array(start), init, step, [rate] * steps)
    return path[-1], landscapes.beale(path[-1])


def shown_of(page: Page, place: int) -> list[float]:
    return numbers(page.locator(".racer .went").nth(place).inner_text())


def test_dragging_the_start_and_changing_a_rate_gives_the_numbers_of_the_students_functions(
    lab: Lab, browser: Browser
) -> None:
    page = opened(lab, browser, "race")
    drag(page, page.locator(".map canvas"), (200, 200), (330, 260))
    rate = page.get_by_label("learning rate of SGD", exact=True)
    rate.focus()
    for _ in range(8):
        rate.press("ArrowLeft")
    page.wait_for_timeout(1500)
    start = numbers(page.locator(".explorable .start").inner_text())
    alpha = float(rate.get_attribute("aria-valuetext") or "nan")

    assert alpha < 0.005 and start != [1, 1.5]
    for place, name, each_rate in ((0, "sgd", alpha), (3, "adam", 0.05)):
        w, cost = race_by_hand(name, start, each_rate, 200)
        np.testing.assert_allclose(shown_of(page, place), [*w, cost], rtol=0.06 if cost < 1e-3 else 1e-3, atol=1e-9)
    page.close()


def test_keys_move_the_start_and_play_step_and_scrub(lab: Lab, browser: Browser) -> None:
    page = opened(lab, browser, "race")
    land = page.locator(".map canvas")
    land.focus()
    before = numbers(page.locator(".explorable .start").inner_text())
    land.press("ArrowRight")
    land.press("Shift+ArrowUp")
    after = numbers(page.locator(".explorable .start").inner_text())
    np.testing.assert_allclose(np.subtract(after, before), [9 / 50, 9 / 500], atol=1e-5)
    count = page.locator(".player output").first
    land.press("Home")
    expect(count).to_have_text("0 / 200")
    for _ in range(3):
        land.press(".")
    land.press(",")
    expect(count).to_have_text("2 / 200")
    land.press(" ")
    page.wait_for_timeout(1000)
    land.press(" ")
    played = numbers(count.inner_text())[0]
    assert 2 < played < 200
    page.wait_for_timeout(300)
    expect(count).to_have_text(f"{played:.0f} / 200")
    page.close()


def test_a_finger_moves_the_start_and_the_mouse_on_a_path_shows_what_the_optimizer_remembers(
    lab: Lab, browser: Browser
) -> None:
    page = opened(lab, browser, "race")
    land = page.locator(".map canvas")
    box = land.bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", 200), ("touchMove", 260), ("touchMove", 300), ("touchEnd", 300)):
        points = [] if kind == "touchEnd" else [{"x": box["x"] + x, "y": box["y"] + 180}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(page.locator(".explorable .start")).not_to_have_text("start (1, 1.5)")
    page.wait_for_timeout(1000)
    note = page.locator(".explorable .note")
    expect(note).to_be_hidden()
    page.mouse.move(box["x"] + 301, box["y"] + 181)
    expect(note).to_be_visible()
    expect(note).to_contain_text("after 0 updates")
    page.get_by_role("checkbox", name="SGD", exact=True).uncheck()
    page.get_by_role("checkbox", name="Momentum", exact=True).uncheck()
    page.wait_for_timeout(1000)
    page.mouse.move(box["x"] + 301, box["y"] + 181)
    expect(note).to_contain_text("Adam")
    expect(note).to_contain_text("V = (0, 0)")
    page.close()


def test_who_prefers_little_motion_gets_few_large_changes(lab: Lab, browser: Browser) -> None:
    page = opened(lab, browser, "race")
    page.emulate_media(reduced_motion="reduce")
    land = page.locator(".map canvas")
    land.press("Home")
    land.press(" ")
    seen = set()
    for _ in range(12):
        page.wait_for_timeout(100)
        seen.add(numbers(page.locator(".player output").first.inner_text())[0])
    assert 1 < len(seen) < 6 and all(at % 20 == 0 for at in seen)
    page.close()


def test_wrong_missing_raising_and_endless_code_is_told_after_a_save_and_the_rest_runs(
    lab: Lab, browser: Browser
) -> None:
    page = opened(lab, browser, "race")
    told = page.locator(".racer .said").nth(0)
    right = "return {name: W - learning_rate * grads[name] for name, W in params.items()}, state"
    seen = []
    for wrong in (
        right.replace("W - ", "W + "),
        'raise NotImplementedError("sgd_step is not written yet")',
        'raise ValueError("a mistake of mine")',
        "while True: pass",
    ):
        lab.change("optimizers", right, wrong)
        page.get_by_role("button", name="Run my code again").click()
        expect(told).not_to_have_text(seen[-1] if seen else "", timeout=PATIENCE)
        seen.append(told.inner_text())
        assert len(shown_of(page, 3)) == 3, "the others run"
        assert (page.locator(".racer").nth(0).locator(".went").inner_text() != "") == ("W + " in wrong)
        lab.mend("optimizers")
    page.locator(".map canvas").press("r")
    expect(told).to_have_text("")

    assert seen[0].startswith("Update 1 moves w by")
    assert seen[1] == "sgd_step is not written yet"
    assert seen[2].startswith("ValueError: a mistake of mine — optimizers.py, line ")
    assert "it did not come to an end in time" in seen[3]
    page.close()


def test_the_line_is_fitted_by_the_students_functions_and_leaves_beyond_the_largest_stable_rate(
    lab: Lab, browser: Browser
) -> None:
    page = opened(lab, browser, "line")
    drag(page, page.locator(".map canvas"), (150, 150), (220, 180))
    page.wait_for_timeout(1500)
    start = numbers(page.locator(".explorable .start").inner_text())
    went = page.locator("p.went")
    k, w, b, cost = numbers(went.inner_text())
    stable = numbers(page.locator(".rates").inner_text().split("=")[1])[0]
    X, y, _ = course_line.made_up(20, 1.0, 0)
    by_hand = gradient_descent.gradient_descent(X, y, np.array(start[:1]), start[1], 0.03, 100)
    assert k == 100
    np.testing.assert_allclose([w, b, cost], [by_hand[0][0], by_hand[1], by_hand[2][-1]], rtol=1e-3)
    assert stable == pytest.approx(gradient_descent.largest_stable_learning_rate(X), rel=1e-3)
    page.get_by_label("learning rate α", exact=True).press("End")
    expect(went).to_contain_text("it diverges")
    page.close()


def test_a_line_whose_gradient_is_wrong_or_not_written_says_what_to_mend_and_shows_the_right_path(
    lab: Lab, browser: Browser
) -> None:
    page = opened(lab, browser, "line")
    right = "return 2 * (X.T @ residuals) / len(y), 2 * float(np.mean(residuals))"
    went, known = page.locator("p.went"), page.locator(".functions")
    expect(known.locator(".wrong")).to_have_count(0)
    seen = []
    for wrong in (
        right.replace("return 2 * (X.T @ residuals)", "return -2 * (X.T @ residuals)").replace(", 2 *", ", -2 *"),
        right.replace("2 * ", ""),
        'raise NotImplementedError("cost_gradient is not written yet")',
    ):
        before = known.inner_text()
        lab.change("gradient_descent", right, wrong)
        page.locator(".map canvas").press("r")
        expect(known).not_to_have_text(before, use_inner_text=True)
        seen.append((went.inner_text(), known.inner_text()))
        lab.mend("gradient_descent")
    page.close()

    assert "your code leads it away" in seen[0][0] and "the sign is turned round" in seen[0][1]
    assert seen[1][0].startswith("After 100 updates") and "is a factor 2 missing?" in seen[1][1]
    assert seen[2][0].startswith("The right path after 100 updates") and "not written yet: cost_gradient" in seen[2][1]
    assert all("judged when cost_gradient is right: gradient_descent" in told for _, told in seen)


def test_the_still_picture_is_hidden_where_the_page_lives(lab: Lab, browser: Browser) -> None:
    page = opened(lab, browser, "curvature")
    still = page.locator("img.explorable-still")
    expect(still).to_have_count(1)
    expect(still).to_be_hidden()
    page.close()


def test_the_map_of_curvature_and_rate_moves_both_and_says_what_will_happen(lab: Lab, browser: Browser) -> None:
    page = opened(lab, browser, "curvature")
    regime = page.locator(".regime")
    expect(regime).to_contain_text("1/c < α < 2/c")
    plane = page.locator("canvas").nth(1)
    plane.focus()
    for _ in range(10):
        plane.press("ArrowUp")
    expect(regime).to_contain_text("α > 2/c")
    bowl = page.locator("canvas").nth(0)
    drag(page, bowl, (150, 60), (250, 60))
    bowl.press("Home")
    page.wait_for_timeout(500)
    first = numbers(page.locator("p.went").inner_text())
    bowl.press(".")
    second = numbers(page.locator("p.went").inner_text())
    rate = float(page.get_by_label("learning rate α", exact=True).get_attribute("aria-valuetext") or "nan")

    assert second[1] == pytest.approx(first[1] * (1 - 2 * rate), rel=1e-2)
    page.close()


def test_a_training_without_end_is_ended_by_an_interrupt_of_the_kernel(lab: Lab, browser: Browser) -> None:
    page = opened(lab, browser, "slow")
    page.get_by_role("button", name="Train the chosen").click()
    expect(page.locator(".explorable .busy")).to_contain_text("Your code is running")
    lab.interrupt()
    expect(page.locator(".explorable .remarks")).to_contain_text("interrupted")
    page.locator("canvas").first.press("ArrowDown")
    expect(page.locator(".told")).not_to_contain_text("the best")
    page.close()


@pytest.mark.parametrize("name", ["race", "line", "curvature"])
def test_a_narrow_window_shows_everything_in_one_column_in_the_theme_of_the_notebook(
    lab: Lab, browser: Browser, name: str
) -> None:
    page = opened(lab, browser, name)
    page.set_viewport_size({"width": 560, "height": 1100})
    page.wait_for_timeout(800)
    root = page.locator(".explorable")
    sizes = root.evaluate("e => [e.scrollWidth, e.clientWidth]")
    lefts = root.locator("canvas").evaluate_all("all => all.map(e => e.getBoundingClientRect().left)")
    dark = brightness(page)
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")  # as JupyterLab does when the theme is changed
    page.wait_for_timeout(500)
    light = brightness(page)

    assert sizes[0] <= sizes[1]
    assert len({round(left) for left in lefts}) == 1
    assert dark["paper"] < 60 < 200 < light["paper"]
    assert dark["axis"] > 100 and light["axis"] < 160
    page.close()


def brightness(page: Page) -> dict[str, float]:
    """Of the background, and of the frame that is drawn around the first plot."""
    paper = page.locator(".explorable").evaluate("e => getComputedStyle(e).backgroundColor")
    look = "e => [...e.getContext('2d').getImageData(66 * devicePixelRatio, Math.floor(e.height / 3), 1, 1).data]"
    axis = page.locator(".explorable canvas").first.evaluate(look)
    return {"paper": sum(numbers(paper)[:3]) / 3, "axis": sum(axis[:3]) / 3}
