"""A question -> the passages to read, best first: every decision about ranking is made here.

Candidates come from two rankings, by meaning (cosine of vectors) and by words (BM25), over the whole index and over the
outlets and days the question names. They are scored by a weighted sum of what is known of each (`_score`), and the parts
of a long question take turns. Then passages that carry nearly the same text become one hit that names the others.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.copies import gather_copies
from index.corpus import ALL, Corpus, fold
from index.embed import Embedder
from index.lexical import content_stems
from index.query import NEWS_DELAY, OutletNames, Query, read_query
from index.records import Filter, Hit, Passage, Why
from index.settings import IndexSettings
from index.store import VectorStore

MEMORY = 4_000  # passages whose sentences' stems are kept, about 8 kB each

Stems = tuple[frozenset[str], ...]  # of a passage, one set a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate's score, and the part of the question it fits best; None for a question without parts."""

    score: float
    part: int | None


class Retriever:
    """Searches one corpus. Threads may share it."""

    def __init__(self, corpus: Corpus, store: VectorStore, embedder: Embedder, settings: IndexSettings) -> None:
        self._corpus = corpus
        self._store = store
        self._embedder = embedder
        self._settings = settings
        self._outlets: tuple[int, OutletNames] = (-1, OutletNames(()))  # corpus generation, names
        self._stems: OrderedDict[str, Stems] = OrderedDict()
        self._one_at_a_time = threading.Lock()  # on _stems

    def search(self, question: str, *, limit: int = 10, filter: Filter = ALL) -> tuple[Hit, ...]:
        """At most `limit` hits, best first, ties by cosine, then by passage id; none for a blank question.

        `score` is the weighted sum `_score` describes, comparable within one search only. Raises CorpusError.
        """
        if limit < 1 or not question.strip():
            return ()
        query = read_query(question, self.outlet_names(), self._corpus.newest(filter))
        vectors = [self._embedder.embed_question(text) for text in (query.text, *(part.text for part in query.parts))]
        pool = max(self._settings.pool, limit)
        lexical: dict[str, float] = {}
        why: dict[str, set[Why]] = {}
        for scope in self._scopes(query, filter):
            for name, _ in self._store.nearest(vectors[0], pool, scope):
                why.setdefault(name, set()).add("dense")
            for name, weight in self._corpus.lexical(query.text, pool, scope):
                lexical[name] = weight
                why.setdefault(name, set()).add("lexical")
        passages = self._corpus.passages(why)
        cosines = self._corpus.all_cosines(vectors, passages)
        # An article may have been replaced between two of these queries: what is not there any more is left out.
        there = {name: passages[name] for name in cosines.keys() & passages.keys()}
        scored = self._score(query, there, cosines, lexical)
        ranked = sorted(there, key=lambda name: (-scored[name].score, -cosines[name][0], name))[:pool]
        scores = take_turns({name: scored[name] for name in ranked}, self._settings.turn_weight)
        stories = gather_copies((passages[name] for name in scores), self._settings.copy_overlap, limit)
        hits = []
        for rank, story in enumerate(stories, start=1):
            names = [passage.id for passage in story.passages]
            shown = story.shown()
            ways: tuple[Why, ...] = ("dense", "lexical")
            hits.append(
                Hit(
                    passage=shown,
                    score=scores[names[0]],
                    rank=rank,
                    why=tuple(way for way in ways if any(way in why[name] for name in names)),
                    cosine=cosines[shown.id][0],
                    copies=story.copies(shown),
                )
            )
        return tuple(hits)

    def outlet_names(self) -> OutletNames:
        """The names by which the outlets of this index may be called, as they are now."""
        generation = self._corpus.generation()
        if self._outlets[0] != generation:
            self._outlets = (generation, OutletNames(self._corpus.outlets()))
        return self._outlets[1]

    @staticmethod
    def _scopes(query: Query, filter: Filter) -> tuple[Filter, ...]:
        """Where candidates are looked for: everywhere the filter allows, then in the outlets the question names, and of
        the days it names, there or everywhere if it names no outlet."""
        allowed = {fold(outlet) for outlet in filter.outlets}
        named = tuple(outlet for outlet in query.outlets if not allowed or fold(outlet) in allowed)
        hinted = replace(filter, outlets=named or filter.outlets)
        scopes = [filter, *([hinted] if named else ())]
        for first, last in query.days:
            since, until = max(filter.since or first, first), min(filter.until or date.max, last + NEWS_DELAY)
            if since <= until:
                scopes.append(replace(hinted, since=since, until=until))
        return tuple(scopes)

    def _score(
        self,
        query: Query,
        passages: Mapping[str, Passage],
        cosines: Mapping[str, Sequence[float]],
        lexical: Mapping[str, float],
    ) -> dict[str, Scored]:
        """A weighted sum, after Bruch, Gai & Ingber 2023, who find it better than reciprocal rank fusion: the cosine;
        BM25 over its best in this search; the best sentence's coverage of the question (0..1); cosine and coverage of the
        question's part that fits best (the whole, if it has no parts); and what the question hints at, outlet and day.
        """
        settings = self._settings
        most = max(lexical.values(), default=1.0)
        hinted = {fold(outlet) for outlet in query.outlets}
        stems = self._stems_of(passages)
        weight = rarity(stems.values())
        whole = frozenset(content_stems(query.text))
        parts = [(frozenset(content_stems(p.text)), {fold(o) for o in p.outlets}) for p in query.parts] or [
            (whole, set())
        ]
        scored = {}
        for name, passage in passages.items():
            near, *near_parts = cosines[name]
            outlet = fold(passage.source.outlet or "")
            fits = [
                settings.part_weight * cosine
                + settings.coverage_weight * coverage(words, stems[name], weight)
                + settings.part_outlet_weight * (0 if not named else 1 if outlet in named else -1)
                for cosine, (words, named) in zip(near_parts or [near], parts, strict=True)
            ]
            score = (
                near
                + settings.lexical_weight * lexical.get(name, 0.0) / most
                + settings.coverage_weight * coverage(whole, stems[name], weight)
                + settings.outlet_weight * (outlet in hinted)
                + settings.day_weight * query.hints_at(passage.source.published)
                + max(fits)
            )
            scored[name] = Scored(score=score, part=fits.index(max(fits)) if near_parts else None)
        return scored

    def _stems_of(self, passage_ids: Collection[str]) -> dict[str, Stems]:
        """The stems of each passage's sentences, read once."""
        with self._one_at_a_time:
            known = {name: self._stems[name] for name in passage_ids if name in self._stems}
        missing = [name for name in passage_ids if name not in known]
        sentences = self._corpus.sentences_of(missing) if missing else {}
        fresh = {name: tuple(frozenset(content_stems(s)) for s in sentences.get(name, ())) for name in missing}
        with self._one_at_a_time:
            self._stems.update(fresh)
            while len(self._stems) > MEMORY:
                self._stems.popitem(last=False)
        return known | fresh


def rarity(passages: Collection[Stems]) -> dict[str, float]:
    """Stem -> how much it tells passages apart: ln(1 + (n - f + 0.5) / (f + 0.5)), f of the n passages having it.

    BM25's inverse document frequency, over the candidates only: a word that all of them have decides nothing between
    them. A stem none has has the weight under "".
    """
    n = len(passages)
    frequency = Counter(stem for sentences in passages for stem in frozenset[str]().union(*sentences))
    weight = {stem: math.log(1 + (n - f + 0.5) / (f + 0.5)) for stem, f in frequency.items()}
    return weight | {"": math.log(1 + (n + 0.5) / 0.5)}


def coverage(words: frozenset[str], sentences: Stems, weight: Mapping[str, float]) -> float:
    """The largest share of `words` that any one sentence has, each by its weight; 0..1, 0 for no words."""
    whole = sum(weight.get(word, weight[""]) for word in words)
    if not whole:
        return 0.0
    return max((sum(weight[word] for word in words & sentence) for sentence in sentences), default=0.0) / whole


def take_turns(scored: Mapping[str, Scored], penalty: float) -> dict[str, float]:
    """Names with what is left of their scores, best first: each costs those of the same part `penalty`.

    `scored` is in order, and equal scores stay so. Without parts nothing changes.
    """
    waiting = dict(scored)
    served: Counter[int | None] = Counter()
    order: dict[str, float] = {}
    while waiting:
        best = max(waiting, key=lambda name: waiting[name].score - penalty * served[waiting[name].part])
        taken = waiting.pop(best)
        order[best] = taken.score - penalty * served[taken.part]
        served[taken.part] += taken.part is not None
    return order
