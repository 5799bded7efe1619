"""Teach the judge to read: a LoRA adapter (Hu et al. 2021, arXiv 2106.09685) for the upper of the layers that it reads.

    make teach
    python -m benchmarks.adapter --work DIR --write assistant [SET ...] [--passes N] [--on-from DIR]

What is learnt from: for every question of the SETs (default: all of LESSONS), the sentences that answer it and the best-ranked that
do not, at most SHOWN, each read under its article's title and day (prompts/judge.md). The layers below FIRST stay as they are: what
they make of the sentences is worked out once and kept in DIR, so that a run that was stopped goes on from there. The layers from
FIRST to the judge's are run in float32 with the published weights, dequantised, and learn, with a linear probe on the last of them,
which sentences answer. For 3,108 questions half an hour for the lower layers and 55 minutes for a pass of the upper, on two cores with
AVX-512; the layers take 3.4 GB of memory, the states 1.9. What is shipped was taught in two runs: a pass over the first 1,908 questions,
and, `--on-from` there, one over all.

JAX and gguf are needed for this only, and are no part of what is installed: `make teach` puts them there. The weights beside the adapter
are learnt afterwards, by `python -m benchmarks.judge --write`.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

import gguf
import jax
import jax.numpy as jnp
import numpy as np

from assistant.judge import LEARNT, Clues
from assistant.llm_layers import ADAPTER, LAYER, open_layers
from assistant.settings import read_settings
from assistant.weights import Weights
from benchmarks.judge import logistic, put_all
from benchmarks.sets import LESSONS
from prompts import render

FIRST = 12  # the layer that learns first; the last is the judge's
SHOWN = 3  # sentences of a question, those that answer first
RANK, SCALE = 8, 2.0  # of the adapter
OF_PROBE = 1000.0  # penalty of the one it begins with
RATE, BATCH, WARM = 4e-4, 8, 10  # of learning; questions a step; steps until the rate is reached
BEGINNING = 300  # questions from which the probe begins
TOLD = 10  # steps from one line of progress to the next
HEADS, KEYS, EACH = 12, 2, 128  # of attention, of its keys and values, and the size of one
ROOM = 64  # tokens: sequences are filled up to multiples, so that few shapes have to be compiled
LONGEST = 150  # tokens of a sentence with its report
NAMES = {
    "q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}  # fmt: skip

Weights_ = dict[str, jax.Array]  # of one layer, by our names
Adapter = list[dict[str, tuple[jax.Array, jax.Array]]]  # for each layer, by our names: (in, RANK) and (RANK, out)
Cache = list[tuple[jax.Array, jax.Array]]  # for each layer the keys and values of the static prompt


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with some sentences, packed into one sequence: each sentence sees the question and itself."""

    states: np.ndarray  # at the input of layer FIRST, float16 of shape (tokens, size)
    segments: np.ndarray  # of each token: 0 the question, 1 the first sentence ...
    answers: np.ndarray  # of each sentence: 1.0 where it answers


class Model:
    """The default model's layers up to the judge's, dequantised."""

    def __init__(self, path: Path) -> None:
        self._tensors = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
        self._layers = open_layers(path, window=4096, threads=1, adapter=None)
        if self._layers is None:
            sys.exit("this platform's xllamacpp shows no layers")
        some, other = (self._layers.tokens(render("judge", question=q, report="", sentence="")) for q in "ab")
        self.static = some[: next(i for i, pair in enumerate(zip(some, other, strict=False)) if len({*pair}) > 1)]

    def tokens(self, question: str, report: str, sentence: str) -> list[int]:
        """The judge's prompt without its static part."""
        assert self._layers
        prompt = self._layers.tokens(render("judge", question=question, report=report, sentence=sentence))
        assert prompt[: len(self.static)] == self.static
        return prompt[len(self.static) :]

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


def _static_cache(stack: Sequence[Weights_], x: jax.Array, adapter: Adapter | None) -> tuple[jax.Array, Cache]:
    """What some layers make of the static prompt, and their keys and values."""
    seen, cache = jnp.tril(jnp.ones((len(x), len(x)), bool)), []
    for i, weights in enumerate(stack):
        x, kept = _layer(weights, x, jnp.arange(len(x), dtype=jnp.float32), seen, None, adapter[i] if adapter else {})
        cache.append(kept)
    return x, cache


def _run(
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


def _layout(segments: np.ndarray, before: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions and what is seen of a packed sequence, filled up to a multiple of ROOM, and the last token of each sentence."""
    size = -(-len(segments) // ROOM) * ROOM
    filled = np.append(segments, np.full(size - len(segments), -1))
    order = np.arange(size)
    asked = int((segments == 0).sum())
    ends = np.array([np.flatnonzero(segments == n)[-1] for n in range(1, int(segments.max()) + 1)])
    starts = {n: int(np.flatnonzero(segments == n)[0]) for n in range(1, len(ends) + 1)}
    at = np.array([before + (i if n <= 0 else asked + i - starts[n]) for i, n in enumerate(filled)], np.float32)
    seen = (order[:, None] >= order) & ((filled[:, None] == filled) | (filled == 0))
    return at, np.concatenate([np.ones((size, before), bool), seen], 1), ends


def lessons(name: str, model: Model, below: Callable[..., jax.Array]) -> list[Lesson]:
    """Those of one set; `below` is what the lower layers do."""
    chance, made = random.Random(name), []
    for put in put_all(name):
        packed = [(model.tokens(**c.fields), c.answers) for c in put]
        packed = [(tokens, answers) for tokens, answers in packed if len(tokens) < LONGEST]
        right = [p for p in packed if p[1]][:2]
        wrong = [p for p in packed if not p[1]][:8]
        wrong = wrong[:2] + chance.sample(wrong[2:], min(len(wrong[2:]), max(0, SHOWN - len(right) - 2)))
        chosen = [*right, *wrong[: SHOWN - len(right)]]
        if not chosen:
            continue
        shared = 0
        while len({tuple(tokens[: shared + 1]) for tokens, _ in chosen}) == 1 and shared < len(chosen[0][0]) // 2:
            shared += 1
        tokens, segments = list(chosen[0][0][:shared]), [0] * shared
        for n, (own, _) in enumerate(chosen, start=1):
            tokens += own[shared:]
            segments += [n] * len(own[shared:])
        of = np.array(segments)
        at, seen, _ = _layout(of, len(model.static))
        x = np.zeros((len(at), model.embed([0]).shape[1]), np.float32)
        x[: len(tokens)] = model.embed(tokens)
        states = np.asarray(below(x, at, seen), np.float16)[: len(tokens)]
        made.append(Lesson(states, of, np.array([float(answers) for _, answers in chosen], np.float32)))
        if len(made) % 20 == 0:
            print(f"{name}: {len(made)} questions", file=sys.stderr)
    return made


class Teacher:
    """Learns the adapter, and with it a linear probe on what the last layer puts out, standardised."""

    def __init__(
        self, model: Model, prompt: jax.Array, told: Sequence[Lesson], passes: float, taught: Path | None = None
    ) -> None:
        """`prompt`: what the lower layers make of the static prompt. The probe begins as one on the layers as they are, or both begin
        as `read` finds them in the folder `taught`."""
        self._stack = [model.weights(layer) for layer in range(FIRST, LAYER + 1)]
        self._told, self._prompt = told, prompt
        self.steps, self._step = int(passes * len(told) / BATCH), 0
        self._cached = jax.jit(lambda stack, adapter: _static_cache(stack, prompt, adapter)[1])
        self._through = jax.jit(
            lambda stack, adapter, pull: jax.vjp(lambda a: _static_cache(stack, prompt, a)[1], adapter)[1](pull)[0]
        )
        self._slope, self._move = jax.jit(jax.value_and_grad(_loss, argnums=(0, 1))), jax.jit(_adam)
        states, answers = self._as_they_are(random.Random(0).sample(told, min(len(told), BEGINNING)))
        self._mean, self._spread = states.mean(0), states.std(0) + 1e-6
        if taught:
            adapter, raw = read(taught)
            probe = np.append(raw[:-1] * self._spread, raw[-1] + self._mean @ raw[:-1])
        else:
            adapter = self._untaught()
            probe = logistic((states - self._mean) / self._spread, answers, OF_PROBE)
        self._learnt: dict[str, Any] = {"adapter": adapter, "probe": jnp.array(probe, jnp.float32)}
        self._moments = (jax.tree.map(jnp.zeros_like, self._learnt), jax.tree.map(jnp.zeros_like, self._learnt))

    @property
    def adapter(self) -> Adapter:
        adapter: Adapter = self._learnt["adapter"]
        return adapter

    @property
    def probe(self) -> np.ndarray:
        """Of shape (size + 1,), the last the bias; of states as they are."""
        learnt = np.asarray(self._learnt["probe"], np.float64)
        direction = learnt[:-1] / self._spread
        return np.append(direction, learnt[-1] - self._mean @ direction).astype(np.float32)

    def _untaught(self) -> Adapter:
        """One that changes nothing yet."""
        chance = np.random.default_rng(0)

        def pair(weights: jax.Array) -> tuple[jax.Array, jax.Array]:
            out, into = weights.shape
            drawn = chance.normal(size=(into, RANK)) / np.sqrt(into)
            return jnp.array(drawn, jnp.float32), jnp.zeros((RANK, out), jnp.float32)

        return [{name: pair(weights[name]) for name in NAMES} for weights in self._stack]

    def _as_they_are(self, told: Sequence[Lesson]) -> tuple[np.ndarray, np.ndarray]:
        """What the last layer puts out without an adapter, and which answer."""
        _, cache = _static_cache(self._stack, self._prompt, None)
        run, seen = jax.jit(_run), []
        for lesson in told:
            x, at, sees, ends = self._laid_out(lesson)
            seen.append(np.asarray(run(self._stack, cache, x, at, sees))[ends])
        return np.concatenate(seen).astype(np.float64), np.concatenate([lesson.answers for lesson in told]).astype(
            np.float64
        )

    def _laid_out(self, lesson: Lesson) -> tuple[np.ndarray, ...]:
        at, seen, ends = _layout(lesson.segments, len(self._prompt))
        x = np.zeros((len(at), lesson.states.shape[1]), np.float32)
        x[: len(lesson.states)] = lesson.states
        return x, at, seen, ends

    def learn(self, batch: Sequence[Lesson]) -> float:
        """One step; the mean loss of a sentence before it."""
        cache, lost, told = self._cached(self._stack, self.adapter), 0.0, 0
        slopes: Any = None
        for lesson in batch:
            x, at, seen, ends = self._laid_out(lesson)
            fill = np.zeros(SHOWN - len(ends))
            counted = np.append(np.ones(len(ends)), fill)
            ends, answers = np.append(ends, fill).astype(int), np.append(lesson.answers, fill)
            loss, found = self._slope(
                self._learnt, cache, self._stack, (self._mean, self._spread), x, at, seen, ends, answers, counted
            )
            slopes = found if slopes is None else jax.tree.map(jnp.add, slopes, found)
            lost, told = lost + float(loss), told + int(counted.sum())
        slope, of_cache = slopes
        through = self._through(self._stack, self.adapter, of_cache)
        slope["adapter"] = jax.tree.map(jnp.add, slope["adapter"], through)
        slope = jax.tree.map(lambda g: g / len(batch), slope)
        self._step += 1
        rate = RATE * min(1.0, self._step / WARM) * (1 + np.cos(np.pi * self._step / self.steps)) / 2
        self._learnt, self._moments = self._move(self._learnt, self._moments, slope, float(self._step), rate)
        return lost / told

    def teach(self) -> None:
        """All steps, with the loss and the time left on standard error."""
        order: list[Lesson] = []
        chance, began, lost = random.Random(0), time.monotonic(), []
        while self._step < self.steps:
            if len(order) < BATCH:
                order = chance.sample(self._told, len(self._told))
            lost.append(self.learn([order.pop() for _ in range(BATCH)]))
            if self._step % TOLD == 0:
                left = (time.monotonic() - began) / self._step * (self.steps - self._step) / 60
                mean = np.mean(lost[-TOLD:])
                print(f"step {self._step} of {self.steps}: loss {mean:.3f}, {left:.0f} min left", file=sys.stderr)


def _loss(
    learnt: dict[str, Any],
    cache: Cache,
    stack: Sequence[Weights_],
    standard: tuple[np.ndarray, np.ndarray],
    x: jax.Array,
    at: jax.Array,
    seen: jax.Array,
    ends: jax.Array,
    answers: jax.Array,
    counted: jax.Array,
) -> jax.Array:
    """Cross-entropy, summed over the sentences counted."""
    states = (_run(stack, cache, x, at, seen, learnt["adapter"])[ends] - standard[0]) / standard[1]
    says = states @ learnt["probe"][:-1] + learnt["probe"][-1]
    return ((jnp.logaddexp(0, says) - answers * says) * counted).sum()


def _adam(learnt: Any, moments: tuple[Any, Any], slope: Any, step: float, rate: float) -> tuple[Any, tuple[Any, Any]]:
    """One step of Adam (Kingma and Ba 2015) with beta .9 and .99, the slope clipped to norm 1."""
    norm = jnp.sqrt(sum((g * g).sum() for g in jax.tree.leaves(slope)))
    slope = jax.tree.map(lambda g: g * jnp.minimum(1.0, 1.0 / norm), slope)
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], slope)
    second = jax.tree.map(lambda m, g: 0.99 * m + 0.01 * g * g, moments[1], slope)
    moved = jax.tree.map(
        lambda p, m, v: p - rate * (m / (1 - 0.9**step)) / (jnp.sqrt(v / (1 - 0.99**step)) + 1e-8),
        learnt, first, second,
    )  # fmt: skip
    return moved, (first, second)


def write(adapter: Adapter, file: Path) -> None:
    """As llama.cpp reads it, float16."""
    writer = gguf.GGUFWriter(file, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", RANK * SCALE)
    for layer, learnt in enumerate(adapter, start=FIRST):
        for name, pair in learnt.items():
            for letter, matrix in zip("ab", pair, strict=True):
                tensor = np.ascontiguousarray(np.asarray(matrix).T.astype(np.float16))
                writer.add_tensor(f"blk.{layer}.{NAMES[name]}.weight.lora_{letter}", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read(folder: Path) -> tuple[Adapter, np.ndarray]:
    """The adapter and the probe in a folder, as `write` and `main` keep them."""
    tensors = {tensor.name: tensor.data for tensor in gguf.GGUFReader(folder / ADAPTER.name).tensors}

    def pair(layer: int, name: str) -> tuple[jax.Array, jax.Array]:
        one, other = (tensors[f"blk.{layer}.{NAMES[name]}.weight.lora_{letter}"] for letter in "ab")
        return jnp.array(one.T, jnp.float32), jnp.array(other.T, jnp.float32)

    with np.load(folder / LEARNT, allow_pickle=False) as kept:
        probe = kept["probe"].astype(np.float64)
    return [{name: pair(layer, name) for name in NAMES} for layer in range(FIRST, LAYER + 1)], probe


def main() -> None:
    """Work out the lower layers, teach, and keep."""
    parser = argparse.ArgumentParser(prog="benchmarks.adapter", description="Teach the judge to read.")
    parser.add_argument("sets", nargs="*", metavar="SET", help="of benchmarks/ (default: all that are learnt from)")
    parser.add_argument("--work", type=Path, required=True, help="folder for what the lower layers make of the sets")
    parser.add_argument("--passes", type=float, default=1.0, help="over all questions (1)")
    parser.add_argument(
        "--on-from", type=Path, metavar="DIR", help="go on from the adapter and the probe in this folder"
    )
    parser.add_argument("--write", type=Path, required=True, metavar="DIR", help="folder for judge.gguf and judge.npz")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    model = Model(Weights(read_settings().models_folder()).chat_model())
    lower = [model.weights(layer) for layer in range(FIRST)]
    prompt, cache = _static_cache(lower, jnp.array(model.embed(model.static)), None)
    below, told = partial(jax.jit(_run), lower, cache), list[Lesson]()
    for name in options.sets or LESSONS:
        kept = options.work / f"{name}.pickle"
        if not kept.is_file():
            made = lessons(name, model, below)
            part = kept.with_suffix(".part")
            part.write_bytes(pickle.dumps(made))
            part.replace(kept)
        told += pickle.loads(kept.read_bytes())
        print(f"{name}: {len(told)} questions so far", file=sys.stderr)
    del lower, below
    teacher = Teacher(model, prompt, told, options.passes, options.on_from)
    teacher.teach()
    write(teacher.adapter, options.write / ADAPTER.name)
    weights, both = np.eye(1, len(fields(Clues)) + 2)[0], np.eye(1, 3)[0]  # to be learnt by benchmarks/judge.py
    np.savez(options.write / LEARNT, probe=teacher.probe, weights=weights, both=both)


if __name__ == "__main__":
    main()
