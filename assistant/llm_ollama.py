"""A model served by Ollama. Every request fixes the window, the length and how long the model stays loaded."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import ollama

from assistant.llm import Task, odds
from index.errors import ModelStopped, ModelUnavailable, PromptTooLong
from prompts import Message

KEEP_ALIVE = "30m"
PROBE_SECONDS = 2.0
TIMEOUT = 300.0  # a cold start of a large model on a CPU


def has_model(host: str, model: str) -> bool:
    """Whether a server answers at `host` and has `model`; False rather than an error when nothing is there."""
    try:
        names = {entry.model for entry in ollama.Client(host, timeout=PROBE_SECONDS).list().models}
    except (ConnectionError, httpx.HTTPError, ollama.ResponseError):
        return False
    return model in names or f"{model}:latest" in names


class OllamaModel:
    """One model on one server. Thread-safe: callers are served one after another."""

    def __init__(self, host: str, model: str, *, context: int) -> None:
        """Check that the server answers and has the model. Raises ModelUnavailable with the command that mends it."""
        self.name = f"ollama {model}"
        self.context = context
        self._model = model
        self._lock = threading.Lock()
        self._client = ollama.Client(host, timeout=TIMEOUT)
        try:
            shown = self._client.show(model)
        except (ConnectionError, httpx.HTTPError) as error:
            raise ModelUnavailable(
                f"no Ollama server answers at {host!r}: start it with `ollama serve`, or use `--llm embedded`"
            ) from error
        except ollama.ResponseError as error:
            raise ModelUnavailable(f"Ollama at {host!r} has no model {model!r}: run `ollama pull {model}`") from error
        if shown.capabilities and "completion" not in shown.capabilities:
            raise ModelUnavailable(f"the Ollama model {model!r} cannot chat: name another with `--llm ollama:MODEL`")

    def count_tokens(self, text: str) -> int:
        """An upper bound: no tokenizer in use makes more than one token of a byte, and few of three characters."""
        return len(text.encode()) // 3 + 1

    def warm(self, task: Task, messages: Sequence[Message]) -> None:
        """Load the model; the server keeps its own prompt cache."""
        for _ in self.write(task, messages, max_tokens=1):
            pass

    def write(
        self, task: Task, messages: Sequence[Message], *, max_tokens: int, grammar: str | None = None
    ) -> Iterator[str]:
        """See ChatModel.write; the grammar is not enforced here."""
        with self._lock:
            stream = self._chat(messages, max_tokens, stream=True)
            try:
                for chunk in stream:
                    if (chunk.prompt_eval_count or 0) >= self.context - 1:
                        raise PromptTooLong(
                            f"the prompt fills the window of {self.context} tokens: ask a shorter question"
                        )
                    if chunk.message.content:
                        yield chunk.message.content
            except (ollama.ResponseError, httpx.HTTPError, ConnectionError) as error:
                raise ModelStopped(f"the Ollama server stopped while answering ({error}): ask again") from error
            finally:
                if hasattr(stream, "close"):
                    stream.close()

    def probability(self, task: Task, messages: Sequence[Message], *, yes: str = "Yes", no: str = "No") -> float:
        """See ChatModel.probability. A server without log-probabilities gives its word: 0.9 for yes, 0.1 for anything else."""
        with self._lock:
            reply = self._chat(messages, 1, stream=False, logprobs=True, top_logprobs=10)
        if reply.logprobs:
            return odds([(entry.token, entry.logprob) for entry in reply.logprobs[0].top_logprobs or ()], yes, no)
        return 0.9 if (reply.message.content or "").strip().lower().startswith(yes.lower()) else 0.1

    def _chat(self, messages: Sequence[Message], max_tokens: int, **options: Any) -> Any:
        try:
            return self._client.chat(
                self._model,
                messages=[message._asdict() for message in messages],
                options={"num_ctx": self.context, "num_predict": max_tokens, "temperature": 0},
                keep_alive=KEEP_ALIVE,
                **options,
            )
        except ConnectionError as error:
            raise ModelUnavailable(
                "the Ollama server does not answer any more: start it with `ollama serve`"
            ) from error
        except (ollama.ResponseError, httpx.HTTPError) as error:
            if "exceed_context_size" in str(error):
                raise PromptTooLong(
                    f"the prompt does not fit the window of {self.context} tokens: ask a shorter question"
                ) from error
            raise ModelStopped(f"the Ollama server failed ({error}): ask again") from error

    def close(self) -> None:
        """Nothing to free here: the server keeps the model as long as KEEP_ALIVE says."""
