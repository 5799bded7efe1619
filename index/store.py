"""The passages nearest to a vector: from Chroma if this process owns it and it is in step, else from the corpus itself.

Both compare the same vectors by cosine and rank alike; the corpus's own are read through one by one, which at 10,000
passages takes as long. So a question is never kept waiting by a repair, and never refused.

Chroma's folder is disposable. A marker file (index/store_marker.py) says which generation of which corpus it matches;
without one it is thrown away. What is missing or surplus is found by comparing wordings, each of which stands for its
vector (index/corpus.py), and is taken from the corpus: nothing is ever embedded again.
"""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import numpy as np

from index.corpus import ALL, VECTORS_FOLDER, Corpus
from index.errors import CorpusError, IndexBroken, IndexLocked, IndexUnwritable
from index.records import Filter
from index.store_chroma import ChromaFolder
from index.store_lock import FolderLock
from index.store_marker import VectorMarker, read_marker, remove_marker, set_aside, write_marker
from index.vector import Vector, Vectors

LOCK = "vectors"
BATCH = 2_000  # vectors brought from the corpus to Chroma at a time, in about two seconds
PATIENCE = 10.0  # seconds a question waits for Chroma to be opened (about one), never for a repair
MAX_ALLOWED = 10_000  # wordings a Chroma query can be narrowed to in a few milliseconds; beyond, the corpus is as fast


class VectorStore:
    """Nearest passages of one corpus. Threads may share it. Close it to give Chroma back."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._folder = corpus.path.parent / VECTORS_FOLDER
        self._lock = FolderLock(corpus.path.parent, LOCK)
        self._owned = False
        self._store: ChromaFolder | None = None
        self._in_step_with = -1  # the corpus generation that _store matches
        self._guard = threading.Lock()  # of the attributes above, and of the thread
        self._one_at_a_time = threading.Lock()  # bringing in step
        self._thread: threading.Thread | None = None
        self._tried = -1  # the corpus generation the thread was last started for
        self._opened = threading.Event()  # or known to take longer than a question should wait
        self._stop = threading.Event()
        self._matrix: tuple[int, list[str], Vectors] | None = None  # generation, wordings, vectors
        self.problem = ""  # why Chroma is not used, if something is wrong with it, in one line

    @classmethod
    def open(cls, folder: Path, corpus: Corpus) -> Self:
        """The vectors of the corpus in `folder`; Chroma is opened, and repaired if need be, in the background."""
        assert corpus.path.parent == folder, "a vector index lies beside its corpus"
        store = cls(corpus)
        store.open_in_background()
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- asking --

    def nearest(self, vector: Vector, limit: int, filter: Filter = ALL) -> list[tuple[str, float]]:
        """Ids and cosines (-1..1) of the nearest passages a filter lets through, the nearest first, ties by id."""
        if limit < 1:
            return []
        wordings = self._nearest_wordings(vector, limit, self._corpus.allowed(filter))
        homes = [passage_id for ids in self._corpus.homes(wordings, filter).values() for passage_id in ids]
        cosines = self._corpus.cosines(vector, homes)
        return sorted(cosines.items(), key=lambda hit: (-hit[1], hit[0]))[:limit]

    def _nearest_wordings(self, vector: Vector, limit: int, allowed: frozenset[str] | None) -> list[str]:
        """At least the `limit` nearest wordings, from Chroma or from the corpus."""
        generation = self._corpus.generation()
        if self._thread is not None:
            self._opened.wait(PATIENCE)
        with self._guard:
            store = self._store if self._in_step_with == generation else None
        if self._owned and store is None and self._tried != generation:
            self.open_in_background()
        if store is not None and (allowed is None or len(allowed) <= MAX_ALLOWED):
            try:
                # Twice as many, so that ids choose among those that tie at the end, as they do on the other way.
                near = store.query(vector, 2 * limit, None if allowed is None else sorted(allowed))
                return [wording for wording, _ in near]
            except IndexBroken as error:
                self._give_up(str(error))
        return self._scan(vector, limit, allowed, generation)

    @property
    def uses_chroma(self) -> bool:
        """Whether the next question would be put to Chroma."""
        with self._guard:
            return self._store is not None and self._in_step_with == self._corpus.generation()

    def _scan(self, vector: Vector, limit: int, allowed: frozenset[str] | None, generation: int) -> list[str]:
        held = self._matrix
        if held is None or held[0] != generation:
            held = self._matrix = (generation, *self._corpus.matrix())
        _, wordings, matrix = held
        if allowed is not None:
            rows = [row for row, wording in enumerate(wordings) if wording in allowed]
            wordings, matrix = [wordings[row] for row in rows], matrix[rows]
        if limit >= len(wordings):
            return wordings
        return [wordings[row] for row in np.argpartition(matrix @ vector, -limit)[-limit:]]

    # -- keeping Chroma in step --

    def open_in_background(self) -> None:
        """Take Chroma if no other process has it and bring it in step, in a thread; does nothing while one is at it."""
        with self._guard:
            if self._thread is not None and self._thread.is_alive():
                return
            self._opened.clear()
            self._tried = self._corpus.generation()
            self._thread = threading.Thread(target=self._update_in_thread, name="vectors", daemon=True)
            self._thread.start()

    def take_in(self, wordings: Iterable[str]) -> None:
        """Bring vectors that have just come into the corpus to Chroma, unless another process has it.

        Spares `update` the time, while something else goes on; what is missing or surplus is still for it to find.
        """
        if not self._claim():
            return
        with self._one_at_a_time, self._given_up_if_broken():
            with self._guard:
                store, self._in_step_with = self._store, -1
            store = store or self._opened_store(from_nothing=False)
            with self._guard:
                self._store = store
            if vectors := self._corpus.vectors(wordings):
                store.add(list(vectors), np.stack(list(vectors.values())))

    def update(self) -> bool:
        """Take Chroma if no other process has it and bring it in step; False if another has it, or `problem` says why.

        An index that is in step already is left closed.
        """
        if self._in_step_on_disk() is not None and not self._owned:
            return True
        return self._claim() and self._bring_in_step()

    def close(self) -> None:
        """Stop what is going on after its current batch, close Chroma, give the lock back."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        with self._guard:
            if self._store is not None:
                self._store.close()
                self._store = None
            if self._owned:
                self._lock.release()
                self._owned = False

    def _update_in_thread(self) -> None:
        try:
            if self._claim():
                self._bring_in_step()
        except CorpusError as error:  # the corpus itself fails: the question that reads it next will say so
            self.problem = str(error)
        finally:
            self._opened.set()

    def _claim(self) -> bool:
        if not self._owned:
            try:
                self._lock.acquire()
            except (IndexLocked, IndexUnwritable):
                return False
            self._owned = True
        return True

    def _in_step_on_disk(self) -> VectorMarker | None:
        """The marker, if it speaks of this corpus as it is now."""
        marker = read_marker(self._folder)
        mine = marker is not None and marker.corpus == self._corpus.identity()
        return marker if mine and marker is not None and marker.generation == self._corpus.generation() else None

    def _bring_in_step(self) -> bool:
        """Open, repair, fill, try: at most twice, the second time from nothing."""
        with self._one_at_a_time:
            for from_nothing in (False, True):
                with self._given_up_if_broken():
                    return self._fill(self._opened_store(from_nothing))
            return False

    def _opened_store(self, from_nothing: bool) -> ChromaFolder:
        """The store as it is, or from disk if its marker vouches for it, or new and empty. The marker is gone then."""
        with self._guard:
            store, self._store = self._store, None
        self._folder.mkdir(parents=True, exist_ok=True)
        marker = read_marker(self._folder)
        set_aside(self._folder)
        if store is not None and not from_nothing:
            return store
        if marker is not None and not from_nothing and marker.corpus == self._corpus.identity():
            folder = self._folder / marker.folder
            if folder.is_dir():
                store = ChromaFolder.open(folder)
                if store.healthy(marker.count, self._probe()):
                    return store
                store.close()
                raise IndexBroken(f"vector index {str(folder)!r} is damaged: it is made anew")
        remove_marker(self._folder)
        for old in self._folder.iterdir():
            shutil.rmtree(old, ignore_errors=True)
        return ChromaFolder.open(self._folder / uuid.uuid4().hex)  # a new name: Chroma remembers the old one's state

    def _fill(self, store: ChromaFolder) -> bool:
        """Bring the store in step with the corpus; False if it was stopped on the way, with what it has kept."""
        try:
            generation = self._corpus.generation()  # before the ids: what comes in between is found the next time
            there, wanted = store.ids(), self._corpus.wordings()
            missing, surplus = sorted(wanted - there), sorted(there - wanted)
            if len(missing) + len(surplus) > BATCH:
                self._opened.set()  # this takes a while: let questions go the other way
            store.delete(surplus)
            for at in range(0, len(missing), BATCH):
                if self._stop.is_set():
                    self._vouch(store, generation=-1)
                    store.close()
                    return False
                vectors = self._corpus.vectors(missing[at : at + BATCH])
                if vectors:  # else they have just been taken out of the corpus
                    store.add(list(vectors), np.stack(list(vectors.values())))
            if (missing or surplus) and not store.healthy(len(store.ids()), self._probe()):
                raise IndexBroken(f"vector index {str(store.folder)!r} does not answer: it is made anew")
            self._vouch(store, generation)
        except (IndexBroken, OSError):
            store.close()
            raise
        with self._guard:
            self._store, self._in_step_with, self.problem = store, generation, ""
        return True

    def _vouch(self, store: ChromaFolder, generation: int) -> None:
        marker = VectorMarker(
            folder=store.folder.name,
            corpus=self._corpus.identity(),
            generation=generation,
            count=store.count(),
            passages=self._corpus.covered(store.ids()),
        )
        write_marker(self._folder, marker)

    def _probe(self) -> Vector:
        """A vector to try a query with: any, of the right length."""
        any_wording = sorted(self._corpus.wordings())[:1]
        return next(iter(self._corpus.vectors(any_wording).values()), np.zeros(0, np.float32))

    @contextmanager
    def _given_up_if_broken(self) -> Iterator[None]:
        try:
            yield
        except IndexBroken as error:
            self._give_up(str(error))
        except OSError as error:
            self._give_up(f"vector index {str(self._folder)!r} cannot be written ({error.strerror})")

    def _give_up(self, problem: str) -> None:
        """Use Chroma no more until it has been made anew."""
        self.problem = problem
        with self._guard:
            store, self._store = self._store, None
        if store is not None:
            store.close()
        with suppress(OSError):
            remove_marker(self._folder)
