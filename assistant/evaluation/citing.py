"""How well the citations of an answer carry it: markers, verbatim quotes, digits, the right articles. Only counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from assistant.evaluation.cases import EvalCase
from assistant.evaluation.scores import MARKER, Score, names_article
from assistant.records import STATING, Answer, Citation
from assistant.verify import added_up
from index.days import find_days
from index.numbers import find_numbers

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
_MARKED = re.compile(r"\[(\d+)\]")
# The end of a sentence with its closing quotes and markers; what follows must look like a beginning.
_END = re.compile(r"(?P<stop>[.!?…])[\"”’»)]*(?:\s*\[\d+\])*(?=\s+[\"“‘«(]*[^\W_a-z]|\s*$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Maj|Sgt|Capt|Sen|Rep|Gov|Prof|St|No|vs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
    r"|\b[A-Z](?:\.[A-Z])*)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citing:
    """Counts over one answer. The five kinds of numbers written in digits add up to `numbers`."""

    sentences: int
    marked: int  # sentences with a marker that leads to a citation
    quotes: int  # citations and nearest passages
    verbatim: int  # of them equal to their article's characters
    numbers: int
    in_quotes: int  # stand in a quote cited by the same sentence
    publication_date: int  # belong to the cited article's day of publication
    resolved_day: int  # belong to a day the cited quote names, resolved by the day of publication ("on Saturday")
    added_up: int  # result of a sum written out with it, whose every term stands in a quote cited
    elsewhere: tuple[str, ...]  # the rest, as written
    right_article: bool | None  # cites one of the case's articles; None: nothing stated, or none is named


def measure(case: EvalCase, answer: Answer, text_of: Callable[[str], str | None]) -> Citing:
    """Count. `text_of` gives an article's text by its id, None for an article that is not there."""
    shown = (*answer.citations, *answer.nearest)
    stated = answer.status in STATING
    sentences = split_sentences(answer.text) if stated else ()
    cited = {citation.number: citation for citation in answer.citations}
    marked, kinds, elsewhere = (
        0,
        dict.fromkeys(("in_quotes", "publication_date", "resolved_day", "added_up"), 0),
        list[str](),
    )
    for sentence in sentences:
        carrying = tuple(cited[n] for n in map(int, _MARKED.findall(sentence)) if n in cited)
        marked += bool(carrying)
        for written, kind in number_sources(MARKER.sub("", sentence), carrying):
            if kind is None:
                elsewhere.append(written)
            else:
                kinds[kind] += 1
    articles = None
    if stated and case.articles:
        places = [place for c in answer.citations for place in (c.article_id, c.source.url, c.source.path)]
        articles = any(names_article(places, wanted) for wanted in case.articles)
    return Citing(
        sentences=len(sentences), marked=marked,
        quotes=len(shown), verbatim=sum(_verbatim(citation, text_of) for citation in shown),
        numbers=sum(kinds.values()) + len(elsewhere), **kinds, elsewhere=tuple(elsewhere),
        right_article=articles,
    )  # fmt: skip


def cited_numbers(sentence: str) -> tuple[int, ...]:
    """The numbers of a sentence's markers, each once, in order."""
    return tuple(dict.fromkeys(int(number) for number in _MARKED.findall(sentence)))


def scores_of(citing: Citing, stated: bool) -> tuple[Score, ...]:
    """The shares that apply: of a refusal only `verbatim`."""
    scores = []
    if citing.quotes:
        why = f"{citing.verbatim} of {citing.quotes} quotes"
        scores.append(Score(name="verbatim", value=citing.verbatim / citing.quotes, why=why))
    if stated:
        where = f"without source: {', '.join(citing.elsewhere)}" if citing.elsewhere else "all have a source"
        scores.append(Score(name="unsupported_numbers", value=float(bool(citing.elsewhere)), why=where))
    if citing.right_article is not None:
        scores.append(Score(name="right_article", value=float(citing.right_article), why="cites a gold article"))
    return tuple(scores)


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of an answer, each with its markers. No stop within a quotation or after an abbreviation counts."""
    found, start = [], 0
    for match in _END.finditer(text):
        before = text[start : match.start()]
        inside = text[start : match.end()]
        quoted = inside.count("“") > inside.count("”") or inside.count('"') % 2 == 1
        if quoted or (
            match["stop"] == "."
            and match[0] == "."
            and _ABBREVIATION.search(before)
            and match.end() < len(text.rstrip())
        ):
            continue
        found.append(inside.strip())
        start = match.end()
    rest = text[start:].strip()
    return (*found, rest) if rest else tuple(found)


def number_sources(sentence: str, carrying: tuple[Citation, ...]) -> tuple[tuple[str, str | None], ...]:
    """Every number written in digits, and what in `carrying` it comes from (see Citing); None: nothing."""
    stand = {_digits(n) for c in carrying for n in _NUMBER.findall(c.quote)}
    stand |= {
        f"{n.value:g}" if n.value < 1e6 else f"{n.value:.0f}"
        for c in carrying
        for n in find_numbers(c.quote)
        if not n.vague
    }
    return tuple((m[0], _source_of(sentence, m, stand, carrying)) for m in _NUMBER.finditer(sentence))


def _source_of(sentence: str, number: re.Match[str], stand: set[str], carrying: tuple[Citation, ...]) -> str | None:
    value = next((n.value for n in find_numbers(sentence) if n.start == number.start()), None)
    if _digits(number[0]) in stand or (
        value is not None and (f"{value:g}" if value < 1e6 else f"{value:.0f}") in stand
    ):
        return "in_quotes"
    if value in added_up(sentence, {n.value for c in carrying for n in find_numbers(c.quote)}):
        return "added_up"
    for kind in ("publication_date", "resolved_day"):
        for citation in carrying:
            published = citation.source.published
            for named in find_days(sentence, published):
                if not (named.start <= number.start() and number.end() <= named.end and named.first and named.last):
                    continue
                if kind == "publication_date" and published and _same(named.first, named.last, published, published):
                    return kind
                if kind == "resolved_day" and any(
                    found.first and found.last and _same(named.first, named.last, found.first, found.last)
                    for found in find_days(citation.quote, published)
                ):
                    return kind
    return None


def _same(first: date, last: date, other_first: date, other_last: date) -> bool:
    """Whether the second span is the first one or lies within it: 24 May 2025 is in May 2025."""
    return first <= other_first and other_last <= last


def _digits(number: str) -> str:
    """5,757 and 5757 are one number; 12.5 keeps its point."""
    return re.sub(r"[,\u00a0\u202f](?=\d{3}(?!\d))", "", number)


def _verbatim(citation: Citation, text_of: Callable[[str], str | None]) -> bool:
    text = text_of(citation.article_id)
    return bool(citation.quote) and text is not None and text[citation.start : citation.end] == citation.quote
