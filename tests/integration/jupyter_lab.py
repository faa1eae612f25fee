"""A student's folder open in JupyterLab, in a real browser: for tests that drive notebooks, and for the benchmark."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60_000
"""Milliseconds for the page to do what it is asked."""
NOTEBOOKS = {
    "race": "from explorables import OptimizerRace\nOptimizerRace(landscape='beale')",
    "line": "from explorables import LinearRegressionExplorer\nLinearRegressionExplorer()",
    "curvature": "from explorables import CurvatureExplorer\nCurvatureExplorer(curvature=2.0, learning_rate=0.7)",
    "trials": "from explorables import TrialsExplorer\nTrialsExplorer()",
    "slow": "import slow_fit\nfrom explorables import TrialsExplorer\nTrialsExplorer(module=slow_fit)",
}
SLOW = "import time\n\n\ndef fit(config, data, device, seed):\n    while True:\n        time.sleep(0.01)\n"


class Lab:
    """A folder of a student's, and the JupyterLab that has it open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("optimizers", "schedules", "landscapes", "gradient_descent"):
            shutil.copy(ROOT / f"solutions/{name}.py", folder)
        (folder / "slow_fit.py").write_text(SLOW)
        shutil.copy(ROOT / "assignments/bees_vs_wasps/handed_in/trials.csv", folder)
        for given in (ROOT / "student_skeleton").glob("bees_wasps_*.py"):
            shutil.copy(given, folder)
        shutil.copytree(ROOT / "student_skeleton/explorables", folder / "explorables")
        for name, source in NOTEBOOKS.items():
            (folder / f"{name}.ipynb").write_text(json.dumps(_notebook(source)))
        settings = folder / ".settings/@jupyterlab/apputils-extension"
        settings.mkdir(parents=True)
        (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
        (settings / "themes.jupyterlab-settings").write_text('{"theme": "JupyterLab Dark"}')
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        places = {f"JUPYTER_{kind}_DIR": str(folder / f".{kind.lower()}") for kind in ("CONFIG", "DATA", "RUNTIME")}
        places |= {"JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings"), "IPYTHONDIR": str(folder / ".ipython")}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
        command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
        self._log = (folder / "server.log").open("w")
        self._process = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={folder}"],
            cwd=folder,
            env={**os.environ, **places},
            stdout=self._log,
            stderr=self._log,
        )

    def wait(self) -> None:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.address}/api", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"JupyterLab did not start: {(self.folder / 'server.log').read_text()[-2000:]}")

    def interrupt(self) -> None:
        """What the notebook's ■ does."""
        with urllib.request.urlopen(f"{self.address}/api/kernels", timeout=10) as answer:
            kernels = json.load(answer)
        for kernel in kernels:
            request = urllib.request.Request(f"{self.address}/api/kernels/{kernel['id']}/interrupt", method="POST")
            urllib.request.urlopen(request, timeout=10).close()

    def change(self, module: str, before: str, after: str) -> None:
        """Edit and save a module of the student's."""
        file = self.folder / f"{module}.py"
        text = file.read_text()
        assert before in text
        file.write_text(text.replace(before, after))

    def mend(self, module: str) -> None:
        shutil.copy(ROOT / f"solutions/{module}.py", self.folder)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._log.close()


def _notebook(source: str) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine, without a window."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "a real browser is driven here: install chromium (Debian, Ubuntu: apt-get install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(lab: Lab, browser: Browser, name: str) -> Page:
    """The notebook with its cell run."""
    page = browser.new_page(viewport={"width": 1400, "height": 1100})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab.address}/doc/tree/{name}.ipynb")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    prompt = page.locator(".jp-InputArea-prompt").first
    deadline = time.monotonic() + PATIENCE / 1000
    while not re.match(
        r"\[[*\d]", prompt.inner_text().strip()
    ):  # JupyterLab shows a kernel as idle a little before it runs cells
        assert time.monotonic() < deadline, "the cell was not run"
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(1500)
    page.wait_for_selector(".explorable canvas")
    page.wait_for_timeout(500)
    return page


def drag(page: Page, canvas: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + start[0], box["y"] + start[1])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0], box["y"] + end[1], steps=15)
    page.mouse.up()
