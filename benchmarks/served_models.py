"""What a server between the assistant and its model costs: one question set through two models, question by question.

    python benchmarks/served_models.py --index .index --llm embedded --llm ollama:assistant-chat --sample 30 --seed 1

Each question goes to both before the next is asked, and who is first alternates: what else the machine does meets both
alike. Printed are how many answers are the same text, the ones that are not, and the seconds, as the median of the paired
ratios (second over first) with its 95 % interval by the bootstrap.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant
from assistant.evaluation.cases import read_cases, select
from assistant.records import Answer
from assistant.settings import read_settings

DRAWS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One question and what each of the two models made of it."""

    id: str
    question: str
    answers: tuple[Answer, Answer]

    @property
    def same(self) -> bool:
        """The same status, text and cited sentences."""
        first, second = (
            (answer.status, answer.text, tuple(citation.quote for citation in answer.citations))
            for answer in self.answers
        )
        return first == second

    def ratio(self, stage: str) -> float | None:
        """Seconds of the second over those of the first; None where one of them had no such stage."""
        before, after = (answer.seconds.get(stage, 0.0) for answer in self.answers)
        return after / before if before > 0.05 and after > 0.05 else None


def interval(ratios: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """The 95 % interval of the median, by the bootstrap."""
    draw = random.Random(seed)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(DRAWS))
    return medians[DRAWS // 40], medians[-DRAWS // 40]


def report(pairs: Sequence[Pair], names: Sequence[str]) -> list[str]:
    """The comparison as lines, for people."""
    same = sum(pair.same for pair in pairs)
    written = sum("writing" in pair.answers[0].seconds for pair in pairs)
    lines = [f"{same} of {len(pairs)} answers are the same; in {written} the model wrote, else it only checked"]
    for pair in pairs:
        if not pair.same:
            lines.append(f"  {pair.id} {pair.question}")
            lines += [f"    {name}: {a.status.value}: {a.text}" for name, a in zip(names, pair.answers, strict=True)]
    lines.append(f"{'seconds, median':<16} {names[0]:>20} {names[1]:>28}   ratio (95 % interval)    n")
    for stage in ("first_words", "writing", "checking", "total"):
        ratios = [ratio for pair in pairs if (ratio := pair.ratio(stage)) is not None]
        if ratios:
            before, after = (
                statistics.median(p.answers[n].seconds[stage] for p in pairs if p.ratio(stage) is not None)
                for n in (0, 1)
            )
            low, high = interval(ratios)
            middle = f"{statistics.median(ratios):.2f} ({low:.2f} to {high:.2f})"
            lines.append(f"{stage:<16} {before:>20.2f} {after:>28.2f}   {middle:<22} {len(ratios):>3}")
    return lines


def main() -> None:
    """Ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llm", action="append", required=True, help="two models, as `assistant ask --llm` takes them")
    parser.add_argument("--index", default=".index")
    parser.add_argument("--questions", type=Path, default=Path("seeds/questions.jsonl"))
    parser.add_argument("--split", default="tune")
    parser.add_argument("--sample", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="append one JSON line a question")
    given = parser.parse_args()
    if len(given.llm) != 2:
        parser.error("name two models: --llm embedded --llm ollama:MODEL")
    cases = select(read_cases(given.questions), split=given.split, sample=given.sample, seed=given.seed)
    first, second = (Assistant.open(settings=read_settings({"llm": llm, "index": given.index})) for llm in given.llm)
    pairs: list[Pair] = []
    with first, second:
        for assistant in (first, second):
            for _ in assistant.warm():
                pass
        for position, case in enumerate(cases):
            order = (first, second) if position % 2 == 0 else (second, first)
            told = [a.ask(case.question, history=case.history, as_of=case.as_of) for a in order]
            answers = (told[0], told[1]) if position % 2 == 0 else (told[1], told[0])
            pairs.append(Pair(id=case.id, question=case.question, answers=answers))
            print(f"{position + 1} of {len(cases)} {case.id} {'same' if pairs[-1].same else 'DIFFERENT'}", flush=True)
            if given.out:
                row = [{"text": a.text, "status": a.status.value, "seconds": dict(a.seconds)} for a in answers]
                with given.out.open("a", encoding="utf-8") as out:
                    out.write(json.dumps({"id": case.id, "answers": row}, ensure_ascii=False) + "\n")
        names = [first.model_name, second.model_name]
    print("\n".join(report(pairs, names)))


if __name__ == "__main__":
    main()
