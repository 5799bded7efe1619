"""Chroma in this process, in one folder, holding nothing but passage ids and their vectors.

Chroma is fast and neither safe against `kill -9` nor with two processes, so nothing here is the truth: the corpus has
every vector, and `index.store` decides when this is trusted, brought up to date, or thrown away and made anew. The
only importer of chromadb, which takes a second to import and is imported when the first folder is opened.

Vectors are always passed in: Chroma never sees a text, because it would fetch a model of its own to embed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

from index.errors import IndexBroken
from index.vector import Vector, Vectors

COLLECTION = "passages"
# Cosine, as everywhere else. Looking at 100 candidates found the ten nearest of 100,000 without a miss.
HNSW: dict[str, Any] = {
    "space": "cosine",
    "ef_construction": 100,
    "ef_search": 100,
    "max_neighbors": 16,
    "sync_threshold": 1000,
}


class ChromaFolder:
    """One open Chroma folder. Whoever opens it must be the only one (see index/store_lock.py)."""

    def __init__(self, folder: Path, client: Any, collection: Any) -> None:
        self.folder = folder
        self._client = client
        self._collection = collection
        self._batch = client.get_max_batch_size()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the folder, make it if it is not there. Raises IndexBroken if Chroma cannot, or finds other settings."""
        import chromadb
        from chromadb.config import Settings

        with _mapped_errors(folder), ExitStack() as on_failure:
            folder.mkdir(parents=True, exist_ok=True)
            client: Any = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
            on_failure.callback(client.close)
            collection = client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
            )
            found = collection.configuration_json["hnsw"] or {}
            if any(found.get(name) != value for name, value in HNSW.items()):  # it keeps old settings silently
                raise ValueError(f"made with other settings: {found}")
            store = cls(folder, client, collection)
            on_failure.pop_all()
        return store

    def close(self) -> None:
        """Write out what is in memory and let go of the files; a second time does nothing."""
        self._client.close()

    def count(self) -> int:
        """How many vectors there are."""
        with _mapped_errors(self.folder):
            return int(self._collection.count())

    def ids(self) -> set[str]:
        """The ids of all vectors."""
        with _mapped_errors(self.folder):
            return set(self._collection.get(include=[])["ids"])

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Add vectors, float32 [len(ids), dimensions], under new ids."""
        with _mapped_errors(self.folder):
            for at in range(0, len(ids), self._batch):
                end = at + self._batch
                self._collection.add(ids=list(ids[at:end]), embeddings=vectors[at:end])

    def delete(self, ids: Sequence[str]) -> None:
        """Take vectors out; ids that are not there are passed over."""
        with _mapped_errors(self.folder):
            for at in range(0, len(ids), self._batch):
                self._collection.delete(ids=list(ids[at : at + self._batch]))

    def query(self, vector: Vector, limit: int, ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Ids and cosines (-1..1) of the `limit` nearest vectors, the nearest first; with `ids`, among these only."""
        if limit < 1 or (ids is not None and not ids):
            return []
        with _mapped_errors(self.folder):
            among = {} if ids is None else {"ids": list(ids)}
            found = self._collection.query(query_embeddings=[vector], n_results=limit, include=["distances"], **among)
        return [(name, 1.0 - distance) for name, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def healthy(self, expected: int, probe: Vector) -> bool:
        """Whether it holds `expected` vectors and answers a query: a damaged one fails at the first."""
        try:
            return self.count() == expected and (not expected or len(self.query(probe, 1)) == 1)
        except IndexBroken:
            return False


@contextmanager
def _mapped_errors(folder: Path) -> Iterator[None]:
    """Whatever Chroma cannot do (damage, a full disk, foreign settings) is one error here: the folder is of no use."""
    from chromadb.errors import ChromaError

    try:
        yield
    # AttributeError is how a client says that another thread has closed it.
    except (ChromaError, OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise IndexBroken(
            f"vector index {str(folder)!r} is of no use ({first}): it is made anew at the next use"
        ) from error
