"""One case asked, and how it is written down: a line of `results.jsonl`, which can be read back to go on with a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, get_args

from assistant.evaluation.cases import EvalCase
from assistant.evaluation.scores import Outcome, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalResult:
    """`failure` is set, and the rest empty, where there was nothing to judge."""

    case: EvalCase
    outcome: Outcome | None = None
    why: str = ""
    wrong_figures: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()
    confidence: float | None = None  # of the least supported sentence stated, 0..1
    seconds: Mapping[str, float] = field(default_factory=dict)  # by stage, with "first_words" and "total"
    tokens: Mapping[str, int] = field(default_factory=dict)  # by task: "answer_prompt", "answer_reply", ...
    counts: Mapping[str, Any] = field(default_factory=dict)  # of assistant.evaluation.citing.Citing
    answer: Mapping[str, Any] | None = None  # as assistant.render.as_object has it, with "standalone" and "raw_text"
    retrieved: tuple[Mapping[str, Any], ...] = ()  # title, outlet, published, text, relevant; best first
    failure: str = ""

    def value(self, name: str) -> float | None:
        """The value of a measure; None if it does not apply or could not be scored."""
        return next((score.value for score in self.scores if score.name == name), None)


def as_line(result: EvalResult) -> dict[str, object]:
    """Plain values, everything a reader of the report needs, the question and its gold included."""
    case = result.case
    gold = {
        name: getattr(case, name)
        for name in ("answers", "all_of", "dates", "figures_wrong", "claimants", "articles", "quotes")
        if getattr(case, name)
    }
    if case.dates:
        gold["dates"] = [day.isoformat() for day in case.dates]
    if case.figures:
        gold["figures"] = [asdict(figure) for figure in case.figures]
    return {
        "set": case.collection,
        "id": case.id,
        "question": case.question,
        "history": [[turn.question, turn.answer] for turn in case.history],
        "as_of": case.as_of.isoformat() if case.as_of else None,
        "answerable": case.answerable,
        "because": case.because,
        "tags": list(case.tags),
        "split": case.split,
        "note": case.note,
        "gold": gold,
        "outcome": result.outcome,
        "why": result.why,
        "wrong_figures": list(result.wrong_figures),
        "scores": [asdict(score) for score in result.scores],
        "confidence": result.confidence,
        "seconds": {stage: round(seconds, 3) for stage, seconds in result.seconds.items()},
        "tokens": dict(result.tokens),
        "counts": dict(result.counts),
        "answer": result.answer,
        "retrieved": list(result.retrieved),
        "failure": result.failure or None,
    }


def from_line(line: Mapping[str, Any], case: EvalCase) -> EvalResult:
    """The result of `case` as it was written. Raises KeyError, TypeError or ValueError for a line of another make."""
    if line["outcome"] not in (None, *get_args(Outcome)):
        raise ValueError(f"unknown outcome {line['outcome']!r}")
    return EvalResult(
        case=case,
        outcome=line["outcome"],
        why=line["why"],
        wrong_figures=tuple(line["wrong_figures"]),
        scores=tuple(Score(**score) for score in line["scores"]),
        confidence=line["confidence"],
        seconds=line["seconds"],
        tokens=line["tokens"],
        counts=line["counts"],
        answer=line["answer"],
        retrieved=tuple(line["retrieved"]),
        failure=line["failure"] or "",
    )
