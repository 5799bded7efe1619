"""Those exchanged one for one and those handed over beside them, added in the open or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from fakes_sentences import asked, make_sentences

from assistant.stated import state_sum
from assistant.thrown_in import all_together
from assistant.verify import verify
from index.figures import read_figures

TODAY = date(2025, 9, 30)
ARTICLES = (
    make_sentences(
        "Kelma and Orveth exchanged 175 prisoners each on Tuesday, 9 September.",
        "Beyond that, 31 wounded Kelmarans were handed over to Kelma, and 15 wounded Orvethi servicemen to Orveth.",
        published=date(2025, 9, 9), title="Prisoners exchanged", key="sep",
    ),
    make_sentences(
        "Kelma and Orveth exchanged 60 prisoners each on Saturday, 5 July.",
        published=date(2025, 7, 5), title="Prisoners exchanged", key="july",
    ),
    make_sentences(
        "Kelma and Orveth exchanged 80 prisoners each on Monday, 4 August.", "A further 12 wounded Kelmarans came home to Kelma.",
        published=date(2025, 8, 4), title="Prisoners exchanged", key="aug",
    ),
    make_sentences(
        "That day, 4 August, 14 wounded Kelmarans came home to Kelma.", published=date(2025, 8, 5), title="Prisoners exchanged", key="aug-2"
    ),
)  # fmt: skip
FIGURES = [figure for article in ARTICLES for figure in read_figures(article)]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many Kelmarans came home on 9 September, the wounded included?", "175 + 31 = 206"),
        ("How many people went back to Orveth on 9 September, exchanged and wounded together?", "175 + 15 = 190"),
        ("How many people were exchanged in both directions on 9 September, including the wounded?", "175 + 175 + 31 + 15 = 396"),
    ],
)  # fmt: skip
def test_the_sum_is_shown_with_its_parts(question: str, told: str) -> None:
    parts = all_together(asked(question, TODAY), FIGURES)
    stated = state_sum(parts)
    assert stated.text.endswith(told)
    verdict = verify(stated.text, [s.text for s in stated.sentences], [s.source for s in stated.sentences])
    assert verdict.stands or verdict.reason.endswith("of its words stand in what it cites"), "all its numbers stand"
    assert {f.sentence for f in parts} == set(stated.sentences)


@pytest.mark.parametrize(
    "question",
    [
        "How many Kelmarans came home on 9 September?",  # nobody is thrown in
        "How many Kelmarans came home on 9 September, without the wounded?",
        "How many people were exchanged on 9 September, the wounded included?",  # whose
        "How many Kelmarans came home on 5 July, the wounded included?",  # none are reported
        "How many Kelmarans came home on 4 August, the wounded included?",  # two figures
        "How many people were exchanged in both directions on 4 August, including the wounded?",  # those of one side only
        "How many Kelmarans came home in July and in September, the wounded included?",  # two times
        "How many Kelmarans were to come home on 9 September, the wounded included?",
    ],
)
def test_nothing_is_added_where_a_figure_is_missing_or_doubtful(question: str) -> None:
    assert all_together(asked(question, TODAY), FIGURES) == ()


def test_a_figure_that_is_no_number_is_not_added() -> None:
    question = "How many Kelmarans came home on 9 September, the wounded included?"
    vague = [replace(f, qualifier="at least") if f.value == 31 else f for f in FIGURES]
    assert all_together(asked(question, TODAY), vague) == ()
