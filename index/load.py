"""Files, folders, addresses and feeds to articles: `discover` finds them, `fetch` gets the bytes, `read` the articles.

Whatever the bytes are, the outcome is articles and named failures. Nothing is written, and nothing is guessed: what a
file does not say about itself stays None, and its own times on disk say nothing about the article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from index.errors import LoadError
from index.load_decode import decode
from index.load_draft import Draft, article_of, check_fields, filled
from index.load_feeds import Entry
from index.load_find import KINDS, PEEK, Item, Kind, discover, file_bytes, unknown_kind
from index.load_rows import read_json, read_json_lines, read_table
from index.load_text import read_text
from index.load_web import download
from index.records import Article, Failure
from index.settings import IndexSettings

__all__ = ["Item", "discover", "fetch", "read"]


def fetch(item: Item, settings: IndexSettings) -> bytes:
    """The bytes of a file or address. Raises LoadError; nothing over `max_file_bytes` is read, or held in memory."""
    if item.path is not None:
        return file_bytes(item.path, settings.max_file_bytes)
    try:
        return download(item.location, settings, typed=item.entry is None).content
    except LoadError:
        if item.entry is None or item.entry.markup is None:
            raise
        return _entry_page(item.entry)


def read(
    item: Item, content: bytes, settings: IndexSettings, *, fields: Mapping[str, str] | None = None
) -> Iterator[Article | Failure]:
    """The articles in `content`, one or many. `fields`: names in JSON and tables -> ours, before the well-known ones.

    Raises SettingsError for a mapping to a name that is not ours; all else is a Failure.
    """
    known = check_fields(fields)
    drafts = _drafts(item, content, settings, known)
    while True:
        try:
            draft = next(drafts, None)
            if draft is None:
                return
            yield draft if isinstance(draft, Failure) else _article(item, draft, settings)
        except LoadError as error:
            yield Failure(location=item.location, reason=str(error))


def _article(item: Item, draft: Draft, settings: IndexSettings) -> Article:
    if item.entry is not None:
        draft = filled(draft, _entry_draft(item.entry))
    try:
        return article_of(
            draft, location=item.location, path=item.path, url=item.url, max_chars=settings.max_article_chars
        )
    except LoadError as error:
        raise LoadError(f"{error}" if draft.key is None else f"article {draft.key[:200]!r} {error}") from error


def _drafts(
    item: Item, content: bytes, settings: IndexSettings, fields: Mapping[str, str]
) -> Iterator[Draft | Failure]:
    if not content.strip(b"\0 \t\r\n"):
        raise LoadError("is empty")
    kind = KINDS.get(item.path.suffix.lower()) if item.path else _kind_of(item.location, content)
    match kind:
        case "pdf":
            from index.load_documents import read_pdf

            yield read_pdf(content, max_chars=settings.max_article_chars)
        case "docx":
            from index.load_documents import read_docx

            yield read_docx(content, max_bytes=settings.max_file_bytes)
        case "html":
            from index.load_pages import read_page

            try:
                yield read_page(decode(content, markup=True), item.url)
            except LoadError:
                if item.entry is None or item.entry.markup is None:
                    raise
                yield _entry_draft(item.entry)
        case "json":
            yield from read_json(decode(content), item.location, fields)
        case "jsonl":
            yield from read_json_lines(decode(content), item.location, fields)
        case "csv" | "tsv":
            yield from read_table(decode(content), item.location, fields, tabs=kind == "tsv")
        case "txt" | "md":
            yield read_text(decode(content), markdown=kind == "md")
        case None:
            raise LoadError(unknown_kind(item.path))


def _kind_of(url: str, content: bytes) -> Kind:
    """The kind of what an address answered: by its first bytes, as servers send HTML for anything; then by suffix."""
    start = content[:PEEK].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "docx"
    suffix = KINDS.get(Path(urlsplit(url).path).suffix.lower(), "html")
    if suffix in {"html", "pdf", "docx"} or start.startswith(b"<"):
        return "json" if start.startswith((b"{", b"[")) else "html" if b"<" in start else "txt"
    return suffix


def _entry_draft(entry: Entry) -> Draft:
    from index.load_pages import markup_text

    return Draft(
        text=markup_text(entry.markup or ""),
        title=entry.title,
        author=entry.author,
        outlet=entry.outlet,
        published=entry.published,
        language=entry.language,
        url=entry.url,
    )


def _entry_page(entry: Entry) -> bytes:
    return f"<html><body><article>{entry.markup}</article></body></html>".encode("utf-8", "replace")
