"""The ledger: figures are written with their article, come back as they were read, and go with it."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeEmbedder, fake_settings, make_article, make_entry
from fakes_page import open_assistant

from index.build import build
from index.corpus import Corpus
from index.corpus_file import FILE, SCHEMA_VERSION
from index.corpus_writer import CorpusWriter
from index.errors import IndexBroken, IndexOutdated
from index.figures import read_figures
from index.records import Filter

SETTINGS = fake_settings()
TEXT = """“It is done,” the mayor of Alba said. “In just two days, 697 people have been brought home.”

Between 20 and 30 houses near Alba were destroyed on Friday, and dozens of people fled.
Each side released 307 prisoners, in exchange for 1.5 million euros."""
SWAP = make_article(TEXT, title="Swap", outlet="Wire", published=date(2025, 5, 24))
FLOOD = make_article("The flood killed 12 people.", title="Flood", outlet="Daily", published=date(2025, 5, 20))
QUIET = make_article("It was quiet in Alba.", title="Quiet", published=date(2025, 5, 25))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with CorpusWriter.create(tmp_path, SETTINGS) as corpus:
        for article in (SWAP, FLOOD, QUIET):
            corpus.put(article.source.title, make_entry(article))
    return tmp_path


def make_old(folder: Path) -> None:
    """Turn an index into one of the first schema, which had no ledger."""
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("DROP TABLE figures")
        connection.execute("UPDATE meta SET value = '1' WHERE name = 'schema'")


def test_figures_come_back_as_they_were_read(folder: Path) -> None:
    with Corpus.open(folder, SETTINGS) as corpus:
        read = read_figures(corpus.sentences(SWAP.id))
        assert corpus.figures(SWAP.id) == read
    assert len(read) >= 4
    assert {figure.speaker for figure in read} > {None}
    assert {figure.place for figure in read} > {None}


def test_an_article_without_figures_and_one_that_is_not_there_have_none(folder: Path) -> None:
    with Corpus.open(folder) as corpus:
        assert corpus.figures(QUIET.id) == corpus.figures("nobody") == ()


def test_figures_are_replaced_with_their_article_and_go_with_it(folder: Path) -> None:
    with CorpusWriter.create(folder, SETTINGS) as corpus:
        corpus.put("Flood", make_entry(make_article("The flood killed 15 people.", title="Flood")))
        assert [figure.value for figure in corpus.figures(FLOOD.id)] == [15]
        corpus.forget("Flood")
        corpus.forget("Swap")
        assert corpus.figures(FLOOD.id) == ()
        assert list(corpus.ledger()) == []


def test_the_ledger_keeps_to_the_filter_newest_first(folder: Path) -> None:
    def titles(**bounds: object) -> list[str]:
        with Corpus.open(folder) as corpus:
            figures = corpus.ledger(Filter(**bounds))  # type: ignore[arg-type]
            return list(dict.fromkeys(figure.sentence.source.title for figure in figures))

    assert titles() == ["Swap", "Flood"]
    assert titles(until=date(2025, 5, 20)) == ["Flood"]
    assert titles(since=date(2025, 5, 21)) == ["Swap"]
    assert titles(outlets=("WIRE",)) == ["Swap"]


def test_an_index_without_a_ledger_says_how_to_make_one(folder: Path) -> None:
    make_old(folder)
    for opened in (Corpus.open, CorpusWriter.create):
        with pytest.raises(IndexOutdated, match=r"older version: run `assistant index --rebuild PATH...`$"):
            opened(folder, SETTINGS)


def test_an_index_without_a_ledger_can_be_rebuilt(tmp_path: Path) -> None:
    articles, index = tmp_path / "articles", tmp_path / "index"
    articles.mkdir()
    (articles / "swap.txt").write_text("A swap\n\nThey exchanged 307 prisoners.", encoding="utf-8")
    build(index, [articles], settings=SETTINGS, embedder=FakeEmbedder())
    make_old(index)
    with pytest.raises(IndexOutdated):
        build(index, [articles], settings=SETTINGS, embedder=FakeEmbedder())
    report = build(index, [articles], settings=SETTINGS, embedder=FakeEmbedder(), rebuild=True)
    assert report.added == 1
    with Corpus.open(index, SETTINGS) as corpus:
        assert [figure.value for figure in corpus.ledger()] == [307]
        assert corpus.meta()["schema"] == str(SCHEMA_VERSION)
        assert corpus.facts().vectors == corpus.facts().passages == 1
        assert corpus.lexical("prisoners", 5)


def test_a_mistyped_path_does_not_cost_the_old_index(folder: Path, tmp_path: Path) -> None:
    make_old(folder)
    build(folder, [tmp_path / "nowhere"], settings=SETTINGS, embedder=FakeEmbedder(), rebuild=True)
    with sqlite3.connect(folder / FILE) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (3,)


def test_a_row_that_points_nowhere_is_damage(folder: Path) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("UPDATE figures SET sentence = 99")
    with Corpus.open(folder) as corpus, pytest.raises(IndexBroken, match="--rebuild"):
        corpus.figures(SWAP.id)


def test_a_total_that_is_merely_repeated_stays_a_total_over_time(tmp_path: Path) -> None:
    office = "The Coordination Headquarters for the Treatment of Prisoners of War"
    (tmp_path / "total.md").write_text(
        f"---\ntitle: Prisoner exchange\ndate: 2025-06-10\noutlet: Desk\n---\n\n{office} said on 25 May that 5,757 prisoners had "
        f"been exchanged since March 2022. The most recent figure, 5,757 prisoners exchanged, was given by the {office[4:]} on 25 May. "
        "On Sunday 303 prisoners were exchanged.\n",
        encoding="utf-8",
    )
    assistant, _ = open_assistant(tmp_path, [tmp_path / "total.md"])
    with assistant:
        answer = assistant.ask("How many prisoners have been exchanged so far?")
    scopes = [(figure.value, figure.scope) for figure in answer.figures]
    assert scopes.count((5757.0, "total")) == 2
    assert (5757.0, "event") not in scopes
    assert (303.0, "event") in scopes
