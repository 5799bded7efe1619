"""The reading side of an indexing run: finds, fetches, compares, parses and cuts, in a thread of its own.

While one article is embedded, the next ones are read. What has not changed is neither parsed nor cut. Nothing is
written here: a queue takes to `index.build` what is to be written, in the order in which it was found.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from index.chunk import cut
from index.embed import Embedder
from index.errors import AssistantError, IndexUnwritable, LoadError
from index.figures import Figure, read_figures
from index.load import Item, discover, fetch, read
from index.records import Article, Failure, Passage, Sentence
from index.settings import IndexSettings

WAITING = 64  # articles read ahead of the one that is embedded
PAUSE = 1.0  # seconds without an article, as when a server is slow
FOUND_STEP = 100  # files found between two words about it


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the corpus held when the run began."""

    files: Mapping[str, tuple[str, tuple[Failure, ...]]] = field(default_factory=dict)  # location -> digest, failures
    articles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # location -> id -> content hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """So many files and addresses have been found; `complete` when that is all."""

    count: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRead:
    """A new or changed article, cut."""

    location: str
    article: Article
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDone:
    """A file or address was dealt with: read to its end, found unchanged, or given up.

    `digest`: of the bytes that were read, "" if there is nothing to note. `unchanged`: articles in it that were left as
    they are. `gone`: ids of articles it no longer holds.
    """

    location: str
    digest: str = ""
    unchanged: int = 0
    gone: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing has been read for a while: time to write what is there."""


Event = Found | ArticleRead | FileDone | Pause


class Reading:
    """A reading thread as an iterable of events. Leave the `with` block to stop it."""

    def __init__(
        self,
        paths: Iterable[str | Path],
        *,
        settings: IndexSettings,
        embedder: Embedder,
        known: Known,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        self._paths = tuple(paths)
        self._settings = settings
        self._embedder = embedder
        self._known = known
        self._fields = dict(fields or {})
        self._seen: set[str] = set()  # ids of articles
        self._queue: queue.Queue[Event | None] = queue.Queue(WAITING)
        self._stop = threading.Event()
        self._error: AssistantError | None = None
        self._complete = False
        # A daemon: a run that is interrupted does not wait for a server that does not answer.
        self._thread = threading.Thread(target=self._run, name="reading", daemon=True)

    def __enter__(self) -> Iterator[Event]:
        self._thread.start()
        return self._events()

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def _events(self) -> Iterator[Event]:
        while True:
            try:
                event = self._queue.get(timeout=PAUSE)
            except queue.Empty:
                event = Pause()
            if event is None:
                break
            yield event
        if self._error is not None:
            raise self._error
        if not self._complete:
            raise RuntimeError("reading broke off: see the traceback above")

    # -- in the thread --

    def _run(self) -> None:
        try:
            for event in self._read_all():
                if not self._put(event):
                    return
            self._complete = True
        except AssistantError as error:
            self._error = error
        except OSError as error:  # of a reader's own temporary files: what is read has its errors named by file
            self._error = IndexUnwritable(f"temporary files cannot be written ({error.strerror}): free some space")
        finally:
            self._put(None)

    def _put(self, event: Event | None) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(event, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def _read_all(self) -> Iterator[Event]:
        items: list[Item | Failure] = []
        for each in discover(self._paths, self._settings):
            items.append(each)
            if len(items) % FOUND_STEP == 0:
                yield Found(count=len(items), complete=False)
        yield Found(count=len(items), complete=True)
        for each in items:
            if isinstance(each, Failure):
                yield FileDone(location=each.location, failures=(each,))
            else:
                yield from self._read_item(each)

    def _read_item(self, item: Item) -> Iterator[Event]:
        try:
            content = fetch(item, self._settings)
        except LoadError as error:
            yield FileDone(location=item.location, failures=(Failure(location=item.location, reason=str(error)),))
            return
        digest = self._digest(content)
        before = self._known.articles.get(item.location, {})
        noted, failures = self._known.files.get(item.location, ("", ()))
        if noted == digest or (not self._fields and noted.partition("+")[0] == digest):
            yield FileDone(location=item.location, unchanged=len(before), failures=failures)
            return
        yield from self._read_articles(item, content, digest, before)

    def _read_articles(self, item: Item, content: bytes, digest: str, before: Mapping[str, str]) -> Iterator[Event]:
        failures: list[Failure] = []
        ids: set[str] = set()
        unchanged = 0
        for each in read(item, content, self._settings, fields=self._fields):
            problem = each if isinstance(each, Failure) else self._problem(item.location, each)
            if problem is not None:
                failures.append(problem)
            elif isinstance(each, Article):
                ids.add(each.id)
                self._seen.add(each.id)
                if before.get(each.id) == each.content_hash:
                    unchanged += 1
                    continue
                passages, sentences = cut(each, self._settings, self._embedder.count_tokens)
                yield ArticleRead(
                    location=item.location,
                    article=each,
                    passages=passages,
                    sentences=sentences,
                    figures=read_figures(sentences),
                )
        if ids:
            gone = tuple(sorted(before.keys() - ids))
            yield FileDone(
                location=item.location, digest=digest, unchanged=unchanged, gone=gone, failures=tuple(failures)
            )
        else:  # keep what an earlier version of the file held, and try again the next time
            yield FileDone(location=item.location, unchanged=len(before), failures=tuple(failures))

    def _problem(self, location: str, article: Article) -> Failure | None:
        """Why an article cannot be put in, None if it can."""
        if article.id in self._seen:
            return Failure(
                location=location, reason=f"article {article.source.title!r} is there twice: the first is kept"
            )
        try:
            f"{article.id}{article.text}{article.source}".encode()
        except UnicodeEncodeError:
            return Failure(location=location, reason=f"article {article.source.title!r} is not valid Unicode text")
        return None

    def _digest(self, content: bytes) -> str:
        """SHA-256 of the bytes; with field names, these too: the same file read by other names is another file."""
        digest = sha256(content).hexdigest()
        if not self._fields:
            return digest
        return f"{digest}+{sha256(json.dumps(self._fields, sort_keys=True).encode()).hexdigest()[:12]}"
