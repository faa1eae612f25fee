"""What grading costs: a class through `autograder grade`, beside a cold pytest process for each hand-in.

Both judge the same hand-ins with the same checks on this machine, one after the other. CPU time is that of the whole
process tree, the sandbox and every student process included: this process adopts what outlives its parent, so nothing
escapes the count. `own` is what the students' functions took of it, as each result tells; what is beyond it is the
price of judging them apart from each other. A check does not run again for who answers it bit by bit as another did:
so there are two classes, one of copies of the assignment's right styles, and one in which every number that is handed
back differs from everybody else's in its last bits. How fast the machine is at the time is told by the floor: starting
Python with NumPy once, which a process for each hand-in could not do without. Run it on a quiet machine: `make bench`.
"""

from __future__ import annotations

import argparse
import ast
import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.results import read_all

ROOT = Path(__file__).resolve().parent.parent
PR_SET_CHILD_SUBREAPER = 36


def measured(command: list[str]) -> tuple[float, float]:
    """CPU and wall seconds of a command and everything it started, to the end of the last process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    _, said = process.communicate()
    wall = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


_NUDGE = """

def _nudged(value):
    import numpy
    nudge = 1 + {number} * 2.0**-52
    if isinstance(value, numpy.ndarray) and value.dtype.kind == "f":
        return numpy.asarray(value * nudge, dtype=value.dtype)
    if type(value) is float:
        return value * nudge
    if type(value) is tuple and value:  # parameters, and a state that is the student's own business
        return _nudged(value[0]), *value[1:]
    if type(value) is dict:  # parameters; numbers in a dict are a configuration
        return {{key: item if type(item) is float else _nudged(item) for key, item in value.items()}}
    return value


def _nudging(function):
    import functools
    return functools.wraps(function)(lambda *args, **kwargs: _nudged(function(*args, **kwargs)))


for _name in {functions}:
    globals()[_name] = _nudging(globals()[_name])
"""


def copies(assignment: str, students: int, folder: Path, alike: bool) -> None:
    """A class that hands in right answers of every style in turn; unless `alike`, each with last bits of its own."""
    styles = sorted((ROOT / "assignments" / assignment / "right_styles").glob("*/"))
    for number in range(students):
        mine = folder / f"student-{number:04}"
        shutil.copytree(styles[number % len(styles)], mine, ignore=shutil.ignore_patterns("__*"))
        for module in [] if alike else mine.glob("*.py"):
            text = module.read_text(encoding="utf-8")
            functions = [
                one.name for one in ast.parse(text).body if isinstance(one, ast.FunctionDef) and one.name[0] != "_"
            ]
            module.write_text(text + _NUDGE.format(number=number + 1, functions=functions), encoding="utf-8")


def cold_start() -> float:
    """CPU milliseconds of starting Python with NumPy."""
    return 1000 * sum(measured([sys.executable, "-c", "import numpy"])[0] for _ in range(5)) / 5


def own_seconds(results: Path, students: int) -> float:
    """What the calls of all students took together, once it is known that everybody was judged and got all points."""
    graded = read_all(results)
    checks = [check for result in graded for check in result.checks]
    judged = {check.outcome for check in checks}
    if judged != {"passed"} or len(graded) != students:
        raise SystemExit(f"not everybody passed: {sorted(judged)}")
    return sum(check.seconds for check in checks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--cold", type=int, default=5, help="hand-ins to judge by a pytest process each")
    parser.add_argument(
        "assignments", nargs="*", default=["losses", "gradient_descent", "optimizers", "hyperparameters"]
    )
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    print(
        f"{'':18} {'students':>8} {'answers':>8} {'CPU ms each':>12} {'own':>5} {'beyond':>7} {'floor':>6} "
        f"{'of it':>6} {'wall s':>7} {'cold pytest: CPU ms each':>25} {'ratio':>6}"
    )
    for assignment in options.assignments:
        for alike in (True, False):
            report(assignment, options.students, options.cold, alike)


def report(assignment: str, students: int, cold: int, alike: bool) -> None:
    """Grade one class both ways and print the line."""
    with tempfile.TemporaryDirectory() as temporary:
        handed_in, out = Path(temporary) / "class", Path(temporary) / "out"
        copies(assignment, students, handed_in, alike)
        command = [sys.executable, "-m", "autograder", "grade", assignment, str(handed_in), "--out", str(out)]
        floors = [cold_start()]
        cpu, wall = measured([*command, "--no-report"])
        floors.append(cold_start())
        own = 1000 * own_seconds(out / "results", students) / students
        apart = 0.0
        for student in sorted(handed_in.iterdir())[:cold]:
            command = [sys.executable, "-m", "pytest", f"assignments/{assignment}", "--submission", str(student)]
            apart += 1000 * measured([*command, "-q", "-p", "no:cacheprovider"])[0] / cold
    each, floor = 1000 * cpu / students, sum(floors) / 2
    print(
        f"{assignment:18} {students:8} {'alike' if alike else 'own bits':>8} {each:12.1f} {own:5.1f} {each - own:7.1f} "
        f"{floor:6.0f} {(each - own) / floor:6.2f} {wall:7.1f} {apart:25.0f} {apart / each:6.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
