"""Where something happened, as the sentence writes it: "Kyiv", "the Khan Younis district". It knows no gazetteer and maps nothing.

A place is a capitalised name behind a word of place. Names of organisations, days and people also stand behind such words; what
is known not to be a place is left out, and where a sentence names none the answer is None.
"""

from __future__ import annotations

import re

from index.days import MONTHS, WEEKDAYS
from index.word_starts import IN_SENTENCES, WordStarts

_LEAD = r"(?:in|near|outside|inside|around|across|throughout|at|on the outskirts of|in and around|close to|north of|south of|east of|west of)"
_KIND = r"(?:region|district|oblast|province|governorate|prefecture|state|county|city|town|village|valley|strip|camp|peninsula|island|border|area|municipality|neighbou?rhood|suburb|capital|airport|port|hospital|station|prison|crossing|refugee camp|airbase|air base)s?"
_NAME = r"[A-Z][\w’'-]*\w(?:[\s-](?:(?:al|el|de|da|do|du|la|le|of the|of)[\s-])?[A-Z][\w’'-]*\w)*"
_PLACE = re.compile(
    rf"\b{_LEAD}\s+(?P<place>(?:(?:the|a|an)\s+)?(?:(?:central|northern|southern|eastern|western|north|south|east|west|north-?eastern|north-?western|south-?eastern|south-?western|coastal|besieged|occupied|nearby|neighbouring|neighboring|downtown|capital|capital city|port city|port|border)\s+)*"
    rf"(?:{_KIND}\s+(?:of\s+)?)?{_NAME}(?:[’']s)?(?:\s+(?:[a-z-]+\s+)?{_KIND}\b)?)"
)  # fmt: skip
_PLACE_STARTS = WordStarts(_PLACE, among=IN_SENTENCES)
# Where it was agreed or said is not where it happened
_ELSEWHERE = re.compile(
    r"\b(?:agreed|signed|met|meeting|talks|deal|agreement|said|told|speaking|reporters)\s(?:(?:on|it|that|week|in|them)\s)*$",
    re.IGNORECASE,
)
_BARE_NAME, _FIRST_WORD = re.compile(r"^(?:a|an|the)\s+|[’']s$"), re.compile(r"[\s’']")
_TIMES = frozenset({*(m.capitalize() for m in MONTHS), *(d.capitalize() for d in WEEKDAYS)})
_NO_PLACE = re.compile(
    r"^(?:the\s+)?(?:[\w’'-]+\s+)*(?:Ministry|Agency|Office|Service|Council|Committee|Commission|Court|Army|Forces?|Party|Union|Nations|Telegram|Facebook|Twitter|X|I|TV|Radio|Headquarters)\b"
)


def find_place(text: str, near: int = 0, within: tuple[int, int] | None = None) -> str | None:
    """The place named closest to character `near`, without its "in" and without a leading article; None if there is none.

    `within`: characters of a part of the text, the places named there come first.
    """
    if within and within != (0, len(text)) and (place := _closest(text, near, *within)):
        return place
    return _closest(text, near, 0, len(text))


def _closest(text: str, near: int, start: int, end: int) -> str | None:
    best: tuple[int, str] | None = None
    (matches,) = _PLACE_STARTS.find(text, start, end)
    for match in matches:
        place = _BARE_NAME.sub("", match["place"])
        if _NO_PLACE.match(place) or _FIRST_WORD.split(place, maxsplit=1)[0] in _TIMES:
            continue
        if _ELSEWHERE.search(text, start, match.start()):
            continue
        gap = (abs(match.start("place") - near), place)
        best = min(best, gap) if best else gap
    return best[1] if best else None
