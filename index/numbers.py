"""Numbers in a text: digits of any script, words, ranges and vague amounts, with what must not be read as a count told apart.

It says what a number is (a count, an amount of money, a share, a span of time, a name) but not what is counted: that is figures.py.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from text_to_num import text2num

Role = Literal[
    "count", "money", "share", "duration", "distance", "age", "date", "clock", "name", "ordinal", "deal", "score"
]

_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ATOM = "|".join((*_UNITS.split()[::-1], *_TENS.split()))
_SCALE = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "k": 10**3,
    "m": 10**6,
    "bn": 10**9,
}
_WORDS = rf"(?:(?:a|{_ATOM})[\s-]+)?(?:hundred|thousand|million)(?:(?:\s+and)?[\s-]+(?:{_ATOM}|hundred|thousand))*|(?:{_ATOM})(?:-(?:{_ATOM}))?(?:[\s-]+(?:hundred|thousand|million|billion))?(?:(?:\s+and)?[\s-]+(?:{_ATOM}|hundred|thousand)\b)*"
_NUMBER = re.compile(
    r"(?P<digits>(?<![\w.,])\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?(?!\d)|(?<![\w])\d+(?:[.]\d+)?)"
    r"(?:[\s-]?(?P<scale>thousand|million|billion|trillion|bn|[mk])\b)?"
    rf"|\b(?P<words>{_WORDS})\b"
    r"|\b(?P<vague>(?:(?:a|several|two|three|few)\s+)?(?:dozens?|scores|hundreds|thousands|millions))\b",
    re.IGNORECASE,
)
_QUALIFIER = re.compile(
    r"(?P<least>at least|no fewer than|no less than|a minimum of)|(?P<more>more than|(?<!handed )(?<!hand )over|upwards of|in excess of|exceeding)"
    r"|(?P<most>up to|at most|as many as|no more than|fewer than|less than|under)"
    r"|(?P<about>about|around|some|roughly|approximately|nearly|almost|an estimated|estimated|close to)\s*$",
    re.IGNORECASE,
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
_TIME_UNIT = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centuries)\b"
_LENGTH = r"(?:km|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet|ft|yards?|hectares?|acres?|tonnes?|tons?|kg|degrees?|°)"
_MONEY = re.compile(r"[$€£¥₴₽]\s?$|\b(?:USD|EUR|US\$|A\$)\s?$")
_VAGUE = {"dozen": 12.0, "score": 20.0, "hundred": 100.0, "thousand": 1000.0, "million": 1e6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """`text[start:end]` and its value. `vague` amounts ("dozens") carry a lower bound as value and must never be shown as exact."""

    start: int
    end: int
    value: float
    qualifier: str  # "", "at least", "more than", "up to", "about": as written, lower case
    vague: bool
    role: Role


def find_numbers(text: str) -> tuple[Number, ...]:
    """All numbers of `text`, in order, each with its role. "one" counts only before a noun; "no one", "one of" and pronouns do not."""
    found = []
    for match in _NUMBER.finditer(text):
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
    return tuple(found)


def _pronoun(before: str, after: str) -> bool:
    """Whether "one" stands for a noun rather than for the number."""
    leads = re.search(
        r"\b(?:no|the|this|that|next|last|first|each|any|every|same|new|which|another|for)[\s-]$", before, re.IGNORECASE
    )
    return bool(
        leads or re.match(r"\s+of\b|[\s,.;]*$|[.,;:]|\s+(?:another|day|can|must|may|is|was|has|given)\b|[-–]", after)
    )


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        plain = "".join(
            str(unicodedata.digit(c)) if c.isdigit() else c for c in match["digits"] if c not in ",\u00a0\u202f"
        )
        return float(plain) * _SCALE.get((match["scale"] or "").lower(), 1)
    if match["vague"]:
        word = match["vague"].lower().split()[-1].rstrip("s")
        return _VAGUE[word]
    words = re.sub(r"^a\s+", "one ", match["words"].lower())
    try:
        return float(text2num(words, "en"))
    except ValueError:
        return None


def _qualifier(before: str) -> str:
    tail = before[-24:].rstrip()
    for match in _QUALIFIER.finditer(tail):
        if match.end() >= len(tail):
            return match.group(0).strip().lower()
    return ""


def _role(match: re.Match[str], value: float, before: str, after: str) -> Role:
    """What kind of number this is; the order of the tests is from the most to the least certain."""
    digits = match["digits"]
    if re.match(r"[-–]for[-–]|\s+for\s+1,?000\b", after) or re.search(r"[-–]for[-–]$|\d\s+for\s+$", before):
        return "deal"
    if digits and (re.search(r"[A-Za-z][-–]$", before) or re.match(r"[-–]?[A-Z]\d|[A-Z]{1,3}\b(?<!M)", after)):
        return "name"
    if re.match(r"(?:st|nd|rd|th)\b", after):
        return "ordinal"
    if _MONEY.search(before) or re.match(r"\s*(?:dollars?|euros?|pounds?|hryvnias?|rubles?|roubles?|USD|EUR)\b", after):
        return "money"
    if re.match(r"\s?%|\s+per ?cent\b|\s+percentage", after):
        return "share"
    if digits and (re.match(r":\d\d|\s?(?:a\.?m|p\.?m)\b|\s+(?:GMT|UTC)\b", after) or re.search(r"\d:$", before)):
        return "clock"
    if re.match(r"[-–]?\s?year[-–\s]olds?\b|\s+years? old\b", after) or re.search(
        r"\baged?\s$|\bage of\s$|\bunder[-–\s]$", before
    ):
        return "age"
    if (
        digits
        and value < 120
        and re.search(r"[A-Z][\w’'-]+,\s$", before)
        and re.match(r"\s?[,.;)]", after)
        and "," not in digits
    ):
        return "age"
    if digits and (
        re.search(rf"{_MONTH}\.?\s+(?:\d\d?\s*[-–]\s*)?$", before)
        or re.match(rf"(?:st|nd|rd|th)?(?:\s*[-–,]\s*\d\d?|\s+(?:and|to)\s+\d\d?)*\s+(?:of\s+)?{_MONTH}", after)
    ):
        return "date"
    if digits and len(digits) == 4 and 1900 <= value <= 2099 and not re.match(rf"\s+(?!{_MONTH})[a-z]+s\b", after):
        return "date"
    if digits and re.search(r"(?:19|20)\d\d[-–/]$|\d[-–/]\d?\d[-–/]$", before):
        return "date"
    if re.match(rf"[-\s](?:more\s+|full\s+|consecutive\s+)?{_TIME_UNIT}", after):
        return "duration"
    if re.match(rf"[-\s]?{_LENGTH}\b", after):
        return "distance"
    if (
        digits
        and (re.match(r"\s?[-–]\s?\d{1,2}\b(?!\d|,)", after) or re.search(r"\b\d{1,2}\s?[-–]\s?$", before))
        and value < 100
    ):
        return "score"
    return "count"


def same_number(a: str, b: str) -> bool:
    """True when two ways of writing a number have one value: "1,000" and "1000", "two" and "2"."""
    left, right = find_numbers(a), find_numbers(b)
    return bool(left and right) and left[0].value == right[0].value


def plain(value: float) -> str:
    """390, 1,000, 1.5 million: the form answers use."""
    if value >= 1e6 and value % 1e5 == 0:
        return f"{value / 1e6:g} million"
    return f"{int(value):,}" if value == int(value) else f"{value:,}"
