"""HTML read as a browser would read it, and what the page may hold."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any

from fakes_assistant import ARTICLE

from index.figures import Figure
from index.records import Sentence, Source

OURS = {
    "a", "article", "blockquote", "br", "button", "circle", "details", "div", "figcaption", "figure", "h2", "h3", "li", "mark",
    "b", "input", "nav", "output", "path",
     "svg", "table", "tbody", "td", "text", "th", "thead", "title", "tr", "ol", "p", "s", "section", "span", "summary", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "aria-current", "aria-label", "aria-pressed", "class", "cx", "cy", "d", "data-kind", "data-name", "data-type",
    "hidden", "r", "scope", "text-anchor", "viewbox", "x", "y",
    "aria-valuetext", "data-book", "data-first", "max", "min", "value",
    "data-close", "data-current", "data-do", "data-head", "data-id", "data-number", "data-open",
    "data-quote", "data-shelf", "data-text", "href", "id", "open", "rel", "role", "tabindex", "target", "title", "type",
}  # fmt: skip


class Reading(HTMLParser):
    """Reads HTML as a browser's parser would hand it on: tags with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.strange: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def handle_decl(self, decl: str) -> None:
        self.strange.append(decl)

    def handle_pi(self, data: str) -> None:
        self.strange.append(data)

    def unknown_decl(self, data: str) -> None:
        self.strange.append(data)

    def links(self) -> list[str]:
        return [str(attributes["href"]) for tag, attributes in self.tags if tag == "a"]


def make_figure(value: float, text: str, source: Source, *, day: int | None = None, **changed: Any) -> Figure:
    """A figure of a done event on the first, or the day of May that its value gives."""
    sentence = Sentence(article_id=ARTICLE.id, source=source, ordinal=0, start=0, end=len(text), text=text)
    when = date(2025, 5, day or int(value) % 28 + 1)
    given: dict[str, Any] = {
        "value": value, "qualifier": "at least", "vague": False, "role": "count", "counted": text, "kinds": frozenset({"people"}),
        "action": "exchanged", "state": "done", "per_side": True, "scope": "event", "when": when, "dated": True, "period": text,
        "claimant": text, "sentence": sentence, "speaker": None, "start": 0, "end": 3,
    }  # fmt: skip
    return Figure(**(given | changed))
