"""How much of the embedder's own speed an indexing run reaches, measured on the same passages in one run.

    python -m benchmarks.index_speed [--articles 300] [--fake] [PATH...]

Indexes PATH, or articles it makes up, into an empty folder, then embeds the very same passages with nothing around it,
and prints one line of JSON:

- `bare_seconds`, `bare_per_second`: the embedder alone, given all passages at once, the better of two times after the
  run; `bare_spread` is by how much the other was slower, a sign of how quiet the machine was;
- `index_seconds`, `index_per_second`: the whole run: reading, cutting, embedding, writing, the vector index;
- `share`: the second rate over the first, 0..1: the bar is 0.9. `share_cold` counts the libraries' import as well, which
  takes the same few seconds for one article and for a million;
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

from assistant.settings import read_settings
from assistant.weights import Weights
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


def measure(paths: list[Path], embedder: Embedder, settings: IndexSettings, folder: Path) -> dict[str, float]:
    """Index, embed the same again, index again, ask."""
    began = time.perf_counter()
    import chromadb  # noqa: F401  (counted apart: a price paid once, whatever the number of articles)
    import llama_index.core.node_parser  # noqa: F401

    from index.build import build
    from index.retrieve import Retriever
    from index.store import VectorStore

    imports = time.perf_counter() - began
    embedder.embed_passages(["warm up"] * 8)
    began = time.perf_counter()
    report = build(folder, paths, settings=settings, embedder=embedder)
    index_seconds = time.perf_counter() - began
    with Corpus.open(folder, settings) as corpus, VectorStore.open(folder, corpus) as store:
        homes = corpus.homes(corpus.wordings())
        passages = corpus.passages(names[0] for names in homes.values())
        texts = [passage.text for passage in passages.values()]
        bare = []
        for _ in range(2):
            began = time.perf_counter()
            embedder.embed_passages(texts)
            bare.append(time.perf_counter() - began)
        began = time.perf_counter()
        build(folder, paths, settings=settings, embedder=embedder)
        unchanged = time.perf_counter() - began
        retriever = Retriever(corpus, store, embedder, settings)
        questions = [f"How many people were brought home from {place} so far?" for place in PLACES]
        retriever.search(questions[0])
        searches, embeddings = [], []
        for question in (questions * 2)[:20]:
            began = time.perf_counter()
            embedder.embed_question(question)
            embeddings.append(time.perf_counter() - began)
            began = time.perf_counter()
            retriever.search(question)
            searches.append(time.perf_counter() - began)
    return {
        "articles": report.added,
        "passages": report.passages,
        "embedded": len(texts),
        "bare_seconds": round(min(bare), 2),
        "bare_spread": round(max(bare) / min(bare) - 1, 3),
        "bare_per_second": round(len(texts) / min(bare), 1),
        "index_seconds": round(index_seconds, 2),
        "index_per_second": round(len(texts) / index_seconds, 1),
        "share": round(min(bare) / index_seconds, 3),
        "share_cold": round(min(bare) / (index_seconds + imports), 3),
        "unchanged_seconds": round(unchanged, 2),
        "search_ms": round(statistics.median(searches) * 1_000, 1),
        "embed_ms": round(statistics.median(embeddings) * 1_000, 1),
    }


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--articles", type=int, default=300, help="made-up articles, if no path is given")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    files = Weights(read_settings().models_folder()).embedder()
    embedder = MiniLM(files.onnx, files.tokenizer, threads=arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        paths = arguments.paths
        if not paths:
            paths = [Path(folder) / "articles"]
            paths[0].mkdir()
            for number in range(arguments.articles):
                (paths[0] / f"{number:05}.txt").write_text(made_up_article(number), encoding="utf-8")
        print(json.dumps(measure(paths, embedder, IndexSettings(), Path(folder) / "index")))


if __name__ == "__main__":
    main()
