"""The corpus: one SQLite file that holds everything an index knows, and the only thing in it that cannot be made again.

Articles, their passages and sentences (as offsets), the passages' vectors, and a full-text index over passages. Here it
is read; `index.corpus_writer` writes it, `index.corpus_file` knows its tables and its errors.

Vectors are kept as float16: half the size (768 bytes), and the rounding moves a cosine by less than 0.0005, where int8
weights have already moved it by 0.008. They belong to wordings, not to passages: a vector depends on a text alone, so what
many articles repeat, wire copies and closing lines, is embedded, stored and compared once. It also keeps Chroma sound: its
graph of neighbours breaks where hundreds of vectors are the same (recall@10 .61 instead of 1.00 with three closing lines
repeated 700 times each among 2,011 passages).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np

from index import corpus_queries as queries
from index.corpus_figures import from_row
from index.corpus_file import FILE, SCHEMA_VERSION, Connection, mapped_errors, open_reading
from index.errors import CorpusError, IndexBroken, IndexMissing, IndexOutdated, IndexUnwritable
from index.figures import Figure
from index.lexical import match_expression
from index.records import Article, CorpusFacts, Filter, Listed, Passage, Sentence, Source
from index.settings import IndexSettings
from index.store_marker import last_count
from index.vector import Vector, Vectors

VECTORS_FOLDER = "vectors"  # where the vector index lives, beside the corpus
# Of a word in the title against one in the passage, in BM25. Recall@10 of 500 questions on 2,011 passages of news: .540
# for 0, .556 for 0.5, .555 for 1, .538 for 2.
TITLE_WEIGHT = 1.0
ALL = Filter()


class Corpus:
    """A corpus opened for reading. Threads may share it; other processes may read and write beside it."""

    def __init__(self, path: Path, connection: Connection) -> None:
        self.path = path
        self._connection = connection
        self._one_at_a_time = threading.RLock()

    @classmethod
    def open(cls, folder: Path, settings: IndexSettings | None = None) -> Self:
        """Open the corpus in `folder` for reading; with settings, check that it was made with such.

        Raises IndexMissing, IndexOutdated, IndexBroken, IndexUnwritable (no right to read), IndexLocked.
        """
        path = folder / FILE
        missing = IndexMissing(f"nothing is indexed in {str(folder)!r}: run `assistant index PATH...` first")
        try:
            if not path.is_file() or not path.stat().st_size:
                raise missing
        except PermissionError as error:
            raise IndexUnwritable(f"index folder {str(folder)!r} cannot be read: mend its rights") from error
        corpus = cls(path, open_reading(path))
        try:
            if not corpus.has_schema():
                raise missing
            corpus.check(settings)
        except CorpusError:
            corpus.close()
            raise
        return corpus

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._one_at_a_time:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what it is --

    def has_schema(self) -> bool:
        """Whether anything was ever written: an indexing run killed in its first moments leaves an empty file."""
        return bool(self._rows("SELECT 1 FROM sqlite_master WHERE name = 'meta'"))

    def check(self, settings: IndexSettings | None) -> None:
        """Raise IndexOutdated unless this version, and these settings, can use the corpus."""
        meta = self.meta()
        found = meta.get("schema", "")
        if not found.isdecimal():
            raise IndexBroken(f"index {str(self.path)!r} is damaged: run `assistant index --rebuild PATH...`")
        if int(found) > SCHEMA_VERSION:
            raise IndexOutdated(
                f"index {str(self.path)!r} was made by a newer version (schema {found}; this one: {SCHEMA_VERSION}): "
                "upgrade, or name another folder with --index"
            )
        if int(found) < SCHEMA_VERSION or (settings is not None and meta.get("fingerprint") != settings.fingerprint()):
            raise IndexOutdated(
                f"index {str(self.path)!r} was made with other settings or by an older version: "
                "run `assistant index --rebuild PATH...`"
            )

    def meta(self) -> dict[str, str]:
        """The corpus about itself: schema, fingerprint, identity, generation."""
        return {str(name): str(value) for name, value in self._rows("SELECT name, value FROM meta")}

    def identity(self) -> str:
        """A random name given at birth: two corpora never share one."""
        return self.meta().get("identity", "")

    def generation(self) -> int:
        """A number that grows with every change of the corpus."""
        return int(self.meta().get("generation", "0"))

    def facts(self) -> CorpusFacts:
        """What the corpus holds; `vectors` as the vector index last reported it, without opening it."""
        meta = self.meta()
        articles, oldest, newest, undated, passages, sentences = self._rows(queries.COUNTS)[0]
        digest = sha256()
        for (content_hash,) in self._rows("SELECT content_hash FROM articles ORDER BY content_hash"):
            digest.update(f"{content_hash}\n".encode())
        return CorpusFacts(
            articles=articles,
            passages=passages,
            sentences=sentences,
            outlets=self.outlets(),
            oldest=_day(oldest),
            newest=_day(newest),
            undated=undated,
            corpus_hash=digest.hexdigest(),
            fingerprint=meta.get("fingerprint", ""),
            vectors=last_count(self.path.parent / VECTORS_FOLDER, meta.get("identity", "")),
        )

    # -- articles, passages, sentences --

    def article(self, article_id: str) -> Article | None:
        """One article, None if it is not (or no longer) there."""
        rows = self._rows(queries.ARTICLE, {"article": article_id})
        return _article(rows[0]) if rows else None

    def file_hash(self, article_id: str) -> str | None:
        """SHA-256 of the bytes the article was read from, or None if there is no such article or no digest was noted."""
        rows = self._rows(queries.DIGEST, {"article": article_id})
        return (rows[0][0].partition("+")[0] or None) if rows else None

    @property
    def empty(self) -> bool:
        """Whether it holds no article."""
        return not self._rows("SELECT 1 FROM articles LIMIT 1")

    def articles(self) -> Iterator[Article]:
        """Every article, the newest first, the undated last, read one at a time."""
        for (article_id,) in self._rows(queries.NEWEST_FIRST):
            if article := self.article(article_id):
                yield article

    def listed(self, containing: str = "", limit: int = 200) -> tuple[Listed, ...]:
        """Articles without their texts, the newest first; those whose title or outlet contains the words."""
        words = re.sub(r"([!%_])", r"!\1", containing.strip())
        values = {"words": f"%{words}%" if words else None, "limit": limit}
        return tuple(
            Listed(id=row[0], source=_source(row[1:8]), passages=row[8]) for row in self._rows(queries.LISTED, values)
        )

    def location(self, article_id: str) -> str | None:
        """The path or address an article was read from, None if it is not there."""
        rows = self._rows(queries.LOCATION, {"article": article_id})
        return str(rows[0][0]) if rows else None

    def counted_most(self, limit: int = 12) -> tuple[tuple[frozenset[str], str], ...]:
        """What most articles count, as kinds of people and what happened to them (see index/figures.py)."""
        rows = self._rows(queries.COUNTED_MOST, {"limit": limit})
        return tuple((frozenset(kinds.split()), action) for kinds, action in rows)

    def passages(self, ids: Iterable[str]) -> dict[str, Passage]:
        """Passages by id; those that are not there are left out."""
        return {
            row[0]: Passage(
                id=row[0], article_id=row[1], start=row[2], end=row[3], text=row[4], source=_source(row[5:])
            )
            for row in self._rows(queries.PASSAGES, {"ids": json.dumps(list(ids))})
        }

    def passage(self, passage_id: str) -> Passage | None:
        """One passage, None if it is not (or no longer) there."""
        return self.passages([passage_id]).get(passage_id)

    def sentences(self, article_id: str, start: int = 0, end: int | None = None) -> tuple[Sentence, ...]:
        """The sentences of an article that overlap its characters `start` to `end` (exclusive; None: to its end)."""
        beyond = 2**62 if end is None else end
        rows = self._rows(queries.SENTENCES, {"article": article_id, "start": start, "beyond": beyond})
        article = self.article(article_id) if rows else None
        if article is None:
            return ()
        source, text = article.source, article.text
        return tuple(
            Sentence(article_id=article_id, source=source, ordinal=n, start=first, end=last, text=text[first:last])
            for n, first, last in rows
        )

    def figures(self, article_id: str) -> tuple[Figure, ...]:
        """The figures of an article, as they were read when it was indexed; none if it is not there."""
        with self._one_at_a_time:  # the rows and their sentences of one state of the article
            rows = self._rows(queries.FIGURES, {"article": article_id})
            sentences = {s.ordinal: s for s in self.sentences(article_id)} if rows else {}
        try:
            return tuple(from_row(row, sentences) for row in rows)
        except KeyError as error:
            raise IndexBroken(
                f"index {str(self.path)!r} is damaged (a figure of sentence {error} of {article_id!r}, which is not "
                "there): run `assistant index --rebuild PATH...`"
            ) from error

    def ledger(self, filter: Filter = ALL) -> Iterator[Figure]:
        """The figures of all articles a filter lets through, the newest articles first, read one article at a time."""
        for (article_id,) in self._rows(queries.LEDGER, _bounds(filter)):
            yield from self.figures(article_id)

    # -- searching --

    def lexical(self, question: str, limit: int, filter: Filter = ALL) -> list[tuple[str, float]]:
        """Passage ids and BM25 scores (above 0, higher is closer) of the passages that share a word with the question.

        Words are compared by their English stem, stop words left out; those of the title count, too. Best
        first, ties by id. BM25 as SQLite's FTS5 computes it (k1 = 1.2, b = 0.75; Robertson & Zaragoza 2009).
        """
        if not (words := match_expression(question)):
            return []
        values = {"words": words, "limit": limit, "title_weight": TITLE_WEIGHT}
        query = queries.LEXICAL if filter == ALL else queries.LEXICAL_ALLOWED
        rows = self._rows(query, values if filter == ALL else values | _bounds(filter))
        found = [(passage_id, -score) for passage_id, score in rows if score < 0]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def sentences_of(self, passage_ids: Iterable[str]) -> dict[str, list[str]]:
        """Passage id -> the texts of its sentences, in order; passages that are not there are left out."""
        found: dict[str, list[str]] = {}
        for passage_id, text in self._rows(queries.SENTENCES_OF_PASSAGES, {"ids": json.dumps(list(passage_ids))}):
            found.setdefault(passage_id, []).append(text)
        return found

    def outlets(self) -> tuple[str, ...]:
        """Every outlet there is, in alphabetical order."""
        rows = self._rows("SELECT DISTINCT outlet FROM articles WHERE outlet IS NOT NULL ORDER BY outlet")
        return tuple(outlet for (outlet,) in rows)

    def newest(self, filter: Filter = ALL) -> date | None:
        """The newest publication date among the articles a filter lets through."""
        return _day(self._rows(queries.NEWEST, _bounds(filter))[0][0])

    # -- vectors, one a wording: a text that many passages have is stored, and compared, once --

    def wordings(self) -> set[str]:
        """All wordings that have a vector."""
        return {row[0] for row in self._rows("SELECT wording FROM embeddings")}

    def allowed(self, filter: Filter) -> frozenset[str] | None:
        """The wordings of the passages a filter lets through; None if it lets everything through."""
        if filter == ALL:
            return None
        return frozenset(row[0] for row in self._rows(queries.ALLOWED, _bounds(filter)))

    def homes(self, wordings: Iterable[str], filter: Filter = ALL) -> dict[str, list[str]]:
        """Wording -> ids of the passages that have it and that a filter lets through."""
        values = {"wordings": json.dumps(list(wordings))}
        query = queries.HOMES if filter == ALL else queries.HOMES_ALLOWED
        found: dict[str, list[str]] = {}
        for passage_id, wording in self._rows(query, values if filter == ALL else values | _bounds(filter)):
            found.setdefault(wording, []).append(passage_id)
        return found

    def covered(self, wordings: Iterable[str]) -> int:
        """How many passages have one of these wordings."""
        return int(self._rows(queries.COVERED, {"wordings": json.dumps(list(wordings))})[0][0])

    def vectors(self, wordings: Iterable[str]) -> dict[str, Vector]:
        """Wording -> vector, float32 of length 1; those that are not there are left out."""
        return _vectors(self._rows(queries.VECTORS, {"wordings": json.dumps(list(wordings))}))

    def matrix(self) -> tuple[list[str], Vectors]:
        """All wordings, sorted, and their vectors, row for row: float32 [wordings, dimensions], in one snapshot."""
        rows = self._rows(queries.MATRIX)
        return [wording for wording, _ in rows], _matrix([blob for _, blob in rows])

    def cosines(self, vector: Vector, passage_ids: Iterable[str]) -> dict[str, float]:
        """Passage id -> cosine (-1..1) with a vector of length 1; passages that are not there are left out."""
        return {name: cosines[0] for name, cosines in self.all_cosines((vector,), passage_ids).items()}

    def all_cosines(self, vectors: Sequence[Vector], passage_ids: Iterable[str]) -> dict[str, tuple[float, ...]]:
        """Passage id -> its cosine with each of `vectors` (one or more); passages that are not there are left out.

        Summed in float64 and rounded, so that the same two vectors have the same cosine, however they were found.
        """
        rows = self._rows(queries.VECTORS_OF_PASSAGES, {"ids": json.dumps(list(passage_ids))})
        if not rows:
            return {}
        cosines = _matrix([blob for _, blob in rows]).astype(np.float64) @ np.stack(vectors).astype(np.float64).T
        bounded = np.clip(np.round(cosines, 6), -1.0, 1.0).tolist()
        return {passage_id: tuple(row) for (passage_id, _), row in zip(rows, bounded, strict=True)}

    def _rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        with self._one_at_a_time, mapped_errors(self.path):
            return self._connection.execute(query, values).fetchall()


def fold(outlet: str) -> str:
    """An outlet's name as it is compared: without case and outer blanks."""
    return outlet.strip().casefold()


def _bounds(filter: Filter) -> dict[str, str | None]:
    """A filter as the values of _LET_THROUGH."""
    return {
        "since": None if filter.since is None else filter.since.isoformat(),
        "until": None if filter.until is None else filter.until.isoformat(),
        "outlets": json.dumps([fold(outlet) for outlet in filter.outlets]) if filter.outlets else None,
    }


def wording_of(text: str) -> str:
    """What stands for a text where only its vector matters: 32 hex digits."""
    return sha256(text.encode()).hexdigest()[:32]


def _vectors(rows: Sequence[tuple[Any, ...]]) -> dict[str, Vector]:
    matrix = _matrix([blob for _, blob in rows])
    return {name: matrix[i] for i, (name, _) in enumerate(rows)}


def _matrix(blobs: Sequence[bytes]) -> Vectors:
    """float16 rows -> float32 [rows, dimensions], scaled to length 1 again after the rounding."""
    if not blobs:
        return np.zeros((0, 0), np.float32)
    matrix = np.frombuffer(b"".join(blobs), "<f2").reshape(len(blobs), -1).astype(np.float32)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
    return matrix


def _source(row: Sequence[Any]) -> Source:
    title, outlet, author, url, path, published, language = row
    day = _day(published)
    return Source(title=title, outlet=outlet, author=author, url=url, path=path, published=day, language=language)


def _article(row: Sequence[Any]) -> Article:
    return Article(id=row[0], source=_source(row[1:8]), text=row[8], content_hash=row[9])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
