"""The vector index: used when it can be trusted, made anew when not, and nobody waits for it or is misled by it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder, fake_settings, make_article, make_entry

from index.corpus import VECTORS_FOLDER, Corpus
from index.corpus_writer import CorpusWriter
from index.errors import IndexBroken
from index.records import Filter
from index.store import VectorStore
from index.store_chroma import ChromaFolder
from index.store_lock import FolderLock
from index.store_marker import ASIDE, NAME, VectorMarker, read_marker, set_aside, write_marker

SETTINGS = fake_settings()
EMBEDDER = FakeEmbedder()
QUESTION = EMBEDDER.embed_question("prisoners of village 17")


def put(corpus: CorpusWriter, numbers: range, word: str = "prisoners") -> None:
    for n in numbers:
        article = make_article(
            f"The {word} of village {n} came home{' by bus' * n}.", key=f"village {n}"
        )  # no two alike
        corpus.put(f"{n}.txt", make_entry(article))


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[CorpusWriter]:
    with CorpusWriter.create(tmp_path, SETTINGS) as corpus:
        put(corpus, range(30))
        yield corpus


def ask(corpus: Corpus) -> tuple[list[tuple[str, float]], bool]:
    """The nearest passages by a newly opened store, and whether Chroma found them."""
    with VectorStore.open(corpus.path.parent, corpus) as store:
        return store.nearest(QUESTION, 10), store.uses_chroma


def chroma_folder(corpus: Corpus) -> Path:
    (folder,) = (path for path in (corpus.path.parent / VECTORS_FOLDER).iterdir() if path.is_dir())
    return folder


# -- Chroma alone --


def test_chroma_holds_finds_and_forgets_vectors(tmp_path: Path) -> None:
    texts = {"a": "tanks and drones", "b": "tanks and guns", "c": "wheat and barley"}
    folder = ChromaFolder.open(tmp_path / "x")
    folder.add(list(texts), EMBEDDER.embed_passages(list(texts.values())))
    question = EMBEDDER.embed_question("tanks and drones")
    (first, one), (second, two), (third, _) = folder.query(question, 10)
    assert (first, second, third) == ("a", "b", "c")
    assert one == pytest.approx(1)
    assert two == pytest.approx(2 / 3)
    assert [name for name, _ in folder.query(question, 10, ["c", "b"])] == ["b", "c"]
    assert folder.query(question, 10, []) == folder.query(question, 0) == []
    folder.delete(["b", "none"])
    folder.close()
    again = ChromaFolder.open(tmp_path / "x")
    assert again.ids() == {"a", "c"}
    assert again.healthy(2, question)
    assert not again.healthy(3, question)
    again.close()
    with pytest.raises(IndexBroken):
        again.count()


def test_chroma_takes_more_than_it_can_take_at_once(tmp_path: Path) -> None:
    folder = ChromaFolder.open(tmp_path)
    names = [f"{n}" for n in range(6_000)]
    folder.add(names, np.eye(8, dtype=np.float32)[np.arange(6_000) % 8])
    assert folder.count() == 6_000
    folder.delete(names[:5_900])
    assert folder.count() == 100
    folder.close()


def test_a_folder_with_other_settings_is_refused(tmp_path: Path) -> None:
    import chromadb

    client = chromadb.PersistentClient(str(tmp_path))
    client.create_collection("passages", embedding_function=None, configuration={"hnsw": {"space": "l2"}})
    client.close()  # type: ignore[attr-defined]
    with pytest.raises(IndexBroken, match="other settings"):
        ChromaFolder.open(tmp_path)


# -- the marker --


def test_the_marker_vouches_only_while_it_is_in_place(tmp_path: Path) -> None:
    marker = VectorMarker(folder="abc", corpus="me", generation=3, count=9, passages=12)
    assert read_marker(tmp_path) is None
    write_marker(tmp_path, marker)
    assert read_marker(tmp_path) == marker
    set_aside(tmp_path)
    assert read_marker(tmp_path) is None
    assert read_marker(tmp_path, ASIDE) == marker
    for junk in ("", "{}", "[1]", '{"folder": "../x", "corpus": "me", "generation": 1, "count": 1}', "\0"):
        (tmp_path / NAME).write_text(junk)
        assert read_marker(tmp_path) is None


# -- both ways to the nearest --


def test_chroma_and_the_corpus_itself_rank_alike(corpus: CorpusWriter) -> None:
    lock = FolderLock(corpus.path.parent, "vectors")
    lock.acquire()
    exact, by_chroma = ask(corpus)
    assert not by_chroma
    lock.release()
    found, by_chroma = ask(corpus)
    assert by_chroma
    assert found == exact
    assert [cosine for _, cosine in found] == sorted({cosine for _, cosine in found}, reverse=True)


def test_both_ways_keep_to_what_is_allowed(corpus: CorpusWriter) -> None:
    for n in range(7):
        article = make_article(f"The prisoners of village {n} came home{' by bus' * n}.", key=f"w{n}", outlet="Wire")
        corpus.put(f"w{n}.txt", make_entry(article))
    wire, none = Filter(outlets=("wire",)), Filter(outlets=("none",))
    with VectorStore.open(corpus.path.parent, corpus) as store:
        found = store.nearest(QUESTION, 5, wire)
        assert store.uses_chroma
        assert store.nearest(QUESTION, 5, none) == []
    passages = corpus.passages([name for name, _ in found])
    assert [passage.source.outlet for passage in passages.values()] == ["Wire"] * 5
    with VectorStore(corpus) as store:
        assert store.nearest(QUESTION, 5, wire) == found
        assert store.nearest(QUESTION, 5, none) == store.nearest(QUESTION, 0) == []
        assert len(store.nearest(QUESTION, 100)) == 37
        assert not store.uses_chroma


def test_ties_are_broken_by_id_on_both_ways(tmp_path: Path) -> None:
    with CorpusWriter.create(tmp_path, SETTINGS) as corpus:
        for n in range(20):
            corpus.put("x", make_entry(make_article("The same wire copy.", key=f"{n}")))
        corpus.put("x", make_entry(make_article("The prisoners of village 17.", key="other")))
        (first, *copies), by_chroma = ask(corpus)
        assert by_chroma
        assert first[1] > copies[0][1]
        every = [name for names in corpus.homes(corpus.wordings()).values() for name in names]
        assert [name for name, _ in copies] == [name for name in sorted(every) if name != first[0]][:9]
        with VectorStore(corpus) as store:
            assert store.nearest(QUESTION, 10) == [first, *copies]
        assert corpus.facts().vectors == corpus.facts().passages == 21


def test_an_empty_corpus_has_nothing_near(tmp_path: Path) -> None:
    with CorpusWriter.create(tmp_path, SETTINGS) as corpus:
        assert ask(corpus) == ([], True)
        assert ask(corpus) == ([], True)


# -- keeping in step --


def test_it_follows_the_corpus_without_being_reopened(corpus: CorpusWriter) -> None:
    with VectorStore.open(corpus.path.parent, corpus) as store:
        store.nearest(QUESTION, 1)
        corpus.forget("17.txt")
        corpus.sweep()
        put(corpus, range(30, 33))
        put(corpus, range(5), word="captives")
        fresh = store.nearest(QUESTION, 40)
        assert len(fresh) == corpus.facts().passages == 32
        assert store.nearest(QUESTION, 40) == fresh
        assert store.uses_chroma
        assert corpus.facts().vectors == corpus.facts().passages == 32


def test_what_is_in_step_is_left_alone(corpus: CorpusWriter) -> None:
    with VectorStore(corpus) as store:
        assert store.update()
    before = {path: path.stat().st_mtime_ns for path in (corpus.path.parent / VECTORS_FOLDER).rglob("*")}
    with VectorStore(corpus) as store:
        assert store.update()
    assert {path: path.stat().st_mtime_ns for path in (corpus.path.parent / VECTORS_FOLDER).rglob("*")} == before


def test_only_what_is_missing_is_added(corpus: CorpusWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    with VectorStore(corpus) as store:
        store.update()
    put(corpus, range(30, 32))
    added: list[str] = []
    add = ChromaFolder.add
    monkeypatch.setattr(ChromaFolder, "add", lambda self, ids, rows: (added.extend(ids), add(self, ids, rows)))  # type: ignore[func-returns-value]
    with VectorStore(corpus) as store:
        assert store.update()
    assert len(added) == 2


def test_what_was_taken_in_on_the_way_is_not_added_again(corpus: CorpusWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[str] = []
    add = ChromaFolder.add
    monkeypatch.setattr(ChromaFolder, "add", lambda self, ids, rows: (added.extend(ids), add(self, ids, rows)))  # type: ignore[func-returns-value]
    early = sorted(corpus.wordings())[:20]
    with VectorStore(corpus) as store:
        store.take_in(early)
        assert sorted(added) == early
        assert store.nearest(QUESTION, 10)
        used = [store.uses_chroma]  # not yet: nobody has looked whether it is all there
        assert store.update()
        assert [*used, store.uses_chroma] == [False, True]
        assert sorted(added) == sorted(corpus.wordings())
    found, by_chroma = ask(corpus)
    assert (found, by_chroma) == (VectorStore(corpus).nearest(QUESTION, 10), True)


def test_nothing_is_taken_in_where_another_process_has_chroma(corpus: CorpusWriter) -> None:
    with VectorStore(corpus) as owner:
        assert owner.update()
        put(corpus, range(30, 32))
        with VectorStore(corpus) as store:
            store.take_in(corpus.wordings())
            assert not store.update()
        assert owner.update()
        assert owner.uses_chroma


def test_what_is_damaged_while_it_is_taken_in_is_made_anew(corpus: CorpusWriter) -> None:
    with VectorStore(corpus) as store:
        assert store.update()
    _junk_in_every_file(corpus.path.parent / VECTORS_FOLDER)
    put(corpus, range(30, 32))
    with VectorStore(corpus) as store:
        store.take_in(corpus.wordings())
        assert store.update()
        assert not store.problem
        assert store.uses_chroma
        assert len(store.nearest(QUESTION, 40)) == corpus.facts().passages


def _junk_in_every_file(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"junk" * 100)


def _no_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").unlink()


def _no_marker(folder: Path) -> None:
    (folder.parent / NAME).unlink()


def _marker_of_another_corpus(folder: Path) -> None:
    marker = read_marker(folder.parent)
    assert marker is not None
    write_marker(folder.parent, replace(marker, corpus="other"))


def _wrong_count(folder: Path) -> None:
    marker = read_marker(folder.parent)
    assert marker is not None
    write_marker(folder.parent, replace(marker, count=29, generation=1))


def _no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "damage",
    [_junk_in_every_file, _no_database, _no_marker, _marker_of_another_corpus, _wrong_count, _no_folder],
)
def test_a_damaged_or_foreign_folder_is_made_anew(corpus: CorpusWriter, damage: Callable[[Path], None]) -> None:
    before, _ = ask(corpus)
    old = chroma_folder(corpus)
    damage(old)
    assert ask(corpus) == (before, True)
    assert chroma_folder(corpus) != old
    assert corpus.facts().vectors == 30


def test_a_process_that_dies_while_it_has_chroma_open_half_way_leaves_no_trust(corpus: CorpusWriter) -> None:
    """What a segmentation fault in Chroma does: the marker is aside, and stays there."""
    before, _ = ask(corpus)
    old = chroma_folder(corpus)
    set_aside(old.parent)
    assert corpus.facts().vectors == 30  # what people are told does not flicker
    assert ask(corpus) == (before, True)
    assert chroma_folder(corpus) != old


def test_where_chroma_cannot_be_kept_questions_are_answered_all_the_same(corpus: CorpusWriter) -> None:
    expected, _ = ask(corpus)
    shutil.rmtree(corpus.path.parent / VECTORS_FOLDER)
    (corpus.path.parent / VECTORS_FOLDER).touch()  # a file in place of the folder
    with VectorStore.open(corpus.path.parent, corpus) as store:
        assert store.nearest(QUESTION, 10) == expected
        assert not store.uses_chroma
        assert "cannot be written" in store.problem
        assert not store.update()


def test_stopped_half_way_it_goes_on_there(corpus: CorpusWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.store.BATCH", 10)
    expected = VectorStore(corpus).nearest(QUESTION, 10)
    store = VectorStore(corpus)
    add = ChromaFolder.add

    def add_and_stop(self: ChromaFolder, ids: list[str], rows: np.ndarray) -> None:
        add(self, ids, rows)
        store._stop.set()

    monkeypatch.setattr(ChromaFolder, "add", add_and_stop)
    assert not store.update()
    store.close()
    half = chroma_folder(corpus)
    assert corpus.facts().vectors == 10
    monkeypatch.setattr(ChromaFolder, "add", add)
    with VectorStore(corpus) as store:
        assert store.update()
    assert ask(corpus) == (expected, True)
    assert chroma_folder(corpus) == half
    assert corpus.facts().vectors == 30


HOLDER = """
import sys, time
from pathlib import Path
from index.corpus import Corpus
from index.store import VectorStore
corpus = Corpus.open(Path(sys.argv[1]))
store = VectorStore(corpus)
print(store.update(), flush=True)
store._claim() and store._bring_in_step()
print(store.uses_chroma, flush=True)
time.sleep(60)
"""


def test_another_process_has_it_then_is_killed(corpus: CorpusWriter) -> None:
    folder = corpus.path.parent
    command = [sys.executable, "-c", HOLDER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert [holder.stdout.readline().strip() for _ in range(2)] == ["True", "True"]
        found, by_chroma = ask(corpus)
        assert len(found) == 10
        assert not by_chroma
        with VectorStore(corpus) as store:
            assert store.update()  # in step already: nobody needs to open it
        put(corpus, range(30, 31))
        with VectorStore(corpus) as store:
            assert not store.update()
            assert store.problem == ""  # nothing is wrong, it is only another's
        holder.send_signal(signal.SIGKILL)
    assert ask(corpus) == (VectorStore(corpus).nearest(QUESTION, 10), True)


WRITER = """
import sys
from pathlib import Path
from index.corpus import Corpus
import index.store
index.store.BATCH = 50
store = index.store.VectorStore(Corpus.open(Path(sys.argv[1])))
print("began", flush=True)
print(store.update(), flush=True)
"""


def test_killed_while_it_writes_chroma(tmp_path: Path) -> None:
    with CorpusWriter.create(tmp_path, SETTINGS) as corpus:
        text = " ".join(f"The prisoners of {n % 8} and of {n % 9} and of {n % 11} came home." for n in range(790))
        corpus.put("x", make_entry(make_article(text), fake_settings(chunk_tokens=13)))
        exact = VectorStore(corpus).nearest(QUESTION, 10)
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline().strip() == "began"
            while writer.poll() is None and not list((tmp_path / VECTORS_FOLDER).glob("*/chroma.sqlite3")):
                time.sleep(0.01)
            time.sleep(0.2)
            os.kill(writer.pid, signal.SIGKILL)
        found, by_chroma = ask(corpus)
        assert [cosine for _, cosine in found] == [cosine for _, cosine in exact]
        assert by_chroma
        assert corpus.facts().vectors == 790
