"""Questions that ask for the figures of several parties: which they are, and what they ask without the words on who says so."""

from __future__ import annotations

import pytest

from assistant.accounts import asks_accounts, without_accounts

DROWNED = "How many people drowned off Balta?"


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        (f"{DROWNED} Do the police and the hospital give the same toll?", DROWNED),
        (f"{DROWNED} Why do the tolls differ?", DROWNED),
        (f"{DROWNED} The accounts contradict each other, don't they?", DROWNED),
        ("How many rockets hit Velm, what do the two governments say?", "How many rockets hit Velm?"),
        ("How many rockets hit Velm, what does each side claim?", "How many rockets hit Velm?"),
        ("How many pupils were abducted, the school versus the governor?", "How many pupils were abducted?"),
        ("How many pupils were hurt: the school's count against the mayor's?", "How many pupils were hurt?"),
        (
            "How many drowned off Balta, according to the coast guard compared with the union?",
            "How many drowned off Balta?",
        ),
        ("What do the Red Star and the mayor say about how many have gone home?", "how many have gone home?"),
        ("What did the two sides report about the toll in Balta?", "toll in Balta?"),
        ("How many were hurt by the mayor's tally and the union's tally?", "How many were hurt?"),
        ("How many died in Balta according to the mayor and to the union?", "How many died in Balta?"),
    ],
)
def test_the_words_on_who_says_what_are_taken_out(question: str, bare: str) -> None:
    assert asks_accounts(question)
    assert without_accounts(question) == bare


@pytest.mark.parametrize(
    "question",
    [
        "How many sailors did each side say it let go?",
        "How many drones did both governments report shot down?",
        "Did the mayor and the coast guard publish the same count of the drowned?",
        "How many people drowned off Balta, and what number the mayor and the union each gave?",
        "One number for those drowned off Balta, please: who says what?",
        "Did the two sides report different numbers of the drowned?",
        "Do the mayor and the coast guard agree on the number of the drowned?",
    ],
)
def test_what_each_side_says_may_be_asked_in_words_that_cannot_be_taken_out(question: str) -> None:
    assert asks_accounts(question)
    assert without_accounts(question) == question


@pytest.mark.parametrize(
    "question",
    [
        DROWNED,
        f"{DROWNED} Who says so?",
        "How many people drowned off Balta, according to the mayor?",
        "How many sailors did each side let go?",
        "How many drones, boats and tanks were destroyed, and by whom?",
        "How many hostages were freed, compared with June?",
        "",
    ],
)
def test_other_questions_are_left_as_they_are(question: str) -> None:
    assert not asks_accounts(question)
    assert without_accounts(question) == question


def test_a_question_of_which_nothing_would_be_left_is_kept() -> None:
    question = "How many?, what do the two sides say?"
    assert without_accounts(question) == question
