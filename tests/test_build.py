"""Indexing runs: only what changed is read, whatever was reported stays, and the next start repairs the rest."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from fakes import FakeEmbedder, fake_settings

from index.build import WINDOW, build
from index.build_reading import Known, Pause, Reading
from index.corpus import Corpus
from index.corpus_file import FILE
from index.errors import IndexBroken, IndexLocked, IndexOutdated, IndexUnwritable, SettingsError
from index.records import BuildProgress, BuildReport
from index.retrieve import Retriever
from index.store import VectorStore
from index.vector import Vectors

SETTINGS = fake_settings()


class Runs:
    """Indexing runs of one folder of articles into one index, with one embedder."""

    def __init__(self, tmp_path: Path) -> None:
        self.articles, self.index = tmp_path / "articles", tmp_path / "index"
        self.articles.mkdir()
        self.embedder = FakeEmbedder()

    def write(self, name: str, text: str) -> Path:
        path = self.articles / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *paths: Path, **flags: object) -> BuildReport:
        return build(self.index, paths or [self.articles], **{"settings": SETTINGS, "embedder": self.embedder} | flags)  # type: ignore[arg-type]

    def counts(self, *paths: Path, **flags: object) -> tuple[int, int, int, int]:
        report = self.run(*paths, **flags)
        return report.added, report.updated, report.unchanged, report.removed

    def titles(self) -> list[str]:
        with Corpus.open(self.index) as corpus:
            return sorted(article.source.title for article in corpus.articles())

    def search(self, question: str) -> list[str]:
        with Corpus.open(self.index, SETTINGS) as corpus, VectorStore.open(self.index, corpus) as store:
            hits = Retriever(corpus, store, self.embedder, SETTINGS).search(question)
            assert store.uses_chroma
            assert corpus.facts().vectors == corpus.facts().passages
            return [hit.passage.text for hit in hits]


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    runs = Runs(tmp_path)
    runs.write("kyiv.txt", "Kyiv was shelled\n\nFifteen people were hurt in Kyiv on Saturday night.")
    runs.write("swap.txt", "A swap took place\n\nEach side handed over 307 prisoners of war.")
    return runs


# -- what is new, changed, gone --


def test_a_second_run_does_nothing(runs: Runs) -> None:
    report = runs.run()
    assert (report.added, report.updated, report.unchanged, report.removed) == (2, 0, 0, 0)
    assert report.passages == runs.embedder.embedded == 2
    assert report.failures == ()
    assert report.seconds > 0
    before = {path: path.stat().st_mtime_ns for path in runs.index.rglob("*") if path.suffix != ".lock"}
    assert runs.counts() == (0, 0, 2, 0)
    assert runs.embedder.embedded == 2
    after = {path: path.stat().st_mtime_ns for path in runs.index.rglob("*") if path.suffix != ".lock"}
    assert {path: at for path, at in after.items() if path.name != f"{FILE}-shm"} == {
        path: at for path, at in before.items() if path.name != f"{FILE}-shm"
    }


def test_a_changed_file_is_replaced_and_found_by_its_new_words_only(runs: Runs) -> None:
    runs.run()
    runs.write("swap.txt", "A swap took place\n\nEach side handed over 303 captives.")
    assert runs.counts() == (0, 1, 1, 0)
    assert any("303" in text for text in runs.search("captives"))
    assert not any("307" in text for text in runs.search("prisoners"))


def test_paragraphs_that_did_not_change_are_not_embedded_again(runs: Runs) -> None:
    paragraphs = [f"Paragraph {n} tells of village {n}. " + f"It has {n} houses and a well. " * 20 for n in range(5)]
    runs.write("long.txt", "\n\n".join(paragraphs))
    runs.run()
    embedded = runs.embedder.embedded
    runs.write("long.txt", "\n\n".join([*paragraphs[:4], paragraphs[4] + " And a bridge."]))
    assert runs.counts() == (0, 1, 2, 0)
    assert 1 <= runs.embedder.embedded - embedded <= 2


def test_files_with_the_same_text_are_two_articles_embedded_once(runs: Runs) -> None:
    runs.write("copy.txt", (runs.articles / "swap.txt").read_text())
    assert runs.counts() == (3, 0, 0, 0)
    assert runs.embedder.embedded == 2


def test_only_prune_drops_what_vanished_and_only_under_the_paths(runs: Runs) -> None:
    other = runs.articles.parent / "other"
    other.mkdir()
    (other / "far.txt").write_text("Far away\n\nNothing happened in the far north.")
    assert runs.counts(runs.articles, other) == (3, 0, 0, 0)
    (runs.articles / "kyiv.txt").unlink()
    (other / "far.txt").unlink()
    assert runs.counts() == (0, 0, 1, 0)
    assert len(runs.titles()) == 3
    assert runs.counts(prune=True) == (0, 0, 1, 1)
    assert runs.titles() == ["A swap took place", "Far away"]
    assert runs.counts(other, prune=True) == (0, 0, 0, 1)
    assert runs.counts(runs.articles / "kyiv.txt", prune=True) == (0, 0, 0, 0)
    assert runs.titles() == ["A swap took place"]
    assert runs.search("prisoners of war") == ["A swap took place\n\nEach side handed over 307 prisoners of war."]


def test_a_file_that_cannot_be_read_any_more_is_neither_lost_nor_pruned(runs: Runs) -> None:
    runs.run()
    (runs.articles / "kyiv.txt").write_bytes(b"")
    report = runs.run(prune=True)
    assert [Path(failure.location).name for failure in report.failures] == ["kyiv.txt"]
    assert (report.unchanged, report.removed) == (2, 0)
    assert "Kyiv was shelled" in runs.titles()


def rows(*texts: str) -> str:
    return "\n".join(json.dumps({"id": n, "title": f"Row {n}", "text": text}) for n, text in enumerate(texts) if text)


def test_in_a_file_of_many_articles_only_the_changed_ones_are_embedded(runs: Runs) -> None:
    one, two, three = ("The bridge was mined.", "The dam broke.", "The road was closed.")
    runs.write("rows.jsonl", rows(one, two, three))
    assert runs.counts() == (5, 0, 0, 0)
    embedded = runs.embedder.embedded
    runs.write("rows.jsonl", rows(one, "The dam held.", "", "The port was hit."))
    assert runs.counts() == (1, 1, 3, 1)
    assert runs.embedder.embedded == embedded + 2
    assert not any("road" in text for text in runs.search("road closed"))


def test_what_could_not_be_read_in_a_file_is_told_every_time(runs: Runs) -> None:
    runs.write("rows.jsonl", rows("The bridge was mined.") + '\n{"broken\n')
    first, second = runs.run(), runs.run()
    assert first.failures == second.failures != ()
    assert (second.added, second.unchanged) == (0, 3)


def test_field_names_are_part_of_what_a_file_is(runs: Runs) -> None:
    path = runs.write("table.csv", "day,story\n2025-05-24,The bridge was mined.\n")
    assert runs.run(path).failures != ()
    assert runs.counts(path, fields={"story": "text"}) == (1, 0, 0, 0)
    assert runs.counts(path, fields={"story": "text"}) == (0, 0, 1, 0)
    assert runs.counts(path) == (0, 0, 1, 0)
    assert runs.counts(path, fields={"story": "text", "day": "published"}) == (0, 1, 0, 0)
    with pytest.raises(SettingsError):
        runs.run(path, fields={"story": "nonsense"})


def test_progress_counts_what_is_written(runs: Runs) -> None:
    for n in range(2 * WINDOW):
        runs.write(f"{n:03}.txt", f"Village {n}\n\nVillage {n} is free, said its mayor number {n}.")
    told: list[BuildProgress] = []
    report = runs.run(progress=told.append)
    assert report.added == 2 * WINDOW + 2
    assert told[0].done == 0
    assert told[-1].done == told[-1].total == told[-1].articles == report.added
    assert [p.done for p in told] == sorted(p.done for p in told)
    assert told[-1].passages == report.passages
    assert {Path(p.current).name for p in told if p.current} == {path.name for path in runs.articles.iterdir()}


def test_articles_are_written_while_a_slow_source_is_waited_for(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    import index.build_reading as reading

    fetch, written, monkey = reading.fetch, threading.Event(), monkeypatch.setattr  # type: ignore[attr-defined]

    def slow_fetch(item, settings):  # type: ignore[no-untyped-def]
        if item.location.endswith("swap.txt"):
            assert written.wait(20), "the first article was not written before the second was there"
        return fetch(item, settings)

    monkey(reading, "fetch", slow_fetch)
    monkey(reading, "PAUSE", 0.05)
    report = runs.run(progress=lambda progress: written.set() if progress.articles else None)
    assert report.added == 2


def test_nothing_found_is_a_report_not_an_error(runs: Runs, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert runs.run(tmp_path / "empty").added == 0
    report = runs.run(tmp_path / "nowhere")
    assert [failure.location for failure in report.failures] == [str(tmp_path / "nowhere")]
    assert runs.titles() == []


# -- starting anew --


def test_other_settings_need_a_rebuild_and_get_it(runs: Runs) -> None:
    runs.run()
    other = fake_settings(chunk_tokens=64)
    with pytest.raises(IndexOutdated, match="--rebuild"):
        runs.run(settings=other)
    assert runs.counts(settings=other, rebuild=True) == (2, 0, 0, 0)
    assert runs.embedder.embedded == 4
    assert runs.counts(settings=other) == (0, 0, 2, 0)
    with Corpus.open(runs.index, other) as corpus:
        assert corpus.facts().vectors == corpus.facts().passages == 2


def test_a_mistyped_path_does_not_cost_the_index(runs: Runs, tmp_path: Path) -> None:
    runs.run()
    assert runs.counts(tmp_path / "typo", rebuild=True) == (0, 0, 0, 0)
    assert len(runs.titles()) == 2


def test_a_damaged_index_is_made_anew_by_rebuild_only(runs: Runs) -> None:
    runs.run()
    (runs.index / FILE).write_bytes(b"junk" * 10_000)
    with pytest.raises(IndexBroken, match="--rebuild"):
        runs.run()
    assert runs.counts(rebuild=True) == (2, 0, 0, 0)
    assert len(runs.search("prisoners of war in Kyiv")) == 2


# -- what goes wrong --


def test_an_index_that_is_being_written_is_locked(runs: Runs) -> None:
    entered, leave = threading.Event(), threading.Event()

    class Slow(FakeEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            entered.set()
            assert leave.wait(20)
            return super().embed_passages(texts)

    thread = threading.Thread(target=lambda: runs.run(embedder=Slow()))
    thread.start()
    assert entered.wait(20)
    with pytest.raises(IndexLocked, match="another process is writing"):
        runs.run()
    leave.set()
    thread.join()
    assert runs.counts() == (0, 0, 2, 0)


def test_a_place_that_cannot_be_an_index_is_named(runs: Runs, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(IndexUnwritable, match="--index"):
            build(place, [runs.articles], settings=SETTINGS, embedder=runs.embedder)


def test_an_interrupt_leaves_what_was_reported(runs: Runs) -> None:
    for n in range(3 * WINDOW):
        runs.write(f"{n:03}.txt", f"Village {n}\n\nVillage {n} is free, said its mayor.")
    reported: list[str] = []

    def interrupt(progress: BuildProgress) -> None:
        reported.append(progress.current)
        if progress.articles == WINDOW:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.run(progress=interrupt)
    assert len(runs.titles()) == WINDOW
    assert runs.counts() == (2 * WINDOW + 2, 0, WINDOW, 0)
    assert len(runs.search("prisoners of war")) == 10


def test_a_fault_in_the_reading_thread_ends_the_run(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr("index.build_reading.fetch", fault)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    with pytest.raises(RuntimeError, match="broke off"):
        runs.run()


def test_reading_stops_when_it_is_left(runs: Runs) -> None:
    for n in range(200):
        runs.write(f"{n}.txt", f"Village {n} is free.")
    reading = Reading([runs.articles], settings=SETTINGS, embedder=runs.embedder, known=Known())
    with reading as events:
        assert not isinstance(next(events), Pause)
    reading._thread.join(5)
    assert not reading._thread.is_alive()


# -- in other processes --

INDEXER = """
import os, resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from fakes import FakeEmbedder, fake_settings
from index.build import build
from index.errors import CorpusError

def index():
    try:
        report = build(
            Path(sys.argv[1]), [sys.argv[2]], settings=fake_settings(), embedder=FakeEmbedder(),
            progress=lambda p: print(p.current, flush=True),
        )
        print("end", report.failures, flush=True)
    except CorpusError as error:
        print(type(error).__name__, error, flush=True)
"""

# Imports what takes seconds once, then forks a process for every run that is asked for.
FORKING_INDEXER = (
    INDEXER
    + """
import chromadb, llama_index.core.node_parser
for line in sys.stdin:
    if not (child := os.fork()):
        index()
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("dead", flush=True)
"""
)


def start(runs: Runs, code: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, str(runs.index), str(runs.articles), str(Path(__file__).parent)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_whatever_was_reported_survives_kill_9_and_the_next_start_repairs(runs: Runs) -> None:
    for n in range(250):
        runs.write(f"{n:03}.txt", f"Village {n}\n\nVillage {n} is free, said its mayor{' at last' * (n % 40)}.")
    moments = random.Random(1)
    reported: set[str] = set()
    with start(runs, FORKING_INDEXER) as indexer:
        assert indexer.stdin is not None
        assert indexer.stdout is not None
        for round_ in range(6):
            print("go", file=indexer.stdin, flush=True)
            lines = iter(indexer.stdout.readline, "dead\n")
            told = [line.strip() for line, _ in zip(lines, range(moments.randrange(1, 120)), strict=False)]
            child = next(int(line) for line in told if line.isdecimal())
            if round_ > 2:  # wait for the vector index to be written
                told += [line.strip() for line in lines if line.endswith("swap.txt\n")][:1]
                time.sleep(moments.uniform(0, 0.3))
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            told += [line.strip() for line in lines]
            reported |= {line for line in told if line.startswith("/")}
            with Corpus.open(runs.index, SETTINGS) as corpus:
                assert reported <= {str(article.source.path) for article in corpus.articles()}
        indexer.stdin.close()
    assert len(reported) > 50
    question = runs.embedder.embed_question("village mayor")
    with Corpus.open(runs.index, SETTINGS) as corpus:
        with VectorStore.open(runs.index, corpus) as store:
            found = store.nearest(question, 20)
            assert store.uses_chroma
        with VectorStore(corpus) as store:
            exact = store.nearest(question, 20)
        assert [cosine for _, cosine in found] == [cosine for _, cosine in exact]
    runs.run()
    with Corpus.open(runs.index, SETTINGS) as corpus:
        assert corpus.facts().articles == corpus.facts().vectors == 252


def test_a_full_disk_is_named_and_what_was_reported_stays(runs: Runs) -> None:
    """A limit on the size of a file stands in for a full disk: writing fails in the middle of the run."""
    for n in range(100):
        runs.write(f"{n:03}.txt", f"Village {n}\n\n" + f"Village {n} is free, said its mayor number {n}. " * 60)
    code = (
        "from index.load_language import language_of\n"
        "language_of('It writes a temporary file when it is first asked, which is not what is tested. ' * 9, None)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))\nindex()"
    )
    with start(runs, INDEXER + code) as indexer:
        assert indexer.stdout is not None
        *reported, last = indexer.stdout.read().strip().splitlines()
    assert last.startswith("IndexUnwritable ")
    assert repr(str(runs.index / FILE)) in last
    with Corpus.open(runs.index, SETTINGS) as corpus:
        held = {str(article.source.path) for article in corpus.articles()}
    assert 0 < len(held) < 100
    assert set(filter(None, reported)) <= held
    assert runs.counts()[0] == 102 - len(held)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_named(runs: Runs) -> None:
    runs.index.mkdir()
    runs.index.chmod(0o555)
    with pytest.raises(IndexUnwritable, match="--index"):
        runs.run()


def test_a_thousand_unchanged_articles_cost_nothing(runs: Runs) -> None:
    for n in range(1_000):
        runs.write(f"{n:04}.txt", f"Village {n}\n\nVillage {n} is free.")
    assert runs.run().added == 1_002
    began = time.monotonic()
    heavy = "{'chromadb', 'llama_index', 'onnxruntime', 'nupunkt', 'trafilatura'}"
    with start(runs, f"{INDEXER}\nindex()\nprint({heavy} & sys.modules.keys())") as indexer:
        assert indexer.stdout is not None
        assert indexer.stdout.read().endswith("end ()\nset()\n")
    assert time.monotonic() - began < 3
