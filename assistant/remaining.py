"""What rules propose to a question about what is left to be done: what a report says is left, or what is left of a whole, worked out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from assistant.compose import verbatim
from assistant.count import SPECIFIC, CountQuestion, compares, leaves
from assistant.evidence import Evidence
from assistant.findings import Finding, state
from assistant.library import Library
from assistant.proposal import Proposal
from assistant.question_kinds import places_in_row, telling_numbers
from assistant.records import Status
from assistant.tally import FLOOR, NEAR, POORER, claims
from assistant.wholes import state_left, whole_of
from index.figures import Figure
from index.numbers import find_numbers
from index.records import Sentence

_WAS = re.compile(r"\b(?:was|were|had|did|remained)\b", re.IGNORECASE)  # left then, not now
MOST = 8  # sentences that say what is left, of those ranked
_LAST_OF = re.compile(
    r"\b(?:last|final|remaining|other)\s+$", re.IGNORECASE
)  # "the last 303 of the 1,000": nobody is left


def propose_rest(
    question: str, asked: CountQuestion, figures: Iterable[Figure], ranked: Sequence[Evidence], library: Library
) -> Iterator[Proposal]:
    """What is left, as reports say it at the time asked about, then as it can be worked out; nothing for any other question. `figures`: of
    what was done, of the kind asked for."""
    if not asked.rest:
        return
    for left in _remainders(question, [e for e in ranked if _then(question, asked, e.sentence, library)]):
        supported = verbatim(left, library.before)
        yield Proposal(finding=state(supported, None, (), (), (), ""), passage=supported, answer=supported.text)
    yield from _worked_out(question, asked, figures, ranked, library)


def _remainders(question: str, ranked: Sequence[Evidence]) -> tuple[Sentence, ...]:
    """Of the best-ranked sentences that say how many are left the newest, then the best; of what was left at some time the best."""
    left = [e.sentence for e in ranked if e.cosine >= NEAR and compares(e.sentence)][:MOST]
    left = [s for s in left if leaves(s)] or [e.sentence for e in ranked if leaves(e.sentence)][:MOST] or left
    newest = sorted(left, key=lambda s: (s.source.published or date.min, -s.start), reverse=True)
    return tuple(dict.fromkeys([*(newest[:1] if not _WAS.search(question) else ()), *left[:1]]))


def _then(question: str, asked: CountQuestion, left: Sentence, library: Library) -> bool:
    """Whether what a sentence says is left can be what was left at the point that a question names: after a day, a stage, or a number
    that had come, which together with what is left makes one that the article gives."""
    if asked.scope.named and asked.scope.first and left.source.published != asked.scope.first:
        return False
    opening = " ".join(s.text for s in library.corpus.sentences(left.article_id)[:2])
    places = places_in_row(question)
    if places and not places & places_in_row(f"{left.source.title} {opening}"):
        return False
    come = {n.value for n in telling_numbers(question) if n.role == "count"}
    wholes = {f.value for f in library.figures(left.article_id)}
    return not come or (come <= wholes and any(n.value + v in wholes for n in find_numbers(left.text) for v in come))


def _worked_out(
    question: str, asked: CountQuestion, figures: Iterable[Figure], ranked: Sequence[Evidence], library: Library
) -> Iterator[Proposal]:
    """What is left of a whole of which the articles say how much was done; the newest word on what fits best."""
    done = replace(asked, rest=False, promised=False)
    apart = (SPECIFIC | {"military"}) - asked.kinds  # 270 of the 390 were soldiers: the others are not left
    parts = [
        f for f in figures
        if f.state == "done" and not f.kinds & apart and whole_of(f) is not None
        and not _LAST_OF.search(f.sentence.text[: f.start - f.sentence.start])
    ]  # fmt: skip
    found = [c for c in claims(question, done, parts, ranked) if c.fit >= FLOOR]
    best = [c for c in found if c.fit > found[0].fit - POORER]
    for claim in sorted(best, key=lambda c: c.best.sentence.source.published or date.min, reverse=True)[:1]:
        told = state_left(claim.best)
        reason = "a part is reported and the whole; what is left was worked out"
        yield Proposal(
            finding=Finding(status=Status.ANSWERED, reason=reason, stated=(told,)),
            passage=verbatim(claim.best.sentence, library.before),
            answer=told.text,
        )
