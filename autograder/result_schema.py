"""The JSON Schema of a result file: the types of the records in `results`, with what their docstrings say."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

import msgspec

from autograder import results

_TOTALS = {
    "score": {"type": "number", "description": "The sum of what the checks earned."},
    "max_score": {"type": "number", "description": "The sum of the checks' points."},
    "releasable": {
        "type": "boolean",
        "description": "False while a check ended in a fault of the grader: such a grade must be looked at first.",
    },
}
"""Written out for readers in other languages."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a result file, the derived totals included; every field is described."""
    schema = msgspec.json.schema(results.SubmissionResult)
    said = dict(_field_docstrings(ast.parse(inspect.getsource(results))))
    for name, record in schema["$defs"].items():
        for field, about in record["properties"].items():
            if (name, field) in said:
                about["description"] = said[name, field]
    schema["$defs"]["SubmissionResult"]["properties"] |= _TOTALS
    return schema


def _field_docstrings(module: ast.Module) -> Iterator[tuple[tuple[str, str], str]]:
    """Record and field, and the string below each field."""
    for record in module.body:
        if not isinstance(record, ast.ClassDef):
            continue
        for field, below in zip(record.body, record.body[1:], strict=False):
            if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
                continue
            if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                yield (record.name, field.target.id), " ".join(str(below.value.value).split())
