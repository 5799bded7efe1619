"""A question as it was understood, with what was found for it: what every step of answering looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.count import CountQuestion
from assistant.evidence import Evidence
from assistant.timescope import TimeScope
from index.figures import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """`figures`: those of the articles found that can answer, for a question that asks for one; `ranked`: their sentences, best
    first."""

    question: str
    scope: TimeScope
    count: CountQuestion | None
    figures: Sequence[Figure]
    ranked: Sequence[Evidence]

    def of_one_side(self) -> Inquiry:
        """The same as if not asked for both sides together."""
        return replace(self, count=replace(self.count, both=False) if self.count else None)
