"""Articles that come in over the page: files, pasted text and web addresses, each with what became of it; and going out.

What is dropped or pasted is kept in a folder of its own, under the hash of its content, so that the same article twice is
one article, and no name that comes with a file says where it is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.render import clean, one_line
from index.errors import AssistantError, KeptError, SettingsError
from index.load_find import KINDS, unknown_kind
from index.records import BuildReport

if TYPE_CHECKING:
    from assistant import Assistant

MOST_FILES = 200  # at once; more are for `assistant index`
NAME = 60  # characters of a kept file's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one thing that was added: `name` as its reader knows it, `added` whether it can be asked about."""

    name: str
    added: bool
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A text, or a web address alone, as it was pasted, with what its reader says about it."""

    text: str
    title: str = ""
    outlet: str = ""
    published: date | None = None

    @property
    def address(self) -> str:
        """The web address, if that is all there is."""
        text = self.text.strip()
        return text if re.fullmatch(r"https?://\S+", text, re.IGNORECASE) else ""


class Intake:
    """Adds articles to an assistant's index and takes them out. `addresses`: whether web addresses may be fetched."""

    def __init__(self, assistant: Assistant, folder: Path, *, addresses: bool = True) -> None:
        self._assistant = assistant
        self._folder = folder
        self._addresses = addresses

    def files(self, given: Sequence[Path]) -> Iterator[Outcome]:
        """Add files, one after the other. Raises SettingsError for too many at once."""
        if len(given) > MOST_FILES:
            raise SettingsError(f"{len(given)} files at once are over {MOST_FILES}: use `assistant index FOLDER`")
        for file in given:
            if file.suffix.lower() not in KINDS:  # a feed, too: dropping a file asks nobody else for anything
                yield Outcome(name=file.name, added=False, line=unknown_kind(file))
                continue
            try:
                yield self._index(file.name, self._kept(file.name, file.read_bytes()))
            except (AssistantError, OSError) as error:
                yield Outcome(name=file.name, added=False, line=str(error))

    def pasted(self, given: Pasted) -> Iterator[Outcome]:
        """Add a pasted text, or what is found at a pasted address."""
        if not given.text.strip():
            raise SettingsError("there is nothing to add: paste a text or a web address")
        name = given.address or one_line(given.title or given.text)[:NAME]
        try:
            yield self._index(name, self._fetched(given.address) if given.address else self._written(given))
        except AssistantError as error:
            yield Outcome(name=name, added=False, line=str(error))

    def remove(self, article_id: str) -> bool:
        """Take an article out of the index, and delete its file if it was added here; whether it was there."""
        try:
            source = self._assistant.article(article_id).source
        except KeyError:
            return False
        gone = self._assistant.remove(article_id)
        if source.path and self._folder.resolve() in Path(source.path).resolve().parents:
            Path(source.path).unlink(missing_ok=True)
        return gone

    def _fetched(self, address: str) -> str:
        if not self._addresses:
            raise SettingsError("addresses are fetched only for the machine that runs the assistant: paste the text")
        return address

    def _written(self, given: Pasted) -> str:
        """The pasted text as a Markdown file, with what is said about it on top (JSON strings are YAML, too)."""
        text = clean(given.text).strip()
        told = {
            "title": one_line(given.title or text)[:200],
            "outlet": one_line(given.outlet),
            "date": given.published.isoformat() if given.published else "",
        }
        head = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in told.items() if value)
        return self._kept(f"{told['title']}.md", f"---\n{head}---\n\n{text}\n".encode())

    def _kept(self, name: str, content: bytes) -> str:
        """Write a file into the folder; its path. Raises KeptError."""
        suffix = Path(name).suffix.lower()
        stem = re.sub(r"[^\w.-]+", "-", Path(name).stem).strip("-.")[:NAME] or "article"
        place = self._folder / sha256(content).hexdigest()[:16]
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = next(place.glob(f"*{suffix}"), place / f"{stem}{suffix}")
            file.write_bytes(content)
        except OSError as error:
            raise KeptError(
                f"{name!r} cannot be kept in {str(place)!r} ({error.strerror}): free space there"
            ) from error
        return str(file)

    def _index(self, name: str, place: str) -> Outcome:
        report = self._assistant.index([place])
        if report.failures and not report.added + report.updated + report.unchanged:
            return Outcome(name=name, added=False, line=report.failures[0].reason)
        return Outcome(name=name, added=True, line=_told(report))


def _told(report: BuildReport) -> str:
    """added: 2 articles, 7 passages; 1 part could not be read (why)."""
    if report.added + report.updated == 0:
        return "is in the index already"
    parts = [
        f"{count} article{'' if count == 1 else 's'} {what}"
        for count, what in ((report.added, "added"), (report.updated, "renewed"))
        if count
    ]
    line = f"{', '.join(parts)} ({report.passages} passage{'' if report.passages == 1 else 's'})"
    if report.failures:
        line += f"; {len(report.failures)} could not be read: {report.failures[0].reason}"
    return line
