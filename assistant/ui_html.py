"""Hostile text as harmless HTML, and the lines at the top of the chat page. Nothing of gradio.

Questions, articles, titles, addresses and the model's text are hostile. Every one of them passes `escape`, which leaves
no character that HTML, Markdown or a page template could act on; only http and https addresses become links.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from assistant.render import clean, day, one_line
from index.records import CorpusFacts

NAMED = 5  # outlets named on the first visit; the others are counted
# The five of HTML; what Markdown reads; the signs of page templates; the colon that makes a bare address a link.
_ENTITIES = {ord(character): f"&#{ord(character)};" for character in "&<>\"'`*_[](){}#|~$!\\:@=+"}


def escape(text: str) -> str:
    """`text` as it reads, for HTML content and attributes alike; control and bidirectional characters are dropped."""
    return clean(text).translate(_ENTITIES)


def line(text: str) -> str:
    """`escape` with all white space on one line."""
    return escape(one_line(text))


def web_link(url: str | None) -> str:
    """A link to `url` that shows its true host, or "" if it is not a plain http or https address."""
    if not url or clean(url) != url or any(character.isspace() for character in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # brackets of no IPv6 address, and the like
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(host)} ↗</a>'


def shortened(text: str, most: int) -> str:
    """`text`, cut at a word so that at most `most` characters stay."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def corpus(facts: CorpusFacts) -> str:
    """What the index holds, in one line."""
    outlets = len(facts.outlets)
    parts = [
        f"{facts.articles:,} article{'' if facts.articles == 1 else 's'}",
        f"{outlets:,} outlet{'' if outlets == 1 else 's'}" if outlets else "no outlet named",
        f"newest {day(facts.newest)}" if facts.newest else "none dated",
        f"{facts.undated:,} undated" if facts.undated and facts.newest else "",
    ]
    return f'<p class="corpus">{line(" · ".join(filter(None, parts)))}</p>'


def span(facts: CorpusFacts) -> str:
    """Whose articles there are, and from which days: what the line of `corpus` over it has no room for."""
    named = list(facts.outlets[:NAMED])
    if more := len(facts.outlets) - len(named):
        named.append(f"{more:,} more")
    whose = f" by {', '.join(named[:-1])}{' and ' if named[:-1] else ''}{named[-1]}" if named else ""
    if facts.oldest is None or facts.newest is None:
        days = ""
    elif facts.oldest == facts.newest:
        days = f" of {day(facts.newest)}"
    else:
        days = f", {day(facts.oldest)} to {day(facts.newest)}"
    return f'<p class="corpus">{line(f"Articles{whose}{days}" if whose or days else "Neither outlet nor day is known")}</p>'


def notice(text: str, *, trouble: bool = False) -> str:
    """A line under the title: what is being loaded, or what is wrong; "" for none."""
    return f'<p class="{"trouble" if trouble else "stage"}" role="status">{line(text)}</p>' if text else ""
