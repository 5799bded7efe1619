"""The question sets over invented news that benchmarks know by name, and what each may be used for.

What is learnt from a set must not be reported on it: LESSONS teach the judge's adapter and the ranking of sentences, WEIGHED set the
weights beside what the judge reads and every floor, REPORTED teach nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant
from assistant.evaluation.cases import EvalCase, read_cases, select
from assistant.evaluation.scores import plain

HERE = Path(__file__).parent
LESSONS = (
    "belkasse", "belshan", "brask", "braskia", "cairnbox", "dorgath", "dorvany", "drosmark", "gorustan", "gralle", "ithmara", "kesmara",
    "korrath", "korvane", "luzhen", "molvara", "nunsgate", "orvane", "orvelia", "orveth", "oshindra", "ozmarra", "pellamar", "qorash",
    "quarvane", "quillisport", "sarnite", "teremia", "teshkel", "tolmaz", "ulmeth", "velmara", "velquora",
)  # fmt: skip
WEIGHED = ("analysts", "readers", "ysmeri", "ludovar", "halvane", "ysmar")
REPORTED = ("belandu", "karvenia", "murgava", "zamberra", "belcombe", "quelmar")
KNOWN = (*LESSONS, *WEIGHED, *REPORTED)
SEEDS = {"analysts": "analysts.jsonl", "readers": "readers.jsonl"}  # their tuning halves


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSet:
    """The questions of a set that are no follow-ups, and the articles they are asked of."""

    name: str
    cases: tuple[EvalCase, ...]
    articles: tuple[Path, ...]

    def index(self, assistant: Assistant) -> None:
        """Index the articles. Raises ValueError if one of them cannot be read: half a set measures nothing."""
        if failures := assistant.index(self.articles).failures:
            raise ValueError(f"{failures[0].location}: {failures[0].reason}")


def read_set(name: str, *, limit: int | None = None) -> QuestionSet:
    """A set by its name, the first `limit` of its questions."""
    if name in SEEDS:
        folder, split = HERE.parent / "seeds", "tune"
        questions, articles = folder / SEEDS[name], tuple(sorted(folder.glob("2*.md")))
    else:
        folder, split = HERE / name if (HERE / name).is_dir() else HERE / "lessons" / name, None
        questions, articles = folder / "questions.jsonl", (folder / "articles",)
    cases = tuple(c for c in select(read_cases(questions), split=split, limit=limit) if not c.history)
    return QuestionSet(name=name, cases=cases, articles=articles)


def answers(case: EvalCase, text: str) -> bool:
    """Whether a sentence answers: it is part of a gold quote, or holds one."""
    quotes, said = (plain(quote) for quote in case.quotes), plain(text)
    return case.answerable and any(said in quote or quote in said for quote in quotes)
