"""What speaks against a sentence as an answer although it stands in the articles: it is of another kind, people, speaker, time or
figure than asked for.

Rules read this from words, and are often wrong: they doubt 8 to 29 % of the sentences that answer (docs/judge.md). So where a judge
was taught, their doubts are one of its clues, and only what no judge can see rules a sentence out (`bar`); where there is none, any
objection does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.compose import Supported, figure_of, strangers, whole
from assistant.count import BOTH, undisclosed
from assistant.inquiry import Inquiry
from assistant.library import Library
from assistant.question_kinds import (
    answers_its_kind,
    asked_speaker,
    events_counted,
    other_ordinal,
    place_told,
    says_nothing_new,
    telling_numbers,
)
from assistant.timescope import nearness
from assistant.trial import as_passage
from assistant.words import has_name, name_stems
from index.attribution import claimant
from index.days import find_days
from index.figures import read_figures
from index.numbers import find_numbers, plain
from index.records import Sentence

_HE_SAID = re.compile(
    r"\b(?:he|she|they|it) (?:has |have |had )?(?:said|says|say|added|told|put|puts|speaks|spoke|called)\b",
    re.IGNORECASE,
)


def objection(inquiry: Inquiry, supported: Supported, library: Library) -> str | None:
    """The first thing that speaks against an answer; None: nothing."""
    return bar(inquiry, supported) or doubt(inquiry, supported, library)


def bar(inquiry: Inquiry, supported: Supported) -> str | None:
    """Why a sentence is no answer, whoever vouches for it; None where it may be one."""
    if says_nothing_new(inquiry.question, " ".join([*supported.lead, supported.text])):
        return "the sentence found only repeats the question"
    if supported.sentences[-1].source.published is None and _names_other_day(inquiry.question, supported):
        return "the article has no date, and the sentence found does not name the day asked for"
    if inquiry.count and inquiry.count.asks_done and _only_promised(supported.sentences[-1]):
        return "the sentence found tells what was promised, not what was done"
    return None


def _only_promised(sentence: Sentence) -> bool:
    """Whether all that a sentence counts is promised."""
    states = {figure.state for figure in read_figures([sentence])}
    return states == {"promised"}


def doubt(inquiry: Inquiry, supported: Supported, library: Library) -> str | None:
    """Why a sentence may be no answer: rules hold it for one of another kind, people, speaker, time or figure. None: nothing."""
    return next(_doubts(inquiry, supported, library), None)


def _doubts(inquiry: Inquiry, supported: Supported, library: Library) -> Iterator[str]:
    question = inquiry.question
    cited = supported.sentences[-1]
    article = library.article(cited.article_id)
    if not answers_its_kind(question, supported.text, whole(article)):
        yield "the sentence found is no answer of the kind asked for"
    if other_ordinal(question, as_passage(supported)):
        yield "the sentence found is about another one of several"
    if unknown := strangers(question, supported, article):
        yield f"the article cited does not mention {unknown[0]!r}"
    if (who := asked_speaker(question)) and not _said_by(who, supported, library):
        yield f"the words found are not those of {' '.join(who)}"
    if not (
        _counts_then(inquiry, supported)
        or nearness(inquiry.scope, [s.text for s in supported.sentences], cited.source.published)
    ):
        yield "the sentence found is about another time"
    if inquiry.count is None and (number := _number_missed(question, supported, library)):
        yield f"the sentence found does not speak of the {number}"
    yield from _of_figure(inquiry, supported)


def _counts_then(inquiry: Inquiry, supported: Supported) -> bool:
    """Whether a figure of the sentences is of the time asked for, though they name it only as one to come ("on Wednesday")."""
    first, last = inquiry.scope.first, inquiry.scope.last
    days = [f.when for f in inquiry.figures if f.dated and f.when and f.sentence in supported.sentences]
    return bool(first and last) and any(first <= day <= last for day in days)  # type: ignore[operator]


def _number_missed(question: str, supported: Supported, library: Library) -> str | None:
    """A number that tells which event a question is about ("the 1,000-for-1,000 exchange", "the swap in which 277 came home"), if
    neither the sentences nor the title and what stands before them has any such number of it."""
    named = [n for n in telling_numbers(question) if n.role in {"count", "deal", "money"}]
    cited = supported.sentences[-1]
    place = (cited.source.title, *(s.text for s in library.before(supported.sentences[0], 2)), cited.text)
    told = {n.value for text in place for n in find_numbers(text)}
    return plain(named[0].value) if named and not any(n.value in told for n in named) else None


def _of_figure(inquiry: Inquiry, supported: Supported) -> Iterator[str]:
    """What speaks against its figure, for a question that asks for one."""
    asked = inquiry.count
    if asked is None:
        return
    mine = [f for f in inquiry.figures if f.sentence in supported.sentences]
    if asked.both and not BOTH.search(supported.text) and any(f.per_side for f in mine):
        yield "the figure found is that of one side"
    if asked.open_ended and not asked.part_of and mine and all(f.scope == "event" for f in mine):
        yield "the figure found is that of one event"
    kind = events_counted(inquiry.question)
    if (
        not undisclosed(supported.sentences[-1])
        and not (kind and place_told(kind, supported.text))
        and not (asked.part_of or asked.rest or asked.compared)
        and figure_of(supported.text, inquiry.figures) is None
    ):
        yield "the figure found counts something else"


def _names_other_day(question: str, supported: Supported) -> bool:
    """Whether a question names a day by its number that the sentences, of an article without date, do not."""
    anchor = date(2000, 7, 1)  # a year for both, so that "25 May" can be compared
    asked, told = (
        {d.first for d in find_days(text, anchor) if d.precision == "day" and re.search(r"\d", text[d.start : d.end])}
        for text in (question, " ".join(s.text for s in supported.sentences))
    )
    return bool(asked) and not asked & told


def _said_by(who: Sequence[str], supported: Supported, library: Library) -> bool:
    """Whether the cited sentences are the words of `who`, or name them at all where no speaker can be told; "he said" may be of whoever
    the sentences before name."""
    texts = [s.text for s in supported.sentences]
    if any(_HE_SAID.search(text) for text in texts):
        texts = [s.text for s in library.before(supported.sentences[0], 2)] + texts[1:]
    speakers = [c for i, t in enumerate(texts) if (c := claimant(t, before=texts[i - 1] if i else ""))]
    told = " ".join(texts)
    described = [
        told[at : at + len(c) + 80].split(", ")[:2] for c in speakers if (at := told.find(c)) >= 0
    ]  # with the apposition
    stems = name_stems("; ".join([*speakers, *(", ".join(parts) for parts in described)] or texts))
    return any(has_name(n, stems) for n in who)
