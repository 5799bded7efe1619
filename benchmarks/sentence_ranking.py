"""How high the sentence that answers stands in the ranking of sentences, and the weights of that ranking. No language model.

    python -m benchmarks.sentence_ranking [SET ...] [--without MARK ...] [--write]

Every SET (benchmarks/sets.py; default: those of WEIGHED and of REPORTED) is indexed, a few seconds each. Prints one line of JSON a set:
`n` answerable questions, `hits_at_1`, `_3`, `_6` (what is looked at, assistant/trial.py), `_10` and `_20`, and `mrr`, the mean
reciprocal rank, 0 where no sentence of the passages found answers. `--without` takes a mark away (assistant/ranker.py), to see what it
brings. `--write` first learns the weights from LESSONS and keeps them: the log-likelihood that the softmax over the sentences of a
question gives to those that answer (Cao et al. 2007, "Learning to rank: from pairwise approach to listwise approach"), with a ridge of
PENALTY; then scores are stretched so that in the median the first and the 51st sentence score what ANCHORS say. It takes three minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

import assistant as package
from assistant import Assistant, findings
from assistant.ranker import LEARNT, MARKS, TRAITS, learnt, scores, traits
from assistant.timescope import read_scope
from benchmarks.sets import KNOWN, LESSONS, REPORTED, WEIGHED, answers, read_set
from index.records import Filter

DEPTHS = (1, 3, 6, 10, 20)
PENALTY = 3e-3  # of the mean over questions, for marks with mean 0 and spread 1
ANCHORS = {0: 0.82, 50: 0.37}  # score by rank, from 0: the scale on which tally.py and trial.py were set


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """An answerable question: `asked` as `traits` gives it, `marks` of shape (sentences, MARKS), `right` those that answer."""

    asked: np.ndarray
    marks: np.ndarray
    right: np.ndarray


def look_up(name: str) -> Iterator[Ranked]:
    """The answerable questions of a set for which anything is found."""
    asked_of = read_set(name)
    with tempfile.TemporaryDirectory() as folder, Assistant.open(folder) as assistant:
        asked_of.index(assistant)
        for case in asked_of.cases:
            if not (case.answerable and case.quotes):
                continue
            library, seen = assistant.library(), Filter(until=case.as_of)
            scope = read_scope(case.question, today=library.newest(seen))
            hits = findings.search(case.question, scope, seen, assistant.settings.passages, library)
            if marked := library.ranker.mark(case.question, hits, scope):
                yield Ranked(
                    asked=traits(case.question, scope),
                    marks=marked.marks,
                    right=np.array([answers(case, s.text) for s in marked.sentences]),
                )


def learn(told: Sequence[Ranked]) -> np.ndarray:
    """Weights as `assistant.ranker.scores` takes them."""
    told = [one for one in told if one.right.any()]
    everything = np.concatenate([one.marks for one in told])
    mean, spread = everything.mean(0), everything.std(0) + 1e-6
    marks, asked = [(one.marks - mean) / spread for one in told], [np.append(1.0, one.asked) for one in told]
    shape = (len(TRAITS) + 1, len(MARKS))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights, cost, slope = flat.reshape(shape), 0.0, np.zeros(shape)
        for one, x, t in zip(told, marks, asked, strict=True):
            says = x @ (t @ weights)
            odds = np.exp(says - says.max())
            chosen = odds * one.right
            cost -= np.log(chosen.sum() / odds.sum())
            slope -= np.outer(t, (chosen / chosen.sum() - odds / odds.sum()) @ x)
        return cost / len(told) + PENALTY * float(flat @ flat), (slope / len(told)).ravel() + 2 * PENALTY * flat

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    weights = found.x.reshape(shape) / spread
    table = np.append(weights, -(weights @ mean)[:, None], axis=1)
    return _stretched(table, told)


def _stretched(table: np.ndarray, told: Sequence[Ranked]) -> np.ndarray:
    """The same ranking, with scores that ANCHORS hold."""
    said = [np.sort(one.marks @ (w := np.append(1.0, one.asked) @ table)[:-1] + w[-1])[::-1] for one in told]
    ranks, wanted = list(ANCHORS), [np.log(p / (1 - p)) for p in ANCHORS.values()]
    high, low = (float(np.median([s[rank] for s in said if len(s) > rank])) for rank in ranks)
    scale = (wanted[0] - wanted[1]) / (high - low)
    table = table * scale
    table[0, -1] += wanted[0] - high * scale
    return table


def measure(told: Sequence[Ranked], weights: np.ndarray) -> dict[str, float]:
    """Shares by name."""
    ranks = []
    for one in told:
        order = np.argsort(-scores(one.asked, one.marks, weights), kind="stable")
        ranks.append(int(np.flatnonzero(one.right[order])[0]) + 1 if one.right.any() else 0)
    shares = {f"hits_at_{depth}": round(sum(0 < r <= depth for r in ranks) / len(ranks), 3) for depth in DEPTHS}
    return {"n": len(ranks), **shares, "mrr": round(sum(1 / r for r in ranks if r) / len(ranks), 3)}


def write(weights: np.ndarray) -> None:
    """Keep weights, rounded, by the names of traits and marks."""
    rows = {
        trait: {mark: round(float(weight), 4) for mark, weight in zip((*MARKS, "bias"), row, strict=True)}
        for trait, row in zip(("always", *TRAITS), weights, strict=True)
    }
    lines = (f"  {json.dumps(trait)}: {json.dumps(row)}" for trait, row in rows.items())
    file = Path(str(files(package).joinpath(LEARNT)))
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    learnt.cache_clear()


def main() -> None:
    """Learn if asked to, rank for every question, and print the shares."""
    parser = argparse.ArgumentParser(prog="benchmarks.sentence_ranking", description="Rank the sentences that answer.")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(sorted(KNOWN))}")
    parser.add_argument("--without", action="append", default=[], choices=MARKS, metavar="MARK", help="leave out one")
    parser.add_argument("--write", action="store_true", help="learn the weights from LESSONS and keep them")
    options = parser.parse_args()
    if unknown := set(options.sets) - {*KNOWN}:
        parser.error(f"no set {sorted(unknown)[0]!r}: use some of {', '.join(sorted(KNOWN))}")
    if options.write:
        lessons: list[Ranked] = []
        for name in LESSONS:
            lessons += look_up(name)
            print(f"{name}: {len(lessons)} questions so far", file=sys.stderr)
        write(learn(lessons))
    weights = learnt().copy()
    for mark in options.without:
        weights[:, MARKS.index(mark)] = 0.0
    for name in options.sets or (*WEIGHED, *REPORTED):
        print(json.dumps({"set": name, **measure(list(look_up(name)), weights)}), flush=True)


if __name__ == "__main__":
    main()
