"""Results added up: a table per tag and overall, every measure with its interval, times and tokens. Pure functions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from assistant.evaluation.intervals import area_under_risk, bootstrap_interval, risk_coverage
from assistant.evaluation.results import EvalResult

Z95 = 1.959964  # of the standard normal distribution
LOWER_IS_BETTER = frozenset({"wrong_figure", "stale", "unsupported_numbers"})
ORDER = (
    "right", "answered", "declined", "exact", "token_f1", "figure_exact", "date_exact", "wrong_figure", "stale",
    "conflict_disclosed", "attribution", "citation_precision", "citation_recall", "citation_control", "verbatim", "right_article",
    "unsupported_numbers", "hits_at_1", "hits_at_4", "hits_at_10", "recall_at_5", "recall_at_10", "mrr_at_10",
    "map_at_10", "ndcg_at_10",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. right + declined + wrong = n; cases that could not be judged are in none of them."""

    n: int
    right: int
    declined: int  # refusals where the answer was to be had
    wrong: int  # wrong answers shown
    wrong_figures: int  # of them with a known wrong figure
    failed: int  # could not be judged
    share_right: float | None
    low: float | None  # 95 % interval of share_right (Wilson 1927)
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A measure over the cases it applies to: `n` scored, `unscored` that should have been and could not be."""

    n: int
    unscored: int
    mean: float | None
    low: float | None  # 95 % bootstrap interval of the mean
    high: float | None


def row(results: Iterable[EvalResult]) -> Row:
    """Count outcomes."""
    listed = list(results)
    outcomes = [result.outcome for result in listed if result.outcome is not None]
    low, high = wilson(outcomes.count("right"), len(outcomes))
    return Row(
        n=len(outcomes),
        right=outcomes.count("right"),
        declined=outcomes.count("declined"),
        wrong=outcomes.count("wrong"),
        wrong_figures=sum(bool(result.wrong_figures) for result in listed),
        failed=len(listed) - len(outcomes),
        share_right=outcomes.count("right") / len(outcomes) if outcomes else None,
        low=low,
        high=high,
    )


def groups(results: Sequence[EvalResult]) -> dict[str, list[EvalResult]]:
    """All, by answerability, by split, by set if there are several, then by tag in alphabetical order; none empty."""
    found = {"all": list(results)}
    found["answerable"] = [r for r in results if r.case.answerable]
    found["unanswerable"] = [r for r in results if not r.case.answerable]
    for split in sorted({r.case.split for r in results if r.case.split}):
        found[f"split {split}"] = [r for r in results if r.case.split == split]
    collections = sorted({r.case.collection for r in results})
    if len(collections) > 1:
        found |= {f"set {name}": [r for r in results if r.case.collection == name] for name in collections}
    for tag in sorted({tag for r in results for tag in r.case.tags} - set(found)):
        found[tag] = [r for r in results if tag in r.case.tags]
    return {name: members for name, members in found.items() if members}


def table(results: Sequence[EvalResult]) -> dict[str, Row]:
    """A row for every group."""
    return {name: row(members) for name, members in groups(results).items()}


def measures(results: Sequence[EvalResult], *, intervals: bool = True) -> dict[str, Measured]:
    """Every measure that applies to any case, in the order of reports."""
    found: dict[str, list[float | None]] = {}
    for result in results:
        for score in result.scores:
            found.setdefault(score.name, []).append(score.value)
    names = [*(name for name in ORDER if name in found), *sorted(set(found) - set(ORDER))]
    return {name: _measured(found[name], intervals) for name in names}


def _measured(values: Sequence[float | None], intervals: bool) -> Measured:
    known = [value for value in values if value is not None]
    low, high = (bootstrap_interval(known) if intervals else None) or (None, None)
    mean = sum(known) / len(known) if known else None
    return Measured(n=len(known), unscored=len(values) - len(known), mean=mean, low=low, high=high)


def figures(results: Sequence[EvalResult]) -> dict[str, object]:
    """The report as plain values for JSON."""
    sure = [(r.confidence, r.outcome == "wrong") for r in results if r.confidence is not None and r.outcome is not None]
    points = risk_coverage(sure, len(results)) if results else ()
    counts: Counter[str] = Counter()
    for result in results:
        counts.update({name: value for name, value in result.counts.items() if isinstance(value, int)})
        if result.counts:
            counts["elsewhere"] += len(result.counts["elsewhere"])
    return {
        "asked": len(results),
        "failed": sum(bool(result.failure) for result in results),
        "table": {name: asdict(counted) for name, counted in table(results).items()},
        "measures": {name: asdict(measured) for name, measured in measures(results).items()},
        "by_group": {
            name: {m: {"n": v.n, "mean": v.mean} for m, v in measures(members, intervals=False).items()}
            for name, members in groups(results).items()
            if name != "all"
        },
        "counts": dict(counts),
        "seconds": _quantiles(result.seconds for result in results),
        "tokens": _quantiles(result.tokens for result in results),
        "risk_coverage": {"n": len(sure), "points": [list(point) for point in points], "area": area_under_risk(points)},
    }


def wilson(right: int, n: int) -> tuple[float | None, float | None]:
    """The 95 % score interval of a share, 0..1 (E. B. Wilson 1927); None for n = 0."""
    if n == 0:
        return None, None
    share, z2 = right / n, Z95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` of the values do not exceed (nearest rank); None if there are none."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else None


def _quantiles(named: Iterable[Mapping[str, float]]) -> dict[str, dict[str, float | int | None]]:
    values: dict[str, list[float]] = {}
    for mapping in named:
        for name, value in mapping.items():
            values.setdefault(name, []).append(value)
    return {
        name: {"n": len(v), "median": quantile(v, 0.5), "p90": quantile(v, 0.9), "sum": round(sum(v), 3)}
        for name, v in values.items()
    }
