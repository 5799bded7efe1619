"""How much of the embedder's own speed an indexing run reaches, measured on the same passages in one run.

    python -m benchmarks.index_speed [--articles 300] [--rounds 3] [PATH...]

Indexes PATH, or articles it makes up, into an empty folder, then embeds the very same passages with nothing around it,
then lets ONNX Runtime do it as it is mostly used, and again from an empty folder, so that all are measured whether the
machine is quick or slow at the time. Prints one line of JSON:

- `index_seconds`, `index_per_second`: the whole runs: reading, cutting, figures, embedding, writing, the vector index;
- `bare_seconds`, `bare_per_second`: the embedder alone, given all passages at once; `bare_spread` is by how much the
  slowest round was slower than the fastest, a sign of how quiet the machine was;
- `share`: the rate of the whole runs over that of the embedder alone, 0..1, of all rounds together: the bar is 0.9;
  `shares` by round. `share_cold` counts the libraries' import as well, which takes the same few seconds for one article
  and for a million;
- `runtime_seconds`, `runtime_per_second`, `share_of_runtime`: the same against ONNX Runtime as it is mostly used
  (benchmarks/usual_runtime.py): the same model file in one session that spreads each operation over as many threads,
  the passages sorted by length, in padded batches of 32, tokenized, too. It is what one would have without our
  embedder, which is the faster of the two, so the bar is not measured by it;
- `unchanged_seconds`: a second run over the same files; `search_ms`: median of twenty questions, `embed_ms` of it the
  embedding of the question.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from assistant.settings import read_settings
from assistant.weights import Weights
from benchmarks.usual_runtime import UsualRuntime
from index.corpus import Corpus
from index.embed import Embedder, MiniLM
from index.settings import IndexSettings

PLACES = ("Kyiv", "Kharkiv", "Odesa", "Donetsk", "Mariupol", "Sumy", "Kherson", "Istanbul", "Khartoum", "Goma", "Gaza")
WHO = ("officials", "the ministry", "residents", "a spokesman", "two diplomats", "the mayor", "aid workers", "the army")
DEEDS = (
    "confirmed that {n} people had been brought home",
    "said the road to {p} was open again",
    "denied reports of shelling near {p}",
    "counted {n} houses damaged in the night",
    "called for talks in {p} before the end of the month",
    "reported that {n} vehicles had left for {p}",
    "expected further exchanges of prisoners in the coming days",
)


def made_up_article(number: int) -> str:
    """About 350 words of news-like sentences, no two articles alike."""
    chance = random.Random(number)
    sentences = []
    for _ in range(chance.randrange(18, 30)):
        deed = chance.choice(DEEDS).format(n=chance.randrange(2, 9_000), p=chance.choice(PLACES))
        sentences.append(f"In {chance.choice(PLACES)}, {chance.choice(WHO)} {deed}, after a day of fighting.")
        if chance.random() < 0.3:
            sentences[-1] += "\n"
    return f"Report {number} from {chance.choice(PLACES)}\n\n" + " ".join(sentences)


def measure(
    paths: list[Path],
    embedder: Embedder,
    usual: UsualRuntime,
    settings: IndexSettings,
    folder: Path,
    rounds: int,
) -> dict[str, Any]:
    """Index and embed the same in both ways, in turns; index again, ask."""
    began = time.perf_counter()
    import chromadb  # noqa: F401  (counted apart: a price paid once, whatever the number of articles)
    import llama_index.core.node_parser  # noqa: F401

    from index.build import build

    imports = time.perf_counter() - began
    embedder.embed_passages(["warm up"] * 8)
    usual.embed(["warm up"] * 8)
    indexing, bare, runtime = [], [], []
    for turn in range(rounds):
        home = folder / str(turn)
        began = time.perf_counter()
        report = build(home, paths, settings=settings, embedder=embedder)
        indexing.append(time.perf_counter() - began)
        with Corpus.open(home, settings) as corpus:
            homes = corpus.homes(corpus.wordings())
            texts = [p.text for p in corpus.passages(names[0] for names in homes.values()).values()]
        began = time.perf_counter()
        embedder.embed_passages(texts)
        bare.append(time.perf_counter() - began)
        began = time.perf_counter()
        usual.embed(texts)
        runtime.append(time.perf_counter() - began)
    began = time.perf_counter()
    build(home, paths, settings=settings, embedder=embedder)
    unchanged = time.perf_counter() - began
    searching, asking = _questions(home, embedder, settings)
    return {
        "articles": report.added,
        "passages": report.passages,
        "embedded": len(texts),
        "bare_seconds": round(sum(bare), 2),
        "bare_spread": round(max(bare) / min(bare) - 1, 3),
        "bare_per_second": round(rounds * len(texts) / sum(bare), 1),
        "index_seconds": round(sum(indexing), 2),
        "index_per_second": round(rounds * len(texts) / sum(indexing), 1),
        "share": round(sum(bare) / sum(indexing), 3),
        "shares": [round(alone / whole, 3) for alone, whole in zip(bare, indexing, strict=True)],
        "share_cold": round(sum(bare) / (sum(indexing) + rounds * imports), 3),
        "runtime_seconds": round(sum(runtime), 2),
        "runtime_per_second": round(rounds * len(texts) / sum(runtime), 1),
        "share_of_runtime": round(sum(runtime) / sum(indexing), 3),
        "unchanged_seconds": round(unchanged, 2),
        "search_ms": round(searching * 1_000, 1),
        "embed_ms": round(asking * 1_000, 1),
    }


def _questions(home: Path, embedder: Embedder, settings: IndexSettings) -> tuple[float, float]:
    """Median seconds of a search, and of embedding its question."""
    from index.retrieve import Retriever
    from index.store import VectorStore

    questions = [f"How many people were brought home from {place} so far?" for place in PLACES]
    searches, embeddings = [], []
    with Corpus.open(home, settings) as corpus, VectorStore.open(home, corpus) as store:
        retriever = Retriever(corpus, store, embedder, settings)
        retriever.search(questions[0])
        for question in (questions * 2)[:20]:
            began = time.perf_counter()
            embedder.embed_question(question)
            embeddings.append(time.perf_counter() - began)
            began = time.perf_counter()
            retriever.search(question)
            searches.append(time.perf_counter() - began)
    return statistics.median(searches), statistics.median(embeddings)


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--articles", type=int, default=300, help="made-up articles, if no path is given")
    parser.add_argument("--rounds", type=int, default=3, help="how often both are measured (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    files = Weights(read_settings().models_folder()).embedder()
    embedder = MiniLM(files.onnx, files.tokenizer, threads=arguments.threads)
    usual = UsualRuntime(files.onnx, files.tokenizer, arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        paths = arguments.paths
        if not paths:
            paths = [Path(folder) / "articles"]
            paths[0].mkdir()
            for number in range(arguments.articles):
                (paths[0] / f"{number:05}.txt").write_text(made_up_article(number), encoding="utf-8")
        rounds = max(1, arguments.rounds)
        print(json.dumps(measure(paths, embedder, usual, IndexSettings(), Path(folder) / "index", rounds)))


if __name__ == "__main__":
    main()
