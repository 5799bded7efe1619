"""Two runs side by side: what got better, worse or stayed, measure by measure with a paired test, and case by case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.evaluation.identity import differences, obstacles
from assistant.evaluation.intervals import paired_p
from assistant.evaluation.report import LOWER_IS_BETTER
from assistant.evaluation.run import read_run
from index.errors import LoadError

Change = Literal["better", "worse", "unchanged", "unscored"]
RANK = {"wrong": 0, "declined": 1, "right": 2}  # a refusal is better than a wrong answer
SEARCHED = "mrr_at_10"  # what decides for runs that only searched

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """One case in both runs, with what each said."""

    id: str
    question: str
    change: Change
    before: str  # outcome
    after: str
    text_before: str
    text_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureChange:
    """A measure over the `n` cases that both runs score. `p`: two-sided, paired; lower `after` is better for some."""

    name: str
    n: int
    before: float
    after: float
    p: float | None
    better: Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between two runs, and what came of it. `only`: cases that one of them lacks."""

    differs: tuple[str, ...]
    measures: tuple[MeasureChange, ...]
    cases: tuple[CaseChange, ...]
    only: int

    def as_object(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def compare(before: Path, after: Path) -> Comparison:
    """Compare the runs in two folders. Raises LoadError, with the reasons, when they cannot be compared."""
    one, lines_before = read_run(before)
    other, lines_after = read_run(after)
    if why := obstacles(one, other):
        raise LoadError(f"{str(before)!r} and {str(after)!r} cannot be compared: {'; '.join(why)}")
    first = {f"{line['set']}:{line['id']}": line for line in lines_before}
    second = {f"{line['set']}:{line['id']}": line for line in lines_after}
    shared = [key for key in first if key in second]
    return Comparison(
        differs=tuple(differences(one, other)),
        measures=tuple(_measure_changes([first[key] for key in shared], [second[key] for key in shared])),
        cases=tuple(_case_change(first[key], second[key]) for key in shared),
        only=len(first.keys() ^ second.keys()),
    )


def _measure_changes(before: Sequence[Line], after: Sequence[Line]) -> list[MeasureChange]:
    pairs: dict[str, list[tuple[float, float]]] = {}
    for one, other in zip(before, after, strict=True):
        later = {score["name"]: score["value"] for score in other["scores"]}
        for score in one["scores"]:
            value = later.get(score["name"])
            if score["value"] is not None and value is not None:
                pairs.setdefault(score["name"], []).append((score["value"], value))
    changes = []
    for name, values in pairs.items():
        earlier, now = [a for a, _ in values], [b for _, b in values]
        changes.append(
            MeasureChange(
                name=name, n=len(values), before=sum(earlier) / len(values), after=sum(now) / len(values),
                p=paired_p(earlier, now), better="lower" if name in LOWER_IS_BETTER else "higher",
            )
        )  # fmt: skip
    return changes


def _case_change(before: Line, after: Line) -> CaseChange:
    return CaseChange(
        id=before["id"],
        question=before["question"],
        change=_change(_standing(before), _standing(after)),
        before=before["outcome"] or "not judged",
        after=after["outcome"] or "not judged",
        text_before=_text(before),
        text_after=_text(after),
    )


def _standing(line: Line) -> float | None:
    """How well a case stands: its outcome with wrong figures below plain wrong ones, else its rank in a search."""
    if line["outcome"] is not None:
        return RANK[line["outcome"]] - 0.5 * bool(line["wrong_figures"])
    found: float | None = next((s["value"] for s in line["scores"] if s["name"] == SEARCHED), None)
    return found


def _change(before: float | None, after: float | None) -> Change:
    if before is None or after is None:
        return "unscored"
    return "unchanged" if before == after else "better" if after > before else "worse"


def _text(line: Line) -> str:
    if line["failure"]:
        return str(line["failure"])
    if line["answer"] is not None:
        return str(line["answer"]["text"])
    first = next((n for n, hit in enumerate(line["retrieved"], start=1) if hit["relevant"]), None)
    return f"first relevant passage at rank {first}" if first else "no relevant passage found"
