"""Turns templates into pages: one self-contained file, no script, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.report import known_mistakes, prose, wording
from autograder.report.code_layout import can_be_pasted, laid_out, laid_out_call
from autograder.report.visible_text import one_line, shortened, visible

_TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: Any) -> str:
    """Fill in `template`; whatever is not markup from a template is made visible and escaped on its way out."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals |= {
        "style": Markup(style),
        "content_security_policy": f"default-src 'none'; style-src 'sha256-{style_hash}'; base-uri 'none'; "
        "form-action 'none'",
        "points": wording.points,
        "percent": wording.percent,
        "difference": wording.difference,
        "is_close": wording.is_close,
        "in_words": wording.in_words,
        "can_be_pasted": can_be_pasted,
        "count": wording.count,
        "stand_ins": wording.stand_ins,
        "label": wording.label,
        "one_line": one_line,
        "shortened": shortened,
        "laid_out": laid_out,
        "laid_out_call": laid_out_call,
        "prose_blocks": prose.blocks,
        "prose_spans": prose.spans,
        "when": wording.when,
        "diagnosis_heading": known_mistakes.heading,
        "evidence": known_mistakes.evidence,
        "made_in": known_mistakes.made_in,
        "section": known_mistakes.section,
        "unexplained": known_mistakes.unexplained,
    }
    return environment


def _finalize(value: object) -> object:
    return value if isinstance(value, Markup) else visible(str(value))
