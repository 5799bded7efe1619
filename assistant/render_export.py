"""Answers as files for elsewhere: Markdown, a web page of its own, and an evidence pack that a program can check.

The page holds no script and asks nobody for anything. The pack names for every quote its place in the text, the hash of
that text and of the file it was read from: whoever has the same file can find the same characters in it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from assistant.records import STATING, Answer, Citation, Status
from assistant.render import (
    NEAREST,
    as_object,
    clean,
    escape_markdown,
    freshness,
    headline,
    location,
    markdown,
    one_line,
    to_json,
)
from index.errors import SettingsError
from index.records import Article

KINDS = {"markdown": "Markdown", "html": "web page", "json": "evidence pack"}
PACK = "conflict-reporting-assistant/evidence-pack/1"
_ENDINGS = {"markdown": ("md", "text/markdown"), "html": ("html", "text/html"), "json": ("json", "application/json")}
_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}h2{font-size:1.1rem}"
    "blockquote{margin:.3rem 0;padding-left:.8rem;border-left:3px solid #8aa}small,.soft{color:#555}li{margin:.6rem 0}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer and when it was asked for."""

    asked: datetime
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """An article as it is indexed, and the SHA-256 of the bytes it was read from, if that is known."""

    article: Article
    file_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file to be: `name` has no folder."""

    name: str
    media_type: str
    text: str


Origins = Callable[[str], Origin | None]


def export(told: Sequence[Told], kind: str, origin: Origins) -> Export:
    """`told`, at least one, as a file of `kind`; `origin` finds an article by its id. Raises SettingsError."""
    if kind not in KINDS:
        raise SettingsError(f"{kind[:40]!r} is no kind of file: choose one of {', '.join(KINDS)}")
    ending, media_type = _ENDINGS[kind]
    if kind == "json":
        text = to_json(evidence_pack(told, origin)) + "\n"
    else:
        text = web_page(told) if kind == "html" else "\n".join(_markdown(t) for t in told)
    words = re.findall(r"[a-z0-9]+", one_line(told[0].answer.question).lower())[:8]
    return Export(name=f"{'-'.join(words)[:60] or 'answer'}.{ending}", media_type=media_type, text=text)


def _markdown(told: Told) -> str:
    return f"## {escape_markdown(told.answer.question)}\n\n{markdown(told.answer)}"


def web_page(told: Sequence[Told]) -> str:
    """A page that stands alone: no script, and a policy that forbids loading anything."""
    title = _text(told[0].answer.question)
    body = "".join(_section(t.answer) for t in told)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def _section(given: Answer) -> str:
    parts = [f"<h2>{_text(given.question)}</h2><p>{_text(given.text)}</p>"]
    if given.status is not Status.ANSWERED and given.reason:
        parts.append(f'<p class="soft">{_text(given.reason)}</p>')
    if given.citations:
        parts.append(f"<ol>{''.join(map(_cited, given.citations))}</ol>")
    if given.nearest and given.status not in STATING:
        parts.append(f"<p>{_text(NEAREST)}</p><ul>{''.join(map(_cited, given.nearest))}</ul>")
    if given.removed:
        rows = "".join(f"<li><s>{_text(r.text)}</s> {_text(r.reason)}</li>" for r in given.removed)
        parts.append(f"<p>Removed by the check:</p><ul>{rows}</ul>")
    return f"<section>{''.join(parts)}<p><small>{_text(freshness(given))}</small></p></section>"


def _cited(citation: Citation) -> str:
    place = location(citation.source)
    return (
        f"<li>{_text(headline(citation.source))}<blockquote>{_text(citation.quote)}</blockquote>"
        f"{f'<small>{_text(place)}</small>' if place else ''}</li>"
    )


def _text(text: str) -> str:
    return html.escape(one_line(clean(text)))


def evidence_pack(told: Sequence[Told], origin: Origins) -> dict[str, object]:
    """Plain values: each answer as the command line's JSON, with when it was asked and an `evidence` row a citation."""
    return {
        "format": PACK,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "answers": [
            {
                "asked": t.asked.isoformat(timespec="seconds"),
                **as_object(t.answer),
                "understood_as": t.answer.standalone,
                "settings": t.answer.settings_id,
                "evidence": [_evidence(c, origin(c.article_id)) for c in t.answer.citations],
            }
            for t in told
        ],
    }


def _evidence(citation: Citation, found: Origin | None) -> dict[str, object]:
    """`stands`: whether the article, as indexed now, has exactly this quote at exactly this place."""
    text = found.article.text if found else None
    return {
        "number": citation.number,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "stands": text is not None and text[citation.start : citation.end] == citation.quote,
        "article": citation.article_id,
        "title": citation.source.title,
        "outlet": citation.source.outlet,
        "published": citation.source.published.isoformat() if citation.source.published else None,
        "url": citation.source.url,
        "file": citation.source.path,
        "file_sha256": found.file_hash if found else None,
        "text_sha256": sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text is not None else None,
    }
