"""An embedding model served by Ollama, in the place of the packaged one. An index knows which of them made it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import numpy as np
import ollama

from index.embed import Embedder
from index.errors import ModelError, ModelSilent, ModelStopped, ModelUnavailable, SettingsError
from index.tokens import clipped, token_bound
from index.vector import Vector, Vectors

BATCH = 16  # texts a request: a few seconds on two cores, so that a stop does not wait long
KEEP_ALIVE = "30m"
CONNECT_SECONDS = 10.0
PAUSE = 0.5  # seconds before the one retry
BLANK = "."  # in the place of a text without anything in it, for which the server may give no vector
# What some models want before a question and before a passage, by the beginning of their name (their publishers' cards).
PREFIXES = {
    "nomic-embed-text": ("search_query: ", "search_document: "),
    "mxbai-embed-large": ("Represent this sentence for searching relevant passages: ", ""),
    "snowflake-arctic-embed": ("Represent this sentence for searching relevant passages: ", ""),
    "multilingual-e5": ("query: ", "passage: "),
}


def open_embedder(name: str, host: str, timeout: float = 300.0) -> Embedder:
    """The embedder that `--embed` names besides the packaged one: `ollama:MODEL`. Raises SettingsError, ModelUnavailable."""
    kind, _, model = name.partition(":")
    if kind != "ollama" or not model.strip():
        raise SettingsError(f"unknown embedder {name!r}: use embedded or ollama:MODEL")
    return OllamaEmbedder(host, model.strip(), timeout=timeout)


class OllamaEmbedder:
    """One embedding model on one server. Threads may call at once; the server takes them one after another."""

    def __init__(self, host: str, model: str, *, timeout: float = 300.0) -> None:
        """Check that the server answers, has the model, and that it embeds. `timeout`: seconds of silence.

        Raises ModelUnavailable with the command that mends it, SettingsError for an address that is none.
        """
        self.name = f"ollama:{model}"
        self._host, self._model = host, model
        try:
            self._client = ollama.Client(host, timeout=httpx.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)))
        except (httpx.InvalidURL, ValueError) as error:
            raise SettingsError(
                f"{host!r} is no address of a server ({error}): set OLLAMA_HOST to http://HOST:PORT"
            ) from error
        with self._mapped():
            shown = self._client.show(model)
        capabilities = shown.capabilities or ["embedding"]
        if "embedding" not in capabilities:
            raise ModelUnavailable(
                f"the Ollama model {model!r} cannot embed (it does {', '.join(capabilities)}): "
                "name another, for example `--embed ollama:nomic-embed-text`"
            )
        facts = shown.modelinfo or {}
        family = facts.get("general.architecture", "")
        self.limit = _number(facts.get(f"{family}.context_length")) or 512  # tokens of a text
        self._ahead = next((pair for start, pair in PREFIXES.items() if start in model), ("", ""))
        self.dimensions = _number(facts.get(f"{family}.embedding_length")) or len(self._embed(["a"])[0])

    def count_tokens(self, text: str) -> int:
        """An upper bound, the special tokens not counted."""
        return token_bound(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. Raises ModelUnavailable, ModelStopped."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), BATCH):
            batch = [self._ahead[1] + text for text in texts[start : start + BATCH]]
            vectors[start : start + len(batch)] = self._embed(batch)
        return vectors

    def embed_question(self, text: str) -> Vector:
        """See Embedder. Raises ModelUnavailable, ModelStopped."""
        vector: Vector = self._embed([self._ahead[0] + text])[0]
        return vector

    def _embed(self, texts: list[str]) -> Vectors:
        """float32 [len(texts), dimensions], each of length 1. What is too long is cut here, before the server refuses it."""
        sent = [clipped(text.encode("utf-8", "replace").decode(), self.limit - 2) for text in texts]
        sent = [text if text.strip() else BLANK for text in sent]
        try:
            reply = self._ask(sent)
        except ModelUnavailable:
            raise
        except ModelStopped:  # asking twice for the same vectors does no harm
            time.sleep(PAUSE)
            reply = self._ask(sent)
        vectors = np.array(reply, np.float32)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ModelStopped(f"the Ollama model {self._model!r} gave no vectors: name another with `--embed`")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not lengths.all():
            raise ModelStopped(f"the Ollama model {self._model!r} gave an empty vector: name another with `--embed`")
        whole: Vectors = vectors / lengths
        return whole

    def _ask(self, texts: list[str]) -> Any:
        with self._mapped():
            return self._client.embed(self._model, texts, truncate=False, keep_alive=KEEP_ALIVE).embeddings

    def close(self) -> None:
        """Close the connections."""
        self._client.close()  # type: ignore[no-untyped-call]

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Whatever the client, its transport and its parser raise, as one of our errors."""
        try:
            yield
        except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ModelUnavailable(
                f"no Ollama server answers at {self._host!r}: start it with `ollama serve`, or use `--embed embedded`"
            ) from error
        except httpx.TimeoutException as error:
            raise ModelSilent(
                f"the Ollama server at {self._host!r} sent nothing for too long: raise server_timeout"
            ) from error
        except ollama.ResponseError as error:
            raise self._refusal(error) from error
        except httpx.HTTPError as error:
            raise ModelStopped(f"the Ollama server at {self._host!r} broke off ({error}): try again") from error
        except (ValueError, TypeError, AttributeError) as error:  # JSON that is none, or that is not Ollama's
            raise ModelUnavailable(
                f"what answers at {self._host!r} is no Ollama server: set OLLAMA_HOST to the right address"
            ) from error

    def _refusal(self, error: ollama.ResponseError) -> ModelError:
        said = " ".join(str(error.error).split())[:200]
        if error.status_code == 404:
            return ModelUnavailable(f"Ollama has no model {self._model!r}: run `ollama pull {self._model}`")
        if error.status_code < 500 or error.status_code == 501:
            return ModelUnavailable(
                f"Ollama refuses to embed with {self._model!r} ({said}): name another with `--embed`"
            )
        return ModelStopped(f"the Ollama server failed ({said}): try again")


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
