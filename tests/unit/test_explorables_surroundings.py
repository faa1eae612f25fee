"""What the explorables stand on: one script made of many files, a limit to endless code, arrays as bytes."""

from __future__ import annotations

import re
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "student_skeleton"))

from explorables.arrays_for_page import packed
from explorables.page_sources import FOLDER, script, style
from explorables.picture import COLOURS, array
from explorables.time_limit import TookTooLong, time_limit

PAGES = ("race", "linear_regression", "curvature", "trials")


@pytest.mark.parametrize("page", PAGES)
def test_a_script_is_whole_and_asks_for_nothing_from_anywhere(page: str) -> None:
    text = script(f"{page}.js")

    assert not re.search(r"^\s*import\b", text, re.MULTILINE)
    assert not re.search(r"https?://(?!jfly)", text) and "http" not in style()
    assert text.count("export default") == 1 and text.rstrip().endswith(f"{page}_js.default_export;")
    for taken, module in re.findall(r"^const \{([^}]*)\} = (\w+_js);", text, re.MULTILINE):
        given = text.split(f"const {module} = (() => {{")[1].split("})();")[0].rsplit("return {", 1)[1]
        assert {name.strip() for name in taken.split(",") if name.strip()} <= {
            name.strip(" }\n;") for name in given.split(",")
        }


def test_every_file_of_the_page_is_used_by_a_page() -> None:
    used = "".join(script(f"{page}.js") for page in PAGES)

    assert [path.name for path in FOLDER.glob("*.js") if f"const {path.stem}_js" not in used] == []


def test_page_and_still_pictures_have_the_same_colours() -> None:
    assert re.findall(r'"(#\w{6})"', (FOLDER / "theme.js").read_text().split("BRIGHTER")[0]) == list(COLOURS)


def test_an_endless_loop_is_ended_in_whichever_thread_it_runs() -> None:
    ended = []

    def endless() -> None:
        begun = time.monotonic()
        try:
            with time_limit(0.2):
                while True:
                    try:
                        time.sleep(0)
                    except Exception:
                        continue
        except TookTooLong:
            ended.append(time.monotonic() - begun)

    endless()
    thread = threading.Thread(target=endless)
    thread.start()
    thread.join(20)

    assert len(ended) == 2 and min(ended) >= 0.2


def test_what_ends_in_time_is_left_alone_and_the_limit_does_not_outlive_its_block() -> None:
    for _ in range(50):
        with time_limit(0.06):
            pass
    begun = time.monotonic()
    while time.monotonic() - begun < 0.3:
        pass
    with time_limit(None):
        time.sleep(0.1)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint8])
def test_arrays_come_back_as_they_were_sent(dtype: type) -> None:
    values = np.array([[0, 1, 2], [3, 4, 250]]).astype(dtype)
    if dtype is not np.uint8:
        values[0, :2] = np.nan, np.inf

    np.testing.assert_array_equal(array(packed(values, dtype)), values)
