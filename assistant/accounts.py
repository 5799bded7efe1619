"""Questions that ask for the figures of several parties side by side: whether one does, and what it asks without saying so."""

from __future__ import annotations

import re

MIN_WORDS = 3  # of a question without its words on who says what: with fewer nothing would be left of it
_FIGURES = r"numbers?|figures?|counts?|tall(?:y|ies)|tolls?|estimates?|versions?|accounts?|parties|(?:two|both) sides"
_DIFFER = r"same|agree\w*|match\w*|differ\w*|disput\w*|contradict\w*|conflict\w*|two|several|various|rival|competing"
_SIDES = r"(?:the |each |both )?(?:two |both )?(?:sides?|parties|party|governments?)"
_SAY = r"(?:say|claim|report|give|put)"
_WHOM = r"[^,?]{2,60}?"
# A sentence behind the question that only asks or says whether the figures are one: "Do the two sides give the same number?"
_REMARK = re.compile(
    rf"(?<=[?.!])\s+(?=[^?.!]*\b(?:{_FIGURES})\b)(?=[^?.!]*\b(?:{_DIFFER})\b)[^?.!]*[?.!]?\s*$", re.IGNORECASE
)
# "..., what do the two parties say?"; "..., mission estimate against the ministry's?"; "..., school versus governor?"
_ASIDE = re.compile(
    rf"\s*(?:,|[-–—:;]\s)\s*(?:what (?:do|did|does) {_SIDES} (?:each )?{_SAY}"
    rf"|{_WHOM}\b(?:versus|vs\.?)\s{_WHOM}"
    rf"|(?=according to |by |[^?]*(?:[’']s?\b|\b(?:{_FIGURES})\b)){_WHOM}\b(?:against|and by|compared (?:to|with))\s{_WHOM})\s*\?*\s*$",
    re.IGNORECASE,
)
# "..., and how many does the ministry claim?"; "..., and does the Front accept that figure?"
_AND_ANOTHER = re.compile(
    rf",?\s+and (?:(?:how many|how much|what) (?:does|do|did) {_WHOM} {_SAY}"
    rf"|(?:does|do|did) {_WHOM} (?:accept|agree|dispute|confirm|deny|contest)[^,?]*)\s*\?*\s*$",
    re.IGNORECASE,
)
# "What do the relief agency and the ministry each say about how many have gone home?"
_WHO_SAY = re.compile(
    rf"^\s*what (?:do|did|does) (?:{_WHOM} and {_WHOM}|{_SIDES}) (?:each |both |respectively )?{_SAY} (?:(?:about|on|of|is|was|as|the) )*"
    r"(?=how many|how much|number|toll)",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
_EACH_SAY = re.compile(
    rf"\b(?:did|does|do) (?:each|both|the two) (?:of the )?(?:sides?|governments?|part(?:y|ies)) (?:each )?{_SAY}\b",
    re.IGNORECASE,
)
# "by the ministry's count and by the monitors' count", "according to the government and according to the families"
_TWO_COUNTS = re.compile(
    rf",?\s*\bby (?:the )?{_WHOM} and (?:by )?(?:the )?{_WHOM}[’']s? (?:own )?(?:{_FIGURES})\s*\?*\s*$"
    rf"|,?\s*\baccording to {_WHOM} and (?:according )?to [^,?]{{2,60}}\?*\s*$",
    re.IGNORECASE,
)


# "Did the army and the rebels publish the same count?", "what number did the ministry and the president each give?"
_SAME = re.compile(
    rf"\b(?:did|do|does|have) (?:{_WHOM} and {_WHOM}|{_SIDES}) (?:publish\w*|give|report|state|name|announce|use)"
    rf" (?:the same|one|different|differing|identical|matching) (?:\w+ )?(?:{_FIGURES})\b"
    rf"|\b(?:did|do|does|have) (?:{_WHOM} and {_WHOM}|{_SIDES}) (?:agreed?|differ(?:ed)?|disagreed?) (?:on|about|over)"
    rf" (?:the |a )?(?:\w+ )?(?:{_FIGURES})\b"
    rf"|,?\s+and what (?:{_FIGURES}) {_WHOM} and {_WHOM} (?:each |both |respectively )?(?:gave|g[ai]ven?|said|published|reported|announced)"
    r"\s*\?*\s*$"
    r"|\bwho says what\b|\bwhat does who say\b",
    re.IGNORECASE,
)


def asks_accounts(question: str) -> bool:
    """Whether a question asks what each of several parties says."""
    return without_accounts(question) != question or bool(_EACH_SAY.search(question) or _SAME.search(question))


def without_accounts(question: str) -> str:
    """The question without its words on who gives which figure; as it is if there are none, or if nothing would be left."""
    bare = question
    for words, instead in ((_REMARK, ""), (_ASIDE, "?"), (_AND_ANOTHER, "?"), (_WHO_SAY, ""), (_TWO_COUNTS, "?")):
        shorter = words.sub(instead, bare)
        if bool(_HOW_MANY.search(shorter)) == bool(_HOW_MANY.search(bare)):  # else it was the question that went
            bare = shorter
    return bare if len(bare.split()) >= MIN_WORDS else question
