"""From what a reader found to an Article: names of fields, cleaning, bounds, title, ids and hashes. Reads no format."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from index.errors import LoadError, SettingsError
from index.load_dates import find_published, is_date_line, read_date
from index.load_decode import clean_line, clean_text
from index.load_language import language_of
from index.records import Article, Source

NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "text": ("text", "body", "content", "article"),
    "outlet": ("outlet", "source", "publisher", "site", "sitename"),
    "author": ("author", "authors", "byline"),
    "published": ("published", "publishedat", "publishdate", "date", "datepublished", "publicationdate", "pubdate"),
    "url": ("url", "link"),
    "language": ("language", "lang"),
    "id": ("id",),
}  # ours -> theirs, best first; compared without case, spaces, dashes and underscores
HEADLINE = 120  # characters: a longer first line is a paragraph
TITLE = 100  # characters of a title made from the first sentence
MAX_URL = 2_000  # characters
NOTHING = {"", "null", "none", "~", "nan", "n/a"}  # how tables and front matter write an absent value

_SENTENCE = re.compile(r"""(.{20,}?[^\W\dA-Z][.!?…]["”’»)]*)(?=\s|$)""")
_BYLINE = re.compile(r"(?:by|von|par|por|автор:?)\s+[^\W\d_]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article as a reader found it: nothing cleaned, nothing checked. `key` tells the articles of one file apart."""

    text: str
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    published: date | None = None
    language: str | None = None
    key: str | None = None


def check_fields(fields: Mapping[str, str] | None) -> dict[str, str]:
    """`fields` (a file's own name -> ours) in compared form. Raises SettingsError for a name that is not ours."""
    for theirs, ours in (fields or {}).items():
        if ours not in NAMES:
            raise SettingsError(f"field {theirs!r} is mapped to {ours!r}: known are {', '.join(NAMES)}")
    return {_compared(theirs): ours for theirs, ours in (fields or {}).items()}


def draft_of(row: Mapping[str, object], fields: Mapping[str, str], *, text: str | None = None) -> Draft:
    """A row or front matter by well-known names; `fields` (from check_fields) go first.

    Raises LoadError when it has no text and none is given.
    """
    named: dict[str, object] = {}
    for name, value in row.items():
        named.setdefault(_compared(str(name)), value)
    found: dict[str, object] = {}
    for ours, theirs in NAMES.items():
        own = [name for name, target in fields.items() if target == ours]
        values = (named.get(name) for name in (*own, *(name for name in theirs if name not in fields)))
        found[ours] = next((value for value in values if _says(value)), None)
    body = text if text is not None else _joined(found["text"], "\n\n")
    if body is None:
        shown = ", ".join(repr(str(name)[:40]) for name in list(row)[:12]) or "none at all"
        raise LoadError(f"has no text: its fields are {shown}; name the one with the text {NAMES['text'][0]!r}")
    return Draft(
        text=body,
        title=_joined(found["title"]),
        outlet=_joined(found["outlet"]),
        author=_joined(found["author"]),
        url=_joined(found["url"]),
        published=read_date(found["published"]),
        language=_joined(found["language"]),
        key=_joined(found["id"]) or _joined(found["url"]),
    )


def filled(draft: Draft, other: Draft) -> Draft:
    """`draft` with what it does not say taken from `other` (a feed's entry); text and key stay."""
    names = ("title", "outlet", "author", "url", "published", "language")
    return replace(draft, **{name: getattr(draft, name) or getattr(other, name) for name in names})


def article_of(draft: Draft, *, location: str, path: Path | None, url: str | None, max_chars: int) -> Article:
    """The finished Article. Raises LoadError when it has no text or more than `max_chars` characters of it."""
    text = clean_text(draft.text)
    if not text:
        raise LoadError("has no readable text")
    if len(text) > max_chars:
        raise LoadError(f"has {len(text):,} characters, over the limit of {max_chars:,}: split it into articles")
    address = web_address(draft.url) or web_address(url)
    outlet = clean_line(draft.outlet)
    source = Source(
        title=clean_line(draft.title) or title_of(text),
        outlet=host_of(outlet) or outlet if outlet else host_of(address),
        author=clean_line(draft.author),
        url=address,
        path=str(path) if path else None,
        published=draft.published or find_published(text),
        language=language_of(text, draft.language),
    )
    said = (source.title, source.outlet, source.author, source.url, str(source.published), source.language, text)
    return Article(
        id=_sha256(location if draft.key is None else f"{location}#{draft.key}")[:16],
        source=source,
        text=text,
        content_hash=_sha256(json.dumps(said)),
    )


def title_of(text: str) -> str:
    """The first line if it looks like a headline, else the first sentence cut at 100 characters."""
    lines = (line.strip() for line in text[:5_000].split("\n"))
    said = [line for line in lines if line and not is_date_line(line) and not _is_byline(line)][:2]
    first = said[0] if said else text.split("\n", 1)[0]
    if len(said) > 1 and len(first) <= HEADLINE and " " in first and not first.endswith((".", ":", ",", ";", "…")):
        return first
    match = _SENTENCE.match(first)
    sentence = match[1] if match else first
    if len(sentence) <= TITLE:
        return sentence
    return sentence[:TITLE].rsplit(" ", 1)[0].rstrip(" ,;:–—-")[: TITLE - 1] + "…"


def web_address(url: str | None) -> str | None:
    """`url` if a reader can open it on the web, else None: no javascript:, no file:, nothing with blanks in it."""
    url = clean_text(url or "")
    return url if len(url) <= MAX_URL and re.fullmatch(r"https?://[^\s<>\"]+", url, re.IGNORECASE) else None


def host_of(url: str | None) -> str | None:
    """The host of a web address without `www.`, the outlet where none is named."""
    try:
        host = urlsplit(url).hostname if url and web_address(url) else None
    except ValueError:  # brackets that hold no address
        return None
    return host.removeprefix("www.") or None if host else None


def _is_byline(line: str) -> bool:
    return len(line.split()) <= 8 and bool(_BYLINE.match(line))


def _compared(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _says(value: object) -> bool:
    return _joined(value) is not None


def _joined(value: object, by: str = ", ") -> str | None:
    """Text of a value: a scalar, a list of scalars, or an object with a name; anything deeper is no field of ours."""
    if isinstance(value, Mapping):
        value = value.get("name")
    elif isinstance(value, list | tuple):
        parts: Iterable[object] = (part.get("name") if isinstance(part, Mapping) else part for part in value[:10_000])
        value = by.join(str(part) for part in parts if isinstance(part, str | int | float) and str(part).strip())
    if isinstance(value, bool) or not isinstance(value, str | int | float | date):
        return None
    text = str(value)
    return None if len(text) < 6 and text.strip().lower() in NOTHING else text if text.strip() else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
