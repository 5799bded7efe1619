"""What happens when somebody does something on the page: records in, HTML and plain values out, nothing of gradio.

One object serves all sessions, so it keeps nothing of a conversation: that comes in with every call and goes out again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant import ui_html, ui_sources
from assistant.records import Answer, DraftDelta, Event, StageStarted
from assistant.render import as_object, location
from assistant.ui_conversation import Conversation, Exchange, find_citation, turns
from assistant.ui_thread import OneThread
from index.errors import AssistantError, ModelStopped, QuestionError, SettingsError
from index.records import Filter, Hit, Source

if TYPE_CHECKING:
    from assistant import Assistant

STOPPED = "Stopped."
REFUSED = "Too many questions are waiting: ask again in a moment."
BROKEN_OFF = "The answer broke off: ask again. The terminal that runs the chat says why."
MOST_HITS = 50
SHOWN_SECONDS = 2  # a stage shows its seconds from then on: before that they only flicker


class Talk:
    """The conversations of a page with one assistant. What runs is known by its exchange's key, so that it can be stopped."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._work = OneThread()
        self._running: dict[str, threading.Event] = {}  # set: nobody waits for it any more

    def close(self) -> None:
        """End the running answer, drop the waiting ones, and wait until the model is free."""
        self._work.close()

    # -- a question --

    def begin(
        self,
        text: str,
        conversation: Conversation,
        as_of: str | None,
        since: str | None,
        until: str | None,
        outlets: Sequence[str],
    ) -> Conversation:
        """The conversation with the question at its end, open, or with what is wrong with its limits."""
        text = _well_formed(text)
        if not text.strip():
            return conversation
        try:
            limits = Filter(since=_day(since), until=_day(until), outlets=tuple(outlets))
            if limits.since and limits.until and limits.since > limits.until:
                raise SettingsError(f"from {limits.since} until {limits.until} leaves no day: change one of the two")
            return (*conversation, Exchange(question=text, as_of=_day(as_of), filter=limits))
        except SettingsError as error:
            return (*conversation, Exchange(question=text, trouble=str(error)))

    def run(self, conversation: Conversation) -> Iterator[tuple[list[dict[str, str]], Conversation]]:
        """Answer the open question at the end, if there is one: the chat as it grows, and the conversation.

        Ends early and without another word when the question is stopped; closing this iterator frees the model, too.
        """
        if not (conversation and conversation[-1].open):
            return
        *past, asked = conversation
        chosen = asked.filter

        def start() -> Iterator[Event]:
            return self._assistant.stream(
                asked.question,
                history=turns(tuple(past)),
                as_of=asked.as_of,
                since=chosen.since,
                until=chosen.until,
                outlets=chosen.outlets,
            )

        stage, draft, since = "waiting for the model", "", time.monotonic()
        closed = replace(asked, trouble=BROKEN_OFF)
        stopped = self._running[asked.key] = threading.Event()
        try:
            with closing(self._work.stream(start)) as events:
                for event in events:
                    if stopped.is_set():
                        return
                    if isinstance(event, Answer):
                        closed = replace(asked, answer=event)
                        break
                    if isinstance(event, StageStarted):
                        stage, since = event.detail or event.stage, time.monotonic()
                    elif isinstance(event, DraftDelta):
                        draft += event.text
                    yield ui_html.messages(conversation, ui_html.writing(_timed(stage, since), draft)), conversation
        except AssistantError as error:
            closed = replace(asked, trouble=str(error))
        finally:
            del self._running[asked.key]
        if stopped.is_set():
            return
        done = (*past, closed)
        yield ui_html.messages(done), done

    def stop(self, conversation: Conversation, why: str = STOPPED) -> Conversation:
        """The conversation with its open question closed, for the reason given; if it is being answered, that ends."""
        if not (conversation and conversation[-1].open):
            return conversation
        if running := self._running.get(conversation[-1].key):
            running.set()
        return (*conversation[:-1], replace(conversation[-1], trouble=why))

    # -- the rest of the page --

    def article(self, conversation: Conversation, name: object) -> str:
        """The article a button of the panel names, its quote marked; "" for a button this conversation did not show."""
        citation = find_citation(conversation, name)
        if citation is None:
            return ""
        try:
            return ui_sources.article(self._assistant.article(citation.article_id), citation)
        except AssistantError as error:
            return ui_sources.article_trouble(citation, str(error))
        except KeyError:
            return ui_sources.article_trouble(citation, "This article is no longer in the index.")

    def corpus(self) -> tuple[str, list[str]]:
        """What the index holds, in one line, and its outlets; or what is wrong with it, and none."""
        try:
            facts = self._assistant.facts()
        except AssistantError as error:
            return ui_html.notice(str(error), trouble=True), []
        return ui_html.corpus(facts), sorted(facts.outlets, key=str.casefold)

    def warm(self) -> Iterator[str]:
        """Load the model, telling how far it is; "" at last, or what is wrong."""
        stage, since = "", time.monotonic()
        try:
            with closing(self._work.stream(self._assistant.warm)) as events:
                for event in events:
                    if event is not None:
                        stage, since = event.detail or event.stage, time.monotonic()
                    if stage:
                        yield ui_html.notice(_timed(stage, since))
        except AssistantError as error:
            yield ui_html.notice(str(error), trouble=True)
            return
        yield ""

    # -- for programs --

    def ask(self, question: str, as_of: str | None = None) -> dict[str, object]:
        """One answer without a conversation, as the command line's JSON. Raises as Assistant.ask, and SettingsError."""
        day, text = _day(as_of), _well_formed(question)
        with closing(self._work.stream(lambda: self._assistant.stream(text, as_of=day))) as events:
            for event in events:
                if isinstance(event, Answer):
                    return as_object(event)
        raise ModelStopped("the answer broke off: ask again")

    def search(self, question: str, limit: int = 8) -> list[dict[str, object]]:
        """The passages nearest to a question, best first. Raises as Assistant.search, and SettingsError."""
        if type(limit) is not int or not 1 <= limit <= MOST_HITS:
            raise SettingsError(f"limit {limit!r} is not a whole number from 1 to {MOST_HITS}: choose one")
        return [_hit(hit) for hit in self._assistant.search(_well_formed(question), limit=limit)]


def _timed(stage: str, since: float) -> str:
    seconds = int(time.monotonic() - since)
    return f"{stage} · {seconds} s" if seconds >= SHOWN_SECONDS else stage


def _day(text: str | None) -> date | None:
    """Raises SettingsError for anything but nothing and a day."""
    if text is not None and not isinstance(text, str):
        raise SettingsError(f"{text!r} is not a day: write 2025-05-24")
    text = (text or "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise SettingsError(f"{text[:40]!r} is not a day: write 2025-05-24") from error


def _well_formed(text: str) -> str:
    """`text` without lone surrogates, which no file, model or JSON takes. Raises QuestionError if it is no text."""
    if not isinstance(text, str):
        raise QuestionError(f"the question is not a text but {type(text).__name__}: send a text")
    return text.encode("utf-8", "replace").decode("utf-8")


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
