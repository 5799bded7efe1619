"""One conversation on the page: what was asked, within which limits, and what came of it. Per session, never shared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from assistant.records import Answer, Citation, Turn
from index.records import Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question on the page, open until it has an answer or `trouble`: the one line that says why there is none."""

    question: str
    as_of: date | None = None
    filter: Filter = field(default_factory=Filter)
    answer: Answer | None = None
    trouble: str = ""
    key: str = field(default_factory=lambda: uuid4().hex)  # names it among all that run

    @property
    def open(self) -> bool:
        """Whether the answer is still to come."""
        return self.answer is None and not self.trouble


Conversation = tuple[Exchange, ...]


def turns(conversation: Conversation) -> tuple[Turn, ...]:
    """The past questions that got an answer or a refusal, oldest first; markers stay in the text."""
    return tuple(Turn(question=e.question, answer=e.answer.text) for e in conversation if e.answer)


def find_citation(conversation: Conversation, name: object) -> Citation | None:
    """The citation a panel button names ("3.cited.0"), or None for anything this conversation did not show."""
    found = re.fullmatch(r"(\d{1,6})\.(cited|nearest)\.(\d{1,6})", name, re.ASCII) if isinstance(name, str) else None
    if not found or not 1 <= int(found[1]) <= len(conversation):
        return None
    given = conversation[int(found[1]) - 1].answer
    listed: Sequence[Citation] = () if given is None else given.citations if found[2] == "cited" else given.nearest
    return listed[int(found[3])] if int(found[3]) < len(listed) else None
