"""Who released, sent or launched what a question or a figure counts, and to whom it went.

A figure of one side is never that of the other: "The government freed 150, the Front 48." Unsure means nobody is named.
"""

from __future__ import annotations

import re

from assistant.words import has_name, name_stems, names
from index.days import MONTHS, WEEKDAYS
from index.figures import Figure

_ADVERBS = r"(?:\w+ly |also |then |now |already |ever |really |since |yet |still )*"
_GIVES = (
    rf"{_ADVERBS}(?:to )?(?:have )?(?:hand(?:ed|s)?|g[ai]ve[ns]?|releas(?:e|es|ed)|free[sd]?|return(?:ed|s)?|let|turn(?:ed|s)?|sen[dt]s?"
    r"|launch(?:ed|es)?|fire[sd]?|deliver(?:ed|s)?|pa(?:y|id|ys)|set)\b"
)
_GIVEN = r"\b(?:released|freed|handed over|let go|returned|given up|launched|fired|sent|delivered|paid) by "
_GETS = rf"{_ADVERBS}(?:receiv\w+|got|gets?|took|takes?|welcom\w+)\b"
# Those that reports call by what they are
_STATE = r"government|authorities|army|military|ministry|navy|air force|state|regime|junta"
_GROUP = r"front|fleet|rebels?|separatists?|militia|insurgents?|guerrillas?|movement|captors|kidnappers|gunmen|militants|opposition"
_NOUN = rf"(?i:{_STATE}|{_GROUP})"
_NO_NAME = r"(?!(?:In|On|At|By|For|After|Before|Since|With|Of|From|As|How|What)\b)"
_WHO = rf"(?:[Tt]he )?(?P<who>{_NO_NAME}[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){{0,3}}|(?:[a-z]+ )?{_NOUN})"
_HAS = r"(?:(?:has|have|had|is|are|was|were|will|would|did|does|do|still) ){0,3}"
_ASKED = re.compile(rf"\b(?:did|has|have|had|does|do|would|will|must) {_WHO} (?:still )?(?:{_GIVES}|owe\b)")
_ASKED_BY = re.compile(_GIVEN + _WHO)
_LEAD = r"(?:^|[,;:] |\b(?:and|while|but|that|then) |\b[Ii]n (?:exchange|return),? )"
_SUBJECT = re.compile(rf"{_LEAD}{_WHO} (?:in (?:return|exchange|turn) )?{_HAS}(?:(?P<gives>{_GIVES})|{_GETS})")
# "The government has released 355, and the Front 119": the verb is left out
_ELLIPSIS = re.compile(rf"(?:\band|\bwhile|,|;)\s{_WHO}\s(?:(?:only|just|about|another|some) )?$")
_BY = re.compile(rf"[^.;]*?{_GIVEN}{_WHO}")
_TO = re.compile(r"\b(?:to|into|for) (?:the )?(?P<who>[A-Z][\w’'-]+)")
# Whoever held those who came home, after the number: "4,300 people brought back from Kesmaran captivity"
_HELD_BY = re.compile(
    r"[^.;]*?\bfrom (?:the )?(?P<who>[A-Z][\w’'-]+) (?:captivity|custody|prisons?|jails?|camps?|detention)\b"
)
_NEXT = re.compile(r"\d|;|\.\s")
REACH = 80  # characters after a number in which "released by" belongs to it


def asked_giver(question: str) -> tuple[str, ...]:
    """The words for whoever a question says released, sent or launched what it counts; empty if it names nobody."""
    match = _ASKED.search(question) or _ASKED_BY.search(question)
    return _words(match["who"]) if match else ()


def gives(figure: Figure, giver: tuple[str, ...]) -> bool:
    """Whether nobody else than `giver` released, sent or launched what a figure counts, as far as its sentence says who."""
    told, getting = _told(figure)
    return not _are(told, giver) if getting else _may_be(told, giver)


def giver_of(figure: Figure) -> tuple[str, ...]:
    """The words for whoever released, sent or launched what a figure counts, as its sentence says; empty if it does not."""
    told, getting = _told(figure)
    return () if getting else told


def receiver_of(figure: Figure) -> tuple[str, ...]:
    """The names of whoever what a figure counts went to, as its sentence says beside the number: "197 came back to Kesmara and 175 to
    Orveth". Empty if it does not say."""
    text = figure.sentence.text
    end = figure.end - figure.sentence.start
    following = _NEXT.search(text, end)
    for to in _TO.finditer(text, end, following.start() if following else len(text)):
        if to["who"].lower() not in MONTHS.keys() | WEEKDAYS.keys():
            return names(f"x {to['who']}")
    told, getting = _told(figure)
    return told if getting else ()


def party_of(figure: Figure) -> tuple[str, ...]:
    """The words for the party that a figure is of: whoever gave what it counts, else whoever received it."""
    return giver_of(figure) or receiver_of(figure)


def differ(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two ways of naming a party, close to each other, have no word in common."""
    return bool(one and other) and not _are(one, other)


def _told(figure: Figure) -> tuple[tuple[str, ...], bool]:
    """The party that a sentence names with a figure, and whether it is the one that gets what is counted."""
    text, at = figure.sentence.text, figure.start - figure.sentence.start
    end = at + figure.end - figure.start
    if left_out := _ELLIPSIS.search(text[:at]):
        return _words(left_out["who"]), False
    following = _NEXT.search(text, end)
    if by := _BY.match(text, end, min(end + REACH, following.start() if following else len(text))):
        return _words(by["who"]), False
    if held := _HELD_BY.match(text, end, following.start() if following else len(text)):
        return _words(held["who"]), False
    subjects = [m for m in _SUBJECT.finditer(text) if m.end() <= at]
    return (_words(subjects[-1]["who"]), not subjects[-1]["gives"]) if subjects else ((), False)


def _words(who: str) -> tuple[str, ...]:
    noun = re.search(_NOUN, who)
    return (*names(f"x {who}"), *((noun[0].lower(),) if noun and noun[0].islower() else ()))


def _are(told: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    stems = name_stems(" ".join(told))
    return any(has_name(name, stems) for name in asked)


def _may_be(told: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether two ways of naming a party can mean one: by name, or where one is only called what it is."""
    if not told or _are(told, asked):
        return True
    if (_is(_STATE, told) and _is(_GROUP, asked)) or (_is(_GROUP, told) and _is(_STATE, asked)):
        return False
    return any(map(str.islower, (*told, *asked)))  # "the government" may be Velmara, "the rebels" the Front


def _is(nouns: str, who: tuple[str, ...]) -> bool:
    return bool(re.search(rf"\b(?:{nouns})\b", " ".join(who), re.IGNORECASE))
