"""Verdicts that need no second judging: hand-ins that answer a check's calls bit by bit as one that passed it did.

A check sees nothing of a hand-in but the answers to its calls, and judges equal answers equally. So the calls that it
made on a hand-in that passed are made on the next one, and where all answers are the same, so is the verdict; the
check itself runs from the first answer that differs. Most of a class answers most calls alike, and comparing bytes
costs a fraction of what judging values does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from autograder.results import CheckResult
from autograder.sandbox.exchange import Heard, Request
from autograder.sandbox.session import Session

_LARGEST = 1 << 17
"""Bytes of the answers to one check that are worth keeping."""
_MOST = 1 << 25
"""Bytes kept for all checks together: memory must not grow with the class."""


@dataclass
class _Question:
    """What a check asks at one point, and where each answer heard so far leads."""

    request: Request
    functions: Sequence[str]
    after: dict[bytes, _Question | CheckResult] = field(default_factory=dict)


@dataclass
class KnownAnswers:
    _first: dict[str, _Question] = field(default_factory=dict)
    """By the check's id."""
    _kept: int = 0

    def verdict(self, check: str, session: Session) -> CheckResult | None:
        """The result of a check on a hand-in, if all its answers are known to pass.

        Otherwise None, and the check is to be run: what was asked meanwhile is not asked again.
        """
        place: _Question | CheckResult | None = self._first.get(check)
        seconds = 0.0
        while isinstance(place, _Question):
            heard = session.ask_ahead(place.request, place.functions)
            if heard is None:
                return None
            seconds += sum([reply.seconds for reply in heard.replies])
            place = place.after.get(heard.given())
        return None if place is None else replace(place, seconds=round(seconds, 6))

    def learn(self, check: str, journal: Sequence[Heard], result: CheckResult) -> None:
        """Keep what was heard from a hand-in that passed a check."""
        contents = [heard.given() for heard in journal]
        size = sum(map(len, contents))
        if not journal or size > _LARGEST or self._kept + size > _MOST:
            return
        self._kept += size
        place = self._first.setdefault(check, _Question(journal[0].request, journal[0].functions))
        for content, following in zip(contents, journal[1:], strict=False):
            found = place.after.setdefault(content, _Question(following.request, following.functions))
            if not isinstance(found, _Question):
                return  # a check that ends sooner for one than for another that answers alike: nothing to rely on
            place = found
        place.after.setdefault(contents[-1], result)
