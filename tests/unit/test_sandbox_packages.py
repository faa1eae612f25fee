"""Which files stand behind the packages an assignment allows: theirs, those of what they need, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.checking.run import session_limits
from autograder.sandbox import runtime
from autograder.sandbox.launch import SandboxUnavailable, launcher
from autograder.sandbox.runtime import package_paths
from autograder.sandbox.session import CallResult, Session


class Site:
    """A folder of installed packages, made by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, distribution: str, *files: str, requires: tuple[str, ...] = (), listed: bool = True) -> None:
        information = f"{distribution.replace('-', '_')}-1.0.dist-info"
        needs = "".join(f"Requires-Dist: {requirement}\n" for requirement in requires)
        self._write(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n{needs}")
        for file in files:
            self._write(file, "")
        if listed:
            self._write(f"{information}/RECORD", "".join(f"{file},,\n" for file in (*files, f"{information}/METADATA")))
        else:
            self._write(f"{information}/top_level.txt", "".join(f"{file.partition('/')[0]}\n" for file in files))

    def _write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def names(self, *packages: str) -> set[str]:
        """What `package_paths` gives, but for the packages' metadata."""
        paths = package_paths(packages)
        assert {path.parent for path in paths} == {self.folder}
        assert all(path.exists() for path in paths)
        return {path.name for path in paths if path.suffix != ".dist-info"}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.syspath_prepend(str(tmp_path))
    runtime._paths_of.cache_clear()  # it remembers what was installed
    return Site(tmp_path)


def test_a_package_brings_what_it_needs_and_what_that_needs(site: Site) -> None:
    site.install("zz-Far", "zz_far/__init__.py")
    site.install("zz-near", "zz_near/__init__.py", requires=("ZZ.far (>=1)",))
    site.install("zz-first", "zz_first/__init__.py", requires=("zz_near[fast]>=1.0,!=1.1; python_version >= '3'",))
    site.install("zz-other", "zz_other/__init__.py")
    assert site.names("zz_first") == {"zz_first", "zz_near", "zz_far"}


def test_packages_that_need_each_other_are_no_trouble(site: Site) -> None:
    site.install("zz-egg", "zz_egg/__init__.py", requires=("zz-hen",))
    site.install("zz-hen", "zz_hen/__init__.py", requires=("zz-egg",))
    assert site.names("zz_hen") == {"zz_egg", "zz_hen"}


def test_what_only_an_extra_asks_for_and_what_is_not_installed_is_left_out(site: Site) -> None:
    site.install("zz-extra", "zz_extra/__init__.py")
    needs = ("zz-extra; extra == 'all'", "zz-extra ; python_version >= '3' and extra == 'all'", "zz-absent>=2")
    site.install("zz-first", "zz_first/__init__.py", requires=needs)
    assert site.names("zz_first") == {"zz_first"}


def test_a_package_may_be_one_file_or_several_folders_and_may_bring_libraries(site: Site) -> None:
    files = ("zz_many/__init__.py", "zz_many.libs/lib.so", "zz_beside/__init__.py", "zz_start.pth")
    site.install("zz-one", "zz_one.py", "__pycache__/zz_one.cpython-311.pyc", "../../../bin/zz")
    site.install("zz-many", *files, requires=("zz-one",))
    assert site.names("zz_many") == {"zz_many", "zz_many.libs", "zz_beside", "zz_one.py"}
    assert site.names("zz_one") == {"zz_one.py"}


def test_an_allowed_package_without_a_list_of_its_files_is_found_all_the_same(site: Site) -> None:
    site.install("zz-plain", "zz_plain/__init__.py", listed=False)
    assert site.names("zz_plain") == {"zz_plain"}


def test_a_package_that_is_not_installed_is_said_to_be_missing() -> None:
    with pytest.raises(SandboxUnavailable, match="zz_nowhere is allowed in the assignment but not installed"):
        package_paths(["zz_nowhere"])


def test_numpy_alone_brings_nobody_else() -> None:
    assert {path.name.partition(".")[0].partition("-")[0] for path in package_paths(["numpy"])} == {"numpy"}


_TERMS = Assignment(title="Terms", order=1, modules=["answer"], points=1)
_STUDENT = b"""
import threading

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor


def predict():
    points = np.array([[0.0], [0.5], [1.0]])
    process = GaussianProcessRegressor().fit(points, points[:, 0])
    return float(process.predict(points)[1]), threading.active_count()


def needs_another():
    import torch
"""


def test_a_hand_in_uses_scikit_learn_which_imports_what_it_needs_while_the_hand_in_may_not() -> None:
    allowed = ["numpy", "sklearn"]
    start = launcher("bubblewrap", allowed)
    try:
        session = Session(start, {"answer.py": _STUDENT}, allowed, session_limits(_TERMS))
        predicted = session.sequence([CallResult("answer.predict", (), {})])[0]
        refused = session.sequence([CallResult("answer.needs_another", (), {})])[0]
        session.close()
    finally:
        start.close()
    assert predicted.error is None
    assert predicted.value == (pytest.approx(0.5, abs=1e-3), 1)
    assert refused.error is not None
    assert "this assignment allows numpy and sklearn only" in refused.error.message
