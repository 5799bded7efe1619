"""What happened to what a number counts: the action told in its own clause, further on, before it, or by the heading of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index import clauses
from index.actions import KIND_ACTION, Action, fits, fitted, opening_actions, weak_action
from index.clauses import Clause, bare, clause_of, nearest
from index.counted import classes_of, counted_phrase, counts_things, noun_end
from index.days import Day
from index.numbers import Number
from index.records import Sentence

_ANOTHER_SUBJECT = re.compile(
    r";|\.\s|,\s(?:while|but|killing|wounding|injuring|and)\b|\s(?:while|whereas|but)\s|\sand\s(?:\w+ed|took|left|shot|sent|made|drove|hit|struck|put|gave|brought|had|have|has|was|were)\b"
)
TRANSFERS = frozenset({"exchanged", "recovered", "rescued", "held"})
OF_PEOPLE = frozenset({"killed", "injured", "displaced", "detained", "held", "missing"})  # never said of things
_FATES = frozenset({"killed", "injured", "rescued", "detained"})
_SHARE_OF = re.compile(r"(?:%|\sper ?cent) of (?:the|its|their|all|those|these)\b")
_WITH = re.compile(r",?\swith\s")
_RESUMED = re.compile(r",\s(?:were|was|are|is|have|has|had)\b")
_LISTED, _ENDED = re.compile(r":\s?[^;.]*$"), re.compile(r"[;.]\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anatomy:
    """What was found in a sentence before its figures are read."""

    sentence: Sentence
    numbers: tuple[Number, ...]
    wholes: tuple[Number, ...]  # those of which the number before is a part: "12 of the 40"
    cuts: tuple[int, ...]
    actions: tuple[Action, ...]
    told: tuple[Action, ...]  # those that stand outside the counted phrases
    days: tuple[Day, ...]
    before: Sentence | None
    after: Sentence | None


def told_in_clause(
    reading: Anatomy, number: Number, clause: Clause, kinds: frozenset[str], counted: str
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
        own = [a for a in own if a[2] not in OF_PEOPLE or text.startswith("captur", a[0])]
    verbs = [a for a in own if a in reading.told]
    beside = [a for a in verbs if clauses.governs(text, number, end, a)]
    if phrase := clauses.around(text, clause, number, end):
        words = f"{words} | {phrase}"
        split = [name for _, stop, name in opening_actions(phrase) if " " in phrase[:stop]]
        beside = [*beside, *((number.start - 1, number.end, name) for name in split if fits(name, classes))]
        verbs = [*verbs, *beside]
    telling = [a for a in beside if a[0] < end or not clauses.describes(text, end, a)]
    if not telling and beside and (predicates := [a for a in verbs if clauses.is_predicate(text, end, a)]):
        telling = predicates  # "17 of the students abducted in March were set free"
    beside = telling or beside
    if of_kind := next((KIND_ACTION[k] for k in sorted(kinds) if k in KIND_ACTION), None):
        if beside and "dead" not in kinds and (fate := nearest(number, reading.numbers, beside)) in _FATES:
            return fate, True  # displaced people who were killed
        moved = [a for a in verbs if a[2] in TRANSFERS and not text.startswith("receiv", a[0])]
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


def told_further_on(reading: Anatomy, number: Number, clause: Clause) -> str | None:
    """The action of a subject whose verb comes after other subjects: "270 soldiers and 120 civilians came home"."""
    text = reading.sentence.text
    if clauses.is_fronted_whole(text, number):
        return None
    if clauses.is_left(text, number):
        return min((a for a in reading.told if a[0] >= clause.end), default=(0, 0, None))[2]
    if clauses.ALL_OF_THEM.match(text, clause.end):
        return min((a for a in reading.actions if a[0] >= clause.end), default=(0, 0, None))[2]
    if clause.end >= len(text) or _ANOTHER_SUBJECT.match(text, clause.end):
        return None
    if not _RESUMED.match(text, clause.end) and not bare(text, number, clause):
        return None
    parts = [c for c in (clause_of(text, n, reading.cuts) for n in reading.numbers) if c.part]
    later = [a for a in reading.actions if a[0] >= clause.end and not any(p.start <= a[0] < p.end for p in parts)]
    return min(later)[2] if later else None


def told_before(reading: Anatomy, number: Number, clause: Clause, *, of_people: bool) -> str | None:
    """The action of what comes before a clause that names none: "Evacuations went on, with 800 people leaving by boat".
    `of_people`: the figure before counts people, to whom nothing happened; then nothing happened to a part of them."""
    text = reading.sentence.text
    told = [a for a in reading.told if a[0] < clause.start]
    if not told or (clause.part and of_people) or _LISTED.search(text[: clause.start + 1]):
        return None
    if not (_WITH.match(text, clause.start) or bare(text, number, clause)):
        return None
    start = max((m.end() for m in _ENDED.finditer(text[: clause.start])), default=0)
    told = [a for a in told if start <= a[0]]
    return max(told)[2] if told else None


def told_by_heading(reading: Anatomy, clause: Clause, previous: int | None) -> str | None:
    """The action before a colon that heads a list, if no number stands in between: "injured: 39". `previous`: where the number
    before stands in the sentence; None: there is none."""
    start, end = clauses.heading(reading.sentence.text, clause)
    if previous is not None and previous >= start:
        return None
    told = [a for a in reading.told if start <= a[0] < end]
    return max(told)[2] if told else None


def unless_aside(
    reading: Anatomy, number: Number, counted: str, kinds: frozenset[str], action: str | None
) -> str | None:
    """What happened, but nothing to who did it, to a whole of which a part is told, or to places in which it happened."""
    text, end = reading.sentence.text, noun_end(reading.sentence.text, number.end)
    classes = classes_of(counted, kinds)
    if number.role == "count" and number in reading.wholes:
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
