"""Which day a question that asks when means, among the days that reports of those days tell of."""

from __future__ import annotations

from datetime import date

import pytest
from fakes_sentences import make_sentences

from assistant.occasions import Occasion, day_in_year, last_day, read_occasion
from assistant.timescope import read_scope
from index.figures import read_figures
from index.records import Sentence

TODAY = date(2025, 9, 30)
# Three swaps, the last of them in three stages, and one with hostages after talks
ARTICLES = (
    make_sentences(
        "The two sides swapped 40 captives each on Monday, in their first swap of the year.", "Halden's mediators had been asked for help.",
        published=date(2025, 2, 3), title="Swap at last", key="feb",
    ),
    make_sentences(
        "Sixty captives were released by each side on Thursday.", "It was the second swap of the year.",
        published=date(2025, 4, 10), title="Sixty more go home", key="apr",
    ),
    make_sentences(
        "Ormark and Tessin began on Friday to swap 300 captives each.",
        "In the first stage each side released 120, among them 20 children on each side.",
        published=date(2025, 9, 5), title="Largest swap begins", key="s1",
    ),
    make_sentences(
        "A second group was exchanged on Saturday, a day after the first.", "It is not one of those that Ormark had asked for.",
        published=date(2025, 9, 6), title="Second stage of the swap", key="s2",
    ),
    make_sentences(
        "The largest swap of the war was completed on Sunday, when each side released the last 100 of the 300 captives.",
        "On Tuesday Ormark had spoken of the return of 290.",
        published=date(2025, 9, 7), title="Swap is over", key="s3",
    ),
    make_sentences(
        "Ormark and Tessin agreed on Wednesday to exchange the wounded, both said after a third round of talks in Halden.",
        published=date(2025, 9, 17), title="Talks in Halden", key="talks",
    ),
)  # fmt: skip


def whole_article(sentence: Sentence) -> str:
    told = " ".join(s.text for a in ARTICLES for s in a if s.article_id == sentence.article_id)
    return f"{sentence.source.title} {told}"


def asked(question: str) -> Occasion | None:
    sentences = [s for article in ARTICLES for s in article]
    figures = [f for article in ARTICLES for f in read_figures(article)]
    return read_occasion(question, read_scope(question, today=TODAY), sentences, figures, whole_article)


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("When was the first swap of 2025?", date(2025, 2, 3)),
        ("Date of the second swap this year, please", date(2025, 4, 10)),
        ("When was the swap in which each side released 60 captives?", date(2025, 4, 10)),
        ("On which day did the September swap begin?", date(2025, 9, 5)),
        ("What day did the swap of 300 captives each end?", date(2025, 9, 7)),
        ("When did the 300-for-300 swap start?", date(2025, 9, 5)),
        ("On which weekday was stage two of the September swap?", date(2025, 9, 6)),
        ("When was the latest swap?", date(2025, 9, 7)),
        ("When were captives last released?", date(2025, 9, 7)),
        ("When was the third round of talks?", date(2025, 9, 17)),
        ("When was the last swap before 5 September 2025?", date(2025, 4, 10)),
        ("When was the swap before that one? (How many were swapped on 10 April 2025?)", date(2025, 2, 3)),
        ("When was the next swap after 3 February 2025?", date(2025, 4, 10)),
    ],
)
def test_the_day_is_that_of_the_event_meant(question: str, day: date) -> None:
    found = asked(question)
    assert found is not None
    assert found.day == day


@pytest.mark.parametrize(
    "question",
    [
        "When did the sides swap captives?",  # which of five?
        "When was the swap of September?",  # three days of it
        "When did Ormark announce the swap?",  # the day of words is another
        "When was the last swap before the talks?",
        "When was the last swap before 1 January 2025?",
        "When is the next swap supposed to be?",
        "When was the October swap?",
        "When were women released?",
        "When did the sides meet?",
        "How many captives were released in the second stage?",
        "When was the fourth swap of the year?",
        "When was the second swap of the year with Vardania?",  # nobody known
    ],
)
def test_no_day_where_several_could_be_meant_or_something_else_is_asked_for(question: str) -> None:
    assert asked(question) is None


def test_the_sentence_that_says_so_comes_first() -> None:
    began, ended = asked("When did the September swap begin?"), asked("When did the September swap end?")
    assert began is not None
    assert ended is not None
    assert "began on Friday" in began.sentences[0].text
    assert "completed on Sunday" in ended.sentences[0].text


def test_a_day_on_which_something_was_said_or_did_not_happen_is_none() -> None:
    days = {date(2025, 9, 2), date(2025, 9, 16)}
    questions = ("When was the latest swap?", "When was the first swap of the year?", "When did the swap of 290 begin?")
    assert not days & {found.day for q in questions if (found := asked(q))}


def test_what_a_title_says_of_its_place_holds_for_what_the_article_tells_first() -> None:
    found = asked("When was the second stage of the swap?")
    assert found is not None
    assert [s.text.split(",")[0] for s in found.sentences] == ["A second group was exchanged on Saturday"]


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("How many captives came home in the first swap of 2025?", date(2025, 2, 3)),
        ("How many captives were released in the second swap of the year?", date(2025, 4, 10)),
        ("How many captives came home in the second swap of 2024?", None),
        ("How many captives came home in the first two swaps of 2025?", None),
        ("How many captives came home in the second stage?", None),
        ("How many captives came home?", None),
    ],
)
def test_the_day_of_an_event_called_by_its_place_in_the_year(question: str, day: date | None) -> None:
    sentences = [s for article in ARTICLES for s in article]
    assert day_in_year(question, sentences, whole_article) == day


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("How many captives were freed in the last swap?", date(2025, 9, 7)),
        ("How many captives did the most recent exchange free?", date(2025, 9, 7)),
        ("How many captives were released in the latest stage?", date(2025, 9, 7)),
        ("How many captives were freed in the last swap of the April exchange?", date(2025, 4, 10)),
        ("How many captives were freed in the last swap before May?", None),  # before another thing
        ("How many captives were freed in the last year?", None),
        ("How many captives were freed in the swap?", None),
    ],
)
def test_the_day_of_the_last_of_its_kind(question: str, day: date | None) -> None:
    sentences = [s for article in ARTICLES for s in article]
    assert last_day(question, read_scope(question, today=TODAY), sentences) == day
