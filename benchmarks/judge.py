"""What the judge of sentences has learnt, and learning it again: a linear probe on a layer of the default model, and clues beside it.

    python -m benchmarks.judge [SET ...] [--questions N] [--write assistant/judge.npz]

Every SET, the name of a folder here or of a set on the seed articles, of which the tuning half is taken (default: all but those of
REPORTED), is indexed, and the six best-ranked sentences of each
question are put to the model: about 4 s a question on two cores. Prints, for each set, what was learnt from the *others*: `auc`, the
probability that a sentence that answers is held for likelier than one that does not (0.5 is chance), and for the surest sentence
of each question above the floor how many answer, do not, and are of questions without answer; `yes_no_auc` is the model's own Yes
against No to the same sentences. `--write` learns from all and keeps it.

A sentence answers if it is part of a gold quote. The probe is a ridge logistic regression on standardised states, penalty 1000, of
all sentences; the weights beside it are one on the probe, with each set's own left out, and the clues, penalty 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant import Assistant, findings
from assistant.clock import Clock
from assistant.count import read_count
from assistant.evaluation.cases import EvalCase, read_cases, select
from assistant.evaluation.scores import plain
from assistant.judge import Clues, Judge
from assistant.settings import read_settings
from assistant.timescope import read_scope
from assistant.trial import LOOKS, statements
from index.records import Filter

HERE = Path(__file__).parent
REPORTED = {"murgava"}  # never learnt from
SEEDS = {"seeds": "questions.jsonl", "analysts": "analysts.jsonl", "readers": "readers.jsonl"}
OF_STATES, OF_CLUES = 1000.0, 1.0  # penalties


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One sentence put to a question. `barred`: an objection other than to its figure, so that it is never shown."""

    of: str  # set
    question: str  # id
    answerable: bool
    state: np.ndarray
    clues: Clues
    answers: bool
    barred: bool


def examples(name: str, cases: Sequence[EvalCase], assistant: Assistant) -> Iterator[Example]:
    """The sentences that the judge would be asked about, for questions without a conversation."""
    library = assistant.library()
    for case in cases:
        seen = Filter(until=case.as_of)
        scope = read_scope(case.question, today=library.newest(seen))
        count = read_count(case.question, scope)
        hits = findings.search(case.question, scope, seen, assistant.settings.passages, library)
        ranked = library.ranker.rank(case.question, hits, scope)
        figures = findings.figures_for(count, hits, library) if count else ()
        quotes = [plain(quote) for quote in case.quotes]
        reader = assistant.reader(Clock())
        candidates = statements(case.question, ranked[:LOOKS], library)
        for evidence, candidate in zip(ranked, candidates, strict=False):
            against = findings.objection(case.question, candidate, scope, count, figures, library)
            barred = against and findings.objection(case.question, candidate, scope, None, (), library)
            looked = reader.look(case.question, candidate, evidence, count, ranked, objected=against is not None)
            if looked is None:
                sys.exit("the model does not show its layers: use the default one, `--llm embedded`")
            text = plain(evidence.sentence.text)
            yield Example(
                of=name,
                question=case.id,
                answerable=case.answerable,
                state=looked[0],
                clues=looked[1],
                answers=case.answerable and any(text in quote or quote in text for quote in quotes),
                barred=bool(barred),
            )


def learn(told: Sequence[Example]) -> Judge:
    """What the examples of several sets teach. Raises ValueError for those of one set."""
    sets = sorted({e.of for e in told})
    if len(sets) < 2:
        raise ValueError("a judge is learnt from two sets or more: each is judged by what the others teach")
    states, answers = np.array([e.state for e in told], np.float64), np.array([float(e.answers) for e in told])
    of = np.array([e.of for e in told])
    said = np.zeros(len(told))
    for name in sets:
        probe = _probe(states[of != name], answers[of != name])
        said[of == name] = states[of == name] @ probe[:-1] + probe[-1]
    beside = np.column_stack([said, np.array([astuple(e.clues) for e in told])])
    shown = ~np.array([e.barred for e in told])
    return Judge(
        probe=_probe(states, answers).astype(np.float32), weights=_logistic(beside[shown], answers[shown], OF_CLUES)
    )


def _probe(states: np.ndarray, answers: np.ndarray) -> np.ndarray:
    mean, spread = states.mean(0), states.std(0) + 1e-6
    weights = _logistic((states - mean) / spread, answers, OF_STATES)
    direction = weights[:-1] / spread
    return np.append(direction, weights[-1] - mean @ direction)


def _logistic(inputs: np.ndarray, answers: np.ndarray, penalty: float) -> np.ndarray:
    """Ridge logistic regression: weights of shape (inputs + 1,), the last the bias, which goes free."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        says = inputs @ weights[:-1] + weights[-1]
        miss = 1 / (1 + np.exp(-says)) - answers
        cost = (np.logaddexp(0, says) - answers * says).sum() + penalty * (weights[:-1] @ weights[:-1]) / 2
        return float(cost), np.append(inputs.T @ miss + penalty * weights[:-1], miss.sum())

    found = minimize(loss, np.zeros(inputs.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x)


def auc(answers: Sequence[bool], says: Sequence[float]) -> float:
    """The probability that one that answers is given more than one that does not, 0..1 (Hanley and McNeil 1982); NaN without both."""
    right = np.array(answers, bool)
    both = right.sum() * (~right).sum()
    if not both:
        return float("nan")
    values = np.array(says)
    more = (values[right][:, None] > values[~right]).sum() + (values[right][:, None] == values[~right]).sum() / 2
    return float(more / both)


def measure(name: str, judge: Judge, told: Sequence[Example], floor: float) -> dict[str, float]:
    """What a judge makes of the examples of one set: shares and counts by name."""
    mine = [e for e in told if e.of == name and not e.barred]
    sure = [judge.sureness(e.state, e.clues) for e in mine]
    best: dict[str, tuple[float, Example]] = {}
    for p, example in zip(sure, mine, strict=True):
        if p >= floor and p > best.get(example.question, (0.0, example))[0]:
            best[example.question] = (p, example)
    shown = [example for _, example in best.values()]
    asked = {e.question: e.answerable for e in told if e.of == name}
    return {
        "answerable": sum(asked.values()),
        "unanswerable": len(asked) - sum(asked.values()),
        "auc": round(auc([e.answers for e in mine], sure), 3),
        "answers": sum(e.answers for e in shown),
        "answers_not": sum(e.answerable and not e.answers for e in shown),
        "shown_without_answer": sum(not e.answerable for e in shown),
    }


def _set(name: str) -> tuple[Path, list[Path], str | None]:
    """The questions of a set, its articles, and the half to take."""
    if name in SEEDS:
        folder = HERE.parent / "seeds"
        return folder / SEEDS[name], sorted(folder.glob("2*.md")), "tune"
    return HERE / name / "questions.jsonl", [HERE / name / "articles"], None


def main() -> None:
    """Gather, learn with each set left out, print, and keep if asked to."""
    sets = [*sorted(path.parent.name for path in HERE.glob("*/questions.jsonl")), *SEEDS]
    parser = argparse.ArgumentParser(prog="benchmarks.judge", description="Measure or learn the judge of sentences.")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(sets)}")
    parser.add_argument("--questions", type=int, metavar="N", help="only N of each set")
    parser.add_argument("--write", type=Path, metavar="FILE", help="learn from all the sets named and keep it")
    options = parser.parse_args()
    if unknown := set(options.sets) - set(sets):
        parser.error(f"no set {sorted(unknown)[0]!r}: use some of {', '.join(sets)}")
    told: list[Example] = []
    for name in options.sets or [s for s in sets if s not in REPORTED]:
        asked, articles, split = _set(name)
        cases = [c for c in select(read_cases(asked), split=split, limit=options.questions) if not c.history]
        settings = read_settings({"llm": "embedded"})
        with tempfile.TemporaryDirectory() as folder, Assistant.open(folder, settings=settings) as assistant:
            assistant.index(articles)
            told += examples(name, cases, assistant)
        print(f"{name}: {len(told)} sentences so far", file=sys.stderr)
    for name in dict.fromkeys(e.of for e in told):
        judge = learn([e for e in told if e.of != name])
        print(json.dumps({"set": name, **measure(name, judge, told, settings.judge_floor)}))
    if options.write:
        judge = learn(told)
        np.savez(options.write, probe=judge.probe, weights=judge.weights)


if __name__ == "__main__":
    main()
