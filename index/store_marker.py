"""What is known about the vector index without opening it: one small file that is there only while the index is sound.

The marker is set aside before the vector index is opened or written and put back when that went well. So if the process
dies in between, by a kill, or because a damaged vector index took it along (Chroma's can end Python with a segmentation
fault), the next start finds no marker, throws the vector index away and makes it anew from the corpus.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "clean.json"
ASIDE = "opening.json"  # what the marker said, while the vector index is being opened or written; vouches for nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorMarker:
    """The state of a sound vector index: its folder, the corpus it was made from, and that corpus's generation then."""

    folder: str  # within the folder of the marker
    corpus: str
    generation: int
    count: int  # of vectors, one a wording
    passages: int  # that have one of them


def read_marker(folder: Path, name: str = NAME) -> VectorMarker | None:
    """The marker in `folder`, None if there is none or it is not one."""
    try:
        marker = VectorMarker(**json.loads((folder / name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    types = {name: type(value) for name, value in asdict(marker).items()}
    sound = (
        types == {"folder": str, "corpus": str, "generation": int, "count": int, "passages": int}
        and marker.folder.isalnum()
    )
    return marker if sound else None


def write_marker(folder: Path, marker: VectorMarker) -> None:
    """Put the marker in place, whole or not at all. Raises OSError."""
    draft = folder / f"{NAME}.draft"
    draft.write_text(json.dumps(asdict(marker)), encoding="utf-8")
    draft.replace(folder / NAME)
    (folder / ASIDE).unlink(missing_ok=True)


def set_aside(folder: Path) -> None:
    """Take the marker from its place, but keep what it said for `last_count`. Raises OSError."""
    with suppress(FileNotFoundError):
        (folder / NAME).replace(folder / ASIDE)


def remove_marker(folder: Path) -> None:
    """Take the marker away for good. Raises OSError."""
    for name in (NAME, ASIDE):
        (folder / name).unlink(missing_ok=True)


def last_count(folder: Path, corpus: str) -> int:
    """How many passages of a corpus could be found when the vector index was last sound: for people, not to rely on."""
    marker = read_marker(folder) or read_marker(folder, ASIDE)
    return marker.passages if marker is not None and marker.corpus == corpus else 0
