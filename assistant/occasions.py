"""The days on which something was done, as reports of those days tell of it, and which of them a question that asks when means.

"When was the second stage?", "which day did the exchange of 1,000 each begin?", "date of the latest attack" name an event by its
place in a row, its size or its month. What single sentences show of that is little; code can look at all days together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.count import SPECIFIC
from assistant.question_kinds import asks_when, place_of_year, places_in_row, telling_numbers
from assistant.timescope import LAST_EVENT, TimeScope
from assistant.words import has_name, name_stems, names
from index.days import FUTURE, MONTHS, WEEKDAYS, find_days
from index.figure_days import dates_event
from index.figures import Figure, actions_in, kinds_in
from index.records import Sentence

SOON = timedelta(days=2)  # within which what was done is reported
TOGETHER = timedelta(days=2)  # events no further apart are of one row: the stages of an exchange
TALKS = frozenset({"round", "meeting"})
# What was said, agreed or talked of has other days than what was done; so has what is to come, or came before or after another thing
_ASIDE = re.compile(
    r"\b(?:sa(?:y|id|ys)|announc\w+|agree\w*|promis\w+|publish\w*|post(?:ed|s)?|wr(?:ite|ote)|report(?:ed)?|call(?:ed|s)?|offer\w*|propos\w+|admit\w*|confirm\w*"
    r"|met|meet|negotiat\w*|sat down|sit down|sign(?:ed)?|visit\w*|sp(?:oke|eak)\w*|phon\w+|conversation|mandate"
    r"|(?:supposed|scheduled|planned|due|expected|going) to|will|would|until|since|between)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\b(?P<which>before|after|prior to|following|next|previous)\b", re.IGNORECASE)
_SAID = re.compile(r"[^,.;:]{0,40}?\b(?:said|spoken?|announced|promised|agreed|published)\b", re.IGNORECASE)
_OF_YEAR = re.compile(r"\byear\b|\b20\d\d\b", re.IGNORECASE)
_NOT_ONE = re.compile(r"\b(?:not one|none|no one|nobody|not yet|had not|has not|have not|cannot)\b", re.IGNORECASE)
_BEGINS = re.compile(
    r"\b(?:beg[aiu]n\w*|start\w*|commenc\w*|(?:get|got|getting) (?:under way|going)|kick\w* off)\b", re.IGNORECASE
)
_ENDS = re.compile(r"\b(?:end(?:s|ed)?|finish\w*|conclude[sd]?|complete[sd]?|over)\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|earliest|initial|opening)\b", re.IGNORECASE)
_LAST = re.compile(
    r"\b(?:last|latest|newest|most recent|final|closing)\b(?! (?:week|month|year|time)\b)", re.IGNORECASE
)
OPENING = 500  # characters of an article that say which one of several it is about
Places = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A day, and the sentences of reports of that day that tell what was done on it, in the order of the ranking."""

    day: date
    sentences: tuple[Sentence, ...]


def read_occasion(
    question: str,
    scope: TimeScope,
    sentences: Iterable[Sentence],
    figures: Sequence[Figure],
    article: Callable[[Sentence], str],
) -> Occasion | None:
    """The one day that a question which asks when something was done means, with the sentences that tell of it; None where it asks for
    something else, several days could be meant, or none is known. `sentences`, `figures`: of the reports found, best-ranked first;
    `article`: the title and text of a sentence's article."""
    actions, places = actions_in(question), places_in_row(question)
    if not (actions or places) or not asks_when(question) or _ASIDE.search(question):
        return None
    special = kinds_in(question) & SPECIFIC
    totals = {f.sentence for f in figures if f.scope == "total"}
    telling = [
        s for s in sentences if s not in totals and (not actions or actions & actions_in(s.text)) and special <= kinds_in(s.text)
    ]  # fmt: skip
    days = _occasions(telling, talks=bool({kind for kind, _ in places} & TALKS))
    if beside := _BESIDE.search(question):
        return _neighbour(days, scope, after=beside["which"].lower() in {"after", "following", "next"})
    days = [o for o in days if _within(scope, o.day)]
    begins, ends = bool(_BEGINS.search(question)), bool(_ENDS.search(question))
    if values := {n.value for n in telling_numbers(question) if n.role in {"count", "deal"}}:
        told = {f.when for f in figures if f.value in values and f.state == "done" and f.dated and f.action in actions}
        days = [
            o for row in _rows(days) if any(o.day in told for o in row) for o in row if begins or ends or o.day in told
        ]
    if places:
        days = _of_place(places, days, article, of_year=bool(_OF_YEAR.search(question)))
    if named := [n for n in names(question) if n.lower() not in MONTHS.keys() | WEEKDAYS.keys()]:
        days = [o for o in days if _has_names(named, o, article)]
    if begins or ends:
        return _edge(days, last=ends)
    if len(days) > 1 and not places and (_FIRST.search(question) or _LAST.search(question)):
        return days[-1 if _LAST.search(question) else 0]
    # where the question picks none of several, other days may only not have been found
    picked = bool(places or values or special or scope.month or scope.first)
    if not picked or len(days) != 1 or (special and _also_on_others(days[0], special, actions, scope, figures)):
        return None
    return days[0]


def day_in_year(question: str, sentences: Iterable[Sentence], article: Callable[[Sentence], str]) -> date | None:
    """The day of the event that any question calls by its place in its year ("the second exchange of 2025"); None where it calls none so,
    or the reports do not say which it is."""
    actions, places = actions_in(question), places_in_row(question)
    if len(places) != 1 or not place_of_year(question):
        return None
    days = _occasions((s for s in sentences if not actions or actions & actions_in(s.text)), talks=False)
    named = re.search(r"\b20\d\d\b", question)
    year = int(named[0]) if named else max((o.day.year for o in days), default=0)
    days = _of_place(places, [o for o in days if o.day.year == year], article, of_year=True)
    return days[0].day if len(days) == 1 else None


def last_day(question: str, scope: TimeScope, sentences: Iterable[Sentence]) -> date | None:
    """The day of the newest of its kind, or of its month, that a question calls so ("the last exchange"); None where it calls none so, or
    it is the last before another thing."""
    called = LAST_EVENT.search(question)
    if not called or _BESIDE.search(question) or scope.first or scope.last:
        return None
    actions = actions_in(called[0]) or actions_in(question)
    days = _occasions((s for s in sentences if actions & actions_in(s.text)), talks=False)
    return max((o.day for o in days if _within(scope, o.day)), default=None)


def _neighbour(days: Sequence[Occasion], scope: TimeScope, *, after: bool) -> Occasion | None:
    """The last occasion before the day that a question names, or the first after it; None where it names none."""
    anchor = scope.first if after else scope.last or scope.first
    if anchor is None:
        return None
    beside = [o for o in days if (o.day > anchor if after else o.day < anchor)]
    return beside[0 if after else -1] if beside else None


def _within(scope: TimeScope, day: date) -> bool:
    """Whether a day is of the time, or the month of the event, that a question names."""
    first, last = scope.month or (scope.first, scope.last)
    return (first or date.min) <= day <= (last or date.max)


def _also_on_others(
    one: Occasion, special: frozenset[str], actions: frozenset[str], scope: TimeScope, figures: Iterable[Figure]
) -> bool:
    """Whether some of the kind asked for are counted on another day, too, whose sentence does not name it."""
    counted = [f for f in figures if f.state == "done" and f.action in actions and special <= f.kinds]
    days = [f.when for f in counted if f.when and _within(scope, f.when)]
    return any(not timedelta(0) <= day - one.day <= SOON for day in days)


def _occasions(sentences: Iterable[Sentence], *, talks: bool) -> list[Occasion]:
    """The days that sentences of reports of those days tell of as the time of what was done (or, for `talks`, of what was agreed, too),
    the earliest first."""
    of_day: dict[date, list[Sentence]] = {}
    for sentence in sentences:
        published, text = sentence.source.published, sentence.text
        if published is None or _NOT_ONE.search(text) or FUTURE.search(text):
            continue
        for day in find_days(text, published):
            on = day.first
            if day.precision != "day" or on is None or on != day.last or not timedelta(0) <= published - on <= SOON:
                continue
            if talks or (dates_event(text, day) and not _SAID.match(text, day.end)):
                of_day.setdefault(on, []).append(sentence)
    return [Occasion(day=day, sentences=tuple(dict.fromkeys(of_day[day]))) for day in sorted(of_day)]


def _of_place(
    places: Places, days: Sequence[Occasion], article: Callable[[Sentence], str], *, of_year: bool
) -> list[Occasion]:
    """The occasions of a place in a row (`of_year`: in that of a year), as a sentence says; where none does, what the articles first tell
    of whose titles or, failing that, openings say so."""

    def says(text: str) -> bool:
        if of_year:
            return place_of_year(text) in {place for _, place in places}
        return bool(places & places_in_row(text))

    mentions = [(one.day, s) for one in days for s in one.sentences]
    first = {s.article_id: min(o.ordinal for _, o in mentions if o.article_id == s.article_id) for _, s in mentions}
    chosen = [(d, s) for d, s in mentions if says(s.text)]
    chosen = chosen or [(d, s) for d, s in mentions if says(s.source.title) and s.ordinal == first[s.article_id]]
    room = None if of_year else OPENING  # further down an article tells of others
    chosen = chosen or [(d, s) for d, s in mentions if says(article(s)[:room]) and s.ordinal == first[s.article_id]]
    of_day: dict[date, list[Sentence]] = {}
    for day, sentence in chosen:
        of_day.setdefault(day, []).append(sentence)
    return [Occasion(day=day, sentences=tuple(of_day[day])) for day in sorted(of_day)]


def _has_names(named: Sequence[str], one: Occasion, article: Callable[[Sentence], str]) -> bool:
    stems = name_stems(" ".join(f"{article(s)[:OPENING]} {s.text}" for s in one.sentences))
    return all(has_name(n, stems) for n in named)


def _edge(days: Sequence[Occasion], *, last: bool) -> Occasion | None:
    """The first or last occasion of the only row of several, or of the only one; the sentences that say so first."""
    rows = _rows(days)
    rows = [row for row in rows if len(row) > 1] or rows
    if len(rows) != 1:
        return None
    edge, says = (rows[0][-1], _ENDS) if last else (rows[0][0], _BEGINS)
    return Occasion(day=edge.day, sentences=tuple(sorted(edge.sentences, key=lambda s: not says.search(s.text))))


def _rows(days: Sequence[Occasion]) -> list[list[Occasion]]:
    """Occasions in rows of which each is TOGETHER with the next."""
    rows: list[list[Occasion]] = []
    for one in days:
        if rows and one.day - rows[-1][-1].day <= TOGETHER:
            rows[-1].append(one)
        else:
            rows.append([one])
    return rows
