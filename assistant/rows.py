"""The exchanges of a year, one after another: what the first of them, or all so far, come to, where a report's count shows that none is
missing.

A sum over days that a question names is one over what it names. "All exchanges this year" is only right if all are known: "it was the
third of this year" says so of three.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from assistant.count import SPECIFIC, CountQuestion
from assistant.occasions import TOGETHER
from assistant.question_kinds import place_of_year
from index.figures import Figure, kinds_in
from index.letters import lowered
from index.records import Sentence

RETOLD = timedelta(days=3)  # within which an exchange is told of again without its day
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_EXCHANGES = r"(?:[\w-]+ )?(?:exchanges|swaps)"
_FIRST = re.compile(rf"\bfirst (?P<n>{'|'.join(_NUMBERS)}|\d) {_EXCHANGES}\b", re.IGNORECASE)
_ALL = re.compile(
    rf"\b(?:all|the|these|those) (?:(?P<n>{'|'.join(_NUMBERS)}|\d) )?{_EXCHANGES}\b|\b(?:this year|in 20\d\d|of 20\d\d|so far)\b",
    re.IGNORECASE,
)


def year_row(
    question: str, asked: CountQuestion, figures: Sequence[Figure], sentences: Iterable[Sentence], until: date | None
) -> tuple[Figure, ...]:
    """The figures per side, the earliest first, of the exchanges of a year up to `until` that a question wants added up: as many of the
    first as it says, or all. Empty where it wants nothing of the kind, where two reports differ on one of them, where one may be
    missing, or where one that is wanted is the only one."""
    first, every = _FIRST.search(question), _ALL.search(question)
    if not (first or every) or not until or "exchanged" not in asked.actions:
        return ()
    all_year = asked.scope.first is not None and (asked.scope.first.month, asked.scope.first.day) == (1, 1)
    if not (first or asked.several or all_year) or (all_year and asked.scope.first == asked.scope.last):
        return ()
    if (
        asked.part_of
        or asked.rest
        or asked.compared
        or asked.promised
        or asked.thrown_in
        or asked.kinds & SPECIFIC
        or asked.towards
    ):
        return ()
    year = asked.scope.first.year if asked.scope.first else until.year
    last = min(asked.scope.last or until, until)
    if asked.scope.first and asked.scope.first > date(year, 1, 1):
        return ()
    row = by_exchange([f for f in figures if f.when and date(year, 1, 1) <= f.when <= last])
    named = (first or every)["n"]  # type: ignore[index]
    wanted = (_NUMBERS.get(lowered(named)) or int(named)) if named else len(row)
    if wanted > _known(row, sentences) or (not first and wanted != len(row)):
        return ()
    chosen = [f for exchange in row[:wanted] for f in exchange]
    return tuple(chosen) if len(chosen) > 1 else ()


def by_exchange(figures: Iterable[Figure]) -> list[list[Figure]]:
    """One figure for each day on which each side released some, the days of one exchange together, up to a day of which two reports
    differ."""
    unlike = SPECIFIC | {"military"}  # a part of those released
    told = [f for f in figures if f.per_side and f.scope == "event" and f.state == "done" and f.action == "exchanged"]
    told = [f for f in told if not f.vague and not f.kinds & unlike]
    told = [f for f in told if f.kinds or not kinds_in(f.sentence.text) & unlike]  # "the only civilians were the 120"
    told = [f for f in told if f.dated or not any(_again(f, other) for other in told)]
    row: list[list[Figure]] = []
    for day in sorted({f.when for f in told if f.when}):
        of_day = [f for f in told if f.when == day]
        values = Counter(f.value for f in of_day)
        (most, _), *others = values.most_common()
        if others and max(values) != most:
            break
        best = next(f for f in of_day if f.value == most)
        if row and day - (row[-1][-1].when or day) <= TOGETHER:
            row[-1].append(best)
        else:
            row.append([best])
    return row


def _again(figure: Figure, other: Figure) -> bool:
    """Whether a figure whose sentence names no day only repeats one of a day before."""
    if figure.value != other.value or not (figure.when and other.when):
        return False
    return timedelta(0) < figure.when - other.when <= RETOLD


def _known(row: Sequence[Sequence[Figure]], sentences: Iterable[Sentence]) -> int:
    """How many of the first of a row none is missing among: the last of which a report of its days says that it has this place in its
    year; 0 if no report does."""
    told = [(s.source.published, place) for s in sentences if s.source.published and (place := place_of_year(s.text))]
    known = 0
    for place, exchange in enumerate(row, start=1):
        days = [f.when for f in exchange if f.when]
        if any(said == place and days[0] <= published <= days[-1] + RETOLD for published, said in told):
            known = place
    return known
