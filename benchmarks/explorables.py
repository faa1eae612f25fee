"""How quickly the optimizer race follows a hand: the kernel's answers, and the frames of the page while dragging.

An answer is what a drag asks for: 200 updates of three optimizers of the solutions, with their checks. Frames are
measured in JupyterLab in a headless Chromium, which draws without a graphics card; `drawing` is the time that all
canvases of a frame take, `between frames` what a person would notice. Run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests/integration"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "student_skeleton"))

import numpy as np
from explorables import OptimizerRace
from jupyter_lab import Lab, chromium, opened

from autograder.checking.run import load_module

ROOT = Path(__file__).resolve().parent.parent
MOST_FRAME, MOST_ANSWER = 16.0, 100.0
"""Milliseconds that are wanted at most."""
RECORD = """() => {
  window.frames_seen = [];
  let before = performance.now();
  const canvases = [...document.querySelectorAll(".explorable canvas")];
  const look = (now) => {
    const drawing = canvases.reduce((sum, canvas) => sum + (canvas.lastFrame ?? 0), 0);
    for (const canvas of canvases) canvas.lastFrame = 0;
    window.frames_seen.push([drawing, now - before]);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def answers(count: int) -> list[float]:
    """Milliseconds of so many answers, each from another start."""
    modules = [
        SimpleNamespace(**vars(load_module(f"{name}_of_the_benchmark", ROOT / f"solutions/{name}.py")))
        for name in ("optimizers", "schedules", "landscapes")
    ]
    race = OptimizerRace(*modules, landscape="beale")
    taken = []
    for start in np.random.default_rng(0).uniform(-2, 2, (count, 2)):
        begun = time.perf_counter()
        race.settings = {**race.settings, "start": start.tolist()}
        taken.append(1000 * (time.perf_counter() - begun))
    return taken


def frames(moves: int) -> tuple[list[float], list[float]]:
    """Milliseconds of drawing, and between frames, while the start is dragged."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        lab = Lab(Path(folder))
        try:
            lab.wait()
            page = opened(lab, browser, "race")
            box = page.locator(".map canvas").bounding_box()
            assert box, "the landscape is not on the page"
            page.evaluate(RECORD)
            page.mouse.move(box["x"] + 200, box["y"] + 150)
            page.mouse.down()
            for k in range(moves):
                angle = 4 * np.pi * k / moves
                page.mouse.move(box["x"] + 260 + 100 * np.cos(angle), box["y"] + 220 + 100 * np.sin(angle))
            page.mouse.up()
            seen = page.evaluate("window.frames_seen")
        finally:
            lab.close()
    return [drawing for drawing, _ in seen if drawing > 0], [between for _, between in seen[1:]]


def told(what: str, values: list[float], most: float) -> str:
    ninety_fifth = statistics.quantiles(values, n=20)[-1]
    verdict = "as wanted" if ninety_fifth < most else "slower than wanted"
    return (
        f"{what:<34} median {statistics.median(values):6.1f} ms   95 % under {ninety_fifth:6.1f} ms   "
        f"(wanted: {most:.0f} ms, {verdict}; {len(values)} measured)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example: python benchmarks/explorables.py --answers 200 --moves 300",
    )
    parser.add_argument("--answers", type=int, default=100, help="how often the kernel is asked (default 100)")
    parser.add_argument("--moves", type=int, default=200, help="how many moves a drag has (default 200)")
    options = parser.parse_args()
    print("Beale, 200 updates of SGD, momentum and Adam", flush=True)
    print(told("answer of the kernel", answers(options.answers), MOST_ANSWER), flush=True)
    drawing, between = frames(options.moves)
    print(told("drawing a frame while dragging", drawing, MOST_FRAME))
    print(told("between frames while dragging", between, 2 * MOST_FRAME))


if __name__ == "__main__":
    main()
