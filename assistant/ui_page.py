"""The chat page: its parts, and the modules that wire what each of them does."""

from __future__ import annotations

from assistant.ui_adding import wire_articles
from assistant.ui_asking import wire_questions
from assistant.ui_gradio import gr
from assistant.ui_keeping import wire_keeping, wire_shelf
from assistant.ui_parts import TITLE, place
from assistant.ui_programs import offer
from assistant.ui_reading import wire_reading
from assistant.ui_talk import Talk

WAITING = 200  # events that may wait for their turn, far above the questions that Talk lets wait


def lay_out(talk: Talk) -> gr.Blocks:
    """The page, wired to `talk`."""
    page: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        parts = place()
        wire_questions(talk, parts)
        wire_shelf(talk, parts, page)
        wire_keeping(talk, parts)
        wire_reading(talk, parts, page)
        wire_articles(talk, parts, page)
        offer(talk)
    page.queue(max_size=WAITING)
    return page
