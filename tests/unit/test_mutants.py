"""Generated mutants: one change each, in what students write and nowhere else."""

from __future__ import annotations

import ast
import textwrap

from autograder.audit.mutants import Mutant, mutants


def of(body: str, signature: str = "def f(x, n=2):") -> list[Mutant]:
    lines = ["# BEGIN SOLUTION", *textwrap.dedent(body).strip().splitlines(), "# END SOLUTION"]
    return mutants("m", signature + "\n" + "\n".join(f"    {line}" for line in lines) + "\n")


def changed(body: str, signature: str = "def f(x):") -> set[str]:
    return {one.after for one in of(body, signature)}


def test_operators_constants_and_comparisons_are_exchanged() -> None:
    assert changed("return x * 2 + 1") == {
        "return x * 2 - 1",
        "return x / 2 + 1",
        "return x * 3 + 1",
        "return x * 1 + 1",
        "return x * 2 + 2",
        "return x * 2 + 0",
    }
    assert {"return x <= n", "return x >= n"} <= changed("return x < n")
    assert {"return not (x or n)", "return x and n"} <= changed("return not (x and n)")
    assert "return x" in changed("return -x")
    assert "return 0.2 * x" in changed("return 0.1 * x")


def test_loops_go_one_too_far_and_one_too_short() -> None:
    assert {"return sum(range(n + 1))", "return sum(range(n - 1))"} <= changed("return sum(range(n))")
    assert {"return len(x) + 1", "return len(x) - 1"} <= changed("return len(x)")


def test_lines_are_left_out_but_not_the_last_word() -> None:
    removed = {one.before for one in of("x = x + n\nif n:\n    x = 0\nreturn x") if not one.after}
    assert removed == {"x = x + n", "if n:", "x = 0"}


def test_defaults_of_arguments_are_changed() -> None:
    assert {"def f(x, n=3):", "def f(x, n=1):"} <= {one.after for one in of("return x")}


def test_names_are_exchanged_with_what_is_easily_taken_for_them() -> None:
    assert {"return np.sum(x)"} <= changed("return np.mean(x)")
    assert {"return np.minimum(x, 0)"} <= changed("return np.maximum(x, 0)")
    assert {"return x"} <= changed("return np.abs(x)")


def test_texts_and_what_is_given_stay_as_they_are() -> None:
    given = "LIMIT = 3\n\n\ndef helper(x):\n    return x + 1\n\n\n"
    body = 'def f(x):\n    """Add 1 + 1."""\n    # BEGIN SOLUTION\n    raise ValueError(f"{x + 1} is 2")\n'
    body += "    # END SOLUTION\n"
    assert [(one.function, one.before, one.after) for one in mutants("m", given + body)] == [
        ("f", "raise ValueError(f'{x + 1} is 2')", "")
    ]


def test_every_mutant_is_a_program_of_its_own_and_the_solution_is_not_among_them() -> None:
    made = of("y = x - n\nreturn y if y > 0 else 0.0")
    texts = {ast.unparse(ast.parse(one.text)) for one in made}
    assert len(texts) == len(made)
    assert all("y = x - n" in text or one.line == 3 for one, text in zip(made, [one.text for one in made], strict=True))
