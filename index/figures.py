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
from index.actions import ACTIONS, KIND_ACTION, MIXED, action_spans, actions_in, fits, fitted, weak_action
from index.attribution import attributions, claimant
from index.clauses import Action, Clause, State, bare, clause_of, cut_clauses, nearest
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
from index.days import Day, find_days
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
_ALONG = re.compile(r"^[\s,]*(?:with|plus|along with|as well as|together with)\b")
_RESUMED = re.compile(r",\s(?:were|was|are|is|have|has|had)\s(?:[\w’'-]+[\s.]?){1,4}")
_ANOTHER_SUBJECT = re.compile(
    r";|\.\s|,\s(?:while|but|killing|wounding|injuring|and)\b|\s(?:while|whereas|but)\s|\sand\s(?:\w+ed|took|left|shot|sent|made|drove|hit|struck|put|gave|brought|had|have|has|was|were)\b"
)
_TRANSFERS = frozenset({"exchanged", "recovered", "rescued", "held"})
_OF_PEOPLE = frozenset({"killed", "injured", "displaced", "detained", "held", "missing"})  # never said of things
_FATES = frozenset({"killed", "injured", "rescued", "detained"})
MILLION = 1e6
_SHARE_OF = re.compile(r"(?:%|\sper ?cent) of (?:the|its|their|all|those|these)\b")
_WITH = re.compile(r",?\swith\s")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One sentence while its figures are read."""

    sentence: Sentence
    numbers: tuple[Number, ...]
    cuts: tuple[int, ...]
    actions: tuple[Action, ...]
    told: tuple[Action, ...]  # those that stand outside the counted phrases
    days: tuple[Day, ...]
    before: Sentence | None
    after: Sentence | None


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
            reading = _Reading(
                sentence=sentence,
                numbers=numbers,
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
                previous = previous if previous and clauses.is_whole(sentence.text, number, numbers) else read[-1]
            wholes = [clauses.is_whole(sentence.text, number, numbers) for number in numbers]
            if any(f.state == "promised" for f, whole in zip(read, wholes, strict=True) if whole):
                # "355 of the 420 it promised, and the Front 119 of 160"
                read = [replace(f, state="promised") if whole else f for f, whole in zip(read, wholes, strict=True)]
            promised = {f.value for f in read if f.state == "promised"}
            figures.extend(
                replace(f, state="promised") if f.value in promised and _again(sentence.text, f) else f for f in read
            )
    return tuple(figures)


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
    start = figure.start - figure.sentence.start
    return bool(re.search(r"\b(?:the|these|those|that)\s$", text[:start], re.IGNORECASE))


def _figure(reading: _Reading, number: Number, previous: Figure | None) -> Figure:
    text, sentence = reading.sentence.text, reading.sentence
    clause = clause_of(text, number, reading.cuts)
    words = text[clause.start : clause.end]
    counted = counted_phrase(text, number.end)
    kinds = _kinds(text, number, counted)
    if previous is not None and not counted and _FOR.fullmatch(text, previous.end - sentence.start, number.start):
        kinds = previous.kinds  # "6,000 bodies for 6,000"
    told, mine = _action(reading, number, clause, kinds, counted)
    if told in {"injured", "killed"} and (resumed := _RESUMED.match(text, clause.end)):
        moved = [a for a in reading.actions if a[2] in _TRANSFERS and clause.end <= a[0] < resumed.end()]
        told = moved[0][2] if moved else told  # "22 men, severely wounded, were returned"
    if kinds & {"arrested", "displaced", "wounded"} and bare(text, number, clause):
        moved_on = _told_further_on(reading, number, clause)
        told = moved_on if moved_on in _TRANSFERS else told  # "34 captured men and 11 civilians were handed back"
    # a part of the figure before, or one whose verb is left out, shares what happened, when, and on which side
    shares = previous is not None and (clause.part or (told is None and bare(text, number, clause)))
    if previous is not None and previous.action in _TRANSFERS and _ALONG.match(words) and told == "injured":
        told = previous.action
    along = bool(_AND_ALSO.match(text, clause.start)) and bare(text, number, clause)
    if previous is not None and previous.action in _TRANSFERS and told in KIND_ACTION.values() and along:
        # "exchanged 3,000 prisoners and 12,000 bodies"
        told = "recovered" if previous.action == "rescued" and "dead" in kinds else previous.action
    action = told or _told_by_heading(reading, clause, previous)
    if action is None and previous is not None and shares:
        action = previous.action
    if action is None:
        action = _told_further_on(reading, number, clause) or _told_before(reading, number, clause, previous)
    if told is None and action in _OF_PEOPLE and names_things(counted, kinds):
        action = None
    if told is None and action and not fits(action, classes_of(counted, kinds)):
        action = None
    action = _unless_aside(reading, number, counted, kinds, action)
    state = clauses.state_of(text, number, clause)
    if clauses.is_whole(text, number, reading.numbers) and clauses.still_owed(text, noun_end(text, number.end)):
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
        place=find_place(words, number.start - clause.start) or find_place(text, number.start),
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
    beside = _PREDICATE.match(text, number.end + len(counted) + bool(counted))  # "five of the soldiers"
    if predicate := beside or _PREDICATE.match(text, noun_end(text, number.end)):
        kinds |= {"missing"} if predicate["what"] == "unaccounted" else kinds_in(predicate["what"])
    return kinds


def _action(
    reading: _Reading, number: Number, clause: Clause, kinds: frozenset[str], counted: str
) -> tuple[str | None, bool]:
    """What happened, as far as the number's own clause tells, and whether a verb there told it.

    A participle inside a noun phrase ("captured soldiers") is no event if a verb stands beside it: they were released.
    """
    text = reading.sentence.text
    of = _SHARE_OF.match(text, number.end) if number.role == "share" else None
    classes = classes_of(counted_phrase(text, of.end()) if of else counted, kinds)
    if number.role == "money":
        action = weak_action(text[clause.start : clause.end], classes, "money")
        return action, action is not None
    begin, end = clauses.reach(text, clause, number, reading.actions), noun_end(text, number.end)
    words = text[begin : clause.end]
    own = [a for a in reading.actions if begin <= a[0] < clause.end and not clauses.apart(text, number, a)]
    own = [a for a in own if fits(a[2], classes)]
    if counts_things(counted):
        own = [a for a in own if a[2] not in _OF_PEOPLE or text.startswith("captur", a[0])]
    verbs = [a for a in own if a in reading.told]
    beside = [a for a in verbs if clauses.governs(text, number, end, a)]
    if phrase := clauses.around(text, clause, number, end):
        words = f"{words} | {phrase}"
        split = [name for start, stop, name in action_spans(phrase) if start == 0 and " " in phrase[:stop]]
        beside = [*beside, *((number.start - 1, number.end, name) for name in split if fits(name, classes))]
        verbs = [*verbs, *beside]
    telling = [a for a in beside if a[0] < end or not clauses.describes(text, end, a)]
    if not telling and beside and (predicates := [a for a in verbs if clauses.is_predicate(text, end, a)]):
        telling = predicates  # "17 of the students abducted in March were set free"
    beside = telling or beside
    if of_kind := next((KIND_ACTION[k] for k in sorted(kinds) if k in KIND_ACTION), None):
        if beside and "dead" not in kinds and (fate := nearest(number, reading.numbers, beside)) in _FATES:
            return fate, True  # displaced people who were killed
        moved = [a for a in verbs if a[2] in _TRANSFERS and not text.startswith("receiv", a[0])]
        if moved:
            action = nearest(number, reading.numbers, moved)
            return "recovered" if action == "rescued" and "dead" in kinds else action, True
        weak = weak_action(words, classes, number.role) if "dead" in kinds else None
        return weak if weak in {"recovered", "exchanged"} else of_kind, True
    if tally := clauses.tallied(text, clause, number, verbs):
        return tally, True
    if verbs:
        action = nearest(number, reading.numbers, beside or verbs)
        verb = next(a for a in beside or verbs if a[2] == action)
        gets = text.startswith("receiv", verb[0]) and number.end < verb[0] and not kinds & {"prisoner", "military"}
        if action == "exchanged" and gets:
            return "delivered", True  # families that received something
        if action in {"held", "detained"} and clauses.describes(text, end, verb):
            arrived = weak_action(text[verb[1] : clause.end], classes | {"captives"}, number.role)
            action = "exchanged" if arrived == "exchanged" else action  # "eight people held by rebels arrived home"
        return fitted(action, text[verb[0] : verb[1]], classes, words), True
    named = [a for a in own if a[0] >= number.end and counted and a[1] >= end]  # "57 executions"
    passed_over = "people" in classes and clauses.is_fronted_whole(text, number)
    if weak := named[0][2] if named else None if passed_over else weak_action(words, classes, number.role):
        return weak, True
    return (nearest(number, reading.numbers, own) if own else None), False


def _told_further_on(reading: _Reading, number: Number, clause: Clause) -> str | None:
    """The action of a subject whose verb comes after other subjects: "270 soldiers and 120 civilians came home"."""
    text = reading.sentence.text
    if clauses.is_fronted_whole(text, number):
        return None
    if clauses.is_left(text, number):
        return min((a for a in reading.told if a[0] >= clause.end), default=(0, 0, None))[2]
    if clauses.ALL_OF_THEM.match(text, clause.end):
        return min((a for a in reading.actions if a[0] >= clause.end), default=(0, 0, None))[2]
    resumed = re.match(r",\s(?:were|was|are|is|have|has|had)\b", text[clause.end :])
    if clause.end >= len(text) or _ANOTHER_SUBJECT.match(text[clause.end :]):
        return None
    if not resumed and not bare(text, number, clause):
        return None
    parts = [c for c in (clause_of(text, n, reading.cuts) for n in reading.numbers) if c.part]
    later = [a for a in reading.actions if a[0] >= clause.end and not any(p.start <= a[0] < p.end for p in parts)]
    return min(later)[2] if later else None


def _told_before(reading: _Reading, number: Number, clause: Clause, previous: Figure | None) -> str | None:
    """The action of what comes before a clause that names none: "Evacuations went on, with 800 people leaving by boat"."""
    text = reading.sentence.text
    alone = _WITH.match(text, clause.start) or bare(text, number, clause)
    if not alone or re.search(r":\s?[^;.]*$", text[: clause.start + 1]):
        return None
    if clause.part and previous is not None and is_people(previous.counted, previous.kinds):
        return None  # a part of people to whom nothing happened
    start = max((m.end() for m in re.finditer(r"[;.]\s", text[: clause.start])), default=0)
    told = [a for a in reading.told if start <= a[0] < clause.start]
    return max(told)[2] if told else None


def _told_by_heading(reading: _Reading, clause: Clause, previous: Figure | None) -> str | None:
    """The action before a colon that heads a list, if no number stands in between: "injured: 39"."""
    start, end = clauses.heading(reading.sentence.text, clause)
    if previous is not None and previous.start - reading.sentence.start >= start:
        return None
    told = [a for a in reading.told if start <= a[0] < end]
    return max(told)[2] if told else None


def _unless_aside(
    reading: _Reading, number: Number, counted: str, kinds: frozenset[str], action: str | None
) -> str | None:
    """What happened, but nothing to who did it, to a whole of which a part is told, or to places in which it happened."""
    text, end = reading.sentence.text, noun_end(reading.sentence.text, number.end)
    classes = classes_of(counted, kinds)
    if number.role == "count" and clauses.is_whole(text, number, reading.numbers):
        if clauses.still_owed(text, end):
            return action
        own = next(
            (
                a[2]
                for a in reading.actions
                if clauses.governs(text, number, end, a) and clauses.describes(text, end, a)
            ),
            None,
        )
        return own or ("launched" if action == "intercepted" and "weapons" in classes else None)
    if action == "launched" and "weapons" in classes:
        return action
    return (
        None
        if clauses.acts(text, number, end, "people" in classes) or clauses.tells_places(text, number, counted)
        else action
    )


def _has_day(reading: _Reading, clause: Clause) -> bool:
    return any(clause.start <= day.start < clause.end for day in reading.days)


def _claim(reading: _Reading, number: Number) -> tuple[str | None, Sentence | None]:
    """The claimant, and the neighbour that names it if the sentence itself does not."""
    text = reading.sentence.text
    found = attributions(text)
    if len(found) > 1:
        # "A reported 12, while B spoke of two": whoever stands in the number's half
        borders = [m.start() for m in re.finditer(r"\s(?:while|whereas|but)\s|;\s", text)]
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
