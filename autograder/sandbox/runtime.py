"""Where Python, the allowed packages and the student's side of the engine lie on this machine."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import importlib.util
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.sandbox.launch import SandboxUnavailable

ENGINE = Path(__file__).resolve().parent.parent
SETTINGS = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "LANG": "C.UTF-8",
}
"""The whole environment of a student's process: the same sums in the same order every time."""
PYTHON_FLAGS = ["-S", "-s", "-P", "-B"]


def python() -> Path:
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def package_paths(packages: Sequence[str]) -> list[Path]:
    """Files and folders of the allowed packages and of all that these need to run, with the libraries they bring along.

    What a package needs is what its own metadata requires, and what that requires in turn: extras are left out, and so
    is what is not installed here (a requirement of another operating system). Nothing but these paths is in the
    sandbox: students import the allowed packages by name, and those import what they need.
    """
    return list(dict.fromkeys(path for package in packages for path in _paths_of(package)))


@functools.cache  # reading every list of installed files takes a while, and they do not change meanwhile
def _paths_of(package: str) -> list[Path]:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SandboxUnavailable(f"the package {package} is allowed in the assignment but not installed here")
    origin = Path(spec.origin)
    paths = [origin.parent if spec.submodule_search_locations else origin]  # where no list of files says so
    for distribution in _with_requirements(_providers(package)):
        paths += _top_level_paths(distribution)
    return paths


def _providers(package: str) -> Sequence[str]:
    """The distributions that bring a package. Most are called like it, which saves reading the files of all others."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        if any(file.parts[0] == package for file in importlib.metadata.distribution(package).files or []):
            return [package]
    return importlib.metadata.packages_distributions().get(package, [])


def _with_requirements(names: Sequence[str]) -> Iterator[importlib.metadata.Distribution]:
    """The named distributions and, once each, what they require."""
    left, seen = list(names), set()
    while left:
        name = left.pop(0)
        called = re.sub(r"[-_.]+", "-", name).lower()
        if called in seen:
            continue
        seen.add(called)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        yield distribution
        for requirement in distribution.requires or []:
            required, _, marker = requirement.partition(";")
            if not re.search(r"\bextra\b", marker):
                left += re.findall(r"^[\w.-]+", required)


def _top_level_paths(distribution: importlib.metadata.Distribution) -> Iterator[Path]:
    """What a distribution has put beside other packages: modules, folders, libraries, its metadata."""
    for name in sorted({file.parts[0] for file in distribution.files or []}):
        ours = name not in ("..", "__pycache__") and not name.endswith(".pth") and not Path(name).is_absolute()
        if ours and (path := Path(str(distribution.locate_file(name)))).exists():
            yield path


def runtime_paths() -> list[Path]:
    """What Python itself needs to run: its executable, its library, the C library."""
    prefix = Path(sys.base_prefix)
    libraries = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime"]
    return [*(Path(path) for path in libraries), python(), prefix / "lib"]


def installed_packages() -> list[Path]:
    """Folders of other installed packages inside the runtime paths, to be masked."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    prefix = Path(sys.base_prefix)
    candidates = [
        prefix / "lib" / version / "site-packages",
        prefix / "lib" / version / "dist-packages",
        prefix / "lib" / "python3" / "dist-packages",
        Path("/usr/lib/python3/dist-packages"),
    ]
    return list(dict.fromkeys(path for path in candidates if path.is_dir()))


def without(paths: Sequence[Path], hidden: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """`paths` with `hidden` cut out, for a rule that can only allow.

    Returns
    -------
    readable
        Files and folders that together hold everything else.
    listable
        The folders on the way to what is hidden: their names may be listed, since Python looks modules up so.
    """
    secret = {path.resolve() for path in hidden}
    readable: dict[Path, None] = {}
    listable: dict[Path, None] = {}
    left = [path.resolve() for path in reversed(paths)]  # resolved: a link into a folder would open all of it again
    while left:
        path = left.pop()
        if path in secret:
            continue
        if any(one.is_relative_to(path) for one in secret):
            listable[path] = None
            left += [child for child in path.iterdir() if not child.is_symlink()]
        else:
            readable[path] = None
    return list(readable), list(listable)
