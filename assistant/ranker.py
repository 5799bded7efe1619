"""Which sentence of the passages found is likeliest to answer: what words, meaning, place and time say of each, weighed as was learnt.

A sentence seldom says what it is about: "The Emirates mediated" stands under the title and the day that do. So each is compared with the
question alone, framed by its article's title and day, and with the sentence before it. What each of these marks counts for depends on
what is asked (TRAITS): a digit speaks for a sentence when a number is wanted. The weights in
ranker.json were learnt from question sets over invented news by `python -m benchmarks.sentence_ranking --write`; docs/judge.md says
what they bring on corpora never learnt from.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from assistant.count import read_count
from assistant.evidence import Evidence, heading
from assistant.question_kinds import answers_its_kind, asked_speaker, asks_when, voices
from assistant.timescope import ANY_TIME, TimeScope, nearness
from assistant.words import content_stems
from index.corpus import Corpus
from index.embed import Embedder
from index.numbers import find_numbers, plain
from index.records import Hit, Sentence

LEARNT = "ranker.json"
K = 10  # of reciprocal ranks: the first counts 1, the eleventh half as much
SATURATION, LENGTH = 1.2, 0.75  # k1 and b of Okapi BM25 (Robertson & Zaragoza 2009)
MARKS = (
    "passage", "article", "digits", "timely", "of kind", "newest",
    "words", "words framed", "words in context", "meaning", "meaning framed", "neighbour",
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_WORDS_ASKED = ("who", "when", "where", "why", "how many", "how much", "what", "which", "say", "said")
TRAITS = (*_WORDS_ASKED, "figure", "time", "state of things", "length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The sentences of some passages: `marks` of shape (sentences, MARKS); `cosine` and `coverage` as in Evidence, one a sentence."""

    sentences: Sequence[Sentence]
    marks: np.ndarray
    cosine: np.ndarray
    coverage: np.ndarray


class SentenceRanker:
    """Ranks the sentences of retrieved passages; remembers the vectors of sentences seen before."""

    def __init__(self, corpus: Corpus, embedder: Embedder, *, memory: int = 10_000) -> None:
        self._corpus, self._embedder, self._memory = corpus, embedder, memory
        self._vectors: dict[str, np.ndarray] = {}

    def rank(self, question: str, hits: Sequence[Hit], scope: TimeScope = ANY_TIME) -> tuple[Evidence, ...]:
        """All sentences of the passages, the likeliest first. Numbers are given by `number_evidence`."""
        marked = self.mark(question, hits, scope)
        if marked is None:
            return ()
        score = scores(traits(question, scope), marked.marks, learnt())
        order = sorted(range(len(score)), key=lambda i: (-score[i], i))
        return tuple(
            Evidence(
                number=0,
                sentence=marked.sentences[i],
                score=(float(score[i]) + place(rank)) / 2,
                cosine=float(marked.cosine[i]),
                coverage=float(marked.coverage[i]),
            )
            for rank, i in enumerate(order)
        )

    def mark(self, question: str, hits: Sequence[Hit], scope: TimeScope = ANY_TIME) -> Marked | None:
        """What speaks for each sentence of the passages, in reading order within the order of the hits; None without any."""
        sentences = self.sentences(hits)
        if not sentences:
            return None
        framed = [f"{heading(s.source)}{s.text}" for s in sentences]
        asked, vector = _terms(question), self._embedder.embed_question(question)
        cosine = self._embed([s.text for s in sentences]) @ vector
        stems, stems_framed = [_terms(s.text) for s in sentences], [_terms(text) for text in framed]
        own = {(s.article_id, s.ordinal): words for s, words in zip(sentences, stems, strict=True)}
        before = [own.get((s.article_id, s.ordinal - 1), ()) for s in sentences]
        in_context = [[*b, *f] for b, f in zip(before, stems_framed, strict=True)]
        words, coverage = _bm25(asked, stems)
        articles = list(dict.fromkeys(hit.passage.article_id for hit in hits))
        words_of = bool(asked_speaker(question))
        columns = {
            "passage": K / (K + self._passage_ranks(sentences, hits)),
            "article": [1 / (1 + articles.index(s.article_id)) for s in sentences],
            "digits": [any(c.isdigit() for c in s.text) for s in sentences],
            "timely": [nearness(scope, [s.text], s.source.published) for s in sentences],
            "of kind": [answers_its_kind(question, s.text) and (not words_of or voices(s.text)) for s in sentences],
            "newest": _newest(sentences) * _of_state(scope),
            "words": _standard(words),
            "words framed": _standard(_bm25(asked, stems_framed)[0]),
            "words in context": _standard(_bm25(asked, in_context)[0]),
            "meaning": _standard(cosine),
            "meaning framed": _standard(self._embed(framed) @ vector),
            "neighbour": _better_neighbour(sentences, _standard(words) + _standard(cosine)),
        }  # fmt: skip
        marks = np.stack([np.asarray(columns[name], np.float64) for name in MARKS], axis=1)
        return Marked(sentences=sentences, marks=marks, cosine=cosine, coverage=coverage)

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


def place(rank: int) -> float:
    """What a rank, from 0, says of a sentence whatever the marks: among few sentences, these are far from those among many. About the
    score that a sentence of this rank has in the median of the questions learnt from."""
    return max(0.2, 0.84 - 0.12 * math.log(1 + rank))


def traits(question: str, scope: TimeScope) -> np.ndarray:
    """What a question asks for, of shape (TRAITS,), each 0..1 but for the length, in tens of content words."""
    spoken = f" {' '.join(_WORD.findall(question.lower()))} "
    return np.array(
        [
            *(f" {word} " in spoken for word in _WORDS_ASKED),
            read_count(question, scope) is not None,
            asks_when(question),
            _of_state(scope),
            len(content_stems(question)) / 10,
        ],
        np.float64,
    )


def scores(asked: np.ndarray, marks: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How much speaks for each sentence, 0..1; `asked` as `traits` gives it, `weights` of shape (1 + TRAITS, MARKS + 1), the last
    column for what every sentence has."""
    weighed = np.append(1.0, asked) @ weights
    found: np.ndarray = 1 / (1 + np.exp(-np.clip(marks @ weighed[:-1] + weighed[-1], -30, 30)))
    return found


@cache
def learnt() -> np.ndarray:
    """The weights that are shipped."""
    kept = json.loads(files(__package__).joinpath(LEARNT).read_text(encoding="utf-8"))
    rows = [kept[name] for name in ("always", *TRAITS)]
    return np.array([[row[name] for name in (*MARKS, "bias")] for row in rows], np.float64)


def _terms(text: str) -> list[str]:
    """The stems of a text's content words, its numbers by value: "150-for-150" and "one hundred and fifty" share one."""
    parts, end = [], 0
    for number in find_numbers(text):
        if number.start >= end:
            parts += [text[end : number.start], plain(number.value).replace(",", "")]
            end = number.end
    return content_stems(" ".join([*parts, text[end:]]))


def _of_state(scope: TimeScope) -> bool:
    return scope.kind in {"so_far", "latest"}


def _newest(sentences: Sequence[Sentence]) -> np.ndarray:
    """1 for sentences of the newest article found, 0 for the oldest, .5 for those without a day."""
    days = sorted({s.source.published for s in sentences if s.source.published})
    place = {day: i / (len(days) - 1) for i, day in enumerate(days)} if len(days) > 1 else {}
    return np.array([place.get(s.source.published, 0.5) if s.source.published else 0.5 for s in sentences])


def _standard(values: np.ndarray) -> np.ndarray:
    """With mean 0 and spread 1 among the sentences found."""
    standard: np.ndarray = (values - values.mean()) / (values.std() + 1e-6)
    return standard


def _better_neighbour(sentences: Sequence[Sentence], values: np.ndarray) -> np.ndarray:
    """For each sentence the higher value of the two beside it in its article; 0 without any."""
    at = {(s.article_id, s.ordinal): value for s, value in zip(sentences, values, strict=True)}
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
