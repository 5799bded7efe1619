"""An indexing run: what is new or changed under some paths is read, cut, embedded and written; the rest costs nothing.

Four things go on at once: a thread reads ahead (index/build_reading.py), others embed windows of passages gathered from
several articles, this one writes the window before, and one takes what is written into the vector index. Every article
is one transaction, and is reported after it: a run may end at any moment, and what was reported stays. Whether the
vector index is in step is found out at the end; if the run does not come so far, the next process that opens the index
does it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from index.build_reading import ArticleRead, Event, FileDone, Found, Known, Pause, Reading
from index.corpus import Corpus, wording_of
from index.corpus_writer import CorpusWriter, Entry
from index.embed import Embedder
from index.errors import IndexUnwritable
from index.records import BuildProgress, BuildReport, Failure
from index.settings import IndexSettings
from index.store import VectorStore
from index.store_lock import FolderLock
from index.vector import Vector

WINDOW = 128  # passages embedded together at most, about a second's work: so often is something reported
WINDOWS = 2  # at once: the next one is made ready while the last texts of one are embedded, and no thread has to wait
EAGER = 16  # passages that are not kept waiting while the embedder has nothing to do
TURN = 0.0005  # seconds a thread keeps Python to itself


Report = Callable[[BuildProgress], None]
Written = ArticleRead | FileDone


def build(
    index_dir: Path,
    paths: Iterable[str | Path],
    *,
    settings: IndexSettings,
    embedder: Embedder,
    prune: bool = False,
    rebuild: bool = False,
    fields: Mapping[str, str] | None = None,
    progress: Report | None = None,
) -> BuildReport:
    """Index files, folders, web pages and feeds into the index at `index_dir`, which is made if it is not there.

    `prune` drops files under `paths` that are no longer there. `rebuild` starts from nothing once the first article has
    been read, and not before: a mistyped path costs no index. `fields`: names in JSON and tables -> ours.

    Files that cannot be read are in the report. Raises IndexLocked, IndexOutdated, IndexBroken, IndexUnwritable,
    SettingsError.
    """
    began = time.monotonic()
    paths = [paths] if isinstance(paths, (str, Path)) else list(paths)
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexUnwritable(
            f"index folder {str(index_dir)!r} cannot be made ({error.strerror}): name another with --index"
        ) from error
    lock = FolderLock(index_dir, "corpus")
    lock.acquire()
    try:
        with _short_turns(), CorpusWriter.create(index_dir, settings, rebuild=rebuild) as corpus:
            known = Known() if rebuild else Known(files=corpus.files(), articles=corpus.article_hashes())
            with VectorStore(corpus) as vectors:
                run = _Run(corpus, vectors, settings, embedder, known, anew=rebuild, progress=progress)
                with Reading(paths, settings=settings, embedder=embedder, known=known, fields=fields) as events:
                    run.follow(events)
                if prune:
                    run.prune(paths)
                if run.updated or run.removed:
                    corpus.sweep()
                if not vectors.update() and vectors.problem:
                    run.failures.append(Failure(location=str(index_dir), reason=vectors.problem))
    finally:
        lock.release()
    return BuildReport(
        added=run.added,
        updated=run.updated,
        unchanged=run.unchanged,
        removed=run.removed,
        passages=run.passages,
        failures=tuple(run.failures),
        seconds=time.monotonic() - began,
    )


def remove(index_dir: Path, article_id: str, *, settings: IndexSettings) -> bool:
    """Take one article out of the index in `index_dir`, and say whether it was there.

    The next run over its file or folder puts it in again. Raises IndexMissing and the errors of `build`.
    """
    Corpus.open(index_dir, settings).close()  # nothing is made where nothing is
    lock = FolderLock(index_dir, "corpus")
    lock.acquire()
    try:
        with CorpusWriter.create(index_dir, settings) as corpus:
            there = corpus.remove(article_id)
            corpus.sweep()
            with VectorStore(corpus) as vectors:
                vectors.update()
    finally:
        lock.release()
    return there


class _Run:
    """The writing side of one run, and its counts."""

    def __init__(
        self,
        corpus: CorpusWriter,
        vectors: VectorStore,
        settings: IndexSettings,
        embedder: Embedder,
        known: Known,
        *,
        anew: bool,
        progress: Report | None,
    ) -> None:
        self.added = self.updated = self.unchanged = self.removed = self.passages = 0
        self.failures: list[Failure] = []
        self._corpus = corpus
        self._vectors = vectors
        self._settings = settings
        self._embedder = embedder
        self._known = known
        self._known_ids = {article_id for articles in known.articles.values() for article_id in articles}
        self._anew = anew
        self._progress = progress
        self._embedding: set[str] = set()  # wordings of the window that is embedded now
        self._done = 0
        self._total: int | None = None

    def follow(self, events: Iterable[Event]) -> None:
        """Embed and write what is read, one window behind the embedding."""
        window: list[Written] = []
        size = 0
        embedding: tuple[list[Written], Future[dict[str, Vector]]] | None = None
        taken_in: list[Future[None]] = []
        with (
            ThreadPoolExecutor(WINDOWS, thread_name_prefix="window") as threads,
            ThreadPoolExecutor(1, thread_name_prefix="vectors") as behind,
        ):
            for event in chain(events, [Pause()]):
                if isinstance(event, Found):
                    self._total = event.count if event.complete else None
                    self._tell("")
                elif not isinstance(event, Pause):
                    window.append(event)
                    size += len(event.passages) if isinstance(event, ArticleRead) else 0
                idle = embedding is None or embedding[1].done()
                pause = isinstance(event, Pause)
                if size >= WINDOW or pause or (idle and (size >= EAGER or not size)):
                    started = (window, threads.submit(self._embed, self._to_embed(window))) if size else None
                    if embedding is not None:
                        taken_in.append(behind.submit(self._vectors.take_in, self._write(*embedding)))
                    if started is None:
                        self._write(window, None)
                    elif pause:
                        taken_in.append(behind.submit(self._vectors.take_in, self._write(*started)))
                        started = None
                    embedding, window, size = started, [], 0
            for future in taken_in:
                future.result()

    def prune(self, paths: Iterable[str | Path]) -> None:
        """Drop the files under `paths` that were indexed and are no longer there. An unreachable file is not gone."""
        roots = [Path(os.path.realpath(path)).as_posix() for path in paths]
        for location in self._known.files.keys() | self._known.articles.keys():
            below = any(location == root or location.startswith(f"{root.rstrip('/')}/") for root in roots)
            if below and _is_gone(location):
                self.removed += self._corpus.forget(location)

    # -- one window --

    def _to_embed(self, window: list[Written]) -> dict[str, str]:
        """Wording -> text of what has no vector yet and will not have one when this window is written.

        The title is left to the full-text index: embedded before each passage, it cost recall@10 (.409 against .425,
        500 questions on 2,011 passages of news).
        """
        read = (event for event in window if isinstance(event, ArticleRead))
        texts = {wording_of(passage.text): passage.text for event in read for passage in event.passages}
        held = set() if self._anew else self._corpus.vectors(texts).keys()
        missing = texts.keys() - held - self._embedding
        self._embedding = missing  # until the next window is written, this one is
        return {wording: text for wording, text in texts.items() if wording in missing}

    def _embed(self, texts: dict[str, str]) -> dict[str, Vector]:
        return dict(zip(texts, self._embedder.embed_passages(list(texts.values())), strict=True)) if texts else {}

    def _write(self, window: list[Written], embedded: Future[dict[str, Vector]] | None) -> tuple[str, ...]:
        """Write a window, and say which wordings have got their vectors by it."""
        vectors = embedded.result() if embedded else {}
        last: Entry | None = None  # an article is written together with the end of its file, if that comes next
        location = ""
        for event in window:
            if isinstance(event, FileDone):
                self._finish(event, last)
                last = None
                continue
            if last is not None:
                self._put(location, last)
            last = Entry(
                article=event.article,
                passages=event.passages,
                sentences=event.sentences,
                vectors=vectors,
                figures=event.figures,
            )
            location = event.location
        if last is not None:
            self._put(location, last)
        return tuple(vectors)

    def _put(self, location: str, entry: Entry) -> None:
        self._start_anew_once()
        self._corpus.put(location, entry)
        self._count(entry)
        self._tell(location)

    def _finish(self, done: FileDone, last: Entry | None) -> None:
        if last is not None:
            self._start_anew_once()
        if done.digest:
            self._corpus.finish(done.location, done.digest, failures=done.failures, gone=done.gone, last=last)
        if last is not None:
            self._count(last)
        self.unchanged += done.unchanged
        self.removed += len(done.gone)
        self.failures += done.failures
        self._done += 1
        self._tell(done.location)

    def _start_anew_once(self) -> None:
        if self._anew:
            self._corpus.start_anew(self._settings)
            self._anew = False

    def _count(self, entry: Entry) -> None:
        if entry.article.id in self._known_ids:
            self.updated += 1
        else:
            self.added += 1
        self.passages += len(entry.passages)

    def _tell(self, current: str) -> None:
        if self._progress is not None:
            self._progress(
                BuildProgress(
                    done=self._done,
                    total=self._total,
                    articles=self.added + self.updated + self.unchanged,
                    passages=self.passages,
                    current=current,
                )
            )


@contextmanager
def _short_turns() -> Iterator[None]:
    """Python is passed on sooner: a thread that embeds needs it for an instant after each text of about 13 ms.

    Behind one that reads it would wait 5 ms for it, and a core with it.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, TURN))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _is_gone(location: str) -> bool:
    try:
        os.lstat(location)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False
