"""Results added up: a table per tag and overall, shares with their counts, times. Pure functions of the results."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from assistant.evaluation.cases import EvalCase
from assistant.evaluation.citing import Citing
from assistant.evaluation.scores import Verdict
from assistant.records import Answer

Z95 = 1.959964  # of the standard normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalResult:
    """One case asked. `failure` is set instead of the rest where there was no answer to judge."""

    case: EvalCase
    answer: Answer | None = None
    verdict: Verdict | None = None
    citing: Citing | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. right + declined + wrong = n; failed cases are in none of them."""

    n: int
    right: int
    declined: int  # refusals where the answer was to be had
    wrong: int  # wrong answers shown
    wrong_figures: int  # of them with a known wrong figure
    failed: int
    share_right: float | None
    low: float | None  # 95 % interval of share_right (Wilson 1927)
    high: float | None


def row(results: Iterable[EvalResult]) -> Row:
    """Count outcomes."""
    listed = list(results)
    verdicts = [result.verdict for result in listed if result.verdict is not None]
    outcomes = [verdict.outcome for verdict in verdicts]
    low, high = wilson(outcomes.count("right"), len(outcomes))
    return Row(
        n=len(outcomes),
        right=outcomes.count("right"),
        declined=outcomes.count("declined"),
        wrong=outcomes.count("wrong"),
        wrong_figures=sum(bool(verdict.wrong_figures) for verdict in verdicts),
        failed=len(listed) - len(outcomes),
        share_right=_share(outcomes.count("right"), len(outcomes)),
        low=low,
        high=high,
    )


def table(results: Sequence[EvalResult]) -> dict[str, Row]:
    """Overall, by answerability, by split, by collection if there are several, then by tag in alphabetical order."""
    rows = {"all": row(results)}
    rows["answerable"] = row(r for r in results if r.case.answerable)
    rows["unanswerable"] = row(r for r in results if not r.case.answerable)
    for split in sorted({r.case.split for r in results if r.case.split}):
        rows[f"split {split}"] = row(r for r in results if r.case.split == split)
    collections = sorted({r.case.collection for r in results})
    if len(collections) > 1:
        rows |= {f"set {name}": row(r for r in results if r.case.collection == name) for name in collections}
    for tag in sorted({tag for r in results for tag in r.case.tags} - set(rows)):
        rows[tag] = row(r for r in results if tag in r.case.tags)
    return {name: counted for name, counted in rows.items() if counted.n or counted.failed}


def figures(results: Sequence[EvalResult]) -> dict[str, object]:
    """The report as plain values for JSON: the table, shares with the counts behind them, seconds."""
    citing = [result.citing for result in results if result.citing is not None]
    answers = [result.answer for result in results if result.answer is not None]
    numbers = sum(c.numbers for c in citing)
    kinds = {kind: sum(getattr(c, kind) for c in citing) for kind in ("in_quotes", "publication_date", "resolved_day")}
    kinds["elsewhere"] = sum(len(c.elsewhere) for c in citing)
    articles = [c.right_article for c in citing if c.right_article is not None]
    kinds_right = [r.verdict.status_right for r in results if r.verdict and r.verdict.status_right is not None]
    return {
        "table": {name: asdict(counted) for name, counted in table(results).items()},
        "sentences": _counted(sum(c.marked for c in citing), sum(c.sentences for c in citing)),
        "quotes": _counted(sum(c.verbatim for c in citing), sum(c.quotes for c in citing)),
        "digits": {**_counted(numbers - kinds["elsewhere"], numbers), **kinds},
        "right_article": _counted(sum(articles), len(articles)),
        "expected_status": _counted(sum(kinds_right), len(kinds_right)),
        "seconds": {"total": _times(answers, "total"), "first_words": _times(answers, "first_words")},
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


def _times(answers: Sequence[Answer], stage: str) -> dict[str, float | int | None]:
    values = [answer.seconds[stage] for answer in answers if stage in answer.seconds]
    return {"n": len(values), "median": quantile(values, 0.5), "p90": quantile(values, 0.9)}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _counted(part: int, whole: int) -> dict[str, int | float | None]:
    return {"n": whole, "right": part, "share": _share(part, whole)}
