"""Writing the corpus: one transaction an article, so that whatever was reported as indexed is there after any death.

Only the process that holds `corpus.lock` (index/store_lock.py) may open a writer. This module decides nothing: what is
new, changed or gone is found by `index.build`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from index import corpus_queries as queries
from index.corpus import Corpus, fold, wording_of
from index.corpus_figures import to_row
from index.corpus_file import FILE, SCHEMA, SCHEMA_VERSION, mapped_errors, open_writing, statements
from index.errors import CorpusError, IndexBroken, IndexOutdated, IndexUnwritable
from index.figures import Figure
from index.records import Article, Failure, Passage, Sentence
from index.settings import IndexSettings
from index.vector import Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article as it goes into the corpus. `vectors`: by wording, at least those that the corpus does not have."""

    article: Article
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    vectors: Mapping[str, Vector]
    figures: tuple[Figure, ...] = ()


class CorpusWriter(Corpus):
    """A corpus opened for writing."""

    @classmethod
    def create(cls, folder: Path, settings: IndexSettings, *, rebuild: bool = False) -> Self:
        """Open the corpus in `folder` for writing, make it if there is none.

        With `rebuild`, one made with other settings or by an older version is accepted, too, for the caller to empty
        with `start_anew`, and a damaged one is removed. Raises IndexOutdated, IndexBroken, IndexUnwritable, IndexLocked.
        """
        path = folder / FILE
        try:
            return cls._opened(path, settings, rebuild)
        except IndexBroken:
            if not rebuild:
                raise
        try:
            for leftover in (path, path.with_name(f"{FILE}-wal"), path.with_name(f"{FILE}-shm")):
                leftover.unlink(missing_ok=True)
        except OSError as error:
            raise IndexUnwritable(f"damaged index {str(path)!r} cannot be removed ({error.strerror})") from error
        return cls._opened(path, settings, rebuild)

    @classmethod
    def _opened(cls, path: Path, settings: IndexSettings, rebuild: bool) -> Self:
        corpus = cls(path, open_writing(path))
        try:
            if not corpus.has_schema():
                with corpus._transaction():
                    corpus._make(settings)
            try:
                corpus.check(settings)
            except IndexOutdated:
                if not rebuild or int(corpus.meta()["schema"]) > SCHEMA_VERSION:
                    raise
        except CorpusError:
            corpus.close()
            raise
        return corpus

    # -- what is known --

    def files(self) -> dict[str, tuple[str, tuple[Failure, ...]]]:
        """Location -> digest of its bytes and what could not be read in it, of every file read to its end."""
        rows = self._rows("SELECT location, sha256, failures FROM files")
        return {
            location: (digest, tuple(Failure(location=place, reason=reason) for place, reason in json.loads(failures)))
            for location, digest, failures in rows
        }

    def article_hashes(self) -> dict[str, dict[str, str]]:
        """Location -> article id -> content hash, of every article."""
        found: dict[str, dict[str, str]] = {}
        for location, article_id, content_hash in self._rows("SELECT location, id, content_hash FROM articles"):
            found.setdefault(location, {})[article_id] = content_hash
        return found

    # -- writing, one transaction each --

    def start_anew(self, settings: IndexSettings) -> None:
        """Empty the corpus and take on other settings; its generation goes on growing."""
        with self._transaction():
            generation = self.generation()
            older = self.meta()["schema"] != str(SCHEMA_VERSION)
            self._run("DELETE FROM files")
            self._run("DELETE FROM articles")  # and with them all that refers to them
            self._run("DELETE FROM embeddings")
            self._run("DELETE FROM meta")
            self._run("INSERT INTO lexical (lexical) VALUES ('delete-all')")
            if older:
                for kind, name in self._rows(queries.TABLES):
                    self._run(f'DROP {kind} "{name}"')
                self._make(settings, generation)
            else:
                self._describe(settings, generation)

    def put(self, location: str, entry: Entry) -> None:
        """Put one article in, in place of an earlier one with its id."""
        with self._transaction():
            self._take_out([entry.article.id])
            self._put_in(location, entry)

    def finish(
        self,
        location: str,
        digest: str,
        *,
        failures: Sequence[Failure] = (),
        gone: Iterable[str] = (),
        last: Entry | None = None,
    ) -> None:
        """Note that a file was read to its end, take out the articles no longer in it, and put in its last one.

        All in one transaction, so that a file with one article is never there by half.
        """
        with self._transaction():
            self._take_out(gone)
            if last is not None:
                self._take_out([last.article.id])
                self._put_in(location, last)
            noted = json.dumps([[failure.location, failure.reason] for failure in failures])
            self._run("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", location, digest, noted)

    def forget(self, location: str) -> int:
        """Take a file out with all its articles, and say how many there were."""
        with self._transaction():
            ids = [row[0] for row in self._rows("SELECT id FROM articles WHERE location = ?", (location,))]
            self._run("DELETE FROM files WHERE location = ?", location)
            return self._take_out(ids)

    def remove(self, article_id: str) -> bool:
        """Take one article out, and say whether it was there.

        Its file counts as unread from then on, so that whoever adds it once more gets it back.
        """
        with self._transaction():
            location = self.location(article_id)
            self._run("DELETE FROM files WHERE location = ?", location)
            return bool(self._take_out([article_id]))

    def sweep(self) -> None:
        """Drop the vectors of wordings that no passage has any more.

        Not done as articles go: the next article of the same run may bring the wording back, unembedded.
        """
        with self._transaction():
            self._run(queries.UNUSED)

    # -- inside a transaction --

    def _make(self, settings: IndexSettings, generation: int = 0) -> None:
        for statement in statements(SCHEMA):
            self._run(statement)
        self._describe(settings, generation)

    def _describe(self, settings: IndexSettings, generation: int) -> None:
        described = {
            "schema": str(SCHEMA_VERSION),
            "fingerprint": settings.fingerprint(),
            "identity": uuid.uuid4().hex,
            "generation": str(generation),
        }
        for name, value in described.items():
            self._run("INSERT INTO meta VALUES (?, ?)", name, value)

    def _put_in(self, location: str, entry: Entry) -> None:
        article, source = entry.article, entry.article.source
        number = self._run(
            "INSERT INTO articles (id, location, title, outlet, outlet_folded, author, url, path, published, language, "
            "content_hash, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            article.id,
            location,
            source.title,
            source.outlet,
            None if source.outlet is None else fold(source.outlet),
            source.author,
            source.url,
            source.path,
            None if source.published is None else source.published.isoformat(),
            source.language,
            article.content_hash,
            article.text,
        )
        with mapped_errors(self.path):
            self._connection.executemany(
                "INSERT INTO sentences VALUES (?, ?, ?, ?)",
                [(number, sentence.ordinal, sentence.start, sentence.end) for sentence in entry.sentences],
            )
            self._connection.executemany(
                queries.NEW_FIGURE,
                [(number, ordinal, *to_row(figure)) for ordinal, figure in enumerate(entry.figures)],
            )
        for passage in entry.passages:
            wording = wording_of(passage.text)
            if wording in entry.vectors:
                blob = np.asarray(entry.vectors[wording], "<f2").tobytes()
                self._run("INSERT OR IGNORE INTO embeddings VALUES (?, ?)", wording, blob)
            row = self._run(
                "INSERT INTO passages (id, article, start, beyond, text, wording) VALUES (?, ?, ?, ?, ?, ?)",
                passage.id,
                number,
                passage.start,
                passage.end,
                passage.text,
                wording,
            )
            self._run("INSERT INTO lexical (rowid, title, body) VALUES (?, ?, ?)", row, source.title, passage.text)

    def _take_out(self, ids: Iterable[str]) -> int:
        there = 0
        for article_id in ids:
            self._run(  # FTS5 takes a row out by being told the very words it put in
                "INSERT INTO lexical (lexical, rowid, title, body) "
                "SELECT 'delete', p.number, a.title, p.text FROM passages p JOIN articles a ON a.number = p.article "
                "WHERE a.id = ?",
                article_id,
            )
            there += len(self._rows("DELETE FROM articles WHERE id = ? RETURNING 1", (article_id,)))
        return there

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing, also when a signal or an error comes in between; the generation grows with each."""
        with self._one_at_a_time:
            self._run("BEGIN IMMEDIATE")
            try:
                yield
                self._run("UPDATE meta SET value = value + 1 WHERE name = 'generation'")
                self._run("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.rollback()

    def _run(self, statement: str, *values: object) -> int:
        """Run a statement; the row number of an insert."""
        with mapped_errors(self.path):
            return self._connection.execute(statement, values).lastrowid or 0
