"""The scope of a figure: one event, several together, or everything since some time, with the words that say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from index.clauses import Clause
from index.days import Day
from index.numbers import Number
from index.word_starts import IN_SENTENCES, WordStarts

Scope = Literal["event", "several", "total"]

_TOTAL = re.compile(
    r"\b(?:(?<!has )(?<!have )(?<!had )since|in the course of|so far|to date|until now|running total|brings?\b[^.]{0,40}\bto|brought the total|(?:has|have) now\s(?:\w+(?:ed|en|id|ne|me)|let|sent|set|brought)\b|(?:bringing|taking|raising|raised|pushing|lifting)\b[^.,;]{0,50}\bto|total[^.]{0,30}\b(?:stood|stands|reached|rose|to)|stood at|(?:has|have) (?:passed|reached|risen to|climbed to|exceeded)|altogether since|(?:in|over|during|after)\s(?:(?:the|more than|almost|nearly|about)\s)*(?:\w+\s)years of)\b",
    re.IGNORECASE,
)
_SUPERLATIVE = re.compile(
    r"\b(?:\w+(?<!for)(?<!in)(?<!l)est|worst|(?<!at )(?<!At )most|(?<!at )(?<!At )least|first|only|biggest|second)\b[^.;,]{0,60}$",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:(?:in|over|within|during|after|taken together)\s+(?:just\s+|only\s+)?(?:(?:these|those|the|the first|the last|the past)\s+)?(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\s+(?:days|weeks|months|stages|rounds|exchanges)|(?:two|three|four|five|six|seven)-day|(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\s(?:days|weeks|months|stages|rounds|exchanges|swaps|releases|handovers|attacks|raids|strikes)\s(?:have |had )?(?:come|came|amount(?:ed)?|add(?:ed)? up)\sto|in all|altogether|in total|combined|taken together)\b",
    re.IGNORECASE,
)
_SCOPES: tuple[Scope, ...] = ("total", "several")
_SCOPE_STARTS = WordStarts(_TOTAL, _SEVERAL, among=IN_SENTENCES)
_PERIOD = re.compile(
    r"(?:since|[Ii]n|[Oo]ver|[Ww]ithin|[Dd]uring)\s+[^,.;:”“()]{3,40}?(?=[,.;:”“()]|\s(?:and|according|said|when|but|each|with|by|rose|stood|stands|has|have|had|was|were|is|are|reached|came)\b|$)"
)
# "since" tells a time before a day or the beginning of something, and a reason elsewhere
_SINCE_WHEN = re.compile(
    r"\s+(?:(?:mid|late|early)[\s-])?(?:[\w’-]+\s+){0,4}?(?:then|start|beginning|began|begun|begin|started|invasion|war|conflict|outbreak|broke out|"
    r"elections?|coup|attacks?|raid|offensive|ceasefire|truce|uprising|protests?|earthquake|quake|storm|hurricane|floods?|flooding|"
    r"independence|takeover|seized|invaded|erupted|opened|resumed|fighting|hostilities|pandemic|epidemic|exchange|swap|"
    r"morning|evening|night|weekend|week|month|year|summer|winter|spring|autumn|dawn|midnight|noon|easter|christmas)\b",
    re.IGNORECASE,
)
CUE_REACH = 80  # characters between a number and the words that make it a total


def scope_of(
    text: str, number: Number, numbers: Sequence[Number], days: Sequence[Day], clause: Clause
) -> tuple[Scope, str]:
    """The scope and the words that say so. A cue belongs to the number nearest to it in its clause, since one sentence often
    carries both a day's figure and a total; "the heaviest attack since" makes no total."""
    mine = [n for n in numbers if clause.start <= n.start < clause.end]
    for scope, matches in zip(_SCOPES, _SCOPE_STARTS.find(text, clause.start), strict=True):
        for match in matches:
            since = match[0].lower().endswith("since")
            if since and not _tells_time(text, days, match.end()):
                continue
            if match.start() >= clause.end or (
                match[0].lower() in {"since", "so far", "to date"}
                and _SUPERLATIVE.search(text[clause.start : match.start()])
            ):
                continue
            gap, nearest = min(
                ((min(abs(match.start() - n.end), abs(n.start - match.end())), n) for n in mine),
                key=lambda pair: pair[0],
            )
            if nearest is number and gap <= CUE_REACH:
                in_all = match[0].lower() in {"in all", "in total"}  # no time
                words = None if in_all else _PERIOD.match(text, match.start())
                return scope, words.group(0).strip() if words else ""
    return "event", ""


def _tells_time(text: str, days: Sequence[Day], end: int) -> bool:
    """Whether what follows a "since" that ends at `end` is a time."""
    near = any(day.start <= end + 30 and day.end > end for day in days)
    return near or bool(_SINCE_WHEN.match(text, end))
