"""What kind of number one is, told by what stands right before and right behind it: a count, an age, a date, the name of something.

Most numbers stand behind a plain word and before one ("that 390 people"), which tells at a glance that they are counts. So the
rules about what stands behind are asked together, once a word, and those about signs before it only where there is one.
"""

from __future__ import annotations

import re
from typing import Literal

from index.word_starts import Beginnings

Role = Literal[
    "count",
    "money",
    "share",
    "duration",
    "distance",
    "age",
    "date",
    "clock",
    "name",
    "ordinal",
    "deal",
    "score",
    "fraction",
]

_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ATOM = "|".join((*_UNITS.split()[::-1], *_TENS.split()))
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
_TIME_UNIT = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centuries)\b"
_LENGTH = r"(?:(?:square|sq|cubic)\s)?(?:km|[mc]?m|k?m²|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet|ft|yards?|hectares?|acres?|kg|degrees?|°)"
_MONEY = re.compile(r"[$€£¥₴₽₹₪₺₦₱]\s?$|\b(?:USD|EUR|GBP|US\$|A\$|C\$|Rs\.?)\s?$")
_CURRENCY = re.compile(
    r"\s*(?:(?:US |American )?dollars?|euros?|pounds?(?! of\b)|cents?|hryvnias?|rubles?|roubles?|rupees?|yuan|yen|won\b(?= (?:in|for|to))|lira|rials?|riyals?|shekels?"
    r"|francs?|pesos?|dirhams?|dinars?|takas?|nairas?|birr|shillings?|kyats?|baht|zloty|reais|krona|kronor|kroner?|afghanis?|USD|EUR|GBP)\b"
)
# What is numbered, not counted: "Article 5", "Tower 22", "day 12"
_LABEL = re.compile(
    r"\b(?:articles?|phases?|days?|chapters?|pages?|towers?|highways?|routes?|resolutions?|sections?|units?|rooms?|gates?|levels?|groups?|buildings?|blocks?|tables?|lines?|channels?"
    r"|parts?|stages?|rounds?|categor(?:y|ies)|flights?|paragraphs?|annex|clauses?|protocols?|numbers?|no\.|nos?\.|#|zones?|grades?|wards?|schools?|checkpoints?|posts?|hotline|option|plan|case|hills?|rows?|heights?|camps?|sectors?|squadrons?|districts?|areas?|terminals?|platforms?|bus|seats?|berths?|orders?|decrees?|chapters?|versions?)\s?$",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:calls?(?: to)?|rings?|texts?|called|dial(?:led|ed|ling)?|rang|phone|phoned)\s$", re.IGNORECASE
)
_CLOSE = 14  # characters: the longest of these words, the space behind it and the border before it
_STREET = re.compile(
    r"(?:\s[A-Z][\w’'-]+){1,3}\s(?:Street|Road|Avenue|Lane|Square|Boulevard|Drive|Highway|St|Rd|Ave|Alley)\b"
)
_PERSON = re.compile(  # words for one person, before ", 41,"
    r"\b(?:youngest|oldest|eldest|(?:grand|step)?(?:father|mother|son|daughter|parent|child)|brother|sister|wife|husband|widow(?:er)?|uncle|aunt|cousin|nephew|niece|man|woman|boy|girl|baby|infant|\w+(?:er|or|ist|ian|man|ant|ent|herd|ess|nurse|pilot|monk|guard|priest|imam))(?:\s[A-Z][\w’'-]+){0,3},\s$"
)
_TALLY = re.compile(
    r"\b(?:toll|number|figure|total|count|tally|stood|stands|stand|put|puts|estimated?|remain\w*|peaked|sales?|priced?)\b",
    re.IGNORECASE,
)
PLURAL = re.compile(r"\s(?:[a-z’'-]+\s){0,2}?(?:people|men|women|children|cattle|troops|police|[a-z]{2,}s)\b")
_WRITTEN_DATE = re.compile(  # 24/05/2025, 24.05.2025: what stands about one of its parts
    r"(?:^|[^\d/.])\0[/.]\d{1,2}[/.]\d{2,4}\b|\d{1,2}[/.]\0[/.]\d{2,4}\b|\d{1,2}[/.]\d{1,2}[/.]\0|(?:^|[^\d/.])\0\.\d{4}\b"
)
_PART_OF_DATE = re.compile(r"\b\d{1,2}/$")
_OF_AN_HOUR = re.compile(r"\d:$")
_TELEPHONE = re.compile(r"\+(?:\d[\d\s()-]*)?$")
_FOR_AS_MANY = re.compile(r"[-–]for[-–]$|\d\s+for\s+$")
_OF_A_NAME = re.compile(r"[A-Za-z][-–]$")
_HOUR = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")
_AT_AN_HOUR = re.compile(r"\b(?:at|until|by|from)\s$")
_OF_MANY = re.compile(r"\s(?:million|billion|per|%|[a-z]+s\b)")
_PART_OF_HOUR = re.compile(r"\b(?:half|quarter) (?:past|to)\s$")
_AGED = re.compile(r"\bage[ds]?\s(?:(?:between|from)\s)?(?:\d+\s?(?:to|and|[-–])\s?)?$|\bage of\s$|\bunder[-–\s]$")
_AT = re.compile(r"\bat\s$", re.IGNORECASE)
_NAMED = re.compile(r"[A-Z][\w’'-]+,\s$")
_BOTH = re.compile(r"\bboth\s$")
_SOMEONE_AT = re.compile(r"[a-z]\s+at\s$")
_OF_MONTH = re.compile(rf"{_MONTH}\.?\s+(?:\d\d?\s*[-–]\s*)?$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEARLY = re.compile(
    rf"\s+(?!{_MONTH}|(?:was|is|has|its|this|as|plus|perhaps|always|sees|marks|brings|remains|begins|ends)\b)(?:[a-z]+s|people|men|women|children)\b"
)
_IN_YEAR = re.compile(r"\b(?:in|since|until|during|throughout|by|before|after)\s$", re.IGNORECASE)
_LATER_PART = re.compile(r"(?:19|20)\d\d[-–/]$|\d[-–/]\d?\d[-–/]$")
_SECOND_SCORE = re.compile(r"\b\d{1,2}\s?[-–]\s?$")
_BEHIND = Beginnings(
    part_of_date=re.compile(r"/\d{1,2}\b"),
    deal=re.compile(r"[-–]for[-–]|\s+for\s+1,?000\b"),
    of_a_name=re.compile(r"[-–]?[A-Z]\d|[A-Z]{1,3}\b(?<!M)"),
    ordinal=re.compile(r"(?:st|nd|rd|th)\b"),
    currency=_CURRENCY,
    fraction=re.compile(r"[\s-](?:thirds?|quarters?|fifths?|tenths?)\b"),
    street=_STREET,
    share=re.compile(r"\s?%|\s+per ?cent\b|\s+percentage"),
    clock=re.compile(r":\d\d?\b|\s?(?:a\.?m|p\.?m)\b|\s+(?:GMT|UTC)\b"),
    o_clock=re.compile(r"\so[’']clock\b"),
    years_old=re.compile(r"[-–]?\s?year[-–\s]olds?\b|\s+years? old\b"),
    they=re.compile(r",?\s(?:s?he|they|I)\b"),
    pause=re.compile(r"\s?[,.;)]"),
    month=re.compile(rf"(?:st|nd|rd|th)?(?:\s*[-–,]\s*\d\d?|\s+(?:and|to)\s+\d\d?)*\s+(?:of\s+)?{_MONTH}"),
    range_of_time=re.compile(rf"\s(?:and|to|or)\s(?:\d+|{ATOM})[-\s]{_TIME_UNIT}", re.IGNORECASE),
    time=re.compile(rf"[-\s](?:more\s+|full\s+|consecutive\s+)?{_TIME_UNIT}"),
    length=re.compile(rf"[-\s]?{_LENGTH}\b"),
    score=re.compile(r"\s?[-–]\s?\d{1,2}\b(?!\d|,)"),
)


def role_of(match: re.Match[str], value: float, before: str, after: str) -> Role:
    """What kind of number this is, of a match with groups `digits` and `letter`; `before` and `after`: what stands there, about 40
    characters. The order of the tests is from the most to the least certain."""
    digits = match["digits"]
    behind = _BEHIND.matching(after)
    # a sign stands before it, and not a plain word
    sign = not (before[-1:] == " " and before[-3:-1].isalpha() and before[-3:-1].islower())
    if digits and (sign or after[:1] in "/.") and _WRITTEN_DATE.search(f"{before[-8:]}\0{after[:9]}"):
        return "date"
    if digits and ("part_of_date" in behind or (sign and _PART_OF_DATE.search(before))):
        return "fraction"
    if digits and sign and _TELEPHONE.search(before):
        return "name"
    if "deal" in behind or ("for" in before and _FOR_AS_MANY.search(before)):
        return "deal"
    if digits and ("of_a_name" in behind or (sign and _OF_A_NAME.search(before))):
        return "name"
    if "ordinal" in behind:
        return "ordinal"
    if "currency" in behind or (sign and _MONEY.search(before)):
        return "money"
    if "fraction" in behind:
        return "fraction"
    if digits and "," not in digits and ("street" in behind or _numbered(before[-_CLOSE:], after)):
        return "name"
    if "share" in behind:
        return "share"
    if digits and ("clock" in behind or (sign and _OF_AN_HOUR.search(before))):
        return "clock"
    if (
        digits
        and "." in digits
        and _HOUR.fullmatch(digits)
        and _AT_AN_HOUR.search(before)
        and not _OF_MANY.match(after)
    ):
        return "clock"
    if "o_clock" in behind or (("half" in before or "quarter" in before) and _PART_OF_HOUR.search(before)):
        return "clock"
    if (
        "years_old" in behind
        or (("age" in before or "under" in before) and _AGED.search(before))
        or ("they" in behind and _AT.search(before))
    ):
        return "age"
    if digits and value < 120 and "," not in digits and "pause" in behind:
        if _NAMED.search(before) or _PERSON.search(before) or _BOTH.search(before):
            return "age"
        if _SOMEONE_AT.search(before) and not _TALLY.search(before):
            return "age"
    if digits and ("month" in behind or ((value <= 31 or _YEAR.fullmatch(digits)) and _OF_MONTH.search(before))):
        return "date"
    if digits and len(digits) == 4 and 1900 <= value <= 2099 and (not _YEARLY.match(after) or _IN_YEAR.search(before)):
        return "date"
    if digits and sign and _LATER_PART.search(before):
        return "date"
    if "range_of_time" in behind or "time" in behind:
        return "duration"
    if "length" in behind or is_metres(match, before, after):
        return "distance"
    if digits and value < 100 and ("score" in behind or (sign and _SECOND_SCORE.search(before))):
        return "score"
    return "count"


def _numbered(before: str, after: str) -> bool:
    """Whether a number is the name of one thing: of an article, a tower, a telephone."""
    label = _LABEL.search(before)
    return bool((label and (label[0][0].isupper() or not PLURAL.match(after))) or _CALLED.search(before))


def is_metres(match: re.Match[str], before: str, after: str) -> bool:
    """Whether the m of "100m" means metres: it does unless money, a decimal or a plural says million."""
    return match["letter"] == "m" and not (
        "." in match["digits"] or is_money(before) or PLURAL.match(after) or _CURRENCY.match(after)
    )


def is_money(before: str) -> bool:
    """Whether a number stands behind the sign of a currency."""
    return bool(_MONEY.search(before[-_CLOSE:]))
