"""What rules propose to a question that asks when something happened, was counted or began to be, or how long it took."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from assistant.compose import verbatim, with_dates
from assistant.count import SPECIFIC
from assistant.evidence import Evidence
from assistant.findings import Finding, state
from assistant.library import Library
from assistant.occasions import day_in_year, last_day, read_occasion
from assistant.proposal import Proposal, article_of, figures_found, sentences_found
from assistant.question_kinds import asks_how_long, asks_when, telling_numbers
from assistant.records import Status
from assistant.rows import by_exchange
from assistant.stated import day_as_told, on_day, state_extreme
from assistant.tally import crowded
from assistant.timescope import TimeScope
from index.days import find_days, spell
from index.figures import Figure, actions_in, kinds_in
from index.numbers import find_numbers, plain
from index.records import Sentence

# "since when does it count", "what date does it start from", "how far back does it go"
_SINCE_WHEN = re.compile(
    r"\bsince\b|\bfrom when\b|\bhow far back\b|\b(?:go(?:es)?|reach\w*) back\b|\bstart\w*\b|\bbeg[iau]n\w*\b|\bcount\w* from\b|\bcovers?\b",
    re.IGNORECASE,
)

# "how long did it last", "over how many days was it done"; how long after another thing it came is told by no period
_TOOK = re.compile(
    r"\b(?:takes?|took|taken|last(?:s|ed)?|go(?:es)? on|went on|spread|stretch\w*|carried out|completed?|done"
    r"|(?:over|in|within) how (?:many|long))\b",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:after|before|between|since|until|till|ago|from|pass\w*|later|earlier|apart)\b", re.IGNORECASE)

_MOST = re.compile(
    r"\b(?:(?P<most>most|largest|biggest|highest)|fewest|smallest|lowest|least)\b(?! recent)", re.IGNORECASE
)
_AGREE = re.compile(r"\b(?:agree(?:s|d|ing)?|settled|sign(?:s|ed)?|deal was struck|struck)\b", re.IGNORECASE)
_BESIDE = re.compile(r"(?: [\w’'-]+){0,3} ?")  # between agreeing and its day: "in Istanbul on", "on"


def propose_day(question: str, scope: TimeScope, ranked: Sequence[Evidence], library: Library) -> Iterator[Proposal]:
    """The day of that of which a question gives the number, or of the event it names by its place in a row, its size, its month, its
    beginning or end; or how long it took."""
    if asks_how_long(question):
        yield from _length(question, scope, ranked, library)
        return
    if extreme := _extreme(question, scope, ranked, library):
        yield extreme
        return
    found = _day, _agreed
    yield from [p for find in found for p in find(question, ranked, library)] or _occasion(
        question, scope, ranked, library
    )


def _extreme(question: str, scope: TimeScope, ranked: Sequence[Evidence], library: Library) -> Proposal | None:
    """The day of the exchange of a month on which most or fewest came, of all its days."""
    match = _MOST.search(question)
    if not match or not asks_when(question) or not scope.month or kinds_in(question) & (SPECIFIC | {"military"}):
        return None
    first, last = scope.month
    told = [f for f in figures_found(ranked, library) if f.when and first <= f.when <= last]
    rows = [row for row in by_exchange(told) if len(row) > 1 and row[0].action in actions_in(question)]
    if len(rows) != 1:
        return None
    (row,) = rows
    chosen = (max if match["most"] else min)(row, key=lambda f: f.value)
    if [f.value for f in row].count(chosen.value) > 1:
        return None
    reason = "the figure of each day is reported; which is the largest or smallest is not"
    told_so = state_extreme(row, chosen)
    return Proposal(finding=Finding(status=Status.ANSWERED, reason=reason, stated=(told_so,), concluded=True))


def _agreed(question: str, ranked: Sequence[Evidence], library: Library) -> Iterator[Proposal]:
    """The day on which that was agreed of which a question gives the number, where all sentences that say so name one."""
    values = {n.value for n in telling_numbers(question)}
    if not values or not asks_when(question) or not _AGREE.search(question):
        return
    told = [
        (sentence, day)
        for sentence in sentences_found(ranked, library)
        if values & {n.value for n in find_numbers(sentence.text)} and (day := _agreed_on(sentence))
    ]
    if len({day for _, day in told}) != 1:
        return
    # the report of that day goes before later ones
    sentence, day = min(told, key=lambda pair: pair[0].source.published != pair[1])
    supported = with_dates(verbatim(sentence, library.before), day)
    # all that say when were looked at together
    finding = replace(state(supported, None, (), (), (), ""), concluded=True)
    yield Proposal(finding=finding, passage=supported, answer=f"agreed on {spell(day)}", told=True)


def _agreed_on(sentence: Sentence) -> date | None:
    """The day that stands beside the word for agreeing: "agreed on Friday to", "as agreed in Istanbul on 16 May"."""
    for agree in _AGREE.finditer(sentence.text):
        for day in find_days(sentence.text, sentence.source.published):
            between = sentence.text[min(agree.end(), day.end) : max(agree.start(), day.start)]
            if day.precision == "day" and _BESIDE.fullmatch(between):
                return day.first
    return None


def _length(question: str, scope: TimeScope, ranked: Sequence[Evidence], library: Library) -> Iterator[Proposal]:
    """How long what happened took ("in three days") of which a question gives the number or the month, where all reports of it agree."""
    values = {n.value for n in telling_numbers(question)}
    if not _TOOK.search(question) or _FROM.search(question) or not (values or scope.month):
        return
    month = scope.month or (date.min, date.max)
    told = [
        (f, lengths)
        for f in figures_found(ranked, library)
        if f.state == "done" and f.action in actions_in(question) and (not values or f.value in values)
        and f.when and month[0] <= f.when <= month[1]
        and (lengths := {n.value for n in find_numbers(f.period) if n.role == "duration"})
    ]  # fmt: skip
    if len({frozenset(lengths) for _, lengths in told}) != 1:
        return
    best = min((f for f, _ in told), key=_place(ranked))
    supported = verbatim(best.sentence, library.before)
    yield Proposal(
        finding=state(supported, None, (best,), (), (), ""), passage=supported, answer=best.period.strip(), told=True
    )


def _place(ranked: Sequence[Evidence]) -> Callable[[Figure], int]:
    """What gives the place of a figure's sentence among those ranked, the last where it is not among them."""
    places = {e.sentence: at for at, e in enumerate(ranked)}
    return lambda figure: places.get(figure.sentence, len(places))


def _day(question: str, ranked: Sequence[Evidence], library: Library) -> Iterator[Proposal]:
    """When that happened of which a question gives the number ("when did 277 come home?"), or a total stood at it, where all reports of
    it name one day; since when it counts, where that is asked."""
    values = {n.value for n in telling_numbers(question) if n.role == "count"}
    if not values or not asks_when(question):
        return
    told = [
        f for f in figures_found(ranked, library) if f.value in values and f.scope != "several" and f.state == "done"
    ]
    since = bool(_SINCE_WHEN.search(question))
    fitting = [f for f in told if (f.period.lower().startswith("since") if since else f.dated and f.when)]
    if len({f.period.lower() if since else f.when for f in fitting}) != 1:
        return
    place = _place(ranked)
    best = min(fitting, key=lambda f: (crowded(f), place(f)))
    supported = with_dates(verbatim(best.sentence, library.before), best.when)
    yield Proposal(
        finding=state(supported, None, (best,), (), (), ""),
        passage=supported,
        answer=f"{plain(best.value)} {best.period}" if since else f"{plain(best.value)}{on_day(best, 'on')}",
        told=True,
    )


def _occasion(question: str, scope: TimeScope, ranked: Sequence[Evidence], library: Library) -> Iterator[Proposal]:
    """When that was done which a question names by its place in a row, its size, its month or its beginning or end."""
    figures = figures_found(ranked, library)
    found = read_occasion(question, scope, sentences_found(ranked, library), figures, article_of(library))
    if found is None:
        return
    supported = with_dates(verbatim(found.sentences[0], library.before), found.day)
    finding = replace(state(supported, None, (), (), (), ""), concluded=True)  # all days were looked at together
    yield Proposal(finding=finding, passage=supported, answer=day_as_told(found.sentences[0], found.day), told=True)


def event_day(question: str, scope: TimeScope, ranked: Sequence[Evidence], library: Library) -> date | None:
    """The day of the event that a question calls by its place in its year, or the last; None where it calls none so."""
    sentences = sentences_found(ranked, library)
    return day_in_year(question, sentences, article_of(library)) or last_day(question, scope, sentences)
