"""The corpus file: what goes in comes out, whatever is asked of it, and what its errors say."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder, fake_settings, make_article, make_entry

from index.corpus import Corpus, wording_of
from index.corpus_file import FILE, mapped_errors
from index.corpus_writer import CorpusWriter, Entry
from index.errors import IndexBroken, IndexLocked, IndexMissing, IndexOutdated, IndexUnwritable
from index.lexical import match_expression, terms
from index.records import Article, Failure, Filter

SETTINGS = fake_settings()
EMBEDDER = FakeEmbedder()


MAY = make_article(
    "Each side released 390 people on Friday. Another 307 followed on Saturday.",
    title="Second stage",
    outlet="Kyiv Daily",
    published=date(2025, 5, 24),
)
MARCH = make_article("Each side released 175 prisoners.", title="Swap", outlet="Wire", published=date(2025, 3, 19))
UNDATED = make_article("Farmers harvested wheat\0 near the “front”. Ünïcode 交換.", title="Harvest")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with CorpusWriter.create(tmp_path, SETTINGS) as corpus:
        for article in (MARCH, UNDATED, MAY):
            corpus.put(f"{article.source.title}.txt", make_entry(article))
            corpus.finish(f"{article.source.title}.txt", "digest")
    return tmp_path


@pytest.fixture
def corpus(folder: Path) -> Iterator[Corpus]:
    with Corpus.open(folder, SETTINGS) as corpus:
        yield corpus


def ids(article: Article) -> list[str]:
    return [passage.id for passage in make_entry(article).passages]


def passage_ids(corpus: Corpus) -> set[str]:
    return {name for names in corpus.homes(corpus.wordings()).values() for name in names}


def test_what_goes_in_comes_out(corpus: Corpus) -> None:
    for article in (MARCH, UNDATED, MAY):
        entry = make_entry(article)
        assert corpus.article(article.id) == article
        assert corpus.sentences(article.id) == entry.sentences
        assert corpus.passages(ids(article)) == {passage.id: passage for passage in entry.passages}
        for passage in entry.passages:
            wording = wording_of(passage.text)
            assert corpus.passage(passage.id) == passage
            np.testing.assert_allclose(corpus.vectors([wording])[wording], entry.vectors[wording], atol=5e-4)
            assert corpus.cosines(entry.vectors[wording], [passage.id]) == {passage.id: pytest.approx(1, abs=1e-5)}
    assert [article.source.title for article in corpus.articles()] == ["Second stage", "Swap", "Harvest"]


def test_what_is_not_there_is_none_or_left_out(corpus: Corpus) -> None:
    assert corpus.article("none") is None
    assert corpus.passage("none") is None
    assert corpus.passages(["none", *ids(MAY)]).keys() == set(ids(MAY))
    assert corpus.vectors(["none"]) == corpus.homes(["none"]) == {}
    assert corpus.cosines(EMBEDDER.embed_question("x"), ["none"]) == {}
    assert corpus.sentences("none") == ()


def test_sentences_of_a_stretch_are_those_that_overlap_it(corpus: Corpus) -> None:
    first, second = make_entry(MAY).sentences
    assert corpus.sentences(MAY.id, first.start, first.end) == (first,)
    assert corpus.sentences(MAY.id, first.end, second.start) == ()
    assert corpus.sentences(MAY.id, first.end - 1, second.start + 1) == (first, second)


def test_facts(corpus: Corpus) -> None:
    facts = corpus.facts()
    assert (facts.articles, facts.passages, facts.sentences, facts.undated) == (3, 3, 5, 1)
    assert (facts.oldest, facts.newest) == (date(2025, 3, 19), date(2025, 5, 24))
    assert facts.outlets == ("Kyiv Daily", "Wire")
    assert facts.fingerprint == SETTINGS.fingerprint()
    assert facts.vectors == 0


def test_the_corpus_hash_depends_on_the_articles_alone(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with CorpusWriter.create(other, SETTINGS) as writer, Corpus.open(folder) as corpus:
        for article in (MAY, MARCH):
            writer.put("elsewhere", make_entry(article))
        assert writer.facts().corpus_hash != corpus.facts().corpus_hash
        writer.put("elsewhere", make_entry(UNDATED))
        assert writer.facts().corpus_hash == corpus.facts().corpus_hash


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (Filter(), [MAY, MARCH, UNDATED]),
        (Filter(since=date(2025, 3, 19)), [MAY, MARCH]),
        (Filter(since=date(2025, 3, 20)), [MAY]),
        (Filter(until=date(2025, 5, 23)), [MARCH]),
        (Filter(since=date(2025, 5, 24), until=date(2025, 5, 24)), [MAY]),
        (Filter(outlets=("KYIV daily ", "none")), [MAY]),
        (Filter(outlets=("wire",), since=date(2025, 5, 1)), []),
    ],
)
def test_filters(corpus: Corpus, filter: Filter, expected: list[Article]) -> None:
    wanted = {passage_id for article in expected for passage_id in ids(article)}
    wordings = corpus.wordings()
    allowed = corpus.allowed(filter)
    assert {name for names in corpus.homes(wordings, filter).values() for name in names} == wanted
    assert (wordings if allowed is None else allowed) == corpus.homes(wordings, filter).keys()
    found = {passage_id for passage_id, _ in corpus.lexical("released harvested", 10, filter)}
    assert found == wanted
    assert corpus.newest(filter) == max((a.source.published for a in expected if a.source.published), default=None)


def test_words_are_found_by_stem_in_text_and_title_best_first(corpus: Corpus) -> None:
    assert [name for name, _ in corpus.lexical("Which prisoner was releasing?", 10)] == [*ids(MARCH), *ids(MAY)]
    assert [name for name, _ in corpus.lexical("harvest", 10)] == ids(UNDATED)
    assert [name for name, _ in corpus.lexical("unicode", 10)] == ids(UNDATED)  # without the dots
    assert all(score > 0 for _, score in corpus.lexical("prisoners stage harvest", 10))
    assert len(corpus.lexical("released harvest", 1)) == 1
    assert corpus.lexical("tanks", 10) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "", "   ", "how many so far", '"', "'", '""" OR 1', "NOT(a b)", "body:tank AND", "a* ^b -c +d", "(((", "\0",
        "{title body}: x", "; DROP TABLE articles; --", "' OR 1=1 --", "\ud800 surrogate", "👩‍🚀", "_", "%_",
        "x" * 100_000, "word " * 9_999,
    ],
)  # fmt: skip
def test_no_question_is_query_syntax(corpus: Corpus, hostile: str) -> None:
    assert corpus.lexical(hostile, 10) == []
    assert corpus.facts().articles == 3


def test_terms_of_a_question() -> None:
    assert terms("How many of the 1,000 U.S. prisoners' names, so far?") == ("1,000", "u.s", "prisoners", "names")
    assert match_expression("Kyiv OR NOT Kyiv") == '"kyiv"'
    assert len(terms(" ".join(f"w{n}" for n in range(1000)))) == 64


def test_putting_an_article_again_replaces_it_everywhere(folder: Path) -> None:
    edited = make_article("Each side released 303 people.", title="Second stage", published=date(2025, 5, 25))
    with CorpusWriter.create(folder, SETTINGS) as corpus:
        before = corpus.generation()
        corpus.put("Second stage.txt", make_entry(edited))
        assert corpus.generation() > before
        assert corpus.article(MAY.id) == edited
        assert passage_ids(corpus) == {*ids(edited), *ids(MARCH), *ids(UNDATED)}
        assert corpus.lexical("Friday", 10) == []
        assert [name for name, _ in corpus.lexical("303", 10)] == ids(edited)
        assert corpus.facts().sentences == 4
        assert corpus.forget("Second stage.txt") == 1
        assert corpus.facts().articles == 2
        assert corpus.files().keys() == {"Swap.txt", "Harvest.txt"}
        assert len(corpus.wordings()) == 4
        corpus.sweep()
        assert len(corpus.wordings()) == 2
        assert corpus.matrix()[0] == sorted(corpus.wordings())
        assert passage_ids(corpus) == {*ids(MARCH), *ids(UNDATED)}
    with sqlite3.connect(folder / FILE) as connection:  # FTS5's own check that index and texts agree
        connection.execute("INSERT INTO lexical (lexical, rank) VALUES ('integrity-check', 1)")


def test_one_wording_has_one_vector_and_an_unknown_one_is_refused(folder: Path) -> None:
    copy = make_article(MAY.text, title="Wire copy", outlet="Other")
    with CorpusWriter.create(folder, SETTINGS) as corpus:
        known = corpus.wordings()
        corpus.put("copy.txt", replace(make_entry(copy), vectors={}))
        assert corpus.wordings() == known
        (wording,) = make_entry(MAY).vectors
        assert sorted(corpus.homes([wording])[wording]) == sorted([*ids(MAY), *ids(copy)])
        assert corpus.covered([wording]) == 2
        with pytest.raises(IndexBroken):
            corpus.put("new.txt", replace(make_entry(make_article("Never embedded.")), vectors={}))


def test_a_file_is_finished_with_its_last_article_its_failures_and_without_what_is_gone(folder: Path) -> None:
    failure = Failure(location="rows.jsonl", reason="line 3 is broken")
    with CorpusWriter.create(folder, SETTINGS) as corpus:
        corpus.finish(
            "rows.jsonl", "abc", failures=[failure], gone=[MAY.id], last=make_entry(make_article("New.", key="n"))
        )
        assert corpus.files()["rows.jsonl"] == ("abc", (failure,))
        assert corpus.article(MAY.id) is None
        assert list(corpus.article_hashes()["rows.jsonl"]) == [make_article("New.", key="n").id]


def test_a_transaction_that_fails_leaves_nothing(folder: Path) -> None:
    entry = make_entry(make_article("One. Two.", key="x"))
    twice = replace(entry, passages=entry.passages * 2)
    with CorpusWriter.create(folder, SETTINGS) as corpus:
        before = corpus.facts(), corpus.generation()
        with pytest.raises(IndexBroken):
            corpus.put("x.txt", twice)
        assert (corpus.facts(), corpus.generation()) == before
        assert corpus.lexical("Two", 10) == []


def test_a_reader_sees_what_a_writer_commits_and_threads_may_share_it(folder: Path) -> None:
    with CorpusWriter.create(folder, SETTINGS) as writer, Corpus.open(folder, SETTINGS) as corpus:
        writer.put("new.txt", make_entry(make_article("Fresh news of tanks.", key="new")))
        found: list[int] = []
        threads = [
            threading.Thread(target=lambda: found.extend(len(corpus.lexical("tanks", 5)) for _ in range(20)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [1] * 80


# -- what goes wrong --


def test_nothing_indexed(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="assistant index PATH"):
        Corpus.open(tmp_path)
    (tmp_path / FILE).touch()
    with pytest.raises(IndexMissing):
        Corpus.open(tmp_path)
    sqlite3.connect(tmp_path / FILE).executescript("PRAGMA journal_mode = WAL; CREATE TABLE x (y); DROP TABLE x")
    with pytest.raises(IndexMissing):
        Corpus.open(tmp_path)


def test_other_settings_are_refused_with_the_command_that_rebuilds(folder: Path) -> None:
    for opening in (Corpus.open, CorpusWriter.create):
        with pytest.raises(IndexOutdated, match="assistant index --rebuild PATH"):
            opening(folder, fake_settings(chunk_tokens=100))
    with Corpus.open(folder) as corpus, CorpusWriter.create(folder, fake_settings(pool=7)) as same:
        assert corpus.facts() == same.facts()


def test_starting_anew_takes_on_other_settings_and_goes_on_counting(folder: Path) -> None:
    other = fake_settings(chunk_tokens=100)
    with CorpusWriter.create(folder, other, rebuild=True) as corpus:
        before = corpus.identity(), corpus.generation()
        assert corpus.facts().articles == 3
        corpus.start_anew(other)
        assert corpus.facts().articles == corpus.facts().passages == corpus.facts().sentences == 0
        assert corpus.lexical("released", 10) == []
        assert corpus.identity() != before[0]
        assert corpus.generation() > before[1]
    Corpus.open(folder, other).close()


def test_a_newer_version_is_refused_even_to_rebuild(folder: Path) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    with pytest.raises(IndexOutdated, match=r"newer version.*upgrade"):
        Corpus.open(folder)
    with pytest.raises(IndexOutdated, match="newer version"):
        CorpusWriter.create(folder, SETTINGS, rebuild=True)


@pytest.mark.parametrize(
    "damage", [lambda b: b"junk" * 5_000, lambda b: b[: len(b) // 2], lambda b: b[:4096] + b"\xff" * 30_000]
)
def test_a_damaged_file_is_named_and_can_be_rebuilt(folder: Path, damage) -> None:  # type: ignore[no-untyped-def]
    (folder / FILE).write_bytes(damage((folder / FILE).read_bytes()))
    with pytest.raises(IndexBroken, match="--rebuild"), Corpus.open(folder, SETTINGS) as corpus:
        corpus.matrix()
        list(corpus.articles())
    with CorpusWriter.create(folder, SETTINGS, rebuild=True) as corpus:
        corpus.start_anew(SETTINGS)
        corpus.put("a", make_entry(MAY))
        assert corpus.facts().articles == 1


def test_two_writers(folder: Path) -> None:
    with CorpusWriter.create(folder, SETTINGS) as one, CorpusWriter.create(folder, SETTINGS) as two:
        two._connection.execute("PRAGMA busy_timeout = 10")
        with one._transaction(), pytest.raises(IndexLocked, match="another process"):
            two.forget("Swap.txt")
        assert two.forget("Swap.txt") == 1


def test_a_full_disk_is_named_and_loses_nothing(folder: Path) -> None:
    big = make_article("word " * 100_000, key="big")
    with CorpusWriter.create(folder, SETTINGS) as corpus:
        ((pages,),) = corpus._rows("PRAGMA page_count")
        corpus._rows(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(IndexUnwritable, match="the disk is full"):
            corpus.put("big.txt", Entry(article=big, passages=(), sentences=(), vectors={}))
        assert corpus.facts().articles == 3


def test_errors_are_mapped_by_their_code(tmp_path: Path) -> None:
    expected = {
        "SQLITE_FULL": IndexUnwritable,
        "SQLITE_READONLY_DBMOVED": IndexUnwritable,
        "SQLITE_CANTOPEN_ISDIR": IndexUnwritable,
        "SQLITE_IOERR_WRITE": IndexUnwritable,
        "SQLITE_IOERR_READ": IndexBroken,
        "SQLITE_BUSY_SNAPSHOT": IndexLocked,
        "SQLITE_CORRUPT_VTAB": IndexBroken,
        "SQLITE_NOTADB": IndexBroken,
        "SQLITE_SOMETHING_NEW": IndexBroken,
    }
    for name, kind in expected.items():
        error = sqlite3.OperationalError("what SQLite says")
        error.sqlite_errorname = name
        with pytest.raises(kind, match="what SQLite says") as raised, mapped_errors(tmp_path / FILE):
            raise error
        assert repr(str(tmp_path / FILE)) in str(raised.value)
        assert "\n" not in str(raised.value)


@pytest.fixture
def open_to_others(tmp_path: Path) -> Iterator[Path]:
    """tmp_path, reachable for another user, too: pytest keeps its folders closed."""
    closed = [(folder, folder.stat().st_mode) for folder in (tmp_path, *tmp_path.parents) if folder.owner() == "root"]
    closed = [(folder, mode) for folder, mode in closed if not mode & 0o001]
    for folder, mode in closed:
        folder.chmod(mode | 0o001)
    yield tmp_path
    for folder, mode in closed:
        folder.chmod(mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_a_folder_that_may_not_be_written_can_be_asked(open_to_others: Path, folder: Path) -> None:
    folder.chmod(0o555)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from index.corpus import Corpus; from index.corpus_writer import CorpusWriter\n"
        "from index.settings import IndexSettings; from index.errors import IndexUnwritable\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "print(Corpus.open(Path(sys.argv[1])).facts().articles)\n"
        "try: CorpusWriter.create(Path(sys.argv[1]), IndexSettings(), rebuild=True).start_anew(IndexSettings())\n"
        "except IndexUnwritable as error: print('mend its rights' in str(error))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    assert ran.stdout.split() == ["3", "True"], ran.stderr
