"""One conversation on the page: what was asked, within which limits, and what came of it. Per session, never shared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import uuid4

from assistant.records import Answer, Citation, Turn
from index.figures import Figure
from index.records import Filter, Hit

MOST_FIGURES = 40  # of one answer's chart and table


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the reader thinks of an answer. `right`: what it should have said, as far as the reader knows."""

    good: bool
    reason: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question on the page, open until it has an answer or `trouble`: the one line that says why there is none."""

    question: str
    as_of: date | None = None
    filter: Filter = field(default_factory=Filter)
    answer: Answer | None = None
    trouble: str = ""
    key: str = field(default_factory=lambda: uuid4().hex)  # names it among all that run and are kept
    verdict: Verdict | None = None
    asked: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def open(self) -> bool:
        """Whether the answer is still to come."""
        return self.answer is None and not self.trouble

    def again(self, question: str = "") -> Exchange:
        """The same question, or another in its place, open again within the same limits."""
        return Exchange(question=question or self.question, as_of=self.as_of, filter=self.filter)


Conversation = tuple[Exchange, ...]


def turns(conversation: Conversation) -> tuple[Turn, ...]:
    """The past questions that got an answer or a refusal, oldest first; markers stay in the text."""
    return tuple(Turn(question=e.question, answer=e.answer.text) for e in conversation if e.answer)


def counted(given: Answer) -> tuple[Figure, ...]:
    """The figures of an answer that are drawn, oldest first, each said once by one claimant."""
    apart = {(f.value, f.upper, f.when, f.scope, f.state, f.per_side, f.claimant): f for f in given.figures}
    return tuple(apart.values())[-MOST_FIGURES:]


def find_citation(conversation: Conversation, name: object) -> Citation | None:
    """The citation a button names ("3.cited.0"), or None for anything this conversation did not show.

    What was read but not cited, and the sentence of a figure, have the number 0.
    """
    found = (
        re.fullmatch(r"(\d{1,6})\.(cited|nearest|read|figure)\.(\d{1,6})", name, re.ASCII)
        if isinstance(name, str)
        else None
    )
    if not found or not 1 <= int(found[1]) <= len(conversation):
        return None
    given = conversation[int(found[1]) - 1].answer
    listed: Sequence[Citation] = ()
    if given is not None:
        listed = {
            "cited": given.citations,
            "nearest": given.nearest,
            "read": tuple(map(_read, given.hits)),
            "figure": tuple(map(_counted, counted(given))),
        }[found[2]]
    return listed[int(found[3])] if int(found[3]) < len(listed) else None


def _read(hit: Hit) -> Citation:
    passage = hit.passage
    return Citation(
        number=0,
        quote=passage.text,
        article_id=passage.article_id,
        source=passage.source,
        start=passage.start,
        end=passage.end,
    )


def _counted(figure: Figure) -> Citation:
    sentence = figure.sentence
    return Citation(
        number=0,
        quote=sentence.text,
        article_id=sentence.article_id,
        source=sentence.source,
        start=sentence.start,
        end=sentence.end,
    )
