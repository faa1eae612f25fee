"""The same code against level `user`.

That level runs hand-ins as another user, who must be able to run Python and to read the engine. Where this Python or
this folder is closed to others, the tests run from an open copy.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import room, user_level
from autograder.sandbox.launch import SandboxUnavailable, launcher
from autograder.sandbox.runtime import ENGINE, python

HERE = Path(__file__).parent
NEEDED = ("numpy", "msgspec", "pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments")
BY_LEVEL = ("endings", "neighbours", "resources", "secrets")
"""What depends on the level; the protocol and the comparisons are the same at all."""
LIBRARY = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="open-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_level_user_withstands_the_same_code_or_says_why_it_cannot_start(open_folder):
    reason = user_level.unavailable()
    if reason:
        with pytest.raises(SandboxUnavailable, match=reason.split(";")[0]):
            launcher("user", ["numpy"]).start(None)
        return
    tests = [str(HERE / f"test_{name}.py") for name in BY_LEVEL]
    run = subprocess.run(
        [str(_open_python(open_folder)), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", *tests],
        cwd=HERE.parents[1],
        env={
            "AUTOGRADER_TEST_LEVEL": "user",
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(_open_packages(open_folder)),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout


def test_what_a_killed_grading_left_is_ended_and_removed_when_its_users_are_used_again():
    if user_level.unavailable():
        return  # there are no users to take
    uid, claim = room._claim_users()
    claim.close()
    left = subprocess.Popen(["/bin/sleep", "60"], user=uid + 5, group=uid + 5, extra_groups=[])
    folder = Path(tempfile.mkdtemp(prefix="student-", dir="/tmp"))
    os.chown(folder, uid + 6, uid + 6)
    somebody_elses = Path(tempfile.mkdtemp(prefix="student-", dir="/tmp"))
    rooms = room.Rooms(private=True)
    assert left.wait(10) == -9
    assert not folder.exists()
    assert somebody_elses.exists()
    somebody_elses.rmdir()
    prepared = rooms.prepare()
    assert prepared.uid == uid
    rooms.clear(prepared)
    rooms._claim.close()


def test_user_ids_of_real_accounts_are_left_alone(monkeypatch):
    first, claim = room._claim_users()
    claim.close()
    monkeypatch.setattr(room, "_is_somebody", lambda uid: first <= uid < first + 1)
    other, claim = room._claim_users()
    claim.close()
    assert abs(other - first) >= 64


def test_a_folder_closed_to_others_is_named(tmp_path, monkeypatch):
    if user_level.unavailable():
        return
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(user_level, "package_paths", lambda packages: [closed / "numpy"])
    with pytest.raises(SandboxUnavailable, match="cannot enter"):
        user_level.command(3, ["numpy"], [])


def _open(path: Path) -> bool:
    return user_level._closed_to_others([path]) is None


def _open_python(folder: Path) -> Path:
    """This very Python, the system's of the same version, or a copy that others can run."""
    for candidate in (python(), Path("/usr/bin", LIBRARY)):
        if candidate.exists() and _open(candidate):
            return candidate
    prefix = Path(sys.base_prefix)
    (folder / "bin").mkdir()
    copy = shutil.copy2(python(), folder / "bin")
    unneeded = shutil.ignore_patterns("site-packages", "test", "tests", "idlelib", "tkinter", "config-*", "__pycache__")
    shutil.copytree(prefix / "lib" / LIBRARY, folder / "lib" / LIBRARY, ignore=unneeded)
    for shared in (prefix / "lib").glob("libpython*.so*"):
        shutil.copy2(shared, folder / "lib")
    return Path(copy)


def _open_packages(folder: Path) -> list[str]:
    """Where Python finds the engine and what the tests need: here, or in a copy that others can read."""
    if _open(ENGINE / "sandbox") and _open(Path(importlib.util.find_spec("numpy").origin)):
        return [str(ENGINE.parent), str(Path(importlib.util.find_spec("numpy").origin).parents[1])]
    packages = folder / "packages"
    shutil.copytree(ENGINE, packages / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    for name in NEEDED:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        source = Path(spec.origin).parent
        shutil.copytree(source, packages / name, ignore=shutil.ignore_patterns("__pycache__", "tests"))
        if (libraries := source.with_name(f"{name}.libs")).is_dir():
            shutil.copytree(libraries, packages / libraries.name)
    return [str(packages)]
