"""Takes the pictures of docs/explorables.md: the explorables in JupyterLab, on the solutions and on mistakes.

    python docs/take_pictures.py

Needs chromium. The pictures are of the page itself, without JupyterLab around it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests/integration"))

from jupyter_lab import PATIENCE, ROOT, Lab, chromium, opened

OUT = ROOT / "docs/explorables"


def line(page: Page, lab: Lab) -> None:
    page.get_by_label("batch size", exact=True).select_option("30")
    page.get_by_label("examples", exact=True).select_option("300")
    page.get_by_label("epochs", exact=True).select_option("10")


def curvature(page: Page, lab: Lab) -> None:
    for _ in range(2):
        page.locator(".explorable canvas").first.press(".")


def race(page: Page, lab: Lab) -> None:
    page.get_by_role("checkbox", name="RMSprop").check()


def mistake(page: Page, lab: Lab) -> None:
    lab.change("optimizers", "corrected_S = S[name] / (1 - beta2**t)", "corrected_S = S[name]")
    lab.change(
        "optimizers",
        "V = {name: beta * state",
        'raise NotImplementedError("momentum_step is not written yet")\n    V = {name: beta * state',
    )
    page.get_by_role("button", name="Run my code again").click()
    page.wait_for_timeout(1000)


def trials(page: Page, lab: Lab) -> None:
    page.get_by_role("button", name="Train the chosen").click()
    page.wait_for_selector(".photos canvas")


PICTURES: dict[str, tuple[str, Callable[[Page, Lab], None]]] = {
    "line": ("line", line),
    "curvature": ("curvature", curvature),
    "race": ("race", race),
    "mistake": ("race", mistake),
    "trials": ("trials", trials),
}


def main() -> None:
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        lab = Lab(Path(folder))
        shutil.copy(ROOT / "solutions/bees_vs_wasps.py", folder)
        try:
            lab.wait()
            for name, (notebook, prepare) in PICTURES.items():
                page = opened(lab, browser, notebook)
                page.evaluate("document.body.dataset.jpThemeLight = 'true'")
                page.set_viewport_size({"width": 1400, "height": 2200})
                page.set_default_timeout(2 * PATIENCE)
                prepare(page, lab)
                page.wait_for_timeout(2000)
                page.mouse.move(5, 5)
                page.evaluate("document.activeElement.blur()")
                page.locator(".explorable").screenshot(path=OUT / f"{name}.png")
                page.close()
                print(f"docs/explorables/{name}.png", flush=True)
        finally:
            lab.close()


if __name__ == "__main__":
    main()
