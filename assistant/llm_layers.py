"""What a middle layer of the embedded model makes of a prompt: llama.cpp's C interface, as far as this one thing needs it.

The server inside xllamacpp (llm_embedded.py) gives words and their probabilities only. The same library exports llama.cpp's C
functions; called by ctypes, they show a layer's output, and the layers above it are left out: with 17 of 28 a prompt costs little
more than half. The weights are mapped, not copied, and those of the layers left out are never read into memory.

The layouts of the two structures below are those of llama.h at the release xllamacpp is locked to; `open_layers` looks whether
the library's own defaults stand where they should, and gives None where they do not.
"""

from __future__ import annotations

import ctypes
import hashlib
import mmap
import threading
from collections.abc import Sequence
from contextlib import suppress
from ctypes import POINTER, byref, c_bool, c_char_p, c_float, c_int8, c_int32, c_size_t, c_uint32, c_void_p
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import xllamacpp.xllamacpp as library

from index.errors import ModelError, ModelStopped, PromptTooLong
from prompts import Message

LAYER = 17  # from 0, of the default model's 28: from which a probe told answers best, see docs/judge.md
ADAPTER = Path(__file__).with_name("judge.gguf")  # how prompts are to be read: learnt by benchmarks/adapter.py
BATCH = 512  # tokens read at a time
_CHECKSUM = hashlib.sha256().digest_size  # bytes
_OUTPUT = "l_out-"  # how llama.cpp names what a layer puts out


class _ModelParameters(ctypes.Structure):
    _fields_ = [
        ("devices", c_void_p), ("tensor_buft_overrides", c_void_p), ("n_gpu_layers", c_int32), ("split_mode", c_int32),
        ("load_mode", c_int32), ("lazy_mode", c_int32), ("main_gpu", c_int32), ("tensor_split", c_void_p),
        ("progress_callback", c_void_p), ("progress_callback_user_data", c_void_p), ("kv_overrides", c_void_p),
        ("vocab_only", c_bool), ("check_tensors", c_bool), ("use_extra_bufts", c_bool), ("no_host", c_bool),
        ("no_alloc", c_bool), ("load_mtp", c_bool),
    ]  # fmt: skip


class _ContextParameters(ctypes.Structure):
    _fields_ = [
        ("n_ctx", c_uint32), ("n_batch", c_uint32), ("n_ubatch", c_uint32), ("n_seq_max", c_uint32), ("n_rs_seq", c_uint32),
        ("n_outputs_max", c_uint32), ("n_outputs_max_per_seq", c_uint32), ("n_threads", c_int32), ("n_threads_batch", c_int32),
        ("ctx_type", c_int32), ("rope_scaling_type", c_int32), ("pooling_type", c_int32), ("attention_type", c_int32),
        ("flash_attn_type", c_int32), ("rope_freq_base", c_float), ("rope_freq_scale", c_float), ("yarn_ext_factor", c_float),
        ("yarn_attn_factor", c_float), ("yarn_beta_fast", c_float), ("yarn_beta_slow", c_float), ("yarn_orig_ctx", c_uint32),
        ("defrag_thold", c_float), ("cb_eval", c_void_p), ("cb_eval_user_data", c_void_p), ("type_k", c_int32), ("type_v", c_int32),
        ("moe_cache_size", c_size_t), ("abort_callback", c_void_p), ("abort_callback_data", c_void_p), ("embeddings", c_bool),
        ("offload_kqv", c_bool), ("no_perf", c_bool), ("op_offload", c_bool), ("swa_full", c_bool), ("kv_unified", c_bool),
        ("samplers", c_void_p), ("n_samplers", c_size_t), ("ctx_other", c_void_p),
    ]  # fmt: skip


class _Batch(ctypes.Structure):
    _fields_ = [
        ("n_tokens", c_int32), ("token", POINTER(c_int32)), ("embd", c_void_p), ("pos", POINTER(c_int32)),
        ("n_seq_id", POINTER(c_int32)), ("seq_id", POINTER(POINTER(c_int32))), ("logits", POINTER(c_int8)),
    ]  # fmt: skip


_Watch = ctypes.CFUNCTYPE(c_bool, c_void_p, c_bool, c_void_p)


class Layers:
    """One GGUF file, read up to one layer. Thread-safe: callers are served one after another."""

    def __init__(self, path: Path, layer: int, *, window: int, threads: int, adapter: Path | None = None) -> None:
        """`layer` from 0, `window` in tokens, `adapter` a LoRA in GGUF that every prompt is read with. Raises OSError where llama.cpp
        refuses a file."""
        self.layer, self.window = layer, window
        self._lock = threading.Lock()
        self._seen: np.ndarray | None = None
        self._kept: list[int] = []  # the tokens whose keys and values are in the cache
        _call("llama_backend_init", None)
        _drop_pages(path)  # those of the model that writes
        model = _call("llama_model_default_params", _ModelParameters)
        model.use_extra_bufts = False  # a copy of the weights in another order: faster, and 1 GB more
        self._model = _call("llama_model_load_from_file", c_void_p, c_char_p(str(path).encode()), model)
        if not self._model:
            raise OSError(f"llama.cpp cannot read {str(path)!r}")
        _drop_pages(path)
        self._vocabulary = c_void_p(_call("llama_model_get_vocab", c_void_p, c_void_p(self._model)))
        self.size = int(_call("llama_model_n_embd", c_int32, c_void_p(self._model)))
        self._watch = _Watch(self._look)  # kept: llama.cpp calls it as long as the context lives
        context = _call("llama_context_default_params", _ContextParameters)
        context.n_ctx, context.n_batch, context.n_ubatch = window, BATCH, BATCH
        context.n_threads = context.n_threads_batch = threads
        context.cb_eval = ctypes.cast(self._watch, c_void_p)
        self._context = _call("llama_init_from_model", c_void_p, c_void_p(self._model), context)
        if not self._context:
            _call("llama_model_free", None, c_void_p(self._model))
            raise OSError(f"llama.cpp has no memory for {str(path)!r}")
        if adapter:
            self._adapt(adapter)
        self._batch = _call("llama_batch_init", _Batch, c_int32(BATCH), c_int32(0), c_int32(1))

    def _adapt(self, adapter: Path) -> None:
        """Freed with the model."""
        loaded = c_void_p(
            _call("llama_adapter_lora_init", c_void_p, c_void_p(self._model), c_char_p(str(adapter).encode()))
        )
        scale = c_float(1.0)
        refused = not loaded or _call(
            "llama_set_adapters_lora", c_int32, c_void_p(self._context), byref(loaded), c_size_t(1), byref(scale)
        )
        if refused:
            _call("llama_free", None, c_void_p(self._context))
            _call("llama_model_free", None, c_void_p(self._model))
            raise OSError(f"llama.cpp cannot read the adapter {str(adapter)!r}")

    def close(self) -> None:
        """Free memory; the object cannot be used afterwards."""
        with self._lock:
            _call("llama_batch_free", None, self._batch)
            _call("llama_free", None, c_void_p(self._context))
            _call("llama_model_free", None, c_void_p(self._model))

    def lines(self, messages: Sequence[Message], after: int = 0) -> np.ndarray:
        """What the layer puts out at the end of each line of the last message from line `after` on, float32 of shape (lines, size); the
        prompt is in ChatML, its last message left open. Raises PromptTooLong, ModelStopped, ModelError.

        Whatever comes before these lines and is shared with the prompt before, from its beginning, is not read again.
        """
        with self._lock:
            tokens, ends = self.lined(messages)
            ends = ends[after:]
            if len(tokens) > self.window:
                raise PromptTooLong(
                    f"the prompt has {len(tokens)} tokens, the model's window {self.window}: ask a shorter question"
                )
            shared = 0
            while shared < min(len(self._kept), ends[0]) and self._kept[shared] == tokens[shared]:
                shared += 1
            memory = c_void_p(_call("llama_get_memory", c_void_p, c_void_p(self._context)))
            _call("llama_memory_seq_rm", c_bool, memory, c_int32(0), c_int32(shared), c_int32(-1))
            self._kept = tokens[:shared]
            found: list[np.ndarray] = []
            for start in range(shared, len(tokens), BATCH):
                part = tokens[start : start + BATCH]
                seen = self._read(part, start)
                if seen is None:  # an interrupt came while it was looked at
                    raise ModelStopped("the model was stopped: ask again")
                found += [seen[end - start] for end in ends if start <= end < start + len(part)]
            self._kept = tokens
            return np.stack(found)

    def save(self, path: Path) -> None:
        """Keep what was read last in a file, about 30 kB a token, under its checksum: llama.cpp ends the process over a cut one."""
        with self._lock:
            size = _call("llama_state_seq_get_size", c_size_t, c_void_p(self._context), c_int32(0))
            cached = ctypes.create_string_buffer(size)
            _call("llama_state_seq_get_data", c_size_t, c_void_p(self._context), cached, c_size_t(size), c_int32(0))
            kept = np.array([len(self._kept), *self._kept], np.int32).tobytes() + cached.raw
        part = path.with_suffix(".part")
        part.write_bytes(hashlib.sha256(kept).digest() + kept)
        part.replace(path)

    def restore(self, path: Path) -> bool:
        """Whether what `save` kept stands in the cache again, so that a prompt that begins like it need not be read anew."""
        written = path.read_bytes() if path.is_file() else b""
        checksum, kept = written[:_CHECKSUM], written[_CHECKSUM:]
        if hashlib.sha256(kept).digest() != checksum:
            return False
        count = int(np.frombuffer(kept, np.int32, 1)[0])
        tokens = np.frombuffer(kept, np.int32, count, offset=4)
        cached = kept[4 + 4 * count :]
        with self._lock:
            read = _call(
                "llama_state_seq_set_data", c_size_t, c_void_p(self._context), c_char_p(cached), c_size_t(len(cached)),
                c_int32(0),
            )  # fmt: skip
            self._kept = tokens.tolist() if read else []
        return bool(read)

    def _read(self, tokens: Sequence[int], start: int) -> np.ndarray | None:
        self._seen = None
        batch = self._batch
        batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, start + i, 1, 0
            batch.seq_id[i][0] = 0
        batch.logits[len(tokens) - 1] = 1
        if failed := _call("llama_decode", c_int32, c_void_p(self._context), batch):
            raise ModelError(f"the embedded model failed ({failed}): ask again")
        return self._seen

    def _look(self, tensor: int, asking: bool, _: object) -> bool:
        """Called for every step of the work: whether this one is wanted, and, when it is done, whether to go on."""
        name = str(_call("ggml_get_name", c_char_p, c_void_p(tensor)).decode())
        if name != f"{_OUTPUT}{self.layer}":
            return False
        if asking:
            return True
        size = int(_call("ggml_nbytes", c_size_t, c_void_p(tensor)))
        seen = np.empty((size // ctypes.sizeof(c_float) // self.size, self.size), np.float32)
        _call(
            "ggml_backend_tensor_get", None, c_void_p(tensor), c_void_p(seen.ctypes.data), c_size_t(0), c_size_t(size)
        )
        self._seen = seen
        return False  # enough: what the layers above would make of it is not needed

    def lined(self, messages: Sequence[Message]) -> tuple[list[int], list[int]]:
        """A prompt in ChatML, its last message left open, and where in it the lines of that message end; what a message says is never
        read as one of ChatML's marks."""
        *before, (role, content) = messages
        tokens: list[int] = []
        for earlier, said in before:
            tokens += [*self._tokens(f"<|im_start|>{earlier}\n", marks=True), *self._tokens(said, marks=False)]
            tokens += self._tokens("<|im_end|>\n", marks=True)
        tokens += self._tokens(f"<|im_start|>{role}\n", marks=True)
        ends = []
        for line in content.split("\n"):
            tokens += self._tokens(f"{line}\n", marks=False)
            ends.append(len(tokens) - 1)
        return tokens, ends

    def _tokens(self, text: str, *, marks: bool) -> list[int]:
        written = text.encode()
        room = (c_int32 * (len(written) + 8))()
        count = _call(
            "llama_tokenize", c_int32, self._vocabulary, c_char_p(written), c_int32(len(written)), room,
            c_int32(len(room)), c_bool(False), c_bool(marks),
        )  # fmt: skip
        return list(room[:count])


def open_layers(
    path: Path, layer: int = LAYER, *, window: int, threads: int, adapter: Path | None = ADAPTER
) -> Layers | None:
    """The layers of a model up to `layer`, as the adapter makes them; None where this platform's xllamacpp does not show them, or
    the adapter is another model's."""
    try:
        return Layers(path, layer, window=window, threads=threads, adapter=adapter) if _as_expected() else None
    except (OSError, AttributeError):  # refused, or a library that exports nothing
        return None


def _drop_pages(path: Path) -> None:
    """llama.cpp reads a file into memory as it maps it, for every model opened; what is used comes back page by page."""
    with suppress(OSError, AttributeError):
        file = str(path.resolve())
        for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.endswith(file):
                start, end = (int(address, 16) for address in line.split(" ", 1)[0].split("-"))
                ctypes.CDLL(None).madvise(c_void_p(start), c_size_t(end - start), mmap.MADV_DONTNEED)


def _as_expected() -> bool:
    """Whether the defaults of the library stand where our layouts have them. Raises AttributeError, OSError."""
    context = _call("llama_context_default_params", _ContextParameters)
    model = _call("llama_model_default_params", _ModelParameters)
    return bool(
        (context.n_ctx, context.n_batch, context.n_ubatch, context.n_seq_max) == (512, 2048, 512, 1)
        and (context.yarn_beta_fast, context.embeddings, context.no_perf) == (-1.0, False, True)
        and not (context.cb_eval or context.n_samplers or context.ctx_other)
        and model.use_extra_bufts
        and not (model.vocab_only or model.check_tensors or model.no_alloc)
    )


def _call(name: str, result: Any, *arguments: Any) -> Any:
    function = _function(name)
    function.restype = result
    return function(*arguments)


@cache
def _function(name: str) -> Any:
    if name != "llama_log_set":
        _silence()
    return getattr(_library(), name)


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(library.__file__)


_IN_SILENCE = ctypes.CFUNCTYPE(None, c_int32, c_char_p, c_void_p)(lambda *_: None)


@cache
def _silence() -> None:
    """llama.cpp tells of its loading on standard error."""
    _call("llama_log_set", None, ctypes.cast(_IN_SILENCE, c_void_p), c_void_p(None))
