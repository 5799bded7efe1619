"""What a case's answer is worth, by rule and without a model: the verdict, and how well its citations carry it.

A match is a match of words and numbers. Whether an answer that matches is also well put, nothing here can say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.evaluation.cases import EvalCase, GoldFigure
from assistant.records import STATING, Answer
from index.numbers import find_numbers

Outcome = Literal["right", "declined", "wrong"]

MARKER = re.compile(r"\s*\[\d+\]")
# Numbers that are no figures: "25" is not in "25 May", and 65 not in "65th".
NO_FIGURE = frozenset({"date", "clock", "name", "ordinal"})
_PLAIN = str.maketrans("‘’ʼ‚“”„«»‐‑‒–—―\u2212", '\'\'\'\'"""""-------')
_SEPARATOR = re.compile(r"(?<=\d)[,\u00a0\u202f\u2009](?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One measure of one case. `value` None: it could not be scored, and counts neither as right nor as wrong."""

    name: str
    value: float | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`declined`: a refusal where the answer was to be had. A due refusal is `right`. `why` is one line for people."""

    outcome: Outcome | None  # None: it could not be judged
    why: str
    wrong_figures: tuple[str, ...] = ()  # known wrong figures that were shown
    status_right: bool | None = None  # None: no particular kind of answer or refusal was expected


def grade(case: EvalCase, answer: Answer) -> Verdict:
    """Judge an answer by what its case calls right. A refusal shows no figures, whatever its sentence repeats."""
    stated = answer.status in STATING
    status_right = None if case.status is None else answer.status is case.status
    if not stated:
        if not case.answerable:
            return Verdict(outcome="right", why=f"declined ({answer.status})", status_right=status_right)
        if case.decline_ok:
            return Verdict(
                outcome="right", why=f"declined ({answer.status}), which is as good", status_right=status_right
            )
        return Verdict(
            outcome="declined", why=f"declined ({answer.status}): {answer.reason}", status_right=status_right
        )
    text = without_markers(answer.text)
    if case.answerable:
        if not (case.answers or case.all_of or case.figures):
            return Verdict(outcome=None, why="the case names no answer", status_right=status_right)
        figure = "count" in case.tags
        if case.figures and not case.all_of and holds_figure(text, case.figures):
            return Verdict(outcome="right", why="says a right figure", status_right=status_right)
        wanted = case.all_of or case.answers
        missing = [gold for gold in wanted if not contains(text, gold, figure=figure)]
        found = [gold for gold in wanted if gold not in missing]
        if found and not (case.all_of and missing):
            return Verdict(outcome="right", why=f"says {', '.join(map(repr, found))}", status_right=status_right)
        why = (
            f"lacks {', '.join(map(repr, missing))}"
            if case.all_of
            else f"says none of {', '.join([*map(repr, missing), *(f'{f.value:g}' for f in case.figures)])}"
        )
    else:
        why = "answered what cannot be answered"
    wrong = tuple(figure for figure in case.figures_wrong if contains(text, figure, figure=True))
    return Verdict(outcome="wrong", why=why, wrong_figures=wrong, status_right=status_right)


def holds_figure(text: str, gold: Sequence[GoldFigure]) -> bool:
    """Whether any number of `text` is within the tolerance of any gold figure."""
    values = [n.value for n in find_numbers(text) if not n.vague and n.role not in NO_FIGURE]
    return any(abs(value - figure.value) <= figure.tolerance for value in values for figure in gold)


def without_markers(text: str) -> str:
    """`text` without its [n]."""
    return MARKER.sub("", text)


def contains(text: str, wanted: str, *, figure: bool = False) -> bool:
    """Whether `text` holds `wanted` as whole words or as a number, in any way of writing it ("1,000", "a thousand").

    Case, typographic quotes and dashes make no difference. With `figure` numbers in dates and ordinals do not count.
    """
    value = _value(wanted)
    if value is not None:
        numbers = [n for n in find_numbers(text) if not n.vague and not (figure and n.role in NO_FIGURE)]
        if any(number.value == value for number in numbers):
            return True
        if figure:
            return False
    pattern = rf"(?<![\w])(?<!\d[.,]){re.escape(plain(wanted))}(?!\w|[.,]\d)"
    return re.search(pattern, plain(text)) is not None


def plain(text: str) -> str:
    """`text` folded for comparison: case, compatibility forms, quotes, dashes, white space, thousands separators."""
    ungrouped = _SEPARATOR.sub("", text)
    return " ".join(unicodedata.normalize("NFKC", ungrouped).translate(_PLAIN).casefold().split())


def _value(wanted: str) -> float | None:
    """The value of a text that is one number and nothing else."""
    numbers = find_numbers(wanted)
    if len(numbers) == 1 and wanted[numbers[0].start : numbers[0].end] == wanted.strip() and not numbers[0].vague:
        return numbers[0].value
    return None


def names_article(citation_paths: Sequence[str | None], wanted: str) -> bool:
    """Whether any id, address or path is the article `wanted`: equal, or a file of that name with any suffix."""
    file = re.compile(rf"(?:^|/){re.escape(wanted)}(?:\.\w{{1,5}})?$")
    return any(path == wanted or file.search(path) for path in citation_paths if path)
