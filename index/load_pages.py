"""HTML pages: the article's text and metadata by trafilatura, its date of publication by htmldate under narrow rules.

htmldate looks for any date it can find; here it is shown only what speaks of publication: named metadata, datePublished
of an article in JSON-LD, a marked <time> element, the address. Dates of changes, of other articles on the page and of
events in the text never reach it.
"""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from index.errors import LoadError
from index.load_dates import find_published, read_date
from index.load_draft import Draft
from index.load_faults import mapped

_TIME_NAME = re.compile(r"date|time|publi|issued|created", re.IGNORECASE)
_CHANGE = re.compile(r"modif|updat|revis|expir|review|access|valid|event|start|end", re.IGNORECASE)
_STAMPED = re.compile(r"publi|posted|byline|dateline|timestamp|\bdate\b|-date|date-|_date|date_", re.IGNORECASE)
_ARTICLE_TYPE = re.compile(r"Article|Posting|Report|WebPage")
_ASIDE = "ancestor::aside or ancestor::nav or ancestor::footer or ancestor::li or ancestor::p"
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"</(?:p|div|h[1-6]|li|tr|blockquote)\s*>|<br\s*/?>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
_UNSEEN_END = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
MAX_STAMPS = 100  # elements named like a date that are looked at


def read_page(text: str, url: str | None) -> Draft:
    """The article on a page. Raises LoadError when there is no readable text, as on a page that is all script."""
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they log what the caller hears as LoadError
    with mapped("html"):
        from trafilatura import bare_extraction, load_html

        text = _XML_HEAD.sub("", text)
        tree = load_html(text)
        if tree is None:
            raise LoadError("has no readable text: it is not an HTML page")
        page: Any = bare_extraction(
            text, url=url, include_comments=False, with_metadata=True, date_extraction_params=_htmldate_options(url)
        )
        if page is None or not (page.text or "").strip():
            raise LoadError("has no readable text: the page builds it by script, or holds none; save it as text")
        address = url or _canonical(tree)
        return Draft(
            text=page.text,
            title=page.title,
            outlet=_site_name(page.sitename, address),
            author=page.author,
            url=address,
            published=_published(tree, address),
            language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        )


def markup_text(text: str) -> str:
    """A fragment of HTML from a feed or a table as plain text, one line a paragraph."""
    text = _BREAK.sub("\n", _without_scripts(text))
    return html.unescape(_TAG.sub("", text))


def _without_scripts(text: str) -> str:
    kept, start = [], 0
    while opened := _UNSEEN.search(text, start):
        closed = _UNSEEN_END[opened[1].lower()].search(text, opened.end())
        kept.append(text[start : opened.start()])
        start = closed.end() if closed else len(text)
    return "".join((*kept, text[start:]))


def _published(tree: Any, url: str | None) -> date | None:
    from htmldate import find_date

    shown = "".join(f"<meta name='{name}' content='{value}'>" for name, value in _metadata(tree))
    if stated := _stated_in_json(tree):
        shown += f"<script type='application/ld+json'>{json.dumps({'datePublished': stated})}</script>"
    times = "".join(f"<time pubdate datetime='{value}'></time>" for value in _times(tree))
    found = find_date(f"<html><head>{shown}</head><body>{times}</body></html>", **_htmldate_options(url))
    return read_date(found) or _stamped(tree)


def _htmldate_options(url: str | None) -> dict[str, Any]:
    return {
        "url": url or "",
        "original_date": True,
        "extensive_search": False,
        "deferred_url_extractor": True,
        "min_date": "1900-01-01",
        "max_date": "2199-12-31",
    }


def _metadata(tree: Any) -> Iterator[tuple[str, str]]:
    for element in tree.iterfind(".//meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        day = read_date(element.get("content") or element.get("datetime"))
        if day and _TIME_NAME.search(name) and not _CHANGE.search(name):
            yield html.escape(name.lower()[:80]), day.isoformat()


def _stated_in_json(tree: Any) -> str | None:
    """datePublished of the first article in the page's JSON-LD; lists of other articles are left out."""
    for element in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            waiting = [json.loads(element.text or "null")]
        except (ValueError, RecursionError):  # a page's own broken metadata is as good as none
            continue
        for _ in range(1_000):
            if not waiting:
                break
            found = waiting.pop(0)
            if isinstance(found, list):
                waiting.extend(found[:100])
            elif isinstance(found, dict):
                day = read_date(found.get("datePublished"))
                if day and _ARTICLE_TYPE.search(str(found.get("@type"))[:200]):
                    return day.isoformat()
                waiting.extend(found[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in found)
    return None


def _times(tree: Any) -> list[str]:
    """The first <time> that stands above the text; a marked one (pubdate, datePublished) goes first."""
    marked = tree.xpath("//time[@pubdate or @itemprop='datePublished']")
    plain = tree.xpath(f"//time[@datetime][not({_ASIDE})]")
    for element in (*marked, *plain):
        around = " ".join((element.get("class") or "", element.get("itemprop") or "", _seen(element)))
        day = read_date(element.get("datetime") or _seen(element))
        if day and not _CHANGE.search(around[:300]):
            return [day.isoformat()]
    return []


def _stamped(tree: Any) -> date | None:
    """The date line a reader sees: an element whose class says so and whose text is nothing but a date and a name."""
    stamps = 0
    for element in tree.xpath(f"//*[@class or @itemprop][not({_ASIDE})]")[:5_000]:
        name = f"{element.get('class') or ''} {element.get('itemprop') or ''}"[:200]
        if _STAMPED.search(name) and not _CHANGE.search(name) and stamps < MAX_STAMPS:
            stamps += 1
            line = _seen(element)
            if line and len(line) <= 120 and (day := find_published(line)):
                return day
    return None


def _seen(element: Any) -> str:
    """The text of a small element on one line; of a large one its beginning."""
    return " ".join(" ".join(piece[:200] for piece in islice(element.itertext(), 12)).split())


def _site_name(name: str | None, url: str | None) -> str | None:
    """The name a site gives itself; None where trafilatura fell back on the host: a feed may know better."""
    host = re.sub(r"^https?://(?:www\.)?|/.*", "", url or "", flags=re.DOTALL).lower()
    return None if (name or "").lower() in {host, host.partition(":")[0]} else name


def _canonical(tree: Any) -> str | None:
    for path, attribute in ((".//link[@rel='canonical']", "href"), (".//meta[@property='og:url']", "content")):
        for element in tree.iterfind(path):
            if str(element.get(attribute) or "").startswith(("http://", "https://")):
                return str(element.get(attribute))
    return None
