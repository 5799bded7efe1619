"""From retrieved passages to their sentences, the one likeliest to answer first; and how sentences are laid out for a prompt."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.question_kinds import answers_its_kind, asked_speaker, voices
from assistant.timescope import ANY_TIME, TimeScope, nearness
from assistant.words import content_stems
from index.corpus import Corpus
from index.days import spell
from index.embed import Embedder
from index.records import Hit, Sentence, Source

K = 10  # of reciprocal ranks: the first counts 1, the eleventh half as much
# What the place of a sentence in each ranking counts for, fitted on 152 questions of four tuning halves: `benchmarks/sentence_ranking.py`
WEIGHTS = {"words": 1.0, "framed words": 2.0, "meaning": 1.5, "framed meaning": 2.0, "passages": 1.3}
NEIGHBOUR = (
    1.0  # share of the better neighbour's place by words and meaning: the sentence after "X said:" belongs to it
)
TIMELY = 0.6  # for a sentence that speaks of the time asked for
OF_KIND = 1.0  # for one that has what the question word asks for: a number, a name, a day
MOST = sum(WEIGHTS.values()) + 2 * NEIGHBOUR + TIMELY + OF_KIND  # what a sentence first in everything would reach
SATURATION, LENGTH = 1.2, 0.75  # k1 and b of Okapi BM25 (Robertson & Zaragoza 2009)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sentence offered to the model. `number` from 1; `score` 0..1, comparable within one ranking; `coverage`: weighted share of
    the question's words it carries, 0..1."""

    number: int
    sentence: Sentence
    score: float
    cosine: float
    coverage: float


class SentenceRanker:
    """Ranks the sentences of retrieved passages; remembers the vectors of sentences seen before."""

    def __init__(self, corpus: Corpus, embedder: Embedder, *, memory: int = 10_000) -> None:
        self._corpus, self._embedder, self._memory = corpus, embedder, memory
        self._vectors: dict[str, np.ndarray] = {}

    def rank(self, question: str, hits: Sequence[Hit], scope: TimeScope = ANY_TIME) -> tuple[Evidence, ...]:
        """All sentences of the passages, best first. Numbers are given by `number_evidence`.

        A sentence seldom says what it is about: "The Emirates mediated" stands under the title and the day that do. So each is
        ranked by its words and its meaning twice, alone and framed by title and day; the reciprocal ranks are added up with
        that of its passage, and with what its neighbour, the time asked for and the question word say of it.
        """
        sentences = self.sentences(hits)
        if not sentences:
            return ()
        framed = [f"{heading(s.source)}{s.text}" for s in sentences]
        asked, vector = content_stems(question), self._embedder.embed_question(question)
        lexical, coverage = _bm25(asked, [content_stems(s.text) for s in sentences])
        cosine = self._embed([s.text for s in sentences]) @ vector
        places = {
            "words": _places(lexical),
            "framed words": _places(_bm25(asked, [content_stems(text) for text in framed])[0]),
            "meaning": _places(cosine),
            "framed meaning": _places(self._embed(framed) @ vector),
            "passages": K / (K + self._passage_ranks(sentences, hits)),
        }
        score = sum(weight * places[name] for name, weight in WEIGHTS.items())
        score = score + NEIGHBOUR * _better_neighbour(sentences, places["words"] + places["meaning"])
        score += TIMELY * np.array([nearness(scope, [s.text], s.source.published) for s in sentences])
        words_of = bool(asked_speaker(question))
        score += OF_KIND * np.array(
            [answers_its_kind(question, s.text) and (not words_of or voices(s.text)) for s in sentences]
        )
        score /= MOST
        order = sorted(range(len(sentences)), key=lambda i: (-score[i], i))
        return tuple(
            Evidence(
                number=0,
                sentence=sentences[i],
                score=float(score[i]),
                cosine=float(cosine[i]),
                coverage=float(coverage[i]),
            )
            for i in order
        )

    def sentences(self, hits: Sequence[Hit]) -> list[Sentence]:
        """The sentences of the passages, each once, in reading order within the order of the hits."""
        seen: set[tuple[str, int]] = set()
        found: list[Sentence] = []
        for hit in hits:
            for sentence in self._corpus.sentences(hit.passage.article_id, hit.passage.start, hit.passage.end):
                if (key := (sentence.article_id, sentence.start)) not in seen:
                    seen.add(key)
                    found.append(sentence)
        return found

    @staticmethod
    def _passage_ranks(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> np.ndarray:
        """The rank, from 0, of the first passage each sentence stands in."""
        return np.array(
            [
                next(
                    rank
                    for rank, hit in enumerate(hits)
                    if hit.passage.article_id == s.article_id and hit.passage.start <= s.start < hit.passage.end
                )
                for s in sentences
            ]
        )

    def _embed(self, texts: Sequence[str]) -> np.ndarray:
        missing = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        if len(self._vectors) + len(missing) > self._memory:
            self._vectors.clear()
            missing = list(dict.fromkeys(texts))
        if missing:
            self._vectors.update(zip(missing, self._embedder.embed_passages(missing), strict=True))
        return np.stack([self._vectors[text] for text in texts])


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


def _places(scores: np.ndarray) -> np.ndarray:
    """Reciprocal ranks: 1 for the highest score, K / (K + r) for the one with r before it."""
    ranks = np.argsort(np.argsort(-scores, kind="stable"), kind="stable")
    places: np.ndarray = K / (K + ranks)
    return places


def _better_neighbour(sentences: Sequence[Sentence], places: np.ndarray) -> np.ndarray:
    """For each sentence the higher place of the two beside it in its article; 0 without any."""
    at = {(s.article_id, s.ordinal): place for s, place in zip(sentences, places, strict=True)}
    return np.array([max(at.get((s.article_id, s.ordinal + step), 0.0) for step in (-1, 1)) for s in sentences])


def _bm25(question: Sequence[str], documents: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray]:
    """Okapi BM25 of each document, and the share of the question's idf mass it carries."""
    n = len(documents)
    mean = sum(map(len, documents)) / n or 1.0
    frequency = Counter(word for document in documents for word in set(document))
    idf = {w: math.log(1 + (n - frequency[w] + 0.5) / (frequency[w] + 0.5)) for w in set(question)}
    mass = sum(idf.values()) or 1.0
    scores, coverage = np.zeros(n), np.zeros(n)
    for i, document in enumerate(documents):
        counts = Counter(document)
        norm = SATURATION * (1 - LENGTH + LENGTH * len(document) / mean)
        scores[i] = sum(idf[w] * counts[w] * (SATURATION + 1) / (counts[w] + norm) for w in idf if w in counts)
        coverage[i] = sum(idf[w] for w in idf if w in counts) / mass
    return scores, coverage
