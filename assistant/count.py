"""Questions about figures: what is asked, which figures can answer it, and the newest total with its parts.

Rules narrow, the model may choose among what they leave, and code checks the choice: a figure of another kind, event, day or
direction is never offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.timescope import TimeScope
from assistant.words import content_stems, has_name, names, stem
from index.figures import Figure, actions_in, counted_phrase, counts_things, kinds_in
from index.numbers import find_numbers
from index.records import Sentence

_ASKS = re.compile(
    r"\bhow many\b|\bhow much\b|\bwhat\b[^?]{0,40}\b(?:number|total|figure|count|toll|sum)\b|\b(?:number|total|toll|figure|count) (?:of|for)\b|\b(?:latest|newest) (?:figure|total|number|count)\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\s*(?:which|what) number (?:is|was|does|did|has|in)\b", re.IGNORECASE)
_STANDING = re.compile(
    r"\bhad (?:been|come|gone|died|fled|lost)\b.*\bby\b|\bby (?:then|the (?:end|time|start|first|second))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\bmoney\b|\bhow much (?:did|does|has|have|was|is|were)\b|\bhow many (?:\w+ )?(?:dollars|euros|pounds|rubles|hryvnias)\b|\bcosts?\b|\b(?:fine|ransom|aid|bail|budget)\b",
    re.IGNORECASE,
)
_PART_OF = re.compile(r"\bhow many of (?:the|those|these|them)\b|^\s*of (?P<whole>[^,?]+), how many\b", re.IGNORECASE)
_REST = re.compile(
    r"\b(?:left to|still (?:to|left|held|missing|owed)|remain\w*|outstanding|yet to)\b|\bhow many more (?!\w+ than|than)",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\bhow (?:much|many|many times) (?:more|less|fewer|bigger|larger|smaller|higher|lower)\b|\bdifference\b|\bby how (?:many|much)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:left|remain\w*|still|more|less|times|larger|smaller|fewer|difference|gap|short of|yet to)\b", re.IGNORECASE
)
_PROMISED = re.compile(
    r"\b(?:agree\w*|promis\w*|announce[ds]? (?:it )?would|plan(?:s|ned|ning)?\b|pledg\w*|expect\w*|(?:would|will|(?:is|are|was|were|due|set|supposed) to)\b|deal|under the agreement)",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|per side|either side|apiece|both sides each)\b", re.IGNORECASE)
BOTH = re.compile(
    r"\b(?:both directions|both sides (?:together|combined)|in both|from both ends|either direction|two sides (?:together|combined))\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:(?:two|three|four|five|\d+) (?:days|stages|exchanges|rounds)|both (?:swaps|exchanges|rounds|stages|days)|added up|together|altogether|in total|in all|combined|overall)\b",
    re.IGNORECASE,
)
_TOWARDS = re.compile(r"\b(?:to|into|for)\s+(?=[A-Z])")
_GETS = re.compile(
    r"\b(?P<who>[A-Z][\w-]+)\s+(?:(?:has|have|had|did|ever)\s+){0,2}(?:got|get|gotten|receive|received|won)\s+back\b"
)
SPECIFIC = frozenset({"wounded", "dead", "child", "woman", "arrested", "displaced", "missing", "civilian"})
_FATES = frozenset({"killed", "injured", "detained", "displaced", "missing"})
_UNDISCLOSED = re.compile(
    r"\b(?:neither (?:(?:side|party|government|country|of them) )?(?:disclosed|said|published|gave|named|released)|not (?:been )?(?:disclosed|published|said|given|announced)|undisclosed|did not (?:disclose|say how many|give (?:a|any) (?:number|figure))"
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
    money: bool
    rest: bool  # what is left to be done
    compared: bool  # how much more or less one is than another
    standing: bool  # what a count had come to by some time
    several: bool  # over several days, stages or events
    towards: frozenset[str]
    scope: TimeScope

    @property
    def open_ended(self) -> bool:
        """Whether it asks for everything since some day or so far, which no single event answers."""
        return (self.scope.first is not None and self.scope.last is None) or self.scope.kind == "so_far"


def read_count(question: str, scope: TimeScope) -> CountQuestion | None:
    """The figure a question asks for, or None when it asks for none."""
    asks = _ASKS.search(question)
    if not asks or _ORDINAL.match(question):
        return None
    counted = counted_phrase(re.sub(r"^\s*(?:more|of the|of those|of these|of)\b", "", question[asks.end() :]), 0)
    part = _PART_OF.search(question)
    if not counted and part and part["whole"]:
        counted = part["whole"]
    # what is counted may be left out ("how many have come home?"): then the whole question tells
    told = asks[0].lower() == "how many" and content_stems(counted)
    kinds = kinds_in(counted) if told else kinds_in(counted) or kinds_in(question)
    if counts_things(counted):  # police stations, not police
        kinds = frozenset()
    actions = actions_in(question)
    for kind, action in (("dead", "killed"), ("wounded", "injured")):
        if kind in kinds and not kinds_in(counted):
            actions |= {action}
    if {"killed", "injured"} & actions and "exchanged" in actions and not {"dead", "wounded"} & kinds:
        actions -= {"killed", "injured"}
    return CountQuestion(
        kinds=kinds, words=frozenset(content_stems(counted)), actions=frozenset(actions), promised=bool(_PROMISED.search(question)),
        each=bool(_EACH.search(question)), both=bool(BOTH.search(question)), part_of=bool(part), money=bool(_MONEY.search(question)),
        standing=bool(_STANDING.search(question)), rest=(rest := bool(_REST.search(question))), compared=not rest and bool(_COMPARED.search(question)), several=bool(_SEVERAL.search(BOTH.sub("", question))) and not BOTH.search(question),
        towards=_direction(question, counted), scope=scope,
    )  # fmt: skip


def _direction(text: str, counted: str) -> frozenset[str]:
    to = {name for m in _TOWARDS.finditer(text) for name in names("x " + text[m.end() : m.end() + 30])[:1]}
    to |= {name for m in _GETS.finditer(text) for name in names("x " + m["who"])}
    return frozenset({stem(n) for n in (*to, *names("x " + counted))})


def compatible(figure: Figure, asked: CountQuestion, *, title: str = "") -> bool:
    """Whether a figure is of the kind, event, time and direction asked for. Unsure means no."""
    if figure.vague or figure.state == "denied" or figure.role == "share" or (figure.role == "money") != asked.money:
        return False
    return (
        _same_kind(figure, asked)
        and _same_event(figure, asked, title)
        and _same_time(figure, asked.scope)
        and _same_direction(figure, asked)
        and (figure.state == "promised") <= asked.promised
        and (figure.scope != "event" or not asked.several)
    )


def _same_kind(figure: Figure, asked: CountQuestion) -> bool:
    if asked.money:
        return True  # the role of the figure has been compared
    if not asked.kinds:
        stems = set(content_stems(figure.counted)) or set(content_stems(figure.sentence.text))
        return not asked.words or bool(asked.words & stems)
    special = asked.kinds & SPECIFIC
    mine = (figure.kinds & SPECIFIC) - ({"woman"} if "people" in figure.kinds else set())  # "men and women" are people
    if special:
        implied = {
            "dead": "killed",
            "wounded": "injured",
            "arrested": "detained",
            "displaced": "displaced",
            "missing": "missing",
        }
        return bool(special & mine) or any(figure.action == implied[k] for k in special & implied.keys())
    if mine - {"civilian"} or (mine and mine == figure.kinds - {"people"} and "prisoner" in asked.kinds):
        return False
    return bool(figure.kinds) or not figure.counted


def _same_event(figure: Figure, asked: CountQuestion, title: str) -> bool:
    if not asked.actions:  # who took part, who needs food: not who was killed, arrested or injured there
        return figure.action not in _FATES
    if figure.action in asked.actions:
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


def compares(sentence: Sentence) -> bool:
    """Whether a sentence can answer what is left or how much more: it has a number and a word of comparison."""
    return bool(_COMPARES.search(sentence.text)) and bool(find_numbers(sentence.text))


def undisclosed(sentence: Sentence) -> bool:
    """Whether a sentence says that a number is not known."""
    return bool(_UNDISCLOSED.search(sentence.text))
