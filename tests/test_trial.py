"""What is put to the check and how sure it makes us: sentences as answers, dates for when, reasons for why, sureness and floors."""

from __future__ import annotations

from datetime import date
from typing import cast

from fakes_sentences import article_of, make_sentences
from hypothesis import given
from hypothesis import strategies as st

from assistant.compose import Supported
from assistant.evidence import Evidence
from assistant.library import Library
from assistant.trial import CERTAIN, covered, required, statements, sureness
from index.records import Article, Sentence

ARTICLE = make_sentences(
    "The bridge at Odra was closed on Friday.",
    "The count could not be finished.",
    "Two districts had sent nothing, the commission said.",
    "Anna Petrova counted 212 votes.",
    "“We close on Monday,” she said.",
    "They stayed because it rained.",
    published=date(2025, 5, 18),
)
SHARES = st.floats(0, 1)


class Shelf:
    """One article, read as the library reads it."""

    def article(self, article_id: str) -> Article:
        return article_of(ARTICLE)

    def before(self, sentence: Sentence, count: int) -> tuple[Sentence, ...]:
        return ARTICLE[max(0, sentence.ordinal - count) : sentence.ordinal + 1]

    def after(self, sentence: Sentence, count: int) -> tuple[Sentence, ...]:
        return ARTICLE[sentence.ordinal + 1 : sentence.ordinal + 1 + count]


LIBRARY = cast(Library, Shelf())
EVIDENCE = [
    Evidence(number=i + 1, sentence=s, score=1 - i / 10, cosine=0.5, coverage=0.5) for i, s in enumerate(ARTICLE)
]


def stated(question: str, ordinal: int) -> Supported:
    return statements(question, EVIDENCE, LIBRARY)[ordinal]


def test_each_sentence_is_an_answer_of_its_own_in_the_order_of_the_ranking() -> None:
    found = statements("Who counted?", EVIDENCE, LIBRARY)
    assert [s.text for s in found] == [s.text for s in ARTICLE]
    assert [s.sentences[-1] for s in found] == list(ARTICLE)
    assert all(s.verdict.stands for s in found)
    assert found[5].lead == (ARTICLE[4].text,), "whom the pronoun means is read before it"
    assert statements("Who counted?", (), LIBRARY) == []


def test_when_is_answered_with_a_date() -> None:
    assert stated("When was the bridge closed?", 0).text == "The bridge at Odra was closed on Friday (16 May 2025)."


def test_a_quotation_stays_as_it_was_said() -> None:
    assert stated("When do they close?", 4).text == ARTICLE[4].text


def test_why_brings_the_sentence_after() -> None:
    told = stated("Why could the count not be finished?", 1)
    assert (told.lead, told.text) == ((ARTICLE[1].text,), ARTICLE[2].text)
    assert told.sentences == (ARTICLE[1], ARTICLE[2])


def test_why_needs_no_more_where_the_sentence_gives_the_reason() -> None:
    told = stated("Why did they stay?", 5)
    assert (told.lead, told.text) == ((ARTICLE[4].text,), ARTICLE[5].text)


@given(SHARES, SHARES, SHARES, SHARES)
def test_a_surer_check_and_a_better_place_make_surer(yes: float, other: float, score: float, lower: float) -> None:
    assert 0 < sureness(yes, score) < 1
    assert sureness(max(yes, other), score) >= sureness(min(yes, other), score)
    assert sureness(yes, max(score, lower)) >= sureness(yes, min(score, lower))


def test_the_check_counts_for_more_than_the_ranking() -> None:
    assert sureness(0.9, 0.5) > sureness(0.5, 1.0)
    assert sureness(0.99, 0.0) > CERTAIN, "of what the check is sure we are, wherever it stands"
    assert sureness(0.1, 1.0) < 0.1, "a place in the ranking alone answers nothing"


def test_what_a_passage_covers() -> None:
    assert covered("Who closed the bridge?", ARTICLE[0].text) == 1.0
    assert covered("Who closed the harbour bridge?", ARTICLE[0].text) == 2 / 3
    assert covered("Who was it?", ARTICLE[0].text) == 1.0


def test_the_less_is_covered_the_surer_the_check_has_to_be() -> None:
    floors = [required(share, 0.55) for share in (1.0, 0.6, 0.3)]
    assert floors[0] == floors[1] == 0.55 < floors[2] < 1


def test_a_figure_proposed_after_another_must_convince_more() -> None:
    for share in (1.0, 0.6, 0.3, 0.0):
        assert required(share, 0.55) < required(share, 0.55, first=False) < 1
