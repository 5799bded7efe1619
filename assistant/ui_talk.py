"""What happens when somebody does something on the page: records in, HTML and plain values out, nothing of gradio.

One object serves all sessions, so it keeps nothing of a conversation: that comes in with every call and goes out again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import ui_html, ui_library, ui_limits, ui_log, ui_sources
from assistant.examples import examples
from assistant.records import Answer, DraftDelta, Event, StageStarted
from assistant.render_export import Export, Origin, Told, export
from assistant.ui_conversation import Conversation, Exchange, Verdict, find_citation, turns
from assistant.ui_intake import Intake, Outcome
from assistant.ui_kept import Kept
from assistant.ui_shelf import shelf
from assistant.ui_thread import OneThread, Waiting
from index.errors import AssistantError, KeptError, QuestionError, SettingsError

if TYPE_CHECKING:
    from assistant import Assistant

STOPPED = "Stopped."
REFUSED = "The page could not take the question: ask again in a moment."
MOST_WAITING = 30  # questions that run or wait; another one is told when to come again
FIRST_GUESS = 12.0  # seconds an answer, until some have been given
BROKEN_OFF = "The answer broke off: ask again. The terminal that runs the chat says why."
SHOWN_SECONDS = 2  # a stage shows its seconds from then on: before that they only flicker


class Talk:
    """The conversations of a page with one assistant. What runs is known by its exchange's key, so that it can be stopped."""

    def __init__(
        self, assistant: Assistant, kept: Kept | None = None, articles: Path | None = None, *, addresses: bool = True
    ) -> None:
        """Without `kept` the conversations are forgotten at the end. What is added is kept in the folder `articles`, by
        default the settings' own; `addresses`: whether web addresses may be added."""
        self.assistant = assistant
        self.intake = Intake(assistant, articles or assistant.settings.articles_folder(), addresses=addresses)
        self.books_held = threading.Lock()  # the index while something is read from it, or put into it
        self.kept = kept or Kept()
        self.work = OneThread()
        self._running: dict[str, threading.Event] = {}  # set: nobody waits for it any more
        self._took: deque[float] = deque([FIRST_GUESS], maxlen=10)  # seconds of the last answers

    def close(self) -> None:
        """End the running answer, drop the waiting ones, and wait until the model is free."""
        self.work.close()
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
        text = well_formed(text)
        if not text.strip():
            return conversation
        try:
            limits = ui_limits.read(as_of, since, until, outlets)
            return (*conversation, Exchange(question=text, as_of=limits.as_of, filter=limits.filter))
        except SettingsError as error:
            return (*conversation, Exchange(question=text, trouble=str(error)))

    def again(self, conversation: Conversation, question: str = "") -> Conversation:
        """The conversation with its last question, or `question` in its place, to be answered anew."""
        if not conversation or conversation[-1].open:
            return conversation
        return (*conversation[:-1], conversation[-1].again(well_formed(question).strip()))

    def run(self, conversation: Conversation) -> Iterator[tuple[str, Conversation]]:
        """Answer the open question at the end, if there is one: what is shown of it, and the conversation.

        Ends early and without another word when the question is stopped; closing this iterator frees the model, too.
        """
        if not (conversation and conversation[-1].open):
            return
        *past, asked = conversation
        chosen = asked.filter

        def start() -> Iterator[Event]:
            return self.assistant.stream(
                asked.question,
                history=turns(tuple(past)),
                as_of=asked.as_of,
                since=chosen.since,
                until=chosen.until,
                outlets=chosen.outlets,
            )

        stage, draft, since = "waiting for the model", "", time.monotonic()
        closed = replace(asked, trouble=BROKEN_OFF)
        if self.work.length >= MOST_WAITING:
            line = f"{self.work.length} questions are being answered: ask again in {self._wait(self.work.length)}."
            done = (*past, replace(asked, trouble=line))
            yield "", done
            return
        stopped = self._running[asked.key] = threading.Event()
        try:
            with closing(self.work.stream(start, stopped)) as events:
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
                        draft = event.after(draft)
                    yield ui_log.live(conversation, ui_log.writing(_timed(stage, since), draft)), conversation
        except AssistantError as error:
            written = f" Unfinished and unchecked: “{draft.strip()} …”" if draft.strip() else ""
            closed = replace(asked, trouble=f"{error}{written}")
        finally:
            self._running.pop(asked.key, None)
        if stopped.is_set() and closed.answer is None:
            return
        yield "", (*past, closed)

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
            return Origin(article=self.assistant.article(article_id), file_hash=self.assistant.file_hash(article_id))
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
            with self.books_held:
                corpus = self.assistant.library().corpus
                facts = corpus.facts()
                asked = examples(facts, corpus.counted_most(), corpus.listed())
            return ui_log.welcome(ui_html.span(facts), asked)
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
            with self.books_held:
                return ui_sources.article(self.assistant.article(citation.article_id), citation)
        except AssistantError as error:
            return ui_sources.article_trouble(citation, str(error))
        except KeyError:
            return ui_sources.article_trouble(citation, "This article is no longer in the index.")

    def corpus(self) -> tuple[str, list[str]]:
        """What the index holds, in one line, and its outlets; or what is wrong with it, and none."""
        try:
            with self.books_held:
                facts = self.assistant.facts()
        except AssistantError as error:
            return ui_html.notice(str(error), trouble=True), []
        return ui_html.corpus(facts), sorted(facts.outlets, key=str.casefold)

    # -- the library --

    def add(self, start: Callable[[], Iterator[Outcome]], total: int) -> Iterator[tuple[tuple[Outcome, ...], str]]:
        """Add what `start` takes in when no question is being answered: what became of it so far, and what is being done.

        Raises SettingsError.
        """

        def guarded() -> Iterator[Outcome]:
            coming = start()
            while True:
                with self.books_held:
                    outcome = next(coming, None)
                if outcome is None:
                    return
                yield outcome

        done: tuple[Outcome, ...] = ()
        with closing(self.work.stream(guarded)) as events:
            for event in events:
                waiting = isinstance(event, Waiting)
                done = (*done, event) if isinstance(event, Outcome) else done
                if len(done) < total:
                    yield (
                        done,
                        "waiting for the answer that is being written"
                        if waiting
                        else f"adding {len(done) + 1} of {total}",
                    )
        yield done, ""

    def remove(self, article_id: str) -> None:
        """Take an article out of the index when no question is being answered. Raises CorpusError."""

        def start() -> Iterator[bool]:
            with self.books_held:
                gone = self.intake.remove(article_id)
            yield gone

        with closing(self.work.stream(start)) as events:
            for _ in events:
                pass

    def books(self, words: str = "") -> str:
        """The list of articles, those with the words in title or outlet if there are any."""
        try:
            with self.books_held:
                corpus = self.assistant.library().corpus
                listed, there = corpus.listed(words, ui_library.MOST), corpus.facts().articles
        except AssistantError as error:
            return ui_html.notice(str(error), trouble=True)
        return ui_library.shelves(listed, there, searched=bool(words.strip()))

    def health(self) -> str:
        """How much is indexed, and whether all of it can be found."""
        try:
            with self.books_held:
                return ui_library.health(self.assistant.facts())
        except AssistantError as error:
            return ui_html.notice(str(error), trouble=True)

    def timeline(self, as_of: date | None = None) -> str:
        """The slider of the as-of day; "" where no two days are known."""
        try:
            with self.books_held:
                return ui_limits.timeline(self.assistant.facts(), as_of)
        except AssistantError:
            return ""

    def whole(self, article_id: str) -> str:
        """An article from the list."""
        try:
            with self.books_held:
                return ui_sources.whole_article(self.assistant.article(article_id))
        except KeyError:
            return ui_html.notice("This article is no longer in the index.", trouble=True)
        except AssistantError as error:
            return ui_html.notice(str(error), trouble=True)

    def warm(self) -> Iterator[str]:
        """Load the model, telling how far it is; "" at last, or what is wrong."""
        stage, since = "", time.monotonic()
        try:
            with closing(self.work.stream(self.assistant.warm)) as events:
                for event in events:
                    if isinstance(event, StageStarted):
                        stage, since = event.detail or event.stage, time.monotonic()
                    if stage:
                        yield ui_html.notice(_timed(stage, since))
        except AssistantError as error:
            yield ui_html.notice(str(error), trouble=True)
            return
        yield ""


def _timed(stage: str, since: float) -> str:
    seconds = int(time.monotonic() - since)
    return f"{stage} · {seconds} s" if seconds >= SHOWN_SECONDS else stage


def well_formed(text: str) -> str:
    """`text` without lone surrogates, which no file, model or JSON takes. Raises QuestionError if it is no text."""
    if not isinstance(text, str):
        raise QuestionError(f"the question is not a text but {type(text).__name__}: send a text")
    return text.encode("utf-8", "replace").decode("utf-8")
