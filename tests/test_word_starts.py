"""Patterns tried only where a word can begin one of their matches find what they find anywhere."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import actions, attribution, days, figure_scope, number_roles, numbers, places
from index.word_starts import Cues, Spots, WordStarts

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("2*.md"))
USED = {
    f"{module.__name__}{name}": each
    for module in (actions, attribution, days, figure_scope, numbers, places)
    for name, each in vars(module).items()
    if isinstance(each, WordStarts)
}
TRICKY = (
    "",
    "of",
    "of 12 killed",
    "KILLED, Wounded\nor-freed",
    "hand-over; handing the 40 over: shoot-down, mid-May, 24-25 May",
    "at home, a home, nursing home, home; the home affairs",
    "return fire, return 12; deadly for 3, deadly night",
    "ınjured ı 3, İnjured, reſcued, \u212ailled, kılled, ﬁred",  # letters that are others when case is ignored
    "killed\u0301 dead\u0301 cafés freed² ½ dozen ²two",  # signs that are a word's to one library and not to the other
    "12 500 dead, 1,000.5, 1.000.000; 12,5 million and 3m, F16 16F 2nd",
    "٣٠٧ 3०७ ３０７ людей звільнено 25 травня",
    "snake_case_killed _killed killed_ x_12",
    "a a a an half half a million, halfa dozen, three quarters of a million",
    "to date.so far/since\u00a0May since\x1c2022",
)


def same(starts: WordStarts, text: str, begin: int = 0) -> bool:
    found = [[match.span() for match in matches] for matches in starts.find(text, begin)]
    return found == [[match.span() for match in pattern.finditer(text, begin)] for pattern in starts.patterns]


@pytest.mark.parametrize("name", USED)
def test_nothing_is_lost_of_news(name: str) -> None:
    texts = [line for path in SEEDS for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(texts) > 100
    assert [text for text in texts if not same(USED[name], text)] == []


@pytest.mark.parametrize("name", USED)
@pytest.mark.parametrize("text", TRICKY)
def test_nothing_is_lost_of_what_is_odd(name: str, text: str) -> None:
    assert all(same(USED[name], text, begin) for begin in range(len(text) + 1))


@pytest.mark.parametrize("name", USED)
@pytest.mark.parametrize("text", TRICKY)
def test_nothing_is_lost_at_the_beginning_or_before_an_end(name: str, text: str) -> None:
    starts = USED[name]
    for begin in range(len(text) + 1):
        rest = text[begin:]
        plainly = [p.match(rest) for p in starts.patterns] if rest[:1].isalnum() else [None] * len(starts.patterns)
        assert [m and m.span() for m in starts.match(rest)] == [m and m.span() for m in plainly]
        if re.search(r"\w$", text[:begin]) and not rest[:1].isspace():
            continue  # a word would be cut
        matches = [[m.span() for m in found] for found in starts.find(text, 0, begin)]
        assert matches == [[m.span() for m in p.finditer(text, 0, begin)] for p in starts.patterns]


_FRAGMENTS = sorted(
    {word for starts in USED.values() for p in starts.patterns for word in re.findall(r"\w+", p.pattern)}
)


@given(st.lists(st.sampled_from([*_FRAGMENTS, *" ,.-’'ıé²", "12", " of ", " 3"]), max_size=12).map("".join))
def test_nothing_is_lost_of_what_the_patterns_are_made_of(text: str) -> None:
    assert all(same(starts, text) for starts in USED.values())


@pytest.mark.parametrize("name", USED)
def test_every_match_begins_with_a_letter_or_a_digit(name: str) -> None:
    marks = [*string.punctuation, *string.whitespace, *"–—…“”‘’«»€£\u00a0"]
    assert [mark for mark in marks if USED[name].spots._begun_by(mark)] == []


def test_a_pattern_is_tried_only_where_a_word_can_begin_it() -> None:
    starts = WordStarts(re.compile(r"\b(?:offer\w*|(?<!no )killed)\b", re.IGNORECASE), re.compile(r"\bof \d"))
    assert [starts.spots._begun_by(word) for word in ("of ", "offe", "OFFERED ", "killed,", "killers ", "12")] == [
        (1,), (0,), (0,), (0,), (), (),
    ]  # fmt: skip


def test_patterns_are_looked_for_together_even_if_some_come_late() -> None:
    both = Spots()
    first, text = WordStarts(re.compile(r"\bkilled\b"), among=both), "killed in the raid"
    assert [len(matches) for matches in first.find(text)] == [1]
    late = WordStarts(re.compile(r"\braid\b"), re.compile(r"\bin (?=the)"), among=both)
    cues = Cues(both, never=re.compile(r"\bnever\b"), raid=re.compile(r"\braids?$"))
    assert all(same(starts, text) for starts in (first, late))
    assert cues.of(text) == {"raid"}
    assert both.of(text) == {0: [0], 1: [14], 2: [7], 4: [14]}


def test_where_a_beginning_ends_no_word_has_to() -> None:
    starts = WordStarts(re.compile(r"\bof \bto\b"), re.compile(r"\bat(?! a\b)"), re.compile(r"\b(?!die\b)die\w*"))
    text = "of to, at all, at a die diesel died"
    assert same(starts, text)
    assert [len(matches) for matches in starts.find(text)] == [1, 1, 2]


BEHIND = number_roles._BEHIND


@pytest.mark.parametrize(
    "text", [*TRICKY, "-for-12", "th of May", "%", " per cent", "’s", "", " k", "\u00a0km", " o’clock", ", he"]
)
def test_a_text_begins_with_what_its_first_word_can_begin(text: str) -> None:
    for start in range(len(text) + 1):
        rest = text[start:]
        plainly = {name for name, p in zip(BEHIND.names, BEHIND.patterns, strict=True) if p.match(rest)}
        assert BEHIND.matching(rest) == plainly


def test_cues_are_told_by_words_even_where_a_pattern_ends_with_its_text() -> None:
    cues = Cues(
        promise=re.compile(r"\bwill\b"),
        change=re.compile(r"\bfrom\s[$€]?$"),
        issued=re.compile(r"\b(?<=data )issued by\b"),
    )
    assert cues.of("It fell from 30 to 24, they say.") == {"change"}
    assert cues.of("Data issued by them will change") == {"promise", "issued"}
    assert cues.of("Nobody is willing") == frozenset()
