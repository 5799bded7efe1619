"""Which figure answers a question: every compatible figure weighed by how well it fits, reports of one figure taken together.

Pure functions over figures and the scores of their sentences; nothing here asks a model or reads an index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.count import CountQuestion
from assistant.evidence import Evidence
from assistant.verify import asked_speaker
from assistant.words import has_name, name_stems
from index.figures import Figure
from index.numbers import find_numbers
from index.records import Sentence

LEAD = 0.12  # by how much the best claim must fit better than the next before code decides without the model
_CROWD = 3  # numbers in one sentence from which it is a list, a poor witness for any one of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Figures of one value that answer the question alike, the best-fitting first. `fit`: higher is better, about 0..2."""

    figures: tuple[Figure, ...]
    fit: float

    @property
    def best(self) -> Figure:
        """The figure that fits best."""
        return self.figures[0]


Key = tuple[str, int]


def key_of(sentence: Sentence) -> Key:
    """What tells sentences apart: article and offset."""
    return sentence.article_id, sentence.start


def claims(question: str, asked: CountQuestion, figures: Sequence[Figure], ranked: Sequence[Evidence]) -> list[Claim]:
    """The figures as claims, best first: one claim a value, its fit that of its best figure and a little for each further witness."""
    scored = {key_of(e.sentence): e for e in ranked}
    speaker = asked_speaker(question)
    by_value: dict[float, list[tuple[float, Figure]]] = {}
    for figure in figures:
        by_value.setdefault(figure.value, []).append((_fit(figure, asked, scored, speaker), figure))
    found = []
    for pairs in by_value.values():
        pairs.sort(key=lambda pair: -pair[0])
        witnesses = len({p[1].sentence.text for p in pairs})
        found.append(Claim(figures=tuple(p[1] for p in pairs), fit=pairs[0][0] + 0.02 * min(witnesses - 1, 3)))
    return sorted(found, key=lambda claim: -claim.fit)


def _fit(figure: Figure, asked: CountQuestion, scored: Mapping[Key, Evidence], speaker: Sequence[str]) -> float:
    """How well a figure fits a question. The weights were set on the tuning halves of the question sets."""
    evidence = scored.get(key_of(figure.sentence))
    fit = 0.2 if evidence is None else evidence.cosine + 0.5 * evidence.coverage
    scope = asked.scope
    if scope.named and figure.dated and figure.when and scope.first == figure.when == scope.last:
        fit += 0.15
    if asked.each:
        fit += 0.15 if figure.per_side else -0.1
    if asked.several:
        fit += 0.2 if figure.scope == "several" else -0.1
    elif figure.scope == "total":
        fit -= 0.25
    elif figure.scope == "several":
        fit -= 0.1
    if asked.kinds & figure.kinds:
        fit += 0.1
    elif not figure.kinds:
        fit -= 0.1
    if figure.action is None:
        fit -= 0.05
    if asked.promised:
        fit += 0.2 if figure.state == "promised" else 0.0
    if speaker and figure.claimant:
        fit += 0.2 if any(has_name(s, name_stems(figure.claimant)) for s in speaker) else -0.2
    if len(find_numbers(figure.sentence.text)) >= _CROWD:
        fit -= 0.1
    return fit
