"""A question read for searching: the outlets and days it names, what it asks apart from them, and its parts.

"Did Reuters, on 24 May 2025, ..." names where and when to look. That is a hint and not a filter: what was published
elsewhere stays findable. Only names that outlets of the index bear are known; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from index.days import days_asked
from index.lexical import terms

NEWS_DELAY = timedelta(days=1)  # what happens on a day is published on it or on the next
MIN_PART = 3  # words that count, in a part that is searched for by itself
MAX_PARTS = 6

# "The Roar | Sports Writers Blog", "Cnbc: World Business", "Gazette - Sports": people name what stands in front.
_SECTION = re.compile(r"\s*[|:]\s*|\s+[-–—]\s+")
_ENDING = re.compile(r"\.(?:com|org|net|co\.uk)$", re.IGNORECASE)
_PART = re.compile(
    r"[,;?]|\b(?:and|or|but|while|whereas|although|which|that|who|compared (?:to|with)|in contrast (?:to|with))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A clause of a question, without the outlets it names."""

    text: str
    outlets: tuple[str, ...]  # as the index has them


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An outlet named in a question, at its characters `start` to `end` (end exclusive). `outlets`: all who bear the name."""

    start: int
    end: int
    outlets: tuple[str, ...]  # as the index has them


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for. `text`: the question without the outlets it names; `parts`: its clauses, none for a short one."""

    text: str
    parts: tuple[Part, ...]
    outlets: tuple[str, ...]  # as the index has them
    days: tuple[tuple[date, date], ...]  # days it names, first and last

    def hints_at(self, published: date | None) -> float:
        """1 for an article of a day the question names, 0.5 for one of the day after, which may tell of it, else 0."""
        if published is None:
            return 0.0
        named = any(first <= published <= last for first, last in self.days)
        after = any(first <= published <= last + NEWS_DELAY for first, last in self.days)
        return 1.0 if named else 0.5 if after else 0.0


class OutletNames:
    """The names by which the outlets of an index may be called."""

    def __init__(self, outlets: Iterable[str]) -> None:
        self._bearers: dict[str, set[str]] = {}
        for outlet in outlets:
            for name in called(outlet):
                self._bearers.setdefault(name, set()).add(outlet)
        longest_first = sorted(self._bearers, key=lambda name: (-len(name), name))
        pattern = "|".join(map(re.escape, longest_first))
        self._written = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") if pattern else None
        self._anyhow = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) if pattern else None
        self._folded = {name.casefold(): bearers for name, bearers in self._bearers.items()}

    def find(self, question: str) -> tuple[tuple[str, ...], str]:
        """The outlets a question names, and the question without their names.

        Capitals count, since Fortune and The Age are words, too; in a question all in small letters they do not, and
        there nothing is taken out of it.
        """
        return self._find(question, small=question == question.lower())

    def mentions(self, question: str) -> tuple[Mention, ...]:
        """Where a question names outlets, in its order; capitals count as in `find`."""
        pattern = self._anyhow if question == question.lower() else self._written
        return tuple(
            Mention(start=m.start(), end=m.end(), outlets=tuple(sorted(self._folded[m[0].casefold()])))
            for m in (pattern.finditer(question) if pattern else ())
        )

    def find_in_parts(self, question: str) -> tuple[Part, ...]:
        """The clauses of a question that hold enough words to be searched for, each with the outlets it names."""
        small = question == question.lower()
        found = (self._find(piece, small=small) for piece in _PART.split(question))
        return tuple(Part(text=text, outlets=names) for names, text in found if len(terms(text)) >= MIN_PART)

    def _find(self, question: str, *, small: bool) -> tuple[tuple[str, ...], str]:
        pattern = self._anyhow if small else self._written
        if pattern is None:
            return (), question.strip()
        found = [name for match in pattern.finditer(question) for name in sorted(self._folded[match[0].casefold()])]
        rest = " ".join((question if small else pattern.sub(" ", question)).split())
        return tuple(dict.fromkeys(found)), rest


def called(outlet: str) -> frozenset[str]:
    """The names by which an outlet may be called: whole, without its section, its article or its domain's ending."""
    names = {outlet.strip(), _SECTION.split(outlet.strip())[0]}
    names |= {name.removeprefix("The ") for name in names}
    names |= {_ENDING.sub("", name) for name in names}
    return frozenset(name for name in names if len(name) > 2)


def read_query(question: str, outlets: OutletNames, newest: date | None) -> Query:
    """Read a question. A day without a year is read as `days_asked` says; weekdays hint at nothing."""
    named, text = outlets.find(question)
    days = tuple(
        (day.first, day.last)
        for day in days_asked(question, newest)
        if day.first and day.last and re.search(r"\d", question[day.start : day.end])
    )
    parts = outlets.find_in_parts(question)
    return Query(
        text=text if terms(text) else question,
        parts=tuple(dict.fromkeys(parts))[:MAX_PARTS] if len(parts) > 1 else (),
        outlets=named,
        days=days,
    )
