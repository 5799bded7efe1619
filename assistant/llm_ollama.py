"""A model served by Ollama. Every request fixes the window, the length, and how long the model stays loaded.

LlamaIndex's Ollama class does not hold here: it sends no limit of tokens, takes none per call, drops log-probabilities, and
asks the server before it is used (measured on 0.11.0). So this speaks through Ollama's own client.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import ollama

from assistant.llm import Timing
from assistant.llm_served import Piece, Request, ServedModel
from assistant.llm_window import Shape, read_shape, window
from assistant.weights import Progress, Report
from index.errors import ModelError, ModelSilent, ModelStopped, ModelUnavailable, PromptTooLong, SettingsError

KEEP_ALIVE = "30m"  # between two questions; the server's own 5 minutes mean a cold start after every pause
PROBE_SECONDS = 2.0
CONNECT_SECONDS = 10.0
SHOW_SECONDS = 30.0
PULL_SECONDS = 600.0  # between two signs of life: the server reads the whole model through at the end
TOP = 10  # likeliest tokens asked for
THOUGHTS = 1024  # tokens for a model whose thinking can be made short, but not switched off
_STRANGER = "what answers at {host!r} is no Ollama server: set OLLAMA_HOST to the right address"
ALWAYS_THINK = ("gptoss", "gpt-oss")  # families that take "low", and no False


def has_model(host: str, model: str) -> bool:
    """Whether a server answers at `host` and has `model`; False rather than an error when nothing is there."""
    try:
        return full_name(model) in models(host)
    except (ModelError, SettingsError):
        return False


def models(host: str) -> dict[str, int]:
    """Name -> bytes on disk of every model the server has. Raises ModelUnavailable, ModelStopped, SettingsError."""
    with _mapped(host, meeting=True), _client(host, PROBE_SECONDS) as client:
        return {entry.model: int(entry.size or 0) for entry in client.list().models if entry.model}


def version(host: str) -> str:
    """The server's version. Raises ModelUnavailable if none answers, SettingsError."""
    with _mapped(host, meeting=True), _client(host, PROBE_SECONDS):
        address = host if "://" in host else f"http://{host}"
        said = httpx.get(f"{address.rstrip('/')}/api/version", timeout=PROBE_SECONDS).json()["version"]
    return str(said)


def pull(host: str, model: str, report: Report) -> None:
    """Let the server fetch a model; an interrupted fetch goes on where it stopped. `report` hears of its bytes.

    Raises ModelUnavailable, ModelStopped, SettingsError.
    """
    layers: dict[str, tuple[int, int]] = {}  # digest -> bytes there, bytes in all
    with _mapped(host, model), _client(host, PULL_SECONDS) as client:
        for step in client.pull(model, stream=True):
            if step.digest and step.total:
                layers[step.digest] = (step.completed or 0, step.total)
                done, total = (sum(amounts) for amounts in zip(*layers.values(), strict=True))
                report(Progress(file=model, done_bytes=done, total_bytes=total, source="ollama"))


def full_name(model: str) -> str:
    """A model's name as the server lists it: with its tag."""
    return model if ":" in model.rpartition("/")[2] else f"{model}:latest"


def describe(host: str, model: str) -> ollama.ShowResponse:
    """What the server knows of one model. Raises ModelUnavailable with the command that mends it, SettingsError."""
    with _mapped(host, model, meeting=True), _client(host, SHOW_SECONDS) as client:
        shown: ollama.ShowResponse = client.show(model)
        return shown


class OllamaModel(ServedModel):
    """One model on one server."""

    def __init__(self, host: str, model: str, *, context: int, timeout: float = 300.0) -> None:
        """Check that the server answers and has the model. `context`: tokens wanted of the window; `timeout`: seconds of silence.

        Raises ModelUnavailable with the command that mends it, SettingsError for an address that is none.
        """
        shown = describe(host, model)
        capabilities = shown.capabilities or ["completion"]
        if "completion" not in capabilities:
            raise ModelUnavailable(
                f"the Ollama model {model!r} cannot chat (it does {', '.join(capabilities)}): "
                "name another with `--llm ollama:MODEL`"
            )
        family = (shown.details and shown.details.family) or ""
        always = "thinking" in capabilities and family.startswith(ALWAYS_THINK)
        shape = read_shape(shown.modelinfo or {}, bytes_on_disk=models(host).get(full_name(model), 0))
        super().__init__(
            f"ollama {model}", context=window(context, shape, host=host), thoughts=THOUGHTS if always else 0
        )
        self.shape: Shape = shape
        self._think: bool | str | None = None if "thinking" not in capabilities else "low" if always else False
        self._host = host
        self._model = model
        self._client = _client(host, timeout, event_hooks=self._line.hooks)

    def _send(self, request: Request) -> Generator[Piece, None, None]:
        with _mapped(self._host, self._model):
            stream: Iterator[ollama.ChatResponse] = self._client.chat(
                self._model,
                messages=[message._asdict() for message in request.messages],
                stream=True,
                think=self._think,
                logprobs=request.logprobs or None,
                top_logprobs=TOP if request.logprobs else None,
                options={
                    "num_ctx": self.context,
                    "num_predict": request.max_tokens,
                    "temperature": request.temperature,
                    "seed": request.seed,
                },
                keep_alive=KEEP_ALIVE,
            )
            try:
                for chunk in stream:
                    yield _piece(chunk)
                    if chunk.done:
                        return
            finally:
                stream.close()  # type: ignore[attr-defined]
            raise ModelStopped(f"the Ollama server at {self._host!r} broke off in the middle of its reply: ask again")

    def close(self) -> None:
        """Close the connections. The server keeps the model as long as KEEP_ALIVE says."""
        self._client.close()  # type: ignore[no-untyped-call]


def _piece(chunk: ollama.ChatResponse) -> Piece:
    first = chunk.logprobs[0] if chunk.logprobs else None
    top = tuple((entry.token, entry.logprob) for entry in (first.top_logprobs or ())) if first else ()
    timing = None
    if chunk.done and chunk.prompt_eval_duration:
        timing = Timing(
            prompt_tokens=chunk.prompt_eval_count or 0,
            prompt_seconds=chunk.prompt_eval_duration / 1e9,
            reply_tokens=chunk.eval_count or 0,
            reply_seconds=(chunk.eval_duration or 0) / 1e9,
        )
    return Piece(
        text=chunk.message.content or "",
        thought=chunk.message.thinking or "",
        top=top,
        end=("length" if chunk.done_reason == "length" else "stop") if chunk.done else "",
        prompt_tokens=chunk.prompt_eval_count or 0,
        timing=timing,
    )


def _client(host: str, timeout: float, **more: Any) -> ollama.Client:
    """A client that waits `timeout` seconds for a sign of life. Raises SettingsError for an address that is none."""
    try:
        return ollama.Client(host, timeout=httpx.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)), **more)
    except (httpx.InvalidURL, ValueError) as error:
        raise SettingsError(
            f"{host!r} is no address of a server ({error}): set OLLAMA_HOST to http://HOST:PORT"
        ) from error


@contextmanager
def _mapped(host: str, model: str = "", *, meeting: bool = False) -> Iterator[None]:
    """Whatever the client, its transport and its parser raise, as one of our errors. `meeting`: it may be another server."""
    try:
        yield
    except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise ModelUnavailable(
            f"no Ollama server answers at {host!r}: start it with `ollama serve`, or use `--llm embedded`"
        ) from error
    except httpx.TimeoutException as error:
        raise ModelSilent(
            f"the Ollama server at {host!r} sent nothing for too long: name a smaller model, or raise server_timeout"
        ) from error
    except ollama.ResponseError as error:
        raise _refusal(error, host, model) from error
    except httpx.HTTPError as error:
        raise ModelStopped(f"the Ollama server at {host!r} broke off ({error}): ask again") from error
    except (ValueError, TypeError, AttributeError) as error:  # JSON that is none, or that is not Ollama's
        if meeting:
            raise ModelUnavailable(_STRANGER.format(host=host)) from error
        raise ModelStopped(f"the Ollama server at {host!r} sent what cannot be read: ask again") from error


def _refusal(error: ollama.ResponseError, host: str, model: str) -> ModelError:
    """The server's own words, as one of our errors."""
    said = " ".join(str(error.error).split())[:200]
    if "exceed_context_size" in said or "context length" in said:
        return PromptTooLong("the prompt does not fit the model's window: ask a shorter question")
    if "pull model manifest" in said and "file does not exist" in said:
        return ModelUnavailable(f"Ollama's library has no model {model!r}: look its name up there")
    if "pull model manifest" in said or "max retries exceeded" in said:
        return ModelUnavailable(f"Ollama cannot fetch {model!r} ({said}): look at its network, or import a GGUF file")
    if error.status_code == 404 and "not found" not in said.replace("page not found", ""):
        return ModelUnavailable(_STRANGER.format(host=host))
    if error.status_code == 404 and model:
        return ModelUnavailable(f"Ollama has no model {model!r}: run `ollama pull {model}`")
    if error.status_code in {400, 401, 403, 501}:
        return ModelUnavailable(f"Ollama refuses to run {model!r} ({said}): name another with `--llm ollama:MODEL`")
    if "memory" in said:
        return ModelUnavailable(f"Ollama cannot load {model!r} ({said}): name a smaller one with `--llm ollama:MODEL`")
    return ModelStopped(f"the Ollama server failed ({said}): ask again")
