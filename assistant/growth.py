"""By how much what is counted on and on grew between two times that a question names.

No article says it; two of them give the count at either time, and code takes one from the other in the open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from assistant.count import SPECIFIC, CountQuestion
from assistant.fitting import special_kinds
from index.figures import Figure

TIMES = 2
_GREW = re.compile(
    r"\b(?:gr(?:ow|ew|own|owth)|r[io]s(?:e|en|es)|increas\w*|climb\w*|(?:go|went|gone) up|swell\w*|swollen|swelled)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\b(?:totals?|tall(?:y|ies)|counts?|numbers?|figures?|tolls?|sums?)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|from)\b", re.IGNORECASE)
_TOLL = re.compile(r"\btoll\b", re.IGNORECASE)  # of the dead, if it does not say of whom
# What tells a count of all so far, where its time does not: "officials counted 2,598", "the toll stood at 40"
ALL_SO_FAR = re.compile(
    r"\b(?:counted|totals?|totall?ed|stood at|stands at|tally|toll|altogether|so far|by (?:now|then)"
    r"|(?:had|has) (?:\w+ )*(?:doubled|tripled|grown|risen|reached))\b",
    re.IGNORECASE,
)


def growth(question: str, asked: CountQuestion, figures: Iterable[Figure]) -> tuple[Figure, Figure] | None:
    """The counts at the earlier and the later of the two times between which a question wants to know how much one grew; None where it
    asks for something else, or where one of them is not reported, not exact, or given in two ways by as many sentences. `figures`: those
    of the reports found, best-ranked first."""
    spans = sorted(asked.scope.spans)
    if len(spans) == 1 and _BETWEEN.search(question):  # "between 9 and 11 September"
        spans = [(day, day) for day in spans[0]]
    if len(spans) != TIMES or not (_GREW.search(question) and _COUNT.search(question)):
        return None
    wanted = asked.kinds & SPECIFIC | ({"dead"} if _TOLL.search(question) else set())
    counts = [
        f for f in figures
        if f.state == "done" and f.role == "count" and not f.per_side and not f.vague and not f.qualifier and f.scope != "several"
        and special_kinds(f) == wanted and (not asked.actions or f.action in {*asked.actions, None})
    ]  # fmt: skip
    before, after = (_at(first, last, counts) for first, last in spans)
    return (before, after) if before and after and before.value < after.value else None


def _at(first: date, last: date, counts: Iterable[Figure]) -> Figure | None:
    """The count of all so far at a time: the only one reported, or the one that more sentences give than any other."""
    then = [f for f in counts if f.when and first <= f.when <= last]
    told = [f for f in then if f.scope == "total"] or [f for f in then if ALL_SO_FAR.search(f.sentence.text)]
    often = Counter(f.value for f in told).most_common(2)
    if not often or (len(often) > 1 and often[0][1] == often[1][1]):
        return None
    return next(f for f in told if f.value == often[0][0])
