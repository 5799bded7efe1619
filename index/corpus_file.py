"""The corpus as a file: its tables, opening it for reading or writing, and what SQLite's errors mean to a caller.

The only importer of sqlite3. Its errors leave as errors of `index.errors`, by the table `_ERRORS`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import CorpusError, IndexBroken, IndexLocked, IndexUnwritable

Connection = sqlite3.Connection

FILE = "corpus.sqlite"
SCHEMA_VERSION = 2
PATIENCE = 10.0  # seconds to wait for another connection's short transaction

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- A file or URL as it was when it was read to its end; `failures`: JSON, what in it could not be read.
CREATE TABLE files (location TEXT PRIMARY KEY, sha256 TEXT NOT NULL, failures TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE articles (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    location TEXT NOT NULL,            -- of the file or URL it came from; its row in `files` comes last
    title TEXT NOT NULL,
    outlet TEXT, outlet_folded TEXT, author TEXT, url TEXT, path TEXT,
    published TEXT,                    -- YYYY-MM-DD
    language TEXT,
    content_hash TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX articles_by_location ON articles (location);
CREATE INDEX articles_by_day ON articles (published);

-- Offsets count characters of articles.text, `beyond` exclusive.
CREATE TABLE sentences (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    beyond INTEGER NOT NULL,
    PRIMARY KEY (article, ordinal)
) WITHOUT ROWID;

-- The ledger: what index.figures reads in an article. `sentence`, `speaker`: ordinals; `kinds`: names with blanks between.
CREATE TABLE figures (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    sentence INTEGER NOT NULL, speaker INTEGER,
    start INTEGER NOT NULL, beyond INTEGER NOT NULL,
    value REAL NOT NULL, upper REAL, qualifier TEXT NOT NULL, vague INTEGER NOT NULL, role TEXT NOT NULL,
    counted TEXT NOT NULL, kinds TEXT NOT NULL, action TEXT, state TEXT NOT NULL, per_side INTEGER NOT NULL,
    scope TEXT NOT NULL, day TEXT, dated INTEGER NOT NULL, period TEXT NOT NULL,
    place TEXT, claimant TEXT, confidence REAL NOT NULL,
    PRIMARY KEY (article, ordinal)
) WITHOUT ROWID;

CREATE TABLE passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL,
    beyond INTEGER NOT NULL,
    text TEXT NOT NULL,                -- the slice itself, so that FTS5 can take a passage out again
    wording TEXT NOT NULL REFERENCES embeddings
);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_wording ON passages (wording);

-- One a wording, however many passages have it: a digest of a text, and its vector.
CREATE TABLE embeddings (
    wording TEXT PRIMARY KEY,
    vector BLOB NOT NULL               -- float16, little-endian, of length 1
) WITHOUT ROWID;

CREATE VIEW passage_words AS
    SELECT p.number, a.title, p.text AS body FROM passages p JOIN articles a ON a.number = p.article;
CREATE VIRTUAL TABLE lexical USING fts5 (
    title, body, content = 'passage_words', content_rowid = 'number', tokenize = 'porter unicode61 remove_diacritics 2'
);
"""

_UNWRITABLE = "cannot be written: mend its rights, or name another folder with --index"
_BUSY = "is being written by another process: try again when it has finished"

# By the beginning of SQLite's extended error name; the first that fits.
_ERRORS: tuple[tuple[str, type[CorpusError], str], ...] = (
    ("SQLITE_FULL", IndexUnwritable, "cannot be written, the disk is full: free some space"),
    ("SQLITE_READONLY", IndexUnwritable, _UNWRITABLE),
    ("SQLITE_PERM", IndexUnwritable, _UNWRITABLE),
    ("SQLITE_CANTOPEN", IndexUnwritable, "cannot be opened: mend its rights, or name another folder with --index"),
    ("SQLITE_BUSY", IndexLocked, _BUSY),
    ("SQLITE_LOCKED", IndexLocked, _BUSY),
    ("SQLITE_IOERR_READ", IndexBroken, "cannot be read, the disk fails: restore it from a copy"),
    ("SQLITE_IOERR_SHORT_READ", IndexBroken, "is cut short: run `assistant index --rebuild PATH...`"),
    ("SQLITE_IOERR", IndexUnwritable, "cannot be written, the disk refuses: free some space"),
    ("SQLITE_", IndexBroken, "is damaged: run `assistant index --rebuild PATH...`"),
)


@contextmanager
def mapped_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into errors of the index, each with the file and the next step."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # our own mistake, not the file's
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", None) or "SQLITE_UNKNOWN"
        kind, remedy = next((kind, remedy) for start, kind, remedy in _ERRORS if name.startswith(start))
        raise kind(f"index {str(path)!r} {remedy} ({error})") from error


def open_reading(path: Path) -> Connection:
    """A read-only connection, also in a folder where not even SQLite's shared-memory file can be made.

    There the file is read as it lies, which is right because nobody on this machine can be writing to it without
    that very file. Raises the errors of `mapped_errors`.
    """
    with mapped_errors(path):
        try:
            return _connect(f"{path.absolute().as_uri()}?mode=ro", "SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
                raise
        return _connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", "SELECT count(*) FROM sqlite_master")


def open_writing(path: Path) -> Connection:
    """A connection for writing; makes the file. Raises the errors of `mapped_errors`.

    WAL lets others read meanwhile. FULL waits for the disk at every commit (0.4 ms where it was measured): with it,
    what was reported as indexed outlives not only the death of the process but a loss of power.
    """
    pragmas = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON")
    with mapped_errors(path):
        return _connect(path.absolute().as_uri(), *pragmas)


def statements(script: str) -> Iterator[str]:
    """The single statements of an SQL script. `executescript` would commit the transaction they belong to."""
    rest = ""
    for line in script.splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            yield rest
            rest = ""


def _connect(uri: str, *first: str) -> Connection:
    """A connection any thread may use (one at a time), in autocommit, with its first statements run."""
    connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        for statement in first:
            connection.execute(statement).fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
