"""The language model behind one protocol: embedded llama.cpp, Ollama, or any server that speaks OpenAI's protocol.

A model here writes text and weighs Yes against No. It knows nothing of articles, citations or refusals.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from assistant.settings import Settings
from assistant.weights import Report, Weights
from index.errors import SettingsError
from prompts import Message

if TYPE_CHECKING:
    import numpy as np

Task = Literal[
    "answer", "check", "condense", "claim", "compare", "judge"
]  # each keeps its own prompt prefix warm where the runtime can
Kind = Literal["auto", "embedded", "gguf", "ollama", "openai"]
LEAST_WINDOW = 2048  # tokens: the longest prompt of ours with its evidence has about 900, a long question as many again


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long one reply took by the runtime's own clock. `prompt_tokens` were read anew; Ollama counts the warm ones, too."""

    prompt_tokens: int
    prompt_seconds: float
    reply_tokens: int
    reply_seconds: float


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
    timing: Timing | None  # of the last reply; None before it, and where the runtime does not say

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, exact or an upper bound."""

    def warm(self, task: Task, messages: Sequence[Message]) -> None:
        """Read the static part of a prompt ahead of the first question."""

    def write(
        self, task: Task, messages: Sequence[Message], *, max_tokens: int, grammar: str | None = None
    ) -> Iterator[str]:
        """The reply, piece by piece, greedily decoded. Closing the iterator stops the model at once.

        `grammar` is GBNF; a runtime that cannot enforce it ignores it, so callers parse leniently.
        Raises ReplyCut after the last piece if `max_tokens` were not enough, ModelStopped (with what had come by then),
        PromptTooLong, ModelUnavailable.
        """

    def probability(self, task: Task, messages: Sequence[Message], *, yes: str = "Yes", no: str = "No") -> float:
        """P(yes) / (P(yes) + P(no)) for the first word of the reply, 0..1."""

    def shows_layers(self) -> bool:
        """Whether `lines` can be asked: the runtime shows its layers, and the model is the one that `assistant/judge.py` learnt from."""

    def lines(self, messages: Sequence[Message], after: int = 0) -> np.ndarray:
        """What a middle layer makes of a prompt whose last message is left open, at the end of each line of that message from line `after`
        on, float32 of shape (lines, size of a state). Raises PromptTooLong, ModelStopped, ModelError (also where no layers are shown)."""

    def close(self) -> None:
        """Free memory and connections; the model cannot be used afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of `--llm`, taken apart: `model` is a model's name or a path, `address` the URL of a server."""

    kind: Kind
    model: str = ""
    address: str = ""


def read_choice(settings: Settings) -> Choice:
    """What `settings.llm` names. Raises SettingsError."""
    name, colon, detail = settings.llm.strip().partition(":")
    detail = detail.strip()
    if name in {"auto", "embedded"} and not colon:
        return Choice(kind="auto" if name == "auto" else "embedded")
    if name == "gguf" and detail:
        return Choice(kind="gguf", model=detail)
    if name == "ollama":
        return Choice(kind="ollama", model=detail or settings.ollama_model, address=settings.ollama_host)
    if name == "openai" and detail.startswith(("http://", "https://")):
        address, _, model = detail.partition("#")
        return Choice(kind="openai", model=model, address=address.rstrip("/"))
    raise SettingsError(
        f"unknown model {settings.llm!r}: use auto, embedded, gguf:PATH, ollama:MODEL or openai:URL#MODEL"
    )


def open_model(settings: Settings, weights: Weights, progress: Report | None = None) -> ChatModel:
    """The model that `settings.llm` names; `auto` means Ollama if it answers and has the configured model, else the embedded one.

    Raises ModelUnavailable, WeightsError, SettingsError.
    """
    choice = resolve(settings)
    if settings.context < LEAST_WINDOW:
        raise SettingsError(
            f"a window of {settings.context!r} tokens is too small: set context to {LEAST_WINDOW} or more"
        )
    if choice.kind == "ollama":
        from assistant.llm_ollama import OllamaModel

        return OllamaModel(choice.address, choice.model, context=settings.context, timeout=settings.server_timeout)
    if choice.kind == "openai":
        from assistant.llm_openai import OpenAIModel

        return OpenAIModel(choice.address, choice.model, context=settings.context, timeout=settings.server_timeout)
    from assistant.llm_embedded import EmbeddedModel

    path = Path(choice.model).expanduser() if choice.kind == "gguf" else weights.chat_model(progress=progress)
    return EmbeddedModel(path, context=settings.context, threads=settings.threads, cache=weights.folder)


def resolve(settings: Settings) -> Choice:
    """What `settings.llm` names, `auto` decided. Raises SettingsError."""
    choice = read_choice(settings)
    if choice.kind != "auto":
        return choice
    from assistant import llm_ollama

    if llm_ollama.has_model(settings.ollama_host, settings.ollama_model):
        return Choice(kind="ollama", model=settings.ollama_model, address=settings.ollama_host)
    return Choice(kind="embedded")


def odds(top: Sequence[tuple[str, float]], yes: str, no: str) -> float:
    """P(yes) against P(no) from (token, log-probability) pairs; an absent token counts as e^-20."""
    best = {
        word: max((p for token, p in top if token.strip().lower() == word.lower()), default=-20.0) for word in (yes, no)
    }
    return 1 / (1 + math.exp(best[no] - best[yes]))
