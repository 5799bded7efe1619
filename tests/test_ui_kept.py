"""Conversations kept on this machine: nothing lost, nothing shared, nothing open."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fakes_assistant import ARTICLE, SECOND, make_answer, make_refusal

from assistant.records import Removed
from assistant.ui_conversation import Exchange
from assistant.ui_kept import LEFT, UNREADABLE, Kept
from index.errors import KeptError
from index.records import Filter, Hit, Passage

HIT = Hit(
    passage=Passage(id="p", article_id=ARTICLE.id, source=SECOND, start=0, end=11, text=ARTICLE.text[:11]),
    score=1.5, rank=1, why=("lexical",), cosine=0.7, copies=(SECOND,),
)  # fmt: skip
ASKED = Exchange(
    question="Сколько “пленных”?\x00\u202e <b>",
    as_of=date(2025, 5, 24),
    filter=Filter(since=date(2025, 5, 1), outlets=("Desk A",)),
)
ANSWERED = replace(ASKED, answer=make_answer(hits=(HIT,), removed=(Removed(text="a", reason="b"),)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "kept.sqlite"


def test_a_conversation_comes_back_as_it_was(file: Path) -> None:
    kept = Kept(file, "here")
    name = kept.keep("", "", ASKED)
    assert kept.keep("", name, ANSWERED) == name
    refused = Exchange(question="b", answer=make_refusal())
    kept.keep("", name, refused)
    kept.close()
    again = Kept(file, "here")
    assert again.conversation("", name) == (ANSWERED, refused)
    assert [entry.title for entry in again.entries("")] == ["Сколько “пленных”? <b>"]
    again.close()


def test_what_was_not_answered_comes_back_closed(file: Path) -> None:
    kept = Kept(file)
    (back,) = kept.conversation("", kept.keep("", "", ASKED)) or ()
    assert (back.question, back.trouble, back.open) == (ASKED.question, LEFT, False)


def test_nobody_sees_the_conversations_of_another_owner_or_index(file: Path) -> None:
    kept, elsewhere = Kept(file, "here"), Kept(file, "elsewhere")
    name = kept.keep("anna", "", ANSWERED)
    for other, owner in ((kept, "boris"), (kept, ""), (elsewhere, "anna")):
        assert other.conversation(owner, name) is None
        assert other.entries(owner) == ()
        other.take_out(owner, name, ANSWERED.key)
        assert other.keep(owner, name, Exchange(question="mine")) != name
    kept.rename("boris", name, "his")
    kept.delete("boris", name)
    assert kept.conversation("anna", name) == (ANSWERED,)
    assert [entry.title for entry in kept.entries("anna")] != ["his"]


def test_two_tabs_on_one_conversation_lose_nothing(file: Path) -> None:
    left, right = Kept(file), Kept(file)
    name = left.keep("", "", ANSWERED)
    first, second = (Exchange(question=q, answer=make_answer()) for q in ("from the left", "from the right"))
    left.keep("", name, first)
    right.keep("", name, second)
    assert left.conversation("", name) == (ANSWERED, first, second)


def test_the_list_is_searched_renamed_and_shortened() -> None:
    kept = Kept()
    old = kept.keep("", "", Exchange(question="Кто посредничал?", answer=make_answer("The Emirates [1].")))
    new = kept.keep("", "", Exchange(question="long " * 50))
    assert [entry.id for entry in kept.entries("")] == [new, old]
    assert len(kept.entries("")[0].title) <= 80
    for words in ("КТО", "emirates", " посредничал? "):
        assert [entry.id for entry in kept.entries("", words)] == [old]
    assert kept.entries("", "%") == ()
    kept.rename("", old, " Mediators\n ")
    kept.rename("", new, "  ")
    assert [entry.title.split()[0] for entry in kept.entries("")] == ["long", "Mediators"]
    assert [entry.id for entry in kept.entries("", "mediators")] == [old]


def test_deleting_forgets_every_word(file: Path) -> None:
    kept = Kept(file)
    kept.delete("", kept.keep("", "", ANSWERED))
    assert kept.entries("") == ()
    assert sqlite3.connect(file).execute("SELECT count(*) FROM exchanges").fetchone() == (0,)


def test_what_was_asked_anew_is_forgotten() -> None:
    kept = Kept()
    name = kept.keep("", "", ANSWERED)
    kept.take_out("", name, ANSWERED.key)
    assert kept.conversation("", name) == ()


def test_a_record_of_another_version_is_shown_as_its_question(file: Path) -> None:
    kept = Kept(file)
    name = kept.keep("", "", ANSWERED)
    with sqlite3.connect(file) as rows:
        rows.execute("""UPDATE exchanges SET body = '{"question": 7}'""")
    (back,) = kept.conversation("", name) or ()
    assert (back.question, back.trouble, back.key) == (ANSWERED.question, UNREADABLE, ANSWERED.key)


def test_the_file_is_for_its_user_only(file: Path) -> None:
    Kept(file).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("spoil", ["garbage", "newer", "folder"])
def test_a_file_that_cannot_be_used_is_told(file: Path, spoil: str) -> None:
    file.parent.mkdir()
    if spoil == "garbage":
        file.write_bytes(b"no database " * 100)
    elif spoil == "folder":
        file.mkdir()
    else:
        with sqlite3.connect(file) as rows:
            rows.execute("PRAGMA user_version = 99")
    with pytest.raises(KeptError, match="newer version" if spoil == "newer" else "ASSISTANT_CONVERSATIONS"):
        Kept(file)
