"""From a finding to the Answer people get: text with markers, citations, the nearest sentences of a refusal, as-of day, seconds."""

from __future__ import annotations

from datetime import date

from assistant.citations import cite
from assistant.clock import Clock
from assistant.compose import number_up
from assistant.findings import REFUSALS, Finding
from assistant.library import Library
from assistant.records import STATING, Answer, Question
from assistant.settings import Settings, settings_id
from index.figures import Figure
from index.records import Filter, Hit, Sentence

NEAREST = 3  # passages shown with a refusal


def dress(
    asked: Question,
    standalone: str,
    finding: Finding,
    figures: tuple[Figure, ...],
    hits: tuple[Hit, ...],
    seen: Filter,
    library: Library,
    clock: Clock,
    model: str,
    settings: Settings,
) -> Answer:
    """The answer to `asked`, as people get it: the finding with its citations, or a refusal with the nearest sentences."""
    text, citations = number_up(finding.stated, library.article)
    refused = finding.status not in STATING
    ranked = library.ranker.rank(standalone, hits) if refused else ()
    apart: dict[str, Sentence] = {}  # each wording once
    for e in ranked:
        apart.setdefault(e.sentence.text, e.sentence)
    nearest = tuple(
        cite(n, library.article(s.article_id), [s]) for n, s in enumerate([*apart.values()][:NEAREST], start=1)
    )
    dated = [h.passage.source for h in hits if h.passage.source.published]
    topic = max(dated, key=lambda s: s.published or date.min, default=None)
    clock.lap("finishing")
    return Answer(
        question=asked.text,
        text=text or REFUSALS[finding.status],
        status=finding.status,
        reason=finding.reason,
        citations=citations,
        nearest=nearest,
        figures=figures,
        hits=hits,
        removed=finding.removed,
        raw_text=finding.raw,
        standalone=standalone,
        as_of=earliest(asked.as_of, topic.published if topic else None),
        newest_on_topic=topic,
        newest_article=library.newest(asked.filter),
        model=model,
        settings_id=settings_id(settings),
        seconds=clock.seconds(),
    )


def earliest(*days: date | None) -> date | None:
    """The first of the days that are known; None for none."""
    return min((d for d in days if d is not None), default=None)
