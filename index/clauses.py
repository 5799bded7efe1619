"""Which words of a sentence belong to which of its numbers: the sentence cut at conjunctions, commas and further counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.numbers import Number

_CUT = re.compile(
    r"[;:]\s|,\s(?=and\b|while\b|but\b|with\b|or\b|including\b|among\b|plus\b|most of\b|(?:were|was|are|is|have|has|had)\b|of (?:whom|which|them)\b|(?:killing|wounding|injuring|leaving|destroying|damaging|bringing|raising|taking|forcing|displacing)\b)"
    r"|\s(?:while|whereas|but)\s|\.\s|\s(?=against\s(?:the\s)?\d)"
    r"|\sand\s(?=(?:had |have |has |were |was )?(?:killed|wounded|injured|destroyed|damaged|left|forced|detained|arrested|displaced|released|freed|returned|seized|took|rounded|shot|stole|hurt|put|evacuated|is to|are to|will)\b)"
)
# Words between a comma or an "and" and the number that begins the next clause
_LEAD = r"(?:(?:at least|more than|over|up to|as many as|about|around|some|nearly|almost|another|further|a further|only|just|roughly|approximately|an estimated|fewer than|less than|all|its|the|their|also|including|in|among them|[$€£¥₹])\s?)*$"
_BEFORE_NUMBER = re.compile(rf"(?:(?P<comma>,\s)(?:and\s|plus\s|or\s)?|\sand\s|\splus\s){_LEAD}", re.IGNORECASE)
_OPENS_PART = re.compile(
    r"^[\s,;:]*(?:and\s|with\s)?(?:including|among (?:them|whom|the)|of (?:whom|them|which)|most of|(?:at least |about |some )?[\w,]+ of (?:them|whom|which)\b|(?:the )?(?:youngest|oldest))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Characters `start` to `end` of a sentence, which belong to one or a few numbers.

    `part`: it names a part of the number before ("including two children", "390 people: 270 soldiers and 120 civilians").
    """

    start: int
    end: int
    part: bool


def cut_clauses(text: str, numbers: Sequence[Number]) -> list[int]:
    """Where the clauses of a sentence begin, from 0 on; a comma before a number cuts only if there is a number before it."""
    cuts = {0, *(m.start() for m in _CUT.finditer(text))}
    for position, number in enumerate(numbers):
        lead = _BEFORE_NUMBER.search(text, 0, number.start)
        if lead and position:
            cuts.add(lead.start())
    return sorted(cuts)


def clause_of(text: str, number: Number, cuts: Sequence[int]) -> Clause:
    """The clause of a number."""
    start = max(c for c in cuts if c <= number.start)
    end = min((c for c in cuts if c >= number.end), default=len(text))
    return Clause(start=start, end=end, part=bool(_OPENS_PART.match(text[start:end])) or _is_item(text, start))


def _is_item(text: str, start: int) -> bool:
    """Whether a clause lists the parts of what stands before a colon."""
    return text[start : start + 1] == ":" or bool(re.search(r":\s[^:;.]*$", text[:start]))
