"""Figures over time: every dated figure the articles give for a phrase such as "prisoners exchanged", as rows, JSON and CSV.

It lists what was reported, promised, repeated and rivalling figures among it; it adds nothing up and decides nothing, which is the
business of an answer.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from assistant import findings
from assistant.count import CountQuestion, read_count
from assistant.fitting import compatible
from assistant.timescope import TimeScope, read_scope
from assistant.verify import missing_names
from assistant.words import content_stems
from index.errors import QuestionError
from index.figures import Figure, actions_in
from index.numbers import plain
from index.records import Filter, Source

if TYPE_CHECKING:
    from assistant.answer import Assistant

PASSAGES = 200  # searched for a phrase: enough for every article of a folder on one event
COLUMNS = (
    "day", "day_named", "value", "upper", "qualifier", "vague", "per_side", "counted", "kinds", "action", "state", "scope", "period",
    "place", "claimant", "confidence", "outlet", "published", "title", "location", "quote", "article", "start", "end", "copies",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """One figure of a timeline. `copies`: other sources with the same sentence or nearly the same text, which count once."""

    figure: Figure
    copies: tuple[Source, ...]


def timeline(
    assistant: Assistant,
    phrase: str,
    *,
    as_of: date | None = None,
    since: date | None = None,
    until: date | None = None,
    outlets: Sequence[str] = (),
) -> tuple[Dated, ...]:
    """The figures for a phrase or a figure question, oldest day first, those without a day last; never empty.

    `since` and `until` bound the day of the figures, which leaves out those without one; `as_of` bounds the day of publication.
    Raises QuestionError (nothing found, no question), CorpusError.
    """
    text = " ".join(phrase.replace("\x00", " ").split())
    if not text:
        raise QuestionError("the phrase is empty: name what is counted, as in 'prisoners exchanged'")
    library = assistant.library()
    chosen = Filter(until=as_of, outlets=tuple(outlets))
    scope = read_scope(text, today=library.newest(chosen))
    if scope.as_of is not None:
        chosen = replace(chosen, until=min(filter(None, (chosen.until, scope.as_of))))
    asked = _asked(text, scope)
    hits = findings.search(text, scope, chosen, PASSAGES, library)
    found: dict[tuple[str, int], list[Figure]] = {}
    for article_id in dict.fromkeys(hit.passage.article_id for hit in hits):
        article = library.article(article_id)
        if missing_names(text, f"{article.source.title} {article.source.outlet or ''} {article.text}"):
            continue
        for figure in library.figures(article_id):
            if _within(figure, since, until) and compatible(
                replace(figure, vague=False), asked, title=article.source.title
            ):
                found.setdefault((figure.sentence.text, figure.start - figure.sentence.start), []).append(figure)
    if not found:
        raise QuestionError(
            f"no figure for {text!r} in these articles: name what is counted and what happened, as in 'people displaced', "
            "or ask with `assistant ask`"
        )
    copies: dict[str, list[Source]] = {}
    for hit in hits:
        copies.setdefault(hit.passage.article_id, []).extend(hit.copies)
    rows = []
    for first, *others in map(_oldest, found.values()):
        also = (*(f.sentence.source for f in others), *copies[first.sentence.article_id])
        rows.append(Dated(figure=first, copies=tuple(dict.fromkeys(s for s in also if s != first.sentence.source))))
    return tuple(sorted(rows, key=lambda row: (row.figure.when or date.max, row.figure.scope, row.figure.value)))


def _within(figure: Figure, since: date | None, until: date | None) -> bool:
    if figure.when is None:
        return since is None and until is None
    return (since or date.min) <= figure.when <= (until or date.max)


def _asked(text: str, scope: TimeScope) -> CountQuestion:
    """What is counted; promised figures are told apart in the rows, so they are wanted, too."""
    asked = read_count(text, scope) or read_count(f"How many {text}?", scope)
    if asked is None or not (asked.words or asked.kinds or asked.money):
        raise QuestionError(f"{text!r} names nothing that is counted: write it as in 'prisoners exchanged'")
    told = {
        stem for word in text.split() if actions_in(word) for stem in content_stems(word)
    }  # "exchanged" is not counted
    return replace(asked, words=(asked.words - told) or asked.words, promised=True, several=False)


def _oldest(same: list[Figure]) -> list[Figure]:
    return sorted(same, key=lambda f: (f.sentence.source.published or date.max, f.sentence.source.outlet or ""))


def amount(figure: Figure) -> str:
    """at least 390; 20 to 30; dozens, which have no exact value, as "at least 24 (vague)"."""
    if figure.upper is not None:
        lead = "" if figure.qualifier in {"", "between"} else f"{figure.qualifier} "
        return f"{lead}{plain(figure.value)} to {plain(figure.upper)}"
    if figure.vague:
        return f"{plain(figure.value)} or more, vague"
    return f"{figure.qualifier} {plain(figure.value)}".strip()


def as_object(row: Dated) -> dict[str, object]:
    """A row as plain values under COLUMNS; dates are ISO 8601 or None, `location` is the web address, else the file."""
    figure, source = row.figure, row.figure.sentence.source
    return {
        "day": figure.when and figure.when.isoformat(),
        "day_named": figure.dated,
        "value": figure.value,
        "upper": figure.upper,
        "qualifier": figure.qualifier,
        "vague": figure.vague,
        "per_side": figure.per_side,
        "counted": figure.counted,
        "kinds": sorted(figure.kinds),
        "action": figure.action,
        "state": figure.state,
        "scope": figure.scope,
        "period": figure.period,
        "place": figure.place,
        "claimant": figure.claimant,
        "confidence": figure.confidence,
        "outlet": source.outlet,
        "published": source.published and source.published.isoformat(),
        "title": source.title,
        "location": source.url or source.path,
        "quote": figure.sentence.text,
        "article": figure.sentence.article_id,
        "start": figure.start,
        "end": figure.end,
        "copies": [copy.outlet or copy.title for copy in row.copies],
    }


def as_csv(rows: Sequence[Dated]) -> str:
    """The rows as CSV with a head of COLUMNS; lists are joined by "; ", and no cell is a formula to a spreadsheet."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in rows:
        table.writerow(_cell(value) for value in as_object(row).values())
    return written.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, float) and value == int(value):
        return int(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
