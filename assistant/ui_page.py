"""What stands where on the chat page, and which event calls what.

What happens then is in ui_talk, what is shown in ui_html and ui_sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from assistant import ui_log, ui_sources
from assistant.render_export import KINDS
from assistant.ui_conversation import Conversation, Verdict
from assistant.ui_gradio import api, gr
from assistant.ui_talk import MOST_WAITING, REFUSED, STOPPED, Talk
from index.errors import AssistantError

T = TypeVar("T")
TITLE = "Conflict reporting assistant"
MOST_REASON = 2_000  # characters of what a reader says about an answer
WAITING = 200  # events that may wait for their turn, far above the questions that Talk lets wait
HERE = Path(__file__).parent
MODEL: dict[str, Any] = {"concurrency_limit": MOST_WAITING + 10, "concurrency_id": "model"}  # Talk lines them up
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
AT_ONCE: dict[str, Any] = {**PRIVATE, "queue": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What stands on the page and takes part in something."""

    conversation: gr.State  # what was asked and answered
    name: gr.State  # the id under which it is kept, "" as long as it is not
    heading: gr.HTML
    notice: gr.HTML
    fresh: gr.Button
    find: gr.Textbox
    shelf: gr.HTML
    log: gr.HTML  # what was asked and answered
    live: gr.HTML  # what is being answered; its script carries what is done in both
    question: gr.Textbox
    limits: tuple[gr.Textbox, gr.Textbox, gr.Textbox, gr.Dropdown]  # as of, from, until, outlets
    reader: gr.HTML
    given: gr.HTML  # a file for the browser to keep; nothing of it is seen
    whole: gr.Dropdown  # as what the whole conversation is to be kept
    panel: gr.HTML


def lay_out(talk: Talk) -> gr.Blocks:
    """The page, wired to `talk`."""
    page: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        parts = _place()
        _wire_questions(talk, parts)
        _wire_shelf(talk, parts, page)
        _wire_keeping(talk, parts)
        _wire_reading(talk, parts, page)
        _offer(talk)
    page.queue(max_size=WAITING)
    return page


def _place() -> Parts:
    """What stands where: kept conversations at the edge, the chat, and what it rests on to its right."""
    with gr.Sidebar(open=False, width=280, elem_id="side", label="Conversations"):
        fresh = gr.Button("New conversation", elem_id="fresh", size="sm")
        find = gr.Textbox(
            elem_id="find", label="Search conversations", placeholder="Search conversations", container=False
        )
        shelf = gr.HTML("", elem_id="shelf", apply_default_css=False, js_on_load=_script("ui_shelf.js"))
    with gr.Row(elem_id="top"):
        heading = gr.HTML(_heading(""), elem_id="heading", scale=1, apply_default_css=False)
        whole = gr.Dropdown(
            [(f"Export as {name}", kind) for kind, name in KINDS.items()],
            value=None,
            elem_id="whole",
            label="Export the conversation",
            show_label=False,
            container=False,
            scale=0,
            min_width=200,
        )
        given = gr.HTML("", elem_id="given", apply_default_css=False, js_on_load=_script("ui_given.js"))
        notice = gr.HTML("", elem_id="notice", scale=0, apply_default_css=False)
    with gr.Row(elem_id="columns"):
        with gr.Column(scale=3, min_width=340, elem_id="left"):
            with gr.Column(elem_id="chat"):
                log = gr.HTML("", elem_id="log", apply_default_css=False)
                live = gr.HTML("", elem_id="live", apply_default_css=False, js_on_load=_script("ui_chat.js"))
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
        name=gr.State(""),
        heading=heading,
        notice=notice,
        fresh=fresh,
        find=find,
        shelf=shelf,
        log=log,
        live=live,
        question=question,
        limits=(as_of, since, until, outlets),
        reader=reader,
        given=given,
        whole=whole,
        panel=panel,
    )


def _wire_questions(talk: Talk, parts: Parts) -> None:
    """Asking, asking again, answering, stopping. A question is shown at once and answered when it is its turn."""

    def begun(text: str, so_far: Conversation, now: Conversation, name: str, owner: str) -> tuple[Any, ...]:
        working = bool(now and now[-1].open)
        if now is not so_far:
            name = talk.keep(owner, name, now)
        left = "" if working else text  # a question with unreadable limits can be sent again
        field = gr.Textbox(value=left, submit_btn=not working, stop_btn=working)
        return field, talk.log(now), ui_log.live(now), now, name, talk.shelf(owner, name), ""

    def begin(
        text: str, so_far: Conversation, name: str, as_of: Any, since: Any, until: Any, outlets: Any, who: gr.Request
    ) -> tuple[Any, ...]:
        _wait_for_the_end(so_far)
        with _shown():
            now = talk.begin(text, so_far, as_of, since, until, outlets)
            return begun(text, so_far, now, name, _owner(who))

    def begin_ready(
        so_far: Conversation,
        name: str,
        as_of: Any,
        since: Any,
        until: Any,
        outlets: Any,
        event: gr.EventData,
        who: gr.Request,
    ) -> tuple[Any, ...]:
        """A question that the page offered."""
        return begin(_told_by(event).get("ask", ""), so_far, name, as_of, since, until, outlets, who)

    def begin_again(so_far: Conversation, name: str, event: gr.EventData, who: gr.Request) -> tuple[Any, ...]:
        _wait_for_the_end(so_far)
        with _shown():
            now = talk.again(so_far, _told_by(event).get("edit", ""))
            if so_far:
                talk.kept.take_out(_owner(who), name, so_far[-1].key)
            return begun("", so_far, now, name, _owner(who))

    def run(so_far: Conversation, name: str, who: gr.Request) -> Iterator[tuple[Any, ...]]:
        if not (so_far and so_far[-1].open):  # stopped in the meantime, or an empty question
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        for shown, now in talk.run(so_far):
            closed = not now[-1].open
            if closed:
                with _shown():
                    talk.keep(_owner(who), name, now)
                yield talk.log(now), ui_log.said(now), now, ui_sources.sources(now)
            else:
                yield gr.skip(), shown, gr.skip(), gr.skip()

    def show(now: Conversation) -> tuple[Any, ...]:
        """Whatever came last over the line, the chat ends up as the conversation is."""
        if now and now[-1].open:  # the next question is already on its way
            return gr.skip(), gr.skip(), gr.skip()
        return _idle(), talk.log(now), ui_log.said(now)

    def end(so_far: Conversation, name: str, who: gr.Request, why: str) -> tuple[Any, ...]:
        now = talk.stop(so_far, why)
        if now is not so_far:
            with _shown():
                talk.keep(_owner(who), name, now)
        return *show(now), now

    def refuse(so_far: Conversation, name: str, who: gr.Request) -> tuple[Any, ...]:
        return end(so_far, name, who, REFUSED)

    def stop(so_far: Conversation, name: str, who: gr.Request) -> tuple[Any, ...]:
        return end(so_far, name, who, STOPPED)

    question, conversation, name = parts.question, parts.conversation, parts.name
    asked = [question, parts.log, parts.live, conversation]
    held = [conversation, name]
    for trigger, call, given in (
        (question.submit, begin, [question, *held, *parts.limits]),
        (parts.live.select, begin_ready, [*held, *parts.limits]),
        (parts.live.submit, begin_again, held),
    ):
        started = trigger(call, given, [*asked, name, parts.shelf, parts.reader], concurrency_limit=None, **PRIVATE)
        # "multiple": a question asked right after a stop must not be dropped while the stopped one is winding down
        shown = [parts.log, parts.live, conversation, parts.panel]
        ran = started.success(run, held, shown, trigger_mode="multiple", **MODEL, **PRIVATE)
        ran.then(show, conversation, [question, parts.log, parts.live], **AT_ONCE)
        ran.failure(refuse, held, asked, **AT_ONCE)
    question.stop(stop, held, asked, **AT_ONCE)


def _wire_shelf(talk: Talk, parts: Parts, page: gr.Blocks) -> None:
    """The kept conversations: opening one, a new one, renaming, deleting, searching, and the open one after a reload."""

    def opened(now: Conversation, name: str, owner: str, words: str = "") -> tuple[Any, ...]:
        shown = talk.log(now), "", now, name, ui_sources.sources(now), ""
        return _idle(), *shown, talk.shelf(owner, name, words)

    def put_away(so_far: Conversation, name: str, owner: str) -> None:
        """What is being answered in the conversation that is left is stopped."""
        now = talk.stop(so_far)
        if now is not so_far:
            talk.keep(owner, name, now)

    def start_anew(so_far: Conversation, name: str, words: str, who: gr.Request) -> tuple[Any, ...]:
        with _shown():
            put_away(so_far, name, _owner(who))
            return opened((), "", _owner(who), words)

    def act(so_far: Conversation, name: str, words: str, event: gr.EventData, who: gr.Request) -> tuple[Any, ...]:
        told, owner = _told_by(event), _owner(who)
        with _shown():
            if "open" in told:
                put_away(so_far, name, owner)
                found = talk.kept.conversation(owner, told["open"])
                return opened(found or (), told["open"] if found is not None else "", owner, words)
            if "rename" in told:
                talk.kept.rename(owner, told["rename"], told.get("title", ""))
            if "delete" in told:
                if told["delete"] == name:
                    talk.stop(so_far)
                talk.kept.delete(owner, told["delete"])
                if told["delete"] == name:
                    return opened((), "", owner, words)
            return *(gr.skip(),) * 7, talk.shelf(owner, name, words)

    def look_for(words: str, name: str, who: gr.Request) -> str:
        return talk.shelf(_owner(who), name, words)

    def reopen(who: gr.Request) -> tuple[Any, ...]:
        """The conversation that the page's address names."""
        name, owner = str(who.query_params.get("c", "")), _owner(who)
        with _shown():
            found = talk.kept.conversation(owner, name) if name else None
            return opened(found or (), name if found is not None else "", owner)

    held = [parts.conversation, parts.name, parts.find]
    shown = [
        *(parts.question, parts.log, parts.live, parts.conversation, parts.name),
        *(parts.panel, parts.reader, parts.shelf),
    ]
    parts.fresh.click(start_anew, held, shown, **AT_ONCE)
    parts.shelf.click(act, held, shown, **AT_ONCE)
    parts.find.change(look_for, [parts.find, parts.name], parts.shelf, trigger_mode="always_last", **PRIVATE)
    page.load(reopen, None, shown, **AT_ONCE)


def _wire_keeping(talk: Talk, parts: Parts) -> None:
    """Files for elsewhere, and what the reader thinks of an answer, which stays here."""

    def export_one(so_far: Conversation, event: gr.EventData) -> str:
        told = _told_by(event)
        with _shown():
            return ui_log.given(talk.export(so_far, told.get("kind", ""), _number(told)))

    def export_all(so_far: Conversation, kind: str | None) -> tuple[Any, ...]:
        if kind not in KINDS:
            return gr.skip(), gr.skip()
        with _shown():
            made = talk.export(so_far, kind)
        if made is None:
            gr.Info("There is no answer to export yet.", duration=4)
        return ui_log.given(made), None

    def judge(so_far: Conversation, name: str, event: gr.EventData, who: gr.Request) -> Any:
        told = _told_by(event)
        number = _number(told)
        verdict = Verdict(
            good=told.get("good") == "yes",
            reason=told.get("reason", "")[:MOST_REASON],
            right=told.get("right", "")[:MOST_REASON],
        )
        now = talk.judge(so_far, number, verdict)
        if now is so_far:
            return gr.skip()
        with _shown():
            talk.kept.keep(_owner(who), name, now[number - 1])
        return now

    held = parts.conversation
    parts.live.download(export_one, held, parts.given, **AT_ONCE)
    parts.whole.input(export_all, [held, parts.whole], [parts.given, parts.whole], **AT_ONCE)
    parts.live.apply(judge, [held, parts.name], held, **AT_ONCE)


def _wire_reading(talk: Talk, parts: Parts, page: gr.Blocks) -> None:
    """Opening and closing an article; what the index holds and the loading of the model when the page opens."""

    def open_article(so_far: Conversation, event: gr.EventData) -> str:
        return talk.article(so_far, _told_by(event).get("citation"))

    def greet() -> tuple[Any, ...]:
        line, names = talk.corpus()
        return _heading(line), gr.Dropdown(choices=names)

    for place in (parts.panel, parts.live):  # a button of the panel, or a marker in the chat
        place.click(open_article, parts.conversation, parts.reader, **PRIVATE)
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


def _owner(who: gr.Request) -> str:
    """Whose conversations these are: who signed in, or "" where nobody has to."""
    return who.username or ""


def _told_by(event: gr.EventData) -> dict[str, str]:
    """What a script of the page sent along; anything that is not text under a name is left out."""
    given = event._data
    return {k: v for k, v in given.items() if isinstance(v, str)} if isinstance(given, dict) else {}


def _number(told: dict[str, str]) -> int:
    """The number of the exchange a script means, 0 for none."""
    number = told.get("number", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0


def _wait_for_the_end(so_far: Conversation) -> None:
    if so_far and so_far[-1].open:
        raise gr.Error("An answer is being written: stop it, or wait for it.", duration=4, print_exception=False)


@contextmanager
def _shown() -> Iterator[None]:
    """Errors of ours as a notice on the page."""
    try:
        yield
    except AssistantError as error:
        raise gr.Error(str(error), duration=10, print_exception=False) from error


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
