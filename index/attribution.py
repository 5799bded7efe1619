"""Who says so: the claimants of a sentence, as written, from verbs and phrases of saying. It never invents or shortens a name.

A claimant is the subject of a verb of saying ("the mayor of Alba, Ana Ruiz, said"), the name after "according to" or after
"confirmed by", or the owner of a claim ("the army's figure of 40"). Pronouns name nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.word_starts import WordStarts

_SAYING = re.compile(
    r"\b(?:said|says|say|told|tells|posted|wrote|writes|confirm(?:ed|s)?|announce[ds]?|report(?:ed)?|reports(?= that\b| \d)|stated|states(?= that\b)|added(?=[.,]|$| that\b| on\b)|adds(?=[.,]|$| that\b)"
    r"|claim(?:ed|s)?(?!(?:\s+\S+){0,5}\s+(?:lives|victims)\b)|counted|counts|estimate[ds]?|declared|acknowledged|admit(?:ted|s)?|conceded|warn(?:ed|s)?|insist(?:ed|s)?|denie[ds]|tweeted|noted|published|listed|lists|record(?:ed|s)|documented|verified"
    r"|speaks|spoke|spoken(?= of\b)|described|argued|alleged?|testified|predicted|accused|reckons?|believes?|believed|called(?! for\b| off\b| up\b| on\b)|learned|put(?:s)?(?=\s(?:the|its|their|that|losses|casualties)\b)|ga?ve(?=\s(?:the|a|an)\s(?:\w+\s)?(?:figure|toll|number|total|count|account)|\s\d)|gives(?=\s(?:the|a|an|\d))"
    r"|(?:raised|lowered|revised|updated)(?=\s(?:the|its|their)\s(?:\w+\s)?(?:figure|toll|number|count|total|estimate)))\b"
)
_QUOTING = frozenset(  # may stand before whoever is quoted
    {
        "said",
        "says",
        "say",
        "wrote",
        "writes",
        "posted",
        "confirmed",
        "announced",
        "reported",
        "warned",
        "added",
    }
)
_AUXILIARY = re.compile(
    r"(?:(?:has|have|had|also|later|then|both|all|since|further|earlier|again|previously|repeatedly|meanwhile|did not|does not|do not|has not|have not|would not|could not|only|just|still|itself|himself|herself)\s+)*$"
)
_AUXILIARIES = (  # what the last of these words can be
    "has", "have", "had", "also", "later", "then", "both", "all", "since", "further", "earlier", "again", "previously",
    "repeatedly", "meanwhile", "not", "only", "just", "still", "itself", "himself", "herself",
)  # fmt: skip
_NOUNS = frozenset(
    {"report", "claim", "estimate", "count", "counts", "list", "lists", "records", "estimates", "claims"}
)
_DETERMINED = re.compile(
    r"\b(?:this|that|the|an?|its|his|her|their|our|new|latest|first|last|annual|earlier|previous|to|no|any)\s$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|to|as|it is|of|in|an?)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_STOP = r",(?!\d)|[;:“”\"()—–]|\s(?=(?:who|which|that|when|where|after|before|while|whereas|but|citing|as|because|since|if)\s)|\s(?=[\d,]+\s[a-z])|and\s(?<=\band\s)(?=\w+\s+(?:said|told))"
_TITLES = (
    "Col",
    "Gen",
    "Maj",
    "Lt",
    "Dr",
    "Mr",
    "Mrs",
    "Ms",
    "Brig",
    "Sgt",
    "Capt",
    "Adm",
    "Gov",
    "Sen",
    "Rep",
    "St",
    "[A-Z]",
)
_NO_TITLE = "".join(rf"(?<!\b{title}\.)" for title in _TITLES)
# Each alternative begins with the sign it is found by, so that it costs nothing elsewhere
_BORDER = re.compile(rf"{_STOP}|\.{_NO_TITLE}(?=\s|$)")
_DAYS = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
# A phrase of time or place in front of a subject: "On Monday the ministry", "By Friday morning police", "In Alba officials"
_OPENING = re.compile(
    rf"^(?:(?:On|Late on|Early on|By|In|At|Since|After|Before|During|Until|Last|Next|This|Over|From|Within|Under|For|Despite)\s.*?(?:{_DAYS}(?:\s(?:morning|afternoon|evening|night))?|(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s\d\d?)?(?:,?\s(?:19|20)\d\d)?|\b(?:19|20)\d\d|week|month|year|night|morning|evening|hours|days)\s+"
    r"|(?:In|At|Near)\s(?:the\s(?:\w+\s)?(?:city|town|village|region|capital)(?:\sof)?\s*)?(?:[A-Z][\w’'-]+\s)*(?=[a-z])"
    r"|(?:Later|Earlier|Meanwhile|Separately|But|And|Yet|Still|Then|Also|Today|Yesterday|Overnight|However|Instead|Only)\s+|(?:but|and|yet|so|later|when|although|though|because|as|while)\s+)+",
)  # fmt: skip
_NOBODY = re.compile(
    r"^(?:(?:h|s)?he|it|and|but|or|then|so|also|when|as|they|we|i|you|this|that|these|those|there|who|which|what|none|all|each|one|(?:an?|the)|some|many|most|nobody|no one|neither\b.*|none\b.*|(?:the|that|this|a)\s(?:\w+\s)?(?:step|sum|subtraction|addition)\b.*|no\s.*|nor\b.*|never\b.*|not\b.*)$",
    re.IGNORECASE,
)
_VERBAL = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|did|does|do|killed|died|freed|came|went|said|told|claimed)\b"
    r"|\b\w{2,}ed\s(?:the|a|an|its|their|his|her|out|on|in|to|by|up|at|for|with|that|over|back|\d)\b|\b(?:he|she|it|they|we|i|you|who|which|that)$|\bof\s\d|\d{3}",
    re.IGNORECASE,
)
_NAME = re.compile(r"^(?:(?:[A-Z][\w’'-]*\.?|[A-Z]\.|al|el|bin|de|von|van|da|of)\s?)+$")
_ACCORDING = re.compile(r"\b[Aa]ccording to\s+")
_BY = re.compile(
    r"\b(?:confirmed|announced|published|reported|revised|raised|lowered|verified|documented|recorded|cited|compiled|quoted|put out|(?:was|were|is|are) given"
    r"|(?<=figures )released|(?<=figure )released|(?<=figures )given|(?<=figure )given|(?<=numbers )given|(?<=number )given|(?<=data )released|(?<=statement )issued|(?<=toll )given)(?:\s(?:to|from|at)\s[\w,.]+)* by\s+"
)
_CLAIM = r"(?:[’']s|s[’'])\s(?:\w+\s)?(?:claims?|figures?|counts?|tolls?|statements?|estimates?|reports?|tally|numbers?|account)\b"
_CLAIM_OF = re.compile(rf"(?P<who>(?:\b[Tt]he\s)?(?:[\w’'-]+\s){{0,4}}?[\w-]+?){_CLAIM}")
_SOME_CLAIM = re.compile(_CLAIM)
_BY_SOMEONE = re.compile(r"\sby\s")
_NO_SPEAKER = re.compile(r"(?:on|in|at|that|later|it|the same|so)\b")
_LEADS_IN, _OWNER = re.compile(r"^(?:But|And|Yet|On|In|That|That is)\s"), re.compile(r"(?:the|a|an)\s|[A-Z]")
_TIME, _WHEN = re.compile(rf"{_DAYS}|\d"), re.compile(rf"{_DAYS}|On\b|In\b")
_DENIED = re.compile(r"\b(?:not|no|never|neither|nor)\b[^,;]*$")
_SAID_WHEN = re.compile(
    rf"\s(?:on|in|at|late|early)\s(?:{_DAYS}|\d|an?\s|the\s(?:same|evening|morning)|Telegram|X\b|Facebook|late\b|early\b).*$|\s(?:{_DAYS}|yesterday|today)$"
)
_LEFT_OPEN = re.compile(r"\s(?:and|in|on|at|to|for|with|from)$")
_JOINED = re.compile(r"^(?:(?:by|that|since|because|although|though|where|if|whether)\s)+")
_WORD, _SIGN = re.compile(r"[^\W\d_]{2}"), re.compile(r"[^\w]|\d")
_STARTS = WordStarts(_ACCORDING, _SAYING, _BY)
_INVERTED = re.compile(r"[,”\"’]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """`who` says something at characters `start` to `end` of a sentence: from the name to the verb, or the other way round."""

    who: str
    start: int
    end: int


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
    found = attributions(text)
    return found[0].who if found else None


@lru_cache(maxsize=256)  # a sentence is asked about once by itself and twice as a neighbour
def attributions(text: str) -> tuple[Attribution, ...]:
    """All claimants of a sentence; those of "according to" and of verbs whose subject they are first, each kind in order."""
    according, saying, by = _STARTS.find(text)
    return (
        *_after(text, according),
        *_subjects(text, saying),
        *_after(text, by),
        *(_owners(text) if "’" in text or "'" in text else ()),
    )


def _after(text: str, matches: Iterable[re.Match[str]]) -> Iterator[Attribution]:
    for match in matches:
        if (who := _right_of(text, match.end())) and not _refused(text, match.start()):
            yield Attribution(who=who, start=match.start(), end=match.end() + len(who))


def _subjects(text: str, verbs: Iterable[re.Match[str]]) -> Iterator[Attribution]:
    for match in verbs:
        lead = text[: match.start()].rstrip()
        if match[0] in _QUOTING and _INVERTED.search(lead):  # “...,” said X
            who = _right_of(text, match.end() + 1)
            if who and not _NO_SPEAKER.match(who):
                yield Attribution(who=who, start=match.start(), end=match.end() + 1 + len(who))
                continue
        left = text[: match.start()]
        if lead.endswith(_AUXILIARIES):
            left = left[: len(left) - len(_AUXILIARY.search(left)[0])]  # type: ignore[index]  # it matches nothing, too
        if (
            _PASSIVE.search(left)
            or _BY_SOMEONE.match(text, match.end())
            or (match[0] in _NOUNS and _DETERMINED.search(left))
        ):
            continue
        if found := _left_of(left):
            yield Attribution(who=found[1], start=found[0], end=match.end())


def _owners(text: str) -> Iterator[Attribution]:
    if not _SOME_CLAIM.search(text):  # looking for whoever may own one takes long
        return
    for match in _CLAIM_OF.finditer(text):
        who = _LEADS_IN.sub("", match["who"]).strip()
        if not _NOBODY.match(who) and _OWNER.match(who) and not _TIME.search(who):
            yield Attribution(who=who, start=match.start("who"), end=match.end())


def _refused(text: str, start: int) -> bool:
    return bool(_DENIED.search(text[:start]))


def _right_of(text: str, start: int) -> str | None:
    """The noun phrase that begins at `start`."""
    rest = text[start : start + 120]
    border = _BORDER.search(rest)
    who = rest[: border.start()] if border else rest
    who = _SAID_WHEN.sub("", who)
    who = _LEFT_OPEN.sub("", who.strip(" ,’'"))
    return _accepted(who)


def _left_of(left: str) -> tuple[int, str] | None:
    """The noun phrase that ends a text, an apposition between commas left out: "X, who led the talks," is X."""
    trimmed = left.rstrip()
    if trimmed.endswith((",", "—", "–")):
        inner = trimmed[:-1]
        cut = max(inner.rfind(","), inner.rfind("—"), inner.rfind("–"))
        apposition = inner[cut + 1 :].strip() if cut >= 0 else ""
        if cut < 0 or len(apposition) > 100 or "“" in apposition or "”" in apposition:
            return None
        if _NAME.match(apposition) and not _WHEN.match(apposition) and len(apposition.split()) > 1:
            return cut + 1, apposition
        return _left_of(inner[:cut])
    borders = [m.end() for m in _BORDER.finditer(trimmed)]
    start = borders[-1] if borders else 0
    phrase = trimmed[start:]
    opening = _OPENING.match(phrase.lstrip())
    who = phrase.lstrip()[opening.end() :] if opening else phrase.lstrip()
    return (start, accepted) if (accepted := _accepted(who.strip(" ’'"))) else None


def _accepted(who: str) -> str | None:
    """The phrase if it can name someone: a name, or a noun with or without its article, not a clause and not a count."""
    who = _JOINED.sub("", who)
    if not who or len(who) > 90 or len(who.split()) > 11 or _NOBODY.match(who) or _VERBAL.search(who):
        return None
    return who if _WORD.search(who) and not _SIGN.match(who) else None
