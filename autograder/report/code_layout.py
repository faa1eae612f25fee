"""Breaks long calls and values over lines where a person would, so that two of them can be compared by eye."""

from __future__ import annotations

import re

_WIDTH = 88
_TOKEN = re.compile(
    r"""'(?:\\.|[^'\\\n])*' | "(?:\\.|[^"\\\n])*" | [\[({] | [\])}] | ,[ ]* | \n[ ]* | [^'"\[\](){},\n]+ | .""",
    re.VERBOSE | re.DOTALL,
)


def laid_out_call(function: str, arguments: str) -> str:
    """``function(arguments)``, each argument on a line of its own where one line is too short."""
    if len(function) + len(arguments) + 2 <= _WIDTH and "\n" not in arguments:
        return f"{function}({arguments})"
    return f"{function}(\n    {_broken(arguments, '    ')}\n)"


def can_be_pasted(arguments: str) -> bool:
    """Whether the text of arguments is Python: nothing in it is named or left out."""
    return not re.search(r"<(the check's|an array of) |<[A-Z]\w*>|\.\.\.|…", arguments)


def laid_out(value: str) -> str:
    """The text of a value, each entry of a dict on a line of its own where one line is too short."""
    return value if len(value) <= _WIDTH and "\n" not in value else _broken(value, "")


def _broken(text: str, indent: str) -> str:
    """Line breaks between arguments, entries of dicts, and items that are dicts; never inside a string."""
    parts: list[str] = []
    brackets: list[str] = []
    tokens = _TOKEN.findall(text)
    for token, after in zip(tokens, [*tokens[1:], ""], strict=True):
        if token in "([{":
            brackets.append(token)
        elif token in ")]}" and brackets:
            brackets.pop()
        is_break = token[0] == "\n" or (
            token[0] == "," and (not brackets or brackets[-1] == "{" or after == "{") and token.endswith(" ")
        )
        parts.append(f"{token.rstrip()}\n{indent}{' ' * len(brackets)}" if is_break else token)
    return "".join(parts)
