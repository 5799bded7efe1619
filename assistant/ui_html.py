"""What the chat page shows, as HTML: pure functions from records to strings, nothing of gradio.

Questions, articles, titles, addresses and the model's text are hostile. Every one of them passes `escape`, which leaves
no character that HTML, Markdown or a page template could act on; only http and https addresses become links. The pieces
for the chat stand on one line, because the chat reads Markdown, in which a block of HTML ends at an empty line.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from assistant.records import Answer, Status
from assistant.render import clean, day, freshness, headline, one_line
from assistant.ui_conversation import Conversation, Exchange
from index.records import CorpusFacts

ECHOED = 2_000  # characters of a question shown in the chat; a longer one is cut for the eye only
HOVER = 300  # characters of a quote shown when the mouse rests on its marker
BADGES = {
    Status.ANSWERED: "Answered",
    Status.CONFLICTING: "Sources conflict",
    Status.NO_EVIDENCE: "Not in the articles",
    Status.NOT_STATED: "Not stated",
    Status.OUTDATED: "Only older articles",
    Status.UNSUPPORTED: "Not supported",
}

# The five of HTML; what Markdown reads; the signs of page templates; the colon that makes a bare address a link.
_ENTITIES = {ord(character): f"&#{ord(character)};" for character in "&<>\"'`*_[](){}#|~$!\\:@=+"}
_MARKER = re.compile(r"\[(\d{1,3})\]")


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


# -- the chat --


def messages(conversation: Conversation, draft: str = "") -> list[dict[str, str]]:
    """The conversation as chat messages; `draft` is the HTML shown while the last exchange is open."""
    shown = []
    for number, exchange in enumerate(conversation, start=1):
        shown.append({"role": "user", "content": question(exchange)})
        if exchange.answer:
            reply = answer(number, exchange.answer)
        else:
            reply = f'<div class="trouble">{line(exchange.trouble)}</div>' if exchange.trouble else draft
        shown.append({"role": "assistant", "content": reply or writing("waiting for the model", "")})
    return shown


def question(exchange: Exchange) -> str:
    """A question as asked, with the limits it was asked under."""
    text = clean(exchange.question).strip()
    shown = "<br>".join(escape(part) for part in text[:ECHOED].split("\n"))
    limits = scope(exchange)
    return (
        f'<div class="question">{shown}{" …" if len(text) > ECHOED else ""}'
        + (f'<div class="scope">{limits}</div>' if limits else "")
        + "</div>"
    )


def scope(exchange: Exchange) -> str:
    """The limits of a question in words, or ""."""
    chosen = exchange.filter
    parts = [
        f"as of {day(exchange.as_of)}" if exchange.as_of else "",
        f"from {day(chosen.since)}" if chosen.since else "",
        f"until {day(chosen.until)}" if chosen.until else "",
        "only " + ", ".join(map(one_line, chosen.outlets)) if chosen.outlets else "",
    ]
    return line(" · ".join(filter(None, parts)))


def writing(stage: str, draft: str) -> str:
    """The stage the work is in and, once it has begun, the unchecked draft."""
    shown = f'<div class="draft">{_paragraph(draft)}</div>' if draft.strip() else ""
    return f'<div class="working"><div class="stage">{line(stage)}</div>{shown}</div>'


def answer(number: int, given: Answer) -> str:
    """A checked answer or a refusal; `number` is that of its exchange, from 1."""
    parts = [f'<div class="text">{_with_markers(number, given)}</div>']
    if given.standalone and one_line(given.standalone).casefold() != one_line(given.question).casefold():
        parts.append(f'<div class="reason">{line("Understood as: " + given.standalone)}</div>')
    if given.status is not Status.ANSWERED and given.reason:
        parts.append(f'<div class="reason">{line(given.reason)}</div>')
    if given.removed:
        rows = "".join(f"<li><s>{line(r.text)}</s><br>{line(r.reason)}</li>" for r in given.removed)
        count = "1 sentence was" if len(given.removed) == 1 else f"{len(given.removed)} sentences were"
        parts.append(
            f'<details class="removed"><summary>{count} removed by the check</summary><ul>{rows}</ul></details>'
        )
    badge = f'<span class="badge {given.status.value}">{BADGES[given.status]}</span>'
    parts.append(f'<div class="meta">{badge} {line(freshness(given))}</div>')
    return f'<div class="answer">{"".join(parts)}</div>'


def _with_markers(number: int, given: Answer) -> str:
    """The text with each [n] that has a citation as a link to it; any other bracket stays text."""
    cited = {citation.number: citation for citation in given.citations}
    pieces, done = [], 0
    text = clean(given.text).strip()
    for marker in _MARKER.finditer(text):
        citation = cited.get(int(marker[1]))
        if citation is None:
            continue
        hover = line(f"{headline(citation.source)}: “{shortened(citation.quote, HOVER)}”")
        pieces.append(_paragraph(text[done : marker.start()]))
        pieces.append(f'<a class="marker" href="#src-{number}-{citation.number}" title="{hover}">{citation.number}</a>')
        done = marker.end()
    return "".join(pieces) + _paragraph(text[done:])


def _paragraph(text: str) -> str:
    return "<br>".join(escape(part) for part in re.split(r"\n+", clean(text)))


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


# -- the top of the page --


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


def notice(text: str, *, trouble: bool = False) -> str:
    """A line under the title: what is being loaded, or what is wrong; "" for none."""
    return f'<p class="{"trouble" if trouble else "stage"}" role="status">{line(text)}</p>' if text else ""
