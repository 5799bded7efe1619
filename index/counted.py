"""What is counted: the kinds of people, and the noun phrase after a number.

The words are those of reporting on wars and disasters in general: nothing here names a war, a person or a figure.
"""

from __future__ import annotations

import re

from index.actions import MIXED, actions_in
from index.days import MONTHS, WEEKDAYS

# What is counted. A figure of one kind never answers a question about another, unless one contains the other.
_DEMONYMS = r"(?!civilians)[a-z]{3,}ians|(?-i:[A-Z][a-z]+(?:eans|ans|ese|(?<!r)is))|kurds?|arabs?|turks?|serbs?|croats?|poles?|danes?|swedes?|finns?|czechs?|slovaks?|greeks?|uzbeks?|tajiks?|kazakhs?|jews|muslims|christians|foreigners?"
KINDS = {
    "prisoner": r"prisoners?|pows?|captives?|detainees?|hostages?|inmates?",
    "military": r"soldiers?|service(?:wo)?m[ae]n|service\s?members?|troops|combatants?|(?<!\d )fighters?|defenders?|military|army|militants?|police(?:wo)?m[ae]n|police|officers?|sailors?|marines?|insurgents?|rebels?|terrorists?|jihadists?|gunmen|guards?|conscripts?|recruits?|commandos?|reservists?|paratroopers?|militia(?:men)?|peacekeepers?",
    "civilian": r"civilians?|residents?|villagers?|bystanders?",
    "wounded": r"wounded|injured|hurt|injuries",
    "dead": r"dead|killed|deaths?|fatalit(?:y|ies)|bodies|body|remains|corpses?|died|slain|victims|fallen",
    "child": r"child(?:ren)?|minors?|teenagers?|babies|baby|girls?|boys?|infants?|toddlers?|pupils?|schoolchildren|schoolgirls?|schoolboys?",
    "woman": r"women|woman|female|mothers?",
    "arrested": r"arrest(?:s|ed)?|detained|captured|detentions?",
    "displaced": r"refugees?|displaced|evacuees|evacuated|homeless",
    "missing": r"missing",
    "people": rf"people|persons?|individuals?|men|man|others?|nationals?|citizens?|workers?|passengers?|protest[eo]rs?|demonstrators?|students?|survivors?|victims?|patients?|migrants?|tourists?|mourners?|{_DEMONYMS}",
}
PERSONS = frozenset(KINDS)
_KIND = {name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in KINDS.items()}
_DESIGNATED = re.compile(
    r"\S*\d\S*\s+(?:fighters?|bombers?|defenders?)\b", re.IGNORECASE
)  # F-16 fighters are no soldiers

# Counts of how the reporting is built, not of what happened: "the two sides", "three stages"
_STRUCTURE = re.compile(
    r"(?:(?:two|three|other|more|further|new|previous|main|whole|first|last|different|separate|joint|official|warring|(?-i:[A-Z][a-z]+)|such|direct|indirect|recent|earlier|similar|single) ){0,2}?"
    r"(?:sides?|countries|governments?|delegations?|parties|stages?|(?<!mortar )(?<!artillery )(?<!tank )(?<!ammunition )rounds?(?! of (?:ammunition|artillery|mortar))|exchanges?|swaps?|times|figures?|numbers?|statements?|reports?"
    r"|talks|meetings?|accounts?|versions?|cautions?|heads|questions?|reasons?|halves|parts?|names?|directions?|ones|things?)\b",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"(?:in|on|at|by|from|to|for|with|since|after|before|during|over|under|near|outside|inside|across|against|into|as|that|which|who|whom|whose|when"
    r"|while|where|were|was|is|are|be|been|being|had|has|have|having|will|would|could|may|can|did|do|does|said|says|told|each|apiece|including|among|amid"
    r"|between|than|but|or|because|came|went|more|back|home|so|it|he|she|they|we|i|if|died|fled|according|there|here|then|now|also|together|separately|arrived|apart|plus"
    r"|the|an?|this|these|those|his|her|its|their|our|still|yet|only|just|again|already|later|earlier|soon|well|not|no|nor|any|all|both|use|used"
    r"|containing|showing|depicting|featuring|about|regarding|concerning|describing|involving|holding|carrying|listing|documenting|belonging|displaying"
    r"|yesterday|today|tomorrow|crossed|entered|left|hit|went|took|need|lack|attacked|struck|flew|fell|survived|returned|escaped|lost|won|live|lived|lay|lie|remained|reached|surrendered|burned|landed|alive|free|prisoner$|captive$|hostage$)$",
    re.IGNORECASE,
)
_TIMES = frozenset({*(m.capitalize() for m in MONTHS), *(d.capitalize() for d in WEEKDAYS)})
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_OF_GROUP = re.compile(
    r"^\s+of (?:(?:them|whom|those|these|the \w+)(?: were| are)?|its|their|his|her|our|(?:(?:the|more than|about|some|at least|almost|nearly) )*\d[\d,.]*)(?=\s)"
)
_MAY_HAVE_OF = frozenset(
    {"prisoners", "members", "hundreds", "thousands", "dozens", "tens", "pairs", "boxes", "waves", "rounds"}
)
_HEAD = re.compile(
    rf"(?=(?:{'|'.join(KINDS.values())})$)(?:people|\w*men|children|troops|police|\w{{3,}}s)$", re.IGNORECASE
)
LONGEST = 7  # words


# Things that are called after people or after what befalls them: "police stations", "arrest warrants", "prisoner exchanges"
_THING = re.compile(
    r"\b(?:houses?|homes?|buildings?|apartments?|flats?|shelters?|stations?|posts?|outposts?|positions?|bases?|camps?|settlements?|centres?|centers?|hospitals?|schools?|barracks"
    r"|vehicles?|cars?|trucks?|lorr(?:y|ies)|tanks?|bus(?:es)?|trains?|planes?|aircraft|helicopters?|jets?|ships?|boats?|vessels?|drones?|missiles?|rockets?|shells?|bombs?|guns?|rifles?|weapons?|uniforms?"
    r"|clips?|videos?|photographs?|photos?|pictures?|images?|films?|recordings?|files?|documents?|letters?|books?|reports?|records?|accounts?|messages?|lists?|names|websites?"
    r"|warrants?|charges?|cases?|trials?|complaints?|requests?|certificates?|permits?|visas?|cells?|graves?|tombs?|coffins?|tents?|bags?|beds?|kits?|sites?|facilit(?:y|ies)|units?|convoys?|exchanges?|swaps?|raids?|attacks?)$",
    re.IGNORECASE,
)


def kinds_in(phrase: str) -> frozenset[str]:
    """The kinds named in a phrase: "22 severely wounded soldiers" -> wounded, military."""
    plain = _DESIGNATED.sub(" ", phrase) if any(c.isdigit() for c in phrase) else phrase
    plain = MIXED.sub(" ", plain)
    return frozenset(name for name, pattern in _KIND.items() if pattern.search(plain))


def counts_things(counted: str) -> bool:
    """Whether a counted phrase is of things, whatever people stand in it: "police stations", "video clips"."""
    return bool(_THING.search(re.split(r"\s(?:of|and)\s", counted, maxsplit=1)[0].rstrip()))


def counted_phrase(text: str, end: int) -> str:
    """The words after a number up to the end of its noun phrase; "two of them children" gives "children"."""
    rest = text[end : end + 80]
    if group := _OF_GROUP.match(rest):
        rest = rest[group.end() :]
    words: list[str] = []
    consumed = 0
    for match in _WORD.finditer(rest):
        gap = rest[consumed : match.start()]
        word = match.group(0)
        if gap.strip(" -‑") and not (not words and re.fullmatch(r"\s[A-Z][\w-]*\d+[\w-]*\s", gap)):
            break
        if len(words) >= LONGEST:
            break
        if word.lower() == "of" and words:
            if words[-1].lower() not in _MAY_HAVE_OF:
                break
        elif word.lower() == "and":
            following = _WORD.match(rest[match.end() :].lstrip())
            if not words or not following or not kinds_in(following.group(0)) or actions_in(following.group(0)):
                break
        elif (
            _STOP.match(word)
            or word in _TIMES
            or (words and kinds_in(" ".join(words)) and actions_in(word) and not kinds_in(word))
        ):
            break
        if (
            words
            and _HEAD.match(words[-1])
            and word.lower() not in {"of", "and"}
            and not kinds_in(word)
            and "of" not in words
        ):
            break  # the noun is complete: "372 prisoners use this sum"
        words.append(word)
        consumed = match.end()
    return " ".join(words)


def structural(text: str, end: int) -> bool:
    """Whether the number that ends at `end` counts how the reporting is built ("two sides", "three stages"), not what happened."""
    return bool(_STRUCTURE.match(counted_phrase(text, end)))
