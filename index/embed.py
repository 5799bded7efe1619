"""Text -> vectors: the `Embedder` every part of the index speaks to, and MiniLM, the one that is embedded.

Vectors are float32 of length 1, so that a dot product is a cosine. The only importer of tokenizers, and of onnxruntime
to run a model. Fetching the model's files and making the ONNX model are not done here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.errors import WeightsError
from index.vector import Vector, Vectors

MAX_TOKENS = 256  # MiniLM's limit, [CLS] before and [SEP] after the text included: what is beyond is cut off
WORDS = 1 << 15  # words whose tokens are known by heart, some 9 MB

# Text of which the tokenizer makes what it makes of its words, one by one: no letter whose neighbours matter, no control
# character, which it drops, and no [CLS] and its like.
_PLAIN = re.compile(r"(?s)(?!.*\[[A-Z]+\])[\t\n\r -~\xa0‘’“”–—…]*")
_WORD = re.compile(r"[A-Za-z0-9]+|[^\sA-Za-z0-9]")


class Embedder(Protocol):
    """Turns texts into vectors. `name` is baked into an index: another name, another index."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def count_tokens(self, text: str) -> int:
        """Tokens of a text however long it is, the special ones a model adds not counted."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dimensions], in the order of `texts`; a text may be blank. Threads may call at once."""

    def embed_question(self, text: str) -> Vector:
        """float32 [dimensions]."""


class MiniLM:
    """all-MiniLM-L6-v2 as the int8 ONNX model `index.minilm` makes, on `threads` threads of the CPU.

    Every text runs by itself on one thread, the longest first; there is no padding and no batch. Measured on 2 cores:
    passages of 150 to 200 tokens 129/s like this, 132/s in batches of two, 97/s in batches of 16 with both cores on
    one batch, and beside another busy process 75/s against 34/s. And the activations of an int8 model are scaled by
    the largest value in a batch, so texts in one batch change each other's vectors: like this, a vector depends on
    its text alone.
    """

    name = "all-MiniLM-L6-v2/int8"
    dimensions = 384

    def __init__(self, model_path: Path, tokenizer_path: Path, threads: int = 2) -> None:
        """Load the model, in about 0.2 s. Raises WeightsError if a file is missing or is not what it should be."""
        for path in (model_path, tokenizer_path):
            if not path.is_file():
                raise WeightsError(f"model file {str(path)!r} is missing: run `assistant models fetch`")
        self._tokenizer = _open_tokenizer(tokenizer_path)
        self._session = _open_session(model_path)
        self._word_ids = lru_cache(WORDS)(self._tokenized)
        self._first, self._last = map(self._tokenizer.token_to_id, ("[CLS]", "[SEP]"))
        self._count = max(1, threads)
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="embed")

    def count_tokens(self, text: str) -> int:
        return sum(map(len, self._pieces(text)))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        encoded = [self._encoded(text) for text in texts]
        todo = iter(sorted(range(len(texts)), key=lambda i: -len(encoded[i])))

        def embed() -> None:
            for i in todo:  # shared by the threads: each takes its next text by itself, nobody is woken for each vector
                vectors[i] = self._run(encoded[i])

        for thread in [self._threads.submit(embed) for _ in range(self._count)]:
            thread.result()
        return vectors

    def embed_question(self, text: str) -> Vector:
        return self._run(self._encoded(text))

    def _encoded(self, text: str) -> list[int]:
        return [self._first, *chain.from_iterable(self._pieces(text)), self._last]

    def _pieces(self, text: str) -> Iterable[tuple[int, ...]]:
        """The tokens of a text, by words known by heart where that comes to the same, in a quarter of the time."""
        return map(self._word_ids, _WORD.findall(text)) if _PLAIN.fullmatch(text) else [self._tokenized(text)]

    def _tokenized(self, text: str) -> tuple[int, ...]:
        # "fast": without offsets; and a batch, even of one, lets other threads run meanwhile
        return tuple(self._tokenizer.encode_batch_fast([text], add_special_tokens=False)[0].ids)

    def _run(self, ids: list[int]) -> Vector:
        """The vector of one text. `ids` holds [CLS] and [SEP]: so even a blank text has a mean, and that a length."""
        if len(ids) > MAX_TOKENS:
            ids = [*ids[: MAX_TOKENS - 1], ids[-1]]
        row = np.array([ids], np.int64)
        vector: Vector = self._session.run(None, {"input_ids": row, "attention_mask": np.ones_like(row)})[0][0]
        return vector


def _open_tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    # The library raises a bare Exception for whatever is wrong with a file, so what can be wrong is looked at before.
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
        words = description["model"]["vocab"]
        if description["model"]["type"] != "WordPiece" or not words.keys() >= {"[CLS]", "[SEP]", "[UNK]"}:
            raise ValueError("not a WordPiece tokenizer")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"tokenizer {str(path)!r} is broken ({error}): run `assistant models fetch`") from error
    tokenizer = Tokenizer.from_str(json.dumps(description))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _open_session(path: Path) -> Any:
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the threads are MiniLM's, one text each
    options.inter_op_num_threads = 1
    options.log_severity_level = (
        4  # nothing below fatal: errors are raised, and a library does not write on the terminal
    )
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoModel,
        state.NoSuchFile,
        state.NotImplemented,
        state.RuntimeException,
    ) as error:
        raise WeightsError(f"model {str(path)!r} is broken: run `assistant models fetch`") from error
