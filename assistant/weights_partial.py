"""A model file on its way: the unfinished file beside the finished one's place, and how far it is. No network here.

Whatever brought the bytes, the pins say which pieces of an unfinished file are sound, so an interrupted fetch goes on
after the last sound piece, and one source can finish what another began.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from assistant.weights_pins import Member, ModelFile

BLOCK = 1 << 20  # bytes read, hashed and written at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one model file is, in bytes. `source` says what is going on: "model hub", "packages", "checking" ..."""

    file: str
    done_bytes: int
    total_bytes: int
    source: str


Report = Callable[[Progress], None]


class SourceFailed(Exception):
    """One source cannot give the file; the message is a short reason, and the next source is tried."""


def digest_of(path: Path, report: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file, in hex; `report` is told the bytes read so far. Raises OSError."""
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
            done += len(block)
            if report is not None:
                report(done)
    return digest.hexdigest()


class Partial:
    """The unfinished `file` in `folder`, made of `members` in order (none: it can only be fetched whole)."""

    def __init__(self, folder: Path, file: ModelFile, members: tuple[Member, ...]) -> None:
        self.file = file
        self.path = folder / f"{file.name}.partial"
        self._members = members

    def size(self) -> int:
        """Bytes that are there, sound or not."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def sound_members(self) -> tuple[Member, ...]:
        """The pieces at the beginning of the file that carry their pinned hash."""
        sound: list[Member] = []
        if not self.path.is_file():
            return ()
        with self.path.open("rb") as stream:
            for member in self._members:
                digest, left = hashlib.sha256(), member.size
                while left and (block := stream.read(min(BLOCK, left))):
                    digest.update(block)
                    left -= len(block)
                if left or digest.hexdigest() != member.sha256:
                    break
                sound.append(member)
        return tuple(sound)

    def sound_bytes(self) -> int:
        """Length of the sound beginning."""
        return sum(member.size for member in self.sound_members())

    def open_at(self, offset: int) -> BinaryIO:
        """The file opened for writing at `offset`, cut off there."""
        stream = self.path.open("r+b" if self.path.exists() else "w+b")
        stream.seek(offset)
        stream.truncate()
        return stream

    def append(self, member: Member, source: IO[bytes], offset: int) -> None:
        """Write `member` from `source` at `offset`; what does not carry its pinned hash is cut off again.

        Raises SourceFailed when it is not the pinned piece, OSError when it cannot be written.
        """
        digest, left = hashlib.sha256(), member.size
        with self.open_at(offset) as stream:
            while left and (block := source.read(min(BLOCK, left))):
                digest.update(block)
                stream.write(block)
                left -= len(block)
            sound = not left and digest.hexdigest() == member.sha256
            if not sound:
                stream.truncate(offset)
            stream.flush()
            os.fsync(stream.fileno())
        if not sound:
            raise SourceFailed(f"{member.path!r} is not the pinned piece")

    def finish(self, place: Path) -> None:
        """Put the finished file in its place, at once and for good."""
        with self.path.open("rb") as stream:
            os.fsync(stream.fileno())
        self.path.replace(place)
        if hasattr(os, "O_DIRECTORY"):  # the rename itself must survive a power cut, too
            folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
