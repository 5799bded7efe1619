"""The embedding model as ONNX Runtime is mostly used: one session with its own threads, texts in padded batches.

A yardstick for `benchmarks.index_speed`, and nothing the product runs: our embedder (index/embed.py) is faster, and its
vectors do not depend on what else is in a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embed import MAX_TOKENS
from index.vector import Vectors

BATCH = 32


class UsualRuntime:
    """The same model file and tokenizer, with ONNX Runtime's defaults but for the number of threads."""

    def __init__(self, model_path: Path, tokenizer_path: Path, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session: Any = onnxruntime.InferenceSession(str(model_path), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer_path))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dimensions], in the order of `texts`, of which there is at least one."""
        longest_first = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        vectors = []
        for at in range(0, len(texts), BATCH):
            batch = self._tokenizer.encode_batch([texts[i] for i in longest_first[at : at + BATCH]])
            ids = np.array([encoding.ids for encoding in batch], np.int64)
            mask = np.array([encoding.attention_mask for encoding in batch], np.int64)
            vectors.append(self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0])
        ordered: Vectors = np.concatenate(vectors)[np.argsort(longest_first)]
        return ordered
