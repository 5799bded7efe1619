"""Figures in sentences: how many of what, in which event, done or promised, on whose word, as of when.

Rules over the words around a number, general for reporting on conflicts and disasters: nothing here names a war, a person or a
figure. Where a rule does not know, the field says so (None, empty); the sentence always stays with the figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import Literal

from index.attribution import claimant
from index.days import Day, find_days
from index.numbers import Number, Role, find_numbers
from index.places import find_place
from index.records import Sentence

State = Literal["done", "promised", "denied"]
Scope = Literal["event", "several", "total"]

# What is counted. A figure of one kind never answers a question about another, unless one contains the other (see `compatible`).
KINDS = {
    "prisoner": r"prisoners?|pows?|captives?|detainees?|hostages?|inmates?",
    "military": r"soldiers?|service(?:wo)?m[ae]n|service\s?members?|troops|combatants?|fighters?|defenders?|military|army|militants?|police(?:m[ae]n)?|officers?",
    "civilian": r"civilians?|residents?|villagers?|bystanders?",
    "wounded": r"wounded|injured|hurt|injuries",
    "dead": r"dead|killed|deaths?|fatalit(?:y|ies)|bodies|remains|corpses?|died|slain|victims",
    "child": r"child(?:ren)?|minors?|teenagers?|babies|girls?|boys?|infants?",
    "woman": r"women|woman|female",
    "arrested": r"arrest(?:s|ed)?|detained|captured|detentions?",
    "displaced": r"refugees?|displaced|evacuees|evacuated|homeless",
    "missing": r"missing",
    "people": r"people|persons?|individuals?|men|man|others?|nationals?|citizens?|ukrainians?|russians?|workers?|passengers?|protest[eo]rs?|students?",
}
PERSONS = frozenset(KINDS)
_KIND = {name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in KINDS.items()}

ACTIONS = {
    "exchanged": r"exchang\w*|swap\w*|releas\w*|freed|free|freeing|return\w*|repatriat\w*|hand(?:ed|ing|s)? (?:over|back)|handed|brought (?:home|back)|bring(?:ing)? (?:home|back)|(?:came|come|coming|got|back) home|home|received|receive|got back|transfer\w*",
    "killed": r"kill\w*|dead|died|dies|deaths?|slain|fatal\w*|claimed the lives|lost (?:his|her|their) li(?:fe|ves)|victims",
    "injured": r"injur\w*|wound\w*|hurt",
    "displaced": r"displac\w*|fled|flee|evacuat\w*|homeless",
    "detained": r"arrest\w*|detain\w*|captur\w*|took prisoner|taken prisoner|in custody",
    "launched": r"launch\w*|fired|firing",
    "intercepted": r"shot down|shoot(?:ing)? down|down(?:ed|ing)|intercept\w*",
    "destroyed": r"destroy\w*|damag\w*",
    "missing": r"missing|unaccounted",
    "held": r"still held|remain(?:s|ed|ing)? in (?:captivity|custody)|being held|hold(?:s|ing)?",
}
_ACTION = {name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in ACTIONS.items()}
_KIND_ACTION = {
    "dead": "killed",
    "wounded": "injured",
    "arrested": "detained",
    "displaced": "displaced",
    "missing": "missing",
}

_PROMISE = re.compile(
    r"\b(?:agree(?:d|s)?\b|agreement|promis\w+|will\b|would\b|plan(?:s|ned|ning)?\b|pledg\w+|offer\w*|propos\w+|expect\w*|prepared to|ready to"
    r"|set to|due to be|intend\w*|still to|to come|yet to|remain(?:s|ed|ing)? to be|should\b|could\b|(?-i:may\b)|might\b|(?:is|are|was|were) to (?!be\b)|to be (?:freed|released|handed|exchanged|returned))",
    re.IGNORECASE,
)  # fmt: skip
_FULFILLED = re.compile(
    r"\b(?:completed|carried out|as agreed|as promised|as announced(?! ,)|fulfilled|has handed over|have handed over|kept (?:its|their) promise|agreed by both|had promised)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:not|never|n[’']t|denie[ds]|denying|false(?:ly)?)\b", re.IGNORECASE)
_PER_SIDE = re.compile(
    r"\b(?:each|apiece|per side|(?:on|from|for|by) (?:each|either) side|the same number|in exchange for|both (?:sides|countries|directions) (?:each|released|freed|returned))\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\b(?:since|so far|to date|running total|brings?\b[^.]{0,40}\bto|brought the total|total[^.]{0,30}\b(?:stood|stands|reached|rose|to)|stood at|altogether since)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:(?:in|over|within|during|after|taken together)\s+(?:just\s+|only\s+)?(?:(?:these|those|the|the first|the last|the past)\s+)?(?:two|three|four|five|six|seven|\d+)\s+(?:days|stages|rounds|exchanges)|(?:two|three|four|five|six|seven)-day|in all|altogether|in total|combined|taken together)\b",
    re.IGNORECASE,
)
_SCOPES: tuple[tuple[Scope, re.Pattern[str]], ...] = (("total", _TOTAL), ("several", _SEVERAL))
_PERIOD = re.compile(
    r"(?:since|[Ii]n|[Oo]ver|[Ww]ithin|[Dd]uring)\s+[^,.;:”“()]{3,40}?(?=[,.;:”“()]|\s(?:and|according|said|when|but|each|with|by)\b|$)"
)
# Counts of how the reporting is built, not of what happened: "the two sides", "three stages"
_STRUCTURE = re.compile(
    r"(?:\w+ ){0,2}?(?:sides?|countries|governments?|delegations?|parties|stages?|rounds?|exchanges?|swaps?|times|figures?|numbers?|statements?|reports?"
    r"|talks|meetings?|cautions?|heads|questions?|reasons?|halves|parts?|names?|directions?|ones|things?)\b",
    re.IGNORECASE,
)
CUE_REACH = 80  # characters between a number and the words that make it a total
_STOP = re.compile(
    r"(?:in|on|at|by|from|to|for|with|since|after|before|during|over|under|near|outside|inside|across|against|into|as|that|which|who|whom|whose|when"
    r"|while|where|were|was|is|are|be|been|being|had|has|have|having|will|would|could|may|can|did|do|does|said|says|told|each|apiece|including|among|amid"
    r"|between|than|but|or|because|came|went|more|back|home|so|it|he|she|they|we|i|whose|if|died|fled|according|there|here|then|now|also|together|separately|arrived|had|among|apart)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_CLAUSE = re.compile(
    r"[;:]\s|,\s(?=and\b|while\b|but\b|with\b|or\b|including\b)|\s(?:while|whereas|but)\s|\.\s|\sand\s(?=(?:at least|about|around|more than|some|another|\d|two|three|four|five|six|seven|eight|nine|ten)\b)"
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
        numbers = [
            n for n in find_numbers(sentence.text)
            if n.role in {"count", "money", "share"} and not structural(sentence.text, n.end)
        ]  # fmt: skip
        if numbers:
            before = sentences[position - 1] if position else None
            after = sentences[position + 1] if position + 1 < len(sentences) else None
            says = _claim(sentence, before, after)
            days = find_days(sentence.text, sentence.source.published)
            figures.extend(_figure(sentence, number, numbers, says, days) for number in numbers)
    return tuple(figures)


def _claim(sentence: Sentence, before: Sentence | None, after: Sentence | None) -> tuple[str | None, Sentence | None]:
    """The claimant, and the neighbour that names it if the sentence itself does not."""
    who = claimant(sentence.text, before=before.text if before else "", after=after.text if after else "")
    if who is None or who in sentence.text:
        return who, None
    return who, next((n for n in (before, after) if n and who in n.text), None)


def _figure(
    sentence: Sentence,
    number: Number,
    numbers: Sequence[Number],
    says: tuple[str | None, Sentence | None],
    days: tuple[Day, ...],
) -> Figure:
    text = sentence.text
    counted = counted_phrase(text, number.end)
    kinds = kinds_in(counted)
    left, right = clause_around(text, number)
    action = next((_KIND_ACTION[k] for k in sorted(kinds) if k in _KIND_ACTION), None) or nearest_action(
        text, number, left, right
    )
    mine = [n for n in numbers if left <= n.start < right]
    scope, period = _scope(text, number, mine or numbers)
    return Figure(
        value=number.value, qualifier=number.qualifier, vague=number.vague, role=number.role, counted=counted, kinds=kinds, action=action,
        state=_state(text, number, left, right), per_side=bool(_PER_SIDE.search(text[left:right])),
        scope=scope, period=period,
        when=_when(sentence, number, days, left, right), dated=bool(days), claimant=says[0], sentence=sentence, speaker=says[1],
        start=sentence.start + number.start, end=sentence.start + number.end,
        place=find_place(text[left:right], number.start - left) or find_place(text, number.start),
        confidence=_confidence(number, counted, kinds, action is not None and action in actions_in(text[left:right]), bool(days), says, len(mine)),
    )  # fmt: skip


def _confidence(
    number: Number,
    counted: str,
    kinds: frozenset[str],
    acted: bool,
    dated: bool,
    says: tuple[str | None, Sentence | None],
    beside: int,
) -> float:
    """How far the row can be relied on, 0..1: the product of a factor for each thing that had to be inferred.

    An amount that is not exact .5; nothing named that is counted .6, a thing rather than people .95; what happened not said in the
    number's own clause .8; a speaker who stands in a neighbouring sentence .9; a day that is only that of publication .95;
    further figures in the same clause .9. The order they give was checked against labelled sentences: benchmarks/figures.py.
    """
    factors = (
        (number.vague, 0.5),
        (not counted, 0.6),
        (bool(counted) and not kinds, 0.95),
        (not acted, 0.8),
        (says[1] is not None, 0.9),
        (not dated, 0.95),
        (beside > 1, 0.9),
    )
    return round(prod(factor for holds, factor in factors if holds), 3)


def kinds_in(phrase: str) -> frozenset[str]:
    """The kinds named in a phrase: "22 severely wounded soldiers" -> wounded, military."""
    return frozenset(name for name, pattern in _KIND.items() if pattern.search(phrase))


def actions_in(phrase: str) -> frozenset[str]:
    """The actions named in a phrase."""
    return frozenset(name for name, pattern in _ACTION.items() if pattern.search(phrase))


def counted_phrase(text: str, end: int) -> str:
    """The words after a number up to the end of its noun phrase; "two of them children" gives "children"."""
    rest = text[end : end + 80]
    rest = re.sub(r"^\s+of (?:them|whom|those|the \w+)(?: were| are)?\b", "", rest)
    words: list[str] = []
    consumed = 0
    for match in _WORD.finditer(rest):
        gap = rest[consumed : match.start()]
        if gap.strip(" -‑") or len(words) >= 7:
            break
        word = match.group(0)
        if word.lower() == "of" and words:
            if words[-1].lower() not in {"prisoners", "members", "hundreds", "thousands", "dozens"}:
                break
        elif word.lower() == "and":
            following = _WORD.match(rest[match.end() :].lstrip())
            if not words or not following or not kinds_in(following.group(0)) or actions_in(following.group(0)):
                break
        elif (
            _STOP.match(word)
            or find_days(word, None)
            or (words and kinds_in(" ".join(words)) and actions_in(word) and not kinds_in(word))
        ):
            break
        words.append(word)
        consumed = match.end()
    return " ".join(words)


def structural(text: str, end: int) -> bool:
    """Whether the number that ends at `end` counts how the reporting is built ("two sides", "three stages"), not what happened."""
    return bool(_STRUCTURE.match(counted_phrase(text, end)))


def clause_around(text: str, number: Number) -> tuple[int, int]:
    """The stretch of a sentence that belongs to a number: cut at semicolons, conjunctions and further counts."""
    cuts = [0, *(m.start() for m in _CLAUSE.finditer(text)), len(text)]
    left = max(c for c in cuts if c <= number.start)
    return left, min((c for c in cuts if c >= number.end), default=len(text))


def nearest_action(text: str, number: Number, left: int, right: int) -> str | None:
    """The action closest to the number, inside its clause if there is one, else in the whole sentence."""
    best: tuple[int, str] | None = None
    for name, pattern in _ACTION.items():
        for match in pattern.finditer(text):
            inside = left <= match.start() < right
            gap = match.start() - number.end if match.start() >= number.end else number.start - match.end()
            candidate = (gap + (0 if inside else 200), name)
            best = min(best, candidate) if best else candidate
    return best[1] if best else None


def _state(text: str, number: Number, left: int, right: int) -> State:
    if _DENIAL.search(text[max(left, number.start - 30) : number.start]):
        return "denied"
    return "promised" if _PROMISE.search(text[left:right]) and not _FULFILLED.search(text) else "done"


def _scope(text: str, number: Number, numbers: Sequence[Number]) -> tuple[Scope, str]:
    """The scope and the words that say so. A cue belongs to the number nearest to it, since one sentence often carries both a
    day's figure and a total."""
    for scope, pattern in _SCOPES:
        for match in pattern.finditer(text):
            gaps = [(min(abs(match.start() - n.end), abs(n.start - match.end())), n) for n in numbers]
            gap, nearest = min(gaps, key=lambda pair: pair[0])
            if nearest is number and gap <= CUE_REACH:
                words = _PERIOD.match(text, match.start())
                return scope, words.group(0).strip() if words else ""
    return "event", ""


def _when(sentence: Sentence, number: Number, days: tuple[Day, ...], left: int, right: int) -> date | None:
    """The nearest day named in the sentence that is not the start of a period ("since March 2022"), else publication."""
    usable = [
        d for d in days
        if d.last and not re.search(r"\bsince\s+(?:\w+\s+)?$|agreed[^.]*$|reached[^.]*$", sentence.text[max(0, d.start - 40) : d.start], re.IGNORECASE)
        and not sentence.text[d.start : d.end].lower().startswith("since")
    ]  # fmt: skip
    usable = [d for d in usable if left <= d.start < right] or usable  # its own clause before its neighbours
    exact = [d for d in usable if d.precision == "day"] or usable
    if exact:
        return min(exact, key=lambda d: min(abs(d.start - number.end), abs(number.start - d.end))).last
    return (
        sentence.source.published if not days else None if not sentence.source.published else sentence.source.published
    )
