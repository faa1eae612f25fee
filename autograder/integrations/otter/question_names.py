"""What otter calls the questions of an assignment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def question_names(functions: Iterable[str]) -> dict[str, str]:
    """``optimizers.adam_step`` → ``adam_step``; with its module where two modules have a function of that name."""
    known = list(dict.fromkeys(functions))
    counts = Counter(function.rpartition(".")[2] for function in known)
    return {
        function: name if counts[name := function.rpartition(".")[2]] == 1 else function.replace(".", "_")
        for function in known
    }
