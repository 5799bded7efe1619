"""The language model behind one protocol: Ollama if it is there, else the embedded llama.cpp model.

A model here writes text and weighs Yes against No. It knows nothing of articles, citations or refusals.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Literal, Protocol

from assistant.settings import Settings
from assistant.weights import Report, Weights
from index.errors import SettingsError
from prompts import Message

Task = Literal["answer", "check", "condense"]  # each keeps its own prompt prefix warm where the runtime can

# Set where a question is worked on: once that event is set, nobody waits for the model any more. A model looks at it while
# it waits for its runtime, reading included, and then raises ModelStopped; closing an iterator works between two tokens only.
HALT: ContextVar[threading.Event | None] = ContextVar("halt", default=None)


def halted() -> bool:
    """Whether whoever asked has gone."""
    event = HALT.get()
    return event is not None and event.is_set()


class ChatModel(Protocol):
    """What the assistant needs of a language model. One call at a time; implementations serialise callers."""

    name: str  # as shown with every answer
    context: int  # tokens of the window

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, exact or an upper bound."""

    def warm(self, task: Task, messages: Sequence[Message]) -> None:
        """Read the static part of a prompt ahead of the first question."""

    def write(
        self, task: Task, messages: Sequence[Message], *, max_tokens: int, grammar: str | None = None
    ) -> Iterator[str]:
        """The reply, piece by piece, greedily decoded. Closing the iterator stops the model at once.

        `grammar` is GBNF; a runtime that cannot enforce it ignores it, so callers parse leniently.
        Raises ModelStopped, PromptTooLong, ModelUnavailable.
        """

    def probability(self, task: Task, messages: Sequence[Message], *, yes: str = "Yes", no: str = "No") -> float:
        """P(yes) / (P(yes) + P(no)) for the first word of the reply, 0..1."""

    def close(self) -> None:
        """Free memory and connections; the model cannot be used afterwards."""


def open_model(settings: Settings, weights: Weights, progress: Report | None = None) -> ChatModel:
    """The model that `settings.llm` names; `auto` means Ollama if it answers and has the configured model, else the embedded one.

    Raises ModelUnavailable, WeightsError, SettingsError.
    """
    from assistant import llm_ollama

    name, _, detail = settings.llm.partition(":")
    if name == "auto" and llm_ollama.has_model(settings.ollama_host, settings.ollama_model):
        name, detail = "ollama", settings.ollama_model
    if name == "ollama":
        return llm_ollama.OllamaModel(settings.ollama_host, detail or settings.ollama_model, context=settings.context)
    if name in {"auto", "embedded", "gguf"}:
        from assistant.llm_embedded import EmbeddedModel

        if name == "gguf" and not detail:
            raise SettingsError("`--llm gguf:PATH` needs a path to a GGUF file")
        path = Path(detail).expanduser() if name == "gguf" else weights.chat_model(progress=progress)
        return EmbeddedModel(path, context=settings.context, threads=settings.threads, cache=weights.folder)
    raise SettingsError(f"unknown model {settings.llm!r}: use auto, embedded, gguf:PATH or ollama:MODEL")


def odds(top: Sequence[tuple[str, float]], yes: str, no: str) -> float:
    """P(yes) against P(no) from (token, log-probability) pairs; an absent token counts as e^-20."""
    best = {
        word: max((p for token, p in top if token.strip().lower() == word.lower()), default=-20.0) for word in (yes, no)
    }
    return 1 / (1 + math.exp(best[no] - best[yes]))
