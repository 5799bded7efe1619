"""The teacher of the judge's adapter: what it learns from, its steps, and the file that llama.cpp reads.

LoRA (Hu et al. 2021, arXiv 2106.09685) on the layers from FIRST to the judge's, learnt together with a linear probe on the last of them
by Adam with a cosine of rates.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import jax
import jax.numpy as jnp
import numpy as np

from assistant.judge import LEARNT
from assistant.llm_layers import ADAPTER, LAYER
from benchmarks.adapter_layers import NAMES, SCALE, Adapter, Cache, Model, Weights_, layout, run, static_cache
from benchmarks.judge import logistic

FIRST = 12  # the layer that learns first; the last is the judge's
SHOWN = 3  # places in the articles for a question, those with an answer first
MOST = 16  # sentences in them
RANK = 8  # of the adapter
OF_PROBE = 1000.0  # penalty of the one it begins with
RATE, BATCH, WARM = 4e-4, 8, 10  # of learning; questions a step; steps until the rate is reached
BEGINNING = 300  # questions from which the probe begins
TOLD = 10  # steps from one line of progress to the next


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with some places in the articles, packed into one sequence: each sentence sees the question, what stands before it in
    its place, and itself."""

    states: np.ndarray  # at the input of layer FIRST, float16 of shape (tokens, size)
    segments: np.ndarray  # of each token: 0 the question, 1 the first place ...
    ends: np.ndarray  # of each sentence: its last token
    answers: np.ndarray  # of each sentence: 1.0 where it answers


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
        self._cached = jax.jit(lambda stack, adapter: static_cache(stack, prompt, adapter)[1])
        self._through = jax.jit(
            lambda stack, adapter, pull: jax.vjp(lambda a: static_cache(stack, prompt, a)[1], adapter)[1](pull)[0]
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
        _, cache = static_cache(self._stack, self._prompt, None)
        through, seen = jax.jit(run), []
        for lesson in told:
            seen.append(np.asarray(through(self._stack, cache, *self._laid_out(lesson)))[lesson.ends])
        return np.concatenate(seen).astype(np.float64), np.concatenate([lesson.answers for lesson in told]).astype(
            np.float64
        )

    def _laid_out(self, lesson: Lesson) -> tuple[np.ndarray, ...]:
        at, seen = layout(lesson.segments, len(self._prompt))
        x = np.zeros((len(at), lesson.states.shape[1]), np.float32)
        x[: len(lesson.states)] = lesson.states
        return x, at, seen

    def learn(self, batch: Sequence[Lesson]) -> float:
        """One step; the mean loss of a sentence before it."""
        cache, lost, told = self._cached(self._stack, self.adapter), 0.0, 0
        slopes: Any = None
        for lesson in batch:
            x, at, seen = self._laid_out(lesson)
            fill = np.zeros(MOST - len(lesson.ends))
            counted = np.append(np.ones(len(lesson.ends)), fill)
            ends, answers = np.append(lesson.ends, fill).astype(int), np.append(lesson.answers, fill)
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
    states = (run(stack, cache, x, at, seen, learnt["adapter"])[ends] - standard[0]) / standard[1]
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
