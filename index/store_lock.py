"""Who may write what in an index folder, held by two lock files that vanish with the process that holds them.

- `corpus.lock`: one process at a time writes the corpus (SQLite). Readers need none: WAL gives each a sound snapshot.
- `vectors.lock`: one process at a time has the vector index (Chroma) open at all, to read or to write, because Chroma
  is not safe with two. Whoever does not get this lock compares the question with the corpus's own vectors instead,
  which is exact and ranks alike: a chat, an indexing run and ten questions can go on side by side.

The locks are separate so that an open chat, which keeps the vector index, does not keep anybody from indexing.
The only importer of filelock in the index.
"""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexLocked, IndexUnwritable


class FolderLock:
    """One lock file of an index folder. A second one in the same process is refused like a stranger's.

    Any thread of the process may give it back, not only the one that took it.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._lock = FileLock(folder / f"{name}.lock", timeout=0, thread_local=False)

    def acquire(self) -> None:
        """Take the lock. Raises IndexLocked if another holds it, IndexUnwritable if the lock file cannot be made."""
        try:
            self._lock.acquire()
        except Timeout as error:
            raise IndexLocked(
                f"another process is writing to the index {str(self._folder)!r}: try again when it has finished"
            ) from error
        except OSError as error:
            raise IndexUnwritable(
                f"index folder {str(self._folder)!r} cannot be written ({error.strerror}): name another with --index"
            ) from error

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        self._lock.release(force=True)
