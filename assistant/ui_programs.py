"""The three functions for programs, by gradio_client and as MCP tools; everything else on the page is private."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.records import Answer
from assistant.render import as_object, location
from assistant.ui_events import MODEL
from assistant.ui_gradio import api, gr
from assistant.ui_limits import read_day
from assistant.ui_talk import Talk, well_formed
from index.errors import AssistantError, ModelStopped, SettingsError
from index.figures import Figure
from index.records import Hit, Source

if TYPE_CHECKING:
    from assistant import Assistant

T = TypeVar("T")
MOST_HITS = 50
MOST_FIGURES = 200


class Programs:
    """What programs may call, with plain values in and out. Raises the assistant's errors."""

    def __init__(self, assistant: Assistant, talk: Talk) -> None:
        self._assistant = assistant
        self._talk = talk

    def ask(self, question: str, as_of: str | None = None) -> dict[str, object]:
        """One answer without a conversation, as the command line's JSON. Raises as Assistant.ask, and SettingsError."""
        day, text = read_day(as_of), well_formed(question)
        with closing(self._talk.work.stream(lambda: self._assistant.stream(text, as_of=day))) as events:
            for event in events:
                if isinstance(event, Answer):
                    return as_object(event)
        raise ModelStopped("the answer broke off: ask again")

    def search(self, question: str, limit: int = 8) -> list[dict[str, object]]:
        """The passages nearest to a question, best first. Raises as Assistant.search, and SettingsError."""
        if type(limit) is not int or not 1 <= limit <= MOST_HITS:
            raise SettingsError(f"limit {limit!r} is not a whole number from 1 to {MOST_HITS}: choose one")
        with self._talk.books_held:
            return [_hit(hit) for hit in self._assistant.search(well_formed(question), limit=limit)]

    def figures(self, question: str, as_of: str | None = None) -> list[dict[str, object]]:
        """The dated figures for a figure question, oldest first. Raises as Assistant.figures, and SettingsError."""
        day = read_day(as_of)
        with self._talk.books_held:
            return [_figure(f) for f in self._assistant.figures(well_formed(question), as_of=day)[-MOST_FIGURES:]]


def offer(talk: Talk) -> None:
    """Name the three functions on the page that is being laid out."""
    programs = Programs(talk.assistant, talk)

    def ask(question: str, as_of: str | None = None) -> dict[str, Any]:
        """
        Answer a question from the indexed articles, every sentence with its citation, or decline it.

        Args:
            question: A question in plain words, such as "How many prisoners have been exchanged so far?"
            as_of: A day such as 2025-05-24; nothing published later is known. Empty: everything is known.
        """
        return _told(lambda: programs.ask(question, as_of))

    def search(question: str, limit: int = 8) -> list[dict[str, Any]]:
        """
        Find the passages of the indexed articles nearest to a question, best first.

        Args:
            question: A question or a few words.
            limit: How many passages, from 1 to 50.
        """
        return _told(lambda: programs.search(question, limit))

    def figures(question: str, as_of: str | None = None) -> list[dict[str, Any]]:
        """
        List the figures that the indexed articles give for a question such as "How many were killed?", oldest first.

        Args:
            question: A question that asks how many.
            as_of: A day such as 2025-05-24; nothing published later is known. Empty: everything is known.
        """
        return _told(lambda: programs.figures(question, as_of))

    api(ask, api_name="ask", **MODEL)
    api(search, api_name="search")
    api(figures, api_name="figures")


def _told(call: Callable[[], T]) -> T:
    """The result, with our errors as gradio's, whose one line reaches the caller."""
    try:
        return call()
    except AssistantError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value,
        "upper": figure.upper,
        "qualifier": figure.qualifier,
        "counted": figure.counted,
        "action": figure.action,
        "state": figure.state,
        "scope": figure.scope,
        "per_side": figure.per_side,
        "day": figure.when.isoformat() if figure.when else None,
        "period": figure.period,
        "claimant": figure.claimant,
        "quote": figure.sentence.text,
        "article": figure.sentence.article_id,
        **_source(figure.sentence.source),
        "start": figure.sentence.start,
        "end": figure.sentence.end,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    """No key of it is "path": gradio's client takes a dictionary with one for a file, and fetches it."""
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": hit.score,
        "cosine": hit.cosine,
        "why": list(hit.why),
        "text": passage.text,
        "article": passage.article_id,
        **_source(passage.source),
        "start": passage.start,
        "end": passage.end,
        "copies": [_source(copy) for copy in hit.copies],
    }


def _source(source: Source) -> dict[str, str | None]:
    return {
        "title": source.title,
        "outlet": source.outlet,
        "published": source.published.isoformat() if source.published else None,
        "url": location(source),
    }
