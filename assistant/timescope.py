"""What time a question is about, resolved in code against the as-of day, never by the model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from assistant.question_kinds import asks_when
from index.days import MONTHS, WEEKDAYS, Day, days_asked, find_days
from index.letters import lowered

Kind = Literal["none", "so_far", "latest", "within"]

_SO_FAR = re.compile(
    r"\b(?:so far|to date|until (?:now|today|tonight)|up to (?:now|today|tonight|this (?:morning|evening|day|point))|by (?:now|tonight)|already|in total|altogether|overall|running total|since (?:the|its|their) (?:[\w-]+ ){0,4}?(?:start(?:ed)?|beginning|began|invasion|war|truce|ceasefire|took effect|came into force|broke out|was signed))\b",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:latest|newest|most recent|current(?:ly)?|up[- ]to[- ]date|stand(?:s)? at|these days|now)\b", re.IGNORECASE
)
_LAST = re.compile(r"\blast\b(?! (?:week|month|year|time|" + "|".join(WEEKDAYS) + r")\b)", re.IGNORECASE)
# "the last exchange", the newest of all
LAST_EVENT = re.compile(
    r"\b(?:last|latest|newest|most recent)\s+(?:(?!of\b)[\w-]+\s+){0,2}?(?:exchange|swap|release|handover|stage|phase)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\bat\s+the\s+(?:very\s+)?(?:end|close)\s+of\s*$|\b(?:as (?:of|at|on)|by|until|up to|through)\s*(?:the\s+)?(?:(?:(?:end|middle|start|beginning|close|evening|night|morning) of|early|mid|late)[\s-]+)?"
    rf"(?:(?:{'|'.join(WEEKDAYS)}),?\s+)?$",
    re.IGNORECASE,
)
_EVENT = re.compile(r"\bthe\s+$", re.IGNORECASE)  # "by the September attacks": an event of that month, no limit
_SINCE = re.compile(r"\bsince\s*$|^since\b", re.IGNORECASE)
_AFTER = re.compile(r"\bafter\s*$|\bfollowing\s*$", re.IGNORECASE)
_BEFORE = re.compile(r"\bbefore\s*$|\bprior to\s*$", re.IGNORECASE)
# Days as people type them: "19 march", "in may", "on saturday", "mid-January". "may" and "march" alone are words.
_WORDS_TOO = {"may", "march", "mar"}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_TYPED = re.compile(
    rf"(?<=\d\s)(?:{_MONTH})\b|(?<=\dst\s|\dnd\s|\drd\s|\dth\s)(?:{_MONTH})\b|\b(?:{_MONTH})(?=\s+[0-3]?\d(?:st|nd|rd|th)?\b)"
    rf"|\b(?:{'|'.join([*(m for m in MONTHS if len(m) > 4 and m not in _WORDS_TOO), 'june', 'july', *WEEKDAYS])})\b"
    r"|(?:(?<=\bin\s)|(?<=\bsince\s)|(?<=\buntil\s)|(?<=\bduring\s)|(?<=\bearly\s)|(?<=\blate\s)|(?<=\bmid\s)|(?<=\bmid-))(?:march|may)\b",
    re.IGNORECASE,
)
_MID = re.compile(r"\bmid-(?=[a-z])", re.IGNORECASE)
_BARE_WEEKDAY = re.compile("|".join(WEEKDAYS), re.IGNORECASE)
_OF_MONTH = re.compile(rf"\bthe (?:\w+ )?(?:{_MONTH})\s+(?=[a-z])", re.IGNORECASE)  # "the May exchange"
# "in March and April", "the January, February and May swaps": a month in a list needs no word before it
_LISTED = re.compile(
    rf"(?<!\d\s)\b(?:{_MONTH})(?:(?:,\s*(?:and\s+)?|\s+(?:and|plus)\s+|\s*[/&+]\s*)(?:{_MONTH})\b)+(?!\s+[0-3]?\d\b)(?:\s+(?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
# "the May exchange": events of that month; before, after or since one nothing is bounded by it
_EVENTS_OF = re.compile(
    rf"\b(?:the|that|this|its|their|each|both) (?:(?!of\b)[\w-]+ ){{0,2}}?(?P<month>{_MONTH})(?: (?P<year>20\d\d))? (?:[\w-]+ ){{0,2}}?"
    r"(?:exchanges?|swaps?|stages?|phases?|rounds?|handovers?|releases?|returns?|attacks?|strikes?|raids?|convoys?|evacuations?|blasts?|explosions?|clashes|offensives?)\b",
    re.IGNORECASE,
)
_ASIDE_FROM = re.compile(
    r"\b(?:before|after|since|until|till|by|from|than|following|following on|including|incl\.?|counting|with|plus|and|adding|add|unlike|like|compared (?:to|with))\s+$",
    re.IGNORECASE,
)
_INCLUDING = re.compile(
    r"\b(?i:after|including|incl\.?|with|following|counting)\s+(?:(?:the|its|their|all|those|of)\s+)*(?:[\w-]+\s){0,2}?"
    rf"(?P<month>{'|'.join(sorted((m.capitalize() for m in MONTHS), key=len, reverse=True))})\b(?:\s+(?P<year>20\d\d))?(?!\s+\d)"
)
# "the end of 2025", "late 2025", "autumn 2025", "as of 2026": from which month to which
_PARTS_OF_YEAR = {
    "start": (1, 1), "beginning": (1, 1), "early": (1, 4), "middle": (6, 7), "mid": (5, 8), "late": (9, 12), "end": (12, 12), "close": (12, 12),
    "spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 12), "as": (1, 12), "christmas": (12, 12),
}  # fmt: skip
_PART_OF_YEAR = re.compile(
    rf"\b(?P<part>{'|'.join(_PARTS_OF_YEAR)})[\s-](?:of\s|at\s)?(?P<year>20\d\d)\b", re.IGNORECASE
)
_YEARS_END = re.compile(r"\b(?:by|at|until|as of) (?:the )?(?:end|close) of (?:the|this) year\b(?! 20)", re.IGNORECASE)
_EASTER = re.compile(r"\bEaster\b(?! Sunday\b)(?: (?P<year>20\d\d)\b)?", re.IGNORECASE)
_THAN = re.compile(r"\bthan\b|\bcompar\w+|\bdifference between\b", re.IGNORECASE)
_THROUGH_TODAY = re.compile(r",?\s*\b(?:including|incl\.?|counting) (?:today|yesterday|tonight)\b", re.IGNORECASE)
_HAS = re.compile(r"\b(?:has|have)\b", re.IGNORECASE)  # "has released this year": until now
_ADDED = re.compile(rf"\badding (?P<month>{_MONTH}) to (?={_MONTH})", re.IGNORECASE)
_PERIOD = re.compile(r"\b(?P<which>this|last)\s+(?P<unit>week|month|year)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeScope:
    """The time a question asks about. `first`..`last` bound the EVENT (inclusive), `as_of` the knowledge; None: no bound."""

    kind: Kind
    first: date | None = None
    last: date | None = None
    as_of: date | None = None
    named: bool = False  # the question names a day, month or year itself
    spans: tuple[
        tuple[date, date], ...
    ] = ()  # the days, months or years it names as the time of the event, each by itself
    # the month or feast that the event is called by, "the May exchange", "at Easter": single events of other times are not meant
    month: tuple[date, date] | None = None
    reaches: date | None = (
        None  # what is told has to reach so far: "the total after the June exchange", "including June"
    )
    weekdays: tuple[int, ...] = ()  # from 0, Monday: "the Saturday of the May exchange" may be any of that month

    def of_events(self) -> TimeScope:
        """The same with the day up to which all should be known as the last day of what happened: what was true by then may be told
        later."""
        return replace(
            self, kind="within" if self.kind == "none" else self.kind, last=self.as_of or self.last, as_of=None
        )


def without_time(question: str) -> str:
    """A question without the words by which it asks for all so far or the newest, and without its days."""
    for day in reversed(find_days(question, None)):
        question = f"{question[: day.start]} {question[day.end :]}"
    return _LATEST.sub(" ", _SO_FAR.sub(" ", question))


ANY_TIME = TimeScope(kind="none")
WEEK = timedelta(days=7)
NEWS_DELAY = timedelta(days=3)  # an event is reported on its day or within the next few


def nearness(scope: TimeScope, texts: Sequence[str], published: date | None) -> float:
    """Whether texts of one article can speak of the time asked for, 0..1: 1 by a day they name, .5 by the day of publication, .25
    by that although they name other days, 0 if neither. 1 where no time is asked for."""
    if scope.first is None and scope.last is None:
        return 1.0
    first, last = scope.first or date.min, scope.last or date.max
    named = [(d.first, d.last) for text in texts for d in find_days(text, published) if d.first and d.last]
    if any(begins <= last and ends >= first for begins, ends in named):
        return 1.0
    until = last if last > date.max - NEWS_DELAY else last + NEWS_DELAY
    if published is None or not first <= published <= until:
        return 0.0
    return 0.25 if named else 0.5


def read_scope(question: str, *, today: date | None) -> TimeScope:
    """The scope of `question`; `today` is the as-of day (the newest article, if the user names none), None for an undated corpus.

    "as of 24 May" moves the as-of day; "since February" opens a period; a named day, month or year bounds it on both sides.
    """
    question = _spelled(question)
    if _PERIOD.search(question):  # "this year, including today" is this year
        question = _THROUGH_TODAY.sub(" ", question)
    kind: Kind = "so_far" if _SO_FAR.search(question) else "latest" if _LATEST.search(question) else "none"
    if kind == "none" and _LAST.search(question) and (asks_when(question) or LAST_EVENT.search(question)):
        kind = "latest"
    first = last = as_of = None
    named = False
    spans: list[tuple[date, date]] = []
    days = _listed(question, days_asked(question, today), today)
    days = sorted([*days, *_parts_of_years(question, days)], key=lambda d: d.start)
    weekdays, days = _anchored(question, _months_of_events(question, days, today))
    for day in days:
        if day.first is None or day.last is None:
            continue
        phrase = question[day.start : day.end]
        lead = question[: day.start + (3 if lowered(phrase).startswith("of ") else 0)]
        named = True
        event = day.precision != "day" and _EVENT.search(lead)
        if (_UNTIL.search(lead) and not event) or re.match(r"(?:by|until)\b", phrase, re.IGNORECASE):
            as_of = day.last
        elif _SINCE.search(lead) or _SINCE.search(phrase) or _AFTER.search(lead):
            first = _past(day.first, phrase, today)
        elif _BEFORE.search(lead):
            last = day.last
        else:
            spans.append((day.first, day.last))
            first = min(first, day.first) if first else day.first
            last = max(last, day.last) if last else day.last
    feast = _easter(question, today) if len(spans) == 1 and _THAN.search(question) else None
    if feast and not feast[0] <= spans[0][0] <= feast[1]:  # "more at Easter than on 6 May" names two times
        spans.append(feast)
        first, last = min(s[0] for s in spans), max(s[1] for s in spans)
    if as_of is None and today and _YEARS_END.search(question):
        as_of = date(today.year, 12, 31)
    if not (first or last) and (until := as_of or today) and (match := _PERIOD.search(question)):
        first, last = _period(lowered(match["which"]), lowered(match["unit"]), until)
        this_year = lowered(match["which"]) == "this" and lowered(match["unit"]) == "year" and _HAS.search(question)
        kind = "so_far" if kind == "none" and (as_of or this_year) else kind
    if kind == "none" and (first or last):
        kind = "within"
    return TimeScope(
        kind=kind,
        first=first,
        last=last,
        as_of=as_of,
        named=named,
        spans=tuple(spans),
        weekdays=weekdays,
        month=None if first or last else _month(question, today),
        reaches=_reaches(question, today),
    )


def _month_named(name: str, year: str | None, today: date | None) -> Day:
    """A month by its name, of the year named or the one a question about what was reported means."""
    (named, *_) = days_asked(f"in {lowered(name).capitalize()} {year or ''}".strip(), today)
    return named


def _month(question: str, today: date | None) -> tuple[date, date] | None:
    """The one month, or the days around Easter, that a question calls its event by."""
    told = [m for m in _EVENTS_OF.finditer(question) if not _ASIDE_FROM.search(question[: m.start()])]
    if not told:
        return _easter(question, today)
    if len(told) != 1:
        return None
    named = _month_named(told[0]["month"], told[0]["year"], today)
    return (named.first, named.last) if named.first and named.last else None


def _easter(question: str, today: date | None) -> tuple[date, date] | None:
    """The days around the Easter by which a question calls its event, from the Sunday before it; None where East and West keep it more than
    a week apart and either could be meant."""
    match = _EASTER.search(question)
    if not match or _ASIDE_FROM.search(question[: match.start()]):
        return None
    year = int(match["year"]) if match["year"] else today.year if today else None
    kept = sorted((easter(year, EASTER_WESTERN), easter(year, EASTER_ORTHODOX))) if year else []
    if not kept or kept[-1] - kept[0] > WEEK:
        return None
    return kept[0] - WEEK, kept[-1] + timedelta(days=1)


def _reaches(question: str, today: date | None) -> date | None:
    """The first day of the latest month whose events a question wants included: "after the June exchange"; None if it names none."""
    months = (_month_named(m["month"], m["year"], today) for m in _INCLUDING.finditer(question))
    return max((month.first for month in months if month.first), default=None)


def _listed(question: str, days: Sequence[Day], today: date | None) -> list[Day]:
    """The days of a question, and every month of a list of months in it."""
    found = list(days)
    question = _ADDED.sub(r"adding \g<month> +  ", question)  # every character keeps its place
    for run in _LISTED.finditer(question):
        inside = [d for d in found if d.start < run.end() and d.end > run.start()]
        if any(d.precision == "day" for d in inside):
            continue
        found = [d for d in found if d not in inside]
        for month in re.finditer(_MONTH, run[0], re.IGNORECASE):
            start = run.start() + month.start()
            named = _month_named(month[0], run["year"], today)
            found.append(replace(named, start=start, end=start + len(month[0])))
    return sorted(found, key=lambda d: d.start)


def _parts_of_years(question: str, days: Sequence[Day]) -> list[Day]:
    """The seasons and other parts of a year that a question names, where it names the year: "by the end of 2025"."""
    found = list[Day]()
    for match in _PART_OF_YEAR.finditer(question):
        start = match.start("year")
        if any(d.start < match.end() and d.end > start for d in days):
            continue
        begins, ends = _PARTS_OF_YEAR[lowered(match["part"])]
        year = int(match["year"])
        last = date(year + ends // 12, ends % 12 + 1, 1) - timedelta(days=1)
        found.append(Day(start=start, end=match.end(), first=date(year, begins, 1), last=last, precision="month"))
    return found


def _months_of_events(question: str, days: Sequence[Day], today: date | None) -> list[Day]:
    """The days of a question that names weekdays alone, and the months that its events are called by: "the Saturday of the May
    exchange". Without a weekday nothing is bounded by such a month: what an exchange had come to is often told later."""
    found = list(days)
    if not days or any(not _BARE_WEEKDAY.fullmatch(question[d.start : d.end]) for d in days):
        return found
    for told in _EVENTS_OF.finditer(question):
        start, end = told.span("month")
        if any(d.start < told.end() and d.end > told.start() for d in found) or _ASIDE_FROM.search(
            question[: told.start()]
        ):
            continue
        found.append(replace(_month_named(told["month"], told["year"], today), start=start, end=end))
    return sorted(found, key=lambda d: d.start)


def _anchored(question: str, days: Sequence[Day]) -> tuple[tuple[int, ...], list[Day]]:
    """The days of a question that names a weekday beside a date: "the Saturday of the May exchange", "by Friday night, 23 May" is no
    Saturday of this week. It is the nearest to a day, and of a month it could be any: those are returned first, by their number."""
    dated = [d for d in days if d.first and not _BARE_WEEKDAY.fullmatch(question[d.start : d.end])]
    if not dated and not _OF_MONTH.search(question):
        return (), list(days)
    any_of, found = list[int](), list[Day]()
    for day in days:
        if day.first and _BARE_WEEKDAY.fullmatch(question[day.start : day.end]):
            near = dated[0].first if dated and dated[0].precision == "day" else None
            if near is None:
                any_of.append(day.first.weekday())
                continue
            ahead = (day.first.weekday() - near.weekday()) % 7
            moved = near + timedelta(days=ahead if ahead <= 3 else ahead - 7)
            day = replace(day, first=moved, last=moved)
        found.append(day)
    return tuple(any_of), found


def _past(day: date, phrase: str, today: date | None) -> date:
    """The beginning of a time that runs up to today: "since March", asked in January, is of the year before."""
    if today and day > today and not re.search(r"\d{4}", phrase):
        return day.replace(year=day.year - 1, day=min(day.day, 28))
    return day


def _spelled(question: str) -> str:
    """The question with months and weekdays written as reports write them; every character keeps its place."""
    return _MID.sub("mid ", _TYPED.sub(lambda match: match[0].capitalize(), question))


def _period(which: str, unit: str, today: date) -> tuple[date, date]:
    if unit == "week":
        monday = today - timedelta(days=today.weekday())
        return (monday, today) if which == "this" else (monday - timedelta(days=7), monday - timedelta(days=1))
    start = today.replace(day=1) if unit == "month" else today.replace(month=1, day=1)
    if which == "this":
        return start, today
    end = start - timedelta(days=1)
    return (end.replace(day=1) if unit == "month" else end.replace(month=1, day=1)), end
