"""How well the judge of sentences judges, and the weights beside what it reads.

    python -m benchmarks.judge [SET ...] [--questions N] [--write]

Every SET (benchmarks/sets.py; default: those of WEIGHED and of REPORTED) is indexed, and the best-ranked sentences of each question
are put to the judge: about 3 s a question on two cores. Prints, for each set, `auc`, the probability that a sentence that answers is
held for likelier than one that does not (0.5 is chance); `doubted` and `doubted_not`, of the sentences that answer and of the others the
share that rules hold for another kind, people, speaker, time or figure than asked for (assistant/objections.py); and for the surest
sentence of each question above the floor how many answer, do not, and are of questions without answer. A sentence answers if it is part
of a gold quote.

What the judge reads is learnt by benchmarks/adapter.py, from LESSONS. What the clues beside it weigh is learnt here with `--write`,
from the sets of WEIGHED: a logistic regression on what the probe says and the clues, penalty 1; and, of the surest sentences of each
question, another on the log-odds of that and of the check's Yes against No. The sets of REPORTED are neither.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from importlib.resources import files
from typing import TypeVar

import numpy as np
from scipy.optimize import minimize

import assistant as package
from assistant import Assistant, findings
from assistant.count import read_count
from assistant.evaluation.cases import EvalCase
from assistant.inquiry import Inquiry
from assistant.judge import CHECKED, FIRST, LEARNT, Clues, Judge, clues, learnt, log_odds, put, windows
from assistant.llm import ChatModel, open_model
from assistant.objections import bar, doubt
from assistant.reading import check_fields
from assistant.settings import read_settings
from assistant.timescope import read_scope
from assistant.trial import FURTHER, as_passage, statements
from assistant.weights import Weights
from assistant.words import as_told
from benchmarks.sets import KNOWN, REPORTED, WEIGHED, answers, read_set
from index.records import Filter
from prompts import render

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """One sentence put to a question. `barred`: never shown, whoever vouches for it."""

    question: str  # id
    answerable: bool
    fields: dict[str, str]  # of the judge's prompt, in which it stands among others
    line: int  # its place in there, from 0
    check: dict[str, str]  # and of the check's
    clues: Clues
    answers: bool
    barred: bool


def put_all(name: str, *, limit: int | None = None) -> Iterator[list[Put]]:
    """For each question of a set that is no follow-up, the best-ranked sentences and those read on the way to them."""
    asked_of = read_set(name, limit=limit)
    with tempfile.TemporaryDirectory() as folder, Assistant.open(folder) as assistant:
        asked_of.index(assistant)
        for case in asked_of.cases:
            yield _put(case, assistant)


def _put(case: EvalCase, assistant: Assistant) -> list[Put]:
    library, seen = assistant.library(), Filter(until=case.as_of)
    scope = read_scope(case.question, today=library.newest(seen))
    hits = findings.search(case.question, scope, seen, assistant.settings.passages, library)
    text = as_told(case.question, [hit.passage.text for hit in hits])
    count = read_count(text, scope)
    ranked = library.ranker.rank(text, hits, scope)
    figures = findings.figures_for(count, hits, library) if count else ()
    inquiry = Inquiry(question=text, scope=scope, count=count, figures=figures, ranked=ranked)
    by_sentence = {e.sentence: e for e in ranked}
    told = list[Put]()
    for window in windows([e.sentence for e in ranked[:FURTHER]], library):
        for line, sentence in enumerate(window):
            if evidence := by_sentence.get(sentence):
                (candidate,) = statements(text, [evidence], library)
                told.append(
                    Put(
                        question=case.id,
                        answerable=case.answerable,
                        fields=put(text, window),
                        line=line,
                        check=check_fields(as_passage(candidate), text, candidate.text),
                        clues=clues(inquiry, evidence, library, doubted=doubt(inquiry, candidate, library) is not None),
                        answers=answers(case, sentence.text),
                        barred=bar(inquiry, candidate) is not None,
                    )
                )
    return told


def says(judge: Judge, told: Sequence[Put], model: ChatModel) -> list[float]:
    """What the judge's probe says to each sentence."""
    found, read = list[float](), dict[tuple[str, ...], np.ndarray]()
    for one in told:
        if (prompt := tuple(one.fields.values())) not in read:
            read[prompt] = judge.says(model.lines(render("judge", **one.fields), FIRST))
        found.append(float(read[prompt][one.line]))
    return found


def agrees(sure: Sequence[float], told: Sequence[Put], model: ChatModel) -> list[float | None]:
    """The check's Yes against No to each of the sentences that it is asked about; None for the others."""
    asked = set()
    for question in {one.question for one in told}:
        mine = [i for i, one in enumerate(told) if one.question == question and not one.barred]
        asked |= set(sorted(mine, key=lambda i: -sure[i])[:CHECKED])
    return [
        model.probability("check", render("check", **one.check)) if i in asked else None for i, one in enumerate(told)
    ]


def weigh(told: Sequence[Put], said: Sequence[float]) -> np.ndarray:
    """The weights of what the probe says, of the clues, and a bias."""
    pairs = [(one, say) for one, say in zip(told, said, strict=True) if not one.barred]
    inputs, answers = [(say, *astuple(one.clues)) for one, say in pairs], [float(one.answers) for one, _ in pairs]
    return logistic(np.array(inputs), np.array(answers), 1.0)


def weigh_both(told: Sequence[Put], sure: Sequence[float], yes: Sequence[float | None]) -> np.ndarray:
    """The weights of the log-odds of that and of the check, and a bias."""
    found = [
        (log_odds(p), log_odds(y), one.answers) for one, p, y in zip(told, sure, yes, strict=True) if y is not None
    ]
    table = np.array(found, float)
    return logistic(table[:, :2], table[:, 2], 1.0)


def logistic(inputs: np.ndarray, answers: np.ndarray, penalty: float) -> np.ndarray:
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


def measure(
    sure: Sequence[float], shown_by: Sequence[float | None], told: Sequence[Put], floor: float
) -> dict[str, float]:
    """What a judge makes of the sentences of one set: `sure` of each by itself, `shown_by` what it and the check say together of those
    that the check was asked about. Shares and counts by name."""
    best: dict[str, tuple[float, Put]] = {}
    mine = [(p, one) for p, one in zip(sure, told, strict=True) if not one.barred]
    for both, one in zip(shown_by, told, strict=True):
        if both is not None and both >= floor and both > best.get(one.question, (0.0, one))[0]:
            best[one.question] = (both, one)
    shown = [one for _, one in best.values()]
    asked = {one.question: one.answerable for one in told}
    return {
        "answerable": sum(asked.values()),
        "unanswerable": len(asked) - sum(asked.values()),
        "auc": round(auc([one.answers for _, one in mine], [p for p, _ in mine]), 3),
        "doubted": _share([one.clues.doubted for _, one in mine if one.answers]),
        "doubted_not": _share([one.clues.doubted for _, one in mine if not one.answers]),
        "answers": sum(one.answers for one in shown),
        "answers_not": sum(one.answerable and not one.answers for one in shown),
        "shown_without_answer": sum(not one.answerable for one in shown),
    }


def _share(values: Sequence[float]) -> float:
    """The mean of noughts and ones, 0..1; NaN of none."""
    return round(sum(values) / len(values), 3) if values else float("nan")


def _all(by_set: Mapping[str, Sequence[T]], names: Sequence[str]) -> list[T]:
    return [one for name in names for one in by_set[name]]


def main() -> None:
    """Put, learn the weights if asked to, and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.judge", description="Measure the judge of sentences.")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(sorted(KNOWN))}")
    parser.add_argument("--questions", type=int, metavar="N", help="only N of each set")
    parser.add_argument(
        "--write", action="store_true", help=f"learn the weights from {', '.join(WEIGHED)} and keep them"
    )
    options = parser.parse_args()
    if unknown := set(options.sets) - {*KNOWN}:
        parser.error(f"no set {sorted(unknown)[0]!r}: use some of {', '.join(sorted(KNOWN))}")
    judge, settings = learnt(), read_settings({"llm": "embedded"})
    model = open_model(settings, Weights(settings.models_folder()))
    if not model.shows_layers():
        sys.exit("the model does not show its layers: use the default one, `--llm embedded`")
    told: dict[str, list[Put]] = {}
    said: dict[str, list[float]] = {}
    for name in options.sets or (*WEIGHED, *REPORTED):
        told[name] = [one for question in put_all(name, limit=options.questions) for one in question]
        said[name] = says(judge, told[name], model)
        print(f"{name}: {len(told[name])} sentences", file=sys.stderr)
    lessons = [name for name in WEIGHED if name in told]
    if options.write:
        judge = replace(judge, weights=weigh(_all(told, lessons), _all(said, lessons)))
    sure = {
        name: [judge.sureness(say, one.clues) for say, one in zip(said[name], told[name], strict=True)] for name in told
    }
    yes = {name: agrees(sure[name], told[name], model) for name in told}
    model.close()
    if options.write:
        judge = replace(judge, both=weigh_both(_all(told, lessons), _all(sure, lessons), _all(yes, lessons)))
        file = str(files(package).joinpath(LEARNT))
        np.savez(file, probe=judge.probe, weights=judge.weights, both=judge.both)
    for name in told:
        together = [y and judge.together(p, y) for p, y in zip(sure[name], yes[name], strict=True)]
        print(json.dumps({"set": name, **measure(sure[name], together, told[name], settings.judge_floor)}))


if __name__ == "__main__":
    main()
