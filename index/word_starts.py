"""What patterns find in a text, found faster: each is tried only where a word stands that can begin one of its matches.

A long list of alternatives that ignores case costs most at the words it does not match, and those are nearly all. Which
patterns a word can begin is asked once a word, by partial matching (the only use of `regex`); what they then match is left to
`re`, so that nothing is found that `finditer` would not find.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any

# A word of plain letters and the character behind it, which tells "of" from the beginning of "offer"; of any other its first
# character, since `re` and `regex` differ on what else makes a word; of one with a Turkish i nothing: to `re` alone it is an i
_BEGINNING = re.compile(r"\b(?:[A-Za-z]+[ -~]?|[^\Wıİ]|(?=\w))")
_FIRST = re.compile(r"[ -~]?[A-Za-z]*[ -~]?")  # a sign or space, the word behind it, and what tells where that ends
_BORDER = r"(?=[\s\S])\b"  # none where a beginning ends: the text may go on
# What a beginning cannot tell: that a pattern's text must end there, since it may be a part of this one, or what stands before
_UNSEEN = re.compile(r"(?<![\[\\])\$|\(\?<=[^()]*\)")
WORDS = 16_384  # remembered at once
COMMON = 3  # letters that many words have in common
MORE = 2  # characters behind a word and the one that tells where it ends; with them made-up news is read a tenth faster
_NOTHING: frozenset[str] = frozenset()


@lru_cache(16)  # several look through one sentence after another
def _words(text: str) -> tuple[tuple[int, str], ...]:
    return tuple([(match.start(), match[0]) for match in _BEGINNING.finditer(text)])


class _Begun:
    """Which of several patterns can match a text that begins in a certain way."""

    def __init__(self, *patterns: re.Pattern[str]) -> None:
        self.patterns = patterns
        self._begun_by = lru_cache(WORDS)(self._partly_matching)

    def _partly_matching(self, beginning: str) -> tuple[int, ...]:
        """The patterns that match a text which begins like this, or may if it goes on; look-behinds see nothing."""
        tried: Sequence[int] = range(len(self.patterns))
        if len(beginning) > 1:  # few shorter ones there are, and what none of them begins needs no second look
            tried = self._begun_by(beginning[: min(COMMON, len(beginning) - 1)])
        partial = self._partial
        return tuple([i for i in tried if partial[i].match(beginning, partial=True)]) if tried else ()

    @cached_property
    def _partial(self) -> list[Any]:
        import regex

        return [
            regex.compile(_UNSEEN.sub("", p.pattern).replace(r"\b", _BORDER), p.flags & re.IGNORECASE)
            for p in self.patterns
        ]


class Spots(_Begun):
    """Where in a text words stand that can begin a match of patterns. All who look for some in the same texts share one, so that
    each text is gone through once."""

    def __init__(self) -> None:
        super().__init__()
        self._none: set[str] = set()  # words that begin nothing: nearly all, so that most are passed over at once
        self._nor_these: set[str] = set()  # nor do these words with what stands behind them
        self.of = lru_cache(16)(self._of)

    def add(self, patterns: Sequence[re.Pattern[str]]) -> range:
        """The numbers by which `of` tells patterns apart, from now on among those looked for."""
        self.patterns = (*self.patterns, *patterns)
        self.__dict__.pop("_partial", None)  # what was learned without them holds no longer
        self._none.clear()
        self._nor_these.clear()
        self._begun_by.cache_clear()
        self.of.cache_clear()
        return range(len(self.patterns) - len(patterns), len(self.patterns))

    def _of(self, text: str) -> dict[int, list[int]]:
        """Where in `text` the words stand that can begin each pattern, for those that any can begin."""
        spots: dict[int, list[int]] = {}
        none, nor_these, begun_by = self._none, self._nor_these, self._begun_by
        for begin, word in [each for each in _words(text) if each[1] not in none]:
            more = text[begin : begin + len(word) + MORE]
            if more in nor_these:
                continue
            if begun := self._begun_at(word, more):
                for i in begun:
                    spots.setdefault(i, []).append(begin)
            elif begun_by(word):
                if len(nor_these) < WORDS:
                    nor_these.add(more)
            elif len(none) < WORDS:
                none.add(word)
        return spots

    def _begun_at(self, word: str, more: str) -> tuple[int, ...]:
        """The patterns that a word and what stands behind it can begin; that tells "In Ky" from "in a day"."""
        begun = self._begun_by(word)
        return self._begun_by(more) if begun and more.isascii() and more.isprintable() else begun

    def opening(self, text: str) -> tuple[int, ...]:
        """The patterns that the word at the beginning of `text` can begin."""
        word = _BEGINNING.match(text)
        return self._begun_at(word[0], text[: word.end() + MORE]) if word else ()


IN_SENTENCES = Spots()  # of all that is asked of a sentence with a number


class WordStarts:
    """Several patterns, whose matches must all begin with a letter or digit at the beginning of a word."""

    def __init__(self, *patterns: re.Pattern[str], among: Spots | None = None) -> None:
        self.patterns = patterns
        self.spots = among or Spots()
        self._each = tuple(zip(self.spots.add(patterns), patterns, strict=True))

    def find(self, text: str, start: int = 0, end: int = sys.maxsize) -> tuple[list[re.Match[str]], ...]:
        """For each pattern all its matches in `text[start:end]`, which cuts no word: the very ones that its `finditer` gives."""
        spots = self.spots.of(text)
        return tuple([_matches(p, text, spots[i], start, end) if i in spots else [] for i, p in self._each])

    def match(self, text: str) -> tuple[re.Match[str] | None, ...]:
        """For each pattern its match at the beginning of `text`."""
        begun = self.spots.opening(text)
        return tuple([p.match(text) if i in begun else None for i, p in self._each])


def _matches(pattern: re.Pattern[str], text: str, spots: Sequence[int], start: int, end: int) -> list[re.Match[str]]:
    """All matches at some of these spots that begin where the one before has ended."""
    found: list[re.Match[str]] = []
    for spot in spots:
        if spot >= start and (match := pattern.match(text, spot, end)):
            found.append(match)
            start = match.end()
    return found


class Cues:
    """Patterns with names, whose matches must all begin with a letter or digit at the beginning of a word: which of them may be
    found in a text or in a part of it that cuts no word, so that the others need not be looked for."""

    def __init__(self, among: Spots | None = None, /, **patterns: re.Pattern[str]) -> None:
        self._spots = among or Spots()
        self._names = dict(zip(self._spots.add(tuple(patterns.values())), patterns, strict=True))
        self.of = lru_cache(16)(self._of)

    def _of(self, text: str) -> frozenset[str]:
        names = self._names
        return frozenset([names[i] for i in self._spots.of(text) if i in names])


class Beginnings(_Begun):
    """Patterns with names, all asked for at the beginning of a text."""

    def __init__(self, **patterns: re.Pattern[str]) -> None:
        super().__init__(*patterns.values())
        self.names = tuple(patterns)

    def matching(self, text: str) -> frozenset[str]:
        """The names of those that match there."""
        begun = self._begun_by(_FIRST.match(text)[0])  # type: ignore[index]  # it matches anything
        return frozenset([self.names[i] for i in begun if self.patterns[i].match(text)]) if begun else _NOTHING
