"""The panel beside the chat, as HTML: every answer's citations word for word, and the article a quote stands in.

Pure functions from records to strings; whatever comes from an article passes `escape` (assistant/ui_html.py).
"""

from __future__ import annotations

from pathlib import PurePath

from assistant.records import STATING, Answer, Citation
from assistant.render import NEAREST, day, headline, one_line
from assistant.ui_conversation import Conversation
from assistant.ui_html import escape, line, shortened, web_link
from index.records import Article, Hit, Source

READER = 60_000  # characters of an article shown around a quote, about 40 pages


def sources(conversation: Conversation) -> str:
    """The citations of every answer, newest first, older ones folded; `id`s are those the chat's markers point to."""
    answered = [(number, e, e.answer) for number, e in enumerate(conversation, start=1) if e.answer]
    if not answered:
        return '<p class="empty">The sentences an answer rests on appear here, word for word.</p>'
    blocks = []
    for number, exchange, given in reversed(answered):
        title = line(shortened(one_line(exchange.question), 120))
        blocks.append(
            f'<details class="cited"{" open" if number == answered[-1][0] else ""}>'
            f"<summary>{title}</summary>{_passages(number, given)}</details>"
        )
    return "".join(blocks)


def _passages(number: int, given: Answer) -> str:
    parts = []
    if given.citations:
        rows = "".join(_passage(number, "cited", place, c) for place, c in enumerate(given.citations))
        parts.append(f'<ol class="passages">{rows}</ol>')
    if given.nearest and given.status not in STATING:
        rows = "".join(_passage(number, "nearest", place, c) for place, c in enumerate(given.nearest))
        parts.append(f'<p class="note">{line(NEAREST)}</p><ol class="passages nearest">{rows}</ol>')
    if read := [(place, hit) for place, hit in enumerate(given.hits) if not _is_cited(given, hit)]:
        rows = "".join(
            f'<li><button type="button" class="link" data-open="{number}.read.{place}">{line(headline(hit.passage.source))}</button>'
            f"{_copies(hit)}</li>"
            for place, hit in read
        )
        parts.append(f'<details class="read"><summary>Also read ({len(read)})</summary><ul>{rows}</ul></details>')
    return "".join(parts) or '<p class="note">Nothing in the articles comes near this question.</p>'


def _is_cited(given: Answer, hit: Hit) -> bool:
    """Whether a quote that is shown stands in this passage."""
    passage = hit.passage
    return any(
        c.article_id == passage.article_id and c.start < passage.end and passage.start < c.end for c in given.citations
    )


def _copies(hit: Hit) -> str:
    return f" and {len(hit.copies)} with the same text" if hit.copies else ""


def _passage(number: int, kind: str, place: int, citation: Citation) -> str:
    """One citation. Its button names it by exchange, list and place: a page can open only what it was shown."""
    cited = kind == "cited"
    anchor = f' id="src-{number}-{citation.number}" tabindex="-1"' if cited else ""
    count = f'<span class="number">{citation.number}</span> ' if cited else ""
    return (
        f'<li class="passage"{anchor}><div class="head">{count}{line(headline(citation.source))}</div>'
        f"<blockquote>{line(citation.quote)}</blockquote>"
        f'<div class="where"><button type="button" data-open="{number}.{kind}.{place}">Read in the article</button>'
        f"{_location(citation.source)}</div></li>"
    )


def _location(source: Source) -> str:
    """A link to the web page, or else the name of the file (in full when the mouse rests on it)."""
    if link := web_link(source.url):
        return link
    place = source.path or source.url
    if not place:
        return ""
    return f'<span class="file" title="{line(place)}">{line(PurePath(place).name if source.path else place)}</span>'


def article(read: Article, citation: Citation) -> str:
    """The article's text with the quoted sentence marked; of a very long one the part around the quote."""
    same = read.text[citation.start : citation.end] == citation.quote
    start, end = (citation.start, citation.end) if same else (0, 0)
    first, last = max(0, start - READER // 2), min(len(read.text), end + READER // 2)
    note = "" if same else "The article has changed since it was quoted, so the sentence is not marked."
    if first > 0 or last < len(read.text):
        note = f"{note} Only the part around the quote is shown.".strip()
    body = (
        ("… " if first else "")
        + escape(read.text[first:start]).lstrip()
        + (f"<mark>{escape(read.text[start:end])}</mark>" if same else "")
        + escape(read.text[end:last]).rstrip()
        + (" …" if last < len(read.text) else "")
    )
    return _reader(read.source, (f'<p class="note">{note}</p>' if note else "") + _body(body))


def whole_article(read: Article) -> str:
    """An article from its beginning."""
    rest = '<p class="note">Only its beginning is shown.</p>' if len(read.text) > READER else ""
    return _reader(read.source, rest + _body(escape(read.text[:READER])))


def _body(shown: str) -> str:
    """An article's text, already escaped; it scrolls, so the keyboard must reach it."""
    return f'<div class="body" tabindex="0" role="region" aria-label="Text">{shown}</div>'


def article_trouble(citation: Citation, trouble: str) -> str:
    """In place of an article that cannot be shown any more."""
    return _reader(citation.source, f'<p class="note">{line(trouble)}</p>')


def _reader(source: Source, content: str) -> str:
    where = f"{line(source.outlet or '')}{' · ' if source.outlet else ''}{line(day(source.published))}"
    return (
        '<article class="reader" aria-label="Article"><button type="button" class="close" data-close>Close</button>'
        f'<h3 tabindex="-1">{line(source.title)}</h3><p class="where">{where} {_location(source)}</p>'
        f"{content}</article>"
    )
