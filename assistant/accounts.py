"""Questions that ask for the figures of several parties side by side: whether one does, and what it asks without saying so."""

from __future__ import annotations

import re

_DIFFER = (
    r"(?:same|agree\w*|match\w*|differ\w*|disput\w*|contradict\w*|conflict\w*|two|several|various|rival|competing)"
)
# A sentence after the question that only asks or says whether the figures are one: "Do the two sides give the same number?"
_REMARK = re.compile(
    rf"(?<=[?.!])\s+(?=[^?.!]*\b(?:numbers?|figures?|counts?|tall(?:y|ies)|tolls?|estimates?|versions?|accounts?|parties|(?:two|both) sides)\b)"
    rf"(?=[^?.!]*\b{_DIFFER}\b)[^?.!]*[?.!]?\s*$",
    re.IGNORECASE,
)
# "..., what do the two parties say?", "..., mission estimate against the ministry's?", "..., school versus governor?"
_ASIDE = re.compile(
    r"\s*(?:,|[-–—:;]\s)\s*(?:what (?:do|did|does) (?:the |each |both )?(?:two |both )?(?:sides?|parties|party|governments?|one) (?:each )?(?:say|claim|report|give)"
    r"|(?:by |on |going by |according to )?[^,?]{2,60}\b(?:versus|vs\.?|against|as opposed to|and by|and then by|compared (?:to|with))\s[^,?]{2,60})\s*\?*\s*$",
    re.IGNORECASE,
)
_WHO_SAY = re.compile(
    r"^\s*what (?:do|did|does) (?P<who>[^,?]{3,80}? and [^,?]{3,60}?|(?:the )?(?:two|both) (?:sides|parties|governments)) (?:each |both |respectively )?(?:say|claim|report|give) (?:about |on |of |is |was |as )?(?:the )?(?=how many|how much|number|toll)",
    re.IGNORECASE,
)
_EACH_SAY = re.compile(
    r"\b(?:did|does|do) (?:each|both|the two) (?:of the )?(?:sides?|governments?|part(?:y|ies)) (?:each )?(?:say|claim|report|put)\b",
    re.IGNORECASE,
)
_TWO_COUNTS = re.compile(
    r"\b(?:accord\w* to|by|on|in) (?:the )?[^,?]{2,50}? and (?:(?:accord\w* to|by|on|in) )?(?:the )?[^,?]{2,50}?(?:[’']s? (?:own )?(?:count|figure|tally|number|estimate|account)s?|(?<=\bto )[^,?]+)\s*\?*\s*$"
    r"|\baccording to (?:the )?[^,?]{2,50}? and (?:according )?to (?:the )?[^,?]{2,50}\?*\s*$",
    re.IGNORECASE,
)


def asks_accounts(question: str) -> bool:
    """Whether a question asks what each of several parties says."""
    return without_accounts(question) != question or bool(_EACH_SAY.search(question))


def without_accounts(question: str) -> str:
    """The question without its words on who gives which figure; as it is if there are none, or if nothing would be left."""
    bare = _WHO_SAY.sub("", _ASIDE.sub("?", _REMARK.sub("", question)))
    bare = _TWO_COUNTS.sub("?", bare).rstrip(" ,")
    return bare if len(bare.split()) >= MIN_WORDS else question


MIN_WORDS = 3
