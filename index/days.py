"""Days named in a text, resolved to dates where that needs no guess.

"24 May 2025" stands by itself; "24 May" and "Saturday" need the day of publication, and without one they stay unresolved. It
does not read clock times, seasons or ranges of years, and it never uses today's date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from index.letters import lowered
from index.word_starts import WordStarts

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct"), ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
WEEKDAYS = {n: i for i, n in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))}

_NAMES = sorted((form for m in MONTHS for form in (m.capitalize(), m.upper())), key=len, reverse=True)
_MONTH = "(?P<month{0}>" + "|".join(_NAMES) + r")\b\.?"
_COUNTS = {
    n: i for i, n in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1)
}
# Feasts that reports name instead of their date: month and day
FEASTS = {"new year’s eve": (12, 31), "new year’s day": (1, 1), "christmas eve": (12, 24), "christmas day": (12, 25)}
_DAY = r"(?P<day{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year{0}>(?:19|20)\d\d)"
_NAMED = re.compile(
    "|".join(
        (
            r"\b(?P<iso>(?:19|20)\d\d-[01]\d-[0-3]\d)\b",
            rf"\b(?:(?P<first>[0-3]?\d)(?:\s*[-–—]\s*|\s+(?:to|and)\s+))?{_DAY.format(1)}(?:\s+of)?\s+{_MONTH.format(1)}(?:,?\s+{_YEAR.format(1)}\b)?",
            rf"\b{_DAY.format(5)}\s+(?P<month5>{'|'.join(m for m in MONTHS if len(m) > 2)})\s+{_YEAR.format(5)}\b",  # as people type
            rf"\b{_MONTH.format(2)}\s+(?:(?P<first2>[0-3]?\d)(?:st|nd|rd|th)?(?:\s*[-–—]\s*|\s+(?:to|and)\s+))?{_DAY.format(2)}\b(?!,\d)(?:,?\s+{_YEAR.format(2)}\b)?",
            rf"\b{_MONTH.format(3)},?\s+(?:of\s+)?{_YEAR.format(3)}\b",
            rf"\b(?:[Ii]n|[Ss]ince|[Dd]uring|[Ll]ate|[Ee]arly|[Mm]id-?|[Ll]ast|[Tt]his|[Uu]ntil|[Bb]y|[Oo]f)\s+(?P<lone>{'|'.join(m.capitalize() for m in MONTHS)})\b(?!,?\s+(?:of\s+)?(?:19|20)\d\d)(?!\s+[0-3]?\d\b)",
            rf"\b(?:[Ii]n|[Ss]ince|[Dd]uring|[Bb]y|[Uu]ntil)\s+{_YEAR.format(4)}\b",
            rf"\b(?P<weekday>{'|'.join(w.capitalize() for w in WEEKDAYS)})\b",
            r"\b(?P<relative>[Yy]esterday|[Tt]oday|[Tt]omorrow|[Oo]n the same day|(?:[Aa]|[Tt]he|[Oo]ne) day (?:earlier|before)|[Tt]he previous day)\b",
            rf"\b(?P<count>(?i:{'|'.join(_COUNTS)})|[1-9]|10) days (?:ago|earlier)\b",
            r"\b(?P<feast>(?i:new year[’']s (?:eve|day)|christmas (?:eve|day)))\b",
        )
    )
)  # fmt: skip

_NAMED_STARTS = WordStarts(_NAMED)

Precision = Literal["day", "month", "year"]
SOON = timedelta(days=31)  # what is to come within that time may have been announced
FUTURE = re.compile(
    r"\b(will|would|next|coming|scheduled|expected|due|planned|tomorrow|(?:is|are) to)\b", re.IGNORECASE
)

_THAT_YEAR = re.compile(r",?\s(?:of\s|in\s)?(?:that|the same)\syear\b")

_PAST = re.compile(
    r"\b(?:did|was|were|had)\b", re.IGNORECASE
)  # "what did he make the next exchange dependent on in March?"
# "the Saturday before Easter" is not the last Saturday
_BESIDE_ANOTHER = re.compile(r"\s(?:before|after|preceding|following)\b")
# A day that a verb of saying stands beside is past, whatever is said about the future
_SAID = re.compile(
    r"\b(?:said|told|announced|agreed|confirmed|reported|added|posted|wrote|estimated|warned|pledged|promised|declared|statement)(?:\s\w+)?\s(?:(?:on|late|early)\s)*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, month or year named at `text[start:end]`. `first`..`last` are inclusive; both None: cannot be resolved."""

    start: int
    end: int
    first: date | None
    last: date | None
    precision: Precision


def find_days(text: str, published: date | None) -> tuple[Day, ...]:
    """All days named in `text`, in order, resolved against the day of publication (None: relative ones stay unresolved).

    A weekday means the latest such day up to publication, since news tells what happened; in a sentence about the future it
    stays unresolved. A day and month without a year take the year that puts them nearest to publication.
    """
    (matches,) = _NAMED_STARTS.find(text)
    beside = zip(matches, [*matches[1:], None], strict=False)
    # "Saturday, 24 May" names one day: the weekday adds nothing
    kept = [m for m, n in beside if not (m["weekday"] and n and not n["weekday"] and n.start() - m.end() <= 2)]
    found = list[Day]()
    for match in kept:
        day = _resolve(match, published, text)
        found.append(_of_that_year(day, found[-1], text) if found else day)
    return tuple(found)


def days_asked(question: str, newest: date | None) -> tuple[Day, ...]:
    """The days named in a question about what was reported up to `newest`. As `find_days`, but a day or month without a year that would
    come more than SOON after it is that of the year before, unless the question is about what is to come: nothing can have been
    reported of it yet."""
    found = find_days(question, newest)
    if newest is None or (FUTURE.search(question) and not _PAST.search(question)):
        return found
    return tuple(
        replace(day, first=_year_before(day.first), last=_year_before(day.last))
        if day.first
        and day.last
        and day.first > newest + SOON
        and not re.search(_YEAR.format(""), question[day.start : day.end])
        else day
        for day in found
    )


def _of_that_year(day: Day, before: Day, text: str) -> Day:
    """A day or month "of that year", whose year is that of the one named before."""
    if not (day.first and day.last and before.last and _THAT_YEAR.match(text, day.end)):
        return day
    years = before.last.year - day.last.year
    first, last = (_date(d.year + years, d.month, d.day) for d in (day.first, day.last))
    return replace(day, first=first, last=last) if first and last else day


def _year_before(day: date) -> date:
    return _date(day.year - 1, day.month, day.day) or day.replace(year=day.year - 1, day=28)


def _resolve(match: re.Match[str], published: date | None, text: str) -> Day:
    first, last, precision = None, None, "day"
    got = {name.rstrip("12345"): value for name, value in match.groupdict().items() if value}
    if "iso" in got:
        first = last = _date(*map(int, got["iso"].split("-")))
    elif "lone" in got or ("month" in got and "day" not in got):
        month = MONTHS[lowered(got.get("lone") or got["month"])]
        year = int(got["year"]) if "year" in got else _nearest_year(month, 15, published)
        if year:
            first = date(year, month, 1)
            last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        precision = "month"
    elif "month" in got:
        month, day = MONTHS[lowered(got["month"])], int(got["day"])
        year = int(got["year"]) if "year" in got else _nearest_year(month, day, published)
        if year:
            last = _date(year, month, day)
            first = _date(year, month, int(got["first"])) if "first" in got else last
    elif "year" in got:
        first, last, precision = date(int(got["year"]), 1, 1), date(int(got["year"]), 12, 31), "year"
    elif published and "feast" in got:
        month, day = FEASTS[lowered(got["feast"]).replace("'", "’")]
        if year := _nearest_year(month, day, published):
            first = last = _date(year, month, day)
    elif published and not ("weekday" in got and _BESIDE_ANOTHER.match(text, match.end())):
        first = last = _relative(
            got, published, future=bool(FUTURE.search(text)) and not _SAID.search(text[: match.start()])
        )
    return Day(start=match.start(), end=match.end(), first=first, last=last, precision=precision)  # type: ignore[arg-type]


def _relative(got: dict[str, str], published: date, *, future: bool) -> date | None:
    if "weekday" in got:
        back = (published.weekday() - WEEKDAYS[lowered(got["weekday"])]) % 7
        return None if future else published - timedelta(days=back)
    if "count" in got:
        return published - timedelta(days=_COUNTS.get(lowered(got["count"]), 0) or int(got["count"]))
    phrase = lowered(got["relative"])
    if phrase == "today" or phrase.endswith("same day"):
        return published
    return published + timedelta(days=1) if phrase == "tomorrow" else published - timedelta(days=1)


def _nearest_year(month: int, day: int, published: date | None) -> int | None:
    if published is None:
        return None
    years = [y for y in (published.year - 1, published.year, published.year + 1) if _date(y, month, day)]
    return min(years, key=lambda y: abs((date(y, month, day) - published).days), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def spell(day: date) -> str:
    """24 May 2025: the form answers use."""
    return f"{day.day} {day:%B} {day.year}"
