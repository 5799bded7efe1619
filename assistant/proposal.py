"""What a rule proposes as an answer, and what rules read: the figures and sentences of the articles found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.compose import Supported, whole
from assistant.evidence import Evidence
from assistant.findings import Finding
from assistant.library import Library
from index.figures import Figure
from index.records import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A finding made by rules. `answer` is what the check weighs, on `passage`; a finding without one needs no check. `first`:
    no other proposal was made before it. `told`: more speaks for it than its own sentence (all reports of it name one day, each party has
    its figure, a part of a whole is told as the question asks for one), so the check may be less sure."""

    finding: Finding
    passage: Supported | None = None
    answer: str = ""
    first: bool = True
    told: bool = False


def figures_found(ranked: Sequence[Evidence], library: Library) -> list[Figure]:
    """The figures of the articles ranked, best-ranked first."""
    return [f for a in dict.fromkeys(e.sentence.article_id for e in ranked) for f in library.figures(a)]


def sentences_found(ranked: Sequence[Evidence], library: Library) -> list[Sentence]:
    """The sentences of the articles ranked, those ranked first."""
    place = {e.sentence: at for at, e in enumerate(ranked)}
    articles = dict.fromkeys(e.sentence.article_id for e in ranked)
    told = [s for a in articles for s in library.corpus.sentences(a)]
    return sorted(told, key=lambda s: place.get(s, len(place)))


def article_of(library: Library) -> Callable[[Sentence], str]:
    """What gives the title and text of a sentence's article."""
    return lambda sentence: whole(library.article(sentence.article_id))
