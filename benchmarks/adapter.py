"""Teach the judge to read: a LoRA adapter (Hu et al. 2021, arXiv 2106.09685) for the upper of the layers that it reads.

    make teach
    python -m benchmarks.adapter --work DIR --write assistant [SET ...] [--questions N] [--passes N] [--on-from DIR]

What is learnt from: for every question of the SETs (default: all of LESSONS), or some `--questions` of each, SHOWN places in the articles:
around sentences that answer, and around the best-ranked that do not, each a sentence with one or two before it, sometimes one after,
under its article's title and day (prompts/judge.md). The layers below FIRST stay as they are: what they make of the places is worked out
once and kept in DIR, so that a run that was stopped goes on from there. The layers from FIRST to the judge's are run in float32 with the
published weights, dequantised, and learn, with a linear probe on the last of them, which sentences answer, read at the end of each one's
line. For 1,177 questions 17 minutes for the lower layers and 25 for a pass of the upper, on two cores with AVX-512; the layers take
3.4 GB of memory, the states 1. What is shipped was taught in five runs, each on from the one before: three passes over sentences alone
(1,908 questions, 3,108, and 1,650 of newer worlds and older), and two over these places (34 to 45 questions of each set, and 487 of
which three in five are no news).

JAX and gguf are needed for this only, and are no part of what is installed: `make teach` puts them there. The weights beside the adapter
are learnt afterwards, by `python -m benchmarks.judge --write`.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from assistant import Assistant, findings
from assistant.evaluation.cases import EvalCase
from assistant.judge import BEFORE, LEARNT, Clues, Window, put
from assistant.library import Library
from assistant.llm_layers import ADAPTER
from assistant.settings import read_settings
from assistant.timescope import read_scope
from assistant.trial import FURTHER
from assistant.weights import Weights
from benchmarks.adapter_layers import Model, layout, run, static_cache
from benchmarks.adapter_teacher import FIRST, SHOWN, Lesson, Teacher, write
from benchmarks.sets import LESSONS, answers, read_set
from index.records import Filter, Sentence

LONGEST = 512  # tokens of a question with its places


def lessons(name: str, model: Model, below: Callable[..., jax.Array], limit: int | None) -> list[Lesson]:
    """Those of one set, of at most `limit` of its questions; `below` is what the lower layers do."""
    chance, made, asked_of = random.Random(name), [], read_set(name)
    cases = chance.sample(asked_of.cases, len(asked_of.cases))[:limit]
    with tempfile.TemporaryDirectory() as folder, Assistant.open(folder) as assistant:
        asked_of.index(assistant)
        for case in cases:
            lesson = _lesson(case, assistant.library(), assistant.settings.passages, model, below, chance)
            if lesson:
                made.append(lesson)
            if made and len(made) % 20 == 0:
                print(f"{name}: {len(made)} questions", file=sys.stderr)
    return made


def _lesson(
    case: EvalCase,
    library: Library,
    passages: int,
    model: Model,
    below: Callable[..., jax.Array],
    chance: random.Random,
) -> Lesson | None:
    """The places in the articles around the sentences that answer and around the best-ranked that do not, SHOWN of them."""
    seen = Filter(until=case.as_of)
    scope = read_scope(case.question, today=library.newest(seen))
    ranked = library.ranker.rank(case.question, findings.search(case.question, scope, seen, passages, library), scope)
    right = [e.sentence for e in ranked if answers(case, e.sentence.text)][: SHOWN - 1]
    wrong = [e.sentence for e in ranked[:FURTHER] if not answers(case, e.sentence.text)]
    wrong = wrong[:2] + chance.sample(wrong[2:], len(wrong[2:]))
    shown: list[Window] = []
    taken: set[Sentence] = set()
    for sentence in [*right, *wrong]:
        if len(shown) < SHOWN and sentence not in taken:
            every = library.corpus.sentences(sentence.article_id)
            begin = max(0, sentence.ordinal - chance.choice((BEFORE - 1, BEFORE, BEFORE)))
            window = every[begin : sentence.ordinal + 1 + chance.choice((0, 0, 1))]
            shown.append(tuple(s for s in window if s not in taken))
            taken.update(window)
    if not shown:
        return None
    chance.shuffle(shown)
    head, places = model.tokens([put(case.question, window) for window in shown])
    tokens, segments, ends = list(head), [0] * len(head), list[int]()
    for n, lines in enumerate(places, start=1):
        for line_number, line in enumerate(lines):
            tokens += line
            segments += [n] * len(line)
            if line_number:  # the first is the article's title
                ends.append(len(tokens) - 1)
    if len(tokens) > LONGEST:
        return None
    of = np.array(segments)
    at, sees = layout(of, len(model.static))
    x = np.zeros((len(at), model.embed([0]).shape[1]), np.float32)
    x[: len(tokens)] = model.embed(tokens)
    states = np.asarray(below(x, at, sees), np.float16)[: len(tokens)]
    labels = np.array([float(answers(case, s.text)) for window in shown for s in window], np.float32)
    return Lesson(states, of, np.array(ends), labels)


def main() -> None:
    """Work out the lower layers, teach, and keep."""
    parser = argparse.ArgumentParser(prog="benchmarks.adapter", description="Teach the judge to read.")
    parser.add_argument("sets", nargs="*", metavar="SET", help="of benchmarks/ (default: all that are learnt from)")
    parser.add_argument("--work", type=Path, required=True, help="folder for what the lower layers make of the sets")
    parser.add_argument("--questions", type=int, metavar="N", help="of each set, drawn by chance (default: all)")
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
            made = lessons(name, model, below, options.questions)
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
