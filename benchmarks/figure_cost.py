"""What figures cost: `python -m benchmarks.figure_cost [--articles FOLDER] [--questions FILE] [--json]`.

Two bars, measured in one run on one core of this machine: reading the figures of an article when it is indexed (under 10 ms), and
what time scope, figures and the rules of count questions add to a question (under 300 ms). No model answers anything here. The
search that every question needs, figures or not, is not part of what is added; it is printed beside it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from assistant import Assistant, findings
from assistant.count import read_count
from assistant.library import Library
from assistant.proposals import propose
from assistant.settings import read_settings
from assistant.timescope import read_scope
from index.attribution import attributions
from index.figures import read_figures
from index.records import Filter

BARS = {"article": 10.0, "question": 300.0}  # ms
ROUNDS = 5  # of reading every article; the fastest round counts, for the others also measure the rest of the machine


def summary(samples: Sequence[float]) -> dict[str, float]:
    """Number, median, 90th percentile and the greatest of some milliseconds."""
    ordered = sorted(samples)
    return {
        "n": len(ordered),
        "median": round(statistics.median(ordered), 3),
        "p90": round(ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))], 3),
        "max": round(ordered[-1], 3),
    }


def article_costs(assistant: Assistant) -> tuple[list[float], int]:
    """Milliseconds for the figures of each indexed article, and how many figures they hold."""
    corpus, costs, figures = assistant.library().corpus, [], 0
    for article in assistant.articles():
        sentences = corpus.sentences(article.id)
        figures += len(read_figures(sentences))
        rounds = []
        for _ in range(ROUNDS):
            attributions.cache_clear()  # as cold as an article that was just loaded
            began = time.perf_counter()
            read_figures(sentences)
            rounds.append((time.perf_counter() - began) * 1000)
        costs.append(min(rounds))
    return costs, figures


def question_costs(
    assistant: Assistant, questions: Sequence[tuple[str, date | None]]
) -> tuple[list[float], list[float]]:
    """Milliseconds that figures add to each figure question, and those of every question's search.

    No figure is kept from question to question, nor within one, so that rows are read from the index more often than they are in use.
    """
    added, searched = [], []
    limit = assistant.settings.passages
    library = Library(Path(assistant.settings.index), assistant.embedder(), assistant.index_settings, memory=1)
    for text, as_of in questions:
        seen = Filter(until=as_of)
        newest = library.newest(seen)
        began = time.perf_counter()
        scope = read_scope(text, today=newest)
        count = read_count(text, scope)
        cost = time.perf_counter() - began
        began = time.perf_counter()
        hits = findings.search(text, scope, seen, limit, library)
        ranked = library.ranker.rank(text, hits, scope)
        searched.append((time.perf_counter() - began) * 1000)
        if count is None:
            continue
        began = time.perf_counter()
        findings.state_running_total(text, count, hits, library)
        figures = findings.figures_for(count, hits, library)
        list(propose(text, scope, count, figures, ranked, library))
        findings.figures_over_time(count, hits, library)
        added.append((cost + time.perf_counter() - began) * 1000)
    library.close()
    return added, searched


def main() -> None:
    """Index the articles, read their figures, run the rules of every figure question, print both."""
    parser = argparse.ArgumentParser(prog="benchmarks.figure_cost", description="Time what figures cost.")
    parser.add_argument("--articles", type=Path, default=Path("seeds"), help="folder of articles; default: seeds")
    parser.add_argument(
        "--questions", type=Path, default=Path("seeds/questions.jsonl"), help="JSON lines with 'question'"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = [(r["question"], date.fromisoformat(r["as_of"]) if r.get("as_of") else None) for r in rows]
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"index": folder})
        with Assistant.open(folder, settings=settings) as assistant:
            assistant.index([options.articles])
            costs, figures = article_costs(assistant)
            added, searched = question_costs(assistant, questions)
    found = {"article": summary(costs), "question": summary(added), "search": summary(searched)}
    if options.json:
        print(json.dumps({"figures": figures, "milliseconds": found, "bars": BARS}))
        return
    print(f"{len(costs)} articles with {figures} figures, {len(questions)} questions, {len(added)} of them for figures")
    for name, numbers in found.items():
        bar = f"  bar {BARS[name]:g} (median and 90 %)" if name in BARS else "  what every question needs"
        print(
            f"{name:9} median {numbers['median']:8.2f}  90 % {numbers['p90']:8.2f}  most {numbers['max']:8.2f} ms{bar}"
        )


if __name__ == "__main__":
    main()
