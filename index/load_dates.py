"""The date of publication, from a metadata value or from a text that states it. Said or None: nothing is ever guessed.

Not read: relative dates, days without a year, numeric dates that could be read both ways (03/04/2025), dates of an
update, dates of events in the text, the file's own times, today's date.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from itertools import islice

from index.days import MONTHS, find_days

LANGUAGES = (
    *("ru", "uk", "de", "fr", "es", "it", "pt", "pl", "nl", "tr", "ar", "fa", "he", "zh", "ja", "ro", "cs", "sv", "ka"),
    *("hy", "sr", "bg", "el", "hu"),
)  # whose month names are known besides English; one more costs about 10 ms at first use
HEAD_LINES = 6  # a date line stands above or right below the headline
LINE = 160  # characters; a longer line is a paragraph, not a line about the article
MIN_YEAR, MAX_YEAR = 1800, 2200  # outside: a number, not a year

_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?\d{4,6}Z?)?")
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?![\d/-])")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|2[01])\d\d(?!\d)")
_MONTH_CASE = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:first\s+)?(?:published|posted|issued|released|date|publication date|publish date|date of publication)"
    r"(?:\s+(?:on|at))?\s*:?\s+(?=\S)",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|at|on)\b\.?"
    r"|\b\d{1,2}[:.]\d\d(?:[:.]\d\d(?:\.\d+)?)?\s*(?:[ap]\.?m\b\.?|z\b)?|\b\d{1,2}\s*[ap]\.?m\b\.?"
    r"|\b(?:gmt|utc|e[sd]?t|c[sd]t|p[sd]t|cest|cet|eest|eet|bst|msk|local time|kyiv time|moscow time|z)\b"
    r"|[+-]\d\d:?\d\d\b|[\s,.:;()\[\]|·•–—-]",
    re.IGNORECASE,
)
_SEGMENTS = re.compile(r"\s*[|·•]\s*|\s+[–—-]\s+")
_TOWN = re.compile(r"[^\W\d_][\w.'’-]+(?:, [^\W\d_][\w.'’-]+){0,2}")  # one word, then perhaps region and country
_DATELINE_BEFORE = re.compile(r"(?P<place>[^\d\n]{2,60}?)\s*[,(–—:-][\s,(–—:-]*")
_DATELINE_AFTER = re.compile(r"\s*(?:\)?\s*[(–—:/]|\)?\s+-\s)")
_NO_TOWN = {
    "updated",
    "update",
    "modified",
    "corrected",
    "accessed",
    "retrieved",
    "revised",
    "edited",
    "printed",
    "on",
    "since",
}


def read_date(value: object) -> date | None:
    """The day a metadata value names, as printed there (no shift of time zones); a number counts seconds since 1970."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in str(value)[:120]
    ).strip()
    if re.fullmatch(r"[1-4]\d{9}(?:\d{3})?(?:\.0)?", text):
        return datetime.fromtimestamp(int(text[:10]), UTC).date()
    if match := _COMPACT.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if not _YEAR.search(text):
        return None
    found = _spans(text)
    if len({day for _, _, day in found}) == 1:
        return found[0][2]
    return None if found else _foreign(text)


def find_published(text: str) -> date | None:
    """The day of publication a text states about itself in its head: a date line, a byline, or a dateline with a year.

    Several different bare date lines make a chronology, not an article of one of these days: None.
    """
    head = [line.strip() for line in text[:20_000].split("\n") if line.strip()][:HEAD_LINES]
    bare: list[date] = []
    for line in head:
        if len(line) <= LINE:
            if (match := _LABEL.match(line)) and (day := _alone(line[match.end() :])):
                return day
            if day := _alone(line) or _segment(line) or _after_place(line):
                bare.append(day)
                continue
        if day := _dateline(line):
            bare.append(day)
        if len(line) > LINE:
            break
    if not bare or len({*bare, *_bare_lines(text)}) > 1:
        return None
    return bare[0]


def is_date_line(line: str) -> bool:
    """Whether a line says only when (and who): such a line is no headline."""
    line = line.strip()
    match = _LABEL.match(line)
    return len(line) <= LINE and bool(_alone(line[match.end() :] if match else line) or _segment(line))


def _bare_lines(text: str) -> set[date]:
    dated = (line.strip() for line in text.split("\n") if 6 <= len(line) <= 60 and _YEAR.search(line))
    return {day for line in islice(dated, 200) if (spans := _spans(line)) and (day := _rest_is_time(line, *spans[0]))}


def _alone(text: str) -> date | None:
    """The day, if `text` is nothing but a date with its weekday and time."""
    if len(text) > 60 or not _YEAR.search(text):
        return None
    if spans := _spans(text):
        return _rest_is_time(text, *spans[0])
    return _foreign(text) if len(text.split()) <= 6 else None


def _rest_is_time(text: str, start: int, end: int, day: date | None) -> date | None:
    rest = text[:start] + " " + re.sub(r"^T(?=\d\d:)", "", text[end:])
    return day if day and not _AROUND.sub("", rest) else None


def _segment(line: str) -> date | None:
    """By Jane Doe | Friday, 23 May 2025 | 10:45"""
    segments = _SEGMENTS.split(line)
    for segment in segments if len(segments) > 1 else ():
        match = _LABEL.match(segment)
        if day := _alone(segment[match.end() :] if match else segment):
            return day
    return None


def _after_place(line: str) -> date | None:
    """Geneva, 24 May 2025"""
    place, comma, rest = line.partition(",")
    return _alone(rest) if comma and _is_town(place) else None


def _dateline(line: str) -> date | None:
    """KYIV, May 24, 2025 (Agency) -- or GENEVA (24 May 2025) -- at the start of a paragraph."""
    for start, end, day in _spans(line[:120])[:1]:
        before = _DATELINE_BEFORE.fullmatch(line[:start])
        if before and _DATELINE_AFTER.match(line[end:]):
            place = re.sub(r"\([^)]*\)?|[—–-].*", "", before["place"]).strip(" ,")
            shouted = place.split(",")[0].isupper() and len(place.split()) <= 4
            return day if shouted or _is_town(place) else None
    return None


def _is_town(place: str) -> bool:
    """Strict, since "Prisoner swap, 24 May 2025" names the day of the event: two words only in capitals."""
    return bool(_TOWN.fullmatch(place)) and place[0].isupper() and place.lower() not in _NO_TOWN


def _spans(text: str) -> list[tuple[int, int, date | None]]:
    """Whole dates in `text` by position: year first, numeric (None when both readings are possible), English names."""
    found: list[tuple[int, int, date | None]] = []
    for match in _ISO.finditer(text):
        found.append((match.start(), match.end(), _day(match[1], match[3], match[4])))
    for match in _NUMERIC.finditer(text):
        one, two, year = match[1], match[3], match[4]
        day = _day(year, two, one) if int(one) > 12 or one == two else _day(year, one, two) if int(two) > 12 else None
        found.append((match.start(), match.end(), day))
    named = _MONTH_CASE.sub(lambda match: match[0].capitalize(), text)
    for said in find_days(named, None):
        if said.precision == "day" and said.first and said.first == said.last and not _ISO.match(text, said.start):
            found.append((said.start, said.end, said.first))
    return sorted(found, key=lambda span: span[0])


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day)) if MIN_YEAR <= int(year) <= MAX_YEAR else None
    except ValueError:
        return None


def _foreign(text: str) -> date | None:
    """A whole date with a month's name in another language; a numeric one never comes here."""
    if not re.search(r"[^\W\d_]", text) or not re.search(r"(?<!\d)\d{1,2}(?!\d)", text):
        return None
    import dateparser

    strict = {
        "STRICT_PARSING": True,
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        found = dateparser.parse(text, languages=[*LANGUAGES], settings=strict)
    except (ValueError, OverflowError, TypeError, re.error):  # what its rules raise on odd strings
        return None
    return found.date() if found and str(found.year) in text else None
