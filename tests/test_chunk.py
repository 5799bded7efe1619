"""Cutting: exact slices, whole sentences, nothing lost and nothing twice."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from fakes import FakeEmbedder, fake_settings, make_article
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunk import cut
from index.sentences import MAX_CHARACTERS, sentence_spans

count_tokens = FakeEmbedder().count_tokens


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, lambda _: True)]


WORDS = [
    "Kyiv",
    "said.",
    "“Stop!”",
    "U.S.",
    "Lt.",
    "307",
    "prisoners,",
    "…",
    "”",
    "交換した。",
    "x" * 1_500,
    "word " * 300,
]
BLANKS = ["\n", "\n\n", "  ", "\r\n", "\x85"]
PROSE = st.lists(st.sampled_from(WORDS + BLANKS), max_size=60).map(" ".join)


@given(text=st.text() | PROSE)
@settings(max_examples=100, deadline=None)
def test_any_text_is_cut_without_loss_overlap_or_change(text: str) -> None:
    article = make_article(text)
    passages, found = cut(article, fake_settings(chunk_tokens=64), count_tokens)
    covered = [False] * len(text)
    for ordinal, sentence in enumerate(found):
        assert sentence.ordinal == ordinal
        assert sentence.text == text[sentence.start : sentence.end] == sentence.text.strip() != ""
        assert not any(covered[sentence.start : sentence.end])
        assert len(sentence.text) <= MAX_CHARACTERS
        assert count_tokens(sentence.text) <= 64
        covered[sentence.start : sentence.end] = [True] * len(sentence.text)
    assert all(covered[i] or character.isspace() for i, character in enumerate(text))
    assert [s.start for s in found] == sorted(s.start for s in found)

    homes = [[p.id for p in passages if p.start <= s.start and s.end <= p.end] for s in found]
    assert all(len(home) == 1 for home in homes)
    assert len({p.id for p in passages}) == len(passages)
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert count_tokens(passage.text) <= 64
    assert all(one.end <= following.start for one, following in pairwise(passages))


def test_passages_are_filled_with_sentences() -> None:
    text = " ".join(f"Sentence number {n} has exactly seven words." for n in range(40))
    passages, found = cut(make_article(text), fake_settings(chunk_tokens=70), count_tokens)
    assert len(found) == 40
    assert [count_tokens(passage.text) for passage in passages] == [70, 70, 70, 70]


def test_a_repeated_passage_keeps_its_own_place() -> None:
    line = "The guns fell silent at noon on Friday.\n"
    text = line * 30
    passages, _ = cut(make_article(text), fake_settings(chunk_tokens=64), count_tokens)
    assert [p.start for p in passages] == [n * 8 * len(line) for n in range(4)]


def test_an_edit_changes_the_ids_of_what_it_touches() -> None:
    line = "The guns fell silent at noon on Friday.\n"
    before, _ = cut(make_article(line * 30), fake_settings(chunk_tokens=64), count_tokens)
    after, _ = cut(make_article(line * 29 + "And opened up again.\n"), fake_settings(chunk_tokens=64), count_tokens)
    assert [p.id for p in before[:3]] == [p.id for p in after[:3]]
    assert before[3].id != after[3].id


@pytest.mark.parametrize("text", ["", " \n\t ", "\n" * 1000])
def test_a_blank_text_has_nothing(text: str) -> None:
    assert cut(make_article(text), fake_settings(), count_tokens) == ((), ())


def test_blank_articles_are_cut_without_loading_llama_index() -> None:
    code = (
        "import sys; from index.chunk import cut; from index.records import *; from index.settings import *\n"
        "cut(Article(id='a', source=Source(title='t'), text=' ', content_hash='h'), IndexSettings(), len)\n"
        "print(any(name.startswith('llama_index') for name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Lt. Col. Ivan Petrov met Gen. Syrskyi on Sept. 5. He lives in the U.S. now.",
            ["Lt. Col. Ivan Petrov met Gen. Syrskyi on Sept. 5.", "He lives in the U.S. now."],
        ),
        ("“We won’t stop!” Zelensky said. “Never.”", ["“We won’t stop!” Zelensky said.", "“Never.”"]),
        (
            "“In two days, 697 came home. More tomorrow.”\n“It’s terror,” he said.",
            ["“In two days, 697 came home.", "More tomorrow.”", "“It’s terror,” he said."],
        ),
        (
            "Headline without a stop\nBy A Reporter\n\nKYIV — Text.",
            ["Headline without a stop", "By A Reporter", "KYIV —", "Text."],
        ),
        (
            "ODRA, Sept 12 (Wire) - Shells hit a queue. LINDAU, near the border, was quiet.",
            ["ODRA, Sept 12 (Wire) -", "Shells hit a queue.", "LINDAU, near the border, was quiet."],
        ),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_hard_wrapped_lines_are_joined_and_short_lines_are_not() -> None:
    wrapped = (
        "Ukraine and Russia exchanged 307 prisoners\n"
        "on Saturday in the second stage of a swap,\n"
        "said President Volodymyr Zelensky. Parties\n"
        "met in Istanbul.\n"
        "\n"
        "Another paragraph begins here and ends on\n"
        "the next line.\n"
    )
    assert sentences(wrapped) == [
        "Ukraine and Russia exchanged 307 prisoners\non Saturday in the second stage of a swap,\n"
        "said President Volodymyr Zelensky.",
        "Parties\nmet in Istanbul.",
        "Another paragraph begins here and ends on\nthe next line.",
    ]
    listed = "Released on Friday:\n- soldiers\n- civilians of all ages\n- wounded\nWith wires"
    assert len(sentences(listed)) == 5


def test_a_monstrous_sentence_is_cut_at_clauses_then_words_then_anywhere() -> None:
    clauses = "they came to the river, " * 100
    assert all(part.endswith(",") for part in sentences(clauses))
    words = "river " * 500
    assert all(part.endswith("river") for part in sentences(words))
    assert [len(part) for part in sentences("x" * 2_500)] == [1_000, 1_000, 500]
