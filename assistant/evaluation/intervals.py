"""How sure a mean is, and whether two runs differ: bootstrap and paired permutation, computed by SciPy, always seeded."""

from __future__ import annotations

from collections.abc import Sequence

RESAMPLES = 9_999
LEVEL = 0.95
SEED = 20250524  # the same numbers give the same interval

Interval = tuple[float, float]


def bootstrap_interval(values: Sequence[float]) -> Interval | None:
    """The 95 % percentile bootstrap interval of a mean (Efron 1979); None for fewer than two values.

    It is honest about spread, and blind to what was never sampled: ten values that are all 1 give (1, 1).
    """
    if len(values) < 2:
        return None
    if min(values) == max(values):
        return (values[0], values[0])
    import numpy as np
    from scipy import stats

    found = stats.bootstrap(
        (np.asarray(values, float),), np.mean, n_resamples=RESAMPLES, batch=500, confidence_level=LEVEL,
        method="percentile", rng=np.random.default_rng(SEED),
    ).confidence_interval  # fmt: skip
    return (float(found.low), float(found.high))


def paired_p(before: Sequence[float], after: Sequence[float]) -> float | None:
    """Two-sided p of "these pairs do not differ in the mean", by flipping signs of their differences (Fisher 1935).

    Exact for few pairs, else from 9,999 draws; 1 if no pair differs, None without pairs. Raises ValueError for sequences
    of unequal length.
    """
    differences = [b - a for a, b in zip(before, after, strict=True)]
    if not differences:
        return None
    if not any(differences):
        return 1.0
    if len(differences) == 1:
        return 1.0  # one pair, two signs, both as extreme
    import numpy as np
    from scipy import stats

    tested = stats.permutation_test(
        (np.asarray(differences, float),), np.mean, permutation_type="samples", n_resamples=RESAMPLES, batch=500,
        alternative="two-sided", rng=np.random.default_rng(SEED),
    )  # fmt: skip
    return float(tested.pvalue)


def risk_coverage(confident: Sequence[tuple[float, bool]], of: int) -> tuple[tuple[float, float], ...]:
    """Points (coverage, risk), both 0..1, as the confidence asked for falls: of `of` cases the share answered at least
    so surely, and the share of those that are wrong (El-Yaniv & Wiener 2010). `confident`: (confidence, wrong).
    Equally sure answers make one point; empty for none.
    """
    ordered = sorted(confident, key=lambda pair: -pair[0])
    points = []
    wrong = 0
    for n, (confidence, is_wrong) in enumerate(ordered, start=1):
        wrong += is_wrong
        if n == len(ordered) or ordered[n][0] != confidence:
            points.append((n / of, wrong / n))
    return tuple(points)


def area_under_risk(points: Sequence[tuple[float, float]]) -> float | None:
    """The mean risk over the coverage reached, 0..1, lower is better (Geifman & El-Yaniv 2017); None without points."""
    if not points:
        return None
    area, before = 0.0, 0.0
    for coverage, risk in points:
        area += (coverage - before) * risk
        before = coverage
    return area / before
