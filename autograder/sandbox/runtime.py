"""Where Python, the allowed packages and the student's side of the engine lie on this machine."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
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
    """The folders of the allowed packages, shared libraries beside them included (numpy.libs)."""
    paths: list[Path] = []
    for package in packages:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise SandboxUnavailable(f"the package {package} is allowed in the assignment but not installed here")
        folder = Path(spec.origin).parent
        libraries = folder.with_name(f"{package}.libs")
        paths += [folder, libraries] if libraries.is_dir() else [folder]
    return paths


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
