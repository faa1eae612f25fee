"""A second run does what is new and keeps what is good."""

from __future__ import annotations

from typing import Any

import pytest


def _regraded(tiny: Any, before: dict[str, bytes]) -> set[str]:
    return {name for name, content in tiny.files().items() if before.get(name) != content}


def test_a_second_run_grades_nothing_and_says_so(graded: Any) -> None:
    before = graded.files()

    run = graded.grade()

    assert run.returncode == 0
    assert "6 unchanged and kept" in run.stdout
    assert graded.files() == before


def test_a_changed_hand_in_is_graded_again_and_nobody_else(graded: Any) -> None:
    before = graded.files()
    graded.hand_in("s1", right=True)

    run = graded.grade()

    assert "5 unchanged and kept" in run.stdout
    assert _regraded(graded, before) == {"s1"}
    assert graded.scores()["s1"] == 10


def test_a_student_who_comes_later_is_graded_alone(graded: Any) -> None:
    before = graded.files()
    graded.hand_in("a-late-one")

    graded.grade()

    assert _regraded(graded, before) == {"a-late-one"}


def test_another_seed_grades_everybody_again_on_other_numbers(graded: Any) -> None:
    before = graded.results()

    run = graded.grade("--seed", 1)

    assert "unchanged" not in run.stdout
    after = graded.results()
    assert {result["grading"]["seed"] for result in after.values()} == {1}
    assert [result["score"] for result in after.values()] == [result["score"] for result in before.values()]
    shown = [
        [check["failure"]["expected"] for check in run["s1"]["checks"] if "failure" in check] for run in (before, after)
    ]
    assert shown[0][0] == shown[1][0], "the public check's numbers are worked ones"
    assert shown[0][1] != shown[1][1], "the hidden check's numbers are drawn"


@pytest.mark.parametrize(
    "path", ["assignments/tiny/test_hidden.py", "assignments/tiny/oracles.py", "solutions/tiny.py"]
)
def test_changed_checks_oracles_or_solutions_grade_everybody_again(graded: Any, path: str) -> None:
    before = graded.files()
    graded.write(path, (graded.folder / path).read_text() + "\n# changed\n")

    run = graded.grade()

    assert "unchanged" not in run.stdout
    assert _regraded(graded, before) == set(before)


def test_a_changed_title_is_in_the_results_at_once(graded: Any) -> None:
    path = "assignments/tiny/assignment.toml"
    graded.write(path, (graded.folder / path).read_text().replace('"Tiny"', '"Very tiny"'))

    graded.grade()

    assert {result["assignment"]["title"] for result in graded.results().values()} == {"Very tiny"}


def test_another_isolation_grades_everybody_again(graded: Any) -> None:
    before = graded.files()

    graded.grade("--isolation", "none")

    assert _regraded(graded, before) == set(before)


def test_damaged_results_are_graded_again_and_the_others_are_kept(graded: Any) -> None:
    before = graded.files()
    for number, damage in enumerate([b"", b"{", b"\0\xff" * 10, b'{"assignment": 3}']):
        (graded.folder / f"grades/results/s{number}.json").write_bytes(damage)

    run = graded.grade()

    assert run.returncode == 0, run.stderr
    assert "2 unchanged and kept" in run.stdout
    assert _regraded(graded, before) == {"s0", "s1", "s2", "s3"}


def test_results_are_the_same_with_one_worker_and_with_two(graded: Any) -> None:
    graded.grade("--workers", 1, out="one")
    graded.grade("--workers", 2, out="two")

    assert graded.results("one") == graded.results("two") == graded.results()


def test_the_result_of_somebody_who_withdrew_is_kept_and_named(graded: Any) -> None:
    (graded.submissions / "s5/tiny.py").unlink()
    (graded.submissions / "s5").rmdir()

    run = graded.grade()

    assert "s5.json is of a hand-in that is no longer in" in run.stdout
    assert len(graded.files()) == 6


def test_pages_are_written_unless_nobody_asked_for_them(graded: Any) -> None:
    assert (graded.folder / "grades/summary.csv").is_file()
    assert not (graded.folder / "grades/report").exists()

    run = graded.grade(pages=True)

    assert "6 unchanged and kept" in run.stdout
    assert {path.name for path in (graded.folder / "grades/report").iterdir()} == {
        "index.html",
        *(f"s{number}.html" for number in range(6)),
    }


def test_a_hand_in_is_counted_as_another_attempt_when_it_changed_and_only_then(tiny: Any) -> None:
    def attempts() -> list[int]:
        tiny.grade("--seed", str(len(seen)))
        return [result["grading"].get("attempt", 1) for result in tiny.results().values()]

    seen: list[list[int]] = []
    tiny.hand_in("ada", right=False)
    tiny.hand_in("bob")
    seen.append(attempts())
    seen.append(attempts())  # another seed: graded again, not handed in again
    tiny.hand_in("ada")
    seen.append(attempts())

    assert seen == [[1, 1], [1, 1], [2, 1]]
