"""llama.cpp inside this process, by xllamacpp: no server to install, no port open to others.

The runtime opens a loopback port all the same; it is locked with a random key. Each task has a slot of its own, so the static
part of its prompt is read once and stays.
"""

from __future__ import annotations

import hashlib
import os
import queue
import secrets
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import xllamacpp

from assistant.llm import Task, Timing, halted, odds
from assistant.llm_layers import ADAPTER, Layers, open_layers
from assistant.weights_pins import CHAT_MODEL
from index.errors import ModelError, ModelStopped, ModelUnavailable, PromptTooLong, ReplyCut
from prompts import Message

BEAT = 0.05  # seconds between two looks at whether somebody still waits
BATCH = (
    128  # tokens of a prompt read at a time, about 3 s on 2 cores: how long a stopped model works on; 512 is no faster
)
# "judge" has none: its prompts are read by llm_layers.py
SLOTS: dict[Task, int] = {"answer": 0, "check": 1, "condense": 2, "claim": 3, "compare": 4}


class EmbeddedModel:
    """One GGUF file, loaded once. Thread-safe: callers are served one after another."""

    def __init__(self, path: Path, *, context: int, threads: int = 0, cache: Path | None = None) -> None:
        """Load `path` (2 to 4 seconds for 1.5B parameters). `cache`: folder where warmed prompts are kept between starts."""
        if not path.is_file():
            raise ModelUnavailable(f"no model file at {str(path)!r}: name a GGUF file, or run `assistant models fetch`")
        self.name = f"embedded {path.stem}"
        self.context = context
        self.timing: Timing | None = None
        self._path = path
        self._lock = threading.Lock()
        self._key = secrets.token_hex(16)
        self._threads = threads or os.cpu_count() or 2
        self._layers: Layers | None = None
        self._looked = False  # for the layers
        self._states = cache / "prompts" if cache else None
        if self._states:
            self._states.mkdir(parents=True, exist_ok=True)
        # An interrupt while the runtime loads would leave its threads waiting for ever: it is taken when loading has ended.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._server = xllamacpp.Server(self._parameters(self._threads))
        except RuntimeError as error:
            raise ModelUnavailable(
                f"the model file {str(path)!r} cannot be loaded: try `assistant models verify`"
            ) from error
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _parameters(self, threads: int) -> Any:
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self._path)
        # shared by the slots: one question uses at most one window, and five prefixes have about 1,700 tokens
        parameters.n_ctx = self.context * 2
        parameters.n_batch = parameters.n_ubatch = BATCH
        parameters.n_parallel = len(SLOTS)
        parameters.kv_unified = True
        parameters.cache_idle_slots = False  # an idle slot keeps its prefix; else every change of task reads it again
        parameters.cache_ram_mib = 0
        parameters.cpuparams.n_threads = threads
        parameters.cpuparams_batch.n_threads = threads
        parameters.cpuparams.poll = parameters.cpuparams_batch.poll = (
            0  # waiting threads sleep: others use this machine, too
        )
        parameters.warmup = False
        parameters.verbosity = -1
        parameters.api_keys = [self._key]
        parameters.cors_origins = "null"
        parameters.ui = False
        if self._states:
            parameters.slot_save_path = f"{self._states}{os.sep}"
        return parameters

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, exact."""
        reply = httpx.post(
            f"{self._server.listening_address}/tokenize", json={"content": text}, headers=self._headers, timeout=30
        )
        return len(reply.json()["tokens"])

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"}

    def warm(self, task: Task, messages: Sequence[Message]) -> None:
        """Read a task's static turns, or restore them from the last start (20 MB a prompt, about 0.1 s instead of 6)."""
        name = hashlib.sha256(
            f"{self._path.name}{self._path.stat().st_size}{xllamacpp.__version__}{messages}".encode()
        ).hexdigest()[:16]
        if task == "judge":
            self._warm_layers(messages, name)
            return
        if self._slot(task, "restore", f"{task}-{name}.bin"):
            return
        with suppress(ReplyCut):  # of course: one token was asked for
            for _ in self.write(task, messages, max_tokens=1):
                pass
        for old in self._states.glob(f"{task}-*.bin") if self._states else ():
            old.unlink(missing_ok=True)
        self._slot(task, "save", f"{task}-{name}.bin")

    def _warm_layers(self, messages: Sequence[Message], name: str) -> None:
        with self._lock:
            layers = self._opened()
            if layers is None:
                return
            adapter = hashlib.sha256(ADAPTER.read_bytes()).hexdigest()[:8]
            kept = self._states / f"judge-{name}-{adapter}.bin" if self._states else None
            if kept and layers.restore(kept):
                return
            layers.lines(messages)
            if kept:
                for old in kept.parent.glob("judge-*.bin"):
                    old.unlink(missing_ok=True)
                with suppress(OSError):  # a full disk costs three seconds at the next start, no more
                    layers.save(kept)

    def _opened(self) -> Layers | None:
        """The layers of the default model, opened once; None for another, which nothing was learnt about."""
        if not self._looked:
            self._looked = True
            if self._path.stat().st_size == CHAT_MODEL.files[0].size:
                self._layers = open_layers(self._path, window=self.context, threads=self._threads)
        return self._layers

    def shows_layers(self) -> bool:
        """See ChatModel.shows_layers."""
        with self._lock:
            return self._opened() is not None

    def lines(self, messages: Sequence[Message], after: int = 0) -> np.ndarray:
        """See ChatModel.lines."""
        if halted():
            raise ModelStopped("the model was stopped on request: ask again")
        with self._lock:
            layers = self._opened()
            if layers is None:
                raise ModelError("this model does not show its layers")
            return layers.lines(messages, after)

    def _slot(self, task: Task, action: str, name: str) -> bool:
        if self._states is None or (action == "restore" and not (self._states / name).is_file()):
            return False
        address = f"{self._server.listening_address}/slots/{SLOTS[task]}?action={action}"
        with self._lock:
            reply = httpx.post(address, json={"filename": name}, headers=self._headers, timeout=60)
        return reply.status_code == httpx.codes.OK

    def write(
        self, task: Task, messages: Sequence[Message], *, max_tokens: int, grammar: str | None = None
    ) -> Iterator[str]:
        """See ChatModel.write."""
        request = self._request(task, messages, max_tokens)
        if grammar:
            request["grammar"] = grammar
        with self._lock, closing(self._stream(request)) as chunks:
            for chunk in chunks:
                if chunk.get("choices") and (text := chunk["choices"][0].get("delta", {}).get("content")):
                    yield text

    def _stream(self, request: dict[str, Any]) -> Generator[dict[str, Any], None, None]:
        """Run the blocking call in a thread; its callback fills a queue, and stops the model when the reader has gone.

        The callback is called for every token and, as progress is asked for, after every BATCH tokens of the prompt.
        """
        pieces: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        gone = threading.Event()

        def receive(chunk: Any) -> bool:
            for part in chunk if isinstance(chunk, list) else [chunk]:
                pieces.put(part)
            return gone.is_set()

        def run() -> None:
            try:
                reply = self._server.handle_chat_completions(
                    request | {"stream": True, "return_progress": True}, receive
                )
                if isinstance(reply, dict):
                    pieces.put(reply)
            except RuntimeError as error:
                pieces.put({"error": {"message": str(error)}})
            finally:
                pieces.put(None)

        worker = threading.Thread(target=run, daemon=True)
        worker.start()
        written, end = "", ""
        try:
            while (chunk := _next(pieces)) is not None:
                _raise_error(chunk, written)
                if timings := chunk.get("timings"):
                    self.timing = _timing(timings)
                for choice in chunk.get("choices") or ():
                    end = choice.get("finish_reason") or end
                    written += choice.get("delta", {}).get("content") or ""
                yield chunk
        finally:
            gone.set()
            worker.join()
        if end == "length":
            raise ReplyCut(
                f"the reply was longer than {request['max_tokens']} tokens: ask a narrower question", partial=written
            )

    def probability(self, task: Task, messages: Sequence[Message], *, yes: str = "Yes", no: str = "No") -> float:
        """See ChatModel.probability. Tokens are compared without leading space; an absent one counts as e^-20."""
        request = self._request(task, messages, 1) | {"logprobs": True, "top_logprobs": 10}
        with self._lock, closing(self._stream(request)) as chunks:
            for chunk in chunks:
                if chunk.get("choices") and (given := chunk["choices"][0].get("logprobs")) and given.get("content"):
                    top = given["content"][0]["top_logprobs"]
                    return odds([(entry["token"], entry["logprob"]) for entry in top], yes, no)
        raise ModelError("the embedded model weighed nothing: ask again")

    def _request(self, task: Task, messages: Sequence[Message], max_tokens: int) -> dict[str, Any]:
        return {
            "messages": [message._asdict() for message in messages],
            "max_tokens": max_tokens,
            "temperature": 0,
            "cache_prompt": True,
            "id_slot": SLOTS[task],
        }

    def close(self) -> None:
        """Unload the model."""
        with self._lock:
            if self._layers:
                self._layers.close()
                self._layers = None
        del self._server


def _timing(said: dict[str, Any]) -> Timing:
    return Timing(
        prompt_tokens=said["prompt_n"],
        prompt_seconds=said["prompt_ms"] / 1000,
        reply_tokens=said["predicted_n"],
        reply_seconds=said["predicted_ms"] / 1000,
    )


def _next(pieces: queue.SimpleQueue[dict[str, Any] | None]) -> dict[str, Any] | None:
    """The next chunk, or None at the end. Raises ModelStopped when nobody waits for it any more."""
    while not halted():
        try:
            return pieces.get(timeout=BEAT)
        except queue.Empty:
            continue
    raise ModelStopped("the model was stopped on request: ask again")


def _raise_error(reply: dict[str, Any], written: str = "") -> None:
    if error := reply.get("error"):
        message = str(error.get("message", error))
        if error.get("type") == "exceed_context_size_error":
            raise PromptTooLong(
                f"the prompt has {error['n_prompt_tokens']} tokens, the model's window {error['n_ctx']}: ask a shorter question"
            )
        raise (
            ModelStopped(f"the embedded model stopped ({message}): ask again", partial=written)
            if message
            else ModelError("the embedded model failed: ask again")
        )
