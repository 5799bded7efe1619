"""A model behind any server that speaks OpenAI's protocol: llama.cpp, vLLM, LM Studio and others.

Only the part all of them have is used: a list of models, and streamed chat completions. What a server lacks (log-probabilities,
grammars) it says by an error or by silence, and is then not asked for it again.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import openai

from assistant.llm import Timing
from assistant.llm_served import Piece, Request, ServedModel
from index.errors import ModelError, ModelSilent, ModelStopped, ModelUnavailable, PromptTooLong, SettingsError

KEY = "ASSISTANT_OPENAI_KEY"  # not OPENAI_API_KEY: a key for one server must not go to another by accident
CONNECT_SECONDS = 10.0
LIST_SECONDS = 30.0
TOP = 5  # likeliest tokens asked for: the most that some servers give
_TOO_LONG = ("exceed_context_size", "context length", "context_length_exceeded", "maximum context", "context window")


def models(address: str) -> dict[str, dict[str, Any]]:
    """Name -> what the server says of it, for every model it offers. Raises ModelUnavailable, SettingsError."""
    with _mapped(address, meeting=True), _client(address, LIST_SECONDS) as client:
        return {model.id: model.to_dict() for model in client.models.list().data}


def chosen(address: str, model: str, offered: dict[str, dict[str, Any]]) -> str:
    """The model's name; without one, the first that is offered. Raises ModelUnavailable."""
    if not offered or (model and model not in offered):
        known = ", ".join(sorted(offered)[:5]) or "none"
        raise ModelUnavailable(
            f"the server at {address!r} has no model {model!r} (it has: {known}): use `--llm openai:URL#MODEL`"
        )
    return model or next(iter(offered))


def window_of(facts: dict[str, Any], wanted: int) -> int:
    """Tokens of the window: `wanted`, or less where the server says that it serves less."""
    meta = facts.get("meta")
    told = facts | meta if isinstance(meta, dict) else facts
    said = (told.get(name) for name in ("max_model_len", "context_length", "n_ctx", "n_ctx_train"))
    return min([wanted, *(n for n in said if isinstance(n, int) and n > 0)])


class OpenAIModel(ServedModel):
    """One model on one server."""

    def __init__(self, address: str, model: str = "", *, context: int, timeout: float = 300.0) -> None:
        """Check that the server answers and has the model; without a name, take the first it offers.

        `context`: tokens wanted of the window; `timeout`: seconds of silence. Raises ModelUnavailable, SettingsError.
        """
        offered = models(address)
        model = chosen(address, model, offered)
        super().__init__(f"openai {model}", context=window_of(offered[model], context))
        self._takes_grammar = offered[model].get("owned_by") == "llamacpp"
        self._address, self._model = address, model
        self._client = _client(address, timeout, event_hooks=self._line.hooks)

    def _send(self, request: Request) -> Generator[Piece, None, None]:
        more: dict[str, Any] = {}
        if request.logprobs:
            more |= {"logprobs": True, "top_logprobs": TOP}
        if request.grammar and self._takes_grammar:
            more["extra_body"] = {"grammar": request.grammar}
        with _mapped(self._address, self._model):
            try:
                stream: Any = self._client.chat.completions.create(
                    model=self._model,
                    messages=[message._asdict() for message in request.messages],  # type: ignore[misc]
                    max_tokens=request.max_tokens,
                    temperature=request.temperature,
                    seed=request.seed,
                    stream=True,
                    **more,
                )
            except openai.BadRequestError as error:
                if request.logprobs and "logprob" in str(error):
                    return  # nothing is told: the caller asks in another way
                raise
            with stream:
                for chunk in stream:
                    yield (piece := _piece(chunk))
                    if piece.end:
                        return
            raise ModelStopped(f"the server at {self._address!r} broke off in the middle of its reply: ask again")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _piece(chunk: Any) -> Piece:
    """One chunk of the stream. Servers add and leave out fields; what is not there is empty."""
    if not chunk.choices:
        return Piece()
    choice = chunk.choices[0]
    logged = (choice.logprobs and choice.logprobs.content) or [None]
    top = tuple((entry.token, entry.logprob) for entry in (logged[0].top_logprobs or ())) if logged[0] else ()
    extra = choice.delta.model_extra or {}
    thought = extra.get("reasoning_content") or extra.get("reasoning") or ""
    timings = (chunk.model_extra or {}).get("timings")
    return Piece(
        text=choice.delta.content or "",
        thought=thought if isinstance(thought, str) else "",
        top=top,
        end="" if choice.finish_reason is None else "length" if choice.finish_reason == "length" else "stop",
        timing=_timing(timings) if isinstance(timings, dict) else None,
    )


def _timing(said: dict[str, Any]) -> Timing:
    """llama.cpp's own clock."""
    return Timing(
        prompt_tokens=int(said.get("prompt_n", 0)),
        prompt_seconds=float(said.get("prompt_ms", 0)) / 1000,
        reply_tokens=int(said.get("predicted_n", 0)),
        reply_seconds=float(said.get("predicted_ms", 0)) / 1000,
    )


def _client(address: str, timeout: float, **more: Any) -> openai.OpenAI:
    """A client without retries of its own. Raises SettingsError for an address that is none."""
    base = address if address.endswith("/v1") else f"{address}/v1"
    try:
        if not httpx2.URL(base).host:
            raise SettingsError(f"{address!r} names no host: use `--llm openai:http://HOST:PORT#MODEL`")
        return openai.OpenAI(
            base_url=base,
            api_key=os.environ.get(KEY) or "none",
            organization="",
            project="",
            max_retries=0,
            timeout=httpx2.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
            http_client=openai.DefaultHttpxClient(**more),
        )
    except (httpx2.InvalidURL, ValueError) as error:
        raise SettingsError(
            f"{address!r} is no address of a server ({error}): use `--llm openai:http://HOST:PORT#MODEL`"
        ) from error


@contextmanager
def _mapped(address: str, model: str = "", *, meeting: bool = False) -> Iterator[None]:
    """Whatever the client and its transport raise, as one of our errors. `meeting`: it may be another server."""
    try:
        yield
    except (openai.APITimeoutError, httpx2.ReadTimeout) as error:
        raise ModelSilent(
            f"the server at {address!r} sent nothing for too long: name a smaller model, or raise server_timeout"
        ) from error
    except openai.APIStatusError as error:
        raise _refusal(error, address, model) from error
    except openai.APIConnectionError as error:
        if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
            raise ModelUnavailable(f"no server answers at {address!r}: start it, or use `--llm embedded`") from error
        raise ModelStopped(f"the server at {address!r} broke off: ask again") from error
    except (openai.APIError, httpx2.HTTPError) as error:
        raise ModelStopped(f"the server at {address!r} broke off ({error}): ask again") from error
    except (ValueError, TypeError, AttributeError) as error:  # JSON that is none, or that is not of this protocol
        if meeting:
            raise ModelUnavailable(
                f"what answers at {address!r} does not speak OpenAI's protocol: use `--llm openai:http://HOST:PORT#MODEL`"
            ) from error
        raise ModelStopped(f"the server at {address!r} sent what cannot be read: ask again") from error


def _refusal(error: openai.APIStatusError, address: str, model: str) -> ModelError:
    """The server's own words, as one of our errors."""
    said = " ".join(str(error.message).split())[:200]
    if any(words in said for words in _TOO_LONG):
        return PromptTooLong("the prompt does not fit the model's window: ask a shorter question")
    if error.status_code in {401, 403}:
        return ModelUnavailable(f"the server at {address!r} wants a key ({said}): set {KEY}")
    if error.status_code == 404:
        return ModelUnavailable(
            f"the server at {address!r} has no model {model!r} ({said}): use `--llm openai:URL#MODEL`"
        )
    if error.status_code < 500:
        return ModelUnavailable(f"the server at {address!r} refuses {model!r} ({said}): use `--llm openai:URL#MODEL`")
    return ModelStopped(f"the server at {address!r} failed ({said}): ask again")
