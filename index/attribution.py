"""Who says so: the claimant of a sentence, as written, from attribution verbs and phrases. It never invents or shortens a name."""

from __future__ import annotations

import re

_SAYING = (
    r"(?:has |have |had |also |later |then |both |all )*(?:said|says|say|told|tells|posted|wrote|writes|confirmed|confirms|announced|announces|reported|reports|stated|states"
    r"|claimed|claims|counted|counts|added|adds|estimated|estimates|put|gave|gives|spoke|declared|acknowledged|warned|insisted|denied|tweeted|noted|published|listed|lists|described|called|argued)"
)
_BODY = r"(?:ministry|ministers?|officials?|authorities|police|army|military|spokes(?:man|woman|person)|government|governor|mayor|president|headquarters|agency|office|service|rescuers|witnesses|residents|sources|group|sides|parties|delegations?|commission|committee|council|hospital|monitors?|prosecutors?|media|desk)"
_WORD = r"[A-Z][\w’'.-]*[\w’']|[A-Z]\."
_NAME = rf"(?:{_WORD})(?:\s+(?:(?:of|for|the|and|de|von|al|bin|on|in)\s+)*(?:{_WORD}|{_BODY}))*"
_LOWER = rf"(?:[Tt]he\s+|[Bb]oth\s+|[Ll]ocal\s+|[Ss]tate\s+|[Aa]\s+|[Rr]egional\s+|[Mm]ilitary\s+|[Hh]ealth\s+)*(?:(?:{_WORD}|[a-z]+)\s+){{0,4}}?{_BODY}(?:\s+(?:of|for)\s+(?:the\s+)?{_NAME})?"
_ACCORDING = re.compile(rf"\b[Aa]ccording to (?P<who>(?:the\s+|both\s+|local\s+|a\s+)*(?:{_NAME}|{_LOWER}))")
_SUBJECT = re.compile(rf"(?P<who>(?:[Tt]he\s+)?(?:{_NAME})(?:\s+{_BODY})?|{_LOWER})(?:,[^,]{{2,60}},)?\s+{_SAYING}\b")
_INVERTED = re.compile(rf"[,”\"]\s+(?:{_SAYING})\s+(?P<who>(?:the\s+)?(?:{_NAME}|{_LOWER}))")
_BY = re.compile(
    rf"\b(?:confirmed|announced|given|published|reported|released|issued) by (?P<who>(?:the\s+|both\s+)*(?:{_NAME}|{_LOWER}))"
)
_PRONOUNS = re.compile(
    r"^(?:He|She|It|They|We|I|This|That|There|Who|But|And|In|On|As|Both|Each|None|All|What|When|The)$"
)


def claimant(text: str, *, before: str = "", after: str = "") -> str | None:
    """Who says what the sentence says, or None when it stands on the outlet's own word.

    Inside a running quotation ("... ," X said. "In two days ...") the speaker is looked for in the neighbouring sentences.
    """
    if who := _named(text):
        return who
    opens, closes = text.count("“"), text.count("”")
    if text.lstrip()[:1] in {"“", '"'} or opens != closes or (before.count("“") > before.count("”")):
        follows = after.lstrip()[:1].islower() or re.match(r"^[^“”]{0,60}”", after)
        return (_named(after) or _named(before)) if follows else (_named(before) or _named(after))
    return None


def _named(text: str) -> str | None:
    for pattern in (_ACCORDING, _INVERTED, _BY, _SUBJECT):
        for match in pattern.finditer(text):
            who = match["who"].strip(" ,")
            if not _PRONOUNS.match(who) and not re.search(
                r"\b(?:not|no|never|neither|nor)\b[^,;]*$", text[: match.start()]
            ):
                return who
    return None
