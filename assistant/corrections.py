"""Figures that a later report takes back, and what it puts in their place: "It is 38, not 41."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.tally import FACTOR, REVISIONS, Claim, of_same_thing
from index.figures import Figure


def correction(question: str, chosen: Claim, found: Sequence[Claim], figures: Sequence[Figure]) -> Figure | None:
    """The newest figure that stands in a later report instead of one that answers `question`, None if none was taken back.

    `figures` are all of the articles found, those taken back included. The report may correct another count of the same than
    `chosen`: of 29, 41 and "38, not 41" it is 38.
    """
    since = chosen.best.sentence.source.published
    if since is None:
        return None
    values = {
        f.value for claim in found for f in claim.figures[:1]
        if claim is chosen or of_same_thing(question, f, chosen.best)
    }  # fmt: skip
    made = []
    for taken_back in figures:
        day = taken_back.sentence.source.published
        if (
            taken_back.state != "denied"
            or taken_back.value not in values
            or not day
            or not since <= day <= since + REVISIONS
        ):
            continue
        instead = [
            f for f in figures
            if f.sentence == taken_back.sentence and f.state == "done" and f.role == taken_back.role
            and f.value not in {taken_back.value, *(g.value for g in chosen.figures)}
            and (f.kinds or not f.counted or not chosen.best.kinds)  # people are not corrected by houses
        ]  # fmt: skip
        if len(instead) == 1 and taken_back.value / FACTOR <= instead[0].value <= taken_back.value * FACTOR:
            made.append(instead[0])
    return max(made, key=lambda f: f.sentence.source.published or date.min, default=None)
