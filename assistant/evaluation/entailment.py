"""Citation precision and recall by the protocol of ALCE (Gao et al. 2023), with an entailment check that runs locally.

ALCE asks an 11B NLI model whether the passages cited entail a sentence; nothing is asked about the question. Here a sentence
that is its passages' own words is entailed (`word_for_word`), and of any other the local model is asked, by the `claim` prompt. That
is a judgement of a small model: read it beside the counts of verbatim quotes and numbers, and beside the control, which puts the same
sentences to passages that were found for the question and are not cited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from assistant.evaluation.citing import cited_numbers, split_sentences
from assistant.evaluation.scores import Score, without_markers
from assistant.records import STATING, Answer, Citation
from assistant.verify import missing_names
from assistant.words import plain_quotes, quotations
from index.days import spell
from index.numbers import find_numbers

ENTAILED = 0.5  # probability from which a passage is held to entail a sentence, 0..1
QUOTED = 5  # words of a quotation that says enough
_DAY = re.compile(r"\s*\(\d{1,2} [A-Z][a-z]+ \d{4}\)")
NAMES = ("citation_precision", "citation_recall", "citation_control")


class Judge(Protocol):
    """What weighs sentences against passages; each gives a probability, 0..1, and may raise ModelError."""

    def entails(self, passage: str, claim: str) -> float:
        """Whether the passage says what is claimed."""

    def weigh(self, passage: str, question: str, answer: str) -> float:
        """Whether the passage states this answer to this question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How well citations carry an answer; None where nothing is stated. `control`: the share of sentences that a passage not cited
    is held to entail, which should be low. `confidence`: that its least sure sentence answers the question, 0..1."""

    precision: float | None
    recall: float | None
    control: float | None
    confidence: float | None


def measure_support(answer: Answer, judge: Judge) -> Support:
    """ALCE's measures of one answer; all None for a refusal.

    Recall: share of sentences that have a citation and are entailed by their citations together. Precision: share of
    citations of entailed sentences that are needed, that is, alone entail the sentence, or without which the others do
    not; a citation of a sentence that is not entailed counts as 0. A sentence without citation is not entailed; an answer
    without any citation has no precision.
    """
    if answer.status not in STATING:
        return Support(precision=None, recall=None, control=None, confidence=None)
    quotes = {citation.number: citation for citation in answer.citations}
    apart = _not_cited(answer)
    recalls: list[float] = []
    precisions: list[float] = []
    controls: list[float] = []
    certain: list[float] = []
    for sentence in split_sentences(answer.text):
        cited = [quotes[n] for n in cited_numbers(sentence) if n in quotes]
        claim = without_markers(sentence)
        together = bool(cited) and entails(judge, passage_of(cited), claim)
        certain.append(judge.weigh(passage_of(cited), answer.standalone, claim) if cited else 0.0)
        recalls.append(float(together))
        if apart:
            controls.append(float(entails(judge, apart, claim)))
        for citation in cited:
            needed = len(cited) == 1 or not together
            if not needed:
                others = [other for other in cited if other is not citation]
                needed = entails(judge, passage_of([citation]), claim) or not entails(judge, passage_of(others), claim)
            precisions.append(float(needed and together))
    return Support(
        precision=sum(precisions) / len(precisions) if precisions else None,
        recall=sum(recalls) / len(recalls) if recalls else None,
        control=sum(controls) / len(controls) if controls else None,
        confidence=min(certain, default=None),
    )


def entails(judge: Judge, passage: str, claim: str) -> bool:
    """Whether a passage says what a sentence says. Raises ModelError."""
    return word_for_word(passage, claim) or judge.entails(passage, claim) >= ENTAILED


def word_for_word(passage: str, claim: str) -> bool:
    """Whether a sentence is the passage's own: word for word, with or without a day in brackets that stands in the passage, too; or a
    quotation of QUOTED words or more that stands there, told by words that bring no name or number of their own."""
    stands = plain_quotes(passage)
    days = [day.group().strip() for day in _DAY.finditer(claim)]
    if all(day in stands for day in days) and _bare(_DAY.sub("", claim)) in stands:
        return True
    quoted = [q for q in quotations(claim) if len(q.split()) >= QUOTED]
    if not quoted or any(_bare(q) not in stands for q in quoted):
        return False
    told = claim
    for quotation in quoted:
        told = told.replace(quotation, "")
    known = {number.value for number in find_numbers(passage)}
    return not missing_names(told, passage) and all(number.value in known for number in find_numbers(told))


def _bare(text: str) -> str:
    return plain_quotes(text).strip(" .,;:!?")


def passage_of(citations: list[Citation]) -> str:
    """What the judge reads of citations: each quote after its day of publication. Titles are left out: nobody cites them."""
    parts = []
    for citation in citations:
        published = citation.source.published
        parts.append(f"({spell(published)}) {citation.quote}" if published else citation.quote)
    return " ".join(parts)


def _not_cited(answer: Answer) -> str:
    """The nearest passage of an article that the answer does not cite; empty if there is none."""
    cited = {citation.article_id for citation in answer.citations}
    return next((hit.passage.text for hit in answer.hits if hit.passage.article_id not in cited), "")


def scores_of(support: Support) -> tuple[Score, ...]:
    """The measures that apply, as scores."""
    named = zip(NAMES, (support.precision, support.recall, support.control), strict=True)
    return tuple(Score(name=name, value=value, why="ALCE, local judge") for name, value in named if value is not None)
