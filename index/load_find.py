"""Where articles are: files, folders, addresses and feeds to items that can be read, each once. Reads no article."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urldefrag

from index.errors import LoadError
from index.load_feeds import Entry, is_feed, read_feed
from index.load_web import download
from index.records import Failure
from index.settings import IndexSettings

Kind = Literal["txt", "md", "html", "pdf", "docx", "json", "jsonl", "csv", "tsv"]

KINDS: dict[str, Kind] = {
    ".txt": "txt",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
}
NO_ARTICLES = {"readme", "license", "licence", "copying", "notice"}  # they speak of the folder, not of the world
FEED_SUFFIXES = {".rss", ".atom", ".xml"}  # read when named, passed over in folders
PEEK = 8_192  # bytes of an address that show whether it is a feed

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that can be read: a file or an address. `location` is its key in the index: absolute path or URL."""

    location: str
    path: Path | None
    url: str | None
    entry: Entry | None = None  # what the feed says that named the address; then the address must be public


def discover(paths: Iterable[str | Path], settings: IndexSettings) -> Iterator[Item | Failure]:
    """Everything readable under `paths`, each once, folders in order of names; what cannot be read is a Failure.

    In folders, hidden names, unknown kinds and READMEs are passed over; named, they are read or are a Failure. An
    address is asked for its first bytes: a feed yields the addresses of its entries.
    """
    seen: set[str] = set()
    folders: set[str] = set()
    for given in paths:
        found = _at_address(str(given), settings) if _ADDRESS.match(str(given)) else _below(given, folders, settings)
        for each in found:
            if isinstance(each, Item):
                if each.location in seen:
                    continue
                seen.add(each.location)
            yield each


def _at_address(given: str, settings: IndexSettings) -> Iterator[Item | Failure]:
    url = urldefrag(given).url
    try:
        url.encode("utf-8")
        peek = download(url, settings, typed=True, first=PEEK)
        if not is_feed(peek.content):
            yield Item(location=url, path=None, url=url)
            return
        reply = download(url, settings, typed=True)
        for entry in read_feed(reply.content, reply.url):
            yield _entry_item(entry, given)
    except UnicodeEncodeError:
        yield Failure(location=_printable(given), reason="is no web address: it is not valid text")
    except LoadError as error:
        yield Failure(location=_printable(given), reason=str(error))


def _entry_item(entry: Entry, feed: str) -> Item | Failure:
    url = urldefrag(entry.url).url
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return Failure(location=feed, reason=f"names {entry.url[:200]!r}, which is no web address")
    return Item(location=url, path=None, url=url, entry=entry)


def _below(given: str | Path, folders: set[str], settings: IndexSettings) -> Iterator[Item | Failure]:
    """Files at and below a path. A stack, not recursion: folders may be nested deeper than Python's calls."""
    top = os.fspath(given)
    waiting = [top]
    while waiting:
        path = waiting.pop()
        suffix = Path(path).suffix.lower()
        wanted = path is top or (suffix in KINDS and Path(path).stem.lower() not in NO_ARTICLES)
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116  (a Path a file costs half of the whole walk)
            # below a real path all is real but links; resolving each anew takes its depth squared
            real = os.path.realpath(path) if path is top or os.path.islink(path) else path  # noqa: PTH114
            if stat.S_ISDIR(mode) and real not in folders:
                folders.add(real)
                real.encode("utf-8")
                names = sorted((name for name in os.listdir(real) if not name.startswith(".")), reverse=True)  # noqa: PTH208
                waiting.extend(os.path.join(real, name) for name in names)  # noqa: PTH118
            elif wanted and not stat.S_ISDIR(mode):
                real.encode("utf-8")
                yield from _at_file(path, real, suffix, mode, settings)
        except UnicodeEncodeError:
            yield Failure(location=_printable(path), reason="has a name that is not UTF-8: rename it")
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            if wanted or error.__class__ is PermissionError:
                yield Failure(location=_printable(path), reason=_os_reason(error))
        except LoadError as error:
            yield Failure(location=_printable(path), reason=str(error))


def _at_file(path: str, real: str, suffix: str, mode: int, settings: IndexSettings) -> Iterator[Item | Failure]:
    if not stat.S_ISREG(mode):
        yield Failure(location=path, reason="is no file but a pipe, a socket or a device")
    elif suffix in FEED_SUFFIXES:
        for entry in read_feed(file_bytes(Path(real), settings.max_file_bytes), ""):
            yield _entry_item(entry, path)
    elif suffix not in KINDS:
        yield Failure(location=_printable(path), reason=unknown_kind(Path(path)))
    else:
        yield Item(location=Path(real).as_posix(), path=Path(real), url=None)


def file_bytes(path: Path, limit: int) -> bytes:
    """The bytes of a file. Raises LoadError; over `limit` bytes nothing is read."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise LoadError("is no file but a folder, a pipe, a socket or a device: name the files in it")
        if about.st_size > limit:
            raise LoadError(f"is {about.st_size:,} bytes, over the limit of {limit:,}: split it into articles")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise LoadError(_os_reason(error)) from error
    if len(content) > limit:  # it grew, or its folder does not tell sizes
        raise LoadError(f"is over the limit of {limit:,} bytes: split it into articles")
    return content


def _os_reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "is not there: check the path"
    if isinstance(error, PermissionError):
        return "may not be read: give yourself the right to"
    return f"cannot be read ({getattr(error, 'strerror', None) or error}): check the path"


def unknown_kind(path: Path | None) -> str:
    """Why a file of this suffix is not read."""
    suffix = path.suffix if path else ""
    return f"is of the kind {suffix!r}, which is not read: convert it to one of {' '.join(KINDS)}"


def _printable(path: str) -> str:
    """A path or address that can be stored and shown, whatever bytes it was made of."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8").replace("\n", "\\n")[:2_000]
