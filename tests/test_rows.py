"""Sums over the exchanges of a year: as many as are wanted, and only where none is missing."""

from __future__ import annotations

from datetime import date

import pytest
from fakes_sentences import make_sentences

from assistant.count import read_count
from assistant.rows import year_row
from assistant.timescope import read_scope
from index.figures import read_figures

TODAY = date(2025, 9, 30)
ARTICLES = (
    make_sentences(
        "Each side released 40 prisoners on Monday, in the first exchange of the year.",
        published=date(2025, 2, 3), title="Exchange", key="feb",
    ),
    make_sentences(
        "Each side released 60 prisoners on Thursday.", "It was the second exchange of this year.",
        published=date(2025, 4, 10), title="Exchange", key="apr",
    ),
    make_sentences(
        "Each side released 70 prisoners on Friday, 20 of them civilians.", "It was the third of this year.",
        published=date(2025, 6, 6), title="Exchange begins", key="one",
    ),
    make_sentences(
        "Each side released 30 prisoners on Saturday, a day after the first stage.",
        published=date(2025, 6, 7), title="Exchange ends", key="two",
    ),
    make_sentences(
        "Each side released 10 prisoners on Monday.",
        published=date(2025, 9, 1), title="Exchange", key="sep",
    ),
)  # fmt: skip


def added(question: str, until: date = TODAY, *, without: str = "") -> list[float]:
    articles = [a for a in ARTICLES if a[0].article_id != without and (a[0].source.published or TODAY) <= until]
    asked = read_count(question, read_scope(question, today=until))
    assert asked is not None
    figures = [f for a in articles for f in read_figures(a)]
    return [f.value for f in year_row(question, asked, figures, [s for a in articles for s in a], until)]


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("How many prisoners did each side release in the first two exchanges of 2025?", [40, 60]),
        ("The first three exchanges of the year: how many prisoners per side in all?", [40, 60, 70, 30]),  # the third in two stages
        ("How many prisoners has each side released this year, all three exchanges together?", [40, 60, 70, 30]),
        ("How many prisoners has each side released so far this year?", [40, 60, 70, 30]),
    ],
)  # fmt: skip
def test_as_many_exchanges_as_are_wanted(question: str, values: list[float]) -> None:
    assert added(question, date(2025, 6, 20)) == values


@pytest.mark.parametrize(
    "question",
    [
        "How many prisoners did each side release in the first four exchanges of 2025?",  # nobody counts the fourth
        "How many prisoners has each side released this year, all exchanges together?",
        "How many prisoners has each side released this year, all five exchanges together?",
        "How many wounded prisoners has each side released this year?",
        "How many prisoners did each side release in the second exchange of 2025?",
        "How many prisoners did each side release?",
        "How many people were killed this year?",
    ],
)
def test_nothing_where_one_may_be_missing_or_another_thing_is_asked_for(question: str) -> None:
    assert added(question) == []


def test_a_report_that_is_missing_is_noticed() -> None:
    question = "How many prisoners has each side released so far this year?"
    assert added(question, date(2025, 6, 20), without="apr") == []


def test_a_day_of_which_reports_differ_ends_the_row() -> None:
    differing = make_sentences(
        "Each side released 90 prisoners on 10 April, the mediators said.", published=date(2025, 4, 12), title="Exchange", key="x"
    )  # fmt: skip
    articles = (*ARTICLES[:3], differing)
    question = "How many prisoners has each side released so far this year?"
    asked = read_count(question, read_scope(question, today=date(2025, 6, 20)))
    assert asked is not None
    figures = [f for a in articles for f in read_figures(a)]
    assert year_row(question, asked, figures, [s for a in articles for s in a], date(2025, 6, 20)) == ()
