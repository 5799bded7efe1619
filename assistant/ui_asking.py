"""The events of a question: asking, asking again, answering, stopping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant import ui_log, ui_sources
from assistant.ui_conversation import Conversation
from assistant.ui_events import AT_ONCE, MODEL, PRIVATE, idle, notices, owner_of, told_by, wait_for_the_end
from assistant.ui_gradio import gr
from assistant.ui_parts import Parts
from assistant.ui_talk import REFUSED, STOPPED, Talk


def wire_questions(talk: Talk, parts: Parts) -> None:
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
        wait_for_the_end(so_far)
        with notices():
            now = talk.begin(text, so_far, as_of, since, until, outlets)
            return begun(text, so_far, now, name, owner_of(who))

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
        return begin(told_by(event).get("ask", ""), so_far, name, as_of, since, until, outlets, who)

    def begin_again(so_far: Conversation, name: str, event: gr.EventData, who: gr.Request) -> tuple[Any, ...]:
        wait_for_the_end(so_far)
        with notices():
            now = talk.again(so_far, told_by(event).get("edit", ""))
            if so_far:
                talk.kept.take_out(owner_of(who), name, so_far[-1].key)
            return begun("", so_far, now, name, owner_of(who))

    def run(so_far: Conversation, name: str, who: gr.Request) -> Iterator[tuple[Any, ...]]:
        if not (so_far and so_far[-1].open):  # stopped in the meantime, or an empty question
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        for shown, now in talk.run(so_far):
            closed = not now[-1].open
            if closed:
                with notices():
                    talk.keep(owner_of(who), name, now)
                yield talk.log(now), ui_log.said(now), now, ui_sources.sources(now)
            else:
                yield gr.skip(), shown, gr.skip(), gr.skip()

    def show(now: Conversation) -> tuple[Any, ...]:
        """Whatever came last over the line, the chat ends up as the conversation is."""
        if now and now[-1].open:  # the next question is already on its way
            return gr.skip(), gr.skip(), gr.skip()
        return idle(), talk.log(now), ui_log.said(now)

    def end(so_far: Conversation, name: str, who: gr.Request, why: str) -> tuple[Any, ...]:
        now = talk.stop(so_far, why)
        if now is not so_far:
            with notices():
                talk.keep(owner_of(who), name, now)
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
