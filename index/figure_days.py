"""The day of a figure: which of the days a sentence names belongs to one of its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from index.days import WEEKDAYS, Day
from index.numbers import Number
from index.records import Sentence
from index.word_starts import IN_SENTENCES, Cues

# A day behind these words begins a period or dates a deal, not the event
_NOT_THE_EVENT = re.compile(
    r"\b(?:since|until)\s+(?:[^\s,;.]+\s+)*$|\b(?:agreed|reached|born|signed|founded|promised|pledged)[^.,;]*$|\b(?:agreement|accord|pact|deal) of\s$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:said|says|told|confirmed|reported|posted|wrote|warned|estimated|announced)(?:\s\w+)?\s(?:(?:on|late|early)\s)*$"
)
NEAR = 45  # characters between a number and the day on which it was agreed
_SINCE = re.compile(r"^(?:since|until)\b", re.IGNORECASE)
_INCIDENT = re.compile(
    r"\b(?:attacks?|strikes?|raids?|explosions?|blasts?|shelling|massacre|crash|quake|earthquake|flood|battle)\s(?:of|on)\s(?:the\s)?$",
    re.IGNORECASE,
)
# "a day after each side released 390": the figure is of the day before the one the sentence is about
_DAYS_AFTER = re.compile(r"\b(?P<count>a|one|two|three|four|five|\d)\sdays?\safter\s(?:[^,;]*)$", re.IGNORECASE)
_EVER_SINCE = re.compile(r"\b(?:ever\s)?since[\s.,;”]*$")
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_LONG_AGO = re.compile(
    r"\b(?:(?P<unit>last) (?P<what>week|month|year)|earlier (?:this|in the) (?:week|month|year)|in recent (?:days|weeks|months)|(?:weeks|months|years|a (?:week|month|year)) (?:ago|earlier))\b",
    re.IGNORECASE,
)
_CUES = Cues(IN_SENTENCES, days_after=_DAYS_AFTER, ever_since=_EVER_SINCE, long_ago=_LONG_AGO)


def day_of(
    sentence: Sentence, number: Number, days: Sequence[Day], clause: tuple[int, int], *, promised: bool
) -> tuple[date | None, bool]:
    """The day of a number's event (of a month or year its last day, but none after publication), and whether the sentence names it.

    Without one it is the day of publication, which is None for an undated article, and None, too, where the sentence only says
    "last week".
    """
    text, published = sentence.text, sentence.source.published
    own = [d for d in days if clause[0] <= d.start < clause[1]]
    usable = [d for d in days if d.last and _dates_the_event(text, d, number, promised=promised)]
    usable = [d for d in usable if d in own] or usable  # its own clause before its neighbours
    incident = [d for d in usable if _INCIDENT.search(text[: d.start])]
    told = [d for d in usable if not _TOLD.search(text[: d.start])]  # the day it was said only if no other is named
    if promised and not told and published and (weekday := _weekday_to_come(text, own or days)) is not None:
        return published + timedelta(days=(weekday - published.weekday() - 1) % 7 + 1), True
    usable = told or usable
    exact = incident or [d for d in usable if d.precision == "day"] or usable
    cues = _CUES.of(text)
    if "ever_since" in cues and _EVER_SINCE.search(text[number.end : clause[1]]):
        return published, False
    if "days_after" in cues and (after := _DAYS_AFTER.search(text[clause[0] : number.start])):
        anchor = [d for d in days if d.last and d.precision == "day" and d.end <= clause[0] + after.start()]
        base = anchor[-1].last if anchor else published
        back = _COUNTS.get(after["count"].lower()) or int(after["count"])
        return (base - timedelta(days=back) if base else None), True
    if exact:
        nearest = min(exact, key=lambda d: min(abs(d.start - number.end), abs(number.start - d.end)))
        return _last(text, nearest, days, published), True
    if "long_ago" in cues and (ago := _LONG_AGO.search(text, *clause)):
        return _end_of_last(ago["what"], published), True
    return published, bool(days)


def _dates_the_event(text: str, day: Day, number: Number, *, promised: bool) -> bool:
    if _SINCE.match(text[day.start : day.end]):
        return False
    lead = _NOT_THE_EVENT.search(text[max(0, day.start - 40) : day.start])
    near = day.start < number.start or day.start - number.end <= NEAR
    return lead is None or (promised and near and lead[0].lower().startswith("agreed"))


def dates_event(text: str, day: Day) -> bool:
    """Whether a day is the time of what a sentence tells, and not that of a deal, of words said, or the beginning of a period."""
    lead = text[max(0, day.start - 40) : day.start]
    of_event = not _SINCE.match(text[day.start : day.end]) and not _NOT_THE_EVENT.search(lead)
    return of_event and not _TOLD.search(text[: day.start])


def _last(text: str, day: Day, days: Sequence[Day], published: date | None) -> date | None:
    """The last day of a named time, or of "Friday and Saturday"."""
    last = day.last
    following = next((d for d in days if 0 < d.start - day.end <= 5 and d.last), None)
    if following and last and following.last and re.fullmatch(r"\s(?:and|to)\s", text[day.end : following.start]):
        last = max(last, following.last)
    if day.precision != "day" and published and last and day.first and day.first <= published:
        last = min(last, published)
    return last


def _weekday_to_come(text: str, days: Sequence[Day]) -> int | None:
    return next(
        (WEEKDAYS[w] for d in days if d.last is None and (w := text[d.start : d.end].lower()) in WEEKDAYS), None
    )


def _end_of_last(unit: str | None, published: date | None) -> date | None:
    if published is None or unit is None or unit.lower() == "week":
        return None
    first = published.replace(day=1) if unit.lower() == "month" else date(published.year, 1, 1)
    return first - timedelta(days=1)
