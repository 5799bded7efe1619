"""How sure we are that a sentence answers a question: a linear probe on a middle layer of the model, and what the ranking and code
know of the sentence beside it.

A small model says Yes or No by its last layer only, and badly; what it has understood lies some layers below (Azaria and Mitchell
2023, "The Internal State of an LLM Knows When It's Lying"). A small adapter to the layers below the probe, and the probe, were learnt
by `python -m benchmarks.adapter`, the weights beside it by `python -m benchmarks.judge`, on question sets over invented news;
docs/judge.md says what they reach on corpora never learnt from.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from assistant.compose import verbatim, with_dates
from assistant.evidence import Evidence, neutral
from assistant.inquiry import Inquiry
from assistant.library import Library
from assistant.question_kinds import asks_when
from assistant.words import content_stems
from index.days import spell
from index.records import Sentence

LEARNT = "judge.npz"
CHECKED = 3  # sentences put to the check, too, the surest first
BEFORE = 2  # sentences read before one that may answer: it seldom says whom or what it is about
ROOM = 3_000  # bytes of sentences read in one go: no more tokens than that, whatever they are written in
FIRST = 2  # line of the prompt's last message that holds the first sentence

Window = tuple[Sentence, ...]  # sentences that follow one another in an article


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What is known of a sentence without the model, each 0..1."""

    score: float  # in the ranking
    place: float  # 1 for a sentence of the article found first, 1/2 of the second ...
    newest: float  # for a question on the state of things: 1 in the newest article found, 0 in the oldest
    wordless: float  # 1 where a figure is asked for and the sentence has none
    covered: float  # share of the question's words that its title, the sentences before it and itself carry
    doubted: float  # 1 where rules hold it for one of another kind, people, speaker, time or figure (objections.py)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What was learnt: `probe` of shape (size of a state + 1,), the last its bias; `weights` of what the probe says, of each of the
    clues, and a bias; `both`: of the log-odds of that and of the check, and a bias."""

    probe: np.ndarray
    weights: np.ndarray
    both: np.ndarray

    def says(self, lines: np.ndarray) -> np.ndarray:
        """Log-odds that each of some sentences answers, from what the model makes of the ends of their lines, of shape (lines, size)."""
        said: np.ndarray = lines @ self.probe[:-1] + self.probe[-1]
        return said

    def sureness(self, says: float, clues: Clues) -> float:
        """The probability that the sentence answers, 0..1."""
        return 1 / (1 + math.exp(-float(self.weights @ (says, *astuple(clues), 1.0))))

    def together(self, sure: float, yes: float) -> float:
        """The same from its own probability and the check's Yes against No."""
        return 1 / (1 + math.exp(-float(self.both @ (log_odds(sure), log_odds(yes), 1.0))))


def log_odds(probability: float) -> float:
    """Of a probability kept from the ends, where a model's is not to be believed."""
    inside = min(max(probability, 0.002), 0.998)
    return math.log(inside / (1 - inside))


@cache
def learnt() -> Judge:
    """The judge that is shipped."""
    with files(__package__).joinpath(LEARNT).open("rb") as file, np.load(file, allow_pickle=False) as kept:
        return Judge(
            probe=kept["probe"].astype(np.float32),
            weights=kept["weights"].astype(np.float64),
            both=kept["both"].astype(np.float64),
        )


def windows(sentences: Iterable[Sentence], library: Library) -> list[Window]:
    """The sentences, each with those BEFORE it in its article, as runs without a gap, in the order of the first of the sentences that
    each run holds. A run longer than ROOM is cut."""
    wanted = list(sentences)
    runs: list[list[Sentence]] = []
    for article in dict.fromkeys(s.article_id for s in wanted):
        ordinals = {n for s in wanted if s.article_id == article for n in range(s.ordinal - BEFORE, s.ordinal + 1)}
        every, last, room = library.corpus.sentences(article), -1, 0
        for n in sorted(ordinals & set(range(len(every)))):
            size = len(every[n].text.encode())
            if n != last + 1 or size > room:
                runs.append([])
                room = ROOM
            runs[-1].append(every[n])
            last, room = n, room - size
    placed = [(min(map(wanted.index, held)), tuple(run)) for run in runs if (held := [s for s in run if s in wanted])]
    return [run for _, run in sorted(placed, key=lambda pair: pair[0])]


def put(question: str, window: Window) -> dict[str, str]:
    """The fields of the prompt: sentences that follow one another under the title and the day of their article."""
    source = window[0].source
    report = source.title + (f" ({spell(source.published)})" if source.published else "")
    lines = "\n".join(f"Sentence: {neutral(_dated(question, sentence))}" for sentence in window)
    return {"question": neutral(question), "report": neutral(report), "sentences": lines}


def _dated(question: str, sentence: Sentence) -> str:
    """A sentence's text, for a question that asks when with the date behind a weekday."""
    text = " ".join(sentence.text.split())
    if not asks_when(question):
        return text
    return with_dates(verbatim(sentence, lambda one, _: (one,))).text


def clues(inquiry: Inquiry, evidence: Evidence, library: Library, *, doubted: bool) -> Clues:
    """What is known of one of the sentences found; `doubted`: see Clues."""
    sentence, asked, ranked = evidence.sentence, inquiry.count, inquiry.ranked
    before = " ".join(s.text for s in library.before(sentence, 2))
    articles = list(dict.fromkeys(e.sentence.article_id for e in ranked))
    days = sorted({e.sentence.source.published for e in ranked[:12] if e.sentence.source.published})
    day = sentence.source.published
    state = inquiry.scope.kind == "latest" or (asked is not None and asked.open_ended)
    newest = days.index(day) / (len(days) - 1) if day in days and len(days) > 1 else 0.5
    wanted = set(content_stems(inquiry.question))
    carried = wanted & set(content_stems(f"{sentence.source.title} {before}"))
    return Clues(
        score=evidence.score,
        place=1 / (1 + articles.index(sentence.article_id)) if sentence.article_id in articles else 0.0,
        newest=newest if state else 0.0,
        wordless=float(asked is not None and all(f.sentence != sentence for f in library.figures(sentence.article_id))),
        covered=len(carried) / len(wanted) if wanted else 1.0,
        doubted=float(doubted),
    )
