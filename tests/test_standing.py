"""What a count had come to at a point of a row of stages: shown where a report gives it and its stages add up to it, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from fakes_sentences import asked, make_sentences

from assistant.fitting import compatible
from assistant.standing import stood_at
from index.figures import read_figures

TODAY = date(2025, 9, 30)
TITLE = "Prisoners exchanged"
ARTICLES = (
    make_sentences(
        "Each side released 210 prisoners on Monday in the first stage, 40 of them civilians.",
        published=date(2025, 6, 9), title=TITLE, key="mon",
    ),
    make_sentences(
        "Each side released 150 prisoners on Tuesday in the second stage.", "“In these two days, 360 prisoners have come home,” she said.",
        published=date(2025, 6, 10), title=TITLE, key="tue",
    ),
    make_sentences(
        "Each side released 90 prisoners on Wednesday.", "Each side has now released 450 prisoners in three days.",
        published=date(2025, 6, 11), title=TITLE, key="wed",
    ),
    make_sentences("Each side released 70 prisoners on Friday.", published=date(2025, 8, 1), title=TITLE, key="aug"),
    make_sentences(
        "Each side released 20 prisoners on Saturday.", "In the two days 95 prisoners came home on each side.",  # 70 and 20 are 90
        published=date(2025, 8, 2), title=TITLE, key="next",
    ),
)  # fmt: skip


def stood(question: str) -> list[float]:
    count = asked(question, TODAY)
    of_kind = replace(count, several=False, scope=replace(count.scope, first=None, last=None, as_of=None, weekdays=()))
    told = [f for a in ARTICLES for f in read_figures(a) if compatible(f, of_kind, title=TITLE)]
    return [f.value for f in stood_at(question, count, told)]


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("How many prisoners had each side released by the end of the second stage?", [360, 210, 150]),
        ("How many prisoners did each side release in the first two days?", [360, 210, 150]),
        ("What do the first 2 stages of the June exchange add up to on each side?", [360, 210, 150]),
        ("By the evening of 10 June, how many prisoners had each side released?", [360, 210, 150]),
        ("By Tuesday, 10 June, how many prisoners had each side let go?", [360, 210, 150]),
        ("How many prisoners had been exchanged by 11 June under the deal?", [450, 210, 150, 90]),
        ("After three days, how many prisoners had each side released altogether?", [450, 210, 150, 90]),
        ("Once the third stage was over, how many prisoners had each side released?", [450, 210, 150, 90]),
    ],
)
def test_a_figure_up_to_a_point_is_found_with_the_stages_that_come_to_it(question: str, figures: list[float]) -> None:
    assert stood(question) == figures


@pytest.mark.parametrize(
    "question",
    [
        "How many prisoners did each side release after the second stage?",  # the later ones
        "How many prisoners did each side release in the second stage?",
        "How many more prisoners had each side released after the second stage?",
        "How many civilians had each side released by the end of the second stage?",  # some of them only
        "How many prisoners had each side released by the end of the fourth stage?",
        "How many prisoners did each side release in the first two days of the August exchange?",  # its stages do not add up
        "How many prisoners had each side released by the end of the second stage in July?",
        "How many prisoners had each side released by 9 June?",  # the first
        "How many prisoners had been released by 10 June?",  # of all, not of one row
        "How many prisoners were to be released in the first two days?",
        "How many prisoners have been released in both directions after the first two days?",
    ],
)
def test_nothing_is_found_where_no_such_point_is_named_or_its_stages_do_not_add_up(question: str) -> None:
    assert stood(question) == []
