"""RSS and Atom feeds: which articles they name, and what they say about each. Fetches nothing."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from index.errors import LoadError
from index.load_dates import read_date
from index.load_decode import decode
from index.load_faults import mapped

MAX_ENTRIES = 1_000  # of one feed
FULL = 400  # characters of text from which a feed's content counts as the article, not its teaser

_FEED_ROOT = re.compile(
    r"\s*(?:<\?[^>]{0,500}\?>\s*|<!--.{0,2000}?-->\s*|<!DOCTYPE[^>\[]{0,500}>\s*)*<(?:\w+:)?(rss|feed|RDF)\b", re.S
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,500}\?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed says of one article. `markup`: its full text as HTML, None where the feed has only a teaser."""

    url: str
    title: str | None
    author: str | None
    outlet: str | None
    published: date | None
    language: str | None
    markup: str | None


def is_feed(content: bytes) -> bool:
    """Whether `content` (or its beginning) is RSS or Atom."""
    try:
        return bool(_FEED_ROOT.match(decode(content[:8_192], markup=True)))
    except LoadError:
        return False


def read_feed(content: bytes, url: str) -> tuple[Entry, ...]:
    """The entries with an address, in the feed's order. Raises LoadError for none, or for declared entities."""
    text = _DECLARATION.sub("", decode(content, markup=True))
    if "<!ENTITY" in text:
        raise LoadError(
            "is a feed that declares entities: it may be an entity bomb; give the addresses of its articles"
        )
    with mapped("feed"):
        import feedparser

        found: Any = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),  # a stream: a string would be opened as a file or an address
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        )
        entries = tuple(_entry(entry, found) for entry in found.entries[:MAX_ENTRIES] if entry.get("link"))
    if not entries:
        raise LoadError("is a feed without articles: try again later, or give the addresses of its articles")
    return entries


def _entry(entry: Any, feed: Any) -> Entry:
    contents = [str(part.get("value") or "") for part in entry.get("content") or ()]
    longest = max(contents, key=len, default="")
    # RSS 1.0 has only dc:date, which feedparser files under `updated`; in Atom that is the date of a change
    stamp = entry.get("published") or (entry.get("updated") if str(feed.version).startswith("rss") else None)
    return Entry(
        url=str(entry["link"]).strip(),
        title=entry.get("title"),
        author=entry.get("author"),
        outlet=feed.feed.get("title"),
        published=read_date(stamp),
        language=feed.feed.get("language"),
        markup=longest if len(re.sub(r"<[^<>]*>", "", longest)) >= FULL else None,
    )
