"""The nouns of the index: what an article is once read, what a search returns. Standard library only; no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Why = Literal["dense", "lexical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an article comes from, as far as it or its container says so. None means: not said, never guessed."""

    title: str
    outlet: str | None = None
    author: str | None = None
    url: str | None = None  # where a reader can open it on the web
    path: str | None = None  # the file it was read from, absolute
    published: date | None = None
    language: str | None = None  # ISO 639-1


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article. `id` is stable over edits (made from its location); `content_hash` changes with any edit."""

    id: str
    source: Source
    text: str
    content_hash: str  # SHA-256 hex of text and source


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: `article.text[start:end] == text`. `ordinal` counts from 0 in the article."""

    article_id: str
    source: Source
    ordinal: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of whole sentences, the unit of retrieval: `article.text[start:end] == text`.

    Offsets are in characters, `end` exclusive.
    """

    id: str
    article_id: str
    source: Source
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found by a search. `score`: higher is closer, comparable within one search only. `rank`: from 1."""

    passage: Passage
    score: float
    rank: int
    why: tuple[Why, ...]
    cosine: float  # of the passage and the question, -1..1: the one score comparable across searches
    copies: tuple[Source, ...] = ()  # other sources with nearly the same text (wire copies), collapsed into this hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which articles a search may see. A date bound leaves out undated articles: nobody knows their side of it."""

    since: date | None = None  # published on or after
    until: date | None = None  # published on or before
    outlets: tuple[str, ...] = ()  # any of these, compared case-insensitively; empty: all


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that could not be read or indexed: what, and why, in one line each."""

    location: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildProgress:
    """How far an indexing run is. `total` counts files and URLs found; None while they are still being counted."""

    done: int
    total: int | None
    articles: int
    passages: int
    current: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What an indexing run did, in articles; `passages` are those embedded in this run, `seconds` wall time."""

    added: int
    updated: int
    unchanged: int
    removed: int
    passages: int
    failures: tuple[Failure, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article in the list of all, without its text; `passages` counts the units it is searched by."""

    id: str
    source: Source
    passages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusFacts:
    """What an index holds. `corpus_hash` is a SHA-256 over all content hashes: equal hash, equal corpus."""

    articles: int
    passages: int
    sentences: int
    outlets: tuple[str, ...]
    oldest: date | None
    newest: date | None
    undated: int
    corpus_hash: str
    fingerprint: str
    vectors: int  # in the vector index; equals `passages` when healthy
