"""What stands where on the chat page, and which event calls what.

What happens then is in ui_talk, what is shown in ui_html and ui_sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from assistant import ui_html, ui_sources
from assistant.ui_conversation import Conversation
from assistant.ui_gradio import api, gr
from assistant.ui_talk import REFUSED, Talk
from index.errors import AssistantError

T = TypeVar("T")
TITLE = "Conflict reporting assistant"
EXAMPLES = (
    "How many prisoners have been exchanged so far?",
    "Who mediated the exchanges?",
    "What did the sides agree in Istanbul?",
    "On which figures do the two sides disagree?",
)
WAITING = 20  # events that may wait for their turn; more are refused with a message
HERE = Path(__file__).parent
MODEL: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "model"}
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
AT_ONCE: dict[str, Any] = {**PRIVATE, "queue": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What stands on the page and takes part in something."""

    conversation: gr.State
    heading: gr.HTML
    notice: gr.HTML
    fresh: gr.Button
    chat: gr.Chatbot
    question: gr.Textbox
    limits: tuple[gr.Textbox, gr.Textbox, gr.Textbox, gr.Dropdown]  # as of, from, until, outlets
    reader: gr.HTML
    panel: gr.HTML


def lay_out(talk: Talk) -> gr.Blocks:
    """The page, wired to `talk`."""
    page: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        parts = _place()
        _wire_questions(talk, parts)
        _wire_reading(talk, parts, page)
        _offer(talk)
    page.queue(max_size=WAITING)
    return page


def _place() -> Parts:
    """What stands where: the chat on the left, what it rests on to its right."""
    with gr.Row(elem_id="top"):
        heading = gr.HTML(_heading(""), elem_id="heading", scale=1, apply_default_css=False)
        notice = gr.HTML("", elem_id="notice", scale=0, apply_default_css=False)
        fresh = gr.Button("New conversation", elem_id="fresh", size="sm", scale=0, min_width=150)
    with gr.Row(elem_id="columns"):
        with gr.Column(scale=3, min_width=340, elem_id="left"):
            chat = gr.Chatbot(
                elem_id="chat",
                label="Conversation",
                show_label=False,
                layout="panel",
                height="100%",
                latex_delimiters=[],
                buttons=[],
                feedback_options=None,
                examples=[{"text": text} for text in EXAMPLES],
                placeholder="### Ask about the articles\nEvery sentence of an answer carries its source.",
            )
            question = gr.Textbox(
                elem_id="question",
                label="Question",
                show_label=False,
                placeholder="Ask about the articles; Enter sends",
                lines=1,
                max_lines=6,
                autofocus=True,
                submit_btn=True,
            )
            with gr.Accordion("Limit the articles", open=False, elem_id="limits"):
                with gr.Row():
                    as_of = _day_field("As of", "nothing later is known")
                    since = _day_field("From", "published then or later")
                    until = _day_field("Until", "published then or earlier")
                outlets = gr.Dropdown(
                    [], label="Outlets", info="none chosen: all", multiselect=True, allow_custom_value=True
                )
        with gr.Column(scale=2, min_width=320, elem_id="right"):
            reader = gr.HTML("", elem_id="reader", apply_default_css=False, js_on_load=_script("ui_reader.js"))
            panel = gr.HTML(
                ui_sources.sources(()), elem_id="sources", apply_default_css=False, js_on_load=_script("ui_sources.js")
            )
    return Parts(
        conversation=gr.State(()),
        heading=heading,
        notice=notice,
        fresh=fresh,
        chat=chat,
        question=question,
        limits=(as_of, since, until, outlets),
        reader=reader,
        panel=panel,
    )


def _wire_questions(talk: Talk, parts: Parts) -> None:
    """Asking, answering, stopping, starting anew. A question is shown at once and answered when it is its turn."""

    def begin(text: str, so_far: Conversation, *chosen: Any) -> tuple[Any, ...]:
        if so_far and so_far[-1].open:
            raise gr.Error("An answer is being written: stop it, or wait for it.", duration=4, print_exception=False)
        now = talk.begin(text, so_far, *chosen)
        working = bool(now and now[-1].open)
        left = "" if working else text  # a question with unreadable limits can be sent again
        return gr.Textbox(value=left, submit_btn=not working, stop_btn=working), ui_html.messages(now), now, ""

    def begin_example(
        so_far: Conversation, as_of: Any, since: Any, until: Any, outlets: Any, chosen: gr.SelectData
    ) -> tuple[Any, ...]:
        return begin(chosen.value["text"], so_far, as_of, since, until, outlets)

    def run(so_far: Conversation) -> Iterator[tuple[Any, ...]]:
        if not (so_far and so_far[-1].open):  # stopped in the meantime, or an empty question
            yield gr.skip(), gr.skip(), gr.skip()
        for messages, now in talk.run(so_far):
            closed = not now[-1].open
            yield messages, now if closed else gr.skip(), ui_sources.sources(now) if closed else gr.skip()

    def show(now: Conversation) -> tuple[Any, ...]:
        """Whatever came last over the line, the chat ends up as the conversation is."""
        if now and now[-1].open:  # the next question is already on its way
            return gr.skip(), gr.skip()
        return _idle(), ui_html.messages(now)

    def refuse(so_far: Conversation) -> tuple[Any, ...]:
        now = talk.stop(so_far, REFUSED)
        return *show(now), now

    def stop(so_far: Conversation) -> tuple[Any, ...]:
        now = talk.stop(so_far)
        return *show(now), now

    def start_anew(so_far: Conversation) -> tuple[Any, ...]:
        talk.stop(so_far)
        return _idle(value=""), [], (), ui_sources.sources(()), ""

    question, chat, conversation = parts.question, parts.chat, parts.conversation
    asked = [question, chat, conversation]
    for trigger, call, given in (
        (question.submit, begin, [question, conversation, *parts.limits]),
        (chat.example_select, begin_example, [conversation, *parts.limits]),
    ):
        begun = trigger(call, given, [*asked, parts.reader], concurrency_limit=None, **PRIVATE)
        # "multiple": a question asked right after a stop must not be dropped while the stopped one is winding down
        ran = begun.success(
            run, conversation, [chat, conversation, parts.panel], trigger_mode="multiple", **MODEL, **PRIVATE
        )
        ran.then(show, conversation, [question, chat], **AT_ONCE)
        ran.failure(refuse, conversation, asked, **AT_ONCE)
    question.stop(stop, conversation, asked, **AT_ONCE)
    parts.fresh.click(start_anew, conversation, [*asked, parts.panel, parts.reader], **AT_ONCE)


def _wire_reading(talk: Talk, parts: Parts, page: gr.Blocks) -> None:
    """Opening and closing an article; what the index holds and the loading of the model when the page opens."""

    def open_article(so_far: Conversation, event: gr.EventData) -> str:
        return talk.article(so_far, (event._data or {}).get("citation"))

    def greet() -> tuple[Any, ...]:
        line, names = talk.corpus()
        return _heading(line), gr.Dropdown(choices=names)

    parts.panel.click(open_article, parts.conversation, parts.reader, **PRIVATE)
    parts.reader.click(lambda: "", None, parts.reader, **AT_ONCE)
    greeted = page.load(greet, None, [parts.heading, parts.limits[3]], **PRIVATE)
    greeted.then(talk.warm, None, parts.notice, **MODEL, **PRIVATE)


def _offer(talk: Talk) -> None:
    """The two functions for programs; everything else on the page is private."""

    def ask(question: str, as_of: str | None = None) -> dict[str, Any]:
        """Answer a question from the articles; `as_of` is a day such as 2025-05-24."""
        return _told(lambda: talk.ask(question, as_of))

    def search(question: str, limit: int = 8) -> list[dict[str, Any]]:
        """The passages nearest to a question, best first."""
        return _told(lambda: talk.search(question, limit))

    api(ask, api_name="ask", **MODEL)
    api(search, api_name="search")


def _script(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _idle(**changes: Any) -> gr.Textbox:
    """The question's field as it is while nothing is being answered."""
    return gr.Textbox(submit_btn=True, stop_btn=False, **changes)


def _heading(corpus: str) -> str:
    return f"<h1>{TITLE}</h1>{corpus}"


def _day_field(label: str, info: str) -> gr.Textbox:
    """A plain field: gradio's own calendar keeps an unreadable day to itself, and the question goes out without it."""
    return gr.Textbox(label=label, info=info, placeholder="2025-05-24", max_lines=1, min_width=150)


def _told(call: Callable[[], T]) -> T:
    """The result, with our errors as gradio's, whose one line reaches the caller."""
    try:
        return call()
    except AssistantError as error:
        raise gr.Error(str(error), print_exception=False) from error
