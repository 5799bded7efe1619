"""The events of the library: adding files, texts and addresses, removing and listing articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from assistant import ui_library, ui_limits
from assistant.ui_conversation import Conversation
from assistant.ui_events import AT_ONCE, MODEL, PRIVATE, notices, told_by
from assistant.ui_gradio import gr
from assistant.ui_intake import Outcome, Pasted
from assistant.ui_parts import Parts, titled
from assistant.ui_talk import Talk


def wire_articles(talk: Talk, parts: Parts, page: gr.Blocks) -> None:
    """What was added is in the list, in the heading, among the outlets and under the slider at once."""
    intake, library = parts.intake, parts.library

    def adding(start: Callable[[], Iterator[Outcome]], total: int) -> Iterator[str]:
        with notices():
            for done, working in talk.add(start, total):
                yield ui_library.outcomes(done, working)

    def add_files(files: list[str] | None) -> Iterator[tuple[Any, ...]]:
        given = [Path(file) for file in files or ()]
        if given:
            for shown in adding(lambda: talk.intake.files(given), len(given)):
                yield shown, gr.skip()
        yield gr.skip(), None

    def add_text(text: str, title: str, outlet: str, published: str) -> Iterator[tuple[Any, ...]]:
        with notices():
            pasted = Pasted(text=text, title=title, outlet=outlet, published=ui_limits.read_day(published))
        for shown in adding(lambda: talk.intake.pasted(pasted), 1):
            yield shown, *(gr.skip(),) * 4
        yield gr.skip(), "", "", "", ""

    def remove(words: str, event: gr.EventData) -> str:
        with notices():
            talk.remove(told_by(event).get("article", ""))
        return talk.books(words)

    def read(event: gr.EventData) -> str:
        return talk.whole(told_by(event).get("article", ""))

    def listed(words: str) -> tuple[str, str]:
        return talk.health(), talk.books(words)

    def renewed(words: str, so_far: Conversation) -> tuple[Any, ...]:
        line, names = talk.corpus()
        welcome = gr.skip() if so_far else talk.log(so_far)
        return *listed(words), titled(line), gr.Dropdown(choices=names), talk.timeline(), welcome

    everything = [library.health, library.books, parts.heading, parts.limits[3], parts.slider, parts.log]
    seen = [library.find, parts.conversation]
    for trigger, call, given, cleared in (
        (intake.drop.upload, add_files, [intake.drop], [intake.drop]),
        (intake.add.click, add_text, [intake.text, *intake.told], [intake.text, *intake.told]),
    ):
        added = trigger(call, given, [intake.outcomes, *cleared], **MODEL, **PRIVATE)
        added.then(renewed, seen, everything, **AT_ONCE)
    library.books.delete(remove, library.find, library.books, **PRIVATE).then(renewed, seen, everything, **AT_ONCE)
    library.books.click(read, None, parts.reader, **PRIVATE)
    library.find.change(talk.books, library.find, library.books, trigger_mode="always_last", **PRIVATE)
    page.load(lambda: listed(""), None, [library.health, library.books], **PRIVATE)
