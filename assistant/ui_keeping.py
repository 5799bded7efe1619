"""The events of what is kept: the list of conversations, files for elsewhere, and what the reader thinks of an answer."""

from __future__ import annotations

from typing import Any

from assistant import ui_log, ui_sources
from assistant.ui_conversation import Conversation, Exchange, Verdict
from assistant.ui_events import AT_ONCE, PRIVATE, idle, notices, number_in, owner_of, told_by
from assistant.ui_gradio import gr
from assistant.ui_parts import Parts
from assistant.ui_talk import Talk

MOST_REASON = 2_000  # characters of what a reader says about an answer


def wire_shelf(talk: Talk, parts: Parts, page: gr.Blocks) -> None:
    """The kept conversations: opening one, a new one, renaming, deleting, searching, and the open one after a reload."""

    def opened(now: Conversation, name: str, owner: str, words: str = "") -> tuple[Any, ...]:
        """The last question's limits are those of the next one."""
        shown = talk.log(now), "", now, name, ui_sources.sources(now), ""
        last = now[-1] if now else Exchange(question="")
        limits = [last.as_of, last.filter.since, last.filter.until]
        days = [limit.isoformat() if limit else "" for limit in limits]
        return (
            idle(),
            *shown,
            talk.shelf(owner, name, words),
            *days,
            list(last.filter.outlets),
            talk.timeline(last.as_of),
        )

    def put_away(so_far: Conversation, name: str, owner: str) -> None:
        """What is being answered in the conversation that is left is stopped."""
        now = talk.stop(so_far)
        if now is not so_far:
            talk.keep(owner, name, now)

    def start_anew(so_far: Conversation, name: str, words: str, who: gr.Request) -> tuple[Any, ...]:
        with notices():
            put_away(so_far, name, owner_of(who))
            return opened((), "", owner_of(who), words)

    def act(so_far: Conversation, name: str, words: str, event: gr.EventData, who: gr.Request) -> tuple[Any, ...]:
        told, owner = told_by(event), owner_of(who)
        with notices():
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
            return *(gr.skip(),) * 7, talk.shelf(owner, name, words), *(gr.skip(),) * 5

    def look_for(words: str, name: str, who: gr.Request) -> str:
        return talk.shelf(owner_of(who), name, words)

    def reopen(who: gr.Request) -> tuple[Any, ...]:
        """The conversation that the page's address names."""
        name, owner = str(who.query_params.get("c", "")), owner_of(who)
        with notices():
            found = talk.kept.conversation(owner, name) if name else None
            return opened(found or (), name if found is not None else "", owner)

    held = [parts.conversation, parts.name, parts.find]
    shown = [
        *(parts.question, parts.log, parts.live, parts.conversation, parts.name),
        *(parts.panel, parts.reader, parts.shelf),
        *parts.limits,
        parts.slider,
    ]
    parts.fresh.click(start_anew, held, shown, **AT_ONCE)
    parts.shelf.click(act, held, shown, **AT_ONCE)
    parts.find.change(look_for, [parts.find, parts.name], parts.shelf, trigger_mode="always_last", **PRIVATE)
    page.load(reopen, None, shown, **AT_ONCE)


def wire_keeping(talk: Talk, parts: Parts) -> None:
    """Files for elsewhere, and what the reader thinks of an answer, which stays here."""

    def export_one(so_far: Conversation, event: gr.EventData) -> str:
        told = told_by(event)
        with notices():
            return ui_log.given(talk.export(so_far, told.get("kind", ""), number_in(told)))

    def export_all(so_far: Conversation, event: gr.EventData) -> Any:
        with notices():
            made = talk.export(so_far, told_by(event).get("kind", ""))
        if made is None:
            gr.Info("There is no answer to export yet.", duration=4)
            return gr.skip()
        return ui_log.given(made)

    def judge(so_far: Conversation, name: str, event: gr.EventData, who: gr.Request) -> Any:
        told = told_by(event)
        number = number_in(told)
        verdict = Verdict(
            good=told.get("good") == "yes",
            reason=told.get("reason", "")[:MOST_REASON],
            right=told.get("right", "")[:MOST_REASON],
        )
        now = talk.judge(so_far, number, verdict)
        if now is so_far:
            return gr.skip()
        with notices():
            talk.kept.keep(owner_of(who), name, now[number - 1])
        return now

    held = parts.conversation
    parts.live.download(export_one, held, parts.given, **AT_ONCE)
    parts.whole.download(export_all, held, parts.given, **AT_ONCE)
    parts.live.apply(judge, [held, parts.name], held, **AT_ONCE)
