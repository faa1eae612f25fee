"""Which checks are judged beside an oracle: read from the text of the checks."""

from __future__ import annotations

import ast
from pathlib import Path


def checks_beside_an_oracle(path: Path) -> list[str]:
    """The checks of a file that ask for `oracle`, themselves or through what is prepared for them."""
    functions = {
        node.name: [argument.arg for argument in node.args.args]
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }

    def asks(name: str, seen: frozenset[str] = frozenset()) -> bool:
        wanted = [one for one in functions.get(name, ()) if one not in seen]
        return "oracle" in wanted or any(asks(one, seen | {name}) for one in wanted)

    return [name for name in functions if name.startswith("test_") and asks(name)]
