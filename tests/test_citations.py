"""Citations: verbatim quotes, numbers, and markers that are only ever ours."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citations import best_support, cite, markers, strip_markers, with_marker
from index.records import Article, Sentence, Source

SOURCE = Source(title="Second stage", outlet="Desk A", published=date(2025, 5, 24))
TEXT = "Each side freed 307 people.  \nOn Friday it was 390.\n\n“A hard night,” he said."
SPANS = [(0, 27), (30, 51), (53, 76)]
ARTICLE = Article(id="a", source=SOURCE, text=TEXT, content_hash="0" * 64)
SENTENCES = tuple(
    Sentence(article_id="a", source=SOURCE, ordinal=i, start=a, end=b, text=TEXT[a:b]) for i, (a, b) in enumerate(SPANS)
)


@pytest.mark.parametrize("chosen", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2), (2, 1, 0)])
def test_a_quote_is_a_slice_of_the_article(chosen: tuple[int, ...]) -> None:
    citation = cite(3, ARTICLE, [SENTENCES[i] for i in chosen])
    assert citation.quote == TEXT[citation.start : citation.end]
    assert (citation.start, citation.end) == (SPANS[min(chosen)][0], SPANS[max(chosen)][1])
    assert (citation.number, citation.article_id, citation.source) == (3, "a", SOURCE)


@pytest.mark.parametrize(
    ("sentence", "marked"),
    [
        ("Each side freed 307 people.", "Each side freed 307 people [1]."),
        ("Each side freed 307 people", "Each side freed 307 people [1]."),
        ("Did it?", "Did it [1]?"),
        ("It did!  ", "It did [1]!"),
        ("And then…", "And then [1]…"),
    ],
)
def test_a_marker_stands_before_the_full_stop(sentence: str, marked: str) -> None:
    assert with_marker(sentence, 1) == marked


@pytest.mark.parametrize("sentence", ["“A hard night.”", "“Never!” he said.", "He said (again)."])
def test_a_marker_leaves_the_words_alone(sentence: str) -> None:
    marked = with_marker(sentence, 12)
    assert markers(marked) == (12,)
    assert strip_markers(marked).rstrip(".") == sentence.rstrip(".")


def test_markers_are_read_in_order_each_once() -> None:
    assert markers("One [2]. Two [1][3]. Three [2].") == (2, 1, 3)
    assert markers("None [a] [] (4) 5.") == ()


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("One [2]. Two [1][3].", "One. Two."),
        ("One [2] two.", "One two."),
        ("[99]", ""),
        ("Nothing here (1).", "Nothing here (1)."),
        ("", ""),
    ],
)
def test_stripping(text: str, bare: str) -> None:
    assert strip_markers(text) == bare


@given(st.text(min_size=1, max_size=60).filter(str.strip), st.integers(min_value=1, max_value=99))
def test_a_marker_put_on_any_sentence_can_be_read_and_taken_off(sentence: str, number: int) -> None:
    marked = with_marker(sentence, number)
    assert number in markers(marked)
    assert markers(strip_markers(with_marker(strip_markers(sentence) or "x", number))) == ()


# -- which sentence carries an answer --


def test_the_sentence_with_the_answers_words_and_numbers_carries_it() -> None:
    assert best_support("390 on Friday", SENTENCES, [0.9, 0.1, 0.2]) == 1
    assert best_support("A hard night", SENTENCES, [0.9, 0.1, 0.2]) == 2


def test_a_number_in_another_spelling_still_points_to_its_sentence() -> None:
    assert best_support("three hundred and seven", SENTENCES, [0.0, 0.0, 0.0]) == 0


def test_without_any_words_the_nearest_to_the_question_is_taken() -> None:
    assert best_support("", SENTENCES, [0.1, 0.3, 0.2]) == 1


def test_ties_go_to_the_first() -> None:
    assert best_support("", SENTENCES, [0.5, 0.5, 0.5]) == 0


@pytest.mark.xfail(strict=True, reason="known gap: IndexError")
def test_a_marker_on_nothing() -> None:
    assert markers(with_marker("", 1)) == (1,)
