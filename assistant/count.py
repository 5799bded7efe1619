"""Questions about figures: what is asked, which figures can answer it, and the newest total with its parts.

Rules narrow, the model may choose among what they leave, and code checks the choice: a figure of another kind, event, day or
direction is never offered. It adds only to show that a reported total is the sum of reported parts, never to make a new one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from assistant.timescope import TimeScope
from assistant.words import content_stems, has_name, names, stem
from index.days import spell
from index.figures import Figure, actions_in, counted_phrase, kinds_in
from index.numbers import find_numbers, plain
from index.records import Sentence

LATE = timedelta(
    days=14
)  # a total over the whole time is still the newest word beside a partial one of up to two weeks later

_ASKS = re.compile(
    r"\bhow many\b|\bhow much\b|\b(?:what|which)\b[^?]{0,40}\b(?:number|total|figure|count|toll|sum)\b|\b(?:number|total|toll|figure|count) (?:of|for)\b|\b(?:latest|newest) (?:figure|total|number|count)\b",
    re.IGNORECASE,
)
_PART_OF = re.compile(r"\bhow many of (?:the|those|these|them)\b", re.IGNORECASE)
_REST = re.compile(
    r"\b(?:how many more|left to|still (?:to|left|held|missing)|remain|how much (?:more|bigger|larger)|difference)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:left|remain\w*|still|more|less|times|larger|smaller|fewer|difference|gap|short of|yet to)\b", re.IGNORECASE
)
_PROMISED = re.compile(
    r"\b(?:agree\w*|promis\w*|announce[ds]? (?:it )?would|plan\w*|pledg\w*|expect\w*|(?:would|will|to be|are to be|supposed to)\b|deal|under the agreement)",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|per side|either side|apiece|both sides each)\b", re.IGNORECASE)
_BOTH = re.compile(
    r"\b(?:both directions|both sides together|in both|from both ends|combined|together)\b", re.IGNORECASE
)
_SEVERAL = re.compile(
    r"\b(?:(?:two|three|four|five|\d+) (?:days|stages|exchanges|rounds)|together|altogether|in total|in all|combined|overall)\b",
    re.IGNORECASE,
)
_TOWARDS = re.compile(r"\b(?:to|into|for)\s+(?=[A-Z])")
_SPECIFIC = frozenset({"wounded", "dead", "child", "woman", "arrested", "displaced", "missing", "civilian"})
_UNDISCLOSED = re.compile(
    r"\b(?:neither side (?:disclosed|said|published|gave)|not (?:been )?(?:disclosed|published|said|given|announced)|undisclosed|did not (?:disclose|say how many|give (?:a|any) (?:number|figure))"
    r"|no (?:number|figure)s? (?:was|were|has been|have been|is)|no (?:number|figure)s? (?:of|for)|without (?:a|giving|naming|any) (?:number|figure)|have not said|withheld|none of them has a figure|for none of them)\b",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CountQuestion:
    """What a figure question asks for. `towards`: names the count belongs to (a nationality, a direction); empty: any."""

    kinds: frozenset[str]
    words: frozenset[str]  # stems of the counted noun phrase
    actions: frozenset[str]
    promised: bool
    each: bool
    both: bool
    part_of: bool
    rest: bool
    several: bool  # over several days, stages or events
    towards: frozenset[str]
    scope: TimeScope


def read_count(question: str, scope: TimeScope) -> CountQuestion | None:
    """The figure a question asks for, or None when it asks for none."""
    asks = _ASKS.search(question)
    if not asks:
        return None
    counted = counted_phrase(re.sub(r"^\s*(?:more|of the|of those|of these|of)\b", "", question[asks.end() :]), 0)
    kinds = kinds_in(counted) or kinds_in(question)
    actions = actions_in(question)
    for kind, action in (("dead", "killed"), ("wounded", "injured")):
        if kind in kinds and not kinds_in(counted):
            actions |= {action}
    if {"killed", "injured"} & actions and "exchanged" in actions and not {"dead", "wounded"} & kinds:
        actions -= {"killed", "injured"}
    return CountQuestion(
        kinds=kinds, words=frozenset(content_stems(counted)), actions=frozenset(actions), promised=bool(_PROMISED.search(question)),
        each=bool(_EACH.search(question)), both=bool(_BOTH.search(question)), part_of=bool(_PART_OF.search(question)),
        rest=bool(_REST.search(question)), several=bool(_SEVERAL.search(question)),
        towards=_direction(question, counted), scope=scope,
    )  # fmt: skip


def _direction(text: str, counted: str) -> frozenset[str]:
    to = {name for m in _TOWARDS.finditer(text) for name in names("x " + text[m.end() : m.end() + 30])[:1]}
    return frozenset({stem(n) for n in (*to, *names("x " + counted))})


def compatible(figure: Figure, asked: CountQuestion, *, title: str = "") -> bool:
    """Whether a figure is of the kind, event, time and direction asked for. Unsure means no."""
    if figure.vague or figure.state == "denied" or figure.role == "share":
        return False
    return (
        _same_kind(figure, asked)
        and _same_event(figure, asked, title)
        and _same_time(figure, asked.scope)
        and _same_direction(figure, asked)
        and (figure.state == "promised") <= asked.promised
        and (figure.scope != "event" or not asked.several)
        and not (figure.per_side and asked.both)
    )


def _same_kind(figure: Figure, asked: CountQuestion) -> bool:
    if not asked.kinds:
        stems = set(content_stems(figure.counted)) or set(content_stems(figure.sentence.text))
        return not asked.words or bool(asked.words & stems)
    special = asked.kinds & _SPECIFIC
    mine = figure.kinds & _SPECIFIC
    if special:
        implied = {"dead": "killed", "wounded": "injured"}
        return bool(special & mine) or any(figure.action == implied.get(k) for k in special)
    if mine - {"civilian"} or (mine and mine == figure.kinds - {"people"} and "prisoner" in asked.kinds):
        return False
    return bool(figure.kinds) or not figure.counted


def _same_event(figure: Figure, asked: CountQuestion, title: str) -> bool:
    if not asked.actions or figure.action in asked.actions:
        return True
    implied = {
        "killed": "dead",
        "injured": "wounded",
        "detained": "arrested",
        "displaced": "displaced",
        "missing": "missing",
    }
    if any(implied.get(a) in figure.kinds for a in asked.actions):
        return True
    return figure.action is None and bool(asked.actions & actions_in(f"{title} {figure.sentence.text}"))


def _same_time(figure: Figure, scope: TimeScope) -> bool:
    if scope.first is None and scope.last is None:
        return True
    if figure.when is None or (figure.scope == "total" and not (scope.named and scope.last)):
        return False  # a total since some other day says nothing about "this year"
    return (scope.first is None or figure.when >= scope.first) and (scope.last is None or figure.when <= scope.last)


def _same_direction(figure: Figure, asked: CountQuestion) -> bool:
    theirs = _direction(figure.sentence.text, figure.counted)
    if not asked.towards or not theirs:
        return True
    return any(has_name(a, theirs) or has_name(t, asked.towards) for a in asked.towards for t in theirs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One sentence of an answer and the article sentences it stands on."""

    text: str
    sentences: tuple[Sentence, ...]


def running_total(figures: Sequence[Figure], asked: CountQuestion, sentences: Sequence[Sentence]) -> tuple[Stated, ...]:
    """The newest reported total with its parts, what is promised on top, and the gaps after it; empty when nothing fits.

    `figures` and `sentences` come from everything retrieved, already bounded by the as-of day.
    """
    done = [f for f in figures if f.state == "done"]
    totals = [f for f in done if f.scope != "event"]
    stated: list[Stated] = []
    if totals:
        newest = _widest_of_late(totals)
        stated.append(_state_total(newest))
        if newest.scope == "several" and (parts := _parts(newest, [f for f in done if f.scope == "event"])):
            stated.append(_state_parts(newest, parts))
        elif wider := [
            f
            for f in totals
            if f.scope == "total" and f.value > newest.value and f.when and newest.when and f.when < newest.when
        ]:
            stated.append(_state_earlier(max(wider, key=_newness)))
    else:
        events = _distinct([f for f in done if f.kinds])
        if not events:
            return ()
        newest = events[0]
        stated.append(_state_events(events[:3]))
    promised = [
        f
        for f in figures
        if (f.state == "promised" and f.value > newest.value and _newness(f)[0] >= _newness(newest)[0])
        or (f.state == "promised" and newest.when is None)
    ]
    open_promises = [
        p
        for p in promised
        if not any(
            d.value >= p.value and _newness(d)[0] >= _newness(p)[0]
            for d in done
            if d is not newest or d.scope != "total"
        )
    ]
    if open_promises:
        stated.append(_state_promise(max(open_promises, key=lambda f: (f.per_side, _newness(f)))))
    elif gap := _gap(sentences, newest, asked):
        stated.append(gap)
    return tuple(stated[:3])


def compares(sentence: Sentence) -> bool:
    """Whether a sentence can answer what is left or how much more: it has a number and a word of comparison."""
    return bool(_COMPARES.search(sentence.text)) and bool(find_numbers(sentence.text))


def undisclosed(sentence: Sentence) -> bool:
    """Whether a sentence says that a number is not known."""
    return bool(_UNDISCLOSED.search(sentence.text))


def _newness(figure: Figure) -> tuple[date, int, date, float]:
    day = figure.when or date.min
    return (
        day,
        {"event": 0, "several": 1, "total": 2}[figure.scope],
        figure.sentence.source.published or date.min,
        -figure.sentence.start,
    )


def _widest_of_late(totals: Sequence[Figure]) -> Figure:
    """The newest total; one over a longer time is preferred when it is not much older."""
    last = max(totals, key=_newness)
    late = [f for f in totals if f.when and last.when and last.when - f.when <= LATE]
    return max([f for f in late if f.scope == "total"] or [last], key=_newness)


def _amount(figure: Figure) -> str:
    counted = "" if not figure.kinds else f" {figure.counted}"
    period = f" {figure.period[0].lower()}{figure.period[1:]}" if figure.period else ""
    return f"{figure.qualifier} {plain(figure.value)}{counted}".strip() + (" each" if figure.per_side else "") + period


def _grounds(figure: Figure) -> tuple[Sentence, ...]:
    """The sentence of a figure, with the neighbour that names its claimant, in reading order."""
    pair = (figure.sentence, figure.speaker) if figure.speaker else (figure.sentence,)
    return tuple(sorted(pair, key=lambda s: s.start))


def _day(figure: Figure, lead: str) -> str:
    return f" {lead} {spell(figure.when)}" if figure.when else ""


def _state_total(figure: Figure) -> Stated:
    says = f", according to {figure.claimant}" if figure.claimant else ""
    return Stated(
        text=f"The newest figure reported is {_amount(figure)}{_day(figure, 'as of')}{says}", sentences=_grounds(figure)
    )


def _state_parts(total: Figure, parts: Sequence[Figure]) -> Stated:
    named = " and ".join(f"{plain(p.value)}{_day(p, 'on')}" for p in parts)
    return Stated(text=f"It is the sum of {named}", sentences=tuple(p.sentence for p in parts))


def _state_earlier(figure: Figure) -> Stated:
    says = f", according to {figure.claimant}" if figure.claimant else ""
    return Stated(
        text=f"The last total over a longer time was {_amount(figure)}{_day(figure, 'as of')}{says}",
        sentences=_grounds(figure),
    )


def _state_events(events: Sequence[Figure]) -> Stated:
    named = "; ".join(f"{_amount(e)}{_day(e, 'on')}" for e in events)
    return Stated(
        text=f"No running total is reported, only single events: {named}", sentences=tuple(e.sentence for e in events)
    )


def _state_promise(figure: Figure) -> Stated:
    says = f", according to {figure.claimant}" if figure.claimant else ""
    return Stated(
        text=f"Agreed or announced, not reported as done: {_amount(figure)}{says}", sentences=_grounds(figure)
    )


def _parts(total: Figure, events: Sequence[Figure]) -> tuple[Figure, ...]:
    """Two to four different events before the total whose figures add up to it exactly."""
    unlike = _SPECIFIC - {"civilian"}
    usable = [
        e
        for e in _distinct(events)
        if e.value < total.value
        and not (e.kinds & unlike)
        and (not e.when or not total.when or total.when - timedelta(days=31) <= e.when <= total.when)
    ]
    for size in (2, 3, 4):
        for chosen in combinations(usable[:8], size):
            if sum(c.value for c in chosen) == total.value:
                return tuple(sorted(chosen, key=lambda c: (c.when or date.min, -c.value)))
    return ()


def _distinct(figures: Sequence[Figure]) -> list[Figure]:
    """One figure an event, newest first: two reports of one event count once."""
    seen: dict[tuple[object, float], Figure] = {}
    for figure in sorted(figures, key=_newness, reverse=True):
        seen.setdefault((figure.when, figure.value), figure)
    return list(seen.values())


def _gap(sentences: Sequence[Sentence], newest: Figure, asked: CountQuestion) -> Stated | None:
    """A later sentence saying that a number is withheld."""
    later = [
        s for s in sentences
        if newest.when and s.source.published and s.source.published > newest.when and undisclosed(s) and (not asked.actions or asked.actions & actions_in(f"{s.source.title} {s.text}"))
    ]  # fmt: skip
    if not later:
        return None
    last = max(later, key=lambda s: (s.source.published or date.min, -s.start))
    return Stated(text=f"Later events carry no number: “{' '.join(last.text.split())}”", sentences=(last,))
