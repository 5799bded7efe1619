"""From retrieved passages to a few numbered sentences: fewer tokens, a faster first word, finer citations."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.words import content_stems
from index.corpus import Corpus
from index.days import spell
from index.embed import Embedder
from index.records import Hit, Sentence

FUSION_K = 10  # 95.5 % of gold sentences stay in the top 8 with k = 10 and the neighbour's share below
NEIGHBOUR = 0.3  # share of the better neighbour's score: the sentence after "X said:" belongs to it
SATURATION, LENGTH = 1.2, 0.75  # k1 and b of Okapi BM25 (Robertson & Zaragoza 2009)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sentence offered to the model. `number` from 1; `coverage`: weighted share of the question's words it carries, 0..1."""

    number: int
    sentence: Sentence
    score: float
    cosine: float
    coverage: float


class SentenceRanker:
    """Ranks the sentences of retrieved passages; remembers the vectors of sentences seen before."""

    def __init__(self, corpus: Corpus, embedder: Embedder, *, memory: int = 5_000) -> None:
        self._corpus, self._embedder, self._memory = corpus, embedder, memory
        self._vectors: dict[tuple[str, int, str], np.ndarray] = {}

    def rank(self, question: str, hits: Sequence[Hit]) -> tuple[Evidence, ...]:
        """All sentences of the passages, best first: reciprocal rank fusion of BM25 and cosine, plus a share of the better neighbour.

        Numbers are given by `number_evidence`.
        """
        sentences = self.sentences(hits)
        if not sentences:
            return ()
        lexical, coverage = _bm25(content_stems(question), [content_stems(s.text) for s in sentences])
        cosine = self._embed(sentences) @ self._embedder.embed_question(question)
        fused = 1 / (FUSION_K + _ranks(lexical)) + 1 / (FUSION_K + _ranks(cosine))
        score = fused.copy()
        for i, sentence in enumerate(sentences):
            beside = [
                fused[j]
                for j in (i - 1, i + 1)
                if 0 <= j < len(sentences)
                and sentences[j].article_id == sentence.article_id
                and abs(sentences[j].ordinal - sentence.ordinal) == 1
            ]
            score[i] += NEIGHBOUR * max(beside, default=0.0)
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

    def _embed(self, sentences: Sequence[Sentence]) -> np.ndarray:
        keys = [(s.article_id, s.start, s.text) for s in sentences]
        missing = [i for i, key in enumerate(keys) if key not in self._vectors]
        if len(self._vectors) + len(missing) > self._memory:
            self._vectors.clear()
            missing = list(range(len(keys)))
        if missing:
            vectors = self._embedder.embed_passages([sentences[i].text for i in missing])
            self._vectors.update({keys[i]: vector for i, vector in zip(missing, vectors, strict=True)})
        return np.stack([self._vectors[key] for key in keys])


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


def _ranks(scores: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(-scores, kind="stable"), kind="stable")


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
