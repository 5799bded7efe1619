"""What is known about model files from earlier: a stamp says that a file, as it was then, carried a certain SHA-256.

A stamp fits as long as size and modification time are the same, so a start need not read a gigabyte. It is a memory,
not a proof: an alteration that keeps size and time is found by `Weights.verify`, which reads everything.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.weights_partial import digest_of

FULL = (errno.ENOSPC, errno.EDQUOT)  # the disk, or the user's share of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A file carried `sha256`; `maker` says what made it, for a file made here."""

    sha256: str
    maker: str


class Stamps:
    """The stamps, kept as one small file each in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sound(self, path: Path, size: int, sha256: str, report: Callable[[int], None] | None) -> bool:
        """Whether the file is the one of that size and hash: by its stamp if that fits, else by its whole hash, which
        makes a stamp either way. Raises OSError when it cannot be read."""
        if path.stat().st_size != size:
            return False
        stamp = self.read(path)
        if stamp is None:
            stamp = Stamp(sha256=digest_of(path, report), maker="")
            self.write(path, stamp.sha256)
        return stamp.sha256 == sha256

    def read(self, path: Path) -> Stamp | None:
        """The stamp of `path`, if there is one and the file has not changed since."""
        try:
            facts = path.stat()
            note = json.loads(self._place(path).read_text(encoding="ascii"))
            if note["bytes"] == facts.st_size and note["mtime_ns"] == facts.st_mtime_ns:
                return Stamp(sha256=str(note["sha256"]), maker=str(note["maker"]))
        except (OSError, ValueError, KeyError, TypeError):  # none, or not one of ours: the file is read again
            return None
        return None

    def write(self, path: Path, sha256: str, *, maker: str = "") -> None:
        """Note that `path`, as it now is, carries `sha256`. In a folder without write rights nothing is noted, and the
        hash is read again next time. Raises OSError when the disk is full."""
        facts = path.stat()
        note = {"bytes": facts.st_size, "mtime_ns": facts.st_mtime_ns, "sha256": sha256, "maker": maker}
        place = self._place(path)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = place.with_suffix(".partial")
            draft.write_text(json.dumps(note) + "\n", encoding="ascii")
            draft.replace(place)
        except OSError as error:
            if error.errno in FULL:
                raise

    def forget(self, path: Path) -> None:
        """Take the stamp of `path` away. Raises OSError."""
        self._place(path).unlink(missing_ok=True)

    def _place(self, path: Path) -> Path:
        key = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:12]
        return self._folder / f"{path.name}-{key}.json"
