"""A sentence that may answer, and how such sentences are numbered and laid out for a prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.days import spell
from index.records import Sentence, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sentence offered to the model. `number` from 1; `score` 0..1, comparable within one ranking; `coverage`: weighted share of
    the question's words it carries, 0..1."""

    number: int
    sentence: Sentence
    score: float
    cosine: float
    coverage: float


def number_evidence(ranked: Sequence[Evidence], *, limit: int, max_characters: int) -> tuple[Evidence, ...]:
    """The best `limit` sentences within a budget of characters, in reading order (articles by their best sentence), numbered from 1."""
    chosen: list[Evidence] = []
    room = max_characters
    for evidence in ranked:
        if len(chosen) < limit and len(evidence.sentence.text) <= room:
            chosen.append(evidence)
            room -= len(evidence.sentence.text)
    articles = list(dict.fromkeys(e.sentence.article_id for e in chosen))
    chosen.sort(key=lambda e: (articles.index(e.sentence.article_id), e.sentence.start))
    return tuple(
        Evidence(number=i, sentence=e.sentence, score=e.score, cosine=e.cosine, coverage=e.coverage)
        for i, e in enumerate(chosen, start=1)
    )


def lay_out(evidence: Sequence[Evidence]) -> str:
    """The evidence as the prompt shows it: a heading an article (date and title), then its numbered sentences, one a line."""
    lines: list[str] = []
    article = None
    for item in evidence:
        source = item.sentence.source
        if item.sentence.article_id != article:
            article = item.sentence.article_id
            day = f"{spell(source.published)}: " if source.published else ""
            lines.append(f"[{day}{neutral(source.title)[:80]}]")
        lines.append(f"({item.number}) {neutral(item.sentence.text)}")
    return "\n".join(lines)


def neutral(text: str) -> str:
    """Article text made harmless for a prompt: one line, no chat-template tokens, nothing that looks like our own numbering."""
    line = " ".join(text.split()).replace("<|", "< |").replace("|>", "| >")
    while (line[:1] in "([" and line[1:2].isdigit()) or line[:3] == "## ":
        line = line[1:]
    return line.replace("[", "(").replace("]", ")")


def heading(source: Source) -> str:
    """What a sentence stands under: its article's title and day."""
    dated = f" ({spell(source.published)})" if source.published else ""
    return f"{source.title}{dated}. "
