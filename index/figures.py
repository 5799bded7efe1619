"""Figures in sentences: how many of what, in which event, done or promised, on whose word, as of when.

Rules over the words around a number, general for reporting on conflicts and disasters: nothing here names a war, a person or a
figure. Where a rule does not know, the field says so (None, empty); the sentence always stays with the figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import prod

from index import clauses
from index.actions import ACTIONS, KIND_ACTION, MIXED, action_spans, actions_in, fits
from index.attribution import attributions, claimant
from index.clauses import Clause, State, bare, clause_of, cut_clauses
from index.counted import (
    KINDS,
    PERSONS,
    classes_of,
    counted_phrase,
    counts_things,
    is_people,
    kinds_in,
    names_things,
    noun_end,
    structural,
)  # fmt: skip
from index.days import find_days
from index.figure_action import (
    OF_PEOPLE,
    TRANSFERS,
    Anatomy,
    told_before,
    told_by_heading,
    told_further_on,
    told_in_clause,
    unless_aside,
)
from index.figure_days import day_of
from index.figure_scope import Scope, scope_of
from index.numbers import Number, Role, find_numbers
from index.places import find_place
from index.records import Sentence

__all__ = [
    "ACTIONS", "KINDS", "PERSONS", "Figure", "Scope", "State", "actions_in", "counted_phrase", "counts_things", "kinds_in", "read_figures",
    "structural",
]  # fmt: skip

_FOR = re.compile(r"\s[^,;:]{0,60}\bfor (?:the )?")
_BODIES_OF = re.compile(
    r"\b(?:bodies|remains|corpses|deaths|burials?) of (?:(?:a family of|a group of|at least|about|some|more than|the|all|another) )*$",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"\s(?:(?:others?|more|people|are|is|were|was|remain(?:s|ed)?|still|have been|had been|reported|feared)\s)*(?P<what>missing|dead|unaccounted|(?:(?!(?:on|in|by|at|to|with|from|and|or)\s)\w+\s){0,2}?(?:civilians?|children|women|soldiers|military|minors|police|prisoners|hostages))\b"
)
_APPOSED = re.compile(
    r",\s(?:\w+ly\s|all\s|most of them\s)*(?P<what>wounded|injured|dead|sick|ill)\b(?=,)"
)  # "22 men, badly wounded, came"
_ALONG = re.compile(r"^[\s,]*(?:with|plus|along with|as well as|together with)\b")
_RESUMED = re.compile(r",\s(?:were|was|are|is|have|has|had)\s(?:[\w’'-]+[\s.]?){1,4}")
_TAKEN_UP = re.compile(r"\b(?:the|these|those|that)\s$", re.IGNORECASE)
_HALVES = re.compile(r"\s(?:while|whereas|but)\s|;\s")
MILLION = 1e6
SOON_AFTER = 2  # sentences within which a figure is told again
_AND_ALSO = re.compile(
    r"(?:,\s)?\s?(?:and\s)(?:\S+\s){0,3}?(?=[\w,]+\s(?:bodies|remains|wounded|refugees|detainees)\b)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. `start`/`end`: characters of the number in its article. `vague` values are lower bounds ("dozens")."""

    value: float
    qualifier: str  # "at least", "more than", "about" ... or ""
    vague: bool
    role: Role
    counted: str  # the words after the number, as written; may be empty
    kinds: frozenset[str]  # keys of KINDS; empty: something else, or not said
    action: str | None  # key of ACTIONS
    state: State
    per_side: bool
    scope: Scope
    when: date | None  # day of the event or as-of day of a total; None: cannot be known
    dated: bool  # the sentence names that day itself; else it is the day of publication
    period: (
        str  # the words that give a total its period, as written: "since March 2022", "in just these two days"; or ""
    )
    claimant: str | None  # who says so, as written; None: the outlet itself
    sentence: Sentence
    upper: float | None = None  # the other end of a range, whose lower end is `value` ("20 to 30", "between 20 and 30")
    place: str | None = None  # where, as written; None: not said in the sentence
    confidence: float = 1.0  # 0..1: how much of this was read from the words beside the number (see `_confidence`)
    speaker: Sentence | None  # the neighbouring sentence that names the claimant, where this one does not
    start: int
    end: int


def read_figures(sentences: Sequence[Sentence]) -> tuple[Figure, ...]:
    """Every counted figure in consecutive sentences of ONE article; neighbours settle who speaks in a running quotation.

    Numbers that are dates, ages, clock times, names, ordinals, scores or the name of a deal ("1,000-for-1,000") yield nothing.
    """
    figures: list[Figure] = []
    for position, sentence in enumerate(sentences):
        numbers = tuple(
            n for n in find_numbers(sentence.text)
            if n.role in {"count", "money", "share"} and not structural(sentence.text, n.end)
            and not clauses.points_back(sentence.text, n) and not clauses.has_part_told(sentence.text, n)
        )  # fmt: skip
        numbers = _sums_of_money(sentence.text, numbers)
        if numbers:
            nouns = [(n.end, noun_end(sentence.text, n.end) + 1) for n in numbers]
            actions = tuple(action_spans(sentence.text))
            wholes = tuple(n for n in numbers if clauses.is_whole(sentence.text, n, numbers))
            reading = Anatomy(
                sentence=sentence,
                numbers=numbers,
                wholes=wholes,
                cuts=tuple(cut_clauses(sentence.text, numbers)),
                actions=actions,
                told=tuple(
                    a
                    for a in actions
                    if not clauses.adjectival(sentence.text, a) and not any(start <= a[0] < end for start, end in nouns)
                ),
                days=find_days(sentence.text, sentence.source.published),
                before=sentences[position - 1] if position else None,
                after=sentences[position + 1] if position + 1 < len(sentences) else None,
            )
            read: list[Figure] = []
            previous = None  # a whole is no figure that another could share with: "119 of 160"
            for number in numbers:
                read.append(_figure(reading, number, previous))
                previous = previous if previous and number in wholes else read[-1]
            if any(f.state == "promised" for f, n in zip(read, numbers, strict=True) if n in wholes):
                # "355 of the 420 it promised, and the Front 119 of 160"
                read = [replace(f, state="promised") if n in wholes else f for f, n in zip(read, numbers, strict=True)]
            promised = {f.value for f in read if f.state == "promised"}
            figures.extend(
                replace(f, state="promised") if f.value in promised and _again(sentence.text, f) else f for f in read
            )
    several = [f for f in figures if f.scope == "several"]
    return tuple(_retold(figure, several) if several else figure for figure in figures)


def _retold(figure: Figure, several: Sequence[Figure]) -> Figure:
    """A figure over several days that is told again soon after is no single event's: "697 in two days. Russia has received 697, too"."""
    if figure.scope != "event" or figure.dated:
        return figure
    told = (
        f for f in several if f.value == figure.value and 0 < figure.sentence.ordinal - f.sentence.ordinal <= SOON_AFTER
    )
    first = next(told, None)
    return replace(figure, scope="several", period=first.period) if first else figure


def _sums_of_money(text: str, numbers: Sequence[Number]) -> tuple[Number, ...]:
    """The numbers of a sentence, where one that leaves out the currency is money like the sum it is a part of: "of the 86 million
    dollars pledged, 31 million had been paid"."""
    made: list[Number] = []
    for number in numbers:
        money = bool(made) and made[-1].role == "money" and number.role == "count" and number.value >= MILLION
        made.append(replace(number, role="money") if money and not counted_phrase(text, number.end) else number)
    return tuple(made)


def _again(text: str, figure: Figure) -> bool:
    """Whether a figure only takes up a number told before: "the expected 1,000 ... since he called the 1,000 a minimum"."""
    return bool(_TAKEN_UP.search(text[: figure.start - figure.sentence.start]))


def _figure(reading: Anatomy, number: Number, previous: Figure | None) -> Figure:
    text, sentence = reading.sentence.text, reading.sentence
    clause = clause_of(text, number, reading.cuts)
    words = text[clause.start : clause.end]
    counted = counted_phrase(text, number.end)
    kinds = _kinds(text, number, counted)
    if previous is not None and not counted and _FOR.fullmatch(text, previous.end - sentence.start, number.start):
        kinds = previous.kinds  # "6,000 bodies for 6,000"
    told, mine = told_in_clause(reading, number, clause, kinds, counted)
    if told in {"injured", "killed"} and (resumed := _RESUMED.match(text, clause.end)):
        moved = [a for a in reading.actions if a[2] in TRANSFERS and clause.end <= a[0] < resumed.end()]
        told = moved[0][2] if moved else told  # "22 men, severely wounded, were returned"
    if kinds & {"arrested", "displaced", "wounded"} and bare(text, number, clause):
        moved_on = told_further_on(reading, number, clause)
        told = moved_on if moved_on in TRANSFERS else told  # "34 captured men and 11 civilians were handed back"
    # a part of the figure before, or one whose verb is left out, shares what happened, when, and on which side
    shares = previous is not None and (clause.part or (told is None and bare(text, number, clause)))
    if previous is not None and previous.action in TRANSFERS and _ALONG.match(words) and told == "injured":
        told = previous.action
    along = bool(_AND_ALSO.match(text, clause.start)) and bare(text, number, clause)
    if previous is not None and previous.action in TRANSFERS and told in KIND_ACTION.values() and along:
        # "exchanged 3,000 prisoners and 12,000 bodies"
        told = "recovered" if previous.action == "rescued" and "dead" in kinds else previous.action
    action = told or told_by_heading(reading, clause, previous.start - sentence.start if previous else None)
    if action is None and previous is not None and shares:
        action = previous.action
    if action is None:
        of_people = previous is not None and is_people(previous.counted, previous.kinds)
        action = told_further_on(reading, number, clause) or told_before(reading, number, clause, of_people=of_people)
    if told is None and action in OF_PEOPLE and names_things(counted, kinds):
        action = None
    if told is None and action and not fits(action, classes_of(counted, kinds)):
        action = None
    action = unless_aside(reading, number, counted, kinds, action)
    state = clauses.state_of(text, number, clause)
    if number in reading.wholes and clauses.still_owed(text, noun_end(text, number.end)):
        state = "promised"  # "$118 million of the $310 million pledged has been paid"
    per_side = clauses.of_each_side(text, number, reading.numbers, clause)
    scope, period = scope_of(text, number, reading.numbers, reading.days, clause)
    when, dated = day_of(sentence, number, reading.days, (clause.start, clause.end), promised=state == "promised")
    if shares and previous is not None:
        state = previous.state if state == "done" else state
        per_side = per_side or (previous.per_side and (clause.part or (not counted and scope == "event")))
        scope, period = (previous.scope, previous.period) if scope == "event" else (scope, period)
        when, dated = (when, dated) if _has_day(reading, clause) else (previous.when, previous.dated)
    who, speaker = _claim(reading, number)
    return Figure(
        value=number.value, upper=number.upper, qualifier=number.qualifier, vague=number.vague, role=number.role,
        counted=counted, kinds=kinds, action=action, state=state, per_side=per_side, scope=scope, period=period,
        when=when, dated=dated, claimant=who, sentence=sentence, speaker=speaker,
        place=find_place(text, number.start, within=(clause.start, clause.end)),
        confidence=_confidence(number, counted, kinds, mine, dated, speaker is not None, shares, len(reading.numbers)),
        start=sentence.start + number.start, end=sentence.start + number.end,
    )  # fmt: skip


def _kinds(text: str, number: Number, counted: str) -> frozenset[str]:
    if counts_things(counted):
        return frozenset()
    if MIXED.search(text[number.end : number.end + len(counted) + 20]):
        return kinds_in(counted) - {"dead", "wounded", "missing"}
    kinds = kinds_in(counted)
    if _BODIES_OF.search(text[max(0, number.start - 40) : number.start]):
        kinds |= {"dead"}
    apposed = _APPOSED.match(text, noun_end(text, number.end))
    if apposed and not kinds & {"dead", "wounded"}:
        kinds |= kinds_in(apposed["what"])
    beside = _PREDICATE.match(text, number.end + len(counted) + bool(counted))  # "five of the soldiers"
    if predicate := beside or _PREDICATE.match(text, noun_end(text, number.end)):
        kinds |= {"missing"} if predicate["what"] == "unaccounted" else kinds_in(predicate["what"])
    return kinds


def _has_day(reading: Anatomy, clause: Clause) -> bool:
    return any(clause.start <= day.start < clause.end for day in reading.days)


def _claim(reading: Anatomy, number: Number) -> tuple[str | None, Sentence | None]:
    """The claimant, and the neighbour that names it if the sentence itself does not."""
    text = reading.sentence.text
    found = attributions(text)
    if len(found) > 1:
        # "A reported 12, while B spoke of two": whoever stands in the number's half
        borders = [m.start() for m in _HALVES.finditer(text)]
        half = sum(b <= number.start for b in borders)
        own = [a for a in found if sum(b <= a.start for b in borders) == half]
        return (own or found)[0].who, None
    if found:
        ends = not text[found[0].end :].strip(" .”\"’'")
        if not ends and ";" in text[number.end : found[0].start]:
            return None, None  # "Sirens sounded in 14 regions; officials said ..."
        return found[0].who, None
    before, after = reading.before, reading.after
    who = claimant(text, before=before.text if before else "", after=after.text if after else "")
    return who, None if who is None else next((n for n in (before, after) if n and who in n.text), None)


def _confidence(
    number: Number,
    counted: str,
    kinds: frozenset[str],
    told: bool,
    dated: bool,
    elsewhere: bool,
    shares: bool,
    numbers: int,
) -> float:
    """How far the row can be relied on, 0..1: the product of a factor for each thing that had to be inferred.

    An amount that is not exact .5; nothing named that is counted .6, a thing rather than people .95; what happened not said in the
    number's own clause .8; a speaker who stands in a neighbouring sentence .9; a day that is only that of publication .95;
    shared with the figure before .9; each further figure in the sentence .95. `python -m benchmarks.figures` shows how often
    figures of each band are right.
    """
    factors = (
        (number.vague, 0.5),
        (not counted, 0.6),
        (bool(counted) and not kinds, 0.95),
        (not told, 0.8),
        (elsewhere, 0.9),
        (not dated, 0.95),
        (shares, 0.9),
        (numbers > 1, 0.95 ** (numbers - 1)),
    )
    return round(prod(factor for holds, factor in factors if holds), 3)
