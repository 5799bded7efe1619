"""Questions about figures: what is asked, which figures can answer it, and the newest total with its parts.

Rules narrow, the model may choose among what they leave, and code checks the choice: a figure of another kind, event, day or
direction is never offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from assistant.timescope import TimeScope
from assistant.words import content_stems, has_name, name_stems, names, stem
from index.days import MONTHS, WEEKDAYS, find_days
from index.figures import Figure, actions_in, counted_phrase, counts_things, kinds_in
from index.numbers import find_numbers
from index.records import Sentence

_ASKS = re.compile(
    r"\bhow many\b|\bhow much\b|\bwhat\b[^?]{0,40}\b(?:number|total|figure|count|toll|sum|tally|amount)\b|\b(?:number|total|toll|figure|count|tally) (?:of|for)\b|\b(?:latest|newest|final|cumulative|overall|total|current) (?:figure|total|number|count|tally)\b|\b(?:losses|casualties)\b"
    r"|\b(?:(?:death|casualty) )?tolls?\b|\b(?:body|head) ?count\b|\btally\b|\bcasualty (?:total|figure|number|count)s?\b|\bhow (?:big|large|high) (?:was|is|were|are|has|had|did)\b|\b(?:both|two|different|rival|whose) (?:\S+ ){0,3}?(?:numbers|figures|counts|tolls)\b",
    re.IGNORECASE,
)
# "19 March - wounded handed over?": a number is wanted of people and what happened to them, and no word asks for anything else
_ASKS_ELSE = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|did|does|do|is|was|were|are|has|have|had|can|could|will|would|tell|say|name|give|explain|quote)\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\s*(?:which|what) number (?:is|was|does|did|has|in)\b", re.IGNORECASE)
_STANDING = re.compile(
    r"\bhad (?:been|come|gone|died|fled|lost)\b.*\bby\b|\bby (?:then|the (?:end|time|start|first|second))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\bmoney\b|\bhow much (?:did|does|has|have|was|is|were)\b|\bhow many (?:\w+ )?(?:dollars|euros|pounds|rubles|hryvnias)\b|\bcosts?\b|\b(?:fine|ransom|bail|budget|funding|compensation|what sum)\b|\b(?:how much|what|amount of) (?:\w+ ){0,3}aid\b",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"\bhow many of (?:the|those|these|them)\b|^\s*of (?P<whole>(?:[^,?]|(?<=\d),(?=\d))+), how many\b", re.IGNORECASE
)
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
    r"\b(?:agree\w*|promis\w*|announce[ds]? (?:it )?would|plan(?:s|ned|ning)?\b|pledg\w*|expect\w*|undert(?:ake|ook|aken)\w*|vow\w*|commit(?:ted|ment)?\b|foreseen?|provides? for|(?:would|will|(?:is|are|was|were|due|set|supposed) to)\b)",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|per side|either side|apiece|both sides each)\b", re.IGNORECASE)
BOTH = re.compile(
    r"\b(?:both directions|both ways|either way|in both|from both ends|either direction|(?:both|two) (?:sides|countries|nations|states|parties|governments) (?:together|combined)"
    r"|(?:tak|count|add|put)(?:e|ing)? (?:both|the two) (?:sides|countries|nations|parties)(?: together)?)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:(?:two|three|four|five|\d+) (?:days|stages|exchanges|rounds)|both (?:swaps|exchanges|rounds|stages|days)|add(?:ed|ing)?(?: up)?|sum(?:med)?|together|altogether|in total|in all|combined|overall)\b",
    re.IGNORECASE,
)
_TOWARDS = re.compile(r"\b(?:to|into|for)\s+(?=[A-Z])")
_GETS = re.compile(
    r"\b(?P<who>[A-Z][\w-]+)\s+(?:(?:has|have|had|did|ever)\s+){0,2}(?:got|get|gotten|receive|received|won)\s+back\b"
)
# "with the wounded thrown in, how many ...": not what is counted
_ASIDE = re.compile(
    r"\b(?:with|without|including|excluding|counting|apart from|besides|aside from|in addition to|on top of|beyond|outside)\b[^,?]*(?:,|\?|$)",
    re.IGNORECASE,
)
TOLD_LATER = timedelta(days=2)
ABOUT = timedelta(days=31)  # "since the start of September" for "since 1 September"
_OF_PRISONERS = re.compile(
    r"\b(?:prisoners?|pows?|captives?|captivity|detainees?|hostages?|inmates?|exchang\w+|swap\w*|custody|prisons?|jails?)\b",
    re.IGNORECASE,
)
_TYPE = re.compile(r"\b[A-Z]\w*-\d+\w*\b")  # a weapon's type says nothing of whose it is
_BRACKETED = re.compile(r"\s*\([^()]*\?\)\s*$")
# "Who gave the figure ...?", "What accounts for the different tolls?" name a number and ask for something else
_NO_COUNT = re.compile(
    r"\s*(?:and\s+|but\s+)?(?:who|whom|whose|why|when|where(?!\b.*\bstand\b)|what (?:accounts for|explains|explained|lies behind))\b",
    re.IGNORECASE,
)
_VERB = re.compile(r"(?:got|gets?|go(?:es|ne)?|comes?|made|makes?|ended|please)\b", re.IGNORECASE)
# "how much of what was pledged has been paid": what was done is asked for
_HAS_COME = re.compile(
    r"\b(?:has|have|had) (?:\w+ ){0,3}?(?:paid|delivered|released|freed|returned|arrived|reached|handed over)\b|\b(?:actually|really|in fact|physically) (?!agree|promise|pledge)",
    re.IGNORECASE,
)
_GIVES = r"(?:\w+ly |also |then |now |already |ever )?(?:hand(?:ed|s)?|g[ai]ve[ns]?|releas(?:e|es|ed)|free[sd]?|return(?:ed|s)?|let|turn(?:ed|s)?|sen[dt]s?|launch(?:ed|es)?|fire[sd]?)\b"
_NAMED = r"(?:[Tt]he )?(?P<who>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3})"
_ASKED_GIVER = re.compile(rf"\b(?:did|has|have|had|does|do|would|will) {_NAMED} {_GIVES}")
_GIVER = re.compile(rf"(?:^|[,;:] |\b(?:and|while|but|that) ){_NAMED} (?:has |have |had |is to |will |would )?{_GIVES}")
SPECIFIC = frozenset({"wounded", "dead", "child", "woman", "arrested", "displaced", "missing", "civilian"})
# What first reports count too low or too high: the newest report of the same event is the one to give
REVISED = frozenset({"killed", "injured", "missing", "displaced", "detained", "destroyed", "held", "funded"})
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
    giver: tuple[str, ...]  # names of whoever is asked to have released, sent or launched it
    scope: TimeScope

    @property
    def open_ended(self) -> bool:
        """Whether it asks for everything since some day or so far, which no single event answers."""
        return (self.scope.first is not None and self.scope.last is None) or self.scope.kind == "so_far"


def read_count(question: str, scope: TimeScope) -> CountQuestion | None:
    """The figure a question asks for, or None when it asks for none."""
    question = _BRACKETED.sub("", question)  # of a follow-up only what is new says what is counted
    asks = _ASKS.search(question)
    kinds = kinds_in(question)
    terse = not asks and not _ASKS_ELSE.search(question) and (kinds & SPECIFIC or (kinds and actions_in(question)))
    if not (asks or terse) or _ORDINAL.match(question) or _NO_COUNT.match(question):
        return None
    after = question[asks.end() :] if asks else ""
    counted = counted_phrase(re.sub(r"^\s*(?:more|of the|of those|of these|of)\b", "", after), 0)
    if _VERB.match(counted) or (asks and asks[0].lower().startswith(("how big", "how large", "how high"))):
        counted = ""  # "how many got home": people, of whatever kind
    part = _PART_OF.search(question)
    if not counted and part and part["whole"]:
        counted = part["whole"]
    # what is counted may be left out ("how many have come home?"): then the whole question tells
    told = asks is not None and asks[0].lower() == "how many" and content_stems(counted)
    kinds = kinds_in(counted) if told else kinds_in(counted) or kinds_in(_ASIDE.sub(" ", question))
    if counts_things(counted):  # police stations, not police
        kinds = frozenset()
    actions = actions_in(question)
    # "how many abducted students had been released": released, not abducted
    described = (actions_in(counted) & {"detained", "displaced", "held"}) - actions_in(
        question.replace(counted, " ", 1)
    )
    actions = actions - described or actions
    for kind, action in (("dead", "killed"), ("wounded", "injured")):
        if kind in kinds and not kinds_in(counted):
            actions |= {action}
    if {"killed", "injured"} & actions and "exchanged" in actions and not {"dead", "wounded"} & kinds:
        actions -= {"killed", "injured"}
    return CountQuestion(
        kinds=kinds, words=frozenset(content_stems(counted)), actions=frozenset(actions), promised=bool(_PROMISED.search(question)) and not _HAS_COME.search(question),
        each=bool(_EACH.search(question)), both=bool(BOTH.search(question)), part_of=bool(part), money=bool(_MONEY.search(question)),
        standing=bool(_STANDING.search(question)), rest=(rest := bool(_REST.search(question))), compared=not rest and bool(_COMPARED.search(question)), several=bool(_SEVERAL.search(BOTH.sub("", question))) and not BOTH.search(question),
        towards=_direction(question, counted), giver=names(f"x {m['who']}") if (m := _ASKED_GIVER.search(question)) else (), scope=scope,
    )  # fmt: skip


def _direction(text: str, counted: str) -> frozenset[str]:
    counted = _TYPE.sub(" ", counted)
    to = {name for m in _TOWARDS.finditer(text) for name in names("x " + text[m.end() : m.end() + 30])[:1]}
    to = {name for name in to if name.lower() not in MONTHS and name.lower() not in WEEKDAYS}
    to |= {name for m in _GETS.finditer(text) for name in names("x " + m["who"])}
    return frozenset({stem(n) for n in (*to, *names("x " + counted))})


def compatible(figure: Figure, asked: CountQuestion, *, title: str = "", before: str = "") -> bool:
    """Whether a figure is of the kind, event, time and direction asked for. Unsure means no. `before`: the sentences before its own."""
    if figure.vague or figure.state == "denied" or figure.role == "share" or (figure.role == "money") != asked.money:
        return False
    return (
        _same_kind(figure, asked, f"{title} {before}")
        and _same_event(figure, asked, title)
        and _same_time(figure, asked.scope)
        and _same_direction(figure, asked)
        and _same_giver(figure, asked)
        and (figure.state == "promised") <= asked.promised
        and (figure.scope != "event" or not asked.several)
    )


def _same_kind(figure: Figure, asked: CountQuestion, context: str = "") -> bool:
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
        if (mine - asked.kinds) & {"child", "woman"}:
            return False  # a part of those asked about
        return bool(special & mine) or any(figure.action == implied[k] for k in special & implied.keys())
    if not asked.actions and asked.kinds - {"people"} and not asked.kinds & figure.kinds:
        return False  # how many fighters there are: not how many people are counted in something that happened
    if (
        "prisoner" in asked.kinds
        and not figure.kinds & {"prisoner", "military"}
        and not _OF_PRISONERS.search(f"{context} {figure.sentence.text}")
    ):
        return False  # people who return may be refugees
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
    if figure.when is None:
        return False
    if figure.scope == "total" and not (
        scope.named and scope.last
    ):  # one since some other day says nothing about "this year"
        begins = [d.first for d in find_days(figure.period, figure.when) if d.first]
        return bool(begins and scope.first) and abs(min(begins) - scope.first) <= ABOUT  # type: ignore[operator]
    # without a day of its own a figure has that of its report, which may come a day or two after the event
    last = scope.last + TOLD_LATER if scope.last and not figure.dated and figure.scope == "event" else scope.last
    return (scope.first is None or figure.when >= scope.first) and (last is None or figure.when <= last)


def _same_direction(figure: Figure, asked: CountQuestion) -> bool:
    theirs = _direction(figure.sentence.text, figure.counted)
    if not asked.towards or not theirs:
        return True
    return any(has_name(a, theirs) or has_name(t, asked.towards) for a in asked.towards for t in theirs)


def _same_giver(figure: Figure, asked: CountQuestion) -> bool:
    """Whether nobody else than the one asked about released, sent or launched what is counted, as far as the sentence says who."""
    text, at = figure.sentence.text, figure.start - figure.sentence.start
    before = [m for m in _GIVER.finditer(text) if m.end() <= at]
    if not asked.giver or not before:
        return True
    theirs = name_stems(before[-1]["who"])
    return any(has_name(name, theirs) for name in asked.giver)


def compares(sentence: Sentence) -> bool:
    """Whether a sentence can answer what is left or how much more: it has a number and a word of comparison."""
    return bool(_COMPARES.search(sentence.text)) and bool(find_numbers(sentence.text))


def undisclosed(sentence: Sentence) -> bool:
    """Whether a sentence says that a number is not known."""
    return bool(_UNDISCLOSED.search(sentence.text))
