"""Passages that carry nearly the same text, as wire copies do, gathered into one story that names them all.

Five outlets with one agency report are one source. Two reports of a running story in the same words are not: what
varies from one to the next (figures, weekdays, months) must agree. Pure functions of texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from index.records import Passage, Source

RUN = 5  # words that must follow each other in both to count as shared

_WORD = re.compile(r"[^\W_]+(?:[.,:][^\W_]+)*")
_DIGIT = re.compile(r"\d")
# What changes from one report of a running story to the next while the sentence around it stays.
_VARIABLE_WORDS = """
one two three four five six seven eight nine ten eleven twelve dozen dozens hundred hundreds thousand thousands
monday tuesday wednesday thursday friday saturday sunday first second third fourth fifth
january february march april may june july august september october november december
"""
_VARIABLE = frozenset(_VARIABLE_WORDS.split())

Run = tuple[str, ...]


class Wording:
    """A text as copies are compared: its figures, and its runs of five words, with what varies masked."""

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text.lower())
        self.figures = {word for word in words if not word.isalpha() and _DIGIT.search(word)}
        variable = _VARIABLE | self.figures
        varying = [at for at, word in enumerate(words) if word in variable]
        masked = words.copy()
        for at in varying:
            masked[at] = "#"
        self.runs: set[Run] = {*zip(*(masked[at:] for at in range(RUN)), strict=False)} or {tuple(masked)}
        self.varying: dict[Run, set[Run]] = {}  # masked -> as written, of the runs with something masked
        starts = {start for at in varying for start in range(at - RUN + 1, at + 1)}
        last = max(0, len(words) - RUN)
        for start in starts & set(range(last + 1)):
            run = tuple(masked[start : start + RUN])
            self.varying.setdefault(run, set()).add(tuple(words[start : start + RUN]))


class Story:
    """Passages that carry nearly the same text, the best ranked first."""

    def __init__(self, passage: Passage, wording: Wording) -> None:
        self.passages = [passage]
        self._wordings = [wording]
        self._figures = set(wording.figures)

    def takes(self, passage: Passage, wording: Wording, overlap: float) -> bool:
        """Add a passage if it is a copy (see `gather_copies`), and say whether it was."""
        if not (wording.figures <= self._figures or wording.figures >= self._figures):
            return False
        first = self._wordings[0]
        shared = wording.runs & first.runs
        if len(shared) < overlap * min(len(wording.runs), len(first.runs)):
            return False
        if any(wording.varying[run].isdisjoint(first.varying[run]) for run in wording.varying.keys() & shared):
            return False
        self.passages.append(passage)
        self._wordings.append(wording)
        self._figures |= wording.figures
        return True

    def shown(self) -> Passage:
        """The passage with every figure of the story; of several the earliest published, undated ones last."""
        pairs = zip(self.passages, self._wordings, strict=True)
        whole = [passage for passage, wording in pairs if wording.figures == self._figures]
        return min(whole, key=lambda passage: passage.source.published or date.max)

    def copies(self, shown: Passage) -> tuple[Source, ...]:
        """The other sources, each once."""
        others = (passage.source for passage in self.passages if passage.article_id != shown.article_id)
        return tuple(dict.fromkeys(others))


def gather_copies(ranked: Iterable[Passage], overlap: float, limit: int) -> list[Story]:
    """The first `limit` stories of a ranking, each with its copies wherever they rank.

    A passage is a copy of another if they share `overlap` of the 5-word runs of the shorter one (all its words, if it
    has fewer), one has every figure the other has, and no shared run differs in a figure, a weekday or a month: "307
    prisoners on Saturday" and "303 prisoners on Sunday" in the same words are two stages of a story, not copies.
    """
    stories: list[Story] = []
    for passage in ranked:
        wording = Wording(passage.text)
        if not any(story.takes(passage, wording, overlap) for story in stories) and len(stories) < limit:
            stories.append(Story(passage, wording))
    return stories
