"""The events of reading: articles opened and closed, the limits in words, and what the page shows when it opens."""

from __future__ import annotations

from typing import Any

from assistant import ui_limits
from assistant.ui_conversation import Conversation
from assistant.ui_events import AT_ONCE, MODEL, PRIVATE, told_by
from assistant.ui_gradio import gr
from assistant.ui_parts import Parts, titled
from assistant.ui_talk import Talk


def wire_reading(talk: Talk, parts: Parts, page: gr.Blocks) -> None:
    """Opening and closing an article; what the index holds and the loading of the model when the page opens."""

    def open_article(so_far: Conversation, event: gr.EventData) -> str:
        return talk.article(so_far, told_by(event).get("citation"))

    def greet() -> tuple[Any, ...]:
        line, names = talk.corpus()
        return titled(line), gr.Dropdown(choices=names)

    def label(as_of: str, since: str, until: str, outlets: list[str]) -> Any:
        return gr.Accordion(label=ui_limits.label(as_of, since, until, outlets))

    for place in (parts.panel, parts.live):  # a button of the panel, or a marker in the chat
        place.click(open_article, parts.conversation, parts.reader, **PRIVATE)
    parts.reader.click(lambda: "", None, parts.reader, **AT_ONCE)
    changed = [field.change for field in parts.limits]
    gr.on(changed, label, list(parts.limits), parts.folded, trigger_mode="always_last", **AT_ONCE)
    parts.clear.click(
        lambda: ("", "", "", [], talk.timeline()), None, [*parts.limits, parts.slider], api_name="no_limits", **AT_ONCE
    )
    greeted = page.load(greet, None, [parts.heading, parts.limits[3]], **PRIVATE)
    greeted.then(talk.warm, None, parts.notice, **MODEL, **PRIVATE)
