"""What happens when somebody does something on the page: records in, HTML and plain values out, nothing of gradio.

One object serves all sessions, so it keeps nothing of a conversation: that comes in with every call and goes out again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant import ui_html, ui_log, ui_sources
from assistant.records import STATING, Answer, DraftDelta, Event, StageStarted
from assistant.render import as_object, location
from assistant.render_export import Export, Origin, Told, export
from assistant.ui_conversation import Conversation, Exchange, Verdict, find_citation, turns
from assistant.ui_kept import Kept
from assistant.ui_shelf import shelf
from assistant.ui_thread import OneThread, Waiting
from index.errors import AssistantError, KeptError, ModelStopped, QuestionError, SettingsError
from index.figures import Figure
from index.records import Filter, Hit, Source

if TYPE_CHECKING:
    from assistant import Assistant

STOPPED = "Stopped."
REFUSED = "The page could not take the question: ask again in a moment."
MOST_FIGURES = 40  # of one answer's chart and table
MOST_WAITING = 30  # questions that run or wait; another one is told when to come again
FIRST_GUESS = 12.0  # seconds an answer, until some have been given
BROKEN_OFF = "The answer broke off: ask again. The terminal that runs the chat says why."
MOST_HITS = 50
EXAMPLES = (
    "How many prisoners have been exchanged so far?",
    "Who mediated the exchanges?",
    "What did the sides agree in Istanbul?",
    "On which figures do the two sides disagree?",
)
SHOWN_SECONDS = 2  # a stage shows its seconds from then on: before that they only flicker


class Talk:
    """The conversations of a page with one assistant. What runs is known by its exchange's key, so that it can be stopped."""

    def __init__(self, assistant: Assistant, kept: Kept | None = None) -> None:
        """Without `kept` the conversations are forgotten at the end."""
        self._assistant = assistant
        self.kept = kept or Kept()
        self._work = OneThread()
        self._running: dict[str, threading.Event] = {}  # set: nobody waits for it any more
        self._took: deque[float] = deque([FIRST_GUESS], maxlen=10)  # seconds of the last answers

    def close(self) -> None:
        """End the running answer, drop the waiting ones, and wait until the model is free."""
        self._work.close()
        self.kept.close()

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

    def again(self, conversation: Conversation, question: str = "") -> Conversation:
        """The conversation with its last question, or `question` in its place, to be answered anew."""
        if not conversation or conversation[-1].open:
            return conversation
        return (*conversation[:-1], conversation[-1].again(_well_formed(question).strip()))

    def run(self, conversation: Conversation) -> Iterator[tuple[str, Conversation]]:
        """Answer the open question at the end, if there is one: what is shown of it, and the conversation.

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
        if self._work.length >= MOST_WAITING:
            line = f"{self._work.length} questions are being answered: ask again in {self._wait(self._work.length)}."
            done = (*past, replace(asked, trouble=line))
            yield "", done
            return
        stopped = self._running[asked.key] = threading.Event()
        try:
            with closing(self._work.stream(start, stopped)) as events:
                for event in events:
                    if stopped.is_set():
                        return
                    if isinstance(event, Answer):
                        closed = replace(asked, answer=event)
                        self._took.append(event.seconds.get("total", FIRST_GUESS))
                        break
                    if isinstance(event, Waiting):
                        many = "1 question goes" if event.ahead == 1 else f"{event.ahead} questions go"
                        stage, since = f"{many} first, {self._wait(event.ahead)}", time.monotonic()
                    elif isinstance(event, StageStarted):
                        stage, since = event.detail or event.stage, time.monotonic()
                    elif isinstance(event, DraftDelta):
                        draft += event.text
                    yield ui_log.live(conversation, ui_log.writing(_timed(stage, since), draft)), conversation
        except AssistantError as error:
            written = f" Unfinished and unchecked: “{draft.strip()} …”" if draft.strip() else ""
            closed = replace(asked, trouble=f"{error}{written}")
        finally:
            self._running.pop(asked.key, None)
        if stopped.is_set() and closed.answer is None:
            return
        if closed.answer and closed.answer.status in STATING:
            closed = replace(closed, figures=self._figures(closed.answer, asked))
        yield "", (*past, closed)

    def _figures(self, given: Answer, asked: Exchange) -> tuple[Figure, ...]:
        """What the articles give for a figure question, each figure once, those that say most about themselves."""
        chosen = asked.filter
        found = self._assistant.figures(
            given.standalone, as_of=asked.as_of, since=chosen.since, until=chosen.until, outlets=chosen.outlets
        )
        apart = {(f.value, f.upper, f.when, f.scope, f.state, f.per_side, f.claimant): f for f in found}
        return tuple(apart.values())[-MOST_FIGURES:]

    def judge(self, conversation: Conversation, number: int, verdict: Verdict) -> Conversation:
        """The conversation with what the reader thinks of its answer `number`, from 1; as it was if there is none."""
        if not 1 <= number <= len(conversation) or not conversation[number - 1].answer:
            return conversation
        judged = replace(conversation[number - 1], verdict=verdict)
        return (*conversation[: number - 1], judged, *conversation[number:])

    def export(self, conversation: Conversation, kind: str, number: int | None = None) -> Export | None:
        """A conversation, or its answer `number`, as a file of `kind` (see render_export.KINDS); None for nothing."""
        chosen = conversation if number is None else conversation[number - 1 : number] if number > 0 else ()
        told = [Told(asked=e.asked, answer=e.answer) for e in chosen if e.answer]
        return export(told, kind, self._origin) if told else None

    def _origin(self, article_id: str) -> Origin | None:
        try:
            return Origin(article=self._assistant.article(article_id), file_hash=self._assistant.file_hash(article_id))
        except (KeyError, AssistantError):  # no longer in the index: the pack says so
            return None

    def _wait(self, ahead: int) -> str:
        seconds = ahead * sum(self._took) / len(self._took)
        return f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} minutes"

    def stop(self, conversation: Conversation, why: str = STOPPED) -> Conversation:
        """The conversation with its open question closed, for the reason given; if it is being answered, that ends."""
        if not (conversation and conversation[-1].open):
            return conversation
        if running := self._running.get(conversation[-1].key):
            running.set()
        return (*conversation[:-1], replace(conversation[-1], trouble=why))

    # -- what is kept --

    def keep(self, owner: str, name: str, conversation: Conversation) -> str:
        """Write the last exchange down; the conversation's id, a new one if it had none."""
        return self.kept.keep(owner, name, conversation[-1]) if conversation else name

    def log(self, conversation: Conversation) -> str:
        """What was asked and answered; before the first question what is indexed, and what can be asked of it."""
        if conversation:
            return ui_log.log(conversation)
        try:
            return ui_log.welcome(self.corpus()[0], EXAMPLES)
        except AssistantError as error:
            return ui_html.notice(str(error), trouble=True)

    def shelf(self, owner: str, name: str, words: str = "") -> str:
        """The list of the owner's conversations, those with the words if there are any; `name` is the open one."""
        try:
            return shelf(self.kept.entries(owner, words), name, searched=bool(words.strip()))
        except KeptError as error:
            return ui_html.notice(str(error), trouble=True)

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
                    if isinstance(event, StageStarted):
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
