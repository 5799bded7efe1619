"""How sure we are that a sentence answers a question: a linear probe on a middle layer of the model, and what the ranking and code
know of the sentence beside it.

A small model says Yes or No by its last layer only, and badly; what it has understood lies some layers below (Azaria and Mitchell
2023, "The Internal State of an LLM Knows When It's Lying"). The probe and the weights beside it were learnt by
`python -m benchmarks.judge` on question sets over invented conflicts; docs/evaluation.md says what they reach on corpora left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from assistant.count import CountQuestion
from assistant.evidence import Evidence
from assistant.words import content_stems
from index.days import spell
from index.figures import Figure
from index.records import Source

LEARNT = "judge.npz"
CHECKED = 3  # sentences put to the check, too, the surest first
# Logistic regression of "this sentence answers" on the log-odds of the judge (of corpora left out) and of the check
OF_JUDGE, OF_CHECK, BIAS = 0.8, 0.55, -0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What is known of a sentence without the model, each 0..1."""

    score: float  # in the ranking
    place: float  # 1 for a sentence of the article found first, 1/2 of the second ...
    newest: float  # for a question on the state of things: 1 in the newest article found, 0 in the oldest
    wordless: float  # 1 where a figure is asked for and the sentence has none
    covered: float  # share of the question's words that its title, the sentences before it and itself carry
    objected: float  # 1 where rules say that its figure is another than the one asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What was learnt: `probe` of shape (size of a state + 1,), the last its bias; `weights` of what the probe says, of each of the
    clues, and a bias."""

    probe: np.ndarray
    weights: np.ndarray

    def sureness(self, state: np.ndarray, clues: Clues) -> float:
        """The probability that the sentence answers, 0..1."""
        says = float(state @ self.probe[:-1] + self.probe[-1])
        return 1 / (1 + math.exp(-float(self.weights @ (says, *astuple(clues), 1.0))))


def together(judged: float, yes: float) -> float:
    """The probability that a sentence answers, 0..1, from the judge's and the check's Yes against No."""
    return 1 / (1 + math.exp(-(OF_JUDGE * _log_odds(judged) + OF_CHECK * _log_odds(yes) + BIAS)))


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 0.002), 0.998)
    return math.log(inside / (1 - inside))


@cache
def learnt() -> Judge:
    """The judge that is shipped."""
    with files(__package__).joinpath(LEARNT).open("rb") as file, np.load(file, allow_pickle=False) as kept:
        return Judge(
            probe=kept["probe"].astype(np.float32),
            weights=kept["weights"].astype(np.float64),
        )


def report(source: Source) -> str:
    """What a sentence stands under, as the prompt shows it."""
    return source.title + (f" ({spell(source.published)})" if source.published else "")


def clues(
    question: str,
    asked: CountQuestion | None,
    ranked: Sequence[Evidence],
    evidence: Evidence,
    figures: Sequence[Figure],
    before: str,
    *,
    objected: bool,
) -> Clues:
    """What is known of one of the sentences `ranked`; `figures` are those of its article, `before` it and the sentences before it."""
    sentence = evidence.sentence
    articles = list(dict.fromkeys(e.sentence.article_id for e in ranked))
    days = sorted({e.sentence.source.published for e in ranked[:12] if e.sentence.source.published})
    day = sentence.source.published
    state = asked is not None and (asked.open_ended or asked.scope.kind in {"so_far", "latest"})
    newest = days.index(day) / (len(days) - 1) if day in days and len(days) > 1 else 0.5
    wanted = set(content_stems(question))
    carried = wanted & set(content_stems(f"{sentence.source.title} {before}"))
    return Clues(
        score=evidence.score,
        place=1 / (1 + articles.index(sentence.article_id)) if sentence.article_id in articles else 0.0,
        newest=newest if state else 0.0,
        wordless=float(asked is not None and all(f.sentence != sentence for f in figures)),
        covered=len(carried) / len(wanted) if wanted else 1.0,
        objected=float(objected),
    )
