"""What of a search is relevant to a case: the gold quotes its passages hold, else the gold articles they are from."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.cases import EvalCase
from assistant.evaluation.retrieval import measure_rankings
from assistant.evaluation.scores import Score, names_article, plain
from index.records import Hit, Source


def relevant_items(case: EvalCase, hit: Hit) -> tuple[str, ...]:
    """The gold items (quotes, else article names) that a hit brings; wire copies count as the article they copy."""
    if case.quotes:
        text = plain(hit.passage.text)
        return tuple(quote for quote in case.quotes if plain(quote) in text)
    places = [hit.passage.article_id, *_places(hit.passage.source)]
    places += [place for copy in hit.copies for place in _places(copy)]
    return tuple(name for name in case.articles if names_article(places, name))


def score_retrieval(case: EvalCase, hits: Sequence[Hit]) -> tuple[Score, ...]:
    """The measures of assistant.evaluation.retrieval for one search; none for a case without gold quotes or articles."""
    gold = case.quotes or case.articles
    if not gold or not case.answerable:
        return ()
    ranked: list[str] = []
    for hit in hits:
        ranked += relevant_items(case, hit) or [hit.passage.id if case.quotes else hit.passage.article_id]
    found = measure_rankings({case.id: gold}, {case.id: ranked})[case.id]
    why = f"{len(set(ranked) & set(gold))} of {len(gold)} gold {'quotes' if case.quotes else 'articles'} found"
    return tuple(Score(name=name, value=value, why=why) for name, value in found.items())


def _places(source: Source) -> list[str | None]:
    return [source.url, source.path]
