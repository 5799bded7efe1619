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
from typing import Literal

from index.actions import ACTIONS, KIND_ACTION, MIXED, action_spans, actions_in, weak_action
from index.attribution import attributions, claimant
from index.clauses import Clause, clause_of, cut_clauses
from index.counted import KINDS, PERSONS, counted_phrase, counts_things, kinds_in, structural
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

State = Literal["done", "promised", "denied"]

_PROMISE = re.compile(
    r"\b(?:agree(?:d|s)?\b|agreement|promis\w+|will\b|would\b|plan(?:s|ned|ning)?\b|pledg\w+|offer\w*|propos\w+|expect\w*|prepared to|ready to"
    r"|set to|due (?:on|to|in|by|for|next|later|today|tomorrow)\b|intend\w*|still to|to come|yet to|remain(?:s|ed|ing)? to be|should\b|could\b(?! not)|(?-i:may\b)|might\b|(?:is|are|was|were) to (?!be\b)|to be (?:freed|released|handed|exchanged|returned)|covers\b|(?:delayed|postponed|cancell?ed|called off|put off|suspended)\b)",
    re.IGNORECASE,
)  # fmt: skip
_FULFILLED = re.compile(
    r"\b(?:completed|carried out|as agreed|as promised|as announced(?! ,)|than (?:planned|agreed|expected|promised)|fulfilled|has handed over|have handed over|kept (?:its|their) promise|agreed by both|had promised|went ahead|took place|came off)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:not(?! only| just)|never|n[’']t|denie[ds]|denying|false(?:ly)?)\b", re.IGNORECASE)
_NOT_DONE = re.compile(
    r"^(?:\s(?!(?:and|or|but|by|than|that)\b)[\w’'-]+){0,5}?\s(?:(?:has|have|had|was|were|did|is|are) (?:not|never)|never)\b(?! only| just|(?: yet)?(?: been)? (?:found|seen|heard))",
    re.IGNORECASE,
)
_HAPPENED = re.compile(r"\b(?:went|came|was|were|had|has|have|did|got)\b")
_PER_SIDE = re.compile(
    r"(?<!half of them in )(?<!half in )\b(?:each(?! other)|apiece|per side|a side|(?:on|from|for|by) (?:each|either) side|the same number|both (?:sides|countries|directions) (?:each|released|freed|returned))\b",
    re.IGNORECASE,
)
# "246 of ours in exchange for 246 of theirs"; the parts of what each side did; a list that each side's sum takes up
_IN_EXCHANGE = re.compile(r"\b(?:exchange|return|exchanged|swapped|traded) for\b", re.IGNORECASE)
_FOR = re.compile(r"\s[^,;:]{0,60}\bfor (?:the )?")
_OF_WHOLE = re.compile(r"^(?:Of|Among) (?:the|these|those|all)\s")
_WITH_LIST = re.compile(r"^(?:With|After)\b[^;]*,\seach (?:side|country|party|government)\b")
_TAKEN_UP = re.compile(r",\s(?:were|was|are|is|have|has|had)\s[^,;.]*")
_BODIES_OF = re.compile(
    r"\b(?:bodies|remains|corpses|deaths|burials?) of (?:(?:at least|about|some|more than|the|all|another) )*$",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"^\s(?:(?:others?|more|people|are|is|were|was|remain(?:s|ed)?|still|have been|had been|reported|feared)\s)*(?P<what>missing|dead|unaccounted|(?:(?!(?:on|in|by|at|to|with|from|and|or)\s)\w+\s){0,2}?(?:civilians?|children|women|soldiers|military|minors|police|prisoners|hostages))\b"
)
# All that may follow a noun whose verb stands elsewhere: "two in Balta", "117 prisoners."
_BARE = re.compile(
    r"^(?:\s(?:others?|more|each|apiece|people|separately))*(?:,?\s(?:in|on|at|near|from|outside|around|of|inside|among|to|by|that day)\b[^,;:]*)?[\s,;:.”\"’]*$"
)
_POINTER = re.compile(r"\b(?:the|these|those|all|both|any|other|its|their|first|last)\s$", re.IGNORECASE)
# "a third of the 300 prisoners were freed": of the 300 nothing is told
_WHOLE_OF = re.compile(
    r"\b(?:half|thirds?|quarters?|fifths?|tenths?|most|many|some|few|part|none|per ?cent|majority)(?:\s|%\s)of (?:the|its|their|these|those|all|all the)\s(?:(?:more than|about|some|nearly|at least)\s)?$",
    re.IGNORECASE,
)
_OWN_PARTICIPLE = re.compile(r"(?:\s[\w’'-]+){1,4}?\s(?:hit|struck|\w+ed)\s(?:was|were|are|is|has|have|had)\b")
_ALONG = re.compile(r"^[\s,]*(?:with|plus|along with|as well as|together with)\b")
_RESUMED = re.compile(r",\s(?:were|was|are|is|have|has|had)\s(?:[\w’'-]+[\s.]?){1,4}")
_LEFT_OUT = re.compile(
    r"\b(?:\w{2,}ed|took|stole|hit|struck|lost|won|made|put|sent|got|held|is|are|was|were|has|have|had|will)\b"
)
_ANOTHER_SUBJECT = re.compile(
    r";|\.\s|,\s(?:while|but|killing|wounding|injuring|and)\b|\s(?:while|whereas|but)\s|\sand\s\w+ed\b"
)
_TRANSFERS = frozenset({"exchanged", "recovered", "rescued", "held"})
_OF_THINGS = frozenset({"launched", "intercepted", "destroyed"})  # never said of people, who may do it
_OF_PEOPLE = frozenset({"killed", "injured", "displaced", "detained", "held", "missing"})  # never said of things
_DELIVERED = re.compile(r"^(?:receiv\w*|transfer\w*|handed|return\w*|sent)", re.IGNORECASE)


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
    actions: tuple[tuple[int, int, str], ...]
    nouns: tuple[tuple[int, int], ...]  # the counted phrases
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
            and not _backward(sentence.text, n) and not _share_of(sentence.text, n)
        )  # fmt: skip
        if numbers:
            reading = _Reading(
                sentence=sentence,
                numbers=numbers,
                cuts=tuple(cut_clauses(sentence.text, numbers)),
                actions=tuple(action_spans(sentence.text)),
                nouns=tuple((n.end, n.end + len(counted_phrase(sentence.text, n.end)) + 1) for n in numbers),
                days=find_days(sentence.text, sentence.source.published),
                before=sentences[position - 1] if position else None,
                after=sentences[position + 1] if position + 1 < len(sentences) else None,
            )
            read: list[Figure] = []
            for number in numbers:
                read.append(_figure(reading, number, read[-1] if read else None))
            promised = {f.value for f in read if f.state == "promised"}
            figures.extend(
                replace(f, state="promised") if f.value in promised and _again(sentence.text, f) else f for f in read
            )
    return tuple(figures)


def _again(text: str, figure: Figure) -> bool:
    """Whether a figure only takes up a number told before: "the expected 1,000 ... since he called the 1,000 a minimum"."""
    start = figure.start - figure.sentence.start
    return bool(re.search(r"\b(?:the|these|those|that)\s$", text[:start], re.IGNORECASE))


def _backward(text: str, number: Number) -> bool:
    """Whether a small number only points back: "all three", "the four before it"."""
    small = number.role == "count" and number.value <= 10 and text[number.start].isalpha()
    return small and not counted_phrase(text, number.end) and bool(_POINTER.search(text[: number.start]))


def _share_of(text: str, number: Number) -> bool:
    """Whether only a part of a number is told of: "a third of the 300 prisoners were freed"; not "of the 300 buildings hit"."""
    return bool(_WHOLE_OF.search(text[max(0, number.start - 50) : number.start])) and not _OWN_PARTICIPLE.match(
        text, number.end
    )


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
    # a part of the figure before, or one whose verb is left out, shares what happened, when, and on which side
    shares = previous is not None and (clause.part or (told is None and _bare(text, number, clause)))
    if previous is not None and previous.action in _TRANSFERS and _ALONG.match(words) and told == "injured":
        told = previous.action
    action = told if told is not None or previous is None or not shares else previous.action
    if action is None:
        action = _told_further_on(reading, number, clause)
    if told is None and action in _OF_PEOPLE and counts_things(counted):
        action = None
    state = _state(text, number, clause)
    per_side = _per_side(reading, number, clause)
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
    if predicate := _PREDICATE.match(text[number.end + len(counted) + bool(counted) :]):
        kinds |= {"missing"} if predicate["what"] == "unaccounted" else kinds_in(predicate["what"])
    return kinds


def _action(
    reading: _Reading, number: Number, clause: Clause, kinds: frozenset[str], counted: str
) -> tuple[str | None, bool]:
    """What happened, as far as the number's own clause tells, and whether a verb there told it.

    A participle inside a noun phrase ("captured soldiers") is no event if a verb stands beside it: they were released.
    """
    words = reading.sentence.text[clause.start : clause.end]
    if number.role == "money":
        action = weak_action(words, counted, kinds, "money")
        return action, action is not None
    own = [a for a in reading.actions if clause.start <= a[0] < clause.end]
    if kinds & PERSONS:
        own = [a for a in own if a[2] not in _OF_THINGS]
    if counts_things(counted):
        own = [a for a in own if a[2] not in _OF_PEOPLE or reading.sentence.text.startswith("captur", a[0])]
    verbs = [a for a in own if not any(start <= a[0] < end for start, end in reading.nouns)]
    of_kind = next((KIND_ACTION[k] for k in sorted(kinds) if k in KIND_ACTION), None)
    if of_kind:
        moved = [a for a in verbs if a[2] in _TRANSFERS and not reading.sentence.text.startswith("receiv", a[0])]
        weak = weak_action(words, counted, kinds, number.role) if "dead" in kinds else None
        action = _nearest(reading, number, moved) if moved else weak if weak == "recovered" else of_kind
        return "recovered" if action == "rescued" and "dead" in kinds else action, True
    if verbs:
        action = _nearest(reading, number, verbs)
        spelt = next(reading.sentence.text[a[0] : a[1]] for a in verbs if a[2] == action)
        if action == "exchanged" and counted and not kinds and _DELIVERED.match(spelt):
            action = "delivered"
        return action, True
    if weak := weak_action(words, counted, kinds, number.role):
        return weak, True
    return (_nearest(reading, number, own) if own else None), False


def _nearest(reading: _Reading, number: Number, actions: Sequence[tuple[int, int, str]]) -> str:
    """The action closest to the number; one behind another number is further away."""

    def distance(action: tuple[int, int, str]) -> tuple[int, str]:
        start, end, name = action
        low, high = (number.end, start) if start >= number.end else (end, number.start)
        between = sum(low <= n.start < high for n in reading.numbers if n is not number)
        return high - low + 100 * between, name

    return min(map(distance, actions))[1]


def _bare(text: str, number: Number, clause: Clause) -> bool:
    """Whether nothing in the clause can be the number's verb; who says so is left out of it."""
    counted = counted_phrase(text, number.end)
    end = min((a.start for a in attributions(text) if number.end < a.start < clause.end), default=clause.end)
    start = min(number.end + len(counted) + bool(counted), end)
    return bool(_BARE.match(text[start:end])) and not _LEFT_OUT.search(text[clause.start : number.start])


def _told_further_on(reading: _Reading, number: Number, clause: Clause) -> str | None:
    """The action of a subject whose verb comes after other subjects: "270 soldiers and 120 civilians came home"."""
    text = reading.sentence.text
    resumed = re.match(r",\s(?:were|was|are|is|have|has|had)\b", text[clause.end :])
    if clause.end >= len(text) or _ANOTHER_SUBJECT.match(text[clause.end :]):
        return None
    if not resumed and not _bare(text, number, clause):
        return None
    parts = [c for c in (clause_of(text, n, reading.cuts) for n in reading.numbers) if c.part]
    later = [a for a in reading.actions if a[0] >= clause.end and not any(p.start <= a[0] < p.end for p in parts)]
    return min(later)[2] if later else None


def _state(text: str, number: Number, clause: Clause) -> State:
    if _DENIAL.search(text[max(clause.start, number.start - 30) : number.start]) or _NOT_DONE.match(
        text[number.end : clause.end]
    ):
        return "denied"
    heading = text[: clause.start] if text[clause.start : clause.start + 1] == ":" else ""  # "Agreed: 1,000 prisoners"
    if _HAPPENED.search(text[clause.start : clause.end]):
        heading = ""  # "on the number they agreed: 25 went home"
    return (
        "promised"
        if _PROMISE.search(heading + text[clause.start : clause.end]) and not _FULFILLED.search(text)
        else "done"
    )


def _per_side(reading: _Reading, number: Number, clause: Clause) -> bool:
    if number.role == "money":
        return False
    text = reading.sentence.text
    if len(reading.numbers) == 1 and "the same number" in text:
        return True
    taken_up = _TAKEN_UP.match(text, clause.end)  # "175, the first figure, is what each side released"
    if _PER_SIDE.search(text[clause.start : taken_up.end() if taken_up else clause.end]):
        return True
    for other in reading.numbers:
        low, high = sorted((number, other), key=lambda n: n.start)
        if other is not number and other.value == number.value and _IN_EXCHANGE.search(text[low.end : high.start]):
            return True
    if (whole := _OF_WHOLE.match(text)) and reading.numbers[0].start == whole.end():
        return bool(_PER_SIDE.search(text[: reading.numbers[1].start] if len(reading.numbers) > 1 else text))
    listed = _WITH_LIST.match(text)
    return bool(listed and number.end < listed.end() and _bare(text, number, clause))


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
