"""Citation precision and recall by the protocol of ALCE (Gao et al. 2023), with an entailment check that runs locally.

The check is the assistant's own `check` prompt: does a passage state this answer to this question? Its Yes against No is
the probability of entailment. ALCE used an 11B NLI model; ours is the model under test or any other that is given, so the
report names it. It is a judgement of a model: read it beside the counts of verbatim quotes and numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.evaluation.citing import cited_numbers, split_sentences
from assistant.evaluation.scores import Score, without_markers
from assistant.records import STATING, Answer, Citation
from index.days import spell

ENTAILED = 0.5  # probability from which a passage is held to entail a sentence, 0..1

Entails = Callable[[str, str, str], float]  # passage, question, sentence -> probability 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How well citations carry an answer. `confidence`: of its least supported sentence, 0..1; None: nothing stated."""

    precision: float | None
    recall: float | None
    confidence: float | None


def measure_support(answer: Answer, entails: Entails) -> Support:
    """ALCE's measures of one answer; all None for a refusal.

    Recall: share of sentences that have a citation and are entailed by their citations together. Precision: share of
    citations of entailed sentences that are needed, that is, alone entail the sentence, or without which the others do
    not; a citation of a sentence that is not entailed counts as 0. A sentence without citation is not entailed; an answer
    without any citation has no precision.
    """
    if answer.status not in STATING:
        return Support(precision=None, recall=None, confidence=None)
    quotes = {citation.number: citation for citation in answer.citations}
    recalls: list[float] = []
    precisions: list[float] = []
    certain: list[float] = []
    for sentence in split_sentences(answer.text):
        cited = [quotes[n] for n in cited_numbers(sentence) if n in quotes]
        claim = without_markers(sentence)
        together = entails(passage_of(cited), answer.standalone, claim) if cited else 0.0
        certain.append(together)
        recalls.append(float(together >= ENTAILED))
        for citation in cited:
            needed = len(cited) == 1 or together < ENTAILED
            if not needed:
                others = [other for other in cited if other is not citation]
                needed = entails(passage_of([citation]), answer.standalone, claim) >= ENTAILED or (
                    entails(passage_of(others), answer.standalone, claim) < ENTAILED
                )
            precisions.append(float(needed and together >= ENTAILED))
    return Support(
        precision=sum(precisions) / len(precisions) if precisions else None,
        recall=sum(recalls) / len(recalls) if recalls else None,
        confidence=min(certain, default=None),
    )


def passage_of(citations: Sequence[Citation]) -> str:
    """What the check reads of citations: each quote after its day of publication. Titles are left out: nobody cites them."""
    parts = []
    for citation in citations:
        published = citation.source.published
        parts.append(f"({spell(published)}) {citation.quote}" if published else citation.quote)
    return " ".join(parts)


def scores_of(support: Support) -> tuple[Score, ...]:
    """The measures that apply, as scores."""
    named = (("citation_precision", support.precision), ("citation_recall", support.recall))
    return tuple(Score(name=name, value=value, why="ALCE, local check") for name, value in named if value is not None)
