"""A question -> the passages to read, best first: every decision about ranking is made here.

Two rankings, by meaning (cosine of vectors) and by words (BM25), are fused by rank. Then passages that carry nearly the
same text, as wire copies do, become one hit that names the others: five outlets with one agency report are one source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from index.corpus import ALL, Corpus
from index.embed import Embedder
from index.records import Filter, Hit, Passage, Source, Why
from index.settings import IndexSettings
from index.store import VectorStore

RUN = 5  # words that must follow each other in both to count as shared

_WORD = re.compile(r"[^\W_]+(?:[.,:][^\W_]+)*")
_DIGIT = re.compile(r"\d")
# What changes from one report of a running story to the next while the sentence around it stays.
_VARIABLE_WORDS = """
one two three four five six seven eight nine ten eleven twelve dozen dozens hundred hundreds thousand thousands
monday tuesday wednesday thursday friday saturday sunday first second third fourth fifth
january february march april may june july august september october november december
"""
_VARIABLE = frozenset(_VARIABLE_WORDS.split())

Run = tuple[str, ...]


class Retriever:
    """Searches one corpus. Threads may share it."""

    def __init__(self, corpus: Corpus, store: VectorStore, embedder: Embedder, settings: IndexSettings) -> None:
        self._corpus = corpus
        self._store = store
        self._embedder = embedder
        self._settings = settings

    def search(self, question: str, *, limit: int = 10, filter: Filter = ALL) -> tuple[Hit, ...]:
        """At most `limit` hits, best first, ties by cosine, then by passage id; none for a blank question.

        `score` is reciprocal rank fusion: the sum of 1 / (fusion_k + rank) over the rankings a passage is in (Cormack,
        Clarke & Büttcher 2009), so at most 2 / (fusion_k + 1). Raises CorpusError.
        """
        if limit < 1 or not question.strip():
            return ()
        pool = max(self._settings.pool, limit)
        vector = self._embedder.embed_question(question)
        rankings: dict[Why, list[str]] = {
            "dense": [name for name, _ in self._store.nearest(vector, pool, filter)],
            "lexical": [name for name, _ in self._corpus.lexical(question, pool, filter)],
        }
        scores, why = fuse(rankings, self._settings.fusion_k)
        passages = self._corpus.passages(scores)
        cosines = self._corpus.cosines(vector, passages)
        # An article may have been replaced between two of these queries: what is not there any more is left out.
        ranked = sorted(cosines.keys() & passages.keys(), key=lambda name: (-scores[name], -cosines[name], name))
        stories = gather_copies((passages[name] for name in ranked), self._settings.copy_overlap, limit)
        hits = []
        for rank, story in enumerate(stories, start=1):
            names = [passage.id for passage in story.passages]
            shown = story.shown()
            hits.append(
                Hit(
                    passage=shown,
                    score=scores[names[0]],
                    rank=rank,
                    why=tuple(way for way in rankings if any(way in why[name] for name in names)),
                    cosine=cosines[shown.id],
                    copies=story.copies(shown),
                )
            )
        return tuple(hits)


def fuse(rankings: Mapping[Why, list[str]], k: int) -> tuple[dict[str, float], dict[str, set[Why]]]:
    """Reciprocal rank fusion: name -> score, and name -> the rankings it is in."""
    scores: dict[str, float] = {}
    why: dict[str, set[Why]] = {}
    for way, names in rankings.items():
        for rank, name in enumerate(names, start=1):
            scores[name] = scores.get(name, 0.0) + 1 / (k + rank)
            why.setdefault(name, set()).add(way)
    return scores, why


class Wording:
    """A text as copies are compared: its figures, and its runs of five words, with what varies masked."""

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text.lower())
        self.figures = {word for word in words if not word.isalpha() and _DIGIT.search(word)}
        variable = _VARIABLE | self.figures
        varying = [at for at, word in enumerate(words) if word in variable]
        masked = words.copy()
        for at in varying:
            masked[at] = "#"
        self.runs: set[Run] = {*zip(*(masked[at:] for at in range(RUN)), strict=False)} or {tuple(masked)}
        self.varying: dict[Run, set[Run]] = {}  # masked -> as written, of the runs with something masked
        starts = {start for at in varying for start in range(at - RUN + 1, at + 1)}
        last = max(0, len(words) - RUN)
        for start in starts & set(range(last + 1)):
            run = tuple(masked[start : start + RUN])
            self.varying.setdefault(run, set()).add(tuple(words[start : start + RUN]))


class Story:
    """Passages that carry nearly the same text, the best ranked first."""

    def __init__(self, passage: Passage, wording: Wording) -> None:
        self.passages = [passage]
        self._wordings = [wording]
        self._figures = set(wording.figures)

    def takes(self, passage: Passage, wording: Wording, overlap: float) -> bool:
        """Add a passage if it is a copy (see `gather_copies`), and say whether it was."""
        if not (wording.figures <= self._figures or wording.figures >= self._figures):
            return False
        first = self._wordings[0]
        shared = wording.runs & first.runs
        if len(shared) < overlap * min(len(wording.runs), len(first.runs)):
            return False
        if any(wording.varying[run].isdisjoint(first.varying[run]) for run in wording.varying.keys() & shared):
            return False
        self.passages.append(passage)
        self._wordings.append(wording)
        self._figures |= wording.figures
        return True

    def shown(self) -> Passage:
        """The passage with every figure of the story; of several the earliest published, undated ones last."""
        pairs = zip(self.passages, self._wordings, strict=True)
        whole = [passage for passage, wording in pairs if wording.figures == self._figures]
        return min(whole, key=lambda passage: passage.source.published or date.max)

    def copies(self, shown: Passage) -> tuple[Source, ...]:
        """The other sources, each once."""
        others = (passage.source for passage in self.passages if passage.article_id != shown.article_id)
        return tuple(dict.fromkeys(others))


def gather_copies(ranked: Iterable[Passage], overlap: float, limit: int) -> list[Story]:
    """The first `limit` stories of a ranking, each with its copies wherever they rank.

    A passage is a copy of another if they share `overlap` of the 5-word runs of the shorter one (all its words, if it
    has fewer), one has every figure the other has, and no shared run differs in a figure, a weekday or a month: "307
    prisoners on Saturday" and "303 prisoners on Sunday" in the same words are two stages of a story, not copies.
    """
    stories: list[Story] = []
    for passage in ranked:
        wording = Wording(passage.text)
        if not any(story.takes(passage, wording, overlap) for story in stories) and len(stories) < limit:
            stories.append(Story(passage, wording))
    return stories
