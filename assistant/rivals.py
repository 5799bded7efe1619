"""Figures of other claimants for the event of a chosen one: those that contradict it, and those that only make it up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from assistant.claimants import name_words, same_claimant
from assistant.count import SPECIFIC, CountQuestion
from assistant.tally import BESIDE, KIND_OF, RUMOUR, Claim
from assistant.words import content_stems, has_name, name_stems
from index.figures import Figure, actions_in

# Two words are asked for, though the question names whose; "each side freed" and "both armies lost" ask for one
_BOTH_SAY = re.compile(
    r"\b(?:versus|vs|against|different|differ\w*|agree\w*|disput\w*|and by|and whose|parties|compare\w*|respectively)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\b(?:said|says|put|puts|counts?|counted|claim(?:s|ed)|spoke|gave|gives|reports?|reported)\b")
_OF_TWO = re.compile(r"\b(?:both|and|the two sides)\b", re.IGNORECASE)  # "the ministry and Ukrainian officials"
FAR = 5.0  # by how many times they may differ
RETOLD = timedelta(days=1)  # between an event and a report of it that names no day
_GENERIC = frozenset({"people", "prisoner", "military"})


def rivals(
    question: str, asked: CountQuestion, chosen: Claim, found: Sequence[Claim], near: Sequence[Figure] = ()
) -> tuple[Figure, ...]:
    """Figures of other claimants for the event of `chosen` that count the same and differ: at most two, the best-fitting first.

    A question that asks for everybody's figure has the next one beside `chosen` in its article, too: `near` are all figures there.
    """
    mine = {f.claimant for f in chosen.figures if f.claimant}
    asked_both = asked.accounts or bool(_BOTH_SAY.search(question))
    if not asked_both and any(has_name(n, name_stems(question)) for who in mine for n in name_words(who)):
        return ()  # the question asks for the figure of this claimant
    wide = RUMOUR if asked.accounts else timedelta(0)
    addends = _addends(chosen, found)  # the parts of a sum do not contradict it
    others = [
        next((f for f in claim.figures if (f.claimant or asked_both) and _differs(f, chosen.best, mine, wide)), None)
        for claim in found
        if claim is not chosen and not any(claim in pair for pair in addends)
    ]
    named = [f for f in others if f is not None and f.claimant] or [f for f in others if f is not None]
    once = {f.sentence: f for f in named}
    if asked.accounts and not once:
        beside = [f for f in near if _beside(f, chosen.best, mine)]
        once = {f.sentence: f for f in sorted(beside, key=lambda f: abs(f.start - chosen.best.start))[:1]}
    return tuple(once.values())[:2]


def agreeing(claim: Claim) -> tuple[Figure, ...]:
    """The figures of one value by which two parties give the same number for one event: that whose claimant is both of them, or two of
    different claimants; empty where only one party gives it."""
    told = [f for f in claim.figures if f.claimant and f.state == "done"]
    if together := next((f for f in told if _OF_TWO.search(f.claimant or "")), None):
        return (together,)
    pairs = (
        (a, b) for i, a in enumerate(told) for b in told[i + 1 :]
        if not same_claimant(a.claimant or "", b.claimant or "") and _one_event(a, b) and a.per_side == b.per_side
    )  # fmt: skip
    return next(pairs, ())


def _beside(other: Figure, best: Figure, mine: set[str]) -> bool:
    """Whether a figure near `best` can be another party's for the same, though its sentence does not say again what it counts."""
    steps = abs(other.sentence.ordinal - best.sentence.ordinal)
    alike = other.action in {best.action, None} or {other.action, best.action} <= {"launched", "delivered"}
    counted = set(content_stems(other.counted))
    return (
        0 < steps <= BESIDE
        and other.value != best.value
        and best.value / FAR <= other.value <= best.value * FAR
        and (other.role, other.state) == (best.role, best.state)
        and (alike or bool(actions_in(other.counted) & {best.action}))
        and other.kinds & SPECIFIC - best.kinds - {KIND_OF.get(best.action or "")} == frozenset()
        and (not counted or bool(other.kinds) or bool(counted & set(content_stems(f"{best.counted} {best.action}"))))
        and bool(_SAYS.search(other.sentence.text) or other.claimant)
        and not any(same_claimant(other.claimant or "", who) for who in mine)
    )


def _differs(other: Figure, best: Figure, mine: set[str], wide: timedelta) -> bool:
    return (
        other.state == best.state
        and other.action == best.action
        and other.scope == "event"
        and other.kinds - _GENERIC - {KIND_OF.get(best.action or "")}
        == best.kinds - _GENERIC - {KIND_OF.get(best.action or "")}
        and (_one_event(other, best) or _within(other, best, wide))
        and not any(same_claimant(other.claimant or "", who) for who in mine)
    )


def _one_event(a: Figure, b: Figure) -> bool:
    """Whether two figures can be of one event: a report without a day of its own may come the day after."""
    if a.when is None or b.when is None:
        return False
    return a.when == b.when or (not (a.dated and b.dated) and abs(a.when - b.when) <= RETOLD)


def near_in_time(a: Figure, b: Figure) -> bool:
    """Whether two figures can be of one event and its first reports."""
    return _within(a, b, RUMOUR)


def _within(a: Figure, b: Figure, days: timedelta) -> bool:
    return bool(days and a.when and b.when) and abs(a.when - b.when) <= days  # type: ignore[operator]


def adds_up(claim: Claim, found: Sequence[Claim]) -> bool:
    """Whether a figure is the sum of two others that one sentence gives: that of both sides."""
    return bool(_addends(claim, found))


def _addends(claim: Claim, found: Sequence[Claim]) -> list[tuple[Claim, Claim]]:
    pairs = ((a, b) for i, a in enumerate(found) for b in found[i + 1 :] if a.best.sentence == b.best.sentence)
    return [(a, b) for a, b in pairs if a.best.value + b.best.value == claim.best.value]
