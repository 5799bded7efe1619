"""What a count had come to at a point of a row of stages that a question names: "by the evening of 24 May", "after the second stage".

A report gives it as a figure of several days ("in just these two days, 697"); that it is one of this row, up to this point, is shown by
the figures of its stages, which have to add up to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import product

from assistant.count import CountQuestion
from assistant.occasions import TOGETHER
from assistant.question_kinds import CARDINALS, ORDINALS
from index.figures import Figure
from index.letters import lowered

_STAGES = r"(?:[\w-]+ ){0,2}?(?:days?|stages?|phases?|rounds?|batch(?:es)?|parts?)\b"
_CARDINAL, _ORDINAL = "|".join(n for n in CARDINALS if n != "one"), "|".join(n for n in ORDINALS if n != "first")
_FIRST = re.compile(rf"\bfirst (?P<n>{_CARDINAL}|[2-9]) {_STAGES}", re.IGNORECASE)
_AFTER = re.compile(
    rf"\b(?:after|following|once|up to|until|through|(?:by|at|to) the (?:end|close|completion|evening|night) of)"
    rf" (?:the |its |their |just |only )*(?:(?P<n>{_CARDINAL}|[2-9])|(?P<nth>{_ORDINAL}|[2-9](?:nd|rd|th))) {_STAGES}",
    re.IGNORECASE,
)
# "after Saturday's stage", of a day that the scope of the question has
_AFTER_DAY = re.compile(r"\b(?:after|following|once|including|with)\b", re.IGNORECASE)
# What was released after a stage is what came later, if nothing says that all before is meant
_ALL_BEFORE = re.compile(
    r"\bhad\b|\b(?:altogether|together|in total|in all|so far|all told|up to then|by then|add(?:s|ed)? up)\b",
    re.IGNORECASE,
)
# Without one a count by some day is one of all so far
_ROW = re.compile(r"\b(?:stages?|phases?|rounds?|exchange|swap|deal|agreement)\b", re.IGNORECASE)
MOST = 64  # ways to choose one figure a day that are tried


def stood_at(question: str, asked: CountQuestion, figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The figure that a count had come to at the point of a row of stages that a question names, then those of the stages, which add up
    to it; empty where it names no such point, none is reported, or two are. `figures`: those found of the kind asked for, of any time."""
    if asked.part_of or asked.rest or asked.compared or asked.promised or asked.both or asked.accounts:
        return ()
    until, stages = _day(question, asked), _stages(question)
    if until is None and stages is None:
        return ()
    done = [f for f in figures if f.state == "done" and f.when and not f.vague and not f.qualifier]
    single = [f for f in done if f.scope == "event"]
    found: dict[float, tuple[Figure, ...]] = {}
    for total in (f for f in done if f.scope != "event"):
        row = _row([f for f in single if f.value < total.value], total)
        of_stages = stages is None or len(row) == stages
        timely = total.when == until if until else _in_time(asked, row)
        if row and of_stages and timely:
            found.setdefault(total.value, (total, *row))
    return next(iter(found.values())) if len(found) == 1 else ()


def _day(question: str, asked: CountQuestion) -> date | None:
    """The day by whose end is asked: "by 24 May", "after Saturday's stage"."""
    scope = asked.scope
    if scope.named and scope.as_of and asked.standing and (asked.each or _ROW.search(question)):
        return scope.as_of
    after = scope.named and scope.first and scope.last in {None, scope.first} and _AFTER_DAY.search(question)
    return scope.first if after and asked.several else None


def _stages(question: str) -> int | None:
    """How many of the first stages or days are asked about together, two or more."""
    if match := _AFTER.search(question):
        if not _ALL_BEFORE.search(question):
            return None
        written = match["n"] or match["nth"]
    elif match := _FIRST.search(question):
        written = match["n"]
    else:
        return None
    written = lowered(written)
    return CARDINALS.get(written) or ORDINALS.get(written) or int(written[0])


def _row(single: Sequence[Figure], total: Figure) -> tuple[Figure, ...]:
    """One figure for each day of the row that ends with a total, the earliest first, which together come to it; empty where none do."""
    assert total.when is not None
    of_day: dict[date, dict[float, Figure]] = {}
    for figure in single:
        if figure.when and figure.when <= total.when:
            of_day.setdefault(figure.when, {}).setdefault(figure.value, figure)
    days: list[date] = []
    for day in sorted(of_day, reverse=True):
        if (days[-1] if days else total.when) - day > (TOGETHER if days else timedelta(0)):
            break
        days.append(day)
    ways = product(*(of_day[day].values() for day in sorted(days)))
    chosen = (way for way, _ in zip(ways, range(MOST), strict=False) if sum(f.value for f in way) == total.value)
    return next(chosen, ()) if len(days) > 1 else ()


def _in_time(asked: CountQuestion, row: Sequence[Figure]) -> bool:
    """Whether a row is of the time asked about, or the month of the event, if one is named."""
    first, last = asked.scope.month or (asked.scope.first, asked.scope.last)
    return all((first or date.min) <= (f.when or date.min) <= (last or date.max) for f in row)
