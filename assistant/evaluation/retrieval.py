"""How well a ranking finds what is relevant: the measures of information retrieval, by question. Computed by ir-measures.

Definitions after trec_eval, over the first k of a ranking of distinct items, all relevant ones equally so:

- `hits_at_k` (success@k): 1 if any of the first k is relevant, else 0.
- `recall_at_k`: share of the relevant items that are among the first k, 0..1.
- `mrr_at_k` (reciprocal rank): 1 / rank of the first relevant item, 0 if none is among the first k (Voorhees 1999).
- `map_at_k` (average precision): the sum, over the ranks up to k that hold a relevant item, of the share of relevant
  items down to that rank, divided by the number of ALL relevant items; 0..1.
- `ndcg_at_k`: discounted cumulative gain over that of the best ranking there could be, 0..1 (Järvelin & Kekäläinen 2002).

A question whose ranking is empty scores 0 in all of them. A question without anything relevant cannot be scored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

MEASURES = {
    "hits_at_1": "Success@1",
    "hits_at_4": "Success@4",
    "hits_at_10": "Success@10",
    "recall_at_5": "R@5",
    "recall_at_10": "R@10",
    "mrr_at_10": "RR@10",
    "map_at_10": "AP@10",
    "ndcg_at_10": "nDCG@10",
}

Found = dict[str, float]  # our name of a measure -> its value for one question, 0..1


def measure_rankings(relevant: Mapping[str, Collection[str]], ranked: Mapping[str, Sequence[str]]) -> dict[str, Found]:
    """Question -> measures, for every question of `relevant` that has anything relevant. `ranked`: best first."""
    import ir_measures

    scorable = {question: items for question, items in relevant.items() if items}
    if not scorable:
        return {}
    ours = {ir_measures.parse_measure(theirs): name for name, theirs in MEASURES.items()}
    found = {question: dict.fromkeys(MEASURES, 0.0) for question in scorable}
    qrels = {question: dict.fromkeys(items, 1) for question, items in scorable.items()}
    run = {
        question: {item: -float(rank) for rank, item in enumerate(dict.fromkeys(ranked.get(question, ())))}
        for question in scorable
    }
    for metric in ir_measures.iter_calc(list(ours), qrels, {q: items for q, items in run.items() if items}):
        found[metric.query_id][ours[metric.measure]] = float(metric.value)
    return found


def average(values: Sequence[Found]) -> Found:
    """The mean of each measure; empty for no question."""
    return {name: sum(v[name] for v in values) / len(values) for name in MEASURES} if values else {}
