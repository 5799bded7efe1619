"""Question answering over conflict reporting: local, cited, checked sentence by sentence.

    from assistant import Assistant

    with Assistant.open("my-index") as assistant:
        assistant.index(["articles/"])
        answer = assistant.ask("How many prisoners have been exchanged so far?")
        print(answer.text)

Names resolve when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from assistant.llm import ChatModel
    from assistant.records import Answer, Citation, DraftDelta, Event, Question, Removed, StageStarted, Status, Turn
    from assistant.settings import Settings, read_settings
    from index.errors import AssistantError
    from index.records import Filter, Hit

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "ChatModel",
    "Citation",
    "DraftDelta",
    "Event",
    "Filter",
    "Hit",
    "Question",
    "Removed",
    "Settings",
    "StageStarted",
    "Status",
    "Turn",
    "read_settings",
]

_RECORDS = ("Answer", "Citation", "DraftDelta", "Event", "Question", "Removed", "StageStarted", "Status", "Turn")
_HOMES = {
    "Assistant": "assistant.answer",
    "AssistantError": "index.errors",
    "ChatModel": "assistant.llm",
    "Filter": "index.records",
    "Hit": "index.records",
    "Settings": "assistant.settings",
    "read_settings": "assistant.settings",
    **dict.fromkeys(_RECORDS, "assistant.records"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
