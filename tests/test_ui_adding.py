"""Articles that are added on the page: kept, indexed, told one by one, listed, and taken out again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeEmbedder, fake_settings
from fakes_model import ScriptedModel

from assistant import Assistant, examples, ui_limits
from assistant.settings import Settings
from assistant.ui_account import Account
from assistant.ui_intake import MOST_FILES, Intake, Outcome, Pasted
from assistant.ui_talk import Talk
from index.errors import IndexMissing, SettingsError
from index.records import CorpusFacts, Filter, Listed, Source


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    settings = Settings(
        index=str(tmp_path / "index"), models=str(tmp_path), conversations=str(tmp_path / "kept" / "c.sqlite")
    )
    with Assistant.open(settings=settings, model=ScriptedModel(), embedder=FakeEmbedder()) as opened:
        opened.index_settings = fake_settings()
        yield opened


@pytest.fixture
def talk(assistant: Assistant) -> Iterator[Talk]:
    made = Talk(assistant)
    yield made
    made.close()


def written(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_dropped_files_are_told_one_by_one_and_can_be_asked_about(
    talk: Talk, assistant: Assistant, tmp_path: Path
) -> None:
    good = written(
        tmp_path / "in", "good.md", "---\ntitle: Freed\ndate: 2025-05-24\n---\n\nEach side freed 307 people.\n"
    )
    empty = written(tmp_path / "in", "empty.txt", "")
    feed = written(
        tmp_path / "in", "feed.xml", "<rss><channel><item><link>http://127.0.0.1/</link></item></channel></rss>"
    )
    shown = list(talk.add(lambda: talk.intake.files([good, empty, feed]), 3))
    assert shown[-1][1] == ""
    assert [(o.name, o.added) for o in shown[-1][0]] == [("good.md", True), ("empty.txt", False), ("feed.xml", False)]
    assert shown[-1][0][0].line == "1 article added (1 passage)"
    assert ".xml" in shown[-1][0][2].line
    good.unlink()  # the page keeps its own copy
    (hit,) = assistant.search("Who freed 307 people?")
    assert hit.passage.source.title == "Freed"
    assert "Freed" in talk.books()
    assert "all 1 passages are searchable" in talk.health()


def test_the_same_file_twice_is_one_article(talk: Talk, assistant: Assistant, tmp_path: Path) -> None:
    for folder, name in (("a", "one.txt"), ("b", "two.txt")):
        file = written(tmp_path / folder, name, "Each side freed 307 people on Saturday.")
        *_, last = talk.intake.files([file])
        assert last.added
    assert last.line == "is in the index already"
    assert assistant.facts().articles == 1


def test_a_pasted_text_has_the_title_outlet_and_day_given_with_it(talk: Talk, assistant: Assistant) -> None:
    text = "Title: evil\n---\noutlet: no\n---\nEach side freed 307 people."
    pasted = Pasted(text=text, title='"Freed": [x]\n---', outlet="Desk: A", published=date(2025, 5, 24))
    (outcome,) = talk.intake.pasted(pasted)
    assert outcome.added
    (source,) = [article.source for article in assistant.articles()]
    assert (source.title, source.outlet, source.published) == ('"Freed": [x] ---', "Desk: A", date(2025, 5, 24))


def test_what_cannot_be_added_is_told(talk: Talk, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="paste a text"):
        list(talk.intake.pasted(Pasted(text=" \n")))
    with pytest.raises(SettingsError, match="assistant index"):
        list(talk.intake.files([tmp_path / "x.txt"] * (MOST_FILES + 1)))
    with pytest.raises(SettingsError, match="paste a text"):
        list(talk.add(lambda: talk.intake.pasted(Pasted(text="")), 1))
    (refused,) = talk.intake.pasted(Pasted(text="http://127.0.0.1:1/nothing"))
    assert not refused.added


def test_addresses_are_fetched_for_this_machine_only(assistant: Assistant, tmp_path: Path) -> None:
    elsewhere = Intake(assistant, tmp_path / "kept", addresses=False)
    (outcome,) = elsewhere.pasted(Pasted(text=" http://127.0.0.1:1/secret "))
    assert outcome == Outcome(
        name="http://127.0.0.1:1/secret",
        added=False,
        line="addresses are fetched only for the machine that runs the assistant: paste the text",
    )


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "..txt.txt", "/etc/passwd.txt", "a\x00b.txt", "x" * 300 + ".txt", "<b>.txt"]
)
def test_no_name_says_where_a_file_is_kept(assistant: Assistant, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "kept"
    place = Path(Intake(assistant, folder)._kept(name, b"text"))
    assert folder in place.parents
    assert ".." not in place.parts
    assert place.read_bytes() == b"text"


def test_removing_takes_an_article_and_its_kept_file_out_and_it_can_come_back(
    talk: Talk, assistant: Assistant, tmp_path: Path
) -> None:
    file = written(tmp_path / "in", "one.txt", "Each side freed 307 people on Saturday.")
    own = written(tmp_path / "mine", "other.txt", "On Friday each side had freed 390 people.")
    list(talk.intake.files([file]))
    assistant.index([own])
    for article in list(assistant.articles()):
        assert article.source.path
        talk.remove(article.id)
        assert Path(article.source.path).exists() is (article.source.path == str(own))
    assert assistant.facts().articles == 0
    assert assistant.facts().passages == assistant.facts().vectors == 0
    assert not talk.intake.remove("a-second")
    list(talk.intake.files([file]))
    assert assistant.facts().articles == 1


def test_removing_from_no_index_makes_none(assistant: Assistant, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        assistant.remove("x")
    assert not (tmp_path / "index").exists()


def test_the_list_is_searched_by_title_and_outlet_and_never_by_pattern(talk: Talk, assistant: Assistant) -> None:
    for title, outlet in (("100% freed", "Desk A"), ("Nobody freed", "Desk_B")):
        list(talk.intake.pasted(Pasted(text=f"{title} on Saturday.", title=title, outlet=outlet)))
    assert "Nobody" not in talk.books("100%")
    assert "100" not in talk.books("desk_b")
    assert "No title or outlet" in talk.books("%%")


# -- questions to begin with --


def test_examples_are_made_from_what_is_indexed() -> None:
    facts = CorpusFacts(
        articles=3, passages=3, sentences=3, outlets=("Desk A",), oldest=date(2025, 5, 1), newest=date(2025, 5, 24), undated=0,
        corpus_hash="", fingerprint="", vectors=3,
    )  # fmt: skip
    counted = (
        (frozenset({"people"}), "exchanged"),
        (frozenset({"prisoner"}), "exchanged"),
        (frozenset({"child"}), "injured"),
    )
    titles = ("Talks in Istanbul", "Envoys leave Istanbul in May", "Shelling of Sumy")
    listed = [Listed(id=t, source=Source(title=t), passages=1) for t in titles]
    assert examples.examples(facts, counted, listed) == (
        "How many prisoners have been exchanged so far?",
        "How many children were reported injured?",
        "What happened on 24 May 2025?",
        "What is reported about Istanbul?",
        "What does Desk A say about Sumy?",
    )


def test_the_seeds_give_five_examples_and_nothing_gives_none(talk: Talk) -> None:
    talk.assistant.index(sorted((Path(__file__).parent.parent / "seeds").glob("2*.md"))[:6])
    welcome = talk.log(())
    assert welcome.count('data-do="ask"') == 5
    corpus = talk.assistant.library().corpus
    empty = CorpusFacts(
        articles=0, passages=0, sentences=0, outlets=(), oldest=None, newest=None, undated=0, corpus_hash="", fingerprint="",
        vectors=0,
    )  # fmt: skip
    assert examples.examples(empty, corpus.counted_most(), ()) == ()


# -- limits --


def test_limits_are_told_in_words_while_they_are_folded() -> None:
    assert ui_limits.label("", None, " ", []) == ui_limits.NO_LIMITS
    told = ui_limits.label("2025-05-24", "2025-05-01", "", ["Desk A"])
    assert told == "Limits: as of 24 May 2025 · from 1 May 2025 · only Desk A"
    assert "is not a day" in ui_limits.label("soon", "", "", [])
    assert ui_limits.read("", "", "", None) == ui_limits.Limits(filter=Filter())


# -- signing in --


def test_an_account_is_read_from_a_file_and_fits_only_itself(tmp_path: Path) -> None:
    file = written(tmp_path, "password", "correct horse\nmore\n")
    account = Account.read(f"anna:{file}")
    assert account.fits("anna", "correct horse")
    for user, password in (("anna", "correct hors"), ("Anna", "correct horse"), ("", ""), ("anna", "пароль\ud800")):
        assert not account.fits(user, password)
    assert "correct" not in repr(account)


@pytest.mark.parametrize("text", ["anna", "anna:", ":file", "anna:/does/not/exist", "anna:{short}"])
def test_an_account_that_cannot_be_is_told(tmp_path: Path, text: str) -> None:
    short = written(tmp_path, "short", "1234567\n")
    with pytest.raises(SettingsError):
        Account.read(text.format(short=short))
