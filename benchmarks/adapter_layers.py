"""The layers of the default model up to the judge's, in JAX and float32, so that they can be taught: Qwen2 (arXiv 2407.10671) as far as it
is read here, over sequences that pack a question with several sentences.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import gguf
import jax
import jax.numpy as jnp
import numpy as np

from assistant.llm_layers import open_layers
from prompts import render

SCALE = 2.0  # of an adapter
HEADS, KEYS, EACH = 12, 2, 128  # of attention, of its keys and values, and the size of one
ROOM = 64  # tokens: sequences are filled up to multiples, so that few shapes have to be compiled
NAMES = {
    "q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}  # fmt: skip

Weights_ = dict[str, jax.Array]  # of one layer, by our names
Adapter = list[dict[str, tuple[jax.Array, jax.Array]]]  # for each layer, by our names: (in, rank) and (rank, out)
Cache = list[tuple[jax.Array, jax.Array]]  # for each layer the keys and values of the static prompt


class Model:
    """The default model's layers up to the judge's, dequantised."""

    def __init__(self, path: Path) -> None:
        self._tensors = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
        self._layers = open_layers(path, window=4096, threads=1, adapter=None)
        if self._layers is None:
            sys.exit("this platform's xllamacpp shows no layers")
        some, other = (self._layers.lined(render("judge", question=q, report="", sentences=""))[0] for q in "ab")
        self.static = some[: next(i for i, pair in enumerate(zip(some, other, strict=False)) if len({*pair}) > 1)]

    def tokens(self, windows: Sequence[dict[str, str]]) -> tuple[list[int], list[list[list[int]]]]:
        """Of the judge's prompts about one question, without their static part: the question, and the lines below it of each."""
        assert self._layers
        head, below = list[int](), list[list[list[int]]]()
        for fields in windows:
            prompt, ends = self._layers.lined(render("judge", **fields))
            assert prompt[: len(self.static)] == self.static
            head = prompt[len(self.static) : ends[0] + 1]
            below.append([prompt[before + 1 : end + 1] for before, end in pairwise(ends)])
        return head, below

    def embed(self, tokens: Sequence[int]) -> np.ndarray:
        """float32 of shape (tokens, size)."""
        table = self._tensors["token_embd.weight"]
        return np.asarray(gguf.dequantize(table.data[np.array(tokens)], table.tensor_type), np.float32)

    def weights(self, layer: int) -> Weights_:
        """Those of one layer, as float32."""
        biases = {f"b{name}": f"{NAMES[name]}.bias" for name in "qkv"}
        norms = {"before": "attn_norm.weight", "between": "ffn_norm.weight"}
        names = {name: f"{tensor}.weight" for name, tensor in NAMES.items()} | biases | norms
        found = {name: self._tensors[f"blk.{layer}.{tensor}"] for name, tensor in names.items()}
        return {n: jnp.array(gguf.dequantize(t.data, t.tensor_type).astype(np.float32)) for n, t in found.items()}


def _norm(x: jax.Array, weight: jax.Array) -> jax.Array:
    return x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-6) * weight


def _rotate(x: jax.Array, at: jax.Array) -> jax.Array:
    """Rotary position embedding of Qwen2, base 1e6: `x` of shape (tokens, heads, EACH), `at` the positions."""
    angle = at[:, None] * (1e6 ** (-jnp.arange(0, EACH, 2) / EACH))[None]
    cos, sin = jnp.cos(angle)[:, None], jnp.sin(angle)[:, None]
    one, other = x[..., : EACH // 2], x[..., EACH // 2 :]
    return jnp.concatenate([one * cos - other * sin, other * cos + one * sin], -1)


def _layer(
    weights: Weights_,
    x: jax.Array,
    at: jax.Array,
    seen: jax.Array,
    cached: tuple[jax.Array, jax.Array] | None,
    adapter: dict[str, tuple[jax.Array, jax.Array]],
) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    """One layer of Qwen2 over a sequence `x` (tokens, size), which also sees what is `cached`; `seen`, bool of shape (tokens, cached +
    tokens), says what each token sees. Its keys and values are given, too."""

    def through(name: str, x: jax.Array) -> jax.Array:
        y = x @ weights[name].T
        return y + (x @ adapter[name][0]) @ adapter[name][1] * SCALE if name in adapter else y

    count = len(x)
    h = _norm(x, weights["before"])
    q = _rotate((through("q", h) + weights["bq"]).reshape(count, HEADS, EACH), at)
    k = _rotate((through("k", h) + weights["bk"]).reshape(count, KEYS, EACH), at)
    v = (through("v", h) + weights["bv"]).reshape(count, KEYS, EACH)
    keys, values = (jnp.concatenate(pair) for pair in zip(cached, (k, v), strict=True)) if cached else (k, v)
    scores = jnp.einsum("tgrd,sgd->grts", q.reshape(count, KEYS, HEADS // KEYS, EACH), keys) / np.sqrt(EACH)
    heeded = jax.nn.softmax(jnp.where(seen[None, None], scores, -1e30), -1)
    x = x + through("o", jnp.einsum("grts,sgd->tgrd", heeded, values).reshape(count, -1))
    h = _norm(x, weights["between"])
    return x + through("down", jax.nn.silu(through("gate", h)) * through("up", h)), (k, v)


def static_cache(stack: Sequence[Weights_], x: jax.Array, adapter: Adapter | None) -> tuple[jax.Array, Cache]:
    """What some layers make of the static prompt, and their keys and values."""
    seen, cache = jnp.tril(jnp.ones((len(x), len(x)), bool)), []
    for i, weights in enumerate(stack):
        x, kept = _layer(weights, x, jnp.arange(len(x), dtype=jnp.float32), seen, None, adapter[i] if adapter else {})
        cache.append(kept)
    return x, cache


def run(
    stack: Sequence[Weights_],
    cache: Cache,
    x: jax.Array,
    at: jax.Array,
    seen: jax.Array,
    adapter: Adapter | None = None,
) -> jax.Array:
    """What some layers make of a sequence that begins with the static prompt."""
    for i, (weights, cached) in enumerate(zip(stack, cache, strict=True)):
        x, _ = _layer(weights, x, at, seen, cached, adapter[i] if adapter else {})
    return x


def layout(segments: np.ndarray, before: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions and what is seen of a packed sequence, filled up to a multiple of ROOM."""
    size = -(-len(segments) // ROOM) * ROOM
    filled = np.append(segments, np.full(size - len(segments), -1))
    order = np.arange(size)
    asked = int((segments == 0).sum())
    starts = {n: int(np.flatnonzero(segments == n)[0]) for n in range(1, int(segments.max()) + 1)}
    at = np.array([before + (i if n <= 0 else asked + i - starts[n]) for i, n in enumerate(filled)], np.float32)
    seen = (order[:, None] >= order) & ((filled[:, None] == filled) | (filled == 0))
    return at, np.concatenate([np.ones((size, before), bool), seen], 1)
