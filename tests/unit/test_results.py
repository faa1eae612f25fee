"""The result file: what other programs may rely on.

The schema is kept in `tests/golden/result.schema.json`. After a change that is meant, run the test once with the
environment variable UPDATE_GOLDEN=1, read the difference, and raise `SCHEMA_VERSION` if a field changed its meaning.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder import results
from autograder.result_schema import json_schema

GOLDEN = Path(__file__).parents[1] / "golden" / "result.schema.json"


def test_the_schema_of_a_result_is_the_golden_one() -> None:
    text = json.dumps(json_schema(), indent=1) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_every_record_and_every_field_of_the_schema_is_described() -> None:
    records = json_schema()["$defs"]
    silent = [name for name, record in records.items() if not record.get("description")]
    silent += [
        f"{name}.{field}"
        for name, record in records.items()
        for field, about in record["properties"].items()
        if not about.get("description")
    ]
    assert silent == []


def test_a_result_survives_writing_and_reading(records: Any, tmp_path: Path) -> None:
    result = records.result(records.wrong_value(), records.check())
    results.write_atomically(tmp_path / "one.json", results.encode(result))
    assert results.read(tmp_path / "one.json") == result


def test_the_file_tells_the_totals_to_readers_in_other_languages(records: Any) -> None:
    document = json.loads(results.encode(records.result(records.wrong_value(), records.check())))
    assert (document["score"], document["max_score"], document["releasable"]) == (2.0, 10.0, True)


def test_a_fault_of_the_grader_keeps_the_points_and_holds_the_grade_back(records: Any) -> None:
    result = records.result(records.check(outcome="grader_error", points=3.0))
    assert result.score == 3.0
    assert not result.releasable


def test_an_interrupted_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(b"old")

    def power_cut(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", power_cut)
    with pytest.raises(KeyboardInterrupt):
        results.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        results.decode(b'{"checks": []}')


def test_half_a_character_in_a_message_does_not_stop_the_result_from_being_written(records: Any) -> None:
    result = records.result(records.check(output="before \ud800 after"))
    assert results.decode(results.encode(result)).checks[0].output == r"before \ud800 after"
