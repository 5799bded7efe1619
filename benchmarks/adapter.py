"""Teach the judge to read: a LoRA adapter (Hu et al. 2021, arXiv 2106.09685) for the upper of the layers that it reads.

    make teach
    python -m benchmarks.adapter --work DIR --write assistant [SET ...] [--passes N] [--on-from DIR]

What is learnt from: for every question of the SETs (default: all of LESSONS), the sentences that answer it and the best-ranked that
do not, at most SHOWN, each read under its article's title and day (prompts/judge.md). The layers below FIRST stay as they are: what
they make of the sentences is worked out once and kept in DIR, so that a run that was stopped goes on from there. The layers from
FIRST to the judge's are run in float32 with the published weights, dequantised, and learn, with a linear probe on the last of them,
which sentences answer. For 3,108 questions half an hour for the lower layers and 55 minutes for a pass of the upper, on two cores with
AVX-512; the layers take 3.4 GB of memory, the states 1.9. What is shipped was taught in three runs, each `--on-from` the one before: a pass
over 1,908 questions, one over 3,108, and one over the 900 of six newer worlds with 750 of the older ones.

JAX and gguf are needed for this only, and are no part of what is installed: `make teach` puts them there. The weights beside the adapter
are learnt afterwards, by `python -m benchmarks.judge --write`.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from assistant.judge import LEARNT, Clues
from assistant.llm_layers import ADAPTER
from assistant.settings import read_settings
from assistant.weights import Weights
from benchmarks.adapter_layers import Model, layout, run, static_cache
from benchmarks.adapter_teacher import FIRST, SHOWN, Lesson, Teacher, write
from benchmarks.judge import put_all
from benchmarks.sets import LESSONS

LONGEST = 150  # tokens of a sentence with its report


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
        at, seen, _ = layout(of, len(model.static))
        x = np.zeros((len(at), model.embed([0]).shape[1]), np.float32)
        x[: len(tokens)] = model.embed(tokens)
        states = np.asarray(below(x, at, seen), np.float16)[: len(tokens)]
        made.append(Lesson(states, of, np.array([float(answers) for _, answers in chosen], np.float32)))
        if len(made) % 20 == 0:
            print(f"{name}: {len(made)} questions", file=sys.stderr)
    return made


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
    prompt, cache = static_cache(lower, jnp.array(model.embed(model.static)), None)
    below, told = partial(jax.jit(run), lower, cache), list[Lesson]()
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
