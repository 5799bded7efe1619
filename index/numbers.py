"""Numbers in a text: digits of any script, words, ranges and vague amounts, with what must not be read as a count told apart.

It says what a number is (a count, an amount of money, a share, a span of time, a name) but not what is counted: that is figures.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from text_to_num import text2num

from index.letters import lowered
from index.number_roles import ATOM, PLURAL, Role, is_metres, is_money, role_of
from index.word_starts import WordStarts

__all__ = ["Number", "Role", "find_numbers", "plain"]

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
_WORDS = rf"(?:(?:a|{ATOM})[\s-]+)?(?:hundred|thousand|million)(?:(?:\s+and)?[\s-]+(?:{ATOM}|hundred|thousand))*|(?:{ATOM})(?:[\s-](?:{ATOM}))?(?:[\s-]+(?:hundred|thousand|million|billion)(?:(?:\s+and)?[\s-]+(?:{ATOM}|hundred|thousand)\b)*)?"
_MONTH_ABBREVIATED = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_NUMBER = re.compile(
    r"(?P<digits>(?<![\w.,])\d{1,3}(?:\.\d{3}){2,}(?![\d.])"  # 1.000.000
    r"|(?<![\w.,])\d{1,3},\d{1,2}(?=[\s-](?:million|billion|trillion|bn)\b)"  # 1,5 million
    r"|(?<![\w.,])\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?(?!\d)"
    rf"|(?<![\w.,])(?<!{_MONTH_ABBREVIATED}\s)\d{{1,3}}(?:\s\d{{3}})+(?![\d,.]\d|\d)"  # 12 500: a plain space, as in French
    r"|(?<![\w])\d+(?:[.]\d+)?)"
    r"(?:[\s-]?(?P<scale>thousand|million|billion|trillion|lakh|crore|bn)\b|(?P<letter>[mk])\b)?"
    r"|\b(?P<half>(?:half(?:\s+an?\s+|-an?-|-)|(?:(?:an?|three)\s+)?quarters?(?:\s+of\s+an?\s+|[\s-]))(?:million|billion|thousand|dozen))\b"
    rf"|\b(?P<dozens>(?:{ATOM}))\s+dozen\b"
    r"|\b(?P<vague>(?:(?:tens|hundreds)\s+of\s+(?:thousands|millions))|(?:(?:a|several|two|three|few)\s+)?(?:dozens|scores|hundreds|thousands|millions)"
    r"|(?:(?:an?\s+)?few|several|many|some)\s+(?:dozen|hundred|thousand|million)|(?:a\s+)?dozen)\b"
    rf"|\b(?P<words>{_WORDS})\b",
    re.IGNORECASE,
)
_NUMBER_STARTS = WordStarts(_NUMBER)
# Each number holds a digit or one of these words: most sentences hold none, and need not be gone through for one
_DIGIT, _LETTERS = re.compile(r"\d"), re.compile(r"[a-z]+")
_NUMERALS = frozenset(
    f"{ATOM}|hundred|thousand|million|billion|hundreds|thousands|millions|dozen|dozens|scores".split("|")
)
_QUALIFIER = re.compile(
    r"(?P<least>at least|no fewer than|no less than|a minimum of)|(?P<more>more than|(?<!handed )(?<!hand )over|upwards of|in excess of|exceeding)"
    r"|(?P<most>up to|at most|as many as|no more than|fewer than|less than|under)"
    r"|(?P<about>about|around|some|roughly|approximately|nearly|almost|an estimated|estimated|close to)\s*$",
    re.IGNORECASE,
)
# What the last of these words can be; nearly all numbers stand behind another
_QUALIFIER_ENDS = (
    "least", "than", "of", "over", "exceeding", "to", "most", "as", "under", "about", "around", "some", "roughly",
    "approximately", "nearly", "almost", "estimated",
)  # fmt: skip
_VAGUE = {"dozen": 12.0, "score": 20.0, "hundred": 100.0, "thousand": 1000.0, "million": 1e6, "billion": 1e9}
_COUNTED = re.compile(rf"{PLURAL.pattern}|\s?%|\s(?:per ?cent|dead|killed|wounded|injured|of)\b")
_CHANGES = re.compile(
    r"\b(?:r[oi]se\w*|rais\w*|climb\w*|gr[eo]w\w*|increas\w*|f[ea]ll\w*|drop\w*|cut|up|down|revis\w*|went|jump\w*|widen\w*|chang\w*|reduc\w*|lower\w*|doubled|risen)\b"
)
_THOUSANDS, _ONE_THOUSAND = re.compile(r"\d{1,3}(?:\.\d{3}){2,}"), re.compile(r"[1-9]\d{0,2}\.\d{3}")
_DECIMAL_COMMA = re.compile(r"\d{1,3},\d{1,2}")
_SCALED = re.compile(r"[\d\s-](hundred|thousand|million|billion|trillion|lakh|crore|bn|[mk])$", re.IGNORECASE)
_ONE_THAT = re.compile(
    r"\b(?:the|an?)\s[\w’'-]+\s$|\b(?:no|the|this|that|next|last|first|each|any|every|same|new|which|another|for)[\s-]$",
    re.IGNORECASE,
)
_ONE_IS = re.compile(
    r"\s+of\b|[\s,.;]*$|[.,;:]|\s+(?:lower|higher|fewer|less|larger|smaller|another|day|can|must|may|is|was|has|given)\b|[-–]"
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
    if not _may_hold_any(text):
        return ()
    found = []
    (matches,) = _NUMBER_STARTS.find(text)
    for match in matches:
        value = _value(match)
        if value is not None:
            before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() : match.end() + 40]
            role = role_of(match, value, before, after)
            if not (match["words"] and lowered(match["words"]) == "one" and _pronoun(before, after)):
                found.append(
                    Number(
                        start=match.start(), end=match.end(), value=value, qualifier=_qualifier(before),
                        vague=bool(match["vague"]), role=role,
                    )
                )  # fmt: skip
    return _with_ranges(text, found)


def _may_hold_any(text: str) -> bool:
    if _DIGIT.search(text):
        return True
    plain_letters = text.replace("İ", "i").casefold().replace("ı", "i")  # what is the same to `re` when case is ignored
    return not _NUMERALS.isdisjoint(_LETTERS.findall(plain_letters))


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
    found = _SCALED.search(written)
    return float({"hundred": 100, **_SCALE}[lowered(found[1])]) if found else 1.0


def _pronoun(before: str, after: str) -> bool:
    """Whether "one" stands for a noun rather than for the number."""
    return bool(_ONE_THAT.search(before) or _ONE_IS.match(after))


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        return _value_of_digits(match)
    if match["half"]:
        *first, scale = re.split(r"[\s-]+", lowered(match["half"]))
        return _VAGUE[scale] * (0.5 if first[0] == "half" else 0.75 if first[0] == "three" else 0.25)
    if match["dozens"]:
        return float(text2num(lowered(match["dozens"]), "en")) * 12
    if match["vague"]:
        *first, last = lowered(match["vague"]).split()
        tens = {"tens": 10.0, "hundreds": 100.0}.get(first[0], 1.0) if first[-1:] == ["of"] else 1.0
        return tens * _VAGUE[last.rstrip("s")]
    words = re.sub(r"^a\s+", "one ", lowered(match["words"]))
    try:
        return float(text2num(words, "en"))
    except ValueError:
        return None


def _value_of_digits(match: re.Match[str]) -> float:
    written, text = match["digits"], match.string
    if "." in written:
        thousands = _THOUSANDS.fullmatch(written) or (
            _ONE_THOUSAND.fullmatch(written)
            and not match["scale"]
            and not is_money(text[: match.start()])
            and PLURAL.match(text, match.end())
        )  # 12.500 prisoners: nobody counts thousandths of them
        written = written.replace(".", "") if thousands else written
    elif "," in written and _DECIMAL_COMMA.fullmatch(written):
        written = written.replace(",", ".")
    value = float("".join(written.replace(",", "").split()))  # float reads the digits of any script
    scale = match["scale"] or match["letter"]
    if scale is None or (
        scale == "m" and is_metres(match, text[: match.start()], text[match.end() : match.end() + 40])
    ):
        return value
    return value * _SCALE[lowered(scale)]


def _qualifier(before: str) -> str:
    tail = before[-24:].rstrip()
    if tail.casefold().endswith(_QUALIFIER_ENDS):
        for match in _QUALIFIER.finditer(tail):
            if match.end() >= len(tail):
                return lowered(match.group(0).strip())
    return ""


def plain(value: float) -> str:
    """390, 1,000, 1.5 million: the form answers use."""
    if value >= 1e6 and value % 1e5 == 0:
        return f"{value / 1e6:g} million"
    return f"{int(value):,}" if value == int(value) else f"{value:,}"
