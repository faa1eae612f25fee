"""The README of a hand-out bundle: what to do, in three commands."""

from __future__ import annotations

from autograder.assignment import Assignment

_README = """\
# {title}

{summary}

You write {modules}. Every function is there already, with its name, its arguments and a description of what it
returns; what is missing says `raise NotImplementedError(...)`. Replace that line by your code, and leave names and
arguments as they are. `handout.md` explains the topic, with the formulas you need.
{terms}
## Three commands

You need Python 3.11 or newer. Open a terminal in this folder.

**1. Once: install what the checks need**, in an environment of its own.

Linux and macOS:

    python3 -m venv .venv && . .venv/bin/activate && python -m pip install -r requirements.txt

Windows (PowerShell or Command Prompt):

    py -m venv .venv
    .venv\\Scripts\\activate
    python -m pip install -r requirements.txt

In a new terminal, activate the environment again: `. .venv/bin/activate`, or `.venv\\Scripts\\activate` on Windows.

**2. As often as you like: see what is right already.**

    python -m autograder check

This runs your code on this machine against the checks in `test_public.py`, and explains what does not come out right.
They are a part of all checks: your hand-in is graded with more of them, and with other numbers.

**3. At the end: pack your hand-in.**

    python -m autograder submit

This looks once more for what would cost you points (a missing file, a syntax error, a function that is not written
yet) and writes `{name}.zip`. Upload that file.
{notebook}
## What is in this folder

| file | what it is |
| --- | --- |
{files}

## Rules of the game

- {imports}
- Only {graded} {are} graded. Other files of yours are not taken along.
- Do not change what a function is given: return new arrays.
- A warning of NumPy, a `print`, a loop instead of a vectorized line: none of this costs points.
"""

_NOTEBOOK = """
## The notebook

    python -m jupyter lab notebook.ipynb

`notebook.ipynb` draws what your functions do: write one, save the module, run a cell again. What is not written yet
keeps only its own plots waiting. `check("module.function")` in a cell is the command from above, for one function.
The written questions are read by a person and give points of their own; hand the notebook in as your instructor says.

`handout.md` shows its formulas and pictures there with the right mouse button: *Open With*, *Markdown Preview*.
"""


def readme(assignment: Assignment) -> str:
    modules = [f"`{module}.py`" for module in assignment.modules]
    files = [(module, "**you write this**") for module in modules]
    files += [(f"`{file}`", "**you make this**, as the handout says, and hand it in") for file in assignment.files]
    files += [(f"`{name}.py`", "given: use it as it is") for name in assignment.given]
    files += [(f"`{name}/`", "given, for the notebook: use it as it is") for name in assignment.folders]
    files += [
        ("`handout.md`", "the topic, with formulas and examples"),
        *([("`figures/`", "the pictures of the handout")] if (assignment.folder / "figures").is_dir() else []),
        ("`test_public.py`", "the checks you have; reading them is allowed and useful"),
        ("`assignment.toml`", "what the commands need to know"),
        ("`requirements.txt`", "the packages the checks need"),
        ("`autograder/`", "the program behind the commands; nothing to do there"),
    ]
    has_notebook = (assignment.folder / "notebook.ipynb").is_file()
    if has_notebook:
        files.insert(len(modules) + 1, ("`notebook.ipynb`", "to explore what you wrote, and written questions"))
    return _README.format(
        title=assignment.title,
        summary=assignment.summary,
        modules=_list(modules),
        graded=_list([*modules, *(f"`{file}`" for file in assignment.files)]),
        are="is" if len(assignment.wanted) == 1 else "are",
        name=assignment.name,
        notebook=_NOTEBOOK if has_notebook else "",
        terms=_terms(assignment),
        imports=_imports(assignment.imports.allowed),
        files="\n".join(f"| {file} | {what} |" for file, what in files),
    )


def _terms(assignment: Assignment) -> str:
    sentences = [f"The assignment gives up to {assignment.points:g} points."]
    late = assignment.late
    if assignment.due:
        sentences.append(f"It is due {assignment.due}.")
        if late.grace_days:
            sentences.append(f"Up to {_days(late.grace_days)} late costs nothing.")
        if late.percent_per_day:
            after = " after that" if late.grace_days else ""
            sentences.append(f"Each day late{after} costs {late.percent_per_day:g} % of the points.")
        if late.cut_off_days is not None:
            sentences.append(f"More than {_days(late.cut_off_days)} late is too late.")
    return f"\n{' '.join(sentences)}\n"


def _imports(allowed: list[str]) -> str:
    if not allowed:
        return "Your code may import Python's standard library and nothing else."
    return (
        f"Your code may import {_list([f'`{name}`' for name in allowed])} and Python's standard library, nothing else."
    )


def _days(days: float) -> str:
    return "one day" if days == 1 else f"{days:g} days"


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
