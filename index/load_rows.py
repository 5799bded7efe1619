"""Files of many articles: JSON (an object, a list, or {"articles": [...]}), JSON lines, CSV and TSV.

A row that cannot be read is one Failure that names it; the rest goes on.
"""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from index.errors import LoadError
from index.load_draft import Draft, draft_of
from index.load_faults import mapped
from index.records import Failure

DELIMITERS = ",;\t|"
_CSV_LIMIT = threading.Lock()  # the csv module has one field limit for the whole interpreter


def read_json(text: str, location: str, fields: Mapping[str, str]) -> Iterator[Draft | Failure]:
    """One article for an object, many for a list. Raises LoadError for what is not JSON or holds no articles."""
    with mapped("json"):
        found = json.loads(text)
    rows = _articles(found)
    if rows is None and isinstance(found, dict):
        yield replace(_draft(found, fields), key=None)
        return
    if rows is None:
        raise LoadError(f"holds a JSON {type(found).__name__}, not articles: give a list of objects with a text")
    yield from _numbered(enumerate(rows, start=1), "item", location, fields)


def read_json_lines(text: str, location: str, fields: Mapping[str, str]) -> Iterator[Draft | Failure]:
    """One article a line; empty lines are passed over."""
    lines = ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())
    yield from _numbered(lines, "line", location, fields)


def read_table(text: str, location: str, fields: Mapping[str, str], *, tabs: bool) -> Iterator[Draft | Failure]:
    """One article a row under a header. Raises LoadError for what is not a table."""
    text = text.lstrip("\r\n")
    header = text.partition("\n")[0]
    delimiter = "\t" if tabs else max(DELIMITERS, key=header.count)
    with _CSV_LIMIT:
        limit = csv.field_size_limit(len(text) + 1)
        try:
            rows = list(_table_rows(text, delimiter))
        finally:
            csv.field_size_limit(limit)
    yield from _numbered(enumerate(rows, start=1), "row", location, fields)


def _table_rows(text: str, delimiter: str) -> Iterator[dict[str, object] | LoadError]:
    """Rows as objects; strict, since a quote left open would swallow the rows below, and a stray comma cut a text."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        try:
            with mapped("csv"):
                row = next(reader, None)
        except LoadError as error:
            if header is None:
                raise
            yield error
            continue
        if row is None:
            return
        if header is None:
            header = row
        elif len(row) > len(header):
            yield LoadError(f"has {len(row)} values under {len(header)} names: put values with {delimiter!r} in quotes")
        elif row:
            yield dict(zip(header, row, strict=False))


def _articles(found: object) -> list[object] | None:
    if isinstance(found, dict):
        inner = [value for name, value in found.items() if str(name).lower() == "articles"]
        return inner[0] if inner and isinstance(inner[0], list) else None
    return found if isinstance(found, list) else None


def _numbered(
    rows: Iterator[tuple[int, Any]] | enumerate[Any], word: str, location: str, fields: Mapping[str, str]
) -> Iterator[Draft | Failure]:
    """Drafts with a key unique in the file: the row's id or URL, with ~2, ~3 ... when repeated, else its number.

    Raises LoadError, once for all, when no row at all is an article: the file is something else.
    """
    keys: dict[str, int] = {}
    flaws: list[Failure] = []  # of the rows before the first article
    for number, row in rows:
        try:
            draft = _draft(_object(row), fields)
        except LoadError as error:
            flaw = Failure(location=location, reason=f"{word} {number} {error}")
            if keys:
                yield flaw
            else:
                flaws.append(flaw)
            continue
        if not keys:
            yield from flaws
        key = draft.key or str(number)
        keys[key] = keys.get(key, 0) + 1
        yield replace(draft, key=key if keys[key] == 1 else f"{key}~{keys[key]}")
    if not keys:
        more = f" (and {len(flaws) - 1} more)" if len(flaws) > 1 else ""
        raise LoadError(f"holds no articles{more}: {flaws[0].reason}" if flaws else "holds no articles")


def _object(row: object) -> Mapping[str, object]:
    if isinstance(row, LoadError):
        raise row
    if isinstance(row, str):
        with mapped("json"):
            row = json.loads(row)
    if not isinstance(row, dict):
        raise LoadError(f"is a JSON {type(row).__name__}, not an object: give it as {{'text': ...}}")
    return row


def _draft(row: Mapping[str, object], fields: Mapping[str, str]) -> Draft:
    draft = draft_of(row, fields)
    if "</p>" not in draft.text and "<br" not in draft.text:
        return draft
    from index.load_pages import markup_text

    return replace(draft, text=markup_text(draft.text))
