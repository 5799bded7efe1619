"""How high the sentence that answers stands in the ranking of sentences, for question sets with gold quotes. No language model.

    python -m benchmarks.sentence_ranking seeds/readers.jsonl --split tune [--index .index] [--without "framed words" ...]

Prints one line of JSON: `n` answerable questions without a conversation, `hits_at_1`, `_3`, `_6` (what the check is given)
and `_12`, and `mrr`, the mean reciprocal rank, 0 where no sentence of the passages found holds a gold quote. `--without`
takes the weight of one ranking away, to see what it brings. The weights of `assistant/evidence.py` were fitted on the tuning halves.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assistant import Assistant, evidence, findings
from assistant.evaluation.cases import SPLITS, EvalCase, read_cases, select
from assistant.evaluation.scores import plain
from assistant.settings import read_settings
from assistant.timescope import read_scope
from index.records import Filter

DEPTHS = (1, 3, 6, 12)


def rank_of(case: EvalCase, assistant: Assistant) -> int | None:
    """The rank, from 1, of the first sentence that stands in a gold quote or holds one; None if there is none."""
    library, seen = assistant.library(), Filter(until=case.as_of)
    scope = read_scope(case.question, today=library.newest(seen))
    hits = findings.search(case.question, scope, seen, assistant.settings.passages, library)
    quotes = [plain(quote) for quote in case.quotes]
    for rank, found in enumerate(library.ranker.rank(case.question, hits, scope), start=1):
        text = plain(found.sentence.text)
        if any(text in quote or quote in text for quote in quotes):
            return rank
    return None


def main() -> None:
    """Rank for every question and print the shares."""
    parser = argparse.ArgumentParser(prog="benchmarks.sentence_ranking", description="Rank the sentences that answer.")
    parser.add_argument("questions", type=Path, help="JSON lines with gold quotes")
    parser.add_argument("--index", type=Path, default=Path(".index"), help="folder of the index; default: .index")
    parser.add_argument("--split", choices=SPLITS, help="only this half")
    parser.add_argument("--without", action="append", default=[], choices=sorted(evidence.WEIGHTS), help="leave out")
    options = parser.parse_args()
    for name in options.without:
        evidence.WEIGHTS[name] = 0.0
    cases = [
        c for c in select(read_cases(options.questions), split=options.split)
        if c.answerable and c.quotes and not c.history
    ]  # fmt: skip
    with Assistant.open(settings=read_settings({"index": str(options.index)})) as assistant:
        ranks = [rank_of(case, assistant) for case in cases]
    found = [rank for rank in ranks if rank]
    shares = {f"hits_at_{depth}": round(sum(r <= depth for r in found) / len(ranks), 3) for depth in DEPTHS}
    print(json.dumps({"n": len(ranks), **shares, "mrr": round(sum(1 / r for r in found) / len(ranks), 3)}))


if __name__ == "__main__":
    main()
