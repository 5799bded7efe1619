"""Numbers in a text: digits of any script, words, ranges and vague amounts, with what must not be read as a count told apart.

It says what a number is (a count, an amount of money, a share, a span of time, a name) but not what is counted: that is figures.py.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from text_to_num import text2num

from index.word_starts import WordStarts

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
_ATOM = "|".join((*_UNITS.split()[::-1], *_TENS.split()))
_SCALE = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "lakh": 10**5,
    "crore": 10**7,
    "k": 10**3,
    "m": 10**6,
    "bn": 10**9,
}
_WORDS = rf"(?:(?:a|{_ATOM})[\s-]+)?(?:hundred|thousand|million)(?:(?:\s+and)?[\s-]+(?:{_ATOM}|hundred|thousand))*|(?:{_ATOM})(?:[\s-](?:{_ATOM}))?(?:[\s-]+(?:hundred|thousand|million|billion)(?:(?:\s+and)?[\s-]+(?:{_ATOM}|hundred|thousand)\b)*)?"
_MONTH_ABBREVIATED = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_NUMBER = re.compile(
    r"(?P<digits>(?<![\w.,])\d{1,3}(?:\.\d{3}){2,}(?![\d.])"  # 1.000.000
    r"|(?<![\w.,])\d{1,3},\d{1,2}(?=[\s-](?:million|billion|trillion|bn)\b)"  # 1,5 million
    r"|(?<![\w.,])\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?(?!\d)"
    rf"|(?<![\w.,])(?<!{_MONTH_ABBREVIATED}\s)\d{{1,3}}(?:\s\d{{3}})+(?![\d,.]\d|\d)"  # 12 500: a plain space, as in French
    r"|(?<![\w])\d+(?:[.]\d+)?)"
    r"(?:[\s-]?(?P<scale>thousand|million|billion|trillion|lakh|crore|bn)\b|(?P<letter>[mk])\b)?"
    r"|\b(?P<half>(?:half(?:\s+an?\s+|-an?-|-)|(?:(?:an?|three)\s+)?quarters?(?:\s+of\s+an?\s+|[\s-]))(?:million|billion|thousand|dozen))\b"
    rf"|\b(?P<dozens>(?:{_ATOM}))\s+dozen\b"
    r"|\b(?P<vague>(?:(?:tens|hundreds)\s+of\s+(?:thousands|millions))|(?:(?:a|several|two|three|few)\s+)?(?:dozens|scores|hundreds|thousands|millions)"
    r"|(?:(?:an?\s+)?few|several|many|some)\s+(?:dozen|hundred|thousand|million)|(?:a\s+)?dozen)\b"
    rf"|\b(?P<words>{_WORDS})\b",
    re.IGNORECASE,
)
_NUMBER_STARTS = WordStarts(_NUMBER)
_QUALIFIER = re.compile(
    r"(?P<least>at least|no fewer than|no less than|a minimum of)|(?P<more>more than|(?<!handed )(?<!hand )over|upwards of|in excess of|exceeding)"
    r"|(?P<most>up to|at most|as many as|no more than|fewer than|less than|under)"
    r"|(?P<about>about|around|some|roughly|approximately|nearly|almost|an estimated|estimated|close to)\s*$",
    re.IGNORECASE,
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
_TIME_UNIT = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centuries)\b"
_LENGTH = r"(?:(?:square|sq|cubic)\s)?(?:km|[mc]?m|k?m²|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet|ft|yards?|hectares?|acres?|kg|degrees?|°)"
_MONEY = re.compile(r"[$€£¥₴₽₹₪₺₦₱]\s?$|\b(?:USD|EUR|GBP|US\$|A\$|C\$|Rs\.?)\s?$")
_CURRENCY = re.compile(
    r"\s*(?:(?:US |American )?dollars?|euros?|pounds?(?! of\b)|cents?|hryvnias?|rubles?|roubles?|rupees?|yuan|yen|won\b(?= (?:in|for|to))|lira|rials?|riyals?|shekels?"
    r"|francs?|pesos?|dirhams?|dinars?|takas?|nairas?|birr|shillings?|kyats?|baht|zloty|reais|krona|kronor|kroner?|afghanis?|USD|EUR|GBP)\b"
)
_VAGUE = {"dozen": 12.0, "score": 20.0, "hundred": 100.0, "thousand": 1000.0, "million": 1e6, "billion": 1e9}
# What is numbered, not counted: "Article 5", "Tower 22", "day 12"
_LABEL = re.compile(
    r"\b(?:articles?|phases?|days?|chapters?|pages?|towers?|highways?|routes?|resolutions?|sections?|units?|rooms?|gates?|levels?|groups?|buildings?|blocks?|tables?|lines?|channels?"
    r"|parts?|stages?|rounds?|categor(?:y|ies)|flights?|paragraphs?|annex|clauses?|protocols?|numbers?|no\.|nos?\.|#|zones?|grades?|wards?|schools?|checkpoints?|posts?|hotline|option|plan|case|hills?|rows?|heights?|camps?|sectors?|squadrons?|districts?|areas?|terminals?|platforms?|bus|seats?|berths?|orders?|decrees?|chapters?|versions?)\s?$",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:calls?(?: to)?|rings?|texts?|called|dial(?:led|ed|ling)?|rang|phone|phoned)\s$", re.IGNORECASE
)
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
_PLURAL = r"\s(?:[a-z’'-]+\s){0,2}?(?:people|men|women|children|cattle|troops|police|[a-z]{2,}s)\b"
_COUNTED = re.compile(rf"{_PLURAL}|\s?%|\s(?:per ?cent|dead|killed|wounded|injured|of)\b")
_WRITTEN_DATE = re.compile(  # 24/05/2025, 24.05.2025: what stands about one of its parts
    r"(?:^|[^\d/.])\0[/.]\d{1,2}[/.]\d{2,4}\b|\d{1,2}[/.]\0[/.]\d{2,4}\b|\d{1,2}[/.]\d{1,2}[/.]\0|(?:^|[^\d/.])\0\.\d{4}\b"
)
_CHANGES = re.compile(
    r"\b(?:r[oi]se\w*|rais\w*|climb\w*|gr[eo]w\w*|increas\w*|f[ea]ll\w*|drop\w*|cut|up|down|revis\w*|went|jump\w*|widen\w*|chang\w*|reduc\w*|lower\w*|doubled|risen)\b"
)
_RANGE = re.compile(r"\s?[-–—]\s?[$€£]?|\s(?:to|or)\s[$€£]?|\sand\s[$€£]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """`text[start:end]` and its value. `vague` amounts ("dozens") carry a lower bound as value and must never be shown as exact."""

    start: int
    end: int
    value: float
    qualifier: str  # "", "at least", "more than", "up to", "about": as written, lower case
    vague: bool
    role: Role
    upper: float | None = None  # the other end of a range: "20 to 30" is one number, 20, vague, with upper 30


def find_numbers(text: str) -> tuple[Number, ...]:
    """All numbers of `text`, in order, each with its role. "one" counts only before a noun; "no one", "one of" and pronouns do not."""
    found = []
    (matches,) = _NUMBER_STARTS.find(text)
    for match in matches:
        value = _value(match)
        if value is not None:
            before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() : match.end() + 40]
            role = _role(match, value, before, after)
            if not (match["words"] and match["words"].lower() == "one" and _pronoun(before, after)):
                found.append(
                    Number(
                        start=match.start(), end=match.end(), value=value, qualifier=_qualifier(before),
                        vague=bool(match["vague"]), role=role,
                    )
                )  # fmt: skip
    return _with_ranges(text, found)


def _with_ranges(text: str, numbers: list[Number]) -> tuple[Number, ...]:
    """Two numbers that are the ends of one range made one."""
    made: list[Number] = []
    skip = False
    for low, high in zip(numbers, [*numbers[1:], None], strict=False):
        if skip:
            skip = False
        elif (
            high is not None
            and high.value == low.value
            and text[low.end : high.start] == " ("
            and text[high.end : high.end + 1] == ")"
        ):  # 300 (three hundred)
            made.append(replace(low, end=high.end + 1))
            skip = True
        elif high is not None and (joined := _range(text, low, high)):
            made.append(joined)
            skip = True
        else:
            made.append(low)
    return tuple(made)


def _range(text: str, low: Number, high: Number) -> Number | None:
    """The range of two neighbours, if they are one: 20 to 30, between 20 and 30, 2.5-3 million, 20-30 houses."""
    gap, before, after = text[low.end : high.start], text[: low.start].rstrip(" $€£"), text[high.end : high.end + 60]
    if not _RANGE.fullmatch(gap) or not {low.role, high.role} <= {"count", "money", "share", "score"}:
        return None
    between = bool(re.search(r"\bbetween$", before, re.IGNORECASE))
    word = gap.strip(" $€£")
    scale = _scale(text[high.start : high.end])
    value = low.value * (scale if _scale(text[low.start : low.end]) == 1 else 1)  # "2.5-3 million" shares its million
    value = value if value < high.value else low.value
    if value >= high.value or value * 20 < high.value or (word == "and") is not between:
        return None
    from_to = word == "to" and re.search(r"\b[Ff]rom$", before)
    people = from_to and not _CHANGES.search(before) and _COUNTED.match(after)  # "from 20 to 30 people"
    moved = re.search(r"\b(?:from|by|vot\w+|won|lost|beat)\b[^,;]*$", before[-30:], re.IGNORECASE)
    if word in {"to", "or"} and moved and not people:
        return None
    if not between and scale == 1 and not _COUNTED.match(after):
        return None
    share = re.match(r"\s?%|\s+per ?cent\b", after)
    role: Role = (
        "share"
        if share
        else "count"
        if "score" in {low.role, high.role}
        else "money"
        if low.role == "money"
        else high.role
    )
    qualifier = "between" if between else low.qualifier
    return Number(
        start=low.start, end=high.end, value=value, upper=high.value, qualifier=qualifier, vague=True, role=role
    )


def _scale(written: str) -> float:
    """What the word at the end of a number multiplies by; 1 for none."""
    found = re.search(r"[\d\s-](hundred|thousand|million|billion|trillion|lakh|crore|bn|[mk])$", written, re.IGNORECASE)
    return float({"hundred": 100, **_SCALE}[found[1].lower()]) if found else 1.0


def _numbered(before: str, after: str) -> bool:
    """Whether a number is the name of one thing: of an article, a tower, a house, a telephone."""
    label = _LABEL.search(before)
    if label and (label[0][0].isupper() or not re.match(_PLURAL, after)):
        return True
    return bool(_CALLED.search(before) or _STREET.match(after))


def _pronoun(before: str, after: str) -> bool:
    """Whether "one" stands for a noun rather than for the number."""
    leads = re.search(
        r"\b(?:the|an?)\s[\w’'-]+\s$|\b(?:no|the|this|that|next|last|first|each|any|every|same|new|which|another|for)[\s-]$",
        before,
        re.IGNORECASE,
    )
    return bool(
        leads
        or re.match(
            r"\s+of\b|[\s,.;]*$|[.,;:]|\s+(?:lower|higher|fewer|less|larger|smaller|another|day|can|must|may|is|was|has|given)\b|[-–]",
            after,
        )
    )


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        written = match["digits"]
        thousands = re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", written) or (
            re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", written)
            and not match["scale"]
            and not _MONEY.search(match.string[: match.start()])
            and re.match(_PLURAL, match.string[match.end() :])
        )  # 12.500 prisoners: nobody counts thousandths of them
        if thousands:
            written = written.replace(".", "")
        elif re.fullmatch(r"\d{1,3},\d{1,2}", written):
            written = written.replace(",", ".")
        plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in written if c not in ", \u00a0\u202f")
        return float(plain) * _SCALE.get(
            (match["scale"] or ("" if _metres(match) else match["letter"]) or "").lower(), 1
        )
    if match["half"]:
        *first, scale = re.split(r"[\s-]+", match["half"].lower())
        return _VAGUE[scale] * (0.5 if first[0] == "half" else 0.75 if first[0] == "three" else 0.25)
    if match["dozens"]:
        return float(text2num(match["dozens"].lower(), "en")) * 12
    if match["vague"]:
        *first, last = match["vague"].lower().split()
        tens = {"tens": 10.0, "hundreds": 100.0}.get(first[0], 1.0) if first[-1:] == ["of"] else 1.0
        return tens * _VAGUE[last.rstrip("s")]
    words = re.sub(r"^a\s+", "one ", match["words"].lower())
    try:
        return float(text2num(words, "en"))
    except ValueError:
        return None


def _metres(match: re.Match[str]) -> bool:
    """Whether the m of "100m" means metres: it does unless money, a decimal or a plural says million."""
    before, after = match.string[: match.start()], match.string[match.end() : match.end() + 40]
    return match["letter"] == "m" and not (
        "." in match["digits"] or _MONEY.search(before[-5:]) or re.match(_PLURAL, after) or _CURRENCY.match(after)
    )


def _qualifier(before: str) -> str:
    tail = before[-24:].rstrip()
    for match in _QUALIFIER.finditer(tail):
        if match.end() >= len(tail):
            return match.group(0).strip().lower()
    return ""


def _role(match: re.Match[str], value: float, before: str, after: str) -> Role:
    """What kind of number this is; the order of the tests is from the most to the least certain."""
    digits = match["digits"]
    if digits and _WRITTEN_DATE.search(f"{before[-8:]}\0{after[:9]}"):
        return "date"
    if digits and (re.match(r"/\d{1,2}\b", after) or re.search(r"\b\d{1,2}/$", before)):
        return "fraction"
    if digits and re.search(r"\+(?:\d[\d\s()-]*)?$", before):
        return "name"  # a telephone number
    if re.match(r"[-–]for[-–]|\s+for\s+1,?000\b", after) or re.search(r"[-–]for[-–]$|\d\s+for\s+$", before):
        return "deal"
    if digits and (re.search(r"[A-Za-z][-–]$", before) or re.match(r"[-–]?[A-Z]\d|[A-Z]{1,3}\b(?<!M)", after)):
        return "name"
    if re.match(r"(?:st|nd|rd|th)\b", after):
        return "ordinal"
    if _MONEY.search(before) or _CURRENCY.match(after):
        return "money"
    if re.match(r"[\s-](?:thirds?|quarters?|fifths?|tenths?)\b", after):
        return "fraction"
    if digits and "," not in digits and _numbered(before, after):
        return "name"
    if re.match(r"\s?%|\s+per ?cent\b|\s+percentage", after):
        return "share"
    if digits and (re.match(r":\d\d?\b|\s?(?:a\.?m|p\.?m)\b|\s+(?:GMT|UTC)\b", after) or re.search(r"\d:$", before)):
        return "clock"
    if (
        digits
        and re.fullmatch(r"(?:[01]?\d|2[0-3])\.[0-5]\d", digits)
        and re.search(r"\b(?:at|until|by|from)\s$", before)
        and not re.match(r"\s(?:million|billion|per|%|[a-z]+s\b)", after)
    ):
        return "clock"
    if re.search(r"\b(?:half|quarter) (?:past|to)\s$", before) or re.match(r"\so[’']clock\b", after):
        return "clock"
    if (
        re.match(r"[-–]?\s?year[-–\s]olds?\b|\s+years? old\b", after)
        or re.search(
            r"\bage[ds]?\s(?:(?:between|from)\s)?(?:\d+\s?(?:to|and|[-–])\s?)?$|\bage of\s$|\bunder[-–\s]$", before
        )
        or (re.search(r"\bat\s$", before, re.IGNORECASE) and re.match(r",?\s(?:s?he|they|I)\b", after))
    ):
        return "age"
    if digits and value < 120 and "," not in digits and re.match(r"\s?[,.;)]", after):
        if re.search(r"[A-Z][\w’'-]+,\s$", before) or _PERSON.search(before) or re.search(r"\bboth\s$", before):
            return "age"
        if re.search(r"[a-z]\s+at\s$", before) and not _TALLY.search(before):
            return "age"
    if digits and (
        (
            re.search(rf"{_MONTH}\.?\s+(?:\d\d?\s*[-–]\s*)?$", before)
            and (value <= 31 or re.fullmatch(r"(?:19|20)\d\d", digits))
        )
        or re.match(rf"(?:st|nd|rd|th)?(?:\s*[-–,]\s*\d\d?|\s+(?:and|to)\s+\d\d?)*\s+(?:of\s+)?{_MONTH}", after)
    ):
        return "date"
    if (
        digits
        and len(digits) == 4
        and 1900 <= value <= 2099
        and (
            not re.match(
                rf"\s+(?!{_MONTH}|(?:was|is|has|its|this|as|plus|perhaps|always|sees|marks|brings|remains|begins|ends)\b)(?:[a-z]+s|people|men|women|children)\b",
                after,
            )
            or re.search(r"\b(?:in|since|until|during|throughout|by|before|after)\s$", before, re.IGNORECASE)
        )
    ):
        return "date"
    if digits and re.search(r"(?:19|20)\d\d[-–/]$|\d[-–/]\d?\d[-–/]$", before):
        return "date"
    if re.match(rf"\s(?:and|to|or)\s(?:\d+|{_ATOM})[-\s]{_TIME_UNIT}", after, re.IGNORECASE):
        return "duration"
    if re.match(rf"[-\s](?:more\s+|full\s+|consecutive\s+)?{_TIME_UNIT}", after):
        return "duration"
    if re.match(rf"[-\s]?{_LENGTH}\b", after) or _metres(match):
        return "distance"
    if (
        digits
        and (re.match(r"\s?[-–]\s?\d{1,2}\b(?!\d|,)", after) or re.search(r"\b\d{1,2}\s?[-–]\s?$", before))
        and value < 100
    ):
        return "score"
    return "count"


def plain(value: float) -> str:
    """390, 1,000, 1.5 million: the form answers use."""
    if value >= 1e6 and value % 1e5 == 0:
        return f"{value / 1e6:g} million"
    return f"{int(value):,}" if value == int(value) else f"{value:,}"
