"""Follow-ups: what stands alone, what only changes the time, and which rewritings are trusted."""

from __future__ import annotations

import pytest

from assistant.followup import beside_it, joined, move_time, stands_alone, topic, trusted, without_old_time
from assistant.records import Turn

BEFORE = Turn(question="How many soldiers were wounded at Kelma on Monday?", answer="Four soldiers were wounded [1].")


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("How many prisoners were freed in March?", True),
        ("What is the capital of Australia?", False),
        ("And on Sunday?", False),
        ("What did she promise the residents of Odra?", False),
        ("How many of them were civilians?", False),
        ("Who mediated the exchange of prisoners at Odra?", True),
        ("Why?", False),
        ("Were any wounded soldiers handed over on top?", False),
    ],
)
def test_what_stands_alone(question: str, alone: bool) -> None:
    assert stands_alone(question) is alone


@pytest.mark.parametrize(
    ("question", "moved"),
    [
        ("And on Sunday?", "How many soldiers were wounded at Kelma on Sunday?"),
        ("What about 24 May?", "How many soldiers were wounded at Kelma on 24 May?"),
        ("and in February 2025", "How many soldiers were wounded at Kelma in February 2025?"),
        ("Since March 2022?", "How many soldiers were wounded at Kelma since March 2022?"),
        ("And how many civilians on Sunday?", None),
        ("And who?", None),
    ],
)
def test_a_follow_up_that_names_only_a_time(question: str, moved: str | None) -> None:
    assert move_time(question, BEFORE) == moved


def test_a_time_of_the_same_year_takes_it_from_the_turn_before() -> None:
    before = Turn(question="How many had been freed by 24 February 2023?", answer="1,762 [1].")
    assert move_time("And in August of the same year?", before) == "How many had been freed in August 2023?"
    assert move_time("And in August of that year?", BEFORE) is None


@pytest.mark.parametrize(
    ("question", "beside"),
    [
        ("When was the exchange before that one?", True),
        ("What came after it?", True),
        ("What happened before the exchange?", False),
        ("", False),
    ],
)
def test_what_came_before_or_after_the_event_of_the_turn_before(question: str, beside: bool) -> None:
    assert beside_it(question) is beside


def test_a_question_without_a_time_gets_one() -> None:
    before = Turn(question="Who visited Odra?", answer="Anna Petrova.")
    assert move_time("And in 2019?", before) == "Who visited Odra in 2019?"


@pytest.mark.parametrize(
    ("rewriting", "trust"),
    [
        ("How many civilians were wounded at Kelma on Monday?", True),
        ("How many civilians were wounded at Odra on Monday?", False),
        ("How many of the 212 captives were civilians?", False),
        ("How many of the four soldiers were civilians?", True),
        ("", False),
    ],
)
def test_a_rewriting_brings_in_nobody_new(rewriting: str, trust: bool) -> None:
    assert trusted(rewriting, "And how many civilians?", BEFORE) is trust


def test_the_topic_is_the_last_turn_that_was_answered() -> None:
    refused = Turn(question="What is the capital of Australia?", answer="The articles say nothing on this topic.")
    assert topic((BEFORE, refused), (refused.answer,)) == BEFORE
    assert topic((refused,), (refused.answer,)) == refused


def test_for_want_of_a_rewriting_both_questions_are_asked() -> None:
    assert joined("And civilians?", BEFORE) == f"And civilians? ({BEFORE.question})"


def test_a_turn_that_only_moved_the_time_stands_for_its_whole_question() -> None:
    moved = Turn(question="And on Sunday?", answer="Two soldiers were wounded [1].")
    assert topic((BEFORE, moved), ()).question == "How many soldiers were wounded at Kelma on Sunday?"


@pytest.mark.parametrize(
    ("rewriting", "question", "kept"),
    [
        ("When was the second round held in May?", "When was the second round?", "When was the second round held?"),
        ("When in May was the second round?", "When in May was it?", "When in May was the second round?"),
        ("Who came in May?", "Who came?", "Who came in May?"),
    ],
)
def test_when_brings_no_time_of_its_own(rewriting: str, question: str, kept: str) -> None:
    assert without_old_time(rewriting, question) == kept
