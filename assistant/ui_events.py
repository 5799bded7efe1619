"""What the events of the page share: who asks, what a script of the page sent along, and our errors as its notices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assistant.ui_conversation import Conversation
from assistant.ui_gradio import gr
from assistant.ui_talk import MOST_WAITING
from index.errors import AssistantError

MODEL: dict[str, Any] = {"concurrency_limit": MOST_WAITING + 10, "concurrency_id": "model"}  # Talk lines them up
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
AT_ONCE: dict[str, Any] = {**PRIVATE, "queue": False}


def owner_of(who: gr.Request) -> str:
    """Whose conversations these are: who signed in, or "" where nobody has to."""
    return who.username or ""


def told_by(event: gr.EventData) -> dict[str, str]:
    """What a script of the page sent along; anything that is not text under a name is left out."""
    given = event._data
    return {k: v for k, v in given.items() if isinstance(v, str)} if isinstance(given, dict) else {}


def number_in(told: dict[str, str]) -> int:
    """The number of the exchange a script means, 0 for none."""
    number = told.get("number", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0


def wait_for_the_end(so_far: Conversation) -> None:
    if so_far and so_far[-1].open:
        raise gr.Error("An answer is being written: stop it, or wait for it.", duration=4, print_exception=False)


@contextmanager
def notices() -> Iterator[None]:
    """Errors of ours as a notice on the page."""
    try:
        yield
    except AssistantError as error:
        raise gr.Error(str(error), duration=10, print_exception=False) from error


def idle(**changes: Any) -> gr.Textbox:
    """The question's field as it is while nothing is being answered."""
    return gr.Textbox(submit_btn=True, stop_btn=False, **changes)
