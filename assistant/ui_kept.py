"""The conversations kept on this machine: one SQLite file, one row an exchange, every row with its owner.

An exchange is written when it is asked and again when it is answered, so two tabs on one conversation lose nothing to
each other. What is kept is the whole record as JSON; a record that this version cannot read is shown as its question.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from assistant.render import one_line
from assistant.ui_conversation import Conversation, Exchange
from index.errors import KeptError

VERSION = 1
TITLE = 80  # characters of a conversation's title
UNREADABLE = "This answer was kept by another version of the assistant and cannot be shown: ask again."
LEFT = "The page was left before the answer came."

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, place TEXT NOT NULL, title TEXT NOT NULL, touched REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS exchanges (
    key TEXT PRIMARY KEY,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    words TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS exchanges_of ON exchanges (conversation);
PRAGMA user_version = {VERSION};
"""
_EXCHANGE = TypeAdapter(Exchange)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One conversation in the list. `touched`: seconds since the epoch."""

    id: str
    title: str
    touched: float


class Kept:
    """The conversations about one index (`place`); an owner sees his own only. Thread-safe. Raises KeptError."""

    def __init__(self, file: Path | None = None, place: str = "") -> None:
        """Open `file`, which is made with its folder; None keeps everything in memory until the end."""
        self._name = "memory" if file is None else str(file)
        self._place = place
        self._lock = threading.Lock()
        with self._told():
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                file.touch(mode=0o600)
            self._rows = sqlite3.connect(file or ":memory:", check_same_thread=False, timeout=10)
            (version,) = self._rows.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise KeptError(f"{self._name!r} was made by a newer version: update, or name another file")
            self._rows.execute("PRAGMA foreign_keys = ON")
            self._rows.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._rows.close()

    def keep(self, owner: str, conversation: str, exchange: Exchange) -> str:
        """Write an exchange into a conversation ("": a new one, named after its question); the conversation's id."""
        body = _EXCHANGE.dump_json(exchange).decode()
        said = exchange.answer.text if exchange.answer else ""
        words = f"{exchange.question}\n{said}".casefold()
        with self._writing() as rows:
            if not self._owned(owner, conversation):
                conversation = uuid4().hex
                rows.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)",
                    (conversation, owner, self._place, _title(exchange.question), time.time()),
                )
            rows.execute("UPDATE conversations SET touched = ? WHERE id = ?", (time.time(), conversation))
            rows.execute(
                "INSERT INTO exchanges VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE"
                " SET question = excluded.question, words = excluded.words, body = excluded.body",
                (exchange.key, conversation, exchange.question, words, body),
            )
        return conversation

    def take_out(self, owner: str, conversation: str, key: str) -> None:
        """Forget one exchange, which was asked anew."""
        with self._writing() as rows:
            if self._owned(owner, conversation):
                rows.execute("DELETE FROM exchanges WHERE key = ? AND conversation = ?", (key, conversation))

    def entries(self, owner: str, containing: str = "") -> tuple[Entry, ...]:
        """The owner's conversations, last used first; only those whose title, questions or answers contain the words."""
        words = one_line(containing).casefold()
        with self._told():
            found = self._rows.execute(
                "SELECT id, title, touched, (SELECT group_concat(words, '\n') FROM exchanges WHERE conversation = id)"
                " FROM conversations WHERE owner = ? AND place = ? ORDER BY touched DESC, rowid DESC",
                (owner, self._place),
            ).fetchall()
        return tuple(
            Entry(id=row[0], title=row[1], touched=row[2])
            for row in found
            if words in row[1].casefold() or words in (row[3] or "")
        )

    def conversation(self, owner: str, conversation: str) -> Conversation | None:
        """What was asked and answered, or None if the owner has no such conversation. None of it is open."""
        with self._told():
            if not self._owned(owner, conversation):
                return None
            found = self._rows.execute(
                "SELECT key, question, body FROM exchanges WHERE conversation = ? ORDER BY rowid", (conversation,)
            ).fetchall()
        return tuple(_read(*row) for row in found)

    def everything(self, owner: str = "") -> tuple[Conversation, ...]:
        """Every conversation, oldest first, of one owner or, for "", of everybody."""
        with self._told():
            found = self._rows.execute(
                "SELECT owner, id FROM conversations WHERE place = ? AND ? IN ('', owner) ORDER BY rowid",
                (self._place, owner),
            ).fetchall()
        return tuple(self.conversation(*row) or () for row in found)

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Give a conversation another title; an empty one leaves it as it is."""
        if title := _title(title):
            with self._writing() as rows:
                rows.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND owner = ?", (title, conversation, owner)
                )

    def delete(self, owner: str, conversation: str) -> None:
        """Forget a conversation and everything in it."""
        with self._writing() as rows:
            rows.execute("DELETE FROM conversations WHERE id = ? AND owner = ?", (conversation, owner))

    def _owned(self, owner: str, conversation: str) -> bool:
        found = self._rows.execute(
            "SELECT 1 FROM conversations WHERE id = ? AND owner = ? AND place = ?", (conversation, owner, self._place)
        )
        return found.fetchone() is not None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._told(), self._rows:
            yield self._rows

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            raise KeptError(
                f"the conversations in {self._name!r} cannot be used ({error}): free space there, or name another file"
                " by ASSISTANT_CONVERSATIONS"
            ) from error


def _title(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= TITLE else line[: TITLE - 2].rsplit(" ", 1)[0] + " …"


def _read(key: str, question: str, body: str) -> Exchange:
    try:
        exchange = _EXCHANGE.validate_json(body)
    except ValidationError:
        return Exchange(question=question, trouble=UNREADABLE, key=key)
    return Exchange(question=question, trouble=LEFT, key=key) if exchange.open else exchange
