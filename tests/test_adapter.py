"""Teaching the judge: what packed sentences see, and that what is learnt lowers the loss. Runs where `make teach` put JAX."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

pytest.importorskip("jax", reason="JAX is not installed: `make teach` installs it, for teaching the judge only")
pytest.importorskip("gguf", reason="gguf is not installed: `make teach` installs it, for teaching the judge only")

import gguf
import jax.numpy as jnp

from assistant.judge import LEARNT
from assistant.llm_layers import ADAPTER
from benchmarks import adapter_teacher
from benchmarks.adapter_layers import EACH, HEADS, KEYS, NAMES, Model, layout, run, static_cache
from benchmarks.adapter_teacher import FIRST, RANK, Lesson, Teacher, read, write

SIZE, INNER, STATIC = HEADS * EACH, 64, 5


@pytest.fixture(scope="module")
def weights() -> dict[str, Any]:
    """Of one small layer."""
    random = np.random.default_rng(3)
    shapes = {
        "q": (SIZE, SIZE), "k": (KEYS * EACH, SIZE), "v": (KEYS * EACH, SIZE), "o": (SIZE, SIZE), "gate": (INNER, SIZE),
        "up": (INNER, SIZE), "down": (SIZE, INNER), "bq": (SIZE,), "bk": (KEYS * EACH,), "bv": (KEYS * EACH,),
    }  # fmt: skip
    drawn = {name: jnp.array(random.normal(size=shape) / 30, jnp.float32) for name, shape in shapes.items()}
    return drawn | {"before": jnp.ones(SIZE), "between": jnp.ones(SIZE)}


def sequence(*lengths: int) -> tuple[np.ndarray, np.ndarray]:
    """Random states of a question and sentences so long, and their segments."""
    states = np.random.default_rng(5).normal(size=(sum(lengths), SIZE)).astype(np.float32)
    return states, np.concatenate([np.full(length, n) for n, length in enumerate(lengths)])


def read_ends(weights: dict[str, Any], states: np.ndarray, segments: np.ndarray) -> np.ndarray:
    static = jnp.array(np.random.default_rng(6).normal(size=(STATIC, SIZE)), jnp.float32)
    _, cache = static_cache([weights], static, None)
    at, seen = layout(segments, STATIC)
    x = np.zeros((len(at), SIZE), np.float32)
    x[: len(states)] = states
    through = np.asarray(run([weights], cache, jnp.array(x), jnp.array(at), jnp.array(seen)), np.float32)
    of_ends: np.ndarray = through[ends_of(segments)]
    return of_ends


def ends_of(segments: np.ndarray) -> np.ndarray:
    """The last token of each part but the first."""
    return np.array([np.flatnonzero(segments == n)[-1] for n in range(1, int(segments.max()) + 1)])


def test_a_packed_sentence_is_read_as_if_it_stood_alone(weights: dict[str, Any]) -> None:
    states, segments = sequence(4, 6, 3)
    together = read_ends(weights, states, segments)
    alone = read_ends(weights, states[segments != 1], np.where(segments[segments != 1] > 0, 1, 0))
    assert np.allclose(together[1], alone[0], atol=1e-4)
    assert not np.allclose(together[0], together[1], atol=0.1)


def test_what_is_learnt_lowers_the_loss_and_is_written_as_llama_cpp_reads_it(
    weights: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter_teacher, "LAYER", FIRST)
    random = np.random.default_rng(8)
    told = []
    for _ in range(16):
        states, segments = sequence(2, 3, 3)
        answers = np.array([1.0, 0.0], np.float32)
        noisy = (states + random.normal(size=states.shape)).astype(np.float16)
        told.append(Lesson(noisy, segments, ends_of(segments), answers))
    prompt = jnp.array(random.normal(size=(STATIC, SIZE)), jnp.float32)
    teacher = Teacher(cast(Model, SimpleNamespace(weights=lambda _: weights)), prompt, told, passes=20)
    first = teacher.learn(told[:8])
    for _ in range(12):
        last = teacher.learn(told[:8])
    assert last < first / 1.2
    assert teacher.probe.shape == (SIZE + 1,)
    write(teacher.adapter, tmp_path / "judge.gguf")
    tensors = {tensor.name: tensor for tensor in gguf.GGUFReader(tmp_path / "judge.gguf").tensors}
    assert len(tensors) == 2 * len(NAMES)
    assert tensors[f"blk.{FIRST}.attn_k.weight.lora_b"].data.shape == (KEYS * EACH, RANK)


def test_what_was_written_is_read_and_learnt_on_from(
    weights: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter_teacher, "LAYER", FIRST)
    told = []
    for seed in range(8):
        states, segments = sequence(2, 3, 3)
        noise = np.random.default_rng(seed).normal(size=states.shape)
        told.append(
            Lesson((states + noise).astype(np.float16), segments, ends_of(segments), np.array([1.0, 0.0], np.float32))
        )
    prompt = jnp.array(np.random.default_rng(8).normal(size=(STATIC, SIZE)), jnp.float32)
    model = cast(Model, SimpleNamespace(weights=lambda _: weights))
    teacher = Teacher(model, prompt, told, passes=20)
    losses = [teacher.learn(told) for _ in range(12)]
    write(teacher.adapter, tmp_path / ADAPTER.name)
    np.savez(tmp_path / LEARNT, probe=teacher.probe)
    (pairs,), probe = read(tmp_path)
    for name, learnt in teacher.adapter[0].items():
        assert all(np.allclose(one, other, atol=1e-3) for one, other in zip(pairs[name], learnt, strict=True))
    assert np.allclose(probe, teacher.probe)
    assert Teacher(model, prompt, told, passes=20, taught=tmp_path).learn(told) < losses[0] / 1.2
