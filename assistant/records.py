"""The nouns of a conversation: what is asked, what streams while it is answered, and the answer. No behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from index.figures import Figure
from index.records import Filter, Hit, Source

StageName = Literal["loading", "warming", "understanding", "searching", "checking", "writing"]


class Status(StrEnum):
    """What an answer is. Only the first two state anything; the rest are refusals, each of its own kind."""

    ANSWERED = "answered"
    CONFLICTING = "conflicting"  # the sources disagree; every version is shown with its claimant
    NO_EVIDENCE = "no_evidence"  # nothing on the topic
    NOT_STATED = "not_stated"  # the topic is covered, the answer is not there
    OUTDATED = "outdated"  # only articles older than the date asked for


STATING = frozenset({Status.ANSWERED, Status.CONFLICTING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One past exchange of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as asked, with its conversation and its scope. `as_of`: know nothing published after that day."""

    text: str
    history: tuple[Turn, ...] = ()
    as_of: date | None = None
    filter: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """`[number]` in the answer. `quote` is verbatim: the article's characters `start` to `end` (end exclusive)."""

    number: int
    quote: str
    article_id: str
    source: Source
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A sentence the model wrote and verification took out."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the assistant says, and everything needed to check it."""

    question: str
    text: str  # one to three sentences, each ending in its [n]; for a refusal one sentence without markers
    status: Status
    reason: str  # why this status, one line
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]  # for a refusal: the closest sentences, not an answer; else empty
    figures: tuple[
        Figure, ...
    ]  # for a figure question: the dated figures of its kind and event, oldest first; else empty
    hits: tuple[Hit, ...]  # everything retrieved, for "also read"
    removed: tuple[Removed, ...]
    raw_text: str  # what the model wrote, before verification
    standalone: str  # the question as understood, follow-ups resolved
    as_of: date | None  # the day the answer holds for: the newest article it may know
    newest_on_topic: Source | None
    newest_article: date | None  # newest in the index (within the filter)
    model: str
    settings_id: str
    seconds: Mapping[str, float]  # per stage, plus "first_words" and "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStarted:
    """A stage of the work begins; `detail` is a short phrase for people ("reading 8 sentences")."""

    stage: StageName
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDelta:
    """The next piece of a draft, or with `anew` the beginning of one that takes the place of what was shown before: first the sentence
    that most probably answers, as soon as one is probable enough, then another, or the model's words for it. A draft is unchecked:
    show it as such, and put the Answer in its place."""

    text: str
    anew: bool = False

    def after(self, draft: str) -> str:
        """The draft, with this piece, of which `draft` was shown so far."""
        return self.text if self.anew else draft + self.text


Event = StageStarted | DraftDelta | Answer
