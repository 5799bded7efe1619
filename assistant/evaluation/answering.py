"""What a stated answer is worth against its gold, one number a measure: pure functions of texts.

All are 0 to 1. A measure that needs a gold the case does not give does not apply and is left out, never 0.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from datetime import date

from assistant.evaluation.cases import EvalCase, GoldFigure
from assistant.evaluation.scores import Score, Verdict, contains, holds_figure, without_markers
from assistant.records import STATING, Answer, Status
from index.days import find_days

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def score_answer(case: EvalCase, answer: Answer, verdict: Verdict) -> tuple[Score, ...]:
    """Every measure that applies. Of a refusal only those about refusing and the verdict do."""
    stated = answer.status in STATING
    judged = None if verdict.outcome is None else float(verdict.outcome == "right")
    scores = [Score(name="right", value=judged, why=verdict.why)]
    if case.answerable and not case.decline_ok:
        scores.append(Score(name="answered", value=float(stated), why=f"the answer is {answer.status.value}"))
    if not case.answerable:
        scores.append(Score(name="declined", value=float(not stated), why=f"the answer is {answer.status.value}"))
    if not stated:
        return tuple(scores)
    text = without_markers(answer.text)
    if case.answerable and (case.answers or case.all_of):
        gold = case.answers or (" ".join(case.all_of),)
        scores += [
            Score(name="exact", value=max(exact(text, g) for g in gold), why=f"against {gold[0]!r}"),
            Score(name="token_f1", value=max(token_f1(text, g) for g in gold), why=f"against {gold[0]!r}"),
        ]
    if case.figures:
        scores.append(Score(name="figure_exact", value=figure_exact(text, case.figures), why="by value"))
    if case.dates:
        scores.append(Score(name="date_exact", value=date_exact(text, case.dates, answer.as_of), why="by resolved day"))
    if case.figures_wrong:
        shown = ", ".join(map(repr, verdict.wrong_figures))
        scores.append(Score(name="wrong_figure", value=float(bool(shown)), why=f"shows {shown}" if shown else "none"))
    if case.figures_stale:
        old = [f for f in case.figures_stale if contains(text, f, figure=True)] if verdict.outcome == "wrong" else []
        scores.append(Score(name="stale", value=float(bool(old)), why=f"shows {old[0]!r}" if old else "none"))
    if case.conflict or case.status is Status.CONFLICTING:
        disclosed = answer.status is Status.CONFLICTING or (bool(case.all_of) and verdict.outcome == "right")
        scores.append(
            Score(name="conflict_disclosed", value=float(disclosed), why=f"the answer is {answer.status.value}")
        )
    if case.claimants:
        named = [c for c in case.claimants if contains(text, c)]
        scores.append(
            Score(name="attribution", value=float(bool(named)), why=f"names {named[0]!r}" if named else "names nobody")
        )
    return tuple(scores)


def normal(text: str) -> str:
    """A text as SQuAD compares it (Rajpurkar et al. 2016): small letters, no punctuation, no articles, single blanks."""
    bare = "".join(" " if c in "–—" else c for c in text.lower() if c not in string.punctuation + "“”‘’«»…")
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact(text: str, gold: str) -> float:
    """1 if the texts are equal once `normal`, else 0; two empty texts are equal."""
    return float(normal(text) == normal(gold))


def token_f1(text: str, gold: str) -> float:
    """Harmonic mean of the shares of each text's words that the other has, repeated ones counted (Rajpurkar et al. 2016).

    0..1; 1 if both are empty, 0 if one is.
    """
    ours, theirs = Counter(normal(text).split()), Counter(normal(gold).split())
    if not ours or not theirs:
        return float(ours == theirs)
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total())


def figure_exact(text: str, gold: Sequence[GoldFigure]) -> float:
    """1 if any number of the text, in digits or words, is within the tolerance of a gold figure, else 0.

    Vague numbers ("dozens") and those in dates, clock times, names and ordinals are not figures.
    """
    return float(holds_figure(text, gold))


def date_exact(text: str, gold: Sequence[date], published: date | None) -> float:
    """1 if the text names a gold day, to the day, else 0. A day without a year is taken near `published`."""
    named = [day.first for day in find_days(text, published) if day.precision == "day"]
    return float(any(day in named for day in gold))
